"""The tables of links and matters, from the tables of records: where the rules, the key and people's decisions come together.

Invariants: rows rest on what was seen by their first day, and name the sightings that show it; no keyed form is in any row.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from courttally.archive import Archive
from courttally.portal.model import NAME
from courttally.registry.candidates import Told
from courttally.registry.faces import Names, Timeline, timelines
from courttally.registry.identity import Sighting
from courttally.registry.judgement import Judgement, bases
from courttally.registry.linkage import LinkageKey, forms_of
from courttally.registry.links import Judged, Link, NamesOf, Ruled, Search, Span, search
from courttally.registry.matters import matter_rows
from courttally.registry.schema import TABLES

Row = tuple[Any, ...]
Timed = Sequence[tuple[str, list[tuple[Sighting, date]], date | None]]


@dataclass(frozen=True, slots=True)
class Naming:
    """The key in use, and where keyed forms are had from; ``reader``: the state of the reading rooms."""

    home: Path
    archive: Archive
    key: LinkageKey
    reader: str

    def forms(self, wanted: Iterable[tuple[str, int]]) -> dict[tuple[str, int], tuple[str, ...]]:
        """(capture, seq) -> the keyed forms of all its accused, sorted; of sightings that name nobody nothing."""
        found = forms_of(self.home, self.archive, self.key, self.reader, wanted)
        return {place: tuple(sorted(forms)) for place, forms in found.items()}

    def of(self, seen: Mapping[str, pa.Table], timed: Timed) -> NamesOf:
        """Gives the names of records, from the first sighting of each that names all its accused."""
        named = _all_named(seen["accused_seen"])

        def names(records: set[str]) -> Names:
            first: dict[str, tuple[date, tuple[str, int]]] = {}
            for record, sightings, _ in timed:
                if record in records:
                    for sighting, day in sorted(sightings, key=lambda item: (item[1], item[0].order())):
                        if (sighting.capture, sighting.seq) in named:
                            first[record] = (day, (sighting.capture, sighting.seq))
                            break
            forms = self.forms(place for _, place in first.values())
            return {record: (day, forms[place]) for record, (day, place) in first.items() if place in forms}

        return names


def _all_named(accused: pa.Table) -> set[tuple[str, int]]:
    """Sightings whose accused are all named."""
    found: dict[tuple[str, int], bool] = {}
    for capture, seq, name in zip(*(accused[column].to_pylist() for column in ("capture", "seq", "name")), strict=True):
        found[capture, seq] = found.get((capture, seq), True) and name == NAME
    return {place for place, named in found.items() if named}


@dataclass(frozen=True, slots=True)
class Linking:
    """The faces of some records, the links among them, and the rows of ``records`` that show them."""

    timelines: dict[str, Timeline]
    found: Search
    records: Sequence[Row]

    def rows(self) -> dict[str, list[Row]]:
        """Rows of ``links`` and ``matters``."""
        return {
            "links": link_rows(self.found.links, self.records),
            "matters": list(matter_rows(self.timelines, self.found.links)),
        }


def linking(
    known: Mapping[str, Sequence[Row]],
    seen: Mapping[str, pa.Table],
    timed: Timed,
    naming: Naming | None,
    ruled: Ruled,
) -> Linking:
    """Links among all records. ``naming`` None: no key, so that names are not compared."""
    found = timelines(known, seen, timed)
    names = naming.of(seen, timed) if naming is not None else None
    return Linking(found, search(found, ruled, names, gone_of(known["presence"])), known["records"])


def link_rows(links: Mapping[Link, list[Span]], records: Iterable[Row]) -> list[Row]:
    """Rows of ``links``. ``records``: rows of that table for all that are linked."""
    shows = _Shows(records)
    rows: list[Row] = []
    for link, spans in links.items():
        for since, until in spans:
            refs = (shows.ref(link.before, since, link.rule), shows.ref(link.after, since, link.rule))
            of_link = (
                link.before,
                link.after,
                link.kind,
                since,
                until,
                link.rule,
                link.status,
                link.merge,
                link.weight,
            )
            rows.append((*of_link, *refs))
    return rows


def ruled_by(found: Iterable[Judgement]) -> Ruled:
    """The judgements about pairs; of several about one pair the last counts."""
    found = list(found)
    merged: dict[tuple[str, str], Judged] = {}
    parted: dict[tuple[str, str], Judged] = {}
    for each in found:
        if each.kind in ("merge", "split"):
            pair = (min(each.records), max(each.records))
            merged.pop(pair, None)
            parted.pop(pair, None)
            (merged if each.kind == "merge" else parted)[pair] = Judged(each.id, bases(each, found))
    return Ruled(merged, parted)


def gone_of(presence: Iterable[Row]) -> dict[str, list[Told]]:
    """Records that their courts stopped showing, from the first check on; from rows of ``presence``."""
    names = TABLES["presence"].schema.names
    columns = [names.index(name) for name in ("record", "known_from", "known_to", "state", "last_seen")]
    found: dict[str, list[Told]] = {}
    for row in presence:
        record, since, until, state, last_seen = (row[column] for column in columns)
        if state != "returned":
            found.setdefault(record, []).append(Told(last_seen, since, until))
    return found


class _Shows:
    """Which sighting shows what a link rests on: the UID, else the accused, else the number."""

    def __init__(self, records: Iterable[Row]) -> None:
        names = TABLES["records"].schema.names
        self._at = {name: names.index(name) for name in ("uid_seen", "slots_seen", "number_seen")}
        self._days: dict[str, list[date]] = {}
        self._rows: dict[str, list[Row]] = {}
        day = names.index("known_from")
        for row in sorted(records, key=lambda each: (each[0], each[day])):
            self._days.setdefault(row[0], []).append(row[day])
            self._rows.setdefault(row[0], []).append(row)

    def ref(self, record: str, since: date, rule: str) -> str:
        """``capture#seq`` of that sighting, as known from a day on."""
        place = bisect_right(self._days.get(record, []), since)
        if not place:
            return ""
        row = self._rows[record][place - 1]
        order = (
            ("uid_seen", "slots_seen", "number_seen") if rule == "uid" else ("slots_seen", "number_seen", "uid_seen")
        )
        return next((row[self._at[name]] for name in order if row[self._at[name]]), "")
