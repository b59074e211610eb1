"""Killed at any instant, collecting and building go on, and in the end hold exactly what an undisturbed run holds.

The clock of captures stands still here, so that the same answer is the same capture whenever it is fetched: equal digests mean that nothing is
missing, doubled or different.
"""

import asyncio
import multiprocessing
import os
import random
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from multiprocessing import forkserver
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest
from aiohttp import web
from collect_kit import midnight
from kill_target import build, gather
from test_collect_world import NIGHT

from courttally.archive import Archive
from courttally.registry.digest import digests
from courttally.registry.snapshot import current
from courttally.rehearsal.serve import application
from courttally.rehearsal.stage import Stage
from courttally.rehearsal.world import World
from courttally.rehearsal.world import build as build_world

SPAWN = multiprocessing.get_context("forkserver")
SPAWN.set_forkserver_preload(["kill_target"])


class Portal:
    """The simulated sites in a thread of their own."""

    def __init__(self, world: World, now: datetime) -> None:
        self.moment = now
        self.stage = Stage(world, lambda: self.moment, seconds=lambda: 0)
        self.ready = threading.Event()
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.socket.getsockname()[1]

    def run(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.over = asyncio.Event()
        self.loop.run_until_complete(self._serve())
        self.loop.close()

    async def _serve(self) -> None:
        runner = web.AppRunner(application(self.stage))
        await runner.setup()
        await web.SockSite(runner, self.socket).start()
        self.ready.set()
        await self.over.wait()
        await runner.cleanup()


@contextmanager
def served(world: World, now: datetime) -> Iterator[Portal]:
    portal = Portal(world, now)
    thread = threading.Thread(target=portal.run)
    thread.start()
    portal.ready.wait()
    try:
        yield portal
    finally:
        portal.loop.call_soon_threadsafe(portal.over.set)
        thread.join()


@pytest.fixture(scope="module", autouse=True)
def warm() -> None:
    """One process that has everything loaded, from which each run is forked: it finds its modules by the environment alone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(
            "PYTHONPATH", os.pathsep.join([str(Path(__file__).parent), *filter(None, [os.environ.get("PYTHONPATH")])])
        )
        forkserver.ensure_running()


def start(target: Callable[..., None], *arguments: object) -> ForkServerProcess:
    process = SPAWN.Process(target=target, args=arguments)
    process.start()
    return process


def done(target: Callable[..., None], *arguments: object) -> float:
    """Let it run to its end; returns the seconds it took."""
    began = time.monotonic()
    process = start(target, *arguments)
    process.join()
    assert process.exitcode == 0
    return time.monotonic() - began


def struck(rng: random.Random, longest: float, target: Callable[..., None], *arguments: object) -> bool:
    """Kill it at some instant; False where it was done before."""
    process = start(target, *arguments)
    process.join(rng.uniform(0, longest))
    process.kill()
    process.join()
    return process.exitcode != 0


def whole(home: Path) -> tuple[dict[str, str], int]:
    """The digests of a home whose archive proves itself and holds no capture twice, and how many captures it holds."""
    report = Archive(home).verify()
    assert not report.problems
    ids = [name for file in Archive(home).files() for name in Archive(home).index(file.name)["capture_id"].to_pylist()]
    assert len(ids) == len(set(ids)) == Archive(home).count()
    return digests(current(home)), len(ids)


def check(kills: int, seed: int, courts_asked: int, folder: Path) -> None:
    world, now = build_world("small", 1), midnight(NIGHT).astimezone(UTC)
    sites = Stage(world, lambda: now).sites
    open_ = [
        code
        for code, proceeding in sorted(world.by_court)
        if proceeding == "first" and not sites.quirk(code, "robots", 40)
    ]
    courts = tuple(open_[:courts_asked])
    rng = random.Random(seed)
    with served(world, now) as portal:
        calm = folder / "calm"
        done(gather, folder / "first", portal.port, courts, now)  # loads what is loaded once
        longest = done(gather, calm, portal.port, courts, now)
        building = done(build, calm)
        wanted, captures = whole(calm)
        assert captures > 20 * courts_asked
        count = homes = 0
        while count < kills:
            home = folder / f"killed-{homes}"
            homes += 1
            while struck(rng, longest / 2, gather, home, portal.port, courts, now):
                count += 1
                if rng.randrange(3) == 0:
                    count += struck(rng, building, build, home)
            done(build, home)
            assert whole(home) == (wanted, captures)


def test_killed_at_ten_instants(tmp_path: Path) -> None:
    check(10, 1, 2, tmp_path)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2, 7))
def test_killed_at_forty_instants(seed: int, tmp_path: Path) -> None:
    check(40, seed, 5, tmp_path)
