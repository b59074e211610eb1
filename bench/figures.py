"""How fast figures are told on a built home. Run:

    python bench/figures.py --home DIR [--as-of 2025-05-31] [--turns 5]

Printed, as CPU seconds (of all threads) and seconds by the wall, the median and the slowest of the turns: every counted metric by every
dimension from units that are held (``Counted``, as a brief asks), every worked-out metric at a desk that is held, the same from the engine alone
(``count``, which asks the tables each time), the whole set from nothing, and ``courttally count`` from the shell.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from courttally.engine import Engine
from courttally.figures.count import count
from courttally.figures.counted import Counted
from courttally.figures.desk import Desk
from courttally.figures.metrics import DIMENSIONS, METRICS, OF_PERSONS, WORKED_OUT
from courttally.figures.question import Question
from courttally.figures.scope import parse_scope
from courttally.figures.worked import work_out
from courttally.registry.snapshot import Snapshot, current

HEADLINE = "refusal-wartime"
CONDITIONS = {
    "record_month": {"of": "cases_received"},
    "level_change": {"of": "cases_received"},
    "time_to_finish": {"outcome": "verdict", "within": "180"},
    "court_outlier": {"outcome": "returned"},
}


@dataclass
class Times:
    """CPU and wall seconds of every turn, by what was asked."""

    cpu: dict[str, list[float]] = field(default_factory=dict)
    wall: dict[str, list[float]] = field(default_factory=dict)

    @contextmanager
    def of(self, name: str) -> Iterator[None]:
        """Time what is inside."""
        cpu, wall = time.process_time(), time.perf_counter()
        yield
        self.add(name, time.process_time() - cpu, time.perf_counter() - wall)

    def add(self, name: str, cpu: float, wall: float) -> None:
        self.cpu.setdefault(name, []).append(cpu)
        self.wall.setdefault(name, []).append(wall)

    def say(self, title: str) -> None:
        """The median over names, and the slowest name, each by the median of its turns."""
        cpu = {name: statistics.median(turns) for name, turns in self.cpu.items()}
        wall = {name: statistics.median(turns) for name, turns in self.wall.items()}
        slowest = max(cpu, key=cpu.__getitem__)
        print(
            f"{title:32} {len(cpu):4} asked  CPU s: median {statistics.median(cpu.values()):.3f}, slowest {cpu[slowest]:.3f} ({slowest})"
            f"  wall s: {statistics.median(wall.values()):.3f}, {max(wall.values()):.3f}",
            flush=True,
        )


def questions(as_of: date, attribution: str = "lead") -> Iterator[Question]:
    """Every counted metric, in all and by every dimension that it can be split by."""
    scope = parse_scope(HEADLINE)
    for metric in METRICS.values():
        for dimension in ("", *DIMENSIONS):
            if dimension not in OF_PERSONS or metric.unit == "accused":
                yield Question(metric.id, scope, attribution, (dimension,) if dimension else (), as_of=as_of)


def worked(as_of: date) -> Iterator[Question]:
    """Every worked-out metric, of the year so far where it needs a period."""
    scope, first = parse_scope(HEADLINE), date(as_of.year, 1, 1)
    last = date(as_of.year, as_of.month, 1) if as_of.month > 1 else as_of
    for metric in WORKED_OUT:
        yield Question(metric, scope, where=CONDITIONS.get(metric, {}), first_day=first, last_day=last, as_of=as_of)


def whole_set(snapshot: Snapshot, as_of: date) -> tuple[Counted, Desk]:
    """Every counted and every worked-out figure, from nothing."""
    engine = Engine(snapshot.path)
    counted = Counted(engine, snapshot, as_of)
    desk = Desk(counted)
    for question in questions(as_of):
        counted.figures(question)
    for question in worked(as_of):
        work_out(desk, question)
    return counted, desk


def from_shell(home: Path, as_of: date, times: Times) -> None:
    """``courttally count`` in a process of its own."""
    before, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    words = (
        "count",
        "cases_received",
        "--by",
        "month",
        "--scope",
        HEADLINE,
        "--as-of",
        as_of.isoformat(),
        "--home",
        str(home),
    )
    command = [sys.executable, "-c", "from courttally.cli import main; main()", *words]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=os.environ)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    times.add("courttally count", cpu, time.perf_counter() - wall)


def turns(title: str, number: int, ask: Callable[[Question], object], asked: list[Question]) -> None:
    times = Times()
    for _ in range(number):
        for question in asked:
            with times.of(" by ".join((question.metric, *question.by))):
                ask(question)
    times.say(title)


def main() -> None:
    """Run the bench."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--as-of", type=date.fromisoformat, default=date(2025, 5, 31))
    parser.add_argument("--turns", type=int, default=5)
    options = parser.parse_args()
    snapshot, as_of = current(options.home), options.as_of
    whole, shell = Times(), Times()
    for _ in range(2):
        with whole.of("whole set"):
            counted, desk = whole_set(snapshot, as_of)
    whole.say("whole set, from nothing")
    turns("counted by lead, units held", options.turns, counted.figures, list(questions(as_of)))
    turns("counted by any, units held", options.turns, counted.figures, list(questions(as_of, "any")))
    turns("worked out, desk held", options.turns, lambda question: work_out(desk, question), list(worked(as_of)))
    turns(
        "counted, from the tables",
        1,
        lambda question: count(counted.engine, snapshot, question),
        list(questions(as_of)),
    )
    for _ in range(options.turns):
        from_shell(options.home, as_of, shell)
    shell.say("from the shell")


if __name__ == "__main__":
    main()
