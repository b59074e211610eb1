"""Links and matters after a night: those near what the night touched are found anew, all others stay.

A link between two records follows from their own faces, from the other pairs that could take a place beside it, and from links of stronger
rules. So the *core* (what was touched, what hangs together with it by a UID, a number, alike names or a decision) is searched again whole, with the
records for whose ends one of the core is a candidate (*near*), and every candidate of both.

Invariants: nothing that a rule links on its own, or could, and no decision leads out of the core, so its matters are complete; a candidate is found
anew where its earlier record is in the core or near it: only of those all candidates are looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from courttally.registry import linked
from courttally.registry.candidates import Told, alike
from courttally.registry.faces import Names, Timeline, timelines
from courttally.registry.knowing import Row, Timed
from courttally.registry.link_rules import rule
from courttally.registry.links import NamesOf, Search, looked_up, search, told_elsewhere
from courttally.registry.matters import matter_rows
from courttally.registry.neighbours import Neighbours
from courttally.registry.spans import CANDIDATE, Link, Ruled, Span
from courttally.registry.telling import Telling


@dataclass(frozen=True, slots=True)
class Night:
    """What the search looks at: ways to load records and to find the sighting that names all their accused, the key, the tables as they are by
    now, people's rulings, the links of the snapshot before, and its neighbours, which are renewed."""

    load: Callable[[set[str]], tuple[Telling, Timed]]
    first_named: Callable[[Iterable[str]], Mapping[str, tuple[str, int]]]
    naming: linked.Naming | None
    tables: Mapping[str, pa.Table]
    ruled: Ruled
    links: Sequence[Row]
    neighbours: Neighbours


@dataclass(frozen=True, slots=True)
class Found:
    """Rows that take the place of others, and of whom."""

    core: frozenset[str]
    near: frozenset[str]
    links: list[Row]
    matters: list[Row]

    def renewed(self, before: str, after: str, status: str) -> bool:
        """Whether the links from one record to another are among the rows."""
        if status != CANDIDATE:
            return before in self.core and after in self.core
        return before in self.core or before in self.near


class _Faces:
    """The faces of records, loaded as they are asked for."""

    def __init__(self, night: Night) -> None:
        self._night = night
        self._held: dict[str, Timeline] = {}
        self._asked: set[str] = set()
        self._named: list[tuple[frozenset[str], NamesOf]] = []
        self.records: list[Row] = []

    def of(self, records: Iterable[str]) -> dict[str, Timeline]:
        """The faces of those of some records that have any, in order of key."""
        wanted = set(records)
        new = wanted - self._asked
        if new:
            self._asked |= new
            seen, every = self._night.load(new)
            timed = [each for each in every if each[0] in new]
            known = {name: _rows_of(self._night.tables[name], new) for name in ("records", "accused", "charges")}
            self._held |= timelines(known, seen, timed)
            self.records += known["records"]
            if self._night.naming is not None:
                self._named.append((frozenset(new), self._night.naming.of(seen, timed)))
        return {record: self._held[record] for record in sorted(wanted & self._held.keys())}

    @property
    def names_of(self) -> NamesOf | None:
        """Gives the names of records that were loaded; None without a key."""
        if not self._named:
            return None

        def names(records: set[str]) -> Names:
            found: dict[str, tuple[date, tuple[str, ...]]] = {}
            for of, source in self._named:
                found |= source(records & of)
            return found

        return names


def carried_links(night: Night, touched: set[str]) -> Found:
    """Links and matters near what was touched."""
    faces, neighbours = _Faces(night), night.neighbours
    gone = linked.gone_of(_rows_of(night.tables["presence"], None))
    known = _known_links(night.links)
    core = set(faces.of(touched))
    while True:
        core = _hanging(core, night, faces, gone)
        near = neighbours.before(core) - core
        everyone = _joined(near | neighbours.kept(core | near), night) | core
        beside = {link: spans for link, spans in known.items() if link.before not in core and link.after not in core}
        found = search(_fresh(faces.of(everyone)), night.ruled, faces.names_of, gone, beside, core)
        grown = core | _led_to(core, near, found, known)
        if grown == core:
            break
        core = set(faces.of(grown))
    made = Found(frozenset(core), frozenset(near), [], [])
    links = {link: spans for link, spans in found.links.items() if made.renewed(link.before, link.after, link.status)}
    made.links.extend(linked.link_rows(links, faces.records))
    within = {link: spans for link, spans in links.items() if link.status != CANDIDATE}
    made.matters.extend(matter_rows(faces.of(core), within))
    return made


def _led_to(core: set[str], near: set[str], found: Search, known: Iterable[Link]) -> set[str]:
    """The records that a link which counts, or could, leads to from the core, or from near it to the core."""
    pairs = {*found.pairs, *((link.before, link.after) for link in (*found.links, *known) if link.status != CANDIDATE)}
    return {record for pair in pairs if pair[0] in core or pair[1] in core for record in pair}


def _hanging(core: set[str], night: Night, faces: _Faces, gone: Mapping[str, list[Told]]) -> set[str]:
    """The core with all that hangs together with it; each put in its place anew."""
    while True:
        for timeline in faces.of(core).values():
            night.neighbours.renew(timeline, {})
        grown = _joined(core | _alike(core, night), night)
        if grown == core:
            break
        core = set(faces.of(grown))
    of_core = faces.of(core)
    elsewhere = told_elsewhere(of_core, looked_up(of_core, night.ruled), gone)
    for timeline in of_core.values():
        night.neighbours.renew(timeline, elsewhere)
    return core


def _alike(core: set[str], night: Night) -> set[str]:
    """The records that rules of names could link with the core, by names that are alike."""
    if night.naming is None:
        return set()
    perhaps = night.neighbours.perhaps_alike(core)
    places = night.first_named({record for before, after, _ in perhaps for record in (before, after)})
    forms = night.naming.forms(places.values())
    names = {record: forms[place] for record, place in places.items() if place in forms}
    return {
        record
        for before, after, name in perhaps
        if before in names and after in names and alike(rule(name), names[before], names[after])
        for record in (before, after)
    }


def _joined(records: set[str], night: Night) -> set[str]:
    """Records with all that hang together with them by joints and by decisions of people."""
    pairs = [*night.ruled.merged, *night.ruled.parted]
    found = night.neighbours.joined(records)
    while True:
        decided = {record for pair in pairs if found & set(pair) for record in pair}
        if decided <= found:
            return found
        found = night.neighbours.joined(found | decided)


def _fresh(found: dict[str, Timeline]) -> dict[str, Timeline]:
    """Copies, for a search writes names into what it looks at."""
    return {
        record: Timeline(each.record, list(each.days), list(each.faces), each.closed_on)
        for record, each in found.items()
    }


def _known_links(rows: Sequence[Row]) -> dict[Link, list[Span]]:
    """The links of the snapshot before that take places: all but candidates."""
    found: dict[Link, list[Span]] = {}
    for before, after, kind, since, until, by, status, merge, weight, *_ in rows:
        if status != CANDIDATE:
            found.setdefault(Link(before, after, kind, by, status, weight, merge), []).append((since, until))
    return found


def _rows_of(table: pa.Table, records: Iterable[str] | None) -> list[Row]:
    if records is not None:
        table = table.filter(pc.is_in(table["record"], value_set=pa.array(sorted(records), pa.string())))
    return list(zip(*(column.to_pylist() for column in table.columns), strict=True))
