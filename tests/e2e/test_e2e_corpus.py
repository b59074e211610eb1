"""The example corpus is what it says: marked, deterministic, well formed, and it shows on its pages what its truth
holds.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from e2e_tools import PROJECT, Corpus
from simulated.counts import EVERYTHING, SCOPES, records, units
from simulated.render import page
from simulated.truth import Capture
from warcio.archiveiterator import ArchiveIterator

MARK = "УЧЕБНЫЕ ДАННЫЕ · SIMULATED DATA"


def text_of(capture: Capture) -> str:
    return page(capture).decode("utf-8" if "utf-8" in capture.options else "windows-1251")


def test_every_answer_is_marked(corpus: Corpus) -> None:
    """In words, in a meta element and in the HTTP header; and the independent library finds every digest right."""
    kinds: dict[str, int] = {}
    with corpus.warc.open("rb") as stream:
        for found in ArchiveIterator(stream, check_digests="raise"):
            kinds[found.rec_type] = kinds.get(found.rec_type, 0) + 1
            body = found.content_stream().read()
            if found.rec_type in ("response", "revisit"):
                assert found.http_headers.get_header("X-Courttally-Simulated") == "1"
            if found.rec_type == "response":
                marked = {MARK.encode("windows-1251") in body, MARK.encode() in body}
                assert marked == {True, False}
                assert b'<meta name="courttally-simulated" content="1">' in body
    dated = [capture for capture in corpus.world.captures if capture.at]
    assert kinds["response"] + kinds["revisit"] == len(dated)
    assert kinds["revisit"] == 1


def test_the_same_on_every_run(tmp_path: Path, corpus: Corpus) -> None:
    """Made by another process, with another hash seed: the same bytes and the same truth."""
    command = [sys.executable, str(PROJECT / "examples" / "make_corpus.py"), str(tmp_path / "c")]
    command += ["--truth", str(tmp_path / "truth.json")]
    surroundings = {"PYTHONHASHSEED": "99", "TZ": "Asia/Kamchatka"}
    subprocess.run(command, check=True, capture_output=True, env=surroundings)
    assert (tmp_path / "c" / "simulated.warc").read_bytes() == corpus.warc.read_bytes()
    assert json.loads((tmp_path / "truth.json").read_text(encoding="utf-8")) == corpus.truth


def test_what_the_world_holds(corpus: Corpus) -> None:
    """Enough of everything that the counting rules speak of."""
    world = corpus.world
    shown = {case.key for capture in world.captures for case in capture.cases}
    assert len(shown) >= 150
    assert {court.level for court in world.courts} == {"garrison", "district"}
    assert {"abroad", "occupied_ukraine"} < {court.region for court in world.courts}
    held = records(world, EVERYTHING)
    for metric in ("case_records", "cases_received"):
        # Every case that was ever shown, and the row that two cases could claim.
        assert len(units(held, metric, SCOPES["all"], "lead")) == len(shown) + 1
    outcomes = {one.outcome for one in units(held, "accused", SCOPES["all"], "lead")}
    wanted = {"verdict", "terminated", "returned", "transferred", "medical", "joined"}
    assert outcomes == wanted | {"other", "stayed", "pending", "unmapped", "unknown"}
    uids = [case.uid for case in world.cases if case.uid]
    assert len(uids) > len(set(uids))
    for uid in uids:
        assert int("".join(str(int(sign, 36)) for sign in uid if sign.isalnum())) % 97 == 1
    assert any(case.uid is None for case in world.cases)


@pytest.mark.parametrize("kind", ["listing", "card"])
def test_pages_show_the_truth(corpus: Corpus, kind: str) -> None:
    """Read with another parser, every page shows its cases' numbers, dates, charges and results, in order, and its
    counter.
    """
    for capture in corpus.world.captures:
        if capture.kind != kind:
            continue
        soup = BeautifulSoup(text_of(capture), "lxml")
        faces = [case.face(capture.shown_at) for case in capture.cases]
        if kind == "card":
            (face,) = faces
            assert face
            assert f"ДЕЛО № {face.number}" in soup.select_one(".casenumber").get_text()
            people = soup.find("th", string="ЛИЦА").find_parent("table").find_all("tr")[2:]
            assert [row.find_all("td")[2].get_text() for row in people] == [person.decided for person in face.people]
            continue
        table = soup.select_one("table#tablcont")
        assert table
        rows = [[cell.get_text(" ", strip=True) for cell in row.find_all("td")] for row in table.find_all("tr")[1:]]
        assert len(rows) == len(faces)
        for cells, face in zip(rows, faces, strict=True):
            assert face
            assert [cells[0], cells[1], cells[4], cells[6]] == [face.number, face.received, face.decided, face.in_force]
            assert cells[5] == (face.result.wording if face.result else "")
            assert len(cells[2].split(";")) >= len(face.people)
        counter = re.search(r"найдено — (\d+)\. На странице записи с (\d+)\s+по (\d+)\.", soup.get_text())
        assert counter
        assert [int(number) for number in counter.groups()] == [capture.found, capture.first, capture.last]


def test_the_truth_by_eye(corpus: Corpus) -> None:
    """A few records whose count was worked out on paper, so that the counting code itself is held to something."""
    held = {record.key: record for record in records(corpus.world, "2025-06-15")}
    scope = SCOPES["refusal"]

    def found(metric: str, key: str) -> list[tuple[str, str, str]]:
        made = units([held[key]], metric, scope, "lead")
        return [(one.parts[0], one.day.isoformat() if one.day else "undated", one.outcome) for one in made]

    assert found("verdicts", "accused-two-endings") == [("337/5", "2023-04-17", "verdict")]
    assert found("cases_finished", "accused-two-endings") == [("337/5", "2023-05-22", "verdict")]
    assert found("accused_with_verdict", "accused-two-endings") == [("337/5", "2023-04-17", "verdict")]
    assert found("cases_finished", "accused-one-tried") == [("337/5", "2023-04-17", "verdict")]
    assert found("verdicts", "accused-two-verdicts") == [("338/3", "2023-04-17", "verdict")]
    assert found("accused_with_verdict", "accused-two-verdicts") == [
        ("338/3", "2023-04-17", "verdict"),
        ("337/5", "2023-05-22", "verdict"),
    ]
    assert found("verdicts", "accused-verdict-in-terminated") == [("337/5", "2023-04-17", "terminated")]
    assert found("accused", "accused-case-result-only") == [("337/5", "2023-03-06", "unknown")] * 3
    assert found("accused", "accused-one-outside") == [("337/3.1", "2023-03-06", "verdict")]
    assert found("cases_received", "odd-received") == [("337/5", "undated", "verdict")]
    assert found("cases_finished", "odd-decided") == [("338/3", "undated", "verdict")]
    assert found("cases_received", "time-requalified") == [("337/5", "2023-04-10", "verdict")]
    assert found("cases_received", "time-stayed-resumed") == [("337/5", "2023-04-03", "pending")]
    assert {"row-alone!", "row-found-again", "row-torn!", "row-torn", "row-twin"} <= set(held)
    assert "row-found-again!" not in held
    july = {record.key: record for record in records(corpus.world, "2023-07-01")}
    june = {record.key: record for record in records(corpus.world, "2023-06-30")}
    assert july["time-late-evening"].outcome()[0] == "verdict"
    assert june["time-late-evening"].outcome()[0] == "pending"


def test_the_truth_by_hand_for_chains(corpus: Corpus) -> None:
    """Gross and net of the chains: ten records of three refiled or transferred matters and their neighbours."""
    held = [record for record in records(corpus.world, "2025-06-15") if record.key.startswith("chain")]
    gross = units(held, "cases_received", SCOPES["refusal"], "lead")
    net = units(held, "matters", SCOPES["refusal"], "lead")
    assert len(gross) == 10
    assert sorted((one.day.isoformat() if one.day else "", one.court.code, one.outcome) for one in net) == [
        ("2022-11-14", "27OV0000", "pending"),
        ("2023-02-06", "25GV0001", "verdict"),
        ("2023-09-04", "39GV0001", "terminated"),
        ("2024-07-01", "75GV0001", "joined"),
        ("2024-07-02", "75GV0001", "verdict"),
        ("2024-07-08", "77GV0005", "returned"),
    ]
