"""Figures from units held in memory are those of ``count``, ids and all; worked-out figures come out the same again."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from courttally.cli import app
from courttally.engine import Engine
from courttally.figures.count import count
from courttally.figures.counted import Counted
from courttally.figures.desk import Desk
from courttally.figures.metrics import METRICS, WORKED_OUT
from courttally.figures.question import Question, make_question
from courttally.figures.scope import parse_scope
from courttally.figures.standing import standing
from courttally.figures.worked import work_out
from courttally.registry.snapshot import Snapshot

SCOPE = parse_scope("refusal-wartime")


@pytest.fixture(scope="module")
def held(small_world: Snapshot) -> Iterator[list[Counted]]:
    """The same registry as of two days."""
    with Engine(small_world.path) as engine:
        yield [Counted(engine, small_world, day) for day in (None, date(2024, 6, 30))]


@pytest.mark.parametrize("by", [(), ("month", "article"), ("circuit",), ("court", "outcome"), ("part",)])
@pytest.mark.parametrize("attribution", ["lead", "any"])
@pytest.mark.parametrize("metric", list(METRICS))
def test_figures_of_units_are_those_of_count(
    held: list[Counted], metric: str, attribution: str, by: tuple[str, ...]
) -> None:
    for counted in held:
        for scope in ("refusal-wartime", "all") if by else ("refusal",):
            question = make_question(
                metric,
                scope=scope,
                attribution=attribution,
                by=by,
                where=("article=337",) if by == ("part",) else (),
                as_of=counted.as_of,
                first="2024-01" if by else None,
            )
            found, asked = counted.figures(question), count(counted.engine, counted.snapshot, question)
            assert found == asked
            # Figures are equal whatever stays open of them: the bounds are compared apart.
            assert [(one.fewest, one.most) for one in found] == [(one.fewest, one.most) for one in asked]


def test_the_circuit_of_a_garrison_court_is_where_its_appeals_go(small_world: Snapshot) -> None:
    with Engine(small_world.path) as engine:
        found = count(engine, small_world, make_question("cases_received", by=("circuit", "court")))
    circuits = {figure.by["court"]: figure.by["circuit"] for figure in found}
    # By the directory: appeals of Vladivostok's garrison court go to the Pacific fleet court, and so on.
    assert circuits
    assert all(circuit[2:4] == "OV" for circuit in circuits.values())
    assert all(circuits[court] == court for court in circuits if court[2:4] == "OV")


@pytest.mark.parametrize("metric", list(WORKED_OUT))
def test_a_worked_out_question_has_one_answer(small_world: Snapshot, metric: str) -> None:
    where = {"court_outlier": {"outcome": "returned"}}.get(metric, {})
    question = Question(metric, SCOPE, where=where, first_day=date(2024, 6, 1), last_day=date(2024, 8, 31), as_of=date(2025, 3, 31))  # fmt: skip
    with Engine(small_world.path) as engine:
        once = work_out(Desk(Counted(engine, small_world, date(2025, 3, 31))), question)
        again = work_out(Desk(Counted(engine, small_world, date(2025, 3, 31))), question)
    assert once == again
    assert len({cell.figure_id for cell in once}) == len(once)
    expected_empty = {"visible_now", "court_outlier", "received_against_year_before"}
    assert once or metric in expected_empty


def test_pace_is_verdicts_by_official_working_days(small_world: Snapshot) -> None:
    span = {"first_day": date(2024, 7, 1), "last_day": date(2024, 7, 31)}
    with Engine(small_world.path) as engine:
        desk = Desk(Counted(engine, small_world))
        (pace,) = work_out(desk, Question("verdicts_per_workday", SCOPE, as_of=desk.as_of, **span))
        (verdicts,) = count(engine, small_world, Question("verdicts", SCOPE, as_of=desk.as_of, **span))
    # 23 official working days in July 2024.
    tenths = (20 * verdicts.value + 23) // 46
    assert pace.value == f"{tenths // 10}.{tenths % 10}"
    assert set(pace.keys) == set(verdicts.keys)


def test_an_issued_figure_stands_and_falls_by_what_it_rests_on(small_home: Path, small_world: Snapshot) -> None:
    runner = CliRunner()
    home = ["--home", str(small_home)]
    printed = json.loads(runner.invoke(app, ["count", "cases_received", "--by", "article", "--json", *home]).stdout)
    answer = runner.invoke(app, ["figure", printed[0]["figure_id"], "--json", *home])
    assert answer.exit_code == 0
    assert json.loads(answer.stdout)["same"] is True
    other = Snapshot(small_world.path, {**small_world.manifest, "rules": "other", "decisions": "other"})
    with Engine(small_world.path) as engine:
        found = standing(engine, other, small_home, printed[0]["figure_id"])
    assert found is not None
    assert found.moved == ("rules", "decisions")
    assert found.same
    assert runner.invoke(app, ["figure", "f-0000000000000000", *home]).exit_code == 1
    brief = runner.invoke(app, ["brief", "--json", *home])
    assert brief.exit_code == 0, brief.output
    for figure in json.loads(brief.stdout)["figures"]:
        with Engine(small_world.path) as engine:
            again = standing(engine, small_world, small_home, figure["figure_id"])
        assert again is not None
        assert again.same, figure
