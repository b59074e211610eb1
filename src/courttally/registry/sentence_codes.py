"""Sentences as a person writes them down in a decision: ``imprisonment 66m real regime=general``, ``fine=50000``, ``acquitted``, ``none``.

Invariants: ``spell`` and ``parse`` are inverse to each other; ``none`` is *unknown*. A person reads what a text says and adds nothing:
where no decision or press item is held for a record, no sentence is known, whatever anybody decides.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from courttally.law.sentences import Kind, Outcome, Regime
from courttally.registry.sentences import WITHOUT, SentenceSeen, Settled

UNKNOWN = "none"
FIELD = re.compile(r"sentence\.([1-9][0-9]?)")
"""A correction of the sentence of one accused, counted from 1."""

_KINDS = tuple(kind.value for kind in Kind if kind is not Kind.NONE)
_REGIMES = tuple(regime.value for regime in Regime)
_SIZE = re.compile(r"([1-9][0-9]{0,3})([md])")
_NUMBER = re.compile(r"(fine|probation)=([1-9][0-9]{0,9})(m?)")
HELP = (
    f"a kind ({', '.join(_KINDS)}) with 66m for months, 10d for days, fine=50000, suspended or real, probation=24m, "
    f"regime={'|'.join(_REGIMES)}; or one of {', '.join(sorted(WITHOUT))}; or {UNKNOWN}"
)


@dataclass(frozen=True, slots=True)
class Written:
    """A sentence as a person wrote it down; sizes in months, days and roubles, None where it is not said."""

    outcome: str | None = None
    kind: str | None = None
    months: int | None = None
    days: int | None = None
    fine: int | None = None
    suspended: bool | None = None
    probation_months: int | None = None
    regime: str | None = None


class Ruling(Protocol):
    """What a decision about a sentence says: see ``judgement.Judgement``."""

    @property
    def id(self) -> str: ...
    @property
    def value(self) -> str: ...
    @property
    def rests_on(self) -> Mapping[str, str]: ...


def slot_of(field: str) -> int | None:
    """The slot, from 0, that a field of the ledger names; None where it is no sentence."""
    found = FIELD.fullmatch(field)
    return int(found[1]) - 1 if found else None


def spell(sentence: Written | SentenceSeen | None) -> str:
    """A sentence in the words of the ledger."""
    if sentence is None or (sentence.kind is None and sentence.outcome not in WITHOUT):
        return UNKNOWN
    said = [sentence.kind if sentence.kind is not None and sentence.kind != Kind.NONE else sentence.outcome or UNKNOWN]
    said += [f"{sentence.months}m"] if sentence.months else []
    said += [f"{sentence.days}d"] if sentence.days else []
    said += [f"fine={sentence.fine}"] if sentence.fine else []
    said += [{True: "suspended", False: "real"}[sentence.suspended]] if sentence.suspended is not None else []
    said += [f"probation={sentence.probation_months}m"] if sentence.probation_months else []
    said += [f"regime={sentence.regime}"] if sentence.regime else []
    return " ".join(said)


def parse(text: str) -> Written | None:
    """What a person wrote down, None for *unknown*. Raises ValueError with what can be written."""
    words = text.split()
    if words == [UNKNOWN]:
        return None
    if len(words) == 1 and words[0] in WITHOUT:
        return Written(outcome=words[0])
    found: dict[str, Any] = {}
    for word in words:
        size, number = _SIZE.fullmatch(word), _NUMBER.fullmatch(word)
        name, _, value = word.partition("=")
        if word in _KINDS:
            name, value = "kind", word
        elif word in ("suspended", "real"):
            name = "suspended"
        elif size is not None:
            name, value = {"m": "months", "d": "days"}[size[2]], size[1]
        elif number is not None and bool(number[3]) == (name == "probation"):
            name, value = {"fine": "fine", "probation": "probation_months"}[name], number[2]
        elif name != "regime" or value not in _REGIMES:
            raise ValueError(f"a sentence is {HELP}")
        if name in found:
            raise ValueError("a sentence says each thing once")
        found[name] = word == "suspended" if name == "suspended" else int(value) if value.isdigit() else value
    if found.get("fine") and "kind" not in found:
        found["kind"] = Kind.FINE.value
    if "kind" not in found:
        raise ValueError(f"a sentence is {HELP}")
    return Written(outcome=Outcome.CONVICTED.value, **found)


def decided(
    record: str, found: Sequence[Settled | None], texts: Sequence[Settled], rulings: Mapping[int, Ruling]
) -> list[Settled | None]:
    """Sentences of slots with what people decided of them, where the sources say what a decision rests on.

    ``texts``: what the texts held for the record say of anybody, the one to stand behind a decision first.
    """
    made = list(found)
    for slot, each in rulings.items():
        if slot >= len(made):
            continue
        held = made[slot]
        if spell(held.sentence if held is not None else None) != each.rests_on[record]:
            continue
        behind = held or next(iter(texts), None)
        written = parse(each.value)
        if written is None or behind is None:
            made[slot] = None
            continue
        sentence = replace(
            behind.sentence, rule=f"decision:{each.id}", begins=0, ends=0, outcome=written.outcome, kind=written.kind,
            months=written.months, days=written.days, fine=written.fine, suspended=written.suspended,
            probation_months=written.probation_months, regime=written.regime,
        )  # fmt: skip
        made[slot] = replace(behind, sentence=sentence)
    return made
