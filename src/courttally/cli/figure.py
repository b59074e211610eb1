"""The verb ``figure``: does a number that was printed still hold?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from courttally.cli import common
from courttally.cli.common import Home, Json

if TYPE_CHECKING:
    from courttally.figures.standing import Standing


def figure(
    id_: Annotated[str, typer.Argument(metavar="ID", help="A figure, such as f-0123456789abcdef.", show_default=False)],
    home: Home = None,
    json: Json = False,
) -> None:
    """Ask a printed figure's question again: the same, or what moved: definition, rules, captures, decisions.

    Exit status 3 where it comes out differently.

    Example: courttally figure f-0123456789abcdef
    """
    from courttally.engine import Engine
    from courttally.figures.standing import standing
    from courttally.registry.snapshot import current

    with common.reported():
        folder = common.home_of(home)
        snapshot = current(folder)
        with Engine(snapshot.path) as engine:
            try:
                found = standing(engine, snapshot, folder, id_)
            except ValueError as error:
                common.fail(str(error))
    if found is None:
        common.fail("no figure of that id was printed from this home; 'count' and 'brief' print figures with their ids")
    if json:
        common.print_json(_json(found, id_))
    else:
        _print(found, id_)
    if not found.same:
        raise typer.Exit(common.UNREAD)


def _words(value: int | str | None) -> str:
    return "none" if value is None else value if isinstance(value, str) else f"{value:,}"


def _print(found: Standing, id_: str) -> None:
    from courttally.figures.metrics import all_metrics

    issued = found.issued
    question = issued.question
    metric = all_metrics().get(question.metric)
    cell = ", ".join(f"{name} {value}" for name, value in issued.by.items()) or "all"
    title = metric.title if metric is not None else question.metric
    print(f"{id_}: {title.lower()}, {cell}: {_words(issued.value)}")
    print(f"Scope {question.scope.name}: {question.scope.words()}; by {question.attribution} charge{question.limits()}; as of {question.as_of}.")  # fmt: skip
    if found.same:
        print("Asked again: the same, on the same records.")
    else:
        now = found.now
        print(f"Asked again: {_words(now.value if now is not None else None)}{f' ({now.figure_id})' if now else ''}.")
        if now is not None and now.value == issued.value:
            other = "the definition is another" if "definition" in found.moved else "the records behind it are not"
            print(f"The number is the same; {other}.")
    if found.moved:
        print(f"Moved since: {', '.join(found.moved)}.")
    elif found.unsaid:
        print("What moved is not known: the ledger did not keep it when the figure was printed.")


def _json(found: Standing, id_: str) -> dict[str, Any]:
    issued = found.issued
    return {
        "id": id_, "metric": issued.question.metric, "by": issued.by, "value": issued.value,
        "value_now": found.now.value if found.now is not None else None,
        "id_now": found.now.figure_id if found.now is not None else None,
        "same": found.same, "moved": list(found.moved), "moved_known": not found.unsaid,
    }  # fmt: skip
