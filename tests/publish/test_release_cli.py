"""Releases at the command line: frozen, printed again as they were, held against one another; and what rests on them."""

import csv
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from courttally.cli import app
from courttally.publish.frozen import from_json
from courttally.registry.build import build


@pytest.fixture
def home(homes: dict[str, Path], tmp_path: Path) -> Path:
    shutil.copytree(homes["published"], tmp_path / "home")
    return tmp_path / "home"


def run(home: Path, *arguments: str, status: int = 0) -> str:
    done = CliRunner().invoke(app, [*arguments, "--home", str(home)])
    assert done.exit_code == status, done.output
    return done.output


def publish(home: Path, day: str, *more: str) -> tuple[dict[str, Any], dict[str, bytes]]:
    """What ``publish --json`` says, and the files."""
    out = home.parent / f"site-{day}{''.join(more)}"
    found = json.loads(run(home, "publish", "--out", str(out), "--as-of", day, "--json", *more))
    return found, {path.name: path.read_bytes() for path in out.iterdir()}


def ledger(home: Path) -> list[dict[str, Any]]:
    path = home / "released.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def test_a_release_is_frozen_and_printed_again_as_it_was(home: Path) -> None:
    draft, as_draft = publish(home, "2025-02-15", "--draft")
    assert (draft["draft"], ledger(home)) == (True, [])
    first, files = publish(home, "2025-02-15")
    assert (first["draft"], first["frozen_before"], files) == (False, False, as_draft)
    (entry,) = ledger(home)
    assert from_json(entry).as_json() == {k: v for k, v in entry.items() if k not in ("at", "prev", "self", "event")}
    rows = json.loads(run(home, "count", "cases_received", "--scope", "refusal-wartime", "--json"))
    lost = json.loads(run(home, "trace", rows[0]["figure_id"], "--json"))["records"][0]["record"]
    run(home, "decide", "withdraw", lost, "--who", "an editor", "--why", "asked for")
    build(home, workers=1)
    again, as_before = publish(home, "2025-02-15")
    assert (again["frozen_before"], as_before) == (True, files)
    assert len(ledger(home)) == 1
    said = run(home, "publish", "--out", str(home.parent / "early"), "--as-of", "2025-01-01", status=1)
    assert "the last release is as of 2025-02-15" in " ".join(said.split())
    assert not (home.parent / "early").exists()


def test_two_who_publish_at_once_make_one_release_after_the_other(home: Path) -> None:
    words = [sys.executable, "-c", "from courttally.cli import main; main()", "publish", "--home", str(home), "--json"]
    asked = [("one", "2025-02-15"), ("two", "2025-02-15"), ("three", "2025-03-31")]
    running = [
        subprocess.Popen([*words, "--out", str(home.parent / name), "--as-of", day], stdout=-1, stderr=-1, text=True)
        for name, day in asked
    ]
    said = [(*process.communicate(timeout=120), process.returncode) for process in running]
    for (_, day), (_, error, status) in zip(asked, said, strict=True):
        # Who comes after the release of a later day is told so; nothing else may go wrong.
        assert status == 0 or (
            day == "2025-02-15" and "the last release is as of 2025-03-31" in " ".join(error.split())
        )
    assert said[2][2] == 0
    days = [entry["as_of"] for entry in ledger(home)]
    assert days in (["2025-03-31"], ["2025-02-15", "2025-03-31"])
    # The same two days, one after the other in a home of their own, make the same releases: none was made without the one before in view.
    if len(days) == 2:
        alone = home.parent / "alone"
        shutil.copytree(home, alone)
        (alone / "released.jsonl").unlink()
        for day in days:
            run(alone, "publish", "--out", str(home.parent / f"alone-{day}"), "--as-of", day)
        numbers = [[from_json(entry).told for entry in ledger(folder)] for folder in (home, alone)]
        assert numbers[0] == numbers[1]


def test_lines_that_hardly_changed_keep_their_number_and_say_so(home: Path) -> None:
    _, first = publish(home, "2025-02-15")
    told, second = publish(home, "2025-03-31")
    assert told["kept_lines"] > 0
    before, now = (list(csv.DictReader(files["cases_by_month.csv"].decode().splitlines())) for files in (first, second))
    held = {(row["period"], row["article"]): row for row in before}
    days = {row["as_of"] for row in now}
    assert days == {"2025-02-15", "2025-03-31"}
    for row in now:
        old = held.get((row["period"], row["article"]))
        if row["as_of"] == "2025-02-15":
            assert row == old
        elif old is not None:
            for measure in ("received", "finished"):
                assert not (row[measure] and old[measure]) or not 1 <= abs(int(row[measure]) - int(old[measure])) <= 4
    page = second["index.html"].decode()
    assert "as of 15 February 2025" in page
    assert "keep the numbers of that day’s release" in page
    assert "keep the numbers of that day’s release" in second["README.txt"].decode()


def test_a_broken_ledger_of_releases_stops_publishing(home: Path) -> None:
    publish(home, "2025-02-15")
    path = home / "released.jsonl"
    path.write_text(path.read_text().replace('"2025-02-15"', '"2025-02-14"', 1))
    said = run(home, "publish", "--out", str(home.parent / "next"), status=1)
    assert "released.jsonl is broken at line 1" in " ".join(said.split())
    assert not (home.parent / "next").exists()


def test_a_public_brief_is_of_a_published_day(home: Path) -> None:
    said = run(home, "brief", "--public", "--as-of", "2025-02-15", status=2)
    assert "2025-02-15 was not. Published: no day yet" in " ".join(said.split())
    publish(home, "2025-02-15")
    text = run(home, "brief", "--public", "--as-of", "2025-02-15")
    assert "SIMULATED DATA" in text
    (entry,) = ledger(home)
    assert f"at least {entry['totals'][0]:,}\u00a0cases" in text
    assert f"{entry['totals'][1]:,}\u00a0cases[" in text.partition("FINISHED")[2]


def test_matters_are_opened_by_their_earliest_record(home: Path) -> None:
    _, files = publish(home, "2025-03-31")
    root = json.loads(files["manifest.json"])["commitment"]["root"]
    asked = ("count", "matters", "--scope", "refusal-wartime", "--as-of", "2025-03-31", "--json")
    cells = json.loads(run(home, *asked, "--by", "article"))
    cell = next(cell for cell in cells if cell["by"] == {"article": "337"})
    opened = home.parent / "opened.json"
    found = json.loads(run(home, "prove", cell["figure_id"], "--out", str(opened), "--json"))
    assert (found["leaves"], found["root"]) == (cell["value"], root)
    assert json.loads(run(home, "prove", "--check", str(opened), "--root", root, "--json")) == {
        "proven": cell["value"], "failed": 0,
    }  # fmt: skip
    other = json.loads(run(home, *asked[:5], "2025-02-15", "--json"))[0]
    said = CliRunner().invoke(
        app, ["prove", other["figure_id"], "--out", str(home.parent / "other.json"), "--home", str(home)]
    )
    assert "no page of 2025-02-15 was published from this home" in " ".join(said.stderr.split())
    traced = json.loads(run(home, "trace", cell["figure_id"], "--json"))
    earliest = {item["case_records"][0] for item in traced["records"]}
    assert {json.loads(leaf["leaf"])["record"] for leaf in json.loads(opened.read_text())["leaves"]} == earliest


def test_a_briefs_figures_are_found_again_after_a_withdrawal(home: Path) -> None:
    """A brief leaves withdrawn records out; so does the question when it is asked again, and a count's does not."""
    (whole,) = json.loads(run(home, "count", "cases_received", "--scope", "refusal-wartime", "--json"))
    lost = json.loads(run(home, "trace", whole["figure_id"], "--json"))["records"][0]["record"]
    run(home, "decide", "withdraw", lost, "--who", "an editor", "--why", "asked for")
    build(home, workers=1)
    told = json.loads(run(home, "brief", "--json"))["figures"][0]
    assert told["value"] == whole["value"] - 1
    found = json.loads(run(home, "figure", told["figure_id"], "--json"))
    assert (found["same"], found["value_now"]) == (True, told["value"])
    traced = json.loads(run(home, "trace", told["figure_id"], "--json"))
    assert (traced["same"], len(traced["records"])) == (True, told["value"])
    again = json.loads(run(home, "figure", whole["figure_id"], "--json"))
    assert (again["same"], again["value_now"]) == (True, whole["value"])


def test_a_home_without_any_page_is_said_plainly(tmp_path: Path) -> None:
    said = run(tmp_path, "build", status=1)
    assert "this home holds no page yet" in " ".join(said.split())
    for verb in (
        ("count", "cases_received"),
        ("brief",),
        ("brief", "--public"),
        ("publish", "--out", str(tmp_path / "site")),
    ):
        assert "has no registry yet" in " ".join(run(tmp_path, *verb, status=1).split())
    assert not (tmp_path / "site").exists()
