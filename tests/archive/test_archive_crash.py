"""A writer that dies, a disk that fills: what was acknowledged stays, what was torn is named, and work goes on."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from archive_kit import PAGE, URL, clock, held
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courttally.archive import Archive, ArchiveError, Writer
from courttally.archive import files as closing
from courttally.archive import writer as writing
from courttally.archive.ledger import read_ledger

ENDLESS = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from courttally.archive import Archive

with Archive(Path(sys.argv[1])).writer(clock=lambda: datetime(2026, 1, 1, tzinfo=UTC)) as writer:
    number = 0
    while True:
        number += 1
        payload = b"%d " % number + bytes(number % 251 for _ in range(20_000))
        written = writer.write(url=None, status=200, fetched_at=None, court=None, headers=[], payload=payload)
        print(written, flush=True)
"""


def write(writer: Writer, number: int) -> str:
    return writer.write(url=URL, status=200, fetched_at=None, court=None, headers=[], payload=b"%d" % number + PAGE)


def fill(archive: Archive, numbers: range) -> list[str]:
    with archive.writer(clock=clock) as writer:
        return [write(writer, number) for number in numbers]


def test_a_killed_writer_loses_nothing_that_it_acknowledged(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", ENDLESS, str(tmp_path)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        acknowledged = [process.stdout.readline().decode().strip() for _ in range(40)]
        process.send_signal(signal.SIGKILL)
        acknowledged += [line.decode().strip() for line in process.stdout if line.endswith(b"\n")]
    archive = Archive(tmp_path)
    assert archive.files() == []
    (problem,) = archive.verify().problems
    assert str(problem) == (
        "00000001-collect.warc.gz.open: a crash left the file unfinished; the next import or collection mends what a crash left"
    )
    with archive.writer(clock=clock) as writer:
        (said,) = writer.mended
        more = write(writer, 1)
    assert said.startswith("00000001-collect.warc.gz: its writer had been interrupted; ")
    kept = {capture.capture_id for capture in held(archive)}
    assert set(acknowledged) | {more} <= kept
    assert len(kept) <= len(acknowledged) + 2
    assert [file.name for file in archive.files()] == ["00000001-collect.warc.gz", "00000002-collect.warc.gz"]
    assert archive.verify().problems == ()


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str], list[int]]:
    """An unfinished file with five captures (the third a revisit), their ids, and where each record ends."""
    home = tmp_path_factory.mktemp("begun")
    archive = Archive(home)
    writer = archive.writer(clock=clock).__enter__()
    path = home / "archive" / "warc" / "00000001-collect.warc.gz.open"
    ids, ends = [], []
    for number in (1, 2, 1, 3, 4):
        url = URL + str(len(ids))
        ids.append(
            writer.write(url=url, status=200, fetched_at=None, court=None, headers=[], payload=b"%d" % number + PAGE)
        )
        ends.append(path.stat().st_size)
    copy = tmp_path_factory.mktemp("copy")
    shutil.copytree(home, copy, dirs_exist_ok=True)
    writer.__exit__(None, None, None)
    return copy, ids, ends


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_file_torn_anywhere_keeps_its_whole_records(
    begun: tuple[Path, list[str], list[int]], tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    source, ids, ends = begun
    home = tmp_path_factory.mktemp("torn")
    shutil.copytree(source, home, dirs_exist_ok=True)
    warc = home / "archive" / "warc"
    path = warc / "00000001-collect.warc.gz.open"
    cut = data.draw(st.integers(0, ends[-1]) | st.sampled_from(ends))
    before = path.read_bytes()[:cut]
    os.truncate(path, cut)
    whole = [capture_id for capture_id, end in zip(ids, ends, strict=True) if end <= cut]
    archive = Archive(home)
    with archive.writer(clock=clock) as writer:
        assert len(writer.mended) == 1
    assert [capture.capture_id for capture in held(archive)] == whole
    kept = warc / "00000001-collect.warc.gz"
    torn = warc / "00000001-collect.warc.gz.torn"
    together = (kept.read_bytes() if kept.exists() else b"") + (torn.read_bytes() if torn.exists() else b"")
    assert together == before or not whole  # every byte is still there
    assert archive.verify().problems == ()
    fill(archive, range(100, 102))  # and work goes on, under a name that nothing has used
    assert len(held(archive)) == len(whole) + 2
    expected = "00000002-collect.warc.gz" if whole or torn.exists() else "00000001-collect.warc.gz"
    assert archive.files()[-1].name == expected
    assert archive.verify().problems == ()


def test_damage_in_the_middle_of_an_unfinished_file_costs_what_hangs_on_it_alone(
    begun: tuple[Path, list[str], list[int]], tmp_path: Path
) -> None:
    source, ids, ends = begun
    shutil.copytree(source, tmp_path, dirs_exist_ok=True)
    path = tmp_path / "archive" / "warc" / "00000001-collect.warc.gz.open"
    content = bytearray(path.read_bytes())
    content[ends[0] - 20] ^= 0xFF  # in the first capture, which the third refers to
    path.write_bytes(content)
    archive = Archive(tmp_path)
    fill(archive, range(100, 101))
    assert [capture.capture_id for capture in held(archive)][:-1] == [ids[1], ids[3], ids[4]]
    assert archive.verify().problems == ()
    entry = next(
        entry for entry in read_ledger(tmp_path / "archive" / "imports.jsonl").entries if entry["event"] == "salvaged"
    )
    assert (entry["captures"], entry["file"]) == (3, "00000001-collect.warc.gz")
    torn = tmp_path / "archive" / "warc" / "00000001-collect.warc.gz.torn"
    assert entry["torn_bytes"] == torn.stat().st_size > 0


class Crash(BaseException):
    """Stands for the power going off at a chosen step."""


STEPS = ["write_index", "append_ledger", "rename_closed"]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("done", [False, True])
def test_a_crash_at_any_step_of_closing_is_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, done: bool
) -> None:
    archive = Archive(tmp_path)
    old = fill(archive, range(2))
    real: Callable[..., object] = getattr(closing, step)

    def crash(*args: object) -> None:
        if done:
            real(*args)
        raise Crash

    with monkeypatch.context() as patched:
        patched.setattr(closing, step, crash)
        with pytest.raises(Crash):
            fill(archive, range(2, 5))
    assert [capture.capture_id for capture in held(archive)][:2] == old
    fill(archive, range(5, 6))
    assert [int(capture.payload[:1]) for capture in held(archive)] == [0, 1, 2, 3, 4, 5]
    assert archive.verify().problems == ()


def test_a_full_disk_stops_the_write_and_harms_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = Archive(tmp_path)

    def full(handle: int, data: bytes) -> None:
        os.write(handle, data[: len(data) // 2])
        raise OSError(28, "No space left on device")

    with archive.writer(clock=clock) as writer:
        first = write(writer, 1)
        with monkeypatch.context() as patched:
            patched.setattr(writing, "write_all", full)
            with pytest.raises(OSError, match="No space left"):
                write(writer, 2)
        third = write(writer, 3)
    assert [capture.capture_id for capture in held(archive)] == [first, third]
    assert archive.verify().problems == ()
    with monkeypatch.context() as patched:
        patched.setattr(writing, "write_all", full)
        with pytest.raises(OSError, match="No space left"):
            fill(archive, range(4, 5))
    assert archive.count() == 2
    assert archive.verify().problems == ()


def test_a_full_disk_stops_an_import_instead_of_blaming_its_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = Archive(tmp_path / "a")
    fill(source, range(2))

    def full(handle: int, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writing, "write_all", full)
    with pytest.raises(OSError, match="No space left"):
        Archive(tmp_path / "b").import_paths([tmp_path / "a"], clock=clock)


def test_an_interruption_in_the_middle_of_a_record_is_left_to_the_next_writer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = Archive(tmp_path)

    def interrupted(handle: int, data: bytes) -> None:
        os.write(handle, data[:-3])
        raise KeyboardInterrupt

    def session() -> None:
        with archive.writer(clock=clock) as writer:
            kept.append(write(writer, 1))
            monkeypatch.setattr(writing, "write_all", interrupted)
            write(writer, 2)

    kept: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        session()
    monkeypatch.undo()
    assert archive.files() == []
    fill(archive, range(0))
    assert [capture.capture_id for capture in held(archive)] == kept
    assert archive.verify().problems == ()


def test_durable_writes_reach_the_disk_before_their_id_is_returned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    real = os.fsync
    monkeypatch.setattr(os, "fsync", lambda handle: (synced.append(os.fstat(handle).st_size), real(handle)))
    path = tmp_path / "archive" / "warc" / "00000001-collect.warc.gz.open"
    with Archive(tmp_path).writer(clock=clock, durable=True) as writer:
        for number in range(3):
            write(writer, number)
            assert synced[-1] == path.stat().st_size


def test_a_lost_index_is_made_again(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    fill(archive, range(3))
    fill(archive, range(3, 5))
    before = [archive.index(file.name) for file in archive.files()]
    (tmp_path / "archive" / "index" / "00000001-collect.parquet").unlink()
    with pytest.raises(ArchiveError, match=r"the index of 00000001-collect\.warc\.gz is missing or damaged"):
        archive.files()
    assert [str(problem) for problem in archive.verify().problems] == [
        "00000001-collect.parquet: the index is missing; the next import makes it again"
    ]
    with archive.writer(clock=clock) as writer:
        assert writer.mended == ("00000001-collect.warc.gz: its index was missing and was made again from the records",)
    assert [archive.index(file.name) for file in archive.files()] == before
    assert archive.verify().problems == ()


def test_half_made_copies_of_a_crash_are_swept_away(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    fill(archive, range(2))
    left = [
        tmp_path / "archive" / "warc" / "00000002-collect.warc.gz.draft",
        tmp_path / "archive" / "index" / "00000002-collect.parquet.tmp",
    ]
    for path in left:
        path.write_bytes(b"half")
    fill(archive, range(2, 3))
    assert not any(path.exists() for path in left)
    assert archive.verify().problems == ()


@pytest.mark.parametrize("torn", [b"{", b'{"event":"sealed"}', b"\xff\x00"])
def test_a_torn_ledger_line_is_named_and_set_aside(tmp_path: Path, torn: bytes) -> None:
    archive = Archive(tmp_path)
    fill(archive, range(2))
    ledger = tmp_path / "archive" / "imports.jsonl"
    with ledger.open("ab") as stream:
        stream.write(torn)
    assert [str(problem) for problem in archive.verify().problems] == [
        f"imports.jsonl: a crash tore its last line ({len(torn)} bytes); the next import or collection mends what a crash left"
    ]
    fill(archive, range(2, 3))
    assert archive.verify().problems == ()
    assert ledger.with_name("imports.jsonl.torn").read_bytes() == torn + b"\n"
    mended = [entry for entry in read_ledger(ledger).entries if entry["event"] == "mended"]
    assert [entry["torn_bytes"] for entry in mended] == [len(torn)]


def test_nothing_is_chained_to_a_broken_ledger(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    fill(archive, range(2))
    ledger = tmp_path / "archive" / "imports.jsonl"
    ledger.write_bytes(ledger.read_bytes().replace(b'"captures":2', b'"captures":3'))
    with pytest.raises(ArchiveError, match=r"the last line of the ledger imports\.jsonl is broken"):
        fill(archive, range(2, 3))
    assert [capture.payload[:1] for capture in held(archive)] == [b"0", b"1"]
