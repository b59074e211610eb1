"""Whether a figure that was issued still says the same, and what moved if it does not.

Invariants: the question is taken from the ledger and asked again of the current snapshot; a difference is told by what it can rest on:
the definition (another version of the metric), the rules of reading and counting, the captures, the decisions of people. Where the ledger
did not keep what moved, that is said and nothing is guessed.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from courttally.engine import Engine
from courttally.figures.count import as_of_date, count, make_figure
from courttally.figures.counted import Counted
from courttally.figures.desk import Desk
from courttally.figures.issued import Issued, find, state_of
from courttally.figures.metrics import METRICS, all_metrics
from courttally.figures.worked import Answer, work_out
from courttally.registry import views_past
from courttally.registry.snapshot import Snapshot

WORDS = {
    "captures_digest": "captures", "redactions": "captures", "rules": "rules", "decisions": "decisions", "judgements": "decisions",
    "key": "decisions",
}  # fmt: skip
"""Key of a snapshot's state to what a person calls it. Answers to wordings and judgements of cases are decisions alike, and so is the key
under which names are compared."""


@dataclass(frozen=True, slots=True)
class Standing:
    """``now`` is None where the cell is empty today. ``moved``: of definition, rules, captures, decisions; ``unsaid``: it did, and the ledger does not say what."""

    issued: Issued
    now: Answer | None
    same: bool
    moved: tuple[str, ...]
    unsaid: bool


def standing(engine: Engine, snapshot: Snapshot, home: Path, figure_id: str) -> Standing | None:
    """The standing of an issued figure, None where no such figure was issued. Raises ValueError for a broken ledger."""
    issued = find(home, figure_id)
    if issued is None:
        return None
    now = again(engine, snapshot, issued)
    same = now is not None and now.figure_id == figure_id
    moved = []
    if now is not None and now.query_id != issued.query_id:
        moved.append("definition")
    if issued.question.metric not in all_metrics():
        moved.append("definition")
    state = state_of(snapshot.manifest)
    moved += [word for key, word in WORDS.items() if key in issued.state and issued.state[key] != state.get(key)]
    return Standing(issued, now, same, tuple(dict.fromkeys(moved)), not same and not moved)


def again(engine: Engine, snapshot: Snapshot, issued: Issued) -> Answer | None:
    """The same cell of the same question, asked of the current snapshot; without withdrawn records where the figure was issued so, by a brief."""
    found = _asked(engine, snapshot, issued)
    if (found is None or found.figure_id != issued.figure_id) and views_past.has_withdrawn(engine):
        with Engine(snapshot.path) as other:
            views_past.leave_out_withdrawn(other)
            without = _asked(other, snapshot, issued)
        if without is not None and without.figure_id == issued.figure_id:
            return without
    return found


def _asked(engine: Engine, snapshot: Snapshot, issued: Issued) -> Answer | None:
    question = issued.question
    found: list[Answer] = []
    if question.metric in METRICS:
        found += count(engine, snapshot, question)
        if not found and not question.by:
            day = as_of_date(snapshot, question.as_of)
            found.append(make_figure(METRICS[question.metric], question, day, {}, 0, 0, ()))
    elif question.metric in all_metrics():
        found += work_out(Desk(Counted(engine, snapshot, question.as_of)), question)
    return next((answer for answer in found if answer.by == issued.by), None)
