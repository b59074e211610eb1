"""The verb ``review``: what rules leave open, answered by a person into the decision ledger; wordings are asked here."""

from __future__ import annotations

import sys
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from courttally.cli import coding, common, review_links, review_more
from courttally.cli.common import Home, Json
from courttally.cli.prompts import QUIT, print_kept, prompt, who_decides, wrapped

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from courttally.engine import Engine
    from courttally.registry.queue import Item


app = typer.Typer(
    invoke_without_command=True,
    help="""Answer what rules leave open, one by one: wordings, uncertain links, unclear sentences, identifiers that clash.

    Answers go into an append-only ledger and count from the next 'courttally build'. Without a command everything is asked in turn.
    Lines of pages are shown at a terminal only and can hold names. 'sample', 'code', 'agreement' and 'settle' are for double coding.

    Example: courttally review --who "A. Editor\"""",
)
app.command()(review_links.links)
app.command()(review_more.sentences)
app.command()(review_more.identifiers)
app.command()(coding.sample)
app.command()(coding.code)
app.command()(coding.agreement)
app.command()(coding.settle)

ListOnly = Annotated[bool, typer.Option("--list", help="List the queue without showing page lines.")]
Who = Annotated[str, typer.Option(help="Who decides; kept in the ledger.", show_default=False)]


@app.callback()
def everything(
    context: typer.Context,
    list_: ListOnly = False,
    answer: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SIGNAL:DIGEST=CODE",
            help="Answer a wording without being asked; repeatable. CODE 'withdrawn' takes an answer back.",
            show_default=False,
        ),
    ] = None,
    who: Who = "",
    why: Annotated[str, typer.Option(help="Why, for --answer; kept in the ledger.", show_default=False)] = "",
    home: Home = None,
    json: Json = False,
) -> None:
    """Ask everything in turn, unless a command says what."""
    if context.invoked_subcommand is not None:
        # A home from the environment is everybody's; one given here would be lost.
        placed = context.get_parameter_source("home")
        if list_ or answer or who or why or json or (placed is not None and placed.name == "COMMANDLINE"):
            common.fail("give options behind the command, as in 'courttally review links --list'", common.USAGE)
        return
    from courttally.engine import Engine
    from courttally.registry import views
    from courttally.registry.snapshot import current

    folder = common.home_of(home)
    if answer:
        _answer_all(folder, answer, who, why)
        return
    with common.reported(), Engine(current(folder).path) as engine:
        queue = views.review_queue(engine)
        pairs = review_links.waiting_pairs(folder, engine)
        persons, clashes = review_more.unclear(folder, engine), review_more.clashing(folder, engine)
        if json:
            _list(queue, json=True)
        elif list_:
            _list(queue, json=False)
            print(
                f"Also waiting: {common.plural(len(pairs), 'link')} ('courttally review links'), {common.plural(len(persons), 'sentence')} "
                f"('review sentences'), {common.plural(len(clashes), 'case')} with clashing identifiers ('review identifiers')."
            )
        elif not (queue or pairs or persons or clashes):
            print("Nothing waits for an answer.")
        elif not sys.stdin.isatty() or not sys.stdout.isatty():
            common.fail(
                "page lines are shown at a terminal only: use --list, and --answer SIGNAL:DIGEST=CODE", common.USAGE
            )
        else:
            who = who_decides(who)
            latest = current(folder).manifest["latest_capture_on"]
            kept, ended = _ask(folder, engine, latest, queue, who) if queue else (0, False)
            asks: tuple[tuple[int, Callable[[], tuple[int, bool]]], ...] = (
                (len(pairs), lambda: review_links.ask_links(folder, engine, pairs, who)),
                (len(persons), lambda: review_more.ask_sentences(folder, engine, persons, who)),
                (len(clashes), lambda: review_more.ask_identifiers(folder, engine, clashes, who)),
            )
            for number, ask in asks:
                if number and not ended:
                    more, ended = ask()
                    kept += more
            print_kept(kept)


@app.command()
def wordings(list_: ListOnly = False, who: Who = "", home: Home = None, json: Json = False) -> None:
    """Answer wordings that the rules do not know, and texts that fit no case, beside the line on the page.

    Example: courttally review wordings --who "A. Editor"
    """
    from courttally.engine import Engine
    from courttally.registry import views
    from courttally.registry.snapshot import current

    folder = common.home_of(home)
    with common.reported(), Engine(current(folder).path) as engine:
        queue = views.review_queue(engine)
        if json or list_:
            _list(queue, json=json)
        elif not queue:
            print("No wording waits for an answer.")
        elif not sys.stdin.isatty() or not sys.stdout.isatty():
            common.fail("page lines are shown at a terminal only: use --list", common.USAGE)
        else:
            kept, _ = _ask(folder, engine, current(folder).manifest["latest_capture_on"], queue, who_decides(who))
            print_kept(kept)


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


def _ask(folder: Path, engine: Engine, latest: str, queue: list[Any], who: str) -> tuple[int, bool]:
    """Ask line by line; returns how many answers were kept, and whether the person ended."""
    from courttally.archive import Archive
    from courttally.registry.decisions import answer
    from courttally.registry.queue import item

    archive = Archive(folder)
    print(
        f"{common.plural(len(queue), 'line')} of the queue, the most frequent first. What you see can hold names: keep it here."
    )
    given = 0
    for number, row in enumerate(queue, 1):
        shown = item(engine, archive, row, date.fromisoformat(latest))
        _show(shown, number, len(queue))
        code = _asked(shown)
        if code == QUIT:
            return given, True
        if code:
            why = prompt("  why")
            answer(folder, signal=shown.signal, digest=shown.digest, code=code, who=who, why=why, clock=common.clock)
            print(f"  kept: {code}")
            given += 1
    return given, False


def _show(shown: Item, number: int, of: int) -> None:
    from courttally.registry.decisions import LINKS
    from courttally.registry.signals import meaning

    seen = f"{common.plural(shown.places, 'place')} on {common.plural(shown.pages, 'page')}"
    print(f"\n{number} of {of}  {meaning(shown.signal)}")
    print(f"  {seen}; one of them: {shown.where}")
    if shown.label:
        print(f"  {shown.label}:")
    for line in shown.line.split("\n"):
        print(wrapped(line, deeper=True))
    print(f"  at {shown.place}")
    for n, candidate in enumerate(shown.candidates, 1):
        print(f"  [{n}] {candidate.record}\n      {candidate.words}")
    words = ", ".join(shown.codes)
    if shown.signal in LINKS:
        words = f"{'the number of a case above, ' if shown.candidates else ''}the key of a case record, {words}"
    print(wrapped(f"Answer: {words}; Enter leaves it for later, q ends"))


def _asked(shown: Item) -> str:
    """The answer: a code, a record's key, "" to leave it, ``q`` to end."""
    from courttally.registry.decisions import answers_signal

    while True:
        code = prompt("  answer", default="")
        if code.isascii() and code.isdigit() and 1 <= int(code[:4]) <= len(shown.candidates):
            return shown.candidates[int(code[:4]) - 1].record
        if code in ("", QUIT) or answers_signal(shown.signal, code):
            return code
        print("  That is none of them.")
