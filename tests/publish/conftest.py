"""A rising and a falling world, archived and built once for the tests of briefs and releases."""

from pathlib import Path

import pytest

from courttally.registry.build import build
from courttally.registry.snapshot import Snapshot, current
from courttally.rehearsal.into_archive import write_archive
from courttally.rehearsal.world import build as build_world


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Homes by family, to be read only."""
    found = {}
    for family, seed in (("published", 12), ("falling", 13)):
        home = tmp_path_factory.mktemp(family) / "home"
        world = build_world("small", seed, family)
        write_archive(world, home, world.start, world.end, 0, 21, False, None)
        build(home, workers=1)
        found[family] = home
    return found


@pytest.fixture(scope="session")
def worlds(homes: dict[str, Path]) -> dict[str, Snapshot]:
    """Their registries."""
    return {family: current(home) for family, home in homes.items()}
