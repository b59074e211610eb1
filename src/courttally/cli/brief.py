"""The verb ``brief``: the short report that a newsroom would write."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from courttally.cli import common
from courttally.cli.common import Home, Json
from courttally.cli.figures import AsOf, SubjectName, _day, remember

if TYPE_CHECKING:
    from courttally.publish import Release


def brief(
    lang: Annotated[str, typer.Option("--lang", help="en or ru.")] = "en",
    format_: Annotated[str, typer.Option("--format", help="text, html or md.")] = "text",
    public: Annotated[
        bool,
        typer.Option(
            "--public",
            help="Of a day that was published: only what its page tells, no small numbers, courts, persons, estimates.",
        ),
    ] = False,
    claims: Annotated[
        Path | None,
        typer.Option(
            "--claims", help="A claims file: its context numbers are quoted, never computed.", show_default=False
        ),
    ] = None,
    as_of: AsOf = None,
    subject: SubjectName = "refusal",
    home: Home = None,
    json: Json = False,
) -> None:
    """Write the short report of a day: totals, growth, pace, what stands out, what is hidden; every number with its figure.

    Example: courttally brief --as-of 2025-05-31 --lang en --format text
    """
    from courttally.engine import Engine
    from courttally.figures.count import as_of_date
    from courttally.publish.brief import make_brief
    from courttally.publish.brief_formats import FORMATS, as_text
    from courttally.registry.snapshot import current
    from courttally.registry.views_past import leave_out_withdrawn

    if format_ not in FORMATS:
        common.fail(f"--format is one of {', '.join(FORMATS)}", common.USAGE)
    with common.reported():
        folder = common.home_of(home)
        snapshot = current(folder)
        quotes = _quotes(claims) if claims is not None else ()
        with Engine(snapshot.path) as engine:
            leave_out_withdrawn(engine)
            try:
                released = _release(folder, as_of_date(snapshot, _day(as_of))) if public else None
                made = make_brief(
                    engine, snapshot, _day(as_of), lang=lang, subject=subject, released=released, context=quotes
                )
            except ValueError as error:
                common.fail(str(error), common.USAGE)
    if not public:
        remember(folder, made.answers, snapshot.manifest)
    if json:
        common.print_json(
            {
                "lang": made.lang, "as_of": made.as_of.isoformat(), "simulated": made.simulated, "public": made.public,
                "text": as_text(made), "figures": [] if public else [answer.as_json() for answer in made.answers],
            }
        )  # fmt: skip
        return
    print(FORMATS[format_](made), end="")


def _release(home: Path, day: date) -> Release:
    """The frozen release of a day. Raises ValueError where there is none: what is not published has no public brief."""
    from courttally.cli.publish import releases

    held = releases(home)
    for one in held:
        if one.told.as_of == day.isoformat():
            return one
    days = ", ".join(one.told.as_of for one in held) or "no day yet"
    raise ValueError(
        f"--public is for a day that was published ('courttally publish'); {day} was not. Published: {days}"
    )


def _quotes(path: Path) -> tuple[tuple[str, str, str], ...]:
    from courttally.claims.reading import read_claims

    try:
        held = read_claims(path)
    except ValueError as error:
        common.fail(f"the claims file: {error}", common.USAGE)
    return tuple(
        (claim.publisher, claim.seen.first.isoformat() if claim.seen else "", claim.quote.lstrip("~"))
        for claim in held.claims
        if claim.metric.context and claim.amount is not None
    )
