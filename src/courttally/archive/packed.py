"""Packed files (.zip, and .wacz, which is a zip of WARC files and their index): their members as if they lay in a folder.

Invariants
- Nothing is unpacked to a path: a member is copied to memory or, if large, to a file without a name in the archive's
  own folder, and is gone when it was read. A name that climbs is refused all the same: it was made to do harm.
- What is copied is whole: the member's checksum was proved before a byte of it is used.
- Bounds on the table of contents, on the number of members, on the size of each and of all, and on how many times its
  packed size a member may grow. A packed file in a packed file is refused.
- A member that is refused or damaged is named by its number among the items, never by its name.
"""

import stat
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO, cast

from courttally.archive.capture import ArchiveError
from courttally.archive.sources import Opener, Source, UnreadableError, is_sidecar, kind_of

MOST_MEMBERS = 200_000
LARGEST_DIRECTORY = 32 << 20
"""Bytes of a table of contents: some 160 for each of the most members."""
LARGEST_MEMBER = 8 << 30
LARGEST_TOTAL = 64 << 30
"""Bytes that the members of one packed file may have together once they are unpacked."""
MOST_GROWTH = 200
"""Times its packed size; court pages and tables grow ten to forty times, bombs a thousand times."""
GROWS_FREELY = 1 << 20
"""Bytes below which growth is not looked at: a small page of blanks is no bomb."""
_IN_MEMORY = 8 << 20
_PIECE = 1 << 20
_END, _END_64 = b"PK\x05\x06", b"PK\x06\x06"
_TAIL = (1 << 16) + 256
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1 | 0x40  # bits of the flags: encrypted, and strongly so
_BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, ValueError, OverflowError, NotImplementedError)
_WACZ = {"pages": "WACZ page list", "indexes": "WACZ index"}


class Packed:
    """One open packed file. Raises UnreadableError where it is none, or is refused whole."""

    def __init__(self, stream: BinaryIO, what: str, scratch: Path) -> None:
        try:
            if _directory_size(stream) > LARGEST_DIRECTORY:
                raise UnreadableError("the packed file's table of contents is too large to be honest")
            self._zip = zipfile.ZipFile(stream)
        except OSError as problem:
            raise UnreadableError(f"the packed file cannot be read ({problem.strerror})") from None
        except _BROKEN:
            raise UnreadableError("the packed file is damaged: its table of contents cannot be read") from None
        if len(self._zip.infolist()) > MOST_MEMBERS:
            raise UnreadableError(f"the packed file has more than {MOST_MEMBERS:,} members")
        self._wacz = what == "wacz"
        self._scratch = scratch
        self._left = LARGEST_TOTAL

    def members(self) -> Iterator[Source]:
        """Every member that is no folder, in the order in which a folder would be walked."""
        members: dict[tuple[str, ...], zipfile.ZipInfo] = {}
        refused: list[Source] = []
        for info in self._zip.infolist():
            parts = _parts(info)
            problem = "" if parts else "its name leads out of the packed file"
            if parts and stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR):
                problem = "it is a link or a device"
            if parts in members:
                problem = "another member has its name"
            if problem:
                refused.append(Source("refused", f"a member of the packed file is refused: {problem}"))
            elif not info.is_dir():
                members[parts] = info
        for parts in sorted(members):
            yield self._source(parts, members)
        yield from refused

    def _source(self, parts: tuple[str, ...], members: dict[tuple[str, ...], zipfile.ZipInfo]) -> Source:
        *folder, name = parts
        info = members[parts]
        kind, what = kind_of(name)
        if self._wacz and not (folder[:1] == ["archive"] and kind == "warc"):
            return Source("skipped", _WACZ.get(parts[0], "other part of a WACZ") if folder else "other part of a WACZ")
        if is_sidecar(name) and (*folder, name.removesuffix(".json")) in members:
            return Source("sidecar")
        if kind == "packed":
            return Source("refused", "a packed file in a packed file is refused: unpack the outer one first")
        if kind == "skipped":
            return Source(kind, what)
        beside = members.get((*folder, name + ".json")) if kind == "page" else None
        return Source(
            kind, what, info.compress_size, self._opener(info), None if beside is None else self._opener(beside)
        )

    def _opener(self, info: zipfile.ZipInfo) -> Opener:
        return partial(self._unpacked, info)

    def _unpacked(self, info: zipfile.ZipInfo) -> BinaryIO:
        """The whole member, proved by its checksum, as a file that can seek. Raises UnreadableError."""
        if info.flag_bits & _ENCRYPTED:
            raise UnreadableError("a member of the packed file is encrypted: unpack it with its password first")
        if info.compress_type not in _METHODS:
            raise UnreadableError("a member is packed in a way that import does not read; pack it again with deflate")
        copy = tempfile.SpooledTemporaryFile(_IN_MEMORY, dir=str(self._scratch))  # noqa: SIM115 - the reader closes it
        whole = False
        try:
            for piece in self._pieces(info):
                _to_scratch(copy, piece)
            _to_scratch(copy, b"")
            whole = True
        finally:
            if not whole:
                copy.close()
        return cast(BinaryIO, copy)

    def _pieces(self, info: zipfile.ZipInfo) -> Iterator[bytes]:
        if info.file_size > min(LARGEST_MEMBER, max(GROWS_FREELY, info.compress_size * MOST_GROWTH)):
            raise UnreadableError("a member of the packed file unpacks to too much for an honest one")
        done = 0
        try:
            with self._zip.open(info) as member:
                while piece := member.read(_PIECE):  # the library gives no more than the stated size
                    done += len(piece)
                    self._left -= len(piece)
                    if self._left < 0:
                        raise UnreadableError(f"the packed file unpacks to more than {LARGEST_TOTAL >> 30} GiB")
                    yield piece
        except (*_BROKEN, RuntimeError):
            raise UnreadableError("a member of the packed file is damaged") from None
        if done != info.file_size:
            raise UnreadableError("a member of the packed file is cut short")


def _to_scratch(copy: "tempfile.SpooledTemporaryFile[bytes]", piece: bytes) -> None:
    """Write a piece, or with none left go back to the start. A disk that refuses stops the import."""
    try:
        if piece:
            copy.write(piece)
        else:
            copy.seek(0)
    except OSError as problem:
        raise ArchiveError(
            f"a large member of a packed file cannot be unpacked ({problem.strerror}); free some space"
        ) from None


def _parts(info: zipfile.ZipInfo) -> tuple[str, ...]:
    """The name as the path that a folder would give it; empty where it is no plain path below the folder."""
    # as stored, since the library cuts a name at NUL; a backslash separates folders for some tools that pack
    name = info.orig_filename.replace("\\", "/").removesuffix("/")
    parts = tuple(part for part in name.split("/") if part != ".")
    if not parts or any(part in ("", "..") or "\x00" in part for part in parts):
        return ()
    return () if len(parts[0]) >= 2 and parts[0][1] == ":" else parts


def _directory_size(stream: BinaryIO) -> int:
    """The largest table of contents that any end mark in the file's tail states, before a byte of it is read."""
    end = stream.seek(0, 2)
    start = max(0, end - _TAIL)
    stream.seek(start)
    tail = stream.read(_TAIL)
    stream.seek(0)
    largest = 0
    for mark, at, form in ((_END, 12, "<L"), (_END_64, 40, "<Q")):
        found = tail.find(mark)
        while found >= 0:
            if found + at + struct.calcsize(form) <= len(tail):
                size = struct.unpack_from(form, tail, found + at)[0]
                largest = max(largest, 0 if form == "<L" and size == 0xFFFFFFFF else min(size, end))
            found = tail.find(mark, found + 1)
    return largest
