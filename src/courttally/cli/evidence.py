"""The verbs of the archive: ``import`` and ``verify``."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from courttally.cli import common
from courttally.cli.common import Home, Json


def import_(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH…",
            help="Folders, saved pages (.html), WARC files (.warc, .warc.gz), packed files (.zip, .wacz), exports of sudrfscraper (.csv, .json).",
            show_default=False,
        ),
    ],
    court: Annotated[
        str | None,
        typer.Option(
            help="Court of pages that do not say: a code such as 77OV0000, or other:NAME.", show_default=False
        ),
    ] = None,
    url: Annotated[str | None, typer.Option(help="Address a single page was saved from.", show_default=False)] = None,
    fetched_at: Annotated[
        str | None,
        typer.Option(
            help="When the pages were saved: 2024-07-01T09:30, Moscow time unless a zone is given.", show_default=False
        ),
    ] = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """Keep saved pages, WARC files and rows exported by others as evidence.

    A page can have a sidecar PAGE.html.json with court, url, method, status, fetched_at (all optional). The same file imported twice
    is kept once.

    Example: courttally import saved-pages/ --court 77OV0000 --fetched-at 2024-07-01T09:30
    """
    from courttally import courts
    from courttally.archive import Archive

    if court is not None:
        try:
            court = courts.parse_court_argument(court)
        except ValueError as error:
            common.fail(f"--court: {error}", common.USAGE)
    when = _moment(fetched_at) if fetched_at is not None else None
    sources = [Path(path) for path in paths]
    for number, source in enumerate(sources, 1):
        if not source.exists():
            common.fail(
                f"argument {number}: there is no such file or folder. Check the spelling, or quote names with spaces",
                common.USAGE,
            )
    with common.reported(), common.progress_bar(quiet=json) as progress:
        report = Archive(common.home_of(home)).import_paths(
            sources,
            court=court,
            url=url,
            fetched_at=when,
            clock=common.clock,
            progress=lambda done, total: progress("importing", done, total or done),
        )
    if json:
        common.print_json(
            {
                "items": report.items,
                "added": report.added,
                "duplicates": report.duplicates,
                "failures": [{"item": item, "reason": reason} for item, reason in report.failures],
                "skipped": report.skipped,
                "signals": report.signals,
                "mended": list(report.mended),
            }
        )
    else:
        print(
            f"{common.plural(report.added, 'capture')} added, {common.plural(report.duplicates, 'duplicate')} left out."
        )
        for kind, number in sorted(report.skipped.items()):
            print(f"  skipped: {number:,} × {kind}")
        for kind, number in sorted(report.signals.items()):
            print(f"  kept, but odd: {number:,} × {kind}")
        for line in report.mended:
            print(f"  mended: {line}")
        if report.added:
            print("Next: courttally build")
    for item, reason in report.failures:
        common.note(f"item {item}: {reason}")
    if not report.items:
        common.fail(
            "nothing to import was found there: pages end in .html or .htm, archives in .warc, .warc.gz, .zip or .wacz, exports in .csv or .json"
        )
    if report.failures:
        raise typer.Exit(common.UNREAD if report.added or report.duplicates else common.FAILED)


def _moment(text: str) -> datetime:
    from courttally.registry.moscow import MOSCOW

    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        common.fail("--fetched-at takes a time such as 2024-07-01T09:30 or 2024-07-01T06:30:00Z", common.USAGE)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=MOSCOW)


def verify(home: Home = None, json: Json = False) -> None:
    """Re-read every archive record and prove it intact.

    Checks each record's digests, the index against the files both ways, and the chains of the ledgers.

    Example: courttally verify
    """
    from courttally.archive import Archive

    with common.reported(), common.progress_bar(quiet=json) as progress:
        report = Archive(common.home_of(home)).verify(lambda done, total: progress("verifying", done, total or done))
    if json:
        common.print_json(
            {
                "files": report.files,
                "captures": report.captures,
                "ledger_lines": report.ledger_lines,
                "problems": [str(problem) for problem in report.problems],
                "being_written": list(report.being_written),
                "redacted": report.redacted,
                "sealed": list(report.sealed),
            }
        )
    else:
        print(
            f"{common.plural(report.captures, 'capture')} in {common.plural(report.files, 'file')}, {common.plural(report.ledger_lines, 'ledger line')} read."
        )
        if report.redacted:
            print(
                f"{common.plural(report.redacted, 'capture')} redacted: a tombstone stands there, the ledger says who and why."
            )
        if report.sealed:
            print(
                f"{common.plural(len(report.sealed), 'file')} sealed and proved as a whole only: name the key file in COURTTALLY_SEAL_KEY "
                "to prove the records too."
            )
        if not report.problems:
            print("Everything is as it was written.")
    for problem in report.problems:
        common.note(str(problem))
    if report.problems:
        common.fail(f"{common.plural(len(report.problems), 'problem')} found; nothing was changed")
