"""A capture: one answer of a site with its request, as the archive keeps it.

Invariants
- `payload` is the body with transfer and content encodings undone; `payload_digest` is its SHA-256.
- `capture_id` follows from payload, URL, method, status, fetched time and stated court, and from nothing else: the same
  file imported twice is the same capture, the same bytes fetched again at another time are another one.
- Every time is aware and in UTC. A fetched time that nobody stated is None, never the time of import.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

Clock = Callable[[], datetime]
"""Tells the time; always aware. It is passed in, so that a test or a rehearsal can set it."""

Progress = Callable[[int, int], None]
"""Told (bytes done, bytes in all) from time to time."""

Origin = Literal["import", "collect"]
"""How a capture came here: imported from files, or asked for by the collector (or by the rehearsal in its place)."""


_LONGEST = 1 << 16


class ArchiveError(Exception):
    """Something is wrong with the archive or with what it was given; the message names the place and the way out.

    Messages never hold a path, a URL or text of a page: each of them can hold a person's name.
    """


class RedactedError(ArchiveError):
    """The payload of this capture was redacted: a tombstone stands in its place, and the ledger says who and why."""


class RefusedError(ValueError):
    """These bytes were redacted here; they are not taken again."""


@dataclass(frozen=True, slots=True)
class Capture:
    """One answer of a site with its request. Court and URL are as given, unresolved.

    `fetched_at` is None where nobody stated it. `headers` are the answer's, in order, as received.
    """

    capture_id: str
    payload_digest: str
    url: str | None
    method: str
    status: int | None
    fetched_at: datetime | None
    imported_at: datetime
    court_stated: str | None
    headers: tuple[tuple[str, str], ...]
    payload: bytes
    origin: Origin


def digest(data: bytes) -> str:
    """`sha256:` and the hex SHA-256 of some bytes."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def utc(moment: datetime) -> datetime:
    """The same moment in UTC. Raises ValueError for a time without a zone: we do not guess which was meant."""
    if moment.tzinfo is None or moment.utcoffset() is None:
        raise ValueError("a time needs its time zone")
    return moment.astimezone(UTC)


def time_text(moment: datetime) -> str:
    """ISO 8601 in UTC with a final Z; microseconds only where there are any."""
    return utc(moment).replace(tzinfo=None).isoformat() + "Z"


def parse_time(text: str) -> datetime:
    """Read ISO 8601 with a zone (`2024-07-01T09:30:00+03:00`, `...Z`), as UTC. Raises ValueError, without the text."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("a time must look like 2024-07-01T09:30:00+03:00 or 2024-07-01T06:30:00Z") from None
    try:
        return utc(moment)
    except OverflowError:
        raise ValueError("a time must lie between the years 1 and 9999") from None


def canonical_json(value: object) -> bytes:
    """JSON with sorted keys and no spaces, as UTF-8. Raises ValueError for lone surrogates, which are no Unicode."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8")


def make_capture_id(
    payload_digest: str,
    url: str | None,
    method: str,
    status: int | None,
    fetched_at: datetime | None,
    court_stated: str | None,
) -> str:
    """`c-` and 24 hex of SHA-256 over the canonical JSON of what makes a capture this one and no other."""
    identity = {
        "payload_digest": payload_digest,
        "url": url,
        "method": method,
        "status": status,
        "fetched_at": None if fetched_at is None else time_text(fetched_at),
        "court_stated": court_stated,
    }
    return "c-" + hashlib.sha256(canonical_json(identity)).hexdigest()[:24]


def check_statement(
    url: str | None, method: str, status: int | None, fetched_at: datetime | None, court: str | None
) -> None:
    """Raise ValueError, naming the kind of value and never the value, where a capture's particulars cannot be true."""
    for name, text in (("court", court), ("url", url)):
        if text is not None and not text.strip():
            raise ValueError(f"{name} is empty; leave it out where it is not known")
        if text is not None and len(text) > _LONGEST:
            raise ValueError(f"{name} is longer than {_LONGEST} characters")
        if text is not None and not text.isascii():
            try:
                text.encode("utf-8")
            except UnicodeEncodeError:
                raise ValueError(f"{name} is not valid Unicode text") from None
    if not (method.isascii() and method.isalpha() and method.isupper() and len(method) <= 16):
        raise ValueError("method must be a word such as GET or POST")
    if status is not None and not 100 <= status <= 599:
        raise ValueError("status must be a number from 100 to 599")
    if fetched_at is not None:
        try:
            utc(fetched_at)
        except (ValueError, OverflowError):
            raise ValueError("fetched_at must have a time zone and lie between the years 1 and 9999") from None


@dataclass(frozen=True, slots=True)
class Statement:
    """What a file states about one capture. Without `payload` it is a sighting of the payload with that digest."""

    url: str | None
    method: str
    status: int | None
    fetched_at: datetime | None
    court: str | None
    headers: tuple[tuple[str, str], ...]
    payload: bytes | None
    payload_digest: str
    imported_at: datetime | None = None
    origin: Origin | None = None

    def filled(self, *, court: str | None, url: str | None, fetched_at: datetime | None) -> "Statement":
        """The same, with what nobody stated filled in."""
        return replace(
            self,
            court=court if self.court is None else self.court,
            url=url if self.url is None else self.url,
            fetched_at=fetched_at if self.fetched_at is None else self.fetched_at,
        )

    def checked(self) -> "Statement":
        """The same with its times in UTC. Raises ValueError, as `check_statement` does, where it cannot be true."""
        check_statement(self.url, self.method, self.status, self.fetched_at, self.court)
        if not all(isinstance(part, str) for pair in self.headers for part in pair):
            raise ValueError("headers must be pairs of text")
        if sum(len(part) for pair in self.headers for part in pair) > _LONGEST:
            raise ValueError(f"headers are longer than {_LONGEST} characters")
        return replace(
            self,
            fetched_at=None if self.fetched_at is None else utc(self.fetched_at),
            imported_at=None if self.imported_at is None else utc(self.imported_at),
        )
