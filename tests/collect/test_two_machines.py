"""Collected on one machine, built on another: the registry is the one that the collecting machine would have built."""

from datetime import date
from pathlib import Path

import pytest
from collect_kit import Newsroom, courts_where

from courttally.archive import Archive, CoverageLedger
from courttally.registry.build import build
from courttally.registry.digest import digests
from courttally.registry.snapshot import current
from courttally.rehearsal.world import World
from courttally.rehearsal.world import build as build_world


@pytest.fixture(scope="module")
def world() -> World:
    return build_world("small", 5)


def built(home: Path) -> dict[str, str]:
    build(home, workers=1)
    return digests(current(home))


def test_the_other_machine_builds_the_same_registry(world: World, tmp_path: Path) -> None:
    first, second = courts_where(world, busy=2)
    a = Newsroom(world, tmp_path / "a", since=date(2024, 4, 1), courts=(first,))
    b = Newsroom(world, tmp_path / "b", since=date(2024, 4, 1), courts=(second,))
    elsewhere = tmp_path / "elsewhere"
    for night in (date(2024, 6, 10), date(2024, 6, 11)):
        for room in (a, b):
            room.night(night)
            bundle = tmp_path / f"{room.home.name}-{night}.tar"
            Archive(room.home).export(bundle, clock=room.pace.now)
            for other in ({a.home, b.home} - {room.home}) | {elsewhere}:
                assert Archive(other).merge(bundle, clock=room.pace.now).conflicts == ()
    entries = CoverageLedger(elsewhere).entries()
    assert {entry["court"] for entry in entries} == {first, second}
    assert CoverageLedger(a.home).entries() == CoverageLedger(b.home).entries() == entries
    assert built(a.home) == built(b.home) == built(elsewhere)
    assert current(elsewhere).table("records").num_rows > 0
    for home in (a.home, b.home, elsewhere):
        assert Archive(home).verify().problems == ()
