"""The verb ``review``: wordings that the rules do not know, answered by a person into the decision ledger."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from courttally.cli import common
from courttally.cli.common import Home, Json

if TYPE_CHECKING:
    from pathlib import Path


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
    with common.reported(), Engine(current(folder).path) as engine:
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
        _ask(folder, queue, who)


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


def _ask(folder: Path, queue: list[Any], who: str) -> None:
    from courttally.archive import Archive
    from courttally.portal import text_at
    from courttally.registry.decisions import allowed, answer
    from courttally.registry.reading import page_of
    from courttally.registry.signals import meaning

    archive = Archive(folder)
    who = who or typer.prompt("Who decides (kept in the ledger)")
    given = 0
    for number, (signal, digest, _, places, _, capture, place, _) in enumerate(queue, 1):
        print(f"\n{number} of {len(queue)}: {meaning(signal)} ({common.plural(places, 'place')})")
        try:
            line = text_at(page_of(archive.get(capture)), place)
        except (KeyError, ValueError):
            line = "(the line cannot be shown: it is no cell of a table)"
        print(f"  «{line}»\n  at {place} of {capture}")
        codes = allowed(signal)
        print(f"  {', '.join(codes)}; Enter leaves it, q ends")
        while True:
            code = typer.prompt("  meaning", default="", show_default=False).strip()
            if code in ("", "q", *codes):
                break
            print("  That is none of them.")
        if code == "q":
            break
        if code:
            why = typer.prompt("  why")
            with common.reported():
                answer(folder, signal=signal, digest=digest, code=code, who=who, why=why, clock=common.clock)
            given += 1
    print(f"\n{common.plural(given, 'answer')} kept. They count from the next 'courttally build'.")
