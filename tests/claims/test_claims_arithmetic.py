"""The arithmetic of printed numbers and dates, against truth worked out another way."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from courttally.claims.dates import Period, Span, is_same, longer_than, may_be_same
from courttally.claims.numbers import Amount, Op, Slip, cut_to, digit_slip, distinctive, rounds_to, significant

WHOLE = st.integers(100, 99_999)


def amount(op: str, lo: str, hi: str | None = None) -> Amount:
    return Amount(Op(op), Decimal(lo), Decimal(hi or lo))


def period(text: str) -> Period:
    start, _, end = text.partition("..")
    return Period(Span.parse(start) if start else None, Span.parse(end) if end else None)


@pytest.mark.parametrize(
    ("printed", "number", "fair"),
    [
        (amount("nearly", "16000"), 15902, True),
        (amount("nearly", "16000"), 16001, False),
        (amount("nearly", "1100"), 1076, True),
        (amount("over", "20000"), 20538, True),
        (amount("over", "20000"), 19999, False),
        (amount("over", "3500"), 5024, False),
        (amount("~", "900"), 943, True),
        (amount("~", "900"), 1001, False),
        (amount("~", "2700"), 1001, False),
        (amount("range", "39", "41"), 40, True),
        (amount("=", "684"), 684, True),
        (amount("=", "684"), 685, False),
    ],
)
def test_what_a_careful_writer_prints_so(printed: Amount, number: int, fair: bool) -> None:
    assert printed.says(Decimal(number)) is fair


@given(st.fractions(0, 1000), st.integers(0, 2))
def test_rounding_and_cutting_as_by_the_decimal_library(true: Fraction, places: int) -> None:
    step = Decimal(1).scaleb(-places)
    exact = Decimal(true.numerator) / true.denominator
    near = exact.quantize(step, ROUND_HALF_UP)
    down = (exact // step * step).quantize(step)
    assert rounds_to(true, near)
    assert cut_to(true, down) == (not rounds_to(true, down))
    assert not rounds_to(true, near + 2 * step)


@given(WHOLE, st.data())
def test_every_single_slip_of_a_digit_is_named(number: int, data: st.DataObject) -> None:
    digits = list(str(number))
    at = data.draw(st.integers(0, len(digits) - 1))
    changed = digits.copy()
    changed[at] = data.draw(st.sampled_from("123456789"))
    assume(changed != digits)
    original = Decimal(number)
    assert digit_slip(Decimal("".join(changed)), original) is Slip.CHANGED
    lost = digits[:at] + digits[at + 1 :]
    if lost[0] != "0":
        assert digit_slip(Decimal("".join(lost)), original) is Slip.LOST
    added = [*digits[: at + 1], data.draw(st.sampled_from("0123456789")), *digits[at + 1 :]]
    assert digit_slip(Decimal("".join(added)), original) is Slip.ADDED
    swapped = digits.copy()
    swapped[at - 1], swapped[at] = swapped[at], swapped[at - 1]
    if swapped != digits and swapped[0] != "0":
        assert digit_slip(Decimal("".join(swapped)), original) is Slip.SWAPPED


@pytest.mark.parametrize(
    ("copy", "original"), [("5517", "5593"), ("13897", "13998"), ("5517", "5517"), ("35", "34"), ("10000", "99")]
)
def test_more_than_one_slip_or_none_is_no_slip(copy: str, original: str) -> None:
    assert digit_slip(Decimal(copy), Decimal(original)) is None


def test_which_numbers_are_hardly_equal_by_chance() -> None:
    assert [
        n for n in (25, 96, 100, 150, 200, 360, 457, 500, 1000, 16000, 10025) if distinctive(amount("=", str(n)))
    ] == [360, 457, 10025]
    assert not distinctive(amount("~", "10025"))
    assert [significant(Decimal(n)) for n in ("2700", "14182", "88.4")] == [2, 5, 3]


@pytest.mark.parametrize(
    ("a", "b", "may", "same"),
    [
        ("2023-01-01..2023-12-29", "2023-01-01..2023-12-31", True, True),  # a year counted in its last days
        ("2022-09-21..2023-03-21", "2022-09-21..2023-04-03", True, False),  # two dates of one running total
        ("2022-09-21..2024-12-27", "2022-02-24..2024-12-27", False, False),  # two starts
        ("2024-07-01..2024-07-31", "2024-08-01..2024-08-31", False, False),
        ("2022-09..2025-05", "2022-09-21..2025-05", True, True),
        ("2022-02-24..", "2022-02-24..2024-12-27", True, False),  # an end that is not printed
        ("2024-01-01..2024-06-30", "2024-01-01..2024-12-31", False, False),
    ],
)
def test_when_two_periods_may_be_or_are_the_same(a: str, b: str, may: bool, same: bool) -> None:
    assert (may_be_same(period(a), period(b)), is_same(period(a), period(b))) == (may, same)
    assert (may_be_same(period(b), period(a)), is_same(period(b), period(a))) == (may, same)


def test_closed_periods_and_whole_years() -> None:
    closed = ["2024-07-01..2024-07-31", "2024-01-01..2024-06-30", "2024-01..2024-12", "2023-01-01..2023-12-29"]
    open_ = ["2024-01-01..2024-04-12", "2022-09-21..2024-12-27", "2024-01-01..", "2023-07..2024-06"]
    assert [period(p).closed for p in closed + open_] == [True] * 4 + [False] * 4
    assert [period(p).whole_year for p in closed] == [None, None, 2024, 2023]
    assert longer_than(period("2024-01-01..2024-12-31"), period("2024-07-01..2024-07-31"))


@given(st.dates(date(2000, 1, 1), date(2030, 12, 31)))
def test_a_month_holds_its_days(day: date) -> None:
    month = Span.parse(f"{day:%Y-%m}")
    assert month.first <= day <= month.last
    assert (month.first.day, month.first.month, month.last.month) == (1, day.month, day.month)
    assert (month.last.toordinal() - month.first.toordinal() + 1) in range(28, 32)
    assert Span.parse(day.isoformat()) == Span(day, day)
    assert month.gap(Span(day, day)) == 0


@given(st.text(max_size=10))
def test_any_other_text_is_no_date(text: str) -> None:
    try:
        span = Span.parse(text)
    except ValueError:
        return
    assert span.first <= span.last
