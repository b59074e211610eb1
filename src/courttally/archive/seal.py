"""Sealing: closed evidence files encrypted to recipients, and back.

Invariants
- The format is age, of whole files: `age -d -i KEYFILE NAME.age > NAME` opens one without this program.
- The plain file goes only after the sealed one is on the disk, named in the ledger (`"event":"encrypted"`) and, where
  the key is at hand, was opened again and compared. Whatever moment a crash chose, one whole form is there, and the same
  command goes on from it.
- Only a file that is the one the ledger has closed is sealed: damage must be seen, not wrapped.
- To seal takes a public key alone: a machine that collects need not be able to read what it collected.
- Indexes and ledgers stay plain: addresses, times and digests, no page. Of what merged archives hold nothing is sealed.
"""

import hashlib
import os
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from courttally.archive.capture import ArchiveError, Clock
from courttally.archive.files import file_digest, seals
from courttally.archive.layout import Layout, sync_folder
from courttally.archive.ledger import append_ledger, read_ledger
from courttally.archive.opened import SealedError, check_key_file, decrypt, identities, key_file

NO_KEY = "there is no key to open sealed files"


@dataclass(frozen=True, slots=True)
class SealReport:
    """What was sealed or opened: file names, and their plain bytes. `untouched`: files that were so already."""

    files: tuple[str, ...]
    bytes: int
    untouched: int


def seal(
    layout: Layout, *, recipients: Sequence[str] = (), key: Path | None = None, names: Sequence[str] = (), clock: Clock
) -> SealReport:
    """Seal closed files (all of them, or these) to recipients (`age1…`) and to the key of a key file.

    The caller holds the writer's lock. Raises ValueError for what is no recipient, or none at all, SealedError for a
    key file that must not be used, ArchiveError for a file that is not as it was closed.
    """
    import pyrage

    texts = _recipients(layout, recipients, key)
    to = [pyrage.x25519.Recipient.from_str(text) for text in texts]
    todo = _chosen(layout, names)
    closed = seals(layout)
    done, size, untouched = [], 0, 0
    for name in todo:
        plain, sealed = layout.evidence(name), layout.sealed(name)
        if not plain.exists():
            untouched += 1
            continue
        sha256 = file_digest(plain)
        if closed.get(name, {}).get("sha256") != sha256:
            raise ArchiveError(f"{name} is not the file that was closed; run 'courttally verify'; it was left as it is")
        if not _sealed_before(layout, name, sealed, texts):

            def encrypt(sink: BinaryIO, plain: Path = plain) -> None:
                with plain.open("rb") as source:
                    pyrage.encrypt_io(source, sink, to)

            draft = _write_draft(layout, sealed.name, encrypt)
            if key is not None and _opened_digest(draft, key) != sha256:
                raise ArchiveError(f"{name}: what was sealed does not open again; it was left as it is")
            entry = {"event": "encrypted", "file": name, "sha256": file_digest(draft), "bytes": draft.stat().st_size}
            append_ledger(layout.imports, {**entry, "recipients": texts}, clock)
            draft.replace(sealed)
            sync_folder(layout.warc)
        size += plain.stat().st_size
        plain.unlink()
        sync_folder(layout.warc)
        done.append(name)
    return SealReport(tuple(done), size, untouched)


def unseal(layout: Layout, *, key: Path | None = None, names: Sequence[str] = (), clock: Clock) -> SealReport:
    """Open sealed files (all of them, or these) on the disk. The key: this file, or the one that the environment names.

    The caller holds the writer's lock. Raises SealedError without the right key.
    """
    if key is not None:
        check_key_file(key, layout.home)
    opener = key if key is not None else key_file(layout.home)
    if opener is None:
        raise SealedError(f"{NO_KEY}: name its key file")
    closed = seals(layout)
    done, size, untouched = [], 0, 0
    for name in _chosen(layout, names):
        plain, sealed = layout.evidence(name), layout.sealed(name)
        if not sealed.exists():
            untouched += 1
            continue
        if not plain.exists():

            def undo(sink: BinaryIO, sealed: Path = sealed) -> None:
                decrypt(sealed, opener, sink)

            draft = _write_draft(layout, name, undo)
            if closed.get(name, {}).get("sha256") != file_digest(draft):
                draft.unlink()
                raise ArchiveError(
                    f"{name} is not the file that was closed; run 'courttally verify'; it was left as it is"
                )
            append_ledger(layout.imports, {"event": "decrypted", "file": name}, clock)
            draft.replace(plain)
            sync_folder(layout.warc)
        size += plain.stat().st_size
        sealed.unlink()
        sync_folder(layout.warc)
        done.append(name)
    return SealReport(tuple(done), size, untouched)


def encrypted(layout: Layout) -> dict[str, str]:
    """The hex SHA-256 of the latest sealed form of every file that was ever sealed."""
    found = (entry for entry in read_ledger(layout.imports).entries if entry.get("event") == "encrypted")
    return {str(entry["file"]): str(entry["sha256"]) for entry in found}


def check_sealed(layout: Layout, name: str) -> list[tuple[str, str]]:
    """What is wrong with a sealed file as a whole: (what, way out). Nothing of it is read."""
    found = []
    if layout.evidence(name).exists():
        found.append(("the file is here both plain and sealed", "run 'courttally archive seal' again"))
    if encrypted(layout).get(name) != file_digest(layout.sealed(name)):
        found.append(("the sealed file is not the one that the ledger names", "bring the file back from a backup"))
    return found


def _recipients(layout: Layout, recipients: Sequence[str], key: Path | None) -> list[str]:
    """The public keys as text, each once, sorted."""
    import pyrage

    texts = set()
    for text in recipients:
        try:
            texts.add(str(pyrage.x25519.Recipient.from_str(text.strip())))
        except pyrage.RecipientError:
            raise ValueError("a recipient is a public key of age, one word that begins with age1") from None
    if key is not None:
        check_key_file(key, layout.home)
        texts |= {str(identity.to_public()) for identity in identities(key)}
    if not texts:
        raise ValueError("a recipient (age1…) or a key file is needed: without one nobody could open the files again")
    return sorted(texts)


def _chosen(layout: Layout, names: Sequence[str]) -> list[str]:
    held = layout.closed_names()
    if set(names) - set(held):
        raise ValueError("the archive has no closed file of that name")
    return [name for name in held if not names or name in names]


def _sealed_before(layout: Layout, name: str, sealed: Path, texts: list[str]) -> bool:
    """Whether a whole sealed form for the same recipients lies here already, left by a crash before the plain one went."""
    if not sealed.exists():
        return False
    lines = [
        entry
        for entry in read_ledger(layout.imports).entries
        if entry.get("event") in ("encrypted", "sealed") and entry.get("file") == name
    ]
    last = lines[-1] if lines else {}
    return (
        last.get("event") == "encrypted"
        and last.get("recipients") == texts
        and last.get("sha256") == file_digest(sealed)
    )


class _Digest:
    """A sink that keeps nothing but the digest."""

    def __init__(self) -> None:
        self.hasher = hashlib.sha256()

    def write(self, piece: bytes) -> int:
        self.hasher.update(piece)
        return len(piece)

    def flush(self) -> None:
        pass


def _opened_digest(sealed: Path, key: Path) -> str:
    """Hex SHA-256 of what a sealed file opens to."""
    sink = _Digest()
    decrypt(sealed, key, cast("BinaryIO", sink))
    return sink.hasher.hexdigest()


def _write_draft(layout: Layout, name: str, fill: Callable[[BinaryIO], None]) -> Path:
    """A whole file beside its place, on the disk, readable by its owner alone."""
    draft = layout.warc / (name + ".draft")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with ExitStack() as on_failure:
        on_failure.callback(draft.unlink)  # half a file may be plain text
        with os.fdopen(handle, "wb") as sink:
            fill(sink)
            sink.flush()
            os.fsync(sink.fileno())
        on_failure.pop_all()
    draft.chmod(0o400)
    return draft
