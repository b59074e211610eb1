"""The command as a whole: help, exit statuses, machine-readable answers, and the demonstration."""

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from e2e_tools import DONE, FAILED, MISUSED, PROJECT, UNREAD, VERBS, Corpus, Desk, run
from simulated.render import page
from simulated.warc import records

from courttally.cli import common


@pytest.mark.parametrize("verb", VERBS)
def test_help_shows_an_example(user: Path, verb: str) -> None:
    """Every verb explains itself with a command that can be typed."""
    answer = run([verb, "--help"], user)
    assert answer.status == DONE
    assert "example" in answer.out.lower()
    assert f"courttally {verb} " in answer.out or f"courttally {verb}\n" in answer.out
    assert "--home" in answer.out
    assert "--json" in answer.out


def test_help_of_all(user: Path) -> None:
    answer = run(["--help"], user)
    assert answer.status == DONE
    for verb in VERBS:
        assert verb in answer.out


@pytest.mark.parametrize(
    "words", [["fetchall"], ["import"], ["count"], ["trace"], ["build", "--workers", "many"], ["count", "--x"]]
)
def test_bad_usage(user: Path, words: list[str]) -> None:
    answer = run(words, user)
    assert answer.status == MISUSED
    assert answer.err.strip()
    assert "Traceback" not in answer.err


def test_a_home_that_is_empty(tmp_path: Path, user: Path) -> None:
    """Nothing imported, nothing built: said plainly, with the way out, and no zero is invented."""
    desk = Desk(tmp_path / "home", user)
    answer = desk.run("count", "verdicts", "--json")
    assert answer.status == FAILED
    assert "build" in answer.err or "import" in answer.err
    assert "Traceback" not in answer.err
    assert desk.run("import", tmp_path / "nowhere.warc").status in (FAILED, MISUSED)


def test_everything_read_is_done(tmp_path: Path, user: Path, corpus: Corpus) -> None:
    """A corpus without anything unknown ends with 0; one unmapped wording, and it ends with 3 and says where to
    look.
    """
    clean = [
        capture
        for capture in corpus.world.captures
        if capture.kind == "card" and capture.at and capture.cases[0].key in ("chain-returned", "chain-refiled")
    ]
    odd = [
        capture
        for capture in corpus.world.captures
        if capture.kind == "card" and capture.at and capture.cases[0].key == "odd-unmapped"
    ]
    statuses = []
    for name, captures in (("clean", clean), ("odd", odd)):
        desk = Desk(tmp_path / name, user)
        part = tmp_path / f"{name}.warc"
        part.write_bytes(b"".join(records(captures, page)))
        desk.run("import", part).ok()
        answer = desk.run("build")
        statuses.append(answer.status)
        if name == "odd":
            assert "status" in answer.out + answer.err
    assert statuses == [DONE, UNREAD]


@pytest.mark.parametrize("verb", ["status", "doctor", "digest", "verify", "build", "case", "import", "publish"])
def test_json_on_every_verb(tmp_path: Path, desk: Desk, corpus: Corpus, verb: str) -> None:
    """Standard output is one JSON document and nothing else."""
    case = next(case for case in corpus.world.cases if case.key == "chain-returned")
    more = {
        "case": [f"{case.court.code}:criminal:first:1:{case.case_id}"],
        "import": [str(corpus.warc)],
        "publish": ["--out", str(tmp_path / "site")],
    }
    if verb in ("import", "build"):
        shutil.copytree(desk.home, tmp_path / "home")
        desk = replace(desk, home=tmp_path / "home")
    answer = desk.run(verb, *more.get(verb, []), "--json").ok()
    assert json.loads(answer.out) is not None


def test_a_court_of_another_kind(tmp_path: Path, user: Path, corpus: Corpus) -> None:
    """A court outside the directory is read and kept, in `case_records` and never in `cases_received`."""
    listing = next(capture for capture in corpus.world.captures if capture.kind == "listing")
    saved = tmp_path / "page.html"
    saved.write_bytes(page(listing))
    for court in ("other:somewhere", "03RS0004"):
        desk = Desk(tmp_path / court.replace(":", "-"), user)
        url = listing.url.replace(f"vnkod={listing.court.code}&", "").replace(
            listing.court.host, "court.example.sudrf.ru"
        )
        desk.run("import", "--court", court, "--url", url, "--fetched-at", "2025-01-01T00:00:00Z", saved).ok()
        desk.run("build").ok()
        (figure,) = desk.run("count", "case_records", "--by", "level", "--json").ok().json
        assert (figure["by"], figure["value"]) == ({"level": "other"}, len(listing.cases))
        received = desk.run("count", "cases_received", "--json").ok().json
        assert [figure["value"] for figure in received] in ([], [0])


def test_a_page_that_nobody_understands(tmp_path: Path, user: Path) -> None:
    """Unknown is something to look at: the work ends with 3, `status` counts it, and no zero is made of it."""
    saved = tmp_path / "page.html"
    saved.write_text("<html><body><p>Совсем другая страница</p></body></html>", encoding="utf-8")
    desk = Desk(tmp_path / "home", user)
    desk.run("import", "--court", "25GV0001", "--fetched-at", "2025-01-01", saved).ok()
    assert desk.run("build").status == UNREAD
    said = desk.run("status")
    assert said.status == UNREAD
    assert "unknown" in said.out.lower()


def test_home_from_the_environment(desk: Desk) -> None:
    """COURTTALLY_HOME does what --home does."""
    answer = run(["digest", "--json"], desk.user, {"COURTTALLY_HOME": str(desk.home)})
    assert answer.ok().json == desk.digest()


def test_case_of_several_accused_in_words(desk: Desk, corpus: Corpus) -> None:
    """Proceedings are stayed, sentences are suspended; the words do not swap on a case page."""
    for key in ("time-stayed-resumed", "chain-returned", "accused-one-tried"):
        case = next(case for case in corpus.world.cases if case.key == key)
        said = desk.run("case", f"{case.court.code}:criminal:first:1:{case.case_id}").ok().out.lower()
        assert "suspended" not in said
        assert "convicted" not in said
        assert "guilty" not in said


@pytest.mark.long
def test_the_demonstration(tmp_path: Path) -> None:
    """scripts/demo works twice in a row: every number as the world says, all of it marked simulated, and a page to open."""
    for _ in range(2):
        done = subprocess.run(
            [str(PROJECT / "scripts" / "demo")],
            capture_output=True,
            env=dict(os.environ) | {"COURTTALLY_DEMO": str(tmp_path), "HOME": str(tmp_path / "user")},
            timeout=300,
            check=False,
        )
        said = done.stdout.decode()
        assert done.returncode == 0, said + done.stderr.decode()
        assert "simulated" in said.lower()
        opened = [Path(word) for line in said.splitlines() for word in line.split() if word.endswith("index.html")]
        assert opened
        assert opened[-1].is_file()
        (counts,) = re.findall(r"([\d,]+) numbers counted .*: ([\d,]+) equal.*, 0 different\.", said)
        asked, equal = (int(number.replace(",", "")) for number in counts)
        assert 800 < equal <= asked
        assert said.count("SIMULATED DATA") > said.count("\nScope refusal-wartime") > 3
    written = [
        path for path in opened[-1].parent.rglob("*") if path.suffix in (".html", ".csv", ".json", ".txt", ".svg")
    ]
    assert len(written) > 5
    assert [path.name for path in written if "simulated" not in path.read_text(encoding="utf-8").lower()] == []


@pytest.mark.parametrize("columns", [40, 90])
def test_at_a_terminal_lines_end_between_words(
    columns: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Elsewhere they stand as they are, so that a script can search them."""
    text = "Case records of criminal first instance.\n\nNot persons, and not matters: a case that is returned counts again."
    common.say(text)
    assert capsys.readouterr().out == text + "\n"
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    common.say(text)
    shown = capsys.readouterr().out
    assert shown.split() == text.split()
    assert max(map(len, shown.splitlines())) <= columns
    assert "\n\n" in shown
