"""The sightings that tell something: all others of a record show what its earlier ones showed, and are not looked at again.

A list is asked again and again; of ten sightings six say nothing new. Leaving those out before row logic makes a build three times
as fast and half as large, and changes no known row.

Invariants:

* A sighting is left out only where each of its `GROUPS` is absent or says what the record's latest earlier sighting that has the
  group said. What can be told from a value, but not from the sighting alone, is part of the group: whether a date is after the day
  of the sighting, and which unaccepted wording stands there, since people may have answered one and not the other.
* It is left out only in records whose sightings came in the order of their times, with one GUID, and which no provisional
  record can be merged into: there alone "latest" and "last to come" are the same. Of every other record all sightings stay.
* Every column of ``sightings`` is in a group or in `BESIDE`; whoever adds one must say where it belongs (a test asks).
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa

from courttally.engine import Engine
from courttally.registry import views_build
from courttally.registry.schema import TABLES

GROUPS: dict[str, tuple[str, tuple[str, ...]]] = {
    "number": ("number IS NOT NULL", ("number",)),
    "earlier": ("earlier <> ''", ("earlier",)),
    "uid": ("uid IS NOT NULL", ("uid", "uid_valid")),
    "received": ("has_received", ("received", "received_raw", "received > included_on")),
    "judge": ("judge IS NOT NULL", ("judge",)),
    "result": ("outcome IS NOT NULL", ("outcome", "outcome_rule", "ground", "wordings")),
    "decided": ("has_result_date", ("result_date", "result_date_raw", "result_date > included_on")),
    "ruling": ("outcome IS NOT NULL", ("outcome", "result_date", "result_date > included_on")),
    "in_force": ("has_in_force", ("in_force", "in_force_raw")),
    "act": ("act IS NOT NULL", ("act",)),
    "act_ids": ("act_ids IS NOT NULL", ("act_ids",)),
    "consideration": ("consideration IS NOT NULL", ("consideration",)),
    "accused": ("slots IS NOT NULL", ("slots", "persons", "charges")),
    "own_results": ("has_slot_results", ("slots", "own_results", "wordings")),
    "events": ("has_events", ("events", "wordings")),
    "sentences": ("sentences IS NOT NULL", ("sentences",)),
    "appeal_result": ("appeal_result IS NOT NULL", ("appeal_result", "wordings")),
    "about": ("about <> ''", ("about",)),
    "lower_region": ("lower_region <> ''", ("lower_region",)),
    "lower_court": ("lower_court <> ''", ("lower_court",)),
    "lower_number": ("lower_number <> '' OR lower_earlier <> ''", ("lower_number", "lower_earlier")),
    "lower_judge": ("lower_judge <> ''", ("lower_judge",)),
    "guid": ("guid IS NOT NULL", ("guid",)),
    "simulated": ("simulated", ("simulated",)),
    "first_hand": ("NOT second_hand", ("second_hand",)),
}
"""Group -> (when a sighting has it, what it says). Columns of ``sightings``, of its page, and digests of the rows that belong to it."""

BESIDE = frozenset({"capture", "seq", "row", "court", "branch", "proceeding", "srv_num", "case_id"})
"""Columns that name the sighting or its record and say nothing about the case."""

SENTENCE = tuple(name for name in TABLES["sentences_seen"].schema.names if name not in ("capture", "seq"))
"""What makes a sentence."""
_OF_SIGHTINGS = ("sightings", "accused_seen", "charges_seen", "events_seen")
_HEAVY = frozenset({"layout"})


class Telling(dict[str, pa.Table]):
    """The seen tables as row logic takes them, each loaded when it is asked for: sightings that tell something with their accused,
    charges and events; of the other tables all rows; of pages all but the layout.

    ``told``: (record, capture, seq) of those that tell something; ``shown``: what every record showed last.
    """

    told: pa.Table
    shown: pa.Table

    def __init__(self, *folders: Path) -> None:
        super().__init__()
        self.engine = Engine(*folders)
        views_build.keep_telling(self.engine, GROUPS, list(SENTENCE))
        self.told = views_build.told(self.engine)
        self.shown = views_build.shown(self.engine, GROUPS)
        self.engine.let_go("compared")

    def __missing__(self, name: str) -> pa.Table:
        schema = pa.schema([field for field in TABLES[name].schema if field.name not in _HEAVY])
        only = "telling" if name in _OF_SIGHTINGS else self._beside
        found = views_build.seen_rows(self.engine, name, schema.names, TABLES[name].key, only=only)
        self[name] = found.cast(schema)
        return self[name]

    _beside = ""


class Wanted(Telling):
    """The same of some records only, over an engine that keeps what a snapshot was made of beside what came since: of the other tables the
    rows of their captures and of texts on pages of their own."""

    _beside = "near"

    def __init__(self, engine: Engine, records: Iterable[str]) -> None:
        dict.__init__(self)
        self.engine = engine
        views_build.keep_wanted(engine, records)
