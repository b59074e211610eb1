"""Fixtures shared by all tests."""

from pathlib import Path

import pytest
from hypothesis import settings

# How long an example takes by the clock on the wall says more about what else the machine does than about the code.
settings.register_profile("courttally", deadline=None)
settings.load_profile("courttally")

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of reference material beside the checkout; tests that need it are skipped where it is absent."""
    if not (SHARED / "DESIGN.md").exists():
        pytest.skip("needs the reference material in ../shared")
    return SHARED
