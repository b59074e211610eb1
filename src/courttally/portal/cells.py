"""Reading one cell against its vocabulary or pattern, and noting what was not accepted.

Invariant: every function returns codes, numbers, dates or masks. A text that is not accepted leaves only a signal
with its place, length and digest.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from datetime import date
from functools import lru_cache

from courttally.law import outcomes
from courttally.law.charges import parse_charges
from courttally.law.text import normalise
from courttally.portal.model import AccusedSeen, ChargeSeen, Day, Result, Signal
from courttally.portal.upper import grounds
from courttally.portal.values import mask_name, parse_day

# A new slot begins where a name and a dash stand before articles; the Latin c and t of a look-alike «ст.» count too.
_CHARGES_START = re.compile(r"(?:^|\s)[-\u2013\u2014]\s*(?=[сcСC][тtТT]\s*[.0-9]|[чЧ]\s*\.?\s*[0-9]|[пП]\s*\.)")
_DASHES = frozenset("-\u2013\u2014")
_ARTICLE_START = re.compile(r"[сcСC][тtТT]\s*[.0-9]")
_LIKE_AN_ARTICLE = re.compile(r"\S*(?<![0-9])[0-9]{3}(?![0-9]).*", re.DOTALL)
_CODE = r"[УуYy][КкKk]\s*[РрPp](?:[СсCc][Фф][СсCc][РрPp]|[Фф])"
# Several accused on one line: after the code's name and a semicolon, what does not begin with an article is a new person.
_SLOT_BREAK = re.compile(rf"({_CODE})\s*;\s*(?![сcСC][тtТT]\s*\.)(?=\S)")
_CODE_END = re.compile(rf"{_CODE}\s*;?\s*$")

UNMAPPED = "unmapped"
_PIECE = 1 << 13


Place = tuple[str, int, int]
"""Table, row and column; written ``table:row:column`` only when something is noted there."""


def described(text: str) -> tuple[int, str]:
    """Length and SHA-256 of the normal form of a text, as ``law.text.digest`` gives it; (0, "") for none."""
    if not text:
        return 0, ""
    words = normalise(text)
    return len(words), hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()


def described_long(text: str) -> tuple[int, str]:
    """What ``described`` gives, for a text of many pages: its normal form is made piece by piece and never held as a whole."""
    if not text:
        return 0, ""
    sha = hashlib.sha256()
    length = 0
    for piece in _pieces(text):
        words = normalise(piece)
        if words:
            if length:
                sha.update(b" ")
                length += 1
            sha.update(words.encode("utf-8", "surrogatepass"))
            length += len(words)
    return length, sha.hexdigest()


def _pieces(text: str) -> Iterator[str]:
    """A text cut at spaces: the normal form of a piece is that of the same words in the whole."""
    start = 0
    while (cut := text.find(" ", start + _PIECE)) >= 0:
        yield text[start:cut]
        start = cut
    yield text[start:]


class Notes:
    """Collects the signals of one page and the latest date that bounds its time."""

    __slots__ = ("latest", "signals")

    def __init__(self) -> None:
        self.signals: list[Signal] = []
        self.latest: date | None = None

    def add(self, code: str, place: Place | None = None, text: str = "") -> None:
        """Note a signal; of ``text`` only its length and digest are kept."""
        where = f"{place[0]}:{place[1]}:{place[2]}" if place is not None else ""
        self.signals.append(Signal(code, where, *described(text)))

    def seen(self, day: date | None) -> None:
        """Let ``day`` bound the time of the page: it was printed, so the page is not older."""
        if day is not None and (self.latest is None or day > self.latest):
            self.latest = day

    def day(self, text: str, place: Place, *, bounds: bool = True) -> Day:
        """A date cell; an impossible date is a signal."""
        if not text:
            return NO_DAY
        value = parse_day(text)
        if value.value is None:
            if not text.isspace():
                self.add("date_impossible", place, text)
        elif bounds and (self.latest is None or value.value > self.latest):
            self.latest = value.value
        return value

    def code(self, read: Callable[[str], str | None], text: str, place: Place, signal: str) -> str:
        """A vocabulary cell: its code, "" when empty, ``unmapped`` with a signal when its wording is not known."""
        if not text:
            return ""
        found = read(text)
        if found is None:
            self.add(signal, place, text)
            return UNMAPPED
        return found

    def result(self, text: str, place: Place, *, upper: bool = False) -> Result:
        """A result cell with its ground on a second line; ``upper``: of a court of appeal or cassation."""
        if not text:
            return NO_RESULT
        found, ground_unread = _upper_result(text) if upper else _result(text)
        if found.outcome == UNMAPPED:
            # The wording alone: with its grounds behind it, one wording would have to be answered many times.
            self.add("result_unmapped", place, text.split("\n", 1)[0])
        elif ground_unread:
            self.add("ground_unmapped", place, text)
        return found

    def charges(self, text: str, place: Place) -> list[ChargeSeen]:
        """The charges of one accused; what of the notation is not understood is a signal, as is a charge of another code."""
        if not text:
            return []
        found, unparsed, other_code = _charges(text) if len(text) <= _KEPT else _read_charges(text)
        if unparsed:
            self.add("charge_unparsed", place, text)
        if other_code:
            self.add("charge_other_code", place, text)
        return list(found)


NO_DAY = Day()
NO_RESULT = Result()
_KEPT = 1000
"""A longer cell is read each time: thousands of monstrous ones would fill the memory."""


def _read_charges(text: str) -> tuple[tuple[ChargeSeen, ...], bool, bool]:
    reading = parse_charges(text)
    present = tuple(
        ChargeSeen(c.article, c.part, c.points, c.stage, c.role) for c in reading.charges if c.code == PRESENT_CODE
    )
    return present, bool(reading.unparsed), len(present) < len(reading.charges)


PRESENT_CODE = "rf"
_charges = lru_cache(maxsize=16384)(_read_charges)


@lru_cache(maxsize=8192)
def _result(text: str) -> tuple[Result, bool]:
    match = outcomes.case_outcome(text)
    if match is None:
        return Result(UNMAPPED), False
    return Result(match.code, match.rule, match.ground or ""), match.ground_unmapped


@lru_cache(maxsize=4096)
def _upper_result(text: str) -> tuple[Result, bool]:
    code = outcomes.appeal_result(text.replace("\n", " "))
    if code is not None:
        return Result(code, f"appeal:{code}"), False
    first, _, rest = text.partition("\n")
    code = outcomes.appeal_result(first) if rest else None
    if code is None:
        return Result(UNMAPPED), False
    reason = outcomes.ground(rest.replace("\n", " ")) or grounds(rest)
    return Result(code, f"appeal:{code}", reason or ""), reason is None


event_name = lru_cache(maxsize=4096)(outcomes.event_name)
event_result = lru_cache(maxsize=4096)(outcomes.event_result)
ground = lru_cache(maxsize=4096)(outcomes.ground)
party_role = lru_cache(maxsize=4096)(outcomes.party_role)
consideration = lru_cache(maxsize=4096)(outcomes.consideration)
writ_status = lru_cache(maxsize=4096)(outcomes.writ_status)


@lru_cache(maxsize=4096)
def upper_event_result(text: str) -> str | None:
    """The code of an event's result at a court of appeal or cassation."""
    return outcomes.appeal_result(text) or outcomes.event_result(text)


@lru_cache(maxsize=4096)
def lower_event_result(text: str) -> str | None:
    """The code of a hearing's result at a court of first instance, or where the proceeding is not known."""
    return outcomes.event_result(text) or outcomes.appeal_result(text)


def slots_of(text: str) -> list[tuple[str, str]]:
    """The persons of a listing's cell «Лица», each as (name, charges).

    Persons are separated by ``;`` at the end of a line; a line that begins with an article goes on with the person
    before. Hidden names repeat, so persons are counted by separators and never by distinct names.
    """
    if "\n" not in text and (";" not in text or not _SLOT_BREAK.search(text)):
        return [_split_slot(text)] if text.replace(";", " ").strip() else []
    slots: list[str] = []
    open_slot = False
    for line in _SLOT_BREAK.sub(r"\1;\n", text).split("\n"):
        if open_slot and not (_CHARGES_START.search(line) and _ARTICLE_START.search(slots[-1])):
            slots[-1] += " " + line
        else:
            slots.append(line)
        open_slot = not (line.rstrip().endswith(";") and _ends_person(slots[-1]))
    return [_split_slot(slot) for slot in slots if slot.replace(";", " ").strip()]


def _ends_person(slot: str) -> bool:
    # «ст.337 ч.5;» at a line's end may only separate charges; «… УК РФ;» or a bare name ends a person.
    return bool(_CODE_END.search(slot)) or not _ARTICLE_START.search(slot)


def _split_slot(slot: str) -> tuple[str, str]:
    slot = slot.strip(" ;\n")
    name, dash, charges = slot.partition(" - ст.")
    if dash and (not _DASHES.intersection(name) or not _CHARGES_START.search(name)):
        return name, "ст." + charges
    start = _CHARGES_START.search(slot)
    if start:
        return slot[: start.start()].strip(), slot[start.end() :].strip()
    if _ARTICLE_START.match(slot):
        return "", slot
    return slot, ""


def read_slots(text: str, row: int, notes: Notes, place: Place) -> list[AccusedSeen]:
    """The accused of a listing row. A number as of an article in what was taken for a bare name is a signal: no charge is dropped in silence."""
    slots = []
    for name, charges in slots_of(text):
        if not charges and (article := _LIKE_AN_ARTICLE.search(name)):
            notes.add("charge_unparsed", place, article[0])  # from the number on: the name stands before it
        slots.append(AccusedSeen(row=row, name=mask_name(name), charges=notes.charges(charges, place)))
    return slots
