"""A bundle: what one archive hands to another, as a folder or as one `.tar` file, with a manifest of digests.

Invariants
- The manifest is written last, and the whole under another name first: a bundle that can be opened is complete.
- Nothing is replaced: a target that is there already is refused.
- Only what the manifest names is ever read from a bundle, by names made here and never by a path from the bundle.

    manifest.json                              below
    MACHINE-00000001-collect.warc.gz           evidence, byte for byte as its machine closed it
    MACHINE-00000001-collect.parquet           its index
    MACHINE-imports.jsonl, MACHINE-coverage.jsonl   the lines of its ledgers from `from_line` (0: the first) on

The manifest is canonical JSON: `format`, `made_at`, `machines` (each: `machine`, `label`, `imports`, `coverage`, `files`)
and `self`, the SHA-256 of the manifest without it.
"""

import hashlib
import json
import os
import re
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import IO

from courttally.archive.capture import ArchiveError, canonical_json, time_text
from courttally.archive.layout import CLOSED, is_file_name, sync_folder
from courttally.archive.machines import Machine, machine_from

FORMAT = "courttally archive 1"
MANIFEST = "manifest.json"
LARGEST_MANIFEST = 64 << 20
LEDGERS = ("imports", "coverage")
PIECE = 1 << 20
_HEX = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Piece:
    """Digest (hex SHA-256) and size of one file of a bundle."""

    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class LedgerPart:
    """Lines of a ledger from line `from_line` on; `prev` is the SHA-256 of the line before (64 zeros before the first)."""

    piece: Piece
    from_line: int
    prev: str


@dataclass(frozen=True, slots=True)
class FilePart:
    """An evidence file and its index. `name` is the one its machine gave it."""

    name: str
    warc: Piece
    index: Piece


@dataclass(frozen=True, slots=True)
class MachinePart:
    """What a bundle holds of one machine."""

    machine: Machine
    imports: LedgerPart
    coverage: LedgerPart
    files: tuple[FilePart, ...]


def warc_name(machine: str, name: str) -> str:
    """What an evidence file is called in a bundle."""
    return f"{machine}-{name}"


def index_name(machine: str, name: str) -> str:
    """What the index of an evidence file is called in a bundle."""
    return f"{machine}-{name.removesuffix(CLOSED)}.parquet"


def ledger_name(machine: str, ledger: str) -> str:
    """What the part of a ledger is called in a bundle."""
    return f"{machine}-{ledger}.jsonl"


class BundleOut:
    """Writes the files of a bundle one after another; made by `new_bundle`."""

    def __init__(self, folder: Path | None, tar: tarfile.TarFile | None) -> None:
        self._folder = folder
        self._tar = tar

    def add(self, name: str, source: IO[bytes], size: int) -> Piece:
        """Copy `size` bytes into the bundle. Raises ArchiveError where the source ends early."""
        hashing = _Hashing(source, size)
        if self._tar is not None:
            info = tarfile.TarInfo(name)
            info.size, info.mode = size, 0o600
            try:
                self._tar.addfile(info, hashing)
            except OSError as error:
                if error.errno is not None:
                    raise
        elif self._folder is not None:
            _copy(hashing, self._folder / name)
        if hashing.done != size:
            raise ArchiveError("a file of the archive became shorter while it was copied; run 'courttally verify'")
        return Piece(hashing.digest(), size)


@contextmanager
def new_bundle(target: Path, made_at: datetime, machines: list[MachinePart]) -> Iterator[BundleOut]:
    """Write a bundle to `target`; the caller fills `machines` meanwhile, and the manifest is written from it at the end.

    Raises ArchiveError where the target is there already, OSError where the disk refuses.
    """
    part = target.with_name(target.name + ".part")
    if target.exists() and not (target.is_dir() and not any(target.iterdir())):
        raise ArchiveError("the target is there already, and nothing is ever replaced; give another name")
    if part.exists():
        raise ArchiveError("an export to this target was broken off; delete the file or folder that ends in .part")
    try:
        if target.suffix == ".tar":
            handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as sink:
                with tarfile.open(fileobj=sink, mode="w", format=tarfile.PAX_FORMAT) as tar:
                    yield from _filled(BundleOut(None, tar), made_at, machines)
                sink.flush()
                os.fsync(sink.fileno())
        else:
            part.mkdir(mode=0o700)
            yield from _filled(BundleOut(part, None), made_at, machines)
            sync_folder(part)
        part.rename(target)
        sync_folder(target.absolute().parent)
    except BaseException:
        if part.is_dir():
            shutil.rmtree(part, ignore_errors=True)
        else:
            part.unlink(missing_ok=True)
        raise


def _filled(out: BundleOut, made_at: datetime, machines: list[MachinePart]) -> Iterator[BundleOut]:
    yield out
    body: dict[str, object] = {
        "format": FORMAT,
        "made_at": time_text(made_at),
        "machines": [_as_json(m) for m in machines],
    }
    text = canonical_json({**body, "self": hashlib.sha256(canonical_json(body)).hexdigest()})
    out.add(MANIFEST, BytesIO(text), len(text))


class BundleIn:
    """Reads the files of a bundle; made by `open_bundle`."""

    def __init__(self, folder: Path | None, tar: tarfile.TarFile | None) -> None:
        self._folder = folder
        self._tar = tar

    def machines(self) -> tuple[MachinePart, ...]:
        """What the manifest says. Raises ArchiveError where it is missing, changed, or not understood."""
        with self.open(MANIFEST) as stream:
            text = stream.read(LARGEST_MANIFEST + 1)
        try:
            value = json.loads(text)
            body = {key: each for key, each in value.items() if key != "self"}
            sound = value["self"] == hashlib.sha256(canonical_json(body)).hexdigest() and canonical_json(value) == text
        except (ValueError, KeyError, AttributeError):
            sound = False
        if not sound:
            raise ArchiveError("the bundle's manifest is damaged; export it again")
        if value.get("format") != FORMAT:
            raise ArchiveError(
                "the bundle was written by another version of courttally; use one version on both machines"
            )
        try:
            found = tuple(_from_json(each) for each in value["machines"])
        except (KeyError, TypeError, ValueError):
            raise ArchiveError("the bundle's manifest names things that no bundle has; do not use it") from None
        if len({each.machine.machine for each in found}) != len(found):
            raise ArchiveError("the bundle's manifest names a machine twice; do not use it")
        return found

    def open(self, name: str) -> IO[bytes]:
        """A file of the bundle. Raises ArchiveError where it is not there."""
        try:
            if self._folder is not None:
                return (self._folder / name).open("rb")
            assert self._tar is not None
            stream = self._tar.extractfile(name) if self._tar.getmember(name).isreg() else None
            if stream is not None:
                return stream
        except (FileNotFoundError, KeyError):
            pass  # both mean the same, which is said below
        raise ArchiveError(
            "this is no bundle, or it is not whole: export makes a folder or a .tar file with a manifest"
            if name == MANIFEST
            else "a file that the bundle's manifest names is not in it; copy the bundle again"
        )


@contextmanager
def open_bundle(source: Path) -> Iterator[BundleIn]:
    """Open a bundle. Raises ArchiveError for what is none."""
    with ExitStack() as opened:
        tar: tarfile.TarFile | None = None
        if not source.is_dir():
            try:
                tar = opened.enter_context(tarfile.open(source, mode="r:"))
                tar.getmembers()
            except tarfile.TarError:
                raise ArchiveError(
                    "this is no bundle, or it was cut short; export makes a folder or a .tar file"
                ) from None
        yield BundleIn(source if tar is None else None, tar)


class _Hashing:
    """Reads at most `size` bytes of a stream, and hashes what it reads."""

    def __init__(self, source: IO[bytes], size: int) -> None:
        self._source = source
        self._size = size
        self._hash = hashlib.sha256()
        self.done = 0

    def read(self, count: int = PIECE) -> bytes:
        piece = self._source.read(min(count, self._size - self.done))
        self._hash.update(piece)
        self.done += len(piece)
        return piece

    def digest(self) -> str:
        return self._hash.hexdigest()


def take_out(bundle: BundleIn, name: str, piece: Piece, target: Path) -> None:
    """Copy a file of a bundle to a new private file on the disk. Raises ArchiveError unless it is what the manifest says."""
    with bundle.open(name) as stream:
        hashing = _Hashing(stream, piece.bytes + 1)
        _copy(hashing, target)
    if (hashing.done, hashing.digest()) != (piece.bytes, piece.sha256):
        target.unlink()
        raise ArchiveError(f"{name} of the bundle is damaged; copy the bundle again, or export it again")


def _copy(source: _Hashing, target: Path) -> None:
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as sink:
        while piece := source.read():
            sink.write(piece)
        sink.flush()
        os.fsync(sink.fileno())


def _as_json(part: MachinePart) -> dict[str, object]:
    value = asdict(part)
    return {**value, **value.pop("machine"), "files": list(value["files"])}


def _from_json(value: dict[str, object]) -> MachinePart:
    if value.keys() != {"machine", "label", "imports", "coverage", "files"} or not isinstance(value["files"], list):
        raise ValueError("a machine's part has other keys")
    machine = machine_from({"machine": value["machine"], "label": value["label"]})
    if machine is None:
        raise ValueError("no machine")
    files = tuple(_file(each) for each in value["files"])
    if len({each.name for each in files}) != len(files):
        raise ValueError("a file is named twice")
    return MachinePart(machine, _ledger(value["imports"]), _ledger(value["coverage"]), files)


def _file(value: dict[str, object]) -> FilePart:
    name = value["name"]
    if value.keys() != {"name", "warc", "index"} or not isinstance(name, str) or not is_file_name(name):
        raise ValueError("no evidence file")
    return FilePart(name, _piece(value["warc"]), _piece(value["index"]))


def _ledger(value: object) -> LedgerPart:
    if not isinstance(value, dict) or value.keys() != {"piece", "from_line", "prev"}:
        raise ValueError("no part of a ledger")
    if type(value["from_line"]) is not int or value["from_line"] < 0 or not _is_hex(value["prev"]):
        raise ValueError("no part of a ledger")
    return LedgerPart(_piece(value["piece"]), value["from_line"], value["prev"])


def _piece(value: object) -> Piece:
    if not isinstance(value, dict) or value.keys() != {"sha256", "bytes"} or not _is_hex(value["sha256"]):
        raise ValueError("no piece")
    if type(value["bytes"]) is not int or value["bytes"] < 0:
        raise ValueError("no piece")
    return Piece(value["sha256"], value["bytes"])


def _is_hex(value: object) -> bool:
    return isinstance(value, str) and _HEX.fullmatch(value) is not None
