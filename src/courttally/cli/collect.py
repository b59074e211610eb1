"""The verb ``collect``."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Coroutine, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

import typer

from courttally.cli import common
from courttally.cli.common import Home, Json

if TYPE_CHECKING:
    from courttally.collect.config import Config
    from courttally.collect.pace import Pace
    from courttally.collect.run import Report

Courts = Annotated[
    str | None,
    typer.Option(
        help="Codes with commas between, or: all, garrison, district, appeal, cassation. Default: courttally.toml.",
        show_default=False,
    ),
]
Since = Annotated[
    str | None, typer.Option(help="How far back, such as 2021-01-01. Default: courttally.toml.", show_default=False)
]
Portal = Annotated[
    str,
    typer.Option(
        help="live, or the address of a rehearsal: every request goes there with the court's own Host header."
    ),
]
CAPTCHA_WAITS = "it waits for a person"
MANY = 10
"""So many courts are named in one sentence."""
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@contextmanager
def reported() -> Iterator[None]:
    """Turn what can go wrong here into one plain line."""
    from courttally.collect.budget import BudgetError
    from courttally.collect.captcha_desk import DeskError
    from courttally.collect.config import ConfigError

    try:
        with common.reported():
            yield
    except ConfigError as error:
        common.fail(str(error), common.USAGE)
    except (BudgetError, DeskError) as error:
        common.fail(str(error))


def collect(
    courts: Courts = None,
    since: Since = None,
    portal: Portal = "live",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print the plan, its requests and how long it takes; ask nothing.")
    ] = False,
    home: Home = None,
    json: Json = False,
) -> None:
    """Ask the courts' sites what is new, politely, and keep every answer.

    Asks what the coverage ledger says is due, so it can be stopped and started again at any time. Exit status 3 when a person should
    look at something.

    Example: courttally collect --courts garrison --since 2021-01-01 --dry-run
    """
    folder = common.home_of(home)
    with reported():
        config = settings(folder, courts)
        first = day_of(since, config)
        if dry_run:
            _dry_run(folder, config, first, json=json)
            return
        report = gather(folder, config, portal, first, quiet=json)
    tell(report, json=json)
    if needs_a_person(report):
        raise typer.Exit(common.UNREAD)


def settings(home: Path, chosen: str | None) -> Config:
    """The settings of a home, with the courts named on the command line."""
    from courttally.collect import config as configured

    config = configured.load(home)
    if chosen is None:
        return config
    names = tuple(name for name in chosen.split(",") if name.strip())
    try:
        configured.chosen_courts(names)
    except ValueError as problem:
        common.fail(str(problem), common.USAGE)
    return replace(config, courts=names)


def day_of(text: str | None, config: Config) -> date:
    """The day of ``--since``, or that of the settings where it is not given. One to come would ask nothing and look like a good night."""
    from courttally.collect.pace import moscow_day

    try:
        first = config.since if text is None else date.fromisoformat(text)
    except ValueError:
        common.fail("--since is a day, such as 2021-01-01", common.USAGE)
    if first > moscow_day(common.clock()):
        common.fail(f"{'since in courttally.toml' if text is None else '--since'} is a day to come", common.USAGE)
    return first


def _paces(portal: str, config: Config, home: Path) -> tuple[str | None, Pace, Callable[[], datetime], Config]:
    """Portal, the clock that is waited on, the clock that captures carry, and the settings for them.

    A set clock (COURTTALLY_NOW) goes with a rehearsal only: then nothing is waited for, and captures carry that very time.
    """
    from courttally.collect.pace import RealPace, VirtualPace
    from courttally.collect.run import budget_of, one_at_a_time

    if portal == "live":
        if os.environ.get("COURTTALLY_NOW"):
            common.fail(
                "COURTTALLY_NOW is for rehearsals: captures of the live sites carry their own time", common.USAGE
            )
        real = RealPace()
        return None, real, real.now, config
    parts = urlsplit(portal)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/"):
        common.fail("--portal is 'live', or an address such as http://127.0.0.1:8337", common.USAGE)
    if not os.environ.get("COURTTALLY_NOW"):
        real = RealPace()
        return portal, real, real.now, config
    if parts.hostname not in _LOOPBACK:
        common.fail(
            "a set clock (COURTTALLY_NOW) goes with a portal on this machine only, such as http://127.0.0.1:8337",
            common.USAGE,
        )
    now = common.clock()
    latest = budget_of(home, config).latest()
    return portal, VirtualPace(max(now, latest or now)), common.clock, one_at_a_time(config)


def gather(home: Path, config: Config, portal: str, since: date, *, quiet: bool) -> Report:
    """Collect what is due, with a progress display."""
    from courttally.collect.run import collect as run

    if config.watch and not Path(config.watch).expanduser().is_file():
        common.note(
            "The watch list that courttally.toml names is not there. It is a hint only: the plan is made without it."
        )
    place, pace, stamp, config = _paces(portal, config, home)
    with common.progress_bar(quiet=quiet) as progress:
        work = run(home, config, portal=place, pace=pace, stamp=stamp, rhythm=config.rhythm(since), progress=progress)
        try:
            return asyncio.run(_until_told(work))
        except (KeyboardInterrupt, asyncio.CancelledError):
            common.fail("stopped. Every answer so far is kept; run the command again and it goes on from here")


async def _until_told(work: Coroutine[None, None, Report]) -> Report:
    """A run that ends in good order when it is told to end (SIGTERM: a shutdown, a service manager), as with Ctrl+C."""
    task = asyncio.current_task()
    if task is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await work


def _dry_run(home: Path, config: Config, since: date, *, json: bool) -> None:
    from courttally.collect.plan import adopt, estimate
    from courttally.collect.run import plan_of
    from courttally.collect.state import State
    from courttally.collect.watched import read_watch

    now, rhythm = common.clock(), config.rhythm(since)
    state = State(home)
    adopt(state, read_watch(home, config.watch), keep=False)
    plan = plan_of(home, config, state, now, rhythm)
    found = estimate(plan, state, now, rhythm, config.limits())
    windows = [window for todo in plan.todos for window in todo.windows]
    if json:
        common.print_json(
            {
                "today": plan.today.isoformat(),
                "requests": {**found.requests, "total": found.total},
                "seconds": found.seconds,
                "windows": [
                    {
                        "court": w.court,
                        "proceeding": w.proceeding,
                        "axis": w.axis,
                        "from": w.first.isoformat(),
                        "to": w.last.isoformat(),
                    }
                    for w in windows
                ],
            }
        )
        return
    rows = [[w.court, w.proceeding, w.axis, w.first.isoformat(), w.last.isoformat()] for w in windows]
    common.print_table("Windows to ask for", ["court", "proceeding", "by day", "from", "to"], rows)
    words = {"linked": "for links"}
    each = ", ".join(f"{number:,} {words.get(name, name)}" for name, number in found.requests.items())
    print(
        f"At least {common.plural(found.total, 'request')} ({each}), about {_duration(found.seconds)}. "
        "Cards of cases that no list has shown yet come on top."
    )


def _duration(seconds: int) -> str:
    return f"{seconds // 3600} h {seconds % 3600 // 60:02} min" if seconds >= 3600 else f"{-(-seconds // 60)} min"


def needs_a_person(report: Report) -> bool:
    """Whether something happened that somebody should look at."""
    return bool(report.signals or report.stopped or any(tally.stopped for tally in report.courts.values()))


def summary(report: Report) -> dict[str, Any]:
    """A run as JSON."""
    return {
        "captures": report.captures,
        "requests": report.requests,
        "failures": report.failures,
        "pauses": report.pauses,
        "stopped": report.stopped,
        "mended": list(report.mended),
        "courts": [
            {
                "court": code,
                "windows": dict(tally.windows),
                "reasons": dict(tally.reasons),
                "rows": tally.rows,
                "unlinked": tally.unlinked,
                "new": tally.new,
                "changed": tally.changed,
                "cards": tally.cards,
                "gone": tally.gone,
                "requests": tally.requests,
                "signals": tally.signals,
                "stopped": tally.stopped,
            }
            for code, tally in sorted(report.courts.items())
        ],
    }


def tell(report: Report, *, json: bool) -> None:
    """Print what a run did."""
    from courttally import courts

    if json:
        common.print_json(summary(report))
        return
    for sentence in report.mended:
        common.note(sentence)
    rows = []
    for code, tally in sorted(report.courts.items()):
        if tally.requests:
            ended = ", ".join(f"{number} {state}" for state, number in sorted(tally.windows.items()))
            counted = [tally.requests, tally.rows, tally.new, tally.changed, tally.cards, tally.gone]
            rows.append([courts.label(code, "en"), ended or "none", *(f"{number:,}" for number in counted)])
    columns = ["court", "windows", "requests", "rows", "new", "changed", "cards", "gone"]
    if rows:
        common.print_table("Collected", columns, rows, numbers=frozenset(range(2, 8)))
    quiet = len(report.courts) - len(rows)
    if quiet:
        print(f"{common.plural(quiet, 'court')} {'was' if quiet == 1 else 'were'} not asked anything.")
    for sentence in _not_complete(report):
        print(sentence)
    for code, tally in sorted(report.courts.items()):
        if tally.unlinked:
            print(f"{courts.label(code, 'en')}: {common.plural(tally.unlinked, 'row')} without a card to ask for.")
    alone = [
        (code, f"left alone for now: {tally.stopped}") for code, tally in sorted(report.courts.items()) if tally.stopped
    ]
    for sentence, names in _by_sentence(
        (courts.label(code, "en"), sentence) for code, sentence in (*alone, *report.signals)
    ):
        print(f"LOOK AT  {_some(names)}: {sentence}.")
    if report.stopped:
        print(f"Stopped: {report.stopped}.")
    print(
        f"{common.plural(report.captures, 'capture')} kept of {common.plural(report.requests, 'request')}; "
        f"{report.failures:,} refused or failed, {common.plural(report.pauses, 'pause')}."
    )


def _not_complete(report: Report) -> list[str]:
    """A sentence for each reason why windows are not complete, with the courts that it is true of."""
    from courttally import courts

    told = []
    for code, tally in sorted(report.courts.items()):
        for reason, number in tally.reasons.items():
            times = f" ({number} windows)" if number > 1 else ""
            told.append((f"{courts.label(code, 'en')}{times}", reason))
    named = _by_sentence(told)
    found = [f"Not complete: {reason}: {_some(names)}." for reason, names in sorted(named)]
    if any(reason.endswith(CAPTCHA_WAITS) for reason, _ in named):
        found.append(
            "Answer captchas with 'courttally captcha', then run the command again: it asks only what is missing."
        )
    return found


def _by_sentence(told: Iterable[tuple[str, str]]) -> list[tuple[str, list[str]]]:
    """Each sentence once, with the courts that it is told of."""
    named: dict[str, list[str]] = {}
    for name, sentence in told:
        named.setdefault(sentence, []).append(name)
    return list(named.items())


def _some(names: list[str]) -> str:
    """Courts by name, as many as can be read; where a whole platform is down, 'courttally courts' has them all."""
    more = len(names) - MANY
    return (
        ", ".join(names)
        if more <= 0
        else f"{', '.join(names[:MANY])} and {more:,} more ('courttally courts' shows all)"
    )
