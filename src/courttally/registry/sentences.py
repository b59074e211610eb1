"""Sentences: what decisions say of the punishment, given to person slots.

Invariants: a sentence is *unknown* unless a decision or press item says it; a decision's persons are given to slots only where that needs no
guess: one person and one slot, or all persons of a decision with equal sentences for as many slots. ``suspended`` is article 73
only. No text is kept: codes, numbers, rule ids and the place of the fragment.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from courttally.law.sentences import AccusedReading, Form, read_decision

Row = tuple[Any, ...]
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class SentenceSeen:
    """What one decision says of one person. None: the text does not settle it."""

    document: int
    person: int
    evidence: str
    """``text`` (a decision) or ``press``."""
    outcome: str | None
    kind: str | None
    months: int | None
    days: int | None
    fine: int | None
    suspended: bool | None
    probation_months: int | None
    regime: str | None
    convicted: str
    requalified: bool

    def decided(self) -> Row:
        """What must be equal for two persons to have the same sentence."""
        return (
            self.outcome,
            self.kind,
            self.months,
            self.days,
            self.fine,
            self.suspended,
            self.probation_months,
            self.regime,
        )


def sentence_rows(capture: str, seq: int, texts: Iterable[tuple[str, str]]) -> list[Row]:
    """Rows of ``sentences_seen`` for the decisions of one sighting: (kind of document, text)."""
    rows: list[Row] = []
    for document, (kind, text) in enumerate(texts):
        reading = read_decision(text, kind_hint="press" if kind == "press" else None)
        evidence = "press" if kind == "press" or reading.form is Form.PRESS else "text"
        for person, accused in enumerate(reading.accused):
            rows.append((capture, seq, document, person, evidence, *_values(accused)))
    return rows


def _values(accused: AccusedReading) -> Row:
    outcome, sentence = accused.outcome, accused.sentence
    convicted = ",".join(sorted({f"{f.value.article}/{f.value.part or UNKNOWN}" for f in accused.convicted}))
    kind = months = days = fine = suspended = probation = regime = None
    if sentence is not None:
        if sentence.main is not None:
            kind = str(sentence.main.kind.value)
            if sentence.main.term is not None:
                months, days = sentence.main.term.value.months, sentence.main.term.value.days
        fine = sentence.fine.value if sentence.fine is not None else None
        suspended = sentence.suspended.value if sentence.suspended is not None else None
        probation = sentence.probation.value.months if sentence.probation is not None else None
        regime = str(sentence.regime.value) if sentence.regime is not None else None
    code = str(outcome.value) if outcome is not None else None
    return (code, kind, months, days, fine, suspended, probation, regime, convicted, bool(accused.requalified))


def by_slot(found: Sequence[SentenceSeen], slots: int) -> list[SentenceSeen | None]:
    """The sentence of each slot, None where it is not known whose it is.

    Later documents of a page (an appeal's after a verdict) are read after earlier ones; only the last that settles the question counts.
    """
    given: list[SentenceSeen | None] = [None] * slots
    for document in sorted({sentence.document for sentence in found}):
        persons = [sentence for sentence in found if sentence.document == document]
        alike = len({person.decided() for person in persons}) == 1
        if len(persons) == slots and (slots == 1 or alike):
            given = [
                person if person.kind is not None or given[n] is None else given[n] for n, person in enumerate(persons)
            ]
    return given
