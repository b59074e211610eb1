"""Delays, unfinished months and gaps, against data whose truth is drawn by the test."""

import random
from datetime import date, timedelta

import pytest

from courttally.figures import gaps
from courttally.figures.calendar import is_workday
from courttally.figures.lateness import (
    Arrival,
    Delays,
    Look,
    Looks,
    chain_ladder,
    complete_through,
    learn,
    outlook,
    pile_up,
    predict,
    triangle,
    working_days,
)

COURT = "25GV0001"
START = date(2024, 1, 1)


def daily(last: date, every: int = 1, court: str = COURT) -> Looks:
    days = range(0, (last - START).days + 1, every)
    return Looks(Look(court, None, None, START + timedelta(n)) for n in days)


def told(
    rng: random.Random, last: date, every: int, mean: float, a_day: int = 2
) -> tuple[list[Arrival], list[Arrival]]:
    """All cases, seen or not, and those seen by ``last``.

    As courts are: what comes on a day off is received on the next working day, and posted on a working day after an exponential delay; a look
    comes by night and shows what was posted before.
    """
    every_case = []
    for n in range((last - START).days + 1):
        for _ in range(sum(rng.random() < 0.1 for _ in range(10 * a_day))):
            received = working(START + timedelta(n))
            shown = working(received + timedelta(int(rng.expovariate(1 / mean))))
            seen = ((shown - START).days // every + 1) * every
            every_case.append(Arrival(COURT, received, START + timedelta(seen)))
    every_case = [item for item in every_case if item.received <= last]
    return every_case, [item for item in every_case if item.seen <= last]


def working(day: date) -> date:
    while not is_workday(day):
        day += timedelta(1)
    return day


@pytest.mark.parametrize("every", [1, 7, 14])
def test_delays_are_learnt_whatever_the_rhythm_of_looks(every: int) -> None:
    """The true share shown within d days of an exponential delay, floored: 1 - exp(-(d+1)/mean)."""
    last = START + timedelta(364)
    _, seen = told(random.Random(every), last, every, 6.0)
    delays = learn(seen, daily(last, every), last)
    for days, true in ((0, 0.154), (6, 0.689), (13, 0.903), (27, 0.991)):
        assert delays.share(days) == pytest.approx(true, abs=0.06 if every == 1 else 0.12)
    assert delays.share(-1) == 0.0
    assert delays.share(10_000) == pytest.approx(1.0)


def test_delays_learnt_from_the_seen_alone_would_be_too_short() -> None:
    """Half of a month is not seen yet; the truncated ones count."""
    last = START + timedelta(120)
    _, seen = told(random.Random(5), last, 1, 20.0, a_day=6)
    recent = [(item.seen - item.received).days for item in seen if (last - item.received).days < 20]
    naive = sum(days <= 7 for days in recent) / len(recent)
    true = 0.295
    assert learn(seen, daily(last), last).share(6) == pytest.approx(true, abs=0.05)
    assert naive > true + 0.15


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_what_days_off_leave_for_the_next_working_day_is_learnt(share: float) -> None:
    rng, last = random.Random(int(10 * share)), START + timedelta(500)
    received = []
    for n in range(501):
        day = START + timedelta(n)
        for _ in range(8):
            if is_workday(day) or rng.random() < share:
                received.append(working(day))
    assert pile_up(received, last) == pytest.approx(share, abs=0.1)
    assert pile_up([], last) == 0.0
    assert pile_up(received[:3], date(2024, 1, 20)) == 0.0


def test_days_off_before_a_working_day() -> None:
    # New Year's holidays to the eighth of January 2024; then working weeks.
    found = dict(working_days(date(2024, 1, 1), date(2024, 1, 15)))
    assert found[date(2024, 1, 9)] == 10  # from Saturday, 30 December, on
    assert (found[date(2024, 1, 10)], found[date(2024, 1, 15)]) == (0, 2)
    assert date(2024, 1, 13) not in found


@pytest.mark.parametrize(("every", "a_day"), [(2, 2), (14, 12)])
def test_unfinished_months_end_in_their_range_nineteen_times_of_twenty(every: int, a_day: int) -> None:
    held = total = 0
    for seed in range(60):
        rng = random.Random(seed)
        last = date(2024, 10, 3)
        every_case, seen = told(rng, last, every, 9.0, a_day)
        months = {month.month: month for month in outlook(seen, daily(last, every), last, "2024-01")}
        assert set(months) == {f"2024-{n:02d}" for n in range(1, 10)}
        true = sum(item.received.isoformat()[:7] == "2024-09" for item in every_case)
        month = months["2024-09"]
        assert not month.complete
        held += month.low <= true <= month.high
        total += 1
    assert 0.85 <= held / total <= 0.999


def test_months_long_past_are_complete_and_the_present_one_is_not_told() -> None:
    last = date(2024, 10, 3)
    _, seen = told(random.Random(1), last, 1, 5.0)
    found = outlook(seen, daily(last), last, "2024-01")
    assert complete_through(found) == "2024-08"
    assert found[0].low == found[0].high == found[0].seen
    assert found[-1].month == "2024-09"
    assert complete_through(()) is None


def test_a_court_that_nobody_looked_at_again_is_not_complete() -> None:
    looks = Looks([Look(COURT, None, None, date(2024, 3, 1))])
    arrivals = [Arrival(COURT, date(2024, 2, 1), date(2024, 3, 1))] * 30
    found = outlook(arrivals, looks, date(2024, 5, 20), "2024-02")
    assert [month.month for month in found if month.complete] == ["2024-02"] or not found[0].complete
    assert found[-1].visible == 0.0


def test_predict_bounds() -> None:
    assert predict(50, 1.0, 1.0) == (0, 0)
    assert predict(0, 0.0, 0.0) == (0, 0)
    low, high = predict(50, 0.5, 1.0)
    # Negative binomial of size 50.5 and chance one half: mean 50.5, standard deviation 10.05.
    assert (low, high) == (pytest.approx(31.5, abs=1.5), pytest.approx(71, abs=2))
    assert predict(3000, 0.3, 1.0)[0] > 6000


def test_the_triangle_and_its_baseline_by_hand() -> None:
    arrivals = [Arrival(COURT, date(2024, 1, 5), date(2024, 1, 9))] * 4
    arrivals += [Arrival(COURT, date(2024, 1, 25), date(2024, 2, 3))] * 2
    arrivals += [Arrival(COURT, date(2024, 2, 5), date(2024, 2, 9))] * 6
    assert triangle(arrivals, date(2024, 2, 29)) == {"2024-01": (4, 6), "2024-02": (6,)}
    assert triangle(arrivals, date(2024, 1, 31)) == {"2024-01": (4,)}
    assert chain_ladder({"2024-01": (4, 6), "2024-02": (6,)})["2024-02"][0] == pytest.approx(9.0)


def test_delays_share_is_never_more_than_all() -> None:
    assert Delays((0.5, 1.0) + (1.0,) * 179, 3).share(0) == 0.5


def numbered(number: int, *, scope: bool, year: int = 2024, record: str = "") -> gaps.Numbered:
    day = date(year, 1, 1) + timedelta(number)
    return gaps.Numbered(COURT, f"1-{number}/{year}", day, record or f"r{year}/{number}", scope)


def test_numbers_below_the_highest_that_no_case_bears_are_missing() -> None:
    found = gaps.sequences([numbered(n, scope=n % 2 == 0) for n in (1, 2, 4, 5, 8)], date(2024, 12, 31))
    assert found == (gaps.CourtYear(COURT, 2024, "1", 8, 3, 5, 3),)
    # A number in brackets is the case's earlier one: it was seen. Recent numbers may only be late.
    again = gaps.Numbered(COURT, "1-2/2025 (1-3/2024;)", date(2024, 2, 1), "x", True)
    late = [numbered(300, scope=True)]
    more = gaps.sequences([numbered(n, scope=False) for n in (1, 2, 4)] + [again, *late], date(2024, 11, 1))
    assert [(item.year, item.highest, item.missing) for item in more if item.year == 2024] == [(2024, 4, 0)]


def test_ranges_of_the_missing_by_hand() -> None:
    """One missing number of a court with 3 of 4 in scope: at random, 3.5 of 5 to be in scope, so neither end is sure."""
    one = gaps.CourtYear(COURT, 2024, "1", 5, 1, 4, 3)
    found = gaps.ranges([one])
    assert found["at random"] == gaps.Range(0, 1)
    assert found["by article"] == gaps.Range(0, 1)
    many = gaps.ranges([gaps.CourtYear(COURT, 2024, "1", 1100, 100, 1000, 900)])
    assert many["by article"] == many["widest"] == gaps.Range(0, 100)
    assert 80 <= many["at random"].low <= 90 <= many["at random"].high <= 97
    assert many["by policy"].low < many["at random"].low
    assert many["by policy"].high > many["at random"].high
    nothing = gaps.ranges([gaps.CourtYear(COURT, 2024, "1", 5, 0, 5, 3)])
    assert nothing["widest"] == gaps.Range(0, 0)


def test_numbers_hidden_by_chance_lie_in_the_random_range() -> None:
    held = 0
    for seed in range(40):
        rng = random.Random(seed)
        cases = [(n, rng.random() < 0.6) for n in range(1, 301)]
        hidden = {n for n, _ in cases if rng.random() < 0.1} - {300}
        found = gaps.ranges(
            gaps.sequences([numbered(n, scope=s) for n, s in cases if n not in hidden], date(2025, 12, 31))
        )["at random"]
        true = sum(s for n, s in cases if n in hidden)
        held += found.low <= true <= found.high
    assert held >= 33
