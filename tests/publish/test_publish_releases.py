"""Nobody works out from several releases what came between them: an exact search by a stranger who holds them all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stranger import MEASURES, Cell, Stranger

from courttally.publish.releases import Told, against
from courttally.publish.rollup import Row, make_cells, months_between
from courttally.publish.witness import release

Truth = dict[tuple[str, str], tuple[int, int]]
ARTICLES = ("332", "337")


def allowed(truth: Truth, months: Sequence[str], number: int, matters: int | None = None) -> Told:
    """What one release alone may tell."""
    cells = make_cells(truth, ARTICLES, months[0], months[-1])
    totals = [cells.total(measure, 0, len(cells.months) - 1) for measure in (0, 1)]
    received, finished = (None if 1 <= n <= 4 else n for n in totals)
    told = received, finished
    return Told(f"2024-0{number}-28", release(cells).printed, told, told, {"matters": matters})


def publish(truths: Sequence[Truth], months: Sequence[str]) -> list[Told]:
    """Releases one after the other."""
    made: list[Told] = []
    for number, truth in enumerate(truths, 1):
        made.append(against(allowed(truth, months, number), made))
    return made


def read(stranger: Stranger, made: Sequence[Told]) -> None:
    """Take in all releases: the n-th shows what the first n increments brought; months are called ``increment|month``."""
    for step, told in enumerate(made, 1):
        printed = told.printed
        lines = [row for row in (*printed.parts, *printed.sums) if not row.as_of]
        lines.append(Row(printed.months[0], printed.months[-1], told.totals, None))
        for row in lines:
            split = zip(printed.articles, row.by_article, strict=True) if row.by_article else ()
            for article, numbers in ((None, row.total), *split):
                for measure, number in zip(MEASURES, numbers, strict=True):
                    if number is not None:
                        of = ARTICLES if article is None else (article,)
                        names = [f"{i}|{month}" for i in range(step) for month in months_between(row.first, row.last)]
                        stranger.sums.append(([(measure, name, a) for name in names for a in of], number))


def targets(months: Sequence[str], steps: int) -> Iterator[list[Cell]]:
    """Cells, months, articles and everything, of each increment and of increments in a row."""
    spans = [[month] for month in months] + [list(months)]
    runs = [range(a, b) for a in range(steps) for b in range(a + 1, steps + 1)]
    for run, span, measure, of in product(runs, spans, MEASURES, (ARTICLES, *((a,) for a in ARTICLES))):
        yield [(measure, f"{i}|{month}", article) for i in run for month in span for article in of]


def worked_out(increments: Sequence[Truth], months: Sequence[str]) -> list[list[Cell]]:
    """Numbers from 1 to 4 that follow from all releases of a history."""
    made = publish([add(increments[:n]) for n in range(1, len(increments) + 1)], months)
    names = [f"{i}|{month}" for i in range(len(increments)) for month in months]

    def value(cells: list[Cell]) -> int:
        return sum(increments[int(n[0])].get((n[2:], a), (0, 0))[MEASURES.index(m)] for m, n, a in cells)

    hint = {cell: value([cell]) for cell in product(MEASURES, names, ARTICLES)}
    stranger = Stranger(names, ARTICLES, coupled=False, hint=hint)
    read(stranger, made)
    return [
        cells
        for cells in targets(months, len(increments))
        if 1 <= value(cells) <= 4 and not stranger.can_differ(cells, value(cells))
    ]


def add(truths: Sequence[Truth]) -> Truth:
    found: dict[tuple[str, str], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for truth in truths:
        for key, (received, finished) in truth.items():
            found[key] = (found[key][0] + received, found[key][1] + finished)
    return dict(found)


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Truth], tuple[str, ...]]:
    """Cases that come into view between two or three releases, each with its month, article, and the month of a result."""
    first = draw(st.sampled_from(["2023-01", "2023-11"]))
    months = months_between("2023-01", "2024-12")
    months = months[months.index(first) :][: draw(st.integers(1, 4))]
    increments: list[Truth] = []
    for number in range(draw(st.integers(2, 3))):
        sizes = st.sampled_from([5, 6, 8, 12, 20] if number == 0 else [1, 1, 2, 3, 5, 7])
        bundle = st.tuples(st.sampled_from(months), st.sampled_from(ARTICLES), sizes, st.booleans())
        counts: dict[tuple[str, str], tuple[int, int]] = {}
        if number == 0 and draw(st.booleans()):
            # A table with a case or more in most cells, so that lines are split and sums are printed.
            sizes_of_all = st.sampled_from([0, 2, 5, 9, 20])
            counts = {(month, article): (draw(sizes_of_all), 0) for month in months for article in ARTICLES}
        for month, article, size, over in draw(st.lists(bundle, min_size=1, max_size=5)):
            received, finished = counts.get((month, article), (0, 0))
            counts[month, article] = (received + size, finished + size * over)
        increments.append(counts)
    return increments, months


@settings(max_examples=80, deadline=None)
@given(histories())
def test_no_difference_from_1_to_4_can_be_worked_out(history: tuple[list[Truth], tuple[str, ...]]) -> None:
    increments, months = history
    assert worked_out(increments, months) == []


def every_increment(total: int, size: int) -> Iterator[tuple[int, ...]]:
    """All ways to write a number as a sum of ``size`` numbers from 0, in order."""
    if size == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in every_increment(total - first, size - 1):
            yield (first, *rest)


@pytest.mark.parametrize("months", [("2024-01", "2024-02"), ("2023-12", "2024-01")], ids="-".join)
def test_who_knows_the_program_and_the_first_table_learns_no_more(months: tuple[str, str]) -> None:
    """Every way in which up to 13 cases come to a table that the reader knows whole: among all that give one second page, no number of
    new cases from 1 to 4, of a month, an article, both or everything, is the same in all."""
    keys = list(product(months, ARTICLES))
    base: Truth = dict.fromkeys(keys, (20, 0))
    first = allowed(base, months, 1)
    pages: dict[tuple[object, ...], list[tuple[int, ...]]] = defaultdict(list)
    for total in range(14):
        for a, b, c, d in every_increment(total, 4):
            truth = {key: (20 + n, 0) for key, n in zip(keys, (a, b, c, d), strict=True)}
            second = against(allowed(truth, months, 2), [first])
            pages[second.printed, second.totals, second.shown].append(
                (a, b, c, d, a + b, c + d, a + c, b + d, a + b + c + d)
            )
    assert len(pages) > 50
    for alike in pages.values():
        for values in zip(*alike, strict=True):
            # Of pages with most cases, those with a few more are not among these.
            assert len(set(values)) > 1 or not 1 <= values[0] <= 4 or alike[0][-1] > 8


MONTHS = months_between("2024-01", "2024-04")
BASE: Truth = {(month, article): (40, 30) for month in MONTHS for article in ARTICLES}


def with_more(truth: Truth, **more: int) -> Truth:
    """``m3_337=2``: two more cases received in March under article 337."""
    found = dict(truth)
    for name, number in more.items():
        key = f"2024-0{name[1]}", name[3:]
        found[key] = (found.get(key, (0, 0))[0] + number, found.get(key, (0, 0))[1])
    return found


def line(told: Told, month: str) -> Row:
    (found,) = (row for row in told.printed.parts if row.first <= month <= row.last)
    return found


def test_a_line_that_changed_by_one_keeps_its_number_and_its_day() -> None:
    more = with_more(BASE, m1_337=1, m2_337=3, m3_337=9, m3_332=9, m4_337=4)
    first, second = publish([BASE, more], MONTHS)
    assert [row.as_of for row in first.printed.parts] == [""] * 4
    assert (second.totals, second.shown) == ((None, 240), (320 + 18, 240))
    assert line(second, "2024-03") == Row("2024-03", "2024-03", (98, 60), ((49, 30), (49, 30)))
    for month in ("2024-01", "2024-02", "2024-04"):
        assert line(second, month) == replace(line(first, month), as_of="2024-01-28")


def test_a_kept_line_is_printed_anew_once_enough_has_changed() -> None:
    step, then = with_more(BASE, m1_337=2, m2_337=9), with_more(BASE, m1_337=6, m2_337=20)
    _, second, third = publish([BASE, step, then], MONTHS)
    assert (line(second, "2024-01").total[0], line(second, "2024-01").as_of) == (80, "2024-01-28")
    assert (line(third, "2024-01").total[0], line(third, "2024-01").as_of) == (86, "")


def test_a_small_change_of_one_article_hides_the_split_and_not_the_line() -> None:
    _, second = publish([BASE, with_more(BASE, m3_337=30, m3_332=2)], MONTHS)
    assert line(second, "2024-03") == Row("2024-03", "2024-03", (112, 60), None)
    assert [row for row in second.printed.sums if not row.as_of] == []  # its split would give the two away


def test_a_line_that_changed_much_in_one_number_loses_only_the_other() -> None:
    """Thirty came in March and two were finished: to keep the line would hide the thirty."""
    more = with_more(BASE, m3_337=30, m1_337=50)
    more["2024-03", "332"] = (more["2024-03", "332"][0], more["2024-03", "332"][1] + 2)
    _, second = publish([BASE, more], MONTHS)
    assert line(second, "2024-03") == Row("2024-03", "2024-03", (110, None), ((40, None), (70, None)))
    assert (second.totals, second.shown) == ((400, None), (400, 240))


def test_the_total_is_that_of_the_lines_as_printed() -> None:
    """One line changed by 2 and is kept: the registry's total, less the lines printed anew, would tell it."""
    _, second = publish([BASE, with_more(BASE, m1_337=2, m2_337=7, m3_337=11)], MONTHS)
    assert [row.first for row in second.printed.parts if row.as_of] == ["2024-01"]
    assert (second.totals[0], second.shown[0]) == (None, 320 + 18)


def test_where_one_case_is_new_nothing_is() -> None:
    first, second = publish([BASE, with_more(BASE, m2_332=1)], MONTHS)
    assert (second.shown, second.totals) == (first.shown, (None, 240))
    assert line(second, "2024-02") == replace(line(first, "2024-02"), as_of="2024-01-28")
    _, same = publish([BASE, BASE], MONTHS)
    assert (same.printed, same.totals) == (first.printed, first.totals)


def test_a_case_that_was_withdrawn_is_not_seen_to_be_missing() -> None:
    first, second = publish([BASE, with_more(BASE, m1_337=-1, m2_337=60)], MONTHS)
    assert line(second, "2024-01") == replace(line(first, "2024-01"), as_of="2024-01-28")
    assert (second.totals[0], second.shown[0]) == (None, 320 + 60)


def test_every_earlier_release_counts_and_not_the_last_alone() -> None:
    """+6, then back by 5: the last release allows it, the first would tell the one that is left."""
    up, back = with_more(BASE, m1_337=6, m2_337=50), with_more(BASE, m1_337=1, m2_337=90)
    first, second, third = publish([BASE, up, back], MONTHS)
    assert line(second, "2024-01").total[0] == 86
    assert line(third, "2024-01").total == (None, 60)
    assert line(first, "2024-01").total[0] == 80


def test_a_number_that_stands_alone_is_left_out_where_its_change_is_small() -> None:
    more = with_more(BASE, m2_337=50)
    first = allowed(BASE, MONTHS, 1, matters=300)
    assert against(allowed(more, MONTHS, 2, matters=304), [first]).beside == {"matters": None}
    assert against(allowed(more, MONTHS, 2, matters=305), [first]).beside == {"matters": 305}
    assert against(allowed(more, MONTHS, 2, matters=3), [first]).beside == {"matters": 3}  # printed as fewer than 5
    kept = with_more(BASE, m1_337=4, m2_337=4)  # 8 more matters would tell both lines that are kept
    assert against(allowed(kept, MONTHS, 2, matters=308), [first]).beside == {"matters": None}


def test_the_stranger_finds_what_releases_without_the_check_tell() -> None:
    """The search is no straw man: side by side, two releases that know nothing of each other give the change away."""
    more = with_more(BASE, m3_337=1)
    made = [allowed(BASE, MONTHS, 1), allowed(more, MONTHS, 2)]
    names = [f"{i}|{month}" for i in range(2) for month in MONTHS]
    stranger = Stranger(names, ARTICLES, coupled=False)
    read(stranger, made)
    assert not stranger.can_differ([("received", "1|2024-03", "337")], 1)


def test_a_new_month_is_new_and_no_difference() -> None:
    later = {**BASE, ("2024-05", "337"): (50, 20), ("2024-05", "332"): (9, 5)}
    first = allowed(BASE, MONTHS, 1)
    second = against(allowed(later, months_between("2024-01", "2024-05"), 2), [first])
    assert line(second, "2024-05") == Row("2024-05", "2024-05", (59, 25), ((9, 5), (50, 20)))
    assert not any(row.as_of for row in second.printed.parts)


def test_lines_that_became_longer_are_held_against_what_they_cover() -> None:
    """April alone was printed; then a month with two cases begins, and the quarter is the line. What April gained must not follow."""
    first = allowed(BASE, MONTHS, 1)
    months = months_between("2024-01", "2024-05")
    one_more = with_more(BASE, m4_332=1) | {("2024-05", "337"): (2, 0)}
    second = against(allowed(one_more, months, 2), [first])
    assert line(second, "2024-04") == Row("2024-04", "2024-05", (None, 60), ((None, 30), (None, 30)))
    assert second.shown[0] == 320  # what was printed before: the lines alone would be less
    five_more = with_more(BASE, m4_332=3) | {("2024-05", "337"): (2, 0)}
    third = against(allowed(five_more, months, 2), [first])
    assert line(third, "2024-04").total == (85, 60)
