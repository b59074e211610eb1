"""Somebody else's list held against ours: in both, only ours, only theirs, and the likely reason.

Invariants: a pure function of two lists; a row of theirs is named by its line and never printed, because it may hold a name; a row that cannot
be read is counted as such and matches nothing. A reason is likely, not proven, and is said so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from courttally.figures.gaps import CourtYear
from courttally.figures.their_list import Theirs, plain_number


@dataclass(frozen=True, slots=True)
class Ours:
    """One case record as of the day, any proceeding; ``counted``: in the scope that is held against theirs."""

    record: str
    court: str
    number: str | None
    uid: str | None
    received: date | None
    counted: bool


@dataclass(frozen=True, slots=True)
class Reconciled:
    """Records in both; records only ours by reason; lines only theirs by reason."""

    both: tuple[tuple[str, int], ...]
    only_ours: Mapping[str, tuple[str, ...]]
    only_theirs: Mapping[str, tuple[int, ...]]


_UNREAD = {
    "court": "its court is not known here",
    "number": "its case number is not understood",
    "uid": "its UID is not understood",
    "day": "its day is not understood",
}
_MORE = ("their list has more of them: the same case again", "their list has more cases of that court and day")
_FEWER = ("their list has fewer of them: the case came again", "their list has fewer cases of that court and day")
"""By a value that should be one case's own; by court and day, which several cases share."""

_NEEDS = {"uid": ("uid",), "number": ("court", "number"), "court+date": ("court", "day")}
"""The columns that a row is found by."""


@dataclass(frozen=True, slots=True)
class _Held:
    """What a row of theirs is looked up in. ``other``: ours out of scope, by key; ``numbers``: every (court, number) of ours."""

    by: str
    with_court: bool
    other: Mapping[object, Sequence[Ours]]
    numbers: frozenset[tuple[str, str | None]]
    several: frozenset[object]
    covered: frozenset[str]
    complete_through: str | None
    gaps: Sequence[CourtYear]


def reconcile(
    ours: Iterable[Ours],
    theirs: Sequence[Theirs],
    by: str,
    *,
    covered: Iterable[str],
    complete_through: str | None,
    gaps: Iterable[CourtYear],
) -> Reconciled:
    """Hold two lists against each other. Equal keys are matched one to one, in order: three of theirs need three of ours.

    By number, a list that names no court matches a number that cases of one court only bear: courts number alike.
    """
    with_court = any(row.court is not None or "court" in row.unread for row in theirs)
    key_ours, key_theirs = _keys(by, with_court)
    groups: dict[bool, dict[object, list[Ours]]] = {True: defaultdict(list), False: defaultdict(list)}
    bearers: dict[object, set[str]] = defaultdict(set)
    numbers = set()
    for item in ours:
        groups[item.counted][key_ours(item)].append(item)
        bearers[key_ours(item)].add(item.court)
        numbers.add((item.court, plain_number(item.number or "")))
    several = frozenset(key for key, found in bearers.items() if by == "number" and not with_court and len(found) > 1)
    held = groups[True]
    look = _Held(by, with_court, groups[False], frozenset(numbers), several, frozenset(covered), complete_through, tuple(gaps))  # fmt: skip
    both: list[tuple[str, int]] = []
    lost: dict[str, list[int]] = defaultdict(list)
    matched: set[object] = set()
    for row in theirs:
        key = key_theirs(row)
        if key is not None and key not in several and held.get(key):
            both.append((held[key].pop(0).record, row.line))
            matched.add(key)
        elif key in matched:
            lost[_MORE[by == "court+date"]].append(row.line)
        else:
            lost[_why_theirs(row, key, look)].append(row.line)
    days = [row.day for row in theirs if row.day is not None]
    named = {row.court for row in theirs if row.court is not None}
    alone: dict[str, list[str]] = defaultdict(list)
    for group in held.values():
        for item in group:
            key = key_ours(item)
            reason = _FEWER[by == "court+date"] if key in matched else _why_ours(item, key, days, named)
            alone[reason].append(item.record)
    return Reconciled(
        tuple(both),
        {reason: tuple(sorted(records)) for reason, records in sorted(alone.items())},
        {reason: tuple(lines) for reason, lines in sorted(lost.items())},
    )


def _keys(by: str, with_court: bool) -> tuple[Callable[[Ours], object], Callable[[Theirs], object]]:
    if by == "uid":
        return lambda item: item.uid, lambda row: row.uid
    if by == "number":
        if with_court:
            return (
                lambda item: (item.court, plain_number(item.number)) if item.number else None,
                lambda row: (row.court, row.number) if row.number and row.court else None,
            )
        return lambda item: plain_number(item.number) if item.number else None, lambda row: row.number
    return (
        lambda item: (item.court, item.received) if item.received else None,
        lambda row: (row.court, row.day) if row.court and row.day else None,
    )


def _why_theirs(row: Theirs, key: object, look: _Held) -> str:
    if key is None:
        unread = [_UNREAD[what] for what in _NEEDS[look.by] if what in row.unread]
        return unread[0] if unread else "the row has no value to be found by"
    if key in look.several:
        return "several courts gave that number, and the list names no court"
    if look.other.get(key):
        return "held, and not in this scope: another article, part, start or proceeding"
    if row.court is not None and row.number is not None and (row.court, row.number) in look.numbers:
        return "held under that number, with another UID or day"
    if row.court is not None and row.court not in look.covered:
        return "no complete list of that court is held"
    if row.day is not None and (look.complete_through is None or row.day.isoformat()[:7] > look.complete_through):
        return "received in a month that is not complete yet"
    if row.number is not None and row.court is not None:
        index, _, rest = row.number.partition("-")
        number, _, year = rest.partition("/")
        for gap in look.gaps:
            if (gap.court, gap.year, gap.index) == (row.court, int(year), index) and int(number) < gap.highest:
                return "the court gave that number and never showed the case"
    return "not known: never shown here, or written otherwise"


def _why_ours(item: Ours, key: object, days: Sequence[date], named: set[str]) -> str:
    if key is None:
        return "our record has no value to be found by"
    if days and item.received is not None and not min(days) <= item.received <= max(days):
        return "received outside the days of their list"
    if named and item.court not in named:
        return "of a court that their list does not name"
    return "not known: they lack it, or write it otherwise"
