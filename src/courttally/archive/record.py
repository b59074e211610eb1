"""A capture as a WARC record, and back.

Invariants
- One field of our own, `Courttally-Capture` (JSON in ASCII), holds everything but the payload exactly as given. The
  standard fields and the HTTP head say the same for other tools, as far as their rules allow (a URL must be a URI,
  a date must be there: the import time stands in for an unknown fetched time).
- A capture with a status is a `response`, one without a `resource`; the same payload again is a `revisit` of the first.
- The payload is stored decoded, so the HTTP head names the encodings it came with as `X-Original-...`.
- A redacted capture is a `metadata` record without content whose field `Courttally-Tombstone` keeps id, payload digest, method
  and times, and nothing that a person wrote: no URL, no headers, no stated court.
"""

import json
import re
import uuid
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from typing import Literal
from urllib.parse import quote

from courttally.archive.capture import (
    Capture,
    check_statement,
    digest,
    make_capture_id,
    parse_time,
    time_text,
)
from courttally.archive.warc import NotWholeError, Record, encode_record

RecordType = Literal["response", "resource", "revisit", "tombstone"]
OWN_FIELD = "Courttally-Capture"
TOMBSTONE_FIELD = "Courttally-Tombstone"
SAME_PAYLOAD = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
FORMAT = 1

_NAMESPACE = uuid.UUID("6f1d2c7e-38a4-5d0b-9c55-0f6a7be4d210")
_ID = re.compile(r"c-[0-9a-f]{24}")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_STONE_KEYS = frozenset(
    {"format", "capture_id", "payload_digest", "method", "fetched_at", "imported_at", "origin", "redacted_at"}
)
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_URI = re.compile(r"https?://[!-~]+")
_URI_SAFE = "!#$%&'()*+,/:;=?@[]~"
_ENCODINGS = frozenset({"content-encoding", "transfer-encoding", "content-length"})
_PHRASES = {status.value: status.phrase for status in HTTPStatus}
_OWN_KEYS = frozenset(
    {
        "format",
        "capture_id",
        "payload_digest",
        "url",
        "method",
        "status",
        "fetched_at",
        "imported_at",
        "court_stated",
        "origin",
        "headers",
    }
)


@dataclass(frozen=True, slots=True)
class Stored:
    """A capture read from one record. Of a revisit the payload is empty here: it lies in the original. Of a tombstone it is gone."""

    capture: Capture
    record_type: RecordType


def record_urn(capture_id: str) -> str:
    """The record id of a capture: it follows from the capture id, so that a revisit can name its original."""
    return f"<urn:uuid:{uuid.uuid5(_NAMESPACE, capture_id)}>"


def encode_capture(capture: Capture, original: Capture | None) -> bytes:
    """The record of a capture; with `original` (same payload, already stored) a revisit of it."""
    block, content_type = b"", "text/html"
    if capture.status is not None:
        block, content_type = _http_head(capture), "application/http;msgtype=response"
    else:
        stated = next((value for name, value in capture.headers if name.lower() == "content-type"), "")
        content_type = stated if stated and stated.isascii() and stated.isprintable() else content_type
    record_type = "revisit" if original else "response" if capture.status is not None else "resource"
    block += b"" if original else capture.payload
    fields = [
        ("WARC-Type", record_type),
        ("WARC-Record-ID", record_urn(capture.capture_id)),
        ("WARC-Date", _warc_date(capture)),
        ("WARC-Target-URI", _target(capture)),
        ("Content-Type", content_type),
        ("WARC-Payload-Digest", capture.payload_digest),
        ("WARC-Block-Digest", digest(block)),
    ]
    if original is not None:
        fields += [
            ("WARC-Profile", SAME_PAYLOAD),
            ("WARC-Refers-To", record_urn(original.capture_id)),
            ("WARC-Refers-To-Target-URI", _target(original)),
            ("WARC-Refers-To-Date", _warc_date(original)),
        ]
    fields.append((OWN_FIELD, _own_json(capture)))
    return encode_record(fields, block)


def encode_tombstone(capture: Capture, redacted_at: datetime) -> bytes:
    """The record that stands in the place of a redacted capture. The same capture and time give the same bytes."""
    stone = {
        "format": FORMAT,
        "capture_id": capture.capture_id,
        "payload_digest": capture.payload_digest,
        "method": capture.method,
        "fetched_at": None if capture.fetched_at is None else time_text(capture.fetched_at),
        "imported_at": time_text(capture.imported_at),
        "origin": capture.origin,
        "redacted_at": time_text(redacted_at),
    }
    fields = [
        ("WARC-Type", "metadata"),
        ("WARC-Record-ID", record_urn(capture.capture_id)),
        ("WARC-Date", time_text(redacted_at)),
        (TOMBSTONE_FIELD, json.dumps(stone, sort_keys=True, separators=(",", ":"), ensure_ascii=True)),
    ]
    return encode_record(fields, b"")


def encode_warcinfo(name: str, created: datetime) -> bytes:
    """The first record of every file: which software wrote it, and how to read our own field."""
    block = (
        "software: courttally\r\n"
        "format: WARC file version 1.1\r\n"
        "conformsTo: http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/\r\n"
        f"description: {OWN_FIELD} holds the capture's particulars as JSON; payloads have their encodings undone\r\n"
    ).encode()
    fields = [
        ("WARC-Type", "warcinfo"),
        ("WARC-Record-ID", f"<urn:uuid:{uuid.uuid5(_NAMESPACE, f'{name} {time_text(created)}')}>"),
        ("WARC-Date", time_text(created)),
        ("WARC-Filename", name),
        ("Content-Type", "application/warc-fields"),
        ("WARC-Block-Digest", digest(block)),
    ]
    return encode_record(fields, block)


def decode_capture(record: Record) -> Stored:
    """Read a record of ours. Raises NotWholeError where its own field is missing or cannot be true.

    The digests are taken at their word here (gzip has its own checksum); `check_capture` recomputes them.
    """
    stone = record.get(TOMBSTONE_FIELD.lower())
    if stone is not None:
        return Stored(_from_stone(stone, record), "tombstone")
    own = record.get(OWN_FIELD.lower())
    if own is None:
        raise NotWholeError("the record has no capture in it")
    capture = _from_own(own)
    record_type = record.get("warc-type")
    if record_type == "revisit":
        return Stored(capture, "revisit")
    if record_type == "resource" and capture.status is None:
        return Stored(replace(capture, payload=record.block), "resource")
    if record_type == "response" and capture.status is not None:
        head = record.block.find(b"\r\n\r\n")
        if head < 0:
            raise NotWholeError("the record's HTTP head never ends")
        return Stored(replace(capture, payload=record.block[head + 4 :]), "response")
    raise NotWholeError("the record's type and its capture do not agree")


def check_capture(record: Record, stored: Stored) -> list[str]:
    """Recompute block digest, payload digest and capture id; what does not agree, one sentence each."""
    capture = stored.capture
    if stored.record_type == "tombstone":
        fits = record.get("warc-record-id") == record_urn(capture.capture_id)
        return [] if fits else ["the capture id does not follow from the tombstone"]
    problems: list[str] = []
    if record.get("warc-block-digest") != digest(record.block):
        problems.append("the block digest does not match")
    if record.get("warc-payload-digest") != capture.payload_digest:
        problems.append("the record's two payload digests differ")
    if stored.record_type != "revisit" and digest(capture.payload) != capture.payload_digest:
        problems.append("the payload digest does not match")
    expected = make_capture_id(
        capture.payload_digest,
        capture.url,
        capture.method,
        capture.status,
        capture.fetched_at,
        capture.court_stated,
    )
    if expected != capture.capture_id or record.get("warc-record-id") != record_urn(expected):
        problems.append("the capture id does not follow from the record")
    return problems


def _own_json(capture: Capture) -> str:
    own = {
        "format": FORMAT,
        "capture_id": capture.capture_id,
        "payload_digest": capture.payload_digest,
        "url": capture.url,
        "method": capture.method,
        "status": capture.status,
        "fetched_at": None if capture.fetched_at is None else time_text(capture.fetched_at),
        "imported_at": time_text(capture.imported_at),
        "court_stated": capture.court_stated,
        "origin": capture.origin,
        "headers": [list(pair) for pair in capture.headers],
    }
    # ASCII, because a header as received may hold bytes that are no Unicode text (kept as lone surrogates)
    return json.dumps(own, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def _from_own(text: str) -> Capture:
    try:
        own = json.loads(text)
    except ValueError:
        raise NotWholeError("the record's own field is not JSON") from None
    if not isinstance(own, dict) or own.keys() != _OWN_KEYS or own["format"] != FORMAT:
        raise NotWholeError("the record's own field is of a format that this version does not know")
    url, method, status, court = own["url"], own["method"], own["status"], own["court_stated"]
    headers, origin = own["headers"], own["origin"]
    if not (
        all(value is None or isinstance(value, str) for value in (url, court, own["fetched_at"]))
        and all(isinstance(value, str) for value in (method, own["imported_at"], own["capture_id"]))
        and _ID.fullmatch(own["capture_id"])
        and isinstance(own["payload_digest"], str)
        and _DIGEST.fullmatch(own["payload_digest"])
        and (status is None or type(status) is int)
        and origin in ("import", "collect")
        and isinstance(headers, list)
        and all(isinstance(pair, list) and [type(part) for part in pair] == [str, str] for pair in headers)
    ):
        raise NotWholeError("the record's own field holds a value of the wrong kind")
    try:
        fetched_at = None if own["fetched_at"] is None else parse_time(own["fetched_at"])
        imported_at = parse_time(own["imported_at"])
        check_statement(url, method, status, fetched_at, court)
    except ValueError as problem:
        raise NotWholeError(f"the record's own field: {problem}") from None
    return Capture(
        capture_id=own["capture_id"],
        payload_digest=own["payload_digest"],
        url=url,
        method=method,
        status=status,
        fetched_at=fetched_at,
        imported_at=imported_at,
        court_stated=court,
        headers=tuple((name, value) for name, value in headers),
        payload=b"",
        origin=origin,
    )


def _from_stone(text: str, record: Record) -> Capture:
    try:
        stone = json.loads(text)
    except ValueError:
        raise NotWholeError("the tombstone is not JSON") from None
    if not isinstance(stone, dict) or stone.keys() != _STONE_KEYS or stone["format"] != FORMAT or record.block:
        raise NotWholeError("the tombstone is of a format that this version does not know")
    own = {key: value for key, value in stone.items() if key != "redacted_at"}
    return _from_own(json.dumps({**own, "url": None, "status": None, "court_stated": None, "headers": []}))


def _warc_date(capture: Capture) -> str:
    return time_text(capture.imported_at if capture.fetched_at is None else capture.fetched_at)


def _target(capture: Capture) -> str:
    """A URI for other tools. Only below http(s) do they look for an HTTP head; `.invalid` is nobody's (RFC 2606)."""
    if capture.url is None:
        return "http://unknown.invalid/" + capture.payload_digest.removeprefix("sha256:")
    quoted = capture.url if _URI.fullmatch(capture.url) else quote(capture.url, safe=_URI_SAFE)
    return quoted if _URI.fullmatch(quoted) else "http://unknown.invalid/as-given/" + quote(capture.url, safe="")


def _http_head(capture: Capture) -> bytes:
    """The HTTP head for other tools; headers that are not fit for one are left to our own field."""
    status = capture.status or 0
    lines = [f"HTTP/1.1 {status} {_PHRASES.get(status, '')}"]
    for name, value in capture.headers:
        if not _TOKEN.fullmatch(name):
            continue
        text = " ".join(value.encode("utf-8", "replace").decode("utf-8").splitlines())
        text = "".join(letter if letter.isprintable() else " " for letter in text).strip()
        lines.append(f"X-Original-{name}: {text}" if name.lower() in _ENCODINGS else f"{name}: {text}")
    lines += [f"Content-Length: {len(capture.payload)}", "", ""]
    return "\r\n".join(lines).encode("utf-8")
