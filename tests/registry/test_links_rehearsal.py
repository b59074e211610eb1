"""Links in small simulated worlds against their truth, record by record, and against an oracle that sees displayed fields only.

The oracle is in ``link_oracle.py``. What every world must give: no automatic link that is false, nearly all of the links that
displayed fields determine, net counts exact where every UID is shown, and bounds that hold the truth elsewhere.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from link_oracle import Oracle, record_id

from courttally.courts import level_of
from courttally.engine import Engine
from courttally.law.text import digest
from courttally.registry import decisions, linkage, views
from courttally.registry.build import build
from courttally.registry.digest import digests
from courttally.registry.snapshot import Snapshot, current
from courttally.rehearsal.crawl import Newsroom
from courttally.rehearsal.into_archive import write_archive
from courttally.rehearsal.model import Record
from courttally.rehearsal.truth import wordings
from courttally.rehearsal.world import World
from courttally.rehearsal.world import build as tell

EVERY = 14


def clock() -> datetime:
    return datetime(2025, 4, 1, tzinfo=UTC)


@dataclass
class Measured:
    """What came out of one world."""

    automatic: int = 0
    false: list[str] = field(default_factory=list)
    determined: int = 0
    missed: list[str] = field(default_factory=list)
    true_matters: int = 0
    matters: int = 0
    fewest: int = 0


def prepare(world: World, home: Path, key: Path | None) -> None:
    """Archive, key, build, and the answers a person would give to wordings that are new."""
    write_archive(world, home, world.start, world.end, 0, EVERY)
    if key is not None:
        linkage.make_key(home, key)
    build(home, workers=1)
    meanings = {digest(str(row["wording"])): str(row["outcome"]) for row in wordings()}
    with Engine(current(home).path) as engine:
        queue = [row for row in views.review_queue(engine) if row[0] == "result_unmapped" and row[1] in meanings]
    for signal, wording, *_ in queue:
        decisions.answer(
            home,
            signal=signal,
            digest=wording,
            code=meanings[wording],
            who="the test",
            why="the world says so",
            clock=clock,
        )
    if queue:
        build(home, workers=1)


def is_true(link: dict[str, object], ids: dict[str, Record]) -> bool:
    before, after = ids[str(link["from_record"])], ids[str(link["to_record"])]
    match link["kind"]:
        case "appeal" | "cassation":
            return after.lower is not None and after.lower.number_of == before.ref
        case "split":
            return after.origin == "split" and after.previous == before.ref
        case "joined":
            return after.origin == "absorbs" and after.previous == before.ref
    return before.matter == after.matter


def measure(world: World, snapshot: Snapshot) -> Measured:
    newsroom = Newsroom(world, world.start, 0, EVERY)
    for _ in newsroom.until(world.end):
        pass
    oracle, ids = Oracle(newsroom), {record_id(record): record for record in world.records}
    rows = [row for row in snapshot.table("links").to_pylist() if row["known_to"] is None]
    made = Measured(true_matters=oracle.matters())
    links = [row for row in rows if row["status"] == "automatic"]
    made.automatic = len(links)
    made.false = [f"{r['rule']}: {r['from_record']} {r['to_record']}" for r in links if not is_true(r, ids)]
    pairs = {(row["from_record"], row["to_record"]) for row in links}
    matter = {r["record"]: r["matter"] for r in snapshot.table("matters").to_pylist() if r["known_to"] is None}
    for link in oracle.links():
        if link.determined:
            made.determined += 1
            together = link.why not in ("split", "absorbs") and matter[link.before] == matter[link.after]
            if (link.before, link.after) not in pairs and not together:
                made.missed.append(f"{link.why}: {link.before} {link.after}")
    counted = {
        m
        for r, m in matter.items()
        if ids[r].proceeding == "first" and level_of(ids[r].court) in ("garrison", "district")
    }
    made.matters = len(counted)
    open_ends = {
        r["from_record"] for r in rows if r["status"] == "candidate" and r["kind"] not in ("appeal", "cassation")
    }
    made.fewest = made.matters - len(open_ends)
    return made


def check(seed: int, no_uid: int, folder: Path) -> Measured:
    world = tell("small", seed, no_uid=no_uid)
    home = folder / "home"
    prepare(world, home, folder / "key")
    made = measure(world, current(home))
    assert made.automatic > 60
    assert not made.false
    assert len(made.missed) <= made.determined * 2 // 100, made.missed
    assert made.fewest <= made.true_matters <= made.matters
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
