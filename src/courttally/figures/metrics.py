"""Metric definitions: what each counts, in which unit, on which date. One row a metric; code reads rows.

A definition's ``version`` is part of every question's id: raise it whenever a count may come out differently.
"""

from __future__ import annotations

from dataclasses import dataclass

DIMENSIONS = (
    "article", "part", "stage", "role", "month", "year", "court", "region", "level", "outcome",
    "sentence_kind", "suspended", "evidence",
)  # fmt: skip
"""What a count can be split by. ``part`` always names its article: ``337/5``."""

OF_PERSONS = ("sentence_kind", "suspended", "evidence")
"""Dimensions that are known of persons only: they split metrics whose unit is the accused."""


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric. ``basis`` is its own date: received, finished or verdict. ``unit``: case, accused or matter."""

    id: str
    version: int
    unit: str
    basis: str
    default_scope: str
    title: str
    counts: str
    """One sentence: what is counted, and on which date."""
    is_not: str
    """One sentence: what it must not be taken for."""
    keep: str
    """Name of the condition in ``expr.KEEP`` that a unit must meet."""
    first_instance: bool = True
    """Whether only first-instance criminal records at garrison and district courts count (rule 3)."""


METRICS: dict[str, Metric] = {
    metric.id: metric
    for metric in (
        Metric(
            "cases_received", 1, "case", "received", "refusal", "Cases received",
            "Case records of criminal first instance at garrison and district (fleet) military courts, by the day received.",
            "Not persons, and not matters: a case that is returned and filed again, transferred or retried counts again.",
            "every",
        ),
        Metric(
            "cases_finished", 1, "case", "finished", "refusal", "Cases finished",
            "The same case records once they have a final outcome of any kind, by the day of the result.",
            "Not verdicts: terminated, returned and transferred cases are finished too.",
            "finished",
        ),
        Metric(
            "verdicts", 1, "case", "verdict", "refusal", "Cases with a verdict",
            "Case records with a verdict in the case or for any accused, by the day of the earliest verdict.",
            "Not convictions: an acquittal is a verdict too.",
            "verdict",
        ),
        Metric(
            "accused", 1, "accused", "received", "refusal", "Accused",
            "Persons accused in those case records, hidden names included, by the day the record was received.",
            "Not distinct people: a man accused in two cases is counted twice; not convicted persons.",
            "every",
        ),
        Metric(
            "accused_with_verdict", 1, "accused", "verdict", "refusal", "Accused with a verdict",
            "Accused whose own result is a verdict, by its day.",
            "Not convicted persons: an acquittal is a verdict too.",
            "verdict",
        ),
        Metric(
            "sentences_known", 1, "accused", "verdict", "refusal", "Known sentences",
            "Accused with a verdict whose sentence a published decision or press item says, by the day of the verdict.",
            "Not a sample: texts are published or withheld by each court's own practice, so shares among known sentences hold for those alone.",
            "sentence_known",
        ),
        Metric(
            "matters", 1, "matter", "received", "refusal", "Matters",
            "Criminal matters: case records with the same UID are one, by the day of the earliest.",
            "Not case records: a matter that was returned, transferred or retried counts once. So far linked by UID alone.",
            "every",
        ),
        Metric(
            "case_records", 1, "case", "received", "all", "Case records held",
            "Every case record held, all branches and proceedings, by the day received.",
            "Not a count of cases: appeals, materials and other branches are in it. Never in a public table.",
            "every",
            first_instance=False,
        ),
    )
}  # fmt: skip
