"""What a decision's heading and a press item print of the case they are about: number, UID, day, court; values, never text.

Invariants: a value is given only where the heading prints one and no second one; a masked day (ДД.ММ.ГГГГ) is none. A press item's
*decided* is the day that stands beside the court and before the word for its decision, in one sentence with no other day: the day of
an offence never does. What these values are worth is for the registry to say; here nothing is matched.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from courttally import courts
from courttally.law.uid import parse_uid
from courttally.portal.values import FIRST_YEAR, LAST_YEAR, parse_number

_MONTHS = (
    "января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря",
)  # fmt: skip
_DAY = re.compile(
    rf"(?<![0-9.])(?:[«\"]\s?)?([0-9]{{1,2}})(?:\s?[»\"])?(?:\s?\.\s?([0-9]{{1,2}})\s?\.\s?|\s({'|'.join(_MONTHS)})\s)([0-9]{{4}})(?![0-9])",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"(?<![\w/-])((?:[0-9]{1,3}[А-ЯA-Z]{0,2}|[А-ЯA-Z]{1,2})(?:/[0-9]{1,3})?\s?-\s?[0-9]{1,6}\s?/\s?(?:[0-9]{4}|[0-9]{2}))(?![\w/-])(\s?\([^()]{3,80}\))?"
)
_UID = re.compile(r"(?<![\w-])[0-9]{2}[A-ZА-Я]{2}[0-9]{4}-[0-9]{2}-[0-9]{4}-[0-9]{6}-[0-9]{2}(?![\w-])")
_HEAD_ENDS = re.compile(r"(?<!\w)(?:в составе|рассмотрев|рассмотрел|установил)(?!\w)", re.IGNORECASE)
_HEAD = 3000
_HEAD_LINES = 40
_COURT = re.compile(
    r"(?:[\w-]{1,40}\s){1,4}(?:гарнизонн|окружн|флотск)\w{1,4}\sвоенн\w{1,4}\sсуд\w{0,3}",
    re.IGNORECASE,
)

_DECIDED = r"(?:приговорил|осудил|признал|рассмотрел|рассмотрен|назначил|вынес|провозгласил|огласил|постановил|оправдал|прекратил)"
_OFFENCE = re.compile(r"самовольн|оставил|совершил|не явил|отказал|уклон|скры|прибыл|задерж", re.IGNORECASE)
_DAY_MARK = "\x1e"
_BESIDE = re.compile(
    rf"{_DAY_MARK}(?P<after>[^,;:{_DAY_MARK}]{{0,160}}?)(?<!\w)суд(?:ом|а|ья|ьей|ьёй)?(?!\w)[^,;:{_DAY_MARK}]{{0,100}}?(?<!\w){_DECIDED}"
    rf"|(?<!\w)суд(?:ом|а|е)?(?!\w)[^,;:{_DAY_MARK}]{{0,80}}{_DAY_MARK}(?P<before>[^,;:{_DAY_MARK}]{{0,60}}?)(?<!\w){_DECIDED}",
    re.IGNORECASE,
)
_YEAR_WORD = re.compile(r"(?<=[0-9])\s?г(?:ода|\.)?(?!\w)", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?](?=\s+[А-ЯЁ«\"])|(?<=[а-яё]{3})[.!?](?=\s+[0-9])")
_PRESS = 20_000


@dataclass(frozen=True, slots=True)
class ActHead:
    """What the heading of a decision prints. None: nothing, several things, or something masked."""

    number: str | None = None
    earlier: tuple[str, ...] = ()
    uid: str | None = None
    day: date | None = None
    court: str | None = None
    """The code of the court that it names."""


def head_of_act(lines: Sequence[str]) -> ActHead:
    """The heading of a decision, which ends where the composition of the court or the reasons begin."""
    text = "\n".join(lines[:_HEAD_LINES])[:_HEAD]
    ends = _HEAD_ENDS.search(text)
    head = text[: ends.start()] if ends else text[: _HEAD // 5]
    number, earlier = _number(head)
    return ActHead(number, earlier, _uid(head), _only(_days(head)), _court(head))


def facts_of_press(lines: Sequence[str]) -> tuple[str | None, date | None]:
    """(case number, day of the decision) that a press item prints."""
    text = "\n".join(lines)[:_PRESS]
    return _number(text)[0], _decided(text)


def _number(text: str) -> tuple[str | None, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for one, more in _NUMBER.findall(_UID.sub(" ", text)):
        number = parse_number(one + more) or parse_number(one)
        if number is not None:
            found.setdefault(number[0], number[1])
    inside = {number for earlier in found.values() for number in earlier}
    alone = [(number, earlier) for number, earlier in found.items() if number not in inside]
    return alone[0] if len(alone) == 1 else (None, ())


def _uid(text: str) -> str | None:
    found = {uid.text for each in _UID.findall(text) if (uid := parse_uid(each)) is not None and uid.valid}
    return found.pop() if len(found) == 1 else None


def _days(text: str) -> set[date]:
    return {day for found in _DAY.finditer(text) if (day := _day(found)) is not None}


def _day(found: re.Match[str]) -> date | None:
    number, month, word, year = found.groups()
    try:
        day = date(int(year), int(month) if month else _MONTHS.index(word.lower()) + 1, int(number))
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


def _only(days: set[date]) -> date | None:
    return next(iter(days)) if len(days) == 1 else None


def _court(head: str) -> str | None:
    """The one court that a heading names; the words before its name are tried from the longest name to the shortest."""
    codes = set()
    for found in _COURT.finditer(" ".join(head.split())):
        words = found[0].split()
        code = next((code for at in range(len(words) - 2) if (code := courts.resolve_name(" ".join(words[at:])))), None)
        if code is not None:
            codes.add(code)
    return codes.pop() if len(codes) == 1 else None


def _decided(text: str) -> date | None:
    days = set()
    for line in text.split("\n"):
        for sentence in _SENTENCE_END.split(_YEAR_WORD.sub("", line)):
            printed = list(_DAY.finditer(sentence))
            if len(printed) != 1:
                continue
            at = printed[0]
            found = _BESIDE.search(sentence[: at.start()] + _DAY_MARK + sentence[at.end() :])
            day = _day(at)
            if found is not None and day is not None and not _OFFENCE.search(found[0]):
                days.add(day)
    return _only(days)
