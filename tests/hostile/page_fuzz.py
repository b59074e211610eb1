"""A search for odd pages that is led by what they reach in the reader: a page that goes a new way is kept and spoiled further.

Invariants: bounded by a number of pages, never by time; a search is a function of its seed, its pages and the code it watches, once the
caches of that code are empty. A way is a step from one line to another; nothing here knows what the lines mean.
"""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from page_mutants import Mutator
from selectolax.lexbor import LexborHTMLParser

from courttally.portal import Page, Reading
from courttally.portal.tables import decode

Way = tuple[CodeType, int, int]
BIGGEST = 30 << 10


@contextmanager
def watched(folder: Path, ways: set[Way]) -> Iterator[None]:
    """Note every step from line to line in the code of a folder."""
    start = str(folder)

    def entered(frame: FrameType, event: str, argument: Any) -> Any:
        if not frame.f_code.co_filename.startswith(start):
            return None
        code, last = frame.f_code, 0

        def stepped(frame: FrameType, event: str, argument: Any) -> Any:
            nonlocal last
            if event == "line":
                ways.add((code, last, frame.f_lineno))
                last = frame.f_lineno
            return stepped

        return stepped

    before = sys.gettrace()
    sys.settrace(entered)
    try:
        yield
    finally:
        sys.settrace(before)


@dataclass(slots=True)
class Search:
    """What a search came to: the ways that were gone, the inputs that went a new one, and what was wrong."""

    ways: set[Way] = field(default_factory=set)
    at_first: int = 0
    kept: list[tuple[int, bytes]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def search(
    seeds: Sequence[bytes],
    mutators: Sequence[Mutator],
    look: Callable[[int, bytes], list[str]],
    folder: Path,
    pages: int,
    number: int,
) -> Search:
    """Spoil ``pages`` inputs. ``look(index of the seed, input)`` gives what is wrong; what it goes through in ``folder`` leads the search."""
    found = Search()
    rng = random.Random(f"search {number}")
    for index, seed in enumerate(seeds):
        with watched(folder, found.ways):
            found.faults += look(index, seed)
        found.kept.append((index, seed))
    found.at_first = len(found.ways)
    for serial in range(pages):
        # Half of the time from the later inputs, which went where none had been.
        late = rng.random() < 0.5
        index, payload = rng.choice(found.kept[-len(found.kept) // 4 :] if late else found.kept)
        other = rng.choice(found.kept)[1]
        for _ in range(rng.choice((1, 1, 2, 3))):
            payload = rng.choice(mutators)(rng, payload, other)
        payload = payload[:BIGGEST]
        ways: set[Way] = set()
        with watched(folder, ways):
            wrong = look(index, payload)
        found.faults += [f"search {number} page {serial} of seed {index}: {fault}" for fault in wrong]
        if not ways <= found.ways:
            found.ways |= ways
            found.kept.append((index, payload))
    return found


_LOOK_ALIKES = str.maketrans("ABCEHIKMOPTXY", "АВСЕНІКМОРТХУ")
_DASHES = re.compile("[‐‑‒–—−]")
_DROPPED = re.compile(r"[\s\u00ad\u200b-\u200f\u2060\ufeff]+")


def _squeezed(text: str) -> str:
    return _DASHES.sub("-", _DROPPED.sub("", text).upper().translate(_LOOK_ALIKES))


def invented(page: Page, reading: Reading) -> list[str]:
    """Numbers, identifiers and days in a reading that stand nowhere on the page or in its address."""
    source = decode(page.payload)[0]
    tree = LexborHTMLParser(source)
    everything = source + (page.url or "")
    raw = everything + "".join(value for node in tree.css("[href]") if (value := node.attributes.get("href")))
    text = _squeezed(tree.root.text(deep=True) if tree.root is not None else "")
    wrong: list[str] = []
    for case in reading.cases:
        if case.number is not None and _squeezed(case.number) not in text:
            wrong.append("a case number that is not on the page")
        if case.uid and _squeezed(case.uid) not in text:
            wrong.append("an identifier that is not on the page")
        if case.case_id is not None and str(case.case_id) not in raw:
            wrong.append("a case_id that is not on the page")
        days = [day for day in (case.received, case.result_date, case.in_force) if day is not None]
        days += [day for event in case.events or () for day in (event.day, event.posted)]
        wrong += [
            "a day that is not on the page" for day in days if day.value is not None and not _printed(day.value, text)
        ]
        rows = [event.row for event in case.events or ()]
        if len(rows) != len(set(rows)):
            wrong.append("one row read as two events")
    return wrong


def _printed(day: date, text: str) -> bool:
    forms = {
        f"{d}.{m}.{day.year:04d}"
        for d in (str(day.day), f"{day.day:02d}")
        for m in (str(day.month), f"{day.month:02d}")
    }
    return any(form in text for form in forms)
