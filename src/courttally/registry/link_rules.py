"""The rules of links, read from ``links.toml``: which likeness of two case records means what, and how surely.

Invariants: a rule is data; a file with an unknown key, kind or word is refused. Weights are integers (hundredths of log2), stated and
versioned, never learnt from the data at hand: what holds as of D must not depend on what came later.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from courttally.law.tables import Table, read_toml

KINDS = (
    "same_uid", "refiled", "transferred", "joined", "split", "appeal", "cassation", "retrial", "older_number", "decided",
)  # fmt: skip
"""Kinds of link. ``decided``: by a person, in the decision ledger."""

HOW = ("uid", "lower", "older", "names", "name", "charges", "article")
AFTER = ("any", "returned", "transferred", "quashed", "gone", "joined", "split")
WHERE = ("any", "same", "other", "above")
ONE = ("none", "to", "both")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; see the head of ``links.toml`` for the meaning of its columns."""

    id: str
    says: str
    kind: str
    rank: int
    how: str
    after: str
    where: str
    first_day: int
    last_day: int
    one: str
    merge: bool
    automatic: bool
    weight: int


@cache
def rules() -> tuple[Rule, ...]:
    """All rules, the strongest first. Raises ValueError for a file that does not keep to the words above."""
    data = read_toml("courttally.registry", "links.toml")
    data.take("version", int)
    found = tuple(_rule(row) for row in data.take_tables("rule"))
    data.done()
    if len({rule.id for rule in found}) != len(found):
        raise ValueError("links.toml: two rules with one id")
    return tuple(sorted(found, key=lambda rule: (rule.rank, rule.id)))


def rule(name: str) -> Rule:
    """The rule of an id. Raises KeyError when there is none."""
    for each in rules():
        if each.id == name:
            return each
    raise KeyError(name)


def _rule(row: Table) -> Rule:
    days = row.take("days", list)
    if len(days) != 2 or not all(isinstance(day, int) for day in days) or days[0] > days[1]:
        raise ValueError(f"{row.place}: days are two numbers, the fewest first")
    made = Rule(
        id=row.take("id", str),
        says=row.take("says", str),
        kind=_word(row, "kind", KINDS),
        rank=row.take("rank", int),
        how=_word(row, "how", HOW),
        after=_word(row, "after", AFTER),
        where=_word(row, "where", WHERE),
        first_day=days[0],
        last_day=days[1],
        one=_word(row, "one", ONE),
        merge=row.take("merge", bool),
        automatic=row.take("automatic", bool),
        weight=row.take("weight", int),
    )
    row.done()
    return made


def _word(row: Table, key: str, allowed: tuple[str, ...]) -> str:
    value = row.take(key, str)
    if value not in allowed:
        raise ValueError(f"{row.place}: {key} is one of {', '.join(allowed)}")
    return value
