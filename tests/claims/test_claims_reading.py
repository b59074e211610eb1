"""Strict reading: everything is read or reported with row and column, and the note is never read."""

from pathlib import Path

import pytest
from claims_build import PLAIN, row, text_of
from hypothesis import given, settings
from hypothesis import strategies as st

from courttally.claims.known import known_claims
from courttally.claims.reading import ClaimsFile, ReadingError, parse_claims, read_claims

GOOD = row("A1", 684, span="2024-03-01..2024-03-31", cites="Mediazona", articles="337")


def told(*rows: dict[str, str]) -> list[str]:
    return [str(problem) for problem in parse_claims(text_of(*rows)).problems]


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        (
            {"published": "2024"},
            "row 3 (B), column published: '2024' is neither a day (2024-07-31) nor a month (2024-07)",
        ),
        ({"as_of": "31.07.2024"}, "row 3 (B), column as_of: '31.07.2024' is neither a day"),
        ({"period_start": "2024-02-30"}, "row 3 (B), column period_start: '2024-02-30' "),
        ({"period_end": "2024-02"}, "row 3 (B), column period_end: lies before period_start"),
        ({"op": "≈"}, "row 3 (B), column op: '≈' is none of: =, ~, over, nearly, >, <, range"),
        ({"op": ""}, "row 3 (B), column op: is empty beside a number"),
        ({"value_lo": "1,000"}, "row 3 (B), column value_lo: '1,000' is not a plain number"),
        ({"value_hi": ""}, "row 3 (B), column value_hi: is empty beside an operator or the other value"),
        ({"value_hi": "700"}, "row 3 (B), column value_hi: differs from value_lo, which only a range may"),
        ({"op": "range"}, "row 3 (B), column value_hi: must be above value_lo in a range"),
        ({"metric": "crimes"}, "row 3 (B), column metric: 'crimes' is not a metric of the schema"),
        ({"articles": "337, 338"}, "row 3 (B), column articles: '337, 338' is no article number"),
        ({"parts": "some"}, "row 3 (B), column parts: 'some' is none of: all, wartime, unstated"),
        ({"population": "Court cases"}, "row 3 (B), column population: 'Court cases' is not a word in small letters"),
        ({"claim_id": "A1"}, "row 3 (A1), column claim_id: 'A1' stands in the file twice"),
        ({"claim_id": "a b"}, "row 3 (a b), column claim_id: 'a b' may hold letters"),
        ({"quote": " "}, "row 3 (B), column quote: is empty"),
    ],
)
def test_a_bad_cell_is_reported_with_row_and_column_and_keeps_its_row_back(cells: dict[str, str], problem: str) -> None:
    text = text_of(GOOD, GOOD | {"claim_id": "B"} | cells)
    read = parse_claims(text)
    assert [c.id for c in read.claims] == ["A1"]
    assert read.unread == (cells.get("claim_id", "B"),)
    assert any(str(p).startswith(problem) for p in read.problems), read.problems


def test_an_unknown_column_is_reported_and_the_rest_is_read() -> None:
    read = parse_claims(text_of(GOOD | {"colour": "red"}))
    assert [c.id for c in read.claims] == ["A1"]
    assert [str(p) for p in read.problems] == ["row 1, column colour: is not a column of the schema; it is not read"]


def test_a_total_that_is_not_there_is_reported_and_the_claim_is_read() -> None:
    read = parse_claims(text_of(GOOD | {"part_of": "Z9"}))
    assert [c.id for c in read.claims] == ["A1"]
    assert [str(p) for p in read.problems] == ["row 2 (A1), column part_of: 'Z9' is not a claim of the file"]


def test_a_row_with_too_few_cells_is_reported() -> None:
    assert [p[:22] for p in [str(x) for x in parse_claims(text_of(GOOD) + "B,gazette\n").problems]] == [
        "row 3 (B), column (row"
    ]


def test_a_missing_column_a_doubled_column_and_an_empty_file_are_no_claims_file() -> None:
    without = {k: v for k, v in GOOD.items() if k != "metric"}
    with pytest.raises(ReadingError, match="lacks the column metric"):
        parse_claims(text_of(without))
    with pytest.raises(ReadingError, match="has the column op twice"):
        parse_claims(text_of(GOOD).replace("value_hi", "op", 1).replace("value_lo", "value_lo,value_hi", 1))
    with pytest.raises(ReadingError, match="is empty"):
        parse_claims("")


def test_the_note_may_be_absent_and_is_never_read() -> None:
    bare = {k: v for k, v in GOOD.items() if k != "note"}
    assert parse_claims(text_of(bare)) == parse_claims(text_of(GOOD | {"note": "fits AWOL; kind 1"}))


def test_a_byte_order_mark_and_windows_line_ends_are_read(tmp_path: Path) -> None:
    path = tmp_path / "claims.csv"
    path.write_bytes(("\ufeff" + text_of(GOOD)).replace("\n", "\r\n").encode())
    assert read_claims(path) == parse_claims(text_of(GOOD))
    path.write_bytes(text_of(GOOD).encode("utf-16"))
    with pytest.raises(ReadingError, match="is not UTF-8"):
        read_claims(path)


def test_the_projects_own_file_reads_cleanly() -> None:
    read = known_claims()
    assert len(read.claims) == 189
    assert (read.unread, read.problems) == ((), ())
    assert all(c.quote.startswith("~") for c in read.claims)


@given(st.text())
def test_any_text_is_a_claims_file_or_is_refused(text: str) -> None:
    try:
        read = parse_claims(text)
    except ReadingError:
        return
    assert isinstance(read, ClaimsFile)


@settings(max_examples=150)
@given(st.sampled_from([c for c in PLAIN if c != "note"]), st.text(st.characters(exclude_characters="\r"), max_size=12))
def test_no_cell_is_lost_a_row_is_read_whole_or_reported(column: str, cell: str) -> None:
    other = GOOD | {"claim_id": "B", column: cell}
    try:
        read = parse_claims(text_of(GOOD, other))
    except ReadingError:
        return
    assert len(read.claims) + len(read.unread) == 2
    if read.unread:
        assert any(p.row == 3 for p in read.problems)
