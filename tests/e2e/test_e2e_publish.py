"""The page tells what the truth says, marks it as simulated, and lets nobody work out a small cell."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from disclosure import disclosed, follows
from e2e_tools import Corpus, Desk
from simulated.counts import SCOPES, cells, records, units

SCOPE = "refusal-wartime"
METRICS = {"received": "cases_received", "finished": "cases_finished"}
ARTICLES = ("332", "337", "338")
MARKS = ("simulated",)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, warc_desk: Desk) -> Path:
    out = tmp_path_factory.mktemp("published") / "site"
    warc_desk.run("publish", "--out", out).ok()
    return out


def true_table(corpus: Corpus, metric: str) -> dict[tuple[str, str], int]:
    """Month by article, as of the latest capture of the WARC."""
    latest = max(capture.at for capture in corpus.world.captures if capture.at).date().isoformat()
    table = cells(units(records(corpus.world, latest), metric, SCOPES[SCOPE], "lead"), ("month", "article"))
    return {(month, article): value for (month, article), value in table.items()}


def months_of(first: str, last: str) -> list[str]:
    """The months of a period, both ends included; each end a year, a quarter or a month."""
    start, end = (edge(text) for text in (first, last))
    return [f"{count // 12}-{count % 12 + 1:02d}" for count in range(start[0], end[1] + 1)]


def edge(text: str) -> tuple[int, int]:
    if found := re.fullmatch(r"(\d{4})-?\s?Q([1-4])", text):
        start = int(found[1]) * 12 + (int(found[2]) - 1) * 3
        return start, start + 2
    if found := re.fullmatch(r"(\d{4})-(\d\d)(-\d\d)?", text):
        start = int(found[1]) * 12 + int(found[2]) - 1
        return start, start
    if found := re.fullmatch(r"\d{4}", text):
        return int(text) * 12, int(text) * 12 + 11
    raise AssertionError(f"a period that no reader understands: {text!r}")


def printed_rows(site: Path) -> list[dict[str, str]]:
    """The rows of the one table that the page offers as CSV."""
    tables = [path for path in site.rglob("*.csv") if "month" in path.name or "case" in path.name]
    assert len(tables) == 1, [path.name for path in site.rglob("*.csv")]
    text = tables[0].read_text(encoding="utf-8-sig")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return list(csv.DictReader(io.StringIO("\n".join(lines))))


def printed_sums(
    rows: list[dict[str, str]], column: str
) -> Iterator[tuple[str, frozenset[tuple[str, str]], int | None]]:
    """Each row as the base cells that it covers, and the number printed for them; None where it is withheld."""
    for row in rows:
        first, last = (row.get("period_start") or row["period"]), (row.get("period_end") or row["period"])
        months = ["undated"] if first == "undated" else months_of(first, last)
        article = row["article"]
        articles = (article,) if article in ARTICLES else ARTICLES
        inside = frozenset((month, one) for month in months for one in articles)
        yield f"{first}..{last} {article}", inside, int(row[column]) if row[column] else None


@pytest.mark.parametrize("column", METRICS)
def test_the_table_is_true(site: Path, corpus: Corpus, column: str) -> None:
    """Every printed number is the sum of the true cells that it covers; every true cell is covered by some row."""
    true = true_table(corpus, METRICS[column])
    covered: set[tuple[str, str]] = set()
    for label, inside, value in printed_sums(printed_rows(site), column):
        assert value is None or value == sum(true.get(cell, 0) for cell in inside), label
        covered |= inside
    assert set(true) <= covered


@pytest.mark.parametrize("column", METRICS)
def test_no_small_cell_follows(site: Path, corpus: Corpus, column: str) -> None:
    """No number from 1 to 4 is printed; none that is hidden follows from what is printed."""
    true = true_table(corpus, METRICS[column])
    sums = {
        label: (inside, value) for label, inside, value in printed_sums(printed_rows(site), column) if value is not None
    }
    assert [(label, value) for label, (_, value) in sums.items() if 1 <= value <= 4] == []
    small = {cell for cell, value in true.items() if 1 <= value <= 4}
    assert small, "a world without small cells tests nothing"
    assert disclosed(sums.values()) & small == set()
    months = {cell[0] for cell in true}
    for month in sorted(months):
        hidden = frozenset((month, article) for article in ARTICLES)
        total = sum(true.get(cell, 0) for cell in hidden)
        if 1 <= total <= 4:
            assert not follows(hidden, list(sums.values())), f"the total of {month} follows"


def test_the_months_are_finer_than_years(site: Path) -> None:
    """Hiding is not done by printing nothing: at least one month is printed with its articles."""
    rows = printed_rows(site)
    assert any(
        row["article"] in ARTICLES and re.fullmatch(r"\d{4}-\d\d.*", row.get("period_start") or row["period"])
        for row in rows
    )


def test_simulated_is_said_everywhere(site: Path) -> None:
    """Every file of the page says that its data are simulated."""
    for path in sorted(site.rglob("*")):
        if path.suffix in (".html", ".csv", ".json", ".svg", ".txt", ".xml"):
            assert "simulated" in path.read_text(encoding="utf-8-sig").lower(), path.name


def test_headline(site: Path, corpus: Corpus) -> None:
    """At least N cases (M matters), articles, parts, since when, K of 113 courts, as seen by a day."""
    latest = max(capture.at for capture in corpus.world.captures if capture.at).date().isoformat()
    held = records(corpus.world, latest)
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", (site / "index.html").read_text(encoding="utf-8")))
    received = len(units(held, "cases_received", SCOPES[SCOPE], "lead"))
    matters = len(units(held, "matters", SCOPES[SCOPE], "lead"))
    assert re.search(rf"at least {received}\b", text, re.IGNORECASE)
    assert re.search(rf"\b{matters} (criminal )?matters", text)
    for article in ARTICLES:
        assert article in text
    assert "of 113" in text
    assert "convict" not in text.lower()


def test_nothing_of_one_case_is_public(site: Path, corpus: Corpus) -> None:
    """No number, UID, link, exact date, judge or name of any case; no record id, no keyed hash, no figure id of the
    home.
    """
    text = "\n".join(
        path.read_text(encoding="utf-8-sig", errors="replace") for path in site.rglob("*") if path.is_file()
    )
    for case in corpus.world.cases:
        for private in (case.uid, case.guid, str(case.case_id), f">{case.faces[0].number}<", f"case_id={case.case_id}"):
            assert not private or private not in text
        assert f"{case.court.code}:criminal" not in text
    assert not re.search(r"\b[fq]-[0-9a-f]{16}\b", text)
    for name in ("Придуманов", "Вымышленный", "Ненастоящая", "Небывалов", "Понарошкин", "Выдумкин"):
        assert name not in text
