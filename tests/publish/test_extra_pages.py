"""Pages beside the main one, the forms of ``count``, and ids that must not change."""

import csv
import io
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from bs4 import BeautifulSoup

from courttally.claims.known import known_claims
from courttally.cli.outputs import bars, csv_text, write_parquet
from courttally.figures.count import Figure, make_figure
from courttally.figures.metrics import METRICS, all_metrics
from courttally.figures.question import Question, make_question
from courttally.publish.extra_pages import COLUMNS, VERDICTS, extra_files


def test_the_methodology_is_published_in_both_languages() -> None:
    files = extra_files(None, simulated=False)
    assert set(files) == {"methodology.en.html", "methodology.ru.html"}
    for lang in ("en", "ru"):
        page = BeautifulSoup(files[f"methodology.{lang}.html"], "lxml")
        assert page.html is not None
        assert page.html["lang"] == lang
        assert [section["id"] for section in page.find_all("section")] == [
            metric.id for counted in (True, False) for metric in all_metrics().values() if metric.counted is counted
        ]
        assert not page.find_all("script")
    assert "SIMULATED DATA" in extra_files(None, simulated=True)["methodology.en.html"].decode()


def test_the_claims_table_has_every_claim_with_its_verdict() -> None:
    held = known_claims()
    files = extra_files(held, simulated=False)
    rows = list(csv.DictReader(io.StringIO(files["claims.csv"].decode())))
    assert tuple(rows[0]) == COLUMNS
    assert [row["claim_id"] for row in rows] == [claim.id for claim in held.claims]
    assert {row["verdict"] for row in rows} <= set(VERDICTS)
    page = BeautifulSoup(files["claims.html"], "lxml")
    assert [row["id"] for row in page.select("tbody tr")] == [claim.id for claim in held.claims]
    by_id = {row["claim_id"]: row for row in rows}
    # The report's "desertion" of 14,182 is the source's count of AWOL cases.
    assert by_id["E-06"]["verdict"] == "mislabelled"


@dataclass(frozen=True)
class Cell:
    """A cell as ``count`` prints it."""

    question: Question
    as_of: date
    by: dict[str, str]
    value: int | str
    unit: str = "case"
    query_id: str = "q-0"
    figure_id: str = "f-0"


CELLS = [Cell(make_question("cases_received"), date(2024, 1, 1), {"court": name}, value) for name, value in (("=1+1", 8), ("b", 3), ("c", 0))]  # fmt: skip


def test_spreadsheets_run_nothing() -> None:
    rows = list(csv.reader(io.StringIO(csv_text(CELLS, simulated=True))))
    assert [row[:2] for row in rows] == [["court", "value"], ["'=1+1", "8"], ["b", "3"], ["c", "0"]]
    assert all(row[-1] == "SIMULATED DATA: these are not real cases" for row in rows[1:])
    assert csv_text([], simulated=False).startswith("value,unit,")


def test_a_parquet_file_is_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "cells.parquet"
    write_parquet(CELLS, path, simulated=False)
    assert pq.read_table(path).column("value").to_pylist() == [8, 3, 0]
    with pytest.raises(FileExistsError):
        write_parquet(CELLS, path, simulated=False)


def test_bars_are_as_long_as_their_share() -> None:
    lines = bars(CELLS, width=30).splitlines()
    lengths = [line.count("█") for line in lines]
    assert lengths[0] == 30 - 4 - 1 - 4
    assert lengths[1] == lengths[0] * 3 // 8
    assert lengths[2] == 0
    assert bars([], width=40).startswith("Nothing to draw")
    # Of worked-out cells, those that are one number have a bar; months, ranges and equations have none.
    mixed = [
        Cell(CELLS[0].question, date(2024, 1, 1), {"n": str(n)}, text)
        for n, text in enumerate(("18.4", "2024-07", "9.2", "3-9", "1 + 1 = 2"))
    ]
    drawn = bars(mixed, width=30).splitlines()
    assert [line.split()[0] for line in drawn] == ["0", "2"]
    assert 0 <= drawn[0].count("█") - 2 * drawn[1].count("█") <= 1  # the half has eighths of its own
    assert bars(mixed[1:2], width=30).startswith("Nothing to draw")


def test_ids_that_were_issued_never_change() -> None:
    """Worked out by hand from the form that the design states: SHA-256 over canonical JSON."""
    import hashlib

    question = make_question(
        "verdicts", scope="refusal-wartime", where=("article=337",), first="2024-07", last="2024-07"
    )
    figure: Figure = make_figure(
        METRICS["verdicts"], question, date(2024, 12, 27), {"month": "2024-07"}, 2, 0, ("a", "b")
    )
    asked = (
        '{"as_of":"2024-12-27","attribution":"lead","by":{"month":"2024-07"},"from":"2024-07-01","metric":"verdicts",'
        '"scope":{"articles":["332","337","338"],"parts":"wartime","since":"2022-09-21"},"to":"2024-07-31","version":1,'
        '"where":{"article":"337"}}'
    )
    query_id = "q-" + hashlib.sha256(asked.encode()).hexdigest()[:16]
    answer = f'["{query_id}",2,"case","{hashlib.sha256(b"a" + bytes([10]) + b"b").hexdigest()}"]'
    assert figure.query_id == query_id
    assert figure.figure_id == "f-" + hashlib.sha256(answer.encode()).hexdigest()[:16]
