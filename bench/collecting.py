"""How much a night of collecting asks, how long the budget makes it, and how fresh it keeps what is held. Simulated data.

    .venv/bin/python bench/collecting.py --world full --seed 1 --first 2024-09-01 --nights 30

The sites are asked without a socket and the disk is not waited for, so that a month takes minutes; the clock is the collector's own simulated one, so
requests and hours are those of the real budget. One answer takes `--answer` seconds and one request is under way at a time: with several at once, as
usual, hours are fewer. Printed: the backfill (first night), each night, the same for (a) everything again and (b) lists and new cards, and by kind of
change how many nights after the first that showed it it was seen, beside the aim.
"""

import argparse
import asyncio
import os
import resource
import tempfile
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from courttally.collect.config import Config
from courttally.collect.fetch import Fetched, Fetcher, Permit
from courttally.collect.pace import VirtualPace
from courttally.collect.run import Report, collect
from courttally.rehearsal.captcha import REGIONS
from courttally.rehearsal.model import Record
from courttally.rehearsal.shown import ruling_on, visible
from courttally.rehearsal.stage import MOSCOW, Stage
from courttally.rehearsal.world import World, build

AGENT = "Mozilla/5.0 (compatible; courttally bench)"


class Direct(Fetcher):
    """Asks the stage without a socket."""

    def __init__(self, config: Config, stage: Stage, pace: VirtualPace, seconds: float) -> None:
        super().__init__(config, None)
        self.stage, self.pace, self.seconds = stage, pace, seconds

    async def get(self, url: str, permit: Permit) -> Fetched:
        for hop in range(3):
            parts = urlsplit(url)
            host = parts.hostname or ""
            if hop:
                await permit(host)
            await self.pace.wait(self.seconds, ())
            reply = self.stage.answer("bench", host, parts.path, parts.query, AGENT).reply
            if reply.status != 301:
                return Fetched(url, reply.status, reply.headers, reply.body)
            url = dict(reply.headers)["Location"].replace("http://", "https://")
        raise AssertionError("a site that redirects in circles")


AIMS = {
    "new record": 0,
    "result": 0,
    "other change of a row": 0,
    "card of an open case": 7,
    "card of a finished case": 30,
    "open case taken down": 7,
    "finished case taken down": 30,
}
"""Kind of change -> how many nights after the first that showed it may pass before it is seen; that first night itself is night 0."""
NEVER = 999


def seen_on(stage: Stage) -> dict[str, dict[str, list[int]]]:
    """By what the answer was (row or card, card, no card any more) -> record -> the nights."""
    nights: dict[str, dict[str, list[int]]] = {"row": {}, "card": {}, "gone": {}}
    for entry in stage.entries:
        names = {"listing": ("row",), "card": ("row", "card"), "not_found": ("gone",)}.get(entry.kind, ())
        for name in names:
            for ref in entry.records:
                nights[name].setdefault(ref, []).append(entry.night)
    return nights


def changes(record: Record) -> Iterator[tuple[str, str, int]]:
    """What changes at a record: kind, by what it is seen, and the day by whose end the site shows it."""
    yield "new record", "row", record.posted
    for day in record.stops:
        if day > record.posted:
            finished = ruling_on(record.rulings, day) is not None
            if day in record.row_stops:
                result = any(ruling.posted == day and ruling.day for ruling in record.rulings)
                yield "result" if result else "other change of a row", "row", day
            else:
                yield "card of a finished case" if finished else "card of an open case", "card", day
    for day, _ in record.gone:
        finished = ruling_on(record.rulings, day) is not None
        yield "finished case taken down" if finished else "open case taken down", "gone", day


def freshness(world: World, stage: Stage, first: int, last: int, closed: set[str]) -> dict[str, Counter[int]]:
    """Nights between the night on which a change could first be seen and the night it was: by kind of change.

    A change counts where it stood until its aim was over: what a court took away again before that, nobody can be blamed for.
    """
    nights = seen_on(stage)
    late: dict[str, Counter[int]] = {name: Counter() for name in AIMS}
    for (court, proceeding), records in world.by_court.items():
        if proceeding != "first" or court in closed:
            continue
        for record in records:
            for name, by, day in changes(record):
                could, gone = day + 1, by == "gone"
                if not first < could <= last - AIMS[name]:
                    continue
                if gone and not (record.posted < day and nights["row"].get(record.ref, [last])[0] < could):
                    continue  # nobody had seen it
                if any(visible(record, day + later) == gone for later in range(AIMS[name] + 1)):
                    continue
                seen = nights[by].get(record.ref, [])
                place = bisect_left(seen, could)
                late[name][seen[place] - could if place < len(seen) else NEVER] += 1
    return late


def main() -> None:
    parser = argparse.ArgumentParser(description="Nights of collecting a simulated world.")
    parser.add_argument("--world", default="full")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=date.fromisoformat, default=date(2024, 9, 1))
    parser.add_argument("--since", type=date.fromisoformat, default=date(2021, 1, 1))
    parser.add_argument("--nights", type=int, default=30)
    parser.add_argument("--answer", type=float, default=0.5)
    parser.add_argument("--one-in", type=int, default=1, help="ask one in so many courts only: a quick look")
    options = parser.parse_args()
    os.fsync = lambda handle: None
    world = build(options.world, options.seed)
    pace = VirtualPace(datetime(2020, 1, 1, tzinfo=UTC))
    stage = Stage(world, pace.now)
    closed = {
        code for code in world.courts if stage.sites.region(code) in REGIONS or stage.sites.quirk(code, "robots", 40)
    }
    asked_courts = sorted(world.courts)[:: options.one_in]
    closed |= set(world.courts) - set(asked_courts)
    config = replace(Config(), courts=tuple(asked_courts), since=options.since, at_once=1, daily=10**6)
    lists = new_cards = 0
    with tempfile.TemporaryDirectory() as folder:
        for n in range(options.nights):
            day = options.first + timedelta(days=n)
            pace._now = max(pace.now(), datetime(day.year, day.month, day.day, 1, tzinfo=MOSCOW).astimezone(UTC))
            before = len(stage.entries)
            report = asyncio.run(
                collect(
                    Path(folder),
                    config,
                    portal=None,
                    pace=pace,
                    stamp=pace.now,
                    rhythm=config.rhythm(),
                    fetcher=Direct(config, stage, pace, options.answer),
                )
            )
            tell(n, day, report, stage, before)
            if n:
                asked = Counter(entry.kind for entry in stage.entries[before:])
                lists += asked["listing"] + asked["no_data"]
                new_cards += sum(tally.new for tally in report.courts.values())
    first, last = options.first.toordinal(), (options.first + timedelta(days=options.nights - 1)).toordinal()
    for name, late in freshness(world, stage, first, last, closed).items():
        total, never = sum(late.values()), late.pop(NEVER, 0)
        if total:
            print(
                f"{name}: {total:,} changes; the first night {100 * late[0] / total:.1f} %, at the latest after {max(late, default=0)} nights more "
                f"(aim {AIMS[name]}); missed {never}"
            )
    others = {code for code in asked_courts if (code, "first") in world.by_court} & closed
    print(f"Not in these numbers: {len(others)} courts whose captchas nobody answered or whose robots rules forbid it.")
    held = sum(
        visible(record, last - 1)
        for (code, proceeding), records in world.by_court.items()
        if proceeding == "first" and code not in closed
        for record in records
    )
    nights = max(1, options.nights - 1)
    print(
        f"Beside: (a) everything again {held + held // 25 + len(world.courts):,} requests a night; (b) lists and new cards {(lists + new_cards) // nights:,}."
    )
    print(
        f"Memory at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MiB, the simulated world included. Simulated data."
    )


def tell(n: int, day: date, report: Report, stage: Stage, before: int) -> None:
    """One line a night."""
    asked = Counter(entry.kind for entry in stage.entries[before:])
    assert report.started is not None
    assert report.ended is not None
    hours = (report.ended - report.started).total_seconds() / 3600
    kinds = ", ".join(f"{kind or 'other'} {number}" for kind, number in asked.most_common(5))
    print(
        f"night {n} {day}: {len(stage.entries) - before} requests, {hours:.2f} h ({kinds}); {len(report.signals)} signals",
        flush=True,
    )
    for court, sentence in report.signals:
        print(f"      {court}: {sentence}")


if __name__ == "__main__":
    main()
