"""Collect on one machine, build on another: bundles (written by `outgoing`) are merged into an archive.

Invariants
- Evidence travels byte for byte, and its machine's ledgers with it: their chains are kept apart from our own
  (`archive/from/MACHINE/`), never spliced into them. Our own files are not touched by a merge.
- Everything is proved before anything is accepted: digests of the manifest, chains and seals of the ledgers, every record
  and index row of every new file. A merge under way lies in `MACHINE.incoming`; broken off, the next merge of the same
  bundle goes on from there. Until a file is accepted no reader sees it.
- A ledger only grows, and what does not continue it is a conflict, which is named and leaves everything as it was. No file
  is replaced but by the one in which its own machine redacted captures, as its ledger says. Merging again adds nothing.
"""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from courttally.archive.bundle import (
    BundleIn,
    FilePart,
    LedgerPart,
    MachinePart,
    Piece,
    index_name,
    ledger_name,
    open_bundle,
    take_out,
    warc_name,
)
from courttally.archive.capture import ArchiveError, Clock, Progress
from courttally.archive.coverage import COLUMNS, check_entry
from courttally.archive.files import file_digest, seals
from courttally.archive.layout import Layout, called, sync_folder
from courttally.archive.ledger import FIRST, append_ledger, read_ledger
from courttally.archive.machines import Machine, keep_machine, own_machine, redacted_elsewhere
from courttally.archive.outgoing import whole_lines
from courttally.archive.safely import write_whole
from courttally.archive.verify import verify_files


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge added of one machine. `held` files were here already; `own` is this very archive's, never taken in."""

    machine: str
    label: str
    files: int
    captures: int
    ledger_lines: int
    held: int
    own: bool = False
    replaced: tuple[str, ...] = ()
    """Files (as they are called here) that took the place of their earlier selves, because their machine redacted captures."""


@dataclass(frozen=True, slots=True)
class MergeReport:
    """What a merge did, machine by machine, and the conflicts: one sentence each, the machine named, nothing of it taken.

    `to_redact`: captures of our own files whose payload another machine redacted; a person redacts them here too.
    """

    merged: tuple[Merged, ...]
    conflicts: tuple[str, ...]
    to_redact: tuple[str, ...] = ()


class ConflictError(ArchiveError):
    """What a bundle says of a machine cannot stand beside what is held of it."""


@dataclass(frozen=True)
class _Incoming(Layout):
    """What is being merged of a machine, in front of what is held of it."""

    @property
    def root(self) -> Path:
        return self.home / "archive" / "from" / f"{self.machine}.incoming"

    def evidence(self, name: str) -> Path:
        staged = super().evidence(name)
        return staged if staged.exists() else Layout(self.home, self.machine).evidence(name)

    def index_of(self, name: str) -> Path:
        staged = self.index / Layout(self.home).index_of(name).name
        return staged if staged.exists() else Layout(self.home, self.machine).index_of(name)


def merge_bundle(layout: Layout, source: Path, clock: Clock, progress: Progress | None) -> MergeReport:
    """Take in a bundle. Raises ArchiveError for a damaged bundle, OSError where the disk refuses; conflicts are reported."""
    merged: list[Merged] = []
    conflicts: list[str] = []
    with open_bundle(source) as bundle, _merging(layout):
        parts = bundle.machines()
        own = own_machine(layout)
        for part in parts:
            machine = part.machine.machine
            try:
                if machine == own.machine:
                    merged.append(_own(layout, bundle, part))
                    continue
                done = _merge_machine(layout, bundle, part, progress)
            except ConflictError as conflict:
                conflicts.append(f"{machine}: {conflict}")
                continue
            merged.append(done)
            if done.files or done.ledger_lines:
                entry = {
                    "event": "merged",
                    "machine": machine,
                    "files": done.files,
                    "captures": done.captures,
                    "ledger_lines": done.ledger_lines,
                }
                append_ledger(layout.imports, entry, clock)
    return MergeReport(tuple(merged), tuple(conflicts), tuple(redacted_elsewhere(layout)))


@contextmanager
def _merging(layout: Layout) -> Iterator[None]:
    """Hold the lock of merging. Writing to this archive may go on meanwhile: a merge touches none of its files."""
    folder = layout.root / "from"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = os.open(folder / "merge.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ArchiveError("another merge into this archive is under way; wait until it is done") from None
        yield
    finally:
        os.close(lock)


def _own(layout: Layout, bundle: BundleIn, part: MachinePart) -> Merged:
    """Our own files come back: nothing to take, but they must be ours."""
    for ledger, path in (("imports", layout.imports), ("coverage", layout.coverage)):
        held = whole_lines(path)
        lines = _lines(bundle, part, ledger)
        if len(_joined(held, _of(part, ledger), lines)) > len(held):
            raise ConflictError(
                "the bundle knows more of this very archive than it does itself: it is a copy or was brought back from an "
                "older backup. Delete archive/machine.json here, so that it gets a name of its own, and merge again"
            )
    return Merged(part.machine.machine, part.machine.label, 0, 0, 0, len(part.files), own=True)


def _merge_machine(layout: Layout, bundle: BundleIn, part: MachinePart, progress: Progress | None) -> Merged:
    held = Layout(layout.home, part.machine.machine)
    incoming = _Incoming(layout.home, part.machine.machine)
    joined: dict[str, list[bytes]] = {}
    new_lines = 0
    for ledger, path in (("imports", held.imports), ("coverage", held.coverage)):
        before = whole_lines(path)
        joined[ledger] = _joined(before, _of(part, ledger), _lines(bundle, part, ledger))
        new_lines += len(joined[ledger]) - len(before)
    if not new_lines and not incoming.root.exists() and {f.name for f in part.files} <= set(held.closed_names()):
        return Merged(part.machine.machine, part.machine.label, 0, 0, 0, len(part.files))
    incoming.make()
    for ledger, path in (("imports", incoming.imports), ("coverage", incoming.coverage)):
        write_whole(path, b"".join(line + b"\n" for line in joined[ledger]))
    new: list[FilePart] = []
    try:
        _check_ledgers(incoming)
        new = _wanted(held, incoming, part)
        _stage(bundle, part.machine.machine, incoming, new, progress)
        names = [file.name for file in new]
        problems = verify_files(incoming, names, sorted(set(held.closed_names()) - set(names)))
        if problems:
            many = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
            raise ConflictError(f"{problems[0]}{many}; export it again where it was collected")
    except ConflictError:
        _discard(incoming, part.files)
        raise
    sealed = seals(incoming)
    captures = sum(int(str(sealed[file.name]["captures"])) for file in new)
    replaced = tuple(called(held.machine, name) for name in names if name in held.closed_names())
    _accept(held, incoming, part.machine, new)
    machine = part.machine
    return Merged(
        machine.machine, machine.label, len(new), captures, new_lines, len(part.files) - len(new), replaced=replaced
    )


def _wanted(held: Layout, incoming: _Incoming, part: MachinePart) -> list[FilePart]:
    """The files to take: those not held, and those whose machine redacted them since. Raises ConflictError."""
    before, sealed, ever = seals(held), seals(incoming), set()
    for entry in read_ledger(incoming.imports).entries:
        if entry.get("event") == "sealed":
            ever.add((entry.get("file"), entry.get("sha256"), entry.get("bytes")))
    here = {name for name in held.closed_names() if not (incoming.warc / name).exists()}
    wanted = []
    for file in part.files:
        if (file.name, file.warc.sha256, file.warc.bytes) not in ever:
            raise ConflictError(f"{file.name} is not the file that its ledger sealed")
        seal = sealed[file.name]
        if type(seal.get("captures")) is not int:
            raise ConflictError(f"the seal of {file.name} does not say how many captures it holds")
        latest = seal["sha256"] == file.warc.sha256  # else it was redacted later: an old bundle must not bring it back
        if latest and not (file.name in here and before.get(file.name, {}).get("sha256") == file.warc.sha256):
            wanted.append(file)
    return wanted


def _discard(incoming: _Incoming, files: tuple[FilePart, ...]) -> None:
    """Leave nothing behind of what was refused; files of another merge that was interrupted stay."""
    for file in files:
        (incoming.warc / file.name).unlink(missing_ok=True)
    if not incoming.closed_names():
        shutil.rmtree(incoming.root)


def _of(part: MachinePart, ledger: str) -> LedgerPart:
    return part.imports if ledger == "imports" else part.coverage


def _lines(bundle: BundleIn, part: MachinePart, ledger: str) -> list[bytes]:
    name = ledger_name(part.machine.machine, ledger)
    piece = _of(part, ledger).piece
    with bundle.open(name) as stream:
        data = stream.read(piece.bytes + 1)
    if Piece(hashlib.sha256(data).hexdigest(), len(data)) != piece or (data and not data.endswith(b"\n")):
        raise ArchiveError(f"{name} of the bundle is damaged; copy the bundle again, or export it again")
    return data.split(b"\n")[:-1]


def _joined(held: list[bytes], part: LedgerPart, lines: list[bytes]) -> list[bytes]:
    """The ledger with the bundle's lines behind those held. Raises ConflictError where one does not continue the other."""
    if part.from_line > len(held):
        raise ConflictError(
            "the bundle begins behind what is held here; merge the bundle before it first, or export again with an earlier --since"
        )
    prev = hashlib.sha256(held[part.from_line - 1]).hexdigest() if part.from_line else FIRST
    overlap = held[part.from_line : part.from_line + len(lines)]
    if prev != part.prev or overlap != lines[: len(overlap)]:
        raise ConflictError(
            "its ledger does not continue the one held here: two archives go by one name, or a ledger was changed. Delete "
            "archive/machine.json in the one that is a copy, so that it gets a name of its own, and export it again"
        )
    return held + lines[len(overlap) :]


def _check_ledgers(incoming: Layout) -> None:
    for path in (incoming.imports, incoming.coverage):
        state = read_ledger(path)
        if state.broken is not None:
            raise ConflictError(f"{path.name}, line {state.broken[0]}: {state.broken[1]}")
        for number, entry in enumerate(state.entries, start=1):
            if path == incoming.coverage and entry.get("event") == "asked":
                try:
                    check_entry({column: entry.get(column, "") for column in COLUMNS})
                except ValueError as problem:
                    raise ConflictError(f"coverage.jsonl, line {number}: {problem}") from None


def _stage(bundle: BundleIn, machine: str, incoming: _Incoming, new: list[FilePart], progress: Progress | None) -> None:
    """Bring the new files beside what is held, each whole and proved against the manifest; what is there already stays."""
    done, total = 0, sum(file.warc.bytes for file in new)
    for file in new:
        evidence = incoming.warc / file.name
        index = incoming.index / Layout(incoming.home).index_of(file.name).name
        for name, piece, path in (
            (warc_name(machine, file.name), file.warc, evidence),
            (index_name(machine, file.name), file.index, index),
        ):
            if path.exists() and Piece(file_digest(path), path.stat().st_size) == piece:
                continue  # a merge before was broken off behind it
            path.unlink(missing_ok=True)
            draft = path.with_name(path.name + ".draft")
            draft.unlink(missing_ok=True)
            take_out(bundle, name, piece, draft)
            draft.rename(path)
        done += file.warc.bytes
        if progress is not None:
            progress(done, total)
    sync_folder(incoming.warc)
    sync_folder(incoming.index)


def _accept(held: Layout, incoming: _Incoming, machine: Machine, new: list[FilePart]) -> None:
    """Put what was proved in its place: indexes, ledgers, then the evidence that readers go by. Each step may be repeated."""
    held.make()
    keep_machine(held, machine)
    for file in new:
        staged = incoming.index / held.index_of(file.name).name
        staged.rename(held.index_of(file.name))
    sync_folder(held.index)
    write_whole(held.imports, incoming.imports.read_bytes())
    write_whole(held.coverage, incoming.coverage.read_bytes())
    for file in new:
        staged = incoming.warc / file.name
        staged.chmod(0o400)
        staged.rename(held.evidence(file.name))
    sync_folder(held.warc)
    _discard(incoming, ())
    sync_folder(held.root.parent)
