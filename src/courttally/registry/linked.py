"""The tables of links and matters, from the tables of records: where the rules, the key and people's decisions come together.

Invariants: rows rest on what was seen by their first day, and name the sightings that show it; no keyed form is in any row.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from courttally.archive import Archive
from courttally.portal.model import NAME
from courttally.registry.candidates import Told
from courttally.registry.faces import Names, timelines
from courttally.registry.identity import Sighting
from courttally.registry.judgement import Judgement, bases
from courttally.registry.linkage import LinkageKey, forms_of
from courttally.registry.links import Judged, Ruled, find_links
from courttally.registry.matters import matter_rows
from courttally.registry.schema import TABLES

Row = tuple[Any, ...]
Timed = Sequence[tuple[str, list[tuple[Sighting, date]], date | None]]


class NameSource:
    """Gives the keyed names of records, from the first sighting of each that names all its accused."""

    def __init__(
        self, home: Path, archive: Archive, key: LinkageKey, reader: str, seen: Mapping[str, pa.Table], timed: Timed
    ) -> None:
        self._home, self._archive, self._key, self._reader = home, archive, key, reader
        self._named = _all_named(seen["accused_seen"])
        self._timed = timed

    def __call__(self, records: set[str]) -> Names:
        """Record -> since when its names are known, and their keyed forms, sorted."""
        first: dict[str, tuple[date, tuple[str, int]]] = {}
        for record, timed, _ in self._timed:
            if record in records:
                for sighting, day in sorted(timed, key=lambda item: (item[1], item[0].order())):
                    if (sighting.capture, sighting.seq) in self._named:
                        first[record] = (day, (sighting.capture, sighting.seq))
                        break
        wanted = [place for _, place in first.values()]
        forms = forms_of(self._home, self._archive, self._key, self._reader, wanted)
        return {record: (day, tuple(sorted(forms[place]))) for record, (day, place) in first.items() if place in forms}


def _all_named(accused: pa.Table) -> set[tuple[str, int]]:
    """Sightings whose accused are all named."""
    found: dict[tuple[str, int], bool] = {}
    for capture, seq, name in zip(*(accused[column].to_pylist() for column in ("capture", "seq", "name")), strict=True):
        found[capture, seq] = found.get((capture, seq), True) and name == NAME
    return {place for place, named in found.items() if named}


def linked_rows(
    known: Mapping[str, Sequence[Row]],
    seen: Mapping[str, pa.Table],
    timed: Timed,
    names: NameSource | None,
    ruled: Ruled | None = None,
) -> dict[str, list[Row]]:
    """Rows of ``links`` and ``matters``. ``names`` None: no key, so that names are not compared."""
    found = timelines(known, seen, timed)
    links = find_links(found, ruled, names, _gone(known))
    shows = _Shows(known["records"])
    rows: list[Row] = []
    for link, spans in links.items():
        for since, until in spans:
            refs = (shows.ref(link.before, since, link.rule), shows.ref(link.after, since, link.rule))
            rows.append(
                (
                    link.before,
                    link.after,
                    link.kind,
                    since,
                    until,
                    link.rule,
                    link.status,
                    link.merge,
                    link.weight,
                    *refs,
                )
            )
    return {"links": rows, "matters": list(matter_rows(found, links))}


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


def _gone(known: Mapping[str, Sequence[Row]]) -> dict[str, list[Told]]:
    """Records that their courts stopped showing, from the first check on; from rows of ``presence``."""
    names = TABLES["presence"].schema.names
    columns = [names.index(name) for name in ("record", "known_from", "known_to", "state", "last_seen")]
    found: dict[str, list[Told]] = {}
    for row in known.get("presence", ()):
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
