"""The seen tables of a snapshot, in parts that never change and that one snapshot takes over from another.

Invariants: a part is a folder with every seen table and ``covers``, a line for each reading it holds (the folder names of the cache, one
for a closed WARC file); parts of one snapshot cover every reading once. A part is linked, not copied, where the file system can; small
parts are put together when there are many, so that a snapshot has few files after thousands of nights. Row order within a part is
that of its readings and means nothing.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from courttally.registry.schema import SEEN

FOLDER = "seen"
COVERS = "covers"
MOST = 16
"""So many parts a snapshot has at most."""
KEPT = 5
"""So many, the largest, stay as they are when there are more; the others become one."""
GROUP = 1 << 17


@dataclass(frozen=True, slots=True)
class Part:
    """Some readings: their names, and the folders that hold their tables; several folders are put together when written."""

    covers: tuple[str, ...]
    folders: tuple[Path, ...]

    @property
    def folder(self) -> Path:
        """The folder of a part that lies in one."""
        (folder,) = self.folders
        return folder


def parts_of(snapshot: Path) -> list[Part]:
    """The parts of the snapshot in a folder."""
    found = sorted((snapshot / FOLDER).iterdir()) if (snapshot / FOLDER).exists() else []
    return [Part(tuple((folder / COVERS).read_text().splitlines()), (folder,)) for folder in found]


def plan(readings: Iterable[Path], before: Sequence[Part]) -> list[Part]:
    """The parts of a snapshot of some readings, the largest first. ``before``: those of an earlier snapshot under the same reader; what of them
    still holds is taken over."""
    left = {folder.name: folder for folder in readings}
    found: list[Part] = []
    for part in before:
        if left.keys() >= set(part.covers):
            found.append(part)
            for name in part.covers:
                del left[name]
    found += [Part((name,), (folder,)) for name, folder in left.items()]
    found.sort(key=lambda part: (-_bytes(part), part.covers))
    if not found:
        return [Part((), ())]  # nothing was seen: the tables are there, and empty
    if len(found) <= MOST:
        return found
    small = found[KEPT:]
    covers = tuple(name for part in small for name in part.covers)
    return [*found[:KEPT], Part(covers, tuple(part.folder for part in small))]


def _bytes(part: Part) -> int:
    return sum((folder / "sightings.parquet").stat().st_size for folder in part.folders)


def rows_of(found: Sequence[Part]) -> dict[str, int]:
    """Table -> rows in all parts together."""
    folders = [folder for part in found for folder in part.folders]
    return {
        table.name: sum(pq.read_metadata(folder / f"{table.name}.parquet").num_rows for folder in folders)
        for table in SEEN
    }


def write(found: Sequence[Part], snapshot: Path) -> None:
    """Write parts into the folder of a snapshot that is being made."""
    for number, part in enumerate(found, start=1):
        target = snapshot / FOLDER / f"{number:04}"
        target.mkdir(parents=True, mode=0o700)
        (target / COVERS).write_text("\n".join(part.covers))
        for table in SEEN:
            files = [folder / f"{table.name}.parquet" for folder in part.folders]
            if len(files) == 1:
                _link(files[0], target / f"{table.name}.parquet")
            else:
                _together(files, target / f"{table.name}.parquet", table.schema)


def _link(file: Path, target: Path) -> None:
    try:
        target.hardlink_to(file)  # neither the cache nor a snapshot ever changes a file
    except OSError:  # not every file system has links
        shutil.copyfile(file, target)


def _together(files: Sequence[Path], target: Path, schema: pa.Schema) -> None:
    with parquet_writer(target, schema) as writer:
        for each in files:
            with pq.ParquetFile(each) as file:
                for batch in file.iter_batches(GROUP):
                    writer.write_batch(batch.cast(schema), row_group_size=GROUP)


def parquet_writer(path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    """Writes a Parquet file of the registry."""
    return pq.ParquetWriter(path, schema, compression="zstd")
