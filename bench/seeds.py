"""Many small simulated worlds through archive, build and count, held against their truth at ten dates. Run:

    nice python bench/seeds.py [--seeds 1-20] [--families published falling] [--every 14] [--dates 10]

Families take turns over the seeds. For every world one line: captures, wordings of results that no table knew and that were answered as
a person does in `courttally review`, cells compared (every metric by every dimension at every date), and how many differ after the
answers; `before` is how many differed without them, at the last date. Exit status 1 when any cell differs after the answers.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import defaultdict
from datetime import date
from pathlib import Path

from courttally.engine import Engine
from courttally.figures.count import count, make_question
from courttally.figures.metrics import DIMENSIONS
from courttally.registry.build import build
from courttally.registry.snapshot import current
from courttally.rehearsal.counts import expected
from courttally.rehearsal.crawl import Newsroom
from courttally.rehearsal.into_archive import keep
from courttally.rehearsal.seen import all_seen
from courttally.rehearsal.world import World
from courttally.rehearsal.world import build as tell
from world import answer_unknown

Wanted = dict[tuple[str, str, str, str], dict[str, int]]


def truth(world: World, every: int, dates: int) -> dict[int, Wanted]:
    """Day -> every cell that must be counted as of that day, by question."""
    newsroom = Newsroom(world, world.start, every=every)
    step = (world.end - world.start - 60) // max(1, dates - 1)
    found: dict[int, Wanted] = {}
    for day in sorted(world.end - n * step for n in range(dates)):
        for _ in newsroom.until(day):
            pass
        wanted: Wanted = defaultdict(dict)
        for cell in expected(all_seen(newsroom)):
            if cell.dimension in ("", *DIMENSIONS):
                wanted[cell.metric, cell.scope, cell.attribution, cell.dimension][cell.key] = cell.value
        found[day] = wanted
    return found


def compare(home: Path, true: dict[int, Wanted]) -> tuple[int, list[str]]:
    """Cells compared, and a line for each that differs."""
    cells, differing = 0, []
    snapshot = current(home)
    with Engine(snapshot.path) as engine:
        for day, wanted in true.items():
            as_of = date.fromordinal(day)
            for (metric, scope, attribution, dimension), values in wanted.items():
                by = (dimension,) if dimension else ()
                question = make_question(metric, scope=scope, attribution=attribution, by=by, as_of=as_of)
                got = {figure.by.get(dimension, ""): figure.value for figure in count(engine, snapshot, question)}
                for key in {key for key in {*got, *values} if got.get(key, 0) or values.get(key, 0)}:
                    cells += 1
                    if got.get(key, 0) != values.get(key, 0):
                        differing.append(
                            f"{metric} {scope} {attribution} by {dimension or '-'} {key} as of {as_of}:"
                            f" {got.get(key, 0)}, true {values.get(key, 0)}"
                        )
    return cells, sorted(differing)


def main() -> None:
    """Run the bench."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", default="1-20")
    parser.add_argument("--families", nargs="+", default=["published", "falling"], choices=("published", "falling"))
    parser.add_argument("--every", type=int, default=14)
    parser.add_argument("--dates", type=int, default=10)
    options = parser.parse_args()
    first, _, until = options.seeds.partition("-")
    wrong = total = 0
    print("simulated worlds\nseed family     captures answered   before    cells  differ  CPU s", flush=True)
    for seed in range(int(first), int(until or first) + 1):
        family = options.families[seed % len(options.families)]
        start = time.process_time()
        world = tell("small", seed, family)
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder) / "home"
            written = keep(Newsroom(world, world.start, every=options.every), home, world.end)
            true = truth(world, options.every, options.dates)
            build(home, workers=1)
            last = max(true)
            _, before = compare(home, {last: true[last]})
            answered = answer_unknown(home)
            if answered:
                build(home, workers=1)
            cells, after = compare(home, true)
        spent = time.process_time() - start
        print(
            f"{seed:4} {family:10} {written.captures:8,} {answered:8} {len(before):8,} {cells:8,} {len(after):7,} {spent:6.0f}",
            flush=True,
        )
        for line in after[:8]:
            print("     ", line)
        wrong, total = wrong + len(after), total + cells
    print(f"{total:,} cells, {wrong:,} differ")
    raise SystemExit(1 if wrong else 0)


if __name__ == "__main__":
    main()
