"""Where the archive keeps its files inside a home, and how they are named and guarded.

    archive/warc/00000001-import.warc.gz       evidence, closed, written once
    archive/warc/00000002-collect.warc.gz.open evidence, being written (or left by a crash)
    archive/warc/NAME.torn                     what a crash tore, kept
    archive/warc/NAME.age                      a closed file that was sealed: encrypted to a recipient, the plain one gone
    archive/warc/*.draft                       half a copy of what is still whole elsewhere
    archive/index/00000001-import.parquet      one row a capture; can always be rebuilt from the evidence
    archive/imports.jsonl, archive/coverage.jsonl   ledgers
    archive/writer.lock                        held while somebody writes
    archive/machine.json                       the name of this archive among others, once it needs one
    archive/from/MACHINE/                      what was merged from another archive: the same files, bytes unchanged
    archive/from/MACHINE.incoming/             a merge that is under way, or was interrupted
    archive/from/merge.lock                    held while somebody merges

Names are a running number and the origin: they hold nothing private. A file of another archive is called by that
machine and its own name: `m-0123456789ab-00000001-collect.warc.gz`. Folders are 0700, files 0600, closed evidence
0400.
Everything below `archive/` is private: evidence, index (URLs as given) and ledgers.
"""

import os
import re
from dataclasses import dataclass
from pathlib import Path

CLOSED = ".warc.gz"
OPEN = ".warc.gz.open"
SEALED = ".age"
_NAME = re.compile(r"(\d{8})-(import|collect)\.warc\.gz")
_FOREIGN = re.compile(r"(m-[0-9a-f]{12})-(\d{8}-(?:import|collect)\.warc\.gz)")
_MACHINE = re.compile(r"m-[0-9a-f]{12}")


@dataclass(frozen=True)
class Layout:
    """The paths of one home; with `machine`, of what was merged into it from that archive."""

    home: Path
    machine: str = ""

    @property
    def root(self) -> Path:
        own = self.home / "archive"
        return own / "from" / self.machine if self.machine else own

    @property
    def warc(self) -> Path:
        return self.root / "warc"

    @property
    def index(self) -> Path:
        return self.root / "index"

    @property
    def imports(self) -> Path:
        return self.root / "imports.jsonl"

    @property
    def coverage(self) -> Path:
        return self.root / "coverage.jsonl"

    @property
    def lock(self) -> Path:
        return self.root / "writer.lock"

    def evidence(self, name: str) -> Path:
        """Path of a closed file. Raises ValueError for a name that is none of ours."""
        if not _NAME.fullmatch(name):
            raise ValueError("an archive file is named like 00000001-import.warc.gz")
        return self.warc / name

    def sealed(self, name: str) -> Path:
        """Path of a closed file when it is sealed. Raises ValueError as `evidence`."""
        return self.warc / (self.evidence(name).name + SEALED)

    def on_disk(self, name: str) -> Path:
        """Path of a closed file as it lies there: plain, or sealed."""
        plain = self.evidence(name)
        return plain if plain.exists() or not self.sealed(name).exists() else self.sealed(name)

    def sealed_names(self) -> list[str]:
        """Names of the closed files that are held sealed only, sorted."""
        return [name for name in self.closed_names() if not self.evidence(name).exists()]

    def index_of(self, name: str) -> Path:
        """Path of the index of a file."""
        return self.index / (self.evidence(name).name.removesuffix(CLOSED) + ".parquet")

    def machines(self) -> "list[Layout]":
        """The archives that were merged into this home, sorted by machine."""
        folder = self.home / "archive" / "from"
        if self.machine or not folder.is_dir():
            return []
        names = sorted(path.name for path in folder.iterdir() if is_machine(path.name) and path.is_dir())
        return [Layout(self.home, name) for name in names]

    def held_names(self) -> list[str]:
        """Names of all closed evidence files, own ones first, then those of other machines as they are called here."""
        return self.closed_names() + [
            called(each.machine, name) for each in self.machines() for name in each.closed_names()
        ]

    def holder(self, name: str) -> "tuple[Layout, str]":
        """Where a file called `name` here lies: the layout of its machine, and its name there."""
        match = _FOREIGN.fullmatch(name)
        return (self, name) if match is None else (Layout(self.home, match[1]), match[2])

    def make(self) -> None:
        """Make the folders, closed to others."""
        for folder in (self.home, self.root, self.warc, self.index):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def closed_names(self) -> list[str]:
        """Names of the closed evidence files, plain or sealed, sorted."""
        names = {path.name.removesuffix(SEALED) for path in self._listed()}
        return sorted(name for name in names if _NAME.fullmatch(name))

    def open_names(self) -> list[str]:
        """Names (without `.open`) of evidence files that were begun and not closed, sorted."""
        found = (path.name.removesuffix(".open") for path in self._listed() if path.name.endswith(OPEN))
        return sorted(name for name in found if _NAME.fullmatch(name))

    def next_number(self) -> int:
        """The first running number that no file here, closed, open or torn, has used."""
        numbers = [int(path.name[:8]) for path in self._listed() if path.name[:8].isdigit()]
        return max(numbers, default=0) + 1

    def _listed(self) -> list[Path]:
        return list(self.warc.iterdir()) if self.warc.is_dir() else []


def is_machine(text: str) -> bool:
    """Whether a text has the form of a machine's name."""
    return _MACHINE.fullmatch(text) is not None


def is_file_name(text: str) -> bool:
    """Whether a text has the form of an evidence file's name."""
    return _NAME.fullmatch(text) is not None


def called(machine: str, name: str) -> str:
    """What a file of another machine is called here."""
    return f"{machine}-{name}" if machine else name


def file_name(number: int, origin: str) -> str:
    """The name of evidence file `number`."""
    return f"{number:08d}-{origin}{CLOSED}"


def sync_folder(folder: Path) -> None:
    """Bring a rename in a folder to the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
