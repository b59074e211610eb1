"""A stranger who reads the published rows and works out what he can, exactly. No part of courttally is used.

What he knows: every printed number is a sum of cells (month, article, received or finished); cells are whole numbers from 0; an
article never has more cases finished than received by the end of a month; which months there can be. From that he asks: can
this hidden number be any other than it is? The answer comes from a search over whole numbers: bounds are passed on until nothing
changes, then the cell with the fewest values left is tried. It is complete, so "no" means that the number is known. The true
table may be given as a hint of where to look first; that makes a "yes" quicker, and changes no answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

MEASURES = ("received", "finished")
Cell = tuple[str, str, str]
"""Measure, month, article."""


class TooHardError(Exception):
    """The search did not end within its limit: the test says nothing, and must be made smaller."""


@dataclass
class Stranger:
    """``sums``: sets of cells and the number they add up to. ``months`` and ``articles`` are all that there can be."""

    months: Sequence[str]
    articles: Sequence[str]
    sums: list[tuple[list[Cell], int]] = field(default_factory=list)
    coupled: bool = True
    hint: Mapping[Cell, int] = field(default_factory=dict)

    def read(self, rows: Iterable[Mapping[str, str]]) -> Stranger:
        """Take in the rows of the CSV. Rows without a day stand for themselves and are left out."""
        for row in rows:
            if row["period_start"] == "undated":
                continue
            months = [month for month in self.months if row["period_start"] <= month <= row["period_end"]]
            articles = self.articles if row["article"] == "all" else [row["article"]]
            for measure in MEASURES:
                if row[measure] != "":
                    cells = [(measure, month, article) for month in months for article in articles]
                    self.sums.append((cells, int(row[measure])))
        return self

    def can_differ(self, cells: Sequence[Cell], value: int) -> bool:
        """Whether the cells can add up to anything but ``value``."""
        too_hard = None
        for least, most in ((value + 1, 10**6), (0, value - 1)):
            try:
                if self._possible(cells, least, most):
                    return True
            except TooHardError as error:
                too_hard = error
        if too_hard:
            raise too_hard
        return False

    def _possible(self, cells: Sequence[Cell], least: int, most: int) -> bool:
        if most < least:
            return False
        index = {
            (measure, month, article): number
            for number, (measure, month, article) in enumerate(
                (measure, month, article) for measure in MEASURES for month in self.months for article in self.articles
            )
        }
        lines = [([(index[cell], 1) for cell in inside], total, total) for inside, total in self.sums]
        lines.append(([(index[cell], 1) for cell in cells], least, most))
        if self.coupled:
            for article in self.articles:
                for count in range(1, len(self.months) + 1):
                    line = [
                        (index[measure, month, article], sign)
                        for measure, sign in zip(MEASURES, (1, -1), strict=True)
                        for month in self.months[:count]
                    ]
                    lines.append((line, 0, 10**6))
        highest = max([total for _, total in self.sums], default=0) + 10
        self._left = 5_000
        self._first_guess = [self.hint.get(cell, 0) for cell in index]
        return self._search(lines, [0] * len(index), [highest] * len(index))

    def _search(self, lines: list[tuple[list[tuple[int, int]], int, int]], low: list[int], high: list[int]) -> bool:
        self._left -= 1
        if self._left < 0:
            raise TooHardError
        if not propagated(lines, low, high):
            return False
        open_cells = [number for number in range(len(low)) if low[number] < high[number]]
        if not open_cells:
            return True
        chosen = min(open_cells, key=lambda number: high[number] - low[number])
        guess = self._first_guess[chosen]
        for value in sorted(range(low[chosen], high[chosen] + 1), key=lambda value: abs(value - guess)):
            below, above = low.copy(), high.copy()
            below[chosen] = above[chosen] = value
            if self._search(lines, below, above):
                return True
        return False


def propagated(lines: list[tuple[list[tuple[int, int]], int, int]], low: list[int], high: list[int]) -> bool:
    """Narrows the bounds in place; False where they contradict each other."""
    changed = True
    while changed:
        changed = False
        for terms, least, most in lines:
            smallest = sum(low[n] if sign > 0 else -high[n] for n, sign in terms)
            largest = sum(high[n] if sign > 0 else -low[n] for n, sign in terms)
            if smallest > most or largest < least:
                return False
            for n, sign in terms:
                own_small, own_large = (low[n], high[n]) if sign > 0 else (-high[n], -low[n])
                new_large = min(own_large, most - (smallest - own_small))
                new_small = max(own_small, least - (largest - own_large))
                if (new_small, new_large) != (own_small, own_large):
                    changed = True
                    low[n], high[n] = (new_small, new_large) if sign > 0 else (-new_large, -new_small)
                    if low[n] > high[n]:
                        return False
                    smallest += new_small - own_small
                    largest += new_large - own_large
    return True
