"""Every court at a glance: how it is asked, what it answered last, what is covered, what is wrong.

Invariants: read from the ledger and the collector's state; nothing is asked. `expected` are the case records that are remembered for the
days that complete windows cover, `found` those of them that the last list still showed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from courttally import courts
from courttally.collect.config import PROCEEDINGS
from courttally.collect.plan import Asked, uncovered
from courttally.collect.state import State


@dataclass(frozen=True, slots=True)
class CourtView:
    """One court, for one proceeding. Days and times as ISO text, "" where unknown."""

    court: str
    proceeding: str
    engine: str
    last_good: str
    covered_from: str
    covered_to: str
    gaps: int
    """Days between the first and the last covered day that no complete window covers."""
    captcha_on: str
    robots: str
    trouble: str
    signals: tuple[str, ...]
    """What the last visit found that a person should look at."""
    signals_on: str
    expected: int
    found: int
    windows: dict[str, int]
    """Windows asked so far, by state."""
    linked: bool
    """No window of this court is ever asked for: only cases that a link needs."""


def overview(
    state: State,
    asked: dict[tuple[str, str, str], list[Asked]],
    entries: Iterable[dict[str, object]],
    targets: Iterable[tuple[courts.Court, tuple[str, ...]]],
    linked: Collection[str] = (),
) -> list[CourtView]:
    """One line a court and proceeding, in the order of `targets`; of a court that is asked for links only, one for each of the `linked` proceedings that it has."""
    states: dict[tuple[str, str], dict[str, int]] = {}
    for entry in entries:
        counted = states.setdefault((str(entry["court"]), str(entry["proceeding"])), {})
        counted[str(entry["state"])] = counted.get(str(entry["state"]), 0) + 1
    found = []
    for court, proceedings in targets:
        memory = state.court(court.code)
        for proceeding in proceedings or [each for each in linked if court.level in PROCEEDINGS[each]]:
            done = [one for one in asked.get((court.code, proceeding, "received"), []) if one.complete]
            first, last = min((one.first for one in done), default=None), max((one.last for one in done), default=None)
            cards = [card for card in state.cards(court.code, proceeding) if _covers(done, card.day_received())]
            found.append(
                CourtView(
                    court=court.code,
                    proceeding=proceeding,
                    engine=memory.engine,
                    last_good=memory.last_good,
                    covered_from=first.isoformat() if first else "",
                    covered_to=last.isoformat() if last else "",
                    gaps=_days(uncovered((first, last), ((one.first, one.last) for one in done)))
                    if first and last
                    else 0,
                    captcha_on=memory.captcha_on,
                    robots=memory.robots,
                    trouble=memory.trouble,
                    signals=memory.signals,
                    signals_on=memory.signals_on,
                    expected=len(cards),
                    found=sum(not card.missing_on and not card.gone_at for card in cards),
                    windows=states.get((court.code, proceeding), {}),
                    linked=not proceedings,
                )
            )
    return found


def _covers(done: list[Asked], day: date | None) -> bool:
    return day is not None and any(one.first <= day <= one.last for one in done)


def _days(spans: list[tuple[date, date]]) -> int:
    return sum((last - first) // timedelta(days=1) + 1 for first, last in spans)
