"""Killed at any instant, on a full disk, with a clock set back, twice at once: every acknowledged capture is there exactly once."""

import json
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from archive_kit import PAGE, URL

from courttally.archive import Archive, ArchiveBusyError, ArchiveError, CoverageLedger
from courttally.archive import writer as writing

# Writes durable captures into small files, and after each its id: only what it could say has been acknowledged. Every
# seventh page was there before, so that revisits are written, and every fifth step adds a line to the coverage ledger.
WRITING = """
import os, sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from courttally.archive import Archive, ArchiveError, CoverageLedger

home, start, much = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
def clock():
    return datetime(2026, 1, 1, tzinfo=UTC)
def told(line):
    os.write(1, line.encode() + b"\\n")
told("start")
try:
    with Archive(home).writer(clock=clock, durable=True, rotate_bytes=6_000) as writer:
        for number in range(start, start + much):
            page = number if number % 7 else number - 7
            payload = b"%d " % page + bytes((page * step) % 251 for step in range(900))
            fetched = clock() + timedelta(seconds=number)
            made = writer.write(url=f"http://x.example/{number}", status=200, fetched_at=fetched, court=None, payload=payload)
            told(made)
            if number % 5 == 0:
                day = (datetime(2000, 1, 1) + timedelta(days=number)).date().isoformat()
                CoverageLedger(home).append(dict(court="25GV0001", proceeding="first", axis="received", window_from=day,
                    window_to=day, state="complete", asked_at="2026-01-01T00:00:00Z", reason=None), clock)
                told("w " + day)
except ArchiveError as error:
    told("! " + str(error))
except OSError as error:
    told("! " + (error.strerror or "?"))
told("end")
"""


def start(home: Path, first: int, much: int, *prefix: str) -> subprocess.Popen[bytes]:
    command = [*prefix, sys.executable, "-c", WRITING, str(home), str(first), str(much)]
    return subprocess.Popen(command, stdout=subprocess.PIPE)


def clock() -> datetime:
    return datetime(2026, 2, 1, tzinfo=UTC)


class Said:
    """What a writing process acknowledged: captures and windows, and what it said went wrong."""

    def __init__(self) -> None:
        self.captures: list[str] = []
        self.windows: list[str] = []
        self.wrong: list[str] = []

    def hear(self, data: bytes) -> None:
        for line in data.decode().splitlines(keepends=True):
            if not line.endswith("\n"):
                continue
            text = line.strip()
            if text.startswith("w "):
                self.windows.append(text[2:])
            elif text.startswith("! "):
                self.wrong.append(text[2:])
            elif text not in ("start", "end"):
                self.captures.append(text)


def all_ids(home: Path) -> Counter[str]:
    archive = Archive(home)
    return Counter(name for file in archive.files() for name in archive.index(file.name)["capture_id"].to_pylist())


def check(home: Path, said: Said) -> tuple[int, int]:
    """Prove a home after a kill: verify names what was torn, the next start repairs it, nothing is lost or doubled.

    Returns how many records were torn, and how many files the kill left unfinished.
    """
    archive = Archive(home)
    unfinished = [path.name for path in (home / "archive" / "warc").glob("*.open")]
    before = [str(problem) for problem in archive.verify().problems]
    torn = [text for text in before if "a crash tore the record" in text]
    assert all("a crash" in text or "the index" in text or "without its file" in text for text in before), before
    for name in unfinished:
        named = [text for text in before if text.startswith(name)]
        assert len(named) == 1, before  # the file is named, with at most one torn record
    assert len(unfinished) <= 1
    with archive.writer(clock=clock) as writer:
        assert len(writer.mended) >= len(unfinished)
    assert archive.verify().problems == ()
    held = all_ids(home)
    assert [name for name in said.captures if held[name] != 1] == []
    assert set(held.values()) <= {1}
    windows = Counter(str(entry["window_from"]) for entry in CoverageLedger(home).entries())
    assert [day for day in said.windows if windows[day] != 1] == []
    assert set(windows.values()) <= {1}
    return len(torn), len(unfinished)


def killed(home: Path, turns: int, seed: int) -> tuple[int, int]:
    """Kill a process at random instants, mending or writing, again and again in the same home."""
    chance = random.Random(seed)
    said, torn, unfinished = Said(), 0, 0
    for turn in range(turns):
        with start(home, turn * 10_000, 9_999) as process:
            assert process.stdout is not None
            process.stdout.readline()  # it has started: from here on it mends what the kill before left
            if turn % 3:
                said.hear(process.stdout.readline())  # and from here on it writes
            try:
                process.wait(chance.uniform(0, 0.12 if turn % 3 else 0.03))
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
            said.hear(process.stdout.read())
        if turn % 3 == 1 or turn == turns - 1:  # else the next one finds what two kills left
            found = check(home, said)
            torn, unfinished = torn + found[0], unfinished + found[1]
    assert said.wrong == []
    assert len(said.captures) > turns
    return torn, unfinished


def test_killed_at_ten_random_instants(tmp_path: Path) -> None:
    killed(tmp_path, 10, seed=1)


@pytest.mark.long
def test_killed_at_two_hundred_random_instants(tmp_path: Path) -> None:
    """Twenty homes, ten kills each. Some kills must have left a file unfinished, or the instants prove nothing."""
    unfinished = 0
    for home in range(20):
        unfinished += killed(tmp_path / str(home), 10, seed=100 + home)[1]
    assert unfinished > 30


@pytest.mark.parametrize("cut", [1, 200, -1])
def test_verify_names_the_torn_record_and_where_it_begins(tmp_path: Path, cut: int) -> None:
    writer = Archive(tmp_path).writer(clock=clock).__enter__()
    path = tmp_path / "archive" / "warc" / "00000001-collect.warc.gz.open"
    ends = []
    for number in range(3):
        writer.write(url=URL, status=200, fetched_at=None, court=None, payload=PAGE + b"%d" % number)
        ends.append(path.stat().st_size)
    left = tmp_path / "left"
    subprocess.run(["cp", "-r", str(tmp_path / "archive"), str(left)], check=True)
    writer.__exit__(None, None, None)
    home = tmp_path / "home"
    home.mkdir()
    left.rename(home / "archive")
    size = ends[1] + cut if cut > 0 else ends[2] + cut
    os.truncate(home / "archive" / "warc" / path.name, size)
    assert [str(problem) for problem in Archive(home).verify().problems] == [
        f"{path.name}, byte {ends[1]}: a crash tore the record that begins here ({size - ends[1]:,} bytes); 2 captures before "
        "it are whole; the next import or collection mends what a crash left"
    ]


# A full disk

SMALL_DISK = """
import json, os, subprocess, sys
from datetime import UTC, datetime
from pathlib import Path
sys.path.insert(0, sys.argv[3])
import test_archive_endurance as kit
from courttally.archive import Archive

disk, filler = Path(sys.argv[1]), int(sys.argv[2])
(disk / "filler").write_bytes(bytes(filler))
home, said = disk / "home", kit.Said()
for turn in range(3):  # the disk stays full: nothing is lost, however often it is tried
    process = subprocess.run([sys.executable, "-c", kit.WRITING, str(home), str(turn * 1000), "400"], stdout=subprocess.PIPE)
    said.hear(process.stdout)
(disk / "filler").unlink()
kit.check(home, said)
process = subprocess.run([sys.executable, "-c", kit.WRITING, str(home), "9000", "10"], stdout=subprocess.PIPE)
said.hear(process.stdout)
kit.check(home, said)
print(json.dumps({"captures": len(said.captures), "wrong": said.wrong, "status": process.returncode}))
"""


def namespaces() -> bool:
    """Whether this system lets us mount a small disk of our own."""
    probe = ["unshare", "-Urm", "sh", "-c", "mount -t tmpfs -o size=64k tmpfs /mnt"]
    try:
        return subprocess.run(probe, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("filler", [500_000, 960_000, 1_000_000, 1_020_000])
def test_a_full_disk_loses_nothing_and_says_so(tmp_path: Path, filler: int) -> None:
    """A disk of one megabyte, filled so that it gives out at different steps: record, index, ledger, beginning a file."""
    if not namespaces():
        pytest.skip("needs a system where 'unshare -Urm' may mount a tmpfs")
    mount = f'mount -t tmpfs -o size=1m tmpfs {tmp_path} && exec {sys.executable} -c "$0" {tmp_path} {filler} {Path(__file__).parent}'
    done = subprocess.run(
        ["unshare", "-Urm", "sh", "-c", mount, SMALL_DISK], capture_output=True, check=False, text=True
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert len(told["wrong"]) == 3
    assert all("No space left" in text or "free some space" in text for text in told["wrong"]), told["wrong"]
    assert told["captures"] >= 10


LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[4]), resource.RLIM_INFINITY))
"""


@pytest.mark.parametrize("limit", [100, 700, 1_500, 5_000, 6_500])
def test_a_file_that_may_not_grow_loses_nothing(tmp_path: Path, limit: int) -> None:
    """The system stops every file at a size: first the evidence, then index or ledger."""
    said = Said()
    for turn in range(2):
        command = [sys.executable, "-c", LIMITED + WRITING, str(tmp_path), str(turn * 1000), "60", str(limit)]
        done = subprocess.run(command, stdout=subprocess.PIPE, check=False)
        said.hear(done.stdout)
    assert len(said.wrong) == 2
    assert all("File too large" in text or "free some space" in text for text in said.wrong), said.wrong
    check(tmp_path, said)
    with start(tmp_path, 5000, 30) as process:
        assert process.stdout is not None
        said.hear(process.stdout.read())
    assert len(said.wrong) == 2
    assert len(said.captures) >= 30
    check(tmp_path, said)


def test_a_writer_that_could_not_close_a_file_does_not_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = Archive(tmp_path)
    kept: list[str] = []

    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    def session() -> None:
        with archive.writer(clock=clock, rotate_bytes=1) as writer:
            with monkeypatch.context() as patched:
                patched.setattr(writing, "close_file", full)
                with pytest.raises(OSError, match="No space left"):
                    writer.write(url=URL, status=200, fetched_at=None, court=None, payload=PAGE)
            kept.append(writer.write(url=URL + "2", status=200, fetched_at=None, court=None, payload=PAGE))

    with pytest.raises(ArchiveError, match="could not be closed before"):
        session()
    assert kept == []
    with archive.writer(clock=clock) as writer:
        again = writer.write(url=URL, status=200, fetched_at=None, court=None, payload=PAGE)
        assert (writer.added, writer.duplicates) == (0, 1)
    assert all_ids(tmp_path) == {again: 1}
    assert archive.verify().problems == ()


def test_every_file_begins_by_saying_what_it_is_even_after_a_full_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = Archive(tmp_path)

    def full(handle: int, data: bytes) -> None:
        os.write(handle, data[:10])
        raise OSError(28, "No space left on device")

    with archive.writer(clock=clock) as writer:
        with monkeypatch.context() as patched:
            patched.setattr(writing, "write_all", full)
            for _ in range(2):
                with pytest.raises(OSError, match="No space left"):
                    writer.write(url=URL, status=200, fetched_at=None, court=None, payload=PAGE)
        writer.write(url=URL, status=200, fetched_at=None, court=None, payload=PAGE)
    [file] = archive.files()
    import gzip

    assert gzip.decompress((tmp_path / "archive" / "warc" / file.name).read_bytes()).startswith(
        b"WARC/1.1\r\nWARC-Type: warcinfo"
    )
    assert archive.verify().problems == ()


# The clock, and two at once


def test_a_clock_set_back_loses_nothing(tmp_path: Path) -> None:
    times = [datetime(2026, 3, day, tzinfo=UTC) for day in (10, 9, 11, 1)]
    made = []
    for number, now in enumerate(times):
        with Archive(tmp_path).writer(clock=lambda now=now: now, durable=True) as writer:
            made.append(writer.write(url=URL, status=200, fetched_at=now, court=None, payload=PAGE + b"%d" % number))
    archive = Archive(tmp_path)
    assert all_ids(tmp_path) == dict.fromkeys(made, 1)
    assert archive.verify().problems == ()
    assert [archive.get(name).imported_at for name in made] == times
    # What was written after a look at the clock is exported, though a later look said less.
    report = archive.export(tmp_path / "late.tar", clock=clock, since=times[0] + timedelta(hours=1))
    assert report.captures == 2


def test_two_runs_at_once_a_clear_error_and_nothing_lost(tmp_path: Path) -> None:
    said = Said()
    with start(tmp_path, 0, 9_999) as first:
        assert first.stdout is not None
        said.hear(first.stdout.readline() + first.stdout.readline())
        with start(tmp_path, 50_000, 100) as second:
            assert second.stdout is not None
            other = Said()
            other.hear(second.stdout.read())
        assert other.captures == []
        assert other.wrong == [
            f"another process (number {first.pid}) is writing to this archive; wait until it is done"
        ]
        with pytest.raises(ArchiveBusyError):
            Archive(tmp_path).import_paths([], clock=clock)
        for _ in range(5):  # files are begun and closed meanwhile: none of that is damage
            assert Archive(tmp_path).verify().problems == ()
        first.send_signal(signal.SIGKILL)
        said.hear(first.stdout.read())
    check(tmp_path, said)  # and a killed one locks nobody out
    with start(tmp_path, 60_000, 20) as third:
        assert third.stdout is not None
        said.hear(third.stdout.read())
    assert said.wrong == []
    check(tmp_path, said)


def test_many_processes_append_to_one_ledger(tmp_path: Path) -> None:
    appending = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from courttally.archive import append_ledger
for number in range(40):
    append_ledger(Path(sys.argv[1]), {"who": sys.argv[2], "number": number}, lambda: datetime(2026, 1, 1, tzinfo=UTC))
"""
    path = tmp_path / "archive" / "coverage.jsonl"
    processes = [subprocess.Popen([sys.executable, "-c", appending, str(path), str(n)]) for n in range(3)]
    assert [process.wait() for process in processes] == [0, 0, 0]
    from courttally.archive import read_ledger

    state = read_ledger(path)
    assert (state.broken, state.torn) == (None, 0)
    assert Counter((entry["who"], entry["number"]) for entry in state.entries) == {
        (str(n), number): 1 for n in range(3) for number in range(40)
    }
