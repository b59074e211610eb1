"""Links by rules, on faces made by hand: what links, what does not, from which day, and what stays a candidate."""

from typing import Any

from registry_kit import UID_A, UID_B, day

from courttally.registry.candidates import Told
from courttally.registry.faces import Face, Timeline
from courttally.registry.links import CANDIDATE, Judged, Link, Ruled, find_links
from courttally.registry.matters import matter_rows

AWOL = ("337", "5", "", "")
DESERTION = ("338", "3", "", "")


def line(record: str, *faces: tuple[int, Face]) -> Timeline:
    """A record by the days from which its faces hold."""
    return Timeline(record, [day(on) for on, _ in faces], [face for _, face in faces])


def face(received: int | None = 1, court: str = "25GV0001", **values: Any) -> Face:
    """A record of first instance with one accused, charged with absence."""
    fields: dict[str, Any] = {"level": "garrison", "proceeding": "first", "charges": ((AWOL,),), "outcome": "pending"}
    if values.get("ended") is not None:
        values["outcome_date"] = day(values.pop("ended"))
    came = day(received) if received is not None else None
    return Face(court=court, received=came, **(fields | values))


def held(timelines: list[Timeline], on: int, ruled: Ruled | None = None) -> set[Link]:
    """The links that hold on a day."""
    found = find_links({each.record: each for each in timelines}, ruled)
    return {
        link
        for link, spans in found.items()
        for since, until in spans
        if since <= day(on) and (until is None or until > day(on))
    }


def automatic(timelines: list[Timeline], on: int, ruled: Ruled | None = None) -> set[tuple[str, str, str]]:
    return {(link.before, link.after, link.kind) for link in held(timelines, on, ruled) if link.status != CANDIDATE}


def candidates(timelines: list[Timeline], on: int) -> set[tuple[str, str, str]]:
    return {(link.before, link.after, link.kind) for link in held(timelines, on) if link.status == CANDIDATE}


def returned(**values: Any) -> Face:
    return face(1, outcome="returned", ended=20, **values)


def test_the_same_uid_links_from_the_day_on_which_both_show_it() -> None:
    a = line("a", (1, face(1)), (5, face(1, uid=UID_A)), (25, returned(uid=UID_A)))
    b = line("b", (60, face(50, uid=UID_A)))
    assert automatic([a, b], 59) == set()
    assert automatic([a, b], 60) == {("a", "b", "refiled")}


def test_uids_that_differ_are_two_matters_whatever_the_names() -> None:
    a, b = line("a", (1, returned(uid=UID_A, names=("n",)))), line("b", (60, face(50, uid=UID_B, names=("n",))))
    assert held([a, b], 60) == set()


def test_names_link_a_returned_case_with_the_one_that_came_back() -> None:
    a, b = line("a", (1, returned(names=("n",)))), line("b", (60, face(50, names=("n",))))
    assert automatic([a, b], 60) == {("a", "b", "refiled")}


def test_two_of_one_name_are_candidates_and_no_link() -> None:
    a = line("a", (1, returned(names=("n",))))
    b, c = line("b", (60, face(50, names=("n",)))), line("c", (70, face(65, names=("n",))))
    assert automatic([a, b, c], 69) == {("a", "b", "refiled")}
    assert automatic([a, b, c], 70) == set()
    assert candidates([a, b, c], 70) == {("a", "b", "refiled"), ("a", "c", "refiled")}


def test_other_names_are_no_candidates_and_hidden_ones_are() -> None:
    a = line("a", (1, returned(names=("n~n",))))
    assert held([a, line("b", (60, face(50, names=("m~m",))))], 60) == set()
    (spelt,) = held([a, line("b", (60, face(50, names=("m~n",))))], 60)
    assert spelt.status == "candidate", "another spelling of one name does not rule a pair out, and decides nothing"
    assert candidates([a, line("b", (60, face(50)))], 60) == {("a", "b", "refiled")}


def test_a_case_that_was_not_sent_away_has_no_successor() -> None:
    """The same man, another act: a verdict alone leads nowhere."""
    a = line("a", (1, face(1, outcome="verdict", ended=20, names=("n",))))
    assert held([a, line("b", (60, face(50, names=("n",))))], 60) == set()


def test_a_transfer_goes_to_another_court() -> None:
    a = line("a", (1, face(1, outcome="transferred", ended=20, names=("n",))))
    here, there = face(30, names=("n",)), face(30, "25GV0002", names=("n",))
    assert held([a, line("b", (40, here))], 40) == set()
    assert automatic([a, line("b", (40, there))], 40) == {("a", "b", "transferred")}


def test_an_appeal_is_linked_by_the_number_below_and_a_quashed_verdict_leads_to_the_retrial() -> None:
    a = line("a", (1, face(1, outcome="verdict", ended=20, names=("n",), numbers=frozenset({"1-5/2024"}))))
    above: dict[str, Any] = {"court": "25OV0000", "level": "district", "proceeding": "appeal"}
    below: dict[str, Any] = {"lower_court": "25GV0001", "lower_numbers": frozenset({"1-5/2024"})}
    u = line(
        "u",
        (60, face(50, **above, **below)),
        (80, face(50, **above, **below, outcome="other", ended=75, upper_result="guilty_quashed")),
    )
    b = line("b", (120, face(110, names=("n",))))
    assert automatic([a, u, b], 60) == {("a", "u", "appeal")}
    assert automatic([a, u, b], 120) == {("a", "u", "appeal"), ("a", "b", "retrial")}
    assert automatic([a, b], 120) == set()


def test_an_appeal_that_came_before_a_record_is_no_appeal_from_it() -> None:
    """The court never showed the first record. The appeal and the retrial bear its UID: one matter, and no verdict of the retrial is quashed."""
    u = line(
        "u",
        (
            60,
            face(
                50, "25OV0000", proceeding="appeal", uid=UID_A, outcome="other", ended=75, upper_result="guilty_quashed"
            ),
        ),
    )
    b = line("b", (120, face(110, uid=UID_A, outcome="verdict", ended=140)))
    c = line("c", (200, face(180, names=("n",))))
    assert automatic([u, b, c], 200) == {("b", "u", "same_uid")}
    links = {each.record: each for each in (u, b, c)}
    assert {(row[0], row[3]) for row in matter_rows(links, find_links(links)) if row[2] is None} == {
        ("b", "b"),
        ("u", "b"),
        ("c", "c"),
    }
    later = line("u", (160, face(150, "25OV0000", proceeding="appeal", uid=UID_A)))
    assert automatic([later, b], 160) == {("b", "u", "appeal")}


def test_an_appeal_that_names_another_number_is_of_a_record_that_is_not_held() -> None:
    """The first record was returned, the second never shown; the appeal names the number of the second and bears the UID of both."""
    a = line("a", (1, returned(uid=UID_A, numbers=frozenset({"1-6/2023"}))))
    above = {"proceeding": "appeal", "uid": UID_A, "lower_court": "25GV0001"}
    other = line("u", (160, face(150, "25OV0000", **above, lower_numbers=frozenset({"1-11/2024"}))))
    assert automatic([a, other], 160) == {("a", "u", "same_uid")}
    own = line("u", (160, face(150, "25OV0000", **above, lower_numbers=frozenset({"1-6/2023"}))))
    assert automatic([a, own], 160) == {("a", "u", "appeal")}
    unopened = line("u", (160, face(150, "25OV0000", proceeding="appeal", uid=UID_A)))
    assert automatic([a, unopened], 160) == {("a", "u", "appeal")}, "nothing says that it is another's"


def test_two_cases_of_the_number_below_are_candidates() -> None:
    a, b = (line(key, (1, face(1, numbers=frozenset({"1-5/2024"})))) for key in "ab")
    u = line(
        "u",
        (60, face(50, "25OV0000", proceeding="appeal", lower_court="25GV0001", lower_numbers=frozenset({"1-5/2024"}))),
    )
    assert automatic([a, b, u], 60) == set()
    assert candidates([a, b, u], 60) == {("a", "u", "appeal"), ("b", "u", "appeal")}


def test_an_older_number_on_the_card() -> None:
    a = line("a", (1, face(1, numbers=frozenset({"1-13/2023"}))))
    b = line("b", (30, face(20, numbers=frozenset({"1-5/2024"}), older=frozenset({"1-13/2023"}))))
    assert automatic([a, b], 30) == {("a", "b", "older_number")}


def test_one_of_several_accused_split_off_is_a_matter_of_its_own() -> None:
    ends = (("verdict", day(40), ""), ("other", day(20), ""))
    a = line("a", (1, face(1, charges=((AWOL,), (AWOL,)), names=("m", "n"), ends=ends)))
    b = line("b", (30, face(25, names=("n",))))
    links = {each.record: each for each in (a, b)}
    assert automatic([a, b], 30) == {("a", "b", "split")}
    assert {(row[0], row[3]) for row in matter_rows(links, find_links(links))} == {("a", "a"), ("b", "b")}


def test_people_decide_over_rules() -> None:
    a, b = line("a", (1, returned(uid=UID_A))), line("b", (60, face(50, uid=UID_A)))
    assert held([a, b], 60, Ruled(parted={("a", "b"): Judged("d-1", {})})) == set()
    c = line("c", (60, face(50, charges=((DESERTION,),))))
    assert automatic([a, c], 60, Ruled(merged={("a", "c"): Judged("d-2", {})})) == {("a", "c", "decided")}


def test_a_matter_is_named_by_its_earliest_record() -> None:
    a, b = line("z", (1, returned(uid=UID_A))), line("b", (60, face(50, uid=UID_A)))
    timelines = {each.record: each for each in (a, b)}
    assert sorted(matter_rows(timelines, find_links(timelines))) == [
        ("b", day(60), None, "z"),
        ("z", day(1), None, "z"),
    ]


def test_an_end_with_an_impossible_date_still_leads_on() -> None:
    a, b = line("a", (1, face(1, outcome="returned", names=("n",)))), line("b", (60, face(50, names=("n",))))
    assert automatic([a, b], 60) == {("a", "b", "refiled")}


def test_who_went_while_open_may_go_on_in_another_record() -> None:
    a, b = line("a", (1, face(1))), line("b", (60, face(50)))
    timelines = {each.record: each for each in (a, b)}
    assert find_links(timelines) == {}
    found = find_links(timelines, gone={"a": [Told(day(10), day(20), day(70))]})
    ((link, spans),) = found.items()
    assert (link.before, link.after, link.status, spans) == ("a", "b", CANDIDATE, [(day(60), day(70))])


def test_charges_that_share_an_article_make_a_candidate() -> None:
    a, b = line("a", (1, returned())), line("b", (60, face(50, charges=((AWOL, DESERTION),))))
    assert candidates([a, b], 60) == {("a", "b", "refiled")}
    assert held([a, line("c", (60, face(50, charges=((DESERTION,),))))], 60) == set()
