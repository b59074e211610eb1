"""Disappearance by law 5: what concludes it, what does not, and what ends it; and small worlds in which the truth is known."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from courttally.registry.build import build
from courttally.registry.moscow import moscow_date
from courttally.registry.snapshot import current
from courttally.registry.vanish import Check, Listing, Version, mass_removals, versions_of
from courttally.rehearsal.crawl import Newsroom
from courttally.rehearsal.into_archive import write_archive
from courttally.rehearsal.world import build as tell

START = datetime(2024, 3, 1, 12, tzinfo=UTC)


def at(days: float) -> datetime:
    return START + timedelta(days=days)


def on(days: float) -> date:
    return moscow_date(at(days))


def check(days: float, control: str = "k") -> Check:
    return Check(at(days), f"c{days}", control)


def whole(days: float, first: date | None = None, last: date | None = None) -> Listing:
    return Listing(first, last, on(days), at(days), f"l{days}")


RECEIVED = [(date(2024, 1, 1), date(2024, 2, 1))]


def told(
    checks: list[Check],
    listings: list[Listing],
    shows: tuple[float, ...] = (0,),
    received: list[tuple[date, date | None]] | None = None,
) -> list[tuple[str, date]]:
    found: list[Version] = list(versions_of([at(day) for day in shows], checks, listings, received or RECEIVED))
    return [(version.state, version.known_from) for version in found]


def test_two_checks_three_days_apart_and_a_whole_list() -> None:
    assert told([check(5), check(8)], [whole(4)]) == [("missing", on(5)), ("vanished", on(8))]


def test_less_than_72_hours_is_one_check() -> None:
    assert told([check(5), check(7.99)], [whole(4)]) == [("missing", on(5))]
    assert told([check(5), check(7.99), check(8)], [whole(4)]) == [("missing", on(5)), ("vanished", on(8))]


def test_a_court_that_is_down_proves_nothing() -> None:
    assert told([check(5, ""), check(8, "")], [whole(4)]) == []
    assert told([check(5), check(8, "")], [whole(4)]) == [("missing", on(5))]


@pytest.mark.parametrize(
    "listing",
    [whole(-1), whole(4, date(2024, 2, 2)), whole(4, None, date(2024, 1, 31))],
    ids=["before", "later window", "earlier"],
)
def test_a_list_that_need_not_show_it_proves_nothing(listing: Listing) -> None:
    assert told([check(5), check(8)], [listing]) == [("missing", on(5))]


def test_the_list_may_come_last() -> None:
    assert told([check(5), check(8)], [whole(10)])[-1] == ("vanished", on(10))


def test_a_record_without_a_received_day_is_only_in_a_list_of_everything() -> None:
    undated: list[tuple[date, date | None]] = [(date(2024, 1, 1), None)]
    assert told([check(5), check(8)], [whole(4, date(2024, 1, 1))], received=undated) == [("missing", on(5))]
    assert told([check(5), check(8)], [whole(4)], received=undated)[-1] == ("vanished", on(8))


def test_a_page_that_shows_it_again_ends_it() -> None:
    assert told([check(5), check(8)], [whole(4)], (0, 20)) == [
        ("missing", on(5)), ("vanished", on(8)), ("returned", on(20)),
    ]  # fmt: skip
    assert told([check(5), check(12)], [whole(4)], (0, 7)) == [
        ("missing", on(5)), ("returned", on(7)), ("missing", on(12)),
    ]  # fmt: skip


def test_a_mass_removal_is_one_event_with_its_list() -> None:
    rows = [
        (f"r{n}", "vanished" if n else "returned", on(9), on(0), at(5 + n), at(9 + n), None, "25GV0001")
        for n in range(6)
    ]
    rows += [
        ("x", "vanished", on(80), on(60), at(70), at(80), None, "25GV0001"),
        ("y", "missing", on(5), on(0), at(5), None, None, "25GV0001"),
    ]
    (event,) = mass_removals(rows)
    assert (event.court, event.after, event.by, event.back) == ("25GV0001", on(0), on(10), 1)
    assert event.records == ("r0", "r1", "r2", "r3", "r4", "r5")
    assert mass_removals(rows[:4]) == []


@pytest.mark.parametrize(
    ("seed", "faults", "since", "nights"),
    [
        (1, 400, 330, 150),
        pytest.param(1, 0, 0, 540, marks=pytest.mark.long),
        pytest.param(2, 400, 0, 540, marks=pytest.mark.long),
        pytest.param(3, 1000, 0, 540, marks=pytest.mark.long),
    ],
)
def test_worlds_lose_what_they_lose_and_nothing_else(
    seed: int, faults: int, since: int, nights: int, tmp_path: Path
) -> None:
    """Every conclusion is true on both of its checks; whatever two checks found gone, a list being whole, is concluded."""
    world = tell("small", seed)
    every, first, until = 2, world.start + since, world.start + since + nights
    write_archive(world, tmp_path, first, until, faults, every)
    build(tmp_path, workers=1)
    newsroom = Newsroom(world, first, faults, every)
    for _ in newsroom.until(until):
        pass
    ids = {f"{r.court}:criminal:{r.proceeding}:1:{r.case_id}": r for r in world.records}
    rows = [row for row in current(tmp_path).table("presence").to_pylist() if row["state"] == "vanished"]
    for row in rows:
        for moment in (row["first_check"], row["second_check"]):
            day = moscow_date(moment).toordinal() - 1
            assert any(gone <= day and (back is None or day < back) for gone, back in ids[row["record"]].gone)
        assert row["second_check"] - row["first_check"] >= timedelta(hours=72)
    twice = {
        f"{r.court}:criminal:{r.proceeding}:1:{r.case_id}"
        for ref, sight in newsroom.sights.items()
        if len(sight.gone) > 1 and (r := world.by_ref[ref]).received_raw is None
    }
    assert len(twice) > 2
    assert twice - {row["record"] for row in rows if row["known_to"] is None} == set()
