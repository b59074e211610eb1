"""Every value a record ever showed, what changed since a day, and what our own rules changed, apart."""

import itertools
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from registry_kit import listing_page, write
from typer.testing import CliRunner

from courttally.cli import app
from courttally.engine import Engine
from courttally.registry import decisions, views
from courttally.registry.build import build
from courttally.registry.case import read_case
from courttally.registry.changes import states
from courttally.registry.history import Look, history, runs
from courttally.registry.rereading import rereadings
from courttally.registry.snapshot import current
from courttally.rehearsal.crawl import Newsroom
from courttally.rehearsal.into_archive import write_archive
from courttally.rehearsal.model import Record
from courttally.rehearsal.shown import events_on
from courttally.rehearsal.world import build as tell

PERSON = "&lt;Информация скрыта&gt; - ст.337 ч.5 УК РФ"
A = "25GV0001:criminal:first:1:100"
NEW = "Постановлен ПРИГОВОР судом"


def at(month: int, day: int) -> datetime:
    return datetime(2024, month, day, 12, tzinfo=UTC)


def page(result: str = "", decided: str = "", number: str = "1-1/2024") -> bytes:
    return listing_page([("100", number, "10.01.2024", PERSON, decided, result)])


@pytest.fixture
def home(tmp_path: Path) -> Path:
    made = tmp_path / "home"
    write(made, page(), at(1, 20))
    write(made, page(), at(2, 1))
    write(made, page("Вынесен ПРИГОВОР", "05.02.2024"), at(2, 10))
    write(made, page("Вынесен ПРИГОВОР", "05.02.2024", "1-7/2025 (1-1/2024;)"), at(3, 1))
    build(made, workers=1)
    return made


def run(home: Path, *arguments: str) -> str:
    answer = CliRunner().invoke(app, [*arguments, "--home", str(home)])
    assert answer.exit_code in (0, 3), answer.output
    return answer.stdout


def test_every_value_with_its_days(home: Path) -> None:
    found = json.loads(run(home, "case", A, "--history", "--json"))["history"]
    told = {
        (each["field"], each["value"]): (each["first_seen"], each["last_seen"], each["sightings"], each["posted_after"], each["posted_by"])
        for each in found
    }  # fmt: skip
    assert told["number", "1-1/2024"] == ("2024-01-20", "2024-02-10", 3, None, "2024-01-20")
    assert told["number", "1-7/2025 (1-1/2024)"] == ("2024-03-01", "2024-03-01", 1, "2024-02-10", "2024-03-01")
    assert told["result", "(empty)"] == ("2024-01-20", "2024-02-01", 2, None, "2024-01-20")
    assert told["result", "verdict"] == ("2024-02-10", "2024-03-01", 2, "2024-02-01", "2024-02-10")
    assert told["accused", "337/5"] == ("2024-01-20", "2024-03-01", 4, None, "2024-01-20")
    earlier = json.loads(run(home, "case", A, "--history", "--as-of", "2024-02-05", "--json"))["history"]
    assert not [each for each in earlier if each["value"] == "verdict"]
    assert "History" in run(home, "case", A, "--history")


def test_changes_on_the_sites(home: Path) -> None:
    found = json.loads(run(home, "changes", "--since", "2024-02-05", "--json"))
    fields = {(each["field"], each["was"], each["is"], each["day"]) for each in found["sites"]["changed"]}
    assert ("result", "", "verdict", "2024-02-10") in fields
    assert ("number", "1-1/2024", "1-7/2025", "2024-03-01") in fields
    assert found["sites"]["new"] == []
    assert found["reading"] == []
    assert json.loads(run(home, "changes", "--since", "2024-01-01", "--json"))["sites"]["new"] == [
        {"day": "2024-01-20", "record": A}
    ]
    assert json.loads(run(home, "changes", "--since", "2024-03-01", "--json"))["sites"]["changed"] == []


def test_changes_in_our_reading_stand_apart(tmp_path: Path) -> None:
    """A person answers a wording: the site changed nothing, our reading did, and the figures that moved are named."""
    write(tmp_path, page("Оглашено нечто небывалое", "05.02.2024"), at(2, 10))
    build(tmp_path, workers=1)
    with Engine(current(tmp_path).path) as engine:
        ((signal, wording, *_),) = [row for row in views.review_queue(engine) if row[0] == "result_unmapped"]
    decisions.answer(
        tmp_path, signal=signal, digest=wording, code="verdict", who="the test", why="to see", clock=lambda: at(5, 1)
    )
    build(tmp_path, workers=1)
    (kept,) = rereadings(tmp_path, date(2024, 1, 1))
    assert kept["causes"] == ["decisions"]
    assert {(each["field"], each["was"], each["is"]) for each in kept["values"]} >= {("result", "unmapped", "verdict")}
    found = json.loads(run(tmp_path, "changes", "--since", "2024-02-10", "--json"))
    assert found["sites"]["changed"] == []
    (ours,) = found["reading"]
    assert {"metric": "verdicts", "was": 0, "is": 1} in ours["figures"]
    build(tmp_path, workers=1)
    assert len(rereadings(tmp_path, date(2024, 1, 1))) == 1


def test_new_captures_of_old_days_are_no_rereading(tmp_path: Path) -> None:
    write(tmp_path, page(), at(2, 10))
    build(tmp_path, workers=1)
    write(tmp_path, page("Вынесен ПРИГОВОР", "05.02.2024"), at(2, 9))
    build(tmp_path, workers=1)
    assert sum(each["changed"] for each in rereadings(tmp_path, date(2024, 1, 1))) == 0


@given(st.lists(st.one_of(st.none(), st.sampled_from(["a", "b", "c"])), max_size=30))
def test_runs_tile_the_looks(values: list[str | None]) -> None:
    """Runs follow one another, hold every look that has the field, and neighbours differ."""
    start = datetime(2024, 1, 1, 12, tzinfo=UTC)
    looks = [
        Look(f"c{n}", (start + timedelta(days=n)).date(), start + timedelta(days=n), None, {} if value is None else {"f": value})
        for n, value in enumerate(values)
    ]  # fmt: skip
    found = list(runs("f", looks))
    assert sum(each.sightings for each in found) == sum(value is not None for value in values)
    assert all(
        one.value != other.value and one.last_seen < other.first_seen for one, other in itertools.pairwise(found)
    )
    assert all(other.posted_after == one.last_seen for one, other in itertools.pairwise(found))


def postings(record: Record) -> dict[tuple[str, str], int]:
    """When the world posted a number or the first result of a record."""
    made = {("number", text.replace(";)", ")").translate(str.maketrans("K", "К"))): day for day, text in record.numbers}
    if record.rulings and record.rulings[0].outcome:
        made["result", record.rulings[0].outcome] = record.rulings[0].posted
    return made


def test_bounds_hold_the_days_of_a_world(tmp_path: Path) -> None:
    """What a page shows for the first time was posted between its bounds, on every record of a small world."""
    world = tell("small", 4)
    write_archive(world, tmp_path, world.start, world.start + 250, 0, 14)
    build(tmp_path, workers=1)
    ids = {f"{r.court}:criminal:{r.proceeding}:1:{r.case_id}": r for r in world.records if r.proceeding == "first"}
    checked = 0
    snapshot = current(tmp_path)
    rows = [row for row in snapshot.table("records").to_pylist() if row["known_to"] is None and row["record"] in ids]
    with Engine(snapshot.path) as engine:
        for row in rows[::7]:
            truth = postings(ids[row["record"]])
            for value in history(engine, row, date(2030, 1, 1)):
                posted = truth.get((value.field, value.value))
                if posted is None:
                    continue
                checked += 1
                day = date.fromordinal(posted)
                assert value.posted_after is None or value.posted_after <= day, (row["record"], value)
                assert day <= value.posted_by, (row["record"], value)
    assert checked > 60
    newsroom = Newsroom(world, world.start, 0, 14)
    for _ in newsroom.until(world.start + 250):
        pass
    carded = {
        record_id: newsroom.sights[ids[record_id].ref].card
        for record_id in ids
        if ids[record_id].ref in newsroom.sights
    }
    told = states(snapshot, records=[row["record"] for row in rows[::7]])
    with Engine(snapshot.path) as engine:
        for row in rows[::7]:
            true = events_on(ids[row["record"]], carded[row["record"]] - 1) if carded[row["record"]] else []
            timeline = read_case(engine, row["record"], date(2030, 1, 1))["timeline"]
            lines = [(line["day"], line["posted"]) for line in timeline]
            assert lines == [(line["day"], line["posted"]) for line in true], "the timeline is that of the latest card"
            latest = max((line["day"] for line in true), default="")
            assert latest in told[row["record"]].get("event", ""), "and what is watched is its latest event"
