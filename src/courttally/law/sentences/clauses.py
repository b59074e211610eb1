"""Cuts tokens into clauses, and finds the operative part of a decision.

Invariants: clauses cover the given range in order without overlap; a clause ends at a semicolon, at a full stop that is no
abbreviation, at an empty line, and at a line that begins with a bullet or with a word that begins the points of a judgment.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from courttally.law.sentences.model import Form
from courttally.law.sentences.phrases import phrase_at
from courttally.law.sentences.tokens import MASK, NUMBER, WORD, Token
from courttally.law.sentences.words import words

_ABBREVIATIONS = words("clauses", "abbreviations")
_DANGLING = words("clauses", "dangling")
_BULLETS = words("clauses", "bullets")
_MARKERS = words("clauses", "markers")
_HEADINGS = words("clauses", "headings")
_ORDERS = words("clauses", "orders")
_TOLD = words("clauses", "told")
_FOUND_BEFORE = words("clauses", "found_before")
_NEAR = 60
_SHORTEST_MARKER = 7
_MARKER_ENDINGS = ("ил", "ила", "или")
_MARKER_BEGINNINGS = {"пригов": "приговорил", "постан": "постановил", "опред": "определил"}
_SOON = 8


def clauses(tokens: Sequence[Token], first: int, last: int) -> list[tuple[int, int]]:
    """Ranges of clauses in tokens[first:last]."""
    ranges: list[tuple[int, int]] = []
    start = first
    for index in range(first + 1, last):
        if _breaks(tokens, index, last, start):
            ranges.append((start, index))
            start = index
    if start < last:
        ranges.append((start, last))
    return ranges


def _starts(tokens: Sequence[Token], index: int, limit: int) -> bool:
    return phrase_at(tokens, index, limit, "start") is not None


def _breaks(tokens: Sequence[Token], index: int, limit: int, start: int) -> bool:
    token, before = tokens[index], tokens[index - 1]
    if before.text == ";":
        return True
    if before.text in ".!?" and before.kind != MASK:
        return _full_stop(tokens, index, limit, start)
    if token.gap == 3:
        return before.text not in _DANGLING and before.text != ","
    if token.gap == 2:
        bullet = token.text in _BULLETS or _numbered(tokens, index, limit)
        return bullet or (token.capital and before.text not in _DANGLING and _starts(tokens, index, limit))
    return False


def _numbered(tokens: Sequence[Token], index: int, limit: int) -> bool:
    """«1.» or «2)» at the beginning of a line."""
    token = tokens[index]
    if token.kind != NUMBER or len(token.text) > 2 or index + 2 >= limit:
        return False
    follower = tokens[index + 1]
    return follower.gap == 0 and (follower.text == ")" or (follower.text == "." and tokens[index + 2].gap > 0))


def _full_stop(tokens: Sequence[Token], index: int, limit: int, start: int) -> bool:
    token = tokens[index]
    word = tokens[index - 2] if index - 2 >= start else None
    if word is not None and word.kind == WORD and (len(word.text) == 1 or word.text in _ABBREVIATIONS):
        return token.capital and _starts(tokens, index, limit)
    if word is not None and word.kind == NUMBER and index - 2 == start:
        return False  # the number of a point: «1. Признать …»
    if token.kind == WORD:
        return token.capital and (token.gap > 0 or token.upper is False or _starts(tokens, index, limit))
    return token.gap > 0


@dataclass(frozen=True, slots=True)
class Operative:
    """tokens[first:last] is what to read; `form` says why. `verdict`: the marker is that of a judgment (True) or of a ruling
    (False), None without a marker."""

    form: Form
    first: int
    last: int
    verdict: bool | None = None


def find_operative(tokens: Sequence[Token], kind_hint: str | None) -> Operative | None:
    """The operative part: after the last marker that stands out, else the whole text where it reads like one, else a press item.

    A press item has no marker and no orders in the infinitive. None where the text is of none of these kinds.
    """
    size = len(tokens)
    if kind_hint != "press":
        marker = _last_marker(tokens) or _plain_marker(tokens)
        if marker is not None:
            return Operative(Form.MARKED, marker[0], size, marker[1])
    ordered = any(token.text in _ORDERS for token in tokens[:_NEAR])
    narrated = any(token.text in _FOUND_BEFORE for token in tokens)
    if kind_hint != "press" and ordered and not narrated and not _told_first(tokens):
        return Operative(Form.OPERATIVE_ONLY, 0, size)
    if kind_hint == "decision":
        return None
    if kind_hint == "press" or (not narrated and any(token.text in _TOLD for token in tokens)):
        return Operative(Form.PRESS, 0, size)
    return None


def _told_first(tokens: Sequence[Token]) -> bool:
    """Whether the text tells what a court did, or a verb in the past stands before the first order: «дело прекращено … решено передать»."""
    if any(token.text in words("clauses", "told_by_court") for token in tokens):
        return True
    for token in tokens:
        if token.text in _TOLD:
            return True
        if token.text in _ORDERS:
            return False
    return False


def _last_marker(tokens: Sequence[Token]) -> tuple[int, bool] | None:
    """The first token after the marker, and whether it is that of a judgment. The best marker stands out and has an order soon after it."""
    best: tuple[int, bool] | None = None
    for end, word in _markers(tokens):
        followed = any(token.text in _ORDERS for token in tokens[end : end + _NEAR])
        if followed or best is None:
            best = end, word.startswith("приговор")
    return best


def _plain_marker(tokens: Sequence[Token]) -> tuple[int, bool] | None:
    """A marker that does not stand out, «суд приговорил признать …», with the order right after it."""
    best: tuple[int, bool] | None = None
    for index, token in enumerate(tokens):
        if token.text in _MARKERS and any(each.text in _ORDERS for each in tokens[index + 1 : index + 1 + _SOON]):
            best = index + 1, token.text.startswith("приговор")
    return best


def _markers(tokens: Sequence[Token]) -> list[tuple[int, str]]:
    """The markers that stand out: the index after each, and its word."""
    found: list[tuple[int, str]] = []
    size = len(tokens)
    for index, token in enumerate(tokens):
        if token.kind != WORD:
            continue
        marker = _marker_at(tokens, index)
        if marker is None:
            continue
        end, word = marker
        alone = end >= size or tokens[end].gap >= 2
        colon = end < size and tokens[end].text in (":", ";", "-", ".")
        headed = index > 0 and tokens[index - 1].text in _HEADINGS
        if (token.upper and len(token.text) > 1) or colon or (alone and (token.gap >= 2 or headed or index == 0)):
            found.append((end + 1 if colon else end, word))
    return found


def _marker_at(tokens: Sequence[Token], index: int) -> tuple[int, str] | None:
    """The end and word of a marker here, also one that was spaced unevenly: «ПРИ ГОВОРИЛ», «П РИГОВОРИЛ»."""
    text = tokens[index].text
    if text in _MARKERS:
        return index + 1, text
    if tokens[index].upper and len(text) > _SHORTEST_MARKER and text.endswith(_MARKER_ENDINGS):
        # «ПРИГОВРИЛ»: a slip inside the one word of the line.
        for beginning, word in _MARKER_BEGINNINGS.items():
            if text.startswith(beginning):
                return index + 1, word
    if not tokens[index].capital:
        return None
    joined = ""
    for end in range(index, min(index + 10, len(tokens))):
        token = tokens[end]
        if token.kind != WORD or (end > index and token.gap > 1):
            return None
        joined += token.text
        if end > index and joined in _MARKERS:
            return end + 1, joined
        if len(joined) > 12:
            return None
    return None
