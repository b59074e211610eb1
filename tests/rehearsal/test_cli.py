"""The verbs `rehearse archive`, `truth` and `serve`, as a person runs them."""

import json
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
from typer.testing import CliRunner

from courttally.archive import Archive
from courttally.cli.rehearse import app

RUN = CliRunner()


def test_archive_holds_what_the_truth_was_told(tmp_path: Path) -> None:
    """Captures of three months: as many as said, all in the archive, all marked, none later than the last night."""
    args = ["--seed", "4", "--from", "2023-10-01", "--faults", "50", "--every", "6"]
    done = RUN.invoke(app, ["archive", "--home", str(tmp_path / "home"), *args, "--to", "2023-12-31", "--quiet"])
    assert done.exit_code == 0, done.output
    archive = Archive(tmp_path / "home")
    assert f"Simulated: {archive.count()} captures" in done.output
    assert archive.verify().problems == ()
    kinds: Counter[str] = Counter()
    for file in archive.files():
        index = archive.index(file.name)
        for capture in archive.get_many(index.column("capture_id").to_pylist()):
            assert ("X-Courttally-Simulated", "1") in capture.headers
            assert "УЧЕБНЫЕ ДАННЫЕ".encode("cp1251") in capture.payload
            assert capture.fetched_at is not None
            assert "2023-09-30T21" <= capture.fetched_at.isoformat() < "2023-12-31T21"
            kinds["card" if capture.url and "name_op=case" in capture.url else "listing"] += 1
    out = tmp_path / "truth"
    done = RUN.invoke(app, ["truth", "--out", str(out), *args, "--date", "2023-11-15", "--date", "2023-12-31"])
    assert done.exit_code == 0, done.output
    summary = json.loads((out / "truth.json").read_text(encoding="utf-8"))
    assert summary["seen_at"] == ["2023-11-15", "2023-12-31"]
    assert summary["simulated"].startswith("simulated data")
    early, late = (pq.read_table(out / "seen" / day / "records.parquet") for day in summary["seen_at"])
    assert 0 < early.num_rows < late.num_rows
    assert b"courttally-simulated" in late.schema.metadata
    assert kinds["card"] >= late.num_rows - late.column("card_seen").null_count
    lines = (out / "seen" / "2023-12-31" / "records.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["record"] for line in lines] == late.column("record").to_pylist()


def test_truth_says_no_name(tmp_path: Path) -> None:
    """Names, even invented ones, are left out of the tables (law 8)."""
    done = RUN.invoke(app, ["truth", "--out", str(tmp_path), "--seed", "2", "--every", "30"])
    assert done.exit_code == 0, done.output
    text = "".join(path.read_text(encoding="utf-8") for path in sorted(tmp_path.rglob("*.jsonl")))
    assert "337" in text
    for piece in ("Пафнут", "Аверки", "Харламп"):
        assert piece not in text


def test_a_wrong_day_is_said_plainly(tmp_path: Path) -> None:
    for day in ("yesterday", "2020-01-01"):
        done = RUN.invoke(app, ["truth", "--out", str(tmp_path), "--date", day])
        assert done.exit_code == 2
    assert list(tmp_path.iterdir()) == []


def test_a_world_can_go_on(tmp_path: Path) -> None:
    """After the last published figures the level is flat."""
    args = ["--seed", "2", "--every", "30", "--goes-on-to", "2025-09-30", "--date", "2025-09-30"]
    done = RUN.invoke(app, ["truth", "--out", str(tmp_path), *args])
    assert done.exit_code == 0, done.output
    cells = (tmp_path / "seen" / "2025-09-30" / "expected.jsonl").read_text(encoding="utf-8").splitlines()
    months = {
        cell["key"]: cell["value"]
        for cell in map(json.loads, cells)
        if (cell["metric"], cell["scope"], cell["dimension"]) == ("cases_received", "refusal", "month")
    }
    assert all(months[month] > 30 for month in ("2025-05", "2025-06", "2025-07"))


def test_help_names_every_verb() -> None:
    done = RUN.invoke(app, ["--help"])
    assert done.exit_code == 0
    for verb in ("serve", "archive", "truth"):
        assert verb in done.output
