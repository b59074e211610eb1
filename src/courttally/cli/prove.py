"""The verb ``prove``: opens the public commitment for somebody who is trusted, and checks such an opening."""

from __future__ import annotations

import json as json_module
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from courttally.cli import common
from courttally.cli.common import Home, Json

if TYPE_CHECKING:
    from courttally.figures.counted import Counted
    from courttally.figures.worked import Answer


def prove(
    id_: Annotated[
        str | None,
        typer.Argument(metavar="[FIGURE]", help="A figure of case records, accused or matters.", show_default=False),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="New file for the opening: case-level data.", show_default=False)
    ] = None,
    check: Annotated[
        Path | None,
        typer.Option("--check", help="An opening to hold against --root; needs no home.", show_default=False),
    ] = None,
    root: Annotated[str | None, typer.Option("--root", help="The root that was published.", show_default=False)] = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """Open the commitment of a published page for the records behind a figure, or check such an opening.

    The opening names case records: give it on only encrypted, to whom you trust. It is logged in the home.

    Example: courttally prove f-0123456789abcdef --out opening.json
    """
    if check is not None:
        _check(check, root, json=json)
        return
    if id_ is None or out is None:
        common.fail("give a figure and --out FILE, or --check FILE --root ROOT", common.USAGE)
    if out.exists():
        common.fail("the file of --out is already there; nothing was written", common.USAGE)
    from courttally.cli.publish import releases
    from courttally.engine import Engine
    from courttally.figures.commitment import commit, commitment_key, log_opening, open_records
    from courttally.figures.counted import Counted
    from courttally.figures.scope import parse_scope
    from courttally.figures.standing import standing
    from courttally.law.subjects import load_subject
    from courttally.registry.snapshot import current
    from courttally.registry.views_past import leave_out_withdrawn

    with common.reported():
        folder = common.home_of(home)
        snapshot = current(folder)
        with Engine(snapshot.path) as engine:
            try:
                found = standing(engine, snapshot, folder, id_)
                published = {one.told.as_of for one in releases(folder)}
            except ValueError as error:
                common.fail(str(error))
            if found is None or found.now is None:
                common.fail("no figure of that id was printed from this home")
            if not found.same:
                common.fail("the figure no longer comes out the same: see 'courttally figure'")
            if not found.now.keys:
                common.fail("the figure rests on no case records, so there is nothing to open", common.USAGE)
            records = _records(Counted(engine, snapshot, found.now.as_of), found.now)
            scope = parse_scope(load_subject("refusal").headline_scope)
            leave_out_withdrawn(engine)  # as the published page does: else the root would not be the published one
            made = commit(Counted(engine, snapshot, found.now.as_of), scope, commitment_key(folder))
        try:
            opening = open_records(made, records)
        except KeyError as error:
            common.fail(f"{error.args[0]}: the public page commits to scope {scope.name}, without withdrawn records")
        handle = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            json_module.dump({"figure": id_, **opening}, file, indent=1)
        log_opening(folder, id_, made.root, len(opening["leaves"]), common.clock)
    if made.as_of not in published:
        common.note(
            f"courttally: no page of {made.as_of} was published from this home: there is no published root to hold this one against"
        )
    if json:
        common.print_json({"figure": id_, "root": made.root, "leaves": len(opening["leaves"])})
        return
    print(f"{common.plural(len(opening['leaves']), 'case record')} opened against root {made.root}.")
    if found.now.keys[0].startswith("m-"):
        print(
            "Of each matter its earliest record: that they are different matters rests on links, which no root covers."
        )
    print("The file names case records (restricted): give it on only encrypted. It is logged.")


def _records(counted: Counted, answer: Answer) -> list[str]:
    """The case records behind a figure: its own, those of its accused, or the earliest of each of its matters."""
    from courttally.figures.count import matter_id

    earliest: dict[str, str] = {}
    if answer.keys[0].startswith("m-"):
        earliest = {matter_id(unit.key): unit.record for unit in counted.units("matter", answer.question.scope)}
    return [earliest[key] if key in earliest else key.partition("#")[0] for key in answer.keys]


def _opening(path: Path) -> Any:
    """What a file holds. Raises ValueError, in our words, for a file that is no JSON."""
    try:
        return json_module.loads(path.read_bytes())
    except ValueError:
        raise ValueError("not an opening: the file holds no JSON") from None


def _check(path: Path, root: str | None, *, json: bool) -> None:
    from courttally.figures.commitment import check

    if root is None:
        common.fail("--check needs --root, as it was published", common.USAGE)
    root = root.strip().lower()
    if not re.fullmatch(r"[0-9a-f]{64}", root):
        common.fail("a root is 64 digits of 0-9 and a-f, as manifest.json of the published page has it", common.USAGE)
    with common.reported():
        try:
            found = check(_opening(path), root)
        except ValueError as error:
            common.fail(str(error))
    if json:
        common.print_json({"proven": found.proven, "failed": found.failed})
    else:
        print(f"{common.plural(found.proven, 'case record')} proven under that root, {found.failed} not.")
    if found.failed:
        raise typer.Exit(common.FAILED)
