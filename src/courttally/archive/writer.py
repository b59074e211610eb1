"""The one writer of an archive.

Invariants
- One at a time: a lock on `archive/writer.lock` is held from entering to leaving.
- A capture id is returned only after the whole record was handed to the system (with `durable`: is on the disk).
- A file grows to about `rotate_bytes`, is closed for good, and the next is begun. Nothing new, no file.
- Where a file cannot be closed (a full disk), nothing more is written: what was acknowledged lies in it, and the next
  writer closes it.
"""

import fcntl
import hashlib
import os
from collections.abc import Iterable
from contextlib import ExitStack
from datetime import datetime
from types import TracebackType

from courttally.archive.capture import (
    ArchiveError,
    Capture,
    Clock,
    Origin,
    RefusedError,
    Statement,
    digest,
    make_capture_id,
    utc,
)
from courttally.archive.files import close_file, read_at, record_at, write_all
from courttally.archive.index import Place, row
from courttally.archive.known import Known
from courttally.archive.layout import Layout, file_name, sync_folder
from courttally.archive.mend import mend
from courttally.archive.opened import has_key, open_evidence
from courttally.archive.record import RecordType, decode_capture, encode_capture, encode_warcinfo
from courttally.archive.warc import LARGEST_BLOCK, NotWholeError, pack

ROTATE_BYTES = 256 << 20
LARGEST_PAYLOAD = LARGEST_BLOCK - (2 << 20)


class ArchiveBusyError(ArchiveError):
    """Somebody else is writing to this archive."""


class Writer:
    """Adds captures; use it in a `with` statement.

    `added` and `duplicates` count, `mended` says what was put in order, `closed` names the files closed so far.
    """

    def __init__(
        self, layout: Layout, clock: Clock, origin: Origin, durable: bool = False, rotate_bytes: int = ROTATE_BYTES
    ) -> None:
        self.added = 0
        self.duplicates = 0
        self.mended: tuple[str, ...] = ()
        self.closed: list[str] = []
        self._layout = layout
        self._clock = clock
        self._origin: Origin = origin
        self._durable = durable
        self._rotate = rotate_bytes
        self._known = Known()
        self._lock = -1
        self._handle = -1
        self._name = ""
        self._size = 0
        self._hash = hashlib.sha256()
        self._rows: list[dict[str, object]] = []
        self._settled = True
        self._stuck = False
        self._has_key = has_key(layout.home)

    def __enter__(self) -> "Writer":
        self._layout.make()
        self._lock = os.open(self._layout.lock, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(self._lock, 20, 0).decode("ascii", "replace").strip()
            os.close(self._lock)
            raise ArchiveBusyError(
                f"another process (number {holder or 'unknown'}) is writing to this archive; wait until it is done"
            ) from None
        with ExitStack() as on_failure:
            on_failure.callback(self._unlock)
            os.ftruncate(self._lock, 0)
            os.pwrite(self._lock, str(os.getpid()).encode("ascii"), 0)
            self.mended = tuple(mend(self._layout, self._known, self._clock))
            for other in self._layout.machines():
                for name in other.closed_names():
                    self._known.load_ids(other, name)
            on_failure.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._close()
        finally:
            self._unlock()

    def write(
        self,
        *,
        url: str | None,
        method: str = "GET",
        status: int | None,
        fetched_at: datetime | None,
        court: str | None,
        headers: Iterable[tuple[str, str]] = (),
        payload: bytes,
    ) -> str:
        """Store one capture and return its id; a capture that is held already is counted, not stored again.

        `fetched_at` is aware, or None where unknown; `payload` has its encodings undone. Raises RefusedError for bytes
        that were redacted here, ValueError naming the kind of value that cannot be true, OSError where the disk refuses.
        """
        stated = Statement(url, method, status, fetched_at, court, tuple(headers), payload, digest(payload))
        return self._put(stated, payload)

    def put(self, stated: Statement) -> str | None:
        """As `write`, of a statement. Without a payload it is stored as a sighting of the payload with its digest.

        The archive must hold that payload already; None where it does not.
        """
        if stated.payload is not None:
            return self._put(stated, stated.payload)
        self._refuse_redacted(stated.payload_digest)
        place = self._readable(stated.payload_digest)
        return None if place is None else self._put(stated, self._read(place).payload)

    def _refuse_redacted(self, payload_digest: str) -> None:
        if self._known.refused(payload_digest):
            raise RefusedError("these bytes were redacted from this archive and are not taken again")

    def _readable(self, payload_digest: str) -> Place | None:
        """Where a payload lies that can be read; one in a sealed file without its key is stored once more instead."""
        place = self._known.payload(payload_digest)
        if place is None or place.file == self._name or self._has_key or self._layout.evidence(place.file).exists():
            return place
        return None

    def _put(self, stated: Statement, payload: bytes) -> str:
        stated = stated.checked()
        self._refuse_redacted(stated.payload_digest)
        if len(payload) > LARGEST_PAYLOAD:
            raise ValueError(f"the payload is larger than {LARGEST_PAYLOAD >> 20} MiB")
        capture_id = make_capture_id(
            stated.payload_digest, stated.url, stated.method, stated.status, stated.fetched_at, stated.court
        )
        if self._known.has(capture_id):
            self.duplicates += 1
            return capture_id
        place = self._readable(stated.payload_digest)
        original = None if place is None else self._read(place)
        capture = Capture(
            capture_id=capture_id,
            payload_digest=stated.payload_digest,
            url=stated.url,
            method=stated.method,
            status=stated.status,
            fetched_at=stated.fetched_at,
            imported_at=utc(self._clock()) if stated.imported_at is None else stated.imported_at,
            court_stated=stated.court,
            headers=stated.headers,
            payload=payload,
            origin=self._origin if stated.origin is None else stated.origin,
        )
        self._store(capture, place, original)
        return capture_id

    def _store(self, capture: Capture, place: Place | None, original: Capture | None) -> None:
        member = pack(encode_capture(capture, original))
        self._settled = False
        at = self._append(member)
        record_type: RecordType = "resource" if capture.status is None else "response"
        if original is not None:
            record_type = "revisit"
        self._known.add_payload(capture.payload_digest, at if place is None else place)
        self._known.add_capture(capture.capture_id)
        self._rows.append(row(capture, record_type, len(capture.payload), at, place or at))
        self.added += 1
        self._settled = True
        if self._size >= self._rotate:
            self._close()

    def _read(self, place: Place) -> Capture:
        try:
            if place.file == self._name:
                return decode_capture(read_at(self._handle, place)).capture
            with open_evidence(self._layout, place.file) as stream:
                return decode_capture(record_at(stream, place)).capture
        except NotWholeError as problem:
            raise ArchiveError(
                f"{place.file}, byte {place.offset}: {problem}; bring the file back from a backup, then run verify"
            ) from None

    def _append(self, member: bytes) -> Place:
        if self._stuck:
            raise ArchiveError(
                "a file could not be closed before, so nothing more is written; what it holds is safe. Free some space and "
                "start again: the next start closes it"
            )
        if self._handle < 0:
            self._begin()
        start = self._size
        try:
            write_all(self._handle, member)
            if self._durable:
                os.fsync(self._handle)
        except OSError:
            os.ftruncate(self._handle, start)  # a torn record must not stand before the next one
            self._settled = True
            raise
        self._hash.update(member)
        self._size += len(member)
        return Place(self._name, start, len(member))

    def _begin(self) -> None:
        name = file_name(self._layout.next_number(), self._origin)
        path = self._layout.warc / (name + ".open")
        self._handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
        self._name, self._size, self._hash, self._rows = name, 0, hashlib.sha256(), []
        try:
            sync_folder(self._layout.warc)
            self._append(pack(encode_warcinfo(name, self._clock())))
        except OSError:  # without its first record a file is not begun: the next capture tries anew
            handle, self._handle, self._name = self._handle, -1, ""
            os.close(handle)
            path.unlink()
            raise

    def _close(self) -> None:
        if self._handle < 0:
            return
        handle, name = self._handle, self._name
        self._handle, self._name, self._stuck = -1, "", True
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
        if not self._settled:  # interrupted in the middle of a record: the next writer tells what of it is whole
            return
        if not self._rows:  # the disk refused the first capture: nothing to keep
            (self._layout.warc / (name + ".open")).unlink()
            self._stuck = False
            return
        close_file(self._layout, name, self._rows, self._hash.hexdigest(), self._size, self._clock)
        self.closed.append(name)
        self._stuck = False

    def _unlock(self) -> None:
        os.close(self._lock)
        self._lock = -1
