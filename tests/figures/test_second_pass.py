"""Claims against a registry: made from its own numbers, each in a way that is known to be right or wrong."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from courttally.claims.findings import Verdict
from courttally.claims.reading import parse_claims
from courttally.claims.second import SecondLook, SecondPass
from courttally.cli import app
from courttally.engine import Engine
from courttally.figures.count import count
from courttally.figures.counted import Counted
from courttally.figures.question import make_question
from courttally.registry.snapshot import Snapshot

HEAD = "claim_id,source_id,publisher,cites,url,published,as_of,quote,label_as_printed,unit_as_printed,metric,articles,parts,place,period_start,period_end,op,value_lo,value_hi,group_id,part_of,population,note"  # fmt: skip
NOW = date(2025, 3, 31)
BEGAN = date(2023, 10, 1)


@pytest.fixture
def engine(small_world: Snapshot) -> Iterator[Engine]:
    with Engine(small_world.path) as held:
        yield held


def total(
    engine: Engine,
    snapshot: Snapshot,
    metric: str,
    as_of: date = NOW,
    articles: str = "332,337,338",
    parts: str = "all",
) -> int:
    question = make_question(
        metric, scope=f"articles={articles};parts={parts}", first="2024-01", last="2024-12", as_of=as_of
    )
    return sum(figure.value for figure in count(engine, snapshot, question))


def look(engine: Engine, snapshot: Snapshot, *, metric: str, value: int | str, articles: str = "332;337;338", parts: str = "all",
         as_of: str = "2025-03-31", op: str = "=", place: str = "RU", covered: bool = True, span: str = "2024-01-01,2024-12-31") -> SecondLook:  # fmt: skip
    ends = str(value).replace("-", ",") if op == "range" else f"{value},{value}"
    unit = "per_workday" if metric == "verdicts_per_workday" else "case"
    row = f"X1,s,A paper,,,{as_of},{as_of},quote,label,{unit},{metric},{articles},{parts},{place},{span},{op},{ends},,,court_cases,"
    held = parse_claims(f"{HEAD}\n{row}\n")
    assert not held.problems, held.problems
    return SecondPass(Counted(engine, snapshot, NOW), BEGAN, covered).look(held.claims[0])


def test_what_the_registry_counts_is_reproduced(engine: Engine, small_world: Snapshot) -> None:
    true = total(engine, small_world, "cases_received")
    assert true > 100
    found = look(engine, small_world, metric="cases_received", value=true)
    assert found.verdict is Verdict.REPRODUCED
    assert found.now == (true, total(engine, small_world, "matters"))
    rounded = look(engine, small_world, metric="cases_received", value=round(true, -1), op="~")
    assert rounded.verdict in (Verdict.WITHIN_ROUNDING, Verdict.REPRODUCED)


def test_an_articles_number_under_another_articles_name_is_mislabelled(engine: Engine, small_world: Snapshot) -> None:
    true = total(engine, small_world, "cases_received", articles="337")
    found = look(engine, small_world, metric="cases_received", value=true, articles="338")
    assert found.verdict is Verdict.MISLABELLED
    assert found.fits is not None
    assert found.fits.articles == ("337",)


def test_persons_told_as_cases_are_another_unit(engine: Engine, small_world: Snapshot) -> None:
    cases, accused = total(engine, small_world, "cases_received"), total(engine, small_world, "accused")
    assert cases != accused
    found = look(engine, small_world, metric="accused", value=cases)
    assert found.verdict is Verdict.DIFFERENT_UNIT
    assert found.fits is not None
    assert found.fits.metric == "cases_received"


def test_verdicts_told_as_cases_received_are_another_scope(engine: Engine, small_world: Snapshot) -> None:
    verdicts = total(engine, small_world, "verdicts")
    found = look(engine, small_world, metric="cases_received", value=verdicts)
    assert found.verdict is Verdict.DIFFERENT_SCOPE
    assert found.fits is not None
    assert found.fits.metric in ("verdicts", "cases_finished", "matters")


def test_a_number_that_only_later_knowledge_gives_is_another_vintage(engine: Engine, small_world: Snapshot) -> None:
    then, now = (
        total(engine, small_world, "cases_received", date(2024, 12, 31)),
        total(engine, small_world, "cases_received"),
    )
    assert then < now
    found = look(engine, small_world, metric="cases_received", value=now, as_of="2024-12-31")
    assert found.verdict is Verdict.STALE_VINTAGE
    assert found.then is not None
    assert found.then[0] == then


def test_nobody_is_called_wrong_where_nothing_fits(engine: Engine, small_world: Snapshot) -> None:
    found = look(engine, small_world, metric="cases_received", value=98765)
    assert (found.verdict, found.why) == (Verdict.CANNOT_JUDGE, "no reading fits")
    partly = look(engine, small_world, metric="cases_received", value=98765, covered=False)
    assert partly.why == "no reading fits, and not every court is covered here"
    early = look(engine, small_world, metric="cases_received", value=98765, as_of="2023-01-01")
    assert early.why == "no reading fits, and this registry began after the claim's date"


@pytest.mark.parametrize(
    ("metric", "place", "articles", "why"),
    [("recruits_per_month", "RU", "337", "the registry counts no such thing"),
     ("cases_received", "50", "337", "told of another place or population"),
     ("cases_received", "RU", "chapter33", "its articles are not of this subject")],
)  # fmt: skip
def test_what_the_registry_cannot_know_is_said(
    engine: Engine, small_world: Snapshot, metric: str, place: str, articles: str, why: str
) -> None:
    found = look(engine, small_world, metric=metric, value=40000, place=place, articles=articles)
    assert (found.verdict, found.then, found.now, found.why) == (Verdict.CANNOT_JUDGE, None, None, why)


def test_a_pace_is_verdicts_by_official_working_days(engine: Engine, small_world: Snapshot) -> None:
    question = make_question(
        "verdicts", scope="articles=332,337,338;parts=all", first="2024-07", last="2024-07", as_of=NOW
    )
    (verdicts,) = count(engine, small_world, question)
    true = f"{verdicts.value / 23:.1f}"  # July 2024 has 23 official working days
    july = "2024-07-01,2024-07-31"
    found = look(engine, small_world, metric="verdicts_per_workday", value=true, span=july)
    assert (found.verdict, str(found.then and found.then[0])) == (Verdict.REPRODUCED, true)
    assert found.now == (found.now and found.now[0], None)
    whole = look(engine, small_world, metric="verdicts_per_workday", value=round(verdicts.value / 23), span=july)
    assert whole.verdict in (Verdict.WITHIN_ROUNDING, Verdict.REPRODUCED)
    other = look(engine, small_world, metric="verdicts_per_workday", value=f"{verdicts.value / 21 + 1:.1f}", span=july)
    assert other.verdict is Verdict.CANNOT_JUDGE
    span = look(engine, small_world, metric="verdicts_per_workday", value=f"{verdicts.value // 23}-{verdicts.value // 23 + 1}", op="range", span=july)  # fmt: skip
    assert span.verdict is Verdict.WITHIN_ROUNDING
    late = look(engine, small_world, metric="verdicts_per_workday", value="3", span="2025-01-01,2025-04-30")
    assert "had not ended" in late.why


def test_a_running_total_holds_results_without_a_day(engine: Engine, small_world: Snapshot) -> None:
    question = make_question("verdicts", scope="refusal-wartime", as_of=NOW)
    (verdicts,) = count(engine, small_world, question)
    dated = sum(f.value for f in count(engine, small_world, make_question("verdicts", scope="refusal-wartime", first="2022-09", as_of=NOW)))  # fmt: skip
    found = look(
        engine, small_world, metric="verdicts", value=verdicts.value, parts="wartime", span="2022-09-21,2025-03-31"
    )
    assert (found.verdict, found.now) == (Verdict.REPRODUCED, (verdicts.value, None))
    # A period that ended before cannot be known to hold them.
    before = look(engine, small_world, metric="verdicts", value=1, parts="wartime", span="2022-09-21,2025-03-30")
    assert before.now is not None
    assert before.now[0] <= dated


def test_rows_that_were_not_read_are_told(small_home: Path, tmp_path: Path) -> None:
    row = "X{n},s,A paper,,,2025-03-31,2025-03-31,quote,label,case,cases_received,337,all,{place},2024-01-01,2024-12-31,=,{v},{v},,,court_cases,"
    rows = [
        row.format(n=1, v=100, place="RU"),
        row.format(n=2, v="many", place="RU"),
        row.format(n=3, v=200, place="50"),
    ]
    (tmp_path / "claims.csv").write_text("\n".join([HEAD, *rows, ""]))
    found = CliRunner().invoke(app, ["audit", "registry", str(tmp_path / "claims.csv"), "--home", str(small_home)])
    assert found.exit_code == 3
    assert "not read: row 3 (X2), column value_lo" in found.output
    assert (
        "1 of 2 claims tell nothing that this registry counts.\n  1: told of another place or population"
        in found.output
    )
