"""Tells the accused of one text apart, without keeping any name.

Invariants: names live only inside a `Roster` while one text is read; what leaves is the number of the accused and the places of the
mentions. Two spellings are one person when the masks are equal («ФИО1»), or the surnames differ only in their endings and the
initials do not disagree. A placeholder that is the same for everybody («<данные изъяты>») never proves two people equal or
different; the reader of clauses then decides by what the text says around it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from courttally.law.sentences.tokens import MASK, WORD, Token
from courttally.law.sentences.words import words

_NOT_NAMES = tuple(sorted(words("persons", "not_names")))
_NOUN_FORMS = frozenset(
    noun + ending.strip("_") for noun in words("persons", "nouns") for ending in words("persons", "noun_endings")
)
_SHORT_WORDS = words("persons", "short")
MOST = 64  # accused told apart in one text; keeps the work linear
_SHORTEST_STEM = 3
_LONGEST_ENDING = 3


@dataclass(frozen=True, slots=True)
class Name:
    """A name as written once. `mask`: «фио1», or "" for a placeholder that everybody shares. Never stored in a result."""

    surname: str = ""
    initials: tuple[str, ...] = ()
    mask: str = ""
    first: int = 0
    last: int = 0

    @property
    def generic(self) -> bool:
        return not self.surname and not self.initials and self.mask in ("", "фио")

    @property
    def keys(self) -> list[str]:
        """Two names of one person share a key; few others do."""
        keys = [self.mask] if self.mask else []
        if self.surname or self.initials:
            keys.append(self.surname[:_SHORTEST_STEM] or "".join(self.initials))
        return keys


def _close(one: str, other: str) -> bool:
    """Whether two surnames differ only in their endings: «Иванову» and «Ивановым», not «Иванову» and «Ивановскому»."""
    if one == other:
        return True
    shared = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        shared += 1
    return shared >= max(_SHORTEST_STEM, max(len(one), len(other)) - _LONGEST_ENDING)


def same_person(one: Name, other: Name) -> bool:
    """Whether two written names can be the same person. Placeholders shared by everybody never are."""
    if one.generic or other.generic:
        return False
    if one.mask and other.mask:
        return one.mask == other.mask
    if bool(one.surname) != bool(other.surname):
        # «Иванов И.И.» and later «И.»: too little to tell.
        return False
    if one.surname and not _close(one.surname, other.surname):
        return False
    agree = all(left == right for left, right in zip(one.initials, other.initials, strict=False))
    return agree if one.surname else one.initials == other.initials


def _name_word(token: Token) -> bool:
    return (
        token.kind == WORD
        and token.capital
        and len(token.text) > 1
        and token.text not in _SHORT_WORDS
        and token.text not in _NOUN_FORMS
        and not token.text.startswith(_NOT_NAMES)
    )


def _initial(tokens: Sequence[Token], index: int, limit: int) -> bool:
    token = tokens[index]
    return (
        token.kind == WORD
        and token.capital
        and len(token.text) == 1
        and index + 1 < limit
        and tokens[index + 1].text == "."
        and tokens[index + 1].gap == 0
    )


def names_in(tokens: Sequence[Token], first: int, last: int) -> list[Name]:
    """Every name or placeholder in tokens[first:last], in order."""
    found: list[Name] = []
    index = first
    while index < last:
        name = _name_at(tokens, index, last)
        if name is None:
            index += 1
            continue
        # «<данные изъяты> <данные изъяты>» is one placeholder printed twice.
        before = found[-1] if found and found[-1].last == name.first else None
        if before is not None and before.generic and name.generic:
            found[-1] = replace(before, last=name.last)
        elif before is not None and before.surname and not before.mask and name.mask and not name.surname:
            found[-1] = replace(before, mask=name.mask, last=name.last)  # «Иванов ФИО1»
        else:
            found.append(name)
        index = name.last
    return found


def _name_at(tokens: Sequence[Token], index: int, limit: int) -> Name | None:
    token = tokens[index]
    if token.kind == MASK:
        if token.text == "дата":
            return None
        return Name(mask=token.text if token.text.startswith("фио") else "", first=index, last=index + 1)
    words: list[str] = []
    initials: list[str] = []
    end = index
    while end < limit and len(words) + len(initials) < 5:
        if _initial(tokens, end, limit):
            initials.append(tokens[end].text)
            end += 2
            if words and len(initials) == 2:
                break
        elif _name_word(tokens[end]) and not (words and initials):
            words.append(tokens[end].text)
            end += 1
            # A hyphenated surname: its first half is enough.
            if end + 1 < limit and tokens[end].text == "-" and tokens[end].gap == 0 and tokens[end + 1].kind == WORD:
                end += 2
        else:
            break
    if end == index:
        return None
    surname = words[0] if words else ""
    letters = tuple(initials) if initials else tuple(word[0] for word in words[1:])
    return Name(surname=surname, initials=letters, first=index, last=end)


@dataclass(slots=True)
class Roster:
    """The accused found so far, by number. At most `MOST` are told apart; `full` says that the text names more."""

    spellings: dict[str, list[tuple[int, Name]]] = field(default_factory=dict)
    mentions: list[list[tuple[int, int]]] = field(default_factory=list)
    full: bool = False

    def __len__(self) -> int:
        return len(self.mentions)

    def find(self, name: Name) -> int | None:
        """The number of this person, if known."""
        for key in name.keys:
            for number, spelling in self.spellings.get(key, ()):
                if same_person(spelling, name):
                    return number
        return None

    def add(self, name: Name, tokens: Sequence[Token]) -> int | None:
        """The number of this person, new if the name is new (a placeholder shared by everybody always is). None when full."""
        number = None if name.generic else self.find(name)
        if number is None and len(self.mentions) == 1 and not self.mentions[0] and not name.generic:
            number = 0  # the only accused so far was spoken of without a name
            self._spell(number, name)
        if number is None:
            number = self.add_unnamed()
            if number is None:
                return None
            if not name.generic:
                self._spell(number, name)
        self._mention(number, name.first, name.last, tokens)
        return number

    def _spell(self, number: int, name: Name) -> None:
        for key in name.keys:
            self.spellings.setdefault(key, []).append((number, name))

    def add_unnamed(self) -> int | None:
        """A person whom the text does not name. None when full."""
        if len(self.mentions) >= MOST:
            self.full = True
            return None
        self.mentions.append([])
        return len(self.mentions) - 1

    def _mention(self, number: int, first: int, last: int, tokens: Sequence[Token]) -> None:
        if first < last:
            span = (tokens[first].start, tokens[last - 1].end)
            known = self.mentions[number]
            if not known or known[-1] < span:
                known.append(span)

    def mentioned(self, tokens: Sequence[Token], first: int, last: int) -> list[tuple[int, int, int]]:
        """Known people named in tokens[first:last]: (number, first token, index after)."""
        if not self.spellings:
            return []
        found: list[tuple[int, int, int]] = []
        index = first
        while index < last:
            name = self._known_at(tokens, index, last)
            if name is None:
                index += 1
                continue
            number, end = name
            self._mention(number, index, end, tokens)
            found.append((number, index, end))
            index = end
        return found

    def _known_at(self, tokens: Sequence[Token], index: int, limit: int) -> tuple[int, int] | None:
        token = tokens[index]
        if token.kind == MASK:
            number = self.find(Name(mask=token.text)) if token.text.startswith("фио") else None
            return None if number is None else (number, index + 1)
        if not _initial(tokens, index, limit) and not _name_word(token):
            return None
        name = _name_at(tokens, index, limit)
        if name is None:
            return None
        number = self.find(name)
        return None if number is None else (number, name.last)


def first_of_each(numbers: Iterable[int]) -> list[int]:
    """The numbers without repetition, in order."""
    return list(dict.fromkeys(numbers))
