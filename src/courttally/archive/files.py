"""Closing evidence files, and walking over them.

Invariants
- A file is closed in this order: bytes on disk, index on disk, seal in the ledger, rename. So a file that readers see
  has its index and its seal, whatever moment a crash chose.
- The seal is the SHA-256 of the whole file. A closed file is never opened for writing again.
"""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from courttally.archive.capture import Clock
from courttally.archive.index import Place, read_index, row, write_index
from courttally.archive.known import Known
from courttally.archive.layout import Layout, sync_folder
from courttally.archive.ledger import append_ledger, read_ledger
from courttally.archive.opened import SealedError, open_evidence
from courttally.archive.record import Stored, decode_capture
from courttally.archive.warc import Damage, NotWholeError, Record, decode_record, scan, unpack


@dataclass(frozen=True, slots=True)
class Walked:
    """A whole record of an evidence file; of a capture with the index row that it ought to have."""

    record: Record
    stored: Stored | None
    row: dict[str, object] | None


def write_all(handle: int, data: bytes) -> None:
    """Write every byte. Raises OSError."""
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]


def read_at(handle: int, place: Place) -> Record:
    """The record at a place of an open file. Raises NotWholeError."""
    member = os.pread(handle, place.length, place.offset)
    if len(member) != place.length:
        raise NotWholeError("the file ends before the record does")
    return decode_record(unpack(member), place.offset, place.length)


def member_at(stream: BinaryIO, place: Place) -> bytes:
    """The compressed bytes of the record at a place of an open file. Raises NotWholeError."""
    stream.seek(place.offset)
    member = stream.read(place.length)
    if len(member) != place.length:
        raise NotWholeError("the file ends before the record does")
    return member


def record_at(stream: BinaryIO, place: Place) -> Record:
    """The record at a place of an open file. Raises NotWholeError."""
    return decode_record(unpack(member_at(stream, place)), place.offset, place.length)


def file_digest(path: Path) -> str:
    """Hex SHA-256 of a whole file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def stream_digest(stream: BinaryIO) -> tuple[str, int]:
    """Hex SHA-256 and size of everything that an open file still gives."""
    hasher, size = hashlib.sha256(), 0
    while piece := stream.read(1 << 20):
        hasher.update(piece)
        size += len(piece)
    return hasher.hexdigest(), size


def seals(layout: Layout) -> dict[str, dict[str, object]]:
    """The latest seal of every file, by name, as far as the ledger proves itself."""
    found = (entry for entry in read_ledger(layout.imports).entries if entry.get("event") == "sealed")
    return {str(entry["file"]): entry for entry in found}


def close_file(
    layout: Layout, name: str, rows: list[dict[str, object]], sha256: str, size: int, clock: Clock, mended: bool = False
) -> None:
    """Index, seal and rename `NAME.open`, whose bytes must be on the disk already."""
    write_index(layout.index_of(name), rows)
    seal = {"event": "sealed", "file": name, "sha256": sha256, "bytes": size, "captures": len(rows)}
    if mended:
        seal["mended"] = True
    append_ledger(layout.imports, seal, clock)
    rename_closed(layout, name)


def rename_closed(layout: Layout, name: str) -> None:
    """The last step of closing: from here on readers see the file."""
    begun = layout.warc / (name + ".open")
    begun.chmod(0o400)
    begun.rename(layout.evidence(name))
    sync_folder(layout.warc)


def walk(layout: Layout, name: str, path: Path, known: Known) -> Iterator[Walked | Damage]:
    """Every record of an evidence file, told from the file alone (and `known` for the originals of revisits)."""
    own: dict[str, tuple[Place, int]] = {}
    with path.open("rb") if path.suffix == ".open" else open_evidence(layout, name) as stream:
        for record in scan(stream):
            if isinstance(record, Damage):
                yield record
            elif record.length is None:
                yield Damage(record.offset, "records share one compressed member")
            elif record.get("warc-type") == "warcinfo":
                yield Walked(record, None, None)
            else:
                at = Place(name, record.offset, record.length)
                try:
                    stored = decode_capture(record)
                    payload_at, size = _payload_of(layout, stored, at, own, known)
                except NotWholeError as problem:
                    yield Damage(record.offset, str(problem))
                    continue
                yield Walked(record, stored, row(stored.capture, stored.record_type, size, at, payload_at))


def _payload_of(
    layout: Layout, stored: Stored, at: Place, own: dict[str, tuple[Place, int]], known: Known
) -> tuple[Place, int]:
    capture = stored.capture
    if stored.record_type == "tombstone":
        return at, 0
    if stored.record_type != "revisit":
        own.setdefault(capture.payload_digest, (at, len(capture.payload)))
        return at, len(capture.payload)
    if capture.payload_digest in own:
        return own[capture.payload_digest]
    place = known.payload(capture.payload_digest)
    if place is None:
        raise NotWholeError("the record refers to a payload that the archive does not hold")
    try:
        with open_evidence(layout, place.file) as stream:
            return place, len(decode_capture(record_at(stream, place)).capture.payload)
    except SealedError:
        pass  # the original lies in a sealed file whose key is not here: its index knows the size
    index = read_index(layout.index_of(place.file), ["offset", "payload_bytes"])
    sizes = dict(zip(index["offset"].to_pylist(), index["payload_bytes"].to_pylist(), strict=True))
    if place.offset not in sizes:
        raise NotWholeError("the record refers to a payload that the archive does not hold")
    return place, int(sizes[place.offset])
