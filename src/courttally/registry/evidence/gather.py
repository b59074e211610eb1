"""What a package rests on: the captures behind some case records, each with its record byte for byte and its custody.

Invariants
- Every capture is proved while it is gathered: block digest, payload digest and capture id follow from the record again. One
  that does not follow stops the package: evidence that may be damaged must not leave as evidence.
- A capture is in the package because a value of the report rests on it, or because it is a card of the record. Lists that only
  show the record among others are left out and counted, since most of what they show is about other people.
- Nothing is written here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from courttally.archive import Archive, ArchiveError, Capture, Place
from courttally.archive.layout import Layout, called
from courttally.archive.ledger import read_ledger
from courttally.archive.record import check_capture, decode_capture
from courttally.archive.warc import Record, decode_record, unpack
from courttally.engine import Engine
from courttally.registry import views
from courttally.registry.case import read_case
from courttally.registry.judged import standing
from courttally.registry.judgement import Judgement, corrected_values
from courttally.registry.trace import Evidence, Tracer


@dataclass(frozen=True, slots=True)
class Item:
    """One capture of the package: its record as it lies in the archive, and the ledger's line that closed its file.

    ``payload_at`` and ``payload_bytes``: where the page stands in the record that holds it, decompressed. ``holder``: the capture
    whose record holds the page; another one where the same bytes were captured before.
    """

    capture: Capture
    place: Place
    member: bytes
    record: Record
    record_type: str
    holder: str
    payload_at: int
    payload_bytes: int
    vantage: str
    closed: dict[str, object]
    ledger: str


@dataclass(frozen=True, slots=True)
class Told:
    """What the captures showed of a record from one day on: ``since`` is the Moscow day from which this was known."""

    since: date
    values: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """One case record: as a person reads it now (``registry.case``), and what was shown when."""

    case: dict[str, Any]
    told: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Gathered:
    """Everything that a package is made of. ``ledgers``: name -> its whole lines from the first that matters to the last.

    ``left_out``: sightings of the records on pages that are not in the package.
    """

    as_of: date
    stories: tuple[Story, ...]
    items: tuple[Item, ...]
    ledgers: dict[str, bytes]
    left_out: int
    simulated: bool
    decisions: tuple[tuple[Judgement, str], ...] = ()
    """What people decided of these records, and how each decision stands now."""


def gather(
    engine: Engine,
    archive: Archive,
    layout: Layout,
    records: Sequence[str],
    as_of: date,
    *,
    reveal: bool,
    every: bool,
    judged: Sequence[Judgement] = (),
) -> Gathered:
    """Gather the evidence of some case records as of a day; with ``every`` also the lists that merely show them. ``judged``: the
    decisions of people, of which those about these records are told.

    Raises KeyError for a record that was not known then, ArchiveError for a capture that cannot be read or proved.
    """
    tracer = Tracer(engine, archive, reveal=reveal, corrected=corrected_values(judged))
    stories = []
    wanted: dict[str, None] = {}
    left_out: set[str] = set()
    for record in records:
        case = read_case(engine, record, as_of)
        told = _told(engine, tracer, case["record"], as_of)
        stories.append(Story(case, told))
        wanted |= dict.fromkeys(shown.capture for each in told for shown in each.values if shown.capture)
        for sighting in case["sightings"]:
            if sighting["kind"] == "card" or every:
                wanted[sighting["capture"]] = None
            else:
                left_out.add(sighting["capture"])
    items = _items(archive, layout, wanted)
    ledgers = {name: _lines(layout, name, items) for name in sorted({item.ledger for item in items})}
    simulated = any(story.case["simulated"] for story in stories)
    held = {story.case["record"] for story in stories}
    about = [each for each in judged if each.kind in _TOLD and held & set(each.records)]
    states = standing(engine, judged)
    decided = tuple((each, states[each.id]) for each in about)
    return Gathered(as_of, tuple(stories), tuple(items), ledgers, len(left_out - wanted.keys()), simulated, decided)


_TOLD = ("merge", "split", "correct", "guid")
"""Decisions that change what is told of a case. Notes and withdrawals are the newsroom's own."""


def _told(engine: Engine, tracer: Tracer, record: str, as_of: date) -> tuple[Told, ...]:
    """The evidence of each version up to a day; of a later one only what is new."""
    found: list[Told] = []
    before: set[tuple[str, str, str, str]] = set()
    for day in views.version_days(engine, record, as_of):
        shown = tracer.record(record, day)
        keys = {(each.field, each.value, each.capture, each.locator) for each in shown}
        new = tuple(each for each in shown if (each.field, each.value, each.capture, each.locator) not in before)
        before = keys
        if new:
            found.append(Told(day, new))
    return tuple(found)


def _items(archive: Archive, layout: Layout, wanted: Iterable[str]) -> list[Item]:
    """The captures, earliest first, those that hold the page of a repeated one among them."""
    todo, found = list(wanted), dict[str, Item]()
    closed: dict[str, dict[str, dict[str, object]]] = {}
    while todo:
        capture_id = todo.pop()
        if capture_id in found:
            continue
        item = _item(archive, layout, capture_id, closed)
        found[capture_id] = item
        todo.append(item.holder)
    return sorted(
        found.values(), key=lambda item: (item.capture.fetched_at or item.capture.imported_at, item.capture.capture_id)
    )


def _item(archive: Archive, layout: Layout, capture_id: str, closed: dict[str, dict[str, dict[str, object]]]) -> Item:
    try:
        place = archive.locate(capture_id)
    except KeyError:
        raise ArchiveError(
            "a capture behind this case is not in the archive any more; run 'courttally verify'"
        ) from None
    member = next(iter(archive.members([place])))
    raw = unpack(member)
    record = decode_record(raw, place.offset, place.length)
    stored = decode_capture(record)
    problems = check_capture(record, stored)
    if problems:
        raise ArchiveError(f"{place.file}, byte {place.offset}: {problems[0]}; run 'courttally verify'")
    own, plain = layout.holder(place.file)
    index = archive.index(place.file)
    row = next(row for row in index.to_pylist() if row["capture_id"] == capture_id)
    holder = capture_id
    if stored.record_type == "revisit":
        holder = _holder(archive, called(own.machine, row["payload_file"]), row["payload_offset"])
    capture = archive.get(capture_id)
    ledger = called(own.machine, "imports.jsonl")
    if ledger not in closed:
        entries = read_ledger(own.imports).entries
        closed[ledger] = {str(entry["file"]): entry for entry in entries if entry.get("event") == "sealed"}
    if plain not in closed[ledger]:
        raise ArchiveError(f"the ledger has no line about {place.file}; run 'courttally verify'")
    size = len(capture.payload)
    return Item(
        capture=capture, place=place, member=member, record=record, record_type=stored.record_type, holder=holder,
        payload_at=len(raw) - 4 - size if holder == capture_id else 0, payload_bytes=size,
        vantage=next((value for name, value in capture.headers if name.lower() == "x-courttally-vantage"), ""),
        closed=closed[ledger][plain], ledger=ledger,
    )  # fmt: skip


def _holder(archive: Archive, file: str, offset: int) -> str:
    index = archive.index(file)
    offsets = index["offset"].to_pylist()
    if offset not in offsets:
        raise ArchiveError(f"{file}, byte {offset}: the first record of a page is not there; run 'courttally verify'")
    found: str = index["capture_id"][offsets.index(offset)].as_py()
    return found


def _lines(layout: Layout, name: str, items: Iterable[Item]) -> bytes:
    """The ledger's lines from the first that closed one of the files on, as they are."""
    own, _ = layout.holder(name.replace("imports.jsonl", "00000000-import.warc.gz"))
    if read_ledger(own.imports).broken is not None:
        raise ArchiveError(f"the chain of {name} is broken; run 'courttally verify'")
    data = own.imports.read_bytes()
    lines = data[: data.rfind(b"\n") + 1].splitlines(keepends=True)
    owed = {str(item.closed["self"]).encode() for item in items if item.ledger == name}
    first = next(number for number, line in enumerate(lines) if any(b'"self":"' + mark + b'"' in line for mark in owed))
    return b"".join(lines[first:])


def record_digest(item: Item) -> str:
    """Hex SHA-256 of the record as it lies in the archive, compressed."""
    return hashlib.sha256(item.member).hexdigest()
