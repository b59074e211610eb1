"""Keyed forms of the accused's names: the only thing that leaves the reader of a name but its mask (law 8 of the house).

Invariants: a name goes in as text and comes out as HMAC-SHA256 of its normal form under a key that this module is given; the form is
surname and initials, so that «Иванов Иван Иванович» and «ИВАНОВ И.И.» are one. Without surname or with a masked name there is no
form. Nothing here writes anything; callers keep forms in ``linkage/`` and nowhere else.
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
_MASKED = re.compile(r"фио\s*\d*|\W*")
_LATIN = str.maketrans("abcehkmoptxy", "авсенкмортху")


def name_form(text: str) -> str:
    """Surname and initials in lower case, ``иванов и и``; "" where the text gives no surname of two letters or more.

    Initials may stand before the surname or behind it. Words behind the third (a birth year, a rank) are left out.
    """
    words = normalise(text).replace("ё", "е")
    if _MASKED.fullmatch(words):
        return ""
    # One alphabet a word: look-alikes are undone where a word is not wholly Latin.
    found = [word if word.isascii() and len(word) > 2 else word.translate(_LATIN) for word in _WORD.findall(words)][:3]
    surname = next((word for word in found if len(word) > 1), "")
    if not surname:
        return ""
    place = found.index(surname)
    return " ".join([surname, *(word[0] for n, word in enumerate(found) if n != place)])


def keyed(key: bytes, text: str) -> str:
    """The keyed form of a name: 64 hexadecimal digits, "" where it has none."""
    form = name_form(text)
    return hmac.new(key, form.encode(), hashlib.sha256).hexdigest() if form else ""


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
