"""What a run does where a site asks to be left alone, in whatever way it words that."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from courttally.collect.budget import PLATFORM
from courttally.collect.config import Config
from courttally.collect.fetch import Fetched, Fetcher, Permit
from courttally.collect.pace import VirtualPace
from courttally.collect.robots import rules_of
from courttally.collect.run import LONGEST_PAUSE, Report, _retry_after, budget_of, collect

NOW = datetime(2026, 11, 30, tzinfo=UTC)
ONE, OTHER, HOST = "31GV0008", "77GV0013", "vmgvs.arh.sudrf.ru"
HOURS = timedelta(hours=1)


class Sites(Fetcher):
    """Sites that allow everything, know no page, and answer a host as the test says."""

    def __init__(self, answers: Callable[[str], Fetched | None]) -> None:
        self._answers = answers

    async def __aenter__(self) -> "Sites":
        return self

    async def __aexit__(self, *_: object) -> None:
        return None

    async def get(self, url: str, permit: Permit) -> Fetched:
        return self._answers(url) or Fetched(url, 404, (), b"")


def night(
    home: Path, pace: VirtualPace, answers: Callable[[str], Fetched | None], courts: tuple[str, ...] = (ONE, OTHER)
) -> Report:
    config = replace(Config(), courts=courts, linked=(), at_once=1, since=NOW.date())
    run = collect(home, config, portal=None, pace=pace, stamp=pace.now, rhythm=config.rhythm(), fetcher=Sites(answers))
    return asyncio.run(run)


def throttled(url: str, after: str) -> Fetched:
    return Fetched(url, 429, (("Retry-After", after),), b"")


@pytest.mark.parametrize("after", ["86400", "9" * 5000])
def test_one_site_that_asks_for_a_day_is_left_alone_for_a_day_and_the_others_for_two_hours(
    tmp_path: Path, after: str
) -> None:
    pace, asked = VirtualPace(NOW), []

    def answers(url: str) -> Fetched | None:
        asked.append((pace.now() - NOW, url))
        return throttled(url, after) if HOST in url else None

    report = night(tmp_path, pace, answers)
    assert [url for _, url in asked if HOST in url] == [asked[0][1]]
    assert asked[1][0] >= 2 * HOURS, "nobody was asked meanwhile"
    assert len(asked) > 2, "the other court was asked after it"
    assert (
        report.stopped
        == f"{ONE} asked to be left alone until 2026-12-01 03:00 Moscow time, or longer; what was not asked stays never asked"
    )
    assert budget_of(tmp_path, Config()).paused(pace.now()) == {HOST: NOW + LONGEST_PAUSE}
    held = len(asked)
    assert night(tmp_path, VirtualPace(NOW + 12 * HOURS), answers).stopped == report.stopped
    assert not [url for _, url in asked[held:] if HOST in url]
    assert night(tmp_path, VirtualPace(NOW + 25 * HOURS), lambda url: None).stopped == ""


def test_three_sites_that_ask_for_a_day_are_a_limit_of_the_platform(tmp_path: Path) -> None:
    pace, asked = VirtualPace(NOW), []

    def answers(url: str) -> Fetched:
        asked.append(url)
        return throttled(url, "86400")

    report = night(tmp_path, pace, answers, courts=("garrison",))
    assert len(asked) == 3
    assert report.stopped.startswith("the platform asked to be left alone until 2026-12-01 07:00 Moscow time")
    assert PLATFORM in budget_of(tmp_path, Config()).paused(NOW + 27 * HOURS)


def test_a_pause_within_a_night_is_waited_for(tmp_path: Path) -> None:
    pace, first = VirtualPace(NOW), iter([throttled("https://x/", "5400")])
    report = night(tmp_path, pace, lambda url: next(first, None))
    assert (report.stopped, report.pauses) == ("", 1)
    assert 1.5 * HOURS <= pace.now() - NOW < 1.6 * HOURS


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120),
        (" 7 ", 7),
        ("9" * 5000, 86400),
        ("Mon, 30 Nov 2026 01:00:00 GMT", 3600),
        ("Monday, 30-Nov-26 01:00:00 GMT", 3600),
        ("", 0),
        ("-5", 0),
        ("soon", 0),
        ("١٢", 0),
        ("Mon, 30 Nov 99999 01:00:00 GMT", 0),
        ("Mon, 30 Nov 2026 01:00:00 +9999999999", 0),
    ],
)
def test_what_a_site_asks_for_is_read_as_seconds_or_as_a_date(text: str, seconds: int) -> None:
    assert _retry_after(text, NOW) == timedelta(seconds=seconds)


@pytest.mark.parametrize("before", ["", "\ufeff"])
def test_robots_rules_are_read_whatever_mark_stands_before_them(before: str) -> None:
    rules = rules_of(200, f"{before}User-agent: *\nDisallow: /\n".encode())
    assert rules is not None
    assert not rules.allow(
        "https://vgvs.prm.sudrf.ru/modules.php?name=sud_delo", "Mozilla/5.0 (compatible; courttally)"
    )
