"""The rehearsal's own data: statutes, wordings, worlds, names. Read once from TOML files beside this module.

Invariants: nothing here comes from the reader's tables; a charge without a number in the statute table has no term.
"""

import random
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from courttally.rehearsal.model import Charge, day_of


@cache
def table(name: str) -> dict[str, Any]:
    """A data file of the rehearsal, by its name without ending."""
    return tomllib.loads((files("courttally.rehearsal") / f"{name}.toml").read_text(encoding="utf-8"))


class Part(NamedTuple):
    """A part of an article: terms in months, the first day in force (0: always), and how often it is charged."""

    article: str
    part: str
    term: int | None
    minimum: int
    since: int
    weight: int
    alone: bool


@cache
def parts() -> tuple[Part, ...]:
    """All parts of the articles in scope."""
    return tuple(
        Part(
            row["article"],
            row["part"],
            row.get("term"),
            row.get("minimum", 0),
            day_of(row["since"]) if "since" in row else 0,
            row["weight"],
            row.get("alone", False),
        )
        for row in table("statutes")["part"]
    )


@cache
def scope_articles() -> tuple[str, ...]:
    """The articles the world is about."""
    return tuple(table("statutes")["scope_articles"])


@cache
def wartime_since() -> int:
    """The day the wartime parts came into force."""
    return day_of(table("statutes")["wartime_since"])


@cache
def is_wartime(article: str, part: str | None) -> bool:
    """Whether a part belongs to the headline scope (DESIGN, counting rule 1; 332 part 4 is not in any world)."""
    return f"{article}/{part}" in {"332/2.1", "332/2.2", "332/4", "337/2.1", "337/3.1", "337/5", "338/3"}


@cache
def term_of(article: str, part: str | None, day: int) -> tuple[int, int] | None:
    """Longest and shortest term in months of a part on a day; None where there is no number or the part is not in force."""
    for row in parts():
        if (row.article, row.part) == (article, part):
            return None if row.term is None or day < row.since else (row.term, row.minimum)
    return None


def draw_part(rng: random.Random, article: str, day: int, wartime: bool) -> Part:
    """A part of an article that can be charged on a day."""
    choice = [p for p in parts() if p.article == article and is_wartime(article, p.part) == wartime and day >= p.since]
    return rng.choices(choice, [p.weight for p in choice])[0]


@cache
def _others(level: str) -> tuple[tuple[Charge, ...], tuple[int, ...]]:
    rows = table("statutes")["others"]["district" if level == "district" else "garrison"]
    return tuple(Charge(a, p or None, tuple(points)) for a, p, points, _ in rows), tuple(w for *_, w in rows)


def draw_other(rng: random.Random, level: str) -> Charge:
    """A charge of another article."""
    charges, weights = _others(level)
    return rng.choices(charges, weights)[0]


def chance(rng: random.Random, name: str) -> bool:
    """Whether something happens that the world file gives a chance per ten thousand."""
    return chance_of(rng, int(table("worlds")["chance"][name]))


def chance_of(rng: random.Random, share: int) -> bool:
    """Whether something happens that happens so many times in ten thousand."""
    return rng.randrange(10_000) < share


@cache
def result_words(outcome: str) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """The plain and the drifting wordings of an outcome, and its grounds."""
    row = table("wordings")["result"][outcome]
    return tuple(row["plain"]), tuple(row["drift"]), tuple(row.get("grounds", ()))


def word(rng: random.Random, section: str, key: str) -> str:
    """One of the wordings of a section."""
    return str(rng.choice(table("wordings")[section][key]))
