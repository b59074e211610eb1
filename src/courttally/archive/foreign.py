"""WARC files as others write them (and our own, brought from another home), read as statements about captures.

Invariants
- Responses, resources and revisits become statements; every other record is skipped and counted by its kind.
- A record whose block digest does not match, which is truncated, or whose encodings cannot be undone is a failure.
- The method comes from the request record that belongs to the response, wherever in the file it stands; GET otherwise.
- A record of our own is read from its own field, so nothing is lost on the way between homes.
"""

import base64
import binascii
import hashlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO

from courttally.archive.capture import Statement, digest, parse_time
from courttally.archive.http import read_answer, read_head, request_method
from courttally.archive.record import OWN_FIELD, check_capture, decode_capture
from courttally.archive.warc import Damage, NotWholeError, Record, scan

_SKIPPED = {
    "warcinfo": "WARC record warcinfo",
    "request": "WARC record request",
    "metadata": "WARC record metadata",
    "conversion": "WARC record conversion",
}
_ALGORITHMS = {
    "sha1": "sha1",
    "sha-1": "sha1",
    "sha256": "sha256",
    "sha-256": "sha256",
    "md5": "md5",
    "sha512": "sha512",
}


@dataclass(frozen=True, slots=True)
class Found:
    """One record: a statement, or why it failed, or as what it is skipped."""

    offset: int
    statement: Statement | None = None
    failure: str | None = None
    skipped: str = ""
    signals: tuple[str, ...] = ()


@dataclass(slots=True)
class _Original:
    payload_digest: str
    stated_digest: str
    status: int | None
    headers: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class _Originals:
    """Where the revisits of a file may find what they repeat."""

    by_id: dict[str, _Original] = field(default_factory=dict)
    by_address: dict[tuple[str, str], _Original] = field(default_factory=dict)
    by_digest: dict[str, _Original] = field(default_factory=dict)

    def add(self, record: Record, original: _Original) -> None:
        self.by_id.setdefault(record.get("warc-record-id") or "", original)
        address = (record.get("warc-target-uri") or "", record.get("warc-date") or "")
        self.by_address.setdefault(address, original)
        self.by_digest.setdefault(original.stated_digest, original)

    def find(self, record: Record) -> _Original | None:
        address = (record.get("warc-refers-to-target-uri") or "", record.get("warc-refers-to-date") or "")
        stated = _plain_digest(record.get("warc-payload-digest"))
        return (
            self.by_id.get(record.get("warc-refers-to") or "-")
            or (self.by_digest.get(stated or "-"))
            or (self.by_address.get(address) if all(address) else None)
        )


class ForeignWarc:
    """One WARC file to import."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._methods: dict[str, str] = {}
        self._originals = _Originals()

    def statements(self) -> Iterator[Found]:
        """Every record in the order of the file; revisits that stand before their original come last."""
        self._find_methods()
        waiting: list[Record] = []
        seen = False
        for record in scan(self._stream):
            seen = True
            if isinstance(record, Damage):
                yield Found(record.offset, failure=record.what)
                continue
            found = self._read(record)
            if found is None:
                waiting.append(record)
            else:
                yield found
        lost = "the original of this revisit is not in its file"
        for record in waiting:
            yield self._revisit(record) or Found(record.offset, failure=lost)
        if not seen:
            yield Found(0, failure="the file is empty")

    def _find_methods(self) -> None:
        """Which method belongs to which record id. Requests may stand before or behind their answers."""
        requests: dict[str, str] = {}
        answers: list[tuple[str, list[str]]] = []
        for record in scan(self._stream):
            if isinstance(record, Damage):
                continue
            kind, own_id = record.get("warc-type"), record.get("warc-record-id") or ""
            if kind == "request":
                method = request_method(record.block)
                if method is not None:
                    requests[own_id] = method
                    for answer in record.get_all("warc-concurrent-to"):
                        self._methods.setdefault(answer, method)
            elif kind in ("response", "resource", "revisit"):
                concurrent = record.get_all("warc-concurrent-to")
                if concurrent:
                    answers.append((own_id, concurrent))
        for own_id, concurrent in answers:
            for request in concurrent:
                if request in requests:
                    self._methods[own_id] = requests[request]

    def _read(self, record: Record) -> Found | None:
        """None for a revisit whose original has not been seen yet."""
        kind = (record.get("warc-type") or "").lower()
        if kind not in ("response", "resource", "revisit"):
            return Found(record.offset, skipped=_SKIPPED.get(kind, "WARC record of another type"))
        if not _digest_fits(record.get("warc-block-digest"), record.block):
            return Found(record.offset, failure="the block digest does not match")
        try:
            if record.get(OWN_FIELD.lower()) is not None:
                return self._own(record)
            if record.get("warc-truncated") is not None:
                return Found(record.offset, failure="the record says that its page was cut")
            if record.get("warc-segment-number") is not None:
                return Found(record.offset, failure="the record is one segment of several, which import cannot join")
            if kind == "revisit":
                return self._revisit(record)
            return self._response(record) if kind == "response" else self._resource(record)
        except NotWholeError as problem:
            return Found(record.offset, failure=str(problem))

    def _own(self, record: Record) -> Found:
        stored = decode_capture(record)
        capture = stored.capture
        problems = check_capture(record, stored)
        if problems:
            return Found(record.offset, failure="; ".join(problems))
        statement = Statement(
            url=capture.url,
            method=capture.method,
            status=capture.status,
            fetched_at=capture.fetched_at,
            court=capture.court_stated,
            headers=capture.headers,
            payload=None if stored.record_type == "revisit" else capture.payload,
            payload_digest=capture.payload_digest,
            imported_at=capture.imported_at,
            origin=capture.origin,
        )
        return Found(record.offset, statement)

    def _response(self, record: Record) -> Found:
        if not record.block.startswith(b"HTTP/"):
            return Found(record.offset, skipped="WARC response that is not HTTP")
        answer = read_answer(record.block)
        stated = record.get("warc-payload-digest")
        bodies = (answer.raw, answer.dechunked, answer.payload)
        # the block digest proves these bytes already; tools differ in what they take for the payload
        if record.get("warc-block-digest") is None and not any(_digest_fits(stated, body) for body in bodies):
            return Found(record.offset, failure="the payload digest does not match")
        statement = self._statement(record, answer.status, answer.headers, answer.payload)
        return Found(record.offset, statement, signals=answer.signals)

    def _resource(self, record: Record) -> Found:
        if not _digest_fits(record.get("warc-payload-digest"), record.block):
            return Found(record.offset, failure="the payload digest does not match")
        content_type = record.get("content-type")
        headers = () if content_type is None else (("Content-Type", content_type),)
        return Found(record.offset, self._statement(record, None, headers, record.block))

    def _statement(
        self, record: Record, status: int | None, headers: tuple[tuple[str, str], ...], payload: bytes
    ) -> Statement:
        statement = Statement(
            url=_target(record),
            method=self._method(record),
            status=status,
            fetched_at=_date(record),
            court=None,
            headers=headers,
            payload=payload,
            payload_digest=digest(payload),
        )
        stated = _plain_digest(record.get("warc-payload-digest"))
        self._originals.add(record, _Original(statement.payload_digest, stated, status, headers))
        return statement

    def _revisit(self, record: Record) -> Found | None:
        """None where its original has not been seen."""
        original = self._originals.find(record)
        if original is None:
            return None
        stated = _plain_digest(record.get("warc-payload-digest"))
        same_rule = stated.partition(":")[0] == original.stated_digest.partition(":")[0]
        if stated and same_rule and stated != original.stated_digest:
            return Found(record.offset, failure="the payload digest of this revisit is not that of its original")
        status, headers = original.status, original.headers
        signals: tuple[str, ...] = ()
        try:
            if record.block.strip():
                head = read_head(record.block)
                status, headers, signals = head.status, head.headers, head.signals
            statement = Statement(
                url=_target(record),
                method=self._method(record),
                status=status,
                fetched_at=_date(record),
                court=None,
                headers=headers,
                payload=None,
                payload_digest=original.payload_digest,
            )
        except NotWholeError as problem:
            return Found(record.offset, failure=str(problem))
        return Found(record.offset, statement, signals=signals)

    def _method(self, record: Record) -> str:
        return self._methods.get(record.get("warc-record-id") or "", "GET")


def _target(record: Record) -> str | None:
    """The target URI as given; some tools put it in angle brackets, as WARC/1.0 showed it."""
    stated = (record.get("warc-target-uri") or "").strip()
    if stated.startswith("<") and stated.endswith(">"):
        stated = stated[1:-1]
    return stated or None


def _date(record: Record) -> datetime:
    stated = record.get("warc-date")
    if stated is None:
        raise NotWholeError("the record has no WARC-Date")
    try:
        return parse_time(_six_digits(stated))
    except ValueError:
        raise NotWholeError("the WARC-Date is not a time with its zone") from None


def _six_digits(stated: str) -> str:
    """WARC/1.1 allows nine digits of a second; we keep the six that a datetime can hold."""
    whole, point, rest = stated.partition(".")
    digits = rest.rstrip("Z")
    if point and digits.isascii() and digits.isdigit() and len(digits) > 6 and rest.endswith("Z"):
        return f"{whole}.{digits[:6]}Z"
    return stated


def _plain_digest(stated: str | None) -> str:
    """A stated digest in one form, `sha1:` and hex, whether it was written in hex or in base32; "" where none is stated."""
    if stated is None:
        return ""
    algorithm, _, value = stated.partition(":")
    name = _ALGORITHMS.get(algorithm.strip().lower())
    value = value.strip().rstrip("=")
    if name is None:
        return stated.strip()
    if len(value) != 2 * hashlib.new(name, usedforsecurity=False).digest_size:
        with suppress(binascii.Error):  # what is neither hex nor base32 stays as it is, and fits nothing
            value = base64.b32decode(value.upper() + "=" * (-len(value) % 8)).hex()
    return f"{name}:{value.lower()}"


def _digest_fits(stated: str | None, data: bytes) -> bool:
    """Whether a stated digest is that of the data; true where none is stated, or by a rule that we do not know."""
    name, _, value = _plain_digest(stated).partition(":")
    return name not in _ALGORITHMS or value == hashlib.new(name, data, usedforsecurity=False).hexdigest()
