"""A night carried on: from a snapshot and what came since to the next one, without working out again what did not change.

What holds as of a day rests on captures of that day and earlier. So where all fresh captures are of the snapshot's latest day or later, and reader,
rules, decisions and key are the same, only records change that fresh captures tell something of, the texts and links near them, and the windows
that were asked for.

Invariants:

* The tables are those that a build from all captures makes (tests hold the digests together, night by night). Where that cannot be said
  beforehand, :func:`carry_on` gives None and everything is worked out: sightings without case_id, older captures, changed files.
* What the next night needs lies in ``HOME/registry/carry/ID`` (0700): digests, keys, numbers and days, no name and no text. It may be
  deleted at any time.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from courttally.engine import Engine
from courttally.portal.model import NAME
from courttally.registry import judgement, knowing, linked, parts, views_build, views_past
from courttally.registry.carry_links import Night, carried_links
from courttally.registry.coverage import coverage_rows
from courttally.registry.free_texts import FreeText, free_texts
from courttally.registry.identity import AMBIGUOUS, Takeover, identify, timed_sightings
from courttally.registry.knowing import Given, Loaded, Row, Timed
from courttally.registry.load import LISTING, Answered, listing_pages, load_sightings, review_rows
from courttally.registry.neighbours import Neighbours, all_tables
from courttally.registry.reading import to_table
from courttally.registry.schema import TABLES
from courttally.registry.snapshot import Snapshot, root
from courttally.registry.telling import GROUPS, SENTENCE, Telling, Wanted
from courttally.registry.texts import SIGNALS, link_texts, values_of, waiting
from courttally.registry.vanish import presence_rows

SAME = ("reader", "rules", "decisions", "judgements", "redactions", "key")
"""What must be the same in both manifests."""
Tables = dict[str, pa.Table]


@dataclass(frozen=True, slots=True)
class Carried:
    """All known tables of the next snapshot, and what the night after it needs."""

    tables: Tables
    kept: Tables
    engine: Engine


def ledger_digest(ledger: Sequence[Mapping[str, object]]) -> str:
    """Names the entries of a coverage ledger."""
    return hashlib.sha256(json.dumps(ledger, sort_keys=True, default=str).encode()).hexdigest()


def kept_by_all(seen: Telling, known: knowing.Known) -> Tables:
    """What the next night needs, after everything was worked out."""
    neighbours = all_tables(known.linking.timelines, known.linking.found.elsewhere)
    return {"told": seen.told, "shown": seen.shown} | neighbours


def keep(home: Path, snapshot: str, naming: linked.Naming | None, tables: Tables) -> None:
    """Keep what the next night needs, beside a snapshot that was made under a key; what was kept for others goes."""
    folder = root(home) / "carry"
    folder.mkdir(exist_ok=True, mode=0o700)
    draft = folder / f".{os.getpid()}"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    for name, table in tables.items():
        pq.write_table(table, draft / f"{name}.parquet", compression="zstd")
    for old in folder.iterdir():
        if old != draft:
            shutil.rmtree(old)
    draft.rename(_place(home, snapshot, naming))


def _place(home: Path, snapshot: str, naming: linked.Naming | None) -> Path:
    # Digests are the engine's own and hold for one version of it; another key is looked at whole.
    return root(home) / "carry" / f"{snapshot}-{duckdb.__version__}-{naming.key.id if naming is not None else 'none'}"


def holds_all(
    home: Path,
    before: Snapshot | None,
    basis: Mapping[str, Any],
    readings: Sequence[Path],
    given: Given,
    naming: linked.Naming | None,
) -> bool:
    """Whether a snapshot is what a build would make now: nothing came since, and nothing of ours changed."""
    return (
        before is not None
        and _place(home, before.id, naming).exists()
        and all(before.manifest.get(name) == basis[name] for name in SAME)
        and {name for part in parts.parts_of(before.path) for name in part.covers}
        == {folder.name for folder in readings}
        and before.manifest["ledger"] == ledger_digest(given.ledger)
    )


def carry_on(
    home: Path,
    before: Snapshot | None,
    basis: Mapping[str, Any],
    readings: Sequence[Path],
    given: Given,
    naming: linked.Naming | None,
) -> Carried | None:
    """The next tables, from ``before`` and those of ``readings`` that it does not hold; None where everything must be worked out."""
    if before is None or before.latest_on is None or any(before.manifest.get(name) != basis[name] for name in SAME):
        return None
    place = _place(home, before.id, naming)
    held = parts.parts_of(before.path)
    covered = {name for part in held for name in part.covers}
    entries = before.manifest.get("ledger_entries", -1)
    if not place.exists() or not covered <= {folder.name for folder in readings}:
        return None
    if entries < 0 or ledger_digest(given.ledger[:entries]) != before.manifest["ledger"]:
        return None
    new = [folder for folder in readings if folder.name not in covered]
    engine = Engine(*(part.folder for part in held), *new, place)
    fresh = [pq.read_table(folder / "pages.parquet", columns=["capture"]) for folder in new]
    engine.take("fresh", pa.concat_tables([pa.table({"capture": pa.array([], pa.string())}), *fresh]))
    views_build.keep_telling(engine, GROUPS, list(SENTENCE), carried=True)
    days = views_build.fresh_days(engine)
    if views_build.fresh_trouble(engine) or (days is not None and days[0] < before.latest_on):
        return None
    with knowing.many_rows():
        return _Night(
            before, engine, given, naming, days[0] if days else before.latest_on, given.ledger[entries:]
        ).carried()


class _Night:
    """One night's work; each step puts its tables beside those of the snapshot before."""

    def __init__(
        self,
        before: Snapshot,
        engine: Engine,
        given: Given,
        naming: linked.Naming | None,
        since: date,
        said: list[dict[str, object]],
    ) -> None:
        self._before, self._engine, self._given, self._naming = before, engine, given, naming
        self._since, self._said = since, said
        aliases = before.table("aliases")
        self._takeovers = [Takeover(*row) for row in _tuples(aliases)]
        self._tables: Tables = {"aliases": aliases, "withdrawals": before.table("withdrawals")}

    def carried(self) -> Carried | None:
        """Everything; None where texts could be about records without case_id."""
        touched = set(views_build.touched(self._engine))
        seen, loaded = self._load(touched)
        texts = list(free_texts(seen, loaded.lookup.sentences, knowing.looked_at(seen)))
        affected, near = self._near_texts(texts, touched)
        if affected and self._engine.whole("provisional").num_rows:
            return None
        if near - touched:
            seen, loaded = self._load(touched | near)
        links = link_texts(seen, affected, loaded.timed, loaded.lookup, self._given.answers)
        gone_texts = [text.capture for text in affected]
        self._put("text_links", self._without("text_links", "capture", gone_texts), links.rows)
        signals = set(loaded.signals)
        rows = knowing.versions(loaded, links.by_record, signals)
        changed = [record for record, _, _ in loaded.timed]
        for name in knowing.VERSIONED:
            self._put(name, self._without(name, "record", changed), rows[name])
        self._cover()
        self._presence()
        self._review(texts, signals, changed)
        self._put("policies", None, list(views_past.policy_by_month(self._engine)))
        kept = self._link(touched | near)
        shown = views_build.shown(self._engine, GROUPS)
        kept |= {
            "told": pa.concat_tables([self._engine.whole("told"), views_build.told(self._engine)]),
            "shown": pa.concat_tables([_filtered(self._engine.whole("shown"), "record", shown["record"]), shown]),
        }
        return Carried(self._tables, kept, self._engine)

    def _load(self, records: set[str]) -> tuple[Wanted, Loaded]:
        seen = Wanted(self._engine, records)
        return seen, knowing.load(seen, self._given, self._takeovers)

    def _sightings(self, records: set[str]) -> tuple[Wanted, Timed]:
        seen = Wanted(self._engine, records)
        answered, same = Answered(seen, self._given.answers), judgement.same_guids(self._given.judged)
        identified = identify(load_sightings(seen, answered), same, self._takeovers)
        return seen, list(timed_sightings(identified))

    def _near_texts(self, texts: Sequence[FreeText], touched: set[str]) -> tuple[list[FreeText], set[str]]:
        """The texts whose link may change, and every record that one of them could be about."""
        if not texts:
            return [], set()
        by_value: dict[str, set[str]] = {}
        for text in texts:
            for value in values_of(text):
                by_value.setdefault(f"{text.court} {value}", set()).add(text.capture)
        pairs = [value.split(" ", 1) for value in sorted(by_value)]
        values = pa.table(
            {
                "court": pa.array([p[0] for p in pairs], pa.string()),
                "value": pa.array([p[1] for p in pairs], pa.string()),
            }
        )
        records: dict[str, set[str]] = {}
        captures: dict[str, set[str]] = {}
        for record, value in views_build.near_texts(self._engine, values):
            for capture in by_value[value]:
                records.setdefault(capture, set()).add(record)
                captures.setdefault(record, set()).add(capture)
        for text in texts:
            answer = self._given.answers.get((SIGNALS[text.kind], text.digest))
            if answer is not None:
                records.setdefault(text.capture, set()).add(answer.code)
                captures.setdefault(answer.code, set()).add(text.capture)
        linked_before = set(self._before.table("text_links", ["capture"])["capture"].to_pylist())
        affected = {text.capture for text in texts} - linked_before
        affected |= {text.capture for text in texts if text.settled_on is not None and text.settled_on >= self._since}
        todo = touched & captures.keys() | {record for capture in affected for record in records.get(capture, ())}
        near: set[str] = set()
        while todo:
            record = todo.pop()
            near.add(record)
            affected |= captures.get(record, set())
            todo |= {other for capture in captures.get(record, ()) for other in records[capture]} - near
        held = set(self._engine.whole("shown")["record"].to_pylist())
        return [text for text in texts if text.capture in affected], near & (held | touched)

    def _cover(self) -> None:
        """Windows that were asked for since, with every other question about the same windows."""
        said = {_window(entry) for entry in self._said}
        pages = list(
            listing_pages(
                views_build.listing_columns(self._engine, LISTING, self._since, to_table(sorted(said), _WINDOWS))
            )
        )
        asked = said | {
            (page.court, page.proceeding, page.axis, page.window_from, page.window_to)
            for page in pages
            if page.window_from is not None and page.window_to is not None
        }
        names = {f"{court} {proceeding} asked:{axis}:{first}:{last}" for court, proceeding, axis, first, last in asked}
        names |= {f"{page.court} {page.proceeding} {page.query}" for page in pages}
        old = self._before.table("coverage")
        named = pc.binary_join_element_wise(old["court"], old["proceeding"], old["query"], " ")
        stays = pc.invert(pc.is_in(named, pa.array(sorted(names), pa.string())))
        ledger = [entry for entry in self._given.ledger if _window(entry) in asked]
        proven = {
            (court, branch, proceeding, day) for court, branch, proceeding, day in views_build.proven(self._engine)
        }
        self._put("coverage", old.filter(stays), coverage_rows(pages, ledger, proven))

    def _presence(self) -> None:
        asked = {
            f"{court}:{branch}:{proceeding}:{srv_num}:{case_id}"
            for court, branch, proceeding, srv_num, case_id, _, _ in views_past.gone_checks(self._engine)
        }
        records = _tuples(_only(self._tables["records"], "record", asked))
        self._put("presence", None, presence_rows(records, self._engine))

    def _review(self, texts: Sequence[FreeText], signals: set[tuple[str, str, str]], changed: Iterable[str]) -> None:
        schema = TABLES["signals"].schema
        every = views_build.seen_rows(self._engine, "signals", schema.names, TABLES["signals"].key, only="")
        queue, alone = waiting(texts, _tuples(self._tables["text_links"]), self._given.answers)
        self._put("review", None, review_rows({"signals": every}, self._given.answers) + queue)
        anew, of_texts = set(changed), set(SIGNALS.values())
        old = _tuples(self._before.table("registry_signals"))
        # Take-overs are as they were, and so is what is said of them.
        kept = {
            row for row in old if row[2] == AMBIGUOUS or (row[0] not in anew and (row[0] or row[2] not in of_texts))
        }
        self._put("registry_signals", None, list(kept | signals | set(alone)))

    def _link(self, touched: set[str]) -> Tables:
        was, now = (set(_tuples(table)) for table in (self._before.table("presence"), self._tables["presence"]))
        neighbours = Neighbours(self._engine)
        night = Night(
            load=self._sightings, first_named=self._first_named, naming=self._naming, tables=self._tables, ruled=linked.ruled_by(self._given.judged),
            links=_tuples(self._before.table("links")), neighbours=neighbours,
        )  # fmt: skip
        found = carried_links(night, touched | {row[0] for row in was ^ now})
        old = self._before.table("links")
        stays = pa.array([not found.renewed(row[0], row[1], row[_STATUS]) for row in night.links], pa.bool_())
        self._put("links", old.filter(stays), found.links)
        self._put("matters", self._without("matters", "record", found.core), found.matters)
        return neighbours.tables()

    def _first_named(self, records: Iterable[str]) -> dict[str, tuple[str, int]]:
        return views_build.first_named(self._engine, records, NAME)

    def _without(self, name: str, column: str, values: Iterable[str]) -> pa.Table:
        return _filtered(self._before.table(name), column, pa.array(sorted(set(values)), pa.string()))

    def _put(self, name: str, old: pa.Table | None, rows: list[Row]) -> None:
        new = to_table(rows, TABLES[name].schema)
        self._tables[name] = knowing.in_order(name, new if old is None else pa.concat_tables([old, new]))


_STATUS = 6  # where ``status`` stands in a row of ``links``
_WINDOWS = pa.schema(
    [
        ("court", pa.string()),
        ("proceeding", pa.string()),
        ("window_axis", pa.string()),
        ("window_from", pa.date32()),
        ("window_to", pa.date32()),
    ]
)


def _window(entry: Mapping[str, object]) -> tuple[str, str, str, date, date]:
    """Which window an entry of the ledger is about."""
    first, last = (date.fromisoformat(str(entry[name])) for name in ("window_from", "window_to"))
    return (str(entry["court"]), str(entry["proceeding"]), str(entry["axis"]), first, last)


def _filtered(table: pa.Table, column: str, values: Any) -> pa.Table:
    return table.filter(pc.invert(pc.is_in(table[column], value_set=values)))


def _only(table: pa.Table, column: str, values: Iterable[str]) -> pa.Table:
    return table.filter(pc.is_in(table[column], value_set=pa.array(sorted(values), pa.string())))


def _tuples(table: pa.Table) -> list[Row]:
    return list(zip(*(column.to_pylist() for column in table.columns), strict=True))
