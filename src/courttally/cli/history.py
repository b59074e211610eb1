"""The verb ``changes``, and ``case --history``: what the sites changed, and what our reading changed, apart."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from courttally.cli import common
from courttally.cli.common import Home, Json

if TYPE_CHECKING:
    from pathlib import Path

    from courttally.engine import Engine
    from courttally.registry.history import Value


def changes(
    since: Annotated[
        str,
        typer.Option(
            "--since", help="A day such as 2025-05-31: what changed after its end, Moscow time.", show_default=False
        ),
    ],
    all_: Annotated[bool, typer.Option("--all", help="Print every row of long tables.")] = False,
    home: Home = None,
    json: Json = False,
) -> None:
    """Say what changed since a day: on the courts' sites, and in our reading of them, apart.

    Example: courttally changes --since 2025-05-31
    """
    from courttally.engine import Engine
    from courttally.registry.news import news
    from courttally.registry.rereading import rereadings
    from courttally.registry.snapshot import current

    try:
        day = date.fromisoformat(since)
    except ValueError:
        common.fail("--since takes a day such as 2025-05-31", common.USAGE)
    folder = common.home_of(home)
    with common.reported():
        snapshot = current(folder)
        with Engine(snapshot.path) as engine:
            found = news(engine, day)
        ours = [each | {"figures": _moved(folder, each)} for each in rereadings(folder, day)]
    if json:
        common.print_json({"since": day.isoformat(), "sites": found, "reading": ours})
        return
    _print_sites(found, day, everything=all_)
    _print_reading(ours)


_SHOWN = 60
"""So many rows of a table are printed; --all prints every one, --json has them all."""
_FOLLOWS = {"outcome": "result", "outcome_date": "result_date"}
"""What the registry works out -> what the page shows: where both changed, one is told."""


def _print_sites(found: dict[str, Any], day: date, *, everything: bool) -> None:
    records = {each["record"] for each in found["changed"]}
    print(
        f"On the sites, after {day.isoformat()}: {common.plural(len(found['new']), 'new case record')}, "
        f"{common.plural(len(found['changed']), 'changed value')} on {common.plural(len(records), 'case record')}."
    )
    by_court = Counter(each["record"].partition(":")[0] for each in found["new"])
    if by_court:
        print(f"New: {', '.join(f'{number:,} at {court}' for court, number in by_court.most_common())}.")
    by_field = Counter(each["field"].replace("_", " ") for each in found["changed"])
    if by_field:
        print(f"Changed: {', '.join(f'{number:,} × {field}' for field, number in by_field.most_common())}.")
    _some("Changed values", ["seen", "case record", "what"], _changed(found["changed"]), everything=everything)
    rows = [
        [each["day"], each["record"], f"{each['state']}, last seen {each['last_seen']}"] for each in found["presence"]
    ]
    _some("Taken away, or back", ["since", "case record", "state"], rows, everything=everything)
    for event in found["removals"]:
        print(
            f"Mass removal at {event['court']}: {common.plural(len(event['records']), 'case record')}, last seen by {event['after']}, "
            f"all missed by {event['by']}; {event['back']} came back."
        )
    rows = [
        [
            each["day"],
            each["from"],
            f"{each['what']}, {each['kind'].replace('_', ' ')}, rule {each['rule']}: {each['to']}",
        ]
        for each in found["links"]
    ]
    _some("Links", ["since", "case record", "and"], rows, everything=everything)
    for habit in found["habits"]:
        what = {"names": "names", "texts": "texts of decisions", "uid": "UIDs"}[habit["what"]]
        state = {"yes": "shown", "no": "not shown"}.get(habit["state"], habit["state"])
        print(
            f"{habit['court']} from {habit['since']} on: {what} {state} ({habit['share']} % of {habit['of']:,} show them)."
        )


def _changed(found: list[dict[str, Any]]) -> list[list[str]]:
    """Changed values by day and record, what a page shows before what follows from it."""
    groups: dict[tuple[str, str], dict[str, tuple[str, str]]] = {}
    for each in found:
        groups.setdefault((each["day"], each["record"]), {})[each["field"]] = (each["was"], each["is"])
    rows = []
    for (seen, record), fields in sorted(groups.items()):
        told = {name: change for name, change in fields.items() if _FOLLOWS.get(name) not in fields}
        words = [
            f"{name.replace('_', ' ')} {was or '(empty)'} → {now or '(empty)'}" for name, (was, now) in told.items()
        ]
        rows.append([seen, record, "; ".join(words)])
    return rows


def _some(title: str, columns: list[str], rows: list[list[str]], *, everything: bool) -> None:
    """The latest rows of a table whose second column is a case record, and how many were left out."""
    if not rows:
        return
    shown = rows if everything else rows[-_SHOWN:]
    common.print_table(title, columns, shown, whole=frozenset({0, 1}))
    if len(shown) < len(rows):
        print(f"{len(rows) - len(shown):,} earlier rows are left out: --all prints them.")


def _print_reading(ours: list[dict[str, Any]]) -> None:
    if not ours:
        print("In our reading: nothing that was noticed.")
    for each in ours:
        fields = (
            ", ".join(f"{number} × {name}" for name, number in sorted(each["fields"].items())) or "no value changed"
        )
        print(f"In our reading ({', '.join(each['causes'])} changed), as of {each['as_of']}: {fields}.")
        for figure in each["figures"]:
            print(f"  {figure['metric']}: {figure['was']:,} → {figure['is']:,}")


def _moved(home: Path, reread: dict[str, Any]) -> list[dict[str, Any]]:
    """The counts that came out differently, where both snapshots are still there."""
    from courttally.engine import Engine
    from courttally.figures.count import count
    from courttally.figures.metrics import METRICS
    from courttally.figures.question import make_question
    from courttally.registry.snapshot import open_snapshot

    old, new = open_snapshot(home, reread["from"]), open_snapshot(home, reread["to"])
    if old is None or new is None:
        return []
    found = []
    with Engine(old.path) as before, Engine(new.path) as after:
        for name, metric in METRICS.items():
            if metric.unit not in ("case", "accused", "matter"):
                continue
            question = make_question(name, as_of=date.fromisoformat(reread["as_of"]))
            was = sum(figure.value for figure in count(before, old, question))
            now = sum(figure.value for figure in count(after, new, question))
            if was != now:
                found.append({"metric": name, "was": was, "is": now})
    return found


def print_history(values: list[Value], presence: list[dict[str, Any]]) -> None:
    """Every value that a case ever showed, and whether its court still shows it."""
    from courttally.registry.history import seen_words

    rows = [
        [
            v.field,
            v.value,
            seen_words(v),
            f"{v.sightings:,}",
            f"{v.posted_after} to {v.posted_by}" if v.posted_after else f"by {v.posted_by}",
        ]
        for v in values
    ]
    common.print_table(
        "History: every value ever shown",
        ["field", "value", "seen", "pages", "posted"],
        rows,
        numbers=frozenset({3}),
    )
    if presence:
        rows = [
            [each["since"], each["state"], each["last_seen"], each["first_check"], each["second_check"]]
            for each in presence
        ]
        common.print_table("On the court's site", ["since", "state", "last seen", "first check", "second check"], rows)


def history_of(engine: Engine, record: str, as_of: date) -> tuple[list[Value], list[dict[str, Any]]]:
    """The history of one record as of a day, and the versions of whether its court shows it."""
    from courttally.registry import views, views_past
    from courttally.registry.history import history

    row = views.record_at(engine, record, as_of)
    if row is None:
        return [], []
    presence = [
        {
            "state": state, "since": since.isoformat(), "last_seen": last.isoformat(), "first_check": _moment(first),
            "second_check": _moment(second), "listing_on": listing.isoformat() if listing else "", "captures": [c for c in captures if c],
        }
        for state, since, _, last, first, second, listing, _, *captures in views_past.presence_of(engine, record)
        if since <= as_of
    ]  # fmt: skip
    return history(engine, row, as_of), presence


def _moment(at: Any) -> str:
    from courttally.registry.moscow import MOSCOW

    return at.astimezone(MOSCOW).strftime("%Y-%m-%d %H:%M Moscow") if at is not None else ""
