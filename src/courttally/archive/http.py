"""HTTP messages as WARC files hold them: head, body, and the encodings undone.

Invariants
- A body is returned decoded, or an error says what could not be undone; a cut body is never returned as whole.
- Many tools store a body already decoded and leave the header in place. That is recognised by the bytes and named in
  `signals`, not taken for damage.

RFC 9112 (chunked), RFC 9110 (content codings) are the source of the rules.
"""

import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import pyarrow as pa

from courttally.archive.warc import LARGEST_BLOCK, NotWholeError, field_text, parse_fields

_STATUS = re.compile(rb"HTTP/\d(?:\.\d)?[ \t]+(\d{3})(?:[ \t][^\n]*)?\r?\n?\Z")
_REQUEST = re.compile(rb"([A-Za-z]{1,16}) [^\n]*\Z")
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n]*)?\r?\n")


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP response with its body as stored (`raw`) and with the encodings undone (`payload`)."""

    status: int
    headers: tuple[tuple[str, str], ...]
    raw: bytes
    dechunked: bytes
    payload: bytes
    signals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Head:
    """Status and headers of a response, and its body as stored."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    signals: tuple[str, ...]


def _split(block: bytes) -> tuple[bytes, bytes, bytes]:
    """First line, header lines, body. A block that ends with its head has an empty body."""
    ends = [(block.find(mark), len(mark)) for mark in (b"\r\n\r\n", b"\n\n")]
    found = min((end for end in ends if end[0] >= 0), default=(len(block), 0))
    head = block[: found[0]].rstrip(b"\r\n")
    first, _, rest = head.partition(b"\n")
    return first.rstrip(b"\r"), rest, block[sum(found) :]


def _headers(lines: bytes) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """Headers as pairs. Servers do send lines that are none: each is kept as a value without a name, and signalled."""
    good: list[bytes] = []
    odd: list[tuple[str, str]] = []
    for line in lines.split(b"\n"):
        bare = line.rstrip(b"\r")
        folded = bare[:1] in (b" ", b"\t") and good
        if not bare.strip():
            continue
        if folded or (bare.partition(b":")[0].strip() and b":" in bare):
            good.append(bare)
        else:
            odd.append(("", field_text(bare.strip())))
    pairs = parse_fields(b"\n".join(good)) if good else ()
    return (*pairs, *odd), ("HTTP header line without a name",) * bool(odd)


def request_method(block: bytes) -> str | None:
    """The method of a request record, or None where the block is no HTTP request."""
    found = _REQUEST.match(block.partition(b"\n")[0].rstrip(b"\r"))
    return found[1].decode("ascii").upper() if found else None


def read_head(block: bytes) -> Head:
    """Read the head of a response block. Raises NotWholeError."""
    first, lines, body = _split(block)
    found = _STATUS.match(first)
    if found is None:
        raise NotWholeError("the record holds no HTTP status line")
    status = int(found[1])
    if not 100 <= status <= 599:
        raise NotWholeError("the HTTP status is not a number from 100 to 599")
    headers, signals = _headers(lines)
    return Head(status, headers, body, signals)


def read_answer(block: bytes) -> Answer:
    """Read a response block and undo transfer and content encodings. Raises NotWholeError."""
    head = read_head(block)
    headers, raw = head.headers, head.body
    signals = list(head.signals)
    if 0 < len(raw) < _stated_length(headers):
        signals.append("body shorter than its Content-Length")
    dechunked = raw
    for coding in _codings(headers, "transfer-encoding"):
        dechunked = _undo(coding, dechunked, "transfer encoding", signals)
    payload = dechunked
    for coding in _codings(headers, "content-encoding"):
        payload = _undo(coding, payload, "content encoding", signals)
    return Answer(head.status, headers, raw, dechunked, payload, tuple(signals))


def _stated_length(headers: tuple[tuple[str, str], ...]) -> int:
    stated = next((value.strip() for name, value in headers if name.lower() == "content-length"), "")
    return int(stated) if stated.isascii() and stated.isdigit() and len(stated) < 19 else 0


def _codings(headers: tuple[tuple[str, str], ...], name: str) -> list[str]:
    """Codings in the order in which they are to be undone: the last applied first."""
    stated = [part.strip().lower() for key, value in headers if key.lower() == name for part in value.split(",")]
    return [coding for coding in reversed(stated) if coding and coding != "identity"]


def _undo(coding: str, data: bytes, kind: str, signals: list[str]) -> bytes:
    if not data:
        return data  # an answer to HEAD, or 304: encodings are stated, nothing is there to decode
    rule = _RULES.get(coding)
    if rule is None:
        raise NotWholeError(f"the {kind} is not one that import can undo")
    applies, undo = rule
    if not applies(data):
        signals.append(f"{kind} {coding} stated, body stored without it")
        return data
    return undo(data)


def dechunk(data: bytes) -> bytes:
    """Undo chunked transfer encoding. Raises NotWholeError for a body without its last chunk."""
    parts: list[bytes] = []
    position = 0
    while True:
        size = _CHUNK_SIZE.match(data, position)
        if size is None:
            raise NotWholeError("the chunked body is cut short or damaged")
        count = int(size[1], 16)
        if count == 0:
            return b"".join(parts)
        start, end = size.end(), size.end() + count
        if end > len(data):
            raise NotWholeError("the chunked body is cut short or damaged")
        parts.append(data[start:end])
        line_end = 2 if data[end : end + 2] == b"\r\n" else 1 if data[end : end + 1] == b"\n" else 0
        if not line_end:
            raise NotWholeError("the chunked body is cut short or damaged")
        position = end + line_end


def _looks_chunked(data: bytes) -> bool:
    return _CHUNK_SIZE.match(data) is not None


def _inflate(data: bytes, window: int) -> bytes:
    """Every zlib or gzip stream in the data, one after another."""
    parts: list[bytes] = []
    room = LARGEST_BLOCK
    while data:
        inflater = zlib.decompressobj(window)
        try:
            parts.append(inflater.decompress(data, room))
        except zlib.error:
            if parts and window == _GZIP:
                raise NotWholeError("bytes follow the compressed body") from None
            raise NotWholeError("the compressed body is damaged") from None
        room -= len(parts[-1])
        if not inflater.eof:
            raise NotWholeError("the compressed body is cut short" if room > 0 else "the body is too large")
        data = inflater.unused_data.lstrip(b"\0")  # padding; at the right end zeros belong to the stream
        if room <= 0 and data:
            raise NotWholeError("the body is too large")
    return b"".join(parts)


_GZIP, _ZLIB, _RAW_DEFLATE = 31, 15, -15


def _deflate(data: bytes) -> bytes:
    # "deflate" means the zlib format; some servers send the bare stream, and browsers take both
    return _inflate(data, _ZLIB if _is_zlib(data) else _RAW_DEFLATE)


def _is_zlib(data: bytes) -> bool:
    return len(data) >= 2 and data[0] & 0x0F == 8 and (data[0] << 8 | data[1]) % 31 == 0


def _arrow(codec: str) -> Callable[[bytes], bytes]:
    def undo(data: bytes) -> bytes:
        try:
            with pa.CompressedInputStream(pa.BufferReader(data), codec) as stream:
                payload: bytes = stream.read(LARGEST_BLOCK + 1)
        except OSError:
            raise NotWholeError("the compressed body is damaged or cut short") from None
        if len(payload) > LARGEST_BLOCK:
            raise NotWholeError("the body is too large")
        return payload

    return undo


def _not_markup(data: bytes) -> bool:
    """Encodings without a magic number: a body that begins as a page does was stored decoded."""
    return not data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<", b"{"))


_Rule = tuple[Callable[[bytes], bool], Callable[[bytes], bytes]]
_RULES: dict[str, _Rule] = {
    "chunked": (_looks_chunked, dechunk),
    "gzip": (lambda data: data.startswith(b"\x1f\x8b"), lambda data: _inflate(data, _GZIP)),
    "x-gzip": (lambda data: data.startswith(b"\x1f\x8b"), lambda data: _inflate(data, _GZIP)),
    "deflate": (_not_markup, _deflate),
    "br": (_not_markup, _arrow("brotli")),
    "zstd": (lambda data: data.startswith(b"\x28\xb5\x2f\xfd"), _arrow("zstd")),
}
"""Coding: whether the body really has it, and how it is undone."""
