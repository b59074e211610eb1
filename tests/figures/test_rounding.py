"""A quotient of two counts is rounded once, half up."""

from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from courttally.figures.desk import Desk
from courttally.figures.question import Question
from courttally.figures.scope import Scope, parse_scope
from courttally.figures.worked import work_out


@dataclass(frozen=True)
class InRegion:
    """All that a rate by region asks of a case."""

    region: str
    key: str = "a"
    received: date | None = None


class Cases:
    """A desk with so many cases in scope, of so many in all."""

    as_of = date(2025, 5, 31)

    def __init__(self, ours: int, every: int) -> None:
        self.ours, self.every = ours, every

    def cases(self, scope: Scope) -> list[InRegion]:
        return [InRegion("23")] * (self.every if scope.articles is None else self.ours)


def raw_rate(ours: int, every: int) -> str:
    question = Question("region_rate", parse_scope("refusal-wartime"), as_of=Cases.as_of)
    cells = work_out(cast("Desk", cast("Any", Cases(ours, every))), question)
    (value,) = (cell.value for cell in cells if cell.by == {"region": "23", "kind": "raw"})
    return value


def test_a_rate_by_region_is_rounded_once() -> None:
    """Found by the bench of dates: 950.04995 was first made 950.050, and that 950.1."""
    assert raw_rate(951, 1001) == "950.0"
    assert raw_rate(1, 8) == "125.0"
    assert raw_rate(1, 80000) == "0.0"
    assert raw_rate(1, 20000) == "0.1"  # a half goes up
    assert raw_rate(0, 3) == "0.0"
