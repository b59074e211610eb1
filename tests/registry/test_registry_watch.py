"""What is watched is told once: new cases, results, disappearances and figures that moved; nothing else, and no name."""

import json
import shutil
import stat
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from registry_kit import YEAR_URL, listing_page, write
from typer.testing import CliRunner

from courttally.archive import Archive
from courttally.cli import app
from courttally.collect.watch import WatchList, parse
from courttally.registry.build import build
from courttally.registry.changes import Change, changes
from courttally.rehearsal.render_primary import MARK

AWOL = "Щызжиглюфы Ж.Ж. - ст.337 ч.5 УК РФ"
NOW = "2024-06-01T12:00:00+03:00"


def row(case: int, received: str = "15.01.2024", decided: str = "", result: str = "") -> tuple[str, ...]:
    return (str(case), f"1-{case}/2024", received, AWOL, decided, result)


def night(home: Path, day: int, *rows: tuple[str, ...], court: str = "25GV0001") -> None:
    write(home, listing_page(rows), datetime(2024, 5, day, 1, tzinfo=UTC), YEAR_URL, court=court)
    build(home, workers=1)


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def run(*arguments: str) -> tuple[int, str, str]:
        result = CliRunner().invoke(app, ["watch", *arguments, "--home", str(tmp_path)], env={"COURTTALLY_NOW": NOW})
        return result.exit_code, result.stdout, result.stderr

    return run


def test_from_night_to_night(tmp_path: Path, run: Run) -> None:
    night(tmp_path, 1, row(1), row(2))
    assert run("add", "25GV0001")[:2] == (0, "w1: court 25GV0001 is watched; 2 case records now.\n")
    assert run("add", "1-2/2024@25GV0001")[:2] == (0, "w2: case 1-2/2024@25GV0001 is watched; 1 case record now.\n")
    assert run("add", "25GV0001:criminal:first:1:9")[1] == (
        "w3: case 25GV0001:criminal:first:1:9 is watched; 0 case records now.\n"
    )
    assert run("add", "count verdicts --by article")[1] == "w4: query verdicts --by article is watched.\n"
    assert run()[:2] == (0, "Nothing changed on 4 things watched.\n")

    night(tmp_path, 2, row(1), row(2, decided="02.05.2024", result="Вынесен ПРИГОВОР"), row(3, received="30.04.2024"))
    finished = "  finished: 1-2/2024 (25GV0001:criminal:first:1:2): pending → verdict (which need not be a conviction); dated none → 2024-05-02"
    assert run("--again")[1].splitlines() == [
        "25GV0001:",
        finished,
        "  new: 1-3/2024 (25GV0001:criminal:first:1:3): received 2024-04-30; pending",
        "1-2/2024@25GV0001:",
        finished,
        "verdicts --by article:",
        "  article 337: 0 → 1 (+1)",
        "Nothing changed on the other 1 thing watched.",
    ]
    status, out, _ = run("--json")
    assert status == 0
    told = json.loads(out)
    assert [(each["id"], len(each["changes"])) for each in told] == [("w1", 2), ("w2", 1), ("w3", 0), ("w4", 1)]
    assert told[3]["changes"] == [{"cell": "article 337", "before": 0, "now": 1}]
    assert run()[1] == "Nothing changed on 4 things watched.\n"  # told once
    assert "Щыз" not in out


def test_a_case_that_is_not_known_yet_is_told_when_it_comes(tmp_path: Path, run: Run) -> None:
    assert run("add", "1-5/2024@25GV0001")[1] == "w1: case 1-5/2024@25GV0001 is watched.\n"
    night(tmp_path, 1, row(1))
    assert run()[1] == "1-5/2024@25GV0001: watched from now on, 0 case records.\n"
    night(tmp_path, 2, row(1), row(5))
    assert run()[1].splitlines()[1] == "  new: 1-5/2024 (25GV0001:criminal:first:1:5): received 2024-01-15; pending"


def test_simulated_data_says_so(tmp_path: Path, run: Run) -> None:
    page = listing_page([row(1)]).replace(b"<div id='content'>", MARK.encode() + b"<div id='content'>", 1)
    write(tmp_path, page, datetime(2024, 5, 1, tzinfo=UTC), YEAR_URL)
    build(tmp_path, workers=1)
    run("add", "25GV0001")
    assert run("--again")[1].splitlines() == [
        "SIMULATED DATA: these are not real cases.",
        "Nothing changed on 1 thing watched.",
    ]
    assert [each["simulated"] for each in json.loads(run("--json")[1])] == [True]


def test_list_and_remove(tmp_path: Path, run: Run) -> None:
    assert run("list")[1] == "Nothing is watched.\n"
    for what in ("25GV0001", "51GV0001", "25GV0001"):
        run("add", what)
    assert json.loads(run("list", "--json")[1]) == [
        {"id": "w1", "kind": "court", "what": "25GV0001"},
        {"id": "w2", "kind": "court", "what": "51GV0001"},
    ]
    assert run("remove", "w1")[:2] == (0, "w1: 25GV0001 is not watched any more.\n")
    status, _, err = run("remove", "w1")
    assert (status, "is not watched; 'courttally watch list'" in err) == (2, True)
    assert run("add", "25GV0001")[1].startswith("w3: ")  # an id is never used again
    assert run("remove", "51GV0001")[0] == 0
    assert "25GV0001" in run("list")[1]


@pytest.mark.parametrize(
    ("what", "said"),
    [
        (("",), "say what to watch"),
        (("@25GV0001",), "NUMBER@COURT"),
        (("1-1/2024@nowhere",), "is no court"),
        (("verdict",), "no metric 'verdict'"),
        (("verdicts --by",), "take a value each"),
        (("verdicts --as-of 2024-01-01",), "take a value each"),
        (("verdicts --by colour",), "colour"),
        (("x" * 600,), "at most 500 characters"),
        (("verdicts 'open",), "No closing quotation"),
    ],
)
def test_what_cannot_be_watched(run: Run, tmp_path: Path, what: tuple[str, ...], said: str) -> None:
    status, out, err = run("add", *what)
    assert (status, out) == (2, "")
    assert said in err
    assert not (tmp_path / "watch.jsonl").exists()


def test_telling_needs_a_registry_and_says_so(run: Run) -> None:
    assert run()[1].startswith("Nothing is watched. Next: courttally watch add")
    run("add", "25GV0001")
    status, _, err = run()
    assert status == 1
    assert "run 'courttally build' first" in err


def test_files_are_private_and_a_lost_memory_costs_one_telling(tmp_path: Path, run: Run) -> None:
    night(tmp_path, 1, row(1))
    run("add", "25GV0001")
    for name in ("watch.jsonl", "watch-told.json"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
    (tmp_path / "watch-told.json").write_text("{")
    assert run()[1] == "25GV0001: watched from now on, 1 case record.\n"
    assert run()[1] == "Nothing changed on 1 thing watched.\n"


def test_a_redacted_case_leaves(tmp_path: Path, run: Run) -> None:
    night(tmp_path, 1, row(1))
    night(tmp_path, 2, row(1), row(2))
    run("add", "25GV0001")
    [gone] = [
        name
        for file in Archive(tmp_path).files()
        for name in Archive(tmp_path).index(file.name)["capture_id"].to_pylist()
        if b"1-2/2024" in Archive(tmp_path).get(name).payload
    ]
    Archive(tmp_path).redact([gone], who="A. Editor", why="asked", clock=lambda: datetime(2024, 6, 1, tzinfo=UTC))
    shutil.rmtree(tmp_path / "registry" / "cache")
    build(tmp_path, workers=1)
    assert run()[1].splitlines() == [
        "25GV0001:",
        "  not in the registry any more: 25GV0001:criminal:first:1:2",
    ]


def test_kinds_of_change() -> None:
    base = {
        "court": "c",
        "number": "1",
        "received": "2024-01-01",
        "outcome": "pending",
        "outcome_date": "",
    } | dict.fromkeys(("in_force", "act", "slots"), "")

    def kinds(before: dict[str, str] | None, after: dict[str, str] | None) -> list[str]:
        old = {} if before is None else {"r": base | before}
        new = {} if after is None else {"r": base | after}
        return [change.kind for change in changes(old, new, {})]

    assert kinds({}, {}) == []
    assert kinds(None, {}) == ["new"]
    assert kinds({}, None) == ["left"]
    assert kinds({}, {"outcome": "verdict"}) == ["finished"]
    assert kinds({}, {"outcome": "returned"}) == ["finished"]
    assert kinds({}, {"outcome": "stayed"}) == ["changed"]
    assert kinds({"outcome": "stayed"}, {"outcome": "terminated"}) == ["finished"]
    assert kinds({"outcome": "verdict"}, {"outcome": "pending"}) == ["reopened"]
    assert kinds({"outcome": "verdict"}, {"outcome": "verdict", "in_force": "2024-02-01"}) == ["changed"]
    assert kinds({}, {"presence": "missing"}) == ["changed"]
    assert kinds({"presence": "missing"}, {"presence": "vanished"}) == ["vanished"]


def test_a_record_whose_key_was_taken_over_is_the_same_record() -> None:
    state = {"court": "c", "number": "1", "outcome": "pending"} | dict.fromkeys(
        ("received", "outcome_date", "in_force", "act", "slots"), ""
    )
    taken = {"c:1:no:1@2024-01-01": "c:1:uid:X", "c:1:uid:X": "c:1:77"}
    before = {"c:1:no:1@2024-01-01": state}
    assert changes(before, {"c:1:77": state}, taken) == []
    [change] = changes(before, {"c:1:77": state | {"in_force": "2024-02-01"}}, taken)
    assert change == Change("c:1:77", "c", "1", "changed", {"in_force": ("", "2024-02-01")})


def test_what_a_person_names() -> None:
    assert parse(" 25gv0001 ") == ("court", "25GV0001")
    assert parse("other:sample list") == ("court", "other:sample-list")
    assert parse("1-23/2024 @ 25GV0001") == ("case", "1-23/2024@25GV0001")
    assert parse("25GV0001:criminal:first:1:3115935") == ("case", "25GV0001:criminal:first:1:3115935")
    provisional = "25GV0001:criminal:first:1:no:1-23/2024@2024-01-15"
    assert parse(provisional) == ("case", provisional)
    assert parse("count verdicts --by month") == ("query", "verdicts --by month")


def test_the_list_is_a_ledger(tmp_path: Path) -> None:
    watched = WatchList(tmp_path, lambda: datetime(2024, 6, 1, tzinfo=UTC))
    watched.add("court", "25GV0001")
    watched.remove("w1")
    lines = (tmp_path / "watch.jsonl").read_text().splitlines()
    assert [json.loads(line)["event"] for line in lines] == ["add", "remove"]
    assert watched.items() == []
