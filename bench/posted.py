"""Bounds of what courts had posted by a day, held against the day on which simulated courts posted it. Run:

    nice python bench/posted.py [--seeds 1-10] [--every 14] [--dates 50]

For every small world, at so many dates spread over it: at how many dates the true number of cases, and of first results, that were online by then (of
those held at the end) lies within the bounds, and how wide they are on average and at most; single cases and results whose own bounds do
not hold their day are counted too. Exit status 1 when any bound does not hold.
"""

from __future__ import annotations

import argparse
import tempfile
from datetime import date
from pathlib import Path

from courttally.engine import Engine
from courttally.figures.counted import Counted
from courttally.figures.desk import Desk
from courttally.figures.posted import Posting, posted_by
from courttally.figures.scope import Scope
from courttally.registry.build import build
from courttally.registry.snapshot import current
from courttally.rehearsal.into_archive import write_archive
from courttally.rehearsal.world import World
from courttally.rehearsal.world import build as tell

ALL = Scope("all", None, "all", None)


def truth(world: World) -> dict[str, dict[str, int]]:
    """``cases`` and ``results``: record -> the day (ordinal) on which its court posted it, and its first result."""
    of = {f"{r.court}:criminal:{r.proceeding}:1:{r.case_id}": r for r in world.records}
    results = {key: [ruling.posted for ruling in r.rulings if ruling.outcome] for key, r in of.items()}
    return {
        "cases": {key: r.posted for key, r in of.items()},
        "results": {key: min(days) for key, days in results.items() if days},
    }


def outside(found: list[Posting], true: dict[str, int]) -> int:
    """How many things were not posted between their own bounds."""
    days = [(each, date.fromordinal(true[each.key])) for each in found]
    return sum(day > each.by or (each.not_before is not None and day < each.not_before) for each, day in days)


def main() -> None:
    """Run the bench."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", default="1-10")
    parser.add_argument("--every", type=int, default=14)
    parser.add_argument("--dates", type=int, default=50)
    options = parser.parse_args()
    first, _, until = options.seeds.partition("-")
    wrong = 0
    print("simulated worlds\nseed  of        held  bounds hold at     width: mean  most  outside their own", flush=True)
    for seed in range(int(first), int(until or first) + 1):
        world = tell("small", seed)
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder) / "home"
            write_archive(world, home, world.start, world.end, 0, options.every)
            build(home, workers=1)
            with Engine(current(home).path) as engine:
                postings = Desk(Counted(engine, current(home))).postings(ALL)
        true = truth(world)
        step = (world.end - world.start) // max(1, options.dates - 1)
        for what, found in postings.items():
            widths, holding = [], 0
            for n in range(options.dates):
                day = world.start + n * step
                span = posted_by(found, date.fromordinal(day))
                number = sum(true[what][each.key] <= day for each in found)
                holding += len(span.low) <= number <= len(span.high)
                widths.append(len(span.high) - len(span.low))
            strays = outside(found, true[what])
            wrong += strays + options.dates - holding
            print(
                f"{seed:4}  {what:8} {len(found):5,}  {holding:6} of {options.dates:<6} {sum(widths) / len(widths):14.1f} {max(widths):5}  {strays}",
                flush=True,
            )
    raise SystemExit(1 if wrong else 0)


if __name__ == "__main__":
    main()
