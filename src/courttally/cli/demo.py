"""The verb ``demo``: a simulated world from captures to a published page, every figure held against the world's own truth."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from courttally.cli import common

if TYPE_CHECKING:
    from courttally.rehearsal.crawl import Answer, Newsroom
    from courttally.rehearsal.world import World

MARK = "SIMULATED.txt"
EVERY = 14
"""Days between two visits of a court in the demo: enough to see cases change, few enough for a minute."""


def demo(
    home: Annotated[Path, typer.Option(help="Folder for the simulated archive and registry; made anew.")] = Path(
        "demo-home"
    ),
    out: Annotated[Path, typer.Option(help="Folder for the simulated page; made anew.")] = Path("demo-site"),
    seed: Annotated[int, typer.Option(min=0, help="Another number, another world.")] = 1,
) -> None:
    """Show the whole way with a simulated world: captures, registry, figures, page. Nothing in it is real.

    Every figure is held against the truth of the world, which is known before a page is made.

    Example: courttally demo --seed 7
    """
    from courttally.registry.build import build
    from courttally.rehearsal.crawl import Newsroom
    from courttally.rehearsal.world import build as tell

    _make_anew(home)
    common.say("SIMULATED DATA: every case, person and number below is made up. Only the courts' names are real.\n")
    world = tell("small", seed)
    first, last = date.fromordinal(world.start), date.fromordinal(world.end)
    common.say(
        f"1. A world of {len(world.courts)} courts, {first:%B %Y} to {last:%B %Y}, is told; its truth is known before any page is made."
    )
    with common.reported():
        with watched() as show:
            captures = _write(world, home, show)
        common.say(f"2. {common.plural(captures, 'page')} of its court sites went into the archive, visit by visit.")
        with watched() as show:
            report = build(home, progress=_pages_a_second(show))
        common.say(
            f"3. They were read: {common.plural(report.records, 'case record')}, {common.plural(report.signals, 'place')} not understood or noted."
        )
        newsroom = Newsroom(world, world.start, 0, EVERY, branches=False)
        for _ in newsroom.until(world.end):
            pass
        answered = _answer(home)
        if answered:
            with watched() as show:
                build(home, progress=_pages_a_second(show))
            common.say(
                f"4. {common.plural(answered, 'wording')} of results that no table knows: answered, as a person does in 'courttally review'."
            )
    with watched() as show:
        held = _compare(home, newsroom, last, show)
    common.say(
        f"5. {common.plural(held.asked, 'number')} counted and held against the truth of the world: {held.equal:,} equal"
        + (f", {held.ranged:,} as near as links without a UID let them be" if held.ranged else "")
        + f", {held.wrong:,} different.\n"
    )
    _show(home, last)
    _publish(home, out, last)
    common.say(f"\nOpen {out / 'index.html'} in a browser. Follow a number down: courttally trace --home {home} FIGURE")
    if held.wrong:
        common.fail("figures differ from the truth of the simulated world: that is a bug, please report the seed")


Show = Callable[[str, int, int, str], None]


@contextmanager
def watched() -> Iterator[Show]:
    """A display of one step at a terminal: what, a bar, how far it is in words, seconds; silent where nobody watches."""
    if not sys.stderr.isatty():
        yield lambda what, done, total, words: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        TextColumn("{task.fields[words]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, Any] = {}

        def show(what: str, done: int, total: int, words: str) -> None:
            if total and what not in tasks:
                for task in tasks.values():
                    bars.update(task, visible=False)
                tasks[what] = bars.add_task(what, total=total, words="")
            if total:
                # A step of one stroke has no halfway: the bar moves to and fro.
                bars.update(tasks[what], completed=done, total=None if total == 1 and not done else total, words=words)

        yield show


def _pages_a_second(show: Show) -> Callable[[str, int, int], None]:
    """The display of a build: how many pages, and how many in a second."""
    since: dict[str, float] = {}

    def progress(what: str, done: int, total: int) -> None:
        start = since.setdefault(what, time.monotonic())
        passed = time.monotonic() - start
        rate = f", {done / passed:,.0f} a second" if done and passed > 0.5 and total > 1 else ""
        show(what, done, total, f"{done:,} of {total:,}{rate}" if total > 1 else "")

    return progress


def _make_anew(home: Path) -> None:
    """Empty a home of an earlier demo; anything else is left alone."""
    if home.exists() and any(home.iterdir()):
        if not (home / MARK).exists():
            common.fail(
                "the folder for the demo's home holds something that no demo made: choose another with --home",
                common.USAGE,
            )
        for path in sorted(home.rglob("*")):
            path.chmod(0o700)
        shutil.rmtree(home)
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    (home / MARK).write_text(
        "SIMULATED DATA: made by 'courttally demo', which deletes this folder when it runs again.\n"
    )


def _write(world: World, home: Path, show: Show) -> int:
    from courttally.rehearsal.crawl import Newsroom
    from courttally.rehearsal.into_archive import keep

    nights, pages = world.end - world.start + 1, 0

    def seen(answer: Answer) -> None:
        nonlocal pages
        pages += 1
        if pages % 20 == 0:
            words = f"{date.fromordinal(answer.night):%B %Y}: {common.plural(pages, 'page')}"
            show("the simulated courts publish", answer.night - world.start, nights, words)

    return keep(Newsroom(world, world.start, 0, EVERY, branches=False), home, world.end, seen).captures


def _answer(home: Path) -> int:
    """Answer the results that no rule knows with what the world says they mean."""
    from courttally.engine import Engine
    from courttally.law.text import digest
    from courttally.registry import decisions, views
    from courttally.registry.snapshot import current
    from courttally.rehearsal.truth import wordings

    meanings = {digest(str(row["wording"])): str(row["outcome"]) for row in wordings()}
    with Engine(current(home).path) as engine:
        queue = [(signal, wording) for signal, wording, *_ in views.review_queue(engine) if wording in meanings]
    known = [(signal, wording) for signal, wording in queue if signal == "result_unmapped"]
    for signal, wording in known:
        decisions.answer(
            home,
            signal=signal,
            digest=wording,
            code=meanings[wording],
            who="the demo",
            why="the simulated world says so",
            clock=common.clock,
        )
    return len(known)


@dataclass(slots=True)
class _Held:
    """How many numbers were asked for; how many equal the truth, lie within what links without a UID leave open, or differ."""

    asked: int = 0
    equal: int = 0
    ranged: int = 0
    wrong: int = 0


def _compare(home: Path, newsroom: Newsroom, day: date, show: Show) -> _Held:
    """Every figure of every metric by every dimension against the truth of what was visible."""
    from courttally.engine import Engine
    from courttally.figures.count import count
    from courttally.figures.metrics import DIMENSIONS
    from courttally.figures.question import make_question
    from courttally.registry.snapshot import current
    from courttally.rehearsal.counts import expected
    from courttally.rehearsal.net import net_ranges
    from courttally.rehearsal.seen import all_seen

    cells: dict[tuple[str, str, str, str], dict[str, tuple[int, int, int]]] = {}
    items = all_seen(newsroom)
    for cell in expected(items):
        if cell.dimension in ("", *DIMENSIONS) and cell.metric != "matters":
            question = (cell.metric, cell.scope, cell.attribution, cell.dimension)
            cells.setdefault(question, {})[cell.key] = (cell.value,) * 3
    for net in net_ranges(items):
        question = ("matters", net.scope, net.attribution, net.dimension)
        cells.setdefault(question, {})[net.key] = (net.least, net.true, net.most)
    held = _Held()
    snapshot = current(home)
    with Engine(snapshot.path) as engine:
        for place, ((metric, scope, attribution, dimension), wanted) in enumerate(sorted(cells.items()), start=1):
            by = (dimension,) if dimension else ()
            asked = make_question(metric, scope=scope, attribution=attribution, by=by, as_of=day)
            got = {figure.by.get(dimension, ""): figure.value for figure in count(engine, snapshot, asked)}
            for key in {*got, *wanted}:
                value, (least, true, most) = got.get(key, 0), wanted.get(key, (0, 0, 0))
                if value or most:
                    held.asked += 1
                    held.equal += value == true
                    held.ranged += value != true and least <= value <= most
                    held.wrong += not least <= value <= most
            show("counting", place, len(cells), f"{common.plural(held.asked, 'number')}, {held.wrong:,} different")
    return held


def _show(home: Path, day: date) -> None:
    from courttally.cli.figures import count

    for metric, by in (
        ("cases_received", "article"),
        ("verdicts", "year"),
        ("accused_with_verdict", None),
        ("matters", None),
    ):
        count(metric, by=[by] if by else None, scope="refusal-wartime", as_of=day.isoformat(), home=home)
        print()


def _publish(home: Path, out: Path, day: date) -> None:
    from courttally.cli.publish import publish

    publish(out=out, as_of=day.isoformat(), home=home)
