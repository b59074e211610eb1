"""The budget, whoever asks, in whatever order, across restarts: the rules are checked on the list of grants, not on the budget's own words."""

import threading
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from math import inf
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courttally.collect.budget import PLATFORM, Budget, BudgetError, Limits

START = datetime(2024, 7, 1, 0, 0, tzinfo=UTC)
HOSTS = ("a", "b", "c")
# What happens next: who asks for which host, how long everybody then waits (milliseconds), and whether a process starts anew.
STEPS = st.lists(st.tuples(st.sampled_from(HOSTS), st.integers(0, 4000), st.booleans()), max_size=60)
PAUSES = st.lists(st.tuples(st.integers(0, 59), st.sampled_from((*HOSTS, PLATFORM)), st.integers(0, 30)), max_size=4)


@settings(max_examples=60, deadline=None)
@given(steps=STEPS, pauses=PAUSES)
def test_no_two_grants_are_closer_than_the_limits(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int, bool]], pauses: list[tuple[int, str, int]]
) -> None:
    path = tmp_path_factory.mktemp("budget") / "budget.json"
    limits = Limits()
    budgets = [Budget(path, limits), Budget(path, limits)]
    now, grants = START, []
    until: dict[str, datetime] = {}
    for number, (host, wait, anew) in enumerate(steps):
        for at, which, seconds in pauses:
            if at == number:
                end = now + timedelta(seconds=seconds)
                budgets[number % 2].pause(which, end)
                until[which] = max(end, until.get(which, end))
        if anew:
            budgets[number % 2] = Budget(path, limits)
        left = budgets[number % 2].take(host, now)
        if left == 0:
            grants.append((now, host))
            assert all(now >= until.get(which, now) for which in (host, PLATFORM))
        else:
            assert left > 0
            # The answer is honest: asked again exactly then, with nothing between, it is granted.
            assert left == pytest.approx(budgets[(number + 1) % 2].earliest([host], now)[host])
        now += timedelta(milliseconds=wait)
    for (earlier, _), (later, _) in pairwise(grants):
        assert later - earlier >= timedelta(seconds=1.5)
    for host in HOSTS:
        own = [moment for moment, which in grants if which == host]
        assert all(later - earlier >= timedelta(seconds=3) for earlier, later in pairwise(own))


@settings(max_examples=40, deadline=None)
@given(hosts=st.lists(st.sampled_from(HOSTS), min_size=1, max_size=20))
def test_waiting_as_long_as_told_is_enough(tmp_path_factory: pytest.TempPathFactory, hosts: list[str]) -> None:
    budget, now = Budget(tmp_path_factory.mktemp("budget") / "budget.json", Limits()), START
    for host in hosts:
        now += timedelta(seconds=budget.earliest([host], now)[host])
        assert budget.take(host, now) == 0


def test_two_processes_at_the_same_moment_get_one_grant(tmp_path: Path) -> None:
    granted = []

    def ask() -> None:
        granted.append(Budget(tmp_path / "budget.json", Limits()).take("a", START))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(left == 0 for left in granted) == [False] * 7 + [True]


def test_a_day_has_its_caps_and_the_next_day_has_them_again(tmp_path: Path) -> None:
    budget = Budget(tmp_path / "budget.json", Limits(0, 0, 0, daily_per_host=2, daily=3))
    assert [budget.take(host, START) for host in ("a", "a", "a", "b", "b")] == [0, 0, inf, 0, inf]
    assert budget.asked_today(START) == 3
    midnight = datetime(2024, 7, 1, 21, 0, tzinfo=UTC)  # in Moscow
    assert budget.take("a", midnight - timedelta(seconds=1)) == inf
    assert budget.take("a", midnight) == 0


@pytest.mark.parametrize(
    ("hours", "moscow", "allowed"),
    [
        ((time(22), time(6)), 23, True),
        ((time(22), time(6)), 5, True),
        ((time(22), time(6)), 6, False),
        ((time(22), time(6)), 12, False),
        ((time(1), time(5)), 1, True),
        ((time(1), time(5)), 5, False),
        ((time(1), time(5)), 0, False),
    ],
)
def test_hours_are_those_of_moscow(tmp_path: Path, hours: tuple[time, time], moscow: int, allowed: bool) -> None:
    budget = Budget(tmp_path / "budget.json", Limits(hours=hours))
    assert (budget.take("a", START + timedelta(hours=moscow - 3)) == 0) == allowed


@pytest.mark.parametrize(
    ("limits", "asked", "words"),
    [
        (Limits(0, 0, 0, daily=2), ["a", "b"], "the day's 2 requests are spent"),
        (Limits(0, 0, 0, daily_per_host=1), ["a", "b"], "the day's 1 requests of 2 hosts are spent"),
        (Limits(0, 0, 0), ["a", "b"], ""),
        (Limits(0, 0, 0, hours=(time(22), time(6))), [], "it is not between 22:00 and 06:00 Moscow time"),
    ],
)
def test_why_nothing_may_be_asked_is_told(tmp_path: Path, limits: Limits, asked: list[str], words: str) -> None:
    budget = Budget(tmp_path / "budget.json", limits)
    noon = datetime(2024, 7, 1, 9, 0, tzinfo=UTC)
    for host in asked:
        assert budget.take(host, noon) == 0
    assert budget.why_not(noon).startswith(words)
    assert bool(budget.why_not(noon)) == bool(words)
    assert (budget.take("a", noon) == inf) == bool(words)


def test_a_clock_that_was_set_back_is_an_error_and_asks_nothing(tmp_path: Path) -> None:
    budget = Budget(tmp_path / "budget.json", Limits())
    assert budget.take("a", START) == 0
    with pytest.raises(BudgetError, match="set back"):
        budget.take("b", START - timedelta(hours=1))
    assert budget.latest() == START
    assert budget.take("b", START + timedelta(seconds=5)) == 0


def test_a_damaged_file_is_an_error_that_says_the_way_out(tmp_path: Path) -> None:
    path = tmp_path / "budget.json"
    path.write_text("{")
    with pytest.raises(BudgetError, match="half an hour"):
        Budget(path, Limits()).take("a", START)
