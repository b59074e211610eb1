"""Nobody works out a hidden number: an exact search, and a reader who knows the program itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stranger import MEASURES, Cell, Stranger

from courttally.publish.rollup import Printed, make_cells, months_between, roll_up
from courttally.publish.witness import LADDER, release

Truth = dict[tuple[str, str], tuple[int, int]]


def rows(printed: Printed) -> list[dict[str, str]]:
    """The printed lines as the rows of the CSV; the total over everything is among them when every part is."""
    found = []
    for row in (*printed.parts, *printed.sums):
        split = zip(printed.articles, row.by_article, strict=True) if row.by_article else ()
        for article, numbers in (("all", row.total), *split):
            texts = {measure: "" if n is None else str(n) for measure, n in zip(MEASURES, numbers, strict=True)}
            found.append({"period_start": row.first, "period_end": row.last, "article": article, **texts})
    return found


def value(truth: Truth, cells: list[Cell]) -> int:
    return sum(truth.get((month, article), (0, 0))[MEASURES.index(measure)] for measure, month, article in cells)


def hidden(truth: Truth, months: tuple[str, ...], articles: tuple[str, ...]) -> Iterator[list[Cell]]:
    """Every number from 1 to 4: cells, months' totals, and articles and totals of each calendar quarter and year."""
    quarter = {month: (month[:4], (int(month[5:]) - 1) // 3) for month in months}
    units = [[month] for month in months]
    units += [[month for month in months if quarter[month] == one] for one in sorted(set(quarter.values()))]
    units += [[month for month in months if month[:4] == year] for year in sorted({month[:4] for month in months})]
    for unit, measure, of in product(units, MEASURES, (articles, *((article,) for article in articles))):
        cells = [(measure, month, article) for month in unit for article in of]
        if 1 <= value(truth, cells) <= 4:
            yield cells


def worked_out(truth: Truth, printed: Printed, articles: tuple[str, ...], *, coupled: bool) -> list[list[Cell]]:
    hint = {cell: value(truth, [cell]) for cell in product(MEASURES, printed.months, articles)}
    stranger = Stranger(printed.months, articles, coupled=coupled, hint=hint).read(rows(printed))
    return [
        cells
        for cells in hidden(truth, printed.months, articles)
        if not stranger.can_differ(cells, value(truth, cells))
    ]


@st.composite
def histories(draw: st.DrawFn) -> tuple[Truth, tuple[str, ...], str, str]:
    """Sparse tables that could have happened: cases, each with its article, month, and month of the result if any."""
    articles = ("332", "337", "338")[: draw(st.integers(2, 3))]
    first = draw(st.sampled_from(["2023-01", "2023-05", "2023-09", "2023-11", "2023-12"]))
    months = months_between("2023-01", "2024-12")
    months = months[months.index(first) :][: draw(st.integers(1, 5))]
    counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    bundles = st.tuples(
        st.integers(0, len(months) - 1),
        st.sampled_from(articles),
        st.one_of(st.none(), st.integers(0, 2)),
        st.sampled_from([1, 1, 1, 2, 3, 4, 5, 6, 9]),
    )
    for start, article, later, size in draw(st.lists(bundles, min_size=1, max_size=9)):
        counts[months[start], article][0] += size
        if later is not None and start + later < len(months):
            counts[months[start + later], article][1] += size
    return {key: (r, f) for key, (r, f) in counts.items()}, articles, months[0], months[-1]


@settings(max_examples=60, deadline=None)
@given(histories())
def test_no_hidden_number_can_be_worked_out(history: tuple[Truth, tuple[str, ...], str, str]) -> None:
    truth, articles, first, last = history
    released = release(make_cells(truth, articles, first, last))
    assert [
        row for row in rows(released.printed) if any(row[measure] in ("1", "2", "3", "4") for measure in MEASURES)
    ] == []
    assert worked_out(truth, released.printed, articles, coupled=True) == []


@settings(max_examples=60, deadline=None)
@given(histories())
def test_each_measure_alone_is_safe_by_the_rules(history: tuple[Truth, tuple[str, ...], str, str]) -> None:
    """What the module says of the rules themselves, before any check: without knowledge that joins the measures, nothing leaks."""
    truth, articles, first, last = history
    printed = roll_up(make_cells(truth, articles, first, last))
    assert worked_out(truth, printed, articles, coupled=False) == []


@settings(max_examples=60, deadline=None)
@given(histories())
def test_what_is_printed_is_true_and_whole(history: tuple[Truth, tuple[str, ...], str, str]) -> None:
    """Each number is the sum of its cells; the parts share out the months; a split adds up to its total."""
    truth, articles, first, last = history
    printed = release(make_cells(truth, articles, first, last)).printed
    for row in rows(printed):
        months = [month for month in printed.months if row["period_start"] <= month <= row["period_end"]]
        of = articles if row["article"] == "all" else (row["article"],)
        for measure in MEASURES:
            if row[measure]:
                assert int(row[measure]) == value(
                    truth, [(measure, month, article) for month in months for article in of]
                )
    if printed.parts:
        assert [month for row in printed.parts for month in months_between(row.first, row.last)] == list(printed.months)


def every_table(total: int, size: int) -> Iterator[tuple[int, ...]]:
    """All ways to write a number as a sum of ``size`` numbers from 0, in order."""
    if size == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in every_table(total - first, size - 1):
            yield (first, *rest)


def test_every_table_is_every_table() -> None:
    assert len(list(every_table(9, 4))) == 220  # 12 choose 3


def numbers_of(counts: tuple[int, ...]) -> tuple[int, ...]:
    """Cells of two months and two articles, then the months' totals and the articles'."""
    a, b, c, d = counts
    return a, b, c, d, a + b, c + d, a + c, b + d


@pytest.mark.parametrize(
    "months", [("2024-01", "2024-02"), ("2024-03", "2024-04"), ("2023-12", "2024-01")], ids="-".join
)
def test_who_knows_the_program_learns_no_more(months: tuple[str, str]) -> None:
    """Every table of two months and two articles with up to 12 cases received, published: among all tables that give one page,
    which is what a reader who knows the program can find out, no number from 1 to 4 is the same in all."""
    pages: dict[Printed, list[tuple[int, ...]]] = defaultdict(list)
    for total in range(13):
        for counts in every_table(total, 4):
            keys = product(months, ("337", "338"))
            cells = make_cells({key: (n, 0) for key, n in zip(keys, counts, strict=True)}, ("337", "338"), *months)
            pages[release(cells).printed].append(numbers_of(counts))
    assert len(pages) > 100
    for alike in pages.values():
        for values in zip(*alike, strict=True):
            assert len(set(values)) > 1 or not 1 <= values[0] <= 4


@pytest.mark.long
def test_who_knows_the_program_learns_no_more_from_both_measures() -> None:
    """The same with 6 cases received, and every way in which some of them were finished by then."""
    months = ("2024-01", "2024-02")
    pages: dict[Printed, list[tuple[int, ...]]] = defaultdict(list)
    for received in every_table(6, 4):
        for finished in (table for total in range(7) for table in every_table(total, 4)):
            starts, ends = numbers_of(received), numbers_of(finished)
            if any(ends[n] > starts[n] for n in (0, 1, 6, 7)):
                continue  # finished before it was received
            keys = product(months, ("337", "338"))
            counts = zip(received, finished, strict=True)
            cells = make_cells(dict(zip(keys, counts, strict=True)), ("337", "338"), *months)
            pages[release(cells).printed].append(starts + ends)
    assert len(pages) > 20
    for alike in pages.values():
        for values in zip(*alike, strict=True):
            assert len(set(values)) > 1 or not 1 <= values[0] <= 4


def test_the_stranger_finds_what_leaks() -> None:
    """The search is no straw man: a total and all but one of its parts; two overlapping sums; and both measures together."""
    january, february = (("received", month, "337") for month in ("2024-01", "2024-02"))
    plain = Stranger(("2024-01", "2024-02"), ("337",), [([january, february], 9), ([february], 6)])
    assert not plain.can_differ([january], 3)
    loose = Stranger(("2024-01", "2024-02"), ("337",), [([january, february], 9)])
    assert loose.can_differ([january], 3)

    truth = {
        ("2024-01", "337"): (9, 0),
        ("2024-01", "338"): (1, 0),
        ("2024-02", "337"): (5, 14),
        ("2024-02", "338"): (5, 6),
    }
    cells = make_cells(truth, ("337", "338"), "2024-01", "2024-02")
    assert [("received", "2024-01", "338")] in worked_out(truth, roll_up(cells), ("337", "338"), coupled=True)
    assert worked_out(truth, release(cells).printed, ("337", "338"), coupled=True) == []


def test_steps_of_the_ladder_print_less_and_less() -> None:
    """Each step prints some of the rows of the one before, or fewer and longer ones; the last prints one."""
    truth = {(month, article): (6, 5) for month in months_between("2023-10", "2024-03") for article in ("337", "338")}
    truth |= {
        ("2023-10", "338"): (3, 0),
        ("2023-11", "338"): (2, 0),
        ("2024-01", "338"): (4, 0),
        ("2024-02", "338"): (1, 0),
    }
    cells = make_cells(truth, ("337", "338"), "2023-10", "2024-03")
    sizes = [len(rows(roll_up(cells, detail))) for detail in LADDER]
    assert sizes == sorted(sizes, reverse=True)
    assert len(set(sizes)) == len(LADDER)
    assert sizes[-1] == 1
