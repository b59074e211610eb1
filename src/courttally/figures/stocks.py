"""Stocks: what is open on a day, and whether opening, received, reopened and finished lead there.

Invariants: a stock is counted from the state of each record, never by subtraction; the identity is then checked record by record, and
what does not fit is listed by its cause. Both days are days of knowledge: what was known at the end of each.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from courttally.figures.counted import Unit


@dataclass(frozen=True, slots=True)
class Stock:
    """A period between two days of knowledge. ``exceptions``: cause to keys of records that the dates alone would place otherwise.

    ``opening + came + reopened - finished - left == closing``: ``came`` are records in scope that were not held before, ``left`` those open
    that are no longer in scope (their charge was corrected).
    """

    opening: int
    came: int
    reopened: int
    finished: int
    left: int
    closing: int
    exceptions: dict[str, tuple[str, ...]]


def stock(before: Iterable[Unit], now: Iterable[Unit], since: date, until: date) -> Stock:
    """The stock of case records between the units as known at the end of ``since`` and as known at the end of ``until``."""
    was_open = {unit.key: unit.keeps_open for unit in before}
    came = reopened = finished = closing = opening = 0
    causes: dict[str, list[str]] = {}
    seen = set()
    for unit in now:
        seen.add(unit.key)
        closing += unit.keeps_open
        earlier = was_open.get(unit.key)
        if earlier is None:
            came += 1
            finished += not unit.keeps_open
        else:
            finished += earlier and not unit.keeps_open
            reopened += not earlier and unit.keeps_open
        if cause := _odd(unit, earlier, since, until):
            causes.setdefault(cause, []).append(unit.key)
    opening = sum(was_open.values())
    left = sum(1 for key, was in was_open.items() if was and key not in seen)
    return Stock(
        opening, came, reopened, finished, left, closing, {cause: tuple(keys) for cause, keys in sorted(causes.items())}
    )


def _odd(unit: Unit, earlier: bool | None, since: date, until: date) -> str | None:
    """Why a count by the printed dates would place a record in another period than knowledge does; None where it would not."""
    if unit.received is None:
        return "no usable day received"
    if unit.keeps_finished and unit.outcome_date is None:
        return "finished without a usable day"
    if unit.outcome_date is not None and unit.keeps_finished and unit.outcome_date < unit.received:
        return "finished before it was received"
    if earlier is None and unit.received <= since:
        return "received before the period, first seen in it"
    if earlier and unit.keeps_finished and unit.outcome_date is not None and unit.outcome_date <= since:
        return "finished before the period, posted in it"
    if earlier is False and unit.keeps_open:
        return "reopened"
    return None
