"""Redaction: the payload of a capture is taken out of its file, and a tombstone stays in its place.

Invariants
- What is redacted is a payload: every capture with the same payload digest loses it, in every file.
- The ledger's line (`"event":"redacted"`: who, why, payload digest, capture ids by file) comes first. From then on the
  same bytes are refused, and whoever writes next finishes what a crash left undone.
- A file is written anew beside its place, sealed in the ledger and renamed over the old one. The tombstone has the
  length of the record that it replaces, so that no other record moves: other files and indexes stay as they are.
- A file that is not one the ledger has sealed is not touched: a redaction must never pass damage for a deed of ours.
- The payload digest stays. Taking it away would protect nobody while the chained ledger keeps the digests of whole
  files, which allow the same guess; it keeps exported packages provable and the refusal of the same bytes exact.
"""

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pyarrow as pa

from courttally.archive.capture import ArchiveError, Clock, parse_time
from courttally.archive.files import file_digest, record_at, write_all
from courttally.archive.index import Place, read_index, write_index
from courttally.archive.layout import Layout, sync_folder
from courttally.archive.ledger import append_ledger, read_ledger
from courttally.archive.record import decode_capture, encode_tombstone
from courttally.archive.warc import NotWholeError, Record, pack_exactly

_PIECE = 1 << 20
_COLUMNS = ("capture_id", "payload_digest", "record_type", "offset", "length")


@dataclass(frozen=True, slots=True)
class Redaction:
    """One redaction: capture ids by file, the payloads' digest, when, by whom, why.

    Of one just made also where a person must look: `torn`, files of torn bytes that may hold a part of the page, and
    `elsewhere`, machines whose merged files hold it still. Those files are not ours to change: the page must be redacted
    at that machine, and its bundle merged again.
    """

    payload_digest: str
    captures: dict[str, tuple[str, ...]]
    who: str
    why: str
    at: datetime
    torn: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()


def redactions(layout: Layout) -> Iterator[Redaction]:
    """Every redaction that the ledger names, in order, as far as the ledger proves itself."""
    for entry in read_ledger(layout.imports).entries:
        captures = entry.get("captures")
        if entry.get("event") == "redacted" and isinstance(captures, dict):
            held = {str(file): tuple(str(name) for name in names) for file, names in captures.items()}
            who, why, at = (str(entry[key]) for key in ("who", "why", "at"))
            yield Redaction(str(entry["payload_digest"]), held, who, why, parse_time(at))


def redact(layout: Layout, capture_ids: Sequence[str], *, who: str, why: str, clock: Clock) -> list[Redaction]:
    """Redact captures; one redaction a payload. The caller holds the writer's lock. Raises as `Archive.redact`."""
    if not who.strip() or not why.strip():
        raise ValueError("a redaction needs who and why")
    wanted = _payloads(layout, capture_ids)
    found = {payload: _captures_of(layout, payload) for payload in wanted}
    for captures in found.values():
        for file in captures:
            _check(layout, file)
    done = []
    for payload, captures in found.items():
        entry: dict[str, object] = {"event": "redacted", "payload_digest": payload, "captures": captures}
        line = append_ledger(layout.imports, {**entry, "who": who.strip(), "why": why.strip()}, clock)
        held = {file: tuple(names) for file, names in captures.items()}
        torn = tuple(sorted(path.name for path in layout.warc.glob("*.torn")))
        done.append(
            Redaction(
                payload, held, who.strip(), why.strip(), parse_time(str(line["at"])), torn, _elsewhere(layout, payload)
            )
        )
    complete(layout, clock)
    return done


def complete(layout: Layout, clock: Clock) -> list[str]:
    """Put the tombstones in place that the ledger owes. Returns what was done, one sentence a file.

    The caller holds the writer's lock. Raises ArchiveError where a file is sealed, damaged or gone.
    """
    owed: dict[str, dict[str, datetime]] = {}
    for redaction in redactions(layout):
        for file, names in redaction.captures.items():
            owed.setdefault(file, {}).update(dict.fromkeys(names, redaction.at))
    done = []
    for file, times in sorted(owed.items()):
        pending = [row for row in _rows(layout, file) if row[0] in times and row[2] != "tombstone"]
        if pending:
            _check(layout, file)
            _rewrite(layout, file, {row[3]: (row[4], times[row[0]]) for row in pending}, clock)
            done.append(f"{file}: {len(pending)} captures were redacted")
    return done


def _payloads(layout: Layout, capture_ids: Sequence[str]) -> list[str]:
    """The payload digests of captures, each once. Raises KeyError for an id that is not held."""
    wanted = set(capture_ids)
    found: dict[str, str] = {}
    gone = set()
    for file in layout.closed_names():
        for capture, payload, kind, _, _ in _rows(layout, file):
            if capture in wanted:
                found[capture] = payload
                gone |= {capture} if kind == "tombstone" else set()
    if wanted - found.keys():
        merged = [
            (each.machine, row[0])
            for each in layout.machines()
            for file in each.closed_names()
            for row in _rows(each, file)
        ]
        there = sorted({machine for machine, capture in merged if capture in wanted - found.keys()})
        if there:
            raise ArchiveError(
                f"this capture came from another machine ({', '.join(there)}): redact it there, and merge its bundle again"
            )
        raise KeyError("the archive holds no capture with this id")
    if gone:
        raise KeyError("this capture was redacted before")
    return list(dict.fromkeys(found[name] for name in capture_ids))


def _elsewhere(layout: Layout, payload: str) -> tuple[str, ...]:
    """Machines whose merged files hold a payload."""
    return tuple(each.machine for each in layout.machines() if _captures_of(each, payload))


def _captures_of(layout: Layout, payload: str) -> dict[str, list[str]]:
    """Every capture with a payload: file -> capture ids in the order of the file."""
    found: dict[str, list[str]] = {}
    for file in layout.closed_names():
        names = [row[0] for row in _rows(layout, file) if row[1] == payload and row[2] != "tombstone"]
        if names:
            found[file] = names
    return found


def _rows(layout: Layout, file: str) -> list[tuple[str, str, str, int, int]]:
    try:
        table = read_index(layout.index_of(file), _COLUMNS)
    except (OSError, pa.ArrowInvalid):
        raise ArchiveError(
            f"the index of {file} is missing or damaged; delete it if it is there, then run an import"
        ) from None
    return list(zip(*(table[name].to_pylist() for name in _COLUMNS), strict=True))


def _check(layout: Layout, file: str) -> None:
    """Raises ArchiveError unless the file lies here plain and is one that the ledger has sealed."""
    path = layout.evidence(file)
    if not path.exists():
        raise ArchiveError(f"{file} is sealed: run 'courttally archive unseal' first, and 'archive seal' again after")
    lines = (entry for entry in read_ledger(layout.imports).entries if entry.get("event") == "sealed")
    if file_digest(path) not in {entry["sha256"] for entry in lines if entry["file"] == file}:
        raise ArchiveError(f"{file} is not the file that was sealed; run 'courttally verify'; nothing was changed")


def _rewrite(layout: Layout, file: str, stones: dict[int, tuple[int, datetime]], clock: Clock) -> None:
    """The file anew, with tombstones at these offsets, then its index."""
    path, draft = layout.evidence(file), layout.warc / (file + ".draft")
    size, sha256 = _write_draft(path, draft, file, stones)
    index = read_index(layout.index_of(file)).to_pylist()
    seal = {"event": "sealed", "file": file, "sha256": sha256, "bytes": size, "captures": len(index), "redacted": True}
    append_ledger(layout.imports, seal, clock)
    draft.chmod(0o400)
    draft.replace(path)
    sync_folder(layout.warc)
    write_index(layout.index_of(file), [_stone_row(file, row) if row["offset"] in stones else row for row in index])


def _write_draft(path: Path, draft: Path, file: str, stones: dict[int, tuple[int, datetime]]) -> tuple[int, str]:
    """Copy a file with tombstones at some offsets, to the disk. Returns size and hex SHA-256."""
    draft.unlink(missing_ok=True)
    hasher = hashlib.sha256()
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with path.open("rb") as source:
            position = 0
            for offset, (length, at) in [*sorted(stones.items()), (path.stat().st_size, (0, None))]:
                while position < offset:
                    piece = source.read(min(_PIECE, offset - position))
                    position += len(piece)
                    hasher.update(piece)
                    write_all(handle, piece)
                if at is not None:
                    member = _tombstone(record_at(source, Place(file, offset, length)), at)
                    position += length
                    hasher.update(member)
                    write_all(handle, member)
        os.fsync(handle)
    except NotWholeError as problem:
        raise ArchiveError(f"{file}: {problem}; run 'courttally verify'; nothing was changed") from None
    finally:
        os.close(handle)
    return position, hasher.hexdigest()


def _tombstone(record: Record, at: datetime) -> bytes:
    """The member that takes the place of a record, of the same length."""
    capture = replace(decode_capture(record).capture, payload=b"")
    return pack_exactly(encode_tombstone(capture, at), record.length or 0)


def _stone_row(file: str, row: dict[str, object]) -> dict[str, object]:
    """The index row of a capture when a tombstone stands in its place."""
    gone: dict[str, object] = {"url": None, "status": None, "court_stated": None, "record_type": "tombstone"}
    here = {"payload_bytes": 0, "payload_file": file, "payload_offset": row["offset"]}
    return {**row, **gone, **here, "payload_length": row["length"]}
