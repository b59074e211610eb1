"""A number is followed down: figure, case records, captures, the line on the page."""

import re
from typing import Any

import pytest
from e2e_tools import FAILED, MISUSED, Corpus, Desk
from simulated.counts import METRICS, SCOPES, Record, Unit, records, units
from simulated.truth import Case

DAY = "2025-06-15"
FOLD = str.maketrans("ceoapxCEOAPXBKMHT", "сеоархСЕОАРХВКМНТ")  # Latin letters that stand among Cyrillic ones


def plain(text: str) -> str:
    """A line as it reads: one kind of letters, single spaces, small letters."""
    return re.sub(r"\s+", " ", text.replace("\xa0", " ")).translate(FOLD).strip().lower()


def by_id(corpus: Corpus) -> dict[str, Case]:
    """Cases by the record id that DESIGN gives them."""
    return {f"{case.court.code}:criminal:first:1:{case.case_id}": case for case in corpus.world.cases}


def trace(desk: Desk, name: str) -> list[dict[str, Any]]:
    listed = desk.run("trace", name, "--json").ok().json["records"]
    assert isinstance(listed, list)
    return listed


@pytest.mark.parametrize("metric", METRICS)
def test_as_many_records_as_the_number_says(desk: Desk, metric: str) -> None:
    """For every cell of one table and for its total; persons are listed one entry each."""
    words = ["count", metric, "--scope", "refusal-wartime", "--as-of", DAY, "--json"]
    (total,) = desk.run(*words).ok().json
    figures = [total, *desk.run(*words, "--by", "level").ok().json]
    answers = desk.runs(["trace", figure["figure_id"], "--json"] for figure in figures)
    assert [len(answer.ok().json["records"]) for answer in answers] == [figure["value"] for figure in figures]


def test_the_records_are_the_right_ones(desk: Desk, corpus: Corpus) -> None:
    """Cell by cell, the very records that the truth counted."""
    words = ["count", "verdicts", "--scope", "refusal", "--as-of", DAY, "--by", "level", "--json"]
    held = records(corpus.world, DAY)
    true: dict[str, set[str]] = {}
    for one in units(held, "verdicts", SCOPES["refusal"], "lead"):
        true.setdefault(one.court.level, set()).add(one.record)
    cases = by_id(corpus)
    found = {
        figure["by"]["level"]: {cases[entry["record"]].key for entry in trace(desk, figure["figure_id"])}
        for figure in desk.run(*words).ok().json
    }
    assert found == true


def printed(record: Record, one: Unit) -> dict[str, str]:
    """What the page must say for each value that put a record into `verdicts`: as printed, by kind of value."""
    needed = {"charge": one.articles[0], "result": "приговор"}
    if record.received:
        needed["received"] = record.received.strftime("%d.%m.%Y")
    return needed


def test_every_value_ends_at_a_line(desk: Desk, corpus: Corpus) -> None:
    """Received date, charge and result stand in the text of a line; the court in the request; every line names its
    capture and place.
    """
    (figure,) = desk.run("count", "verdicts", "--scope", "refusal", "--as-of", DAY, "--json").ok().json
    held = {record.key: record for record in records(corpus.world, DAY)}
    true = {one.record: one for one in units(list(held.values()), "verdicts", SCOPES["refusal"], "lead")}
    cases = by_id(corpus)
    listed = trace(desk, figure["figure_id"])
    assert len(listed) == len(true)
    for entry in listed:
        key = cases[entry["record"]].key
        lines = entry["evidence"]
        for line in lines:
            assert {"field", "capture", "locator", "text"} <= set(line)
            assert line["capture"]
            assert line["locator"]
        for kind, value in printed(held[key], true[key]).items():
            texts = [plain(line["text"]) for line in lines if kind in line["field"]]
            assert any(plain(value) in text for text in texts), (
                f"{entry['record']}: no line says {kind} {value}: {lines}"
            )
        request = " ".join(line["text"] for line in lines if "court" in line["field"])
        court = cases[entry["record"]].court
        assert court.host in request or court.code in request, f"{entry['record']}: the court comes from {request!r}"


def test_trace_and_case_of_one_record(desk: Desk, corpus: Corpus) -> None:
    """A record traces to itself; its case page has the heading, the charges and the result, and no name."""
    name, case = next((name, case) for name, case in by_id(corpus).items() if case.key == "accused-two-endings")
    assert [entry["record"] for entry in trace(desk, name)] == [name]
    page = desk.run("case", name).ok().out
    for text in (case.faces[-1].number, "337", "332", "2.1", case.uid or ""):
        assert text in page
    for hidden in ("Невзаправдин", "Учебнович", "Понарошкин", "Выдумкин"):
        assert hidden.lower() not in page.lower()
        assert hidden.lower() not in desk.run("trace", name).ok().out.lower()


def test_a_matter_lists_its_records(desk: Desk, corpus: Corpus) -> None:
    """Three records of one UID are one matter; a figure of matters leads to it."""
    chain = {case.key: name for name, case in by_id(corpus).items() if case.key.startswith("chain-three")}
    words = ["count", "matters", "--where", "court=27OV0000", "--where", "article=338", "--as-of", DAY, "--json"]
    (figure,) = desk.run(*words, "--where", "month=2022-11").ok().json
    assert figure["value"] == 1
    page = desk.run("trace", figure["figure_id"], "--json").ok().out
    for name in chain.values():
        assert name in page


@pytest.mark.parametrize(
    "name", ["f-0000000000000000", "m-0000000000000000", "25GV0001:criminal:first:1:1", "nonsense"]
)
def test_unknown_ids(desk: Desk, name: str) -> None:
    """An id that nobody issued is said to be unknown; nothing falls over."""
    for verb in ("trace", "case"):
        answer = desk.run(verb, name)
        assert answer.status in (FAILED, MISUSED)
        assert answer.err.strip()
        assert "Traceback" not in answer.err
