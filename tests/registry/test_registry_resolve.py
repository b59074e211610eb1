"""What is currently known of a case: ranks, ties, impossible dates, slots, stays; truth worked out by hand from the design."""

from datetime import date

import pytest
from registry_kit import AWOL, GUID_A, Charge, day, known, sighting, slot

DECIDED = date(2023, 12, 20)


def test_a_capture_of_unknown_time_never_overrides_a_later_dated_one() -> None:
    """Imported on day 9, but it prints nothing after day 1: it ranks there, though it counts from day 9 only."""
    seen = [
        sighting("dated", 5, case_id=7, outcome="verdict", result_date=DECIDED),
        sighting("unknown", 9, case_id=7, outcome="", rank=100, number="1-1/2024"),
    ]
    found = known(seen)
    assert [found.one(on)["outcome"] for on in (5, 8, 9)] == ["verdict"] * 3
    # It still gives what no dated page has, from the day on which it was imported.
    assert [found.one(on)["number"] for on in (8, 9)] == [None, "1-1/2024"]


def test_a_field_that_a_later_page_lacks_stays_and_an_empty_one_overrides() -> None:
    seen = [
        sighting(
            "listing",
            1,
            case_id=7,
            number="1-1/2024",
            received=date(2023, 12, 1),
            outcome="verdict",
            result_date=DECIDED,
            act="yes",
        ),
        sighting("card", 2, case_id=7, card=True, has_received=True, outcome="", has_result_date=True),
    ]
    found = known(seen).one(2)
    assert found["number"] == "1-1/2024"
    assert found["act"] == "yes"
    assert found["received"] is None
    assert (found["result"], found["result_date"], found["outcome"]) == ("", None, "pending")


@pytest.mark.parametrize("swap", [False, True])
def test_ties_card_over_listing_then_the_smaller_digest(swap: bool) -> None:
    card = sighting("b", 1, rank=5, card=True, digest="sha256:ff", case_id=7, number="1-2/2024")
    listing = sighting("a", 1, rank=5, card=False, digest="sha256:00", case_id=7, number="1-1/2024")
    pair = [listing, card] if swap else [card, listing]
    assert known(pair).one(1)["number"] == "1-2/2024"
    small = sighting("x", 1, rank=5, digest="sha256:00", case_id=7, number="1-3/2024")
    large = sighting("w", 1, rank=5, digest="sha256:01", case_id=7, number="1-4/2024")
    pair = [small, large] if swap else [large, small]
    assert known(pair).one(1)["number"] == "1-3/2024"
    # Rank goes before both.
    later = sighting("v", 1, rank=6, digest="sha256:ff", case_id=7, number="1-5/2024")
    assert known([*pair, card, later]).one(1)["number"] == "1-5/2024"


def test_a_version_opens_only_when_a_value_changes() -> None:
    seen = [sighting(f"s{on}", on, case_id=7, number="1-1/2024" if on < 5 else "1-2/2024") for on in range(1, 8)]
    found = known(seen)
    assert [(row["known_from"], row["known_to"], row["number_seen"]) for row in found.records] == [
        (day(1), day(5), "s1#0"),
        (day(5), None, "s5#0"),
    ]


def test_dates_after_the_day_they_were_seen_are_undated() -> None:
    seen = [
        sighting("a", 3, case_id=7, received=day(4), outcome="verdict", result_date=day(9)),
        sighting("b", 12, case_id=8, received=day(12), outcome="verdict", result_date=day(12)),
    ]
    found = known(seen)
    rows = found.at(12)
    future, same_day = rows["25GV0001:criminal:first:1:7"], rows["25GV0001:criminal:first:1:8"]
    assert (future["received"], future["result_date"], future["outcome"], future["outcome_date"]) == (
        None,
        None,
        "verdict",
        None,
    )
    assert (future["is_verdict"], future["verdict_date"]) == (True, None)
    assert (same_day["received"], same_day["result_date"], same_day["verdict_date"]) == (day(12), day(12), day(12))
    assert {signal for signal in found.signals if signal[2] == "date_in_future"} == {
        ("25GV0001:criminal:first:1:7", "a", "date_in_future")
    }


def test_an_impossible_date_keeps_its_raw_text() -> None:
    found = known([sighting("a", 1, case_id=7, has_received=True, received_raw="31.02.2024")]).one(1)
    assert (found["received"], found["received_raw"]) == (None, "31.02.2024")


def two(first: str | None, second: str | None) -> list[object]:
    return [slot(first, DECIDED if first else None, row=1), slot(second, DECIDED if second else None, row=2)]


@pytest.mark.parametrize(
    ("case", "people", "outcome", "outcomes"),
    [
        # One accused without a result of his own takes the case's.
        ("verdict", [""], "verdict", ["verdict"]),
        ("", [""], "pending", ["pending"]),
        # Several do not: unknown, shown beside.
        ("verdict", ["", ""], "verdict", ["unknown", "unknown"]),
        ("", ["", ""], "pending", ["unknown", "unknown"]),
        # The case's result stands before its accused's; without one, the latest of theirs.
        ("", ["verdict", ""], "verdict", ["verdict", "unknown"]),
        ("returned", ["verdict", "terminated"], "returned", ["verdict", "terminated"]),
        ("", ["terminated"], "terminated", ["terminated"]),
        ("unmapped", ["verdict"], "unmapped", ["verdict"]),
    ],
)
def test_outcomes_of_case_and_accused(case: str, people: list[str], outcome: str, outcomes: list[str]) -> None:
    card = sighting(
        "a",
        30,
        case_id=7,
        card=True,
        outcome=case,
        result_date=DECIDED if case else None,
        slots=len(people),
        has_slot_results=True,
    )
    rows = [slot(own, DECIDED if own else None, row=n) for n, own in enumerate(people)]
    found = known([card], {"a#0": rows})
    row = found.one(30)
    assert row["outcome"] == outcome
    assert [person["outcome"] for person in found.people(30)] == outcomes
    assert row["is_verdict"] == ("verdict" in (case, *people))
    assert row["slots"] == len(people)


def test_a_verdict_is_dated_by_the_earliest() -> None:
    early, late = date(2023, 11, 1), date(2023, 12, 1)
    card = sighting("a", 30, case_id=7, card=True, outcome="verdict", result_date=late, slots=2, has_slot_results=True)
    found = known([card], {"a#0": [slot("verdict", early, row=1), slot("verdict", late, row=2)]})
    assert found.one(30)["verdict_date"] == early
    assert found.one(30)["outcome_date"] == late


def test_the_latest_of_the_accuseds_results_is_the_cases() -> None:
    early, late = date(2023, 11, 1), date(2023, 12, 1)
    card = sighting("a", 30, case_id=7, card=True, outcome="", slots=2, has_slot_results=True)
    found = known([card], {"a#0": [slot("verdict", late, row=1), slot("terminated", early, row=2)]}).one(30)
    assert (found["outcome"], found["outcome_date"]) == ("verdict", late)


def test_results_of_a_card_are_not_given_to_another_number_of_slots() -> None:
    """The later listing shows three accused, the card's results are for two: nobody gets one, and it is said."""
    card = sighting("card", 2, case_id=7, card=True, outcome="", slots=2, has_slot_results=True)
    listing = sighting("listing", 3, case_id=7, outcome="", slots=3)
    slots = {
        "card#0": [slot("verdict", DECIDED, row=1), slot("verdict", DECIDED, row=2)],
        "listing#0": [slot(), slot(), slot()],
    }
    found = known([card, listing], slots)
    assert [person["outcome"] for person in found.people(2)] == ["verdict", "verdict"]
    assert [person["outcome"] for person in found.people(3)] == ["unknown"] * 3
    assert found.one(3)["is_verdict"] is False
    assert "slots_disagree" in found.codes()


def test_slots_and_charges_come_from_the_latest_page_that_shows_them() -> None:
    wartime: Charge = ("338", "3", "а,б", "attempt", None)
    listing = sighting("listing", 1, case_id=7, slots=1)
    card = sighting("card", 2, case_id=7, card=True, slots=2, has_slot_results=True)
    slots = {"listing#0": [slot()], "card#0": [slot("", charges=(AWOL, wartime), row=2), slot("", charges=(), row=3)]}
    found = known([listing, card], slots)
    shown = [
        (row["slot"], row["n"], row["article"], row["part"], row["points"], row["stage"])
        for row in found.charges
        if row["known_to"] is None
    ]
    assert shown == [(0, 0, "337", "5", "", None), (0, 1, "338", "3", "а,б", "attempt")]
    assert [row["known_to"] for row in found.charges if row["known_from"] == day(1)] == [day(2)]


@pytest.mark.parametrize(
    ("events", "outcome"),
    [
        ((), "pending"),
        ((("hearing", 1, "stayed"),), "stayed"),
        ((("hearing", 1, "stayed"), ("hearing", 2, "resumed")), "pending"),
        ((("hearing", 2, "stayed"), ("hearing", 1, "resumed")), "stayed"),
        ((("hearing", 1, "stayed"), ("hearing", 2, "")), "pending"),
        ((("hearing", 1, "stayed"), ("hearing", 2, "stayed")), "stayed"),
        ((("hearing", 1, "postponed"),), "pending"),
        ((("hearing", 1, "unmapped"),), "pending"),
    ],
)
def test_stayed_and_resumed(events: tuple[tuple[str, int, str], ...], outcome: str) -> None:
    """Proceedings are stayed while that is the last word on them; a later hearing or resumption ends the stay."""
    from courttally.law import outcomes

    listed = [(name, day(on), result) for name, on, result in events]
    assert (
        outcomes.event_result("Производство по делу приостановлено"),
        outcomes.event_result("Производство по делу возобновлено"),
    ) == (
        "stayed",
        "resumed",
    )
    card = sighting("a", 9, case_id=7, card=True, outcome="", has_events=True)
    assert known([card], events={"a#0": listed}).one(9)["outcome"] == outcome
    # A result of the case stands before any stay.
    ended = sighting("b", 10, case_id=7, card=True, outcome="returned", has_events=True)
    assert known([card, ended], events={"a#0": listed, "b#0": listed}).one(10)["outcome"] == "returned"


def test_a_record_that_rests_on_simulated_pages_says_so() -> None:
    assert known([sighting("a", 1, case_id=7, number="1-1/2024", simulated=True)]).one(1)["simulated"] is True
    mixed = [
        sighting("a", 1, case_id=7, number="1-1/2024", simulated=True),
        sighting("b", 2, case_id=7, guid=GUID_A, number="1-1/2024"),
    ]
    assert known(mixed).one(2)["simulated"] in (True, False)
    assert known([sighting("a", 1, case_id=7, number="1-1/2024")]).one(1)["simulated"] is False
