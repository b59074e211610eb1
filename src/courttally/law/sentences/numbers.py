"""Reads numbers written in words or digits from tokens.

Invariants: a number in words is read only as far as its parts go down in size («двести пять», never «пять двести»); each reader
returns the value and the index after it, or None; work is bounded by the length of one number.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib.resources import files

from courttally.law.sentences.tokens import MASK, NUMBER, WORD, Token

_MAX_DIGITS = 12
_BRACKETS = {"(": ")", "/": "/"}
_LONGEST_IN_WORDS = 12  # «девятьсот девяносто девять миллионов девятьсот …»: tokens looked at


@cache
def _words() -> dict[str, int]:
    table = files(__package__).joinpath("number_words.csv").read_text("utf-8")
    return {form: int(row["value"]) for row in csv.DictReader(table.splitlines()) for form in row["forms"].split()}


@cache
def quantity_words() -> dict[str, dict[str, str]]:
    """Group → form → code, from `quantity_words.csv`."""
    table = files(__package__).joinpath("quantity_words.csv").read_text("utf-8")
    groups: dict[str, dict[str, str]] = {}
    for row in csv.DictReader(table.splitlines()):
        groups.setdefault(row["group"], {}).update(dict.fromkeys(row["forms"].split(), row["code"]))
    return groups


def is_number_word(text: str) -> bool:
    """Whether the word is a numeral in some case."""
    return text in _words()


def _scale(text: str) -> int | None:
    code = quantity_words()["scale"].get(text)
    return int(code) if code is not None and text != "т" else None


def words_at(tokens: Sequence[Token], index: int, limit: int) -> tuple[int, int] | None:
    """A number in words at `index`: its value and where it ends."""
    total = 0
    group = 0
    room = 1000  # the next word must be smaller than this
    last_scale = 10**9
    end = index
    limit = min(limit, index + _LONGEST_IN_WORDS)
    while end < limit and tokens[end].kind == WORD:
        text = tokens[end].text
        scale = _scale(text)
        value = _words().get(text)
        if scale is not None and scale < last_scale and (group or end == index):
            total += (group or 1) * scale
            group, room, last_scale = 0, 1000, scale
        elif value is not None and _fits(value, room, group):
            group += value
            room = 100 if value >= 100 else 10 if value >= 20 else 1
        else:
            break
        end += 1
    if end == index:
        return None
    return total + group, end


def _fits(value: int, room: int, group: int) -> bool:
    if value == 0:
        return group == 0 and room == 1000
    return value < room


@dataclass(frozen=True, slots=True)
class Number:
    """A number with what stands in brackets after it. `value` None: hidden, or digits and words disagree. `bracket` is the
    value in the brackets where it alone differs from the digits (it may count in thousands)."""

    value: Fraction | None
    end: int
    bracket: int | None = None
    masked: bool = False


def digits_at(tokens: Sequence[Token], index: int, limit: int, *, grouped: bool = False) -> tuple[Fraction, int] | None:
    """A number in digits: «3», «1,5», «2-х», and with `grouped` «10 000» or «10.000»."""
    token = tokens[index]
    if token.kind != NUMBER or len(token.text) > _MAX_DIGITS:
        return None
    value = Fraction(int(token.text))
    end = index + 1
    if grouped and len(token.text) <= _KEEP:
        for _ in range(_MOST_GROUPS):
            step = _next_group(tokens, end, limit) if end < limit else None
            if step is None:
                break
            value = value * 1000 + int(tokens[step - 1].text)
            end = step
    if end + 1 < limit and tokens[end].text in (",", ".") and tokens[end].gap == 0 and end == index + 1:
        after = tokens[end + 1]
        if after.kind == NUMBER and after.gap == 0 and len(after.text) <= 2:
            value += Fraction(int(after.text), 10 ** len(after.text))
            end += 2
    if end + 1 < limit and tokens[end].text == "-" and tokens[end + 1].text in quantity_words()["numeral_ending"]:
        end += 2
    return value, end


_KEEP = 3
_MOST_GROUPS = 4


def _next_group(tokens: Sequence[Token], index: int, limit: int) -> int | None:
    """The index after one more group of three digits, joined by a blank, a full stop or an apostrophe."""
    token = tokens[index]
    if token.kind == NUMBER and token.gap == 1 and len(token.text) == _KEEP:
        return index + 1
    if token.text in (".", '"') and token.gap == 0 and index + 1 < limit:
        after = tokens[index + 1]
        if after.kind == NUMBER and after.gap == 0 and len(after.text) == _KEEP:
            return index + 2
    return None


def number_at(tokens: Sequence[Token], index: int, limit: int, *, grouped: bool = False) -> Number | None:
    """A number in digits or words, with its repetition in brackets: «3 (три)», «три (3)», «(три)», «<…> (три)»."""
    if index >= limit:
        return None
    plain: tuple[Fraction, int] | None = digits_at(tokens, index, limit, grouped=grouped)
    if plain is None:
        spoken = words_at(tokens, index, limit)
        plain = (Fraction(spoken[0]), spoken[1]) if spoken is not None else None
    if plain is not None:
        value, end = plain
        bracket = _bracket_at(tokens, end, limit, grouped=grouped)
        if bracket is None:
            return Number(value, end)
        inside, after, masked = bracket
        if masked or inside is None:
            return Number(value, after)
        if inside == value:
            return Number(value, after)
        return Number(value, after, bracket=inside)
    hidden = tokens[index].kind == MASK or (tokens[index].kind == WORD and tokens[index].text == "з")
    start = index + 1 if hidden else index
    bracket = _bracket_at(tokens, start, limit, grouped=grouped)
    if bracket is not None and bracket[0] is not None:
        return Number(Fraction(bracket[0]), bracket[1])
    if hidden and tokens[index].kind == MASK:
        return Number(None, bracket[1] if bracket is not None else start, masked=True)
    return None


def _bracket_at(
    tokens: Sequence[Token], index: int, limit: int, *, grouped: bool
) -> tuple[int | None, int, bool] | None:
    """«(три)», «/три/», «[три]», «(3)», «(<…>)»: the value (None where not a number that can be read), the index after, whether it is a
    mask."""
    if index < limit and tokens[index].kind == MASK and tokens[index].text.startswith("["):
        value = _words().get(
            tokens[index].text.strip("[] ").lower()
        )  # square brackets are a mask unless a number stands in them
        return (value, index + 1, False) if value is not None else None
    closing = _BRACKETS.get(tokens[index].text) if index + 2 < limit else None
    if closing is None:
        return None
    inner = index + 1
    if tokens[inner].kind == MASK and tokens[inner + 1].text == closing:
        return None, inner + 2, True
    spoken = words_at(tokens, inner, limit)
    if spoken is not None:
        value, end = spoken
    else:
        plain = digits_at(tokens, inner, limit, grouped=grouped)
        if plain is None or plain[0].denominator != 1:
            return None
        value, end = int(plain[0]), plain[1]
    if end < limit and tokens[end].text == closing:
        return value, end + 1, False
    return None
