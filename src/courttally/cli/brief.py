"""The verb ``brief``: the short report that a newsroom would write."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from courttally.cli import common
from courttally.cli.common import Home, Json
from courttally.cli.figures import AsOf, SubjectName, _day, remember


def brief(
    lang: Annotated[str, typer.Option("--lang", help="en or ru.")] = "en",
    format_: Annotated[str, typer.Option("--format", help="text, html or md.")] = "text",
    public: Annotated[
        bool, typer.Option("--public", help="Only what may be published: no small numbers, courts, persons, estimates.")
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
                made = make_brief(
                    engine, snapshot, _day(as_of), lang=lang, subject=subject, public=public, context=quotes
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
