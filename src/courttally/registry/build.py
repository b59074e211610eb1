"""Archive in, a new snapshot out.

Invariants: a snapshot is a function of the captures and of the rules in this installation, not of how often or in which
order it was built, of the number of workers, or of the time of the build. What the reader finds in a closed WARC file is cached under
the state of the reading rooms (reader version and a digest of their code and data), so that a changed rule never meets an
old reading.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from courttally.archive import Archive, CoverageLedger
from courttally.engine import Engine
from courttally.portal import READER_VERSION
from courttally.registry import (
    carry,
    decisions,
    judgement,
    knowing,
    linkage,
    linked,
    parts,
    rereading,
    views,
    views_build,
    watch,
)
from courttally.registry import snapshot as snapshots
from courttally.registry.forget import forget_redacted
from courttally.registry.knowing import Given
from courttally.registry.readings import Readings
from courttally.registry.telling import Telling

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many are done, and of how many."""


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did."""

    snapshot: str
    captures: int
    read_anew: int
    records: int
    signals: int
    kinds: dict[str, int]
    skipped: tuple[str, ...] = ()
    """What was left undone, and why."""


_READING = (
    "courts", "law", "portal", "registry/reading.py", "registry/sentences.py", "registry/schema.py", "registry/seen.py",
    "registry/columns.py", "registry/moscow.py",
)  # fmt: skip
_KNOWING = ("courts", "law", "registry")


def rules_state(places: tuple[str, ...]) -> str:
    """A digest of code and data: equal only where equal input gives equal rows. Raises nothing."""
    package = Path(__file__).resolve().parents[1]
    hasher = hashlib.sha256()
    roots = [package / place for place in places]
    files = {
        path for root in roots for path in (root.rglob("*") if root.is_dir() else [root]) if path.suffix in _STATE_FILES
    }
    for path in sorted(files):
        hasher.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return hasher.hexdigest()[:12]


_STATE_FILES = frozenset({".py", ".toml", ".csv", ".json"})


def build(
    home: Path, *, everything: bool = False, workers: int | None = None, progress: Progress | None = None
) -> BuildReport:
    """Build a new snapshot of ``home`` and make it current. ``everything`` reads all captures anew.

    ``workers``: processes that read; None: one a core where there is enough to read. Raises NoSnapshotError for a home without any page.
    """
    say = progress or (lambda what, done, total: None)
    cache = snapshots.make_root(home) / "cache"
    if everything:
        shutil.rmtree(cache, ignore_errors=True)
    redactions = forget_redacted(home)
    state = f"{READER_VERSION}-{rules_state(_READING)}"
    readings = Readings(home, cache, state)
    read_anew = readings.catch_up(workers, say)
    folders = readings.folders()
    if not folders:
        raise snapshots.NoSnapshotError(
            "this home holds no page yet: run 'courttally import PATH' or 'courttally collect' first"
        )
    say("working out case records", 0, 1)
    key = linkage.find_key(home)
    naming = None if key is None else linked.Naming(home, Archive(home), key, state)
    given = Given(decisions.answers(home), CoverageLedger(home).entries(), judgement.judgements(home))
    basis: dict[str, Any] = {
        "reader": state,
        "rules": rules_state(_KNOWING),
        "decisions": decisions.state_digest(home),
        "judgements": judgement.state_digest(given.judged),
        "redactions": redactions,
        "key": "names compared" if key is not None else "names not compared",
    }
    pointer = snapshots.root(home) / "current"
    before = snapshots.open_snapshot(home, pointer.read_text().strip()) if pointer.exists() else None
    skipped = (
        () if key is not None else ("names were not compared: there is no linkage key ('courttally keys new FILE')",)
    )
    watched = (snapshots.root(home) / watch.NAME).exists()
    if (
        not everything
        and before is not None
        and watched
        and carry.holds_all(home, before, basis, folders, given, naming)
    ):
        say("working out case records", 1, 1)
        with Engine(before.path) as engine:
            return _report(before, views.kinds(engine), read_anew, before.table("records", ["record"]), skipped)
    carried = None if everything else carry.carry_on(home, before, basis, folders, given, naming)
    if carried is not None:
        tables, kept, engine = carried.tables, carried.kept, carried.engine
    else:
        seen = Telling(*folders)
        known = knowing.known_tables(seen, given, naming)
        tables, kept, engine = known.tables, carry.kept_by_all(seen, known), seen.engine
    say("working out case records", 1, 1)
    captures, latest = views_build.captures(engine), views_build.latest(engine)
    manifest = basis | {
        "latest_capture_on": latest.isoformat() if latest else None,
        "ledger": carry.ledger_digest(given.ledger),
        "ledger_entries": len(given.ledger),
        "captures_digest": hashlib.sha256("\n".join(captures).encode()).hexdigest(),
    }
    same_reader = before is not None and before.manifest["reader"] == state
    seen_parts = parts.plan(folders, parts.parts_of(before.path) if before is not None and same_reader else [])
    made = snapshots.write(home, tables, seen_parts, manifest)
    carry.keep(home, made.id, naming, kept)
    rereading.note(home, before, made)
    watch.write_watch(snapshots.root(home), tables["records"], latest, kept["shown"])
    return _report(made, views.kinds(engine), read_anew, tables["records"], skipped)


def _report(
    made: snapshots.Snapshot, kinds: list[tuple[str, int]], read_anew: int, records: pa.Table, skipped: tuple[str, ...]
) -> BuildReport:
    rows = made.manifest["tables"]
    return BuildReport(
        made.id, rows["pages"], read_anew, pc.count_distinct(records["record"]).as_py(),
        rows["signals"] + rows["registry_signals"], dict(kinds), skipped,
    )  # fmt: skip
