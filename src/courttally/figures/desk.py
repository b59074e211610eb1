"""What several worked-out metrics share for one day: units, coverage, arrivals, months, gaps, what became of records.

Invariants: each is asked of the registry once, when first needed; one desk sees one as-of day; nothing here is a figure yet.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any

from courttally.figures import chains, expr, gaps, lateness, posted, series
from courttally.figures.count import scope_parameters
from courttally.figures.counted import Counted, Unit, month_of
from courttally.figures.headline import Coverage, court_coverage
from courttally.figures.scope import Scope
from courttally.registry import views, views_past
from courttally.registry.lookups import QUASHED


class Desk:
    """What several worked-out metrics share for one day: arrivals, looks, months, gaps; each made when first asked for."""

    def __init__(self, counted: Counted) -> None:
        self.counted = counted
        self.as_of = counted.as_of
        self._kept: dict[tuple[str, Scope | None], Any] = {}

    def _once(self, name: str, scope: Scope | None, make: Callable[[], Any]) -> Any:
        if (name, scope) not in self._kept:
            self._kept[name, scope] = make()
        return self._kept[name, scope]

    def cases(self, scope: Scope) -> tuple[Unit, ...]:
        """The case records in scope."""
        return self.counted.units("case", scope)

    def coverage(self, scope: Scope) -> Coverage:
        """Which courts are covered as of the day."""
        found: Coverage = self._once(
            "coverage", scope, lambda: court_coverage(views.coverage(self.counted.engine, self.as_of), scope.since, self.as_of)
        )  # fmt: skip
        return found

    def first_seen(self) -> dict[str, date]:
        """Record to the first day on which it was seen."""
        found: dict[str, date] = self._once(
            "first_seen", None, lambda: dict(self.counted.engine.rows(expr.FIRST_SEEN, {"as_of": self.as_of}))
        )
        return found

    def a_year_before(self) -> Desk:
        """The desk of the same day a year before."""
        found: Desk = self._once("year", None, lambda: Desk(self.counted.at(series.a_year_before(self.as_of))))
        return found

    def changed_articles(self, scope: Scope) -> dict[tuple[str, str], tuple[str, ...]]:
        """(lead article first seen, lead article now) to the records that changed it."""

        def make() -> dict[tuple[str, str], tuple[str, ...]]:
            parameters = scope_parameters(scope, self.as_of)
            wanted = {name: parameters[name] for name in ("as_of", "articles", "article_order")}
            return chains.requalified(self.cases(scope), dict(self.counted.engine.rows(expr.FIRST_ARTICLES, wanted)))

        found: dict[tuple[str, str], tuple[str, ...]] = self._once("changed", scope, make)
        return found

    def gone(self, scope: Scope) -> dict[str, tuple[str, ...]] | None:
        """What became of records that a court stopped showing, by state; None where nobody checked."""

        def make() -> dict[str, tuple[str, ...]] | None:
            rows = views_past.presence_at(self.counted.engine, self.as_of)
            ours = {unit.record for unit in self.cases(scope)}
            found: dict[str, list[str]] = {}
            for record, state, *_ in rows:
                if record in ours:
                    found.setdefault(state, []).append(record)
            return {state: tuple(records) for state, records in sorted(found.items())} if rows else None

        held: dict[str, tuple[str, ...]] | None = self._once("gone", scope, make)
        return held

    def quashed(self) -> frozenset[str] | None:
        """Records of which a linked record of a court above says that a verdict was quashed; None where nothing of a court above is held."""

        def make() -> frozenset[str] | None:
            if not self.counted.engine.rows(expr.ABOVE, {"as_of": self.as_of}):
                return None
            rows = self.counted.engine.rows(expr.QUASHED, {"as_of": self.as_of, "quashed": sorted(QUASHED)})
            return frozenset(record for (record,) in rows)

        found: frozenset[str] | None = self._once("quashed", None, make)
        return found

    def missing_ranges(self, scope: Scope) -> dict[str, gaps.Range]:
        """The ranges of missing cases in scope, by mechanism."""
        found: dict[str, gaps.Range] = self._once("ranges", scope, lambda: gaps.ranges(self.gaps(scope)))
        return found

    def matters(self) -> list[list[str]]:
        """The case records of each matter that has several with a usable day, in order of receipt."""

        def make() -> list[list[str]]:
            groups: dict[str, list[tuple[date, str]]] = {}
            for record, matter, received in views.record_keys(self.counted.engine, self.as_of):
                if matter is not None and received is not None:
                    groups.setdefault(matter, []).append((received, record))
            return [[record for _, record in sorted(group)] for group in groups.values() if len(group) > 1]

        found: list[list[str]] = self._once("matters", None, make)
        return found

    def began(self) -> date:
        """The first day on which anything that counts was seen; the as-of day where nothing was."""
        return min(self.first_seen().values(), default=self.as_of)

    def facts(self) -> list[tuple[str, str, str | None, str | None, date | None]]:
        """(record, court, number, valid UID, day received) of every criminal record, any proceeding."""
        return [
            (record, court, number, uid, received)
            for record, court, number, uid, received in self.counted.engine.rows(expr.FACTS, {"as_of": self.as_of})
        ]

    def looks(self) -> lateness.Looks:
        """The complete looks at every court's list."""
        found: lateness.Looks = self._once(
            "looks", None, lambda: lateness.Looks(lateness.Look(*row) for row in self.counted.engine.rows(expr.LOOKS, {"as_of": self.as_of}))
        )  # fmt: skip
        return found

    def arrivals(self, scope: Scope) -> list[lateness.Arrival]:
        """The dated case records in scope, with the day each was first seen."""

        def make() -> list[lateness.Arrival]:
            seen = self.first_seen()
            return [
                lateness.Arrival(unit.court, unit.received, seen[unit.record])
                for unit in self.cases(scope)
                if unit.received is not None
            ]

        found: list[lateness.Arrival] = self._once("arrivals", scope, make)
        return found

    def postings(self, scope: Scope) -> dict[str, list[posted.Posting]]:
        """When the courts posted the cases in scope, and their first results: ``cases`` and ``results``."""

        def make() -> dict[str, list[posted.Posting]]:
            rows = self.counted.engine.rows(expr.POSTED, {"as_of": self.as_of})
            by_case = {(court, case_id): day for court, case_id, day in rows}
            units = [(unit.record, unit.court, unit.received) for unit in self.cases(scope)]
            printed = {
                record: by_case[court, int(record.rsplit(":", 1)[-1])]
                for record, court, _ in units
                if record.count(":") == 4 and (court, int(record.rsplit(":", 1)[-1])) in by_case
            }
            found = posted.cases(units, self.first_seen(), printed, self.looks())
            shown = self.counted.engine.rows(expr.RESULTS, {"as_of": self.as_of})
            with_one = {record: day for record, day, _ in shown}
            without = {record: day for record, _, day in shown if day is not None}
            return {"cases": found, "results": posted.results(found, with_one, without)}

        held: dict[str, list[posted.Posting]] = self._once("postings", scope, make)
        return held

    def outlook(self, scope: Scope) -> tuple[lateness.Month, ...]:
        """Every month of the scope that has ended, with how much of it is expected to be visible."""

        def make() -> tuple[lateness.Month, ...]:
            arrivals = self.arrivals(scope)
            if not arrivals:
                return ()
            first = min(arrival.received for arrival in arrivals).isoformat()[:7]
            return lateness.outlook(arrivals, self.looks(), self.as_of, first)

        found: tuple[lateness.Month, ...] = self._once("outlook", scope, make)
        return found

    def complete_through(self, scope: Scope) -> str | None:
        """The month through which the data are complete."""
        return lateness.complete_through(self.outlook(scope))

    def monthly(self, metric: str, scope: Scope) -> series.Series:
        """Counts of a metric by its own month, complete months only; empty where none is complete.

        The first month of a scope that starts in it is left out: it is half a month. Results are posted later than receipts, so for
        metrics by another day the month before *complete through* is the last.
        """
        last = self.complete_through(scope)
        outlook = self.outlook(scope)
        if last is None:
            return ()
        first = outlook[0].month
        if scope.since is not None and scope.since.day > 1 and scope.since.isoformat()[:7] == first:
            first = series.shift(first, 1)
        counts = Counter(month_of(day) for _, day in self.counted.kept(metric, scope))
        return series.series(counts, first, last if metric == "cases_received" else series.shift(last, -1))

    def gaps(self, scope: Scope) -> tuple[gaps.CourtYear, ...]:
        """The courts' numbers by year, since the scope starts."""

        def make() -> tuple[gaps.CourtYear, ...]:
            ours = {unit.record for unit in self.cases(scope)}
            rows = self.counted.engine.rows(expr.NUMBERS, {"as_of": self.as_of})
            numbered = (
                gaps.Numbered(court, number, day, record, record in ours) for court, number, day, record in rows
            )
            return gaps.sequences(numbered, self.as_of, scope.since)

        found: tuple[gaps.CourtYear, ...] = self._once("gaps", scope, make)
        return found
