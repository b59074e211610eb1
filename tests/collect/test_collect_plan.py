"""The plan, night after night, against its promises: nothing is asked twice without need, and nothing is forgotten."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from courttally.collect.budget import Limits
from courttally.collect.plan import DAY, Rhythm, asked_of, blocks, card_due, estimate, make_plan, uncovered, windows_due
from courttally.collect.state import Card, State
from courttally.collect.windows import Window

COURT = "25GV0001"
RHYTHM = Rhythm(date(2023, 1, 1))
FIRST_NIGHT = date(2024, 7, 1)
SPAN = st.tuples(st.integers(0, 60), st.integers(0, 30)).map(
    lambda pair: (FIRST_NIGHT + timedelta(pair[0]), FIRST_NIGHT + timedelta(sum(pair)))
)


def every_day(span: tuple[date, date]) -> set[date]:
    return {span[0] + timedelta(n) for n in range((span[1] - span[0]).days + 1)}


@given(span=SPAN, covers=st.lists(SPAN, max_size=6))
def test_gaps_are_the_days_that_no_cover_touches(span: tuple[date, date], covers: list[tuple[date, date]]) -> None:
    gaps = uncovered(span, covers)
    left = every_day(span) - {day for cover in covers for day in every_day(cover)}
    assert sorted(day for gap in gaps for day in every_day(gap)) == sorted(left)


@given(span=SPAN, per_day=st.floats(0, 10))
def test_blocks_take_each_day_once(span: tuple[date, date], per_day: float) -> None:
    first, last = span[0] - timedelta(days=700), span[1]
    taken = [day for block in blocks(first, last, per_day) for day in every_day(block)]
    assert sorted(taken) == sorted(every_day((first, last)))
    assert len(taken) == len(set(taken))


def entry(window: Window, night: date, state: str) -> dict[str, Any]:
    return {
        "court": window.court, "proceeding": window.proceeding, "axis": window.axis, "window_from": window.first.isoformat(),
        "window_to": window.last.isoformat(), "state": state, "asked_at": f"{night.isoformat()}T00:30:00Z", "reason": None,
    }  # fmt: skip


# Nights that were worked, as days since the one before; and of each window asked, whether it came out complete.
NIGHTS = st.lists(
    st.tuples(st.integers(1, 40), st.lists(st.booleans(), min_size=12, max_size=12)), min_size=1, max_size=25
)


@settings(max_examples=30, deadline=None)
@given(nights=NIGHTS, per_day=st.sampled_from((0.0, 0.5, 5.0)))
def test_every_night_asks_what_is_owed_and_no_more(nights: list[tuple[int, list[bool]]], per_day: float) -> None:
    ledger: list[dict[str, Any]] = []
    night = FIRST_NIGHT
    for gap, luck in nights:
        night += timedelta(days=gap)
        due = windows_due(COURT, "first", asked_of(ledger), night, RHYTHM, per_day)
        assert windows_due(COURT, "first", asked_of(ledger), night, RHYTHM, per_day) == due
        received = [window for window in due if window.axis == "received"]
        for window in due:
            assert RHYTHM.since <= window.first <= window.last <= night
        taken = [day for window in received for day in every_day((window.first, window.last))]
        assert len(taken) == len(set(taken)), "windows of one axis do not overlap"
        complete = [e for e in ledger if e["state"] == "complete" and e["axis"] == "received"]
        for day in every_day((RHYTHM.since, night)) - set(taken):
            # A day that is not asked tonight was asked completely after the courts had time to post, and lately.
            when = [
                date.fromisoformat(e["asked_at"][:10])
                for e in complete
                if e["window_from"] <= day.isoformat() <= e["window_to"]
            ]
            assert max(when) >= day + timedelta(days=RHYTHM.late)
            assert max(when) > night - timedelta(days=RHYTHM.round)
        fresh = {(window.axis, window.last) for window in due}
        assert ("received", night) in fresh
        decided = [
            date.fromisoformat(e["asked_at"][:10]) for e in ledger if (e["axis"], e["state"]) == ("result", "complete")
        ]
        assert ("result", night) in fresh or max(decided) > night - timedelta(days=RHYTHM.open)
        for window, well in zip(due, luck * len(due), strict=False):
            ledger.append(entry(window, night, "complete" if well else "failed"))
        again = windows_due(COURT, "first", asked_of(ledger), night, RHYTHM, per_day)
        wrong = [window for window, well in zip(due, luck * len(due), strict=False) if not well]
        assert set(again) <= set(due)
        assert set(wrong) <= set(again), "what failed is asked again the same night"
        assert all(window in wrong for window in again), "what was complete is not"


def test_the_list_by_day_of_decision_comes_once_a_week() -> None:
    ledger: list[dict[str, Any]] = []
    nights = []
    for n in range(50):
        for window in windows_due(COURT, "first", asked_of(ledger), FIRST_NIGHT + n * DAY, RHYTHM):
            ledger.append(entry(window, FIRST_NIGHT + n * DAY, "complete"))
            if window.axis == "result":
                nights.append(n)
                assert (window.first, window.last) == (
                    FIRST_NIGHT + n * DAY - timedelta(days=95),
                    FIRST_NIGHT + n * DAY,
                ) or n
                assert window.first <= FIRST_NIGHT + (nights[-2] if n else 0) * DAY - timedelta(days=95)
    assert nights[0] == 0
    assert {later - earlier for earlier, later in pairwise(nights[1:])} == {7}
    assert nights[1] <= 7


def test_a_quiet_month_asks_each_old_block_once() -> None:
    ledger: list[dict[str, Any]] = []
    counted: Counter[tuple[date, date]] = Counter()
    for n in range(91):
        night = FIRST_NIGHT + n * DAY
        for window in windows_due(COURT, "first", asked_of(ledger), night, RHYTHM, 0.5):
            ledger.append(entry(window, night, "complete"))
            if n > 30 and window.last < night:
                counted[window.first, window.last] += 1
    quarters = [date(2023, 1, 1), date(2023, 4, 1), date(2023, 7, 1), date(2023, 10, 1), date(2024, 1, 1)]
    wanted = {(first, later - DAY): 2 for first, later in pairwise([*quarters, date(2024, 4, 1)])}
    # The second quarter of 2024 is old from 4 October on, and the bench ends on 29 September.
    assert counted == wanted, "each whole quarter twice in sixty nights"


@given(
    per_day=st.sampled_from((0.0, 0.5, 5.0)), ages=st.lists(st.integers(0, 900), max_size=4), night=st.integers(1, 90)
)
def test_the_list_that_shows_an_open_case_is_asked_for_every_night(per_day: float, ages: list[int], night: int) -> None:
    today = FIRST_NIGHT + timedelta(days=night)
    opened = {max(RHYTHM.since, today - timedelta(days=age)) for age in ages}
    ledger = [
        entry(window, today - DAY, "complete")
        for window in windows_due(COURT, "first", {}, today - DAY, RHYTHM, per_day)
    ]
    due = windows_due(COURT, "first", asked_of(ledger), today, RHYTHM, per_day, opened)
    taken = [(window.first, window.last) for window in due if window.axis == "received"]
    for day in opened:
        assert sum(first <= day <= last for first, last in taken) == 1
    quiet = windows_due(COURT, "first", asked_of(ledger), today, RHYTHM, per_day)
    for first, last in set(taken) - {(window.first, window.last) for window in quiet}:
        assert any(first <= day <= last for day in opened), "no other block is asked for more often than its turn"


def test_courts_that_waited_longest_come_first(tmp_path: Path) -> None:
    codes = ["25GV0001", "26GV0001", "27GV0001"]
    with State(tmp_path, writing=True) as state:
        state.change_court(codes[0], last_good="2024-06-30T00:00:00+00:00")
        state.change_court(codes[2], last_good="2024-06-29T22:00:00+00:00")
        plan = make_plan([], state, [(code, ("first",)) for code in codes], NOW, RHYTHM)
    assert [todo.court for todo in plan.todos] == [codes[1], codes[2], codes[0]]


NOW = datetime(2024, 7, 1, 0, 0, tzinfo=UTC)


def test_what_a_clock_that_was_ahead_wrote_down_is_not_believed(tmp_path: Path) -> None:
    years_ahead, targets = FIRST_NIGHT + timedelta(3000), [(COURT, ("first",))]
    ledger = [
        entry(Window(COURT, "first", axis, RHYTHM.since, years_ahead), years_ahead, "complete")
        for axis in ("received", "result")
    ]
    state = State(tmp_path)
    plan = make_plan(ledger, state, targets, NOW, RHYTHM)
    assert plan == make_plan([], state, targets, NOW, RHYTHM)
    assert plan.todos[0].windows


CARD = Card(
    COURT, "first", 1, 7, "g", received="2024-01-01", row="r", row_on="2024-06-30", card_row="r", card_on="2024-07-01"
)


def test_why_a_card_is_asked_for() -> None:
    gone = "2024-06-28T00:00:00Z"
    assert card_due(CARD, NOW, RHYTHM) == ""
    assert card_due(replace(CARD, card_on=""), NOW, RHYTHM) == "new or changed"
    assert card_due(replace(CARD, row="other"), NOW, RHYTHM) == "new or changed"
    assert card_due(replace(CARD, missing_on="2024-07-01"), NOW, RHYTHM) == "missing from its list"
    assert card_due(replace(CARD, gone_at=(gone,)), NOW, RHYTHM) == "a second look at a card that was gone"
    assert card_due(replace(CARD, gone_at=("2024-06-28T00:00:01Z",)), NOW, RHYTHM) == ""
    assert card_due(replace(CARD, gone_at=(gone, "2024-07-01T00:00:00Z"), row="other"), NOW, RHYTHM) == ""


@given(case_id=st.integers(1, 10**7), settled=st.booleans(), start=st.integers(0, 60))
def test_every_open_card_has_its_turn_in_a_week_and_every_settled_one_in_a_month(
    case_id: int, settled: bool, start: int
) -> None:
    card = replace(CARD, case_id=case_id, settled=settled)
    asked: list[int] = []
    for n in range(start, start + 121):
        now = NOW + timedelta(days=n)
        card = card if n > start else replace(card, card_on=now.date().isoformat())
        if card_due(card, now, RHYTHM):
            card = replace(card, card_on=(now + timedelta(hours=3)).date().isoformat())
            asked.append(n)
    longest = RHYTHM.round if settled else RHYTHM.open
    assert (
        max(later - earlier for earlier, later in zip([start, *asked], [*asked, start + 121], strict=True)) <= longest
    )
    assert len(asked) <= 121 // longest + 2


def test_of_a_court_that_forbade_robots_only_its_rules_are_counted(tmp_path: Path) -> None:
    with State(tmp_path, writing=True) as state:
        plan = make_plan([], state, [(COURT, ("first",))], NOW, RHYTHM)
        open_to_us = estimate(plan, state, NOW, RHYTHM, Limits())
        state.change_court(COURT, robots="disallowed")
        closed = estimate(plan, state, NOW, RHYTHM, Limits())
    assert open_to_us.requests == {"robots": 1, "lists": len(plan.todos[0].windows), "cards": 0, "linked": 0}
    assert (closed.total, closed.requests["robots"]) == (1, 1)
