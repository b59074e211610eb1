"""The verb ``evidence``: everything behind a case in one package for a lawyer."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from courttally.cli import common
from courttally.cli.common import Home, Json


def evidence(
    cases: Annotated[
        list[str],
        typer.Argument(
            metavar="CASE…", help="Case records, such as 25GV0001:criminal:first:1:3115935.", show_default=False
        ),
    ],
    out: Annotated[
        Path, typer.Option(help="File for the encrypted package (or a folder for it); with --plain a new folder.")
    ],
    who: Annotated[str, typer.Option(help="Who hands it out; in the package and in the log.")],
    why: Annotated[str, typer.Option(help="Why; in the package and in the log. Name no person here.")],
    recipient: Annotated[
        list[str] | None,
        typer.Option(help="Public key of age (age1…) or ssh that may open it; repeatable.", show_default=False),
    ] = None,
    plain: Annotated[bool, typer.Option("--plain", help="Write it unencrypted. It holds names.")] = False,
    matter: Annotated[bool, typer.Option("--matter", help="Also every record of the same matter.")] = False,
    reveal: Annotated[bool, typer.Option("--reveal", help="Names in the report's lines, not masks; logged.")] = False,
    every: Annotated[bool, typer.Option("--lists", help="Also lists that only show the case among others.")] = False,
    tsa: Annotated[
        str | None,
        typer.Option(envvar="COURTTALLY_TSA", help="Address of an RFC 3161 timestamp authority.", show_default=False),
    ] = None,
    tsa_roots: Annotated[
        Path | None,
        typer.Option(envvar="COURTTALLY_TSA_ROOTS", help="Its root certificates (PEM).", show_default=False),
    ] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="What was known on this day.", show_default=False)
    ] = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """Pack the pages behind a case for a lawyer: pages (WACZ), a report, custody, ledger, timestamp, and how to check them.

    The pages hold names, so the package leaves encrypted unless you say --plain. Every package is logged first.

    Example: courttally evidence 25GV0001:criminal:first:1:3115935 --out case.tar.age --recipient age1… --who "A. Editor" --why "counsel, request 12"
    """
    from courttally.archive import Archive
    from courttally.archive.layout import Layout
    from courttally.engine import Engine
    from courttally.registry import evidence as room
    from courttally.registry import views
    from courttally.registry.evidence.package import Export
    from courttally.registry.evidence.release import check_release
    from courttally.registry.judgement import judgements
    from courttally.registry.snapshot import current

    folder = common.home_of(home)
    to = recipient or []
    if tsa is not None and tsa_roots is None:
        common.fail(
            "--tsa needs --tsa-roots: an answer is believed only if it leads to certificates that you chose",
            common.USAGE,
        )
    try:
        check_release(folder, out, to, plain=plain, who=who, why=why)
        authority = room.Authority.named(tsa, tsa_roots) if tsa is not None and tsa_roots is not None else None
    except (room.ReleaseError, room.StampError) as error:
        common.fail(str(error), common.USAGE)
    with common.reported():
        snapshot = current(folder)
        day = _day(as_of, snapshot.manifest["latest_capture_on"])
        at = common.clock()
        with Engine(snapshot.path) as engine:
            records = list(dict.fromkeys(cases))
            if matter:
                records = list(
                    dict.fromkeys(each for record in records for each in views.same_matter(engine, record, day))
                )
            try:
                judged = judgements(folder)
            except ValueError as error:
                common.fail(str(error))
            try:
                found = room.gather(
                    engine, Archive(folder), Layout(folder), records, day, reveal=reveal, every=every, judged=judged
                )
            except KeyError as error:
                common.fail(str(error.args[0]))
        try:
            files = room.build_package(found, Export(who, why, at, ", ".join(to), reveal), authority)
        except room.StampError as error:
            common.fail(f"{error}. Nothing was written; without --tsa the package is made without a timestamp")
        try:
            made = room.release(
                folder, files, out, recipients=to, plain=plain, who=who, why=why, revealed=reveal, records=records,
                captures=len(found.items), clock=lambda: at,
            )  # fmt: skip
        except room.ReleaseError as error:
            common.fail(str(error), common.USAGE)
    _tell(made, found, plain=plain, stamped=authority is not None, json=json)


def _tell(made: Any, found: Any, *, plain: bool, stamped: bool, json: bool) -> None:
    if json:
        common.print_json(
            {
                "records": [story.case["record"] for story in found.stories],
                "as_of": found.as_of.isoformat(),
                "captures": len(found.items),
                "left_out": found.left_out,
                "manifest": made.manifest,
                "sha256": made.sha256,
                "encrypted": not plain,
                "timestamp": stamped,
                "simulated": found.simulated,
            }
        )
        return
    if found.simulated:
        print("SIMULATED DATA: these are not real cases.")
    print(f"{common.plural(len(found.items), 'capture')} packed as {made.name}; manifest SHA-256 {made.manifest}.")
    if found.left_out:
        print(
            f"{common.plural(found.left_out, 'list')} left out that only show the case among others: --lists adds them."
        )
    print("Timestamp: " + ("by the authority, checked." if stamped else "none (--tsa names an authority)."))
    if plain:
        common.note("The package is not encrypted and holds court pages with names. The log says so.")


def _day(text: str | None, latest: str | None) -> date:
    try:
        return date.fromisoformat(text or latest or "")
    except ValueError:
        common.fail("--as-of takes a day such as 2024-07-01", common.USAGE)
