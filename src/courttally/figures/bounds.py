"""Bounds of net counts: how many matters there are at least and at most while candidate links wait for a person.

Invariants: an earlier record has one successor and a later one one predecessor, so a set of candidates can unite at most as many
matters as it has earlier ends, and at most as many as it has later ends. A matter that is united keeps month, article and part of
its earliest record and takes court and outcome of its latest. Where both kinds of dimension are asked for, bounds are wide, never too tight.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from courttally.engine import Engine
from courttally.registry import views_past

EARLY = frozenset({"article", "part", "stage", "role", "month", "year"})
"""Dimensions that a matter has from its earliest record; the others come from its latest."""


class Bounds:
    """The candidate links of one day, and what they leave open of a count of matters."""

    def __init__(self, engine: Engine, as_of: date) -> None:
        self._pairs = [
            ((record, key), (other, other_key))
            for record, key, other, other_key in views_past.open_links(engine, as_of)
        ]

    def of(
        self, cells: Mapping[tuple[str, ...], Collection[str]], names: Collection[str]
    ) -> dict[tuple[str, ...], tuple[int, int]]:
        """(fewest, most) for each cell. ``cells``: keys of matters by cell; ``names``: the dimensions that split or narrow them."""
        if not self._pairs:
            return {cell: (len(keys), len(keys)) for cell, keys in cells.items()}
        every = {key for keys in cells.values() for key in keys}
        return {cell: self._cell(set(keys), every, names) for cell, keys in cells.items()}

    def _cell(self, keys: set[str], every: set[str], names: Collection[str]) -> tuple[int, int]:
        if EARLY.issuperset(names):
            # What a union takes away is the later matter, and nothing is gained.
            pairs = [(before, after) for (before, _), (after, key) in self._pairs if key in keys]
            united = min(len({before for before, _ in pairs}), len({after for _, after in pairs}))
            return len(keys) - united, len(keys)
        if EARLY.isdisjoint(names):
            # A united matter is counted where its last record is: the earlier one's cell loses it. If its first record is out of
            # scope, the later ones' cells lose it; if its last is, a cell may gain it.
            outside = self._after_outside(every)
            lost = {before for (before, key), _ in self._pairs if key in keys}
            lost |= {after for _, (after, key) in self._pairs if key in keys and after in outside}
            gained = {before for (before, _), (_, other) in self._pairs if other not in every}
        else:
            lost = {key for pair in self._pairs for _, key in pair if key in keys}
            gained = {before for (before, _), _ in self._pairs}
        return len(keys) - len(lost), len(keys) + len(gained)

    def _after_outside(self, every: set[str]) -> set[str]:
        """Records that can follow, over any number of candidates, one whose matter is out of scope."""
        found: set[str] = set()
        todo = {key for (_, key), _ in self._pairs if key not in every}
        while todo:
            reached = {(after, key) for (_, one), (after, key) in self._pairs if one in todo and after not in found}
            found |= {after for after, _ in reached}
            todo = {key for _, key in reached}
        return found
