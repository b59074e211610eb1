"""What courts had put online by a day, as bounds: a case is posted not before it is received and not before the last list that lacks it, a
result not before the last page that lacks it; and each by the first page that shows it, or the first posting day that its card prints.

Invariants: a look of day L shows what was posted by then, so what it lacks can have been posted on day L at the earliest; bounds use every
page held as of the as-of day, also those fetched long after the day that is asked for; what was never seen is in no bound.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from courttally.figures.lateness import Looks


@dataclass(frozen=True, slots=True)
class Posting:
    """One thing that was posted. ``not_before``: the first day on which it can have been, None where nothing bounds it; ``by``: the first
    day on which it was there for certain."""

    key: str
    not_before: date | None
    by: date


@dataclass(frozen=True, slots=True)
class Posted:
    """How many were posted by a day: ``low`` for certain, ``high`` possibly."""

    low: tuple[str, ...]
    high: tuple[str, ...]


def posted_by(postings: Iterable[Posting], day: date) -> Posted:
    """The keys that were posted by the end of a day for certain, and those that possibly were."""
    low, high = [], []
    for each in postings:
        if each.by <= day:
            low.append(each.key)
        if each.by <= day or each.not_before is None or each.not_before <= day:
            high.append(each.key)
    return Posted(tuple(low), tuple(high))


def cases(
    units: Iterable[tuple[str, str, date | None]], seen: Mapping[str, date], printed: Mapping[str, date], looks: Looks
) -> list[Posting]:
    """Postings of case records. ``units``: (record, court, day received); ``printed``: the earliest posting day that lines of its card bear."""
    found = []
    for record, court, received in units:
        stamp = printed.get(record)
        before = looks.last_before(court, received, seen[record]) if received is not None else None
        if stamp is None or (before is not None and stamp < before):
            # A list that lacks a case proves only that it was not there that day: it may have been taken down and put back. What
            # shows that it was not is its card, whose lines are all younger than the look.
            before = None
        by = min(seen[record], stamp or seen[record])
        # No court posts a case before it has received it; a day received after that is mistyped.
        days = [day for day in (before, received) if day is not None and day <= by]
        found.append(Posting(record, max(days, default=None), by))
    return found


def results(
    postings: Iterable[Posting], first_with: Mapping[str, date], last_without: Mapping[str, date]
) -> list[Posting]:
    """Postings of the first result of each record that ever showed one: after the last page without it, and after the record itself."""
    found = []
    for each in postings:
        if each.key in first_with:
            days = [day for day in (each.not_before, last_without.get(each.key)) if day is not None]
            found.append(Posting(each.key, max(days, default=None), first_with[each.key]))
    return found
