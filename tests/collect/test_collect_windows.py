"""One window, page by page, at a site made up here: *complete* is said only where nothing moved and nothing is missing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courttally.collect.queries import Manner, forms
from courttally.collect.talk import Answer
from courttally.collect.windows import TURNS, Ended, Window, ask_window
from courttally.portal import Reading
from courttally.portal.addresses import parse_request
from courttally.portal.model import CaseSeen, Day

WINDOW = Window("25GV0001", "first", "received", date(2024, 1, 1), date(2024, 3, 31))
FORM = forms("first")[0]
MANNER = Manner("25GV0001", "vgvs.prm.sudrf.ru")
AT = datetime(2024, 7, 1, tzinfo=UTC)
Site = Callable[[int, int], Answer]
"""(number of the request, page) -> what comes back."""


def listing(rows: list[int], page: int) -> Answer:
    part = rows[(page - 1) * 25 : page * 25]
    if not part:
        return Answer("no_data", AT, Reading("no_data"))
    cases = [CaseSeen(row=n, case_id=number, guid="g") for n, number in enumerate(part)]
    first = (page - 1) * 25 + 1
    return Answer(
        "listing",
        AT,
        Reading("listing", found=len(rows), range_from=first, range_to=first + len(part) - 1, cases=cases),
    )


def asked(site: Site, window: Window = WINDOW, many: int = 500) -> tuple[Ended, list[int]]:
    """How the window ended, and the pages that were asked for."""
    pages: list[int] = []
    talk = ask_window(MANNER, FORM, window, many)
    ask = next(talk)
    while True:
        request = parse_request(ask.url)
        assert request is not None
        assert (request.window_from, request.window_to, request.window_axis) == (window.first, window.last, window.axis)
        pages.append(request.page)
        try:
            ask = talk.send(site(len(pages) - 1, request.page))
        except StopIteration as end:
            ended: Ended = end.value
            return ended, pages


@given(number=st.integers(1, 130))
def test_what_stands_still_is_read_whole_and_once(number: int) -> None:
    rows = list(range(1000, 1000 + number))
    ended, pages = asked(lambda n, page: listing(rows, page))
    assert (ended.state, ended.reason, ended.found) == ("complete", "", number)
    assert [case.case_id for case in ended.cases] == rows
    assert pages == list(range(1, -(-number // 25) + 1))


CHANGES = st.dictionaries(st.integers(1, 14), st.tuples(st.booleans(), st.integers(0, 99)), max_size=5)
"""Number of the request before which the list changes -> (a row more or less, where)."""


@settings(max_examples=300)
@given(number=st.integers(1, 110), changes=CHANGES)
def test_complete_means_that_rows_came_and_went_in_equal_numbers_at_most(
    number: int, changes: dict[int, tuple[bool, int]]
) -> None:
    rows, history = list(range(1000, 1000 + number)), []

    def site(n: int, page: int) -> Answer:
        if n in changes:
            more, where = changes[n]
            if more:
                rows.insert(where % (len(rows) + 1), 5000 + n)
            elif len(rows) > 1:
                del rows[where % len(rows)]
        history.append(list(rows))
        return listing(rows, page)

    ended, pages = asked(site)
    assert len(pages) <= 5 * TURNS + 5
    assert pages.count(1) <= TURNS
    start = len(pages) - 1 - pages[::-1].index(1)
    during = history[start:]
    if len({tuple(each) for each in during}) == 1:
        assert ended.state == "complete"
        assert [case.case_id for case in ended.cases] == during[0]
    if ended.state == "complete":
        assert len({len(each) for each in during}) == 1
        assert len(ended.cases) == len(during[0])
        assert len({case.case_id for case in ended.cases}) == len(ended.cases)
    else:
        assert (ended.state, pages.count(1)) == ("halve", TURNS), "asked again as often as allowed, then in halves"


def test_rows_that_never_stand_still_leave_a_single_day_partial() -> None:
    day = Window("25GV0001", "first", "received", date(2024, 1, 1), date(2024, 1, 1))
    ended, pages = asked(lambda n, page: listing(list(range(n, n + 40 + n)), page), day)
    assert (ended.state, pages.count(1)) == ("partial", TURNS)
    assert "changed between pages" in ended.reason


def test_a_long_list_is_halved_after_its_first_page() -> None:
    ended, pages = asked(lambda n, page: listing(list(range(101)), page), many=100)
    assert (ended.state, pages) == ("halve", [1])
    halves = WINDOW.halves()
    assert halves is not None
    later, earlier = halves
    assert (earlier.first, later.last) == (WINDOW.first, WINDOW.last)
    assert (later.first - earlier.last).days == 1


def test_unreadable_rows_a_missing_counter_and_a_short_page_are_never_complete() -> None:
    def unreadable(n: int, page: int) -> Answer:
        answer = listing(list(range(30)), page)
        assert answer.reading is not None
        answer.reading.rows_quarantined = 1
        del answer.reading.cases[3]
        return answer

    def uncounted(n: int, page: int) -> Answer:
        return Answer("listing", AT, Reading("listing", cases=[CaseSeen(row=1, case_id=1)]))

    def short(n: int, page: int) -> Answer:
        answer = listing(list(range(60)), page)
        assert answer.reading is not None
        answer.reading.range_to = 20
        return answer

    for site, words in ((unreadable, "header"), (uncounted, "counter"), (short, "missing or overlap")):
        ended, _ = asked(site)
        assert ended.state == "partial"
        assert words in ended.reason


def test_unreadable_rows_do_not_keep_the_next_page_from_being_read() -> None:
    def site(n: int, page: int) -> Answer:
        answer = listing(list(range(1, 61)), page)
        assert answer.reading is not None
        if page < 3:
            answer.reading.rows_quarantined = 1
            del answer.reading.cases[3]
        return answer

    ended, pages = asked(site)
    assert (ended.state, pages) == ("partial", [1, 2, 3])
    assert [case.case_id for case in ended.cases] == [n for n in range(1, 61) if n not in (4, 29)]


@given(number=st.integers(1, 130), endless=st.booleans())
def test_a_list_without_a_counter_is_read_to_its_end_and_is_never_complete(number: int, endless: bool) -> None:
    rows = list(range(1000, 1000 + number))

    def site(n: int, page: int) -> Answer:
        # Behind the end some sites find nothing, others show the last page again.
        last = -(-number // 25)
        answer = listing(rows, min(page, last) if endless else page)
        assert answer.reading is not None
        answer.reading.found = answer.reading.range_from = answer.reading.range_to = None
        return answer

    ended, pages = asked(site)
    assert [case.case_id for case in ended.cases] == rows
    assert ended.state == "partial"
    assert "counter" in ended.reason
    assert pages == list(range(1, number // 25 + 2))


@given(number=st.integers(1, 70), size=st.integers(1, 30))
def test_pages_of_another_length_are_whole_where_they_join(number: int, size: int) -> None:
    rows = list(range(1000, 1000 + number))

    def site(n: int, page: int) -> Answer:
        answer = listing(rows, 1)
        assert answer.reading is not None
        part = rows[(page - 1) * size : page * size]
        answer.reading.cases = [CaseSeen(row=n, case_id=number, guid="g") for n, number in enumerate(part)]
        answer.reading.range_from = (page - 1) * size + 1
        answer.reading.range_to = (page - 1) * size + len(part)
        return answer

    ended, pages = asked(site)
    assert (ended.state, pages) == ("complete", list(range(1, -(-number // size) + 1)))
    assert [case.case_id for case in ended.cases] == rows


@pytest.mark.parametrize("axis", ["received", "result"])
@pytest.mark.parametrize(("outside", "state"), [(0, "complete"), (20, "complete"), (21, "misfit"), (40, "misfit")])
def test_a_site_that_passes_over_the_days_was_not_asked_in_its_words(axis: str, outside: int, state: str) -> None:
    """An unknown field is passed over by many a site: the list of everything is not the list of a window, however many pages it has."""

    def site(n: int, page: int) -> Answer:
        answer = listing(list(range(40 if page == 1 else 0)), 1)
        assert answer.reading is not None
        answer.reading.range_to = 40
        answer.reading.cases = [
            CaseSeen(row=n, case_id=n, guid="g", **{name: Day(date(2023 if n < outside else 2024, 2, 1))})
            for n in range(40)
        ]
        return answer

    name = {"received": "received", "result": "result_date"}[axis]
    ended, pages = asked(site, replace(WINDOW, axis=axis))
    assert (ended.state, pages) == (state, [1])


@pytest.mark.parametrize("pager", ["", "vnkod=77OV0000", f"vnkod={WINDOW.court}"])
def test_further_pages_are_asked_for_as_the_pager_of_the_site_does(pager: str) -> None:
    """Some courts show page 1 again to who leaves out the code that their own links carry."""

    def site(n: int, page: int) -> Answer:
        return replace(listing(list(range(60)), page), body=f"<a href=?page=2&{pager}>2</a>".encode())

    talk, codes = ask_window(MANNER, FORM, WINDOW), []
    ask = next(talk)
    while True:
        request = parse_request(ask.url)
        assert request is not None
        codes.append(request.vnkod)
        try:
            ask = talk.send(site(len(codes), request.page))
        except StopIteration:
            break
    own = WINDOW.court if WINDOW.court in pager else None
    assert codes == [None, own, own]


def always(kind: str) -> Site:
    return lambda n, page: Answer(kind, AT, Reading(kind))


def test_answers_that_are_no_lists() -> None:
    kinds = {
        "no_data": "zero",
        "wrong_query": "misfit",
        "search_form": "misfit",
        "captcha_rejected": "captcha",
        "unsupported_filter": "failed",
        "blocked": "failed",
        "unavailable": "failed",
        "unknown": "failed",
        "card": "failed",
    }
    for kind, state in kinds.items():
        ended, pages = asked(always(kind))
        assert (ended.state, pages) == (state, [1]), kind
    form = Reading("search_form", asks_captcha=True)
    assert asked(lambda n, page: Answer("search_form", AT, form))[0].state == "captcha"
    lost, _ = asked(
        lambda n, page: (
            listing(list(range(40)), 1) if page == 1 else Answer("error", AT, error="the connection was lost")
        )
    )
    assert (lost.state, lost.reason, len(lost.cases)) == ("partial", "the connection was lost", 25)
