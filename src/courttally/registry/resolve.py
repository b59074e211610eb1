"""What is currently known of one case record, as versions: pure row logic, one record at a time.

Invariants:

* Per field the current value is that of the latest sighting (by rank) whose page has the field; ties: card over listing,
  then the smaller payload digest. Sightings count from the day they are included.
* A version is opened only when a value changes; the sighting named beside a value is the first that showed it without
  a break.
* A date after the day on which it was seen is impossible: it counts as undated, with a signal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from courttally.law import outcomes
from courttally.registry.identity import Sighting
from courttally.registry.judgement import NO_CORRECTIONS, Corrections
from courttally.registry.sentences import Linked, SentenceSeen
from courttally.registry.state import State, state_of


@dataclass(frozen=True, slots=True)
class SlotSeen:
    """One slot of one sighting."""

    row: int
    name: str
    outcome: str | None
    rule: str | None
    ground: str | None
    result_date: date | None
    charges: tuple[tuple[str, str | None, str, str | None, str | None], ...]


@dataclass(slots=True)
class Seen:
    """Looks up what belongs to a sighting: its slots and its events as (name, day, result)."""

    slots: Mapping[str, Sequence[SlotSeen]]
    events: Mapping[str, Sequence[tuple[str, date | None, str]]]
    sentences: Mapping[str, Sequence[SentenceSeen]] = field(default_factory=dict)
    corrections: Corrections = NO_CORRECTIONS


@dataclass(slots=True)
class Versions:
    """Rows of the known tables for one record, without ``known_to`` (the next version's ``known_from`` closes it)."""

    records: list[tuple[Any, ...]] = field(default_factory=list)
    accused: list[tuple[Any, ...]] = field(default_factory=list)
    charges: list[tuple[Any, ...]] = field(default_factory=list)
    sentences: list[tuple[Any, ...]] = field(default_factory=list)
    signals: list[tuple[str, str, str]] = field(default_factory=list)


_FIELDS = (
    "number",
    "uid",
    "received",
    "result",
    "result_date",
    "in_force",
    "act",
    "consideration",
    "slots",
    "slot_results",
    "events",
    "sentences",
)


def _has(sighting: Sighting, name: str, seen: Seen) -> bool:
    match name:
        case "number":
            return sighting.number is not None
        case "uid":
            return sighting.uid is not None
        case "received":
            return sighting.has_received
        case "result":
            return sighting.outcome is not None
        case "result_date":
            return sighting.has_result_date
        case "in_force":
            return sighting.has_in_force
        case "act":
            return sighting.act is not None
        case "consideration":
            return sighting.consideration is not None
        case "slots":
            return sighting.slots is not None
        case "slot_results":
            return sighting.has_slot_results
        case "events":
            return sighting.has_events
        case "sentences":
            return sighting.ref in seen.sentences
    raise ValueError(f"no field {name}")


def _later(new: Sighting, old: Sighting) -> bool:
    if (new.rank, new.card) != (old.rank, old.card):
        return (new.rank, new.card) > (old.rank, old.card)
    return (new.digest, new.ref) < (old.digest, old.ref)


def versions_of(
    record: str,
    timed: Sequence[tuple[Sighting, date]],
    closed_on: date | None,
    seen: Seen,
    texts: Sequence[Linked] = (),
) -> Versions:
    """All versions of ``record``. ``closed_on``: the day on which another record took it over; ``texts``: decisions and press items
    on pages of their own that are linked to it."""
    made = Versions()
    best: dict[str, Sighting] = {}
    current: dict[str, Any] = {}
    refs: dict[str, str] = {}
    by_day: dict[date, list[Sighting]] = {}
    for sighting, day in timed:
        by_day.setdefault(day, []).append(sighting)
    for linked in texts:
        for turn in (linked.since, linked.until):
            if turn is not None:
                by_day.setdefault(turn, [])
    last: State | None = None
    guid: str | None = None
    simulated, second_hand = False, True
    for day in sorted(by_day):
        if closed_on is not None and day >= closed_on:
            break
        changed = last is None
        for sighting in by_day[day]:
            changed = changed or (guid is None and sighting.guid is not None) or (sighting.simulated and not simulated)
            changed = changed or (second_hand and not sighting.second_hand)
            guid, simulated = guid or sighting.guid, simulated or sighting.simulated
            second_hand = second_hand and sighting.second_hand
            changed = _take(sighting, best, current, refs, seen) or changed
            made.signals += [(record, sighting.capture, "date_in_future")] * _shows_future(sighting, seen)
        if texts:
            now = tuple(each.text for each in texts if each.since <= day and (each.until is None or day < each.until))
            changed = changed or current.get("texts", ()) != now
            current["texts"] = now
        if not changed:
            continue  # most sightings show what was known: a listing is fetched again and again
        # The record's own sightings come first; one that it took over names no case_id.
        current["sentences_in"] = refs.get("sentences", "")
        judged = seen.corrections.apply(record, current)
        state = state_of(record, timed[0][0], guid, judged, simulated=simulated, second_hand=second_hand)
        made.signals += [(record, refs.get(field, field).partition("#")[0], code) for code, field in state.signals]
        if state != last:
            _emit(made, day, state, refs, seen)
            last = state
    made.signals = sorted(set(made.signals))
    return made


def _take(
    sighting: Sighting,
    best: dict[str, Sighting],
    current: dict[str, Any],
    refs: dict[str, str],
    seen: Seen,
) -> bool:
    """Let a sighting speak for the fields for which it is the latest; whether any value changed.

    ``refs`` keeps the sighting that first showed the current value without a break.
    """
    changed = False
    for name in _FIELDS:
        if not _has(sighting, name, seen) or (name in best and not _later(sighting, best[name])):
            continue
        best[name] = sighting
        value = _value(sighting, name, seen)
        if name not in current or current[name] != value:
            current[name], refs[name], changed = value, sighting.ref, True
    return changed


def _shows_future(sighting: Sighting, seen: Seen) -> bool:
    days = [sighting.received, sighting.result_date]
    days += [slot.result_date for slot in seen.slots.get(sighting.ref, ())]
    return any(day is not None and day > sighting.included_on for day in days)


def _usable(day: date | None, sighting: Sighting) -> date | None:
    """A day after the one on which it was seen cannot be."""
    return day if day is None or day <= sighting.included_on else None


def _value(sighting: Sighting, name: str, seen: Seen) -> Any:
    """What a sighting says in one field, without the place where it stands."""
    match name:
        case "number":
            return sighting.number
        case "uid":
            return (sighting.uid, sighting.uid_valid)
        case "received":
            return (_usable(sighting.received, sighting), sighting.received_raw)
        case "result":
            return (sighting.outcome or "", sighting.rule or "", sighting.ground or "")
        case "result_date":
            return (_usable(sighting.result_date, sighting), sighting.result_date_raw)
        case "in_force":
            return sighting.in_force
        case "act":
            return sighting.act
        case "consideration":
            return sighting.consideration
        case "slots":
            return tuple((slot.name, slot.charges) for slot in seen.slots.get(sighting.ref, ()))
        case "slot_results":
            return tuple(
                (slot.outcome or "", slot.rule or "", slot.ground or "", _usable(slot.result_date, sighting))
                for slot in seen.slots.get(sighting.ref, ())
            )
        case "events":
            return _is_stayed(seen.events.get(sighting.ref, ()))
        case "sentences":
            return (tuple(seen.sentences[sighting.ref]), sighting.second_hand)
    raise ValueError(f"no field {name}")


def _emit(made: Versions, day: date, state: State, refs: Mapping[str, str], seen: Seen) -> None:
    """Write a version down, with the sightings and rows that its values rest on."""
    slots = seen.slots.get(refs.get("slots", ""), ())
    results = seen.slots.get(refs.get("slot_results", ""), ())
    made.records.append((day, *state.head, *(refs.get(name, "") for name in _REFS)))
    for n, row in enumerate(state.accused):
        result_row = results[n].row if len(results) == len(slots) else -1
        made.accused.append((day, *row, slots[n].row, result_row))
    made.charges += [(day, *row) for row in state.charges]
    made.sentences += [(day, *row) for row in state.sentences]


_REFS = ("number", "uid", "received", "result", "result_date", "slots", "slot_results", "events")


def _is_stayed(events: Sequence[tuple[str, date | None, str]]) -> bool:
    """Whether the last word on the proceedings is that they are stayed. Any later hearing or resumption ends the stay.

    Events without a day keep their place in the list.
    """
    stayed = False
    for _, _, result in sorted(events, key=lambda event: event[1] or date.min):
        effect = outcomes.event_effect(result) if result not in ("", "unmapped") else None
        stayed = effect == "stayed"
    return stayed
