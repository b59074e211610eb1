"""Links in small simulated worlds against their truth, record by record, and against an oracle that sees displayed fields only.

The oracle is in ``link_oracle.py``, the measuring in ``link_measure.py``. What every world must give: no automatic link that is false, nearly all of the links that
displayed fields determine, net counts exact where every UID is shown, and bounds that hold the truth elsewhere.
"""

from pathlib import Path

import pytest
from link_measure import Measured, measure, prepare

from courttally.registry import linkage
from courttally.registry.build import build
from courttally.registry.digest import digests
from courttally.registry.snapshot import current
from courttally.rehearsal.world import build as tell


def check(seed: int, no_uid: int, folder: Path) -> Measured:
    world = tell("small", seed, no_uid=no_uid)
    home = folder / "home"
    prepare(world, home, folder / "key")
    made = measure(world, current(home))
    assert made.automatic > 60
    assert not made.false
    assert len(made.missed) <= made.determined * 2 // 100, made.missed
    assert made.fewest <= made.true_matters <= made.matters
    assert made.shown_matters > 200
    assert not made.shown_wrong, "net is exact where every record of a matter shows its UID"
    return made


def test_links_of_one_world_and_the_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also: another key gives the same digest, and no key gives fewer links and no false one."""
    monkeypatch.delenv(linkage.ENVIRONMENT, raising=False)
    check(1, 30, tmp_path)
    home = tmp_path / "home"
    before = digests(current(home))
    linkage.rotate(home)
    build(home, workers=1)
    assert digests(current(home)) == before
    held = b"".join(path.read_bytes() for path in (home / "registry").rglob("*.parquet"))
    (names,) = (home / "linkage").rglob("names.parquet")
    assert names.stat().st_mode & 0o777 == 0o600
    assert names.stat().st_size > 0
    assert (tmp_path / "key").read_bytes() not in held
    with_key = sum(row["status"] == "automatic" for row in current(home).table("links").to_pylist())
    (home / "linkage" / "key-file").unlink()
    report = build(home, workers=1)
    assert any("linkage key" in line for line in report.skipped)
    without = sum(row["status"] == "automatic" for row in current(home).table("links").to_pylist())
    assert without < with_key


@pytest.mark.long
@pytest.mark.parametrize("no_uid", [0, 3, 30])
@pytest.mark.parametrize("seed", range(1, 11))
def test_links_of_small_worlds(seed: int, no_uid: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(linkage.ENVIRONMENT, raising=False)
    check(seed, no_uid, tmp_path)
