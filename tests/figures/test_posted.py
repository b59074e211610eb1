"""What courts had posted by a day: bounds against the day on which a simulated court posted each case and each result."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from courttally.cli import app
from courttally.engine import Engine
from courttally.figures.counted import Counted
from courttally.figures.desk import Desk
from courttally.figures.posted import Posting, posted_by
from courttally.figures.scope import Scope
from courttally.registry.snapshot import Snapshot
from courttally.rehearsal.world import World
from courttally.rehearsal.world import build as build_world

ALL = Scope("all", None, "all", None)
DATES = 50


def truth(world: World, keys: set[str]) -> dict[str, dict[str, int]]:
    """``cases`` and ``results``: record -> the day (ordinal) on which its court posted it, and its first result."""
    of = {f"{r.court}:criminal:{r.proceeding}:1:{r.case_id}": r for r in world.records}
    return {
        "cases": {key: of[key].posted for key in keys},
        "results": {key: min(r.posted for r in of[key].rulings if r.outcome) for key in keys if any(r.outcome for r in of[key].rulings)},
    }  # fmt: skip


def test_bounds_hold_the_truth_at_fifty_dates(small_world: Snapshot) -> None:
    """The world of the fixture: published, seed 11, visited every 28 days."""
    world = build_world("small", 11, "published")
    with Engine(small_world.path) as engine:
        desk = Desk(Counted(engine, small_world))
        postings = desk.postings(ALL)
    of = {what: {each.key: each for each in found} for what, found in postings.items()}
    true = truth(world, set(of["cases"]))
    assert len(of["cases"]) > 500
    assert set(of["results"]) <= set(true["results"])
    for what, found in of.items():
        for key, each in found.items():
            day = date.fromordinal(true[what][key])
            assert day <= each.by, (what, each)
            assert each.not_before is None or each.not_before <= day, (what, each)
    step = (world.end - world.start) // (DATES - 1)
    for n in range(DATES):
        day = date.fromordinal(world.start + n * step)
        for what, found in of.items():
            span = posted_by(found.values(), day)
            held = sum(true[what][key] <= day.toordinal() for key in found)
            assert len(span.low) <= held <= len(span.high), (what, day)
    assert sum(each.not_before is not None for each in of["cases"].values()) > len(of["cases"]) // 2, (
        "bounds from below"
    )


def test_the_command(small_home: Path) -> None:
    asked = ["count", "posted_by", "--scope", "refusal", "--home", str(small_home)]
    refused = CliRunner().invoke(app, asked)
    assert refused.exit_code == 2
    assert "give it with --to" in refused.output
    answer = CliRunner().invoke(app, [*asked, "--to", "2024-09-15", "--json"])
    cells = {cell["by"]["of"]: cell["value"].split("-") for cell in json.loads(answer.output)}
    assert set(cells) == {"cases", "results"}
    assert all(0 < int(low) <= int(high) for low, high in cells.values())


DAYS = st.integers(0, 40).map(lambda n: date(2024, 1, 1) + timedelta(n))


@given(st.lists(st.tuples(st.none() | DAYS, DAYS)), DAYS)
def test_bounds_grow_with_the_day(pairs: list[tuple[date | None, date]], day: date) -> None:
    found = [Posting(str(n), low, by) for n, (low, by) in enumerate(pairs) if low is None or low <= by]
    now, later = posted_by(found, day), posted_by(found, day + timedelta(3))
    assert set(now.low) <= set(now.high)
    assert set(now.low) <= set(later.low)
    assert set(now.high) <= set(later.high)
    assert len(posted_by(found, date(2025, 1, 1)).low) == len(found)


@pytest.mark.parametrize(
    ("day", "low", "high"), [(date(2024, 1, 4), 0, 1), (date(2024, 1, 5), 0, 2), (date(2024, 1, 9), 2, 2)]
)
def test_a_look_bounds_from_below_and_a_page_from_above(day: date, low: int, high: int) -> None:
    """Not on the list of 5 January, on that of the 9th; and one that no look bounds from below, on a page of the 9th."""
    pair = [Posting("a", date(2024, 1, 5), date(2024, 1, 9)), Posting("b", None, date(2024, 1, 9))]
    span = posted_by(pair, day)
    assert (len(span.low), len(span.high)) == (low, high)
