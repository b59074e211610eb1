"""Scenes at single courts: captchas, false zeros, blocks, robots rules, an engine that changes, cards that go, rows that move."""

import asyncio
import errno
import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestServer
from collect_kit import Newsroom, courts_where, midnight
from test_collect_world import check_windows

from courttally.archive import Archive, ArchiveBusyError, Writer
from courttally.collect.budget import Budget, BudgetError, Limits
from courttally.collect.captcha_desk import Desk
from courttally.collect.overview import overview
from courttally.collect.pace import RealPace
from courttally.collect.run import Report, collect
from courttally.collect.state import State
from courttally.courts import directory
from courttally.rehearsal import site as site_module
from courttally.rehearsal.faults import Switches
from courttally.rehearsal.model import record_id
from courttally.rehearsal.serve import application
from courttally.rehearsal.shown import visible
from courttally.rehearsal.world import World
from courttally.rehearsal.world import build as build_world

NIGHT = date(2024, 7, 1)
SINCE = date(2024, 5, 1)


@pytest.fixture(scope="module")
def world() -> World:
    """A world with captchas, and with a court that leaves PRIMARY on 13 June 2024."""
    return build_world("small", 3)


@pytest.fixture(scope="module")
def plain() -> World:
    """A world with robots rules, and a court that takes cards away on 23 October 2024."""
    return build_world("small", 1)


def room_of(world: World, home: Path, *courts: str, **settings: object) -> Newsroom:
    return Newsroom(world, home / "home", since=SINCE, courts=courts, settings=settings)


def test_a_captcha_waits_for_a_person_and_his_answer_opens_the_region(world: World, tmp_path: Path) -> None:
    (court,) = courts_where(world, captcha=True, busy=1)
    room = room_of(world, tmp_path, court)
    report = room.night(NIGHT)
    assert room.states() == {"failed": 1}
    assert "waits for a person" in str(room.ledger()[0]["reason"])
    desk = Desk(room.home, room.pace.now)
    (waiting,) = desk.pending()
    assert waiting.region == room.stage.sites.region(court)
    assert report.courts[court].cards == 0
    room.build()
    assert [row["state"] for row in room.table("coverage")] == ["failed"]
    assert room.table("records") == []

    challenge = room.stage.sites.captcha(court, int(room.pace.now().timestamp()))
    assert challenge is not None
    desk.answer(waiting.region, waiting.captchaid, challenge.digits)
    room.night(NIGHT)
    room.build()
    assert check_windows(room, opened={court}) == {court}
    shown = {record_id(r) for r in room.stage.visible(court, "first") if r.received >= SINCE.toordinal()}
    assert shown <= {row["record"] for row in room.table("records")}
    assert [each.fate for each in desk.answered()] == ["accepted"]


def test_a_wrong_answer_is_refused_once_and_left(world: World, tmp_path: Path) -> None:
    (court,) = courts_where(world, captcha=True, busy=1)
    room = room_of(world, tmp_path, court)
    room.night(NIGHT)
    desk = Desk(room.home, room.pace.now)
    desk.answer(desk.pending()[0].region, desk.pending()[0].captchaid, "00000")
    asked = len(room.stage.entries)
    room.night(NIGHT)
    assert room.states() == {"failed": 2}
    assert [entry.kind for entry in room.stage.entries[asked:]].count("captcha_rejected") == 1
    assert len(desk.pending()) == 1


def test_nothing_found_is_no_zero_while_a_court_answers_so_to_everything(plain: World, tmp_path: Path) -> None:
    (court,) = courts_where(plain, busy=1)
    room = room_of(plain, tmp_path, court)
    room.stage.outage(court, "false_zero")
    assert room.night(NIGHT).signals == [], "a court that never showed a case may have none"
    assert set(room.states()) == {"partial"}
    room.build()
    assert {row["state"] for row in room.table("coverage")} == {"partial"}
    room.stage.outage(court, "")
    room.night(NIGHT + timedelta(days=1))
    room.stage.outage(court, "false_zero")
    known = State(room.home).count()
    report = room.night(NIGHT + timedelta(days=2))
    (told,) = {text for code, text in report.signals if code == court}
    assert told.startswith("mass drop: 0 rows where ")
    assert State(room.home).court(court).signals == (told,)
    assert State(room.home).count() == known, "nothing is replaced"
    room.build()
    assert check_windows(room) == {court}
    assert not [
        row
        for row in room.table("coverage")
        if row["state"] == "complete" and row["known_from"] == NIGHT + timedelta(days=2)
    ]
    assert all(not card.missing_on for card in State(room.home).cards(court, "first")), (
        "nothing is missing from no list"
    )


@pytest.mark.parametrize("kind", ["unavailable", "blocked", "reset", "truncated", "module_off"])
def test_a_court_that_is_down_is_left_alone_and_comes_back(plain: World, tmp_path: Path, kind: str) -> None:
    court, other = courts_where(plain, busy=2)
    room = room_of(plain, tmp_path, court, other)
    room.night(NIGHT)
    held = len(State(room.home).cards(court, "first"))
    room.stage.outage(court, kind)
    asked = len(room.stage.entries)
    report = room.night(NIGHT + timedelta(days=1))
    assert report.courts[court].stopped
    assert not report.courts[other].stopped
    assert len([entry for entry in room.stage.entries[asked:] if entry.court == court]) <= 12
    room.stage.outage(court, "")
    report = room.night(NIGHT + timedelta(days=2))
    assert not report.courts[court].stopped
    assert len(State(room.home).cards(court, "first")) >= held
    room.build()
    assert check_windows(room) == {court, other}


def test_robots_rules_are_honoured_or_overridden_with_a_reason(plain: World, tmp_path: Path) -> None:
    (court,) = courts_where(plain, robots=True, busy=1)
    room = room_of(plain, tmp_path, court)
    room.night(NIGHT)
    assert set(room.states()) == {"disallowed"}
    assert [entry.path for entry in room.stage.entries] == ["/robots.txt"]
    room.build()
    assert {row["state"] for row in room.table("coverage")} == {"disallowed"}
    host = plain.courts[court].host
    room.config = replace(room.config, robots_override={host: "the public has a right to know"})
    room.night(NIGHT + timedelta(days=1))
    assert room.states()["complete"] > 0
    assert State(room.home).court(court).robots == "overridden"


def test_an_engine_that_changes_is_noticed_and_remembered(world: World, tmp_path: Path) -> None:
    court = "51GV0006"
    room = room_of(world, tmp_path, court)
    room.night(date(2024, 6, 12))
    assert State(room.home).court(court).forms == {"first": "primary"}
    room.night(date(2024, 6, 20))
    memory = State(room.home).court(court)
    assert (memory.forms, memory.engine) == ({"first": "vnkod"}, "vnkod")
    asked = len(room.stage.entries)
    room.night(date(2024, 6, 21))
    assert "wrong_query" not in {entry.kind for entry in room.stage.entries[asked:]}
    room.build()
    assert check_windows(room) == {court}


def test_cards_that_go_are_looked_for_twice_with_a_control(plain: World, tmp_path: Path) -> None:
    removals = {
        code: policy.removal
        for code, policy in plain.policies.items()
        if policy.removal[2] and policy.removal[1] is None
    }
    court = min(removals, key=lambda code: removals[code][0])
    first = date.fromordinal(removals[court][0]) - timedelta(days=1)
    since = first - timedelta(days=80)
    room = Newsroom(plain, tmp_path / "home", since=since, courts=(court,))
    for later in (0, 5, 6, 7, 8, 9):
        room.night(first + timedelta(days=later))
    gone = {
        record.ref: record_id(record)
        for record in plain.by_court[court, "first"]
        if visible(record, first.toordinal() - 1)
        and not visible(record, first.toordinal() + 3)
        and record.received >= since.toordinal()
    }
    assert gone
    twice = {card.case_id for card in State(room.home).cards(court, "first") if len(card.gone_at) == 2}
    assert {f"{court}:criminal:first:1:{case_id}" for case_id in twice} == set(gone.values())
    missed = [entry for entry in room.stage.entries if entry.kind == "not_found" and entry.path != "/robots.txt"]
    checks = [entry.night for entry in missed if entry.records[0] in gone]
    assert len(checks) == 2 * len(gone), "two checks, and no more"
    nights = [entry.night for entry in missed]
    for night in set(nights):
        kinds = [entry.kind for entry in room.stage.entries if entry.night == night]
        assert "card" in kinds[len(kinds) - kinds[::-1].index("not_found") :], (
            "a card that stands answers after the last that was gone"
        )


def test_rows_that_move_while_pages_are_turned_never_make_a_window_complete(plain: World, tmp_path: Path) -> None:
    courts = courts_where(plain, busy=2)
    room = Newsroom(plain, tmp_path / "home", Switches(moving=True), since=date(2024, 1, 1), courts=tuple(courts))
    for later in range(3):
        room.night(NIGHT + timedelta(days=later))
    room.build()
    check_windows(room)
    assert room.states()["complete"] > 0


def test_two_runs_at_once_and_a_clock_set_back_are_errors(plain: World, tmp_path: Path) -> None:
    (court,) = courts_where(plain, busy=1)
    room = room_of(plain, tmp_path, court)
    with Archive(room.home).writer(clock=room.pace.now), pytest.raises(ArchiveBusyError):
        room.night(NIGHT)
    room.night(NIGHT)
    room.pace._now = midnight(NIGHT - timedelta(days=1))  # a hand on the clock
    with pytest.raises(BudgetError, match="set back"):
        room.night(NIGHT - timedelta(days=1))
    assert Archive(room.home).verify().intact


def test_a_clock_set_back_is_an_error_though_the_budget_is_another(plain: World, tmp_path: Path) -> None:
    (court,) = courts_where(plain, busy=1)
    room = room_of(plain, tmp_path, court)
    room.night(NIGHT)
    held, asked = Archive(room.home).count(), len(room.stage.entries)
    (room.home / "collect" / "budget.json").unlink()
    room.pace._now = midnight(NIGHT - timedelta(days=1))  # a hand on the clock
    with pytest.raises(BudgetError, match="set back"):
        room.night(NIGHT - timedelta(days=1))
    assert (Archive(room.home).count(), len(room.stage.entries)) == (held, asked)


def test_a_machine_that_reaches_no_site_stops_soon_and_says_so(plain: World, tmp_path: Path) -> None:
    room = room_of(plain, tmp_path, *courts_where(plain, busy=9))
    room.stage.outage("*", "reset")
    report = room.night(NIGHT)
    assert "no site can be reached" in report.stopped
    assert len(room.stage.entries) <= 13
    assert room.ledger() == []
    room.stage.outage("*", "")
    assert not room.night(NIGHT + timedelta(days=1)).stopped


def test_what_a_person_should_look_at_is_told_of_the_court_until_the_next_visit(plain: World, tmp_path: Path) -> None:
    (court,) = courts_where(plain, busy=1)
    room = room_of(plain, tmp_path, court)
    room.night(NIGHT)
    assert State(room.home).court(court).signals == ()
    # From one night to the next the lists lose half of their rows, counter and all, as where a court took down a whole article.
    with pytest.MonkeyPatch.context() as patch:
        few = site_module.found
        patch.setattr(site_module, "found", lambda *asked: few(*asked)[::2])
        report = room.night(NIGHT + timedelta(days=1))
    assert any("mass drop" in sentence for _, sentence in report.signals)
    view = overview(
        State(room.home), {}, room.ledger(), [(each, ("first",)) for each in directory() if each.code == court]
    )[0]
    assert view.signals_on == "2024-07-02"
    assert any("mass drop" in sentence for sentence in view.signals)
    held = {card.key for card in State(room.home).cards(court, "first")}
    room.night(NIGHT + timedelta(days=2))
    assert State(room.home).court(court).signals == ()
    assert held <= {card.key for card in State(room.home).cards(court, "first")}, "nothing was replaced"


def test_the_same_night_again_asks_nothing(plain: World, tmp_path: Path) -> None:
    courts = courts_where(plain, busy=2)
    room = room_of(plain, tmp_path, *courts)
    room.night(NIGHT)
    asked = len(room.stage.entries)
    report = room.night(NIGHT)
    assert len(room.stage.entries) == asked
    assert report.captures == 0


def test_each_capture_names_its_vantage_and_no_cookie_or_secret(plain: World, tmp_path: Path) -> None:
    (court,) = courts_where(plain, busy=1)
    room = room_of(plain, tmp_path, court)
    report = room.night(NIGHT)
    archive = Archive(room.home)
    captures = [
        capture
        for file in archive.files()
        for capture in archive.read(
            file.name, list(zip(*(archive.index(file.name)[c].to_pylist() for c in ("offset", "length")), strict=True))
        )
    ]
    assert len(captures) == report.captures
    for capture in captures:
        headers = dict(capture.headers)
        assert headers["X-Courttally-Vantage"] == "rehearsal"
        assert headers["X-Courttally-Simulated"] == "1"
        assert capture.court_stated == court
        assert capture.url is not None
        assert (
            capture.url.startswith(f"https://{plain.courts[court].host}/")
            or plain.courts[court].host_dashed in capture.url
        )


def test_pages_without_chrome_are_asked_for_from_the_day_after_a_pair_read_equal(plain: World, tmp_path: Path) -> None:
    (court,) = courts_where(plain, busy=1)
    room = room_of(plain, tmp_path, court)
    room.night(NIGHT)
    assert State(room.home).court(court).nc == "yes"
    bare = ["nc=1" in entry.query for entry in room.stage.entries if entry.kind in ("listing", "card")]
    assert bare.count(True) == 1, "the pair's second page alone"
    for later in (1, 29, 30, 31):
        asked = len(room.stage.entries)
        room.night(NIGHT + timedelta(days=later))
        bare = ["nc=1" in entry.query for entry in room.stage.entries[asked:] if entry.kind in ("listing", "card")]
        assert bare.count(False) == (later in (1, 30, 31)), (
            "a pair of cards on the first such night, a pair of lists and one of cards again after a month each"
        )


def test_a_disk_that_refuses_stops_the_run_and_loses_nothing(
    plain: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    courts = courts_where(plain, busy=2)
    room = room_of(plain, tmp_path, *courts)
    calm, count = Writer.write, 0

    def full(self: Writer, **given: Any) -> str:
        nonlocal count
        count += 1
        if count > 20:
            raise OSError(errno.ENOSPC, "No space left on device")
        return calm(self, **given)

    monkeypatch.setattr(Writer, "write", full)
    with pytest.raises(OSError, match="No space"):
        room.night(NIGHT)
    monkeypatch.setattr(Writer, "write", calm)
    assert Archive(room.home).count() == 20
    room.night(NIGHT)
    room.build()
    assert check_windows(room) == set(courts)
    shown = {
        record_id(r) for code in courts for r in room.stage.visible(code, "first") if r.received >= SINCE.toordinal()
    }
    assert shown <= {row["record"] for row in room.table("records")}
    assert Archive(room.home).verify().intact


def test_several_answers_at_once_bring_the_same_records(plain: World, tmp_path: Path) -> None:
    courts = courts_where(plain, busy=5)
    room = room_of(plain, tmp_path, *courts)
    now = midnight(NIGHT)
    room.pace._now = now  # a hand on the clock: the sites stand still
    config = replace(room.config, at_once=8)
    rhythm, unbound = config.rhythm(), Budget(tmp_path / "budget.json", Limits(0, 0, 0))

    async def night() -> Report:
        async with TestServer(application(room.stage), host="127.0.0.1") as server:
            portal = str(server.make_url("/"))
            return await collect(
                room.home, config, portal=portal, pace=RealPace(), stamp=lambda: now, rhythm=rhythm, budget=unbound
            )

    report = asyncio.run(night())
    assert not report.stopped
    room.build()
    assert check_windows(room) == set(courts)
    shown = {
        record_id(r) for code in courts for r in room.stage.visible(code, "first") if r.received >= SINCE.toordinal()
    }
    assert shown <= {row["record"] for row in room.table("records")}


def test_the_watch_list_brings_back_what_a_lost_state_knew(plain: World, tmp_path: Path) -> None:
    (court,) = courts_where(plain, busy=1)
    room = room_of(plain, tmp_path, court)
    room.night(NIGHT)
    room.build()
    before = {card.key: card for card in State(room.home).cards(court, "first")}
    (room.home / "collect" / "state.jsonl").unlink()
    asked = len(room.stage.entries)
    room.night(NIGHT)
    after = {card.key: card for card in State(room.home).cards(court, "first")}
    names = ("guid", "received", "settled", "card_on")
    assert {key: [getattr(card, name) for name in names] for key, card in after.items()} == {
        key: [getattr(card, name) for name in names] for key, card in before.items()
    }
    assert len(room.stage.entries) == asked, "tonight's windows are in the ledger, and every card was seen today"
    room.night(NIGHT + timedelta(days=8))
    later = [entry for entry in room.stage.entries[asked:] if entry.kind == "card"]
    open_ = {card.case_id for card in before.values() if not card.settled}
    cards = {int(case_id) for entry in later for case_id in re.findall(r"case_id=(\d+)", entry.query)}
    still = {r.case_id for r in plain.by_court[court, "first"] if visible(r, room.stage.night - 1)}
    assert open_ & still <= cards
    assert room.states()["complete"] == sum(room.states().values())


def test_a_platform_that_bears_little_is_given_its_pauses(plain: World, tmp_path: Path) -> None:
    courts = courts_where(plain, busy=2)
    room = Newsroom(plain, tmp_path / "home", Switches(rate=5), since=SINCE, courts=tuple(courts))
    report = room.night(NIGHT)
    refused = [place for place, entry in enumerate(room.stage.entries) if entry.kind in ("throttled", "unavailable")]
    assert report.pauses == len(refused) > 3
    moments = room.stage.moments
    for place in refused[:-1]:
        paused = [
            moment
            for moment, host in moments[place + 1 :]
            if room.stage.entries[place].kind == "throttled" or host == moments[place][1]
        ]
        assert paused[0] - moments[place][0] >= timedelta(minutes=30)
    room.build()
    assert check_windows(room) == set(courts)
