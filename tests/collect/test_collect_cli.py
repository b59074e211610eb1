"""The verbs as a person runs them, against the simulated sites."""

import json
import os
import signal
import stat
import subprocess
import sys
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from collect_kit import courts_where, midnight
from test_collect_killed import Portal, served

from courttally.cli.collect import tell
from courttally.collect.book import CourtTally
from courttally.collect.run import Report
from courttally.courts import directory, label
from courttally.registry.snapshot import current
from courttally.rehearsal.shown import visible
from courttally.rehearsal.world import build as build_world

NIGHT, SINCE = date(2024, 7, 1), date(2024, 5, 1)


def courttally(*arguments: object, now: datetime | None = None, status: int = 0) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from courttally.cli import main; main()", *map(str, arguments)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COURTTALLY")}
    if now is not None:
        environment["COURTTALLY_NOW"] = now.isoformat()
    done = subprocess.run(command, env=environment | {"COLUMNS": "200"}, capture_output=True, text=True, check=False)
    assert done.returncode == status, done.stderr
    assert "Traceback" not in done.stderr
    return done


def answer(done: subprocess.CompletedProcess[str]) -> Any:
    return json.loads(done.stdout)


def test_a_night_from_the_plan_to_the_staged_page(tmp_path: Path) -> None:
    world, now = build_world("small", 1), midnight(NIGHT).astimezone(UTC)
    codes = courts_where(world, busy=2)
    (forbidden,) = courts_where(world, robots=True, busy=1)
    home = tmp_path / "home"
    chosen = ("--home", home, "--courts", ",".join([*codes, forbidden]))
    with served(world, now) as portal:
        asked = (*chosen, "--since", SINCE, "--portal", f"http://127.0.0.1:{portal.port}")
        plan = answer(courttally("collect", *asked, "--dry-run", "--json", now=now))
        assert plan["requests"]["robots"] == 3
        assert {window["from"] for window in plan["windows"]} == {SINCE.isoformat()}
        assert portal.stage.entries == []
        found = answer(courttally("run", *asked, "--json", now=now))
        entries = len(portal.stage.entries)
        assert found["collected"]["captures"] == found["held"]["captures"] > 20
        assert found["changed"] == found["held"]
        first = {
            record.case_id
            for code in codes
            for record in world.by_court[code, "first"]
            if visible(record, portal.stage.night - 1)
        }
        received = {
            r.case_id
            for code in codes
            for r in world.by_court[code, "first"]
            if r.case_id in first and r.received >= SINCE.toordinal()
        }
        assert len(received) <= found["held"]["cases_of_first_instance"] <= len(first)
        assert found["staged"]
        published = files_of(home, tmp_path / "published")
        assert {path.name: path.read_bytes() for path in (home / "staged").iterdir()} == published
        withdrawn = min(row["record"] for row in held_records(home))
        courttally("decide", "withdraw", withdrawn, "--who", "the test", "--why", "to see", "--home", home, now=now)
        assert answer(courttally("run", *asked, "--json", now=now))["changed"]["captures"] == 0
        staged = {path.name: path.read_bytes() for path in (home / "staged").iterdir()}
        assert staged == files_of(home, tmp_path / "after")
        assert staged != published
        again = courttally("collect", *asked, now=now)
        assert len(portal.stage.entries) == entries
        assert "0 captures kept of 0 requests" in again.stdout
        held_up = portal_down(portal, codes[0], asked, now + timedelta(days=1))
        assert "left alone" in held_up.stdout
    views = {view["court"]: view for view in answer(courttally("courts", *chosen, "--json"))}
    assert views[forbidden]["robots"] == "disallowed"
    assert views[forbidden]["windows"].keys() == {"disallowed"}
    assert (views[codes[1]]["covered_from"], views[codes[1]]["covered_to"]) == (SINCE.isoformat(), "2024-07-02")
    assert views[codes[1]]["expected"] == views[codes[1]]["found"] > 0
    assert "blocked" in views[codes[0]]["trouble"]
    shown = courttally("courts", *chosen).stdout
    assert "disallowed" in shown


def held_records(home: Path) -> list[dict[str, Any]]:
    """Case records of first instance in the headline's scope, as the registry holds them."""
    rows = current(home).table("charges").to_pylist()
    return [row for row in rows if (row["article"], row["part"]) == ("337", "5") and ":first:" in row["record"]]


def files_of(home: Path, folder: Path) -> dict[str, bytes]:
    """The site that ``publish`` would write at this moment."""
    courttally("publish", "--draft", "--out", folder, "--home", home)
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def portal_down(
    portal: Portal, court: str, asked: tuple[object, ...], now: datetime
) -> subprocess.CompletedProcess[str]:
    """The next night, with a court that blocks us: exit status 3, for a person to look at."""
    portal.moment = now
    portal.stage.outage(court, "blocked")
    return courttally("collect", *asked, now=now, status=3)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--courts", "77GV9999"), "directory"),
        (("--courts", ","), "none is named"),
        (("--since", "yesterday"), "2021-01-01"),
        (("--since", "2042-01-01"), "a day to come"),
        (("--portal", "ftp://x"), "http://127.0.0.1:8337"),
        (("--portal", "http://example.org"), "on this machine"),
        (("--portal", "live"), "rehearsals"),
    ],
)
def test_bad_usage_is_one_plain_line(tmp_path: Path, arguments: tuple[str, ...], words: str) -> None:
    done = courttally("collect", "--home", tmp_path / "home", *arguments, now=midnight(NIGHT), status=2)
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_home_that_cannot_be_written_is_one_plain_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for verb in ("collect", "run"):
        done = courttally(verb, "--home", tmp_path / "file" / "home", status=1)
        assert done.stderr.startswith("courttally: the file system says: Not a directory.")


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_a_first_night_without_a_connection_says_so_and_not_only_that_nothing_is_held(
    tmp_path: Path, form: tuple[str, ...]
) -> None:
    (tmp_path / "courttally.toml").write_text("[collect]\ncourts = ['garrison']\n")
    done = courttally("run", "--home", tmp_path, "--portal", "http://127.0.0.1:1", *form, now=midnight(NIGHT), status=1)
    assert "Stopped: no site can be reached: look at this machine's connection" in done.stdout + done.stderr
    assert "holds no page yet" in done.stderr


def test_a_full_disk_says_so_and_the_next_run_goes_on(tmp_path: Path) -> None:
    world, now = build_world("small", 1), midnight(NIGHT).astimezone(UTC)
    (code,) = courts_where(world, busy=1)
    with served(world, now) as portal:
        place = (
            "--home",
            tmp_path / "home",
            "--courts",
            code,
            "--since",
            SINCE,
            "--portal",
            f"http://127.0.0.1:{portal.port}",
        )
        short = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000)); from courttally.cli import main; main()"
        environment = os.environ | {"COURTTALLY_NOW": now.isoformat()}
        command = [sys.executable, "-c", short, "collect", *map(str, place)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 1
        assert done.stderr.startswith(
            "courttally: the disk is full, or a limit on it is reached. What was kept so far is safe"
        )
        assert stat.S_IMODE((tmp_path / "home").stat().st_mode) == 0o700, (
            "the settings there may hold a proxy's password"
        )
        asked = len(portal.stage.entries)
        rest = answer(courttally("collect", *place, "--json", now=now))
        assert {state for court in rest["courts"] for state in court["windows"]} <= {"complete"}
        assert 0 < rest["captures"] == len(portal.stage.entries) - asked
        assert "Everything is as it was written" in courttally("verify", "--home", tmp_path / "home").stdout


def test_a_watch_list_that_is_named_and_not_there_is_told(tmp_path: Path) -> None:
    (tmp_path / "courttally.toml").write_text("[collect]\ncourts = ['appeal']\nwatch = '/nowhere/watch.jsonl'\n")
    done = courttally("collect", "--home", tmp_path, "--portal", "http://127.0.0.1:1", now=midnight(NIGHT))
    assert (
        done.stderr
        == "The watch list that courttally.toml names is not there. It is a hint only: the plan is made without it.\n"
    )


def test_the_court_that_is_asked_for_links_only_is_shown_too(tmp_path: Path) -> None:
    (tmp_path / "courttally.toml").write_text("[collect]\ncourts = ['appeal']\n")
    (view,) = answer(courttally("courts", "--home", tmp_path, "--json"))
    assert (view["proceeding"], view["linked"], view["windows"]) == ("appeal", True, {})
    assert "asked for links only" in courttally("courts", "--home", tmp_path).stdout


def test_a_night_that_went_wrong_everywhere_is_told_in_a_few_lines(capsys: pytest.CaptureFixture[str]) -> None:
    codes = [court.code for court in directory() if court.level == "garrison"][:13]
    report = Report({code: CourtTally(code, stopped="blocked, and still so after pauses") for code in codes})
    for tally in report.courts.values():
        tally.reasons["blocked"] += 2
    report.courts[codes[0]].signals = ["mass drop"]
    tell(report, json=False)
    lines = capsys.readouterr().out.splitlines()
    one, ten, eleven = (label(codes[place], "en") for place in (0, 9, 10))
    looks = [line for line in lines if line.startswith("LOOK AT")]
    assert len(looks) == 2
    assert looks[0].startswith(f"LOOK AT  {one}, ")
    assert looks[0].endswith(
        f"{ten} and 3 more ('courttally courts' shows all): left alone for now: blocked, and still so after pauses."
    )
    assert looks[1] == f"LOOK AT  {one}: mass drop."
    (incomplete,) = (line for line in lines if line.startswith("Not complete: blocked"))
    assert f"{ten} (2 windows) and 3 more" in incomplete
    assert eleven not in incomplete


def test_a_wrong_setting_is_one_plain_line(tmp_path: Path) -> None:
    (tmp_path / "courttally.toml").write_text("[collect]\nproxi = 'http://user:secret@proxy'\n")
    for verb in ("collect", "courts", "run"):
        done = courttally(verb, "--home", tmp_path, status=2)
        assert "proxi" in done.stderr
        assert "secret" not in done.stderr


@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_told_to_stop_says_so_and_closes_its_file(tmp_path: Path, told: signal.Signals) -> None:
    world, now = build_world("small", 1), midnight(NIGHT).astimezone(UTC)
    (code,) = courts_where(world, busy=1)
    home = tmp_path / "home"
    with served(world, now) as portal:
        asked = (
            "collect",
            "--home",
            home,
            "--courts",
            code,
            "--since",
            SINCE,
            "--portal",
            f"http://127.0.0.1:{portal.port}",
        )
        main = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); from courttally.cli import main; main()"
        command = [
            sys.executable,
            "-c",
            main,
            *map(str, asked),
        ]  # a shell in the background hands SIGINT down as ignored
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )  # on the real clock
        while not portal.stage.entries:
            assert process.poll() is None
            time.sleep(0.05)
        process.send_signal(told)
        _, errors = process.communicate()
        assert process.returncode == 1
        assert errors.startswith("courttally: stopped.")
        assert len(errors.splitlines()) == 1
        assert "Everything is as it was written" in courttally("verify", "--home", home).stdout


def test_a_run_says_which_captures_it_did_not_collect_itself(tmp_path: Path) -> None:
    world, now = build_world("small", 1), midnight(NIGHT).astimezone(UTC)
    one, other = courts_where(world, busy=2)
    with served(world, now) as portal:
        place = ("--home", tmp_path / "home", "--since", SINCE, "--portal", f"http://127.0.0.1:{portal.port}")
        before = answer(courttally("collect", *place, "--courts", one, "--json", now=now))["captures"]
        told = courttally("run", *place, "--courts", other, now=now).stdout
    assert f"{before} captures of them had been collected or imported before this run" in told
