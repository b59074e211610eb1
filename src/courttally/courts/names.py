"""Court names as cards print them, resolved to codes of the directory.

Invariants: a name is resolved only when every word of it belongs to the court's name, so a cell with more in it (a
judge, a town) is not; a name that fits two courts resolves to none. No name is guessed from a part of it.
"""

import re
from collections.abc import Iterable
from functools import cache, lru_cache

from courttally.courts.tables import read_table

# Cards mix alphabets and quotes; the name is folded to lower case Cyrillic words before it is compared.
_LOOK_ALIKES = str.maketrans("aceopxykmthbё", "асеорхукмтнве")
_BRACKETED = re.compile(r"\([^()]*\)")
_TOKEN = re.compile(r"\d+|[^\W\d_]+")
_ORDINAL_ENDINGS = frozenset({"й", "ый", "ий", "ой", "го", "ого", "му", "ому", "м", "ом"})
# What tells the kind of court, in any case of declension: «гарнизонного», «военный суд Н-ского гарнизона».
_KINDS = (
    ("garrison", re.compile(r"гарнизон(?:н(?:ый|ого|ому|ым|ом)|а|у|ом|е)?|гарн")),
    ("district", re.compile(r"окружн(?:ой|ого|ому|ым|ом)|округа|окр")),
    ("fleet", re.compile(r"флотск(?:ий|ого|ому|им|ом)|флота|фл")),
    ("appeal", re.compile(r"апелляционн(?:ый|ого|ому|ым|ом)")),
    ("cassation", re.compile(r"кассационн(?:ый|ого|ому|ым|ом)")),
)
_COURT_WORDS = re.compile(r"военн(?:ый|ого|ому|ым|ом)|воен|суд(?:а|у|ом|е)?")
_ABBREVIATIONS = {
    "гвс": ("гарнизонный", "военный", "суд"),
    "овс": ("окружной", "военный", "суд"),
    "фвс": ("флотский", "военный", "суд"),
    "авс": ("апелляционный", "военный", "суд"),
    "квс": ("кассационный", "военный", "суд"),
    "вс": ("военный", "суд"),
}
# No court's name is longer, and text of a page may be endless.
_LONGEST = 250
_ENDING = re.compile(r"(?:ого|его|ому|ему|ыми?|ими?|ый|ий|ой|ом|ем)$")

Key = tuple[str, tuple[str, ...]]


def _words(text: str) -> list[str]:
    folded = text.casefold().translate(_LOOK_ALIKES)
    while _BRACKETED.search(folded):
        folded = _BRACKETED.sub(" ", folded)
    words: list[str] = []
    for word in _TOKEN.findall(folded):
        if word in _ORDINAL_ENDINGS and words and words[-1].isdigit():
            continue  # «1-й», «224-го»: the number is what names the court
        words.extend(_ABBREVIATIONS.get(word, (word,)))
    return words


def _stem(word: str) -> str:
    """The part of an adjective that declension leaves alone: «ярославского» and «ярославский» give «ярославск»."""
    return word if word.isdigit() or len(word) < 5 else _ENDING.sub("", word)


def name_key(text: str) -> Key | None:
    """The kind of court and the stems of what names it; None when the text has no kind of court or names no court."""
    kind = ""
    names: list[str] = []
    seen_court = False
    for word in _words(text):
        found = next((label for label, pattern in _KINDS if pattern.fullmatch(word)), "")
        if found:
            if kind:
                return None
            kind = found
        elif _COURT_WORDS.fullmatch(word):
            seen_court = True
        else:
            names.append(_stem(word))
    if not kind or not seen_court:
        return None
    if not names and kind not in ("appeal", "cassation"):
        return None
    return kind, tuple(names)


def _plain_key(text: str) -> str:
    return " ".join(_words(text))


@cache
def _aliases() -> dict[str, str]:
    """Short and former names that no rule yields, from `aliases.csv`: folded text to code."""
    return {_plain_key(row["alias"]): row["code"] for row in read_table("aliases.csv")}


class NameIndex:
    """The names of a set of courts, given as pairs of code and Russian name."""

    def __init__(self, names: Iterable[tuple[str, str]]) -> None:
        self._codes: dict[Key, set[str]] = {}
        for code, name in names:
            key = name_key(name)
            if key is None:
                raise ValueError(f"the directory's name of court {code} names no kind of military court")
            self._codes.setdefault(key, set()).add(code)
        self._kept = lru_cache(maxsize=4096)(self._resolve)

    def resolve(self, text: str) -> str | None:
        """The one code a name fits, None when it fits none or several."""
        return self._kept(text) if len(text) <= _LONGEST else None

    def _resolve(self, text: str) -> str | None:
        alias = _aliases().get(_plain_key(text))
        if alias is not None:
            return alias
        key = name_key(text)
        codes = self._codes.get(key, set()) if key is not None else set()
        return next(iter(codes)) if len(codes) == 1 else None
