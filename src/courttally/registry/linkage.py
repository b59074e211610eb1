"""The linkage key and what is kept under it: keyed forms of names, in ``HOME/linkage`` (0700) and nowhere else.

Invariants:

* The key is a file outside the home, 0600, owned by whom runs the build; anything else is refused. Without a key names are not
  compared, and the build says so.
* Forms are cached by capture under the key's id and the state of the reading rooms; another key makes them anew. Links rest on
  whether forms are equal, so a change of key changes neither links nor digests.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import stat
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from courttally.archive import Archive
from courttally.portal.keyed import keyed_names
from courttally.registry.reading import page_of
from courttally.registry.snapshot import KeyRefusedError

__all__ = ["ENVIRONMENT", "KeyRefusedError", "LinkageKey", "find_key", "forms_of", "make_key", "read_key", "rotate"]

ENVIRONMENT = "COURTTALLY_KEY"
_POINTER = "key-file"
_BYTES = 32
_SCHEMA = pa.schema([("capture", pa.string()), ("seq", pa.int32()), ("forms", pa.list_(pa.string()))])


@dataclass(frozen=True, slots=True)
class LinkageKey:
    """A key that passed all checks."""

    secret: bytes
    id: str


def folder(home: Path) -> Path:
    """``HOME/linkage``, made private."""
    made = home / "linkage"
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    made.mkdir(exist_ok=True, mode=0o700)
    made.chmod(0o700)
    return made


def key_path(home: Path) -> Path | None:
    """Where the key is said to be: by COURTTALLY_KEY, else as ``keys new`` remembered it; None: nowhere."""
    given = os.environ.get(ENVIRONMENT, "").strip()
    if given:
        return Path(given)
    pointer = home / "linkage" / _POINTER
    return Path(pointer.read_text(encoding="utf-8").strip()) if pointer.exists() else None


def find_key(home: Path) -> LinkageKey | None:
    """The key in use, None where none was ever named. Raises KeyRefusedError for one that is not safe."""
    path = key_path(home)
    return None if path is None else read_key(home, path)


def read_key(home: Path, path: Path) -> LinkageKey:
    """Read and check a key file. Raises KeyRefusedError."""
    _check_place(home, path)
    try:
        status = path.lstat()
    except FileNotFoundError:
        raise KeyRefusedError(
            "the linkage key is not where it was said to be: bring the file back, or name another with COURTTALLY_KEY"
        ) from None
    if not stat.S_ISREG(status.st_mode):
        raise KeyRefusedError("the linkage key must be a plain file, not a link or a folder")
    if status.st_mode & 0o177:
        raise KeyRefusedError("others could read the linkage key: chmod 600 on its file")
    if status.st_uid != os.getuid():
        raise KeyRefusedError("the linkage key belongs to another user of this machine")
    secret = path.read_bytes()
    if len(secret) != _BYTES:
        raise KeyRefusedError("the linkage key's file does not hold a key: 'courttally keys new' makes one")
    return LinkageKey(secret, hashlib.sha256(b"courttally linkage key\0" + secret).hexdigest()[:12])


def _check_place(home: Path, path: Path) -> None:
    if path.resolve().is_relative_to(home.resolve()):
        raise KeyRefusedError("the linkage key may not lie inside the home: whoever takes the home would have both")


def make_key(home: Path, path: Path) -> LinkageKey:
    """Write a new key file (0600) and remember where it is. Raises KeyRefusedError, or FileExistsError: no key is overwritten."""
    _check_place(home, path)
    _write(path, secrets.token_bytes(_BYTES), os.O_EXCL)
    pointer = folder(home) / _POINTER
    pointer.write_text(str(path.resolve()) + "\n", encoding="utf-8")
    pointer.chmod(0o600)
    return read_key(home, path)


def rotate(home: Path) -> tuple[LinkageKey, LinkageKey]:
    """Put a new key in the place of the old one, and forget what was kept under it. Returns (old, new).

    Raises KeyRefusedError where there is no key or it is not safe.
    """
    path = key_path(home)
    if path is None:
        raise KeyRefusedError("there is no linkage key yet: 'courttally keys new FILE' makes one")
    old = read_key(home, path)
    draft = path.with_name(path.name + ".new")
    _write(draft, secrets.token_bytes(_BYTES), os.O_TRUNC)
    draft.replace(path)
    for kept in folder(home).iterdir():
        if kept.is_dir():
            shutil.rmtree(kept)
    return old, read_key(home, path)


def _write(path: Path, secret: bytes, flag: int) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | flag, 0o600)
    try:
        os.write(handle, secret)
        os.fsync(handle)
    finally:
        os.close(handle)


Forms = Mapping[tuple[str, int], tuple[str, ...]]
"""(capture, seq) -> keyed forms of the names of all accused."""


def forms_of(
    home: Path, archive: Archive, key: LinkageKey, reader: str, wanted: Iterable[tuple[str, int]]
) -> dict[tuple[str, int], tuple[str, ...]]:
    """The keyed forms of some sightings. Pages that were not looked at before under this key and reader are read once.

    ``reader``: the state of the reading rooms. Sightings that name nobody are absent.
    """
    asked = sorted(set(wanted))
    root = folder(home)
    place = root / f"{key.id}-{reader}"
    for kept in root.iterdir():
        if kept.is_dir() and kept != place:
            shutil.rmtree(kept)  # forms under another key, or by another reader
    place.mkdir(exist_ok=True, mode=0o700)
    held = _load(place / "names.parquet")
    new = sorted({capture for capture, _ in asked} - {capture for capture, _ in held})
    for capture in new:
        found = keyed_names(page_of(archive.get(capture)), key.secret)
        for seq, forms in found.items():
            held[capture, seq] = forms
        held.setdefault((capture, -1), ())  # looked at, whatever it names
    if new:
        _save(place / "names.parquet", held)
    return {item: held[item] for item in asked if held.get(item)}


def _load(path: Path) -> dict[tuple[str, int], tuple[str, ...]]:
    if not path.exists():
        return {}
    table = pq.read_table(path, schema=_SCHEMA)
    columns: Sequence[list[object]] = [table[name].to_pylist() for name in ("capture", "seq", "forms")]
    return {
        (str(capture), int(str(seq))): tuple(map(str, forms)) if isinstance(forms, list) else ()
        for capture, seq, forms in zip(*columns, strict=True)
    }


def _save(path: Path, held: Mapping[tuple[str, int], tuple[str, ...]]) -> None:
    rows = sorted(held.items())
    table = pa.Table.from_arrays(
        [
            pa.array([capture for (capture, _), _ in rows], pa.string()),
            pa.array([seq for (_, seq), _ in rows], pa.int32()),
            pa.array([list(forms) for _, forms in rows], pa.list_(pa.string())),
        ],
        schema=_SCHEMA,
    )
    draft = path.with_suffix(".draft")
    pq.write_table(table, draft, compression="zstd")
    draft.chmod(0o600)
    draft.replace(path)
