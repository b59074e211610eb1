"""A Merkle tree over byte strings, as RFC 6962 section 2.1 has it.

Invariants: leaves and nodes are hashed with different first bytes, so that no node can pass for a leaf; the root of nothing is the digest of
nothing; a path proves one leaf at one place in a tree of a stated size, and nothing else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence


def leaf_hash(leaf: bytes) -> bytes:
    """The hash of a leaf."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def _split(size: int) -> int:
    """The largest power of two below ``size``."""
    return 1 << (size - 1).bit_length() - 1


class Tree:
    """The hashes of a tree, kept by range so that a thousand paths cost little more than one."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self._leaves = [leaf_hash(leaf) for leaf in leaves]
        self._kept: dict[tuple[int, int], bytes] = {}

    @property
    def root(self) -> bytes:
        """The root over all leaves."""
        return self._hash(0, len(self._leaves)) if self._leaves else hashlib.sha256(b"").digest()

    def _hash(self, start: int, end: int) -> bytes:
        if end - start == 1:
            return self._leaves[start]
        found = self._kept.get((start, end))
        if found is None:
            middle = start + _split(end - start)
            found = self._kept[start, end] = _node(self._hash(start, middle), self._hash(middle, end))
        return found

    def path(self, place: int) -> list[bytes]:
        """The audit path of the leaf at ``place`` (from 0), nearest first. Raises IndexError outside the tree."""
        if not 0 <= place < len(self._leaves):
            raise IndexError("no leaf at that place")
        start, end = 0, len(self._leaves)
        found: list[bytes] = []
        while end - start > 1:
            middle = start + _split(end - start)
            if place < middle:
                found.append(self._hash(middle, end))
                end = middle
            else:
                found.append(self._hash(start, middle))
                start = middle
        return found[::-1]


def root_from(leaf: bytes, place: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root that a path leads to from a leaf; None where the path has not the length that place and size ask for."""
    if not 0 <= place < size:
        return None
    sides = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        sides.append(place < middle)
        start, end = (start, middle) if place < middle else (middle, end)
    if len(sides) != len(path):
        return None
    found = leaf_hash(leaf)
    for is_left, other in zip(reversed(sides), path, strict=True):
        found = _node(found, other) if is_left else _node(other, found)
    return found
