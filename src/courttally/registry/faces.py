"""What linking looks at: the face of each case record, day by day.

Invariants: a face holds only what pages seen by that day show; keyed name forms are compared and never leave this process but into
``linkage/``. A face stays the same between two days on which something of it changed.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pyarrow as pa

from courttally.registry.identity import Sighting
from courttally.registry.schema import TABLES

Row = tuple[Any, ...]
Charge = tuple[str, str, str, str]
"""Article, part, stage, role; empty texts where the page does not say."""


@dataclass(frozen=True, slots=True)
class Face:
    """A record as linking sees it from one day on."""

    court: str
    level: str
    proceeding: str
    uid: str = ""
    numbers: frozenset[str] = frozenset()
    older: frozenset[str] = frozenset()
    received: date | None = None
    outcome: str = ""
    outcome_date: date | None = None
    ends: tuple[tuple[str, date | None, str], ...] = ()
    """Each slot's own result, its day and its ground."""
    charges: tuple[tuple[Charge, ...], ...] = ()
    names: tuple[str, ...] = ()
    """Keyed forms of the accused's names, sorted; empty where names are hidden or no key was given."""
    lower_court: str = ""
    lower_numbers: frozenset[str] = frozenset()
    upper_result: str = ""
    about: str = ""

    @property
    def persons(self) -> int:
        """How many accused."""
        return len(self.charges)


@dataclass(slots=True)
class Timeline:
    """One record: its faces by the day from which each holds; ``closed_on``: another record took it over."""

    record: str
    days: list[date] = field(default_factory=list)
    faces: list[Face] = field(default_factory=list)
    closed_on: date | None = None

    def at(self, day: date) -> Face | None:
        """The face on a day, None before the record was known and after it was taken over."""
        place = bisect_right(self.days, day)
        if not place or (self.closed_on is not None and day >= self.closed_on):
            return None
        return self.faces[place - 1]


Names = Mapping[str, tuple[date, tuple[str, ...]]]
"""Record -> the day from which the names of all its accused are known, and their keyed forms, sorted."""


def name_timelines(found: Mapping[str, Timeline], names: Names) -> None:
    """Let names be known from their day on."""
    for record, (since, forms) in names.items():
        timeline = found[record]
        place = bisect_right(timeline.days, since) - 1
        if place < 0:
            place, since = 0, timeline.days[0]
        if timeline.days[place] != since:
            place += 1
            timeline.days.insert(place, since)
            timeline.faces.insert(place, timeline.faces[place - 1])
        timeline.faces[place:] = [replace(face, names=forms) for face in timeline.faces[place:]]


def timelines(
    known: Mapping[str, Sequence[Row]],
    seen: Mapping[str, pa.Table],
    timed: Iterable[tuple[str, list[tuple[Sighting, date]], date | None]],
) -> dict[str, Timeline]:
    """The faces of every record of a criminal branch, from its versions and from what its sightings show beside."""
    versions = _versions(known)
    extras = _extras(seen)
    found: dict[str, Timeline] = {}
    for record, sightings, closed_on in timed:
        if record in versions:
            found[record] = _timeline(record, versions[record], sightings, extras, closed_on)
    return found


def _versions(known: Mapping[str, Sequence[Row]]) -> dict[str, list[tuple[date, Face]]]:
    charges: dict[tuple[str, date], dict[int, list[Charge]]] = {}
    for row in _picked(known, "charges", "record", "known_from", "slot", "article", "part", "stage", "role"):
        record, day, slot, article, part, stage, role = row
        charges.setdefault((record, day), {}).setdefault(slot, []).append(
            (article, part or "", stage or "", role or "")
        )
    ends: dict[tuple[str, date], list[tuple[str, date | None, str]]] = {}
    for record, day, _, result, result_date, ground in sorted(
        _picked(known, "accused", "record", "known_from", "slot", "result", "result_date", "ground"),
        key=lambda r: r[:3],
    ):
        ends.setdefault((record, day), []).append((result, result_date, ground))
    found: dict[str, list[tuple[date, Face]]] = {}
    columns = (
        "record", "known_from", "court", "level", "branch", "proceeding", "uid", "uid_valid", "number", "received", "outcome",
        "outcome_date",
    )  # fmt: skip
    for row in _picked(known, "records", *columns):
        record, day, court, level, branch, proceeding, uid, valid, number, received, outcome, outcome_date = row
        if branch != "criminal":
            continue
        slots = ends.get((record, day), [])
        of_slot = charges.get((record, day), {})
        face = Face(
            court=court,
            level=level,
            proceeding=proceeding,
            uid=uid if uid and valid else "",
            numbers=frozenset([number] if number else []),
            received=received,
            outcome=outcome,
            outcome_date=outcome_date,
            ends=tuple(slots),
            charges=tuple(sorted(tuple(sorted(of_slot.get(n, ()))) for n in range(len(slots)))),
        )
        found.setdefault(record, []).append((day, face))
    return found


def _picked(known: Mapping[str, Sequence[Row]], table: str, *columns: str) -> Iterator[Row]:
    names = TABLES[table].schema.names
    places = [names.index(column) for column in columns]
    for row in known[table]:
        yield tuple(row[place] for place in places)


@dataclass(frozen=True, slots=True)
class _Extra:
    """What one sighting shows beside the record's versions."""

    older: frozenset[str]
    lower_court: str
    lower_numbers: frozenset[str]
    upper_result: str
    about: str


def _extras(seen: Mapping[str, pa.Table]) -> dict[str, _Extra]:
    columns = (
        "capture",
        "seq",
        "branch",
        "earlier",
        "lower_court",
        "lower_number",
        "lower_earlier",
        "appeal_result",
        "about",
    )
    found = {}
    for capture, seq, branch, earlier, court, number, lower_earlier, result, about in zip(
        *(seen["sightings"][name].to_pylist() for name in columns), strict=True
    ):
        if branch == "criminal" and (earlier or court or number or result):
            numbers = frozenset([*([number] if number else []), *(lower_earlier or "").split()])
            found[f"{capture}#{seq}"] = _Extra(
                frozenset((earlier or "").split()), court or "", numbers, result or "", about or ""
            )
    return found


def _timeline(
    record: str,
    versions: list[tuple[date, Face]],
    sightings: list[tuple[Sighting, date]],
    extras: Mapping[str, _Extra],
    closed_on: date | None,
) -> Timeline:
    """Versions and extras in one order of days. Numbers add up: a number that was ever shown still names the record."""
    beside = [(day, sighting.rank, extras[sighting.ref]) for sighting, day in sightings if sighting.ref in extras]
    beside.sort(key=lambda item: item[:2])
    days = {day for day, _ in versions} | {day for day, _, _ in beside}
    made = Timeline(record, closed_on=closed_on)
    base: Face | None = None
    numbers: frozenset[str] = frozenset()
    latest: dict[str, Any] = {}
    older: frozenset[str] = frozenset()
    place = at = 0
    for day in sorted(days):
        while place < len(versions) and versions[place][0] <= day:
            base = versions[place][1]
            numbers |= base.numbers
            place += 1
        while at < len(beside) and beside[at][0] <= day:
            extra = beside[at][2]
            older |= extra.older
            for name in ("lower_court", "lower_numbers", "upper_result", "about"):
                if value := getattr(extra, name):
                    latest[name] = value
            at += 1
        if base is None:
            continue
        face = replace(base, numbers=numbers, older=older, **latest)
        if not made.faces or made.faces[-1] != face:
            made.days.append(day)
            made.faces.append(face)
    return made


def ended(face: Face, what: str) -> date | None:
    """The day on which a record shows the end that a rule asks for, None where it does not or does not say when."""
    if what == "split":
        # One of several accused leaves: a ruling of its own kind for him alone while the case goes on.
        days = [day for result, day, _ in face.ends if result == "other" and day is not None]
        return min(days, default=None) if face.persons > 1 else None
    # An end with an impossible date came after the case did: that is all that is known.
    return (face.outcome_date or face.received) if face.outcome == what else None
