"""What a stranger can work out from a printed table: every cell's lower and upper bound, from the printed sums
alone.

A table is a list of equations: these base cells add up to that number. Base cells are whole numbers from 0. The
equations are reduced by elimination over fractions, which finds every cell that follows from a combination of sums;
then bounds are passed on through the printed and the reduced equations until nothing changes. No part of courttally
is used.
"""

from collections.abc import Hashable, Iterable
from fractions import Fraction
from math import ceil, floor

Cell = Hashable
Equation = tuple[frozenset[Cell], int]
Linear = tuple[dict[Cell, Fraction], Fraction]


def reduced(equations: Iterable[Equation]) -> list[Linear]:
    """The equations in reduced form: each begins with a cell that no other one has."""
    rows: list[Linear] = []
    for cells, value in equations:
        row: Linear = ({cell: Fraction(1) for cell in cells}, Fraction(value))
        for other in rows:
            row = without(row, other)
        if not row[0]:
            continue
        head = row[0][first(row)]
        row = ({cell: times / head for cell, times in row[0].items()}, row[1] / head)
        rows = [*(without(other, row) for other in rows), row]
    return rows


def first(row: Linear) -> Cell:
    return min(row[0], key=repr)


def without(row: Linear, other: Linear) -> Linear:
    """The row with the other one's first cell cleared out of it."""
    times = row[0].get(first(other))
    if times is None:
        return row
    left = {cell: row[0].get(cell, Fraction(0)) - times * other[0].get(cell, Fraction(0)) for cell in row[0] | other[0]}
    return {cell: share for cell, share in left.items() if share}, row[1] - times * other[1]


def bounds(equations: Iterable[Equation]) -> dict[Cell, tuple[int, int]]:
    """The bounds that the sums give each cell."""
    printed = [(cells, value) for cells, value in equations if cells]
    given: list[Linear] = [({cell: Fraction(1) for cell in cells}, Fraction(value)) for cells, value in printed]
    given += reduced(printed)
    low = {cell: 0 for cells, _ in printed for cell in cells}
    high = {cell: min(value for cells, value in printed if cell in cells) for cell in low}
    changed = True
    while changed:
        changed = False
        for shares, value in given:
            least = sum(share * (low if share > 0 else high)[cell] for cell, share in shares.items())
            most = sum(share * (high if share > 0 else low)[cell] for cell, share in shares.items())
            for cell, share in shares.items():
                others_least = least - share * (low if share > 0 else high)[cell]
                others_most = most - share * (high if share > 0 else low)[cell]
                ends = sorted(((value - others_most) / share, (value - others_least) / share))
                if ceil(ends[0]) > low[cell] or floor(ends[1]) < high[cell]:
                    low[cell], high[cell] = max(low[cell], ceil(ends[0])), min(high[cell], floor(ends[1]))
                    changed = True
                    break
    return {cell: (low[cell], high[cell]) for cell in low}


def disclosed(equations: Iterable[Equation]) -> set[Cell]:
    """Every cell whose value a reader of the sums can know."""
    return {cell for cell, (least, most) in bounds(equations).items() if least == most}


def follows(wanted: Iterable[Cell], equations: Iterable[Equation]) -> bool:
    """Whether the sum of some cells can be worked out from the sums of others by adding and subtracting them."""
    row: Linear = ({cell: Fraction(1) for cell in wanted}, Fraction(0))
    for other in reduced(equations):
        row = without(row, other)
    return not row[0]
