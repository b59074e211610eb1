"""The verb ``decide``: what people decide of case records, into the append-only decision ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from courttally.cli import common
from courttally.cli.common import Home, Json

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from courttally.engine import Engine

app = typer.Typer(
    no_args_is_help=True,
    help="""Decide what rules cannot: merge, split, correct, guid, withdraw, note; undo takes a decision back.

    Every decision is a line of a ledger that is never edited, with who and why. It counts from the next 'courttally build'.
    It rests on what the courts' pages show now: where they come to show something else, it is reopened.

    Example: courttally decide merge RECORD RECORD --who "A. Editor" --why "the order of transfer names it\"""",
)

Who = Annotated[str, typer.Option(help="Who decides; kept in the ledger.", show_default=False)]
Why = Annotated[str, typer.Option(help="Why; kept in the ledger. No names of accused, please.", show_default=False)]
Record = Annotated[
    str, typer.Argument(metavar="RECORD", help="A case record, such as 25GV0001:criminal:first:1:3115935.")
]


@app.command()
def merge(one: Record, other: Record, who: Who = "", why: Why = "", home: Home = None) -> None:
    """Say that two case records are one matter.

    Example: courttally decide merge 25GV0001:criminal:first:1:100 25GV0002:criminal:first:1:200 --who "A. Editor" --why "same order"
    """
    _pair("merge", one, other, who, why, home)


@app.command()
def split(one: Record, other: Record, who: Who = "", why: Why = "", home: Home = None) -> None:
    """Say that two case records are not one matter, whatever the rules say.

    Example: courttally decide split 25GV0001:criminal:first:1:100 25GV0001:criminal:first:1:200 --who "A. Editor" --why "two men"
    """
    _pair("split", one, other, who, why, home)


def _pair(kind: str, one: str, other: str, who: str, why: str, home: Path | None) -> None:
    from courttally.registry.judgement import basis

    known = _known(home, [one, other])
    shown = {
        key: basis(row["uid"] if row["uid_valid"] else None, row["received"], row["slots"])
        for key, row in known.items()
    }
    _decide(home, kind=kind, records=[one, other], rests_on=shown, who=who, why=why)


@app.command()
def correct(
    record: Record,
    change: Annotated[
        str,
        typer.Argument(
            metavar="FIELD=VALUE",
            help="received, result, result_date, in_force, uid, or sentence.1 (of the first accused); VALUE 'none' for an empty field.",
            show_default=False,
        ),
    ],
    who: Who = "",
    why: Why = "",
    home: Home = None,
) -> None:
    """Correct one value of a case record. The page stays as it is; the correction holds while it shows what it shows now.

    Example: courttally decide correct 25GV0001:criminal:first:1:100 received=2024-02-03 --who "A. Editor" --why "typed 2042"

    A sentence reads: sentence.1="imprisonment 66m real regime=general", or "imprisonment 24m suspended probation=24m", "fine=50000", "acquitted".
    """
    from courttally.registry.judgement import CORRECTED, EMPTY, shown_value
    from courttally.registry.sentence_codes import slot_of

    field, mark, value = change.partition("=")
    slot = slot_of(field)
    if not mark or (field not in CORRECTED and slot is None):
        common.fail(f"a correction is FIELD=VALUE, FIELD one of {', '.join(CORRECTED)}", common.USAGE)
    row = _known(home, [record])[record]
    if slot is not None:
        rests_on = _sentence(home, record, slot, row["slots"])
    else:
        now: Any = row[field]
        if field in ("received", "result_date"):
            now = (row[field], row[f"{field}_raw"])
        elif field in ("result", "uid"):
            now = (row[field],)
        if field == "result" and row["result_rule"].startswith("decision:"):
            common.fail("the result is corrected already: undo that decision first", common.USAGE)
        rests_on = shown_value(field, now)
    _decide(
        home, kind="correct", records=[record], rests_on={record: rests_on}, who=who, why=why, field=field, value=value or EMPTY
    )  # fmt: skip


def _sentence(home: Path | None, record: str, slot: int, slots: int) -> str:
    """The sentence of an accused as it is known now; stops where none can be decided."""
    from courttally.engine import Engine
    from courttally.registry import views_texts
    from courttally.registry.judged import LAST, sentences_now
    from courttally.registry.judgement import EMPTY
    from courttally.registry.snapshot import current

    if slot >= slots:
        common.fail(f"the case has {common.plural(slots, 'accused', 'accused')}", common.USAGE)
    with common.reported(), Engine(current(common.home_of(home)).path) as engine:
        if not views_texts.texts_said(engine, [record]):
            common.fail("no decision or press item is held for this case: a sentence is known from a text only")
        rows = views_texts.sentences_at(engine, [record], LAST).get(record, [])
        if any(row[0] == slot and row[-1] == 0 for row in rows):
            common.fail("that sentence is corrected already: undo that decision first", common.USAGE)
        return sentences_now(engine, [record]).get((record, slot), EMPTY)


@app.command()
def guid(
    record: Record,
    answer: Annotated[
        str, typer.Argument(metavar="same|other", help="Whether its identifiers are of one case.", show_default=False)
    ],
    who: Who = "",
    why: Why = "",
    home: Home = None,
) -> None:
    """Say whether two identifiers (GUIDs) under one case_id are the same case. Until then the later one's pages are set aside.

    Example: courttally decide guid 25GV0001:criminal:first:1:100 same --who "A. Editor" --why "the court moved its cases to another system"
    """
    from courttally.engine import Engine
    from courttally.registry.judged import guids_shown
    from courttally.registry.snapshot import current

    _known(home, [record])
    with common.reported(), Engine(current(common.home_of(home)).path) as engine:
        found = guids_shown(engine, record)
    if len(found) < 2:
        common.fail("that case record shows one identifier only: there is nothing to decide", common.USAGE)
    rests_on = {record: " ".join(sorted(found))}
    _decide(home, kind="guid", records=[record], rests_on=rests_on, who=who, why=why, field="guid", value=answer)


@app.command()
def withdraw(record: Record, who: Who = "", why: Why = "", home: Home = None) -> None:
    """Take a case record out of every public output from the next release on. It keeps counting inside, and nothing public points at it.

    Example: courttally decide withdraw 25GV0001:criminal:first:1:100 --who "A. Editor" --why "the person asked"
    """
    _known(home, [record])
    _decide(home, kind="withdraw", records=[record], rests_on={}, who=who, why=why)


@app.command()
def note(record: Record, who: Who = "", why: Why = "", home: Home = None) -> None:
    """Keep a note on a case record; --why is the note.

    Example: courttally decide note 25GV0001:criminal:first:1:100 --who "A. Editor" --why "asked the court on 3 May"
    """
    _known(home, [record])
    _decide(home, kind="note", records=[record], rests_on={}, who=who, why=why)


@app.command()
def undo(
    decision: Annotated[str, typer.Argument(metavar="ID", help="A decision, such as d-7.", show_default=False)],
    who: Who = "",
    why: Why = "",
    home: Home = None,
) -> None:
    """Take a decision out of force; undoing an undo brings it back.

    Example: courttally decide undo d-7 --who "A. Editor" --why "the court answered otherwise"
    """
    from courttally.registry import judgement

    with common.reported():
        try:
            made = judgement.undo(common.home_of(home), decision, who=who, why=why, clock=common.clock)
        except ValueError as error:
            common.fail(str(error), common.USAGE)
    print(f"{made}: {decision} is out of force from the next 'courttally build'.")


@app.command("list")
def list_(home: Home = None, json: Json = False) -> None:
    """List decisions in force, those that were reopened, and the links that wait for one.

    Example: courttally decide list
    """
    from courttally.engine import Engine
    from courttally.registry import judgement, views_past
    from courttally.registry.judged import standing
    from courttally.registry.snapshot import current

    folder = common.home_of(home)
    with common.reported(), Engine(current(folder).path) as engine:
        try:
            held = judgement.judgements(folder)
        except ValueError as error:
            common.fail(str(error))
        states = standing(engine, held)
        waiting = views_past.candidate_links(engine)
    if json:
        common.print_json(
            {
                "decisions": [
                    {
                        "id": each.id, "kind": each.kind, "records": list(each.records), "field": each.field, "value": each.value,
                        "rests_on": dict(each.rests_on), "who": each.who, "why": each.why, "at": each.at, "state": states[each.id],
                    }
                    for each in held
                ],
                "waiting": [
                    {"record": record, "candidates": others, "weight": weight, "kinds": kinds} for record, others, weight, kinds in waiting
                ],
            }
        )  # fmt: skip
        return
    rows = [[each.id, each.kind, " ".join(each.records), states[each.id], each.who, each.why] for each in held]
    common.print_table("Decisions", ["id", "what", "case records", "state", "who", "why"], rows)
    rows = [
        [record, f"{len(others):,}", others[0], ", ".join(kinds), str(weight)]
        for record, others, weight, kinds in waiting
    ]
    common.print_table(
        "Waiting: records that may go on in another one",
        ["record", "candidates", "one of them", "how", "weight"],
        rows,
        numbers=frozenset({1, 4}),
    )
    if rows:
        print("'courttally review links' asks them one by one, both records side by side.")


def _known(home: Path | None, records: list[str]) -> Mapping[str, dict[str, Any]]:
    """The records as the registry knows them now; stops where one is not known."""
    from courttally.engine import Engine
    from courttally.registry.judged import now
    from courttally.registry.snapshot import current

    with common.reported(), Engine(current(common.home_of(home)).path) as engine:
        return _checked(engine, records, now)


def _checked(engine: Engine, records: list[str], now: Any) -> Mapping[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = now(engine, records)
    for record in records:
        if record not in found:
            common.fail(f"no case record of that id is known now: {record}", common.USAGE)
    return found


def _decide(home: Path | None, **values: Any) -> None:
    from courttally.registry.judgement import decide

    with common.reported():
        try:
            made = decide(common.home_of(home), clock=common.clock, **values)
        except ValueError as error:
            common.fail(str(error), common.USAGE)
    print(f"{made} kept. It counts from the next 'courttally build'; 'courttally decide undo {made}' takes it back.")
