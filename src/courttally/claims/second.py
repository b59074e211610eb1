"""The audit's second pass: claims held against a registry, as of their date and now, gross and net, naming which reading fits.

Invariants: a claim is read plainly first (its own metric, articles, parts, start); other readings are tried only to name what it fits if the
plain one does not; nothing is called wrong because a registry that covers less, or began later, counts less: that is said to be unknown.
A pure function of the claims and the registry.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from courttally.claims.findings import Verdict
from courttally.claims.model import Claim
from courttally.claims.numbers import Amount, Op, decimals
from courttally.figures import series
from courttally.figures.calendar import CalendarError, workdays
from courttally.figures.counted import Counted
from courttally.figures.scope import SUBJECT, Scope
from courttally.law.subjects import load_subject

READS = {
    "cases_received": "cases_received", "cases": "cases_received", "cases_finished": "cases_finished", "verdicts": "verdicts",
    "accused": "accused", "accused_with_verdict": "accused_with_verdict", "verdicts_per_workday": "verdicts_per_workday",
}  # fmt: skip
"""A claim's metric and the registry's that reads it plainly."""
PACE = "verdicts_per_workday"
"""Verdicts of a period by its official working days, one decimal: no other metric is measured so."""
OTHERS = ("cases_received", "matters", "cases_finished", "verdicts", "accused", "accused_with_verdict")
_UNIT = {"cases_received": "case", "matters": "matter", "cases_finished": "case", "verdicts": "case", "accused": "person", "accused_with_verdict": "person", PACE: "rate"}  # fmt: skip


CHANCE = 100
"""Below this a number fits one of many readings by chance: only the plain reading is believed."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a claim, and what the registry counts by it."""

    metric: str
    articles: tuple[str, ...]
    parts: str
    as_of: date
    value: Decimal

    def label(self) -> str:
        """The reading in a phrase."""
        return f"{self.metric}, {'+'.join(self.articles)}, {self.parts} parts, as of {self.as_of.isoformat()}"


@dataclass(frozen=True, slots=True)
class SecondLook:
    """A claim against the registry. ``then``/``now``: (gross or plain, net) of the plain reading, net None of what has none; ``fits``: the reading that gives the number."""

    claim: Claim
    verdict: Verdict
    then: tuple[Decimal, Decimal | None] | None
    now: tuple[Decimal, Decimal | None] | None
    fits: Reading | None
    why: str


class _Days:
    """Days of every unit of a metric by article, as of a day: counts of a period without looking at units again.

    A result without a usable day lies between the day its case was received and the as-of day: a period that holds both holds it.
    """

    def __init__(self, counted: Counted, articles: tuple[str, ...], since: date | None) -> None:
        self._counted = counted
        self._articles = articles
        self._since = since
        self._kept: dict[tuple[str, str], tuple[dict[str, list[date]], dict[str, list[date]]]] = {}

    def count(self, metric: str, parts: str, articles: Iterable[str], first: date, last: date) -> int:
        """Units of a metric by its own day, both days included."""
        held = self._kept.get((metric, parts))
        if held is None:
            held = ({}, {})
            # The wartime parts are counted as the headline counts them: of cases received since the scope's start.
            scope = Scope("custom", self._articles, parts, self._since if parts == "wartime" else None)
            for unit, day in self._counted.kept(metric, scope):
                if (own := day or unit.received) is not None:
                    held[day is None].setdefault(unit.article, []).append(own)
            for days in (*held[0].values(), *held[1].values()):
                days.sort()
            self._kept[metric, parts] = held
        dated, undated = held
        found = 0
        for article in articles:
            days, since = dated.get(article, []), undated.get(article, [])
            found += bisect_right(days, last) - bisect_left(days, first)
            found += len(since) - bisect_left(since, first) if last >= self._counted.as_of else 0
        return found

    def pace(self, parts: str, articles: Iterable[str], first: date, last: date) -> Decimal:
        """Verdicts of a period by its official working days, one decimal."""
        return Decimal(series.ratio(self.count("verdicts", parts, articles, first, last), workdays(first, last), 1))


class SecondPass:
    """Looks at claims with one registry; units as of a day are loaded once."""

    def __init__(self, counted: Counted, began: date, covered: bool, subject: str = SUBJECT) -> None:
        """``began``: the first day of capture; ``covered``: whether every court of first instance is covered."""
        self._counted, self._began, self._covered = counted, began, covered
        self._articles = load_subject(subject).scope(load_subject(subject).default_scope).articles
        self._since = load_subject(subject).scope(load_subject(subject).headline_scope).since
        self._at: dict[date, _Days] = {}

    def _days(self, as_of: date) -> _Days:
        if as_of not in self._at:
            self._at[as_of] = _Days(self._counted.at(as_of), self._articles, self._since)
        return self._at[as_of]

    def look(self, claim: Claim) -> SecondLook:
        """One claim's second look."""
        why = self._cannot(claim)
        if why:
            return SecondLook(claim, Verdict.CANNOT_JUDGE, None, None, None, why)
        amount = claim.amount
        assert amount is not None
        now_day = self._counted.as_of
        seen = claim.seen.last if claim.seen is not None else None
        then_day = min(seen, now_day) if seen is not None and seen >= self._began else None
        metric, articles = READS[claim.metric.name], self._named(claim)
        parts = claim.parts if claim.parts in ("all", "wartime") else "all"
        first, last = self._period(claim)

        def read(name: str, own: tuple[str, ...], of: str, day: date) -> Reading:
            known = self._days(day)
            value = known.pace(of, own, first, last) if name == PACE else known.count(name, of, own, first, min(last, day))  # fmt: skip
            return Reading(name, own, of, day, Decimal(value))

        def pair(day: date) -> tuple[Decimal, Decimal | None]:
            net = read("matters", articles, parts, day).value if metric == "cases_received" else None
            return read(metric, articles, parts, day).value, net

        then, now = (pair(then_day) if then_day else None), pair(now_day)
        days = [day for day in (then_day, now_day) if day is not None]
        tries = [
            read(name, own, of, day)
            for name in dict.fromkeys((metric, *(() if metric == PACE else OTHERS)))
            for own in dict.fromkeys((articles, self._articles, *((a,) for a in self._articles)))
            for of in dict.fromkeys((parts, "wartime", "all"))
            for day in dict.fromkeys(days)
        ]
        plain = {(metric, articles, parts), (metric, articles, "wartime"), (metric, articles, "all")}
        fitting = [
            r
            for r in tries
            if _prints(amount, r) and r.value >= (1 if (r.metric, r.articles, r.parts) in plain else CHANCE)
        ]
        stated = claim.parts in ("all", "wartime")
        best = min(
            fitting,
            key=lambda r: (r.metric != metric, r.articles != articles, stated and r.parts != parts, r.as_of != days[0]),
            default=None,
        )
        if best is None:
            return SecondLook(claim, Verdict.CANNOT_JUDGE, then, now, None, self._nothing_fits(claim, then_day))
        return SecondLook(
            claim, _verdict(claim, best, metric, articles, parts, days[0], stated=stated), then, now, best, ""
        )

    def _cannot(self, claim: Claim) -> str:
        if claim.metric.name not in READS:
            return "the registry counts no such thing"
        if claim.amount is None:
            return "no number is printed"
        if claim.place != "RU" or claim.population != "court_cases":
            return "told of another place or population"
        if not self._named(claim):
            return "its articles are not of this subject"
        if claim.period.start is None and claim.period.end is None:
            return "no period is printed"
        if claim.period.start is not None and claim.period.start.first > self._counted.as_of:
            return "its period begins after this registry's day"
        if claim.metric.name == PACE:
            first, last = self._period(claim)
            try:
                if first == date.min or last > self._counted.as_of or workdays(first, last) == 0:
                    return "its period had not ended by this registry's day, or has no working day"
            except CalendarError:
                return "its period leaves the years of the official calendar"
        return ""

    def _named(self, claim: Claim) -> tuple[str, ...]:
        if claim.articles == frozenset({"unstated"}):
            return self._articles
        return tuple(sorted(claim.articles)) if claim.articles <= set(self._articles) else ()

    @staticmethod
    def _period(claim: Claim) -> tuple[date, date]:
        period = claim.period
        return (period.start.first if period.start else date.min), (period.end.last if period.end else date.max)

    def _nothing_fits(self, claim: Claim, then_day: date | None) -> str:
        if not self._covered:
            return "no reading fits, and not every court is covered here"
        if then_day is None and claim.seen is None:
            return "no reading fits, and the claim has no date"
        if then_day is None:
            return "no reading fits, and this registry began after the claim's date"
        return "no reading fits"


def _prints(amount: Amount, reading: Reading) -> bool:
    """Whether an amount is a fair way to print a reading; a pace is printed with fewer digits than it has."""
    if reading.metric == PACE and amount.op in (Op.EXACT, Op.RANGE):
        unit = Decimal(1).scaleb(-decimals(amount.lo))
        return amount.lo - unit / 2 <= reading.value <= amount.hi + unit / 2
    return amount.near(reading.value)


def _verdict(
    claim: Claim, best: Reading, metric: str, articles: tuple[str, ...], parts: str, day: date, *, stated: bool
) -> Verdict:
    """The verdict that the fitting reading means. A part that the claim does not state is no difference of scope."""
    assert claim.amount is not None
    if _UNIT[best.metric] != _UNIT[metric]:
        return Verdict.DIFFERENT_UNIT
    if best.articles != articles and len(articles) == 1 and len(best.articles) == 1:
        return Verdict.MISLABELLED
    if best.metric != metric or best.articles != articles or (stated and best.parts != parts):
        return Verdict.DIFFERENT_SCOPE
    if best.as_of != day:
        return Verdict.STALE_VINTAGE
    return Verdict.REPRODUCED if claim.amount.exact and claim.amount.lo == best.value else Verdict.WITHIN_ROUNDING
