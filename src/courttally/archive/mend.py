"""Bringing in order what a crashed writer left. The next writer does it before it writes.

Invariants
- Whole records of an unfinished file become a proper closed file, sealed as mended; every other byte of it is kept in
  `NAME.torn` and named in the ledger.
- Closed evidence is not touched. A missing index is made again from it.
"""

import os
from pathlib import Path
from typing import BinaryIO

from courttally.archive.capture import ArchiveError, Clock
from courttally.archive.files import close_file, file_digest, rename_closed, seals, walk, write_all
from courttally.archive.index import write_index
from courttally.archive.known import Known
from courttally.archive.layout import Layout, called, sync_folder
from courttally.archive.ledger import append_ledger
from courttally.archive.redact import complete, redactions
from courttally.archive.warc import Damage

_PIECE = 1 << 20


def mend(layout: Layout, known: Known, clock: Clock) -> list[str]:
    """Mend what needs it and load every closed file into `known`. Returns what was done, one sentence each.

    The caller holds the writer's lock. Raises ArchiveError where only a backup can help.
    """
    done: list[str] = []
    for draft in (*layout.warc.glob("*.draft"), *layout.index.glob("*.tmp")):
        draft.unlink()  # half a copy of what is still whole elsewhere
    done += complete(layout, clock)
    for held in (layout, *layout.machines()):  # what another machine redacted is not taken in again here either
        for redaction in redactions(held):
            known.refuse(redaction.payload_digest)
    for name in layout.closed_names():
        if not layout.index_of(name).exists():
            _rebuild_index(layout, name, known)
            done.append(f"{name}: its index was missing and was made again from the records")
        known.load(layout, name)
    for name in layout.open_names():
        done.append(_salvage(layout, name, known, clock))
    for other in layout.machines():
        done += _mend_indexes(other)
    return done


def _mend_indexes(layout: Layout) -> list[str]:
    """Make missing indexes of another machine's files again; its evidence and ledgers are as it sent them."""
    names = layout.closed_names()
    missing = [name for name in names if not layout.index_of(name).exists()]
    known = Known()
    for name in names if missing else ():
        if name in missing:
            _rebuild_index(layout, name, known)
        known.load(layout, name)
    return [f"{called(layout.machine, name)}: its index was missing and was made again" for name in missing]


def _rebuild_index(layout: Layout, name: str, known: Known) -> None:
    rows: list[dict[str, object]] = []
    for found in walk(layout, name, layout.evidence(name), known):
        if isinstance(found, Damage):
            raise ArchiveError(
                f"{called(layout.machine, name)}: its index is missing and cannot be made again (byte {found.offset}: {found.what}); "
                "bring the file back from a backup"
            )
        if found.row is not None:
            rows.append(found.row)
    write_index(layout.index_of(name), rows)


def _salvage(layout: Layout, name: str, known: Known, clock: Clock) -> str:
    begun = layout.warc / (name + ".open")
    if layout.evidence(name).exists():
        raise ArchiveError(f"{name} is there both closed and unfinished; move the unfinished one away, then run verify")
    if seals(layout).get(name, {}).get("sha256") == file_digest(begun) and layout.index_of(name).exists():
        rename_closed(layout, name)
        known.load(layout, name)
        return f"{name}: closing it had been interrupted; it is whole and is closed now"
    torn = _set_torn_aside(layout, name, begun, known)
    walked = [found for found in walk(layout, name, begun, known) if not isinstance(found, Damage)]
    rows = [found.row for found in walked if found.row is not None]
    if rows:
        close_file(layout, name, rows, file_digest(begun), begun.stat().st_size, clock, mended=True)
        known.load(layout, name)
    else:
        begun.unlink()
        sync_folder(layout.warc)
    entry = {"event": "salvaged", "file": name, "captures": len(rows), "torn_bytes": torn}
    append_ledger(layout.imports, entry, clock)
    rest = f"; {torn} bytes that are no whole record are kept in {name}.torn" if torn else ""
    return f"{name}: its writer had been interrupted; {len(rows)} captures were whole and are kept{rest}"


def _set_torn_aside(layout: Layout, name: str, begun: Path, known: Known) -> int:
    """Leave only whole records in the unfinished file. Returns how many bytes went to NAME.torn."""
    whole: list[tuple[int, int]] = []
    for found in walk(layout, name, begun, known):
        if not isinstance(found, Damage) and found.record.length is not None:
            whole.append((found.record.offset, found.record.length))
    gaps = _gaps(whole, begun.stat().st_size)
    if not gaps:
        return 0
    draft = layout.warc / (name + ".draft")
    with begun.open("rb") as source:
        _copy(source, gaps, layout.warc / (name + ".torn"))
        _copy(source, whole, draft)
    draft.replace(begun)
    sync_folder(layout.warc)
    return sum(length for _, length in gaps)


def _gaps(whole: list[tuple[int, int]], size: int) -> list[tuple[int, int]]:
    """The stretches (offset, length) of a file that the whole records leave."""
    gaps: list[tuple[int, int]] = []
    position = 0
    for offset, length in [*whole, (size, 0)]:
        if offset > position:
            gaps.append((position, offset - position))
        position = offset + length
    return gaps


def _copy(source: BinaryIO, stretches: list[tuple[int, int]], target: Path) -> None:
    """Copy stretches of a file, one after another, into a new private file that is on the disk in the end."""
    target.unlink(missing_ok=True)
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        for offset, length in stretches:
            source.seek(offset)
            while length > 0:
                piece = source.read(min(_PIECE, length))
                write_all(handle, piece)
                length -= len(piece)
        os.fsync(handle)
    finally:
        os.close(handle)
