"""Where each record stands among others, so that a night looks for links only near the records it touched.

Three small tables beside a snapshot, made of the faces of its records and renewed for those that a night touched:

* ``joints``: (record, value), a UID, or a number at a court, its own, older or of the case below. Records that share one can be linked by it.
* ``came``: (record, court, day, settled, articles): the days on which a counted record came, whether it has shown one valid UID all the
  time, and the articles of its latest face.
* ``ends``: (record, court, settled, articles, after, day): the ends of counted records after which rules look for another, and all their articles.

Invariants: a rule that could link two records by their faces finds them here, as ``candidates.pairs`` does; names do not stand here, for they are
kept nowhere but in ``linkage/``.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Set
from datetime import date
from functools import lru_cache
from heapq import merge
from itertools import islice
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from courttally.engine import Engine
from courttally.registry import views_build
from courttally.registry.candidates import (
    NEAR_ONLY,
    NEAREST,
    Elsewhere,
    articles_of,
    came_on,
    ends_of,
    is_counted,
    settled,
    sharing,
    shifted,
)
from courttally.registry.faces import Timeline
from courttally.registry.link_rules import Rule, rules
from courttally.registry.links import SEARCHED
from courttally.registry.reading import to_table

_TEXT, _DAY, _FLAG = pa.string(), pa.date32(), pa.bool_()
JOINTS = pa.schema([("record", _TEXT), ("value", _TEXT)])
CAME = pa.schema([("record", _TEXT), ("court", _TEXT), ("day", _DAY), ("settled", _FLAG), ("articles", _TEXT)])
ENDS = pa.schema(
    [("record", _TEXT), ("court", _TEXT), ("settled", _FLAG), ("articles", _TEXT), ("after", _TEXT), ("day", _DAY)]
)


class Arrival(NamedTuple):
    """One day on which a record came; in order of day, then key."""

    day: date
    record: str
    court: str
    settled: bool
    articles: frozenset[str]


class End(NamedTuple):
    """One end of a record."""

    record: str
    court: str
    settled: bool
    articles: frozenset[str]
    after: str
    day: date


def searching(after: str) -> tuple[Rule, ...]:
    """The rules that search for pairs after an end."""
    return tuple(each for each in rules() if each.how in SEARCHED and each.after == after)


def joints_of(timeline: Timeline) -> set[str]:
    """The values by which a record is joined with others."""
    found = {f"uid {face.uid}" for face in timeline.faces if face.uid}
    for face in timeline.faces:
        found |= {f"{face.court} {number}" for number in face.numbers | face.older}
        found |= {f"{face.lower_court} {number}" for number in face.lower_numbers}
    return found


def arrivals_of(timeline: Timeline) -> list[Arrival]:
    """When a record came, if it is counted."""
    face = timeline.faces[-1]
    if not is_counted(face):
        return []
    days = sorted({came_on(timeline, each) for each in timeline.faces})
    return [Arrival(day, timeline.record, face.court, settled(timeline), frozenset(articles_of(face))) for day in days]


def ends_all(timeline: Timeline, elsewhere: Elsewhere) -> list[End]:
    """The ends of a record, if it is counted."""
    face = timeline.faces[-1]
    if not is_counted(face):
        return []
    articles = frozenset().union(*(articles_of(each) for each in timeline.faces))
    known = settled(timeline)
    kinds = {each.after for each in rules() if each.how in SEARCHED}
    return [
        End(timeline.record, face.court, known, articles, after, day)
        for after in sorted(kinds)
        for day in sorted(ends_of(timeline, after, elsewhere))
    ]


class Arrivals:
    """Records by court and day on which they came."""

    def __init__(self, rows: Iterable[Arrival]) -> None:
        """``rows`` in their order."""
        self._at: dict[tuple[str | None, bool], list[Arrival]] = {}
        for row in rows:
            for place in (row.court, None):
                self._at.setdefault((place, False), []).append(row)
                if not row.settled:
                    self._at.setdefault((place, True), []).append(row)

    def of(self, records: Set[str]) -> Arrivals:
        """Those of some records."""
        return Arrivals(row for row in self._at.get((None, False), []) if row.record in records)

    def within(self, end: End, rule: Rule) -> list[Arrival]:
        """The arrivals in the window of a rule after an end, at the courts and of the records that ``candidates.pairs`` looks at."""
        same = rule.where == "same" or (end.settled and not rule.merge)
        items = self._at.get((end.court if same else None, end.settled and rule.merge), [])
        first = bisect_left(items, (shifted(end.day, rule.first_day),))
        found = items[first : bisect_right(items, (shifted(end.day, rule.last_day), "\uffff"))]
        return found if same else [each for each in found if each.court != end.court]


class Neighbours:
    """The tables of the snapshot before, over an engine, and what replaced them since."""

    def __init__(self, engine: Engine) -> None:
        """``engine`` knows the three tables by their names."""
        self._engine = engine
        self._joints: dict[str, set[str]] = {}
        self._came: dict[str, list[Arrival]] = {}
        self._ends: dict[str, list[End]] = {}
        self._new: Arrivals | None = None
        came = engine.whole("came").sort_by([("day", "ascending"), ("record", "ascending")])
        self._old = Arrivals(
            Arrival(day, record, court, known, _set(articles)) for record, court, day, known, articles in _rows(came)
        )
        self._old_ends: dict[str, list[End]] = {}
        for record, court, known, articles, after, day in _rows(engine.whole("ends")):
            self._old_ends.setdefault(record, []).append(End(record, court, known, _set(articles), after, day))

    def renew(self, timeline: Timeline, elsewhere: Elsewhere) -> None:
        """Put a record in its place anew."""
        self._joints[timeline.record] = joints_of(timeline)
        self._came[timeline.record] = arrivals_of(timeline)
        self._ends[timeline.record] = ends_all(timeline, elsewhere)
        self._new = None

    def joined(self, records: Set[str]) -> set[str]:
        """The records and all that hang together with them by joints."""
        found, todo = set(records), set(records)
        values: set[str] = set()
        while todo:
            new = {value for record in todo for value in self._joints.get(record, ())}
            new |= views_build.joints_of(self._engine, todo - self._joints.keys())
            new -= values
            values |= new
            todo = views_build.joined_by(self._engine, new) - self._joints.keys()
            todo |= {record for record, own in self._joints.items() if own & new}
            todo -= found
            found |= todo
        return found

    def ends(self, record: str) -> list[End]:
        """The ends of a record by now."""
        return self._ends.get(record, self._old_ends.get(record, []))

    def before(self, records: Set[str]) -> set[str]:
        """The records one of whose ends has, or had, one of ``records`` among the candidates that are kept for it."""
        among, once = Arrivals(self._came_anew(records)), self._old.of(records)
        found = set()
        for record in self._old_ends.keys() | self._ends.keys():
            for end in self.ends(record):
                for rule in searching(end.after):
                    if rule.how not in NEAR_ONLY or not (among.within(end, rule) or once.within(end, rule)):
                        continue
                    kept = {other for now in (True, False) for other in self._kept(end, rule, now=now)}
                    if kept & records:
                        found.add(record)
        return found

    def kept(self, records: Iterable[str]) -> set[str]:
        """The records that are candidates for an end of ``records``, as many as are kept."""
        return {
            other
            for record in records
            for end in self.ends(record)
            for rule in searching(end.after)
            if rule.how in NEAR_ONLY
            for other in self._kept(end, rule, now=True)
        }

    def _kept(self, end: End, rule: Rule, *, now: bool) -> Iterator[str]:
        """The candidates for one end by one rule, by now or in the snapshot before."""
        rows: Iterable[Arrival] = self._old.within(end, rule)
        if now:
            if self._new is None:
                self._new = Arrivals(self._came_anew(self._came))
            rows = merge((row for row in rows if row.record not in self._came), self._new.within(end, rule))
        fitting = (row.record for row in rows if row.record != end.record and sharing(end.articles, row.articles))
        return islice(fitting, NEAREST)

    def _came_anew(self, records: Iterable[str]) -> list[Arrival]:
        return sorted(row for record in records for row in self._came.get(record, ()))

    def perhaps_alike(self, records: Set[str]) -> set[tuple[str, str, str]]:
        """(earlier record, later record, how) of pairs with one of ``records`` that a rule of names could link, were their names alike."""
        among = Arrivals(self._came_anew(records))
        found = set()
        for record in self._old_ends.keys() | self._ends.keys():
            for end in self.ends(record):
                for rule in searching(end.after):
                    if rule.how in NEAR_ONLY:
                        continue
                    rows: Iterable[Arrival] = among.within(end, rule)
                    if record in records:
                        rows = [*rows, *(row for row in self._old.within(end, rule) if row.record not in self._came)]
                    for row in rows:
                        if row.record != record and sharing(end.articles, row.articles):
                            found.add((record, row.record, rule.id))
        return found

    def tables(self) -> dict[str, pa.Table]:
        """The three tables by now."""
        joints = [(record, value) for record, values in self._joints.items() for value in sorted(values)]
        came = [_came_row(row) for rows in self._came.values() for row in rows]
        ends = [_end_row(row) for rows in self._ends.values() for row in rows]
        renewed = pa.array(sorted(self._joints), _TEXT)
        made = {"joints": to_table(joints, JOINTS), "came": to_table(came, CAME), "ends": to_table(ends, ENDS)}
        for name, table in made.items():
            old = self._engine.whole(name)
            stays = old.filter(pc.invert(pc.is_in(old["record"], value_set=renewed)))
            made[name] = pa.concat_tables([stays.cast(table.schema), table])
        return made


def all_tables(timelines: Mapping[str, Timeline], elsewhere: Elsewhere) -> dict[str, pa.Table]:
    """The three tables for all records."""
    every = timelines.values()
    return {
        "joints": to_table([(each.record, value) for each in every for value in sorted(joints_of(each))], JOINTS),
        "came": to_table([_came_row(row) for each in every for row in arrivals_of(each)], CAME),
        "ends": to_table([_end_row(row) for each in every for row in ends_all(each, elsewhere)], ENDS),
    }


def _came_row(row: Arrival) -> tuple[Any, ...]:
    return (row.record, row.court, row.day, row.settled, _text(row.articles))


def _end_row(row: End) -> tuple[Any, ...]:
    return (row.record, row.court, row.settled, _text(row.articles), row.after, row.day)


def _text(articles: frozenset[str]) -> str:
    return "|".join(sorted(articles))


@lru_cache(maxsize=4096)
def _set(articles: str) -> frozenset[str]:
    return frozenset(articles.split("|"))


def _rows(table: pa.Table) -> Iterator[tuple[Any, ...]]:
    return zip(*(column.to_pylist() for column in table.columns), strict=True)
