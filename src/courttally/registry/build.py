"""Archive in, a new snapshot out.

Invariants: a snapshot is a function of the captures and of the rules in this installation, not of how often or in which
order it was built, of the number of workers, or of the time of the build. What the reader finds in a closed WARC file is cached under
the state of the reading rooms (reader version and a digest of their code and data), so that a changed rule never meets an
old reading.
"""

from __future__ import annotations

import gc
import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from courttally.archive import Archive, CoverageLedger
from courttally.portal import READER_VERSION
from courttally.registry import decisions, judgement, linkage, linked, parts, rereading, views, views_past
from courttally.registry import snapshot as snapshots
from courttally.registry.coverage import coverage_rows
from courttally.registry.forget import forget_redacted
from courttally.registry.identity import identify, timed_sightings
from courttally.registry.load import Answered, listing_pages, load_seen, load_sightings, review_rows
from courttally.registry.reading import to_table
from courttally.registry.readings import Readings
from courttally.registry.resolve import Versions, versions_of
from courttally.registry.schema import KNOWN, TABLES
from courttally.registry.telling import Telling
from courttally.registry.texts import link_texts
from courttally.registry.vanish import presence_rows
from courttally.registry.watch import write_watch

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

    ``workers``: processes that read; None: one a core where there is enough to read.
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
    say("working out case records", 0, 1)
    seen = Telling(*folders)
    key = linkage.find_key(home)

    def namer(timed: linked.Timed) -> linked.NameSource | None:
        return None if key is None else linked.NameSource(home, Archive(home), key, state, seen, timed)

    ledger = CoverageLedger(home).entries()
    judged = judgement.judgements(home)
    with _many_rows():
        known = _known_tables(seen, decisions.answers(home), ledger, namer, judged)
    say("working out case records", 1, 1)
    pages = seen["pages"]
    latest = pc.max(pages["included_on"]).as_py()
    manifest = {
        "reader": state,
        "rules": rules_state(_KNOWING),
        "latest_capture_on": latest.isoformat() if latest else None,
        "decisions": decisions.state_digest(home),
        "judgements": judgement.state_digest(judged),
        "redactions": redactions,
        "key": "names compared" if key is not None else "names not compared",
        "ledger": hashlib.sha256(json.dumps(ledger, sort_keys=True, default=str).encode()).hexdigest(),
        "captures_digest": hashlib.sha256("\n".join(pages["capture"].to_pylist()).encode()).hexdigest(),
    }
    pointer = snapshots.root(home) / "current"
    before = snapshots.open_snapshot(home, pointer.read_text().strip()) if pointer.exists() else None
    same_reader = before is not None and before.manifest["reader"] == state
    seen_parts = parts.plan(folders, parts.parts_of(before.path) if before is not None and same_reader else [])
    made = snapshots.write(home, known, seen_parts, manifest)
    rereading.note(home, before, made)
    write_watch(snapshots.root(home), known["records"], latest, views.card_days(seen.engine))
    kinds = {row["values"]: row["counts"] for row in pc.value_counts(pages["kind"]).to_pylist()}
    signals = seen["signals"].num_rows + known["registry_signals"].num_rows
    skipped = (
        () if key is not None else ("names were not compared: there is no linkage key ('courttally keys new FILE')",)
    )
    records = pc.count_distinct(known["records"]["record"]).as_py()
    return BuildReport(made.id, pages.num_rows, read_anew, records, signals, kinds, skipped)


@contextmanager
def _many_rows() -> Iterator[None]:
    """Millions of rows that all stay, none of them in a circle: looking for circles among them takes a third of the time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _known_tables(
    seen: Telling,
    answers: decisions.Answers,
    ledger: list[dict[str, object]],
    namer: Callable[[linked.Timed], linked.NameSource | None],
    judged: list[judgement.Judgement],
) -> dict[str, pa.Table]:
    answered = Answered(seen, answers)
    identified = identify(load_sightings(seen, answered), judgement.same_guids(judged))
    lookup = load_seen(seen, answered)
    lookup.corrections = judgement.corrections(judged)
    rows: dict[str, list[tuple[Any, ...]]] = {table.name: [] for table in KNOWN}
    every = list(timed_sightings(identified))
    links = link_texts(seen, every, lookup, answers)
    signals = {*identified.signals, *links.signals}
    for record, timed, closed_on in every:
        made = versions_of(record, timed, closed_on, lookup, links.by_record.get(record, ()))
        _close(rows, made, closed_on)
        signals.update(made.signals)
    rows["aliases"] = [(t.provisional, t.record, t.known_from) for t in identified.takeovers]
    rows["coverage"] = coverage_rows(listing_pages(seen), ledger)
    rows["registry_signals"] = list(signals)
    rows["review"] = review_rows(seen, answers) + links.review
    rows["text_links"] = links.rows
    rows["presence"] = presence_rows(rows, seen.engine)
    rows |= linked.linked_rows(rows, seen, every, namer(every), linked.ruled_by(judged))
    rows["policies"] = list(views_past.policy_by_month(seen.engine))
    rows["withdrawals"] = [(each.records[0], each.id) for each in judged if each.kind == "withdraw"]
    tables = {}
    for name, found in rows.items():
        table = to_table(found, TABLES[name].schema)
        tables[name] = table.sort_by([(key, "ascending") for key in TABLES[name].key]) if table.num_rows else table
    return tables


def _close(rows: dict[str, list[tuple[Any, ...]]], made: Versions, closed_on: Any) -> None:
    """Put ``known_from`` and ``known_to`` behind the record's key."""
    days = [row[0] for row in made.records]
    until = dict(zip(days, [*days[1:], closed_on], strict=True)) if days else {}
    for name in ("records", "accused", "charges", "sentences"):
        found = getattr(made, name)
        rows[name] += [(row[1], row[0], until[row[0]], *row[2:]) for row in found]
