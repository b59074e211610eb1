"""Robots rules of a host: what they allow, and where a person decided otherwise.

Invariants: a host without rules (404 and other 4xx) allows everything (RFC 9309, 2.3.1.3); one whose rules could not be fetched is not
asked at all that night (2.3.1.4). An override is per host, has a written reason, and is shown wherever coverage is.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from protego import Protego

LARGEST = 512 * 1024
"""Bytes of rules that are read (RFC 9309, 2.5)."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one host for one user agent."""

    text: str

    def allow(self, url: str, agent: str) -> bool:
        """Whether an address may be asked for."""
        return bool(_parsed(self.text).can_fetch(url, agent))

    def crawl_delay(self, agent: str) -> float | None:
        """Seconds between two requests that the host asks for, None where it does not."""
        delay = _parsed(self.text).crawl_delay(agent)
        return None if delay is None else float(delay)


@lru_cache(maxsize=8)
def _parsed(text: str) -> Protego:
    return Protego.parse(text)


def rules_of(status: int, body: bytes) -> Rules | None:
    """The rules in an answer to /robots.txt; None where they could not be fetched."""
    if 200 <= status < 300:
        return Rules(body[:LARGEST].decode("utf-8-sig", "replace"))  # a mark before the first line is no part of it
    if 400 <= status < 500 and status != 429:
        return Rules("")
    return None
