"""Shares of known sentences, never bare (counting rule 6): known n of N, the share among known, and bounds over the unknown.

Shares are whole tenths of a per cent, rounded half up, as text: no float is stored or printed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from courttally.engine import Engine
from courttally.figures.count import Figure, count
from courttally.figures.metrics import OF_PERSONS
from courttally.figures.question import Question
from courttally.registry.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Share:
    """``value`` of ``known`` known sentences, of ``of`` accused with a verdict.

    ``low`` and ``high``: if none, or all, of the unknown were of this kind.
    """

    value: int
    known: int
    of: int

    @property
    def among_known(self) -> str:
        """Per cent of the known sentences."""
        return per_cent(self.value, self.known)

    @property
    def low(self) -> str:
        """Per cent of all, if none of the unknown were of this kind."""
        return per_cent(self.value, self.of)

    @property
    def high(self) -> str:
        """Per cent of all, if all of the unknown were of this kind."""
        return per_cent(self.value + self.of - self.known, self.of)

    def as_json(self) -> dict[str, Any]:
        """The additional fields of ``count sentences_known --json``."""
        return {"known": self.known, "of": self.of, "share_of_known": self.among_known, "bounds": [self.low, self.high]}


def per_cent(part: int, whole: int) -> str:
    """``part`` of ``whole`` in per cent with one decimal, rounded half up. Raises ValueError for an empty whole."""
    if whole <= 0:
        raise ValueError("a share needs something to be a share of")
    tenths = (2 * 1000 * part + whole) // (2 * whole)
    return f"{tenths // 10}.{tenths % 10}"


def shares(engine: Engine, snapshot: Snapshot, question: Question, figures: Sequence[Figure]) -> list[Share]:
    """The share of each cell of ``sentences_known`` among all cells that differ from it in the sentence only."""
    others = tuple(name for name in question.by if name not in OF_PERSONS)
    where = {name: value for name, value in question.where.items() if name not in OF_PERSONS}
    known = _cells(engine, snapshot, replace(question, by=others, where=where))
    everyone = _cells(engine, snapshot, replace(question, metric="accused_with_verdict", by=others, where=where))
    found = []
    for figure in figures:
        cell = tuple(figure.by[name] for name in others)
        found.append(Share(figure.value, known[cell], everyone[cell]))
    return found


def _cells(engine: Engine, snapshot: Snapshot, question: Question) -> dict[tuple[str, ...], int]:
    return {tuple(figure.by.values()): figure.value for figure in count(engine, snapshot, question)}
