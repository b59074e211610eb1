"""Courts held against each other, and regional rates: how far chance alone would go.

Invariants: pure functions of counts; a court stands out only where both the funnel with overdispersion (Spiegelhalter 2005) and the exact
binomial tail say so; rates are shrunk towards the whole by how little they rest on (Marshall's global empirical Bayes).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

LIMIT = 3.09
"""Standard deviations of the 99.8 % limits."""
TAIL = 0.001
FEWEST = 20
"""Finished cases below which no court is compared."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One court: ``part`` of ``whole``; ``z`` in standard deviations with overdispersion; ``out``: 1 above, -1 below, 0 inside the limits."""

    name: str
    part: int
    whole: int
    z: float
    out: int


def funnel(counts: Mapping[str, tuple[int, int]]) -> tuple[Standing, ...]:
    """Courts (name to part, whole) against the share of all, the farthest first. Courts with few cases are left out."""
    held = {name: pair for name, pair in counts.items() if pair[1] >= FEWEST}
    part, whole = sum(x for x, _ in held.values()), sum(n for _, n in held.values())
    if len(held) < 3 or not 0 < part < whole:
        return ()
    share = part / whole
    spread = share * (1 - share)
    plain = {name: (x / n - share) / math.sqrt(spread / n) for name, (x, n) in held.items()}
    between = _between(plain, {name: n / spread for name, (_, n) in held.items()})
    found = []
    for name, (x, n) in held.items():
        z = (x / n - share) / math.sqrt(spread / n + between)
        sure = abs(z) > LIMIT and binomial_tail(x, n, share, above=z > 0) < TAIL
        found.append(Standing(name, x, n, z, (1 if z > 0 else -1) if sure else 0))
    return tuple(sorted(found, key=lambda item: (-abs(item.z), item.name)))


def _between(plain: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """Variance between courts (method of moments), from scores whose outer tenths are pulled in."""
    ordered = sorted(plain.values())
    cut = len(ordered) // 10
    low, high = ordered[cut], ordered[-1 - cut]
    dispersion = sum(min(max(z, low), high) ** 2 for z in ordered) / len(ordered)
    total = sum(weights.values())
    spread = total - sum(w * w for w in weights.values()) / total
    return max(0.0, (len(ordered) * dispersion - (len(ordered) - 1)) / spread)


def binomial_tail(x: int, n: int, share: float, *, above: bool) -> float:
    """The chance of ``x`` or more (or fewer) of ``n`` at a share."""
    wanted = range(x, n + 1) if above else range(x + 1)
    log_p, log_q = math.log(share), math.log1p(-share)
    logs = (
        math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1) + k * log_p + (n - k) * log_q for k in wanted
    )
    return min(1.0, sum(math.exp(value) for value in logs))


@dataclass(frozen=True, slots=True)
class Rate:
    """One region: count, denominator, raw and shrunk rate, and the weight (0 to 1) that its own rate has in the shrunk one."""

    name: str
    count: int
    of: int
    raw: float
    shrunk: float
    weight: float


def rates(counts: Mapping[str, tuple[int, int]]) -> tuple[Rate, ...]:
    """Regions (name to count, denominator), the highest shrunk rate first. Regions without a denominator are left out."""
    held = {name: pair for name, pair in counts.items() if pair[1] > 0}
    if not held:
        return ()
    total = sum(n for _, n in held.values())
    mean = sum(x for x, _ in held.values()) / total
    spread = sum(n * (x / n - mean) ** 2 for x, n in held.values()) / total
    between = max(0.0, spread - mean / (total / len(held)))
    found = []
    for name, (x, n) in held.items():
        own = mean / n
        weight = between / (between + own) if between + own > 0 else 0.0
        found.append(Rate(name, x, n, x / n, mean + weight * (x / n - mean), weight))
    return tuple(sorted(found, key=lambda item: (-item.shrunk, item.name)))
