"""Units counted once, and all figures of one as-of day made of them.

Invariants: a :class:`Counted` asks the engine once for the units of a scope and answers every counted question from them; its figures
are those of :func:`courttally.figures.count.count`, ids and bounds and all (a test). The families of numbers are pure functions over its units.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import repeat
from operator import attrgetter, itemgetter
from typing import NamedTuple

from courttally.engine import Engine
from courttally.figures import expr
from courttally.figures.bounds import Bounds
from courttally.figures.count import Figure, as_of_date, circuits, make_figure, matter_id, scope_parameters
from courttally.figures.metrics import DIMENSIONS, METRICS, Metric
from courttally.figures.question import Question
from courttally.figures.scope import Scope
from courttally.registry import views_past
from courttally.registry.snapshot import Snapshot

_MODEL = {"case": "cases_received", "accused": "accused", "matter": "matters", "record": "case_records"}
"""Unit -> a metric that counts every one of its kind; a ``case`` is a record of first instance, a ``record`` is any."""


class Unit(NamedTuple):
    """One case record, person slot or matter in scope, under its lead charge, or once under each of its charges. Columns as in ``expr.UNIT_COLUMNS`` and ``expr.KEEP``."""

    key: str
    record: str
    of_slot: int | None
    court: str
    region: str
    level: str
    outcome: str
    received: date | None
    outcome_date: date | None
    verdict_date: date | None
    is_verdict: bool
    second_hand: bool
    article: str
    part: str
    stage: str
    role: str
    sentence_kind: str
    suspended: str
    evidence: str
    keeps_every: bool
    keeps_finished: bool
    keeps_open: bool
    keeps_verdict: bool
    keeps_sentence_known: bool

    @property
    def circuit(self) -> str:
        """The district court of the unit's court."""
        return circuits().get(self.court, "unknown")


def month_of(day: date | None) -> str:
    """``2024-07``, or ``undated``."""
    return day.isoformat()[:7] if day is not None else "undated"


class Counted:
    """The units of a registry as of a day, by unit and scope, each loaded when first asked for."""

    def __init__(self, engine: Engine, snapshot: Snapshot, as_of: date | None = None) -> None:
        self.engine = engine
        self.snapshot = snapshot
        self.as_of = as_of_date(snapshot, as_of)
        self._units: dict[tuple[str, Scope, str], tuple[Unit, ...]] = {}
        self._kept: dict[tuple[str, Scope, str], list[tuple[Unit, date | None]]] = {}
        self._bounds: Bounds | None = None
        self._others: dict[date, Counted] = {}

    def known(self) -> date:
        """The last day that anything is known of: the as-of day, or the day of the latest capture where that is earlier.

        Raises ValueError in an empty registry.
        """
        return min(self.as_of, as_of_date(self.snapshot, None))

    def at(self, as_of: date) -> Counted:
        """The same registry as of another day, kept."""
        if as_of == self.as_of:
            return self
        if as_of not in self._others:
            self._others[as_of] = Counted(self.engine, self.snapshot, as_of)
        return self._others[as_of]

    def units(self, unit: str, scope: Scope, attribution: str = "lead") -> tuple[Unit, ...]:
        """Every unit in scope, by key; by ``any`` as often as it has charges that differ. ``unit``: case, accused, matter or record."""
        found = self._units.get((unit, scope, attribution))
        if found is None:
            lead = attribution == "lead"
            text = expr.units_statement(
                METRICS[_MODEL[unit]],
                all_articles=scope.articles is None and scope.parts == "all",
                parts=scope.parts,
                lead=lead,
            )
            parameters = scope_parameters(scope, self.as_of, lead=lead)
            found = self._units[unit, scope, attribution] = tuple(map(Unit._make, self.engine.rows(text, parameters)))
        return found

    def kept(self, metric_id: str, scope: Scope, attribution: str = "lead") -> list[tuple[Unit, date | None]]:
        """The units that a metric counts, each with the metric's own day; by ``any`` under each of their charges."""
        found = self._kept.get((metric_id, scope, attribution))
        if found is None:
            metric = METRICS[metric_id]
            keep, day = f"keeps_{metric.keep}", expr.DATE[metric.basis]
            units = self.units(metric.unit if metric.first_instance else "record", scope, attribution)
            found = [(unit, getattr(unit, day)) for unit in units if getattr(unit, keep)]
            self._kept[metric_id, scope, attribution] = found
        return found

    def figures(self, question: Question) -> list[Figure]:
        """The figures of a counted question, as ``count`` would give them."""
        metric = METRICS[question.metric]
        first, last = question.first_day or date.min, question.last_day or date.max
        dated = question.first_day is not None or question.last_day is not None
        kept = self.kept(question.metric, question.scope, question.attribution)
        if dated:
            kept = [(unit, day) for unit, day in kept if day is not None and first <= day <= last]
        for name, wanted in question.where.items():
            kept = [pair for pair, value in zip(kept, _READ[name](kept), strict=True) if value == wanted]
        cells: dict[tuple[str, ...], dict[str, Unit]] = defaultdict(dict)
        # Column by column: a call for every unit and dimension took most of the time that a whole set of figures takes.
        of_cells = (
            zip(*(_READ[name](kept) for name in question.by), strict=True) if question.by else repeat((), len(kept))
        )
        for cell, (unit, _) in zip(of_cells, kept, strict=True):
            cells[cell][unit.key] = unit
        bounds = self._open(metric, question, cells)
        found = []
        for cell, units in sorted(cells.items()):
            by = dict(zip(question.by, cell, strict=True))
            keys = tuple(sorted(map(matter_id, units))) if metric.unit == "matter" else tuple(units)
            second_hand = sum(map(_SECOND_HAND, units.values()))
            figure = make_figure(metric, question, self.as_of, by, len(keys), second_hand, keys)
            if cell in bounds:
                figure = replace(figure, fewest=bounds[cell][0], most=bounds[cell][1])
            found.append(figure)
        return found

    def _open(
        self, metric: Metric, question: Question, cells: dict[tuple[str, ...], dict[str, Unit]]
    ) -> dict[tuple[str, ...], tuple[int, int]]:
        """What candidate links leave open of each cell; of matters only."""
        if metric.unit != "matter":
            return {}
        if self._bounds is None:
            self._bounds = Bounds(views_past.open_links(self.engine, self.as_of))
        return self._bounds.of(cells, (*question.by, *question.where))

    def figure(self, question: Question) -> Figure:
        """The one figure of a question without dimensions; zero where nothing is counted."""
        found = self.figures(question)
        return found[0] if found else make_figure(METRICS[question.metric], question, self.as_of, {}, 0, 0, ())


_SECOND_HAND: Callable[[Unit], bool] = attrgetter("second_hand")


@cache
def _month(day: date | None) -> str:
    return month_of(day)


@cache
def _year(day: date | None) -> str:
    return month_of(day)[:4] if day is not None else "undated"


def _reader(name: str) -> Callable[[list[tuple[Unit, date | None]]], Iterable[str]]:
    """How the values of a dimension are read of units, each with the metric's own day."""
    if name == "month":
        return lambda kept: [_month(day) for _, day in kept]
    if name == "year":
        return lambda kept: [_year(day) for _, day in kept]
    of: Callable[[Unit], str] = attrgetter(name)
    return lambda kept: map(of, map(itemgetter(0), kept))


_READ = {name: _reader(name) for name in DIMENSIONS}
