"""Opening closed evidence files, plain or sealed.

Invariants
- A sealed file (`NAME.age`, the age format) is decrypted in memory only; nothing of it is written to the disk.
- The key is an age identity file named by `COURTTALLY_SEAL_KEY`. It must lie outside the home and be readable by its
  owner alone; otherwise it is refused. Without the key the archive says which file is missing and goes no further.
- The process keeps the file that it decrypted last, since captures are read in batches of one file.
"""

import io
import os
import stat
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from courttally.archive.capture import ArchiveError
from courttally.archive.layout import Layout

if TYPE_CHECKING:
    from pyrage import x25519

KEY_VARIABLE = "COURTTALLY_SEAL_KEY"


class SealedError(ArchiveError):
    """A sealed file cannot be read: there is no key, or not the right one."""


def key_file(home: Path) -> Path | None:
    """The key file that the environment names, or None. Raises SealedError for one that must not be used."""
    named = os.environ.get(KEY_VARIABLE)
    if not named:
        return None
    check_key_file(Path(named), home)
    return Path(named)


def check_key_file(path: Path, home: Path) -> None:
    """Raises SealedError unless the file is outside the home and its owner's alone (0600 or 0400)."""
    try:
        mode = path.stat().st_mode
    except OSError as problem:
        raise SealedError(f"the key file cannot be read ({problem.strerror})") from None
    if not stat.S_ISREG(mode) or stat.S_IMODE(mode) & 0o077:
        raise SealedError("the key file can be read by others; run 'chmod 600' on it first")
    if path.resolve().is_relative_to(home.resolve()):
        raise SealedError("the key file lies in the home that it locks; keep it elsewhere, best on another medium")


def identities(path: Path) -> "list[x25519.Identity]":
    """The secret keys of an age identity file. Raises SealedError where there is none in it."""
    from pyrage import IdentityError, x25519

    found = []
    try:
        for line in path.read_text().splitlines():
            if line.strip() and not line.startswith("#"):
                found.append(x25519.Identity.from_str(line.strip()))
    except (OSError, UnicodeDecodeError, IdentityError):
        found = []
    if not found:
        raise SealedError("the key file holds no age identity (a line that begins with AGE-SECRET-KEY-1)")
    return found


def has_key(home: Path) -> bool:
    """Whether sealed files can be tried with a key. Raises SealedError for a key file that must not be used."""
    return key_file(home) is not None


def open_evidence(layout: Layout, name: str) -> BinaryIO:
    """A closed file for reading, decrypted in memory if it is sealed.

    Raises FileNotFoundError where the archive has no such file, SealedError without the right key.
    """
    path = layout.on_disk(name)
    if path == layout.evidence(name):
        return path.open("rb")
    key = key_file(layout.home)
    if key is None:
        raise SealedError(
            f"{name} is sealed and there is no key: name its key file in {KEY_VARIABLE}, or run this where the key is"
        )
    return io.BytesIO(_decrypted(path, key, path.stat().st_mtime_ns))


@lru_cache(maxsize=1)
def _decrypted(path: Path, key: Path, changed: int) -> bytes:
    """The plain bytes of a sealed file; `changed` is its time of change, so that a new file is never taken for an old."""
    plain = io.BytesIO()
    decrypt(path, key, plain)
    return plain.getvalue()


def decrypt(sealed: Path, key: Path, plain: BinaryIO) -> None:
    """Undo the encryption of a whole file, piece by piece. Raises SealedError for another key or damaged bytes."""
    import pyrage

    try:
        with sealed.open("rb") as source:
            pyrage.decrypt_io(source, plain, identities(key))
    except FileNotFoundError:
        raise
    except (pyrage.DecryptError, OSError) as problem:
        # damage behind the head comes as an OSError without a number, and so does a disk that is full
        name = sealed.name.removesuffix(".draft")
        told = f"{name} cannot be opened: it was sealed for another key, or it is damaged"
        raise SealedError(told if isinstance(problem, pyrage.DecryptError) else f"{told} ({problem})") from None
