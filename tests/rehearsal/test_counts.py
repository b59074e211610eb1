"""The counting rules on matters worked out by hand from DESIGN's text, before any world is told."""

from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courttally.rehearsal.addresses import FORMS, card_query, listing_query, taken_apart, vnkod_card_query
from courttally.rehearsal.counts import expected, lead
from courttally.rehearsal.crawl import Newsroom, Sight
from courttally.rehearsal.model import APPEAL, FIRST, Charge, Record, Ruling, Slot, day_of, printed
from courttally.rehearsal.net import net_ranges, pieces, ways
from courttally.rehearsal.numbering import check_digits
from courttally.rehearsal.seen import Seen, all_seen, seen
from courttally.rehearsal.shown import charge_text
from courttally.rehearsal.world import World

IN_FORCE = day_of("2024-01-10")
BEFORE = day_of("2022-09-01")


def charge(text: str) -> Charge:
    article, _, part = text.partition("/")
    return Charge(article, part or None)


@pytest.mark.parametrize(
    ("charges", "received", "wanted"),
    [
        (["337/5", "338/3"], IN_FORCE, "338/3"),  # 10 years against 15
        (["337/2.1", "337/4"], IN_FORCE, "337/4"),  # both five years, no minimum: the higher part
        (["338/2", "337/5"], IN_FORCE, "337/5"),  # both ten years, one with a minimum of five
        (["337/3.1", "338/1"], IN_FORCE, "338/1"),  # both seven years: 338 before 337
        (["332/2", "337/4"], IN_FORCE, "337/4"),  # both five years: 337 before 332
        (["337", "337/1"], IN_FORCE, "337/1"),  # a part unknown ranks below every charge with a number
        (["337", "332"], IN_FORCE, "337"),
        (["337/5", "337/4"], BEFORE, "337/4"),  # part 5 is not in force yet
        (["105/2", "337/1"], IN_FORCE, "337/1"),  # only charges in scope can lead
        (["105/2"], IN_FORCE, None),
    ],
)
def test_lead_charge(charges: list[str], received: int, wanted: str | None) -> None:
    found = lead([charge(text) for text in charges], "refusal", received)
    assert found == (charge(wanted) if wanted else None)


def known(
    ref: str,
    received: str,
    accused: list[tuple[str, tuple[str, str] | None]],
    result: tuple[str, str] | None = None,
    uid: str = "",
    court: str = "77GV0013",
    proceeding: str = FIRST,
) -> Seen:
    """A record as a card shows it: for each accused a charge and perhaps an outcome and day; the case's own."""

    def ruling(item: tuple[str, str] | None) -> list[Ruling]:
        return [Ruling(1, item[0], "", "", day_of(item[1]))] if item else []

    slots = [Slot("", [(1, (charge(text),))], ruling(own)) for text, own in accused]
    record = Record(ref, ref, court, proceeding, day_of(received), 1, slots, rulings=ruling(result))
    record.numbers = [(1, "1-1/2024")]
    record.uids = [(1, uid)] if uid else []
    record.stops = record.row_stops = (1,)
    return seen(record, Sight(900_000, 900_000, row=900_000, card=900_001, card_last=True))


def totals(*items: Seen) -> dict[str, int]:
    return {
        cell.metric: cell.value for cell in expected(items) if not cell.dimension and cell.scope in ("refusal", "all")
    }


def cells(items: list[Seen], metric: str, dimension: str) -> dict[str, int]:
    return {
        cell.key: cell.value
        for cell in expected(items)
        if (cell.metric, cell.dimension, cell.scope, cell.attribution) == (metric, dimension, "refusal", "lead")
    }


def test_returned_and_refiled() -> None:
    """Two case records, one matter; the matter's outcome is the later one's, its month the earlier one's."""
    items = [
        known("a", "2024-01-10", [("337/5", None)], ("returned", "2024-02-01"), "U1"),
        known("b", "2024-04-10", [("337/5", None)], ("verdict", "2024-05-20"), "U1"),
    ]
    assert totals(*items) == {
        "case_records": 2,
        "cases_received": 2,
        "cases_finished": 2,
        "verdicts": 1,
        "accused": 2,
        "accused_with_verdict": 1,
        "matters": 1,
    }
    assert cells(items, "matters", "outcome") == {"verdict": 1}
    assert cells(items, "matters", "month") == {"2024-01": 1}
    assert cells(items[:1], "matters", "outcome") == {"returned": 1}


def test_transferred_counts_in_both_courts_and_the_matter_in_the_last() -> None:
    items = [
        known("a", "2024-01-10", [("338/1", None)], ("transferred", "2024-02-01"), "U1", "77GV0013"),
        known("b", "2024-02-20", [("337/5", None)], None, "U1", "25GV0001"),
    ]
    assert cells(items, "cases_received", "court") == {"77GV0013": 1, "25GV0001": 1}
    assert cells(items, "matters", "court") == {"25GV0001": 1}
    assert cells(items, "matters", "article") == {"338": 1}
    assert cells(items, "matters", "outcome") == {"pending": 1}


def test_several_accused_with_outcomes_of_their_own() -> None:
    """The case has no result yet: it takes the latest of its accused's; the silent one stays unknown."""
    item = known(
        "a",
        "2024-01-10",
        [
            ("337/5", ("verdict", "2024-02-01")),
            ("332/2.1", ("terminated", "2024-03-05")),
            ("158/1", None),
            ("337/4", None),
        ],
    )
    assert totals(item) == {
        "case_records": 1,
        "cases_received": 1,
        "cases_finished": 1,
        "verdicts": 1,
        "accused": 3,
        "accused_with_verdict": 1,
        "matters": 1,
    }
    assert cells([item], "cases_finished", "outcome") == {"terminated": 1}
    assert cells([item], "cases_finished", "month") == {"2024-03": 1}
    assert cells([item], "verdicts", "month") == {"2024-02": 1}
    assert cells([item], "accused", "outcome") == {"verdict": 1, "terminated": 1, "unknown": 1}
    assert cells([item], "accused", "article") == {"337": 2, "332": 1}


def test_the_only_slot_takes_the_result_of_the_case() -> None:
    item = known("a", "2024-01-10", [("337/5", None)], ("verdict", "2024-02-01"))
    assert cells([item], "accused_with_verdict", "month") == {"2024-02": 1}


def test_appeals_and_other_articles_are_held_and_not_counted() -> None:
    items = [
        known("a", "2024-01-10", [("337/5", None)], None, "U1", "77OV0000", APPEAL),
        known("b", "2024-01-10", [("158/1", None)], ("verdict", "2024-02-01")),
    ]
    assert totals(*items) == dict.fromkeys(("cases_received", "cases_finished", "verdicts", "accused"), 0) | {
        "case_records": 2,
        "accused_with_verdict": 0,
        "matters": 0,
    }


def ranges(items: list[Seen], dimension: str) -> dict[str, tuple[int, int, int]]:
    """Least, true and most of each cell of the net count in the scope without a start."""
    return {
        cell.key: (cell.least, cell.true, cell.most)
        for cell in net_ranges(items)
        if (cell.scope, cell.attribution, cell.dimension) == ("refusal", "lead", dimension)
    }


def test_a_link_that_shows_no_uid_leaves_a_range() -> None:
    """Returned, refiled without a UID, transferred with it: one matter, up to two by what is shown; the fourth is another."""
    items = [
        known("a", "2024-01-10", [("337/5", None)], ("returned", "2024-02-01"), "U1"),
        known("b", "2024-04-10", [("337/5", None)], ("transferred", "2024-05-20")),
        known("c", "2024-06-10", [("337/5", None)], ("verdict", "2024-07-20"), "U1", "25GV0001"),
        known("d", "2024-04-11", [("332/2.1", None)], ("verdict", "2024-05-20"), "U2"),
    ]
    for item in items[:3]:
        item.record.matter = "one"
    assert ranges(items, "") == {"": (2, 2, 3)}
    assert ranges(items, "month") == {"2024-01": (1, 1, 1), "2024-04": (1, 1, 2)}
    assert ranges(items, "article") == {"337": (1, 1, 2), "332": (1, 1, 1)}
    assert ranges(items, "court") == {"77GV0013": (1, 1, 2), "25GV0001": (1, 1, 1)}
    assert ranges(items, "outcome") == {"verdict": (2, 2, 2), "transferred": (0, 0, 1)}


def test_three_records_without_uids_can_be_put_together_in_five_ways() -> None:
    """Whoever links the first to the third alone counts a matter in the third's court, and one in the second's."""
    items = [
        known("a", "2024-01-10", [("337/5", None)], ("returned", "2024-02-01")),
        known("b", "2024-04-10", [("337/5", None)], ("transferred", "2024-05-20"), court="77GV0003"),
        known("c", "2024-06-10", [("337/5", None)], None, court="25GV0001"),
    ]
    for item in items:
        item.record.matter = "one"
    (parts,) = pieces(items)
    assert len(list(ways(parts))) == 5
    assert ranges(items, "") == {"": (1, 1, 3)}
    assert ranges(items, "court") == {"77GV0013": (0, 0, 1), "77GV0003": (0, 0, 1), "25GV0001": (1, 1, 1)}


def test_where_every_uid_is_shown_the_net_count_is_one_number(small: World) -> None:
    """And it is the one by UIDs; where some are hidden, the one by UIDs is the most there can be in all."""
    newsroom = Newsroom(small, small.start, every=20)
    for _ in newsroom.until(small.end):
        pass
    items = all_seen(newsroom)
    by_uid = {cell[1:5]: cell.value for cell in expected(items) if cell.metric == "matters"}
    found = {cell[:4]: cell for cell in net_ranges(items)}
    assert all(cell.least <= cell.true <= cell.most for cell in found.values())
    assert all(found[key].most == value for key, value in by_uid.items() if not key[2])
    uids: dict[str, list[str | None]] = defaultdict(list)
    for item in items:
        if item.record.proceeding == FIRST:
            uids[item.record.matter].append(item.uid)
    whole = [i for i in items if len(u := uids[i.record.matter]) == 1 or (len(set(u)) == 1 and i.uid)]
    assert len(whole) > 500
    exact = {cell[:4]: (cell.least, cell.most) for cell in net_ranges(whole)}
    by_uid = {cell[1:5]: cell.value for cell in expected(whole) if cell.metric == "matters"}
    assert exact == {key: (value, value) for key, value in by_uid.items() if value}


def test_the_headline_scope_has_wartime_parts_and_a_start() -> None:
    items = [
        known("a", "2022-09-20", [("337/4", None)]),
        known("b", "2022-10-20", [("337/4", None)]),
        known("c", "2022-10-20", [("337/5", None)]),
        known("d", "2022-10-20", [("337", None)]),
    ]
    received = {
        cell.scope: cell.value for cell in expected(items) if cell.metric == "cases_received" and not cell.dimension
    }
    assert received == {"refusal": 4, "refusal-wartime": 1}


@given(st.from_regex(r"[0-9]{2}(GV|OV)[0-9]{4}-0[1-9]-(19|20)[0-9]{2}-[0-9]{6}", fullmatch=True))
def test_check_digits_make_the_number_one_modulo_97(text: str) -> None:
    digits = "".join(str(ord(c) - 55) if c.isalpha() else c for c in text + check_digits(text) if c != "-")
    assert int(digits) % 97 == 1


@given(
    st.sampled_from(sorted(FORMS)),
    st.integers(day_of("2000-01-01"), day_of("2030-12-31")),
    st.integers(0, 900),
    st.integers(1, 400),
)
def test_an_address_made_here_is_understood_here(proceeding: str, since: int, length: int, page: int) -> None:
    form = FORMS[proceeding]
    asked = taken_apart(listing_query(proceeding, since, since + length, page))
    assert asked.day(f"{form.prefix}__entry_date1d") == since
    assert asked.day(f"{form.prefix}__entry_date2d") == since + length
    assert (asked.get("delo_id"), asked.get("new"), asked.get("delo_table")) == (form.delo_id, form.new, form.table)
    assert asked.get("submit") == "Найти"
    assert (asked.get("page") or "1") == str(page)


@given(st.integers(1, 10**9), st.sampled_from([FIRST, APPEAL]))
def test_card_addresses_of_both_engines_name_the_same_card(case_id: int, proceeding: str) -> None:
    record = Record("r", "m", "77GV0013", proceeding, 1, 1, [], case_id=case_id, guid="g")
    assert taken_apart(card_query(record)).get("case_id") == str(case_id)
    assert taken_apart(vnkod_card_query(record)).get("_id") == str(case_id)


@given(st.text(alphabet="0123456789.абв", max_size=12))
def test_only_days_are_days(text: str) -> None:
    found = taken_apart(f"a={text}").day("a")
    assert found is None or printed(found).lstrip("0") == ".".join(p.zfill(2) for p in text.split(".")[:2]).lstrip(
        "0"
    ) + ("." + text.split(".")[2].zfill(4))


@pytest.mark.parametrize(
    ("made", "text"),
    [
        (Charge("337", "3.1"), "ст.337 ч.3.1"),
        (Charge("205", "2", ("а",), "ч.1"), "ст. 30 ч.1, ст.205 ч.2 п.а"),
        (Charge("290", "3", (), None, "ч.5"), "ст.33 ч.5, ст.290 ч.3"),
        (Charge("286", "3", ("а", "в")), "ст.286 ч.3 п.п.а,в"),
        (Charge("352.1", None), "ст.352.1"),
    ],
)
def test_charges_are_printed_as_the_reference_shows(made: Charge, text: str) -> None:
    """Forms of portal.md 2.4 and anchors.md."""
    assert charge_text(made) == text
