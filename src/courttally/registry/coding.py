"""Double coding: a random sample that two people code without seeing each other's answers, nor the program's; and how they agree.

Invariants: ``HOME/coding.jsonl`` is append-only and hash-chained like every ledger. A sample is drawn by a seed from what a snapshot
holds, so that anybody can draw it again; the program's own answer is written down when it is drawn. Coding measures and changes no
count. Nobody's answers are shown before two coders are through. No text of a page is kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from courttally.archive import Clock
from courttally.archive.ledger import append_ledger, read_ledger
from courttally.engine import Engine
from courttally.law import outcomes
from courttally.law.sentences import Kind
from courttally.registry import views_past, views_texts

UNCLEAR = "unclear"
KINDS = ("links", "results", "sentences")
SUSPENDED = ("imprisonment", "restriction_of_military_service", "correctional_labour", "disciplinary_unit")
"""Kinds of punishment that article 73 knows: coded apart where they are suspended."""
LARGEST = 500


@dataclass(frozen=True, slots=True)
class Unit:
    """One thing to code: ``key`` names it (a pair of records; a record and its capture and place; a record and slot), ``ours`` is the
    program's answer when the sample was drawn."""

    key: str
    ours: str


@dataclass(frozen=True, slots=True)
class Sample:
    """A drawn sample, with every code that was given: coder -> key -> code. ``settled``: key -> a third person's code."""

    id: str
    kind: str
    seed: int
    snapshot: str
    drawn_from: int
    units: tuple[Unit, ...]
    codes: Mapping[str, Mapping[str, str]]
    settled: Mapping[str, str]

    def through(self) -> list[str]:
        """The coders who coded every unit, in the order of their first answer."""
        return [who for who, given in self.codes.items() if len(given) == len(self.units)]

    def left(self, who: str) -> list[Unit]:
        """What a coder has not coded yet, in an order of his own."""
        given = self.codes.get(who, {})
        return sorted((unit for unit in self.units if unit.key not in given), key=lambda unit: _order(who, unit.key))

    def disputed(self) -> list[Unit]:
        """The units to which those who are through gave different codes."""
        coders = self.through()
        return [unit for unit in self.units if len({self.codes[who][unit.key] for who in coders}) > 1]

    def concluded(self) -> dict[str, str]:
        """Key -> the code that all gave, or that a third person settled; units without either are absent."""
        coders = self.through()
        found = {unit.key: {self.codes[who][unit.key] for who in coders} for unit in self.units}
        return {key: next(iter(codes)) for key, codes in found.items() if len(codes) == 1} | dict(self.settled)


def path(home: Path) -> Path:
    """The ledger's file."""
    return home / "coding.jsonl"


def codes_of(kind: str) -> tuple[str, ...]:
    """The codes that a unit of a kind can get, ``unclear`` last. Raises ValueError for no such kind."""
    if kind == "links":
        return ("same", "other", UNCLEAR)
    if kind == "results":
        return (*sorted({rule.code for rule in outcomes.vocabulary().sections["case_outcome"]}), UNCLEAR)
    if kind == "sentences":
        return (*(each.value for each in Kind), *(f"{each}_suspended" for each in SUSPENDED), UNCLEAR)
    raise ValueError(f"a sample is of {', '.join(KINDS)}")


def population(engine: Engine, kind: str) -> list[Unit]:
    """Everything of a kind that can be drawn, with the program's answer.

    ``links``: pairs that are linked as one matter, and candidates. ``results``: case results of criminal first instance, one a record.
    ``sentences``: persons with a verdict for whose case a text is held.
    """
    if kind == "links":
        return [
            Unit(f"{before} {after}", UNCLEAR if status == "candidate" else "same")
            for before, after, status in views_past.pairs_linked(engine)
        ]
    if kind == "results":
        return [
            Unit(f"{record} {capture}", UNCLEAR if result == "unmapped" else result)
            for record, capture, result in views_texts.results_shown(engine)
        ]
    if kind == "sentences":
        return [
            Unit(f"{record} {slot}", _sentence(outcome, punishment, suspended))
            for record, slot, outcome, punishment, suspended in views_texts.sentences_told(engine)
        ]
    raise ValueError(f"a sample is of {', '.join(KINDS)}")


def _sentence(outcome: str | None, kind: str | None, suspended: str | None) -> str:
    if kind is None:
        return Kind.NONE.value if outcome in ("acquitted", "terminated", "released_from_punishment") else UNCLEAR
    return f"{kind}_suspended" if suspended == "yes" and kind in SUSPENDED else kind


def draw(
    home: Path, engine: Engine, *, kind: str, size: int, seed: int, snapshot: str, who: str, clock: Clock
) -> Sample:
    """Draw a sample and write it down. Raises ValueError for an empty population, a size out of range, or no name."""
    if not who.strip():
        raise ValueError("a sample needs who draws it")
    if not 1 <= size <= LARGEST:
        raise ValueError(f"a sample has 1 to {LARGEST} units")
    every = population(engine, kind)
    if not every:
        raise ValueError(f"nothing of that kind is held: no {kind} to draw from")
    drawn = sorted(every, key=lambda unit: _order(str(seed), unit.key))[:size]
    entry = {
        "event": "sample", "kind": kind, "seed": seed, "snapshot": snapshot, "drawn_from": len(every), "who": who.strip(),
        "units": [[unit.key, unit.ours] for unit in sorted(drawn, key=lambda unit: unit.key)],
    }  # fmt: skip
    written = append_ledger(path(home), entry, clock)
    entries = read_ledger(path(home)).entries
    return samples(home)[f"k-{1 + max(n for n, each in enumerate(entries) if each == written)}"]


def _order(seed: str, key: str) -> str:
    return hashlib.sha256(f"{seed}\0{key}".encode()).hexdigest()


def samples(home: Path) -> dict[str, Sample]:
    """Every sample with the codes given so far. Raises ValueError when the ledger is broken."""
    state = read_ledger(path(home))
    if state.broken is not None:
        line, what = state.broken
        raise ValueError(f"coding.jsonl is broken at line {line}: {what}")
    drawn: dict[str, Sample] = {}
    codes: dict[str, dict[str, dict[str, str]]] = {}
    settled: dict[str, dict[str, str]] = {}
    for line, entry in enumerate(state.entries, 1):
        match entry.get("event"):
            case "sample":
                name = f"k-{line}"
                units = entry["units"]
                found = tuple(Unit(str(key), str(ours)) for key, ours in units) if isinstance(units, list) else ()
                drawn[name] = Sample(
                    name, str(entry["kind"]), int(str(entry["seed"])), str(entry["snapshot"]), int(str(entry["drawn_from"])),
                    found, codes.setdefault(name, {}), settled.setdefault(name, {}),
                )  # fmt: skip
            case "code":
                codes[str(entry["sample"])].setdefault(str(entry["who"]), {})[str(entry["unit"])] = str(entry["code"])
            case "settle":
                settled[str(entry["sample"])][str(entry["unit"])] = str(entry["code"])
    return drawn


def give(home: Path, sample: Sample, unit: Unit, *, code: str, who: str, clock: Clock, third: bool = False) -> None:
    """Write one code down. ``third``: a third person settles what two coders disagree on. Raises ValueError for what cannot be."""
    if code not in codes_of(sample.kind):
        raise ValueError(f"'{code}' is none of {', '.join(codes_of(sample.kind))}")
    if not who.strip():
        raise ValueError("a code needs who gives it")
    if third and who in sample.codes:
        raise ValueError("who coded the sample cannot settle it: a third person does")
    if not third and unit.key in sample.codes.get(who, {}):
        raise ValueError("that unit is coded already")
    event = "settle" if third else "code"
    append_ledger(path(home), {"event": event, "sample": sample.id, "unit": unit.key, "code": code, "who": who}, clock)


def table(pairs: Sequence[tuple[str, str]]) -> tuple[list[str], list[list[int]]]:
    """The codes that were used, and how often the first coder gave the one (row) where the second gave the other (column)."""
    used = sorted({code for pair in pairs for code in pair})
    return used, [[sum(pair == (one, other) for pair in pairs) for other in used] for one in used]
