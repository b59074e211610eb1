"""Somebody else's list of cases as a file: its encoding, delimiter, header and the values that a case can be found by.

Invariants: a row is named by its line and never printed, because it may hold a name; a value that cannot be read is named by its column and
matches nothing. People write lists in many ways: what has one meaning only is understood, anything else is left unread.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from courttally import courts

BY = ("uid", "number", "court+date")
_NUMBER = re.compile(r"(?<!\d)(\d{1,2})-(\d{1,5})/(\d{4})(?!\d)")
_UID = re.compile(r"\d{2}[A-Z]{2}\d{4}-\d{2}-\d{4}-\d{6}-\d{2}")
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"))
_LATIN = str.maketrans("АВЕКМНОРСТУХ", "ABEKMHOPCTYX")
"""Cyrillic letters that look like those of a UID's court code."""


@dataclass(frozen=True, slots=True)
class Theirs:
    """One row of the other list; ``line``: in the file, from 1. ``unread``: columns whose text was not understood; their value is None."""

    line: int
    court: str | None
    number: str | None
    uid: str | None
    day: date | None
    unread: frozenset[str] = frozenset()


COLUMNS = {
    "court": ("court", "суд", "court code", "court name", "код суда", "наименование суда", "название суда"),
    "number": ("number", "номер дела", "case number", "case no", "case", "номер", "дело", "дело №", "№ дела", "№"),
    "uid": ("uid", "уид", "case uid", "уид дела", "уникальный идентификатор дела"),
    "day": ("date", "дата поступления", "received", "date received", "received date", "дата", "поступило"),
}
"""What a column may be called, in any case, with spaces or underscores."""


def decode_list(data: bytes) -> tuple[str, str]:
    """The text of a file, and the encoding that it was read in: UTF-8, UTF-16 by its mark, else Windows-1251, as Excel saves Cyrillic.

    Raises ValueError for what is no text.
    """
    for mark, encoding in ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):  # fmt: skip
        if data.startswith(mark):
            return _decoded(data, encoding), encoding
    if b"\0" in data:
        raise ValueError("the list is no text file: save it as CSV")
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _decoded(data, "cp1251"), "cp1251"


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise ValueError("the list is no text file: save it as CSV in UTF-8") from None


def read_list(text: str, by: str) -> tuple[Theirs, ...]:
    """The rows of a CSV file with a header. Raises ValueError naming the column that ``by`` needs and the file lacks."""
    if by not in BY:
        raise ValueError(f"--by is one of {', '.join(BY)}")
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    first = next((line for line in lines.split("\n") if line.strip()), "")
    if not first:
        raise ValueError("the list is empty")
    delimiter = max(",;\t", key=first.count)
    try:
        (_, head), *rows = list(_rows(lines, delimiter))
    except csv.Error as error:
        raise ValueError("the list is no CSV file") from error
    names = [re.sub(r"[\s_.:]+", " ", name.replace("№", " № ")).strip().casefold() for name in head]
    places = {what: next((names.index(name) for name in known if name in names), None) for what, known in COLUMNS.items()}  # fmt: skip
    for what in {"uid": ("uid",), "number": ("number",), "court+date": ("court", "day")}[by]:
        if places[what] is None:
            raise ValueError(f"the list needs a column {what_is(what)}, called {' or '.join(COLUMNS[what][:4])}")
    return tuple(_theirs(line, row, places) for line, row in rows)


def what_is(column: str) -> str:
    """What a column holds, in words."""
    return {"court": "of courts", "number": "of case numbers", "uid": "of UIDs", "day": "of days received"}[column]


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Rows that hold anything, each with the line on which it begins."""
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    line = 1
    for row in reader:
        if any(value.strip() for value in row):
            yield line, row
        line = reader.line_num + 1


def _theirs(line: int, row: list[str], places: dict[str, int | None]) -> Theirs:
    def cell(what: str) -> str:
        place = places[what]
        return row[place].strip() if place is not None and place < len(row) else ""

    court, number, uid, day = _court(cell("court")), plain_number(cell("number")), _uid(cell("uid")), _day(cell("day"))
    read = {"court": court, "number": number, "uid": uid, "day": day}
    return Theirs(line, court, number, uid, day, frozenset(what for what, value in read.items() if cell(what) and value is None))  # fmt: skip


def _court(text: str) -> str | None:
    if not text:
        return None
    if courts.is_wellformed_code(text.upper()):
        return text.upper()
    return courts.resolve_name(text)


def plain_number(text: str) -> str | None:
    """The first case number in a text, without leading zeros: ``1-62/2024`` of «Дело № 1-062/2024»."""
    found = _NUMBER.search(re.sub(r"\s*([-/])\s*", r"\1", text.translate(_DASHES)))
    return f"{int(found[1])}-{int(found[2])}/{found[3]}" if found else None


def _uid(text: str) -> str | None:
    plain = re.sub(r"\s", "", text.translate(_DASHES)).upper().translate(_LATIN)
    return plain if _UID.fullmatch(plain) else None


def _day(text: str) -> date | None:
    """``2024-07-15`` (a time after it is passed over), ``15.07.2024``, «15.07.2024 г.»."""
    plain = re.sub(r"\s*г\.?$|[T ]\d{1,2}:\d{2}.*$", "", text)
    for form in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            return datetime.strptime(plain, form).date()  # noqa: DTZ007 - a day as printed has no zone
        except ValueError:
            continue
    return None
