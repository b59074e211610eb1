"""Which cases only a link needs: appeals of decided cases and the materials that appeals are about, told by their UID.

Invariants
- Whole windows of appeals and materials are asked for only where the settings say so; else what a link needs is asked for case by case.
- A pure function of what is remembered and the day; losing the memory delays a link by a card's turn.
- What a night wants is told once, when its first plan is made: what it reads itself is for the next one.

Which cases need one: a case of first instance that was decided and does not enter into force (a verdict does after 15 days, unless somebody appeals), as
long as that lasts: its appeal, at the court above. An appeal about a material: that material, at the court below.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from courttally import courts
from courttally.collect.pace import moscow_day
from courttally.collect.state import Card, State

APPEALED = timedelta(days=25)
"""A case that was decided so long ago and is not in force has probably been appealed."""


class Wanted(NamedTuple):
    """Cases of a court and proceeding that bear a UID."""

    court: str
    proceeding: str
    uid: str


def need_of(card: Card, today: date) -> Wanted | None:
    """What a link of this case needs, None where it needs nothing."""
    if not card.uid or len(card.gone_at) > 1:
        return None
    if card.proceeding == "first":
        decided = date.fromisoformat(card.decided) if card.decided else None
        court = courts.by_code(card.court)
        if decided is None or card.open or card.settled or court is None or court.appeal_court_code is None:
            return None
        return Wanted(court.appeal_court_code, "appeal", card.uid) if today - decided >= APPEALED else None
    if card.proceeding == "appeal" and card.below:
        return Wanted(card.below, "material", card.uid)
    return None


def wanted_of(state: State, proceedings: Iterable[str], now: datetime, nights: int) -> dict[str, list[Wanted]]:
    """What links need tonight, by court: each once in so many nights."""
    today, chosen = moscow_day(now), frozenset(proceedings)
    planned = state.wanted(today.isoformat())
    needs = {Wanted(*one) for one in planned} if planned is not None else _needs(state, chosen, today)
    found: dict[str, list[Wanted]] = {}
    for need in sorted(needs):
        asked = state.asked_uid(need.court, need.proceeding, need.uid)
        if need.proceeding in chosen and (not asked or (today - date.fromisoformat(asked)).days >= nights):
            found.setdefault(need.court, []).append(need)
    return found


def _needs(state: State, proceedings: frozenset[str], today: date) -> set[Wanted]:
    cards = state.every_card() if proceedings else ()
    return {need for card in cards if (need := need_of(card, today)) is not None}
