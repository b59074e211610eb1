"""The numbers of the headline sentence and of the public page, as plain values.

Invariants: everything is counted by :func:`courttally.figures.count.count`, by ``lead``, in the subject's headline scope; nothing here
names a case. ``Engine`` and ``Snapshot`` are passed on by name for rooms that reach the registry through figures only.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from courttally.courts import first_instance_courts
from courttally.engine import Engine, Row
from courttally.figures.count import Figure, count
from courttally.figures.question import Question
from courttally.figures.scope import SUBJECT, Scope, parse_scope
from courttally.law.subjects import load_subject
from courttally.registry import views
from courttally.registry.snapshot import Snapshot

__all__ = ["Coverage", "Engine", "Headline", "Snapshot", "court_coverage", "headline", "is_simulated"]

RECEIVED_AXES = frozenset({"", "received", "both"})
"""Date filters under which a complete list holds every case received in its window: none, or one on the day received."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Codes of the courts of first instance with a complete window, and of those with partial windows only."""

    complete: tuple[str, ...]
    partial: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Headline:
    """Numbers of the headline scope as of a day.

    ``cells``: (month ``YYYY-MM`` or ``undated``, article) to (cases received, cases finished); a cell that is not there is 0.
    ``unknown_part_beside``: cases received whose article is in scope and whose part is not stated; ``undated_beside``: cases
    without a usable day received, so not placed after the start date. Neither is in any other number.
    """

    subject: str
    scope: Scope
    as_of: date
    cells: dict[tuple[str, str], tuple[int, int]]
    n_cases: int
    n_matters: int
    coverage: Coverage
    simulated: bool
    unknown_part_beside: int
    undated_beside: int
    second_hand: int = 0
    """How many of the cases nobody but others' exports has shown."""


def headline(engine: Engine, snapshot: Snapshot, as_of: date, subject: str = SUBJECT) -> Headline:
    """The headline numbers as of a day. Raises ValueError for a subject that does not exist."""
    scope = parse_scope(load_subject(subject).headline_scope, subject)

    def ask(metric: str, within: Scope, by: tuple[str, ...] = (), attribution: str = "lead") -> list[Figure]:
        return count(engine, snapshot, Question(metric, within, attribution, by, as_of=as_of))

    cells: dict[tuple[str, str], tuple[int, int]] = {}
    for figure in ask("cases_received", scope, ("month", "article")):
        cells[figure.by["month"], figure.by["article"]] = (figure.value, 0)
    for figure in ask("cases_finished", scope, ("month", "article")):
        key = figure.by["month"], figure.by["article"]
        cells[key] = (cells.get(key, (0, 0))[0], figure.value)
    whole = ask("cases_received", scope)
    counted = _keys(whole)
    stated = Scope("custom", scope.articles, "all", scope.since)
    no_part = [
        figure
        for figure in ask("cases_received", stated, ("part",), "any")
        if figure.by["part"].endswith("/unknown") and scope.parts != "all"
    ]
    any_day = Scope("custom", scope.articles, scope.parts, None)
    no_day = [
        figure
        for figure in ask("cases_received", any_day, ("month",))
        if figure.by["month"] == "undated" and scope.since is not None
    ]
    return Headline(
        subject=subject,
        scope=scope,
        as_of=as_of,
        cells=dict(sorted(cells.items())),
        n_cases=len(counted),
        n_matters=sum(figure.value for figure in ask("matters", scope)),
        coverage=court_coverage(views.coverage(engine, as_of), scope.since, as_of),
        simulated=views.simulated(engine),
        unknown_part_beside=len(_keys(no_part) - counted),
        undated_beside=len(_keys(no_day)),
        second_hand=sum(figure.second_hand for figure in whole),
    )


def _keys(figures: Iterable[Figure]) -> set[str]:
    return {key for figure in figures for key in figure.keys}


def is_simulated(engine: Engine) -> bool:
    """Whether any capture is marked as simulated."""
    return views.simulated(engine)


def court_coverage(windows: Iterable[Row], since: date | None, as_of: date) -> Coverage:
    """Which courts of first instance have a complete window of criminal first instance in the time from ``since`` to ``as_of``.

    ``windows``: rows of ``registry.views.coverage``. A complete list by the day of the result alone is partial here: it lacks
    the cases that are still open.
    """
    counted = {court.code for court in first_instance_courts()}
    complete: set[str] = set()
    some: set[str] = set()
    for court, branch, proceeding, axis, first, last, _filtered, state, *_ in windows:
        if court not in counted or branch != "criminal" or proceeding != "first":
            continue
        if (last is not None and since is not None and last < since) or (first is not None and first > as_of):
            continue
        if state == "complete" and axis in RECEIVED_AXES:
            complete.add(court)
        elif state in ("complete", "partial"):
            some.add(court)
    return Coverage(tuple(sorted(complete)), tuple(sorted(some - complete)))
