"""The WARC format itself: records, gzip members, and a strict walk over a file that steps over damage and names it.

Invariants
- What is yielded as a record is whole: its length fits, its end mark is there, its gzip checksum is right.
- What is not whole is yielded as damage, with its offset; the walk goes on at the next record it can find.
- Nothing here knows courts or captures. ISO 28500:2017 (WARC/1.1) is the source of every rule.

Decompression is zlib's on purpose: the faster reader that was tried took cut and altered members for whole ones. It
compresses well and twice as fast, so it writes.
"""

import io
import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from fastwarc.stream_io import GzipWriter

LARGEST_BLOCK = 256 << 20
"""Records above this many bytes are reported and stepped over: no page of a court is a thousandth of it."""
LARGEST_HEAD = 8 << 20
_CHUNK = 1 << 16
_GZIP_MAGIC = b"\x1f\x8b\x08"
_VERSION = re.compile(rb"WARC/(0\.1[78]|1\.[01])\r\n")
_MARK = b"WARC/"


class NotWholeError(ValueError):
    """Bytes that are not one whole WARC record; the message says in what way."""


@dataclass(frozen=True, slots=True)
class Record:
    """One WARC record. `length` is its size in the file, or None where it shares a gzip member with others."""

    offset: int
    length: int | None
    headers: tuple[tuple[str, str], ...]
    block: bytes

    def get(self, name: str) -> str | None:
        """The first field of this name (in lower case), or None."""
        return next((value for key, value in self.headers if key.lower() == name), None)

    def get_all(self, name: str) -> list[str]:
        """Every field of this name (in lower case)."""
        return [value for key, value in self.headers if key.lower() == name]


@dataclass(frozen=True, slots=True)
class Damage:
    """A place in a file that is not a whole record, and what is wrong there."""

    offset: int
    what: str


def pack(raw: bytes) -> bytes:
    """One gzip member that holds exactly these bytes."""
    buffer = io.BytesIO()
    writer = GzipWriter(buffer, 6)
    writer.write(raw)
    writer.close()  # without it the tail of the member is lost in silence
    return buffer.getvalue()


def pack_exactly(raw: bytes, length: int) -> bytes:
    """One gzip member of exactly `length` bytes that holds these bytes; what is left over is a comment in its head.

    Raises ValueError where they do not fit.
    """
    deflater = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    body = deflater.compress(raw) + deflater.flush()
    spare = length - len(body) - 18
    if spare < 0:
        raise ValueError("the record does not fit into the place of the other")
    flags, comment = (0, b"") if spare == 0 else (16, b" " * (spare - 1) + b"\0")
    head = _GZIP_MAGIC + struct.pack("<BLBB", flags, 0, 2, 255)
    return head + comment + body + struct.pack("<LL", zlib.crc32(raw), len(raw))


def unpack(member: bytes) -> bytes:
    """The bytes of exactly one gzip member, checksum and length proved. Raises NotWholeError."""
    inflater = zlib.decompressobj(31)
    try:
        raw = inflater.decompress(member, LARGEST_BLOCK + LARGEST_HEAD)
    except zlib.error:
        raise NotWholeError("the compressed data is damaged") from None
    if not inflater.eof:
        raise NotWholeError("the compressed data is cut short")
    if inflater.unused_data:
        raise NotWholeError("bytes follow the compressed record")
    return raw


def encode_record(fields: list[tuple[str, str]], block: bytes) -> bytes:
    """A WARC/1.1 record, uncompressed. Fields must be free of line ends; Content-Length is added here."""
    lines = ["WARC/1.1", *(f"{name}: {value}" for name, value in fields), f"Content-Length: {len(block)}", "", ""]
    return "\r\n".join(lines).encode("utf-8") + block + b"\r\n\r\n"


def decode_record(raw: bytes, offset: int, length: int) -> Record:
    """Read bytes that must be exactly one record. Raises NotWholeError."""
    headers, start, size = _read_head(raw)
    if len(raw) != start + size + 4 or not raw.endswith(b"\r\n\r\n"):
        raise NotWholeError("Content-Length does not fit the record")
    return Record(offset, length, headers, raw[start : start + size])


def scan(stream: BinaryIO) -> Iterator[Record | Damage]:
    """Walk over a WARC file (plain, or gzip with one or many records a member) from its start.

    The stream must be able to seek. An empty file yields nothing.
    """
    stream.seek(0)
    start = stream.read(len(_MARK))
    # a file whose first bytes are damaged may still hold compressed records
    if not start.startswith(_MARK) and (start.startswith(_GZIP_MAGIC[:2]) or _next_member(stream, 0) is not None):
        yield from _scan_members(stream)
    else:
        yield from _records(_Plain(stream))


def field_text(raw: bytes) -> str:
    """A header's bytes as text: UTF-8, or Latin-1 where they are not."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def parse_fields(raw: bytes) -> tuple[tuple[str, str], ...]:
    """Header lines as pairs; folded lines are joined. Raises NotWholeError for a line that is no field."""
    fields: list[tuple[str, str]] = []
    for line in raw.split(b"\n"):
        line = line.removesuffix(b"\r")
        if line[:1] in (b" ", b"\t") and fields:
            name, value = fields[-1]
            fields[-1] = (name, f"{value} {field_text(line.strip())}")
            continue
        key, colon, rest = line.partition(b":")
        if not colon or not key.strip():
            raise NotWholeError("a header line is not a field")
        fields.append((field_text(key.strip()), field_text(rest.strip())))
    return tuple(fields)


def _read_head(raw: bytes | bytearray) -> tuple[tuple[tuple[str, str], ...], int, int]:
    """Fields, where the block starts, and its stated length."""
    version = _VERSION.match(raw)
    if version is None:
        raise NotWholeError("this is not the start of a WARC record")
    end = raw.find(b"\r\n\r\n", version.end() - 2)
    if end < 0:
        raise NotWholeError("the record's header never ends")
    fields = parse_fields(bytes(raw[version.end() : end])) if end > version.end() else ()
    lengths = [value for key, value in fields if key.lower() == "content-length"]
    if len(lengths) != 1 or not (lengths[0].isascii() and lengths[0].isdigit() and len(lengths[0]) < 19):
        raise NotWholeError("Content-Length is missing or not a number")
    return fields, end + 4, int(lengths[0])


class _Plain:
    """An uncompressed file as a buffer that grows on demand."""

    def __init__(self, stream: BinaryIO) -> None:
        self.buffer = bytearray()
        self.broken: str | None = None
        self._stream = stream
        self._dropped = 0
        stream.seek(0)

    def more(self) -> bool:
        """Take in the next piece; False at the end."""
        piece = self._stream.read(_CHUNK)
        self.buffer += piece
        return bool(piece)

    def drop(self, count: int) -> None:
        """Forget the first bytes of the buffer."""
        del self.buffer[:count]
        self._dropped += count

    def offset(self) -> int:
        """Where the buffer starts in the file."""
        return self._dropped

    def span(self, first: int, alone: bool) -> int | None:
        """The size in the file of the record that began at `first` and was just dropped."""
        return self._dropped - first


class _Member:
    """One gzip member as a buffer that grows on demand; `broken` says why it ended before its end."""

    def __init__(self, stream: BinaryIO, start: int) -> None:
        self.buffer = bytearray()
        self.broken: str | None = None
        self.start = start
        self.end: int | None = None
        self._stream = stream
        self._read = start
        self._inflater = zlib.decompressobj(31)
        self._waiting = b""

    def more(self) -> bool:
        if self.end is not None or self.broken is not None:
            return False
        while True:
            source = self._waiting
            if not source:
                self._stream.seek(self._read)
                source = self._stream.read(_CHUNK)
                self._read += len(source)
            if not source:
                self.broken = "the compressed data is cut short"
                return False
            try:
                piece = self._inflater.decompress(source, _CHUNK * 8)
            except zlib.error:
                self.broken = "the compressed data is damaged"
                return False
            self._waiting = self._inflater.unconsumed_tail
            self.buffer += piece
            if self._inflater.eof:
                self.end = self._read - len(self._inflater.unused_data)
                return bool(piece)
            if piece:
                return True

    def drop(self, count: int) -> None:
        del self.buffer[:count]

    def offset(self) -> int:
        return self.start

    def span(self, first: int, alone: bool) -> int | None:
        return self.end - self.start if alone and self.end is not None else None


def _fill(feed: _Plain | _Member, size: int) -> bool:
    while len(feed.buffer) < size:
        if not feed.more():
            return False
    return True


def _records(feed: _Plain | _Member) -> Iterator[Record | Damage]:
    alone = True
    while _fill(feed, 1):
        first = feed.offset()
        try:
            headers, start, size = _whole(feed)
        except NotWholeError as problem:
            yield Damage(first, feed.broken or str(problem))
            if not _resync(feed):
                return
            alone = False
            continue
        block = bytes(feed.buffer[start : start + size])
        feed.drop(start + size + 4)
        if _fill(feed, 1):
            alone = False  # more records follow in the same member
        elif feed.broken is not None:
            yield Damage(first, feed.broken)
            return
        yield Record(first, feed.span(first, alone), headers, block)
    if feed.broken is not None:
        yield Damage(feed.offset(), feed.broken)


def _whole(feed: _Plain | _Member) -> tuple[tuple[tuple[str, str], ...], int, int]:
    """Bring one record into the buffer whole, and read its head. Raises NotWholeError."""
    _fill(feed, 10)
    if _VERSION.match(feed.buffer) is None:
        raise NotWholeError("this is not the start of a WARC record")
    looked = 0
    while (found := feed.buffer.find(b"\r\n\r\n", looked)) < 0:
        looked = max(0, len(feed.buffer) - 3)
        if looked > LARGEST_HEAD or not feed.more():
            raise NotWholeError("the record's header never ends")
    head = _read_head(feed.buffer[: found + 4])
    _, start, size = head
    if size > LARGEST_BLOCK:
        raise NotWholeError(f"the record is larger than {LARGEST_BLOCK >> 20} MiB")
    if not _fill(feed, start + size + 4):
        raise NotWholeError("the record is cut short, or its Content-Length is too large")
    if feed.buffer[start + size : start + size + 4] != b"\r\n\r\n":
        raise NotWholeError("Content-Length does not fit the record")
    return head


def _resync(feed: _Plain | _Member) -> bool:
    """Go to the next start of a record behind the present one; False where there is none."""
    feed.drop(1)
    looked = 0
    while True:
        found = feed.buffer.find(_MARK, looked)
        if found >= 0 and _fill(feed, found + 10):
            if _VERSION.match(feed.buffer, found) and feed.buffer[max(0, found - 2) : found] == b"\r\n":
                feed.drop(found)
                return True
            looked = found + 1
            continue
        keep = max(0, len(feed.buffer) - 2 * len(_MARK))
        feed.drop(keep)
        looked = 0
        if not feed.more():
            return False


def _scan_members(stream: BinaryIO) -> Iterator[Record | Damage]:
    position = 0
    while True:
        stream.seek(position)
        start = stream.read(len(_GZIP_MAGIC))
        if not start:
            return
        if start != _GZIP_MAGIC:
            yield Damage(position, "bytes that are no compressed record")
            following = _next_member(stream, position + 1)
        else:
            member = _Member(stream, position)
            yield from _records(member)
            following = member.end if member.end is not None else _next_member(stream, position + 1)
        if following is None:
            return
        position = following


def _next_member(stream: BinaryIO, position: int) -> int | None:
    """The next place where a gzip member begins that holds a WARC record."""
    kept = b""
    while True:
        stream.seek(position)
        piece = stream.read(_CHUNK)
        if len(piece) < len(_GZIP_MAGIC):
            return None
        found = piece.find(_GZIP_MAGIC)
        if found < 0:
            position += len(piece) - len(_GZIP_MAGIC) + 1
            continue
        position += found
        stream.seek(position)
        try:
            kept = zlib.decompressobj(31).decompress(stream.read(4096), len(_MARK))
        except zlib.error:
            kept = b""
        if kept.startswith(_MARK):
            return position
        position += 1
