"""The verbs of the registry: ``build``, ``status``, ``digest``, ``doctor``."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

import typer

from courttally.cli import common
from courttally.cli.common import Home, Json


def build(
    all_: Annotated[bool, typer.Option("--all", help="Read every capture anew instead of only new ones.")] = False,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes that read pages. Default: one a core.", show_default=False)
    ] = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """Read the archive and make a new registry snapshot.

    Only captures that were not read before are read; the result is the same as from nothing (--all).

    Example: courttally build
    """
    from courttally.registry.build import build as build_registry

    with common.reported(), common.progress_bar(quiet=json) as progress:
        report = build_registry(common.home_of(home), everything=all_, workers=workers, progress=progress)
    unread = _unread(home)
    if json:
        common.print_json(
            {
                "snapshot": report.snapshot,
                "captures": report.captures,
                "read_anew": report.read_anew,
                "case_records": report.records,
                "kinds": report.kinds,
                "unread": unread,
                "skipped": list(report.skipped),
            }
        )
    else:
        print(
            f"{common.plural(report.captures, 'capture')}, {report.read_anew:,} read anew; {common.plural(report.records, 'case record')}."
        )
        for line in report.skipped:
            print(line[0].upper() + line[1:] + ".")
        if unread:
            print(
                f"{common.plural(sum(unread.values()), 'place')} could not be read or decided: see 'courttally status'."
            )
    if unread:
        raise typer.Exit(common.UNREAD)


def _unread(home: Any) -> dict[str, int]:
    from courttally.engine import Engine
    from courttally.registry import views
    from courttally.registry.snapshot import current

    with common.reported(), Engine(current(common.home_of(home)).path) as engine:
        return {code: n for code, n in views.open_signals(engine).items() if code not in common.CIRCUMSTANCES}


def status(
    fields: Annotated[
        bool, typer.Option("--fields", help="Also how often each field has a value, by court and month of capture.")
    ] = False,
    home: Home = None,
    json: Json = False,
) -> None:
    """Say what is held, what could not be read and why, what fell, and the disk in use.

    Exit status 3 when something could not be read.

    Example: courttally status
    """
    from courttally import courts
    from courttally.archive import Archive
    from courttally.engine import Engine
    from courttally.registry import views, views_texts
    from courttally.registry.fill import falls
    from courttally.registry.signals import meaning
    from courttally.registry.snapshot import current, root

    folder = common.home_of(home)
    with common.reported():
        archive = Archive(folder)
        snapshot = current(folder)
        disk = archive.disk_usage()
        registry_bytes = sum(path.stat().st_size for path in root(folder).rglob("*") if path.is_file())
        with Engine(snapshot.path) as engine:
            kinds = views.kinds(engine)
            signals = views.signal_counts(engine)
            left = views.open_signals(engine)
            held = views.courts_held(engine)
            filled = views.fill_rates(engine)
            months = views.fill_by_month(engine)
            simulated = views.simulated(engine)
            latest = snapshot.manifest["latest_capture_on"]
            windows = views.coverage(engine, date.fromisoformat(latest)) if latest else []
            second_hand = views_texts.second_hand_records(engine)
            texts = views_texts.text_counts(engine, date.fromisoformat(latest)) if latest else []
        redacted, sealed = archive.redacted(), archive.sealed()
        waiting = archive.count() - sum(number for _, number in kinds)
    unread = {code: n for code, n in left.items() if code not in common.CIRCUMSTANCES}
    fell = falls(months)
    if json:
        common.print_json(
            {
                "snapshot": snapshot.id,
                "latest_capture_on": latest,
                "simulated": simulated,
                "kinds": dict(kinds),
                "not_built_yet": waiting,
                "redacted": redacted,
                "sealed": sealed,
                "signals": [
                    {"code": code, "count": number, "captures": pages, "meaning": meaning(code)}
                    for code, number, pages in signals
                ],
                "courts": [{"court": row[0], "captures": row[1], "case_records": row[2]} for row in held],
                "fields": [{"field": name, "filled": number, "of": of} for name, number, of in filled],
                "fell": [asdict(fall) for fall in fell],
                "fields_by_month": [
                    dict(zip(("field", "court", "kind", "month", "filled", "of"), row, strict=True)) for row in months
                ],
                "second_hand_records": second_hand,
                "texts": [dict(zip(("kind", "way", "linked", "texts"), row, strict=True)) for row in texts],
                "windows": {"complete": 0, "partial": 0} | _states(windows),
                "disk": {"archive": disk.total, "registry": registry_bytes},
            }
        )
    else:
        if simulated:
            print("SIMULATED DATA: these are not real cases.\n")
        print(
            f"Latest capture {latest or 'none'}; {common.plural(sum(n for _, n in kinds), 'capture')}; disk: archive {common.size_words(disk.total)}, registry {common.size_words(registry_bytes)}."
        )
        if redacted:
            print(f"{common.plural(redacted, 'capture')} redacted: their pages cannot be read any more, by decision.")
        if sealed:
            print(
                f"{common.plural(len(sealed), 'file')} sealed: their pages are read with the key in COURTTALLY_SEAL_KEY only."
            )
        if waiting:
            print(f"{common.plural(waiting, 'capture')} not in the registry yet: run 'courttally build'.")
        common.print_table(
            "Kinds of page", ["kind", "captures"], [[kind, f"{n:,}"] for kind, n in kinds], numbers=frozenset({1})
        )
        rows = [[courts.label(row[0], "en"), row[0], f"{row[1]:,}", f"{row[2]:,}"] for row in held]
        common.print_table("Courts", ["court", "code", "captures", "case records"], rows, numbers=frozenset({2, 3}))
        rows = [[name, f"{n:,}", f"{of:,}", f"{100 * n / of:.0f} %" if of else "–"] for name, n, of in filled]
        common.print_table(
            "Criminal first instance: fields that have a value",
            ["field", "filled", "of", "share"],
            rows,
            numbers=frozenset({1, 2, 3}),
        )
        if fields:
            rows = [[*row[:4], f"{row[4]:,}", f"{row[5]:,}", f"{100 * row[4] // row[5]} %"] for row in months]
            columns = ["field", "court", "page", "captured", "filled", "of", "share"]
            common.print_table("Fields by court and month", columns, rows, numbers=frozenset({4, 5, 6}))
        for fall in fell:
            print(
                f"Fell: {fall.field} at {fall.court} ({fall.kind}): {fall.share} % in {fall.month}, {fall.before} % at best before."
            )
        states = {"complete": 0, "partial": 0} | _states(windows)
        print(f"Windows asked for: {', '.join(f'{number:,} {state}' for state, number in states.items())}.")
        for (state, reason), number in _reasons(windows):
            print(f"  {state}: {number:,} × {reason}")
        if second_hand:
            print(
                f"{common.plural(second_hand, 'case record')} second-hand: only rows that others exported show them; they are no coverage."
            )
        _print_texts(texts)
        if signals:
            rows = [[code, f"{n:,}", f"{pages:,}", meaning(code)] for code, n, pages in signals]
            common.print_table(
                "Not read, or not decided",
                ["signal", "places", "captures", "what it means"],
                rows,
                numbers=frozenset({1, 2}),
            )
        else:
            print("Everything on the pages was read.")
    if unread or waiting:
        raise typer.Exit(common.UNREAD)


def _print_texts(texts: list[Any]) -> None:
    """What came of the decisions and press items that stand on pages of their own."""
    from courttally.registry.texts import REASONS

    for kind, words in (("text", "Decisions on pages of their own"), ("press", "Press items that tell of a person")):
        linked = {way: n for of, way, is_linked, n in texts if of == kind and is_linked}
        free = {way: n for of, way, is_linked, n in texts if of == kind and not is_linked}
        if linked or free:
            print(f"{words}: {sum(linked.values()):,} linked to a case, {sum(free.values()):,} not.")
        for way, number in sorted(free.items()):
            print(f"  not linked: {number:,} × {REASONS[way]}")


def _states(windows: list[Any]) -> dict[str, int]:
    states: dict[str, int] = {}
    for row in sorted(windows, key=lambda row: str(row[7])):
        states[row[7]] = states.get(row[7], 0) + 1
    return states


def _reasons(windows: list[Any]) -> list[tuple[tuple[str, str], int]]:
    """(state, reason) and how often, of what is not complete."""
    reasons: dict[tuple[str, str], int] = {}
    for row in windows:
        if row[7] != "complete":
            reasons[row[7], row[8]] = reasons.get((row[7], row[8]), 0) + 1
    return sorted(reasons.items(), key=lambda item: (-item[1], item[0]))


def digest(home: Home = None, json: Json = False) -> None:
    """Print the canonical digest of every table.

    Two registries with equal digests say the same, whatever their files look like.

    Example: courttally digest
    """
    from courttally.registry.digest import digests
    from courttally.registry.snapshot import current

    with common.reported():
        found = digests(current(common.home_of(home)))
    if json:
        common.print_json(found)
    else:
        for name, value in found.items():
            print(f"{value}  {name}")


def doctor(home: Home = None, json: Json = False) -> None:
    """Check disk, modes, locale and versions, and say how to mend what is wrong.

    Exit status 1 when something needs mending.

    Example: courttally doctor
    """
    from courttally.registry.checkup import checks

    found = checks(common.home_of(home))
    if json:
        common.print_json([{"check": c.name, "ok": c.ok, "found": c.found, "way_out": c.way_out} for c in found])
    else:
        for check in found:
            print(f"{'ok  ' if check.ok else 'MEND'}  {check.name}: {check.found}")
            if not check.ok:
                print(f"      {check.way_out}")
    if not all(check.ok for check in found):
        raise typer.Exit(common.FAILED)
