"""A collector's nights against the simulated sites: one process, one simulated clock, real HTTP on the loopback address."""

import asyncio
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from aiohttp.test_utils import TestServer

from courttally.archive import CoverageLedger
from courttally.collect.config import Config
from courttally.collect.pace import VirtualPace
from courttally.collect.run import Report, collect
from courttally.law.text import digest
from courttally.registry import decisions
from courttally.registry.build import build
from courttally.registry.snapshot import current
from courttally.rehearsal.captcha import REGIONS
from courttally.rehearsal.faults import Faults, Switches
from courttally.rehearsal.serve import application
from courttally.rehearsal.site import Sites
from courttally.rehearsal.stage import MOSCOW, Answered, Stage
from courttally.rehearsal.truth import wordings
from courttally.rehearsal.world import World

SINCE = date(2024, 4, 1)


def midnight(day: date) -> datetime:
    """One o'clock at night in Moscow, when the sites show what was posted by the day before."""
    return datetime(day.year, day.month, day.day, 1, tzinfo=MOSCOW).astimezone(UTC)


class Watched(Stage):
    """A stage that notes the very moment of each request."""

    moments: list[tuple[datetime, str]]

    def answer(self, client: str, host: str, path: str, query: str, agent: str, port: str = "") -> Answered:
        self.__dict__.setdefault("moments", []).append((self.now(), host))
        return super().answer(client, host, path, query, agent, port)


@dataclass
class Newsroom:
    """A home, a world and a clock."""

    world: World
    home: Path
    switches: Switches = field(default_factory=Switches)
    since: date = SINCE
    courts: tuple[str, ...] = ()
    settings: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.pace = VirtualPace(datetime(2020, 1, 1, tzinfo=UTC))
        self.stage = Watched(self.world, self.pace.now, Faults(str(self.world.seed), self.switches))
        self.config = replace(
            Config(),
            courts=self.courts or tuple(self.world.courts),
            since=self.since,
            at_once=1,
            vantage="rehearsal",
            **self.settings,
        )

    def night(self, day: date) -> Report:
        """Collect in the night that begins this day."""
        return asyncio.run(self._night(day))

    async def _night(self, day: date) -> Report:
        start = midnight(day)
        if start > self.pace.now():
            self.pace = self._move(start)
        async with TestServer(application(self.stage), host="127.0.0.1") as server:
            return await collect(
                self.home,
                self.config,
                portal=str(server.make_url("/")),
                pace=self.pace,
                stamp=self.pace.now,
                rhythm=self.config.rhythm(),
            )

    def _move(self, start: datetime) -> VirtualPace:
        self.pace._now = start  # a test's hand on the clock
        return self.pace

    def build(self) -> None:
        """Build the registry, and answer once, as a person would, the wordings of results that no rule knows."""
        build(self.home, workers=1)
        meanings = {digest(row["wording"]): row["outcome"] for row in wordings()}
        open_ = [
            row for row in self.table("review") if row["signal"] == "result_unmapped" and row["digest"] in meanings
        ]
        for row in open_:
            decisions.answer(
                self.home,
                signal=row["signal"],
                digest=row["digest"],
                code=meanings[row["digest"]],
                who="the test",
                why="the world says so",
                clock=self.pace.now,
            )
        if open_:
            build(self.home, workers=1)

    def table(self, name: str) -> list[dict[str, Any]]:
        """A table of the registry as it stands now: of versions, the current ones."""
        found: list[dict[str, Any]] = pq.read_table(current(self.home).path / f"{name}.parquet").to_pylist()
        return [row for row in found if row.get("known_to") is None]

    def ledger(self) -> list[dict[str, object]]:
        """The coverage ledger."""
        return CoverageLedger(self.home).entries()

    def states(self) -> Counter[str]:
        """How many windows ended how."""
        return Counter(str(entry["state"]) for entry in self.ledger())

    def spacing(self) -> tuple[timedelta, timedelta]:
        """The shortest time between two requests, and between two to one host."""
        moments = self.stage.moments
        each = min(later - earlier for (earlier, _), (later, _) in pairwise(moments))
        hosts: dict[str, datetime] = {}
        shortest = timedelta.max
        for moment, host in moments:
            if host in hosts:
                shortest = min(shortest, moment - hosts[host])
            hosts[host] = moment
        return each, shortest


def days(rows: Iterable[dict[str, Any]], *names: str) -> list[dict[str, Any]]:
    """Rows with the named days as ISO text."""
    return [{**row, **{name: row[name].isoformat() if row[name] else None for name in names}} for row in rows]


def courts_where(world: World, *, captcha: bool = False, robots: bool = False, busy: int = 3) -> list[str]:
    """Courts of first instance, the busiest first, that do or do not ask for captchas and forbid robots."""
    sites = Sites(world, world.end)
    fit = [
        code
        for code, proceeding in world.by_court
        if proceeding == "first"
        and (sites.region(code) in REGIONS) == captcha
        and sites.quirk(code, "robots", 40) == robots
    ]
    return sorted(fit, key=lambda code: -len(world.by_court[code, "first"]))[:busy]
