"""How completely a window is held: every state and reason, worked out by hand from the design's words."""

from datetime import date
from typing import Any

import pytest
from registry_kit import day

from courttally.registry.coverage import ListingPage, coverage_rows

START, END = date(2024, 1, 1), date(2024, 12, 31)


def page(capture: str = "a", on: int = 1, **values: Any) -> ListingPage:
    """One page of a list of two rows that is complete in itself."""
    fields: dict[str, Any] = {
        "capture": capture, "digest": f"sha256:{capture}", "included_on": day(on), "rank": on * 100, "court": "25GV0001", "branch": "criminal",
        "proceeding": "first", "query": "q", "has_url": True, "page": 1, "axis": "received", "window_from": START, "window_to": END,
        "filtered": False, "kind": "listing", "found": 2, "range_from": 1, "range_to": 2, "rows": 2, "quarantined": 0,
    }  # fmt: skip
    return ListingPage(**(fields | values))


def empty(capture: str = "n", on: int = 1, **values: Any) -> ListingPage:
    fields: dict[str, Any] = {"kind": "no_data", "found": None, "range_from": None, "range_to": None, "rows": 0}
    return page(capture, on, **(fields | values))


def three(**third: Any) -> list[ListingPage]:
    """A list of sixty rows on three pages."""
    fields: dict[str, Any] = {"page": 3, "found": 60, "range_from": 51, "range_to": 60, "rows": 10}
    return [
        page("a", page=1, found=60, range_from=1, range_to=25, rows=25),
        page("b", page=2, found=60, range_from=26, range_to=50, rows=25),
        page("c", **(fields | third)),
    ]


def states(pages: list[ListingPage]) -> list[tuple[str, str]]:
    """State and reason of every version of every window."""
    return [(row[8], row[9]) for row in coverage_rows(pages)]


def test_complete_when_all_pages_up_to_the_counter_are_held_and_agree() -> None:
    assert states([page()]) == [("complete", "")]
    assert states(three()) == [("complete", "")]
    assert states(list(reversed(three()))) == [("complete", "")]


@pytest.mark.parametrize(
    ("pages", "words"),
    [
        ([page(has_url=False, query="")], "address"),
        ([page(rows=1, quarantined=1)], "header"),
        ([page(rows=2, quarantined=1, found=3, range_to=3)], "header"),
        ([page(found=None, range_from=None, range_to=None)], "counter"),
        ([page(rows=1)], "differ"),
        ([page(found=3)], "differ"),
        ([page(found=3, range_to=3)], "differ"),
        (three()[:2], "differ"),
        (three()[1:], "differ"),
        (three(found=61, range_to=61, rows=11), "changed"),
        (three(range_from=52), "missing or overlap"),
        (
            [page("a", rows=1, found=2, range_to=1), page("b", page=2, rows=1, found=2, range_from=1, range_to=1)],
            "missing or overlap",
        ),
        ([page(filtered=True)], "further filters"),
        ([empty()], "control"),
        ([empty(), page("other-court", query="r", court="25GV0004")], "control"),
        ([empty(), page("appeals", query="r", proceeding="appeal")], "control"),
        ([empty(), page("another-day", on=2, query="r")], "control"),
        ([empty(), page("empty-list", query="r", rows=0, quarantined=2)], "control"),
        ([empty(has_url=False, query="")], "address"),
        ([empty(filtered=True), page("control", query="r")], "further filters"),
    ],
)
def test_partial_and_why(pages: list[ListingPage], words: str) -> None:
    (window,) = [
        row for row in coverage_rows(pages) if row[3] == pages[0].query and row[0] == "25GV0001" and row[2] == "first"
    ]
    assert window[8] == "partial"
    assert words in window[9]


def test_nothing_found_is_a_zero_where_a_control_query_answered_that_day() -> None:
    rows = coverage_rows([empty(), page("control", query="r")])
    assert {(row[3], row[8], row[11]) for row in rows} == {("q", "complete", 0), ("r", "complete", 2)}


def test_a_window_keeps_its_question() -> None:
    (row,) = coverage_rows([page(axis="both", window_from=None)])
    assert row[:8] == ("25GV0001", "criminal", "first", "q", "both", None, END, False)
    assert row[10:12] == (2, 2)


def test_windows_of_other_courts_branches_and_questions_are_their_own() -> None:
    pages = [
        page("a"),
        page("b", court="25GV0004"),
        page("c", branch="kas"),
        page("d", proceeding="appeal"),
        page("e", query="r"),
    ]
    assert len(coverage_rows(pages)) == 5


def test_versions_of_a_window() -> None:
    """Pages arrive on days 1, 2 and 3; a later fetch of page 1 takes the place of the earlier one, by rank."""
    first, second, last = three()
    pages = [
        first,
        page("b", on=2, page=2, found=60, range_from=26, range_to=50, rows=25),
        page("c", on=3, page=3, found=60, range_from=51, range_to=60, rows=10),
        page("d", on=5, page=1, found=61, range_from=1, range_to=25, rows=25),
        # Imported on day 6, but of an unknown, earlier time: it takes no place.
        page("e", on=6, rank=1, page=1, found=99, range_from=1, range_to=25, rows=25),
    ]
    rows = coverage_rows(pages)
    assert [(row[8], row[12], row[13]) for row in rows] == [
        ("partial", day(1), day(2)),
        ("partial", day(2), day(3)),
        ("complete", day(3), day(5)),
        ("partial", day(5), None),
    ]
    assert "changed" in rows[-1][9]
    assert second.page == 2
    assert last.page == 3


@pytest.mark.parametrize("last", [1, 2, 3, 4, 5])
def test_what_was_covered_on_a_day_follows_from_what_was_seen_by_then(last: int) -> None:
    pages = [
        empty("n", on=1, query="z"),
        page("a", on=2, page=1, found=60, range_from=1, range_to=25, rows=25),
        page("control", on=1, query="r"),
        page("b", on=3, page=2, found=60, range_from=26, range_to=50, rows=25),
        page("c", on=4, page=3, found=60, range_from=51, range_to=60, rows=10),
        empty("m", on=5, query="z"),
    ]
    whole = [
        (*row[:13], None if row[13] is None or row[13] > day(last) else row[13])
        for row in coverage_rows(pages)
        if row[12] <= day(last)
    ]
    assert whole == coverage_rows([each for each in pages if each.included_on <= day(last)])


def asked(state: str, on: int, **values: Any) -> dict[str, Any]:
    """An entry of the collector's ledger about the window of `page`, asked at noon."""
    fields: dict[str, Any] = {
        "court": "25GV0001", "proceeding": "first", "axis": "received", "window_from": START.isoformat(), "window_to": END.isoformat(),
        "state": state, "asked_at": f"{day(on).isoformat()}T09:00:00Z", "reason": None if state == "complete" else f"why {state}",
    }  # fmt: skip
    return fields | values


def spans(pages: list[ListingPage], entries: list[dict[str, Any]]) -> list[tuple[str, str, Any, Any]]:
    return [(row[8], row[9], row[12], row[13]) for row in coverage_rows(pages, entries)]


def test_a_window_that_only_the_ledger_knows_has_its_state_and_reason() -> None:
    entries = [asked("failed", 1), asked("failed", 2), asked("disallowed", 3)]
    assert spans([], entries) == [
        ("failed", "why failed", day(1), day(3)),
        ("disallowed", "why disallowed", day(3), None),
    ]


def test_the_ledger_alone_makes_nothing_complete() -> None:
    assert spans([], [asked("complete", 1)]) == []


def test_a_failure_stands_until_a_list_of_the_window_is_held() -> None:
    assert spans([page(on=3)], [asked("failed", 1), asked("complete", 3)]) == [
        ("complete", "", day(3), None),
        ("failed", "why failed", day(1), day(3)),
    ]


def test_a_later_failure_takes_nothing_back() -> None:
    assert spans([page(on=1)], [asked("complete", 1), asked("failed", 4)]) == [("complete", "", day(1), None)]


def test_of_the_same_day_the_ledger_may_say_that_a_list_is_not_complete() -> None:
    pages = [page("a", on=1), page("b", on=2)]
    assert spans(pages, [asked("partial", 1), asked("complete", 2)]) == [
        ("partial", "why partial", day(1), day(2)),
        ("complete", "", day(2), None),
    ]


def test_the_ledger_cannot_make_a_partial_list_complete() -> None:
    assert states([page(rows=1)]) == [(row[8], row[9]) for row in coverage_rows([page(rows=1)], [asked("complete", 1)])]


def test_another_window_another_court_and_a_narrowed_list_are_not_meant() -> None:
    others = [
        asked("failed", 1, court="25GV0004"),
        asked("failed", 1, window_to="2024-12-30"),
        asked("failed", 1, axis="result"),
    ]
    for entry in others:
        assert ("complete", "", day(1), None) in spans([page(on=1)], [entry])
    narrowed = coverage_rows([page(filtered=True, on=1)], [asked("failed", 1)])
    assert sorted(row[8] for row in narrowed) == ["failed", "partial"]


def test_a_list_that_became_shorter_is_complete_without_its_former_last_page() -> None:
    first, second, last = three()
    again = [
        page("d", on=5, page=1, found=50, range_from=1, range_to=25, rows=25),
        page("e", on=5, page=2, found=50, range_from=26, range_to=50, rows=25),
    ]
    assert states([first, second, last, *again]) == [("complete", ""), ("complete", "")]
    assert states([first, second, last, empty("n", on=5), page("control", on=5, query="r")])[-2:] == [
        ("complete", ""),
        ("complete", ""),
    ]


@pytest.mark.parametrize("size", [10, 25, 50])
@pytest.mark.parametrize("again", [1, 2, 3])
def test_a_page_that_is_seen_again_takes_none_of_the_others_away(size: int, again: int) -> None:
    """However many rows this site has to a page: the first page is asked for again without chrome, say."""
    last = 2 * size + 4
    rows = [(1, 1, size), (2, size + 1, 2 * size), (3, 2 * size + 1, last)]
    held = [
        page(f"{name}{n}", page=n, found=last, range_from=first, range_to=end, rows=end - first + 1, rank=rank)
        for n, first, end in rows
        for name, rank in (("a", 100 + n), ("b", 200))
        if name == "a" or n == again
    ]
    assert states(held) == [("complete", "")]


def nightly(first: int, last: int, night: int, state: str = "failed", **values: str) -> dict[str, object]:
    """An entry of the coverage ledger: days of January 2024 asked for on a night of it."""
    entry: dict[str, object] = {
        "court": "25GV0001", "proceeding": "first", "axis": "received", "window_from": day(first).isoformat(), "window_to": day(last).isoformat(),
        "state": state, "asked_at": f"{day(night).isoformat()}T00:30:00Z", "reason": None if state == "complete" else "a captcha",
    }  # fmt: skip
    return entry | values


def words(*ledger: dict[str, object]) -> list[tuple[object, ...]]:
    """First and last day, state, known from, known to of what the ledger alone says."""
    return [(row[5], row[6], row[8], row[12], row[13]) for row in coverage_rows([], ledger)]


def test_nightly_windows_that_fail_stand_once_with_the_words_of_the_latest() -> None:
    assert words(nightly(1, 10, 10), nightly(1, 11, 11), nightly(1, 12, 12)) == [
        (day(1), day(10), "failed", day(10), day(11)),
        (day(1), day(11), "failed", day(11), day(12)),
        (day(1), day(12), "failed", day(12), None),
    ]


def test_a_window_that_failed_is_over_only_when_all_its_days_were_asked_for_again_in_one_night() -> None:
    failed = nightly(1, 10, 10)
    assert words(failed, nightly(2, 12, 11))[0] == (day(1), day(10), "failed", day(10), None)
    parts = nightly(1, 4, 11), nightly(5, 8, 11, "disallowed"), nightly(9, 12, 11)
    assert words(failed, *parts)[-2:] == [
        (day(5), day(8), "disallowed", day(11), None),
        (day(9), day(12), "failed", day(11), None),
    ]
    assert (day(1), day(10), "failed", day(10), day(11)) in words(failed, *parts)
    apart = nightly(1, 4, 11), nightly(5, 12, 12)
    assert (day(1), day(10), "failed", day(10), None) in words(failed, *apart)
    for other in ({"axis": "result"}, {"court": "25GV0004"}, {"proceeding": "appeal"}):
        assert (day(1), day(10), "failed", day(10), None) in words(failed, nightly(1, 12, 11, **other))
    assert words(failed, nightly(1, 12, 11, "complete")) == [(day(1), day(10), "failed", day(10), day(11))]
