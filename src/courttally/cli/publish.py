"""The verb ``publish``."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from courttally.cli import common
from courttally.cli.common import Home, Json
from courttally.cli.figures import AsOf, _day

if TYPE_CHECKING:
    from courttally.claims.reading import ClaimsFile
    from courttally.engine import Engine
    from courttally.publish import Release, SiteReport
    from courttally.registry.snapshot import Snapshot


def publish(
    out: Annotated[Path, typer.Option("--out", help="Folder of the site; replaced as a whole.", show_default=False)],
    as_of: AsOf = None,
    claims: Annotated[
        Path | None,
        typer.Option(
            "--claims",
            help="Claims to audit on a page beside. Default: the project's own; none with simulated data.",
            show_default=False,
        ),
    ] = None,
    draft: Annotated[
        bool, typer.Option("--draft", help="To look at only: freeze nothing. Do not put a draft on the web.")
    ] = False,
    home: Home = None,
    json: Json = False,
) -> None:
    """Write the public page: headline, one table, coverage, downloads. No names, no cases, no small numbers.

    What is published as of a day is frozen: the same day is printed again as it was, and later days are held against all before, so that
    no two pages together give away a small number.

    Example: courttally publish --out site
    """
    from courttally.figures.count import as_of_date
    from courttally.registry.snapshot import current

    with common.reported():
        folder = common.home_of(home)
        snapshot = current(folder)
        try:
            day = as_of_date(snapshot, _day(as_of))
            published = write_site(folder, snapshot, day, out, claims, draft=draft)
        except ValueError as error:
            common.fail(str(error))
    report = published.report
    if json:
        common.print_json(
            {
                "as_of": day.isoformat(), "simulated": published.simulated, "files": [path.name for path in report.files],
                "draft": draft, "frozen_before": published.again, "kept_lines": report.kept,
            }
        )  # fmt: skip
        return
    if published.simulated:
        print("SIMULATED DATA: the page says so.")
    if draft:
        print("A draft: nothing was frozen. Do not put it on the web.")
    elif published.again:
        print(f"The release of {day} is frozen: it was printed again as it was.")
    if report.withheld:
        print("The table is withheld: the numbers are too few to be published without pointing at somebody.")
    elif report.step:
        print("Less is printed than the rule alone would allow, because a small number could be worked out otherwise.")
    if report.kept:
        print(f"{common.plural(report.kept, 'line keeps', 'lines keep')} the numbers of an earlier release.")
    print(f"{common.plural(len(report.files), 'file')} written. Open index.html in that folder.")


@dataclass(frozen=True, slots=True)
class Published:
    """What was written. ``again``: the day was frozen before, and was printed as it was."""

    simulated: bool
    report: SiteReport
    again: bool


def releases(home: Path) -> list[Release]:
    """The frozen releases, in order. Raises ValueError for a broken ledger."""
    from courttally.figures.released import released
    from courttally.publish.frozen import from_json

    return [from_json(entry) for entry in released(home)]


def write_site(
    home: Path, snapshot: Snapshot, day: date, out: Path, claims: Path | None = None, *, draft: bool = False
) -> Published:
    """Write the public page as of a day, without withdrawn records: the one way, for a release and for a draft of the night.

    A release is frozen in the home before its page is written; a draft shows what a release would print. Raises ValueError for a day
    before the last release.
    """
    from courttally.figures.released import keep_release, releasing
    from courttally.publish import build_site
    from courttally.publish.extra_pages import extra_files

    earlier = releases(home)
    held = _of(day, earlier)
    with nullcontext() if held is not None or draft else releasing(home):
        if held is None and not draft:
            # While this one waited, another may have made the release of this very day, or of a later one.
            earlier = releases(home)
            held = _of(day, earlier)
        made = held or _make(home, snapshot, day, earlier)
        extra = extra_files(_claims(claims, simulated=made.simulated), simulated=made.simulated)
        if held is None and not draft:
            keep_release(home, made.as_json(), common.clock)
        return Published(made.simulated, build_site(made, out, extra), held is not None)


def _of(day: date, earlier: list[Release]) -> Release | None:
    return next((one for one in earlier if one.told.as_of == day.isoformat()), None)


def _make(home: Path, snapshot: Snapshot, day: date, earlier: list[Release]) -> Release:
    """The release of a day beside those before it. Raises ValueError for a day before the last of them."""
    from courttally.engine import Engine
    from courttally.publish import collect_inputs, make_release
    from courttally.registry.views_past import leave_out_withdrawn

    if earlier and day.isoformat() < earlier[-1].told.as_of:
        raise ValueError(
            f"the last release is as of {earlier[-1].told.as_of}: a day before it that was never released cannot be any more"
        )
    with Engine(snapshot.path) as engine:
        leave_out_withdrawn(engine)
        inputs = replace(collect_inputs(engine, snapshot, day), overridden=_overridden(home))
        return make_release(inputs, earlier, _root(engine, snapshot, day, home))


def _overridden(home: Path) -> tuple[tuple[str, str], ...]:
    """The courts whose robots rules the settings do not honour, each with its written reason: law 9 of the house owes it to the public."""
    from courttally.collect.config import ConfigError, load
    from courttally.courts import by_host

    try:
        reasons = load(home).robots_override
    except ConfigError as error:
        common.fail(str(error), common.USAGE)
    return tuple((court.code, reason) for host, reason in reasons.items() if (court := by_host(host)) is not None)


def _root(engine: Engine, snapshot: Snapshot, day: date, home: Path) -> str | None:
    """The commitment's root; none, said so, where the home cannot hold its key."""
    from courttally.figures.commitment import commit, commitment_key
    from courttally.figures.counted import Counted
    from courttally.figures.scope import parse_scope
    from courttally.law.subjects import load_subject

    try:
        key = commitment_key(home)
    except OSError:
        common.note("courttally: the home cannot be written: the page commits to no records")
        return None
    scope = parse_scope(load_subject("refusal").headline_scope)
    return commit(Counted(engine, snapshot, day), scope, key).root


def _claims(path: Path | None, *, simulated: bool) -> ClaimsFile | None:
    from courttally.claims.known import known_claims
    from courttally.claims.reading import ReadingError, read_claims

    try:
        return read_claims(path) if path is not None else None if simulated else known_claims()
    except ReadingError as error:
        common.fail(str(error), common.USAGE)
