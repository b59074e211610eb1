"""The verb ``review``: wordings that the rules do not know, answered by a person into the decision ledger."""

from __future__ import annotations

import shutil
import sys
import textwrap
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from courttally.cli import common
from courttally.cli.common import Home, Json

if TYPE_CHECKING:
    from pathlib import Path

    from courttally.engine import Engine
    from courttally.registry.queue import Item


def review(
    list_: Annotated[bool, typer.Option("--list", help="List the queue without showing page lines.")] = False,
    answer: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SIGNAL:DIGEST=CODE",
            help="Answer without being asked; repeatable. CODE 'withdrawn' takes an answer back.",
            show_default=False,
        ),
    ] = None,
    who: Annotated[str, typer.Option(help="Who decides; kept in the ledger.", show_default=False)] = "",
    why: Annotated[str, typer.Option(help="Why; kept in the ledger.", show_default=False)] = "",
    home: Home = None,
    json: Json = False,
) -> None:
    """Answer wordings that the rules do not know, one by one, beside the line on the page.

    Answers go into an append-only ledger and count from the next 'courttally build'. Lines are shown at a terminal only and can hold names.

    Example: courttally review --who "A. Editor"
    """
    from courttally.engine import Engine
    from courttally.registry import views
    from courttally.registry.snapshot import current

    folder = common.home_of(home)
    if answer:
        _answer_all(folder, answer, who, why)
        return
    with common.reported():
        snapshot = current(folder)
        with Engine(snapshot.path) as engine:
            queue = views.review_queue(engine)
    if json or list_:
        _list(queue, json=json)
    elif not queue:
        print("Nothing waits for an answer.")
    elif not sys.stdin.isatty() or not sys.stdout.isatty():
        common.fail(
            "page lines are shown at a terminal only: use --list, and --answer SIGNAL:DIGEST=CODE", common.USAGE
        )
    else:
        with common.reported(), Engine(snapshot.path) as engine:
            _ask(folder, engine, snapshot.manifest["latest_capture_on"], queue, who)


def _list(queue: list[Any], *, json: bool) -> None:
    from courttally.registry.decisions import allowed

    names = ("signal", "digest", "length", "places", "captures", "capture", "place")
    if json:
        common.print_json([dict(zip(names, row, strict=False)) | {"answers": list(allowed(row[0]))} for row in queue])
        return
    rows = [[row[0], row[1], f"{row[2]:,}", f"{row[3]:,}"] for row in queue]
    common.print_table(
        "Waiting for an answer",
        ["signal", "digest of the wording", "letters", "places"],
        rows,
        numbers=frozenset({2, 3}),
    )


def _answer_all(folder: Path, items: list[str], who: str, why: str) -> None:
    from courttally.registry.decisions import answer

    for item in items:
        name, _, code = item.partition("=")
        signal, _, digest = name.partition(":")
        try:
            with common.reported():
                answer(folder, signal=signal, digest=digest, code=code, who=who, why=why, clock=common.clock)
        except ValueError as error:
            common.fail(str(error), common.USAGE)
    print(f"{common.plural(len(items), 'answer')} kept. They count from the next 'courttally build'.")


def _ask(folder: Path, engine: Engine, latest: str, queue: list[Any], who: str) -> None:
    from courttally.archive import Archive
    from courttally.registry.decisions import answer
    from courttally.registry.queue import item

    archive = Archive(folder)
    print(
        f"{common.plural(len(queue), 'line')} of the queue, the most frequent first. What you see can hold names: keep it here."
    )
    who = who or typer.prompt("Who decides (kept in the ledger)")
    given = 0
    for number, row in enumerate(queue, 1):
        shown = item(engine, archive, row, date.fromisoformat(latest))
        _show(shown, number, len(queue))
        code = _asked(shown)
        if code == "q":
            break
        if code:
            why = _prompt("  why")
            answer(folder, signal=shown.signal, digest=shown.digest, code=code, who=who, why=why, clock=common.clock)
            print(f"  kept: {code}")
            given += 1
    if given:
        print(f"\n{common.plural(given, 'answer')} kept. They count from the next 'courttally build'.")
    else:
        print("\nNothing was answered and nothing was kept.")


def _show(shown: Item, number: int, of: int) -> None:
    from courttally.registry.decisions import LINKS
    from courttally.registry.signals import meaning

    width = max(40, min(100, shutil.get_terminal_size().columns - 4))
    seen = f"{common.plural(shown.places, 'place')} on {common.plural(shown.pages, 'page')}"
    print(f"\n{number} of {of}  {meaning(shown.signal)}")
    print(f"  {seen}; one of them: {shown.where}")
    if shown.label:
        print(f"  {shown.label}:")
    for line in shown.line.split("\n"):
        print(textwrap.fill(line, width, initial_indent="    ", subsequent_indent="    ", break_on_hyphens=False))
    print(f"  at {shown.place}")
    for n, candidate in enumerate(shown.candidates, 1):
        print(f"  [{n}] {candidate.record}\n      {candidate.words}")
    words = ", ".join(shown.codes)
    if shown.signal in LINKS:
        words = f"{'the number of a case above, ' if shown.candidates else ''}the key of a case record, {words}"
    print(
        textwrap.fill(
            f"Answer: {words}; Enter leaves it for later, q ends", width, initial_indent="  ", subsequent_indent="    "
        )
    )


def _asked(shown: Item) -> str:
    """The answer: a code, a record's key, "" to leave it, ``q`` to end."""
    from courttally.registry.decisions import answers_signal

    while True:
        code = _prompt("  answer", default="")
        if code.isascii() and code.isdigit() and 1 <= int(code[:4]) <= len(shown.candidates):
            return shown.candidates[int(code[:4]) - 1].record
        if code in ("", "q") or answers_signal(shown.signal, code):
            return code
        print("  That is none of them.")


def _prompt(text: str, default: str | None = None) -> str:
    return str(typer.prompt(text, default=default, show_default=False)).strip()
