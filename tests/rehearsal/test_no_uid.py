"""The switch that leaves UIDs out by court and year changes nothing else of a world."""

from datetime import date

from courttally.rehearsal.model import Record
from courttally.rehearsal.world import World, build


def told(record: Record) -> tuple[object, ...]:
    return (record.ref, record.court, record.received, record.rulings, record.events, [s.name for s in record.slots])


def silent_years(world: World) -> set[tuple[str, int]]:
    shown: dict[tuple[str, int], bool] = {}
    for record in world.records:
        place = (record.court, date.fromordinal(record.received).year)
        shown[place] = shown.get(place, False) or bool(record.uids)
    return {place for place, any_shown in shown.items() if not any_shown}


def test_a_world_without_uids_by_court_and_year_is_the_same_otherwise() -> None:
    full, some = build("small", 5), build("small", 5, no_uid=30)
    assert [told(record) for record in full.records] == [told(record) for record in some.records]
    courts_and_years = {(r.court, date.fromordinal(r.received).year) for r in full.records}
    more = silent_years(some) - silent_years(full)
    assert 0.1 < len(more) / len(courts_and_years) < 0.5
    # What shows a UID in both worlds shows it in both alike, but for the running number: no court counts unseen cards otherwise.
    assert all(bool(a.uids) or not b.uids for a, b in zip(full.records, some.records, strict=True))


def test_all_or_none() -> None:
    assert not any(record.uids for record in build("small", 5, no_uid=100).records)
