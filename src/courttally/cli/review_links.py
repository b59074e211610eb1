"""``review links``: uncertain links one by one, both records side by side, answered into the decision ledger."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from courttally.cli import common
from courttally.cli.common import Home, Json
from courttally.cli.prompts import QUIT, asked, print_kept, reason, who_decides, wrapped

if TYPE_CHECKING:
    from pathlib import Path

    from courttally.engine import Engine
    from courttally.registry.pairs import Pair
    from courttally.registry.trace import Tracer


def links(
    list_: Annotated[bool, typer.Option("--list", help="List the pairs without asking.")] = False,
    who: Annotated[str, typer.Option(help="Who decides; kept in the ledger.", show_default=False)] = "",
    reveal: Annotated[
        bool, typer.Option("--reveal", help="Show names as the pages print them; at a terminal only.")
    ] = False,
    home: Home = None,
    json: Json = False,
) -> None:
    """Decide links that rules leave open, one by one: the same matter, not the same, or later.

    Both records stand side by side, names masked unless --reveal; an answer is a merge or a split in the decision ledger ('courttally decide').
    A decision whose pages changed is asked again.

    Example: courttally review links --who "A. Editor"
    """
    from courttally.engine import Engine
    from courttally.registry.snapshot import current

    folder = common.home_of(home)
    with common.reported(), Engine(current(folder).path) as engine:
        found = waiting_pairs(folder, engine)
        if json:
            common.print_json([_plain(engine, pair) for pair in found])
        elif not found:
            print("No link waits for an answer.")
        elif list_:
            _list(found)
        elif not sys.stdin.isatty() or not sys.stdout.isatty():
            common.fail("questions are asked at a terminal only: use --list, and 'courttally decide'", common.USAGE)
        else:
            kept, _ = ask_links(folder, engine, found, who_decides(who), reveal=reveal)
            print_kept(kept)


def waiting_pairs(folder: Path, engine: Engine) -> list[Pair]:
    """The pairs that wait for a person now."""
    from courttally.registry.judgement import judgements
    from courttally.registry.pairs import waiting

    try:
        return waiting(engine, judgements(folder))
    except ValueError as error:
        common.fail(str(error))


def _plain(engine: Engine, pair: Pair) -> dict[str, Any]:
    from courttally.registry.pairs import beside

    return {
        "before": pair.before, "after": pair.after, "kind": pair.kind, "rule": pair.rule, "says": pair.says, "weight": pair.weight,
        "place": pair.place, "of": pair.of,
        "beside": [
            {"what": line.label, "before": line.before, "after": line.after, "alike": line.alike}
            for line in beside(engine, pair.before, pair.after)
        ],
    }  # fmt: skip


def _list(found: list[Pair]) -> None:
    rows = [[pair.before, pair.after, f"{pair.place} of {pair.of}", pair.rule] for pair in found]
    common.print_table(
        "Links that wait for an answer", ["earlier", "later", "candidate", "rule"], rows, whole=frozenset({0, 1})
    )


def bits(weight: int) -> str:
    """A weight in words: how many times likelier in one matter than by chance."""
    return f"{weight / 100:.1f} bits, {2 ** (weight / 100):,.0f} : 1" if weight else ""


def ask_links(folder: Path, engine: Engine, found: list[Pair], who: str, *, reveal: bool = False) -> tuple[int, bool]:
    """Ask pair by pair; returns how many answers were kept, and whether the person ended."""
    from courttally.archive import Archive
    from courttally.registry.judgement import basis, decide
    from courttally.registry.pairs import still_open
    from courttally.registry.trace import Tracer

    print(f"{common.plural(len(found), 'pair')} of case records that may be one matter, the surest first.")
    tracer = Tracer(engine, Archive(folder), reveal=True) if reveal else None
    kept, why, left = 0, "", set[str]()
    merged: list[Pair] = []
    for number, pair in enumerate(found, 1):
        if pair.before in left or not still_open(pair, merged):
            continue
        facts = _show(engine, pair, number, len(found), tracer)
        code = asked("  answer", ("s", "n", "r", ""))
        if code in ("s", "n"):
            why = reason(why)
        if QUIT in (code, why):
            return kept, True
        if code == "r":
            left.add(pair.before)
        if code not in ("s", "n"):
            continue
        rests_on = {
            key: basis(row["uid"] if row["uid_valid"] else None, row["received"], row["slots"])
            for key, row in facts.items()
        }
        kind, records = ("merge" if code == "s" else "split"), [pair.before, pair.after]
        made = decide(folder, kind=kind, records=records, rests_on=rests_on, who=who, why=why, clock=common.clock)
        merged += [pair] if code == "s" else []
        kept += 1
        print(f"  kept: {made}, {'one matter' if code == 's' else 'not one matter'}")
    return kept, False


def _show(engine: Engine, pair: Pair, number: int, of: int, tracer: Tracer | None) -> dict[str, dict[str, Any]]:
    from courttally.registry.judged import now
    from courttally.registry.pairs import beside

    among = f", candidate {pair.place} of {pair.of} for {pair.before}" if pair.of > 1 else ""
    print(f"\n{number} of {of}{among}")
    question = "One matter" if pair.rule == "decision" else pair.kind.replace("_", " ").capitalize()
    says = pair.says if pair.rule == "decision" else pair.says[0].upper() + pair.says[1:]
    print(wrapped(f"{question}? {says}."))
    if pair.weight:
        print(f"  Rule {pair.rule}, weight {bits(pair.weight)}.")
    rows = [
        [line.label, line.before, line.after, line.alike] for line in beside(engine, pair.before, pair.after, tracer)
    ]
    common.print_table("", ["", "earlier", "later", "alike"], rows)
    print(wrapped("Answer: s the same matter, n not the same, Enter leaves it for later, r leaves this earlier record, q ends"))  # fmt: skip
    return now(engine, [pair.before, pair.after])
