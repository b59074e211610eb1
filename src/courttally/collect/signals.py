"""What a person should look at after a visit: far fewer rows than expected, a fill rate that fell.

Invariants: nothing here changes what is held; a drop is shown and waits for a person. A rate is compared only where there are enough rows.
"""

from __future__ import annotations

from courttally.collect.book import Book
from courttally.collect.windows import Window

ENOUGH = 10
DROP = 30
"""Percent of the known records of a window that a list may lack before somebody is told."""
FALL = 30
"""Percentage points by which a field's fill rate may fall."""


def mass_drop(book: Book, window: Window, expected: int, shown: int, *, least: int = ENOUGH) -> None:
    """Say so where a list lacks many of the records that were known in its window; `least`: how many must have been known."""
    if expected >= least and (expected - shown) * 100 > DROP * expected:
        book.tally(window.court).signals.append(
            f"mass drop: {shown} rows where {expected} were known, received {window.first} to {window.last}; nothing is replaced, look at it"
        )


def fallen(book: Book, court: str) -> None:
    """Say so where a field of the lists is filled far less often than at the last visit, and remember tonight's rates."""
    tally, memory = book.tally(court), book.state.court(court)
    for name, (filled, of) in sorted(tally.filled.items()):
        before, before_of = memory.filled.get(name, (0, 0))
        if of >= ENOUGH and before_of >= ENOUGH and before * 100 // before_of - filled * 100 // of > FALL:
            tally.signals.append(
                f"fill rate fell: {name} in {filled * 100 // of} % of the rows, {before * 100 // before_of} % at the last visit"
            )
    if any(of >= ENOUGH for _, of in tally.filled.values()):
        book.court(court, filled=dict(tally.filled))
