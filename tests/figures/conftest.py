"""One small simulated world, archived and built once for the tests of figures and briefs."""

from pathlib import Path

import pytest

from courttally.registry.build import build
from courttally.registry.snapshot import Snapshot, current
from courttally.rehearsal.into_archive import write_archive
from courttally.rehearsal.world import build as build_world


def make_home(folder: Path, family: str, seed: int) -> Path:
    """A home with the world's captures, every 28 days, read and built."""
    world = build_world("small", seed, family)
    write_archive(world, folder, world.start, world.end, 0, 28, False, None)
    build(folder, workers=1)
    return folder


@pytest.fixture(scope="session")
def small_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_home(tmp_path_factory.mktemp("figures") / "home", "published", 11)


@pytest.fixture(scope="session")
def small_world(small_home: Path) -> Snapshot:
    return current(small_home)
