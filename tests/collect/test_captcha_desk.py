"""The desk: a captcha waits until a person answers, an answer serves its region until it runs out or is refused."""

from __future__ import annotations

import multiprocessing
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from courttally.collect.captcha_desk import Desk, DeskError
from courttally.rehearsal.captcha import image

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOST = "224gvs.spb.sudrf.ru"


class Hands:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **time: float) -> datetime:
        self.now += timedelta(**time)
        return self.now


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def desk(tmp_path: Path, hands: Hands) -> Desk:
    return Desk(tmp_path, hands)


def waiting(desk: Desk) -> list[tuple[str, str]]:
    return [(each.region, each.captchaid) for each in desk.pending()]


def fates(desk: Desk) -> list[tuple[str, str]]:
    return [(each.captchaid, each.fate) for each in desk.answered()]


def test_an_answer_serves_its_region_for_six_hours(desk: Desk, hands: Hands) -> None:
    picture = image("12345")
    desk.waiting("spb", HOST, picture, "one", hands.now)
    (shown,) = desk.pending()
    assert (shown.region, shown.host, shown.captchaid, shown.image) == ("spb", HOST, "one", picture)
    assert (shown.media_type, shown.asked_at, shown.refusals) == ("image/png", NOON, 0)
    assert desk.answer_for("spb", hands.now) is None
    hands.pass_by(hours=1)
    desk.answer("spb", "one", " 12 345 ")
    assert desk.pending() == []
    held = desk.answer_for("spb", hands.now)
    assert held is not None
    assert (held.captchaid, held.text, held.until) == ("one", "12345", NOON + timedelta(hours=6))
    assert desk.answer_for("vrn", hands.now) is None
    assert fates(desk) == [("one", "untried")]
    desk.accepted("spb", "one", hands.now)
    assert fates(desk) == [("one", "accepted")]
    assert desk.answer_for("spb", NOON + timedelta(hours=5, minutes=59)) is not None
    assert desk.answer_for("spb", NOON + timedelta(hours=6)) is None
    hands.pass_by(hours=6)
    assert fates(desk) == [("one", "over")]


def test_a_refused_answer_is_not_given_out_and_the_same_picture_waits_again(desk: Desk, hands: Hands) -> None:
    desk.waiting("spb", HOST, image("12345"), "one", hands.now)
    desk.answer("spb", "one", "54321")
    desk.refused("spb", "one", hands.pass_by(minutes=1))
    assert desk.answer_for("spb", hands.now) is None
    assert desk.pending() == []  # the form is asked for again before a person is
    assert fates(desk) == [("one", "refused")]
    desk.waiting("spb", HOST, image("12345"), "one", hands.pass_by(minutes=1))
    (again,) = desk.pending()
    assert (again.captchaid, again.refusals, again.asked_at) == ("one", 1, NOON)
    assert fates(desk) == [("one", "refused")]
    desk.answer("spb", "one", "12345")
    assert desk.answer_for("spb", hands.now) is not None
    desk.accepted("spb", "one", hands.now)
    desk.refused("spb", "one", hands.pass_by(hours=2))  # the site let it run out early: no fault of the person
    assert fates(desk) == [("one", "over")]


def test_the_newest_captcha_of_a_region_waits_and_an_answer_to_the_one_before_still_counts(
    desk: Desk, hands: Hands
) -> None:
    desk.waiting("spb", HOST, image("11111"), "one", hands.now)
    desk.waiting("spb", HOST, image("22222"), "two", hands.pass_by(minutes=5))
    desk.waiting("vrn", "gvs.vrn.sudrf.ru", image("33333"), "three", hands.pass_by(minutes=5))
    assert waiting(desk) == [("spb", "two"), ("vrn", "three")]
    desk.answer("spb", "one", "11111")
    assert waiting(desk) == [("vrn", "three")]
    held = desk.answer_for("spb", hands.now)
    assert held is not None
    assert held.captchaid == "one"
    desk.refused("spb", "one", hands.now)
    assert waiting(desk) == [("spb", "two"), ("vrn", "three")]


def test_what_nobody_answered_in_time_waits_no_more(desk: Desk, hands: Hands) -> None:
    desk.waiting("spb", HOST, image("11111"), "one", hands.now)
    hands.pass_by(hours=6)
    assert desk.pending() == []
    desk.waiting("spb", HOST, image("11111"), "one", hands.now)  # the site shows it still: its time starts anew
    assert waiting(desk) == [("spb", "one")]


def test_answers_that_cannot_be_taken(desk: Desk, hands: Hands) -> None:
    desk.waiting("spb", HOST, image("11111"), "one", hands.now)
    for text in ("", "  ", "12-45", "один", "1" * 17, "<b>"):
        with pytest.raises(DeskError, match="the characters of the picture"):
            desk.answer("spb", "one", text)
    with pytest.raises(DeskError, match="does not wait any more"):
        desk.answer("spb", "other", "11111")
    desk.answer("spb", "one", "11111")
    with pytest.raises(DeskError, match="answered already"):
        desk.answer("spb", "one", "22222")


def test_what_cannot_be_a_captcha_does_not_wait(desk: Desk, hands: Hands, tmp_path: Path) -> None:
    for region in ("", "../spb", "SPB", "a.b", "-a"):
        with pytest.raises(ValueError, match="no region"):
            desk.waiting(region, HOST, image("11111"), "one", hands.now)
    with pytest.raises(ValueError, match="no id"):
        desk.waiting("spb", HOST, image("11111"), "../one", hands.now)
    for picture in (b"", b"<svg>", b"\x89PNG\r\n\x1a\n" + bytes(70_000)):
        with pytest.raises(ValueError, match="picture"):
            desk.waiting("spb", HOST, picture, "one", hands.now)
    assert list(tmp_path.rglob("*.json")) == []


def test_files_are_closed_to_others_and_a_damaged_one_is_named(desk: Desk, hands: Hands, tmp_path: Path) -> None:
    desk.waiting("spb", HOST, image("11111"), "one", hands.now)
    folder = tmp_path / "collect" / "captcha"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    (folder / "spb.json").write_text("{")
    with pytest.raises(DeskError, match=r"spb\.json is damaged; delete it"):
        desk.pending()


def _register(home: Path, number: int) -> None:
    desk = Desk(home, lambda: NOON)
    for turn in range(20):
        desk.waiting(f"r{number}", HOST, image("11111"), f"own-{turn}", NOON)
        desk.waiting("all", HOST, image("11111"), f"{number}-{turn}", NOON)
        desk.answer(f"r{number}", f"own-{turn}", str(turn))


def test_processes_share_the_desk_without_losing_a_change(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_register, args=(tmp_path, number)) for number in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    desk = Desk(tmp_path, lambda: NOON)
    for number in range(3):
        held = desk.answer_for(f"r{number}", NOON)
        assert held is not None
        assert (held.captchaid, held.text) == ("own-19", "19")
    assert [region for region, _ in waiting(desk)] == ["all"]
    assert not list((tmp_path / "collect" / "captcha").glob("*.tmp"))
