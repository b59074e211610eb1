"""Decisions of people, from the command line to the counts: they count, are undone, reopen when their source changes, and touch no page."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from registry_kit import listing_page, write
from typer.testing import CliRunner

from courttally.archive.ledger import read_ledger
from courttally.cli import app
from courttally.engine import Engine
from courttally.figures.count import count
from courttally.figures.question import make_question
from courttally.registry.build import build
from courttally.registry.judgement import decide, judgements, parse_value
from courttally.registry.snapshot import current
from courttally.registry.views_past import leave_out_withdrawn

HIDDEN = "<Информация скрыта> - ст.337 ч.5 УК РФ"
BACK = "ВОЗВРАЩЕНО ПРОКУРОРУ в порядке ст. 237 УПК РФ"
A, B = "25GV0001:criminal:first:1:100", "25GV0001:criminal:first:1:200"
WHY = ("--who", "the test", "--why", "to see")


def rows(received: str = "15.03.2024") -> list[tuple[str, ...]]:
    return [
        ("100", "1-1/2024", "10.01.2024", HIDDEN.replace("<", "&lt;"), "01.02.2024", BACK),
        ("200", "1-9/2024", received, HIDDEN.replace("<", "&lt;"), "", ""),
    ]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    made = tmp_path / "home"
    write(made, listing_page(rows()), datetime(2024, 4, 1, 12, tzinfo=UTC))
    build(made, workers=1)
    return made


def run(home: Path, *arguments: str) -> str:
    answer = CliRunner().invoke(app, [*arguments, "--home", str(home)], env={"COURTTALLY_NOW": "2024-05-01T12:00:00Z"})
    assert answer.exit_code in (0, 3), answer.output
    return answer.stdout


def matters(home: Path) -> tuple[int, int, int]:
    (figure,) = json.loads(run(home, "count", "matters", "--json"))
    return figure["value"], figure["min"], figure["max"]


def states(home: Path) -> dict[str, str]:
    return {each["id"]: each["state"] for each in json.loads(run(home, "decide", "list", "--json"))["decisions"]}


def test_merge_and_undo(home: Path) -> None:
    assert matters(home) == (2, 1, 2)
    run(home, "decide", "merge", A, B, *WHY)
    build(home, workers=1)
    assert matters(home) == (1, 1, 1)
    assert states(home) == {"d-1": "in force"}
    run(home, "decide", "undo", "d-1", *WHY)
    build(home, workers=1)
    assert matters(home) == (2, 1, 2)
    run(home, "decide", "undo", "d-2", *WHY)
    build(home, workers=1)
    assert matters(home) == (1, 1, 1)
    assert read_ledger(home / "decisions.jsonl").broken is None


def test_split_closes_the_bounds(home: Path) -> None:
    run(home, "decide", "split", B, A, *WHY)
    build(home, workers=1)
    assert matters(home) == (2, 2, 2)


def test_a_changed_source_reopens_the_decision(home: Path) -> None:
    run(home, "decide", "merge", A, B, *WHY)
    write(home, listing_page(rows("16.03.2024")), datetime(2024, 4, 9, 12, tzinfo=UTC))
    build(home, workers=1)
    assert states(home) == {"d-1": "reopened"}
    assert matters(home) == (2, 1, 2)
    (earlier,) = json.loads(run(home, "count", "matters", "--as-of", "2024-04-05", "--json"))
    assert earlier["value"] == 1


def test_a_correction_holds_while_the_page_shows_what_it_showed(home: Path) -> None:
    run(home, "decide", "correct", B, "received=2024-02-15", *WHY)
    build(home, workers=1)
    found = json.loads(run(home, "count", "cases_received", "--by", "month", "--json"))
    assert {cell["by"]["month"]: cell["value"] for cell in found} == {"2024-01": 1, "2024-02": 1}
    assert states(home) == {"d-1": "in force"}
    write(home, listing_page(rows("20.03.2024")), datetime(2024, 4, 9, 12, tzinfo=UTC))
    build(home, workers=1)
    found = json.loads(run(home, "count", "cases_received", "--by", "month", "--json"))
    assert {cell["by"]["month"]: cell["value"] for cell in found} == {"2024-01": 1, "2024-03": 1}
    assert states(home) == {"d-1": "reopened"}


def test_a_correction_does_not_reopen_what_was_decided_before_it(home: Path) -> None:
    """No page changed: the merge stands, whichever of the two decisions came first."""
    run(home, "decide", "merge", A, B, *WHY)
    run(home, "decide", "correct", A, "received=2024-01-09", *WHY)
    build(home, workers=1)
    assert states(home) == {"d-1": "in force", "d-2": "in force"}
    assert matters(home) == (1, 1, 1)
    assert json.loads(run(home, "review", "links", "--json")) == []
    run(home, "decide", "correct", B, "uid=26RS0023-01-2020-000159-48", *WHY)
    build(home, workers=1)
    assert states(home) == {"d-1": "in force", "d-2": "in force", "d-3": "in force"}
    assert matters(home) == (1, 1, 1)
    write(home, listing_page(rows("16.03.2024")), datetime(2024, 4, 9, 12, tzinfo=UTC))
    build(home, workers=1)
    assert states(home)["d-1"] == "reopened"


def test_what_people_decided_is_told_apart_from_what_pages_say(home: Path, tmp_path: Path) -> None:
    """A lawyer who reads the package, and whoever follows a value to its line, must see whose word it is."""
    run(home, "decide", "merge", A, B, "--who", "A. Editor", "--why", "the same order")
    run(home, "decide", "correct", A, "received=2024-01-09", *WHY)
    run(home, "decide", "note", A, "--who", "A. Editor", "--why", "asked the court")
    build(home, workers=1)
    shown = json.loads(run(home, "trace", A, "--json"))["records"][0]["evidence"]
    told = {each["field"]: (each["value"], each["text"], each["corrected"]) for each in shown}
    assert told["received"] == ("2024-01-09", "10.01.2024", "d-2")
    assert told["result"][2] == ""
    assert "2024-01-09 (corrected by a person, d-2" in run(home, "trace", A)
    assert f"Linked     {B}: one matter, later; a person decided so, d-1" in run(home, "case", A)
    run(home, "evidence", A, "--matter", "--plain", "--out", str(tmp_path / "package"), *WHY)
    report = (tmp_path / "package" / "report.html").read_text()
    assert "corrected by a person, d-2" in report
    decided = report.partition("What people decided, not what the pages say")[2]
    for words in ("d-1", "the same order", "A. Editor", "received = 2024-01-09", "in force", "received 2024-01-10"):
        assert words in decided
    assert "asked the court" not in report, "notes are the newsroom's own"


def test_a_corrected_result_names_its_decision(home: Path) -> None:
    run(home, "decide", "correct", A, "result=transferred", *WHY)
    build(home, workers=1)
    row = next(row for row in current(home).table("records").to_pylist() if row["record"] == A)
    assert (row["outcome"], row["result_rule"]) == ("transferred", "decision:d-1")


def test_a_withdrawal_is_named_and_still_counts_inside(home: Path) -> None:
    run(home, "decide", "withdraw", A, *WHY)
    build(home, workers=1)
    assert current(home).table("withdrawals").to_pylist() == [{"record": A, "decision": "d-1"}]
    (figure,) = json.loads(run(home, "count", "cases_received", "--json"))
    assert figure["value"] == 2
    snapshot = current(home)
    question = make_question("cases_received")
    with Engine(snapshot.path) as engine:
        leave_out_withdrawn(engine)
        (public,) = count(engine, snapshot, question)
    assert public.keys == (B,)


def test_what_is_opened_is_what_was_published(home: Path, tmp_path: Path) -> None:
    """A withdrawn record is in neither: the root that is opened is the one on the page, before and after a withdrawal."""
    wanted = ("count", "cases_received", "--scope", "refusal-wartime", "--json")
    (both,) = json.loads(run(home, *wanted))
    roots = []
    for number in range(2):
        site, opened = tmp_path / f"site{number}", tmp_path / f"opened{number}.json"
        run(home, "publish", "--draft", "--out", str(site))
        roots.append(json.loads((site / "manifest.json").read_text())["commitment"]["root"])
        (figure,) = json.loads(run(home, *wanted, "--from", "2024-03-01"))
        assert json.loads(run(home, "prove", figure["figure_id"], "--out", str(opened), "--json"))["root"] == roots[-1]
        checked = run(home, "prove", "--check", str(opened), "--root", roots[-1], "--json")
        assert json.loads(checked) == {"proven": 1, "failed": 0}
        if not number:
            run(home, "decide", "withdraw", A, *WHY)
            build(home, workers=1)
    assert roots[0] != roots[1]
    refused = CliRunner().invoke(
        app, ["prove", both["figure_id"], "--out", str(tmp_path / "no.json"), "--home", str(home)]
    )
    assert refused.exit_code == 1
    assert "1 of 2 records" in refused.output
    assert not (tmp_path / "no.json").exists()


def test_what_is_refused(home: Path) -> None:
    runner = CliRunner()
    for arguments in (
        ("merge", A, A, *WHY), ("merge", A, "25GV0001:criminal:first:1:999", *WHY), ("merge", A, B), ("correct", A, "judge=x", *WHY),
        ("correct", A, "received=31.02.2024", *WHY), ("correct", A, "uid=25GV0001-01-2024-000001-65", *WHY), ("undo", "d-9", *WHY),
    ):  # fmt: skip
        assert runner.invoke(app, ["decide", *arguments, "--home", str(home)]).exit_code == 2, arguments
    assert not (home / "decisions.jsonl").exists()


def test_values_of_corrections() -> None:
    assert parse_value("uid", "26RS0023-01-2020-000159-48") == ("26RS0023-01-2020-000159-48", True)
    assert parse_value("received", "none") == (None, "")
    with pytest.raises(ValueError, match="takes one of"):
        parse_value("result", "guilty")


def test_a_broken_ledger_is_no_ledger(home: Path) -> None:
    decide(
        home, kind="note", records=[A], rests_on={}, who="a", why="b", clock=lambda: datetime(2024, 5, 1, tzinfo=UTC)
    )
    ledger = home / "decisions.jsonl"
    ledger.write_bytes(ledger.read_bytes().replace(b'"why":"b"', b'"why":"c"'))
    with pytest.raises(ValueError, match="broken at line 1"):
        judgements(home)
