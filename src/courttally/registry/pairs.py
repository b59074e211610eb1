"""Links that wait for a person, each with what both records show side by side: what ``courttally review links`` asks.

Invariants: names are masks; a pair that a person has decided waits no more, unless the decision was reopened because its sources
changed; where one of a record's candidates was decided to be it, the others wait no more either. Nothing is stored.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from courttally import courts
from courttally.engine import Engine, Row
from courttally.registry import views, views_past
from courttally.registry.case import OUTCOME_WORDS, charge_words, words
from courttally.registry.judged import IN_FORCE, REOPENED, standing
from courttally.registry.judgement import Judgement
from courttally.registry.link_rules import rule
from courttally.registry.spans import UPPER
from courttally.registry.trace import Tracer

NOW = date.max


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records that may be one matter. ``place`` of ``of``: where it stands among the candidates of its earlier record."""

    before: str
    after: str
    kind: str
    rule: str
    """The rule, or ``decision`` where a decision of a person was reopened."""
    says: str
    """Why it may be so, in words."""
    weight: int
    """Hundredths of log2 of how much likelier the likeness is in one matter than by chance."""
    place: int
    of: int


@dataclass(frozen=True, slots=True)
class Beside:
    """One line of two records side by side. ``alike``: ``yes``, ``no``, or "" where at least one of them does not say."""

    label: str
    before: str
    after: str
    alike: str


def waiting(engine: Engine, held: Iterable[Judgement]) -> list[Pair]:
    """Every pair that waits: reopened decisions first, then the surest candidates, those of one earlier record together."""
    every = list(held)
    states = standing(engine, every)  # of all: a correction bears on what a merge rests on
    judged = [each for each in every if each.kind in ("merge", "split")]
    reopened = {tuple(sorted(each.records)): each for each in judged if states[each.id] == REOPENED}
    settled = {tuple(sorted(each.records)) for each in judged} - reopened.keys()
    merged = [_of(engine, each) for each in judged if each.kind == "merge" and states[each.id] == IN_FORCE]
    groups: dict[str, list[Row]] = {}
    for row in views_past.waiting_links(engine):
        before, after, kind, *_ = row
        pair = tuple(sorted((before, after)))
        asked = Pair(before, after, kind, "", "", 0, 1, 1)
        if pair not in settled and pair not in reopened and still_open(asked, merged):
            groups.setdefault(after if kind in UPPER else before, []).append(row)
    found = [_of(engine, each) for each in reopened.values()]
    ordered = sorted(groups.items(), key=lambda item: (-max(row[4] for row in item[1]), len(item[1]), item[0]))
    for _, rows in ordered:
        received = {
            key: values["received"] for key, values in views.records_at(engine, [row[1] for row in rows], NOW).items()
        }
        rows.sort(key=lambda row: (-row[4], received.get(row[1]) or date.max, row[1]))
        for place, (before, after, kind, name, weight, _) in enumerate(rows, 1):
            found.append(Pair(before, after, kind, name, rule(name).says, weight, place, len(rows)))
    return found


def still_open(pair: Pair, merged: Iterable[Pair]) -> bool:
    """Whether a pair can be one matter beside what was merged: a record has one successor and one predecessor."""
    return not any(
        (pair.kind in UPPER) == (each.kind in UPPER)
        and (pair.after == each.after or (pair.before == each.before and pair.kind not in UPPER))
        for each in merged
    )


def _of(engine: Engine, judged: Judgement) -> Pair:
    """A decision about two records as a pair, the earlier one first."""
    known = views.records_at(engine, list(judged.records), NOW)
    before, after = sorted(judged.records, key=lambda key: (known[key]["received"] or date.max, key))
    says = f"{judged.id} decided this ({judged.kind}), and the pages no longer show what it rests on"
    above = next((key.split(":")[2] for key in (before, after) if key.split(":")[2] in UPPER), judged.kind)
    return Pair(before, after, above, "decision", says, 0, 1, 1)


def named(tracer: Tracer, record: str) -> str:
    """The lines that name the accused of a record, as its pages show them: for a terminal, and to be stored nowhere."""
    shown = tracer.record(record, NOW)
    lines = [each.text for each in shown if each.field.startswith("name of accused")]
    return " | ".join(lines or [each.text for each in shown if each.field.startswith("charges of accused")])


def beside(engine: Engine, one: str, other: str, tracer: Tracer | None = None) -> list[Beside]:
    """Two records side by side, as they are known now; names masked, unless a ``tracer`` that reveals them is given.

    Raises KeyError when one of them is not known.
    """
    keys = [one, other]
    records = views.records_at(engine, keys, NOW)
    accused = views.accused_at(engine, keys, NOW)
    charges = views.charges_at(engine, keys, NOW)
    shown = [_shown(records[key], accused.get(key, []), charges.get(key, [])) for key in keys]
    if tracer is not None:
        for key, values in zip(keys, shown, strict=True):
            values["names"] = named(tracer, key)
    lines = [
        Beside(label, shown[0][label], shown[1][label], _alike(label, shown[0][label], shown[1][label]))
        for label in shown[0]
    ]
    came, ended = records[other]["received"], records[one]["outcome_date"]
    if came is not None and ended is not None:
        lines.append(
            Beside("days between", "", f"{(came - ended).days} from the earlier's outcome to the later's receipt", "")
        )
    return lines


_COMPARED = frozenset({"court", "UID", "accused", "names", "charges"})
"""What speaks for or against one matter by being alike; days and outcomes follow one another."""


def _alike(label: str, one: str, other: str) -> str:
    if label not in _COMPARED or not one or not other or "none stated" in (one, other):
        return ""
    if label == "names":
        return ""  # masks say nothing of whether names are the same
    return "yes" if one == other else "no"


def _shown(values: dict[str, Any], accused: list[Row], charges: list[Row]) -> dict[str, str]:
    of_slot: dict[int, list[str]] = {}
    for slot, _, article, part, points, stage, role, *_ in charges:
        of_slot.setdefault(slot, []).append(charge_words(article, part, points, stage, role))
    ground = f", {words(values['ground'])}" if values["ground"] else ""
    on = f" on {values['outcome_date']}" if values["outcome_date"] else ""
    uid = values["uid"] or ""
    return {
        "case record": values["record"],
        "court": courts.label(values["court"], "en"),
        "proceeding": values["proceeding"],
        "number": values["number"] or "",
        "UID": uid if uid == "" or values["uid_valid"] else f"{uid} (check digits do not hold)",
        "received": str(values["received"] or values["received_raw"] or ""),
        "outcome": f"{OUTCOME_WORDS[values['outcome']]}{on}{ground}",
        "accused": str(values["slots"]) if accused else "",
        "names": ", ".join(row[1] for row in accused),
        "charges": " | ".join(
            sorted("; ".join(sorted(of_slot.get(slot, []))) or "none stated" for slot, *_ in accused)
        ),
    }
