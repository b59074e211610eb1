"""Appeals and materials are asked for where a link needs them, and nowhere else. Truth is the rehearsal's."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from collect_kit import Newsroom, courts_where, midnight
from test_collect_world import check_windows

from courttally.collect.needs import Wanted, need_of, wanted_of
from courttally.collect.state import Card, State
from courttally.courts import by_code
from courttally.rehearsal.model import Record
from courttally.rehearsal.shown import latest, ruling_on, visible
from courttally.rehearsal.truth import record_id
from courttally.rehearsal.world import World
from courttally.rehearsal.world import build as build_world

NIGHT = date(2024, 7, 1)
UID = "25GV0001-01-2024-000017-54"
CARD = Card("25GV0001", "first", 1, 7, "g", decided="2024-06-01", uid=UID)


def test_what_a_link_needs() -> None:
    day = date(2024, 6, 26)
    wanted = Wanted("25OV0000", "appeal", UID)
    assert need_of(CARD, day) == wanted
    assert need_of(CARD, day - timedelta(days=1)) is None, "it may still come into force by itself"
    for name, value in (("settled", True), ("open", True), ("uid", ""), ("decided", ""), ("gone_at", ("a", "b"))):
        assert need_of(Card(**{**_fields(CARD), name: value}), day) is None
    above = Card("25OV0000", "appeal", 1, 8, "g", uid=UID)
    assert need_of(above, day) is None
    assert need_of(Card(**{**_fields(above), "below": "25GV0001"}), day) == Wanted("25GV0001", "material", UID)
    assert need_of(Card("01AV0000", "first", 1, 1, "g", decided="2024-06-01", uid=UID), day) is None


def _fields(card: Card) -> dict[str, object]:
    return {name: getattr(card, name) for name in Card.__slots__}


def test_each_is_wanted_once_a_month(tmp_path: Path) -> None:
    with State(tmp_path, writing=True) as state:
        state.put_card(CARD)
        state.put_asked_uid("25OV0000", "appeal", UID, "2024-06-10")
    held = State(tmp_path)
    for day, due in ((date(2024, 7, 9), False), (date(2024, 7, 10), True)):
        now = datetime(day.year, day.month, day.day, tzinfo=UTC)
        assert (wanted_of(held, ("appeal",), now, 30) != {}) == due
        assert wanted_of(held, (), now, 30) == {}


def test_what_a_night_wants_is_told_once_and_outlives_a_kill(tmp_path: Path) -> None:
    now, other = datetime(2024, 7, 1, tzinfo=UTC), UID.replace("000017-54", "000018-27")
    with State(tmp_path, writing=True) as state:
        state.put_card(CARD)
        planned = wanted_of(state, ("appeal",), now, 30)
        state.put_wanted("2024-07-01", [one for needs in planned.values() for one in needs])
        state.put_card(Card(**{**_fields(CARD), "case_id": 8, "uid": other}))
        state.put_wanted("2024-07-01", [])
    held = State(tmp_path)
    assert wanted_of(held, ("appeal",), now, 30) == planned == {"25OV0000": [Wanted("25OV0000", "appeal", UID)]}
    assert {one.uid for one in wanted_of(held, ("appeal",), now + timedelta(days=1), 30)["25OV0000"]} == {UID, other}


def needed(world: World, room: Newsroom, day: int, closed: set[str]) -> dict[str, str]:
    """UID -> court above, of the cases whose appeal a link needs on the night after next, as they were shown by `day`: told by the world."""
    found = {}
    for (code, proceeding), records in world.by_court.items():
        court = by_code(code)
        if proceeding != "first" or code in closed or court is None or court.appeal_court_code is None:
            continue
        for record in records:
            ruling, uid = ruling_on(record.rulings, day), latest(record.uids, day)
            over = ruling is not None and ruling.outcome != "stayed" and ruling.day is not None and not ruling.raw_day
            if not over or not uid or not visible(record, day) or record.received < room.since.toordinal():
                continue
            assert ruling is not None
            assert ruling.day is not None
            in_force = record.in_force is not None and record.in_force[0] <= day
            if not in_force and 25 <= day + 2 - ruling.day <= 201 and court.appeal_court_code not in closed:
                found[uid] = court.appeal_court_code
    return found


def test_appeals_are_held_where_a_case_does_not_come_into_force_and_only_there(tmp_path: Path) -> None:
    world = build_world("small", 1)
    room = Newsroom(world, tmp_path / "home", since=date(2024, 1, 1))
    room.night(NIGHT)
    assert not [entry for entry in room.stage.entries if entry.proceeding in ("appeal", "material")]
    night = NIGHT + timedelta(days=1)
    wanted = needed(world, room, NIGHT.toordinal() - 1, set(world.courts) - set(courts_where(world, busy=99)))
    asked = len(room.stage.entries)
    room.night(night)
    lists = [e for e in room.stage.entries[asked:] if "JUDICIAL_UID" in e.query.upper() and e.proceeding == "appeal"]
    assert {(e.query.upper().partition("UIDSS=")[2].partition("&")[0], e.court) for e in lists} == set(wanted.items())
    above = [
        record for (_, proceeding), records in world.by_court.items() if proceeding == "appeal" for record in records
    ]
    shown = [record for record in above if _bears(record, wanted, night.toordinal() - 1)]
    assert shown
    cards = {e.records[0] for e in room.stage.entries[asked:] if e.kind == "card" and e.proceeding == "appeal"}
    assert cards == {record.ref for record in shown}
    room.night(night + timedelta(days=1))
    again = [e for e in room.stage.entries[asked + 1 :] if e.night > night.toordinal() and e.proceeding == "appeal"]
    once = {e.query for e in lists}
    assert not [e for e in again if e.query in once], "a list by UID is asked for once a month"
    room.build()
    assert {record_id(record) for record in shown} <= {row["record"] for row in room.table("records")}
    check_windows(room)


def _bears(record: Record, wanted: dict[str, str], day: int) -> bool:
    uid = latest(record.uids, day)
    return uid in wanted and record.court == wanted[uid] and visible(record, day)


def test_nothing_of_them_is_asked_where_the_settings_say_so(tmp_path: Path) -> None:
    world = build_world("small", 1)
    room = Newsroom(world, tmp_path / "home", since=date(2024, 1, 1), settings={"linked": ()})
    for later in range(2):
        room.night(NIGHT + timedelta(days=later))
    assert {e.proceeding for e in room.stage.entries} <= {"first", ""}
    assert midnight(NIGHT) < room.pace.now()
