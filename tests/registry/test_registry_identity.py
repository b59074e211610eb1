"""Which sightings are one case record: keys, provisional keys and who takes them over, GUIDs; worked out by hand from the design."""

from datetime import date

import pytest
from registry_kit import GUID_A, GUID_B, UID_A, UID_B, Known, day, known, sighting

from courttally.registry.identity import Sighting, is_provisional, key_of

STEM = "25GV0001:criminal:first:1"
JANUARY = date(2024, 1, 1)
BY_UID = f"{STEM}:uid:{UID_A}"
BY_NUMBER = f"{STEM}:no:1-1/2024@2024-01-01"


def aliases(found: Known) -> list[tuple[str, str, date]]:
    return [(row["provisional"], row["record"], row["known_from"]) for row in found.aliases]


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"case_id": 7}, f"{STEM}:7"),
        ({"case_id": 7, "uid": UID_A, "number": "1-1/2024", "received": JANUARY}, f"{STEM}:7"),
        ({"case_id": 7, "srv_num": 2}, "25GV0001:criminal:first:2:7"),
        ({"case_id": 7, "branch": "kas", "proceeding": "appeal"}, "25GV0001:kas:appeal:1:7"),
        ({"uid": UID_A, "number": "1-1/2024", "received": JANUARY}, BY_UID),
        ({"uid": UID_A, "uid_valid": False, "number": "1-1/2024", "received": JANUARY}, BY_NUMBER),
        ({"uid": "", "number": "1-1/2024", "received": JANUARY}, BY_NUMBER),
        ({"number": "1-1/2024"}, None),
        ({"received": JANUARY}, None),
        ({"uid": UID_A, "uid_valid": False}, None),
        ({"guid": GUID_A}, None),
    ],
)
def test_keys(values: dict[str, object], key: str | None) -> None:
    found = key_of(sighting("a", 1, **values))
    assert found == key
    if key is not None:
        assert is_provisional(key) == (":uid:" in key or ":no:" in key)


def test_equal_case_ids_of_other_proceedings_courts_and_servers_stay_apart() -> None:
    seen = [
        sighting("a", 1, case_id=7),
        sighting("b", 1, case_id=7, proceeding="appeal"),
        sighting("c", 1, case_id=7, proceeding="cassation"),
        sighting("d", 1, case_id=7, branch="civil"),
        sighting("e", 1, case_id=7, srv_num=2),
        sighting("f", 1, case_id=7, court="25GV0004"),
    ]
    assert len(known(seen).at(1)) == 6


def test_what_gives_no_key_is_a_signal() -> None:
    found = known([sighting("a", 1, number="1-1/2024")])
    assert found.records == []
    assert found.signals == [("", "a", "record_without_key")]


def test_a_record_with_the_same_uid_takes_a_provisional_one_over() -> None:
    found = known(
        [sighting("a", 1, uid=UID_A, number="1-1/2024", received=JANUARY), sighting("b", 3, case_id=7, uid=UID_A)]
    )
    assert aliases(found) == [(BY_UID, f"{STEM}:7", day(3))]
    assert list(found.at(2)) == [BY_UID]
    assert list(found.at(3)) == [f"{STEM}:7"]
    # What the provisional record knew goes on in the record.
    assert found.one(3)["number"] == "1-1/2024"
    assert found.one(3)["received"] == JANUARY


def test_a_provisional_sighting_after_the_record_joins_it_on_its_day() -> None:
    found = known([sighting("a", 1, case_id=7, uid=UID_A), sighting("b", 3, uid=UID_A, number="1-1/2024")])
    assert aliases(found) == [(BY_UID, f"{STEM}:7", day(3))]
    assert [list(found.at(on)) for on in (1, 2, 3)] == [[f"{STEM}:7"]] * 3
    assert [found.one(on)["number"] for on in (2, 3)] == [None, "1-1/2024"]
    assert [found.one(on)["case_id"] for on in (2, 3)] == [7, 7]


def test_number_and_date_take_over_where_one_has_no_uid() -> None:
    found = known(
        [
            sighting("a", 1, number="1-1/2024", received=JANUARY),
            sighting("b", 2, case_id=7, number="1-1/2024", received=JANUARY),
        ]
    )
    assert aliases(found) == [(BY_NUMBER, f"{STEM}:7", day(2))]


@pytest.mark.parametrize(
    "other",
    [
        {"number": "1-1/2024", "received": date(2024, 1, 2)},
        {"number": "1-2/2024", "received": JANUARY},
        {"number": "1-1/2024", "received": JANUARY, "court": "25GV0004"},
        {"number": "1-1/2024", "received": JANUARY, "proceeding": "appeal"},
        {"number": "1-1/2024", "received": JANUARY, "branch": "kas"},
    ],
)
def test_anything_else_is_another_case(other: dict[str, object]) -> None:
    found = known([sighting("a", 1, number="1-1/2024", received=JANUARY), sighting("b", 2, case_id=7, **other)])
    assert found.aliases == []
    assert len(found.at(2)) == 2


def test_another_uid_is_another_case_whatever_its_number() -> None:
    same = {"number": "1-1/2024", "received": JANUARY}
    found = known([sighting("a", 1, uid=UID_A, **same), sighting("b", 2, case_id=7, uid=UID_B, **same)])
    assert found.aliases == []
    assert len(found.at(2)) == 2


def test_two_candidates_on_one_day_are_a_signal_and_no_takeover() -> None:
    seen = [sighting("a", 1, uid=UID_A), sighting("b", 2, case_id=7, uid=UID_A), sighting("c", 2, case_id=8, uid=UID_A)]
    found = known(seen)
    assert found.aliases == []
    assert (BY_UID, "a", "takeover_ambiguous") in found.signals
    assert len(found.at(2)) == 3


def test_a_second_candidate_on_a_later_day_changes_nothing_that_was_known() -> None:
    """As of the day between there was one candidate; history is not rewritten, and the doubt is a signal."""
    seen = [sighting("a", 1, uid=UID_A), sighting("b", 2, case_id=7, uid=UID_A), sighting("c", 4, case_id=8, uid=UID_A)]
    found = known(seen)
    assert aliases(found) == [(BY_UID, f"{STEM}:7", day(2))]
    assert "takeover_ambiguous" in found.codes()
    assert sorted(found.at(4)) == [f"{STEM}:7", f"{STEM}:8"]


def test_what_a_later_page_shows_does_not_undo_a_takeover() -> None:
    """The record's number and date matched on day 2; that its card shows another UID on day 4 is known on day 4 only."""
    same = {"number": "1-1/2024", "received": JANUARY}
    seen = [sighting("a", 1, uid=UID_A, **same), sighting("b", 2, case_id=7, **same)]
    before = known(seen)
    assert aliases(before) == [(BY_UID, f"{STEM}:7", day(2))]
    after = known([*seen, sighting("c", 4, case_id=7, uid=UID_B, **same)])
    assert list(after.at(2)) == list(before.at(2))


def test_a_later_uid_match_does_not_undo_an_earlier_takeover() -> None:
    same = {"number": "1-1/2024", "received": JANUARY}
    seen = [sighting("a", 1, uid=UID_A, **same), sighting("b", 2, case_id=7, **same)]
    after = known([*seen, sighting("c", 4, case_id=8, uid=UID_A)])
    assert aliases(after) == [(BY_UID, f"{STEM}:7", day(2))]


def test_another_guid_is_set_aside_and_overwrites_nothing() -> None:
    seen = [
        sighting("a", 1, case_id=7, guid=GUID_A, number="1-1/2024"),
        sighting("b", 2, case_id=7, guid=GUID_B, number="1-2/2024"),
        sighting("c", 3, case_id=7, number="1-3/2024"),
    ]
    found = known(seen)
    assert (f"{STEM}:7", "b", "guid_conflict") in found.signals
    assert [found.one(on)["number"] for on in (1, 2, 3)] == ["1-1/2024", "1-1/2024", "1-3/2024"]
    assert [found.one(on)["guid"] for on in (1, 2, 3)] == [GUID_A] * 3


def test_the_first_guid_stays_when_no_current_value_rests_on_the_page_that_showed_it() -> None:
    seen = [sighting("a", 1, case_id=7, guid=GUID_A, number="1-1/2024"), sighting("b", 2, case_id=7, number="1-1/2024")]
    assert known(seen).one(2)["guid"] == GUID_A


def test_sightings_are_ordered_wholly() -> None:
    """No result may rest on the order of files: two sightings never compare equal."""
    one, other = sighting("a", 1), sighting("b", 1, digest="sha256:a", rank=100)
    assert Sighting.order(one) != Sighting.order(other)
