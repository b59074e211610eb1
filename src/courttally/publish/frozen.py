"""A release as it is frozen: all that its page prints of the registry, as plain JSON and back.

Invariants: it holds printed numbers only, so that the ledger of releases tells nothing that a page did not; the same release gives the same
JSON, and comes back equal; a page is printed from a release alone, so that a frozen day is printed again as it was, whatever the registry
says by then.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from courttally.publish.releases import Told
from courttally.publish.rollup import Printed, Row, months_between


@dataclass(frozen=True, slots=True)
class Release:
    """One release. ``step``, ``checked``: as in ``witness.Release``; ``root``: the commitment over the records, None where there is none;
    ``overridden``: courts whose robots rules were not honoured, with the reason.
    """

    told: Told
    subject: str
    scope: str
    courts_complete: tuple[str, ...]
    courts_partial: tuple[str, ...]
    simulated: bool
    step: int
    checked: int
    root: str | None
    overridden: tuple[tuple[str, str], ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Plain values for the ledger."""
        printed = self.told.printed
        return {
            "as_of": self.told.as_of,
            "subject": self.subject,
            "scope": self.scope,
            "simulated": self.simulated,
            "step": self.step,
            "checked": self.checked,
            "root": self.root,
            "overridden": [list(pair) for pair in self.overridden],
            "courts": {"complete": list(self.courts_complete), "partial": list(self.courts_partial)},
            "totals": list(self.told.totals),
            "shown": list(self.told.shown),
            "beside": dict(self.told.beside),
            "table": {
                "months": list(printed.months),
                "articles": list(printed.articles),
                "parts": [_line(row) for row in printed.parts],
                "sums": [_line(row) for row in printed.sums],
                "undated": _line(printed.undated),
                "withheld": list(printed.withheld),
            },
        }

    def holds(self, cells: Mapping[tuple[str, str], tuple[int, int]], n_matters: int) -> bool:
        """Whether a registry's cells still come out as the release tells them: every number that it told anew."""
        printed = self.told.printed

        def total(measure: int, months: frozenset[str], article: str | None = None) -> int:
            return sum(
                pair[measure]
                for (month, own), pair in cells.items()
                if month in months and (article is None or own == article)
            )

        for row in (*printed.parts, *printed.sums):
            months = frozenset(months_between(row.first, row.last))
            for measure in (0, 1):
                pairs = [(None, row.total), *zip(printed.articles, row.by_article or (), strict=False)]
                told = ((article, pair[measure]) for article, pair in pairs if not row.as_of)
                if any(number is not None and number != total(measure, months, article) for article, number in told):
                    return False
        whole = frozenset(printed.months)
        totals = all(n is None or n == total(measure, whole) for measure, n in enumerate(self.told.totals))
        return totals and self.told.beside["matters"] in (None, n_matters)


def from_json(entry: Mapping[str, Any]) -> Release:
    """A release of a line of the ledger. Raises KeyError or TypeError for a line that is none."""
    table, courts = entry["table"], entry["courts"]
    printed = Printed(
        tuple(table["months"]), tuple(table["articles"]), tuple(map(_row, table["parts"])), tuple(map(_row, table["sums"])),
        _row(table["undated"]), tuple(table["withheld"]),
    )  # fmt: skip
    (received, finished), (at_top, finished_at_top) = entry["totals"], entry["shown"]
    return Release(
        Told(entry["as_of"], printed, (received, finished), (at_top, finished_at_top), dict(entry["beside"])), entry["subject"], entry["scope"],
        tuple(courts["complete"]), tuple(courts["partial"]), entry["simulated"], entry["step"], entry["checked"], entry["root"],
        tuple((court, reason) for court, reason in entry["overridden"]),
    )  # fmt: skip


def _line(row: Row) -> list[Any]:
    split = None if row.by_article is None else [list(pair) for pair in row.by_article]
    return [row.first, row.last, list(row.total), split, row.as_of]


def _row(line: list[Any]) -> Row:
    first, last, (received, finished), split, as_of = line
    return Row(first, last, (received, finished), None if split is None else tuple((r, f) for r, f in split), as_of)
