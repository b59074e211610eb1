"""Import: pages and WARC files of others become captures.

Invariants
- An item is a page, or a record of a WARC file that could be a capture, or a damaged place. Items are numbered from 1
  in the order of reading. Each item ends as added, as a duplicate, or as a failure with its reason.
- Messages name an item by its number, by the digest of its payload where there is one, and inside a WARC file by the
  running number of the file among those taken and the byte: never by path or URL, which can hold a person's name.
- What a record or a sidecar states wins over what the command line says; that fills only what nobody stated.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from courttally.archive.capture import Clock, Progress, Statement, check_statement, digest, utc
from courttally.archive.foreign import ForeignWarc, Found
from courttally.archive.sidecar import Sidecar, read_sidecar, sidecar_of
from courttally.archive.sources import Source, sources
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
    """Feeds one writer from files."""

    def __init__(
        self, writer: Writer, court: str | None, url: str | None, fetched_at: datetime | None, clock: Clock
    ) -> None:
        check_statement(url, "GET", None, fetched_at, court)
        self._writer = writer
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
        self._files += 1
        try:
            if source.kind == "warc":
                self._warc(source.path, told)
                return
            self._items += 1
            if source.kind == "page":
                self._page(source.path)
            else:
                self._fail(source.what)
        except _UnreadableError as problem:
            self._items += source.kind == "warc"
            self._fail(str(problem))

    def _page(self, path: Path) -> None:
        payload = _read(path)
        payload_digest = digest(payload)
        beside = sidecar_of(path)
        try:
            stated = read_sidecar(_read(beside)) if beside.exists() else Sidecar()
        except ValueError as problem:
            self._fail(str(problem), payload_digest)
            return
        if not payload and stated.status is None:
            self._fail("the file is empty; a sidecar with its status would make it an empty answer")
            return
        method = "GET" if stated.method is None else stated.method
        self._write(
            Statement(stated.url, method, stated.status, stated.fetched_at, stated.court, (), payload, payload_digest),
            "",
        )

    def _warc(self, path: Path, told: Callable[[int], None]) -> None:
        for found in _statements(path):
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
                self._write(found.statement, place)

    def _write(self, stated: Statement, place: str) -> None:
        flags = self._flags
        stated = stated.filled(court=flags.court, url=flags.url, fetched_at=flags.fetched_at)
        if stated.fetched_at is not None and stated.fetched_at > self._latest:
            self._signals["fetched more than a day after the import"] += 1
        try:
            if self._writer.put(stated) is None:
                self._fail(f"{place}the original of this revisit is neither in its file nor in the archive")
        except ValueError as problem:
            self._fail(f"{place}{problem}", stated.payload_digest)


class _UnreadableError(Exception):
    """A file that cannot be read, and why; never its path."""


def _statements(path: Path) -> Iterator[Found]:
    # only reading is guarded here: a disk that refuses to store what was read must stop the import
    try:
        with path.open("rb") as stream:
            yield from ForeignWarc(stream).statements()
    except OSError as problem:
        raise _UnreadableError(f"the file cannot be read ({problem.strerror})") from None


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            data = stream.read(LARGEST_BLOCK + 1)
    except OSError as problem:
        raise _UnreadableError(f"the file cannot be read ({problem.strerror})") from None
    if len(data) > LARGEST_BLOCK:
        raise _UnreadableError(f"the file is larger than {LARGEST_BLOCK >> 20} MiB")
    return data
