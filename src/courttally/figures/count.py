"""Asking a question of the registry and getting figures.

Invariants: the whole question is printed with every answer; ``query_id`` names the question of one cell, ``figure_id`` its answer (value, unit and the keys behind it).
By ``lead`` the cells of a partition sum to the whole; by ``any`` they overlap and have no total.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, lru_cache
from typing import Any

from courttally.courts import directory
from courttally.engine import Engine
from courttally.figures import expr
from courttally.figures.bounds import Bounds
from courttally.figures.ids import ids_of, sha
from courttally.figures.metrics import METRICS, Metric
from courttally.figures.question import Question
from courttally.figures.scope import Scope, article_order
from courttally.registry import views_past
from courttally.registry.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Figure:
    """One cell of an answer: its value and the keys behind it (case records, slots as ``record#slot``, or matters)."""

    question: Question
    as_of: date
    by: dict[str, str]
    value: int
    second_hand: int
    """How many of them nobody but others' exports has shown."""
    unit: str
    keys: tuple[str, ...]
    query_id: str
    figure_id: str
    fewest: int | None = field(default=None, compare=False)
    """Matters only: how many there are if every candidate link that can hold does."""
    most: int | None = field(default=None, compare=False)
    """Matters only: how many there are if no candidate link holds, in the worst case of where united ones are counted."""

    def as_json(self) -> dict[str, Any]:
        """The object that ``count --json`` prints."""
        question = self.question
        return {
            "metric": question.metric,
            "value": self.value,
            "second_hand": self.second_hand,
            "unit": self.unit,
            "by": self.by,
            "scope": question.scope.as_json(),
            "attribution": question.attribution,
            "overlap": question.attribution == "any",
            "where": dict(question.where),
            "from": question.first_day.isoformat() if question.first_day else None,
            "to": question.last_day.isoformat() if question.last_day else None,
            "as_of": self.as_of.isoformat(),
            "query_id": self.query_id,
            "figure_id": self.figure_id,
            **({"min": self.fewest, "max": self.most} if self.fewest is not None else {}),
        }


def as_of_date(snapshot: Snapshot, asked: date | None = None) -> date:
    """The as-of date: the one asked for, else the Moscow date of the latest capture. Raises ValueError in an empty registry."""
    if asked is not None:
        return asked
    latest = snapshot.manifest["latest_capture_on"]
    if latest is None:
        raise ValueError("the registry holds no captures: run 'courttally import PATH' and 'courttally build'")
    return date.fromisoformat(latest)


def count(engine: Engine, snapshot: Snapshot, question: Question) -> list[Figure]:
    """The figures that answer ``question``: one a non-empty cell, in order of the dimensions."""
    metric = METRICS[question.metric]
    as_of = as_of_date(snapshot, question.as_of)
    figures = []
    found = [row for row in engine.rows(*_statement(metric, question, as_of)) if row[-3]]
    bounds = {}
    if metric.unit == "matter":
        cells = {tuple(cell): keys for *cell, _, _, keys in found}
        bounds = Bounds(views_past.open_links(engine, as_of)).of(cells, (*question.by, *question.where))
    for *cell, value, second_hand, keys in found:
        by = dict(zip(question.by, cell, strict=True))
        items = tuple(matter_id(key) for key in keys) if metric.unit == "matter" else tuple(keys)
        figure = make_figure(metric, question, as_of, by, value, second_hand, tuple(sorted(items)))
        if metric.unit == "matter":
            figure = replace(figure, fewest=bounds[tuple(cell)][0], most=bounds[tuple(cell)][1])
        figures.append(figure)
    return figures


def _statement(metric: Metric, question: Question, as_of: date) -> tuple[str, dict[str, Any]]:
    scope = question.scope
    dated = question.first_day is not None or question.last_day is not None
    names = tuple(question.where)
    text = expr.statement(
        metric,
        all_articles=scope.articles is None and scope.parts == "all",
        parts=scope.parts,
        lead=question.attribution == "lead",
        by=question.by,
        where=names,
        dated=dated,
    )
    parameters = scope_parameters(scope, as_of, lead=question.attribution == "lead")
    if dated:
        parameters |= {"first_day": question.first_day or date.min, "last_day": question.last_day or date.max}
    if "circuit" in (*question.by, *names):
        parameters |= {"circuit_courts": list(circuits()), "circuits": list(circuits().values())}
    return text, parameters | {f"where_{name}": question.where[name] for name in names}


def scope_parameters(scope: Scope, as_of: date, *, lead: bool = True) -> dict[str, Any]:
    """The parameters that every statement of ``expr`` takes: the scope, the as-of day, and by lead the order of articles."""
    return {
        "as_of": as_of,
        "all_articles": scope.articles is None,
        "articles": list(scope.articles or ()),
        "since": scope.since,
        **({"article_order": list(article_order(scope))} if lead else {}),
    }


@cache
def circuits() -> Mapping[str, str]:
    """Court -> the district (fleet) court of its circuit: where its appeals go, itself for a district court."""
    return {
        court.code: court.code if court.level == "district" else court.appeal_court_code or "unknown"
        for court in directory()
        if court.level in ("garrison", "district")
    }


def make_figure(
    metric: Metric,
    question: Question,
    as_of: date,
    by: dict[str, str],
    value: int,
    second_hand: int,
    keys: tuple[str, ...],
) -> Figure:
    """A figure with its ids. ``keys`` are sorted, those of matters as matter ids."""
    query_id, figure_id = ids_of(metric, question, as_of, by, value, keys)
    return Figure(question, as_of, by, value, second_hand, metric.unit, keys, query_id, figure_id)


@lru_cache(maxsize=1 << 17)
def matter_id(record: str) -> str:
    """The id of the matter whose earliest record is ``record``."""
    return "m-" + sha(record)[:16]
