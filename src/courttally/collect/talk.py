"""How the pure parts of the collector ask: they yield an `Ask` and are sent an `Answer`.

A visit to a court is a generator. It knows no socket, no file and no clock, so that every turn of a conversation can be tried with answers
made up by a test. Whoever drives it waits, fetches, keeps the capture, reads it, and only then sends the answer.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from courttally.portal import Reading

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ask:
    """One GET of a court's site. `purpose`: robots, listing, card, control, form, probe."""

    court: str
    url: str = field(repr=False)
    purpose: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `kind` is the reader's kind of page, `robots`, or `error`: no whole answer after all tries (`error` says why).

    `at` is when it came; `host` the one that answered in the end, after redirects.
    """

    kind: str
    at: datetime
    reading: Reading | None = None
    status: int = 0
    body: bytes = b""
    host: str = ""
    error: str = ""


Talk = Generator[Ask, Answer, T]
