"""``review sentences`` and ``review identifiers``: what texts leave open, and two identifiers under one case_id."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from courttally.cli import common
from courttally.cli.common import Home, Json
from courttally.cli.prompts import QUIT, asked, print_kept, prompt, reason, who_decides, wrapped

if TYPE_CHECKING:
    from pathlib import Path

    from courttally.engine import Engine, Row
    from courttally.registry.judgement import Judgement

ListOnly = Annotated[bool, typer.Option("--list", help="List without asking.")]
Who = Annotated[str, typer.Option(help="Who decides; kept in the ledger.", show_default=False)]

_WHY = {
    "open": "a text of the case is held, and it does not settle the sentence of this person",
    "part": "a text of the case tells the punishment, and not its term or whether it is suspended",
    "disagree": "the texts of the case tell different sentences",
}


def unclear(folder: Path, engine: Engine) -> list[Row]:
    """(record, slot, why) of sentences that wait for a person; of two reasons for one person the stronger."""
    from courttally.registry import views_texts
    from courttally.registry.sentence_codes import slot_of

    over = {
        (each.records[0], slot_of(each.field)) for each in _decided(folder, engine) if slot_of(each.field) is not None
    }
    found: dict[tuple[str, int], str] = {}
    for record, slot, why in views_texts.unclear_sentences(engine):
        if (record, slot) not in over:
            found.setdefault((record, slot), why)
    return [(record, slot, why) for (record, slot), why in found.items()]


def clashing(folder: Path, engine: Engine) -> list[Row]:
    """(record, captures set aside) of records whose pages show more than one identifier, as far as nobody has decided that."""
    from courttally.registry import views

    over = {each.records[0] for each in _decided(folder, engine) if each.kind == "guid"}
    return [row for row in views.guid_conflicts(engine) if row[0] not in over]


def _decided(folder: Path, engine: Engine) -> list[Judgement]:
    """The judgements that are not reopened."""
    from courttally.registry.judged import REOPENED, standing
    from courttally.registry.judgement import judgements

    try:
        held = judgements(folder)
    except ValueError as error:
        common.fail(str(error))
    states = standing(engine, held)
    return [each for each in held if states[each.id] != REOPENED]


def sentences(list_: ListOnly = False, who: Who = "", home: Home = None, json: Json = False) -> None:
    """Decide sentences that a held decision or press item leaves open or tells in two ways, beside the text.

    The answer is a correction in the decision ledger ('courttally decide correct RECORD sentence.1=…'). The text can hold names.

    Example: courttally review sentences --who "A. Editor"
    """
    from courttally.engine import Engine
    from courttally.registry.snapshot import current

    folder = common.home_of(home)
    with common.reported(), Engine(current(folder).path) as engine:
        found = unclear(folder, engine)
        if json:
            common.print_json([{"record": record, "accused": slot + 1, "why": why} for record, slot, why in found])
        elif not found:
            print("No sentence waits for an answer.")
        elif list_:
            rows = [[record, str(slot + 1), _WHY[why]] for record, slot, why in found]
            common.print_table("Sentences that wait for an answer", ["case record", "accused", "why"], rows)
        elif not sys.stdin.isatty() or not sys.stdout.isatty():
            common.fail("texts are shown at a terminal only: use --list, and 'courttally decide correct'", common.USAGE)
        else:
            kept, _ = ask_sentences(folder, engine, found, who_decides(who))
            print_kept(kept)


def ask_sentences(folder: Path, engine: Engine, found: list[Row], who: str) -> tuple[int, bool]:
    """Ask person by person; returns how many answers were kept, and whether the reader of the text ended."""
    from courttally.archive import Archive
    from courttally.registry import views_texts
    from courttally.registry.judged import sentences_now
    from courttally.registry.judgement import EMPTY, decide
    from courttally.registry.queue import texts_of_page
    from courttally.registry.sentence_codes import HELP

    archive = Archive(folder)
    records = sorted({record for record, *_ in found})
    told, now = views_texts.texts_said(engine, records), sentences_now(engine, records)
    print(
        f"{common.plural(len(found), 'sentence')} that texts leave open. What you see can hold names: keep it here.\n"
        + wrapped(f"A sentence is written as {HELP}.")
    )
    kept, why = 0, ""
    for number, (record, slot, what) in enumerate(found, 1):
        shown = now.get((record, slot), EMPTY)
        print(f"\n{number} of {len(found)}  accused {slot + 1} of {record}: {_WHY[what]}")
        for capture in told.get(record, []):
            print(f"  {capture}:")
            for line in texts_of_page(archive, capture).split("\n"):
                print(wrapped(line, deeper=True))
        print(wrapped(f"Counted now: {shown}. Answer with the sentence as the text tells it; Enter leaves it for later, q ends"))  # fmt: skip
        value = _written()
        if value not in ("", QUIT):
            why = reason(why)
        if QUIT in (value, why):
            return kept, True
        if value:
            made = decide(
                folder, kind="correct", records=[record], rests_on={record: shown}, who=who, why=why, clock=common.clock,
                field=f"sentence.{slot + 1}", value=value,
            )  # fmt: skip
            kept += 1
            print(f"  kept: {made}, {value}")
    return kept, False


def _written() -> str:
    """A sentence in the words of the ledger, "" to leave it, ``q`` to end."""
    from courttally.registry.sentence_codes import parse, spell

    while True:
        text = prompt("  sentence", default="")
        if text in ("", QUIT):
            return text
        try:
            return spell(parse(text))
        except ValueError as error:
            print(wrapped(f"{error}."))


def identifiers(list_: ListOnly = False, who: Who = "", home: Home = None, json: Json = False) -> None:
    """Decide whether two identifiers (GUIDs) that pages show for one case_id are one case. Until then the later one is set aside.

    Example: courttally review identifiers --who "A. Editor"
    """
    from courttally.engine import Engine
    from courttally.registry.snapshot import current

    folder = common.home_of(home)
    with common.reported(), Engine(current(folder).path) as engine:
        found = clashing(folder, engine)
        if json:
            common.print_json([{"record": record, "set_aside": number} for record, number in found])
        elif not found:
            print("No identifiers clash.")
        elif list_:
            rows = [[record, f"{number:,}"] for record, number in found]
            common.print_table(
                "Identifiers that clash", ["case record", "pages set aside"], rows, numbers=frozenset({1})
            )
        elif not sys.stdin.isatty():
            common.fail(
                "questions are asked at a terminal only: use --list, and 'courttally decide guid'", common.USAGE
            )
        else:
            kept, _ = ask_identifiers(folder, engine, found, who_decides(who))
            print_kept(kept)


def ask_identifiers(folder: Path, engine: Engine, found: list[Row], who: str) -> tuple[int, bool]:
    """Ask record by record; returns how many answers were kept, and whether the person ended."""
    from courttally.registry import views
    from courttally.registry.judgement import decide

    print(f"{common.plural(len(found), 'case record')} of which pages show more than one identifier.")
    kept, why = 0, ""
    for number, (record, aside) in enumerate(found, 1):
        shown = views.guids_of(engine, record)
        print(f"\n{number} of {len(found)}  {record}: {common.plural(aside, 'page')} set aside")
        common.print_table("", ["", *(f"identifier {n}" for n in range(1, len(shown) + 1))], _beside(shown))
        print(wrapped("Answer: s they are one case, n they are not, Enter leaves it for later, q ends"))
        code = asked("  answer", ("s", "n", ""))
        if code in ("s", "n"):
            why = reason(why)
        if QUIT in (code, why):
            return kept, True
        if code:
            made = decide(
                folder, kind="guid", records=[record], rests_on={record: " ".join(sorted(row[0] for row in shown))}, who=who,
                why=why, clock=common.clock, field="guid", value="same" if code == "s" else "other",
            )  # fmt: skip
            kept += 1
            print(f"  kept: {made}, {'one case' if code == 's' else 'not one case'}")
    return kept, False


def _beside(shown: list[Row]) -> list[list[str]]:
    """What each identifier was shown with, in columns."""

    def several(values: list[Any]) -> str:
        return ", ".join(str(value) for value in values if value not in (None, ""))

    lines = (
        ("identifier", [row[0] for row in shown]),
        ("pages", [f"{row[1]:,}, {row[2]} to {row[3]}" for row in shown]),
        ("number", [several(row[4]) for row in shown]),
        ("UID", [several(row[5]) for row in shown]),
        ("received", [several(row[6]) for row in shown]),
        ("accused", [str(row[7] if row[7] is not None else "") for row in shown]),
        ("result", [several(row[8]) for row in shown]),
    )
    return [[label, *values] for label, values in lines]
