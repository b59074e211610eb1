"""Laws of the registry over any sightings: history is never rewritten, and the order of files does not matter."""

import random
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from registry_kit import AWOL, GUID_A, GUID_B, UID_A, UID_B, Known, day, known, sighting, slot

from courttally.registry.identity import Sighting

DAYS = 5
NONE_OR_DAYS = st.one_of(st.none(), st.integers(1, DAYS + 2).map(day))


@st.composite
def some_sightings(draw: st.DrawFn) -> list[Sighting]:
    """Up to nine sightings of a few cases that are easily mixed up: same numbers, same UIDs, with and without case_id."""
    found = []
    for n in range(draw(st.integers(1, 9))):
        included = draw(st.integers(1, DAYS))
        uid = draw(st.sampled_from((None, UID_A, UID_B, "")))
        outcome = draw(st.sampled_from((None, "", "verdict", "returned", "unmapped")))
        result_date = draw(NONE_OR_DAYS) if outcome else None
        card = draw(st.booleans())
        values: dict[str, Any] = {
            # A capture of unknown time is included on the day of its import and ranks no later.
            "rank": draw(st.integers(0, included)) * 100,
            "card": card,
            "digest": f"sha256:{draw(st.integers(0, 2))}",
            "case_id": draw(st.sampled_from((None, None, 7, 8))),
            "guid": draw(st.sampled_from((None, GUID_A, GUID_B))),
            "number": draw(st.sampled_from((None, "1-1/2024", "1-2/2024"))),
            "uid": uid,
            "uid_valid": draw(st.booleans()) if uid else None,
            "received": draw(NONE_OR_DAYS),
            "outcome": outcome,
            "result_date": result_date,
            "act": draw(st.sampled_from((None, "yes", "no"))),
            "slots": draw(st.sampled_from((None, 1, 2))),
            "has_events": card and draw(st.booleans()),
        }
        values["has_slot_results"] = bool(card and values["slots"])
        found.append(sighting(f"c{n}", included, **values))
    return found


def all_known(sightings: list[Sighting]) -> Known:
    slots = {}
    events = {}
    for seen in sightings:
        results = ("verdict", "") if seen.digest.endswith("0") else ("", "terminated")
        if seen.slots:
            slots[seen.ref] = [
                slot(
                    results[n] if seen.has_slot_results else None, day(2) if results[n] else None, (AWOL,) * (n + 1), n
                )
                for n in range(seen.slots)
            ]
        if seen.has_events:
            events[seen.ref] = [("hearing", day(1), "stayed" if seen.digest.endswith("1") else "")]
    return known(sightings, slots, events)


def until(rows: list[dict[str, Any]], last: date) -> list[dict[str, Any]]:
    """The versions that were known by the end of a day, as they looked then."""
    return [
        row | ({"known_to": None} if "known_to" in row and row["known_to"] and row["known_to"] > last else {})
        for row in rows
        if row["known_from"] <= last
    ]


TABLES = ("records", "accused", "charges", "aliases")


@settings(max_examples=120, deadline=None)
@given(some_sightings())
def test_what_was_known_on_a_day_follows_from_what_was_seen_by_then(sightings: list[Sighting]) -> None:
    whole = all_known(sightings)
    for number in range(1, DAYS + 1):
        by_then = all_known([seen for seen in sightings if seen.included_on <= day(number)])
        for table in TABLES:
            assert until(getattr(whole, table), day(number)) == until(getattr(by_then, table), day(number)), (
                f"{table} on day {number}"
            )


@settings(max_examples=50, deadline=None)
@given(some_sightings(), st.randoms(use_true_random=False))
def test_the_order_of_sightings_does_not_matter(sightings: list[Sighting], rng: random.Random) -> None:
    shuffled = list(sightings)
    rng.shuffle(shuffled)
    one, other = all_known(sightings), all_known(shuffled)
    for table in TABLES:
        assert getattr(one, table) == getattr(other, table)
    assert set(one.signals) == set(other.signals)


@settings(max_examples=50, deadline=None)
@given(some_sightings())
def test_versions_follow_one_another_without_gap_or_overlap(sightings: list[Sighting]) -> None:
    whole = all_known(sightings)
    taken = {row["provisional"]: row["known_from"] for row in whole.aliases}
    records: dict[str, list[dict[str, Any]]] = {}
    for row in whole.records:
        records.setdefault(row["record"], []).append(row)
    for key, versions in records.items():
        for one, following in pairwise(versions):
            assert one["known_from"] < one["known_to"] == following["known_from"]
        # The last holds still, or until another record took it over; nothing else ends a case.
        assert versions[-1]["known_to"] == taken.get(key)
    # As of any day a slot belongs to a record known that day, and every record has as many slots as it says.
    for number in range(1, DAYS + 1):
        people = whole.people(number)
        for key, row in whole.at(number).items():
            assert sum(person["record"] == key for person in people) == row["slots"]
        assert {person["record"] for person in people} <= set(whole.at(number))


@settings(max_examples=50, deadline=None)
@given(some_sightings())
def test_no_date_is_later_than_the_day_it_was_known(sightings: list[Sighting]) -> None:
    for row in all_known(sightings).records:
        for name in ("received", "result_date", "outcome_date", "verdict_date"):
            assert row[name] is None or row[name] <= row["known_from"]


@settings(max_examples=50, deadline=None)
@given(some_sightings(), st.integers(0, 8))
def test_the_same_bytes_held_twice_change_nothing(sightings: list[Sighting], which: int) -> None:
    """A second capture of the same moment and bytes, of a greater id: every value still rests on the first."""
    again = replace(sightings[which % len(sightings)], ref="z#0", capture="z")
    before, after = all_known(sightings), all_known([*sightings, again])
    for table in TABLES:
        assert getattr(after, table) == getattr(before, table)


@settings(max_examples=60, deadline=None)
@given(some_sightings())
def test_every_current_value_is_that_of_the_latest_page_that_has_it(sightings: list[Sighting]) -> None:
    """Against a second, slower way of finding it: sort all sightings of the record and take the last."""
    plain = [replace(seen, case_id=7, guid=None) for seen in sightings]
    whole = all_known(plain)

    def latest(has: str, value: str) -> Any:
        order = sorted(
            plain, key=lambda seen: ([seen.rank, seen.card], [-ord(letter) for letter in seen.digest + seen.ref])
        )
        having = [getattr(seen, value) for seen in order if getattr(seen, has) not in (None, False)]
        return having[-1] if having else None

    row = whole.one(DAYS)
    assert row["number"] == latest("number", "number")
    assert row["uid"] == latest("uid", "uid")
    assert row["result"] == (latest("outcome", "outcome") or "")
    assert row["act"] == (latest("act", "act") or "unknown")
    assert row["slots"] == (latest("slots", "slots") or 0)
