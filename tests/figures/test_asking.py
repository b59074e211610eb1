"""Worked-out metrics heed what they are asked with, or refuse it: nothing is passed over in silence."""

import csv
import io
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from courttally.cli import app
from courttally.engine import Engine
from courttally.figures import chains, gaps
from courttally.figures.counted import Counted, Unit, month_of
from courttally.figures.desk import Desk
from courttally.figures.lateness import Month
from courttally.figures.metrics import WORKED_OUT
from courttally.figures.question import make_question, make_worked_question
from courttally.figures.scope import parse_scope
from courttally.figures.worked import Worked, work_out
from courttally.registry.snapshot import Snapshot
from courttally.rehearsal.model import record_id
from courttally.rehearsal.world import build as build_world

SCOPE = parse_scope("refusal-wartime")
DAY = date(2025, 3, 31)
HALF = {"first": "2024-07", "last": "2024-12"}
FIRST, LAST = date(2024, 7, 1), date(2024, 12, 31)


@pytest.fixture(scope="module")
def desk(small_world: Snapshot) -> Any:
    with Engine(small_world.path) as engine:
        yield Desk(Counted(engine, small_world, DAY))


def ask(desk: Desk, metric: str, **asked: Any) -> list[Worked]:
    return work_out(desk, make_worked_question(metric, as_of=desk.as_of, **asked))


@pytest.mark.parametrize(
    ("metric", "asked", "message"),
    [
        ("verdicts_per_workday", {"where": ("court=25GV0001",), **HALF}, "leave out --where"),
        ("court_outlier", {"where": ("court=25GV0001",)}, "has the conditions outcome"),
        ("court_outlier", {"where": ("outcome=guilty",)}, "outcome is one of"),
        ("record_month", {"where": ("of=foo",)}, "of is one of cases_received"),
        ("time_to_finish", {"where": ("within=soon",)}, "within is a whole number of days"),
        ("time_to_finish", {"where": ("share=150",)}, "share is a whole per cent"),
        ("received_against_year_before", {"where": ("age=old",), **HALF}, "age is same or complete"),
        ("complete_through", HALF, "leave out --from and --to"),
        ("visible_now", {"last": "2024-12"}, "leave out --from and --to"),
        ("stock_identity", {"first": "2024-01"}, "give --from and --to"),
        ("posted_by", {"first": "2024-01", "last": "2024-02"}, "with --to, without --from"),
        ("level_change", {"by": ("court",)}, "is not split"),
        ("numbers_missing", {"by": ("region",)}, "is split by court, year"),
        ("numbers_missing", {"by": ("court", "court")}, "named twice"),
        ("retried", {"attribution": "any"}, "gravest charge"),
        ("retried", {"first": "2024-05", "last": "2024-04"}, "--from is after --to"),
        ("retried", {"first": "2026-01"}, "begins after 2025-03-31"),
        ("time_to_finish", {"where": ("share=50", "share=60")}, "and once"),
    ],
)
def test_what_a_metric_does_not_heed_is_refused(metric: str, asked: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make_worked_question(metric, as_of=DAY, **asked)


def test_what_counts_nothing_by_mistake_is_refused() -> None:
    with pytest.raises(ValueError, match="--from is after --to"):
        make_question("verdicts", first="2024-05", last="2024-01")
    with pytest.raises(ValueError, match="outcome is one of joined, medical"):
        make_question("cases_received", where=("outcome=verdicts",))
    assert make_question("cases_received", where=("outcome=stayed",)).where == {"outcome": "stayed"}


@pytest.mark.parametrize("metric", [m.id for m in WORKED_OUT.values() if m.period == "optional"])
def test_a_period_that_may_be_given_changes_what_is_counted(desk: Desk, metric: str) -> None:
    where = ("outcome=verdict",) if metric == "court_outlier" else ("within=10",) if metric == "time_to_finish" else ()
    whole, half = ask(desk, metric, where=where), ask(desk, metric, where=where, **HALF)
    if metric == "court_outlier":
        return  # a small world has no court that stands out; the counts behind it are tested below
    assert whole
    keys = {unit.key: unit for unit in desk.cases(SCOPE)}
    inside = [unit for cell in half for unit in (keys[key] for key in cell.keys)]
    assert [cell.value for cell in half] != [cell.value for cell in whole] or len(half) != len(whole)
    if metric != "retried":  # which names the earlier record too
        assert all(unit.received is not None and FIRST <= unit.received <= LAST for unit in inside)


def test_courts_are_compared_by_what_they_finished_in_the_period(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[dict[str, tuple[int, int]]] = []
    monkeypatch.setattr("courttally.figures.comparing.funnel", lambda counts: seen.append(dict(counts)) or ())
    ask(desk, "court_outlier", where=("outcome=verdict",), **HALF)
    ended = [u for u in desk.cases(SCOPE) if u.keeps_finished and u.outcome_date and FIRST <= u.outcome_date <= LAST]
    assert seen == [
        {
            court: (sum(u.court == court and u.outcome == "verdict" for u in ended), n)
            for court, n in Counter(u.court for u in ended).items()
        }
    ]


def test_the_stock_closes_on_the_last_day_of_the_period(desk: Desk) -> None:
    value = ask(desk, "stock_identity", first="2024-06", last="2024-09")[0].value
    opening, _, closing = value.partition(" = ")
    for told, day in ((opening.partition(" ")[0], date(2024, 5, 31)), (closing, date(2024, 9, 30))):
        assert int(told) == sum(unit.keeps_open for unit in desk.counted.at(day).units("case", SCOPE))
    # Asked beyond what is known, it closes on the as-of day.
    later = ask(desk, "stock_identity", first="2024-06", last="2027-12")[0].value
    assert int(later.partition(" = ")[2]) == sum(unit.keeps_open for unit in desk.cases(SCOPE))


def test_a_month_that_goes_on_has_no_pace_yet(small_world: Snapshot) -> None:
    with Engine(small_world.path) as engine:
        desk = Desk(Counted(engine, small_world, date(2024, 9, 20)))
        found = ask(desk, "verdicts_per_workday", first="2024-07", last="2024-09")
    assert [cell.by["month"] for cell in found] == ["2024-07", "2024-08"]


def test_the_record_is_told_with_its_count_and_since_when(desk: Desk) -> None:
    cells = {cell.by.get("told", ""): cell.value for cell in ask(desk, "record_month")}
    monthly = dict(desk.monthly("cases_received", SCOPE))
    *earlier, latest = monthly
    assert int(cells["its count"]) == monthly[cells[""]] == max(monthly.values())
    assert cells["latest complete month"] == latest
    more = [month for month in earlier if monthly[month] >= monthly[latest]]
    fewer = [month for month in earlier if monthly[month] <= monthly[latest]]
    assert cells["as many or more before it"] == (more[-1] if more else "never")
    assert cells["as few or fewer before it"] == (fewer[-1] if fewer else "never")


def test_missing_numbers_are_told_by_court_and_year(desk: Desk) -> None:
    (whole,) = ask(desk, "numbers_missing")
    split = ask(desk, "numbers_missing", by=("court", "year"))
    assert sum(int(cell.value) for cell in split) == int(whole.value) > 0
    assert {(item.court, str(item.year)): str(item.missing) for item in desk.gaps(SCOPE)} == {
        (cell.by["court"], cell.by["year"]): cell.value for cell in split
    }
    spans = ask(desk, "missing_in_scope", by=("court", "year"))
    for item in desk.gaps(SCOPE):
        own = {
            c.by["mechanism"]: c.value for c in spans if (c.by["court"], c.by["year"]) == (item.court, str(item.year))
        }
        expected = (
            {name: f"{span.low}-{span.high}" for name, span in gaps.ranges([item]).items()} if item.missing else {}
        )
        assert own == expected


def test_quashed_verdicts_are_those_that_were_quashed(desk: Desk) -> None:
    world = build_world("small", 11, "published")
    true = {record_id(record) for record in world.records if record.quashed_on is not None}
    (found,) = ask(desk, "quashed", scope="all")
    named = set(found.keys)
    assert named <= true
    units = {unit.record: unit for unit in desk.cases(parse_scope("all"))}
    # The courts above of this world are looked at every four weeks: what was quashed long ago is known, where the case is.
    old = {record_id(r) for r in world.records if r.quashed_on and r.quashed_on <= date(2024, 12, 31).toordinal()}
    assert named
    assert named >= old & units.keys()
    assert all(units[record].is_verdict for record in named)
    assert [cell.value for cell in ask(Desk(desk.counted.at(date(2023, 11, 1))), "quashed", scope="all")] in ([], ["0"])
    # The day is the verdict's own: a quashed verdict stays in its month.
    half = ask(desk, "quashed", scope="all", **HALF)[0].keys
    assert set(half) == {r for r in named if (day := units[r].verdict_date) is not None and FIRST <= day <= LAST}


def test_the_triangle_is_what_was_known_at_each_months_end(desk: Desk) -> None:
    cells = {
        (cell.by["month"], cell.by["seen_by"]): int(cell.value) for cell in ask(desk, "reporting_triangle", **HALF)
    }
    assert {month for month, _ in cells} == {f"2024-{n:02d}" for n in range(7, 13)}
    assert max(cells)[1] == "2025-03"
    for month, end in (("2024-07", date(2024, 7, 31)), ("2024-07", date(2024, 9, 30)), ("2024-11", date(2025, 1, 31))):
        # Days of receipt are corrected and articles change: nearly all that was counted on that day stands here.
        known = sum(month_of(u.received) == month for u in desk.counted.at(end).units("case", SCOPE))
        assert abs(cells[month, month_of(end)] - known) <= 2
    latest = Counter(month_of(unit.received) for unit in desk.cases(SCOPE))
    assert all(cells[month, "2025-03"] == latest[month] for month, _ in cells)


def test_a_month_of_which_hardly_anything_can_be_seen_is_not_estimated(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    months = tuple(Month(f"2025-0{n}", 5, visible, 5, 9) for n, visible in ((1, 1.0), (2, 0.5), (3, 0.19)))
    monkeypatch.setattr(desk, "outlook", lambda scope: months)
    assert [cell.by["month"] for cell in ask(desk, "nowcast_received")] == ["2025-02"]


def numbered(number: int, day: date, *, scope: bool = False) -> gaps.Numbered:
    return gaps.Numbered("25GV0001", f"1-{number}/2022", day, str(number), scope)


def test_numbers_given_before_the_scope_starts_are_no_cases_of_it() -> None:
    since = date(2022, 9, 21)
    items = [
        numbered(2, date(2022, 1, 10)), numbered(20, date(2022, 9, 1)),
        numbered(23, date(2022, 10, 1), scope=True), numbered(25, date(2022, 10, 9)),
        gaps.Numbered("25GV0001", "1-7/2021", date(2021, 5, 5), "old", False),
    ]  # fmt: skip
    (found,) = gaps.sequences(items, date(2023, 6, 1), since)
    # 21, 22 and 24: what lies below 20 was received before the twenty-first of September.
    assert (found.year, found.highest, found.missing, found.shown, found.in_scope) == (2022, 25, 3, 2, 1)
    # A day mistyped as an earlier one takes no number out of the range.
    (again,) = gaps.sequences([*items, numbered(24, date(2022, 2, 2))], date(2023, 6, 1), since)
    assert (again.missing, again.shown) == (2, 3)
    # Before the first case since the start is settled there is nothing to tell.
    assert gaps.sequences(items, date(2022, 11, 15), since) == ()


def test_a_matter_that_was_tried_anew_counts_once(desk: Desk) -> None:
    base = next(unit for unit in desk.cases(SCOPE) if unit.is_verdict)

    def unit(record: str, received: date, verdict: date | None) -> Unit:
        return base._replace(key=record, record=record, received=received, verdict_date=verdict, is_verdict=verdict is not None)  # fmt: skip

    tried = unit("a", date(2024, 1, 1), date(2024, 3, 1))
    beside = unit("b", date(2024, 2, 1), None)  # received while the first was still being tried
    again = unit("c", date(2024, 5, 1), date(2024, 6, 1))
    once_more = unit("d", date(2024, 9, 1), None)
    found = chains.retried([tried, beside, again, once_more], [["a", "b", "c", "d"]])
    assert [(earlier.record, later.record) for earlier, later in found] == [("a", "c")]
    assert chains.retried([tried, beside], [["a", "b"]]) == ()


def test_what_was_asked_goes_with_the_number(small_home: Path) -> None:
    home = ["--home", str(small_home)]
    run = CliRunner().invoke
    asked = ["--where", "outcome=returned", "--from", "2024-01", "--to", "2024-12", *home]
    (row,) = csv.DictReader(io.StringIO(run(app, ["count", "cases_received", "--csv", *asked]).stdout))
    assert (row["where"], row["period_from"], row["period_to"]) == ("outcome=returned", "2024-01-01", "2024-12-31")
    for verb in ("figure", "trace"):
        told = " ".join(run(app, [verb, row["figure_id"], *home]).stdout.split())
        assert "outcome = returned; from 2024-01-01 to 2024-12-31; as of 2025-03-31" in told
    found = run(app, ["count", "level_change", "--plot", *home])
    assert found.exit_code == 0, found.output
    assert "█" in found.stdout
    assert run(app, ["count", "level_change", "--by", "court", *home]).exit_code == 2


def test_a_figure_without_records_of_its_own_says_so(small_home: Path) -> None:
    home = ["--home", str(small_home)]
    run = CliRunner().invoke
    (row,) = csv.DictReader(io.StringIO(run(app, ["count", "complete_through", "--csv", *home]).stdout))
    assert "on no case records of its own" in run(app, ["trace", row["figure_id"], *home]).stdout
