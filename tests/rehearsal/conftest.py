"""One small world for all tests of the rehearsal."""

import pytest

from courttally.rehearsal.world import World, build


@pytest.fixture(scope="session")
def small() -> World:
    """The small world of seed 5: twelve courts, eighteen months."""
    return build("small", 5)
