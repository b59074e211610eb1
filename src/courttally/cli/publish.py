"""The verb ``publish``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from courttally.cli import common
from courttally.cli.common import Home, Json
from courttally.cli.figures import AsOf, _day


def publish(
    out: Annotated[Path, typer.Option("--out", help="Folder of the site; replaced as a whole.", show_default=False)],
    as_of: AsOf = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """Write the public page: headline, one table, coverage, downloads. No names, no cases, no small numbers.

    Example: courttally publish --out site
    """
    from courttally.engine import Engine
    from courttally.figures.count import as_of_date
    from courttally.publish import build_site, collect_inputs
    from courttally.registry.snapshot import current

    with common.reported():
        snapshot = current(common.home_of(home))
        with Engine(snapshot.path) as engine:
            try:
                day = as_of_date(snapshot, _day(as_of))
            except ValueError as error:
                common.fail(str(error))
            inputs = collect_inputs(engine, snapshot, day)
        report = build_site(inputs, out)
    if json:
        common.print_json(
            {"as_of": day.isoformat(), "simulated": inputs.simulated, "files": [path.name for path in report.files]}
        )
        return
    if inputs.simulated:
        print("SIMULATED DATA: the page says so.")
    if report.withheld:
        print("The table is withheld: the numbers are too few to be published without pointing at somebody.")
    elif report.step:
        print("Less is printed than the rule alone would allow, because a small number could be worked out otherwise.")
    print(f"{common.plural(len(report.files), 'file')} written. Open index.html in that folder.")
