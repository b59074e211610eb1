"""What changed on some case records between two looks at the registry.

Invariants: pure over a snapshot's tables; a *state* is a record's current values as text ("" where there is none), without names
and without text of a page, so that it can be kept and compared with a later one. A record whose provisional key was taken over
is the same record. Open is pending or stayed, finished is every other outcome (DESIGN, *outcome*).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import pyarrow.compute as pc

from courttally.engine import Engine
from courttally.registry import views
from courttally.registry.snapshot import Snapshot

State = dict[str, str]
Kind = Literal["new", "finished", "reopened", "vanished", "changed", "left"]
"""``left``: the registry knows the record no more (a redaction, a rule that was mended)."""

OPEN = frozenset({"pending", "stayed"})
_COLUMNS = (
    "record",
    "court",
    "number",
    "received",
    "outcome",
    "outcome_date",
    "in_force",
    "act",
    "slots",
    "events_seen",
)
_SHOWN = ("number", "received", "outcome", "outcome_date", "in_force", "act", "slots")


@dataclass(frozen=True, slots=True)
class Change:
    """What changed on one record. ``fields``: name to (before, now)."""

    record: str
    court: str
    number: str
    kind: Kind
    fields: Mapping[str, tuple[str, str]]


def states(
    snapshot: Snapshot,
    *,
    records: Collection[str] = (),
    courts: Collection[str] = (),
    numbers: Collection[tuple[str, str]] = (),
) -> dict[str, State]:
    """The current state of every record that is named by its id, its court, or (court, number) as its pages show it.

    Records named by id or number also say what their timeline's latest event is.
    """
    taken = aliases(snapshot)
    wanted = {_now(taken, record) for record in records}
    table = snapshot.table("records", [*_COLUMNS, "known_to"])
    found: dict[str, State] = {}
    single: dict[str, str] = {}
    for row in table.filter(pc.is_null(table["known_to"])).to_pylist():
        named = row["record"] in wanted or (row["court"], row["number"]) in numbers
        if named or row["court"] in courts:
            found[row["record"]] = {"court": row["court"], **{name: _text(row[name]) for name in _SHOWN}}
            if named and row["events_seen"]:
                single[row["record"]] = row["events_seen"]
    for record, state in _presence(snapshot).items():
        if record in found:
            found[record]["presence"] = state
    for record, event in _latest_events(snapshot, single).items():
        found[record]["event"] = event
    return found


def aliases(snapshot: Snapshot) -> dict[str, str]:
    """Provisional keys and the records that took them over."""
    table = snapshot.table("aliases", ["provisional", "record"])
    return dict(zip(table["provisional"].to_pylist(), table["record"].to_pylist(), strict=True))


def changes(before: Mapping[str, State], after: Mapping[str, State], taken: Mapping[str, str]) -> list[Change]:
    """What changed from one look to the next, in the order of court and record; ``taken`` are the aliases of the later."""
    earlier = {_now(taken, record): state for record, state in before.items()}
    found = []
    for record in sorted(earlier.keys() | after.keys()):
        old, new = earlier.get(record), after.get(record)
        if old == new:
            continue
        if new is None:  # what it said may have been redacted: nothing of it is told
            found.append(Change(record, (old or {}).get("court", ""), "", "left", {}))
            continue
        fields = {
            name: ((old or {}).get(name, ""), new.get(name, ""))
            for name in (*_SHOWN, "presence", "event")
            if (old or {}).get(name, "") != new.get(name, "")
        }
        if fields:
            found.append(Change(record, new["court"], new["number"], _kind(old, new), fields))
    return sorted(found, key=lambda change: (change.court, change.record))


def _kind(old: State | None, new: State) -> Kind:
    if old is None:
        return "new"
    if old["outcome"] in OPEN and new["outcome"] not in OPEN:
        return "finished"
    if old["outcome"] not in OPEN and new["outcome"] in OPEN:
        return "reopened"
    return "vanished" if new.get("presence") == "vanished" != old.get("presence") else "changed"


def _now(taken: Mapping[str, str], record: str) -> str:
    seen = set()
    while record in taken and record not in seen:
        seen.add(record)
        record = taken[record]
    return record


def _presence(snapshot: Snapshot) -> dict[str, str]:
    table = snapshot.table("presence", ["record", "known_to", "state"])
    table = table.filter(pc.is_null(table["known_to"]))
    return dict(zip(table["record"].to_pylist(), table["state"].to_pylist(), strict=True))


def _latest_events(snapshot: Snapshot, wanted: dict[str, str]) -> dict[str, str]:
    """Record to its latest event (code, day, result, with codes of ``law``), from the latest page that shows its timeline."""
    if not wanted:
        return {}
    with Engine(snapshot.path) as engine:
        timelines = views.latest_timelines(engine, wanted, date.max)
    found = {}
    for record, lines in timelines.items():
        _, event, day, _, result, *_ = max(lines, key=lambda line: (_text(line[2]), line[0]))
        found[record] = " ".join(filter(None, (event, _text(day), result)))
    return found


def _text(value: Any) -> str:
    return "" if value is None else str(value)
