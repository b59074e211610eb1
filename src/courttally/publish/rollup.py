"""From cells to what may be printed: month, then quarter, then year, then neighbours; and by article where nothing is small.

Three steps, each a pure function of the cells, and nothing else is ever printed of them:

1. **Parts** share out the time. A month whose total received or total finished is 1 to 4 gives way to its quarter, a quarter to
   its year, and a year (or what is left) is joined with the part before it, the first with the one after, until no total is 1 to 4.
   A part is printed *instead of* what it covers, and all parts add up to the whole: the headline's total tells nothing new.
2. **Split.** A part is printed by article where none of its cells, received or finished, is 1 to 4; otherwise by its total alone.
3. **Sums** over the parts of a year give the split by article that single parts cannot. What a reader can subtract from a
   sum, the parts in it that are split, leaves the *hidden rest*; where a cell of the rest is 1 to 4, the year is joined with its
   neighbours; and where the rest of all years together has one, there are no sums.

Why a hidden cell of 1 to 4 does not follow (each measure for itself). In a part without split the reader knows its total T, and,
with sums, the article's total S over the rest. The cell is at least 1, so T and S are at least 1, so both are at least 5, since
neither is 1 to 4. Cells of a table with given row and column sums take every value between ``max(0, T + S - all)`` and ``min(T, S)``
(Frechet), and that upper bound is at least 5: the reader cannot even tell that the cell is small. Months inside a longer part
are free but for their sum, which is 0 or at least 5. What knowledge of *both* measures together can add (no article has more cases
finished than received) is checked table by table in ``publish/witness``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from courttally.publish.tiers import is_small

MEASURES = ("received", "finished")
UNDATED = "undated"

Pair = tuple[int, int]
Numbers = tuple[int | None, int | None]
"""Received and finished; None: not published."""


@dataclass(frozen=True, slots=True)
class Detail:
    """How much is printed: sums per ``year``, for the ``whole`` time or ``none``; a split of parts or not; one part or many."""

    sums: str = "year"
    split: bool = True
    one_part: bool = False


FINEST = Detail()


@dataclass(frozen=True, slots=True)
class Cells:
    """The true cells. ``values[measure][month][article]``; the last row of each measure is *undated*.

    ``months``: every month from the first that can hold a case to that of the as-of date, without a hole.
    """

    months: tuple[str, ...]
    articles: tuple[str, ...]
    values: tuple[tuple[tuple[int, ...], ...], tuple[tuple[int, ...], ...]]

    def total(self, measure: int, first: int, last: int, article: int | None = None) -> int:
        """Cases of months ``first`` to ``last`` (positions, both included), of one article or of all."""
        rows = self.values[measure][first : last + 1]
        return sum(map(sum, rows)) if article is None else sum(row[article] for row in rows)


@dataclass(frozen=True, slots=True)
class Row:
    """One printed line: its months, its totals, and its numbers by article (None where it is not split).

    ``as_of``: the day of the earlier release whose numbers the line keeps (``publish/releases``); empty where they are of this one.
    """

    first: str
    last: str
    total: Numbers
    by_article: tuple[Numbers, ...] | None
    as_of: str = ""


@dataclass(frozen=True, slots=True)
class Printed:
    """All that is published of the cells. ``parts`` share out the time in order; ``sums`` cover several parts each.

    ``withheld``: measures whose total over everything is 1 to 4; nothing is printed of them, and without *received* no line at all.
    """

    months: tuple[str, ...]
    articles: tuple[str, ...]
    parts: tuple[Row, ...]
    sums: tuple[Row, ...]
    undated: Row
    withheld: tuple[str, ...]

    @property
    def kept(self) -> bool:
        """Whether any line keeps the numbers of an earlier release."""
        return any(row.as_of for row in (*self.parts, *self.sums, self.undated))


def months_between(first: str, last: str) -> tuple[str, ...]:
    """Every month from ``first`` to ``last``, both included."""
    start, end = _number(first), _number(last)
    return tuple(f"{n // 12:04d}-{n % 12 + 1:02d}" for n in range(start, end + 1))


def _number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:]) - 1


def quarter_of(month: str) -> str:
    """``2024-Q3`` of ``2024-07``."""
    return f"{month[:4]}-Q{(int(month[5:]) + 2) // 3}"


def year_of(month: str) -> str:
    """``2024`` of ``2024-07``."""
    return month[:4]


def make_cells(
    cells: Mapping[tuple[str, str], Pair], articles: tuple[str, ...], first_month: str, last_month: str
) -> Cells:
    """Cells in order, with the zeros written out. Months outside the given ones widen the time.

    Raises ValueError for an article that is not named, a negative number, or a case received on no day (the scope has a start).
    """
    dated = {month for month, _ in cells if month != UNDATED}
    months = months_between(min({first_month, *dated}), max({last_month, *dated}))
    for (month, article), (received, finished) in cells.items():
        if article not in articles:
            raise ValueError("a cell has an article that the subject does not name")
        if received < 0 or finished < 0:
            raise ValueError("a cell is below zero")
        if month == UNDATED and received:
            raise ValueError("a case without a received day cannot be in a scope with a start date")

    def rows(measure: int) -> tuple[tuple[int, ...], ...]:
        return tuple(
            tuple(cells.get((month, article), (0, 0))[measure] for article in articles) for month in (*months, UNDATED)
        )

    return Cells(months, articles, (rows(0), rows(1)))


def roll_up(cells: Cells, detail: Detail = FINEST) -> Printed:
    """What may be printed of ``cells`` at a level of detail. The module says how, and why it is safe."""
    end = len(cells.months) - 1
    open_measures = [m for m in (0, 1) if not is_small(cells.total(m, 0, end))]
    withheld = tuple(MEASURES[m] for m in (0, 1) if m not in open_measures)
    undated = _undated(cells, open_measures)
    if 0 not in open_measures:
        return Printed(cells.months, cells.articles, (), (), undated, withheld)
    spans = _parts(cells, open_measures, one=detail.one_part)

    def numbers(first: int, last: int, article: int | None = None) -> Numbers:
        received, finished = (cells.total(m, first, last, article) if m in open_measures else None for m in (0, 1))
        return received, finished

    def row(first: int, last: int, *, split: bool) -> Row:
        by_article = tuple(numbers(first, last, a) for a in range(len(cells.articles))) if split else None
        return Row(cells.months[first], cells.months[last], numbers(first, last), by_article)

    def clean(first: int, last: int) -> bool:
        return not any(is_small(n) for a in range(len(cells.articles)) for n in numbers(first, last, a))

    if any(is_small(n) for span in spans for n in numbers(*span)):
        raise AssertionError("a part with a small total was not joined")
    split = [detail.split and clean(*span) for span in spans]
    parts = tuple(row(*span, split=done) for span, done in zip(spans, split, strict=True))
    hidden = [span for span, done in zip(spans, split, strict=True) if not done]
    sums = tuple(row(first, last, split=True) for first, last in _sums(cells, spans, hidden, numbers, detail.sums))
    return Printed(cells.months, cells.articles, parts, sums, undated, withheld)


def _parts(cells: Cells, measures: list[int], *, one: bool) -> list[Pair]:
    """Step 1, as positions of first and last month."""
    months = cells.months
    if one:
        return [(0, len(months) - 1)]

    def small(span: Pair) -> bool:
        return any(is_small(cells.total(m, *span)) for m in measures)

    spans: list[Pair] = [(n, n) for n in range(len(months))]
    for unit in (quarter_of, year_of):
        rolled = {unit(months[first]) for first, last in spans if small((first, last))}
        spans = [span for group in _grouped(spans, months, unit, rolled) for span in group]
    while any(map(small, spans)) and len(spans) > 1:
        place = next(n for n, span in enumerate(spans) if small(span))
        start = max(place - 1, 0)
        spans[start : start + 2] = [(spans[start][0], spans[start + 1][1])]
    return spans


def _grouped(
    spans: list[Pair], months: tuple[str, ...], unit: Callable[[str], str], rolled: set[str]
) -> Iterator[list[Pair]]:
    for name, group in groupby(spans, key=lambda span: unit(months[span[0]])):
        members = list(group)
        yield [(members[0][0], members[-1][1])] if name in rolled else members


def _sums(
    cells: Cells,
    spans: list[Pair],
    hidden: list[Pair],
    numbers: Callable[[int, int, int | None], Numbers],
    level: str,
) -> list[Pair]:
    """Step 3. A year that a part straddles is taken together with the next; a sum over one part alone is left out."""
    if level == "none":
        return []
    groups: list[list[Pair]] = []
    for span in spans:
        same = groups and (
            level == "whole" or year_of(cells.months[groups[-1][-1][1]]) == year_of(cells.months[span[0]])
        )
        if same:
            groups[-1].append(span)
        else:
            groups.append([span])

    def rest_is_small(group: list[Pair]) -> bool:
        rest = [span for span in group if span in hidden]
        return any(
            is_small(sum(number or 0 for number in column))
            for a in range(len(cells.articles))
            for column in zip(*(numbers(*span, a) for span in rest), strict=True)
        )

    while any(map(rest_is_small, groups)):
        if len(groups) == 1:
            return []
        place = next(n for n, group in enumerate(groups) if rest_is_small(group))
        start = max(place - 1, 0)
        groups[start : start + 2] = [groups[start] + groups[start + 1]]
    return [(group[0][0], group[-1][1]) for group in groups if len(group) > 1]


def _undated(cells: Cells, measures: list[int]) -> Row:
    """Cases without a usable day have no neighbours: a total of 1 to 4 is withheld, and no printed number includes it."""
    by_article = [cells.values[1][-1][a] for a in range(len(cells.articles))]
    total = sum(by_article)
    if 1 not in measures or is_small(total):
        return Row(UNDATED, UNDATED, (0, None), None)
    split = tuple((0, n) for n in by_article) if not any(map(is_small, by_article)) else None
    return Row(UNDATED, UNDATED, (0, total), split)
