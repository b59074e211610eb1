"""Every value that a case record ever showed, from when to when: by sightings, and by the court's own dates as bounds.

Invariants:

* A value is *seen* from the first page that showed it without a break to the last. It was *posted* not before the latest earlier page
  that had the field and showed something else, and by the first page that shows it. A card itself was there by the earliest
  posting date that its own lines bear. The stamp «изменено» bounds nothing: some cards change without saying so.
* A page of unknown time bounds nothing from below; pages are in the order in which they rank for current values.
* Names are masks; nothing that the seen tables do not hold is looked up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from courttally.engine import Engine
from courttally.registry import views_past
from courttally.registry.case import charge_words
from courttally.registry.moscow import moscow_date

EMPTY = "(empty)"
FIELDS = (
    "number",
    "uid",
    "received",
    "result",
    "result date",
    "in force",
    "act",
    "considered",
    "accused",
    "own results",
    "appeal result",
)

_FROM_THE_START = frozenset({"number", "received"})
"""Fields that a card has from its first day on."""


@dataclass(frozen=True, slots=True)
class Value:
    """One value of one field. Days are Moscow days; ``posted_after`` None: no earlier page bounds it."""

    field: str
    value: str
    first_seen: date
    last_seen: date
    sightings: int
    posted_after: date | None
    posted_by: date
    first_capture: str
    last_capture: str

    def as_json(self) -> dict[str, Any]:
        """The object that ``case --history --json`` prints."""
        return {
            "field": self.field, "value": self.value, "first_seen": self.first_seen.isoformat(), "last_seen": self.last_seen.isoformat(),
            "sightings": self.sightings, "posted_after": self.posted_after.isoformat() if self.posted_after else None,
            "posted_by": self.posted_by.isoformat(), "first_capture": self.first_capture, "last_capture": self.last_capture,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Look:
    """One page that showed the record: when, what it says of its own last change, and its fields as text."""

    capture: str
    included_on: date
    fetched_at: datetime | None
    posted: date | None
    """The earliest posting date that a line of the page bears."""
    shows: dict[str, str]


def history(engine: Engine, record: dict[str, Any], as_of: date) -> list[Value]:
    """Every value of every field of a record (a row of ``records``) by a day, in order of fields and time."""
    looks = list(_looks(engine, record, as_of))
    return [value for field in FIELDS for value in runs(field, looks)]


def runs(field: str, looks: Iterable[Look]) -> Iterator[Value]:
    """The values that one field showed, one after the other. ``looks`` in the order of time."""
    held: list[Look] = []
    before: Look | None = None
    for look in looks:
        if field not in look.shows:
            continue  # the page does not have the field: it says nothing
        if held and held[-1].shows[field] != look.shows[field]:
            yield _value(field, held, before)
            before, held = held[-1], []
        held.append(look)
    if held:
        yield _value(field, held, before)


def _value(field: str, held: list[Look], before: Look | None) -> Value:
    first, last = held[0], held[-1]
    posted_by = first.included_on
    if before is None and field in _FROM_THE_START:
        posted_by = min([posted_by, *(look.posted for look in held if look.posted is not None)])
    after = moscow_date(before.fetched_at) if before is not None and before.fetched_at is not None else None
    return Value(
        field, first.shows[field] or EMPTY, first.included_on, last.included_on, len(held), after, posted_by, first.capture, last.capture
    )  # fmt: skip


def _looks(engine: Engine, record: dict[str, Any], as_of: date) -> Iterator[Look]:
    charges: dict[tuple[str, int], dict[int, list[str]]] = {}
    for capture, seq, slot, article, part, points, stage, role in views_past.charges_shown(engine, record):
        charges.setdefault((capture, seq), {}).setdefault(slot, []).append(
            charge_words(article, part, points, stage, role)
        )
    persons: dict[tuple[str, int], list[tuple[str, bool, str | None, str | None, date | None, str]]] = {}
    for capture, seq, *person in views_past.accused_shown(engine, record):
        persons.setdefault((capture, seq), []).append(tuple(person))
    for row in views_past.shown(engine, record):
        (capture, seq, included, fetched, posted, number, earlier, uid, has_received, received, received_raw, outcome, ground,
         has_result_date, result_date, result_date_raw, has_in_force, in_force, act, consideration, appeal_result) = row  # fmt: skip
        if included > as_of:
            continue
        shows: dict[str, str] = {}
        if number is not None:
            shows["number"] = " ".join([number, *([f"({earlier})"] if earlier else [])])
        if uid is not None:
            shows["uid"] = uid
        if has_received:
            shows["received"] = _day(received, received_raw)
        if outcome is not None:
            shows["result"] = " ".join(word for word in (outcome, f"({ground})" if ground else "") if word)
        if has_result_date:
            shows["result date"] = _day(result_date, result_date_raw)
        if has_in_force:
            shows["in force"] = _day(in_force, "")
        for name, value in (("act", act), ("considered", consideration), ("appeal result", appeal_result)):
            if value is not None:
                shows[name] = value
        people = persons.get((capture, seq), [])
        of_slot = charges.get((capture, seq), {})
        if people:
            shows["accused"] = " | ".join("; ".join(of_slot.get(n, [])) or "none stated" for n in range(len(people)))
            if all(has for _, has, *_ in people):
                shows["own results"] = " | ".join(
                    " ".join(word for word in (result or "", _day(day, raw)) if word) or "-"
                    for _, _, result, _, day, raw in people
                )
        yield Look(capture, included, fetched, posted, shows)


def _day(day: date | None, raw: str | None) -> str:
    return day.isoformat() if day is not None else raw or ""


def seen_words(value: Value) -> str:
    """When a value was seen, in words."""
    return str(value.first_seen) if value.first_seen == value.last_seen else f"{value.first_seen} to {value.last_seen}"
