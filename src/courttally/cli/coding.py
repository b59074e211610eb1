"""``review sample``, ``code``, ``agreement``, ``settle``: double coding of a random sample, and how well coders agree."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from courttally.cli import common
from courttally.cli.common import Home, Json
from courttally.cli.prompts import QUIT, prompt, wrapped

if TYPE_CHECKING:
    from pathlib import Path

    from courttally.archive import Archive
    from courttally.engine import Engine
    from courttally.registry.coding import Sample, Unit

SampleId = Annotated[str, typer.Argument(metavar="SAMPLE", help="A sample, such as k-1.", show_default=False)]
Who = Annotated[str, typer.Option(help="Who codes: the same name every time.", show_default=False)]


def sample(
    kind: Annotated[str, typer.Argument(metavar="links|results|sentences", help="What is coded.", show_default=False)],
    size: Annotated[int, typer.Option(min=1, max=500, help="How many units.")] = 60,
    seed: Annotated[int, typer.Option(min=0, help="The same seed draws the same units from the same registry.")] = 1,
    who: Annotated[str, typer.Option(help="Who draws it; kept in the ledger.", show_default=False)] = "",
    home: Home = None,
    json: Json = False,
) -> None:
    """Draw a random sample for two people to code: links, case results, or sentences.

    Links: pairs that are linked as one matter and pairs that wait, mixed. Results: one a case. Sentences: persons whose text is held.

    Example: courttally review sample results --size 60 --who "A. Editor"
    """
    from courttally.engine import Engine
    from courttally.registry.coding import draw
    from courttally.registry.snapshot import current

    folder = common.home_of(home)
    with common.reported():
        snapshot = current(folder)
        with Engine(snapshot.path) as engine:
            try:
                made = draw(
                    folder, engine, kind=kind, size=size, seed=seed, snapshot=snapshot.id, who=who, clock=common.clock
                )
            except ValueError as error:
                common.fail(str(error), common.USAGE)
    if json:
        common.print_json({"sample": made.id, "kind": kind, "units": len(made.units), "drawn_from": made.drawn_from})
        return
    print(f"Sample {made.id}: {len(made.units):,} of {made.drawn_from:,} {kind}, seed {seed}.")
    print(f"Two people code it, each alone: courttally review code {made.id} --who NAME")


def code(name: SampleId, who: Who = "", home: Home = None) -> None:
    """Code a sample, unit by unit, seeing neither the program's answers nor anybody else's. It can be left and taken up again.

    Lines and texts are shown at a terminal only and can hold names.

    Example: courttally review code k-1 --who "A. Editor"
    """
    folder = common.home_of(home)
    found = _sample(folder, name)
    who = _named(who)
    left = found.left(who)
    if not left:
        print(f"All {len(found.units):,} units of {name} are coded by {who}.")
        return
    _run(folder, found, left, who, third=False)


def settle(name: SampleId, who: Who = "", home: Home = None) -> None:
    """Settle what two coders disagree on: a third person sees the unit and both codes, without who gave which.

    Example: courttally review settle k-1 --who "C. Editor"
    """
    folder = common.home_of(home)
    found = _sample(folder, name)
    who = _named(who)
    _through(found)
    if who in found.codes:
        common.fail("who coded the sample cannot settle it: a third person does", common.USAGE)
    left = [unit for unit in found.disputed() if unit.key not in found.settled]
    if not left:
        print(f"Nothing of {name} is left to settle.")
        return
    _run(folder, found, left, who, third=True)


def agreement(name: SampleId, home: Home = None, json: Json = False) -> None:
    """Say how well two coders agree on a sample, and the program with them: share, Cohen's kappa, Krippendorff's alpha, always with n.

    Nothing is told before two coders are through. Disagreements are listed for a third ('courttally review settle').

    Example: courttally review agreement k-1
    """
    from courttally.registry.agreement import alpha, decimal, kappa, observed
    from courttally.registry.coding import table

    found = _sample(common.home_of(home), name)
    coders = _through(found)
    one, other = (found.codes[who] for who in coders[:2])
    pairs = [(one[unit.key], other[unit.key]) for unit in found.units]
    everybody = alpha([{who: found.codes[who][unit.key] for who in coders} for unit in found.units])
    concluded = found.concluded()
    ours = [(unit.ours, concluded[unit.key]) for unit in found.units if unit.key in concluded]
    disputed = found.disputed()
    if json:
        common.print_json(
            {
                "sample": found.id, "kind": found.kind, "seed": found.seed, "drawn_from": found.drawn_from, "n": len(pairs),
                "coders": coders, "agreed": float(observed(pairs)), "kappa": _number(kappa(pairs)), "alpha": _number(everybody),
                "program": {"n": len(ours), "agreed": float(observed(ours)) if ours else None, "kappa": _number(kappa(ours)) if ours else None},
                "disagreements": [
                    {"unit": unit.key, "codes": {who: found.codes[who][unit.key] for who in coders}, "settled": found.settled.get(unit.key)}
                    for unit in disputed
                ],
            }
        )  # fmt: skip
        return
    same = sum(a == b for a, b in pairs)
    print(f"Sample {found.id}: {len(found.units):,} of {found.drawn_from:,} {found.kind}, seed {found.seed}. Coders: {', '.join(coders)}.")  # fmt: skip
    print(f"Same code: {same:,} of {len(pairs):,} ({100 * same / len(pairs):.1f} %).")
    print(f"Cohen's kappa {decimal(kappa(pairs))} ({coders[0]}, {coders[1]}; n = {len(pairs):,}).")
    print(f"Krippendorff's alpha {decimal(everybody)} (nominal, {len(coders)} coders, n = {len(pairs):,}).")
    used, counts = table(pairs)
    rows = [[row, *(f"{n:,}" for n in line)] for row, line in zip(used, counts, strict=True)]
    common.print_table(
        f"{coders[0]} (rows) and {coders[1]} (columns)", ["", *used], rows, numbers=frozenset(range(1, len(used) + 1))
    )
    if ours:
        right = sum(a == b for a, b in ours)
        print(f"The program, against what coders agree on or a third settled: {right:,} of {len(ours):,}, kappa {decimal(kappa(ours))}.")  # fmt: skip
        for unit in found.units:
            if unit.key in concluded and unit.ours != concluded[unit.key]:
                print(f"  {unit.key}: program {unit.ours}, coders {concluded[unit.key]}")
    if disputed:
        rows = [
            [unit.key, *(found.codes[who][unit.key] for who in coders), found.settled.get(unit.key, "open")]
            for unit in disputed
        ]
        common.print_table("Disagreements, for a third person", ["unit", *coders, "settled"], rows)
    else:
        print("No disagreements.")


def _number(value: Any) -> float | None:
    return None if value is None else round(float(value), 6)


def _named(who: str) -> str:
    who = " ".join(who.split())
    if not who:
        common.fail("--who says who codes: two people's answers are held apart by it", common.USAGE)
    return who


def _sample(folder: Path, name: str) -> Sample:
    from courttally.registry.coding import samples

    try:
        with common.reported():
            found = samples(folder)
    except ValueError as error:
        common.fail(str(error))
    if name not in found:
        held = f"held: {', '.join(found)}" if found else "'courttally review sample' draws one"
        common.fail(f"there is no sample {name}: {held}", common.USAGE)
    return found[name]


def _through(found: Sample) -> list[str]:
    """The coders who are through; stops while there are fewer than two, so that nobody sees another's answers before."""
    coders = found.through()
    if len(coders) < 2:
        on = (
            ", ".join(f"{who} {len(given):,} of {len(found.units):,}" for who, given in found.codes.items())
            or "nobody yet"
        )
        common.fail(f"two coders have to be through before anything is told; coded so far: {on}")
    return coders


def _run(folder: Path, found: Sample, left: list[Unit], who: str, *, third: bool) -> None:
    """Ask unit by unit."""
    from courttally.archive import Archive
    from courttally.engine import Engine
    from courttally.registry.coding import codes_of, give
    from courttally.registry.snapshot import current

    if not sys.stdin.isatty() or not sys.stdout.isatty():
        common.fail("units are shown at a terminal only", common.USAGE)
    codes = codes_of(found.kind)
    print(f"{common.plural(len(left), 'unit')} of {found.id}. What you see can hold names: keep it here.")
    print("Codes:\n" + "\n".join(f"  [{n}] {each}" for n, each in enumerate(codes, 1)))
    kept = 0
    with common.reported(), Engine(current(folder).path) as engine:
        archive = Archive(folder)
        for number, unit in enumerate(left, 1):
            print(f"\n{number} of {len(left)}")
            _show(engine, archive, found.kind, unit)
            if third:
                print("  Given: " + " and ".join(sorted({given[unit.key] for given in found.codes.values() if unit.key in given})))  # fmt: skip
            chosen = _chosen(codes)
            if chosen == QUIT:
                break
            if chosen:
                give(folder, found, unit, code=chosen, who=who, clock=common.clock, third=third)
                kept += 1
    print(f"\n{common.plural(kept, 'code')} kept, {len(left) - kept:,} left.")


def _show(engine: Engine, archive: Archive, kind: str, unit: Unit) -> None:
    from courttally.registry.pairs import beside
    from courttally.registry.queue import NO_LINE, texts_of_page
    from courttally.registry.trace import shown_line
    from courttally.registry.views_texts import texts_said

    record, _, rest = unit.key.partition(" ")
    try:
        if kind == "links":
            rows = [[line.label, line.before, line.after] for line in beside(engine, record, rest)]
            common.print_table("One matter?", ["", "earlier", "later"], rows)
        elif kind == "results":
            label, line = shown_line(engine, archive, rest, "result")
            print(f"  {label or 'result'}:\n{wrapped(line, deeper=True)}")
        else:
            print(f"  The sentence of accused {int(rest) + 1} of {record}:")
            for capture in texts_said(engine, [record]).get(record, []):
                for line in texts_of_page(archive, capture).split("\n"):
                    print(wrapped(line, deeper=True))
    except KeyError:
        print(f"  {NO_LINE}")


def _chosen(codes: tuple[str, ...]) -> str:
    """A code by its number or name, "" to leave the unit, ``q`` to end."""
    while True:
        text = prompt("  code (Enter: later, q: end)", default="")
        if text.isascii() and text.isdigit() and 1 <= int(text[:4]) <= len(codes):
            return codes[int(text[:4]) - 1]
        if text in ("", QUIT, *codes):
            return text
        print("  That is none of them.")
