"""Hash-chained ledgers: append-only JSON lines, each of which names the SHA-256 of the line before.

Invariants
- A line is canonical JSON with `prev` (hex SHA-256 of the previous line without its line end; 64 zeros in the first)
  and `self` (hex SHA-256 of this line's canonical JSON without `self`, so that the last line is proved too).
- An entry counts once its line end is on disk. What follows the last line end was torn by a crash; the next append
  moves it to `NAME.torn` and says so in a line of its own kind (`"event":"mended"`).
- Appending takes a lock on the file; many processes may append.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from courttally.archive.capture import ArchiveError, Clock, canonical_json, time_text
from courttally.archive.layout import sync_folder

FIRST = "0" * 64
_OWN = ("prev", "self")


@dataclass(frozen=True, slots=True)
class LedgerState:
    """What a ledger holds: entries of the whole lines, the first thing wrong, and how many bytes a crash left torn."""

    entries: tuple[dict[str, object], ...]
    broken: tuple[int, str] | None
    torn: int


def read_ledger(path: Path) -> LedgerState:
    """Read and prove a ledger. `broken` is (line number from 1, what is wrong there); entries end before that line."""
    if not path.exists():
        return LedgerState((), None, 0)
    data = path.read_bytes()
    whole, torn = _split_torn(data)
    entries: list[dict[str, object]] = []
    prev = FIRST
    for number, line in enumerate(whole.split(b"\n")[:-1], start=1):
        problem, entry = _check_line(line, prev)
        if entry is None:
            return LedgerState(tuple(entries), (number, problem), len(torn))
        entries.append(entry)
        prev = hashlib.sha256(line).hexdigest()
    return LedgerState(tuple(entries), None, len(torn))


def append_ledger(path: Path, entry: Mapping[str, object], clock: Clock) -> dict[str, object]:
    """Append one entry and bring it to the disk. Returns the line as written.

    `entry` must be JSON and must not use `prev`, `self` or, unless the caller sets the time itself, `at`. Raises
    ArchiveError where the last line does not prove itself: nothing may be chained to a broken line.
    """
    if any(key in entry for key in _OWN):
        raise ValueError("a ledger entry may not name prev or self")
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    new = not path.exists()
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        if new:
            sync_folder(path.parent)
        fcntl.flock(handle, fcntl.LOCK_EX)
        prev, end = _last_line(handle, path)
        size = os.fstat(handle).st_size
        if size > end:
            _set_aside(path, os.pread(handle, size - end, end))
            os.ftruncate(handle, end)
            mended = {"event": "mended", "torn_bytes": size - end, "at": time_text(clock())}
            prev = hashlib.sha256(_write_line(handle, mended, prev)).hexdigest()
        line = _write_line(handle, {"at": time_text(clock()), **entry}, prev)
        os.fsync(handle)
    finally:
        os.close(handle)
    written: dict[str, object] = json.loads(line)
    return written


def _write_line(handle: int, entry: Mapping[str, object], prev: str) -> bytes:
    body = {**entry, "prev": prev}
    line = canonical_json({**body, "self": hashlib.sha256(canonical_json(body)).hexdigest()})
    start = os.fstat(handle).st_size
    if os.write(handle, line + b"\n") != len(line) + 1:
        os.ftruncate(handle, start)
        raise ArchiveError("the disk took only a part of a ledger line; free some space and run the command again")
    return line


def _split_torn(data: bytes) -> tuple[bytes, bytes]:
    end = data.rfind(b"\n") + 1
    return data[:end], data[end:]


def _check_line(line: bytes, prev: str | None) -> tuple[str, dict[str, object] | None]:
    """("", entry) for a good line, else (what is wrong, None). Without `prev` only the line itself is proved."""
    try:
        entry = json.loads(line)
    except ValueError:
        return "the line is not JSON", None
    if not isinstance(entry, dict) or not isinstance(entry.get("prev"), str):
        return "the line is no ledger entry", None
    body = {key: value for key, value in entry.items() if key != "self"}
    if entry.get("self") != hashlib.sha256(canonical_json(body)).hexdigest() or canonical_json(entry) != line:
        return "the line was changed after it was written", None
    if prev is not None and entry["prev"] != prev:
        return "the line does not follow the line before it", None
    return "", entry


def _last_line(handle: int, path: Path) -> tuple[str, int]:
    """Hash of the last whole line, and where it ends."""
    size = os.fstat(handle).st_size
    tail, start = b"", size
    while start > 0 and tail.count(b"\n") < 2:
        start = max(0, start - (1 << 16))
        tail = os.pread(handle, size - start, start)
    whole, _ = _split_torn(tail)
    if not whole:
        return FIRST, 0
    line = whole[:-1].rpartition(b"\n")[2]
    problem, entry = _check_line(line, None)
    if entry is None:
        raise ArchiveError(
            f"the last line of the ledger {path.name} is broken ({problem}); run 'courttally verify', then bring the "
            "ledger back from a backup"
        )
    return hashlib.sha256(line).hexdigest(), start + len(whole)


def _set_aside(path: Path, torn: bytes) -> None:
    handle = os.open(path.with_name(path.name + ".torn"), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(handle, torn + b"\n")
        os.fsync(handle)
    finally:
        os.close(handle)
