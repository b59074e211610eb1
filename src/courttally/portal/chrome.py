"""What a site prints before the box of its case module: parsed once, and not again for every page of that site.

A page with chrome is mostly menus and scripts that every page of its site begins with, byte for byte. Whether the box's markup means the
same without them is found out by the parser itself, once for each such beginning, and never guessed.

Invariants: a beginning is left out only if it was seen byte for byte before and the parser showed that it leaves nothing behind: no
comment, script or attribute is open at its end, no element but ``div``s, no formatting, no form, and the page has a doctype (a page
without one mends tables otherwise). Then the box has the same tree with and without it. What is remembered is bounded, and is the text
before the box only: no case stands there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from courttally.portal.limits import too_much

ZONE = "modSdpContent"
"""The id of the box that the case module fills."""
SIMULATED_MARK = b"courttally-simulated"
"""What a page of the rehearsal says of itself, anywhere in its bytes."""
NEUTRAL = b"<!DOCTYPE html><body>-"
"""A beginning that leaves nothing behind, not even the place for a frameset."""

_MARK = ZONE.encode()
_TAG = re.compile(rb"<div {1,9}id=(?:\"modSdpContent\"|'modSdpContent'|modSdpContent)>")
_DOCTYPE = b"<!DOCTYPE html>"
_LEAST = 4096
"""Bytes; a shorter beginning is not worth remembering."""
_LONGEST = 1 << 20
_MOST = 64
_MOST_TRIED = 512
_TAIL = 200
# What stands at the end of a beginning when it is tried: a text, a form, and a table in a paragraph.
_PROBE = b"<div id=courttally-probe>-<form><input></form><p><table></table></p></div>"
_PROBED = '<div id="courttally-probe">-<form><input></form><p></p><table></table><p></p></div>'


@dataclass(frozen=True, slots=True)
class Chrome:
    """A neutral beginning."""

    text: bytes
    simulated: bool
    tags: int
    """How many "<" it has."""


_neutral: list[Chrome] = []
_tried: dict[tuple[int, bytes], int] = {}
_TRIES = 4


def known_chrome(payload: bytes) -> Chrome | None:
    """What stands before the box of the case module on a page, None where it is not known to be neutral."""
    if len(payload) < _LEAST:
        return None
    for number, chrome in enumerate(_neutral):
        if payload.startswith(chrome.text) and _TAG.match(payload, len(chrome.text)):
            if number:
                _neutral.insert(0, _neutral.pop(number))
            return chrome
    return None


def learn(payload: bytes) -> None:
    """Remember what stands before the box of the case module on a page that has one and whose beginning is not known yet."""
    at = payload.find(_MARK, _LEAST, _LONGEST)
    start = payload.rfind(b"<", 0, at) if at >= 0 else -1
    if start >= _LEAST and _TAG.match(payload, start):
        _try(payload, start)


def _try(payload: bytes, start: int) -> None:
    """Try a beginning of a length and an end that were seen before: a site's first page is not worth it."""
    key = (start, payload[start - _TAIL : start])
    seen = _tried.get(key, 0)
    if seen <= _TRIES:
        if len(_tried) >= _MOST_TRIED:
            _tried.clear()
        _tried[key] = seen + 1
        beginning = payload[:start] if seen else b""
        if seen and not too_much(beginning) and is_neutral(beginning):
            _neutral.insert(0, Chrome(beginning, SIMULATED_MARK in beginning, beginning.count(b"<")))
            del _neutral[_MOST:]


def is_neutral(beginning: bytes) -> bool:
    """Whether what follows a beginning has the same tree as if it followed ``NEUTRAL``."""
    if _MARK in beginning or beginning.lstrip()[: len(_DOCTYPE)].upper() != _DOCTYPE.upper():
        return False
    tree = LexborHTMLParser(beginning + _PROBE)
    probe = tree.css_first("#courttally-probe")
    if probe is None or probe.html != _PROBED or probe.next is not None or tree.css_first(f"#{ZONE}") is not None:
        return False
    above: LexborNode | None = probe.parent
    while above is not None and above.tag == "div":
        above = above.parent
    return above is not None and above.tag == "body"


def forget() -> None:
    """Forget every beginning."""
    _neutral.clear()
    _tried.clear()
