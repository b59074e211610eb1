"""A question to the registry: metric, scope, attribution, conditions, dimensions, days and as-of day.

Invariants: what is asked is data, checked when it is made from words; nothing here asks the engine.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from courttally.figures.metrics import DIMENSIONS, METRICS, OF_PERSONS, WORKED_OUT, all_metrics
from courttally.figures.scope import SUBJECT, Scope, parse_scope
from courttally.law.outcomes import OUTCOMES
from courttally.law.subjects import load_subject

ATTRIBUTIONS = ("lead", "any")
FINAL = OUTCOMES - {"stayed"} | {"unmapped"}
"""Outcomes that end a case."""
OF_CASES = FINAL | {"pending", "stayed", "unknown"}
"""Every outcome that a unit can have."""
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

    def holds(self, day: date | None) -> bool:
        """Whether a day lies in the period; every day does where none is asked for, and so does what has no day."""
        if self.first_day is None and self.last_day is None:
            return True
        return day is not None and (self.first_day or date.min) <= day <= (self.last_day or date.max)

    def limits(self) -> str:
        """What narrows the question beside its scope, in words: ``; outcome = returned; from 2024-01-01 to the end``; empty for nothing."""
        found = "".join(f"; {name} = {value}" for name, value in self.where.items())
        if self.first_day or self.last_day:
            found += f"; from {self.first_day or 'the beginning'} to {self.last_day or 'the end'}"
        return found


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
        raise ValueError(f"no metric '{metric}': use one of {', '.join(all_metrics())}")
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
        if name == "outcome" and value not in OF_CASES:
            raise ValueError(f"outcome is one of {', '.join(sorted(OF_CASES))}")
        conditions[name] = value
    asked = parse_scope(scope or _default_scope(metric, subject), subject)
    return Question(metric, asked, attribution, by, conditions, *_span(first, last), as_of)


def _span(first: str | None, last: str | None) -> tuple[date | None, date | None]:
    """A period from the words of the command line. Raises ValueError for one that ends before it begins."""
    first_day = _edge(first, last_day=False) if first else None
    last_day = _edge(last, last_day=True) if last else None
    if first_day is not None and last_day is not None and first_day > last_day:
        raise ValueError("--from is after --to")
    return first_day, last_day


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


_VALUES: dict[str, tuple[Callable[[str], bool], str]] = {
    "outcome": (FINAL.__contains__, f"one of {', '.join(sorted(FINAL))}"),
    "of": (METRICS.__contains__, f"one of {', '.join(METRICS)}"),
    "age": (("same", "complete").__contains__, "same or complete"),
    "share": (lambda text: bool(re.fullmatch(r"[1-9]\d?", text)), "a whole per cent from 1 to 99"),
    "within": (lambda text: bool(re.fullmatch(r"[1-9]\d{0,3}", text)), "a whole number of days, from 1"),
}
"""What the conditions of worked-out metrics may be, and how that is said."""


def make_worked_question(
    metric: str,
    *,
    as_of: date,
    scope: str | None = None,
    attribution: str = "lead",
    by: tuple[str, ...] = (),
    where: tuple[str, ...] = (),
    first: str | None = None,
    last: str | None = None,
    subject: str = SUBJECT,
) -> Question:
    """A question for a worked-out metric from the words of the command line.

    What the metric does not ask for (a period, a condition, a dimension) is refused: passed over in silence, its answer would be taken for
    one that heeds it. Raises ValueError saying what is possible.
    """
    told = WORKED_OUT[metric]
    if attribution != "lead":
        raise ValueError(f"{metric} counts each case under its gravest charge: --attribution lead")
    for name in by:
        if name not in told.splits:
            raise ValueError(f"{metric} {_offers(told.splits, 'is not split: leave out --by', 'is split by')}")
    if len(set(by)) != len(by):
        raise ValueError("a dimension is named twice")
    conditions: dict[str, str] = {}
    for item in where:
        name, mark, value = item.partition("=")
        if not mark or not value or name in conditions:
            raise ValueError("a condition is written NAME=VALUE, such as outcome=returned, and once")
        if name not in told.conditions:
            raise ValueError(f"{metric} {_offers(told.conditions, 'has no conditions: leave out --where', 'has the conditions')}")  # fmt: skip
        if not _VALUES[name][0](value):
            raise ValueError(f"{name} is {_VALUES[name][1]}")
        conditions[name] = value
    _check_period(metric, told.period, first, last)
    asked = parse_scope(scope or load_subject(subject).headline_scope, subject)
    first_day, last_day = _span(first, last)
    if first_day is not None and first_day > as_of:
        raise ValueError(f"the period begins after {as_of.isoformat()}, the as-of day")
    return Question(metric, asked, attribution, by, conditions, first_day, last_day, as_of)


def _offers(names: tuple[str, ...], none: str, some: str) -> str:
    return f"{some} {', '.join(names)}" if names else none


def _check_period(metric: str, period: str, first: str | None, last: str | None) -> None:
    if period == "needed" and not (first and last):
        raise ValueError(f"{metric} is asked for a period: give --from and --to, such as 2024-01 and 2024-12")
    if period == "end" and (first or not last):
        raise ValueError(f"{metric} is asked for a day: give it with --to, without --from")
    if period == "none" and (first or last):
        raise ValueError(f"{metric} has no period: leave out --from and --to; --as-of gives another day")
