"""A question to the registry: metric, scope, attribution, conditions, dimensions, days and as-of day.

Invariants: what is asked is data, checked when it is made from words; nothing here asks the engine.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from courttally.figures.metrics import DIMENSIONS, METRICS, OF_PERSONS
from courttally.figures.scope import SUBJECT, Scope, parse_scope
from courttally.law.subjects import load_subject

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
