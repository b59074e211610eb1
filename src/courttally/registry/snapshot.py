"""Snapshots: a folder of Parquet files with a manifest, never changed; the current one is named by a pointer file.

Layout under ``HOME/registry``::

    cache/READER/WARC/…       seen tables of one closed WARC file, by the state of the reading rooms; may be deleted
    snapshots/ID/TABLE.parquet, manifest.json       known tables
    snapshots/ID/seen/PART/TABLE.parquet, covers    seen tables, in parts that snapshots share (parts.py)
    current                   the id of the current snapshot, replaced atomically

A reader that opened a snapshot keeps it while newer ones are made: the two before the current are kept.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from courttally.registry import parts
from courttally.registry.schema import SCHEMA_VERSION, TABLES

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

    @property
    def latest_on(self) -> date | None:
        """The Moscow day of its latest capture, None where it holds none."""
        day = self.manifest["latest_capture_on"]
        return None if day is None else date.fromisoformat(day)

    def table(self, name: str, columns: list[str] | None = None) -> pa.Table:
        """A whole table, or some of its columns."""
        whole = self.path / f"{name}.parquet"
        files = [whole] if whole.exists() else [part.folder / f"{name}.parquet" for part in parts.parts_of(self.path)]
        schema = TABLES[name].schema
        if columns is not None:
            schema = pa.schema([schema.field(column) for column in columns])
        return pa.concat_tables(
            [schema.empty_table(), *(pq.read_table(file, columns=columns, memory_map=True) for file in files)]
        )


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


def write(
    home: Path, known: Mapping[str, pa.Table], seen: Sequence[parts.Part], manifest: Mapping[str, Any]
) -> Snapshot:
    """Write a snapshot of known tables and parts of seen ones, and make it current. Until the last step readers see the one before,
    whatever happens."""
    rows = {name: table.num_rows for name, table in known.items()} | parts.rows_of(seen)
    content = dict(manifest) | {"schema_version": SCHEMA_VERSION, "tables": dict(sorted(rows.items()))}
    body = json.dumps(content, indent=1, sort_keys=True)
    folder = make_root(home) / "snapshots"
    folder.mkdir(exist_ok=True, mode=0o700)
    name = f"s-{hashlib.sha256(body.encode()).hexdigest()[:16]}"
    path = folder / name
    if not path.exists():  # else the same content is already there
        temporary = folder / f".{name}.{os.getpid()}"
        shutil.rmtree(temporary, ignore_errors=True)
        temporary.mkdir(mode=0o700)
        for table_name, table in known.items():
            write_parquet(table, temporary / f"{table_name}.parquet")
        parts.write(seen, temporary)
        (temporary / "manifest.json").write_text(body)
        _sync(temporary)
        temporary.rename(path)
    pointer = root(home) / "current"
    draft = pointer.with_suffix(f".{os.getpid()}")
    draft.write_text(name + "\n")
    _sync(draft)
    draft.replace(pointer)
    _forget_old(folder, name, content.get("redactions", 0))
    return Snapshot(path, content)


def write_parquet(table: pa.Table, path: Path) -> None:
    """One known table as a Parquet file."""
    with parts.parquet_writer(path, table.schema) as writer:
        writer.write_table(table, row_group_size=parts.GROUP)


def _sync(path: Path) -> None:
    for target in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if target.is_file():
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
