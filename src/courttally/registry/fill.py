"""Fill rates: which share of sightings has a value in a field, by court and month of capture, and what fell.

A share that falls is how a changed page shows itself while everything still "works". Percentages are whole numbers, rounded down.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from courttally.engine import Row

FEWEST = 20
"""A month with fewer sightings than this says nothing of a court's pages."""
FALL = 30
"""Percentage points below the best of the months before that are called a fall."""

AGEING = frozenset({"result", "result date"})
"""Fields that fill as cases age: a fall says something of the cases on a page, not of the page."""


@dataclass(frozen=True, slots=True)
class Fall:
    """A field that is filled less often than before."""

    field: str
    court: str
    kind: str
    month: str
    share: int
    before: int


def falls(rows: Iterable[Row]) -> list[Fall]:
    """The latest month of each field, court and kind of page against the best month before; months of few sightings aside.

    ``rows``: (field, court, kind, month, filled, of) in order of month.
    """
    series: dict[tuple[str, str, str], list[tuple[str, int]]] = {}
    for field, court, kind, month, filled, held in rows:
        if held >= FEWEST and field not in AGEING:
            series.setdefault((field, court, kind), []).append((month, 100 * filled // held))
    found = []
    for (field, court, kind), months in sorted(series.items()):
        month, share = months[-1]
        before = max((earlier for _, earlier in months[:-1]), default=share)
        if before - share >= FALL:
            found.append(Fall(field, court, kind, month, share, before))
    return found
