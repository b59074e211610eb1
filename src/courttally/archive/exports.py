"""Rows that sudrfscraper exported, from its CSV and its JSON: other people's notes of what court pages said.

Invariants
- One row is one capture of kind *export row*: its payload is the row as canonical JSON (UTF-8, keys sorted), it has no
  URL and no status, and a header marks it. So the same row is the same capture, whichever file it comes from, and is
  never taken for an answer of a site.
- Nothing is guessed: the encoding is UTF-8, or windows-1251 where the bytes are no UTF-8 (a byte order mark wins); the
  separator is the one under which the header has the export's columns; a row with more or fewer cells is a failure.
- Files are streamed: memory holds one row and some read ahead.

Whole numbers become text, as in CSV, so that a row is the same in both forms. Columns that the export does not have are
kept; reading signals them.
"""

import codecs
import csv
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from courttally.archive.capture import canonical_json

HEADER = ("Courttally-Export", "sudrfscraper")
HEADERS = (("Content-Type", "application/json; charset=utf-8"), HEADER)
COLUMNS = frozenset(
    {"caseNumber", "decision", "endDate", "entryDate", "id", "instance", "judge", "name", "names", "region", "resultDate", "text"}
)  # fmt: skip
COURT = "name"
NOTHING = ("", "NA")
"""How the export says that it has no value."""
LARGEST_ROW = 16 << 20
"""Characters: no decision is a tenth of it; an open quote would else take in the whole file."""
MOST_DAMAGED = 100
"""Damaged rows one after another, after which the rest of a file is left."""
_SEPARATORS = (",", ";", "\t")
_PIECE = 1 << 20
_REST_LEFT = "the file is damaged here, and its rest was left"


@dataclass(frozen=True, slots=True)
class ExportRow:
    """One row: its number in the file (from 1), how far the file was read, and its payload or why it has none."""

    number: int
    offset: int
    payload: bytes = b""
    states_court: bool = False
    failure: str = ""


class NotAnExportError(Exception):
    """A table that is not an export; `alike` where it has so many of its columns that it may be meant as one."""

    def __init__(self, reason: str, alike: bool = False) -> None:
        super().__init__(reason)
        self.alike = alike


def rows(stream: BinaryIO, what: str) -> Iterator[ExportRow]:
    """The rows of an export; `what` is "table" for CSV, anything else for JSON.

    Raises NotAnExportError, before the first row, where the columns are others.
    """
    text = _text(stream)
    try:
        yield from _csv_rows(stream, text) if what == "table" else _json_rows(stream, text)
    finally:
        text.detach()  # the stream is its owner's to close


def _text(stream: BinaryIO) -> io.TextIOWrapper:
    """The stream as text, line ends as they are."""
    stream.seek(0)
    start = stream.read(4)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    else:
        encoding = "utf-8-sig" if _is_utf8(stream) else "cp1251"
    stream.seek(0)
    return io.TextIOWrapper(stream, encoding, errors=_BYTE_98 if encoding == "cp1251" else "strict", newline="")


def _is_utf8(stream: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    stream.seek(0)
    try:
        while piece := stream.read(_PIECE):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _undefined_byte(problem: UnicodeError) -> tuple[str, int]:
    """0x98, the one byte that windows-1251 leaves undefined, as browsers read it."""
    if not isinstance(problem, UnicodeDecodeError):
        raise problem
    return "\x98" * (problem.end - problem.start), problem.end


_BYTE_98 = "courttally-byte-98"
codecs.register_error(_BYTE_98, _undefined_byte)


def _row(number: int, offset: int, values: dict[str, str | None]) -> ExportRow:
    court = values.get(COURT)
    try:
        payload = canonical_json(values)
    except ValueError:
        return ExportRow(number, offset, failure="a value is not valid Unicode text")
    return ExportRow(number, offset, payload, court is not None and court.strip() not in NOTHING)


class _LineTooLongError(Exception):
    """A line that is longer than any row may be."""


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    while line := text.readline(LARGEST_ROW):
        if len(line) == LARGEST_ROW:
            raise _LineTooLongError
        yield line


@contextmanager
def _long_cells() -> Iterator[None]:
    """The library's bound is 128 KiB for the whole process; a decision is longer."""
    before = csv.field_size_limit(LARGEST_ROW)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _csv_rows(stream: BinaryIO, text: io.TextIOWrapper) -> Iterator[ExportRow]:
    number = damaged = 0
    with _long_cells():
        try:
            separator, header = _header(text)
            reader = csv.reader(_lines(text), delimiter=separator, strict=True)
            while damaged < MOST_DAMAGED:
                try:
                    cells = next(reader, None)
                except csv.Error:
                    cells = [""]  # a quote in the wrong place: no row has one cell
                if cells is None:
                    return
                if not cells:
                    continue  # a blank line
                number += 1
                if len(cells) == len(header):
                    damaged = 0
                    yield _row(number, stream.tell(), dict(zip(header, cells, strict=True)))
                else:
                    damaged += 1
                    yield ExportRow(number, stream.tell(), failure="its cells do not fit the header")
        except (_LineTooLongError, UnicodeDecodeError):
            yield ExportRow(number + 1, stream.tell(), failure=_REST_LEFT)
            return
    yield ExportRow(number + 1, stream.tell(), failure=f"{MOST_DAMAGED} rows before are damaged; the rest was left")


def _header(text: io.TextIOWrapper) -> tuple[str, list[str]]:
    """The separator and the columns. Raises NotAnExportError."""
    line = next(_lines(text), "")
    best: list[str] = []
    for separator in _SEPARATORS:
        try:
            names = [name.strip() for name in next(csv.reader([line], delimiter=separator, strict=True), [])]
        except csv.Error:
            continue
        if set(names) >= COLUMNS:
            if len(set(names)) != len(names):
                raise NotAnExportError("this export of sudrfscraper names a column twice", alike=True)
            return separator, names
        best = max(best, names, key=lambda found: len(COLUMNS & set(found)))
    missing = sorted(COLUMNS - set(best))
    alike = len(missing) <= len(COLUMNS) // 2
    lacks = f"it lacks {', '.join(missing)}" if alike else f"one has the columns {', '.join(sorted(COLUMNS))}"
    raise NotAnExportError(f"this is no export of sudrfscraper: {lacks}", alike)


class _BadValueError(Exception):
    """JSON that is whole, and holds what no row of an export holds."""


def _no_number(text: str) -> str:
    raise _BadValueError


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _BadValueError
    return found


_DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_int=str, parse_float=_no_number, parse_constant=_no_number)


class _Ahead:
    """Text read ahead of the next value of a list."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self._held = ""
        self._at = 0

    def more(self) -> bool:
        """Forget what was used and take in the next piece; False at the end."""
        piece = self._text.read(_PIECE)
        self._held, self._at = self._held[self._at :] + piece, 0
        return bool(piece)

    def mark(self) -> str:
        """The next letter that is no white space, used up; "" at the end."""
        while True:
            while self._at < len(self._held):
                self._at += 1
                if not self._held[self._at - 1].isspace():
                    return self._held[self._at - 1]
            if not self.more():
                return ""

    def back(self) -> None:
        """Give the last letter back."""
        self._at -= 1

    def value(self) -> object:
        """The next value. Raises ValueError where it is damaged, _BadValueError where it is whole and not wanted."""
        while True:
            try:
                found, self._at = _DECODER.raw_decode(self._held, self._at)
            except (ValueError, RecursionError):
                # damaged, or not yet read to its end
                if len(self._held) - self._at > LARGEST_ROW or not self.more():
                    raise ValueError("damaged JSON") from None
            else:
                return found


def _json_rows(stream: BinaryIO, text: io.TextIOWrapper) -> Iterator[ExportRow]:
    ahead = _Ahead(text)
    number = 0
    try:
        if ahead.mark() != "[" or ahead.mark() != "{":
            raise NotAnExportError("this JSON is no list of rows as sudrfscraper exports them")
        ahead.back()
        while True:
            found = ahead.value()
            number += 1
            if not isinstance(found, dict) or 2 * len(COLUMNS & found.keys()) < len(COLUMNS):
                if number == 1:
                    named = ", ".join(sorted(COLUMNS))
                    raise NotAnExportError(f"this is no export of sudrfscraper: its rows have {named}")
                yield ExportRow(number, stream.tell(), failure="its columns are not those of the export")
            elif not all(value is None or isinstance(value, str) for value in found.values()):
                yield ExportRow(number, stream.tell(), failure="a value is neither text nor a whole number")
            else:
                yield _row(number, stream.tell(), found)
            mark = ahead.mark()
            if mark == "]" and not ahead.mark():
                return
            if mark != "," or not ahead.mark():
                raise ValueError("damaged JSON")
            ahead.back()
    except (ValueError, _BadValueError):
        if not number:
            raise NotAnExportError("this JSON is damaged, or no list of rows as sudrfscraper exports them") from None
        yield ExportRow(number + 1, stream.tell(), failure=_REST_LEFT)
