"""The linkage key: ``keys new``, ``keys rotate``, ``keys show``. The key itself is never printed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from courttally.cli import common
from courttally.cli.common import Home, Json

app = typer.Typer(
    no_args_is_help=True,
    help="The key under which names are compared. It lies outside the home, so that whoever takes the home cannot use what it holds.",
)


@app.command()
def new(
    path: Annotated[
        Path, typer.Argument(metavar="FILE", help="Where to write it: outside the home.", show_default=False)
    ],
    home: Home = None,
) -> None:
    """Make a key (a file that only you can read) and remember where it is.

    Keep a copy apart from the home's backups. COURTTALLY_KEY names another place for one run.

    Example: courttally keys new /secure/courttally.key
    """
    from courttally.registry.linkage import KeyRefusedError, make_key

    with common.reported():
        try:
            made = make_key(common.home_of(home), path)
        except KeyRefusedError as error:
            common.fail(str(error))
        except FileExistsError:
            common.fail("there is a file of that name already: no key is ever overwritten", common.USAGE)
    print(f"Key {made.id} made. Names are compared from the next 'courttally build'.")


@app.command()
def rotate(home: Home = None) -> None:
    """Replace the key by a new one and forget what was kept under the old one; links stay as they are.

    Example: courttally keys rotate
    """
    from courttally.registry.linkage import KeyRefusedError
    from courttally.registry.linkage import rotate as replace

    with common.reported():
        try:
            old, made = replace(common.home_of(home))
        except KeyRefusedError as error:
            common.fail(str(error))
    print(f"Key {old.id} replaced by {made.id}. The next 'courttally build' looks at the named pages again.")


@app.command()
def show(home: Home = None, json: Json = False) -> None:
    """Say which key is in use, by its id, and whether it is safe.

    Example: courttally keys show
    """
    from courttally.registry.linkage import KeyRefusedError, find_key

    with common.reported():
        try:
            key = find_key(common.home_of(home))
        except KeyRefusedError as error:
            common.fail(str(error))
    if json:
        common.print_json({"key": key.id if key else None})
    elif key is None:
        print("There is no key: names are not compared. 'courttally keys new FILE' makes one.")
    else:
        print(f"Key {key.id} is in use and lies where it should.")
