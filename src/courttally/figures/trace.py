"""From an id to evidence: a figure to its records, a matter to its records, a record to its lines.

A figure is computed again from the current snapshot; whether it still says the same is said.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from courttally.engine import Engine
from courttally.figures.count import as_of_date, matter_id
from courttally.figures.metrics import all_metrics
from courttally.figures.standing import Standing, standing
from courttally.figures.worked import Answer
from courttally.registry import views
from courttally.registry.snapshot import Snapshot
from courttally.registry.trace import Evidence, Tracer


class NotFoundError(Exception):
    """Nothing of that id is known; the message says what could be the cause."""


@dataclass(frozen=True, slots=True)
class Item:
    """One unit behind a number, with its evidence. ``records`` are all case records of a matter."""

    key: str
    record: str
    slot: int | None
    records: tuple[str, ...]
    evidence: list[Evidence]

    @property
    def label(self) -> str:
        """How the item is headed."""
        return self.key if self.slot is None else f"{self.record}, accused {self.slot + 1}"

    def as_json(self) -> dict[str, Any]:
        """One object of ``trace --json``'s ``records``."""
        found: dict[str, Any] = {
            "key": self.key,
            "record": self.record,
            "evidence": [e.as_json() for e in self.evidence],
        }
        if self.slot is not None:
            found["slot"] = self.slot
        if len(self.records) > 1 or self.key.startswith("m-"):
            found["case_records"] = list(self.records)
        return found


@dataclass(frozen=True, slots=True)
class Traced:
    """The answer: lines that say what the id is, and the items."""

    head: dict[str, Any]
    heading: list[str]
    items: list[Item]

    def as_json(self) -> dict[str, Any]:
        """The object that ``trace --json`` prints."""
        return {**self.head, "records": [item.as_json() for item in self.items]}


def trace_id(engine: Engine, snapshot: Snapshot, tracer: Tracer, home: Path, id_: str, as_of: date | None) -> Traced:
    """Trace a figure (f-…), a matter (m-…) or a case record. Raises NotFoundError."""
    try:
        if id_.startswith("f-"):
            return _figure(engine, snapshot, tracer, home, id_)
        day = as_of_date(snapshot, as_of)
        if id_.startswith("m-"):
            return _matter(engine, tracer, id_, day)
        return _record(engine, tracer, id_, day)
    except ValueError as error:
        raise NotFoundError(str(error)) from error


def _figure(engine: Engine, snapshot: Snapshot, tracer: Tracer, home: Path, id_: str) -> Traced:
    found = standing(engine, snapshot, home, id_)
    if found is None:
        raise NotFoundError(
            "no figure of that id was printed from this home; 'courttally count' prints figures with their ids"
        )
    issued, figure, same = found.issued, found.now, found.same
    question = issued.question
    now = figure.value if figure is not None else 0
    items = _items(engine, tracer, figure) if figure is not None else []
    metric = all_metrics().get(question.metric)
    title = metric.title.lower() if metric is not None else question.metric
    cell = ", ".join(f"{name} {value}" for name, value in issued.by.items()) or "all"
    heading = [
        f"Figure {id_}: {title}, {cell}: {_told(issued.value)}.",
        f"Scope {question.scope.name}: {question.scope.words()}; by {question.attribution} charge{question.limits()}; as of {question.as_of}.",
        "Computed again from this registry: the same."
        if same
        else f"Computed again from this registry: {_told(now)}. {_why(found)}",
    ]
    if figure is not None and not items and now != 0:
        heading.append("It rests on the whole registry, or on lists of courts, and on no case records of its own.")
    head = {
        "id": id_, "kind": "figure", "metric": question.metric, "by": issued.by, "scope": question.scope.as_json(),
        "attribution": question.attribution, "as_of": question.as_of.isoformat() if question.as_of else None,
        "value": issued.value, "value_now": now, "same": same,
    }  # fmt: skip
    return Traced(head, heading, items)


def _why(found: Standing) -> str:
    if found.unsaid:
        return "What moved since is not known."
    return f"Moved since: {', '.join(found.moved)}."


def _told(value: int | str) -> str:
    return value if isinstance(value, str) else f"{value:,}"


def _items(engine: Engine, tracer: Tracer, figure: Answer) -> list[Item]:
    """The units behind a figure. What a worked-out figure rests on beside units (courts) has no lines of its own."""
    matters = [key for key in figure.keys if key.startswith("m-")]
    if matters:
        members = _members(engine, figure.as_of)
        tracer.prepare((record for key in matters for record in members[key]), figure.as_of)
        return [_matter_item(tracer, key, members[key], figure.as_of) for key in matters]
    found = []
    keys = [key for key in dict.fromkeys(figure.keys) if ":" in key]
    tracer.prepare((key.partition("#")[0] for key in keys), figure.as_of)
    for key in keys:
        record, _, slot = key.partition("#")
        place = int(slot) if slot else None
        found.append(Item(key, record, place, (record,), _lines(tracer, record, figure.as_of, place)))
    return found


def _lines(tracer: Tracer, record: str, as_of: date, slot: int | None) -> list[Evidence]:
    """A record's evidence; none for one that only another day knew (a figure against a year before names such records too)."""
    try:
        return tracer.record(record, as_of, slot)
    except KeyError:
        return []


def _members(engine: Engine, as_of: date) -> dict[str, list[str]]:
    """Matter id -> its case records, the earliest received first (counting rule 4)."""
    groups: dict[str, list[tuple[bool, date, str]]] = {}
    for record, matter, received in views.record_keys(engine, as_of):
        groups.setdefault(matter, []).append((received is None, received or date.max, record))
    return {matter_id(min(group)[2]): [record for _, _, record in sorted(group)] for group in groups.values()}


def _matter_item(tracer: Tracer, key: str, records: list[str], as_of: date) -> Item:
    evidence = [line for record in records for line in tracer.record(record, as_of)]
    return Item(key, records[0], None, tuple(records), evidence)


def _matter(engine: Engine, tracer: Tracer, id_: str, as_of: date) -> Traced:
    records = _members(engine, as_of).get(id_)
    if records is None:
        raise NotFoundError(f"no matter of that id as of {as_of.isoformat()}")
    heading = [f"Matter {id_}: {len(records)} case record{'s' if len(records) > 1 else ''}, as of {as_of.isoformat()}."]
    head = {"id": id_, "kind": "matter", "as_of": as_of.isoformat()}
    return Traced(
        head, heading, [Item(record, record, None, (record,), tracer.record(record, as_of)) for record in records]
    )


def _record(engine: Engine, tracer: Tracer, id_: str, as_of: date) -> Traced:
    record = id_
    if views.record_at(engine, record, as_of) is None:
        record = views.alias_of(engine, id_) or id_
    try:
        evidence = tracer.record(record, as_of)
    except KeyError:
        raise NotFoundError(f"no case record of that id was known as of {as_of.isoformat()}") from None
    head = {"id": id_, "kind": "record", "as_of": as_of.isoformat()}
    return Traced(
        head, [f"Case record {record}, as of {as_of.isoformat()}."], [Item(record, record, None, (record,), evidence)]
    )
