"""Gaps: numbers that courts gave and nobody was shown, and how many of those cases may be in scope.

Invariants: courts number cases in sequence each year (a number never seen below the highest seen belongs to a case that was never
published, or was removed before anybody looked); a range is never added to a count. How many of the missing are in scope cannot be known,
so it is told under three stated mechanisms, and the widest range is the one that is published:

``at random``
    the court shows every case with the same chance: the missing are as the shown of that court and year;
``by article``
    courts hide whole articles, in scope or not: none of the missing are in scope, or all of them;
``by policy``
    the court hides cases in scope up to three times as readily as others, or three times less.

Recent numbers are left out: a case that is only late is not missing.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

_NUMBER = re.compile(r"(\d{1,2})-(\d{1,5})/(\d{4})")
LATE = 60
"""Days for which a number may be late and not missing."""
ODDS = 3.0
"""How many times as readily, or less, a court may hide cases in scope (mechanism ``by policy``)."""
LEVEL = 0.95
MECHANISMS = ("at random", "by article", "by policy")


@dataclass(frozen=True, slots=True)
class Numbered:
    """A number that a case bore: court, the number as printed, day received, record, and whether the case is in scope."""

    court: str
    number: str
    received: date | None
    record: str
    in_scope: bool


@dataclass(frozen=True, slots=True)
class CourtYear:
    """One court's numbers of one year (since the scope's start): the highest seen, how many are missing below it, cases shown and those in scope."""

    court: str
    year: int
    index: str
    highest: int
    missing: int
    shown: int
    in_scope: int


@dataclass(frozen=True, slots=True)
class Range:
    """Cases in scope among the missing numbers."""

    low: int
    high: int


_Key = tuple[str, int, str]


def sequences(numbered: Iterable[Numbered], as_of: date, since: date | None = None) -> tuple[CourtYear, ...]:
    """Every court and year with at least one number. A number in brackets (the case's earlier one) was seen too.

    ``since``: the day on which the scope starts. Years before are left out, and of its own year the numbers that were given before it: no
    case of theirs can be in scope.
    """
    border = as_of - timedelta(LATE)
    seen: dict[_Key, set[int]] = defaultdict(set)
    settled: dict[_Key, int] = defaultdict(int)
    days: dict[_Key, dict[int, date]] = defaultdict(dict)
    members: dict[_Key, dict[str, tuple[int, bool]]] = defaultdict(dict)
    for item in numbered:
        for place, found in enumerate(_NUMBER.finditer(item.number)):
            key = item.court, int(found[3]), found[1]
            if since is not None and key[1] < since.year:
                continue
            number = int(found[2])
            seen[key].add(number)
            if item.received is not None and item.received.year == key[1]:
                days[key][number] = item.received
                if item.received <= border:
                    settled[key] = max(settled[key], number)
            if place == 0:
                _, before = members[key].get(item.record, (0, False))
                members[key][item.record] = number, before or item.in_scope
    made = []
    for key in sorted(seen):
        floor, highest = _given_before(days[key], since), settled[key]
        if highest > floor:
            missing = highest - floor - sum(1 for number in seen[key] if floor < number <= highest)
            ours = [in_scope for number, in_scope in members[key].values() if number > floor]
            made.append(CourtYear(*key, highest, missing, len(ours), sum(ours)))
    return tuple(made)


def _given_before(days: Mapping[int, date], since: date | None) -> int:
    """The highest number that was surely given before a day: of a case received before it, and below every number received since.

    A mistyped day can only make it lower, so that more numbers stay and the range is wider.
    """
    if since is None:
        return 0
    first = min((number for number, day in days.items() if day >= since), default=math.inf)
    return max((number for number, day in days.items() if day < since and number < first), default=0)


def ranges(found: Sequence[CourtYear]) -> dict[str, Range]:
    """The range of cases in scope among all missing numbers, by mechanism, and ``widest``."""
    missing = [item for item in found if item.missing]
    made = {
        "at random": _range([_at_random(item) for item in missing]),
        "by article": Range(0, sum(item.missing for item in missing)),
        "by policy": Range(
            _range([_at_random(item, 1 / ODDS) for item in missing]).low,
            _range([_at_random(item, ODDS) for item in missing]).high,
        ),
    }
    return {
        **made,
        "widest": Range(min(item.low for item in made.values()), max(item.high for item in made.values())),
    }


def _at_random(item: CourtYear, odds: float = 1.0) -> list[float]:
    """Chances of 0, 1, … of the missing in scope, given those shown; ``odds``: of being hidden, in scope against others."""
    return _beta_binomial(item.missing, (item.in_scope + 0.5) * odds, item.shown - item.in_scope + 0.5)


def _beta_binomial(size: int, a: float, b: float) -> list[float]:
    base = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) - math.lgamma(size + a + b) + math.lgamma(size + 1)
    return [
        math.exp(base + math.lgamma(k + a) + math.lgamma(size - k + b) - math.lgamma(k + 1) - math.lgamma(size - k + 1))
        for k in range(size + 1)
    ]


def _range(chances: Sequence[Sequence[float]]) -> Range:
    """The central range of the sum of independent counts."""
    whole = [1.0]
    for own in chances:
        summed = [0.0] * (len(whole) + len(own) - 1)
        for place, chance in enumerate(whole):
            if chance > 1e-15:
                for k, other in enumerate(own):
                    summed[place + k] += chance * other
        whole = summed
    low, high, below = 0, len(whole) - 1, 0.0
    edge = (1 - LEVEL) / 2
    for value, chance in enumerate(whole):
        if below + chance / 2 <= edge:
            low = value + 1
        if below + chance / 2 < 1 - edge:
            high = value + 1
        below += chance
    return Range(min(low, len(whole) - 1), min(high, len(whole) - 1))
