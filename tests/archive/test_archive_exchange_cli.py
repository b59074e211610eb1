"""`archive export`, `merge` and `machines` at the terminal."""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from archive_kit import NOW, PAGE, URL
from typer.testing import CliRunner

from courttally.archive import Archive
from courttally.cli import app


def run(*arguments: str | Path, home: Path) -> tuple[int, str, str]:
    result = CliRunner().invoke(
        app,
        ["archive", *map(str, arguments), "--home", str(home)],
        env={"COURTTALLY_NOW": NOW.isoformat()},
    )
    return result.exit_code, result.stdout, result.stderr


def fill(home: Path, numbers: range, at: datetime = NOW) -> list[str]:
    with Archive(home).writer(clock=lambda: at) as writer:
        return [
            writer.write(url=f"{URL}{number}", status=200, fetched_at=NOW, court=None, payload=PAGE + b"%d" % number)
            for number in numbers
        ]


@pytest.fixture
def homes(tmp_path: Path) -> tuple[Path, Path]:
    a, b = tmp_path / "a", tmp_path / "b"
    fill(a, range(4), datetime(2026, 11, 1, tzinfo=UTC))
    fill(a, range(4, 6), datetime(2026, 11, 21, tzinfo=UTC))
    fill(b, range(3, 8))
    return a, b


def test_what_is_still_being_written_stays_out_and_is_told(homes: tuple[Path, Path], tmp_path: Path) -> None:
    a, _ = homes
    with Archive(a).writer(clock=lambda: NOW) as writer:
        writer.write(url=URL, status=200, fetched_at=NOW, court=None, payload=PAGE + b"new")
        _, out, _ = run("export", tmp_path / "a.tar", home=a)
        assert out.startswith("6 captures in 2 files")
        assert "stayed out: export again" in out
    _, out, _ = run("export", tmp_path / "b.tar", home=a)
    assert out.startswith("7 captures in 3 files")
    assert "stayed out" not in out


def test_there_and_again(homes: tuple[Path, Path], tmp_path: Path) -> None:
    a, b = homes
    status, out, _ = run("export", tmp_path / "a.tar", "--label", "night desk", home=a)
    assert status == 0
    assert out.startswith("6 captures in 2 files of 1 machine")
    assert "It holds names: carry it encrypted." in out
    status, out, _ = run("merge", tmp_path / "a.tar", home=b)
    assert status == 0
    assert "(night desk): 6 captures in 2 files added." in out
    status, out, _ = run("merge", tmp_path / "a.tar", home=b)
    assert (status, out.split(": ")[-1]) == (0, "nothing new.\n")
    status, out, _ = run("machines", "--json", home=b)
    assert [(row["label"], row["files"], row["captures"], row["own"]) for row in json.loads(out)] == [
        ("", 1, 5, True),
        ("night desk", 2, 6, False),
    ]
    assert Archive(b).count() == 8
    status, out, _ = run("machines", home=b)
    assert status == 0
    assert "night desk" in out
    status, out, _ = run("merge", tmp_path / "a.tar", home=a)
    assert (status, out.split(" (")[1]) == (0, "night desk) is this machine: nothing to take.\n")


def test_since_a_day_in_moscow(homes: tuple[Path, Path], tmp_path: Path) -> None:
    a, b = homes
    status, out, _ = run("export", tmp_path / "late.tar", "--since", "2026-11-21", "--json", home=a)
    assert status == 0
    assert json.loads(out)["captures"] == 2
    status, out, err = run("merge", tmp_path / "late.tar", "--json", home=b)
    assert status == 1
    assert json.loads(out)["merged"] == []
    assert "merge the bundle before it first" in err
    assert "1 conflict; nothing of these was taken" in err
    status, _, err = run("export", tmp_path / "x.tar", "--since", "yesterday", home=a)
    assert status == 2
    assert "--since takes a day or a time" in err


def test_what_goes_wrong_is_one_plain_line(homes: tuple[Path, Path], tmp_path: Path) -> None:
    a, b = homes
    (tmp_path / "there").write_bytes(b"mine")
    for arguments, home, status, said in (
        (("export", tmp_path / "there"), a, 1, "nothing is ever replaced"),
        (("export", tmp_path / "no" / "folder"), a, 1, "the file system says: No such file or directory"),
        (("export", tmp_path / "x", "--label", "two\nlines"), a, 2, "a label is at most 80 characters"),
        (("merge", tmp_path / "absent"), b, 2, "argument 1: there is no such file or folder"),
        (("merge", tmp_path / "there"), b, 1, "this is no bundle"),
        (("merge", b), b, 1, "this is no bundle"),
    ):
        got, out, err = run(*arguments, home=home)
        assert (got, out) == (status, ""), arguments
        assert said in err
        assert "Traceback" not in err
        assert str(tmp_path) not in err
    assert (tmp_path / "there").read_bytes() == b"mine"


def test_a_redaction_that_comes_makes_the_registry_forget(homes: tuple[Path, Path], tmp_path: Path) -> None:
    from courttally.registry.build import build

    a, b = homes
    run("export", tmp_path / "a.tar", home=a)
    run("merge", tmp_path / "a.tar", home=b)
    build(b, workers=1)
    gone = fill(tmp_path / "same", range(1))[0]  # the id of the first capture
    Archive(a).redact([gone], who="A. Editor", why="asked", clock=lambda: NOW)
    run("export", tmp_path / "later.tar", home=a)
    status, out, _ = run("merge", tmp_path / "later.tar", home=b)
    assert status == 0
    assert "1 file of them redacted since" in out
    report = build(b, workers=1)
    assert report.captures == 7
    assert gone.encode() not in b"".join(path.read_bytes() for path in (b / "registry" / "cache").rglob("*.parquet"))


def test_help_has_an_example() -> None:
    for verb in ("export", "merge", "machines"):
        out = CliRunner().invoke(app, ["archive", verb, "--help"]).stdout
        assert f"Example: courttally archive {verb}" in " ".join(out.split())


def test_an_empty_archive_travels_too(tmp_path: Path) -> None:
    assert run("export", tmp_path / "nothing", home=tmp_path / "a")[0] == 0
    assert run("merge", tmp_path / "nothing", home=tmp_path / "b")[0] == 0
    assert Archive(tmp_path / "b").count() == 0
    shutil.rmtree(tmp_path / "nothing")
