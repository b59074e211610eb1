"""Somebody else's list held against ours: in both, only ours, only theirs, and the likely reason.

Invariants: a pure function of two lists; a row of theirs is named by its line and never printed, because it may hold a name; a row that cannot
be read is counted as such and matches nothing. A reason is likely, not proven, and is said so.
"""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from courttally import courts
from courttally.figures.gaps import CourtYear

BY = ("uid", "number", "court+date")
_NUMBER = re.compile(r"(\d{1,2})-(\d{1,5})/(\d{4})")
_LATIN = str.maketrans("KkАВЕСНОРТХавеснорх", "КкАВЕСНОРТХавеснорх")


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
class Theirs:
    """One row of the other list; ``line``: in the file, from 1. A value that could not be read is None."""

    line: int
    court: str | None
    number: str | None
    uid: str | None
    day: date | None


@dataclass(frozen=True, slots=True)
class Reconciled:
    """Records in both; records only ours by reason; lines only theirs by reason."""

    both: tuple[tuple[str, int], ...]
    only_ours: Mapping[str, tuple[str, ...]]
    only_theirs: Mapping[str, tuple[int, ...]]


COLUMNS = {
    "court": ("court", "суд", "court_code"),
    "number": ("number", "case_number", "номер", "номер дела"),
    "uid": ("uid", "уид"),
    "day": ("date", "received", "дата", "дата поступления"),
}
"""What a column may be called, in any case."""


def read_list(text: str, by: str) -> tuple[Theirs, ...]:
    """The rows of a CSV file with a header. Raises ValueError naming the column that ``by`` needs and the file lacks."""
    if by not in BY:
        raise ValueError(f"--by is one of {', '.join(BY)}")
    dialect = ";" if text.partition("\n")[0].count(";") > text.partition("\n")[0].count(",") else ","
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    try:
        head, *rows = list(csv.reader(io.StringIO(lines), delimiter=dialect)) or [[]]
    except csv.Error as error:
        raise ValueError("the list is no CSV file") from error
    head = [name.strip().casefold() for name in head]
    places = {what: next((head.index(name) for name in names if name in head), None) for what, names in COLUMNS.items()}
    needed = {"uid": ("uid",), "number": ("number",), "court+date": ("court", "day")}[by]
    for what in needed:
        if places[what] is None:
            raise ValueError(f"the list needs a column {' or '.join(COLUMNS[what])}")

    def cell(row: list[str], what: str) -> str:
        place = places[what]
        return row[place].strip() if place is not None and place < len(row) else ""

    return tuple(
        Theirs(line, _court(cell(row, "court")), _number(cell(row, "number")), cell(row, "uid").upper() or None, _day(cell(row, "day")))
        for line, row in enumerate(rows, 2)
        if any(value.strip() for value in row)
    )  # fmt: skip


def _court(text: str) -> str | None:
    if not text:
        return None
    if courts.is_wellformed_code(text.upper()):
        return text.upper()
    return courts.resolve_name(text)


def _number(text: str) -> str | None:
    found = _NUMBER.search(text.translate(_LATIN))
    return f"{int(found[1])}-{int(found[2])}/{found[3]}" if found else None


def _day(text: str) -> date | None:
    for form in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day as printed has no zone
        except ValueError:
            continue
    return None


def reconcile(
    ours: Iterable[Ours],
    theirs: Sequence[Theirs],
    by: str,
    *,
    covered: Iterable[str],
    complete_through: str | None,
    gaps: Iterable[CourtYear],
) -> Reconciled:
    """Hold two lists against each other. Equal keys are matched one to one, in order: three of theirs need three of ours."""
    key_ours, key_theirs = _keys(by, any(row.court for row in theirs))
    held: dict[object, list[Ours]] = defaultdict(list)
    other: dict[object, list[Ours]] = defaultdict(list)
    for item in ours:
        (held if item.counted else other)[key_ours(item)].append(item)
    both: list[tuple[str, int]] = []
    lost: dict[str, list[int]] = defaultdict(list)
    matched: set[object] = set()
    known = set(covered)
    for row in theirs:
        key = key_theirs(row)
        if key is not None and held.get(key):
            both.append((held[key].pop(0).record, row.line))
            matched.add(key)
        elif key in matched:
            lost["their list has more of them: the same case again"].append(row.line)
        else:
            lost[_why_theirs(row, key, other, known, complete_through, gaps)].append(row.line)
    days = [row.day for row in theirs if row.day is not None]
    named = {row.court for row in theirs if row.court is not None}
    alone: dict[str, list[str]] = defaultdict(list)
    for group in held.values():
        for item in group:
            alone[_why_ours(item, key_ours(item), days, named)].append(item.record)
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
                lambda item: (item.court, _number(item.number)) if item.number else None,
                lambda row: (row.court, row.number) if row.number and row.court else None,
            )
        return lambda item: _number(item.number) if item.number else None, lambda row: row.number
    return (
        lambda item: (item.court, item.received) if item.received else None,
        lambda row: (row.court, row.day) if row.court and row.day else None,
    )


def _why_theirs(
    row: Theirs,
    key: object,
    other: Mapping[object, Sequence[Ours]],
    covered: set[str],
    complete_through: str | None,
    gaps: Iterable[CourtYear],
) -> str:
    if key is None:
        return "the row has no value to be found by"
    if other.get(key):
        return "held, and not in this scope: another article, part, start or proceeding"
    if row.court is not None and row.court not in covered:
        return "no complete list of that court is held"
    if row.day is not None and (complete_through is None or row.day.isoformat()[:7] > complete_through):
        return "received in a month that is not complete yet"
    if row.number is not None and row.court is not None:
        found = _NUMBER.fullmatch(row.number)
        assert found is not None
        for gap in gaps:
            if (gap.court, gap.year, gap.index) == (row.court, int(found[3]), found[1]) and int(found[2]) < gap.highest:
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
