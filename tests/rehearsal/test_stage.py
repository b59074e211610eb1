"""The stage behind the served sites: its clock, its outages, its log, and the truth that follows from the log."""

import asyncio
import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from aiohttp.test_utils import TestServer
from typer.testing import CliRunner

from courttally.cli.rehearse import app
from courttally.rehearsal import captcha
from courttally.rehearsal.counts import expected
from courttally.rehearsal.crawl import Newsroom
from courttally.rehearsal.faults import Faults, Switches
from courttally.rehearsal.model import FIRST
from courttally.rehearsal.seen import all_seen
from courttally.rehearsal.serve import application
from courttally.rehearsal.served import Client
from courttally.rehearsal.shown import visible
from courttally.rehearsal.stage import Stage, WorldClock, as_line, first_moment, read_log
from courttally.rehearsal.world import World

AGENT = "Mozilla/5.0 (rehearsal)"


def stage_at(world: World, day: int, faults: Faults | None = None) -> Stage:
    return Stage(world, WorldClock(first_moment(day), lambda: 0), faults)


def ask(stage: Stage, court: str, query: str) -> str:
    found = stage.world.courts[court]
    host = found.host_dashed or found.host
    return stage.answer("127.0.0.1", host, "/modules.php", query, AGENT).reply.body.decode("cp1251")


def plain(world: World) -> str:
    """The busiest court that asks for no captcha and does not redirect."""
    codes = [c for c in world.courts if world.courts[c].host.split(".")[1] not in captcha.REGIONS]
    return max(codes, key=lambda code: len(world.by_court.get((code, FIRST), [])))


def listing(stage: Stage, court: str, page: int = 1) -> str:
    return stage.sites.render.listing_query(court, FIRST, stage.world.start, stage.world.end, page, stage.night - 1)


def test_the_clock_moves_what_is_shown(small: World) -> None:
    stage, court = stage_at(small, small.start + 60), plain(small)
    counters = []
    for _ in range(3):
        page = ask(stage, court, listing(stage, court))
        entry = stage.entries[-1]
        night = datetime.fromisoformat(entry.at).astimezone(UTC) + timedelta(hours=3)
        assert night.toordinal() == entry.night == entry.shows + 1
        wanted = [
            r
            for r in small.by_court[court, FIRST]
            if visible(r, entry.shows) and small.start <= r.received <= small.end
        ]
        assert entry.found == len(wanted)
        assert re.search(rf"найдено [—-] (<b>)?{len(wanted)}\b", page)
        counters.append(entry.found)
        assert isinstance(stage.now, WorldClock)
        stage.now.advance(40 * 86_400)
    assert counters == sorted(set(counters))


def test_pages_of_a_night_are_those_of_the_archive(small: World) -> None:
    newsroom = Newsroom(small, small.start + 200, every=1)
    stage = stage_at(small, small.start + 199)
    compared = 0
    for answer in newsroom.until(small.start + 200):
        if answer.kind == "card":
            assert ask(stage, answer.court, answer.query) == answer.page()
            compared += 1
    assert compared > 20


@pytest.mark.parametrize(
    ("kind", "words"),
    [("unavailable", "СУДЕБНОЕ ДЕЛОПРОИЗВОДСТВО"), ("blocked", "безопасности (G)"), ("module_off", "неактивен"), ("false_zero", "Уточните критерии поиска")],
)  # fmt: skip
def test_an_outage_is_of_one_court_until_it_ends(small: World, kind: str, words: str) -> None:
    stage, court = stage_at(small, small.end), plain(small)
    sound = ask(stage, court, listing(stage, court))
    stage.outage(court, kind)
    assert words in ask(stage, court, listing(stage, court))
    assert stage.entries[-1].records == ()
    assert stage.entries[-1].fault == kind
    other = next(c for c in small.courts if c != court)
    ask(stage, other, "name=press_dep&op=1")
    assert stage.entries[-1].fault == ""
    stage.outage(court, "")
    assert ask(stage, court, listing(stage, court)) == sound
    with pytest.raises(ValueError, match="no such outage"):
        stage.outage(court, "flood")
    with pytest.raises(ValueError, match="no court"):
        stage.outage("99XX0000", kind)


def test_the_log_is_told_again_from_its_lines(small: World) -> None:
    stage, court = stage_at(small, small.end, Faults("4", Switches.all_at(1500))), plain(small)
    for page in range(1, 40):
        ask(stage, court, listing(stage, court, page % 4 + 1))
    lines = [as_line(entry) for entry in stage.entries]
    assert read_log(lines) == stage.entries
    assert {entry.fault for entry in stage.entries} > {"", "reset"}
    assert not any(entry.whole for entry in stage.entries if entry.fault == "reset")
    with pytest.raises(ValueError, match="not one of"):
        read_log(['{"n": 1}'])


def _visit(stage: Stage, nights: int, move: Callable[[int], None]) -> None:
    """A plain collector: every night the listings of every court that answers, and the cards of all rows."""
    for _ in range(nights):
        for court, proceeding in sorted(stage.world.by_court):
            if stage.sites.region(court) in captcha.REGIONS:
                continue
            page, cards = 1, dict[str, str]()
            while True:
                day = stage.night - 1
                query = stage.sites.render.listing_query(court, proceeding, stage.world.start - 400, day + 1, page, day)
                ask(stage, court, query)
                entry = stage.entries[-1]
                cards |= {ref: stage.sites.render.card_query(stage.world.by_ref[ref], day) for ref in entry.records}
                if not entry.records or page * 25 >= (entry.found or 0):
                    break
                page += 1
            for query in cards.values():
                ask(stage, court, query)
        move(86_400)


def test_what_was_seen_follows_from_the_log(small: World) -> None:
    """Asked for everything each night without faults, the log's truth is what every site shows."""
    stage = stage_at(small, small.start + 120)
    assert isinstance(stage.now, WorldClock)
    _visit(stage, 3, stage.now.advance)
    client = Client(small).add(stage.entries)
    closed = {code for code in small.courts if stage.sites.region(code) in captcha.REGIONS}
    last = stage.entries[-1].shows
    seen = {item.record.ref: item for item in all_seen(client)}
    shown = [r for r in small.records if r.court not in closed and visible(r, last) and r.received >= small.start - 400]
    assert {r.ref for r in shown} <= seen.keys()
    for record in shown:
        item = seen[record.ref]
        assert item.number == [text for posted, text in record.numbers if posted <= last][-1]
        assert (item.uid is not None) == any(posted <= last for posted, _ in record.uids)
    assert {window.state for window in client.windows} == {"complete"}
    # By the first night fewer or as many were known, and nothing of later nights leaks into it.
    early = Client(small).add(stage.entries, stage.entries[0].night)
    assert {s.last for s in early.sights.values()} == {stage.entries[0].night}
    total = {c.metric: c.value for c in expected(all_seen(client)) if c.scope == "all" and not c.dimension}
    assert total["case_records"] == len(client.sights)


def test_gone_twice_three_days_apart(small: World) -> None:
    record = next(
        r
        for r in small.records
        if r.gone and r.published and r.gone[0][0] > r.posted + 1 and (r.gone[0][1] or 10**7) > r.gone[0][0] + 12
    )
    gone = record.gone[0][0]
    stage = stage_at(small, gone - 1)
    assert isinstance(stage.now, WorldClock)
    query = stage.sites.render.card_query(record, gone)
    nights = []
    for day in (gone - 1, gone, gone + 2, gone + 3, gone + 7):
        stage.now.set(first_moment(day))
        ask(stage, record.court, query)
        sight = Client(small).add(stage.entries).sights.get(record.ref)
        nights.append(len(sight.gone) if sight else -1)
    assert nights == [0, 1, 1, 2, 3]


def test_the_prompters_box(small: World) -> None:
    """Clock, faults, outages, log and truth over HTTP, as a test in another process uses them."""
    stage, court = stage_at(small, small.end - 30), plain(small)
    host = small.courts[court].host_dashed or small.courts[court].host

    async def visit() -> None:
        server = TestServer(application(stage))
        await server.start_server()
        async with aiohttp.ClientSession() as session:

            async def behind(method: str, path: str) -> str:
                async with session.request(method, server.make_url(f"/__rehearsal__/{path}")) as answer:
                    return await answer.text()

            async def page() -> aiohttp.ClientResponse:
                heads = {"User-Agent": AGENT, "Host": host}
                url = server.make_url("/modules.php?" + listing(stage, court))
                async with session.get(url, headers=heads) as answer:
                    await answer.read()
                    return answer

            before = json.loads(await behind("GET", "state"))
            first = await page()
            assert first.headers["Date"].endswith("21:30:00 GMT")  # half past midnight in Moscow
            after = json.loads(await behind("POST", "clock?now=2025-03-20T01:00:00%2B03:00"))
            assert (before["night"] < after["night"], after["shows_what_was_posted_by"]) == (True, "2025-03-19")
            await page()
            await behind("POST", f"outage?court={court}&kind=unavailable")
            await page()
            await behind("POST", "outage?court=" + court)
            state = json.loads(await behind("POST", "faults?moving=1&rate=1&cool_down=7&seed=9"))
            assert state["switches"] | {"moving": True, "rate": 1, "cool_down": 7} == state["switches"]
            await page()
            refused = await page()
            assert (refused.status, refused.headers["Retry-After"]) == (429, "7")
            assert "no such switch" in await behind("POST", "faults?fire=1")
            assert "zone" in await behind("POST", "clock?now=2025-03-20")
            assert "no such verb" in await behind("GET", "curtain")
            lines = [json.loads(line) for line in (await behind("GET", "log")).splitlines()]
            assert [line["kind"] for line in lines] == ["listing", "listing", "unavailable", "listing", "throttled"]
            assert len((await behind("GET", "log?after=3")).splitlines()) == 1
            shown = [json.loads(line) for line in (await behind("GET", f"visible?court={court}")).splitlines()]
            assert {row["ref"] for row in shown} == {r.ref for r in stage.visible(court)}
            cells = [json.loads(line) for line in (await behind("GET", "expected?until=2025-03-20")).splitlines()]
            received = next(c for c in cells if c["metric"] == "case_records" and not c["dimension"])
            assert received["value"] == len({ref for line in lines for ref in line["records"]})
        await server.close()

    asyncio.run(visit())


def test_captchas_can_be_answered_by_who_plays_the_person(small: World) -> None:
    stage = stage_at(small, small.start + 100)
    court = next(c for c in sorted(small.courts) if stage.sites.region(c) in captcha.REGIONS)
    query = listing(stage, court)
    assert "проверочный код" in ask(stage, court, query)
    challenge = stage.sites.captcha(court, int(stage.now().timestamp()))
    assert challenge is not None
    assert "проверочный код" not in ask(
        stage, court, f"{query}&captcha={challenge.digits}&captchaid={challenge.captcha_id}"
    )
    assert stage.sites.captcha("99XX0000", 0) is None


def test_truth_is_written_from_a_log(small: World, tmp_path: Path) -> None:
    log = tmp_path / "served.jsonl"
    stage = Stage(small, WorldClock(first_moment(small.start + 90), lambda: 0), log=log)
    court = plain(small)
    ask(stage, court, listing(stage, court))
    # A list by another axis shows records too, and is no window of days of receipt.
    ask(stage, court, re.sub(r"(?i)entry_(?=date[12]d)", "result_", listing(stage, court)))
    assert [entry.kind for entry in stage.entries] == ["listing", "listing"]
    day = date.fromordinal(stage.night).isoformat()
    words = ["truth", "--out", str(tmp_path / "t"), "--seed", "5", "--log", str(log), "--date", day]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    rows = (tmp_path / "t" / "seen" / day / "records.jsonl").read_text().splitlines()
    shown = {ref for entry in stage.entries for ref in entry.records}
    assert len(rows) == len(shown) > 0
    (window,) = (tmp_path / "t" / "seen" / day / "coverage.jsonl").read_text().splitlines()
    assert json.loads(window)["rows"] == stage.entries[0].found
    assert json.loads((tmp_path / "t" / "truth.json").read_text())["answers"] == 2
