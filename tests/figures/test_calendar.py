"""The production calendar against an independent library, published totals, and the acts themselves."""

from datetime import date, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from courttally.figures.calendar import (
    CalendarError,
    DayKind,
    is_workday,
    special_days,
    workdays,
    workdays_of_month,
    years,
)

RU = holidays.country_holidays("RU")
DAYS = st.dates(date(2019, 1, 1), date(2026, 12, 31))

# Working days January to December as two public calendars print them.
PRINTED_MONTHS = {
    2022: (16, 19, 22, 21, 18, 21, 21, 23, 22, 21, 21, 22),
    2023: (17, 18, 22, 20, 20, 21, 21, 23, 21, 22, 21, 21),
    2024: (17, 20, 20, 21, 20, 19, 23, 22, 21, 23, 21, 21),
    2025: (17, 20, 21, 22, 18, 19, 23, 21, 22, 23, 19, 22),
    2026: (15, 19, 21, 22, 19, 21, 23, 21, 22, 22, 20, 22),
}


def days_of(year: int) -> list[date]:
    return [date(year, 1, 1) + timedelta(n) for n in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)]


@pytest.mark.parametrize("year", [2019, 2022, 2023, 2024, 2025, 2026])
def test_equal_day_for_day_to_an_independent_library(year: int) -> None:
    assert [(d, is_workday(d)) for d in days_of(year)] == [(d, RU.is_working_day(d)) for d in days_of(year)]


@pytest.mark.parametrize("year", [2020, 2021])
def test_in_2020_and_2021_only_the_declared_days_differ_from_the_library(year: int) -> None:
    differ = {d for d in days_of(year) if is_workday(d) != RU.is_working_day(d)}
    assert differ == {d for d, row in special_days().items() if d.year == year and row.kind is DayKind.DECLARED_OFF}
    assert all(is_workday(d, declared_off_works=True) == RU.is_working_day(d) for d in days_of(year))


@pytest.mark.parametrize(("year", "months"), PRINTED_MONTHS.items())
def test_months_are_as_printed(year: int, months: tuple[int, ...]) -> None:
    assert tuple(workdays_of_month(year, m) for m in range(1, 13)) == months


@pytest.mark.parametrize(
    ("year", "total", "norm"), [(2019, 247, 247), (2020, 219, 248), (2021, 240, 247), (2024, 248, 248)]
)
def test_year_totals_with_and_without_declared_days(year: int, total: int, norm: int) -> None:
    first, last = date(year, 1, 1), date(year, 12, 31)
    assert workdays(first, last) == total
    assert workdays(first, last, declared_off_works=True) == norm


def test_a_published_count_of_working_days_holds() -> None:
    # First Department, October 2025: 117 working days in the first half of the year.
    assert workdays(date(2025, 1, 1), date(2025, 6, 30)) == 117


def test_the_known_traps() -> None:
    assert is_workday(date(2024, 4, 27))  # a Saturday that older files miss
    assert is_workday(date(2024, 12, 28))
    assert is_workday(date(2022, 3, 5))  # short, yet worked
    assert not is_workday(date(2024, 4, 30))  # moved from a November Saturday
    assert not is_workday(date(2020, 6, 24))  # the parade
    assert is_workday(date(2020, 6, 24), declared_off_works=True)


def test_every_row_departs_from_the_week_and_names_its_act() -> None:
    assert list(years()) == list(range(2019, 2027))
    for day, row in special_days().items():
        assert (day.weekday() < 5) == (row.kind is not DayKind.MOVED_WORK), day
        assert row.act.startswith(("Labour Code", "Government decree No. ", "Presidential decree No. ")), day
        assert (row.moved is not None) == (row.kind in {DayKind.MOVED_OFF, DayKind.MOVED_WORK}), day


def test_the_decree_numbers_of_the_yearly_transfers() -> None:
    acts = {
        row.day.year: row.act.split()[3]
        for row in special_days().values()
        if row.kind is DayKind.MOVED_OFF and row.act.startswith("Government")
    }
    assert acts == {
        2019: "1163", 2020: "875", 2021: "1648", 2022: "1564", 2023: "1505", 2024: "1314", 2025: "1335", 2026: "1466",
    }  # fmt: skip


def test_an_exchange_is_worked_once_and_rested_once() -> None:
    for row in special_days().values():
        if row.kind is DayKind.MOVED_WORK:
            assert row.moved is not None
            assert special_days()[row.moved].kind is DayKind.MOVED_OFF
            assert special_days()[row.moved].moved == row.day


@given(DAYS, DAYS, DAYS)
def test_counting_is_additive(a: date, b: date, c: date) -> None:
    a, b, c = sorted((a, b, c))
    if b < c:
        assert workdays(a, b) + workdays(b + timedelta(1), c) == workdays(a, c)
    assert 0 <= workdays(a, c) <= (c - a).days + 1


@pytest.mark.parametrize("day", [date(2018, 12, 31), date(2027, 1, 1)])
def test_outside_the_years_held_is_an_error(day: date) -> None:
    with pytest.raises(CalendarError, match="2019 to 2026"):
        is_workday(day)


def test_a_period_that_ends_before_it_starts_is_an_error() -> None:
    with pytest.raises(CalendarError, match="ends before it starts"):
        workdays(date(2024, 2, 1), date(2024, 1, 31))
