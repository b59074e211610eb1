"""Finds «переквалифицировать действия с … на …», in the operative part and in the reasons before it.

Invariants: one clause holds a requalification or none; outside the operative part it is believed only when the new charge is among those
of which the same accused is convicted, for the reasons also tell what the defence asked for.
"""

from collections.abc import Sequence

from courttally.law.charges import Charge
from courttally.law.sentences.articles import find_articles
from courttally.law.sentences.clauses import clauses
from courttally.law.sentences.model import Requalification
from courttally.law.sentences.phrases import Mark, phrase_at
from courttally.law.sentences.tokens import Token
from courttally.law.sentences.view import is_special

_REACH = 120
_MOST = 64


def find_requalifications(tokens: Sequence[Token], first: int, last: int) -> list[tuple[int, Requalification]]:
    """Requalifications in tokens[first:last] with the token of each."""
    places = [index for index in range(first, last) if tokens[index].text.startswith("переква")]
    if not places:
        return []
    found: list[tuple[int, Requalification]] = []
    ranges = iter(clauses(tokens, first, last))
    _, end = next(ranges)
    for place in places[:_MOST]:
        while place >= end:
            _, end = next(ranges)
        if phrase_at(tokens, place, end, "requalify") is None:
            continue
        reading = _reading(tokens, place, min(end, place + _REACH))
        if reading is not None:
            found.append((place, reading))
    return found


def _reading(tokens: Sequence[Token], place: int, end: int) -> Requalification | None:
    marks = [mark for mark in find_articles(tokens, place, end) if is_special(mark)]
    turn = next((number for number, mark in enumerate(marks) if _preceded(tokens, mark, ("на",))), None)
    if turn is None:
        return None
    old = marks[:turn]
    new = _same_list(tokens, marks[turn:])
    if turn and not any(_preceded(tokens, mark, ("с", "со")) for mark in old):
        return None
    return Requalification(
        old=tuple(mark.value for mark in old if isinstance(mark.value, Charge)),
        new=tuple(mark.value for mark in new if isinstance(mark.value, Charge)),
        rule="requalify.from-to" if old else "requalify.to",
        start=tokens[place].start,
        end=tokens[new[-1].last - 1].end,
    )


def _preceded(tokens: Sequence[Token], mark: Mark, words: tuple[str, ...]) -> bool:
    return tokens[mark.first - 1].text in words


def _same_list(tokens: Sequence[Token], marks: list[Mark]) -> list[Mark]:
    """The citations that go on as one list."""
    kept = marks[:1]
    for mark in marks[1:]:
        between = {tokens[index].text for index in range(kept[-1].last, mark.first)}
        if between - {",", "и", "-", "ук", "рф", "("}:
            break
        kept.append(mark)
    return kept
