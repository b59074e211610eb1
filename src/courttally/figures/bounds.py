"""Bounds of net counts: how many matters there are at least and at most while candidate links wait for a person.

Invariants: an earlier record has one successor and a later one one predecessor, so a set of candidates can unite at most as many
matters as it has earlier ends, and at most as many as it has later ends. A matter that is united keeps month, article and part of
its earliest record and takes court and outcome of its latest. Where both kinds of dimension are asked for, bounds are wide, never too tight.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

EARLY = frozenset({"article", "part", "stage", "role", "month", "year"})
"""Dimensions that a matter has from its earliest record; the others come from its latest."""


class Bounds:
    """The candidate links of one day, and what they leave open of a count of matters.

    ``pairs``: (record, key of its matter, candidate successor, key of its matter), as ``views_past.open_links`` gives them.
    """

    def __init__(self, pairs: Sequence[tuple[str, str, str, str]]) -> None:
        self._pairs = pairs
        self._lost_before: dict[str, set[str]] = {}
        """Key of a matter -> its records that something may follow."""
        self._followers: dict[str, list[tuple[str, str]]] = {}
        """Key of a matter -> (record, its candidate predecessor), of records of that matter."""
        for before, key, after, other in self._pairs:
            self._lost_before.setdefault(key, set()).add(before)
            self._followers.setdefault(other, []).append((after, before))

    def of(
        self, cells: Mapping[tuple[str, ...], Collection[str]], names: Collection[str]
    ) -> dict[tuple[str, ...], tuple[int, int]]:
        """(fewest, most) for each cell. ``cells``: keys of matters by cell; ``names``: the dimensions that split or narrow them."""
        if not self._pairs:
            return {cell: (len(keys), len(keys)) for cell, keys in cells.items()}
        if EARLY.issuperset(names):
            return {cell: self._by_first(keys) for cell, keys in cells.items()}
        if EARLY.isdisjoint(names):
            every = {key for keys in cells.values() for key in keys}
            outside = self._after_outside(every)
            gained = len({before for before, _, _, other in self._pairs if other not in every})
            return {cell: self._by_last(keys, outside, gained) for cell, keys in cells.items()}
        gained = len({before for before, _, _, _ in self._pairs})
        return {cell: self._by_both(keys, gained) for cell, keys in cells.items()}

    def _by_first(self, keys: Collection[str]) -> tuple[int, int]:
        """What a union takes away is the later matter, and nothing is gained."""
        pairs = [pair for key in self._followers.keys() & keys for pair in self._followers[key]]
        united = min(len({before for _, before in pairs}), len({after for after, _ in pairs}))
        return len(keys) - united, len(keys)

    def _by_last(self, keys: Collection[str], outside: set[str], gained: int) -> tuple[int, int]:
        """A united matter is counted where its last record is: the earlier one's cell loses it. If its first record is out of scope,
        the later ones' cells lose it; if its last is, a cell may gain it.
        """
        lost = set().union(*(self._lost_before[key] for key in self._lost_before.keys() & keys))
        lost |= {
            after for key in self._followers.keys() & keys for after, _ in self._followers[key] if after in outside
        }
        return len(keys) - len(lost), len(keys) + gained

    def _by_both(self, keys: Collection[str], gained: int) -> tuple[int, int]:
        """Any matter of the cell that a candidate touches may leave it, and any union may come to it."""
        lost = {key for key in keys if key in self._lost_before or key in self._followers}
        return len(keys) - len(lost), len(keys) + gained

    def _after_outside(self, every: set[str]) -> set[str]:
        """Records that can follow, over any number of candidates, one whose matter is out of scope."""
        following: dict[str, list[tuple[str, str]]] = {}
        for _, one, after, key in self._pairs:
            following.setdefault(one, []).append((after, key))
        found: set[str] = set()
        todo = {key for _, key, _, _ in self._pairs if key not in every}
        while todo:
            reached = {(after, key) for one in todo for after, key in following.get(one, ()) if after not in found}
            found |= {after for after, _ in reached}
            todo = {key for _, key in reached}
        return found
