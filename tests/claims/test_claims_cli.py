"""The verb at the terminal: what it prints, what it writes, and with which status it ends."""

import csv
import json
from pathlib import Path

import pytest
import typer
from claims_build import DATA, load, row, text_of
from typer.testing import CliRunner, Result

from courttally.cli import audit

main = typer.Typer(context_settings={"help_option_names": ["-h", "--help"]}, rich_markup_mode=None)
main.add_typer(audit.app, name="audit")


@main.callback()
def _root() -> None:
    """As the command line mounts it."""


def run(*args: str | Path, home: Path | None = None, typed: str | None = None) -> Result:
    env = {"COURTTALLY_HOME": str(home or DATA / "nowhere"), "COLUMNS": "80"}
    return CliRunner().invoke(main, ["audit", *map(str, args)], env=env, input=typed)


FRESH = DATA / "fresh_claims.csv"


def test_the_projects_claims_without_a_file() -> None:
    done = run()
    assert done.exit_code == 0
    assert "E-06" in done.stdout
    assert "189 claims:" in done.stdout
    assert max(len(line) for line in done.stdout.splitlines()) <= 80


def test_json_is_a_list_of_objects_with_the_documented_fields() -> None:
    done = run(FRESH, "--json")
    rows = json.loads(done.stdout)
    assert done.exit_code == 0
    assert [r["claim_id"] for r in rows] == [r["claim_id"] for r in load("fresh_claims.csv")]
    assert {tuple(r) for r in rows} == {
        ("claim_id", "verdict", "kinds", "explanation_en", "explanation_ru", "say_en", "say_ru", "related")
    }
    verdicts = {
        "reproduced", "within_rounding", "different_scope", "different_unit", "mislabelled", "stale_vintage", "arithmetic_fails",
        "cannot_judge",
    }  # fmt: skip
    assert {r["verdict"] for r in rows} == verdicts
    found = {r["claim_id"]: r["kinds"] for r in rows if r["kinds"]}
    assert found["N02"] == [1]
    assert found["V05"] == [4]


@pytest.mark.parametrize("kind", ["1", "mislabel"])
def test_one_kind_by_number_or_name(kind: str) -> None:
    rows = json.loads(run(FRESH, "--kind", kind, "--json").stdout)
    assert [r["claim_id"] for r in rows] == ["N02", "C08"]


def test_two_kinds_and_options_before_the_file() -> None:
    rows = json.loads(run("--json", "--kind", "3", "--kind", "13", FRESH).stdout)
    assert [r["claim_id"] for r in rows] == ["G05", "C06", "W01"]


def test_rows_that_cannot_be_read_end_with_status_3(tmp_path: Path) -> None:
    path = tmp_path / "claims.csv"
    path.write_text(text_of(row("A", 684), row("B", 12, op="≈")))
    done = run(path, "--json")
    assert done.exit_code == 3
    assert [(r["claim_id"], r["verdict"]) for r in json.loads(done.stdout)] == [
        ("A", "cannot_judge"),
        ("B", "cannot_judge"),
    ]
    assert "not read: row 3 (B), column op: '≈' is none of" in done.stderr


@pytest.mark.parametrize(
    ("args", "status", "said"),
    [
        (("absent.csv",), 2, "cannot be read"),
        (("--kind", "99"), 2, "no kind '99'; there are: 1 mislabel"),
        (("--lang", "de"), 2, "--lang is en or ru"),
        (("show", "ZZ"), 2, "no claim ZZ"),
        (("show",), 2, "ID"),
        (("--no-such",), 2, "--no-such"),
        (("score", str(FRESH), "absent.csv"), 2, "cannot be read"),
        (("score", str(FRESH), str(FRESH)), 1, "lacks the column kind_id"),
    ],
)
def test_bad_usage_and_failures(args: tuple[str, ...], status: int, said: str) -> None:
    done = run(*args)
    assert done.exit_code == status
    assert said in done.stderr
    assert done.stdout == ""


def test_a_file_that_is_no_claims_file_fails(tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("a,b\n1,2\n")
    done = run(path)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "other.csv lacks the columns claim_id" in done.stderr
    assert str(tmp_path) not in done.stderr


def test_help_has_examples() -> None:
    for args in ((), ("run",), ("show",), ("add",), ("score",)):
        done = run(*args, "--help")
        assert done.exit_code == 0
        assert "Example: courttally audit" in done.stdout


def test_show_prints_one_claim_whole() -> None:
    done = run("show", "E-05")
    assert done.exit_code == 0
    heads = ["Printed (paraphrase)", "In our terms", "Verdict", "How to say it rightly", "Related"]
    assert [h for h in heads if f"\n{h}\n" in done.stdout] == heads
    assert "arithmetic fails [3, 14]" in done.stdout
    assert max(len(line) for line in done.stdout.splitlines()) <= 80
    russian = run("show", "E-05", "--lang", "ru").stdout
    assert [h for h in ("Нашими словами", "Вывод", "Как сказать верно") if h in russian] == [
        "Нашими словами",
        "Вывод",
        "Как сказать верно",
    ]
    assert json.loads(run("show", "E-05", "--json").stdout)["kinds"] == [3, 14]


ADD = (
    "add", "--source", "gazette-1", "--publisher", "Gazette", "--cites", "Mediazona", "--metric", "cases_received",
    "--articles", "338", "--number", "over 14,000", "--quote", "Over 14,000 cases of desertion", "--label", "desertion",
    "--unit", "case", "--from", "2022-02-24", "--to", "2024-12",
)  # fmt: skip


def test_add_records_a_claim_and_says_what_is_to_be_said_of_it(tmp_path: Path) -> None:
    done = run(*ADD, home=tmp_path)
    assert done.exit_code == 0
    assert "recorded as A001" in done.stderr
    assert "mislabelled [1]" in done.stdout
    assert "14,182: AWOL (article 337)." in done.stdout
    with (tmp_path / "claims.csv").open(encoding="utf-8") as file:
        (recorded,) = csv.DictReader(file)
    assert {k: v for k, v in recorded.items() if v} == {
        "claim_id": "A001", "source_id": "gazette-1", "publisher": "Gazette", "cites": "Mediazona",
        "quote": "Over 14,000 cases of desertion", "label_as_printed": "desertion", "unit_as_printed": "case",
        "metric": "cases_received", "articles": "338", "parts": "unstated", "place": "RU", "period_start": "2022-02-24",
        "period_end": "2024-12", "op": "over", "value_lo": "14000", "value_hi": "14000", "population": "court_cases",
    }  # fmt: skip
    assert run(*ADD, "--json", home=tmp_path).exit_code == 0
    listed = json.loads(run("--json", home=tmp_path).stdout)
    assert [r["claim_id"] for r in listed][-2:] == ["A001", "A002"]
    assert len(listed) == 191
    assert run("show", "A002", home=tmp_path).exit_code == 0


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (("--metric", "crimes"), "metric: 'crimes' is not a metric"),
        (("--number", "lots"), "'lots' is no number"),
        (("--from", "2024"), "period_start: '2024' is neither a day"),
        (("--id", "E-06"), "E-06 is the id of another claim"),
        (("--articles", "desertion"), "articles: 'desertion' is no article number"),
    ],
)
def test_a_claim_that_does_not_read_is_not_recorded(tmp_path: Path, changed: tuple[str, ...], said: str) -> None:
    done = run(*ADD, *changed, home=tmp_path)
    assert done.exit_code == 2
    assert said in done.stderr
    assert not (tmp_path / "claims.csv").exists()


def test_what_is_missing_is_asked_for_only_at_a_terminal(tmp_path: Path) -> None:
    done = run("add", "--source", "x", home=tmp_path)
    assert done.exit_code == 2
    assert "--publisher is missing, and there is no terminal to ask at" in done.stderr


def test_at_a_terminal_the_rest_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(
        [
            "gazette-1",
            "Gazette",
            "684 verdicts in March",
            "verdicts",
            "verdict",
            "verdicts",
            "337",
            "2024-03",
            "2024-03",
            "684",
        ]
    )
    monkeypatch.setattr(audit, "_at_terminal", lambda: True)
    monkeypatch.setattr(typer, "prompt", lambda *_, **__: next(answers))
    done = run("add", "--cites", "Mediazona", home=tmp_path)
    assert (done.exit_code, list(answers)) == (0, [])
    assert "reproduced" in done.stdout
    assert "P055a" in done.stdout


def test_score_prints_precision_and_recall_per_kind() -> None:
    done = run("score", FRESH, DATA / "fresh_kinds.csv")
    assert done.exit_code == 0
    lines = [line.split() for line in done.stdout.splitlines() if line.strip()[:1].isdigit()]
    assert [line[0] for line in lines] == [str(n) for n in range(1, 15)]
    assert all(line.count("1.00") == 2 for line in lines)
    rows = json.loads(run("score", FRESH, DATA / "fresh_kinds.csv", "--json").stdout)
    assert [(r["precision"], r["recall"], r["wrong"], r["missed"]) for r in rows] == [("1.00", "1.00", [], [])] * 14
