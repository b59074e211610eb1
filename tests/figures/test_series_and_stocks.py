"""Months in a row, levels and stocks, against numbers worked out by hand."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courttally.figures import series
from courttally.figures.calendar import workdays_of_month
from courttally.figures.counted import Unit
from courttally.figures.stocks import stock


def unit(key: str, **values: Any) -> Unit:
    """A case record of article 1/2 at a court; open unless it is said to be finished."""
    finished = values.pop("finished", None)
    base: dict[str, Any] = {
        "key": key, "record": key, "of_slot": None, "court": "25GV0001", "region": "25", "level": "garrison", "outcome": "pending",
        "received": date(2024, 1, 10), "outcome_date": None, "verdict_date": None, "is_verdict": False, "second_hand": False,
        "article": "1", "part": "1/2", "stage": "completed", "role": "perpetrator", "sentence_kind": "unknown", "suspended": "unknown",
        "evidence": "unknown", "keeps_every": True, "keeps_finished": False, "keeps_open": True, "keeps_verdict": False,
        "keeps_sentence_known": False,
    }  # fmt: skip
    if finished is not None:
        base |= {"outcome": "returned", "keeps_finished": True, "keeps_open": False, "outcome_date": finished}
    return Unit(**(base | values))


def test_per_workday_as_the_published_reports_divide() -> None:
    """684 verdicts in March 2024 are printed as 34 a day (34.2 by the official calendar), 848 in April 2025 as 38 (38.5)."""
    assert series.per_workday(684, "2024-03") == "34.2"
    assert series.per_workday(848, "2025-04") == "38.5"
    assert series.per_workday(900, "2024-07") == "39.1"
    assert series.per_workday(1, "1999-01") is None


def test_ratios_are_rounded_half_up() -> None:
    assert series.ratio(10308, 5517) == "1.87"
    assert series.ratio(1, 8) == "0.13"
    assert series.ratio(5, 2, 0) == "3"
    with pytest.raises(ValueError, match="held against"):
        series.ratio(1, 0)


def test_months_and_days() -> None:
    assert series.months("2023-11", "2024-02") == ("2023-11", "2023-12", "2024-01", "2024-02")
    assert series.months("2024-02", "2024-01") == ()
    assert series.shift("2024-01", -12) == "2023-01"
    assert series.last_day("2024-02") == date(2024, 2, 29)
    assert series.a_year_before(date(2024, 2, 29)) == date(2023, 2, 28)


def test_records() -> None:
    found = series.record((("2024-01", 5), ("2024-02", 9), ("2024-03", 7), ("2024-04", 8), ("2024-05", 7)))
    assert found == series.Record("2024-02", 9, "2024-05", 7, "2024-04", "2024-03")
    assert series.record(()) is None
    assert series.record((("2024-01", 0),)) is None
    alone = series.record((("2024-01", 3),))
    assert alone == series.Record("2024-01", 3, "2024-01", 3, None, None)


def test_one_step_is_one_change_of_level_and_noise_is_none() -> None:
    months = series.months("2023-01", "2024-12")
    days = {month: workdays_of_month(int(month[:4]), int(month[5:])) for month in months}
    stepped = [(month, days[month] * (26 if month < "2024-01" else 42)) for month in months]
    levels = series.levels(stepped)
    assert [(level.first, level.last) for level in levels] == [("2023-01", "2023-12"), ("2024-01", "2024-12")]
    # 248 working days in 2024 (the published calendar): 42 * 248 / 12.
    assert levels[1].mean == "868.0"
    # A square wave of chance: neighbours differ by as much as they ever do, so no month begins anything.
    noisy = [(month, 100 + (17 if n % 2 else -17)) for n, month in enumerate(months)]
    assert len(series.levels(noisy)) == 1
    # One odd month is weather.
    odd = [(month, 300 if month == "2024-02" else 100) for month in months]
    assert all(len(series.months(level.first, level.last)) >= series.SHORTEST for level in series.levels(odd))


@given(st.lists(st.integers(0, 2000), min_size=1, max_size=40))
def test_levels_share_out_the_months(counts: list[int]) -> None:
    months = series.months("2022-01", "2026-12")[: len(counts)]
    levels = series.levels(tuple(zip(months, counts, strict=True)))
    told = [month for level in levels for month in series.months(level.first, level.last)]
    assert told == list(months)


def test_the_stock_of_a_period_by_hand() -> None:
    since, until = date(2024, 3, 1), date(2024, 4, 1)
    before = [
        unit("a"),
        unit("b"),
        unit("c", finished=date(2024, 2, 1)),
        unit("d"),
    ]
    now = [
        unit("a", finished=date(2024, 3, 20)),  # finished in the period
        unit("b"),  # still open
        unit("c"),  # reopened
        unit("e", received=date(2024, 3, 5)),  # came
        unit("f", received=date(2024, 2, 20), finished=date(2024, 3, 9)),  # came late, and finished
        unit("g", received=None),
    ]
    found = stock(before, now, since, until)
    assert (found.opening, found.came, found.reopened, found.finished, found.left, found.closing) == (3, 3, 1, 2, 1, 4)
    assert found.opening + found.came + found.reopened - found.finished - found.left == found.closing
    assert found.exceptions == {
        "no usable day received": ("g",),
        "received before the period, first seen in it": ("f",),
        "reopened": ("c",),
    }


@given(
    st.lists(
        st.tuples(st.sampled_from(["open", "finished", "absent"]), st.sampled_from(["open", "finished", "absent"]))
    )
)
def test_the_identity_holds_whatever_happens(moves: list[tuple[str, str]]) -> None:
    def state(name: str, key: str) -> list[Unit]:
        return [] if name == "absent" else [unit(key, finished=date(2024, 2, 2) if name == "finished" else None)]

    before = [u for n, (was, _) in enumerate(moves) for u in state(was, str(n))]
    now = [u for n, (_, is_) in enumerate(moves) for u in state(is_, str(n))]
    found = stock(before, now, date(2024, 3, 1), date(2024, 4, 1))
    assert found.closing == sum(is_ == "open" for _, is_ in moves)
    assert found.opening + found.came + found.reopened - found.finished - found.left == found.closing
