"""The verb ``reconcile``: somebody else's list against ours."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from courttally.cli import common
from courttally.cli.common import Home, Json
from courttally.cli.figures import AsOf, SubjectName, _day


def reconcile(
    list_: Annotated[
        Path, typer.Argument(metavar="LIST.csv", help="Columns: uid; or number and court; or court and date.")
    ],
    by: Annotated[str, typer.Option("--by", help="uid, number, or court+date.")] = "uid",
    scope: Annotated[
        str | None, typer.Option(help="Default: the subject's headline scope.", show_default=False)
    ] = None,
    as_of: AsOf = None,
    subject: SubjectName = "refusal",
    home: Home = None,
    json: Json = False,
) -> None:
    """Hold somebody else's list of cases against ours: both, only ours, only theirs, and the likely reason.

    Rows of theirs are named by their line and never printed.

    Example: courttally reconcile list.csv --by number
    """
    from courttally.engine import Engine
    from courttally.figures.counted import Counted
    from courttally.figures.desk import Desk
    from courttally.figures.reconcile import Ours
    from courttally.figures.reconcile import reconcile as hold
    from courttally.figures.scope import parse_scope
    from courttally.figures.their_list import decode_list, read_list
    from courttally.law.subjects import load_subject
    from courttally.registry.snapshot import current

    with common.reported():
        try:
            text, encoding = decode_list(list_.read_bytes())
            theirs = read_list(text, by)
            asked = parse_scope(scope or load_subject(subject).headline_scope, subject)
        except ValueError as error:
            common.fail(str(error), common.USAGE)
        if encoding == "cp1251":
            common.note("courttally: the list is not in UTF-8; it was read as Windows-1251")
        snapshot = current(common.home_of(home))
        with Engine(snapshot.path) as engine:
            try:
                desk = Desk(Counted(engine, snapshot, _day(as_of)))
            except ValueError as error:
                common.fail(str(error))
            counted = {unit.record for unit in desk.cases(asked)}
            ours = [Ours(*row, row[0] in counted) for row in desk.facts()]
            found = hold(
                ours, theirs, by, covered=desk.coverage(asked).complete, complete_through=desk.complete_through(asked),
                gaps=desk.gaps(asked),
            )  # fmt: skip
    if json:
        common.print_json(
            {
                "as_of": desk.as_of.isoformat(), "by": by, "rows": len(theirs), "records": len(counted),
                "both": [{"record": record, "line": line} for record, line in found.both],
                "only_ours": found.only_ours, "only_theirs": found.only_theirs,
            }
        )  # fmt: skip
        return
    print(f"As of {desk.as_of.isoformat()}, scope {asked.name}, by {by}: {len(theirs):,} rows of theirs, {len(counted):,} records of ours.")  # fmt: skip
    rows = [["both", "", f"{len(found.both):,}"]]
    rows += [["only ours", reason, f"{len(records):,}"] for reason, records in found.only_ours.items()]
    rows += [["only theirs", reason, f"{len(lines):,}"] for reason, lines in found.only_theirs.items()]
    common.print_table("", ["", "likely reason", "cases"], rows, numbers=frozenset({2}))
    for reason, lines in found.only_theirs.items():
        shown = ", ".join(map(str, lines[:12]))
        print(f"Lines of theirs, {reason}: {shown}{' …' if len(lines) > 12 else ''}")
