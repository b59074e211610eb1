"""Finds the phrases of `phrases.csv` in a run of tokens.

A pattern is a row of elements: `слово` exactly, `слов*` by its beginning, `а|б*` either, `~4` up to four tokens of any kind.
Invariants: matching is pure; each pattern looks at a bounded number of tokens from where it starts (a gap is at most 40, a pattern
has at most three), so the work is linear in the number of tokens; a match never leaves the range it was given.
Marks come back in order of their start; inside a `skip` phrase nothing else is reported.
"""

import csv
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from courttally.law.sentences.tokens import NUMBER, WORD, Token

_KEY = 3


@dataclass(frozen=True, slots=True)
class Mark:
    """Something recognised in tokens[first:last]. `concept` and `code` name it; `value` holds what a number or charge says."""

    concept: str
    code: str
    first: int
    last: int
    value: object = None

    @property
    def rule(self) -> str:
        return f"{self.concept}.{self.code}"


@dataclass(frozen=True, slots=True)
class _Element:
    exact: frozenset[str]
    prefixes: tuple[str, ...]
    gap: int = 0

    def fits(self, text: str) -> bool:
        return text in self.exact or text.startswith(self.prefixes)


@dataclass(frozen=True, slots=True)
class _Pattern:
    concept: str
    code: str
    elements: tuple[_Element, ...]


def _element(written: str) -> _Element:
    if written.startswith("~"):
        return _Element(frozenset(), (), int(written[1:]))
    choices = written.split("|")
    return _Element(
        frozenset(choice for choice in choices if not choice.endswith("*")),
        tuple(choice[:-1] for choice in choices if choice.endswith("*")),
    )


@cache
def _index() -> dict[str, tuple[_Pattern, ...]]:
    table = files(__package__).joinpath("phrases.csv").read_text("utf-8")
    index: dict[str, list[_Pattern]] = defaultdict(list)
    for row in csv.DictReader(table.splitlines()):
        pattern = _Pattern(row["concept"], row["code"], tuple(map(_element, row["pattern"].split())))
        first = pattern.elements[0]
        for key in {word[:_KEY] for word in (*first.exact, *first.prefixes)}:
            index[key].append(pattern)
    return {key: tuple(patterns) for key, patterns in index.items()}


def _match(elements: tuple[_Element, ...], at: int, tokens: Sequence[Token], index: int, limit: int) -> int | None:
    """Where the match of elements[at:] from `index` ends, gaps kept as short as they can be; None if there is none."""
    while at < len(elements):
        element = elements[at]
        if element.gap:
            for start in range(index, min(index + element.gap, limit) + 1):
                end = _match(elements, at + 1, tokens, start, limit)
                if end is not None:
                    return end
            return None
        if index >= limit or tokens[index].kind == "mask" or not element.fits(tokens[index].text):
            return None
        index += 1
        at += 1
    return index


def phrase_at(tokens: Sequence[Token], index: int, limit: int, concept: str) -> int | None:
    """The end of the longest phrase of this concept that starts at `index`, or None."""
    ends = [mark.last for mark in _marks_at(tokens, index, limit) if mark.concept == concept]
    return max(ends, default=None)


def _marks_at(tokens: Sequence[Token], index: int, limit: int) -> list[Mark]:
    token = tokens[index]
    if token.kind not in (WORD, NUMBER):
        return []
    longest: dict[str, Mark] = {}
    for pattern in _index().get(token.text[:_KEY], ()):
        end = _match(pattern.elements, 0, tokens, index, limit)
        if end is None:
            continue
        known = longest.get(pattern.concept)
        # Of two kinds of punishment the nearer is meant («лишения свободы … с лишением звания»); else the fuller phrase.
        if known is None or (end < known.last if pattern.concept == "kind" else end > known.last):
            longest[pattern.concept] = Mark(pattern.concept, pattern.code, index, end)
    return list(longest.values())


def find_phrases(tokens: Sequence[Token], first: int, last: int) -> list[Mark]:
    """All marks in tokens[first:last]."""
    marks: list[Mark] = []
    skipped = first
    for index in range(first, last):
        here = _marks_at(tokens, index, last)
        for mark in here:
            if mark.concept == "skip":
                skipped = max(skipped, mark.last)
        if index >= skipped:
            marks.extend(mark for mark in here if mark.concept != "start")
    return marks
