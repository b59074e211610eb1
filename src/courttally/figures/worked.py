"""Figures that are worked out from counted ones: one function a metric, each a list of cells with ids.

Invariants: a worked-out figure is a text (a ratio, a month, a range) with the keys of the units it rests on; the same question on the same
registry gives the same figure; nothing here is ever added to a count. The families of numbers do the arithmetic; this module asks and names.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from courttally.courts import first_instance_courts
from courttally.figures import chains, comparing, series, stocks, timing, worked_unseen
from courttally.figures.count import Figure
from courttally.figures.counted import Unit, month_of
from courttally.figures.desk import Desk
from courttally.figures.ids import ids_of
from courttally.figures.metrics import WORKED_OUT
from courttally.figures.question import Question
from courttally.figures.scope import Scope
from courttally.figures.shares import per_cent
from courttally.figures.worked_unseen import Cells


@dataclass(frozen=True, slots=True)
class Worked:
    """One cell of a worked-out metric. ``value`` as told, in the metric's rounding."""

    question: Question
    as_of: date
    by: dict[str, str]
    value: str
    unit: str
    keys: tuple[str, ...]
    query_id: str
    figure_id: str

    def as_json(self) -> dict[str, Any]:
        """The object that ``count --json`` prints for a worked-out metric."""
        question = self.question
        return {
            "metric": question.metric, "value": self.value, "unit": self.unit, "by": self.by, "scope": question.scope.as_json(),
            "attribution": question.attribution, "where": dict(question.where),
            "from": question.first_day.isoformat() if question.first_day else None,
            "to": question.last_day.isoformat() if question.last_day else None, "as_of": self.as_of.isoformat(),
            "query_id": self.query_id, "figure_id": self.figure_id,
        }  # fmt: skip


Answer = Figure | Worked


def work_out(desk: Desk, question: Question) -> list[Worked]:
    """The cells of a worked-out question. Raises ValueError for a condition that it needs and lacks, KeyError for no such metric."""
    metric = WORKED_OUT[question.metric]
    # Asked for a share within so many days, the answer is no number of days. Ids rest on the metric's own unit and stay as issued.
    unit = "per cent" if metric.id == "time_to_finish" and "within" in question.where else metric.unit
    found = []
    for by, value, keys in _FUNCTIONS[question.metric](desk, question):
        ordered = tuple(sorted(keys))
        ids = ids_of(metric, question, desk.as_of, by, value, ordered)
        found.append(Worked(question, desk.as_of, by, value, unit, ordered, *ids))
    return found


def _span(question: Question) -> tuple[date, date]:
    if question.first_day is None or question.last_day is None:
        raise ValueError(f"{question.metric} is asked for a period: give its first and last day")
    return question.first_day, question.last_day


def _received(desk: Desk, question: Question) -> list[Unit]:
    """The case records in scope that were received in the question's period."""
    return [unit for unit in desk.cases(question.scope) if question.holds(unit.received)]


def _months(desk: Desk, question: Question) -> tuple[str, series.Series]:
    """The metric that is asked of, and its complete months that lie in the question's period as a whole."""
    metric = _condition(question, "of", "cases_received")
    found = desk.monthly(metric, question.scope)
    return metric, tuple(
        (month, value)
        for month, value in found
        if question.holds(series.first_day(month)) and question.holds(series.last_day(month))
    )


def _condition(question: Question, name: str, default: str | None = None) -> str:
    value = question.where.get(name, default)
    if value is None:
        raise ValueError(f"{question.metric} needs a condition: --where {name}=…")
    return value


def _courts_covered(desk: Desk, question: Question) -> Cells:
    complete = desk.coverage(question.scope).complete
    return [({}, f"{len(complete)}/{len(first_instance_courts())}", complete)]


def same_age(desk: Desk, scope: Scope) -> Desk | None:
    """The desk a year before, where it knew the courts as widely as now (nine tenths of them at least); else None."""
    then = desk.a_year_before()
    if then.counted.known() < then.as_of:
        return None  # nothing was captured since: both would be one and the same knowledge
    if len(then.coverage(scope).complete) * 10 < len(desk.coverage(scope).complete) * 9:
        return None
    return then


def _against_year_before(desk: Desk, question: Question) -> Cells:
    first, last = _span(question)
    earlier = series.a_year_before(first), series.a_year_before(last)
    age = _condition(question, "age", "same")
    then = same_age(desk, question.scope) if age == "same" else desk
    if then is None:
        return []
    now = [u.key for u in desk.cases(question.scope) if u.received is not None and first <= u.received <= last]
    before = [u.key for u in then.cases(question.scope) if u.received is not None and earlier[0] <= u.received <= earlier[1]]  # fmt: skip
    return [({}, series.ratio(len(now), len(before)), now + before)] if before else []


def _per_workday(desk: Desk, question: Question) -> Cells:
    first, last = _span(question)
    found: Cells = []
    by_month: dict[str, list[str]] = {}
    for unit, day in desk.counted.kept("verdicts", question.scope):
        if day is not None and first <= day <= last:
            by_month.setdefault(month_of(day), []).append(unit.key)
    for month in series.months(first.isoformat()[:7], last.isoformat()[:7]):
        if series.last_day(month) > desk.as_of:
            break  # its working days are not over: divided by all of them, the rate would be too low
        keys = by_month.get(month, [])
        value = series.per_workday(len(keys), month)
        if value is not None:
            found.append(({"month": month}, value, keys))
    return found


def _record_month(desk: Desk, question: Question) -> Cells:
    metric, found = _months(desk, question)
    best = series.record(found)
    if best is None:
        return []
    kept = desk.counted.kept(metric, question.scope)
    keys = {name: [unit.key for unit, day in kept if month_of(day) == name] for name in {best.month, best.last}}
    return [
        ({}, best.month, keys[best.month]),
        ({"told": "its count"}, str(best.value), keys[best.month]),
        ({"told": "latest complete month"}, best.last, keys[best.last]),
        ({"told": "as many or more before it"}, best.not_since or "never", keys[best.last]),
        ({"told": "as few or fewer before it"}, best.fewest_since or "never", keys[best.last]),
    ]


def _level_change(desk: Desk, question: Question) -> Cells:
    metric, found = _months(desk, question)
    kept = desk.counted.kept(metric, question.scope)
    return [
        ({"from": level.first, "to": level.last}, level.mean,
         [unit.key for unit, day in kept if level.first <= month_of(day) <= level.last])
        for level in series.levels(found)
    ]  # fmt: skip


def _stock_identity(desk: Desk, question: Question) -> Cells:
    first, last = _span(question)
    since, until = first - timedelta(1), min(last, desk.as_of)
    before = desk.counted.at(since).units("case", question.scope)
    now = desk.counted.at(until).units("case", question.scope)
    found = stocks.stock(before, now, since, until)
    value = f"{found.opening} + {found.came} + {found.reopened} - {found.finished} - {found.left} = {found.closing}"
    cells: Cells = [({}, value, [unit.key for unit in now if unit.keeps_open])]
    return cells + [({"exception": cause}, str(len(keys)), keys) for cause, keys in found.exceptions.items()]


FOLLOWED = 20
"""Cases that must have been received so long ago before a share within that time is told."""


def _time_to_finish(desk: Desk, question: Question) -> Cells:
    outcome = _condition(question, "outcome", "verdict")
    units, known = _received(desk, question), desk.counted.known()
    times, left_out = timing.durations(units, known)
    if not times:
        return []
    curve = timing.incidence(times, left_out)
    keys = [unit.key for unit in units]
    if "within" in question.where:
        # Nothing is said of a time that hardly any case has had yet: the curve would only repeat its last value.
        border = known - timedelta(int(question.where["within"]))
        if sum(unit.received is not None and unit.received <= border for unit in units) < FOLLOWED:
            return []
        share = curve.share(outcome, int(question.where["within"]))
        return [({}, f"{share * 100:.1f}", keys)]
    days = curve.quantile(outcome, int(_condition(question, "share", "50")) / 100)
    return [({}, str(days), keys)] if days is not None else []


def _court_outlier(desk: Desk, question: Question) -> Cells:
    outcome = _condition(question, "outcome")
    finished: dict[str, list[Unit]] = {}
    for unit in desk.cases(question.scope):
        if unit.keeps_finished and question.holds(unit.outcome_date):
            finished.setdefault(unit.court, []).append(unit)
    counts = {c: (sum(u.outcome == outcome for u in units), len(units)) for c, units in finished.items()}
    return [
        ({"court": item.name, "side": "above" if item.out > 0 else "below"}, per_cent(item.part, item.whole),
         [unit.key for unit in finished[item.name]])
        for item in comparing.funnel(counts)
        if item.out
    ]  # fmt: skip


def _region_rate(desk: Desk, question: Question) -> Cells:
    """Per 1,000 criminal cases of first instance received at the region's courts, unless the question brings another denominator."""
    ours: dict[str, list[str]] = {}
    for unit in _received(desk, question):
        ours.setdefault(unit.region, []).append(unit.key)
    every = Scope("all", None, "all", question.scope.since)
    of = Counter(unit.region for unit in desk.cases(every) if question.holds(unit.received))
    found = comparing.rates({region: (len(ours.get(region, ())), n) for region, n in of.items()})
    # The raw rate is a quotient of counts and rounded once; the shrunken one is an estimate.
    return [
        ({"region": rate.name, "kind": kind}, value, ours.get(rate.name, ()))
        for rate in found
        for kind, value in (
            ("raw", series.ratio(1000 * rate.count, of[rate.name], 1)),
            ("shrunk", series.ratio(round(rate.shrunk * 10**6), 10**3, 1)),
        )
    ]


def _quashed(desk: Desk, question: Question) -> Cells:
    """By the day of the verdict, as verdicts are: a quashed one stays in its month."""
    found = desk.quashed()
    if found is None:
        return []
    kept = desk.counted.kept("verdicts", question.scope)
    records = [unit.record for unit, day in kept if unit.record in found and question.holds(day)]
    return [({}, str(len(records)), records)]


def _retried(desk: Desk, question: Question) -> Cells:
    found = chains.retried(desk.cases(question.scope), desk.matters())
    asked = [(earlier.record, later.record) for earlier, later in found if question.holds(later.received)]
    return [({}, str(len(asked)), [record for pair in asked for record in pair])]


def _requalified(desk: Desk, question: Question) -> Cells:
    ours = {unit.record for unit in _received(desk, question)}
    found = desk.changed_articles(question.scope)
    kept = {change: [record for record in records if record in ours] for change, records in found.items()}
    return [({"from": old, "to": new}, str(len(records)), records) for (old, new), records in kept.items() if records]


_FUNCTIONS: dict[str, Callable[[Desk, Question], Cells]] = {
    "courts_covered": _courts_covered,
    "received_against_year_before": _against_year_before,
    "verdicts_per_workday": _per_workday,
    "record_month": _record_month,
    "level_change": _level_change,
    "stock_identity": _stock_identity,
    "time_to_finish": _time_to_finish,
    "court_outlier": _court_outlier,
    "region_rate": _region_rate,
    "quashed": _quashed,
    "retried": _retried,
    "requalified": _requalified,
    "reporting_triangle": worked_unseen.triangle,
    "complete_through": worked_unseen.complete_through,
    "nowcast_received": worked_unseen.nowcast,
    "numbers_missing": worked_unseen.numbers_missing,
    "missing_in_scope": worked_unseen.missing_in_scope,
    "visible_now": worked_unseen.visible_now,
    "posted_by": worked_unseen.posted_by,
}
