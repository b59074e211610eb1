"""What is printed of small tables, worked on paper; the paper is in the comments."""

from __future__ import annotations

import pytest

from courttally.publish.rollup import Detail, Printed, Row, make_cells, roll_up
from courttally.publish.witness import LADDER, release

Lines = list[tuple[str, str, tuple[int | None, int | None], list[tuple[int | None, int | None]] | None]]
AB = ("337", "338")


def lines(rows: tuple[Row, ...]) -> Lines:
    return [(row.first, row.last, row.total, list(row.by_article) if row.by_article else None) for row in rows]


def printed(
    cells: dict[tuple[str, str], tuple[int, int]],
    last: str = "2024-03",
    articles: tuple[str, ...] = AB,
    first: str = "2024-01",
) -> Printed:
    return roll_up(make_cells(cells, articles, first, last))


def test_a_month_without_small_cells_is_split() -> None:
    """January: cells 9, 5, 0, 0. Nothing is from 1 to 4, and zero is not small. One part alone needs no sum."""
    page = printed({("2024-01", "337"): (9, 0), ("2024-01", "338"): (5, 0)}, last="2024-01")
    assert lines(page.parts) == [("2024-01", "2024-01", (14, 0), [(9, 0), (5, 0)])]
    assert page.sums == ()


def test_a_month_with_a_small_cell_is_given_as_a_total() -> None:
    """January has 338 received 4. Total 13 + 0. February has finished 1 of 338. March is clean.
    Sums: what is hidden of the year is January and February: 337 received 9 + 6, finished 0 + 8; 338 received 4 + 5 = 9,
    finished 0 + 1 = 1, which is small: no sum."""
    page = printed(
        {
            ("2024-01", "337"): (9, 0),
            ("2024-01", "338"): (4, 0),
            ("2024-02", "337"): (6, 8),
            ("2024-02", "338"): (5, 1),
            ("2024-03", "337"): (7, 5),
        }
    )
    assert lines(page.parts) == [
        ("2024-01", "2024-01", (13, 0), None),
        ("2024-02", "2024-02", (11, 9), None),
        ("2024-03", "2024-03", (7, 5), [(7, 5), (0, 0)]),
    ]
    assert page.sums == ()


def test_the_year_by_article_where_its_hidden_rest_allows() -> None:
    """January and February each hide 338 (3 and 4 received); together 7. 337: 9 + 9 received, 5 + 6 finished. Nothing small is left,
    so the year is given by article, with the clean month of March: 337 9 + 9 + 7 = 25, 5 + 6 + 5 = 16; 338 3 + 4 + 6 = 13."""
    page = printed(
        {
            ("2024-01", "337"): (9, 5),
            ("2024-01", "338"): (3, 0),
            ("2024-02", "337"): (9, 6),
            ("2024-02", "338"): (4, 0),
            ("2024-03", "337"): (7, 5),
            ("2024-03", "338"): (6, 0),
        }
    )
    assert [line[3] is None for line in lines(page.parts)] == [True, True, False]
    assert lines(page.sums) == [("2024-01", "2024-03", (38, 16), [(25, 16), (13, 0)])]


def test_years_are_joined_until_their_hidden_rest_is_not_small() -> None:
    """December 2023 hides 338 (3 received): alone in its year, so the year's rest is 3. January 2024 hides 2: rest 2.
    Joined: 5. By article over both: 337 20 + 30, 338 3 + 2."""
    page = printed(
        {
            ("2023-12", "337"): (20, 0),
            ("2023-12", "338"): (3, 0),
            ("2024-01", "337"): (30, 0),
            ("2024-01", "338"): (2, 0),
        },
        first="2023-12",
        last="2024-01",
    )
    assert lines(page.sums) == [("2023-12", "2024-01", (55, 0), [(50, 0), (5, 0)])]


def test_a_small_total_gives_way_to_its_quarter() -> None:
    """February has 3 in all: not January, February and March, but one quarter: 6 + 3 + 9 = 18 received. April is of the next."""
    page = printed(
        {
            ("2024-01", "337"): (6, 0),
            ("2024-02", "337"): (3, 0),
            ("2024-03", "337"): (9, 0),
            ("2024-04", "337"): (8, 0),
        },
        last="2024-04",
    )
    assert [line[:3] for line in lines(page.parts)] == [("2024-01", "2024-03", (18, 0)), ("2024-04", "2024-04", (8, 0))]


def test_finished_alone_can_make_a_total_small() -> None:
    """January: 50 received, 2 finished. The quarter: 50 + 50 received, 2 + 9 finished."""
    page = printed({("2024-01", "337"): (50, 2), ("2024-03", "337"): (50, 9)})
    assert [line[:3] for line in lines(page.parts)] == [("2024-01", "2024-03", (100, 11))]


def test_a_small_quarter_gives_way_to_its_year_and_no_further() -> None:
    """The third quarter of 2023 has 1 + 2 = 3: the year. 2023 has 3 + 10 = 13. 2024 stays as it is."""
    page = printed(
        {
            ("2023-07", "337"): (1, 0),
            ("2023-08", "337"): (2, 0),
            ("2023-12", "337"): (10, 0),
            ("2024-01", "337"): (7, 0),
        },
        first="2023-01",
        last="2024-01",
    )
    assert [line[:3] for line in lines(page.parts)] == [("2023-01", "2023-12", (13, 0)), ("2024-01", "2024-01", (7, 0))]


def test_a_small_year_is_joined_with_the_part_before_the_first_with_the_one_after() -> None:
    """2022 has 2 cases: joined with January 2023 (9). 2024, so far, has 1: joined with December 2023 (8)."""
    page = printed(
        {
            ("2022-12", "337"): (2, 0),
            ("2023-01", "337"): (9, 0),
            ("2023-12", "337"): (8, 0),
            ("2024-01", "337"): (1, 0),
        },
        first="2022-11",
        last="2024-01",
    )
    filled = [line[:3] for line in lines(page.parts) if line[2] != (0, 0)]
    assert filled == [("2022-11", "2023-01", (11, 0)), ("2023-12", "2024-01", (9, 0))]


def test_what_is_finished_on_no_day() -> None:
    """5 and 6 are printed by article; 5 and 2 as a total; 1 and 2 not at all, and no other number includes them."""
    base = {("2024-01", "337"): (50, 0), ("2024-01", "338"): (50, 0)}
    undated = [
        printed(base | {("undated", "337"): (0, a), ("undated", "338"): (0, b)}).undated
        for a, b in ((5, 6), (5, 2), (1, 2))
    ]
    assert lines(tuple(undated)) == [
        ("undated", "undated", (0, 11), [(0, 5), (0, 6)]),
        ("undated", "undated", (0, 7), None),
        ("undated", "undated", (0, None), None),
    ]


def test_a_measure_that_is_small_in_all_is_withheld() -> None:
    """50 received in January, 3 finished in all time: nothing of finished is printed, and received as if it were alone."""
    page = printed({("2024-01", "337"): (50, 3)}, last="2024-02")
    assert page.withheld == ("finished",)
    assert lines(page.parts) == [
        ("2024-01", "2024-01", (50, None), [(50, None), (0, None)]),
        ("2024-02", "2024-02", (0, None), [(0, None), (0, None)]),
    ]


def test_four_cases_in_all_give_no_table() -> None:
    page = printed({("2024-01", "337"): (4, 0)})
    assert (page.parts, page.sums, page.withheld) == ((), (), ("received", "finished")[:1])


def test_what_both_measures_together_tell_is_seen() -> None:
    """January: 337 received 9, 338 received 1: hidden, total 10. February, clean: received 5 and 5, finished 14 and 6. So all 20 cases
    are finished; 14 of 337 finished need 9 received before February, and 6 of 338 need 1: January would be known. So less is
    printed: no month by article."""
    cells = make_cells(
        {
            ("2024-01", "337"): (9, 0),
            ("2024-01", "338"): (1, 0),
            ("2024-02", "337"): (5, 14),
            ("2024-02", "338"): (5, 6),
        },
        AB,
        "2024-01",
        "2024-02",
    )
    assert [line[3] is None for line in lines(roll_up(cells).parts)] == [True, False]
    released = release(cells)
    assert lines(released.printed.parts) == [
        ("2024-01", "2024-01", (10, 0), None),
        ("2024-02", "2024-02", (10, 20), None),
    ]
    assert LADDER[released.step] == Detail("none", split=False)


@pytest.mark.parametrize(
    "cells",
    [{("2024-01", "999"): (5, 5)}, {("2024-01", "337"): (-1, 0)}, {("undated", "337"): (1, 0)}],
    ids=["unknown article", "below zero", "received on no day"],
)
def test_impossible_cells_are_refused(cells: dict[tuple[str, str], tuple[int, int]]) -> None:
    with pytest.raises(ValueError):
        printed(cells)
