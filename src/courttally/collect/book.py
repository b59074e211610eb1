"""What the collector writes down as it goes: windows into the coverage ledger, rows and cards into its own state.

Invariants: a window is in the ledger only after its captures are on the disk and its rows are remembered, so that a window which is not
asked again has left nothing behind; days are Moscow days of the answer.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from courttally.archive import Clock, CoverageLedger, time_text
from courttally.collect.pace import moscow_day
from courttally.collect.state import Card, CardKey, CourtMemory, State
from courttally.collect.windows import Ended, Window
from courttally.portal.model import CaseSeen, Day

LONG_DECIDED = timedelta(days=200)
"""A case decided so long ago is settled even where no day of entry into force was ever shown (transferred, returned …)."""
STANDS = timedelta(days=7)
"""How long a card that stands, though its list lacks it, is taken to stand."""
_UNSETTLED = frozenset({"", "stayed", "pending", "unmapped"})
FIELDS = ("number", "received", "result", "accused", "case_id")


@dataclass(slots=True)
class CourtTally:
    """What one visit did: windows by state, rows, cards, and sentences that a person should read."""

    court: str
    windows: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    rows: int = 0
    unlinked: int = 0
    """Rows that lead to no card: what they say is held, and no more can be asked."""
    new: int = 0
    changed: int = 0
    cards: int = 0
    gone: int = 0
    requests: int = 0
    filled: dict[str, tuple[int, int]] = field(default_factory=dict)
    signals: list[str] = field(default_factory=list)
    stopped: str = ""


def row_digest(case: CaseSeen) -> str:
    """A digest of what a list's row says, wherever in the list it stands."""
    value = asdict(case)
    value.pop("row")
    for slot in value["accused"] or ():
        slot.pop("row")
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()[:16]


def is_open(case: CaseSeen) -> bool:
    """Whether a row says that the case has no result yet, or is stayed."""
    return (case.result.outcome if case.result is not None else "") in _UNSETTLED


def is_settled(case: CaseSeen, today: date) -> bool:
    """Whether a row says that the case is finished and nothing more is to come: in force, or decided long ago."""
    if is_open(case):
        return False
    if case.in_force is not None and case.in_force.value is not None:
        return True
    decided = case.result_date.value if case.result_date is not None else None
    return decided is not None and today - decided > LONG_DECIDED


def _iso(day: Day | None) -> str:
    return day.value.isoformat() if day is not None and day.value is not None else ""


def _more(card: Card, case: CaseSeen) -> tuple[int, ...]:
    """The decisions whose text is not held, with those that a row or a card newly names."""
    return tuple(sorted({*card.acts, *case.act_ids} - {*card.acts_held}))


class Book:
    """The notes of one run."""

    def __init__(self, state: State, ledger: CoverageLedger, clock: Clock) -> None:
        self.state = state
        self._ledger = ledger
        self._clock = clock
        self.tallies: dict[str, CourtTally] = {}

    def tally(self, court: str) -> CourtTally:
        """What was done at a court in this run."""
        return self.tallies.setdefault(court, CourtTally(court))

    def rows(self, ended: Ended, at: datetime, uid: str = "") -> set[CardKey]:
        """Remember the rows of a window, or of a list of the cases that bear a UID; which records they are."""
        window, today = ended.window, moscow_day(at)
        tally, keys = self.tally(window.court), set()
        for case in ended.cases:
            tally.rows += 1
            self._count_fields(tally, case)
            if case.case_id is None:
                tally.unlinked += 1
                continue
            proceeding = case.proceeding or window.proceeding
            key = window.court, proceeding, case.srv_num, case.case_id
            keys.add(key)
            old, digest = self.state.card(key), row_digest(case)
            if old is None:
                tally.new += 1
            elif old.row != digest:
                tally.changed += 1
            guid = case.guid or (old.guid if old is not None else "")
            known = old or Card(*key, guid=guid)
            self.state.put_card(
                replace(
                    known,
                    guid=guid,
                    received=_iso(case.received),
                    row=digest,
                    row_on=today.isoformat(),
                    settled=is_settled(case, today),
                    open=is_open(case),
                    missing_on="",
                    stood_on="",
                    gone_at=(),
                    decided=_iso(case.result_date),
                    uid=uid or known.uid,
                    acts=_more(known, case),
                )
            )
        return keys

    def ended(self, window: Window, state: str, reason: str, at: datetime) -> None:
        """Bring the end of a window into the ledger."""
        tally = self.tally(window.court)
        tally.windows[state] += 1
        if reason:
            tally.reasons[reason] += 1
        self._ledger.append(
            {
                "court": window.court,
                "proceeding": window.proceeding,
                "axis": window.axis,
                "window_from": window.first.isoformat(),
                "window_to": window.last.isoformat(),
                "state": state,
                "asked_at": time_text(at),
                "reason": reason or None,
            },
            self._clock,
        )

    def expected(self, window: Window) -> list[Card]:
        """The records that a list by day of receipt ought to show: known, and not found gone twice."""
        if window.axis != "received":
            return []
        return [
            card
            for card in self.state.cards(window.court, window.proceeding)
            if (day := card.day_received()) is not None and window.first <= day <= window.last and len(card.gone_at) < 2
        ]

    def missing(self, window: Window, shown: set[CardKey], at: datetime) -> int:
        """Note the records that a complete list ought to show and does not. Returns how many were expected."""
        expected, today = self.expected(window), moscow_day(at)
        for card in expected:
            lately = card.stood_on and today - date.fromisoformat(card.stood_on) < STANDS
            if card.key not in shown and not card.missing_on and not lately:
                self.state.put_card(replace(card, missing_on=today.isoformat()))
        return len(expected)

    def card_shown(self, card: Card, case: CaseSeen, at: datetime) -> None:
        """A card was read. Where no list showed its row today, what it says of the end of the case is the latest word."""
        self.tally(card.court).cards += 1
        now, today = self.state.card(card.key) or card, moscow_day(at)
        if now.row_on != today.isoformat() and case.result is not None:
            now = replace(now, open=is_open(case), settled=now.settled or is_settled(case, today))
        acts, held = _more(now, case), now.acts_held
        if case.documents:
            acts, held = (), tuple(sorted({*held, *acts}))
        self.state.put_card(
            replace(
                now,
                card_row=now.row,
                card_on=today.isoformat(),
                gone_at=(),
                missing_on="",
                uid=case.uid if case.uid and case.uid_valid else now.uid,
                below=case.lower_court or "" if case.about == "material" else "",
                acts=acts,
                acts_held=held,
            )
        )

    def act_read(self, card: Card, number: int) -> None:
        """A decision was asked for by itself, and there was a clear answer."""
        now = self.state.card(card.key) or card
        left = tuple(one for one in now.acts if one != number)
        self.state.put_card(replace(now, acts=left, acts_held=tuple(sorted({*now.acts_held, number}))))

    def card_gone(self, card: Card, at: datetime) -> None:
        """A card was not found: the first such check, and one at least 72 hours later, are remembered.

        Where tonight's list still has its row, the case is not gone: it is listed without a card, and asked for again in its turn.
        """
        self.tally(card.court).gone += 1
        now, today = self.state.card(card.key) or card, moscow_day(at).isoformat()
        if now.row_on == today:
            self.state.put_card(replace(now, card_row=now.row, card_on=today))
            return
        gone = (*now.gone_at[:1], time_text(at))
        self.state.put_card(replace(now, gone_at=gone, card_on=today))

    def court(self, code: str, **values: Any) -> CourtMemory:
        """Remember something more of a court."""
        return self.state.change_court(code, **values)

    def _count_fields(self, tally: CourtTally, case: CaseSeen) -> None:
        for name in FIELDS:
            value = getattr(case, name)
            has = value is not None and value not in ("", [])
            if name == "received":
                has = case.received is not None and case.received.value is not None
            if name == "result":
                has = case.result is not None  # the column is there; an empty cell is a result: none
            filled, of = tally.filled.get(name, (0, 0))
            tally.filled[name] = filled + has, of + 1
