"""The index of an evidence file: one row a capture, with the place of its record. It can always be rebuilt.

Columns (Parquet, in the order of the file):
`capture_id`, `payload_digest`, `url`, `method`, `status`, `fetched_at` and `imported_at` (UTC, microseconds),
`court_stated`, `origin`: as in Capture; `record_type`: response, resource, revisit or tombstone (a redacted capture);
`payload_bytes`: size of the payload; `offset`, `length`: place of the record in its file, in bytes; `payload_file`, `payload_offset`,
`payload_length`: the record that holds the payload: the record itself, or of a revisit the original.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from courttally.archive.capture import Capture
from courttally.archive.layout import sync_folder
from courttally.archive.record import RecordType

_TIME = pa.timestamp("us", tz="UTC")
SCHEMA = pa.schema(
    [
        pa.field("capture_id", pa.string(), nullable=False),
        pa.field("payload_digest", pa.string(), nullable=False),
        pa.field("url", pa.string()),
        pa.field("method", pa.string(), nullable=False),
        pa.field("status", pa.int16()),
        pa.field("fetched_at", _TIME),
        pa.field("imported_at", _TIME, nullable=False),
        pa.field("court_stated", pa.string()),
        pa.field("origin", pa.string(), nullable=False),
        pa.field("record_type", pa.string(), nullable=False),
        pa.field("payload_bytes", pa.int64(), nullable=False),
        pa.field("offset", pa.int64(), nullable=False),
        pa.field("length", pa.int64(), nullable=False),
        pa.field("payload_file", pa.string(), nullable=False),
        pa.field("payload_offset", pa.int64(), nullable=False),
        pa.field("payload_length", pa.int64(), nullable=False),
    ]
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record lies: file, offset and length in bytes."""

    file: str
    offset: int
    length: int


def row(capture: Capture, record_type: RecordType, size: int, at: Place, payload_at: Place) -> dict[str, object]:
    """The index row of one capture whose payload has `size` bytes."""
    return {
        "capture_id": capture.capture_id,
        "payload_digest": capture.payload_digest,
        "url": capture.url,
        "method": capture.method,
        "status": capture.status,
        "fetched_at": capture.fetched_at,
        "imported_at": capture.imported_at,
        "court_stated": capture.court_stated,
        "origin": capture.origin,
        "record_type": record_type,
        "payload_bytes": size,
        "offset": at.offset,
        "length": at.length,
        "payload_file": payload_at.file,
        "payload_offset": payload_at.offset,
        "payload_length": payload_at.length,
    }


def write_index(path: Path, rows: Sequence[dict[str, object]]) -> None:
    """Write an index whole: beside its place first, to the disk, then renamed."""
    draft = path.with_name(path.name + ".tmp")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as sink:
        pq.write_table(pa.Table.from_pylist(list(rows), schema=SCHEMA), sink, compression="zstd")
        sink.flush()
        os.fsync(sink.fileno())
    draft.replace(path)
    sync_folder(path.parent)


def read_index(path: Path, columns: Sequence[str] | None = None) -> pa.Table:
    """Read an index, or some of its columns. Raises OSError or pa.ArrowInvalid where the file is missing or damaged."""
    return pq.read_table(path, columns=None if columns is None else list(columns), partitioning=None)
