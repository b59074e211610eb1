"""Asking a question of the registry and getting figures.

Invariants: a question is metric, scope, attribution, conditions, dimensions, days and as-of date, all printed with every
answer; ``query_id`` names the question of one cell, ``figure_id`` its answer (value, unit and the keys behind it).
By ``lead`` the cells of a partition sum to the whole; by ``any`` they overlap and have no total.
"""

from __future__ import annotations

import calendar
import re
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
from courttally.figures.metrics import DIMENSIONS, METRICS, OF_PERSONS, Metric
from courttally.figures.scope import SUBJECT, Scope, article_order, parse_scope
from courttally.law.subjects import load_subject
from courttally.registry.snapshot import Snapshot

ATTRIBUTIONS = ("lead", "any")
_MONTH = re.compile(r"\d{4}-\d{2}")


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked. ``where`` and ``by`` use the names in ``metrics.DIMENSIONS``."""

    metric: str
    scope: Scope
    attribution: str = "lead"
    by: tuple[str, ...] = ()
    where: Mapping[str, str] = field(default_factory=dict)
    first_day: date | None = None
    last_day: date | None = None
    as_of: date | None = None


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


def make_question(
    metric: str,
    *,
    scope: str | None = None,
    attribution: str = "lead",
    by: tuple[str, ...] = (),
    where: tuple[str, ...] = (),
    first: str | None = None,
    last: str | None = None,
    as_of: date | None = None,
    subject: str = SUBJECT,
) -> Question:
    """A question from the words of the command line. Raises ValueError saying what is possible."""
    if metric not in METRICS:
        raise ValueError(f"no metric '{metric}': use one of {', '.join(METRICS)}")
    if attribution not in ATTRIBUTIONS:
        raise ValueError("attribution is 'lead' or 'any'")
    for name in by:
        _check_dimension(name)
    if len(set(by)) != len(by):
        raise ValueError("a dimension is named twice")
    for name in by + tuple(item.partition("=")[0] for item in where):
        if name in OF_PERSONS and METRICS[metric].unit != "accused":
            raise ValueError(
                f"'{name}' is known of persons: count accused, accused_with_verdict or sentences_known by it"
            )
    conditions: dict[str, str] = {}
    for item in where:
        name, mark, value = item.partition("=")
        if not mark or not value:
            raise ValueError("a condition is written DIM=VALUE, such as article=337")
        _check_dimension(name)
        if name in conditions:
            raise ValueError(f"a condition on '{name}' is given twice")
        conditions[name] = value
    return Question(
        metric,
        parse_scope(scope or _default_scope(metric, subject), subject),
        attribution,
        by,
        conditions,
        _edge(first, last_day=False) if first else None,
        _edge(last, last_day=True) if last else None,
        as_of,
    )


def _default_scope(metric: str, subject: str) -> str:
    """The metric's own scope, in the words of another subject where one is asked for. Raises ValueError for no subject."""
    if subject == SUBJECT or METRICS[metric].default_scope == "all":
        return METRICS[metric].default_scope
    return load_subject(subject).default_scope


def _check_dimension(name: str) -> None:
    if name not in DIMENSIONS:
        raise ValueError(f"no dimension '{name}': use one of {', '.join(DIMENSIONS)}")


def _edge(text: str, *, last_day: bool) -> date:
    """A day or month as the first or last day meant, both inclusive."""
    try:
        if _MONTH.fullmatch(text):
            year, month = int(text[:4]), int(text[5:])
            return date(year, month, calendar.monthrange(year, month)[1] if last_day else 1)
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("--from and --to take a month such as 2024-07 or a day such as 2024-07-15") from None


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
        bounds = Bounds(engine, as_of).of(cells, (*question.by, *question.where))
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
