"""Proof that the archive is what was written: every record re-read, every digest recomputed.

Checked: the seal (SHA-256) of every file, the walk over its records without gap, block and payload digests and capture
ids, every index row against its record and every record against the index, the originals of revisits, and the chains
of both ledgers.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pyarrow as pa

from courttally.archive.files import file_digest, seals, walk
from courttally.archive.index import SCHEMA, Place, read_index
from courttally.archive.known import Known
from courttally.archive.layout import Layout
from courttally.archive.ledger import read_ledger
from courttally.archive.record import check_capture
from courttally.archive.warc import Damage

Progress = Callable[[int, int], None]
_BACKUP = "bring the file back from a backup"
_REINDEX = "delete the index file; the next import makes it again"


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
    """What was proved, and what could not be."""

    files: int
    captures: int
    ledger_lines: int
    problems: tuple[Problem, ...]

    @property
    def intact(self) -> bool:
        return not self.problems


def verify(layout: Layout, progress: Progress | None = None) -> VerifyReport:
    """Prove the whole archive. Reads everything, writes nothing."""
    problems: list[Problem] = []
    lines = 0
    for path in (layout.imports, layout.coverage):
        state = read_ledger(path)
        lines += len(state.entries)
        if state.broken is not None:
            number, what = state.broken
            problems.append(Problem(path.name, None, f"line {number}: {what}", "bring the ledger back from a backup"))
        if state.torn:
            what = f"a crash tore its last line ({state.torn} bytes)"
            problems.append(Problem(path.name, None, what, "the next writer sets the torn bytes aside"))
    names = layout.closed_names()
    sealed = seals(layout)
    for name in sorted(sealed.keys() - set(names) - set(layout.open_names())):
        problems.append(Problem(name, None, "the ledger has its seal, the file is gone", _BACKUP))
    for name in layout.open_names():
        what = "the file is unfinished: somebody is writing it, or a crash left it"
        problems.append(Problem(name + ".open", None, what, "the next writer mends what a crash left"))
    stems = {path.stem for path in layout.index.glob("*.parquet")} if layout.index.is_dir() else set()
    for stem in sorted(stems - {name.partition(".")[0] for name in [*names, *layout.open_names()]}):
        problems.append(Problem(f"{stem}.parquet", None, "an index without its file", _BACKUP))
    sizes = [layout.evidence(name).stat().st_size for name in names]
    captures, done = 0, 0
    known = Known()
    for name, size in zip(names, sizes, strict=True):
        captures += _verify_file(layout, name, sealed.get(name), known, problems)
        done += size
        if progress is not None:
            progress(done, sum(sizes))
    return VerifyReport(len(names), captures, lines, tuple(problems))


def _verify_file(
    layout: Layout, name: str, seal: dict[str, object] | None, known: Known, problems: list[Problem]
) -> int:
    path = layout.evidence(name)
    if seal is None:
        problems.append(Problem(name, None, "the ledger has no seal of this file", "find out who put it there"))
    elif seal["sha256"] != file_digest(path):
        problems.append(Problem(name, None, "the file is not the one that was sealed", _BACKUP))
    rows = _index_rows(layout, name, problems)
    count, end = 0, 0
    for found in walk(layout, name, path, known):
        if isinstance(found, Damage):
            problems.append(Problem(name, found.offset, found.what, _BACKUP))
            continue
        if found.record.offset != end:
            problems.append(Problem(name, end, "bytes that are no record", _BACKUP))
        end = found.record.offset + (found.record.length or 0)
        if found.stored is None or found.row is None:
            continue
        count += 1
        problems += [
            Problem(name, found.record.offset, what, _BACKUP) for what in check_capture(found.record, found.stored)
        ]
        known.add_capture(found.stored.capture.capture_id)
        if found.stored.record_type != "revisit":
            at = Place(name, found.record.offset, found.record.length or 0)
            known.add_payload(found.stored.capture.payload_digest, at)
        if rows is None:
            continue
        row = rows.pop(found.record.offset, None)
        if row is None:
            problems.append(Problem(name, found.record.offset, "the index has no row for this record", _REINDEX))
        elif row != found.row:
            wrong = ", ".join(column for column in SCHEMA.names if row[column] != found.row[column])
            problems.append(Problem(name, found.record.offset, f"the index differs from the record: {wrong}", _REINDEX))
    for offset in sorted(rows or ()):
        problems.append(Problem(name, offset, "the index has a row, the file has no whole record there", _BACKUP))
    return count


def _index_rows(layout: Layout, name: str, problems: list[Problem]) -> dict[int, dict[str, object]] | None:
    path = layout.index_of(name)
    try:
        table = read_index(path)
    except FileNotFoundError:
        problems.append(Problem(path.name, None, "the index is missing", "the next import makes it again"))
        return None
    except (OSError, pa.ArrowInvalid):
        problems.append(Problem(path.name, None, "the index cannot be read", _REINDEX))
        return None
    if table.schema.remove_metadata() != SCHEMA:
        problems.append(Problem(path.name, None, "the index has other columns than this version writes", _REINDEX))
        return None
    return {int(row["offset"]): row for row in table.to_pylist()}
