"""How well coders agree: Cohen's kappa for two, Krippendorff's alpha for two or more, over codes without an order.

Exact fractions; None where a statistic is not defined, which is where only one code was ever used. Sources: J. Cohen, A coefficient of
agreement for nominal scales, 1960; K. Krippendorff, Computing Krippendorff's Alpha-Reliability, 2011 (nominal data, any number of coders,
missing codes).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction


def observed(pairs: Sequence[tuple[str, str]]) -> Fraction:
    """The share of items to which two coders gave the same code. Raises ValueError for no item."""
    if not pairs:
        raise ValueError("no item was coded by both")
    return Fraction(sum(one == other for one, other in pairs), len(pairs))


def kappa(pairs: Sequence[tuple[str, str]]) -> Fraction | None:
    """Cohen's kappa of two coders, from their two codes for each item. Raises ValueError for no item."""
    agreed = observed(pairs)
    first, second = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    by_chance = Fraction(sum(number * second[code] for code, number in first.items()), len(pairs) ** 2)
    return None if by_chance == 1 else (agreed - by_chance) / (1 - by_chance)


def alpha(items: Sequence[Mapping[str, str]]) -> Fraction | None:
    """Krippendorff's alpha for nominal codes. ``items``: coder -> code, for each item; an item that only one coded says nothing."""
    values: Counter[str] = Counter()
    agreed = Fraction(0)
    for item in items:
        if len(item) < 2:
            continue
        codes = Counter(item.values())
        values += codes
        agreed += Fraction(sum(number * (number - 1) for number in codes.values()), len(item) - 1)
    total = sum(values.values())
    by_chance = total * total - sum(number * number for number in values.values())
    return None if not by_chance else 1 - (total - 1) * (total - agreed) / by_chance


def decimal(value: Fraction | None) -> str:
    """Three digits, or that it is not defined."""
    return "not defined" if value is None else f"{float(value):.3f}"
