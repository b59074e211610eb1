"""Two machines that merged each other's archives say the same, whichever way round, to the last byte of the digest."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from registry_kit import NOTHING, YEAR_URL, listing_page, write

from courttally.archive import Archive
from courttally.registry.build import build
from courttally.registry.digest import digests
from courttally.registry.snapshot import current

NOW = datetime(2026, 2, 1, tzinfo=UTC)
AWOL = "<Информация скрыта> - ст.337 ч.5 УК РФ"


def row(case: int, decided: str = "", result: str = "") -> tuple[str, ...]:
    return (str(case), f"1-{case}/2024", "15.01.2024", AWOL, decided, result)


def clock() -> datetime:
    return NOW


@pytest.fixture
def homes(tmp_path: Path) -> tuple[Path, Path]:
    """`a` saw a list early; `b` later, with a result. Both imported the same undated page, at different times."""
    a, b = tmp_path / "a", tmp_path / "b"
    undated = listing_page([row(7, "10.03.2024", "Вынесен ПРИГОВОР")])
    write(a, listing_page([row(1), row(2)]), datetime(2024, 2, 1, 9, tzinfo=UTC))
    write(a, undated, None, imported=datetime(2024, 6, 1, tzinfo=UTC))
    write(b, undated, None, imported=datetime(2024, 4, 1, tzinfo=UTC))
    write(b, listing_page([row(1, "20.02.2024", "Вынесен ПРИГОВОР"), row(2)]), datetime(2024, 3, 1, 9, tzinfo=UTC))
    write(b, NOTHING, datetime(2024, 3, 1, 10, tzinfo=UTC), YEAR_URL, court="51GV0001")
    return a, b


def built(home: Path) -> dict[str, str]:
    build(home, workers=1)
    return digests(current(home))


def test_either_way_round_the_registry_is_the_same(homes: tuple[Path, Path], tmp_path: Path) -> None:
    a, b = homes
    alone = [built(a), built(b)]  # what is cached from before the merge must not matter
    for home in homes:
        Archive(home).export(tmp_path / f"{home.name}.tar", clock=clock)
    Archive(a).merge(tmp_path / "b.tar", clock=clock)
    Archive(b).merge(tmp_path / "a.tar", clock=clock)
    Archive(tmp_path / "c").merge(tmp_path / "b.tar", clock=clock)
    Archive(tmp_path / "c").merge(tmp_path / "a.tar", clock=clock)
    both = built(a)
    assert both == built(b) == built(tmp_path / "c")
    assert both["all"] not in [each["all"] for each in alone]


def test_the_registry_knows_what_both_saw_and_since_when(homes: tuple[Path, Path], tmp_path: Path) -> None:
    a, b = homes
    Archive(b).export(tmp_path / "bundle", clock=clock)
    Archive(a).merge(tmp_path / "bundle", clock=clock)
    report = build(a, workers=1)
    assert report.captures == 4  # the undated page counts once
    records = current(a).table("records").to_pylist()
    found = {
        (str(each["case_id"]), each["known_from"].isoformat(), each["outcome"])
        for each in records
        if each["known_to"] is None
    }
    assert found == {
        ("1", "2024-03-01", "verdict"),
        ("2", "2024-02-01", "pending"),
        ("7", "2024-04-01", "verdict"),  # since the earlier of the two imports
    }
