"""Cuts a text into tokens that remember their place.

Invariants: tokens do not overlap, are in order, and `start`/`end` are offsets into the text as given; every character that is not
white space is in one token (a soft hyphen or zero-width character inside a word belongs to the word). Work is linear in the
length of the text: every expression here is a choice of simple character classes with bounds.

The token's own `text` is the form for comparing: lower case, ё as е, Latin letters that look Cyrillic mended, words printed
s p a c e d or broken by a hyphen at the end of a line put together.
"""

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

WORD: Final = "word"
NUMBER: Final = "number"
MASK: Final = "mask"  # what stands for a removed name, number or date
MARK: Final = "mark"  # any other single character

_INVISIBLE = "\u00ad\u200b-\u200f\u2060\ufeff"
_LETTERS = r"[^\W\d_]"
_TOKEN = re.compile(
    rf"(?P<mask><[^<>]{{0,80}}>|\[[^\[\]]{{0,40}}\]|[*_]{{2,}}|\.{{3,}}|…+)"
    rf"|(?P<number>[0-9]+)"
    rf"|(?P<word>{_LETTERS}+(?:[{_INVISIBLE}]+{_LETTERS}+)*)"
    rf"|(?P<mark>[^\s{_INVISIBLE}])"
)
_STRIP = re.compile(f"[{_INVISIBLE}]")
_CYRILLIC = re.compile("[а-яА-ЯёЁ]")
_LATIN = re.compile("[a-zA-Z]")
# Capitals and small letters apart: a capital H looks like Н, a small h like nothing Cyrillic.
_LOOK_ALIKES = str.maketrans("ABCEHKMOPTXYaceopxykm", "авсенкмортхуасеорхукм")
_ALL_LOOK_ALIKE = re.compile("[ABCEHKMOPTXYaceopxykm]{1,3}")
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−"), "-")
_QUOTES = dict.fromkeys(map(ord, "«»“”„‟\"'`‘’‹›"), '"')
_MARKS = _DASHES | _QUOTES
_MASK_WORDS = re.compile("х{3,}|x{3,}|данные|изъяты|изъято|скрыты?|обезличено")
_SPACED_MIN = 4
_LONGEST_ENDING = 3
_SAME_ROLE = 3  # letters that all case forms of a role share: «ЛИЦО1», «ЛИЦУ1»
_SHORTEST_ROLE = 4  # «ЛИЦО1»: a word of a role that stands for a name; «ч1», «ст158» are none
# Spaced out with single blanks, two words run together; these are then cut apart again.
_SPACED_CUT = re.compile("(суд|судья|коллегия)?(приговорила?|постановила?|определила?|решила?)")


@dataclass(frozen=True, slots=True)
class Token:
    """`gap` is what stands before: 0 nothing, 1 blanks, 2 a line end, 3 an empty line. `capital`, `upper`: of the original letters."""

    kind: str
    text: str
    start: int
    end: int
    gap: int
    capital: bool = False
    upper: bool = False


def _compared(raw: str) -> str:
    word = _STRIP.sub("", raw) if not raw.isalpha() else raw
    if _LATIN.search(word) and (_CYRILLIC.search(word) or _ALL_LOOK_ALIKE.fullmatch(word)):
        word = word.translate(_LOOK_ALIKES)
    return word.lower().replace("ё", "е")


def _gap(text: str, start: int, end: int) -> int:
    if start == end:
        return 0
    lines = text.count("\n", start, end) + text.count("\r", start, end) - text.count("\r\n", start, end)
    return 1 + min(lines, 2)


def tokenise(text: str) -> list[Token]:
    """All tokens of the text, mended as the module says."""
    found: list[Token] = []
    previous = 0
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        kind = match.lastgroup or MARK
        raw = match.group()
        gap = _gap(text, previous, start)
        if kind == WORD:
            word = _compared(raw)
            kind = MASK if _MASK_WORDS.fullmatch(word) else WORD
            found.append(Token(kind, word, start, end, gap, raw[0].isupper(), raw.isupper()))
        else:
            found.append(Token(kind, raw.translate(_MARKS) if kind == MARK else raw, start, end, gap))
        previous = end
    return _rejoin_lines(_join_spaced(_name_masks(found)))


def _numbered(tokens: list[Token], index: int) -> tuple[str, int]:
    """The number glued to the token before `index` («ФИО12», «ФИО-12», «ПОДСУДИМЫЙ1») and the index after it."""
    hyphen = index < len(tokens) and tokens[index].text in ("-", "_") and tokens[index].gap == 0
    at = index + 1 if hyphen else index
    if at < len(tokens) and tokens[at].kind == NUMBER and tokens[at].gap == 0:
        after = at + 1
        # «ФИО1а», «ФИО1у»: the case ending that was left standing.
        if after < len(tokens) and tokens[after].kind == WORD and tokens[after].gap == 0:
            after += 1 if len(tokens[after].text) <= _LONGEST_ENDING and not tokens[after].capital else 0
        return tokens[at].text, after
    return "", index


def _name_masks(tokens: list[Token]) -> list[Token]:
    """«ФИО12», «Ф.И.О.12», «<ФИО>12» become one mask whose text is `фио12`; «ПОДСУДИМОГО1» one `фио:под1` in every case form;
    «ДД.ММ.ГГГГ» one mask `дата`."""
    out: list[Token] = []
    index = 0
    while index < len(tokens):
        token = tokens[index]
        if token.text == "ф" and [t.text for t in tokens[index + 1 : index + 5]] == [".", "и", ".", "о"]:
            stop = index + 6 if index + 5 < len(tokens) and tokens[index + 5].text == "." else index + 5
            digits, after = _numbered(tokens, stop)
            out.append(replace(token, kind=MASK, text="фио" + digits, end=tokens[after - 1].end, capital=True))
            index = after
            continue
        if token.kind == WORD and token.upper and len(token.text) >= _SHORTEST_ROLE:
            digits, after = _numbered(tokens, index + 1)
            if digits:
                out.append(
                    replace(token, kind=MASK, text=f"фио:{token.text[:_SAME_ROLE]}{digits}", end=tokens[after - 1].end)
                )
                index = after
                continue
        letters = token.text.strip("<>[] ").lower() if token.kind in (WORD, MASK) else ""
        if letters == "фио" or (letters.startswith("фио") and letters[3:].strip("-_ ").isdigit()):
            digits = letters[3:].strip("-_ ")
            end, last = token.end, index
            if not digits:
                digits, after = _numbered(tokens, index + 1)
                end, last = tokens[after - 1].end, after - 1
            out.append(replace(token, kind=MASK, text="фио" + digits, end=end, capital=True))
            index = last + 1
            continue
        if letters == "дд" and [t.text for t in tokens[index + 1 : index + 5]] in (
            [".", "мм", ".", "гггг"],
            [".", "мм", ".", "гг"],
        ):
            out.append(replace(token, kind=MASK, text="дата", end=tokens[index + 4].end))
            index += 5
            continue
        out.append(token)
        index += 1
    return out


def _join_spaced(tokens: list[Token]) -> list[Token]:
    """«П Р И Г О В О Р И Л» becomes one word; a wider blank inside the run is the blank between words."""
    out: list[Token] = []
    index = 0
    while index < len(tokens):
        stop = index
        while stop < len(tokens) and _is_letter(tokens[stop]) and (stop == index or tokens[stop].gap in (0, 1)):
            stop += 1
        if stop - index < _SPACED_MIN:
            out.extend(tokens[index : max(stop, index + 1)])
            index = max(stop, index + 1)
            continue
        out.extend(_cut_run(tokens[index:stop]))
        index = stop
    return out


def _is_letter(token: Token) -> bool:
    return token.kind == WORD and len(token.text) == 1


def _cut_run(letters: list[Token]) -> list[Token]:
    joined = "".join(letter.text for letter in letters)
    whole = _SPACED_CUT.fullmatch(joined)
    if whole is not None:
        cut = whole.end(1) if whole.group(1) else 0
        return [_joined(piece) for piece in (letters[:cut], letters[cut:]) if piece]
    blanks = [after.start - before.end for before, after in pairwise(letters)]
    narrow = min(blanks)
    pieces = [[letters[0]]]
    for blank, letter in zip(blanks, letters[1:], strict=True):
        if blank > narrow:
            pieces.append([letter])
        else:
            pieces[-1].append(letter)
    return [_joined(piece) for piece in pieces]


def _joined(letters: list[Token]) -> Token:
    return replace(
        letters[0],
        text="".join(letter.text for letter in letters),
        end=letters[-1].end,
        upper=all(letter.capital for letter in letters),
    )


def _rejoin_lines(tokens: list[Token]) -> list[Token]:
    """«лише-» at the end of a line and «ния» on the next are one word."""
    out: list[Token] = []
    index = 0
    while index < len(tokens):
        token = tokens[index]
        if index + 2 < len(tokens) and token.kind == WORD:
            hyphen, rest = tokens[index + 1], tokens[index + 2]
            broken = hyphen.text == "-" and hyphen.gap == 0 and rest.gap == 2
            # «колонии-» is one half of «колонии-поселения», with a hyphen of its own.
            whole = len(token.text) == 1 or token.text.startswith("колони")
            if broken and rest.kind == WORD and not rest.capital and not whole:
                out.append(replace(token, text=token.text + rest.text, end=rest.end))
                index += 3
                continue
        out.append(token)
        index += 1
    return out
