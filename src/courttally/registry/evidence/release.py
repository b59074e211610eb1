"""Letting a package out: packed, encrypted to its recipients, and logged first.

Invariants
- The log (``HOME/exports.jsonl``, append-only and hash-chained like every ledger) has its line before a byte is written elsewhere.
- Without a recipient nothing leaves, unless plain was asked for in so many words. Who and why are owed either way.
- What is there already is never overwritten, and nothing is let out into the home itself.
"""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from courttally.archive import Clock, append_ledger
from courttally.registry.evidence.package import MANIFEST


class ReleaseError(ValueError):
    """The package may not leave like this; the message says what is owed."""


@dataclass(frozen=True, slots=True)
class Released:
    """What left: the manifest's digest, the digest of the encrypted file ("" when plain), and its name or the folder's."""

    manifest: str
    sha256: str
    name: str


def log_path(home: Path) -> Path:
    """The ledger of what left the installation."""
    return home / "exports.jsonl"


def check_release(home: Path, out: Path, recipients: Sequence[str], *, plain: bool, who: str, why: str) -> list[Any]:
    """The public keys, read. Raises ReleaseError for a release that is not allowed; nothing was made yet."""
    if not who.strip() or not why.strip():
        raise ReleaseError("a package needs who hands it out and why; both stand in it and in the log")
    if bool(recipients) == plain:
        raise ReleaseError(
            "name a recipient (--recipient age1…), or say --plain: the pages hold names, so a package leaves encrypted unless you "
            "say otherwise, never both"
        )
    if out.resolve().is_relative_to(home.resolve()):
        raise ReleaseError("a package is written outside the home")
    if plain and out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise ReleaseError("the folder for a plain package must be new or empty")
    if not plain and (out.exists() and not out.is_dir()):
        raise ReleaseError("that file is there already; nothing is overwritten")
    return [_recipient(text.strip()) for text in recipients]


def _recipient(text: str) -> Any:
    import pyrage

    try:
        kind = pyrage.ssh if text.startswith("ssh-") else pyrage.x25519
        return kind.Recipient.from_str(text)
    except pyrage.RecipientError:
        raise ReleaseError("a recipient is a public key of age (age1…) or of ssh (ssh-ed25519 …, ssh-rsa …)") from None


def release(
    home: Path,
    files: Mapping[str, bytes],
    out: Path,
    *,
    recipients: Sequence[str],
    plain: bool,
    who: str,
    why: str,
    revealed: bool,
    records: Sequence[str],
    captures: int,
    clock: Clock,
) -> Released:
    """Write a package: a folder of files when ``plain``, else one encrypted tar file. ``out``: that file, or a folder for it.

    Raises ReleaseError as ``check_release`` does, OSError where the disk refuses.
    """  # fmt: skip
    import pyrage

    to = check_release(home, out, recipients, plain=plain, who=who, why=why)
    manifest = hashlib.sha256(files[MANIFEST]).hexdigest()
    folder = f"evidence-{manifest[:12]}"
    sealed = b"" if plain else pyrage.encrypt(_tar(folder, files, clock()), to)
    target = out if plain or not out.is_dir() else out / f"{folder}.tar.age"
    if not plain and target.exists():
        raise ReleaseError("that file is there already; nothing is overwritten")
    digest = "" if plain else hashlib.sha256(sealed).hexdigest()
    entry = {
        "event": "evidence", "records": list(records), "captures": captures, "manifest": manifest, "sha256": digest,
        "recipients": [text.strip() for text in recipients], "plain": plain, "revealed": revealed, "who": who.strip(), "why": why.strip(),
    }  # fmt: skip
    append_ledger(log_path(home), entry, clock)
    if plain:
        target.mkdir(parents=True, exist_ok=True, mode=0o700)
        for name, data in files.items():
            _write_new(target / name, data)
    else:
        _write_new(target, sealed)
    return Released(manifest, digest, target.name)


def _tar(folder: str, files: Mapping[str, bytes], at: datetime) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as made:
        for name in sorted(files):
            info = tarfile.TarInfo(f"{folder}/{name}")
            info.size, info.mode, info.mtime = len(files[name]), 0o600, int(at.timestamp())
            made.addfile(info, io.BytesIO(files[name]))
    return buffer.getvalue()


def _write_new(path: Path, data: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as sink:
        sink.write(data)
        sink.flush()
        os.fsync(sink.fileno())
