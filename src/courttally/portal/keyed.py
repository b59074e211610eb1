"""Keyed forms of the accused's names: the only thing that leaves the reader of a name but its mask (law 8 of the house).

Invariants: a name goes in as text and comes out as HMAC-SHA256 of its normal form under a key that this module is given; the form is
surname and initials, so that «Иванов Иван Иванович» and «ИВАНОВ И.И.» are one. Behind it stands a second, shorter one of how it
sounds, so that two spellings of one surname are not taken for two men; it only ever keeps a pair from being ruled out. Without surname or
with a masked name there is no form. Nothing here writes anything; callers keep forms in ``linkage/`` and nowhere else.
"""

from __future__ import annotations

import hashlib
import hmac
import re

from courttally.law.text import normalise
from courttally.portal.cells import slots_of
from courttally.portal.lines import PageLines
from courttally.portal.model import NAME, CaseSeen, Page, Reading
from courttally.portal.reader import read

_WORD = re.compile(r"[а-яa-z]+(?:-[а-яa-z]+)*")
_DASH = re.compile(r"\s*[-\u2010-\u2015\u2212]\s*(?=[а-яa-z]{2})")
# After the Russian Metaphone (P. Kankowski, 2002): letters that clerks take for one another. Voiced consonants are not looked at by place.
_SOUNDS = str.maketrans("оыяюеэйбздвгжщ", "ааауииипстфкшш", "ьъ-")
_TWICE = re.compile(r"(.)\1+")
_LOOSE = 16
_MASKED = re.compile(r"фио\s*\d*|\W*")
_LATIN = str.maketrans("abcehkmoptxy", "авсенкмортху")


def name_form(text: str) -> str:
    """Surname and initials in lower case, ``иванов и и``; "" where the text gives no surname of two letters or more.

    Initials may stand before the surname or behind it. Words behind the third (a birth year, a rank) are left out.
    """
    words = _DASH.sub("-", normalise(text).replace("ё", "е"))
    if _MASKED.fullmatch(words):
        return ""
    # One alphabet a word: look-alikes are undone where a word is not wholly Latin.
    found = [word if word.isascii() and len(word) > 2 else word.translate(_LATIN) for word in _WORD.findall(words)][:3]
    surname = next((word for word in found if len(word) > 1), "")
    if not surname:
        return ""
    place = found.index(surname)
    return " ".join([surname, *(word[0] for n, word in enumerate(found) if n != place)])


def sound_of(form: str) -> str:
    """How a name form sounds, roughly: equal for spellings of one surname that clerks take for one another, with the first initial."""
    surname, _, initials = form.partition(" ")
    sound = _TWICE.sub(r"\1", surname.translate(_SOUNDS))
    return f"{sound} {initials[:1]}"


def keyed(key: bytes, text: str) -> str:
    """The keyed form of a name: 64 hexadecimal digits, ``~``, and 16 of how it sounds; "" where it has none."""
    form = name_form(text)
    if not form:
        return ""
    sound = hmac.new(key, b"sound\0" + sound_of(form).encode(), hashlib.sha256).hexdigest()[:_LOOSE]
    return f"{hmac.new(key, form.encode(), hashlib.sha256).hexdigest()}~{sound}"


def sounds(forms: tuple[str, ...]) -> tuple[str, ...]:
    """How some keyed forms sound, in order: equal for records that may name the same persons in other letters."""
    return tuple(sorted(form.partition("~")[2] for form in forms))


def keyed_names(page: Page, key: bytes) -> dict[int, tuple[str, ...]]:
    """Sighting's number on the page -> the keyed forms of its accused, in order of slots; only where all of them are named."""
    reading = read(page)
    lines = PageLines(page)
    found: dict[int, tuple[str, ...]] = {}
    for seq, case in enumerate(reading.cases):
        if not case.accused or any(slot.name != NAME for slot in case.accused):
            continue
        forms = tuple(keyed(key, text) for text in _texts(lines, reading, case))
        if len(forms) == len(case.accused) and all(forms):
            found[seq] = forms
    return found


def _texts(lines: PageLines, reading: Reading, case: CaseSeen) -> list[str]:
    """The name cells of a sighting; empty where the page has no such place."""
    rows = [slot.row for slot in case.accused or ()]
    try:
        listed = reading.layout.get("list", {})
        for field in ("persons", "info"):
            if field in listed:
                return [name for name, _ in slots_of(lines.text(f"list:{rows[0]}:{listed[field]}"))]
        for code in ("persons", "parties"):
            column = reading.layout.get(code, {}).get("name")
            if column is not None:
                return [lines.text(f"{code}:{row}:{column}") for row in rows]
    except KeyError:
        return []
    return []
