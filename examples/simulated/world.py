"""The whole simulated world: the cases, and what was saved of the sites in five rounds and on some days between.

Invariants: every capture has a moment of its own; a listing shows the cases that its window and its page hold; each
round asks for everything received since January 2022. What is deliberately missing: page two of one court, listings
of another, the time of one saved page.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count

from .clerk import COURTS, Clerk, dotted, morning
from .everyday import register_everyday
from .special import LATE_EVENING, register_special
from .truth import Capture, Case, Court, World

ROUNDS = {
    date(2022, 12, 20): ("25GV0001", "61GV0001", "39GV0001", "77GV0005"),
    date(2023, 6, 20): ("25GV0001", "61GV0001", "39GV0001", "77GV0005", "25GV0004", "77GV0022"),
    date(2024, 1, 25): (
        *("25GV0001", "61GV0001", "39GV0001", "77GV0005", "25GV0004", "77GV0022"),
        *("75GV0001", "61OV0000", "61GV0018"),
    ),
    date(2024, 9, 10): (
        *("25GV0001", "61GV0001", "39GV0001", "77GV0005", "25GV0004", "77GV0022"),
        *("75GV0001", "61OV0000", "61GV0018"),
    ),
    date(2025, 6, 10): (
        *("25GV0001", "61GV0001", "39GV0001", "77GV0005", "25GV0004", "77GV0022"),
        *("75GV0001", "61OV0000", "61GV0018", "51GV0001"),
    ),
}
LAST = date(2025, 6, 10)
BY_YEAR = {"39GV0001", "77GV0005"}  # asked year by year; the others in one window
PARTIAL = {"51GV0001"}  # only page one was ever saved
CARDS_ONLY = {"27OV0000"}
ROWS = 25
FOUND_AGAIN = date(2024, 9, 10)  # from this round on, row-found-again and its neighbours have links
SAVED_BY_HAND = datetime(2023, 8, 7, 6, tzinfo=UTC)  # what the page of unknown time shows; nobody wrote this down

LISTING = "delo_id=1540006&case_type=0&new=0&delo_table=u1_case"


def printed_day(text: str) -> date:
    """A printed day for ordering; an impossible one sorts as its month's end."""
    day, month, year = (int(piece) for piece in text.split("."))
    return date(year, month, min(day, 28))


def listing_url(court: Court, window: tuple[str, str], page: int) -> str:
    """The address of one page of a search by received date, as the sites' own form makes it."""
    return (
        f"https://{court.host}/modules.php?name=sud_delo&srv_num=1&name_op=r&page={page}&vnkod={court.code}&{LISTING}"
        f"&u1_case__ENTRY_DATE1D={window[0]}&u1_case__ENTRY_DATE2D={window[1]}&Submit=%CD%E0%E9%F2%E8&nc=1"
    )


def card_url(case: Case) -> str:
    return (
        f"https://{case.court.host}/modules.php?name=sud_delo&srv_num=1&name_op=case&case_id={case.case_id}"
        f"&case_uid={case.guid}&delo_id=1540006&new=0"
    )


def windows(court: Court, day: date) -> list[tuple[date, date]]:
    if court.code not in BY_YEAR:
        return [(date(2022, 1, 1), day)]
    return [(date(year, 1, 1), min(day, date(year, 12, 31))) for year in range(2022, day.year + 1)]


def listings(court: Court, cases: list[Case], day: date, moments: count[int]) -> list[Capture]:
    """Every page of every window of one court on the day of a round."""
    made = []
    for start, end in windows(court, day):
        moment = morning(day) + timedelta(seconds=41 * next(moments))
        held = []
        for case in cases:
            face = case.face(moment)
            if case.court == court and face and start <= printed_day(face.received) <= end:
                held.append((printed_day(face.received), case.case_id, case))
        held.sort(key=lambda row: row[:2], reverse=True)
        window = (dotted(start), dotted(end))
        if not held:
            made.append(Capture(moment, moment, "no_data", court, listing_url(court, window, 1), window=window))
            continue
        pages = -(-len(held) // ROWS)
        for page in range(1, pages + 1):
            if court.code in PARTIAL and page > 1:
                break
            rows = tuple(case for _, _, case in held[(page - 1) * ROWS : page * ROWS])
            hidden = {"row-alone"} if day >= FOUND_AGAIN else {"row-alone", "row-found-again", "row-torn"}
            taken = moment if page == 1 else morning(day) + timedelta(seconds=41 * next(moments))
            options = set()
            if court.code == "61GV0001":
                options.add("latin labels")
            if court.code == "25GV0004":
                options.add("unclosed rows")
            if court.code == "61OV0000":
                options.add("utf-8")
            made.append(
                Capture(
                    at=taken,
                    shown_at=moment,
                    kind="listing",
                    court=court,
                    url=listing_url(court, window, page),
                    cases=rows,
                    linkless=frozenset(case.key for case in rows if case.key in hidden),
                    found=len(held),
                    first=(page - 1) * ROWS + 1,
                    last=(page - 1) * ROWS + len(rows),
                    pages=pages,
                    page=page,
                    window=window,
                    options=frozenset(options),
                )
            )
    return made


def card(case: Case, moment: datetime) -> Capture:
    options = {"utf-8"} if case.court.code == "61OV0000" else set()
    return Capture(moment, moment, "card", case.court, card_url(case), (case,), options=frozenset(options))


def card_moments(serial: int, case: Case) -> list[datetime]:
    """When the card of a case was saved: never, once or twice; before, with or after the listings."""
    posted, decided = case.faces[0].since, case.faces[-1].since
    after_listing = [morning(day) + timedelta(hours=3) for day in ROUNDS if morning(day) > posted]
    mode = serial % 7
    if case.key.startswith("row-"):
        return []
    if case.court.code in CARDS_ONLY or case.key.startswith(("chain", "accused", "odd", "time")):
        return [decided + timedelta(hours=13), morning(LAST) + timedelta(hours=4)]
    if mode == 0:
        return []
    if mode == 1:
        return after_listing[:1]
    if mode == 2:
        return after_listing[-1:]
    if mode == 3:
        return [posted + timedelta(days=1), *after_listing[-1:]]
    if mode == 4:
        return [decided + timedelta(days=3, hours=2)]
    if mode == 5:
        return [posted + timedelta(hours=5), decided + timedelta(days=1)]
    return [morning(LAST) - timedelta(days=9)]


def build_world() -> World:
    """The world, always the same."""
    clerk = Clerk()
    register_everyday(clerk)
    register_special(clerk)
    cases = clerk.cases
    moments = count()
    captures: list[Capture] = []
    for day, codes in ROUNDS.items():
        for code in codes:
            captures += listings(COURTS[code], cases, day, moments)
    by_key = {case.key: case for case in cases}
    taken: set[datetime] = set()
    for serial, case in enumerate(cases):
        wanted = card_moments(serial, case)
        if case.key == "time-late-evening":
            wanted = [LATE_EVENING, wanted[-1]]
        if case.key in ("accused-two-endings", "accused-case-result-only"):
            wanted.insert(0, case.faces[1].since + timedelta(hours=1))
        for moment in sorted(set(wanted)):
            exact = moment + timedelta(seconds=serial)
            if exact < morning(LAST + timedelta(days=2)) and exact not in taken and case.face(exact):
                taken.add(exact)
                captures.append(card(case, exact))
    captures.append(by_hand(cases))
    captures += states(captures, by_key)
    clock = [capture.at for capture in captures if capture.at]
    if len(set(clock)) != len(clock):
        raise AssertionError("two captures share a moment: the order of values would depend on their digests")
    captures.sort(key=lambda capture: (capture.at is None, capture.at or SAVED_BY_HAND))
    return World(tuple(COURTS.values()), tuple(cases), tuple(captures))


def by_hand(cases: list[Case]) -> Capture:
    """A page that somebody saved in August 2023 without noting when. One row was lost, so its counter says one more."""
    court = COURTS["51GV0001"]
    window = ("01.01.2022", "07.08.2023")
    rows = [case for case in cases if case.court == court and case.face(SAVED_BY_HAND)]
    rows.sort(key=lambda case: (printed_day(case.faces[0].received), case.case_id), reverse=True)
    rows = rows[:ROWS]
    chosen = tuple(rows[:-3] + rows[-2:])
    return Capture(
        at=None,
        shown_at=SAVED_BY_HAND,
        kind="listing",
        court=court,
        url=listing_url(court, window, 1),
        cases=chosen,
        found=len(rows),
        first=1,
        last=len(rows),
        window=window,
    )


def states(captures: list[Capture], by_key: dict[str, Case]) -> list[Capture]:
    """Answers that hold no case: a site that was down, a card that was gone; and the same bytes fetched again."""
    down = next(c for c in captures if c.kind == "listing" and c.court.code == "77GV0022")
    again = next(c for c in reversed(captures) if c.kind == "card" and c.at and c.at < morning(date(2025, 1, 1)))
    gone = by_key["row-alone"]
    moment = morning(LAST) + timedelta(hours=6)
    empty = ("01.01.2022", "05.01.2022")
    asked = morning(LAST) + timedelta(hours=5)
    return [
        Capture(asked, asked, "no_data", down.court, listing_url(down.court, empty, 1), window=empty),
        replace(down, kind="unavailable", at=down.shown_at - timedelta(hours=2), cases=(), linkless=frozenset()),
        Capture(moment, moment, "not_found", gone.court, card_url(gone)),
        again.again(moment + timedelta(seconds=30)),
    ]
