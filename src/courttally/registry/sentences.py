"""Sentences: what decisions say of the punishment, given to person slots.

Invariants: a sentence is *unknown* unless a decision or press item says it; a decision's persons are given to slots only where that needs
no guess (:func:`by_slot`). ``suspended`` is article 73 only. An act stands before a press item; where both speak and differ, the act's
value counts and a signal says so; where press items alone differ, nothing counts. No text is kept: codes, numbers, rule ids and the
place of the fragment.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from courttally.law.sentences import AccusedReading, Form, Found, read_decision

Row = tuple[Any, ...]
Charges = frozenset[tuple[str, str]]
"""Charges of one person as (article, part or "unknown")."""
UNKNOWN = "unknown"
WITHOUT = frozenset({"acquitted", "terminated", "medical", "released_from_punishment"})
"""Outcomes that end a matter without a punishment to serve."""
TEXT, PRESS = "text", "press"


@dataclass(frozen=True, slots=True)
class SentenceSeen:
    """What one decision says of one person. None: the text does not settle it."""

    document: int
    person: int
    evidence: str
    """``text`` (a decision) or ``press``."""
    rule: str
    """The rule that read the kind of punishment, or the outcome where there is none; ``begins`` and ``ends``: its fragment."""
    begins: int
    ends: int
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

    def settles(self) -> bool:
        """Whether it says what came of the person: a punishment, or an outcome that carries none."""
        return self.kind is not None or self.outcome in WITHOUT

    def disagrees(self, other: SentenceSeen) -> bool:
        """Whether two texts contradict each other: both say something, and not the same."""
        pairs = zip(self.decided()[1:], other.decided()[1:], strict=True)
        if any(mine is not None and its is not None and mine != its for mine, its in pairs):
            return True
        return self.outcome != other.outcome and bool({self.outcome, other.outcome} & WITHOUT)


@dataclass(frozen=True, slots=True)
class Text:
    """One decision or press item on a page of its own, as one capture shows it. ``identity`` is the same for all captures of it;
    ``order``: the number of the text among those of its record."""

    ref: str
    identity: str
    order: int
    rank: int
    second_hand: bool
    sentences: tuple[SentenceSeen, ...]


@dataclass(frozen=True, slots=True)
class Linked:
    """A text that counts for a record from one day until before another."""

    text: Text
    since: date
    until: date | None


@dataclass(frozen=True, slots=True)
class Settled:
    """The sentence of one slot, and the sighting or page that shows it."""

    sentence: SentenceSeen
    ref: str
    second_hand: bool


def sentence_rows(capture: str, seq: int, texts: Iterable[tuple[str, str]]) -> list[Row]:
    """Rows of ``sentences_seen`` for the decisions of one sighting: (kind of document, text)."""
    rows: list[Row] = []
    for document, (kind, text) in enumerate(texts):
        reading = read_decision(text, kind_hint="press" if kind == "press" else None)
        evidence = PRESS if kind == "press" or reading.form is Form.PRESS else TEXT
        for person, accused in enumerate(reading.accused):
            rows.append((capture, seq, document, person, evidence, *_values(accused)))
    return rows


def _values(accused: AccusedReading) -> Row:
    outcome, sentence = accused.outcome, accused.sentence
    convicted = ",".join(sorted({f"{f.value.article}/{f.value.part or UNKNOWN}" for f in accused.convicted}))
    kind = months = days = fine = suspended = probation = regime = None
    found: Found[Any] | None = outcome
    if sentence is not None:
        if sentence.main is not None:
            kind, found = str(sentence.main.kind.value), sentence.main.kind
            if sentence.main.term is not None:
                months, days = sentence.main.term.value.months, sentence.main.term.value.days
        fine = sentence.fine.value if sentence.fine is not None else None
        suspended = sentence.suspended.value if sentence.suspended is not None else None
        probation = sentence.probation.value.months if sentence.probation is not None else None
        regime = str(sentence.regime.value) if sentence.regime is not None else None
    code = str(outcome.value) if outcome is not None else None
    place = (found.rule, found.start, found.end) if found is not None else ("", 0, 0)
    said = (code, kind, months, days, fine, suspended, probation, regime, convicted, bool(accused.requalified))
    return (*place, *said)


def by_slot(found: Sequence[SentenceSeen], slots: Sequence[Charges]) -> list[SentenceSeen | None]:
    """The sentence of each slot, None where it is not known whose it is.

    A decision's persons are given to slots where it speaks of as many, and either there is one, or all have the same sentence, or
    each is convicted of just the charges of one slot, no two slots having the same, and nothing was requalified. Later documents of
    a page (an appeal's after a verdict) are read after earlier ones; only the last that settles the question counts.
    """
    given: list[SentenceSeen | None] = [None] * len(slots)
    for document in sorted({sentence.document for sentence in found}):
        persons = [sentence for sentence in found if sentence.document == document]
        for n, person in _given(persons, slots):
            given[n] = person if person.settles() or given[n] is None else given[n]
    return given


def _given(persons: Sequence[SentenceSeen], slots: Sequence[Charges]) -> list[tuple[int, SentenceSeen]]:
    if not persons or len(persons) != len(slots):
        return []
    if len({person.decided() for person in persons}) == 1:
        return list(enumerate(persons))
    charged = {charges: n for n, charges in enumerate(slots)}
    whose = [charged.get(convicted_of(person)) for person in persons]
    if len(charged) < len(slots) or None in whose or len(set(whose)) < len(slots):
        return []
    if any(person.requalified for person in persons):
        return []
    return sorted((n, person) for n, person in zip(whose, persons, strict=True) if n is not None)


def convicted_of(person: SentenceSeen) -> Charges:
    """The charges of which a text finds a person guilty."""
    pairs = (pair.partition("/") for pair in person.convicted.split(",") if pair)
    return frozenset((article, part) for article, _, part in pairs)


def settle(
    inline: Sequence[SentenceSeen], where: tuple[str, bool], texts: Sequence[Text], slots: Sequence[Charges]
) -> tuple[list[Settled | None], list[tuple[str, str]]]:
    """The sentence of each slot from the decisions ``inline`` on the record's own page and from ``texts`` linked to it, with
    signals as (code, ref). ``where``: the sighting that shows the inline ones, and whether it is second-hand.
    """
    acts: list[Settled | None] = [None] * len(slots)
    press: list[list[Settled]] = [[] for _ in slots]
    for text in _latest(texts):
        for n, person in enumerate(by_slot(text.sentences, slots)):
            if person is None:
                continue
            own = Settled(person, text.ref, text.second_hand)
            if person.evidence == PRESS:
                press[n] += [own] if person.settles() else []
            elif person.settles() or acts[n] is None:
                acts[n] = own
    for n, person in enumerate(by_slot(inline, slots)):
        if person is not None and (person.settles() or acts[n] is None):
            acts[n] = Settled(person, *where)
    found = [_one(act, told) for act, told in zip(acts, press, strict=True)]
    return [settled for settled, _ in found], [signal for _, signals in found for signal in signals]


def _latest(texts: Sequence[Text]) -> list[Text]:
    """The latest capture of each text, in the order of the texts; the page named is the first that said the same."""
    by_identity: dict[str, list[Text]] = {}
    for text in sorted(texts, key=lambda each: (each.rank, each.ref)):
        by_identity.setdefault(text.identity, []).append(text)
    kept = []
    for same in by_identity.values():
        ref = next(text.ref for text in same if text.sentences == same[-1].sentences)
        kept.append(replace(same[-1], ref=ref))
    return sorted(kept, key=lambda text: (text.order, text.identity))


def _one(act: Settled | None, press: Sequence[Settled]) -> tuple[Settled | None, list[tuple[str, str]]]:
    if act is not None and act.sentence.settles():
        against = [told for told in press if told.sentence.disagrees(act.sentence)]
        return act, [("press_disagrees", told.ref) for told in against]
    for told in press:
        if any(told.sentence.disagrees(other.sentence) for other in press):
            return act, [("press_disagrees", each.ref) for each in press]
    if not press:
        return act, []
    return max(press, key=lambda told: sum(value is not None for value in told.sentence.decided())), []
