"""Import: pages, WARC files and exported rows of others become captures; packed files are looked into.

Invariants
- An item is a page, or a record of a WARC file that could be a capture, or a row of an export, or a damaged place, or a
  member of a packed file that is refused. Items are numbered from 1 in the order of reading. Each item ends as added, as a duplicate, or as a failure with its reason.
- Messages name an item by its number, by the digest of its payload where there is one, inside a WARC file by the
  running number of the file among those taken and the byte, inside an export by that number and the row: never by path
  or URL, which can hold a person's name.
- What a record or a sidecar states wins over what the command line says; that fills only what nobody stated. An
  exported row has no URL, so none is filled in; it states its court unless its cell is empty.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from courttally.archive.capture import Clock, Progress, Statement, check_statement, digest, utc
from courttally.archive.exports import HEADERS, ExportRow, NotAnExportError
from courttally.archive.exports import rows as export_rows
from courttally.archive.foreign import ForeignWarc, Found
from courttally.archive.packed import Packed
from courttally.archive.sidecar import Sidecar, read_sidecar
from courttally.archive.sources import Opener, Source, UnreadableError, sources
from courttally.archive.warc import LARGEST_BLOCK
from courttally.archive.writer import Writer

_TOLERANCE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did. items = added + duplicates + number of failures.

    `failures`: (item number, reason). `skipped`: files and records that are no captures, by kind. `signals`: captures
    that were kept although something about them is odd, by kind. `mended`: what a crash had left and is in order now.
    """

    items: int
    added: int
    duplicates: int
    failures: tuple[tuple[int, str], ...]
    skipped: dict[str, int]
    signals: dict[str, int]
    mended: tuple[str, ...]


class Importer:
    """Feeds one writer from files. `scratch` is a private folder for what is too large to be unpacked in memory."""

    def __init__(
        self,
        writer: Writer,
        scratch: Path,
        court: str | None,
        url: str | None,
        fetched_at: datetime | None,
        clock: Clock,
    ) -> None:
        check_statement(url, "GET", None, fetched_at, court)
        self._writer = writer
        self._scratch = scratch
        self._flags = Sidecar(court, url, None, None, None if fetched_at is None else utc(fetched_at))
        self._latest = utc(clock()) + _TOLERANCE
        self._files = 0
        self._items = 0
        self._failures: list[tuple[int, str]] = []
        self._skipped: Counter[str] = Counter()
        self._signals: Counter[str] = Counter()

    def run(self, paths: Iterable[Path], progress: Progress | None) -> ImportReport:
        """Import everything below the paths."""
        found = list(sources(paths))
        total, done = sum(source.size for source in found), 0

        def told(within: int) -> None:
            if progress is not None:
                progress(done + within, total)

        for source in found:
            self._source(source, told)
            done += source.size
            told(0)
        writer = self._writer
        return ImportReport(
            items=self._items,
            added=writer.added,
            duplicates=writer.duplicates,
            failures=tuple(self._failures),
            skipped=dict(sorted(self._skipped.items())),
            signals=dict(sorted(self._signals.items())),
            mended=writer.mended,
        )

    def _fail(self, reason: str, payload_digest: str | None = None) -> None:
        self._failures.append((self._items, reason if payload_digest is None else f"{reason} ({payload_digest})"))

    def _source(self, source: Source, told: Callable[[int], None]) -> None:
        if source.kind == "skipped":
            self._skipped[source.what] += 1
            return
        if source.kind == "sidecar":
            return
        try:
            if source.kind == "packed":
                self._packed(source, told)
                return
            self._files += 1
            if source.kind == "warc":
                self._warc(source, told)
            elif source.kind == "table":
                self._table(source, told)
            elif source.kind == "page":
                self._page(source)
            else:
                raise UnreadableError(source.what)
        except UnreadableError as problem:
            self._items += source.kind != "page"  # a page was counted when it was begun
            self._fail(str(problem))

    def _packed(self, source: Source, told: Callable[[int], None]) -> None:
        done = 0
        with _opened(source.open) as stream:
            for member in Packed(stream, source.what, self._scratch).members():
                self._source(member, lambda within: None)
                done += member.size
                told(min(done, source.size))

    def _page(self, source: Source) -> None:
        self._items += 1
        payload = _read(source.open)
        payload_digest = digest(payload)
        try:
            stated = Sidecar() if source.sidecar is None else read_sidecar(_read(source.sidecar))
        except ValueError as problem:
            self._fail(str(problem), payload_digest)
            return
        if not payload and stated.status is None:
            self._fail("the file is empty; a sidecar with its status would make it an empty answer")
            return
        method = "GET" if stated.method is None else stated.method
        statement = Statement(
            stated.url, method, stated.status, stated.fetched_at, stated.court, (), payload, payload_digest
        )
        self._write(self._filled(statement), "")

    def _table(self, source: Source, told: Callable[[int], None]) -> None:
        try:
            for row in _rows(source):
                told(min(row.offset, source.size))
                self._items += 1
                place = f"file {self._files}, row {row.number}: "
                if row.failure:
                    self._fail(place + row.failure)
                    continue
                stated = Statement(None, "GET", None, None, None, HEADERS, row.payload, digest(row.payload))
                court = None if row.states_court else self._flags.court
                self._write(stated.filled(court=court, url=None, fetched_at=self._flags.fetched_at), place)
        except NotAnExportError as problem:
            if source.outright or problem.alike:
                raise UnreadableError(str(problem)) from None
            self._files -= 1
            self._skipped[source.what] += 1

    def _warc(self, source: Source, told: Callable[[int], None]) -> None:
        for found in _statements(source.open):
            told(found.offset)
            if found.skipped:
                self._skipped[found.skipped] += 1
                continue
            self._items += 1
            place = f"file {self._files}, byte {found.offset}: "
            if found.failure is not None:
                self._fail(place + found.failure)
            elif found.statement is not None:
                self._signals.update(found.signals)
                self._write(self._filled(found.statement), place)

    def _filled(self, stated: Statement) -> Statement:
        flags = self._flags
        return stated.filled(court=flags.court, url=flags.url, fetched_at=flags.fetched_at)

    def _write(self, stated: Statement, place: str) -> None:
        if stated.fetched_at is not None and stated.fetched_at > self._latest:
            self._signals["fetched more than a day after the import"] += 1
        try:
            if self._writer.put(stated) is None:
                self._fail(f"{place}the original of this revisit is neither in its file nor in the archive")
        except ValueError as problem:
            self._fail(f"{place}{problem}", stated.payload_digest)


@contextmanager
def _opened(opener: Opener) -> Iterator[BinaryIO]:
    """An open file. Only its reading is guarded: a disk that refuses to store what was read must stop the import."""
    try:
        stream = opener()
    except OSError as problem:
        raise _no_reading(problem) from None
    with stream:
        yield stream


def _no_reading(problem: OSError) -> UnreadableError:
    return UnreadableError(f"the file cannot be read ({problem.strerror})")


def _statements(opener: Opener) -> Iterator[Found]:
    with _opened(opener) as stream:
        try:
            yield from ForeignWarc(stream).statements()
        except OSError as problem:
            raise _no_reading(problem) from None


def _rows(source: Source) -> Iterator[ExportRow]:
    with _opened(source.open) as stream:
        try:
            yield from export_rows(stream, source.what)
        except OSError as problem:
            raise _no_reading(problem) from None


def _read(opener: Opener) -> bytes:
    with _opened(opener) as stream:
        try:
            data = stream.read(LARGEST_BLOCK + 1)
        except OSError as problem:
            raise _no_reading(problem) from None
    if len(data) > LARGEST_BLOCK:
        raise UnreadableError(f"the file is larger than {LARGEST_BLOCK >> 20} MiB")
    return data
