"""What is to be asked tonight: a pure function of the coverage ledger, the collector's state, and the day.

Backfill and nightly update are one plan. For each court and proceeding:

- *fresh*: what was received in the last `late` days (courts post late), every night, from the beginning of the year, quarter or month in which they
  began, so that old windows are whole ones and the same ones night after night;
- *old*: what was received before, back to `since`, in blocks of a year, quarter or month (so that a block has few pages): each until it was
  complete `late` days after its end, every night while a case in it is open, and else one in `round` nights, by a hash of the block;
- *decided*: what was decided in the last `late` days, one in `open` nights. The row of an open case is in a list by day of receipt every night, with its
  result, a stay or the end of one; by day of decision come rows without a usable day of receipt, and what is corrected afterwards;
- *cards*: those that are new or whose row changed; open cases one in `open` nights; settled ones one in `round` nights; those missing
  from a complete list, and again after 72 hours.

Invariants: a window that a complete one of the same day covers is not asked again; the same ledger, state and day give the same plan.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from courttally.archive import parse_time
from courttally.collect.budget import Limits
from courttally.collect.needs import Wanted, wanted_of
from courttally.collect.pace import moscow_day
from courttally.collect.queries import ROWS_PER_PAGE
from courttally.collect.state import Card, State
from courttally.collect.windows import Window

DAY = timedelta(days=1)
YEARLY, QUARTERLY = 0.15, 0.6
"""Rows a day up to which a block is a year or a quarter: then it has three pages at most."""
APART = timedelta(hours=72)
"""Two checks that find a card gone lie at least so far apart (DESIGN, law 5)."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How far back and how often, in days or nights."""

    since: date
    late: int = 95
    open: int = 7
    round: int = 30


@dataclass(frozen=True, slots=True)
class Asked:
    """One entry of the coverage ledger."""

    court: str
    proceeding: str
    axis: str
    first: date
    last: date
    complete: bool
    on: date


@dataclass(frozen=True, slots=True)
class Todo:
    """What to ask of one court: windows in order, the proceedings whose cards are looked after, and UIDs whose cases a link needs."""

    court: str
    windows: tuple[Window, ...]
    proceedings: tuple[str, ...]
    wanted: tuple[Wanted, ...] = ()


@dataclass(frozen=True, slots=True)
class Estimate:
    """How long a plan takes at least: requests by what they are for, and seconds under the budget."""

    requests: Mapping[str, int]
    seconds: int

    @property
    def total(self) -> int:
        """All requests."""
        return sum(self.requests.values())


@dataclass(slots=True)
class Plan:
    """What to ask tonight, court by court."""

    today: date
    todos: list[Todo] = field(default_factory=list)


def asked_of(
    entries: Iterable[Mapping[str, object]], until: date = date.max
) -> dict[tuple[str, str, str], list[Asked]]:
    """Ledger entries by court, proceeding and axis; without those of later days, which a clock that was ahead left."""
    found: dict[tuple[str, str, str], list[Asked]] = {}
    for entry in entries:
        one = Asked(
            court=str(entry["court"]),
            proceeding=str(entry["proceeding"]),
            axis=str(entry["axis"]),
            first=date.fromisoformat(str(entry["window_from"])),
            last=date.fromisoformat(str(entry["window_to"])),
            complete=entry["state"] == "complete",
            on=moscow_day(parse_time(str(entry["asked_at"]))),
        )
        if one.on <= until:
            found.setdefault((one.court, one.proceeding, one.axis), []).append(one)
    return found


Span = tuple[date, date]


def uncovered(span: Span, covers: Iterable[Span]) -> list[Span]:
    """The parts of a span of days (both ends included) that no cover touches, in order."""
    gaps, position = [], span[0]
    for first, last in sorted(covers):
        if last < position:
            continue
        if first > span[1]:
            break
        if first > position:
            gaps.append((position, first - DAY))
        position = last + DAY
        if position > span[1]:
            break
    if position <= span[1]:
        gaps.append((position, span[1]))
    return gaps


def block_months(per_day: float) -> int:
    """How many months a block has at a court with so many rows a day."""
    return 12 if per_day <= YEARLY else 3 if per_day <= QUARTERLY else 1


def block_start(day: date, months: int) -> date:
    """The first day of the year, quarter or month in which a day lies."""
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def blocks(first: date, last: date, per_day: float) -> list[Span]:
    """Calendar years, quarters or months from first to last, so that a block has a few pages at so many rows a day; newest first."""
    months = block_months(per_day)
    found = []
    start = block_start(first, months)
    while start <= last:
        after = block_start(start + timedelta(days=31 * months), months)
        found.append((max(start, first), min(after - DAY, last)))
        start = after
    return found[::-1]


def windows_due(
    court: str,
    proceeding: str,
    asked: Mapping[tuple[str, str, str], list[Asked]],
    today: date,
    rhythm: Rhythm,
    per_day: float = 0.0,
    open_days: Collection[date] = (),
) -> list[Window]:
    """The windows to ask of one court and proceeding, the freshest first. `open_days`: days of receipt of its open cases."""
    found: list[Window] = []
    received = asked.get((court, proceeding, "received"), [])
    begin = today
    for axis in ("received", "result"):
        done = [one for one in asked.get((court, proceeding, axis), []) if one.complete]
        first = _fresh_from(done, today, rhythm)
        if axis == "received":
            begin = first = max(rhythm.since, block_start(first, block_months(per_day)))
        elif not _decided_due(f"{court}/{proceeding}/{axis}", done, today, rhythm.open):
            continue
        if not _covered((first, today), done, since=today):
            found.append(Window(court, proceeding, axis, first, today))
    done = [one for one in received if one.complete]
    for span in blocks(rhythm.since, begin - DAY, per_day) if rhythm.since < begin else []:
        still_open = any(span[0] <= day <= span[1] for day in open_days)
        if _old_due(court, proceeding, span, done, today, rhythm, still_open=still_open):
            found.append(Window(court, proceeding, "received", *span))
    return found


def _fresh_from(done: list[Asked], today: date, rhythm: Rhythm) -> date:
    """Where the fresh window begins at the latest: `late` days ago, or earlier where nights were missed since the last complete one."""
    usual = max(rhythm.since, today - timedelta(days=rhythm.late))
    latest = max((one.on for one in done if one.last >= one.on - DAY and one.on < today), default=None)
    if latest is None:
        return usual
    return max(rhythm.since, min(usual, latest - timedelta(days=rhythm.late)))


def _decided_due(key: str, done: list[Asked], today: date, nights: int) -> bool:
    """Whether it is the night of the list by day of decision: its turn, or the last complete one is too old."""
    latest = max((one.on for one in done), default=None)
    return latest is None or (today - latest).days >= nights or _turn(key, today, nights)


def _covered(span: Span, done: Iterable[Asked], since: date) -> bool:
    return not uncovered(span, ((one.first, one.last) for one in done if one.on >= since))


def _old_due(
    court: str, proceeding: str, span: Span, done: list[Asked], today: date, rhythm: Rhythm, *, still_open: bool
) -> bool:
    if _covered(span, done, since=today):
        return False
    if still_open:
        return True
    late = timedelta(days=rhythm.late)
    settled = [(one.first, min(one.last, one.on - late)) for one in done if one.on - late >= one.first]
    if uncovered(span, settled) or not _covered(span, done, since=today - timedelta(days=rhythm.round - 1)):
        return True
    # A turn is taken however young the answer: else all that a backfill asked in one night would be due again in one night.
    return _turn(f"{court}/{proceeding}/{span[0].isoformat()}", today, rhythm.round)


def _turn(key: str, today: date, nights: int) -> bool:
    """Whether it is this key's night, one in so many."""
    return (int.from_bytes(hashlib.sha256(key.encode()).digest()[:4]) + today.toordinal()) % nights == 0


def card_due(card: Card, now: datetime, rhythm: Rhythm) -> str:
    """Why a card is to be asked for, "" where it is not."""
    today = moscow_day(now)
    if len(card.gone_at) > 1:
        return ""
    if card.gone_at:
        return "a second look at a card that was gone" if now - parse_time(card.gone_at[0]) >= APART else ""
    if card.missing_on:
        return "missing from its list"
    if not card.card_on or card.row != card.card_row:
        return "new or changed"
    age = (today - date.fromisoformat(card.card_on)).days
    nights = rhythm.round if card.settled else rhythm.open
    # A turn is taken however young the card: else all that was read in one night would be due again in one night.
    if age >= nights or (age > 0 and _turn("/".join(map(str, card.key)), today, nights)):
        return "settled, its turn" if card.settled else "open"
    return ""


def density(state: State, court: str, proceeding: str, today: date) -> float:
    """Rows a day that a court had over the last two years, as far as they are remembered."""
    first = today - timedelta(days=730)
    days = [day for card in state.cards(court, proceeding) if (day := card.day_received()) is not None and day >= first]
    return len(days) / max(30, (today - min(days)).days) if days else 0.0


def open_days(state: State, court: str, proceeding: str) -> set[date]:
    """Days of receipt of the cases that are open, as far as their lists said when they were read last."""
    found = (card.day_received() for card in state.cards(court, proceeding) if card.open and len(card.gone_at) < 2)
    return {day for day in found if day is not None}


def make_plan(
    entries: Iterable[Mapping[str, object]],
    state: State,
    targets: Iterable[tuple[str, tuple[str, ...]]],
    now: datetime,
    rhythm: Rhythm,
    linked: Collection[str] = (),
) -> Plan:
    """The plan of a night. `targets`: courts and the proceedings to ask them for; `linked`: proceedings of which only what links need is asked for.

    Courts that have waited longest come first: where hours or the budget end before the plan does, no court is the last one night after night.
    """
    today = moscow_day(now)
    asked = asked_of((entry for entry in entries if _of_all_parts(entry, state)), today)
    plan, needs = Plan(today), wanted_of(state, linked, now, rhythm.round)
    for court, proceedings in sorted(targets, key=lambda target: (state.court(target[0]).last_good[:10], target[0])):
        windows = [
            window
            for proceeding in proceedings
            for window in windows_due(
                court,
                proceeding,
                asked,
                today,
                rhythm,
                density(state, court, proceeding, today),
                open_days(state, court, proceeding),
            )
        ]
        wanted = tuple(one for one in needs.get(court, ()) if one.proceeding not in proceedings)
        beside = {one.proceeding for one in wanted} | {each for each in linked if state.cards(court, each)}
        looked_after = (*proceedings, *sorted(beside - {*proceedings}))
        plan.todos.append(Todo(court, tuple(windows), looked_after, wanted))
    return plan


def _of_all_parts(entry: Mapping[str, object], state: State) -> bool:
    """Whether a window was asked of all servers and buildings of its court that are known by now."""
    since = state.court(str(entry["court"])).parts_since
    return not since or parse_time(str(entry["asked_at"])) >= parse_time(since)


def cards_due(state: State, court: str, proceeding: str, now: datetime, rhythm: Rhythm) -> list[Card]:
    """The cards of a court and proceeding to ask for, by number."""
    return [card for card in state.cards(court, proceeding) if card_due(card, now, rhythm)]


def estimate(plan: Plan, state: State, now: datetime, rhythm: Rhythm, limits: Limits) -> Estimate:
    """Requests and duration as far as they are known before the first answer: cards of cases not seen yet come on top."""
    requests = {"robots": 0, "lists": 0, "cards": 0, "linked": 0}
    longest = 0
    for todo in plan.todos:
        lists = sum(_pages(state, window) for window in todo.windows)
        cards = sum(len(cards_due(state, todo.court, proceeding, now, rhythm)) for proceeding in todo.proceedings)
        linked = len(todo.wanted)
        robots = 1 if lists + cards + linked else 0
        if (
            state.court(todo.court).robots == "disallowed"
        ):  # its rules are asked for again, and probably nothing after them
            lists = cards = linked = 0
        longest = max(longest, lists + cards + linked + robots)
        for name, number in (("robots", robots), ("lists", lists), ("cards", cards), ("linked", linked)):
            requests[name] += number
    total = sum(requests.values())
    seconds = max(total * (limits.platform + limits.jitter / 2), longest * (limits.per_host + limits.jitter))
    return Estimate(requests, round(seconds))


def _pages(state: State, window: Window) -> int:
    if window.axis != "received":
        return 1
    rows = sum(
        window.first <= day <= window.last
        for card in state.cards(window.court, window.proceeding)
        if (day := card.day_received()) is not None
    )
    return max(1, -(-rows // ROWS_PER_PAGE))


def adopt(state: State, watched: Iterable[Mapping[str, Any]], *, keep: bool = True) -> int:
    """Take in cases of the registry's watch list that are not remembered here; to the disk with `keep`. Returns how many."""
    added = 0
    for entry in watched:
        key = str(entry["court"]), str(entry["proceeding"]), int(entry["srv_num"]), int(entry["case_id"])
        if state.card(key) is None and entry.get("guid"):
            state.put_card(
                Card(
                    *key,
                    guid=str(entry["guid"]),
                    received=str(entry.get("received") or ""),
                    settled=bool(entry.get("settled")),
                    open=not entry.get("settled"),
                    card_on=str(entry.get("card_on") or ""),
                ),
                keep=keep,
            )
            added += 1
    return added
