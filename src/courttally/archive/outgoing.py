"""Writing a bundle of an archive, for another machine.

Invariants: only closed files leave, byte for byte, each proved against its seal while it is copied; of the ledgers as many
lines as those files account for, so that a bundle never speaks of a file that nobody can have. Nothing here is changed.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path

from courttally.archive.bundle import (
    LEDGERS,
    BundleOut,
    FilePart,
    LedgerPart,
    MachinePart,
    index_name,
    ledger_name,
    new_bundle,
    warc_name,
)
from courttally.archive.capture import ArchiveError, Clock, Progress, parse_time, utc
from courttally.archive.files import seals
from courttally.archive.layout import Layout, called
from courttally.archive.ledger import FIRST, read_ledger
from courttally.archive.machines import Machine, own_machine, read_machine
from courttally.archive.opened import open_evidence


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What was written: machines, evidence files, captures in them, bytes; and how many files of this machine are not closed, and so were left out."""

    machines: int
    files: int
    captures: int
    bytes: int
    unfinished: int


def export_bundle(
    layout: Layout, target: Path, clock: Clock, since: datetime | None, label: str | None, progress: Progress | None
) -> ExportReport:
    """Write all closed files, their indexes and the ledgers, of this machine and of those merged into it.

    `label`: a word for people by which this machine goes from now on. With `since`: only ledger lines from the first of that time on, and the files sealed in them. What is being written
    stays out until it is closed. Raises ArchiveError for a ledger or file that does not prove itself.
    """
    own = own_machine(layout, label)
    parts: list[MachinePart] = []
    done = captures = 0
    sources = [(own, layout)] + [(read_machine(each) or Machine(each.machine), each) for each in layout.machines()]
    chosen = [(machine, held, *_chosen(held, since)) for machine, held in sources]
    total = sum(held.on_disk(name).stat().st_size for _, held, _, names in chosen for name in names)
    with new_bundle(target, clock(), parts) as out:
        for machine, held, lines, names in chosen:
            known = seals(held)
            files = []
            for name in names:
                file, size = _export_file(out, machine.machine, held, name, known[name])
                files.append(file)
                captures += int(str(known[name]["captures"]))
                done += size
                if progress is not None:
                    progress(done, total)
            imports, coverage = (
                _export_lines(out, machine.machine, ledger, lines[ledger], since) for ledger in LEDGERS
            )
            parts.append(MachinePart(machine, imports, coverage, tuple(files)))
    return ExportReport(len(parts), sum(len(part.files) for part in parts), captures, done, len(layout.open_names()))


def _chosen(layout: Layout, since: datetime | None) -> tuple[dict[str, list[bytes]], list[str]]:
    """The whole lines of both ledgers, and the files to export. A seal whose file is not closed yet ends the lines."""
    lines: dict[str, list[bytes]] = {}
    closed = set(layout.closed_names())
    sealed: list[str] = []
    for ledger in LEDGERS:
        path = layout.imports if ledger == "imports" else layout.coverage
        state = read_ledger(path)
        if state.broken is not None:
            raise ArchiveError(f"{path.name}, line {state.broken[0]}: {state.broken[1]}; run 'courttally verify'")
        lines[ledger] = whole_lines(path)[: len(state.entries)]
        if ledger == "imports":
            first = _first_line(list(state.entries), since)
            for number, entry in enumerate(state.entries):
                if entry.get("event") != "sealed":
                    continue
                if str(entry["file"]) not in closed:
                    del lines[ledger][number:]
                    break
                if number >= first:
                    sealed.append(str(entry["file"]))
    return lines, sorted(set(sealed))


def _first_line(entries: list[dict[str, object]], since: datetime | None) -> int:
    if since is None:
        return 0
    start = utc(since)
    return next((n for n, entry in enumerate(entries) if parse_time(str(entry["at"])) >= start), len(entries))


def _export_file(
    out: BundleOut, machine: str, layout: Layout, name: str, seal: dict[str, object]
) -> tuple[FilePart, int]:
    with open_evidence(layout, name) as stream:
        warc = out.add(warc_name(machine, name), stream, int(str(seal["bytes"])))
        if stream.read(1) or warc.sha256 != seal["sha256"]:
            raise ArchiveError(
                f"{called(layout.machine, name)} is not the file that was sealed; run 'courttally verify'"
            )
    path = layout.index_of(name)
    with path.open("rb") as stream:
        index = out.add(index_name(machine, name), stream, path.stat().st_size)
    return FilePart(name, warc, index), warc.bytes


def _export_lines(out: BundleOut, machine: str, ledger: str, lines: list[bytes], since: datetime | None) -> LedgerPart:
    first = _first_line([json.loads(line) for line in lines], since)
    data = b"".join(line + b"\n" for line in lines[first:])
    piece = out.add(ledger_name(machine, ledger), BytesIO(data), len(data))
    return LedgerPart(piece, first, hashlib.sha256(lines[first - 1]).hexdigest() if first else FIRST)


def whole_lines(path: Path) -> list[bytes]:
    """The lines of a ledger that have their line end, without it."""
    return path.read_bytes().split(b"\n")[:-1] if path.exists() else []
