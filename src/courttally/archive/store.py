"""The archive as the other rooms use it.

Invariants
- Reading needs no lock and never waits: closed files do not change, and unfinished ones are not seen.
- `read` takes places, not ids, and touches nothing but the file and, for revisits, the file of the original: worker
  processes read in batches, each with its own Archive (it pickles as its home).
- What was merged from other machines stands beside this archive's own files. A capture that several of them hold counts
  once: `surplus` names the others, by a rule that gives the same choice wherever the same files lie.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from courttally.archive.capture import ArchiveError, Capture, Clock, Origin, Progress, RedactedError
from courttally.archive.exchange import MergeReport, merge_bundle
from courttally.archive.files import member_at, record_at
from courttally.archive.imports import Importer, ImportReport
from courttally.archive.index import Place, read_index
from courttally.archive.layout import Layout, called
from courttally.archive.ledger import append_ledger
from courttally.archive.machines import Machine, find_surplus, read_machine
from courttally.archive.opened import open_evidence
from courttally.archive.outgoing import ExportReport, export_bundle
from courttally.archive.record import decode_capture
from courttally.archive.redact import Redaction, redact, redactions
from courttally.archive.seal import SealReport, seal, unseal
from courttally.archive.verify import VerifyReport, verify
from courttally.archive.warc import NotWholeError
from courttally.archive.writer import ROTATE_BYTES, Writer


@dataclass(frozen=True, slots=True)
class WarcFile:
    """A closed evidence file: its name, how many captures it holds, its size in bytes, whose it is ("": this archive's)."""

    name: str
    captures: int
    bytes: int
    machine: str = ""


@dataclass(frozen=True, slots=True)
class DiskUsage:
    """Bytes on disk: evidence (closed and unfinished), indexes, ledgers and what crashes left, and all together."""

    warc: int
    index: int
    ledgers: int
    total: int


class Archive:
    """The evidence of one home."""

    def __init__(self, home: Path) -> None:
        self._home = Path(home)
        self._layout = Layout(self._home)
        self._revisits: dict[str, dict[int, Place]] = {}
        self._ids: tuple[tuple[str, ...], pa.Table] | None = None
        self._surplus: tuple[tuple[object, ...], dict[str, frozenset[str]]] | None = None

    def __reduce__(self) -> tuple[type["Archive"], tuple[Path]]:
        return Archive, (self._home,)

    def import_paths(
        self,
        paths: Iterable[Path],
        *,
        court: str | None = None,
        url: str | None = None,
        fetched_at: datetime | None = None,
        clock: Clock,
        progress: Progress | None = None,
    ) -> ImportReport:
        """Import pages, WARC files, exported rows, and packed files of these. Court, URL and fetched time fill what neither sidecar nor record states.

        Raises ValueError for a court, URL or time that cannot be true, ArchiveBusyError while somebody else writes.
        """
        with Writer(self._layout, clock, "import") as writer:
            importer = Importer(writer, self._layout.root, court, url, fetched_at, clock)
            report = importer.run([Path(path) for path in paths], progress)
        append_ledger(
            self._layout.imports,
            {
                "event": "import",
                "files": writer.closed,
                "items": report.items,
                "added": report.added,
                "duplicates": report.duplicates,
                "failures": len(report.failures),
                "skipped": report.skipped,
                "signals": report.signals,
            },
            clock,
        )
        return report

    def writer(
        self, *, clock: Clock, origin: Origin = "collect", durable: bool = False, rotate_bytes: int = ROTATE_BYTES
    ) -> Writer:
        """The writer, for a `with` statement. With `durable` every capture is on the disk before its id is returned."""
        return Writer(self._layout, clock, origin, durable, rotate_bytes)

    def files(self) -> list[WarcFile]:
        """The closed files, own ones first, each sorted by name."""
        found: list[WarcFile] = []
        for name in self._layout.held_names():
            layout, plain = self._layout.holder(name)
            size = layout.on_disk(plain).stat().st_size
            try:
                rows = pq.read_metadata(layout.index_of(plain)).num_rows
            except (OSError, pa.ArrowInvalid):
                raise _index_error(name) from None
            found.append(WarcFile(name, rows, size, layout.machine))
        return found

    def index(self, name: str) -> pa.Table:
        """The index of a file, redacted captures left out: columns as in `archive.index`.

        Raises ArchiveError where it is missing or damaged.
        """
        layout, plain = self._layout.holder(name)
        try:
            table = read_index(layout.index_of(plain))
        except (OSError, pa.ArrowInvalid):
            raise _index_error(name) from None
        return table.filter(pc.not_equal(table["record_type"], "tombstone"))

    def redacted(self) -> int:
        """How many captures were redacted, here or where their files came from."""
        layouts = [self._layout, *self._layout.machines()]
        return sum(len(ids) for each in layouts for made in redactions(each) for ids in made.captures.values())

    def redact(self, capture_ids: Sequence[str], *, who: str, why: str, clock: Clock) -> list[Redaction]:
        """Take the payloads of captures out of the archive, and with them every capture that has the same payload.

        Raises ValueError without who and why, KeyError for an id that is not held, ArchiveError where a file is sealed
        or damaged, ArchiveBusyError while somebody else writes.
        """
        with Writer(self._layout, clock, "import"):
            return redact(self._layout, capture_ids, who=who, why=why, clock=clock)

    def seal(
        self, *, recipients: Sequence[str] = (), key: Path | None = None, names: Sequence[str] = (), clock: Clock
    ) -> SealReport:
        """Encrypt closed files to recipients; see `archive.seal`. Raises as it does, ArchiveBusyError while somebody writes."""
        with Writer(self._layout, clock, "import"):
            return seal(self._layout, recipients=recipients, key=key, names=names, clock=clock)

    def unseal(self, *, key: Path | None = None, names: Sequence[str] = (), clock: Clock) -> SealReport:
        """Write sealed files plain again; see `archive.seal`. Raises as it does, ArchiveBusyError while somebody writes."""
        with Writer(self._layout, clock, "import"):
            return unseal(self._layout, key=key, names=names, clock=clock)

    def sealed(self) -> list[str]:
        """Names of the closed files that are held sealed only."""
        return self._layout.sealed_names()

    def read(self, name: str, locations: Sequence[tuple[int, int]]) -> Iterator[Capture]:
        """The captures at these (offset, length), in this order. Raises ArchiveError at the first that is not whole."""
        with ExitStack() as opened:
            layout, plain = self._layout.holder(name)
            streams: dict[str, BinaryIO] = {}

            def stream(file: str) -> BinaryIO:
                if file not in streams:
                    try:
                        streams[file] = opened.enter_context(open_evidence(layout, file))
                    except FileNotFoundError:
                        raise ArchiveError(
                            f"{called(layout.machine, file)} is not in the archive; run 'courttally verify'"
                        ) from None
                return streams[file]

            for offset, length in locations:
                at = Place(plain, offset, length)
                try:
                    stored = decode_capture(record_at(stream(plain), at))
                    if stored.record_type == "tombstone":
                        raise RedactedError(f"{name}, byte {offset}: this capture was redacted; its page is gone")
                    capture = stored.capture
                    if stored.record_type == "revisit":
                        at = self._original(name, offset)
                        original = decode_capture(record_at(stream(at.file), at)).capture
                        if original.payload_digest != capture.payload_digest:
                            raise NotWholeError("this is not the original that a revisit refers to")
                        capture = replace(capture, payload=original.payload)
                except NotWholeError as problem:
                    where = f"{called(layout.machine, at.file)}, byte {at.offset}"
                    raise ArchiveError(f"{where}: {problem}; run 'courttally verify'") from None
                yield capture

    def get(self, capture_id: str) -> Capture:
        """One capture by its id. Raises KeyError with a plain message."""
        return next(self.get_many([capture_id]))

    def get_many(self, capture_ids: Sequence[str]) -> Iterator[Capture]:
        """Captures by id, in the order asked. Raises KeyError, before the first is read, where one is not held."""
        places = [self.locate(capture_id) for capture_id in capture_ids]
        for place in places:
            yield from self.read(place.file, [(place.offset, place.length)])

    def locate(self, capture_id: str) -> Place:
        """Where a capture lies. Raises KeyError with a plain message."""
        table = self._id_table()
        ids = table["capture_id"]
        found = bisect_left(range(len(ids)), capture_id, key=lambda number: ids[number].as_py())
        if found == len(ids) or ids[found].as_py() != capture_id:
            raise KeyError("the archive holds no capture with this id")
        row = table.slice(found, 1).to_pylist()[0]
        return Place(row["file"], row["offset"], row["length"])

    def count(self) -> int:
        """How many captures the closed files hold. One that several machines hold counts once, a redacted one not at all."""
        return sum(file.captures for file in self.files()) - sum(map(len, self.surplus().values()))

    def surplus(self) -> dict[str, frozenset[str]]:
        """Captures whose record does not count, by the name of its file: redacted, or held by another machine's file too."""
        layouts = [self._layout, *self._layout.machines()]
        state = (tuple(self._layout.held_names()), *(sum(1 for _ in redactions(each)) for each in layouts))
        if self._surplus is None or self._surplus[0] != state:
            needed = len(layouts) > 1 or any(state[1:])
            self._surplus = (state, find_surplus(self._layout) if needed else {})
        return self._surplus[1]

    def disk_usage(self) -> DiskUsage:
        """Bytes on disk, by what they are."""
        layouts = [self._layout, *self._layout.machines()]
        warc = sum(_folder_bytes(layout.warc) for layout in layouts)
        index = sum(_folder_bytes(layout.index) for layout in layouts)
        ledgers = sum(_folder_bytes(layout.root) for layout in layouts)
        return DiskUsage(warc, index, ledgers, warc + index + ledgers)

    def members(self, places: Sequence[Place]) -> Iterator[bytes]:
        """The compressed records at these places, byte for byte as they lie in their files. Raises ArchiveError."""
        for place in places:
            try:
                layout, plain = self._layout.holder(place.file)
                with open_evidence(layout, plain) as stream:
                    yield member_at(stream, place)
            except (FileNotFoundError, NotWholeError):
                raise ArchiveError(
                    f"{place.file}, byte {place.offset}: no whole record; run 'courttally verify'"
                ) from None

    def verify(self, progress: Progress | None = None) -> VerifyReport:
        """Prove every record, index and ledger. Writes nothing."""
        return verify(self._layout, progress)

    def export(
        self,
        target: Path,
        *,
        clock: Clock,
        since: datetime | None = None,
        label: str | None = None,
        progress: Progress | None = None,
    ) -> ExportReport:
        """Write a bundle of all closed files and ledgers for another machine; see `archive.exchange`."""
        return export_bundle(self._layout, target, clock, since, label, progress)

    def merge(self, source: Path, *, clock: Clock, progress: Progress | None = None) -> MergeReport:
        """Take in a bundle of another machine; see `archive.exchange`."""
        return merge_bundle(self._layout, source, clock, progress)

    def machines(self) -> list[Machine]:
        """The machines whose evidence lies here: this one, then those merged into it."""
        own = read_machine(self._layout) or Machine("")
        return [own] + [read_machine(each) or Machine(each.machine) for each in self._layout.machines()]

    def _original(self, name: str, offset: int) -> Place:
        if name not in self._revisits:
            table = self.index(name)
            table = table.filter(pc.equal(table["record_type"], "revisit"))
            self._revisits[name] = {
                row["offset"]: Place(row["payload_file"], row["payload_offset"], row["payload_length"])
                for row in table.select(["offset", "payload_file", "payload_offset", "payload_length"]).to_pylist()
            }
        if offset not in self._revisits[name]:
            raise NotWholeError("the index does not know this revisit")
        return self._revisits[name][offset]

    def _id_table(self) -> pa.Table:
        """Ids and places of all captures, sorted by id; made again when a file was closed since."""
        names = tuple(self._layout.held_names())
        if self._ids is None or self._ids[0] != names:
            schema = pa.schema([("capture_id", pa.string()), ("offset", pa.int64()), ("length", pa.int64())])
            tables = [schema.append(pa.field("file", pa.string())).empty_table()]
            surplus = self.surplus()
            for name in names:
                layout, plain = self._layout.holder(name)
                try:
                    table = read_index(layout.index_of(plain), schema.names)
                except (OSError, pa.ArrowInvalid):
                    raise _index_error(name) from None
                table = table.select(schema.names).cast(schema)
                if name in surplus:
                    table = table.filter(pc.invert(pc.is_in(table["capture_id"], pa.array(sorted(surplus[name])))))
                tables.append(table.append_column("file", pa.array([name] * len(table), pa.string())))
            self._ids = (names, pa.concat_tables(tables).sort_by("capture_id").combine_chunks())
        return self._ids[1]


def _folder_bytes(folder: Path) -> int:
    """Bytes of the files directly in a folder."""
    if not folder.is_dir():
        return 0
    return sum(path.stat().st_size for path in folder.iterdir() if path.is_file())


def _index_error(name: str) -> ArchiveError:
    return ArchiveError(f"the index of {name} is missing or damaged; delete it if it is there, then run an import")
