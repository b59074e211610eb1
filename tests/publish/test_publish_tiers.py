"""The filter lets through what the list of public tables names, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from courttally.publish.tiers import PUBLIC_TABLES, TierError, is_small, passed, shown

ROW: dict[str, Any] = {
    "period": "2024-Q3",
    "period_start": "2024-07",
    "period_end": "2024-09",
    "row": "part",
    "article": "337",
    "received": 12,
    "finished": None,
    "unfinished": "no",
    "as_of": "2025-06-15",
    "data": "documented",
}


def test_there_is_one_public_table_and_it_has_no_column_of_a_case() -> None:
    assert [table.id for table in PUBLIC_TABLES] == ["cases_by_month"]
    names = {column.name for column in PUBLIC_TABLES[0].columns}
    assert names == set(ROW)
    assert {column.name for column in PUBLIC_TABLES[0].columns if column.measure} == {"received", "finished"}


def test_a_row_as_the_table_names_it_passes_unchanged() -> None:
    assert passed("cases_by_month", [ROW]) == (ROW,)


@pytest.mark.parametrize("number", [1, 2, 3, 4])
@pytest.mark.parametrize("measure", ["received", "finished"])
def test_no_small_number_passes(measure: str, number: int) -> None:
    with pytest.raises(TierError, match=f"row 2: '{measure}'"):
        passed("cases_by_month", [ROW, ROW | {measure: number}])


@pytest.mark.parametrize("number", [0, 5, 20538, None])
def test_zero_and_five_pass(number: int | None) -> None:
    assert passed("cases_by_month", [ROW | {"received": number}])[0]["received"] == number


@pytest.mark.parametrize(
    "change",
    [
        {"received": -1},
        {"received": True},
        {"received": "12"},
        {"received": 12.0},
        {"period_start": "2024-07-15"},
        {"period": "2024-07-15"},
        {"period_end": "2024-13"},
        {"article": "337 Ivanov"},
        {"article": None},
        {"data": "25GV0001:criminal:first:1:3115935"},
        {"data": "documented\n2024-07"},
        {"court": "25GV0001"},
        {"figure_id": "f-0000000000000000"},
    ],
    ids=str,
)
def test_anything_else_is_stopped(change: dict[str, Any]) -> None:
    with pytest.raises(TierError) as caught:
        passed("cases_by_month", [ROW | change])
    assert not any(str(value) in str(caught.value) for value in change.values() if value not in (True, None, -1))


def test_a_missing_column_and_an_unknown_table_are_stopped() -> None:
    short = {name: value for name, value in ROW.items() if name != "data"}
    with pytest.raises(TierError, match="columns"):
        passed("cases_by_month", [short])
    with pytest.raises(TierError, match="no public table"):
        passed("case_records", [ROW])


def test_numbers_that_stand_alone() -> None:
    assert [shown(n) for n in (0, 1, 4, 5, 999, 20538)] == ["0", "fewer than 5", "fewer than 5", "5", "999", "20,538"]
    assert [n for n in range(-2, 9) if is_small(n)] == [1, 2, 3, 4]
    assert not is_small(None)
