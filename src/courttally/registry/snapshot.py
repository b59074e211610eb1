"""Snapshots: a folder of Parquet files with a manifest, never changed; the current one is named by a pointer file.

Layout under ``HOME/registry``::

    cache/READER/WARC/…       seen tables of one closed WARC file, by the state of the reading rooms; may be deleted
    snapshots/ID/TABLE.parquet, manifest.json
    current                   the id of the current snapshot, replaced atomically

A reader that opened a snapshot keeps it while newer ones are made: the two before the current are kept.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from courttally.registry.schema import SCHEMA_VERSION

KEPT = 3


class NoSnapshotError(Exception):
    """The registry has not been built yet; the message says how."""


class KeyRefusedError(Exception):
    """The linkage key's file is not as it must be; the message says what to do and holds no path."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One snapshot on disk."""

    path: Path
    manifest: dict[str, Any]

    @property
    def id(self) -> str:
        """The snapshot's id."""
        return self.path.name

    def table(self, name: str, columns: list[str] | None = None) -> pa.Table:
        """A whole table, or some of its columns."""
        return pq.read_table(self.path / f"{name}.parquet", columns=columns, memory_map=True)


def root(home: Path) -> Path:
    """The registry's folder in ``home``."""
    return home / "registry"


def make_root(home: Path) -> Path:
    """The registry's folder, made private (0700) whatever the umask: case-level data is nobody else's on this machine."""
    folder = root(home)
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.mkdir(exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    return folder


def current(home: Path) -> Snapshot:
    """The current snapshot. Raises :class:`NoSnapshotError` where none was built, or by another version's schema."""
    pointer = root(home) / "current"
    if not pointer.exists():
        raise NoSnapshotError("this home has no registry yet: run 'courttally build' first")
    path = root(home) / "snapshots" / pointer.read_text().strip()
    manifest = json.loads((path / "manifest.json").read_text())
    if manifest["schema_version"] != SCHEMA_VERSION:
        raise NoSnapshotError("the registry was built by another version of courttally: run 'courttally build' again")
    return Snapshot(path, manifest)


def open_snapshot(home: Path, name: str) -> Snapshot | None:
    """The snapshot of an id, None where it is gone or was built by another version's schema."""
    path = root(home) / "snapshots" / name
    if not (path / "manifest.json").exists():
        return None
    manifest = json.loads((path / "manifest.json").read_text())
    return Snapshot(path, manifest) if manifest["schema_version"] == SCHEMA_VERSION else None


@dataclass(frozen=True, slots=True)
class Parts:
    """A table that lies in Parquet files already, one after the other; it is never in memory as a whole."""

    schema: pa.Schema
    files: tuple[Path, ...]

    @property
    def num_rows(self) -> int:
        """Rows of all files."""
        return sum(pq.read_metadata(path).num_rows for path in self.files)


def write(home: Path, tables: Mapping[str, pa.Table | Parts], manifest: Mapping[str, Any]) -> Snapshot:
    """Write a snapshot and make it current. Until the last step readers see the one before, whatever happens."""
    content = dict(manifest) | {
        "schema_version": SCHEMA_VERSION,
        "tables": {name: tables[name].num_rows for name in sorted(tables)},
    }
    body = json.dumps(content, indent=1, sort_keys=True)
    folder = make_root(home) / "snapshots"
    folder.mkdir(exist_ok=True, mode=0o700)
    name = f"s-{hashlib.sha256(body.encode()).hexdigest()[:16]}"
    path = folder / name
    temporary = folder / f".{name}.{os.getpid()}"
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(mode=0o700)
    for table_name, table in tables.items():
        write_parquet(table, temporary / f"{table_name}.parquet")
    (temporary / "manifest.json").write_text(body)
    _sync(temporary)
    if path.exists():
        shutil.rmtree(temporary)  # the same content is already there
    else:
        temporary.rename(path)
    pointer = root(home) / "current"
    draft = pointer.with_suffix(f".{os.getpid()}")
    draft.write_text(name + "\n")
    _sync(draft)
    draft.replace(pointer)
    _forget_old(folder, name, content.get("redactions", 0))
    return Snapshot(path, content)


def write_parquet(table: pa.Table | Parts, path: Path) -> None:
    """One Parquet file, the same rows in the same order."""
    if isinstance(table, pa.Table):
        with parquet_writer(path, table.schema) as writer:
            writer.write_table(table, row_group_size=_GROUP)
        return
    full = [part for part in table.files if pq.read_metadata(part).num_rows]
    if len(full) == 1:
        try:
            path.hardlink_to(full[0])  # neither the cache nor a snapshot ever changes a file
            return
        except OSError:
            pass  # not every file system has links
    with parquet_writer(path, table.schema) as writer:
        for part in full:
            with pq.ParquetFile(part) as file:
                for batch in file.iter_batches(_GROUP):
                    writer.write_batch(batch.cast(table.schema), row_group_size=_GROUP)


_GROUP = 1 << 17


def parquet_writer(path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    """Writes a Parquet file of the registry."""
    return pq.ParquetWriter(path, schema, compression="zstd")


def _sync(path: Path) -> None:
    for target in sorted(path.iterdir()) if path.is_dir() else [path]:
        with target.open("rb") as file:
            os.fsync(file.fileno())


def _forget_old(folder: Path, kept: str, redactions: object) -> None:
    """Remove all snapshots but the last few, and at once those that rest on pages which were redacted since."""
    others = sorted(
        (path for path in folder.iterdir() if path.name != kept and not path.name.startswith(".")),
        key=lambda path: path.stat().st_mtime,
        reverse=True,
    )
    for place, path in enumerate(others):
        if place >= KEPT - 1 or _redactions_of(path) != redactions:
            shutil.rmtree(path)


def _redactions_of(path: Path) -> object:
    return json.loads((path / "manifest.json").read_text()).get("redactions", 0)
