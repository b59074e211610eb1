"""Competing risks, funnels and shrunken rates, against hand-worked examples and independent formulas."""

import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courttally.figures.comparing import binomial_tail, funnel, rates
from courttally.figures.timing import incidence


def test_a_hand_worked_example() -> None:
    """Five cases: verdict on day 2, return on day 3, open since day 3, verdict on day 5, open since day 7.

    Day 2: 5 at risk, F_v = 1/5, S = 4/5. Day 3: 4 at risk, F_r = 4/5 * 1/4 = 1/5, S = 3/5. The open one leaves after day 3's results.
    Day 5: 2 at risk, F_v = 1/5 + 3/5 * 1/2 = 1/2, S = 3/10.
    """
    curve = incidence([(2, "verdict"), (3, "returned"), (3, None), (5, "verdict"), (7, None)])
    assert curve.days == (2, 3, 5)
    assert curve.shares["verdict"] == pytest.approx((0.2, 0.2, 0.5))
    assert curve.shares["returned"] == pytest.approx((0.0, 0.2, 0.2))
    assert curve.still_open == pytest.approx((0.8, 0.6, 0.3))
    assert curve.share("verdict", 4) == pytest.approx(0.2)
    assert curve.share("verdict", 1) == 0.0
    assert curve.share("joined", 9) == 0.0
    assert curve.quantile("verdict", 0.5) == 5
    assert curve.quantile("verdict", 0.51) is None


TIMES = st.lists(st.tuples(st.integers(0, 30), st.sampled_from(["verdict", "returned", "terminated", None])), min_size=1, max_size=60)  # fmt: skip


@given(TIMES)
def test_shares_and_the_open_rest_make_the_whole(times: list[tuple[int, str | None]]) -> None:
    curve = incidence(times)
    for place in range(len(curve.days)):
        assert sum(values[place] for values in curve.shares.values()) + curve.still_open[place] == pytest.approx(1)


@given(TIMES)
def test_without_open_cases_it_is_the_plain_share(times: list[tuple[int, str | None]]) -> None:
    ended = [(day, cause) for day, cause in times if cause is not None]
    curve = incidence(ended)
    for cause, n in Counter(cause for _, cause in ended).items():
        assert curve.share(cause, 30) == pytest.approx(n / len(ended))


@given(TIMES)
def test_with_one_cause_it_is_one_minus_kaplan_meier(times: list[tuple[int, str | None]]) -> None:
    one = [(day, "verdict" if cause else None) for day, cause in times]
    survival = 1.0
    for day in sorted({day for day, cause in one if cause}):
        at_risk = sum(other >= day for other, _ in one)
        survival *= 1 - sum(other == day and cause is not None for other, cause in one) / at_risk
    assert incidence(one).share("verdict", 30) == pytest.approx(1 - survival)


def test_binomial_tails_by_hand() -> None:
    assert binomial_tail(3, 3, 0.5, above=True) == pytest.approx(1 / 8)
    assert binomial_tail(0, 3, 0.5, above=False) == pytest.approx(1 / 8)
    assert binomial_tail(2, 4, 0.5, above=True) == pytest.approx(11 / 16)
    assert binomial_tail(0, 5, 0.3, above=True) == pytest.approx(1)


def test_one_court_far_from_the_rest_stands_out_and_chance_does_not() -> None:
    alike = {f"c{n:02d}": (10 + n % 3, 100) for n in range(20)}
    assert all(item.out == 0 for item in funnel(alike))
    found = funnel({**alike, "odd": (45, 100)})
    assert [(item.name, item.out) for item in found if item.out] == [("odd", 1)]
    # A court with few cases is not compared, however odd.
    assert "tiny" not in {item.name for item in funnel({**alike, "tiny": (9, 10)})}
    assert funnel({"a": (1, 50), "b": (2, 50)}) == ()


def test_courts_that_all_differ_widely_make_no_outlier() -> None:
    """Overdispersion: where shares of 5 and 60 per cent are common, one of 70 is nothing special."""
    wide = {f"c{n:02d}": (share, 100) for n, share in enumerate([5, 60, 20, 45, 10, 55, 30, 50, 15, 40, 25, 35])}
    assert all(item.out == 0 for item in funnel({**wide, "more": (70, 100)}))


def test_rates_are_shrunk_towards_the_whole_by_how_little_they_rest_on() -> None:
    found = {rate.name: rate for rate in rates({"large": (500, 1000), "small": (9, 10), "other": (300, 1000), "none": (3, 0)})}  # fmt: skip
    assert set(found) == {"large", "small", "other"}
    mean = 809 / 2010
    assert found["small"].raw == pytest.approx(0.9)
    assert mean < found["small"].shrunk < found["small"].raw
    assert found["small"].weight < found["large"].weight
    # Marshall's formulas, written out.
    n = [1000, 10, 1000]
    spread = sum(k * (x / k - mean) ** 2 for x, k in ((500, 1000), (9, 10), (300, 1000))) / sum(n)
    between = spread - mean / (sum(n) / 3)
    assert found["large"].weight == pytest.approx(between / (between + mean / 1000))
    assert math.isclose(rates({"a": (10, 100), "b": (10, 100)})[0].shrunk, 0.1)
