"""A night carried on says what a build from all captures says: worlds night by night, and everything that must not be carried on."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ParamSpec

import pytest
from registry_kit import YEAR_URL, listing_page, write

from courttally.registry import build as builds
from courttally.registry import carry, decisions
from courttally.registry.build import build
from courttally.registry.digest import digests
from courttally.registry.linkage import make_key
from courttally.registry.snapshot import current
from courttally.rehearsal.crawl import Newsroom
from courttally.rehearsal.into_archive import keep
from courttally.rehearsal.world import build as tell

P = ParamSpec("P")
PERSON = "&lt;Информация скрыта&gt; - ст.337 ч.5 УК РФ"


@pytest.fixture
def carried(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether each build so far was carried on."""
    found: list[bool] = []
    monkeypatch.setattr(builds.carry, "carry_on", noting(carry.carry_on, found))
    return found


def noting(real: Callable[P, carry.Carried | None], found: list[bool]) -> Callable[P, carry.Carried | None]:
    """The same, and a note of whether it gave anything."""

    def spy(*arguments: P.args, **named: P.kwargs) -> carry.Carried | None:
        made = real(*arguments, **named)
        found.append(made is not None)
        return made

    return spy


def from_all(home: Path, scratch: Path) -> dict[str, str]:
    """The digests of one build from everything that a home holds."""
    scratch.mkdir()
    for path in sorted(home.rglob("*")):
        if path.is_file() and not {"registry", "linkage"} & set(path.relative_to(home).parts):
            target = scratch / path.relative_to(home)
            target.parent.mkdir(parents=True, exist_ok=True)
            os.link(path, target)
    build(scratch, workers=1)
    return digests(current(scratch))


def nights(tmp_path: Path, seed: int, family: str, every: int, first: int, number: int, no_uid: int) -> Iterator[Path]:
    """A world visited night after night; yields its home when each was built."""
    world = tell("small", seed, family, no_uid=no_uid)
    newsroom, home = Newsroom(world, world.start, every=every), tmp_path / "home"
    for turn in range(number):
        keep(newsroom, home, world.start + first + turn * every)
        build(home, workers=1)
        yield home


@pytest.fixture
def key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_key(tmp_path / "home", tmp_path / "key")
    monkeypatch.setenv("COURTTALLY_KEY", str(tmp_path / "key"))


@pytest.mark.usefixtures("key")
def test_nights_of_a_world_are_carried_on_and_equal_one_build(tmp_path: Path, carried: list[bool]) -> None:
    """A third of the courts' years show no UID, so names, charges and candidates do the work."""
    for turn, home in enumerate(nights(tmp_path, 11, "falling", 14, 200, 6, 30)):
        if turn in (2, 5):
            assert digests(current(home)) == from_all(home, tmp_path / f"all-{turn}")
    assert carried[:6] == [False, True, True, False, True, True]
    assert len(current(home).table("links")) > 50


@pytest.mark.long
@pytest.mark.usefixtures("key")
@pytest.mark.parametrize(
    ("seed", "family", "every", "no_uid"), [(12, "published", 3, 3), (13, "falling", 7, 30), (14, "published", 14, 0)]
)
def test_many_nights_of_many_worlds(
    tmp_path: Path, carried: list[bool], seed: int, family: str, every: int, no_uid: int
) -> None:
    for turn, home in enumerate(nights(tmp_path, seed, family, every, 120, 30, no_uid)):
        if turn % 6 == 5:
            assert digests(current(home)) == from_all(home, tmp_path / f"all-{turn}"), turn
    assert carried.count(True) >= 29


def row(number: int, result: str = "", decided: str = "") -> tuple[str, ...]:
    return (str(number), f"1-{number}/2024", "05.02.2024", PERSON, decided, result)


def on(day: int) -> datetime:
    return datetime(2024, 3, 1, 12, tzinfo=UTC) + timedelta(days=day)


def test_what_changes_is_worked_out_and_what_does_not_stays(tmp_path: Path, carried: list[bool]) -> None:
    home = tmp_path / "home"
    write(home, listing_page([row(1), row(2), row(3)]), on(1))
    build(home)
    write(home, listing_page([row(1), row(2, "Вынесен ПРИГОВОР", "02.03.2024"), row(3), row(4)]), on(2))
    build(home)
    known = current(home).table("records").to_pylist()
    assert [(r["case_id"], r["known_from"].day, r["known_to"], r["outcome"]) for r in known] == [
        (1, 2, None, "pending"),
        (2, 2, datetime(2024, 3, 3, tzinfo=UTC).date(), "pending"),
        (2, 3, None, "verdict"),
        (3, 2, None, "pending"),
        (4, 3, None, "pending"),
    ]
    assert digests(current(home)) == from_all(home, tmp_path / "all")
    assert carried[:2] == [False, True]


def test_the_same_day_again(tmp_path: Path, carried: list[bool]) -> None:
    """A second build on one day: a later page of that day says more, and an earlier page of it, brought in last, overrides nothing."""
    home = tmp_path / "home"
    write(home, listing_page([row(1)]), on(1))
    build(home)
    write(home, listing_page([row(1, "Вынесен ПРИГОВОР", "02.03.2024")]), on(1) + timedelta(hours=2))
    build(home)
    write(home, listing_page([row(1, "Уголовное дело ПРЕКРАЩЕНО", "01.03.2024")]), on(1) + timedelta(hours=1))
    build(home)
    assert carried == [False, True, True]
    assert current(home).table("records").column("outcome").to_pylist() == ["verdict"]
    assert digests(current(home)) == from_all(home, tmp_path / "all")


def test_a_night_without_anything_new(tmp_path: Path, carried: list[bool]) -> None:
    home = tmp_path / "home"
    write(home, listing_page([row(1)]), on(1))
    first = build(home)
    again = build(home)
    assert (again.snapshot, again.read_anew) == (first.snapshot, 0)
    assert again.kinds == first.kinds == {"listing": 1}
    assert carried == [False]
    (home / "registry" / "watch.jsonl").unlink()
    build(home)
    assert (home / "registry" / "watch.jsonl").exists()
    assert carried == [False, True]


def test_older_pages_rows_without_a_link_and_decisions_are_worked_out_from_all(
    tmp_path: Path, carried: list[bool]
) -> None:
    home = tmp_path / "home"
    ours: list[bool] = []

    def built(name: str) -> None:
        build(home)
        ours.append(carried[-1])
        assert digests(current(home)) == from_all(home, tmp_path / name), name

    write(home, listing_page([row(1)]), on(5))
    built("first")
    write(home, listing_page([row(2)]), on(3))
    built("an older page")
    write(home, listing_page([("", "1-3/2024", "05.02.2024", PERSON, "", "")]), on(6))
    built("a row without a link")
    write(home, listing_page([row(3)]), on(7))
    built("the record that takes it over")
    assert current(home).table("aliases").num_rows == 1
    write(home, listing_page([row(4, "Рассмотрено как-то иначе", "05.03.2024")]), on(8))
    built("an unknown wording")
    unknown = current(home).table("review").to_pylist()[0]
    decisions.answer(
        home, signal=unknown["signal"], digest=unknown["digest"], code="other", who="test", why="it says so",
        clock=lambda: datetime(2026, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    built("its answer")
    last = {row["case_id"]: row["outcome"] for row in current(home).table("records").to_pylist()}
    assert last[4] == "other"
    assert ours == [False, False, False, False, True, False]


def test_records_that_several_could_take_over_stay_so(tmp_path: Path, carried: list[bool]) -> None:
    home = tmp_path / "home"
    write(home, listing_page([("", "1-3/2024", "05.02.2024", PERSON, "", "")]), on(1))
    write(home, listing_page([("7", "1-3/2024", *row(3)[2:]), ("8", "1-3/2024", *row(3)[2:])]), on(2))
    build(home)
    codes = current(home).table("registry_signals")["code"].to_pylist()
    assert "takeover_ambiguous" in codes
    write(home, listing_page([row(4)]), on(3), url=f"{YEAR_URL}&U1_CASE__JUDGE=1")
    build(home)
    assert carried == [False, True]
    assert digests(current(home)) == from_all(home, tmp_path / "all")


def test_what_was_kept_for_the_night_may_be_lost(tmp_path: Path, carried: list[bool]) -> None:
    home = tmp_path / "home"
    write(home, listing_page([row(1)]), on(1))
    build(home)
    (kept,) = (home / "registry" / "carry").iterdir()
    assert kept.stat().st_mode & 0o077 == 0
    kept.rename(kept.with_name("elsewhere"))
    write(home, listing_page([row(1), row(2)]), on(2), url=YEAR_URL)
    build(home)
    assert carried == [False, False]
    assert digests(current(home)) == from_all(home, tmp_path / "all")
