"""The command ``audit registry``: published figures against what this registry counts."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import typer

from courttally.claims.numbers import Amount, Op
from courttally.cli import common
from courttally.cli.audit import _finish
from courttally.cli.common import Home, Json
from courttally.cli.figures import AsOf, _day


def registry(
    path: Annotated[
        Path | None,
        typer.Argument(metavar="[CLAIMS.csv]", help="A claims file. Default: the project's own.", show_default=False),
    ] = None,
    as_of: AsOf = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """Hold published figures against this registry, as of their date and now, gross and net, and name which reading fits.

    Example: courttally audit registry claims.csv --as-of 2025-05-31
    """
    from courttally.claims.known import known_claims
    from courttally.claims.reading import ReadingError, read_claims
    from courttally.claims.second import SecondPass
    from courttally.courts import first_instance_courts
    from courttally.engine import Engine
    from courttally.figures.counted import Counted
    from courttally.figures.desk import Desk
    from courttally.figures.headline import is_simulated
    from courttally.figures.scope import parse_scope
    from courttally.law.subjects import load_subject
    from courttally.registry.snapshot import current

    with common.reported():
        try:
            held = read_claims(path) if path is not None else known_claims()
        except ReadingError as error:
            common.fail(str(error))
        snapshot = current(common.home_of(home))
        with Engine(snapshot.path) as engine:
            try:
                desk = Desk(Counted(engine, snapshot, _day(as_of)))
            except ValueError as error:
                common.fail(str(error))
            scope = parse_scope(load_subject("refusal").headline_scope)
            complete = len(desk.coverage(scope).complete)
            began = desk.began()
            second = SecondPass(desk.counted, began, complete == len(first_instance_courts()))
            looks = [second.look(claim) for claim in held.claims]
            simulated = is_simulated(engine)
    if json:
        common.print_json(
            [
                {
                    "claim_id": look.claim.id, "verdict": str(look.verdict), "then": _plain(look.then), "now": _plain(look.now),
                    "fits": look.fits.label() if look.fits else None, "why": look.why, "simulated": simulated,
                }
                for look in looks
            ]
        )  # fmt: skip
        _finish(held)
        return
    if simulated:
        print("SIMULATED DATA: real claims are held against cases that are not real.")
    print(f"Registry as of {desk.as_of.isoformat()}, captures since {began.isoformat()}, {complete} of {len(first_instance_courts())} courts.")  # fmt: skip
    rows = [
        [
            look.claim.id, f"{look.claim.metric.name} {_printed(look.claim.amount)}", _told(look.then), _told(look.now), str(look.verdict),
            look.fits.label() if look.fits else look.why,
        ]
        for look in looks
        if look.now is not None
    ]  # fmt: skip
    if rows:
        common.print_table("", ["claim", "printed", "then: gross / net", "now: gross / net", "verdict", "fits"], rows)
    print(f"{len(looks) - len(rows)} of {common.plural(len(looks), 'claim')} tell nothing that this registry counts.")
    for why, n in Counter(look.why for look in looks if look.now is None).most_common():
        print(f"  {n}: {why}")
    _finish(held)


Pair = tuple[Decimal, Decimal | None]


def _told(pair: Pair | None) -> str:
    """A plain count and its net; a dash for what there is none of."""
    if pair is None:
        return "-"
    return " / ".join("-" if value is None else f"{value:,}" for value in pair)


def _plain(pair: Pair | None) -> list[int | str | None] | None:
    """For programs: counts as numbers, a rate as text."""
    if pair is None:
        return None
    return [None if v is None else str(v) if v.as_tuple().exponent else int(v) for v in pair]


def _printed(amount: Amount | None) -> str:
    """A number as the claim prints it, with its operator."""
    if amount is None:
        return ""
    if amount.op is Op.RANGE:
        return f"{amount.lo:,} to {amount.hi:,}"
    return f"{'' if amount.exact else f'{amount.op} '}{amount.lo:,}"
