"""How late cases are shown: the reporting triangle, *complete through*, and the range in which an unfinished month will end.

Invariants: an estimate is a range beside a count and is never added to it; what a court never shows is in no triangle. A record tells how late
it was only between two looks at its court's list, and only if it was seen at all by the last look: the distribution of delays is the
maximum-likelihood one for such data (Turnbull 1976), so that neither the rhythm of visits nor the unseen tail bends it.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from courttally.figures.calendar import is_workday, years
from courttally.figures.series import first_day, last_day, months, shift

LONGEST = 180
"""Days after which a case counts as shown for good: what comes later is rare and is no lateness."""
RECENT = 540
"""Days back from which delays are learnt: courts' habits change."""
COMPLETE = 0.98
"""Share of a month that must be expected to be visible for it to be complete."""
TOLD = 0.2
"""Share of a month that must be expected to be visible for its end to be estimated: from next to nothing, nothing follows."""
RANGE = 0.95


@dataclass(frozen=True, slots=True)
class Arrival:
    """One case record: court, day received, first day seen.

    The days of posting that courts print are left out on purpose: as the end of an interval that the event itself sets they would bend the
    distribution towards early days (looks come whatever a court posts; only such ends are fit for the estimate).
    """

    court: str
    received: date
    seen: date


@dataclass(frozen=True, slots=True)
class Look:
    """A complete look at a court's list on a day; open ends of the window are None."""

    court: str
    first: date | None
    last: date | None
    on: date

    def covers(self, day: date) -> bool:
        """Whether a case received on a day would have been in the list."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


class Looks:
    """The complete looks of every court, by day."""

    def __init__(self, looks: Iterable[Look]) -> None:
        self._of: dict[str, list[Look]] = defaultdict(list)
        for look in sorted(looks, key=lambda item: (item.court, item.on)):
            self._of[look.court].append(look)
        self._days = {court: [look.on for look in found] for court, found in self._of.items()}

    def courts(self) -> tuple[str, ...]:
        """Courts that were looked at."""
        return tuple(self._of)

    def last_before(self, court: str, day: date, before: date) -> date | None:
        """The last look before a day (not on it) that would have shown a case received on ``day``."""
        found = self._of.get(court, [])
        place = bisect_right(self._days.get(court, []), before - timedelta(1))
        for look in reversed(found[:place]):
            if look.on < day:
                return None
            if look.covers(day):
                return look.on
        return None


@dataclass(frozen=True, slots=True)
class Delays:
    """Share of cases shown within each number of days: ``within[d]``. ``records``: how many it was learnt from."""

    within: tuple[float, ...]
    records: int

    def share(self, days: int) -> float:
        """The share shown within so many days; nothing before the day received."""
        return 0.0 if days < 0 else self.within[min(days, LONGEST)]


def learn(arrivals: Iterable[Arrival], looks: Looks, as_of: date, rounds: int = 60) -> Delays:
    """The distribution of delays from what was seen by ``as_of``, by expectation and maximisation."""
    items: Counter[tuple[int, int, int]] = Counter()
    for arrival in arrivals:
        if arrival.seen > as_of or (as_of - arrival.received).days > RECENT or arrival.received > arrival.seen:
            continue
        last = looks.last_before(arrival.court, arrival.received, as_of + timedelta(1))
        if last is None or last < arrival.seen:
            last = arrival.seen
        before = looks.last_before(arrival.court, arrival.received, arrival.seen)
        high = _age(arrival.received, arrival.seen)
        low = min(_age(arrival.received, before) + 1, high) if before is not None else 0
        items[
            min(max(low, 0), LONGEST),
            min(max(high, 0), LONGEST),
            min(max(_age(arrival.received, last), high, 0), LONGEST),
        ] += 1
    return Delays(_turnbull(items, rounds), sum(items.values()))


def _turnbull(items: Mapping[tuple[int, int, int], int], rounds: int) -> tuple[float, ...]:
    """``items``: (first day it can have been shown, last such day, last day on which it could have been seen) to records.

    Each observed record stands for ``1 / F(last)`` records, of which those beyond ``last`` are spread by the present guess.
    """
    size = LONGEST + 1
    guess = [0.5**d + 0.1 / size for d in range(size)]
    total = sum(guess)
    guess = [value / total for value in guess]
    if not items:
        return tuple([1.0] * size)
    by_last: Counter[int] = Counter()
    for (_, _, last), count in items.items():
        by_last[last] += count
    for _ in range(rounds):
        running = _running(guess)
        # Adding a constant to a stretch is two changes at its ends: one pass over the days, however long the stretches.
        change = [0.0] * (size + 1)
        for (low, high, _), count in items.items():
            mass = running[high] - (running[low - 1] if low else 0.0)
            if mass > 0:
                change[low] += count / mass
                change[high + 1] -= count / mass
        for last, count in by_last.items():
            if last < LONGEST and running[last] > 0:
                change[last + 1] += count / running[last]
        factor, updated = 0.0, []
        for day in range(size):
            factor += change[day]
            updated.append(guess[day] * factor)
        total = sum(updated)
        if total <= 0:
            break
        guess = [value / total for value in updated]
    return tuple(_running(guess))


def _running(values: Sequence[float]) -> list[float]:
    total, found = 0.0, []
    for value in values:
        total += value
        found.append(min(total, 1.0))
    return found


@dataclass(frozen=True, slots=True)
class Month:
    """One month as of a day: cases seen, the share of its cases that one expects to be visible, and the range of the final count."""

    month: str
    seen: int
    visible: float
    low: int
    high: int

    @property
    def complete(self) -> bool:
        """Whether nearly everything is expected to be visible."""
        return self.visible >= COMPLETE


def triangle(arrivals: Iterable[Arrival], as_of: date) -> dict[str, tuple[int, ...]]:
    """Month received to cases seen by the end of that month, of the next one, and so on: the reporting triangle, cumulative."""
    found: dict[str, Counter[int]] = defaultdict(Counter)
    for arrival in arrivals:
        if arrival.seen <= as_of:
            received, seen = arrival.received, arrival.seen
            found[received.isoformat()[:7]][max(0, (seen.year - received.year) * 12 + seen.month - received.month)] += 1
    rows = {}
    for month in sorted(found):
        last = (as_of.year - int(month[:4])) * 12 + as_of.month - int(month[5:])
        counts, total = [], 0
        for age in range(last + 1):
            total += found[month][age]
            counts.append(total)
        rows[month] = tuple(counts)
    return rows


def outlook(arrivals: Sequence[Arrival], looks: Looks, as_of: date, first_month: str) -> tuple[Month, ...]:
    """Every month from ``first_month`` that has ended by ``as_of``, with its range; arrivals seen later are not looked at."""
    held = [arrival for arrival in arrivals if arrival.seen <= as_of]
    delays = learn(held, looks, as_of)
    last_month = as_of.isoformat()[:7] if as_of == last_day(as_of.isoformat()[:7]) else shift(as_of.isoformat()[:7], -1)
    volume, pile = _volumes(held, as_of), pile_up((arrival.received for arrival in held), as_of)
    seen = Counter(arrival.received.isoformat()[:7] for arrival in held)
    found = []
    for month in months(first_month, last_month):
        shown, whole = exposure(month, volume, looks, delays, as_of, pile)
        low, high = predict(seen[month], shown, whole)
        found.append(Month(month, seen[month], shown / whole if whole else 1.0, seen[month] + low, seen[month] + high))
    return tuple(found)


def _volumes(held: Iterable[Arrival], as_of: date) -> dict[str, float]:
    """Court to its cases of the last year: how much of a month it should make up. A court that shows none weighs a little."""
    counts = Counter(arrival.court for arrival in held if (as_of - arrival.received).days <= 365)
    return {court: count + 0.5 for court, count in counts.items()}


@cache
def _posted_until(look: date) -> date:
    """The last day whose postings a look can show: it comes by night, and nothing is posted on days off."""
    day = look - timedelta(1)
    while day.year in years() and not is_workday(day):
        day -= timedelta(1)
    return day


def _age(received: date, look: date) -> int:
    """How many days a court had had, by a look, to post a case; negative for a look that can show nothing of that day."""
    return (_posted_until(look) - received).days


SETTLED = 60
"""Days after which nearly everything of a day is known, so that days can be held against one another."""


def pile_up(received: Iterable[date], as_of: date) -> float:
    """How much of a day off comes on the next working day: 0 where Mondays are as other days, 1 where they bring three days' cases.

    Of settled days: with ``r`` cases on a working day that follows another, one after ``g`` days off is expected to have ``r (1 + pile g)``.
    """
    counts = Counter(day for day in received if SETTLED <= (as_of - day).days <= RECENT)
    if not counts:
        return 0.0
    plain = after = plain_days = after_days = days_off = 0
    for day, off in working_days(min(counts), as_of - timedelta(SETTLED)):
        if off:
            after, after_days, days_off = after + counts[day], after_days + 1, days_off + off
        else:
            plain, plain_days = plain + counts[day], plain_days + 1
    if not plain or not days_off:
        return 0.0
    return min(max((after * plain_days / plain - after_days) / days_off, 0.0), 1.5)


def working_days(first: date, last: date) -> Iterator[tuple[date, int]]:
    """Working days, each with the days off right before it; every day where no calendar is held."""
    off, day = 0, first
    while day > first - timedelta(14) and (day - timedelta(1)).year in years() and not is_workday(day - timedelta(1)):
        day -= timedelta(1)
        off += 1
    day = first
    while day <= last:
        if day.year not in years() or is_workday(day):
            yield day, off
            off = 0
        else:
            off += 1
        day += timedelta(1)


def exposure(
    month: str, volume: Mapping[str, float], looks: Looks, delays: Delays, as_of: date, pile: float = 0.0
) -> tuple[float, float]:
    """How much of a month's weight is expected to be visible, and its whole weight: by court, and by working day.

    ``pile``: how much of each day off before a working day weighs on it (:func:`pile_up`).
    """
    end = last_day(month)
    shown = whole = 0.0
    if (as_of - end).days > LONGEST + 60:
        return 1.0, 1.0
    for day, off in working_days(first_day(month), end):
        for court, volume_of in volume.items():
            weight = volume_of * (1 + pile * off)
            last = looks.last_before(court, day, as_of + timedelta(1))
            whole += weight
            shown += weight * (delays.share(_age(day, last)) if last is not None else 0.0)
    return shown, whole


def predict(seen: int, shown: float, whole: float, level: float = RANGE) -> tuple[int, int]:
    """The range of cases still to be shown: a negative binomial, as for a gamma rate known from ``seen`` cases and Poisson rest.

    Its low end is the first value of which the cumulative chance, half of its own counted (mid-P), passes the level, its high end the first
    of which the whole one does: small counts have few values, and what is not modelled (delays are learnt, courts post in batches) makes
    the end higher rather than lower. Where nothing can lie below the low end, the whole allowance is the high end's.
    """
    if whole <= 0 or shown >= whole * (1 - 1e-9):
        return 0, 0
    size, share = seen + 0.5, max(shown / whole, 0.02)
    # In logarithms: the chance of nothing more can be smaller than a float.
    log_chance, below = size * math.log(share), 0.0
    low: int | None = None
    value = 0
    while True:
        chance = math.exp(log_chance)
        middle = below + chance / 2
        if low is None and middle > (1 - level) / 2:
            low = value
        below += chance
        if below >= (level if low == 0 else (1 + level) / 2) or value > 20 * (seen + 10) / share:
            return low if low is not None else value, value
        value += 1
        log_chance += math.log((size + value - 1) / value) + math.log1p(-share)


def complete_through(found: Sequence[Month]) -> str | None:
    """The latest month such that it and all before are complete; None where the first is not."""
    latest = None
    for month in found:
        if not month.complete:
            break
        latest = month.month
    return latest


def chain_ladder(rows: Mapping[str, Sequence[int]], level: float = RANGE) -> dict[str, tuple[float, float, float]]:
    """The baseline: month to (estimate, low, high) of the final count by Mack's chain ladder (1993), normal limits."""
    del level
    names = sorted(rows)
    size = max((len(row) for row in rows.values()), default=0)
    factors, spreads = [], []
    for age in range(size - 1):
        pairs = [(rows[name][age], rows[name][age + 1]) for name in names if len(rows[name]) > age + 1]
        base = sum(a for a, _ in pairs)
        factor = sum(b for _, b in pairs) / base if base else 1.0
        rest = sum(a * (b / a - factor) ** 2 for a, b in pairs if a) / max(1, len(pairs) - 1)
        factors.append(factor)
        spreads.append(rest)
    found = {}
    for name in names:
        value, error = float(rows[name][-1]), 0.0
        for age in range(len(rows[name]) - 1, size - 1):
            base = sum(rows[other][age] for other in names if len(rows[other]) > age + 1)
            step = spreads[age] * value + (value**2 * spreads[age] / base if base else 0.0)
            error = error * factors[age] ** 2 + step
            value *= factors[age]
        width = 1.96 * math.sqrt(error)
        found[name] = (value, max(float(rows[name][-1]), value - width), value + width)
    return found
