"""What cards of appeal and cassation say beside results (``upper.toml``), and whether they are about a verdict at all.

Invariants: a text has a code only when the whole of it, apart from references to the law at its end, is a wording of the
file; anything else is unmapped, which is None. A custody or execution matter is never about a verdict: one sign of a material
is enough, and signs that disagree make it ``unknown``.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from courttally.law.tables import read_toml
from courttally.law.text import normalise

_LONGEST = 400
_LAW_BEGINS = re.compile(r"[\s(,;-]*(?<!\w)(?:п|пп|ч|ст|гл)\.?\s*(?:п\.?\s*)?\d")
_WORD = re.compile(r"\w+")
_LAW_WORDS = frozenset(
    {"п", "пп", "ч", "ст", "гл", "и", "упк", "ук", "уик", "рф", "рсфср", "фз", "в", "порядке", "на", "основании"}
)
# Indices of materials: 3/1…3/17 judicial control, 4/1…4/17 execution of sentences, 22К appeals in both (reference, 2.6).
_MATERIAL_NUMBER = re.compile(r"[34]/\d|\d{1,3}К(?:\W|$)", re.IGNORECASE)
_CRIMINAL_CASE = re.compile(r"[12]-(?:[А-ЯЁ]{1,2}-)?\d")


@cache
def _sections() -> dict[str, tuple[tuple[re.Pattern[str], str], ...]]:
    data = read_toml("courttally.portal", "upper.toml")
    data.take("version", str)
    found = {}
    for section in ("subject", "ground", "complaint"):
        rules = []
        for row in data.take_tables(section):
            code = row.take("code", str)
            rules += [(re.compile(text), code) for text in row.take_texts("texts")]
            row.done()
        found[section] = tuple(rules)
    data.done()
    return found


@lru_cache(maxsize=2048)
def _code(section: str, text: str) -> str | None:
    folded = _without_law(normalise(text))
    if not folded or len(folded) > _LONGEST:
        return None
    return next((code for pattern, code in _sections()[section] if pattern.fullmatch(folded)), None)


def _without_law(text: str) -> str:
    """The text without the references to the law at its end."""
    begins = _LAW_BEGINS.search(text)
    if begins is not None:
        words = _WORD.findall(text, begins.start())
        if all(word in _LAW_WORDS or word.isdigit() or len(word) == 1 for word in words):
            text = text[: begins.start()]
    return text.strip(" .,;:-()") if text.endswith((" (", "(")) else text.strip(" .,;:-")


def subject(text: str) -> str | None:
    """The code of a material's subject («Материал (судебн. контроля, в пор. исполн. приговора и иные)»), None when unmapped."""
    return _code("subject", text)


def grounds(text: str) -> str | None:
    """The codes of «Основания отмены (изменения) решения», one a line, separated by spaces; None when a line is unmapped."""
    codes = [_code("ground", line) for line in text.split("\n")]
    if None in codes:
        # One ground may be broken over several lines.
        return _code("ground", text.replace("\n", " "))
    return " ".join(dict.fromkeys(code for code in codes if code))


def complaint_result(text: str) -> str | None:
    """The code of what the study of a complaint ended in, None when unmapped."""
    return _code("complaint", text.replace("\n", " "))


def is_material_number(number: str) -> bool:
    """Whether a case number is that of a material: 3/1-12/2026, 4/17-3/2024, 22К-1372/2026."""
    return _MATERIAL_NUMBER.match(number) is not None


def about(number: str | None, lower_number: str | None, subjects: list[str]) -> str:
    """What a record of appeal or cassation is about: ``verdict``, ``material`` or ``unknown``.

    ``subjects`` are the subjects the card gives for its accused, "" for none. A material by number or subject is a material; a
    criminal case below and no subject make it the appeal of a verdict; without the number of the case below it is unknown.
    """
    by_number = is_material_number(number or "") or is_material_number(lower_number or "")
    by_subject = any(subjects)
    if by_number or (by_subject and all(subjects)):
        return "material"
    if by_subject:
        return "unknown"  # a subject for some of the accused only
    if lower_number and _CRIMINAL_CASE.match(lower_number):
        return "verdict"
    return "unknown"
