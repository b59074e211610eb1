"""Captchas answered at the terminal."""

from __future__ import annotations

import json
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from courttally.cli import app
from courttally.collect.captcha_desk import Desk
from courttally.rehearsal.captcha import image

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path, lambda: NOON)
    desk.waiting("spb", "224gvs.spb.sudrf.ru", image("12345"), "one", NOON)
    return desk


def run(home: Path, *arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(
        app, ["captcha", *arguments, "--home", str(home)], env={"COURTTALLY_NOW": NOON.isoformat()}
    )
    return result.exit_code, result.stdout, result.stderr


def test_list_save_answer(desk: Desk, tmp_path: Path) -> None:
    status, out, _ = run(tmp_path, "--list")
    assert status == 0
    assert "224th Garrison Military Court" in out
    status, out, _ = run(tmp_path, "--save", str(tmp_path / "pictures"))
    assert (status, out) == (0, "spb.png\n")
    picture = tmp_path / "pictures" / "spb.png"
    assert picture.read_bytes() == image("12345")
    assert stat.S_IMODE(picture.parent.stat().st_mode) == 0o700
    status, _, said = run(tmp_path, "--answer", "spb=12345")
    assert (status, said) == (0, "Region spb: taken; the collector uses it with its next question.\n")
    held = desk.answer_for("spb", NOON)
    assert held is not None
    assert held.text == "12345"
    status, out, _ = run(tmp_path, "--list")
    assert (status, out.splitlines()[0]) == (0, "Nothing waits.")
    assert "Region spb, just now: sent" in out


def test_json(desk: Desk, tmp_path: Path) -> None:
    status, out, _ = run(tmp_path, "--list", "--json")
    assert status == 0
    assert json.loads(out) == {
        "waiting": [
            {
                "region": "spb",
                "court": "224th Garrison Military Court",
                "asked_at": "2026-03-01T12:00:00+00:00",
                "refusals": 0,
                "simulated": False,
            }
        ],
        "answered": [],
    }


def test_an_empty_home_has_nothing_waiting(tmp_path: Path) -> None:
    assert run(tmp_path / "home", "--list")[:2] == (0, "Nothing waits.\n")
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(
    ("given", "status", "said"),
    [
        ("spb", 2, "--answer takes REGION=12345"),
        ("vrn=12345", 1, "no captcha waits in that region"),
        ("spb=", 1, "the characters of the picture"),
        ("spb=<b>", 1, "the characters of the picture"),
    ],
)
def test_answers_that_cannot_be_taken(desk: Desk, tmp_path: Path, given: str, status: int, said: str) -> None:
    got, out, err = run(tmp_path, "--answer", given)
    assert (got, out) == (status, "")
    assert said in err
    assert len(desk.pending()) == 1


def test_a_taken_port_is_one_plain_line(desk: Desk, tmp_path: Path) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        got, _, err = run(tmp_path, "--port", str(taken.getsockname()[1]))
    assert got == 1
    assert "Traceback" not in err
    assert "--port" in err
