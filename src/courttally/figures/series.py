"""Months in a row: complete ones, records, growth, changes of level.

Invariants: pure functions of a month's count; months are texts ``YYYY-MM``; a month that still fills up neither sets nor breaks a record.
Rates are worked out as whole hundredths or tenths, rounded half up, and told as text.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from courttally.figures.calendar import workdays_of_month, years

Series = Sequence[tuple[str, int]]


def shift(month: str, by: int) -> str:
    """The month ``by`` months later (earlier, if negative)."""
    number = int(month[:4]) * 12 + int(month[5:]) - 1 + by
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def months(first: str, last: str) -> tuple[str, ...]:
    """Every month from ``first`` to ``last``, both included; none when ``last`` is before."""
    found = []
    while first <= last:
        found.append(first)
        first = shift(first, 1)
    return tuple(found)


def first_day(month: str) -> date:
    """The first day of a month."""
    return date(int(month[:4]), int(month[5:]), 1)


def last_day(month: str) -> date:
    """The last day of a month."""
    return first_day(shift(month, 1)) - timedelta(1)


def a_year_before(day: date) -> date:
    """The same day a year before; 28 February of 29 February."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def series(counts: Mapping[str, int], first: str, last: str) -> Series:
    """Counts of every month from ``first`` to ``last``, zeros written out."""
    return tuple((month, counts.get(month, 0)) for month in months(first, last))


def ratio(part: int, whole: int, places: int = 2) -> str:
    """``part / whole`` with so many decimals, rounded half up. Raises ValueError for an empty whole."""
    if whole <= 0:
        raise ValueError("a ratio needs something to be held against")
    scale = 10**places
    scaled = (2 * part * scale + whole) // (2 * whole)
    return f"{scaled // scale}.{scaled % scale:0{places}d}" if places else str(scaled)


def per_workday(count: int, month: str) -> str | None:
    """``count`` by the official working days of a month, one decimal; None outside the years that the calendar holds."""
    if int(month[:4]) not in years():
        return None
    return ratio(count, workdays_of_month(int(month[:4]), int(month[5:])), 1)


@dataclass(frozen=True, slots=True)
class Record:
    """The month with the largest count (the first of equals), and how the last month of the series stands.

    ``not_since``: the latest earlier month with as many or more than the last one, None where there is none.
    ``fewest_since``: the latest earlier month with as few or fewer.
    """

    month: str
    value: int
    last: str
    last_value: int
    not_since: str | None
    fewest_since: str | None


def record(found: Series) -> Record | None:
    """The record of a series of complete months; None for an empty one, or one without any case."""
    if not found or not any(value for _, value in found):
        return None
    month, value = max(found, key=lambda item: item[1])
    last, last_value = found[-1]
    before = list(reversed(found[:-1]))
    not_since = next((m for m, v in before if v >= last_value), None)
    fewest_since = next((m for m, v in before if v <= last_value), None)
    return Record(month, value, last, last_value, not_since, fewest_since)


@dataclass(frozen=True, slots=True)
class Level:
    """A stretch of months on one level: first and last month, and the mean a month with one decimal."""

    first: str
    last: str
    mean: str


SHORTEST = 3
"""Months that a level lasts at least: shorter ones are weather."""


def levels(found: Series) -> tuple[Level, ...]:
    """The levels of a series of complete months, by working day, with a penalty for each change.

    Optimal partition: the cost of a stretch is minus twice the log-likelihood of one Poisson rate a working day (a month without a
    calendar weighs 21 days). A change costs ``3 log n`` times the dispersion between neighbours, so that noise alone makes no change.
    """
    n = len(found)
    if n < 2 * SHORTEST:
        return (_level(found),) if found else ()
    days = [_weight(month) for month, _ in found]
    counts = [value for _, value in found]
    penalty = 3 * math.log(n) * _dispersion(counts, days)
    best = [0.0] + [math.inf] * n
    cut = [0] * (n + 1)
    for end in range(SHORTEST, n + 1):
        for start in range(end - SHORTEST + 1):
            if math.isinf(best[start]):
                continue
            cost = best[start] + _cost(sum(counts[start:end]), sum(days[start:end])) + (penalty if start else 0.0)
            if cost < best[end] - 1e-9:
                best[end], cut[end] = cost, start
    cuts = [n]
    while cuts[-1]:
        cuts.append(cut[cuts[-1]])
    cuts.reverse()
    return tuple(_level(found[start:end]) for start, end in pairwise(cuts))


def _weight(month: str) -> int:
    return workdays_of_month(int(month[:4]), int(month[5:])) if int(month[:4]) in years() else 21


def _cost(count: int, days: int) -> float:
    return 0.0 if count == 0 else -2 * count * math.log(count / days)


def _dispersion(counts: list[int], days: list[int]) -> float:
    """Mean square of the differences of neighbours against what Poisson counts would give; at least 1."""
    terms = []
    for (x, a), (y, b) in zip(zip(counts, days, strict=True), zip(counts[1:], days[1:], strict=True), strict=False):
        if x + y:
            expected = (x + y) * a / (a + b)
            terms.append((x - expected) ** 2 / (expected * b / (a + b)))
    terms.sort()
    # The median of a chi-square with one degree of freedom is 0.455: a few true changes do not spoil it.
    return max(1.0, terms[len(terms) // 2] / 0.455) if terms else 1.0


def _level(found: Series) -> Level:
    return Level(found[0][0], found[-1][0], ratio(sum(value for _, value in found), len(found), 1))
