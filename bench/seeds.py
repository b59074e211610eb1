"""Many small simulated worlds through archive, build and count, held against their truth at ten dates. Run:

    nice python bench/seeds.py [--seeds 1-20] [--families published falling] [--no-uid 0 10 30] [--every 14] [--dates 10]

Families take turns over the seeds, and so do the shares of courts and years without UIDs (per hundred). For every world one line: captures, wordings of results that no table knew and that were answered as
a person does in `courttally review`, cells compared (every metric by every dimension at every date), and how many differ after the
answers; `before` is how many differed without them, at the last date. Exit status 1 when any cell differs after the answers.

Cells of `matters` must be equal too wherever the records of each matter show one UID. Where some show none, the count must lie
between all of the true links and those of shown UIDs alone: `ranged` is how many cells were so compared. `bounds` is how many
cells of `matters` there are whose own bounds (fewest and most) do not hold the true number; they are listed and change no status.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from courttally.engine import Engine
from courttally.figures.count import Figure, count
from courttally.figures.metrics import DIMENSIONS
from courttally.figures.question import make_question
from courttally.registry.build import build
from courttally.registry.snapshot import current
from courttally.rehearsal.counts import expected
from courttally.rehearsal.crawl import Newsroom
from courttally.rehearsal.into_archive import keep
from courttally.rehearsal.net import Range, net_ranges
from courttally.rehearsal.seen import all_seen
from courttally.rehearsal.world import World
from courttally.rehearsal.world import build as tell
from world import answer_unknown

Question = tuple[str, str, str, str]
Wanted = dict[Question, dict[str, Range]]


def wanted(newsroom: Newsroom) -> Wanted:
    """Every cell that must be counted of what was seen so far, by question."""
    found: Wanted = defaultdict(dict)
    items = all_seen(newsroom)
    for cell in expected(items):
        if cell.dimension in ("", *DIMENSIONS) and cell.metric != "matters":
            one = Range(*cell[1:5], cell.value, cell.value, cell.value)
            found[cell.metric, cell.scope, cell.attribution, cell.dimension][cell.key] = one
    for cell in net_ranges(items):
        found["matters", cell.scope, cell.attribution, cell.dimension][cell.key] = cell
    return found


def truth(world: World, every: int, dates: int) -> dict[int, Wanted]:
    """Day -> every cell that must be counted as of that day, by question."""
    newsroom = Newsroom(world, world.start, every=every)
    step = (world.end - world.start - 60) // max(1, dates - 1)
    found: dict[int, Wanted] = {}
    for day in sorted(world.end - n * step for n in range(dates)):
        for _ in newsroom.until(day):
            pass
        found[day] = wanted(newsroom)
    return found


@dataclass(slots=True)
class Compared:
    """Cells compared, how many of them with a range, a line for each that differs, and one for each whose bounds are wrong."""

    cells: int = 0
    ranged: int = 0
    differing: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)


def compare(home: Path, true: dict[int, Wanted]) -> Compared:
    """Every cell of every question, as of every day."""
    done = Compared()
    snapshot = current(home)
    with Engine(snapshot.path) as engine:
        for day, questions in true.items():
            as_of = date.fromordinal(day)
            for (metric, scope, attribution, dimension), values in questions.items():
                by = (dimension,) if dimension else ()
                question = make_question(metric, scope=scope, attribution=attribution, by=by, as_of=as_of)
                got = {figure.by.get(dimension, ""): figure for figure in count(engine, snapshot, question)}
                for key in {*got, *values}:
                    _cell(
                        done,
                        got.get(key),
                        values.get(key),
                        f"{metric} {scope} {attribution} by {dimension or '-'} {key} as of {as_of}",
                    )
    done.differing.sort()
    return done


def _cell(done: Compared, figure: Figure | None, wanted: Range | None, name: str) -> None:
    least, true, most = (wanted.least, wanted.true, wanted.most) if wanted else (0, 0, 0)
    value = figure.value if figure else 0
    if value == most == 0:
        return
    done.cells += 1
    done.ranged += least < most
    if not least <= value <= most:
        done.differing.append(
            f"{name}: {value}, true {true}" + (f", between {least} and {most}" if least < most else "")
        )
    if figure and figure.fewest is not None and figure.most is not None and not figure.fewest <= true <= figure.most:
        done.outside.append(f"{name}: bounds {figure.fewest} to {figure.most}, true {true}")


def main() -> None:
    """Run the bench."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", default="1-20")
    parser.add_argument("--families", nargs="+", default=["published", "falling"], choices=("published", "falling"))
    parser.add_argument("--no-uid", nargs="+", type=int, default=[0, 10, 30])
    parser.add_argument("--every", type=int, default=14)
    parser.add_argument("--dates", type=int, default=10)
    options = parser.parse_args()
    first, _, until = options.seeds.partition("-")
    wrong = total = 0
    print(
        "simulated worlds\nseed family     no UID captures answered   before    cells  ranged  differ  bounds  CPU s",
        flush=True,
    )
    for seed in range(int(first), int(until or first) + 1):
        family = options.families[seed % len(options.families)]
        silent = options.no_uid[seed % len(options.no_uid)]
        start = time.process_time()
        world = tell("small", seed, family, no_uid=silent)
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder) / "home"
            written = keep(Newsroom(world, world.start, every=options.every), home, world.end)
            true = truth(world, options.every, options.dates)
            build(home, workers=1)
            last = max(true)
            before = compare(home, {last: true[last]})
            answered = answer_unknown(home)
            if answered:
                build(home, workers=1)
            after = compare(home, true)
        spent = time.process_time() - start
        print(
            f"{seed:4} {family:10} {silent:4} %  {written.captures:8,} {answered:8} {len(before.differing):8,} {after.cells:8,} {after.ranged:7,}"
            f" {len(after.differing):7,} {len(after.outside):7,} {spent:6.0f}",
            flush=True,
        )
        for line in [*after.differing[:8], *after.outside[:4]]:
            print("     ", line)
        wrong, total = wrong + len(after.differing), total + after.cells
    print(f"{total:,} cells, {wrong:,} differ")
    raise SystemExit(1 if wrong else 0)


if __name__ == "__main__":
    main()
