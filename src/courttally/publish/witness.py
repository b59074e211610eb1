"""The check before a table leaves: for every hidden number there is another world with the same page.

Invariants: a table is released only when each hidden number from 1 to 4 has a **witness**: another table of cells that
:func:`~courttally.publish.rollup.roll_up` prints in exactly the same way, in which that number is another. What is printed is
compared, not reasoned about, so a reader who knows the rules as well as we do gains nothing from them at that level of detail.

The numbers protected are those of every month, quarter and year and every printed part and sum, by article and in all,
received and finished, and of the cases without a day. A witness obeys what everybody knows: no count is below zero, and at
no month's end has an article more cases finished than received (by more than in the true table, where a wrong date makes it so).

Where a number has no witness, less is printed: the steps of :data:`LADDER`, the last of which prints nothing. Not promised:
that a reader who knows some of the cases from elsewhere learns nothing, nor who compares two releases, nor that the step taken,
in itself, tells nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import accumulate, product

from courttally.publish.rollup import Cells, Detail, Printed, quarter_of, roll_up, year_of
from courttally.publish.tiers import is_small

LADDER = (
    Detail("year"),
    Detail("whole"),
    Detail("none"),
    Detail("none", split=False),
    Detail("none", split=False, one_part=True),
)

Change = tuple[int, int, int, int]
"""Measure, month (position; the last is *undated*), article (position), and what is added."""


@dataclass(frozen=True, slots=True)
class Target:
    """A hidden number: months ``first`` to ``last`` (positions) of a measure, of one article or of all (None)."""

    measure: int
    first: int
    last: int
    article: int | None


@dataclass(frozen=True, slots=True)
class Release:
    """What may leave. ``step``: how far down the ladder (0: everything that the rules allow). ``checked``: hidden numbers."""

    printed: Printed
    step: int
    checked: int


def release(cells: Cells) -> Release:
    """The finest table in which every hidden number has a witness."""
    for step, detail in enumerate(LADDER):
        printed = roll_up(cells, detail)
        targets = hidden_numbers(cells, printed)
        if not unwitnessed(cells, detail, printed, targets):
            return Release(printed, step, len(targets))
    nothing = replace(roll_up(cells, LADDER[-1]), parts=(), sums=())
    return Release(nothing, len(LADDER), len(hidden_numbers(cells, nothing)))


def hidden_numbers(cells: Cells, printed: Printed) -> list[Target]:
    """Every number from 1 to 4 of the kinds that the module names."""
    months, undated = cells.months, len(cells.months)
    spans = {(n, n) for n in range(undated + 1)}
    for unit in (quarter_of, year_of):
        names = [unit(month) for month in months]
        spans |= {(names.index(name), undated - 1 - names[::-1].index(name)) for name in names}
    place = {month: n for n, month in enumerate(months)}
    spans |= {(place[row.first], place[row.last]) for row in (*printed.parts, *printed.sums)}
    return [
        Target(measure, first, last, article)
        for first, last in sorted(spans)
        for measure in (0, 1)
        for article in (None, *range(len(cells.articles)))
        if is_small(cells.total(measure, first, last, article))
    ]


def unwitnessed(cells: Cells, detail: Detail, printed: Printed, targets: Iterable[Target]) -> Target | None:
    """The first hidden number for which no witness was found, or None."""
    found: list[Cells] = []
    floor = tuple(tuple(min(0, n) for n in line) for line in _open_cases(cells))
    for target in targets:
        value = cells.total(target.measure, target.first, target.last, target.article)

        def differs(other: Cells, target: Target = target, value: int = value) -> bool:
            return other.total(target.measure, target.first, target.last, target.article) != value

        if any(map(differs, found)):
            continue
        for changes in _changes(cells, target):
            other = _changed(cells, changes)
            if other is None or not differs(other) or not _holds(other, floor):
                continue
            if roll_up(other, detail) == printed:
                found.append(other)
                break
        else:
            return target
    return None


def _open_cases(cells: Cells) -> Iterator[list[int]]:
    """By article: cases open at each month's end, and last when those finished on no day are taken off too."""
    received, finished = cells.values
    for a in range(len(cells.articles)):
        yield list(accumulate(r[a] - f[a] for r, f in zip(received, finished, strict=True)))


def _holds(other: Cells, floor: tuple[tuple[int, ...], ...]) -> bool:
    return all(
        now >= least
        for line, least_line in zip(_open_cases(other), floor, strict=True)
        for now, least in zip(line, least_line, strict=True)
    )


def _changed(cells: Cells, changes: Iterable[Change]) -> Cells | None:
    """Another table, or None where a count would fall below zero."""
    rows = [list(measure) for measure in cells.values]
    for measure, month, article, added in changes:
        row = list(rows[measure][month])
        row[article] += added
        rows[measure][month] = tuple(row)
    if any(min(rows[measure][month]) < 0 for measure, month, _, _ in changes):
        return None
    return replace(cells, values=(tuple(rows[0]), tuple(rows[1])))


def _changes(cells: Cells, target: Target) -> Iterator[tuple[Change, ...]]:
    """Small steps to other tables that change the target, the likeliest first; none is a witness before it was checked."""
    undated = len(cells.months)
    if target.first == undated:
        yield from (((1, undated, a, added),) for a, added in product(range(len(cells.articles)), (1, -1)))
    inside = range(target.first, target.last + 1)
    outside = sorted(
        (n for n in range(undated) if n not in inside), key=lambda n: min(abs(n - target.first), abs(n - target.last))
    )
    if target.article is not None:
        yield from _relabelled(cells, target, target.article, inside, outside)
    articles = range(len(cells.articles)) if target.article is None else (target.article,)
    for there, here, a, added in product(outside, inside, articles, (1, -1)):
        if undated not in (there, here):
            yield (target.measure, here, a, added), (target.measure, there, a, -added)


def _relabelled(
    cells: Cells, target: Target, article: int, inside: Iterable[int], outside: list[int]
) -> Iterator[tuple[Change, ...]]:
    """Cases that change their article: alone, in exchange with another month, as one case that was also finished, both."""
    measure, other = target.measure, 1 - target.measure
    for here, b, added in product(inside, range(len(cells.articles)), (1, -1)):
        if b == article:
            continue

        def turn(which: int, month: int, by: int, b: int = b) -> tuple[Change, Change]:
            return (which, month, article, by), (which, month, b, -by)

        one = turn(measure, here, added)
        yield one
        yield one + turn(other, here, added)
        for month in outside:
            swap = one + turn(measure, month, -added)
            yield swap
            yield swap + turn(other, here, added) + turn(other, month, -added)
            yield one + turn(other, month, added)


__all__ = ["LADDER", "Release", "Target", "hidden_numbers", "release", "unwitnessed"]
