"""What a new release may print beside the frozen ones: no difference between two releases is a number from 1 to 4.

Who holds two releases can subtract them. For a number that both print, the difference is the cases that came to it, or left it, between two
days: one case of desertion in one month, and its day to within a release. So a number is **printed anew** only where it has changed by none or
by at least five since every release that told it. A line of which no number has changed by five **keeps** the numbers, and the day, of the
release before; of another line only the number that may not be told is left out. The total at the top adds up the lines as they are printed:
the registry's own total, less the lines printed anew, would tell what the kept ones gained, and where each of them gained 1 to 4 a sum can
tell all of them. For the same reason a sum is printed anew only over lines that all are.

What can be subtracted is worked out, not guessed. A release tells, of each measure, totals of sets of months that do not overlap (its lines),
and totals by article of such sets (lines that are split, and what a sum leaves when they are taken away). A difference follows exactly where
sets of one release and sets of the other make up the same months; the smallest such sets are looked at (any other is a sum of them).

Invariants: a pure function of what the rules of one release allow (:mod:`~courttally.publish.witness`) and of what earlier ones printed; so
a witness of the one prints the same here, and a reader who knows the program learns from a kept line that some number of it has
changed by 1 to 4, and no more. Why a hidden difference of 1 to 4 does not follow from those that are told is :mod:`~courttally.publish.rollup`'s
argument, for cases that came: each told total that it is in is at least five. Not promised: corrections that take cases away and add
others at one time are hidden as a whole only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from courttally.publish.rollup import Numbers, Printed, Row, months_between
from courttally.publish.tiers import LARGEST_SMALL, is_small

MEASURES = (0, 1)
OF_ALL = ("matters", "second_hand", "first_hand")
"""Numbers that stand alone and are of all cases together; others are of cases that stand beside."""

Block = tuple[frozenset[str], tuple[int, ...]]
"""Months, and what is told of them: the total, or the numbers by article."""


@dataclass(frozen=True, slots=True)
class Told:
    """What one release tells: the table, and the numbers that stand alone; None: not told.

    ``totals``: over all months, where the page's lines add up to them (or there are no lines); ``shown``: what stands at the top of the page.
    """

    as_of: str
    printed: Printed
    totals: Numbers
    shown: Numbers
    beside: Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class _Clash:
    """Months of which two releases together tell a difference from 1 to 4."""

    measure: int
    months: frozenset[str]
    by_article: bool
    earlier: Told


def against(new: Told, earlier: Sequence[Told]) -> Told:
    """The new release, with less told anew where that takes it. ``earlier``: all releases so far, the last one last."""
    if not earlier:
        return new
    beside = {
        name: value if all(_may_change(value, told.beside.get(name)) for told in earlier) else None
        for name, value in new.beside.items()
    }
    new = replace(new, beside=beside, printed=replace(new.printed, undated=_undated(new.printed.undated, earlier)))
    allowed = new.printed
    while (clash := next(_clashes(new, earlier), None)) is not None:
        new = _less(new, clash, earlier[-1])
    lost = [row for row in allowed.parts if row not in new.printed.parts]
    for row in tuple(_anew(new.printed.sums)):
        if any(row.first <= line.first <= row.last for line in lost):
            new = replace(new, printed=_keep_sum(new.printed, row, earlier[-1]))
    return _added_up(new, earlier[-1])


def _added_up(new: Told, last: Told) -> Told:
    """With the totals of the lines as they are printed; where one lacks its number, not less than was shown before."""
    totals, shown = list(new.totals), list(new.shown)
    for measure in MEASURES:
        lines = [row.total[measure] for row in new.printed.parts]
        if lines and shown[measure] is not None:
            added = sum(number or 0 for number in lines)
            shown[measure] = max(added, last.shown[measure] or 0) if None in lines else added
            if added != totals[measure]:
                totals[measure] = None
        elif not lines and totals[measure] is None and shown[measure] is not None:
            shown[measure] = last.shown[measure]
    # What all cases make up, or share out, would tell their total.
    beside = {name: None if totals[0] is None and name in OF_ALL and n else n for name, n in new.beside.items()}
    return replace(new, totals=(totals[0], totals[1]), shown=(shown[0], shown[1]), beside=beside)


def _may_change(now: int | None, before: int | None) -> bool:
    """Whether both numbers may be told: a number that is not told, or only as *fewer than 5*, tells no difference."""
    told = now is not None and before is not None and not is_small(now) and not is_small(before)
    return not told or not is_small(abs((now or 0) - (before or 0)))


def _undated(now: Row, earlier: Sequence[Told]) -> Row:
    """The line of cases without a day: as it is, without its split, or as it was."""
    rows = [told.printed.undated for told in earlier]
    if not all(_may_change(now.total[1], row.total[1]) for row in rows):
        return replace(rows[-1], as_of=rows[-1].as_of or earlier[-1].as_of)
    both = [(now.by_article, row.by_article) for row in rows if now.by_article and row.by_article]
    if all(_may_change(a[1], b[1]) for ours, theirs in both for a, b in zip(ours, theirs, strict=True)):
        return now
    return replace(now, by_article=None)


def _clashes(new: Told, earlier: Sequence[Told]) -> Iterator[_Clash]:
    for told in earlier:
        for measure in MEASURES:
            for by_article, blocks in ((False, told_in_all), (True, told_by_article)):
                for months, now, before in joins(new, told, blocks(new, measure), blocks(told, measure)):
                    if any(is_small(abs(a - b)) for a, b in zip(now, before, strict=True)):
                        yield _Clash(measure, months, by_article, told)


def told_in_all(told: Told, measure: int) -> list[Block]:
    """Sets of months whose total a release tells: its own lines; where it has none, all months."""
    lines = [(_months(row), row.total[measure]) for row in _anew(told.printed.parts)]
    if not told.printed.parts:
        lines = [(frozenset(told.printed.months), told.totals[measure])]
    return [(months, (number,)) for months, number in lines if number is not None]


def told_by_article(told: Told, measure: int) -> list[Block]:
    """Sets of months whose numbers by article a release tells: its split lines, and what sums leave of them."""
    blocks = [(_months(row), split) for row in _anew(told.printed.parts) if (split := _split(row, measure))]
    for row in _anew(told.printed.sums):
        months, total = _months(row), _split(row, measure)
        inside = [block for block in blocks if block[0] <= months]
        rest = months.difference(*(block[0] for block in inside))
        if total and rest:
            blocks.append((rest, tuple(n - sum(b[1][a] for b in inside) for a, n in enumerate(total))))
    return blocks


def _anew(rows: Iterable[Row]) -> Iterator[Row]:
    return (row for row in rows if not row.as_of)


def _months(row: Row) -> frozenset[str]:
    return frozenset(months_between(row.first, row.last))


def _split(row: Row, measure: int) -> tuple[int, ...] | None:
    numbers = tuple(pair[measure] for pair in row.by_article or ())
    return tuple(n for n in numbers if n is not None) if numbers and None not in numbers else None


def joins(
    one: Told, other: Told, ours: Sequence[Block], theirs: Sequence[Block]
) -> Iterator[tuple[frozenset[str], tuple[int, ...], tuple[int, ...]]]:
    """The smallest sets of months that are made up of blocks on both sides, with what each side tells of them.

    A month that a release does not reach had no case then: everybody knows that.
    """
    every = {*one.printed.months, *other.printed.months}
    nothing = (0,) * len((*ours, *theirs)[0][1]) if ours or theirs else ()
    sides = [
        [*blocks, *((frozenset((month,)), nothing) for month in sorted(every.difference(told.printed.months)))]
        for told, blocks in ((one, ours), (other, theirs))
    ]
    groups: list[frozenset[str]] = []
    for months, _ in (*sides[0], *sides[1]):
        apart = [group for group in groups if not group & months]
        groups = [*apart, months.union(*(group for group in groups if group & months))]
    for group in sorted(groups, key=min):
        inside = [[block for block in side if block[0] <= group] for side in sides]
        if all(frozenset().union(*(months for months, _ in blocks)) == group for blocks in inside):
            now, before = (tuple(map(sum, zip(*(numbers for _, numbers in blocks), strict=True))) for blocks in inside)
            yield group, now, before


def _less(new: Told, clash: _Clash, last: Told) -> Told:
    """One step that undoes a clash, or brings it nearer to being undone: something that was told anew no longer is."""
    printed, months = new.printed, clash.months
    own = [row for row in _anew(printed.parts) if _months(row) <= months]
    split = [row for row in own if _split(row, clash.measure)]
    if clash.by_article:
        left = months.difference(*map(_months, split))
        sums = [row for row in _anew(printed.sums) if _months(row) & left]
        if sums:
            return replace(new, printed=_keep_sum(printed, sums[-1], last))
        row = min(split, key=lambda row: (row.total[0] or 0, row.first))
        return replace(new, printed=_swap(printed, row, replace(row, by_article=None)))
    if not own:
        totals = list(new.totals)
        totals[clash.measure] = None
        return replace(new, totals=(totals[0], totals[1]))
    told = [row for row in own if row.total[clash.measure] is not None]
    row = min(told, key=lambda row: (row.total[clash.measure] or 0, row.first))
    return replace(new, printed=_swap(printed, row, _older(row, clash.measure, last)))


def _older(row: Row, measure: int, last: Told) -> Row:
    """The line as the last release has it, where neither of its totals has changed by five; else without the number that may not be told."""
    old = next((line for line in last.printed.parts if (line.first, line.last) == (row.first, row.last)), None)
    if old is not None and all(
        then is not None and (now is None or abs(now - then) <= LARGEST_SMALL)
        for now, then in zip(row.total, old.total, strict=True)
    ):
        return replace(old, as_of=old.as_of or last.as_of)
    split = None if row.by_article is None else tuple(_without(pair, measure) for pair in row.by_article)
    return replace(row, total=_without(row.total, measure), by_article=split)


def _without(numbers: Numbers, measure: int) -> Numbers:
    return (None, numbers[1]) if measure == 0 else (numbers[0], None)


def _swap(printed: Printed, row: Row, other: Row) -> Printed:
    return replace(printed, parts=tuple(other if part is row else part for part in printed.parts))


def _keep_sum(printed: Printed, row: Row, last: Told) -> Printed:
    """The sum as the last release has it; none where that has another one."""
    old = next((s for s in last.printed.sums if (s.first, s.last) == (row.first, row.last)), None)
    kept = () if old is None else (replace(old, as_of=old.as_of or last.as_of),)
    place = printed.sums.index(row)
    return replace(printed, sums=(*printed.sums[:place], *kept, *printed.sums[place + 1 :]))
