"""Being told: ``watch``, ``watch add``, ``watch list``, ``watch remove``."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from courttally.cli import common
from courttally.cli.common import Home, Json

if TYPE_CHECKING:
    from courttally.collect.watch import Watched, WatchList
    from courttally.figures.question import Question
    from courttally.registry.changes import Change
    from courttally.registry.snapshot import Snapshot

app = typer.Typer(
    invoke_without_command=True,
    rich_markup_mode=None,
    help="""Say what changed on the cases, courts and questions that you watch, since you were last told.

    Example: courttally watch add 1-23/2024@25GV0001""",
)
_OPTIONS = {"--by": "by", "--where": "where", "--scope": "scope", "--attribution": "attribution", "--from": "first"} | {
    "--to": "last",
    "--subject": "subject",
}


@app.callback()
def watch(
    context: typer.Context,
    again: Annotated[bool, typer.Option("--again", help="Tell, and tell the same again next time.")] = False,
    home: Home = None,
    json: Json = False,
) -> None:
    """The telling itself; ``help`` above is what people read."""
    if context.invoked_subcommand is not None:
        return
    folder = common.home_of(home)
    with common.reported():
        told = tell(folder, keep=not again)
    if json:
        common.print_json(told)
        return
    for line in lines(told):
        print(line)
    if not told:
        print("Nothing is watched. Next: courttally watch add COURT, NUMBER@COURT, or a question as count takes it")


@app.command("add")
def add(
    what: Annotated[
        list[str],
        typer.Argument(
            metavar="CASE|COURT|QUERY",
            help="A record id or NUMBER@COURT; a court code; or what count takes, in quotes.",
            show_default=False,
        ),
    ],
    home: Home = None,
    json: Json = False,
) -> None:
    """Watch a case, a court, or a question.

    Example: courttally watch add 'verdicts --scope refusal-wartime --by article'
    """
    from courttally.collect.watch import WatchList, parse
    from courttally.registry.snapshot import NoSnapshotError, current

    folder = common.home_of(home)
    try:
        kind, canonical = parse(" ".join(what))
        if kind == "query":
            question_of(canonical)
    except ValueError as error:
        common.fail(str(error), common.USAGE)
    with common.reported():
        watched = WatchList(folder, common.clock)
        item = watched.add(kind, canonical)
        try:
            state = state_of(current(folder), item)
            watched.tell({item.id: state, **watched.told()})
        except NoSnapshotError:
            state = None
    if json:
        common.print_json(asdict(item))
        return
    held = "" if state is None or kind == "query" else f"; {common.plural(len(state), 'case record')} now"
    print(f"{item.id}: {kind} {item.what} is watched{held}.")


@app.command("list")
def list_(home: Home = None, json: Json = False) -> None:
    """Show what is watched.

    Example: courttally watch list
    """
    from courttally.collect.watch import WatchList

    with common.reported():
        items = WatchList(common.home_of(home), common.clock).items()
    if json:
        common.print_json([asdict(item) for item in items])
    elif items:
        common.print_table("", ["id", "kind", "what"], [[item.id, item.kind, item.what] for item in items])
    else:
        print("Nothing is watched.")


@app.command("remove")
def remove(
    what: Annotated[str, typer.Argument(help="Its id, such as w3, or what was added.", show_default=False)],
    home: Home = None,
    json: Json = False,
) -> None:
    """Stop watching.

    Example: courttally watch remove w3
    """
    from courttally.collect.watch import WatchList

    try:
        with common.reported():
            item = WatchList(common.home_of(home), common.clock).remove(" ".join(what.split()))
    except KeyError as error:
        common.fail(str(error.args[0]), common.USAGE)
    if json:
        common.print_json(asdict(item))
    else:
        print(f"{item.id}: {item.what} is not watched any more.")


def tell(home: Path, *, keep: bool = True) -> list[dict[str, Any]]:
    """What changed on everything watched, since it was last told; with ``keep`` it counts as told now."""
    from courttally.collect.watch import WatchList
    from courttally.registry.snapshot import current

    watched = WatchList(home, common.clock)
    items = watched.items()
    if not items:
        return []
    snapshot = current(home)
    before = watched.told()
    now = {item.id: state_of(snapshot, item) for item in items}
    simulated = _simulated(snapshot)
    found = [{**_told(snapshot, item, before.get(item.id), now[item.id]), "simulated": simulated} for item in items]
    if keep:
        _keep(watched, now)
    return found


def _keep(watched: WatchList, now: Mapping[str, Any]) -> None:
    try:
        watched.tell(now)
    except OSError:
        common.note("courttally: the home cannot be written: the same will be told again")


def state_of(snapshot: Snapshot, item: Watched) -> dict[str, Any]:
    """What is known now of something watched: the states of its records, or the values of its cells."""
    from courttally.collect.watch import number_at
    from courttally.registry.changes import states

    if item.kind == "query":
        return _figures(snapshot, question_of(item.what))
    if item.kind == "court":
        return dict(states(snapshot, courts={item.what}))
    place = number_at(item.what)
    return dict(states(snapshot, records={item.what}) if place is None else states(snapshot, numbers={place}))


def question_of(text: str) -> Question:
    """The question that a person wrote as for ``count``. Raises ValueError saying what is possible."""
    from courttally.figures.question import make_question

    metric, *rest = shlex.split(text) or [""]
    given: dict[str, Any] = {"by": [], "where": []}
    words = iter(part for word in rest for part in (word.split("=", 1) if word.startswith("--") else [word]))
    for word in words:
        name, value = _OPTIONS.get(word), next(words, None)
        if name is None or value is None:
            raise ValueError(
                f"watch a court code, NUMBER@COURT, or a question such as 'verdicts --by article'; {' '.join(_OPTIONS)} "
                "take a value each"
            )
        if name in ("by", "where"):
            given[name] += value.split(",") if name == "by" else [value]
        else:
            given[name] = value
    return make_question(metric, **{**given, "by": tuple(given["by"]), "where": tuple(given["where"])})


def _figures(snapshot: Snapshot, question: Question) -> dict[str, int]:
    from courttally.engine import Engine
    from courttally.figures.count import count

    with Engine(snapshot.path) as engine:
        figures = count(engine, snapshot, question)
    return {
        ", ".join(f"{name} {value}" for name, value in figure.by.items()) or "all": figure.value for figure in figures
    }


def _simulated(snapshot: Snapshot) -> bool:
    from courttally.engine import Engine
    from courttally.registry import views

    with Engine(snapshot.path) as engine:
        return views.simulated(engine)


def _told(snapshot: Snapshot, item: Watched, before: Any, now: dict[str, Any]) -> dict[str, Any]:
    from courttally.registry.changes import aliases, changes

    found: dict[str, Any] = {
        "id": item.id,
        "kind": item.kind,
        "what": item.what,
        "first": before is None,
        "held": len(now),
    }
    if before is None:
        return {**found, "changes": []}
    if item.kind == "query":
        cells = sorted(before.keys() | now.keys())
        moved = [{"cell": cell, "before": before.get(cell, 0), "now": now.get(cell, 0)} for cell in cells]
        return {**found, "changes": [each for each in moved if each["before"] != each["now"]]}
    return {**found, "changes": [_as_json(change) for change in changes(before, now, aliases(snapshot))]}


def _as_json(change: Change) -> dict[str, Any]:
    fields = {name: {"before": old, "now": new} for name, (old, new) in change.fields.items()}
    return {
        "record": change.record,
        "court": change.court,
        "number": change.number,
        "kind": change.kind,
        "fields": fields,
    }


def lines(told: list[dict[str, Any]]) -> list[str]:
    """The telling in words, one line a change, things without any together at the end."""
    found: list[str] = ["SIMULATED DATA: these are not real cases."] if any(each["simulated"] for each in told) else []
    heads, quiet = len(found), 0
    for each in told:
        if each["first"]:
            held = common.plural(each["held"], "cell" if each["kind"] == "query" else "case record")
            found.append(f"{each['what']}: watched from now on, {held}.")
        elif not each["changes"]:
            quiet += 1
        else:
            found.append(f"{each['what']}:")
            found += [f"  {_CHANGE[each['kind']](change)}" for change in each["changes"]]
    if quiet:
        found.append(
            f"Nothing changed on {'the other ' if len(found) > heads else ''}{common.plural(quiet, 'thing')} watched."
        )
    return found


def _moved(change: dict[str, Any]) -> str:
    return f"{change['cell']}: {change['before']:,} → {change['now']:,} ({change['now'] - change['before']:+,})"


def _changed(change: dict[str, Any]) -> str:
    name = f"{change['number']} ({change['record']})" if change["number"] else str(change["record"])
    fields = change["fields"]
    shown = [_field(label, value) for label, value in fields.items() if change["kind"] != "new" and label != "number"]
    if change["kind"] == "new":
        received = fields.get("received", {"now": ""})["now"]
        shown = [
            f"received {received}" if received else "",
            _outcome(fields["outcome"]["now"]) if "outcome" in fields else "",
        ]
    return f"{_KINDS[change['kind']]}: {name}: {'; '.join(filter(None, shown))}".rstrip(": ")


def _field(name: str, value: dict[str, str]) -> str:
    if name == "outcome":
        return f"{_outcome(value['before'])} → {_outcome(value['now'])}"
    return f"{_FIELDS[name]} {value['before'] or 'none'} → {value['now'] or 'none'}"


def _outcome(code: str) -> str:
    from courttally.registry.case import OUTCOME_WORDS

    return OUTCOME_WORDS.get(code, code or "none")


_CHANGE: dict[str, Callable[[dict[str, Any]], str]] = {"query": _moved, "case": _changed, "court": _changed}
_KINDS = {
    "new": "new",
    "finished": "finished",
    "reopened": "open again",
    "vanished": "vanished from the site",
    "changed": "changed",
    "left": "not in the registry any more",
}
_FIELDS = {
    "received": "received",
    "outcome_date": "dated",
    "in_force": "in force",
    "act": "decision posted:",
    "slots": "accused:",
    "presence": "on the site:",
    "event": "latest event:",
}
