"""Reads what a court decided about each accused from the text of a decision or a press item.

`read_decision` is pure and total: any text gives a reading, the same text the same reading, nothing is fetched or stored, and the time
is linear in the length of the text. Values carry the rule and the fragment they come from; what the text does not settle is unknown.
No name and no piece of the text is in the result. The rules and their limits are in docs/sentences.md.
"""

from collections.abc import Sequence
from itertools import pairwise

from courttally.law.sentences.clauses import find_operative
from courttally.law.sentences.conclude import conclude
from courttally.law.sentences.interpret import Interpreter
from courttally.law.sentences.ledger import Slot
from courttally.law.sentences.model import (
    AccusedReading,
    Count,
    DecisionReading,
    Doubt,
    Form,
    Found,
    Kind,
    Outcome,
    Punishment,
    Regime,
    Requalification,
    Sentence,
    Term,
)
from courttally.law.sentences.requalify import find_requalifications
from courttally.law.sentences.tokens import NUMBER, Token, tokenise
from courttally.law.sentences.words import words

__all__ = [
    "AccusedReading",
    "Count",
    "DecisionReading",
    "Doubt",
    "Form",
    "Found",
    "Kind",
    "Outcome",
    "Punishment",
    "Regime",
    "Requalification",
    "Sentence",
    "Term",
    "read_decision",
]

_ONE_OF_SEVERAL = words("acts", "one_of_several")
_HIS_PART = words("acts", "his_part")
_HINTS = (None, "decision", "press")


def read_decision(text: str, *, kind_hint: str | None = None) -> DecisionReading:
    """Read a decision (whole, or its operative part alone) or a press item.

    `kind_hint`: "decision" or "press" where the caller knows; None lets the text decide. Offsets in the result are into `text` as given.
    Raises ValueError for another hint.
    """
    if kind_hint not in _HINTS:
        raise ValueError(f"kind_hint must be one of {_HINTS}")
    tokens = tokenise(text)
    operative = find_operative(tokens, kind_hint)
    if operative is None or operative.first >= operative.last:
        return DecisionReading(Form.UNCLEAR, None, ())
    reader = Interpreter(tokens, operative)
    state = reader.read()
    for place, change in find_requalifications(tokens, 0, operative.last):
        _enter_requalification(state.slots, change, decided=place >= operative.first)
    press = operative.form is Form.PRESS
    # News that give several people whom they do not name a sentence each: nobody knows whose is whose.
    crowd = press and len(state.slots) == 1 and _tells_apart(tokens)
    accused = tuple(
        conclude(
            slot,
            state.roster.mentions[number],
            press=press,
            crowd=crowd,
            ruling=operative.verdict is False,
            closing_after=reader.closing_after,
        )
        for number, slot in enumerate(state.slots)
    )
    return DecisionReading(
        form=operative.form,
        operative=(tokens[operative.first].start, tokens[operative.last - 1].end),
        accused=tuple(each for each in accused if each.outcome is not None or each.sentence is not None),
        doubts=tuple(state.doubts),
    )


def _tells_apart(tokens: Sequence[Token]) -> bool:
    """«Один получил 5 лет, другой – 6»."""
    return any(
        one.text in _ONE_OF_SEVERAL and (then.kind == NUMBER or then.text in _HIS_PART)
        for one, then in pairwise(tokens)
    )


def _enter_requalification(slots: list[Slot], change: Requalification, *, decided: bool) -> None:
    """Give a requalification to the only accused, or to those whose own conviction confirms it."""
    new = {(charge.article, charge.part) for charge in change.new}
    for slot in slots:
        own = {(found.value.article, found.value.part) for found in slot.convicted}
        if (len(slots) == 1 and (decided or not own)) or own & new:
            slot.requalified.append(change)
