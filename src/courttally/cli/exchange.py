"""The verbs for two machines: ``archive export``, ``archive merge``, ``archive machines``."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from courttally.cli import common
from courttally.cli.common import Home, Json

if TYPE_CHECKING:
    from courttally.archive import Archive, Merged


def export(
    target: Annotated[
        str, typer.Argument(metavar="TO", help="A new folder, or a new file that ends in .tar.", show_default=False)
    ],
    since: Annotated[
        str | None,
        typer.Option(
            help="Only what was added since 2026-11-01, or 2026-11-01T03:00 (Moscow time unless a zone is given).",
            show_default=False,
        ),
    ] = None,
    label: Annotated[
        str | None, typer.Option(help="A word by which people know this machine from now on.", show_default=False)
    ] = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """Write a bundle of this archive for another machine: collect on one, build on another.

    A bundle holds closed evidence with its index, and the ledgers, with a digest of each. It holds people's names: carry it
    encrypted. Nothing is ever overwritten.

    Example: courttally archive export tonight.tar --since 2026-11-01
    """
    from courttally.archive import Archive

    archive = Archive(common.home_of(home))
    start = None if since is None else _moment(since)
    try:
        with common.reported(), common.progress_bar(quiet=json) as progress:
            report = archive.export(
                Path(target),
                clock=common.clock,
                since=start,
                label=label,
                progress=lambda done, total: progress("exporting", done, total or done),
            )
    except ValueError as error:
        common.fail(str(error), common.USAGE)
    if json:
        common.print_json(asdict(report))
    else:
        print(
            f"{common.plural(report.captures, 'capture')} in {common.plural(report.files, 'file')} of "
            f"{common.plural(report.machines, 'machine')}, {common.size_words(report.bytes)}."
        )
        if report.unfinished:
            print(
                "A file that is still being written, or that a crash left, stayed out: export again when 'courttally collect' or 'import' is done."
            )
        print("It holds names: carry it encrypted. Next, on the other machine: courttally archive merge")


def merge(
    sources: Annotated[
        list[str], typer.Argument(metavar="FILE…", help="Bundles that export wrote.", show_default=False)
    ],
    home: Home = None,
    json: Json = False,
) -> None:
    """Take in what another machine exported. Every record is proved first; merging again adds nothing.

    What comes stays apart, under the name of its machine, with that machine's own ledgers. A merge that was broken off goes on when
    the same bundle is merged again. What contradicts what is held here is a conflict: it is named, and nothing of it is taken.

    Example: courttally archive merge tonight.tar
    """
    from courttally.archive import Archive
    from courttally.registry.forget import forget_readings

    folder = common.home_of(home)
    archive = Archive(folder)
    told: list[dict[str, object]] = []
    conflicts: list[str] = []
    to_redact: tuple[str, ...] = ()
    for number, source in enumerate(sources, 1):
        if not Path(source).exists():
            common.fail(f"argument {number}: there is no such file or folder", common.USAGE)
    for source in sources:
        with common.reported(), common.progress_bar(quiet=json) as progress:
            report = archive.merge(
                Path(source),
                clock=common.clock,
                progress=lambda done, total: progress("merging", done, total or done),
            )
            for each in report.merged:
                forget_readings(folder, set(each.replaced))
        told += [asdict(each) for each in report.merged]
        conflicts += report.conflicts
        to_redact = report.to_redact
        if not json:
            for each in report.merged:
                print(_told(each))
    if json:
        common.print_json({"merged": told, "conflicts": conflicts, "to_redact": list(to_redact)})
    for conflict in conflicts:
        common.note(f"conflict: {conflict}")
    if to_redact:
        common.note(
            f"redacted on another machine, held here still: {', '.join(to_redact)}. Next: courttally archive redact"
        )
    if conflicts:
        common.fail(f"{common.plural(len(conflicts), 'conflict')}; nothing of these was taken")
    if not json and any(each["files"] for each in told):
        print("Next: courttally build")


def machines(home: Home = None, json: Json = False) -> None:
    """Whose evidence lies here: this machine's and what was merged.

    Example: courttally archive machines
    """
    from courttally.archive import Archive

    archive = Archive(common.home_of(home))
    with common.reported():
        rows = _machines(archive)
    if json:
        common.print_json(rows)
        return
    cells = [
        [
            str(row["machine"]) or "this one (no name yet)",
            str(row["label"]),
            f"{row['files']:,}",
            f"{row['captures']:,}",
            "this machine" if row["own"] else "",
        ]
        for row in rows
    ]
    common.print_table("", ["machine", "label", "files", "captures", ""], cells, numbers=frozenset({2, 3}))


def _machines(archive: Archive) -> list[dict[str, object]]:
    files = archive.files()
    rows: list[dict[str, object]] = []
    for number, machine in enumerate(archive.machines()):
        own = number == 0
        held = [file for file in files if file.machine == ("" if own else machine.machine)]
        rows.append(
            {
                "machine": machine.machine,
                "label": machine.label,
                "files": len(held),
                "captures": sum(file.captures for file in held),
                "own": own,
            }
        )
    return rows


def _told(merged: Merged) -> str:
    name = f"{merged.machine} ({merged.label})" if merged.label else merged.machine
    if merged.own:
        return f"{name} is this machine: nothing to take."
    if not merged.files:
        return f"{name}: nothing new."
    redacted = f", {common.plural(len(merged.replaced), 'file')} of them redacted since" if merged.replaced else ""
    return (
        f"{name}: {common.plural(merged.captures, 'capture')} in {common.plural(merged.files, 'file')} added{redacted}."
    )


def _moment(text: str) -> datetime:
    from courttally.registry.moscow import MOSCOW

    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        common.fail("--since takes a day or a time, such as 2026-11-01 or 2026-11-01T03:00", common.USAGE)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=MOSCOW)
