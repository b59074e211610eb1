"""A whole simulated world, record by record, night by night, and with one worker and two, held against its truth.

Long. `COURTTALLY_WORLD=full` takes all courts since 2021 instead of the small world.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).resolve().parents[2] / "bench" / "world.py"


@pytest.mark.long
def test_a_whole_world_is_known_as_it_is(tmp_path: Path) -> None:
    world = os.environ.get("COURTTALLY_WORLD", "small")
    words = ["--world", world, "--seed", "11", "--night", "--rule", "--folder", str(tmp_path)]
    done = subprocess.run([sys.executable, str(BENCH), *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "made anew: equal" in done.stdout
