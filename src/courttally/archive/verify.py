"""Proof that the archive is what was written: every record re-read, every digest recomputed.

Checked: the seal (SHA-256) of every file, the walk over its records without gap, block and payload digests and capture
ids, every index row against its record and every record against the index, the originals of revisits, no capture
stored twice, every tombstone against the ledger, and the chains of every ledger of the home. Reads everything, writes
nothing.
"""

import fcntl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from courttally.archive.capture import Progress
from courttally.archive.files import Walked, seals, stream_digest, walk
from courttally.archive.index import SCHEMA, Place, read_index
from courttally.archive.known import Known
from courttally.archive.layout import CLOSED, Layout, called
from courttally.archive.ledger import read_ledger
from courttally.archive.opened import SealedError, key_file, open_evidence
from courttally.archive.record import Stored, check_capture
from courttally.archive.redact import redactions
from courttally.archive.seal import check_sealed
from courttally.archive.warc import Damage

_BACKUP = "bring the file back from a backup"
_LEDGER = "bring the ledger back from a backup"
_REINDEX = "delete the index file; the next import makes it again"
_MENDS = "the next import or collection mends what a crash left"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong: in which file, at which byte (None: the whole file), what, and the way out."""

    file: str
    offset: int | None
    what: str
    way_out: str

    def __str__(self) -> str:
        place = self.file if self.offset is None else f"{self.file}, byte {self.offset}"
        return f"{place}: {self.what}; {self.way_out}"


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What was proved, and what could not be. `being_written` names files that a writer has open now: not checked.

    `redacted`: captures whose payload was taken out, by the ledger's word. `sealed`: files whose key is not here; they
    are proved as wholes, their records (not among `captures`) are not.
    """

    files: int
    captures: int
    ledger_lines: int
    problems: tuple[Problem, ...]
    being_written: tuple[str, ...]
    redacted: int = 0
    sealed: tuple[str, ...] = ()

    @property
    def intact(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


def verify(layout: Layout, progress: Progress | None = None) -> VerifyReport:
    """Prove the whole archive, and what was merged into it from other machines."""
    held = [layout, *layout.machines()]
    sizes = [sum(each.on_disk(name).stat().st_size for name in each.closed_names()) for each in held]
    reports: list[VerifyReport] = []
    for number, each in enumerate(held):
        before = sum(sizes[:number])

        def told(done: int, _: int, before: int = before) -> None:
            if progress is not None:
                progress(before + done, sum(sizes))

        reports.append(_Verification(each).run(told))
    return VerifyReport(
        sum(report.files for report in reports),
        sum(report.captures for report in reports),
        sum(report.ledger_lines for report in reports),
        tuple(problem for report in reports for problem in report.problems) + _interrupted(layout),
        reports[0].being_written,
        sum(report.redacted for report in reports),
        tuple(name for report in reports for name in report.sealed),
    )


def verify_files(layout: Layout, names: list[str], held: list[str]) -> list[Problem]:
    """Prove some files that are not accepted yet: `layout` finds them and the `held` ones that they may refer to."""
    work = _Verification(layout)
    work._sealed = seals(layout)
    for name in held:
        work._known.load(layout, name)
    for name in sorted(names):
        work._file(name, lambda done: None)
    return work._problems


def _interrupted(layout: Layout) -> tuple[Problem, ...]:
    """Merges that were broken off: what they brought is not seen by anybody until they are finished."""
    folder = layout.root / "from"
    left = sorted(folder.glob("*.incoming")) if folder.is_dir() and not _is_locked(folder / "merge.lock") else []
    way_out = "merge the same bundle again; if it is lost, delete this folder in archive/from"
    return tuple(Problem(path.name, None, "a merge was interrupted", way_out) for path in left)


def _is_locked(path: Path) -> bool:
    """Whether somebody holds a lock now: a writer, or a merge."""
    try:
        with path.open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


class _Verification:
    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._problems: list[Problem] = []
        self._known = Known()
        self._sealed: dict[str, dict[str, object]] = {}
        self._seals_proved = True
        self._redacted = {name for made in redactions(layout) for names in made.captures.values() for name in names}
        self._tombstones = 0
        self._unread: list[str] = []

    def run(self, progress: Progress | None) -> VerifyReport:
        layout = self._layout
        names = layout.closed_names()
        # After the names: a seal is written before its file is closed, so each of these has it, though a writer is at work.
        self._sealed = seals(layout)
        writing = layout.open_names() if _is_locked(layout.lock) else []
        lines = self._ledgers()
        self._leftovers(names)
        sizes = [layout.on_disk(name).stat().st_size for name in names]
        captures, done = 0, 0

        def told(within: int) -> None:
            if progress is not None:
                progress(done + within, sum(sizes))

        for name, size in zip(names, sizes, strict=True):
            try:
                captures += self._file(name, told)
            except OSError as problem:
                self._add(name, None, f"the file cannot be read ({problem.strerror})", "look at its mode and the disk")
            done += size
            told(0)
        for name in () if writing or _is_locked(layout.lock) else layout.open_names():
            self._unfinished(name)
        return VerifyReport(
            len(names), captures, lines, tuple(self._problems), tuple(writing), self._tombstones, tuple(self._unread)
        )

    def _add(self, file: str, offset: int | None, what: str, way_out: str) -> None:
        self._problems.append(Problem(called(self._layout.machine, file), offset, what, way_out))

    def _ledgers(self) -> int:
        lines = 0
        # What stands in the home itself is all ledgers: decisions, figures issued, packages handed out.
        others = [] if self._layout.machine else sorted(self._layout.home.glob("*.jsonl"))
        for path in (self._layout.imports, self._layout.coverage, *others):
            state = read_ledger(path)
            lines += len(state.entries)
            if state.broken is not None:
                number, what = state.broken
                self._add(path.name, None, f"line {number}: {what}", _LEDGER)
                self._seals_proved = self._seals_proved and path != self._layout.imports
            if state.torn:
                self._add(path.name, None, f"a crash tore its last line ({state.torn} bytes)", _MENDS)
        return lines

    def _leftovers(self, names: list[str]) -> None:
        """Files without their fellows: seals and indexes."""
        for name in sorted(self._sealed.keys() - set(names)):
            if not self._there(name):
                self._add(name, None, "the ledger has its seal, the file is gone", _BACKUP)
        known = {name.partition(".")[0] for name in names}
        for path in sorted(self._layout.index.glob("*.parquet")) if self._layout.index.is_dir() else []:
            if path.stem not in known and not self._there(path.stem + CLOSED):
                self._add(path.name, None, "an index without its file", _BACKUP)

    def _there(self, name: str) -> bool:
        """Whether a file is there, closed or being written: looked up anew, since a writer at work closes files meanwhile."""
        return any(name in held for held in (self._layout.open_names(), self._layout.closed_names()))

    def _unfinished(self, name: str) -> None:
        """Name what a crash left of a file that was being written: whole captures, and the record that it tore."""
        path = self._layout.warc / (name + ".open")
        whole, end, torn = 0, 0, False
        for found in walk(self._layout, name, path, self._known):
            if isinstance(found, Damage):
                torn = True
                break
            whole += found.row is not None
            end = found.record.offset + (found.record.length or 0)
        left = path.stat().st_size - end
        if not torn and not left:
            self._add(path.name, None, "a crash left the file unfinished", _MENDS)
            return
        before = f"{whole} capture{'' if whole == 1 else 's'} before it {'is' if whole == 1 else 'are'} whole"
        self._add(path.name, end, f"a crash tore the record that begins here ({left:,} bytes); {before}", _MENDS)

    def _file(self, name: str, told: Callable[[int], None]) -> int:
        path = self._layout.on_disk(name)
        if self._layout.sealed(name).exists():
            for what, way_out in check_sealed(self._layout, name):
                self._add(name, None, what, way_out)
            if path != self._layout.evidence(name) and not self._opens(name):
                self._unread.append(name)
                self._known.load(self._layout, name)
                return 0
        seal = self._sealed.get(name)
        with open_evidence(self._layout, name) as stream:
            found_digest, size = stream_digest(stream)
        if seal is not None and seal["sha256"] != found_digest:
            self._add(name, None, "the file is not the one that was sealed", _BACKUP)
        if seal is None and self._seals_proved:
            self._add(name, None, "the ledger has no seal of this file", "find out who put it there")
        rows = self._index_rows(name)
        count, end = 0, 0
        for found in walk(self._layout, name, path, self._known):
            if isinstance(found, Damage):
                self._add(name, found.offset, found.what, _BACKUP)
                continue
            if found.record.offset != end:
                self._add(name, end, "bytes that are no record", _BACKUP)
            end = found.record.offset + (found.record.length or 0)
            told(end)
            count += self._capture(name, found, rows)
        if end != size:
            self._add(name, end, "bytes that are no record", _BACKUP)
        for offset in sorted(rows or ()):
            self._add(name, offset, "the index has a row, the file has no whole record there", _BACKUP)
        return count

    def _opens(self, name: str) -> bool:
        """Whether a sealed file can be read here. A key that is there and does not fit is a problem, none is not."""
        try:
            if key_file(self._layout.home) is None:
                return False
            open_evidence(self._layout, name).close()
        except SealedError as problem:
            self._add(name, None, str(problem), "use the key that it was sealed for")
            return False
        return True

    def _capture(self, name: str, found: Walked, rows: dict[int, dict[str, object]] | None) -> int:
        """Prove one record; 1 where it is a capture."""
        if found.stored is None or found.row is None:
            return 0
        offset, capture = found.record.offset, found.stored.capture
        self._redaction(name, found.stored, offset)
        for what in check_capture(found.record, found.stored):
            self._add(name, offset, what, _BACKUP)
        if self._known.has(capture.capture_id):
            self._add(name, offset, "the same capture is stored twice", "report it: a writer should never do that")
        self._known.add_capture(capture.capture_id)
        if found.stored.record_type not in ("revisit", "tombstone"):
            self._known.add_payload(capture.payload_digest, Place(name, offset, found.record.length or 0))
        if rows is None:
            return 1
        row = rows.pop(offset, None)
        if row is None:
            self._add(name, offset, "the index has no row for this record", _REINDEX)
        elif row != found.row:
            wrong = ", ".join(column for column in SCHEMA.names if row[column] != found.row[column])
            self._add(name, offset, f"the index differs from the record: {wrong}", _REINDEX)
        return 1

    def _redaction(self, name: str, stored: Stored, offset: int) -> None:
        """Hold a record against the redactions of the ledger."""
        owed = stored.capture.capture_id in self._redacted
        if stored.record_type == "tombstone":
            self._tombstones += 1
            if not owed and self._seals_proved:
                self._add(name, offset, "a tombstone of which the ledger knows nothing", "find out who put it there")
        elif owed:
            self._add(name, offset, "the ledger says that this capture was redacted; it is still here", _MENDS)

    def _index_rows(self, name: str) -> dict[int, dict[str, object]] | None:
        path = self._layout.index_of(name)
        try:
            table = read_index(path)
        except FileNotFoundError:
            self._add(path.name, None, "the index is missing", "the next import makes it again")
            return None
        except (OSError, pa.ArrowInvalid):
            self._add(path.name, None, "the index cannot be read", _REINDEX)
            return None
        if table.schema.remove_metadata() != SCHEMA:
            self._add(path.name, None, "the index has other columns than this version writes", _REINDEX)
            return None
        return {int(row["offset"]): row for row in table.to_pylist()}
