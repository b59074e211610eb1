"""What the reader found, kept per WARC file: read once, in batches on several processes, and never held in memory as a whole.

Invariants: ``cache/STATE/FILE/TABLE.parquet`` are the seen tables of one closed WARC file under one state of the reading rooms; a
folder without ``done`` is not there. Rows lie in the order of the captures in the file, whatever the number of processes. The
whole cache may be deleted at any time.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack
from itertools import groupby
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from courttally.archive import Archive
from courttally.registry.parts import parquet_writer
from courttally.registry.reading import read_batch
from courttally.registry.schema import SEEN

BATCH = 200
_FEW_JOBS = 8  # below some 1,600 captures a second process costs more to start than it saves
_ROWS = 1 << 15  # rows of one table that are gathered before they are written
Job = tuple[str, list[tuple[int, int]]]
Tables = dict[str, pa.Table]


class Readings:
    """The readings of one archive under one state of the reading rooms."""

    def __init__(self, home: Path, cache: Path, state: str) -> None:
        """``cache`` is the folder of all states; what was read under another state is forgotten."""
        self._home, self._archive = home, Archive(home)
        self._folder = cache / state
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for old in cache.iterdir():
            if old != self._folder:
                shutil.rmtree(old)

    def catch_up(self, workers: int | None, say: Callable[[str, int, int], None]) -> int:
        """Read every closed file that was not read yet; how many captures that were."""
        jobs: list[Job] = []
        for file in self._archive.files():
            if not (self._folder / file.name / "done").exists():
                index = self._archive.index(file.name)
                places = list(zip(index["offset"].to_pylist(), index["length"].to_pylist(), strict=True))
                # A file without a capture has its folder too.
                jobs += [(file.name, places[start : start + BATCH]) for start in range(0, len(places) or 1, BATCH)]
        total, done = sum(len(places) for _, places in jobs), 0
        say("reading captures", 0, total)
        read = zip(jobs, _run(self._home, jobs, workers), strict=True)
        for name, parts in groupby(read, key=lambda part: part[0][0]):
            with _Folder(self._folder / name) as folder:
                for (_, places), tables in parts:
                    folder.add(tables)
                    done += len(places)
                    say("reading captures", done, total)
        return total

    def folders(self) -> list[Path]:
        """One folder of seen tables a file, without the captures that another file holds too or that were redacted."""
        surplus = self._archive.surplus()
        return [self._without(file.name, surplus.get(file.name)) for file in self._archive.files()]

    def _without(self, name: str, captures: frozenset[str] | None) -> Path:
        whole = self._folder / name
        if not captures:
            return whole
        words = sorted(captures)
        rest = self._folder / f"{name}~{hashlib.sha256(' '.join(words).encode()).hexdigest()[:16]}"
        if not (rest / "done").exists():
            with _Folder(rest) as folder:
                held = {table.name: pq.read_table(whole / f"{table.name}.parquet") for table in SEEN}
                gone = pa.array(words)
                folder.add({key: rows.filter(pc.invert(pc.is_in(rows["capture"], gone))) for key, rows in held.items()})
        return rest


class _Folder:
    """Writes the seen tables of one file, a few rows at a time; the folder counts as there when all is written."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._held: dict[str, list[pa.Table]] = {table.name: [] for table in SEEN}
        self._open = ExitStack()

    def __enter__(self) -> _Folder:
        shutil.rmtree(self._path, ignore_errors=True)
        self._path.mkdir(mode=0o700)
        self._writers = {
            table.name: self._open.enter_context(parquet_writer(self._path / f"{table.name}.parquet", table.schema))
            for table in SEEN
        }
        return self

    def add(self, tables: Tables) -> None:
        """Take in the next rows."""
        for name, held in self._held.items():
            held.append(tables[name])
            if sum(part.num_rows for part in held) >= _ROWS:
                self._write(name)

    def _write(self, name: str) -> None:
        rows = pa.concat_tables(self._held[name]) if self._held[name] else None
        if rows is not None and rows.num_rows:
            self._writers[name].write_table(rows)
        self._held[name] = []

    def __exit__(self, failed: object, *_: object) -> None:
        with self._open:
            if failed is None:
                for name in self._held:
                    self._write(name)
        if failed is None:
            (self._path / "done").touch()


def _end_with_parent() -> None:
    """Let a worker end with the process that began it: one that is killed tells its workers nothing, and they would wait for work for ever."""
    parent = parent_process()
    if parent is None:
        return

    def watch(sentinel: int) -> None:
        wait([sentinel])
        os._exit(1)

    threading.Thread(target=watch, args=(parent.sentinel,), daemon=True).start()


def _run(home: Path, jobs: list[Job], workers: int | None) -> Iterator[Tables]:
    """The tables of every job, in the order of the jobs; never more of them at once than a few for each process."""
    if workers is None:
        workers = 1 if len(jobs) < _FEW_JOBS else os.cpu_count() or 1
    if workers == 1 or len(jobs) < 2:
        yield from (_job(home, name, places) for name, places in jobs)
        return
    # Spawned, not forked: Arrow's threads do not survive a fork.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_end_with_parent) as pool:
        waiting: deque[Future[Tables]] = deque()
        for name, places in jobs:
            waiting.append(pool.submit(_job, home, name, places))
            if len(waiting) > 4 * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _job(home: Path, name: str, places: list[tuple[int, int]]) -> Tables:
    return read_batch(Archive(home).read(name, places))
