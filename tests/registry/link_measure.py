"""Links of a small simulated world measured against its truth and the oracle of ``link_oracle``; used by the test and by bench/links.py."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from link_oracle import Oracle, record_id

from courttally.courts import level_of
from courttally.engine import Engine
from courttally.law.text import digest
from courttally.registry import decisions, linkage, views
from courttally.registry.build import build
from courttally.registry.snapshot import Snapshot, current
from courttally.rehearsal.crawl import Newsroom
from courttally.rehearsal.into_archive import write_archive
from courttally.rehearsal.model import Record
from courttally.rehearsal.truth import wordings
from courttally.rehearsal.world import World

EVERY = 14
ABOVE = ("appeal", "cassation")


def clock() -> datetime:
    return datetime(2025, 4, 1, tzinfo=UTC)


@dataclass
class Measured:
    """What came out of one world, as of its last night."""

    automatic: int = 0
    false: list[str] = field(default_factory=list)
    determined: int = 0
    missed: list[str] = field(default_factory=list)
    true_matters: int = 0
    matters: int = 0
    fewest: int = 0
    shown_matters: int = 0
    """True matters of which every counted record that was seen shows a valid UID."""
    shown_wrong: list[str] = field(default_factory=list)
    """Those of them that the registry holds otherwise."""
    open_pairs: int = 0
    """True pairs that would make one matter of two and are not held as one: nothing displayed determines them, or they were missed."""
    waiting: int = 0
    """Those of them that wait as candidates."""
    first: int = 0
    """Those of them that stand first among the candidates of their earlier record, as a person meets them."""
    not_waiting: list[str] = field(default_factory=list)
    candidates: int = 0


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


def is_true(link: Mapping[str, object], ids: Mapping[str, Record]) -> bool:
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
    waiting = [row for row in rows if row["status"] == "candidate" and row["kind"] not in ABOVE]
    made.candidates = len(waiting)
    candidates: dict[str, list[tuple[int, str]]] = {}
    for row in waiting:
        candidates.setdefault(row["from_record"], []).append((-row["weight"], row["to_record"]))
    for link in oracle.links():
        together = link.why not in ("split", "absorbs") and matter[link.before] == matter[link.after]
        held = (link.before, link.after) in pairs or together
        if link.determined:
            made.determined += 1
            made.missed += [] if held else [f"{link.why}: {link.before} {link.after}"]
        if link.why in ("refiled", "transferred", "retrial") and not held:
            made.open_pairs += 1
            found = sorted(candidates.get(link.before, []))
            if link.after in [after for _, after in found]:
                made.waiting += 1
                made.first += found[0][1] == link.after
            else:
                made.not_waiting.append(f"{link.why}: {link.before} {link.after}")
    _matters(made, oracle, matter, ids)
    made.fewest = made.matters - len(candidates)
    return made


def _matters(made: Measured, oracle: Oracle, matter: Mapping[str, str], ids: Mapping[str, Record]) -> None:
    """How many matters are held; and of those whose every record shows a UID, which are not held as they truly are."""
    held: dict[str, set[str]] = {}
    for key, name in matter.items():
        if ids[key].proceeding == "first" and level_of(ids[key].court) in ("garrison", "district"):
            held.setdefault(name, set()).add(key)
    made.matters = len(held)
    true: dict[str, set[str]] = {}
    for ref in oracle.seen:
        if oracle.is_counted(ref):
            true.setdefault(oracle.world.by_ref[ref].matter, set()).add(ref)
    for refs in true.values():
        if all(oracle.seen[ref].uid is not None for ref in refs):
            made.shown_matters += 1
            keys = {record_id(oracle.world.by_ref[ref]) for ref in refs}
            if held.get(matter[min(keys)]) != keys:
                made.shown_wrong += sorted(keys)
