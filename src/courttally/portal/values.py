"""Values of cells: dates, times, case numbers, name masks. Each accepts its pattern and nothing else."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import lru_cache

from courttally.law.text import normalise
from courttally.portal.model import HIDDEN, NAME, Day

_DAY = re.compile(
    r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})(?:\s{0,3}г(?:\.|ода)?)?(?:,?\s{1,3}(?:[01]?[0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?)?"
)
_RAW_DATE = re.compile(r"[0-9.: ]{1,40}")
_TIME = re.compile(r"([01]?[0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?")
_STAMP = r"([0-9][0-9])\.([0-9][0-9])\.([0-9]{4})(?:\s+([0-9][0-9]):([0-9][0-9]))?"
_PUBLISHED = re.compile(rf"опубликовано\s+{_STAMP}(?:\s*,\s*изменено\s+{_STAMP})?")
# One registration number: index with its letters, serial, year: 1-25/2023, 3/1-12/2026, 22К-1372/2026, М-2773/2024,
# 7У-1297/2026, 2-15/23, 1-Н-4/2024. Letters are few and the serial is a number, so that no name fits.
_ONE = r"(?:[0-9]{1,3}[А-ЯЁA-Zа-яё]{0,2}|[А-ЯЁA-Z]{1,3})(?:/[0-9]{1,3})?(?:-[А-ЯЁA-Z]{1,2})?\s?-\s?[0-9]{1,6}(?:\s?/\s?(?:[0-9]{4}|[0-9][0-9]))?"
_NUMBER = re.compile(rf"(?P<first>{_ONE})(?P<rest>(?:\s*[(\[][^)\]]*[)\]]|\s*~\s*{_ONE})*)\s*")
_PLAIN_NUMBER = re.compile(r"[0-9]{1,3}(?:[А-Я]{1,2}|/[0-9]{1,2})?-[0-9]{1,6}/[0-9]{4}")
_ANY_NUMBER = re.compile(rf"{_ONE}|[А-ЯЁ]{{1,2}}/[0-9]{{1,6}}")  # the second: a lower court's file mark, К/21548
_FILLER = re.compile(r"[()\[\];,~\s]*")
_HIDDEN = "информация скрыта"
_LOOKALIKE = str.maketrans("ABEKMHOPCTYXabekmhopctyx", "АВЕКМНОРСТУХавекмнорстух")

_HIDDEN_AS_PRINTED = frozenset({"<Информация скрыта>", "Информация скрыта"})
_AROUND_HIDDEN = "<> \n"
_SPARE = 8
"""Spaces that a careless page may have inside these words."""

FIRST_YEAR = 1991
LAST_YEAR = 2100


@lru_cache(maxsize=65536)
def parse_day(text: str) -> Day:
    """A date cell dd.mm.yyyy, with «г.» or the time of day behind it or not. An impossible date keeps its raw text if that is only digits, dots, spaces and colons.

    Years before 1991 (no such court records) and after 2100 are impossible. Empty text: no value, no raw.
    """
    text = text.strip()
    found = _DAY.fullmatch(text)
    if found:
        day, month, year = int(found[1]), int(found[2]), int(found[3])
        if FIRST_YEAR <= year <= LAST_YEAR:
            try:
                return Day(date(year, month, day))
            except ValueError:
                return Day(None, text)
        return Day(None, text)
    return Day(None, text if _RAW_DATE.fullmatch(text) else "")


def parse_time(text: str) -> str | None:
    """A time cell as HH:MM, "" when empty, None when it is no time."""
    text = text.strip()
    if not text:
        return ""
    return text[:5].rjust(5, "0") if _TIME.fullmatch(text) else None


def parse_published(text: str) -> tuple[datetime, datetime | None] | None:
    """«опубликовано dd.mm.yyyy HH:MM, изменено …» as two wall times (Moscow, without zone), or None."""
    found = _PUBLISHED.search(text) or _PUBLISHED.search(normalise(text))
    first = _wall(*found.group(1, 2, 3, 4, 5)) if found else None
    if found is None or first is None:
        return None
    return first, _wall(*found.group(6, 7, 8, 9, 10)) if found[6] else None


def _wall(day: str, month: str, year: str, hour: str | None, minute: str | None) -> datetime | None:
    if not FIRST_YEAR <= int(year) <= LAST_YEAR:
        return None
    try:
        return datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0))  # noqa: DTZ001 - printed wall time, zone is added by the registry
    except ValueError:
        return None


def parse_number(text: str) -> tuple[str, tuple[str, ...]] | None:
    """A case number cell: the number and the other numbers it carries, or None when it is no number.

    ``1-5/2026 (1-13/2025; 1-2935/2024;) ~ М-2773/2024`` gives ``("1-5/2026", ("1-13/2025", "1-2935/2024", "М-2773/2024"))``.
    Latin look-alikes become Cyrillic. A number is for people, never a key.
    """
    if _PLAIN_NUMBER.fullmatch(text):
        return text, ()
    text = " ".join(text.split()).translate(_LOOKALIKE)
    found = _NUMBER.fullmatch(text)
    if not found:
        return None
    rest = found["rest"]
    if not _FILLER.fullmatch(_ANY_NUMBER.sub("", rest)):
        return None
    return _tight(found["first"]), tuple(_tight(number) for number in _ANY_NUMBER.findall(rest))


def _tight(number: str) -> str:
    return number.replace(" ", "")


def mask_name(text: str) -> str:
    """A name cell as its mask: ``⟦hidden⟧`` for «Информация скрыта», ``⟦name⟧`` for any other text, "" when empty."""
    if text in _HIDDEN_AS_PRINTED:
        return HIDDEN
    text = text.strip()
    if not text:
        return ""
    # Only a text that could be the site's own words is folded; names are not worth the time.
    core = text.strip(_AROUND_HIDDEN)
    if core and core[0] in "иИ" and len(core) <= len(_HIDDEN) + _SPARE and normalise(core) == _HIDDEN:
        return HIDDEN
    return NAME
