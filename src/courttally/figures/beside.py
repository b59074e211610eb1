"""What a reader must see beside a figure: what its scope cannot place, overlaps, unknown outcomes, what is second-hand,
simulated data.

These numbers are shown beside and never added to the figure.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from courttally.engine import Engine
from courttally.figures.count import count
from courttally.figures.metrics import METRICS
from courttally.figures.question import Question
from courttally.registry import views
from courttally.registry.snapshot import Snapshot


def beside(engine: Engine, snapshot: Snapshot, question: Question) -> list[str]:
    """Sentences without a final stop, in the order in which they should be read."""
    notes = []
    if question.attribution == "any":
        notes.append("overlap: a unit counts under each of its articles, so there is no total")
    if question.scope.parts == "wartime" and (unstated := part_not_stated(engine, snapshot, question)):
        notes.append(f"not counted: {unstated} whose article is in scope and whose part is not stated")
    if question.scope.since is not None and (undated := without_received_day(engine, snapshot, question)):
        notes.append(f"not counted: {undated} without a usable received day, so not placed after the start date")
    if question.metric == "accused_with_verdict":
        asked = replace(question, metric="accused", by=(), where={"outcome": "unknown"}, first_day=None, last_day=None)
        if unknown := len(_keys(engine, snapshot, asked)):
            notes.append(f"{unknown} of the accused have no result of their own (outcome unknown)")
    if views.second_hand(engine):
        whole = count(engine, snapshot, replace(question, by=()))
        if second_hand := sum(figure.second_hand for figure in whole):
            notes.append(
                f"{second_hand:,} rest on second-hand rows exported by others: no page of the court is held for them"
            )
    if views.simulated(engine):
        notes.append("SIMULATED DATA: these are not real cases")
    return notes


def part_not_stated(engine: Engine, snapshot: Snapshot, question: Question) -> int:
    """Units outside the scope only because a charge of its articles does not state its part (counting rule 1)."""
    asked = replace(question, attribution="any", by=())
    unstated = replace(asked, scope=replace(question.scope, name="custom", parts="unknown"))
    return len(_keys(engine, snapshot, unstated) - _keys(engine, snapshot, asked))


def without_received_day(engine: Engine, snapshot: Snapshot, question: Question) -> int:
    """Units that the start date of the scope leaves out because they have no usable received day."""
    scope = replace(question.scope, name="custom", since=None)
    # Asked by the received day, whatever the metric's own date is; a verdict still has to be one.
    asked = replace(question, scope=scope, attribution="any", by=(), first_day=None, last_day=None)
    dated = replace(asked, scope=replace(scope, since=date.min))
    return len(_keys(engine, snapshot, asked) - _keys(engine, snapshot, dated))


def _keys(engine: Engine, snapshot: Snapshot, question: Question) -> set[str]:
    assert question.metric in METRICS
    return {key for figure in count(engine, snapshot, question) for key in figure.keys}
