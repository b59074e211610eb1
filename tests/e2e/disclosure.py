"""What a stranger can work out from a printed table: every cell's lower and upper bound, from the printed sums
alone.

A table is a list of equations: these base cells add up to that number. Base cells are whole numbers from 0. Two
ways are tried, both without any part of courttally: subtraction of every printed sum from every sum that contains
it, with bounds passed on until nothing changes; and elimination over fractions, which finds a cell that follows
from any combination of sums.
"""

from collections.abc import Hashable, Iterable
from fractions import Fraction

Cell = Hashable
Equation = tuple[frozenset[Cell], int]


def differences(equations: Iterable[Equation]) -> list[Equation]:
    """The equations, and what is left where one set of cells lies inside another, until nothing new comes."""
    known = {cells: value for cells, value in equations if cells}
    while True:
        sets = sorted(known, key=len)
        new = {
            large - small: known[large] - known[small]
            for place, small in enumerate(sets)
            for large in sets[place + 1 :]
            if small < large and large - small not in known
        }
        if not new or len(known) > 20_000:
            return list(known.items())
        known |= new


def bounds(equations: Iterable[Equation]) -> dict[Cell, tuple[int, int | None]]:
    """The tightest bounds that sums and their differences give; None where nothing bounds a cell from above."""
    given = differences(equations)
    low: dict[Cell, int] = {cell: 0 for cells, _ in given for cell in cells}
    high: dict[Cell, int | None] = dict.fromkeys(low)
    changed = True
    while changed:
        changed = False
        for cells, value in given:
            for cell in cells:
                others = cells - {cell}
                least = sum(low[other] for other in others)
                if high[cell] is None or value - least < (high[cell] or 0):
                    high[cell], changed = value - least, True
                tops = [high[other] for other in others]
                if all(top is not None for top in tops):
                    floor = value - sum(top or 0 for top in tops)
                    if floor > low[cell]:
                        low[cell], changed = floor, True
    return {cell: (low[cell], high[cell]) for cell in low}


def determined(equations: Iterable[Equation]) -> set[Cell]:
    """Cells that follow exactly from some combination of the sums, by elimination."""
    given = [cells for cells, _ in equations if cells]
    order = sorted({cell for cells in given for cell in cells}, key=repr)
    place = {cell: column for column, cell in enumerate(order)}
    rows: list[dict[int, Fraction]] = []
    for cells in given:
        row = {place[cell]: Fraction(1) for cell in cells}
        for pivot in rows:
            lead = min(pivot)
            if lead in row:
                row = minus(row, pivot, row[lead])
        if row:
            head = row[min(row)]
            row = {column: value / head for column, value in row.items()}
            rows = [minus(other, row, other[min(row)]) if min(row) in other else other for other in rows]
            rows.append(row)
    return {order[min(row)] for row in rows if len(row) == 1}


def minus(row: dict[int, Fraction], other: dict[int, Fraction], times: Fraction) -> dict[int, Fraction]:
    left = {column: row.get(column, Fraction(0)) - times * other.get(column, Fraction(0)) for column in row | other}
    return {column: value for column, value in left.items() if value}


def disclosed(equations: Iterable[Equation]) -> set[Cell]:
    """Every cell whose value a reader of the sums can know."""
    given = list(equations)
    return determined(given) | {cell for cell, (least, most) in bounds(given).items() if least == most}
