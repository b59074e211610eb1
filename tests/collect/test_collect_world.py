"""Simulated worlds over HTTP, collected through every fault: what the registry then holds is what the sites showed.

Truth is the rehearsal's: which records were visible, which cells they showed, which answers came whole. It has never seen the collector.
"""

from collections import Counter
from collections.abc import Collection
from datetime import date, timedelta
from pathlib import Path

import pytest
from collect_kit import Newsroom, courts_where, days

from courttally.engine import Engine
from courttally.figures.count import count
from courttally.figures.question import make_question
from courttally.registry.snapshot import current
from courttally.rehearsal.captcha import REGIONS
from courttally.rehearsal.counts import expected
from courttally.rehearsal.faults import Switches
from courttally.rehearsal.model import record_id
from courttally.rehearsal.seen import all_seen
from courttally.rehearsal.served import Client
from courttally.rehearsal.shown import ruling_on, visible
from courttally.rehearsal.stage import MOSCOW
from courttally.rehearsal.truth import seen_tables
from courttally.rehearsal.world import World
from courttally.rehearsal.world import build as build_world

NIGHT = date(2024, 7, 1)
FAULTS = Switches(slow=150, reset=150, truncated=150, unavailable=150, blocked=60, rate=40, slow_seconds=0)


def closed_courts(room: Newsroom) -> set[str]:
    """Courts that a collector must not or cannot list: robots rules, captchas."""
    sites = room.stage.sites
    return {code for code in room.world.courts if sites.quirk(code, "robots", 40) or sites.region(code) in REGIONS}


def check_windows(room: Newsroom, opened: Collection[str] = ()) -> set[str]:
    """Every complete window held all that was visible in it that night; returns the courts with one by day of receipt."""
    complete = set()
    for row in room.table("coverage"):
        if row["state"] != "complete":
            assert row["reason"]
            continue
        assert row["court"] not in closed_courts(room) - set(opened)
        if row["axis"] == "received":
            complete.add(row["court"])
            shown = row["known_from"].toordinal() - 1
            there = [
                record
                for record in room.world.by_court.get((row["court"], row["proceeding"]), [])
                if visible(record, shown)
                and row["window_from"].toordinal() <= record.received <= row["window_to"].toordinal()
            ]
            assert row["rows"] == len(there), f"{row['court']} {row['window_from']} to {row['window_to']}"
    return complete


def check_fields(room: Newsroom) -> int:
    """Every field of every record is the one that was shown last."""
    client = Client(room.world).add(room.stage.entries)
    truth = {row["record"]: row for row in seen_tables(client)["records"]}
    held = {
        row["record"]: row
        for row in days(room.table("records"), "received", "result_date", "in_force")
        if row["branch"] == "criminal"
    }
    assert held.keys() == truth.keys()
    pairs = {
        "number": "number",
        "uid": "uid",
        "received": "received",
        "result_date": "result_day",
        "in_force": "in_force",
        "slots": "accused",
    }
    for key, row in held.items():
        shown = truth[key]
        shown["number"] = shown["number"].partition(" (")[0]  # earlier numbers have a column of their own
        assert {name: row[name] for name in pairs} == {name: shown[other] for name, other in pairs.items()}, key
        assert (row["result"] or None) == shown["result_outcome"] or row["result"] in ("stayed", "other"), key
    return len(held)


def check_counts(room: Newsroom) -> None:
    """Every count by every dimension is that of what was seen."""
    cells = [cell for cell in expected(all_seen(Client(room.world).add(room.stage.entries))) if cell.value]
    snapshot = current(room.home)
    wanted: dict[tuple[str, str, str, str], dict[str, int]] = {}
    for cell in cells:
        wanted.setdefault((cell.metric, cell.scope, cell.attribution, cell.dimension), {})[cell.key] = cell.value
    assert wanted
    with Engine(snapshot.path) as engine:
        for (metric, scope, attribution, dimension), values in wanted.items():
            if dimension == "proceeding":
                continue
            question = make_question(metric, scope=scope, attribution=attribution, by=(dimension,) if dimension else ())
            got = {
                figure.by.get(dimension, ""): figure.value
                for figure in count(engine, snapshot, question)
                if figure.value
            }
            assert got == values, f"{metric} {scope} {attribution} by {dimension or 'nothing'}"


def check_presence(room: Newsroom) -> int:
    """Vanished is said of exactly the records whose cards were twice not found, and each was away both times. Returns how many."""
    known = {record_id(record): record for record in room.world.records}
    vanished = {row["record"]: row for row in room.table("presence") if row["state"] == "vanished"}
    for key, row in vanished.items():
        for check in (row["first_check"], row["second_check"]):
            assert not visible(known[key], check.astimezone(MOSCOW).toordinal() - 1), key
    client = Client(room.world).add(room.stage.entries)
    assert vanished.keys() == {
        record_id(room.world.by_ref[ref]) for ref, sight in client.sights.items() if len(sight.gone) > 1
    }
    # Who is still shown is neither vanished nor missing.
    there = {record_id(record) for record in room.stage.visible()}
    assert not there & {row["record"] for row in room.table("presence") if row["state"] != "returned"}
    return len(vanished)


def check_zeros(room: Newsroom) -> int:
    """Every complete window without a row is one in which the court showed nothing that night. Returns how many."""
    empty = [row for row in room.table("coverage") if row["state"] == "complete" and not row["rows"]]
    for row in empty:
        there = room.world.by_court.get((row["court"], row["proceeding"]), [])
        shown, first, last = (row[name].toordinal() for name in ("known_from", "window_from", "window_to"))
        if row["axis"] == "received":
            assert not [r for r in there if visible(r, shown - 1) and first <= r.received <= last]
        else:
            rulings = [ruling_on(r.rulings, shown - 1) for r in there if visible(r, shown - 1)]
            assert not [one for one in rulings if one is not None and one.day and first <= one.day <= last]
    return len(empty)


def when_most_goes(world: World, closed: set[str]) -> date:
    """The day on which open courts take down the most records that they have not held for long."""
    going = Counter(
        day
        for record in world.records
        for day, _ in record.gone
        if record.court not in closed and record.published and record.proceeding == "first" and record.posted < day
        if day - record.received < 150
    )
    return date.fromordinal(min(day for day, number in going.items() if number == max(going.values())))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_world_collected_through_all_faults_is_the_world_that_was_shown(seed: int, tmp_path: Path) -> None:
    room = Newsroom(build_world("small", seed), tmp_path / "home", FAULTS)
    start = when_most_goes(room.world, closed_courts(room)) - timedelta(days=1)
    room = Newsroom(room.world, tmp_path / "home", FAULTS, since=start - timedelta(days=160))
    for later in (0, 1, 5, 9):
        room.night(start + timedelta(days=later))
    room.build()
    each, one_host = room.spacing()
    assert each >= timedelta(seconds=1.5)
    assert one_host >= timedelta(seconds=3)
    complete = check_windows(room)
    first = {code for code, proceeding in room.world.by_court if proceeding == "first"}
    assert first - closed_courts(room) == complete & first, "with three nights, every open court was listed"
    held = {row["record"] for row in room.table("records")}
    for code in sorted(complete):
        shown = [record for record in room.stage.visible(code, "first") if record.received >= room.since.toordinal()]
        assert {record_id(record) for record in shown} <= held
    assert check_fields(room) > 100
    check_counts(room)
    assert check_presence(room) > 0
    check_zeros(room)
    assert not [
        row for row in room.table("coverage") if row["court"] in closed_courts(room) and row["state"] == "complete"
    ]


def test_a_zero_that_is_one_is_complete_and_proved_by_rows_of_the_same_day(tmp_path: Path) -> None:
    world = build_world("small", 1)
    quiet = courts_where(world, busy=99)[-1]
    room = Newsroom(world, tmp_path / "home", since=date.fromordinal(world.start - 400), courts=(quiet,))
    room.night(NIGHT)
    room.build()
    assert check_windows(room) == {quiet}
    assert check_zeros(room) > 0
    assert set(room.states()) == {"complete"}
