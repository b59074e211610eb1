"""The order in which the rules run.

Numbers under a wrong label, start, stage or unit are found first, so that later rules do not take them for the measure of
others.
"""

from collections.abc import Callable, Iterator

from courttally.claims.findings import Finding, Findings
from courttally.claims.rules import (
    digit,
    dropped,
    growth,
    irreconcilable,
    mislabel,
    period,
    populations,
    received,
    stage,
    start,
    statute,
    truncation,
    unit,
    vintage,
)
from courttally.claims.ties import Book

Rule = Callable[[Book, Findings], Iterator[Finding]]

RULES: tuple[Rule, ...] = (
    mislabel.find,
    start.find,
    received.find,
    unit.find,
    stage.find,
    populations.find,
    period.find,
    digit.find,
    vintage.find,
    truncation.find,
    growth.find,
    dropped.find,
    statute.find,
    irreconcilable.find,
)
