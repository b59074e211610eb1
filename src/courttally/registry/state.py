"""From the current values of a record's fields to its state: outcome, slots, charges with their weight, sentences.

Counting rule 5: the record's outcome is the case result, else the latest of its accused's, else stayed or pending by its events. A
slot without a result of its own takes the case's only when it is the only slot; else it is ``unknown``. Rule 2: a charge's weight
is that of the statute table at the received date.

Pure: equal values give an equal state. Where a value stands on a page is not part of the state.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from courttally import courts
from courttally.law.statutes import is_wartime, severity
from courttally.registry.identity import Sighting
from courttally.registry.sentence_codes import decided
from courttally.registry.sentences import UNKNOWN, Settled, settle

_Row = tuple[Any, ...]
_SUSPENDED = {True: "yes", False: "no", None: UNKNOWN}
_NO_RESULT = ("", "", "", None)


@dataclass(frozen=True, slots=True)
class State:
    """What is known of one record: its own columns, and its rows in the tables of slots, charges and sentences.

    ``signals``: (code, field whose sighting it is about, or the page itself).
    """

    head: _Row
    accused: tuple[_Row, ...]
    charges: tuple[_Row, ...]
    sentences: tuple[_Row, ...]
    signals: tuple[tuple[str, str], ...]


def state_of(
    record: str, first: Sighting, guid: str | None, current: Mapping[str, Any], *, simulated: bool, second_hand: bool
) -> State:
    """The state of ``record``. ``first`` gives its key; ``current`` is field -> value as ``resolve`` takes them;
    ``second_hand``: nobody but others' exports has shown it so far."""
    signals: list[tuple[str, str]] = []
    received, received_raw = current.get("received", (None, ""))
    decided, decided_raw = current.get("result_date", (None, ""))
    result, rule, ground = current.get("result", ("", "", ""))
    uid, uid_valid = current.get("uid", (None, None))
    slots = current.get("slots", ())
    results = current.get("slot_results", ())
    if results and len(results) != len(slots):
        signals.append(("slots_disagree", "slot_results"))
    if len(results) != len(slots):
        results = (_NO_RESULT,) * len(slots)
    own = [(code, day) for code, _, _, day in results]
    outcome, outcome_date = _outcome(result, decided, own, stayed=current.get("events", False))
    verdicts = [decided] if result == "verdict" else []
    verdicts += [day for code, day in own if code == "verdict"]
    dated = [day for day in verdicts if day is not None]
    head = (
        record, first.court, courts.level_of(first.court), courts.region_of(first.court), first.branch, first.proceeding,
        first.srv_num, first.case_id, guid, uid, uid_valid, current.get("number"), received, received_raw, result, rule, ground,
        decided, decided_raw, current.get("in_force"), current.get("act", "unknown"), current.get("consideration"), len(slots),
        outcome, outcome_date, bool(verdicts), min(dated) if dated else None, simulated,
        second_hand,
    )  # fmt: skip
    accused = tuple(
        (record, n, name, *results[n], *_slot_outcome(own, n, outcome, outcome_date, decided))
        for n, (name, _) in enumerate(slots)
    )
    charges = tuple(
        (record, n, k, article, part, points, stage, role, is_wartime(article, part), *_weight(article, part, received))
        for n, (_, of_slot) in enumerate(slots)
        for k, (article, part, points, stage, role) in enumerate(of_slot)
    )
    if any(charge[_IN_FORCE] is False for charge in charges):
        signals.append(("part_not_in_force", "slots"))
    return State(head, accused, charges, _sentences(record, slots, current, signals), tuple(signals))


_IN_FORCE = 11


def _outcome(
    result: str, decided: date | None, own: list[tuple[str, date | None]], *, stayed: bool
) -> tuple[str, date | None]:
    if result:
        return result, decided
    given = [(day or date.min, n, code, day) for n, (code, day) in enumerate(own) if code]
    if given:
        _, _, code, day = max(given, key=lambda item: item[:2])
        return code, day
    return ("stayed" if stayed else "pending"), None


def _slot_outcome(
    own: list[tuple[str, date | None]], n: int, outcome: str, outcome_date: date | None, decided: date | None
) -> tuple[str, date | None]:
    code, day = own[n]
    if code:
        return code, day if day is not None or len(own) > 1 else decided
    return (outcome, outcome_date) if len(own) == 1 else (UNKNOWN, None)


def _weight(
    article: str, part: str | None, received: date | None
) -> tuple[int | None, int | None, bool | None, int, int]:
    """Weight in the statute table, and the keys of the tie rules: higher article number, higher part."""
    weight = severity(article, part, received)
    return weight.max_months, weight.min_months, weight.in_force, _dotted(article), _dotted(part or "")


def _dotted(text: str) -> int:
    """Orders 3 < 3.1 < 10 and 352 < 352.1; 0 for no or no numeric text."""
    head, _, tail = text.partition(".")
    if not head.isdigit() or (tail and not tail.isdigit()):
        return 0
    return int(head[:6]) * 1000 + (int(tail[:3]) if tail else 0)


def _sentences(
    record: str, slots: tuple[Any, ...], current: Mapping[str, Any], signals: list[tuple[str, str]]
) -> tuple[_Row, ...]:
    """The sentences known of the slots, from the latest sighting that carries decisions and from the texts linked to the record."""
    inline, second_hand = current.get("sentences", ((), False))
    charged = [frozenset((charge[0], charge[1] or UNKNOWN) for charge in of_slot) for _, of_slot in slots]
    found, odd = settle(inline, (current.get("sentences_in", ""), second_hand), current.get("texts", ()), charged)
    signals += odd
    if rulings := current.get("sentence_rulings"):
        texts = [Settled(each, current.get("sentences_in", ""), second_hand) for each in inline]
        texts += [
            Settled(each, text.ref, text.second_hand) for text in current.get("texts", ()) for each in text.sentences
        ]
        found = decided(record, found, texts, rulings)
    return tuple(
        (record, n, one.sentence.evidence, one.sentence.outcome, one.sentence.kind, one.sentence.months, one.sentence.days,
         one.sentence.fine, _SUSPENDED[one.sentence.suspended], one.sentence.probation_months, one.sentence.regime,
         one.sentence.convicted, one.sentence.requalified, one.second_hand, one.ref, one.sentence.document, one.sentence.rule,
         one.sentence.begins, one.sentence.ends)
        for n, one in enumerate(found)
        if one is not None
    )  # fmt: skip
