"""Parts of seen tables: every reading once, shared between snapshots, few after many nights, and never changed."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from registry_kit import listing_page, write

from courttally.registry import parts
from courttally.registry.build import build
from courttally.registry.digest import digests
from courttally.registry.snapshot import current

PERSON = "&lt;Информация скрыта&gt; - ст.337 ч.5 УК РФ"


def night(home: Path, number: int) -> None:
    """A list of one more case, the night after the one before, in a WARC file of its own."""
    row = (str(number), f"1-{number}/2024", "05.02.2024", PERSON, "", "")
    write(home, listing_page([row]), datetime(2024, 3, 1, 12, tzinfo=UTC) + timedelta(days=number))


def covered(home: Path) -> list[str]:
    return sorted(name for part in parts.parts_of(current(home).path) for name in part.covers)


def test_forty_nights_are_few_parts_and_equal_one_build(tmp_path: Path) -> None:
    for number in range(1, 41):
        night(tmp_path, number)
        build(tmp_path)
        held = parts.parts_of(current(tmp_path).path)
        assert len(held) <= parts.MOST
        assert len(covered(tmp_path)) == len(set(covered(tmp_path))) == number
    nightly = digests(current(tmp_path))
    assert current(tmp_path).table("sightings").num_rows == 40
    build(tmp_path, everything=True)
    assert digests(current(tmp_path)) == nightly


def test_a_night_links_what_is_there_and_an_old_snapshot_keeps_it(tmp_path: Path) -> None:
    night(tmp_path, 1)
    build(tmp_path)
    first = current(tmp_path)
    before = digests(first)
    (part,) = parts.parts_of(first.path)
    night(tmp_path, 2)
    build(tmp_path)
    inodes = {(each.folder / "sightings.parquet").stat().st_ino for each in parts.parts_of(current(tmp_path).path)}
    assert (part.folder / "sightings.parquet").stat().st_ino in inodes
    assert digests(first) == before


def test_a_file_system_without_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, target: Path) -> None:
        raise OSError("no links here")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    night(tmp_path, 1)
    build(tmp_path)
    assert current(tmp_path).table("sightings").num_rows == 1


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=60))
def test_a_plan_covers_every_reading_once(sizes: list[int]) -> None:
    found = plan_of(sizes)
    names = [name for part in found for name in part.covers]
    assert sorted(names) == sorted(f"f{n}" for n in range(len(sizes)))
    assert len(found) <= parts.MOST


def plan_of(sizes: list[int]) -> list[parts.Part]:
    known = {f"f{n}": size for n, size in enumerate(sizes)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parts, "_bytes", lambda part: sum(known[name] for name in part.covers))
        return parts.plan([Path(name) for name in known], [])
