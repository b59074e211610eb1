"""Pages that are not taken apart: larger than any page of a court, or so nested that parsing them would take minutes.

Invariant: what is said here is said of the bytes alone, in one pass at most, before anything is parsed; such a page is *unknown* with a
signal, never a zero and never half read.
"""

from __future__ import annotations

import re

LARGEST = 8 << 20
"""Bytes. The largest page seen has a third of a million; a decision of eight million letters would have four thousand leaves."""
MOST_TAGS = 12_000
"""With no more tags than this, the deepest nest takes a fraction of a second."""
MOST_WORK = 40_000_000

# A tag makes the parser look through the elements that are open above it. Elements that have no end, or that the next of their kind
# ends, do not pile up by themselves.
_TAG = re.compile(rb"<(/?)([a-z][a-z0-9]*)", re.IGNORECASE)
_NEVER_DEEP = frozenset(
    b"br hr img input meta link wbr col base area embed param source track p li dd dt td th tr tbody thead tfoot option".split()
)


def too_much(payload: bytes, start: int = 0, before: int = 0) -> str:
    """The signal of a page that is not to be parsed, "" for any other. Of what stands before ``start`` the tags are known already:
    ``before`` of them."""
    if len(payload) > LARGEST:
        return "page_too_large"
    if (
        len(payload) > 3 * MOST_TAGS
        and before + payload.count(b"<", start) > MOST_TAGS
        and work_of(payload) > MOST_WORK
    ):
        return "page_too_deep"
    return ""


def work_of(payload: bytes) -> int:
    """How many open elements the parser may look at, summed over all tags; counted no further than ``MOST_WORK``."""
    open_by_name: dict[bytes, int] = {}
    depth = work = 0
    for found in _TAG.finditer(payload):
        work += depth
        if work > MOST_WORK:
            break
        name = found[2].lower()
        if name in _NEVER_DEEP:
            continue
        held = open_by_name.get(name, 0)
        if not found[1]:
            open_by_name[name] = held + 1
            depth += 1
        elif held:
            open_by_name[name] = held - 1
            depth -= 1
    return work
