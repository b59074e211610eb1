"""The verbs around collecting: ``courts`` and ``run``."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from courttally.cli import collect as collecting
from courttally.cli import common, watch
from courttally.cli.common import Home, Json

if TYPE_CHECKING:
    from courttally.collect.overview import CourtView
    from courttally.collect.run import Report

STAGED = "staged"
"""Folder of the home where ``run`` leaves the site that a person may publish."""


def courts(
    chosen: Annotated[
        str | None,
        typer.Option(
            "--courts", help="Codes with commas between, or a level. Default: courttally.toml.", show_default=False
        ),
    ] = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """Show every court: its engine, last good answer, coverage, captcha, robots rules, trouble, expected against found.

    Example: courttally courts --courts district
    """
    from courttally.archive import CoverageLedger
    from courttally.collect.config import targets
    from courttally.collect.overview import overview
    from courttally.collect.plan import asked_of
    from courttally.collect.state import State

    folder = common.home_of(home)
    with collecting.reported():
        config = collecting.settings(folder, chosen)
        entries = CoverageLedger(folder).entries()
        views = overview(State(folder), asked_of(entries), entries, targets(config), config.linked)
    if json:
        common.print_json([asdict(view) for view in views])
        return
    from courttally.courts import label

    rows = [[label(view.court, "en"), view.court, view.engine or "?", *_cells(view)] for view in views]
    columns = ["court", "code", "engine", "answered", "covered", "expected", "found", "notes"]
    common.print_table("Courts", columns, rows, numbers=frozenset({5, 6}))
    never = sum(not view.windows and not view.last_good for view in views)
    print(
        f"{common.plural(len(views), 'court')} in all; {never:,} never asked. Expected: known cases of the covered days; found: still listed."
    )


def _cells(view: CourtView) -> list[str]:
    from courttally.archive import parse_time
    from courttally.collect.pace import moscow_day

    covered = f"{view.covered_from} to {view.covered_to}" if view.covered_from else "nothing"
    covered = "asked for links only" if view.linked else covered
    notes = [f"{view.gaps} days missing"] if view.gaps else []
    notes += [f"captcha {view.captcha_on}"] if view.captcha_on else []
    notes += [f"robots rules: {view.robots}"] if view.robots in ("disallowed", "overridden") else []
    notes += [view.trouble] if view.trouble else []
    notes += [f"LOOK AT ({view.signals_on}): {sentence}" for sentence in view.signals]
    answered = moscow_day(parse_time(view.last_good)).isoformat() if view.last_good else "never"
    return [answered, covered, f"{view.expected:,}", f"{view.found:,}", "; ".join(notes)]


@contextmanager
def only_one(home: Path) -> Iterator[None]:
    """Hold the lock of ``run``: a second one stops with a plain line."""
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(home / "run.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        common.fail("another 'courttally run' is at work in this home; wait until it is done")
    else:
        yield
    finally:
        os.close(handle)


def run(
    chosen: Annotated[
        str | None,
        typer.Option(
            "--courts", help="Codes with commas between, or a level. Default: courttally.toml.", show_default=False
        ),
    ] = None,
    since: collecting.Since = None,
    portal: collecting.Portal = "live",
    home: Home = None,
    json: Json = False,
) -> None:
    """Collect, build, and stage the public page: a night's work in one go. It never publishes by itself.

    The staged page lies in the folder 'staged' of the home. Exit status 3 when a person should look at something.

    Example: courttally run
    """
    folder = common.home_of(home)
    with collecting.reported(), only_one(folder):
        config = collecting.settings(folder, chosen)
        before = _held(folder)
        report = collecting.gather(folder, config, portal, collecting.day_of(since, config), quiet=json)
        if not json:
            collecting.tell(report, json=False)  # before the build: where that fails, why may stand here
        elif report.stopped:
            common.note(f"Stopped: {report.stopped}.")
        try:
            _build(folder, quiet=json)
        except KeyboardInterrupt:
            common.fail(
                "stopped while building. What was collected is kept, and the registry stands as it was; run the command again"
            )
        after = _held(folder)
        staged = _stage(folder)
        watched = watch.tell(folder)
        if config.heartbeat and portal == "live" and _worth_a_beat(report):
            _beat(config.heartbeat)
    changed = {name: after[name] - before.get(name, 0) for name in after}
    if json:
        common.print_json(
            {
                "collected": collecting.summary(report),
                "held": after,
                "changed": changed,
                "watched": watched,
                "staged": staged,
            }
        )
    else:
        words = ", ".join(f"{after[name]:,} {name.replace('_', ' ')} ({number:+,})" for name, number in changed.items())
        print(f"Held now: {words}.")
        earlier = changed.get("captures", 0) - report.captures
        if earlier > 0:
            print(
                f"{common.plural(earlier, 'capture')} of them had been collected or imported before this run, and not been built."
            )
        for line in watch.lines(watched):
            print(line)
        print(
            f"Staged in the folder '{STAGED}' of the home: look at it, then publish it yourself."
            if staged
            else "Nothing to stage."
        )
    if collecting.needs_a_person(report):
        raise typer.Exit(common.UNREAD)


def _held(home: Path) -> dict[str, int]:
    """Totals of the registry, for the summary of what changed."""
    from courttally.registry.snapshot import NoSnapshotError, current

    try:
        snapshot = current(home)
    except NoSnapshotError:
        return {}
    tables: dict[str, Any] = {name: snapshot.table(name, columns) for name, columns in _COUNTED.items()}
    records = tables["records"].to_pylist()
    first = [
        row
        for row in records
        if row["known_to"] is None and row["branch"] == "criminal" and row["proceeding"] == "first"
    ]
    return {
        "captures": tables["pages"].num_rows,
        "cases_of_first_instance": len(first),
        "with_a_verdict": sum(bool(row["is_verdict"]) for row in first),
        "open": sum(row["outcome"] in ("pending", "stayed") for row in first),
    }


_COUNTED = {"pages": ["capture"], "records": ["known_to", "branch", "proceeding", "is_verdict", "outcome"]}


def _build(home: Path, *, quiet: bool) -> None:
    from courttally.registry.build import build

    with common.progress_bar(quiet=quiet) as progress:
        build(home, progress=progress)


def _stage(home: Path) -> bool:
    """Write what ``publish`` would write, beside the published page; False where there is nothing to show yet, or the day is past."""
    from courttally.cli.publish import write_site
    from courttally.figures.count import as_of_date
    from courttally.registry.snapshot import current

    snapshot = current(home)
    draft, place = home / f"{STAGED}.new", home / STAGED
    shutil.rmtree(draft, ignore_errors=True)
    try:
        day = as_of_date(snapshot, None)
    except ValueError:
        return False
    try:
        write_site(home, snapshot, day, draft, draft=True)
    except ValueError as error:
        common.note(f"courttally: no new page is staged: {error}")
        return False
    shutil.rmtree(place, ignore_errors=True)
    draft.rename(place)
    return True


def _worth_a_beat(report: Report) -> bool:
    """Whether a night is done, rather than lost: one that asked and got no answer at all sends no heartbeat, so that its listener asks why."""
    return bool(report.captures or not report.requests)


def _beat(address: str) -> None:
    """Tell the configured address that a night is done: a bare GET, without any number. That nobody hears it is no failure."""
    from http.client import HTTPException
    from urllib.error import URLError
    from urllib.request import Request, urlopen

    try:
        with urlopen(Request(address, headers={"User-Agent": "courttally"}), timeout=20) as answer:
            answer.read(1)
    except (URLError, HTTPException, OSError):
        common.note("The heartbeat could not be delivered; everything else is done.")
