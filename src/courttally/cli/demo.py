"""The verb ``demo``: a simulated world from captures to a published page, every figure held against the world's own truth."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from courttally.cli import common

if TYPE_CHECKING:
    from courttally.rehearsal.counts import Cell
    from courttally.rehearsal.crawl import Newsroom

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
    print("SIMULATED DATA: every case, person and number below is made up. Only the courts' names are real.\n")
    world = tell("small", seed)
    first, last = date.fromordinal(world.start), date.fromordinal(world.end)
    print(
        f"1. A world of {len(world.courts)} courts, {first:%B %Y} to {last:%B %Y}, is told; its truth is known before any page is made."
    )
    with common.reported(), common.progress_bar(quiet=False) as progress:
        captures = _write(world, home, progress)
        print(f"2. {common.plural(captures, 'page')} of its court sites go into the archive, visit by visit.")
        report = build(home, progress=progress)
        print(
            f"3. They are read: {common.plural(report.records, 'case record')}, {common.plural(report.signals, 'place')} not understood or noted."
        )
        newsroom = Newsroom(world, world.start, 0, EVERY)
        for _ in newsroom.until(world.end):
            pass
        answered = _answer(home)
        if answered:
            build(home, progress=progress)
            print(
                f"4. {common.plural(answered, 'wording')} of results that no table knows are answered, as a person does in 'courttally review'."
            )
    asked, wrong = _compare(home, newsroom, last)
    print(
        f"5. {common.plural(asked, 'number')} counted and held against the truth of the world: {asked - wrong:,} equal, {wrong:,} different.\n"
    )
    _show(home, last)
    _publish(home, out, last)
    print(f"\nOpen {out / 'index.html'} in a browser. Follow a number down: courttally trace --home {home} FIGURE")
    if wrong:
        common.fail("figures differ from the truth of the simulated world: that is a bug, please report the seed")


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


def _write(world: Any, home: Path, progress: Any) -> int:
    from courttally.rehearsal.into_archive import write_archive

    nights = world.end - world.start + 1

    def seen(answer: Any) -> None:
        progress("simulated court sites", answer.night - world.start, nights)

    written = write_archive(world, home, world.start, world.end, 0, EVERY, False, seen)
    progress("simulated court sites", nights, nights)
    return written.captures


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


def _compare(home: Path, newsroom: Newsroom, day: date) -> tuple[int, int]:
    """How many numbers were asked for, and how many differ from the truth of what was visible."""
    from courttally.engine import Engine
    from courttally.figures.count import count, make_question
    from courttally.figures.metrics import DIMENSIONS
    from courttally.registry.snapshot import current
    from courttally.rehearsal.counts import expected
    from courttally.rehearsal.seen import all_seen

    cells: dict[tuple[str, str, str, str], dict[str, int]] = {}
    truth: list[Cell] = expected(all_seen(newsroom))
    for cell in truth:
        if cell.value and cell.dimension in ("", *DIMENSIONS):
            cells.setdefault((cell.metric, cell.scope, cell.attribution, cell.dimension), {})[cell.key] = cell.value
    asked = wrong = 0
    snapshot = current(home)
    with Engine(snapshot.path) as engine:
        for (metric, scope, attribution, dimension), wanted in sorted(cells.items()):
            by = (dimension,) if dimension else ()
            question = make_question(metric, scope=scope, attribution=attribution, by=by, as_of=day)
            got = {figure.by.get(dimension, ""): figure.value for figure in count(engine, snapshot, question)}
            keys = set(got) | set(wanted)
            asked += len(keys)
            wrong += sum(got.get(key) != wanted.get(key) for key in keys)
    return asked, wrong


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
