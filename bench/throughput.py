"""How many captures a second the collector takes in, and in how much memory, with politeness lifted. Simulated data, on the loopback address.

    .venv/bin/python bench/throughput.py --captures 100000

The sites of a simulated world answer over real HTTP from a process of their own; here runs what `courttally collect` runs: the plan, the client, the
archive (each answer synchronised to the disk before it is read), the reader, the ledger, the state. Lifted are the spaces between requests and the daily
caps. So that so many are asked, every window and every card is due in every night of the bench, and nights lie a month apart.
Memory is that of this process; the server's is printed apart.
"""

import argparse
import asyncio
import multiprocessing
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event
from pathlib import Path

from aiohttp import web

from courttally.archive import Archive
from courttally.collect.budget import Budget, Limits
from courttally.collect.config import Config
from courttally.collect.pace import RealPace
from courttally.collect.plan import Rhythm
from courttally.collect.run import collect
from courttally.rehearsal.serve import application
from courttally.rehearsal.stage import MOSCOW, Stage
from courttally.rehearsal.world import build

FIRST = date(2024, 9, 1)
APART = timedelta(days=31)
UNBOUND = Limits(0, 0, 0, daily_per_host=10**9, daily=10**9)


def one_oclock(day: date) -> datetime:
    """One at night in Moscow."""
    return datetime(day.year, day.month, day.day, 1, tzinfo=MOSCOW).astimezone(UTC)


def serve(name: str, seed: int, told: Connection, over: Event) -> None:
    """The simulated sites until `over`: tells its port, then takes nights; at the end tells what it answered, its memory and CPU time."""
    moment = [one_oclock(FIRST)]
    stage = Stage(build(name, seed), lambda: moment[0])
    asyncio.run(_serve(stage, moment, told, over))
    told.send(
        (
            Counter(entry.kind or "other" for entry in stage.entries),
            resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            time.process_time(),
        )
    )


async def _serve(stage: Stage, moment: list[datetime], told: Connection, over: Event) -> None:
    runner = web.AppRunner(application(stage), access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    told.send((runner.addresses[0][1], tuple(stage.world.courts)))
    while not over.is_set():
        if told.poll():
            moment[0] = told.recv()
            told.send(moment[0])
        await asyncio.sleep(0.05)
    await runner.cleanup()


def running(start: datetime) -> Callable[[], datetime]:
    """A clock that goes on from `start`."""
    began = time.monotonic()
    return lambda: start + timedelta(seconds=time.monotonic() - began)


def peak() -> int:
    """The largest resident memory of this process so far, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Captures a second and memory of the collector, on loopback.")
    parser.add_argument("--captures", type=int, default=100_000)
    parser.add_argument("--world", default="full")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--at-once", type=int, default=8)
    options = parser.parse_args()
    spawn = multiprocessing.get_context("spawn")
    told, theirs = spawn.Pipe()
    over = spawn.Event()
    server = spawn.Process(target=serve, args=(options.world, options.seed, theirs, over))
    server.start()
    port, courts = told.recv()
    config = replace(Config(), courts=courts, at_once=options.at_once, vantage="bench")
    rhythm = Rhythm(config.since, open=1, round=1)
    captures, night, began, spent = 0, FIRST, time.monotonic(), time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        budget = Budget(home / "collect" / "budget.json", UNBOUND)
        while captures < options.captures:
            told.send(one_oclock(night))
            told.recv()
            report = asyncio.run(
                collect(
                    home,
                    config,
                    portal=f"http://127.0.0.1:{port}",
                    pace=RealPace(),
                    stamp=running(one_oclock(night)),
                    rhythm=rhythm,
                    budget=budget,
                )
            )
            captures += report.captures
            windows = sum((tally.windows for tally in report.courts.values()), Counter[str]())
            print(
                f"{night}: {captures:,} captures in {time.monotonic() - began:,.0f} s, at most {peak()} MiB; windows: {dict(windows)}",
                flush=True,
            )
            if not report.captures:
                raise SystemExit("the sites brought nothing")
            night += APART
        seconds, cpu = time.monotonic() - began, time.process_time() - spent
        over.set()
        kinds, memory, theirs_cpu = told.recv()
        server.join()
        archive = Archive(home)
        held = archive.count()
        revisits = sum(archive.index(file.name)["record_type"].to_pylist().count("revisit") for file in archive.files())
        warc = archive.disk_usage().warc
    print(f"{dict(kinds)}")
    print(
        f"{captures:,} captures kept ({held:,} in the archive, of which {revisits:,} saw bytes again that were held; {warc / 1e6:,.0f} MB) "
        f"in {seconds:,.0f} s: {captures / seconds:,.0f} a second, {captures / cpu:,.0f} a CPU second."
    )
    print(
        f"Memory at most {peak()} MiB; the server beside it {memory} MiB and {theirs_cpu:,.0f} CPU s. Simulated data."
    )


if __name__ == "__main__":
    main()
