"""Sightings that tell nothing new may be left out: what is known stays the same, over any histories."""

import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from registry_kit import AWOL, GUID_A, GUID_B, UID_A, Known, day, known, sighting, slot
from test_registry_properties import some_sightings

from courttally.registry.identity import Sighting
from courttally.registry.resolve import SlotSeen
from courttally.registry.schema import SEEN, TABLES
from courttally.registry.telling import BESIDE, GROUPS, Telling

Slots = dict[str, list[SlotSeen]]
Events = dict[str, list[tuple[str, date | None, str]]]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def write_tables(folder: Path, sightings: list[Sighting], slots: Slots, events: Events) -> None:
    """The seen tables of some sightings, one capture each."""
    rows: dict[str, list[dict[str, Any]]] = {table.name: [] for table in SEEN}
    for each in sightings:
        named = {"capture": each.capture, "seq": each.seq}
        own = {name: getattr(each, name) for name in TABLES["sightings"].schema.names if hasattr(each, name)}
        rows["sightings"].append({**own, "outcome_rule": each.rule})
        rows["pages"].append(
            {
                "capture": each.capture,
                "payload_digest": each.digest,
                "kind": "card" if each.card else "listing",
                "included_on": each.included_on,
                "rank_at": EPOCH + timedelta(microseconds=each.rank),
                "simulated": each.simulated,
                "second_hand": each.second_hand,
            }
        )
        for n, person in enumerate(slots.get(each.ref, ())):
            rows["accused_seen"].append(
                {
                    **named,
                    "slot": n,
                    "row": person.row,
                    "name": person.name,
                    "outcome": person.outcome,
                    "outcome_rule": person.rule,
                    "ground": person.ground,
                    "result_date": person.result_date,
                }
            )
            for k, (article, part, points, stage, role) in enumerate(person.charges):
                charge = {"slot": n, "n": k, "article": article, "part": part, "points": points}
                rows["charges_seen"].append({**named, **charge, "stage": stage, "role": role})
        for n, (event, on, result) in enumerate(events.get(each.ref, ())):
            rows["events_seen"].append({**named, "n": n, "row": n, "event": event, "day": on, "result": result})
    for table in SEEN:
        pq.write_table(pa.Table.from_pylist(rows[table.name], schema=table.schema), folder / f"{table.name}.parquet")


def telling(sightings: list[Sighting], slots: Slots, events: Events) -> list[Sighting]:
    """The sightings that tell something."""
    with tempfile.TemporaryDirectory() as folder:
        write_tables(Path(folder), sightings, slots, events)
        found = Telling(Path(folder))
        kept = set(zip(*(found["sightings"][name].to_pylist() for name in ("capture", "seq")), strict=True))
        found.engine.close()
    return [each for each in sightings if (each.capture, each.seq) in kept]


def rows(found: Known) -> list[Any]:
    return [found.records, found.accused, found.charges, found.aliases]


def belongings(sightings: list[Sighting], kinds: dict[str, int]) -> tuple[Slots, Events]:
    """Slots and events of sightings; `kinds` says which of a few each shows."""
    slots: Slots = {}
    events: Events = {}
    for each in sightings:
        kind = kinds.get(each.ref, 0)
        if each.slots:
            result = ("verdict", "terminated", None)[kind % 3] if each.has_slot_results else None
            slots[each.ref] = [
                slot(result, day(2) if result else None, (AWOL,) * (n + 1), n) for n in range(each.slots)
            ]
        if each.has_events:
            events[each.ref] = [("hearing", day(1), ("stayed", "", "resumed")[kind % 3])]
    return slots, events


@settings(max_examples=25, deadline=None)
@given(some_sightings(), st.integers(0, 2))
def test_any_sightings_without_those_that_tell_nothing(sightings: list[Sighting], turn: int) -> None:
    slots, events = belongings(sightings, {each.ref: turn * n for n, each in enumerate(sightings)})
    assert rows(known(telling(sightings, slots, events), slots, events)) == rows(known(sightings, slots, events))


@st.composite
def visits(draw: st.DrawFn) -> list[Sighting]:
    """One or two records asked for again and again, in the order of time: lists and cards in turns, most of them unchanged."""
    found = []
    states: dict[int, dict[str, Any]] = {}
    for n in range(draw(st.integers(2, 14))):
        case_id = draw(st.sampled_from((7, 7, 7, 8)))
        state = states.setdefault(
            case_id, {"guid": GUID_A if case_id == 7 else GUID_B, "number": "1-1/2024", "slots": 1}
        )
        if draw(st.integers(0, 3)) == 0:
            state[draw(st.sampled_from(("number", "judge_", "outcome", "uid", "slots", "received")))] = draw(
                st.integers(1, 3)
            )
        card = draw(st.booleans())
        outcome = ("verdict", "returned", "")[state["outcome"] % 3] if "outcome" in state else None
        values: dict[str, Any] = {
            "case_id": case_id,
            "guid": state["guid"],
            "number": f"1-{state['number']}/2024",
            "received": day(state["received"] + 2) if "received" in state else None,
            "outcome": outcome if card or outcome else "",
            "result_date": day(state["outcome"] + 3) if outcome else None,
            "slots": state["slots"],
            "card": card,
            "uid": UID_A if card and "uid" in state else None,
            "has_slot_results": card and outcome is not None,
            "has_events": card,
        }
        found.append(sighting(f"c{n}", n // 2 + 1, rank=n * 1000, **values))
    return found


@settings(max_examples=25, deadline=None)
@given(visits(), st.lists(st.integers(0, 2), min_size=14, max_size=14))
def test_visits_without_those_that_tell_nothing(sightings: list[Sighting], kinds: list[int]) -> None:
    slots, events = belongings(sightings, {each.ref: kinds[n] for n, each in enumerate(sightings)})
    kept = telling(sightings, slots, events)
    assert rows(known(kept, slots, events)) == rows(known(sightings, slots, events))


def test_what_is_shown_again_is_left_out() -> None:
    again = [sighting(f"c{n}", n + 1, case_id=7, guid=GUID_A, number="1-1/2024") for n in range(6)]
    assert [each.capture for each in telling(again, {}, {})] == ["c0"]


@pytest.mark.parametrize(
    "odd",
    [
        {"case_id": 7, "guid": GUID_B, "number": "1-1/2024"},
        {"case_id": 7, "guid": GUID_A, "number": "1-1/2024", "rank": 100},
        {"case_id": None, "number": "1-1/2024", "received": day(1)},
    ],
    ids=["another GUID", "a time out of order", "a record that may be merged into it"],
)
def test_of_odd_records_all_sightings_stay(odd: dict[str, Any]) -> None:
    again = [sighting(f"c{n}", n + 1, case_id=7, guid=GUID_A, number="1-1/2024") for n in range(4)]
    again.append(sighting("c9", 9, **odd))
    assert len(telling(again, {}, {})) == 5


def test_two_accused_who_change_alike_are_seen_to_change() -> None:
    """Digests of rows are not added up in a way that lets equal changes cancel each other."""
    both = [sighting(f"c{n}", n + 1, case_id=7, guid=GUID_A, slots=2) for n in range(3)]
    slots = {
        each.ref: [SlotSeen(k, name, None, None, None, None, (AWOL,)) for k in range(2)]
        for each, name in zip(both, ("⟦name⟧", "⟦name⟧", "⟦hidden⟧"), strict=True)
    }
    assert [each.capture for each in telling(both, slots, {})] == ["c0", "c2"]


def test_every_column_has_its_place() -> None:
    """Whoever adds a column to the sightings must say whether it is news when it changes."""
    told = {word for has, says in GROUPS.values() for text in (has, *says) for word in text.replace("(", " ").split()}
    missing = set(TABLES["sightings"].schema.names) - told - BESIDE
    assert missing == set()
