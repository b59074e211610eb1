"""What each court publishes, and since when: its habits as its cards show them, month by month, told as changes.

Invariants: counts of cards as captured (one card captured twice counts twice: it was shown twice); a habit is told only from months with
enough cards; nothing is inferred from a month in which nothing was captured. Simulated and real courts are told alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

ENOUGH = 5
"""Fewer cards (or accused, or decided cases) in a month say nothing of a habit."""
MOST, FEW = 80, 20
"""From so many per cent on it is the court's habit, up to so many it is not; between them it is mixed."""

HABITS = ("names", "texts", "uid")


@dataclass(frozen=True, slots=True)
class Habit:
    """What one court does from a month on. ``state``: for names shown, mixed or hidden; else yes, mixed or no."""

    court: str
    what: str
    since: str
    state: str
    share: int
    """Per cent in the month in which it began."""
    of: int


def habits(rows: Iterable[Sequence[object]]) -> list[Habit]:
    """Changes of habit, by court and time. ``rows``: those of the table ``policies``, in order of court and month."""
    found: list[Habit] = []
    last: dict[tuple[str, str], str] = {}
    for row in rows:
        court, month = str(row[0]), str(row[1])
        cards, uids, decided, texts, accused, hidden = (int(str(value)) for value in row[2:8])
        for what, number, of in (("names", accused - hidden, accused), ("texts", texts, decided), ("uid", uids, cards)):
            if of < ENOUGH:
                continue
            share = 100 * number // of
            state = "yes" if share >= MOST else "no" if share <= FEW else "mixed"
            if what == "names":
                state = {"yes": "shown", "no": "hidden", "mixed": "mixed"}[state]
            if last.get((court, what)) != state:
                last[court, what] = state
                found.append(Habit(court, what, month, state, share, of))
    return found
