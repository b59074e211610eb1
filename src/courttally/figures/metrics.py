"""Metric definitions: what each counts, in which unit, on which date. One table of data (``metrics.toml``); code reads rows.

Invariants: a metric is defined once, in both languages; a definition's ``version`` is part of every question's id: it is raised
whenever a count may come out differently. ``METRICS`` are counted from the registry's units; ``WORKED_OUT`` are made of counted figures.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from courttally.law.tables import Table, read_toml

DIMENSIONS = (
    "article", "part", "stage", "role", "month", "year", "court", "region", "circuit", "level", "outcome",
    "sentence_kind", "suspended", "evidence",
)  # fmt: skip
"""What a count can be split by. ``part`` always names its article: ``337/5``."""

OF_PERSONS = ("sentence_kind", "suspended", "evidence")
"""Dimensions that are known of persons only: they split metrics whose unit is the accused."""

LANGUAGES = ("en", "ru")

PERIODS = ("needed", "optional", "end", "none")
"""Whether a worked-out metric is asked for a period: first and last month, either or none, its last day alone, never."""


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric. ``basis`` is its own date: received, finished, verdict, or as_of. ``unit``: case, accused or matter where counted.

    ``period``, ``conditions`` and ``splits``: what a worked-out metric may be asked with; of a counted one all dimensions may be.
    ``keep`` names the condition in ``expr.KEEP`` that a unit must meet; ``first_instance``: only first-instance criminal records
    at garrison and district courts count (rule 3). ``words``: (``title``, ``means``, ``is_not``) by language.
    """

    id: str
    version: int
    counted: bool
    unit: str
    basis: str
    default_scope: str
    keep: str
    first_instance: bool
    numerator: str
    denominator: str
    rounding: str
    words: Mapping[str, tuple[str, str, str]]
    period: str = "optional"
    conditions: tuple[str, ...] = ()
    splits: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The name of the metric, in English."""
        return self.words["en"][0]

    @property
    def counts(self) -> str:
        """One sentence, in English: what is counted, and on which date."""
        return self.words["en"][1]

    @property
    def is_not(self) -> str:
        """One sentence, in English: what it must not be taken for."""
        return self.words["en"][2]


def _words(row: Table, lang: str) -> tuple[str, str, str]:
    return row.take(f"title_{lang}", str), row.take(f"means_{lang}", str), row.take(f"is_not_{lang}", str)


def _metric(row: Table) -> Metric:
    counted = {"counted": True, "worked_out": False}[row.take("kind", str)]
    first_instance = row.take_optional("first_instance", bool)
    metric = Metric(
        id=row.take("id", str),
        version=row.take("version", int),
        counted=counted,
        unit=row.take("unit", str),
        basis=row.take("basis", str),
        default_scope=row.take("scope", str),
        keep=row.take("keep", str) if counted else "",
        first_instance=first_instance is not False,
        numerator=row.take("numerator", str),
        denominator=row.take("denominator", str),
        rounding=row.take("rounding", str),
        words={lang: _words(row, lang) for lang in LANGUAGES},
        period="optional" if counted else row.take("period", str),
        conditions=row.take_texts("conditions"),
        splits=row.take_texts("by"),
    )
    if metric.period not in PERIODS:
        raise ValueError(f"metrics.toml: {metric.id} has no such period")
    row.done()
    return metric


@cache
def all_metrics() -> Mapping[str, Metric]:
    """Every metric by id, in the order of the file. Raises ``ValueError`` for a file that is not as its head says."""
    data = read_toml("courttally.figures", "metrics.toml")
    found: dict[str, Metric] = {}
    for row in data.take_tables("metric"):
        metric = _metric(row)
        if metric.id in found:
            raise ValueError("metrics.toml defines a metric twice")
        found[metric.id] = metric
    data.done()
    return MappingProxyType(found)


METRICS: dict[str, Metric] = {metric.id: metric for metric in all_metrics().values() if metric.counted}
WORKED_OUT: dict[str, Metric] = {metric.id: metric for metric in all_metrics().values() if not metric.counted}
