"""Bundles: what one machine collected stands whole beside what another holds, proved, once, and never in place of anything."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from archive_kit import PAGE, URL, all_bytes, held
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courttally.archive import Archive, ArchiveError, CoverageLedger, RefusedError, append_ledger, read_ledger
from courttally.archive import exchange as exchanging
from courttally.archive.exchange import MergeReport

START = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


class Ticking:
    """A clock on which every look takes a second."""

    def __init__(self, start: datetime = START) -> None:
        self.now = start

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@pytest.fixture
def clock() -> Ticking:
    return Ticking()


def fill(home: Path, numbers: range, clock: Ticking, fetched: bool = True) -> list[str]:
    """One file of captures; every fifth page has the bytes of one before, so that there are revisits."""
    with Archive(home).writer(clock=clock) as writer:
        return [
            writer.write(
                url=f"{URL}{number}",
                status=200,
                fetched_at=datetime(2024, 7, 1, tzinfo=UTC) + timedelta(hours=number) if fetched else None,
                court="25GV0001",
                headers=[("X-Courttally-Vantage", home.name)],
                payload=PAGE + b"%d" % (number // 5 * 5 if number % 5 == 0 else number % 50),
            )
            for number in numbers
        ]


def asked(home: Path, month: int, clock: Ticking) -> None:
    entry = {
        "court": "25GV0001",
        "proceeding": "first",
        "axis": "received",
        "window_from": f"2024-{month:02d}-01",
        "window_to": f"2024-{month:02d}-28",
        "state": "complete",
        "asked_at": f"2026-{month:02d}-01T03:00:00Z",
        "reason": None,
    }
    CoverageLedger(home).append(entry, clock)


def ids(home: Path) -> list[str]:
    """The ids of all captures that count, each as often as it is there."""
    archive = Archive(home)
    surplus = archive.surplus()
    found = []
    for file in archive.files():
        index = archive.index(file.name)
        places = list(zip(index["offset"].to_pylist(), index["length"].to_pylist(), strict=True))
        read = [capture.capture_id for capture in archive.read(file.name, places)]
        assert read == index["capture_id"].to_pylist()
        found += [name for name in read if name not in surplus.get(file.name, ())]
    assert len(found) == archive.count()
    return sorted(found)


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in ("merge.lock", "writer.lock")
    }


def merge(home: Path, bundle: Path, clock: Ticking) -> MergeReport:
    return Archive(home).merge(bundle, clock=clock)


@pytest.fixture
def pair(tmp_path: Path, clock: Ticking) -> tuple[Path, Path]:
    """Two homes: `a` with two files and two windows, `b` with one file that holds some of the same captures."""
    a, b = tmp_path / "a", tmp_path / "b"
    fill(a, range(1, 21), clock)
    fill(a, range(21, 31), clock)
    asked(a, 1, clock)
    asked(a, 3, clock)
    fill(b, range(15, 40), clock)
    asked(b, 2, clock)
    return a, b


@pytest.mark.parametrize("name", ["bundle", "bundle.tar"])
def test_a_bundle_brings_everything_as_it_was(
    pair: tuple[Path, Path], tmp_path: Path, clock: Ticking, name: str
) -> None:
    a, b = pair
    own = tree(b)
    exported = Archive(a).export(tmp_path / name, clock=clock)
    assert (exported.machines, exported.files, exported.captures) == (1, 2, 30)
    [merged] = merge(b, tmp_path / name, clock).merged
    assert (merged.files, merged.captures, merged.ledger_lines, merged.held) == (2, 30, 4, 0)
    there = b / "archive" / "from" / merged.machine
    for path in ("warc/00000001-collect.warc.gz", "warc/00000002-collect.warc.gz", "imports.jsonl", "coverage.jsonl"):
        assert (there / path).read_bytes() == (a / "archive" / path).read_bytes()
    after = tree(b)
    del after["archive/machine.json"]
    assert all(after[path] == content for path, content in own.items() if path != "archive/imports.jsonl")
    assert after["archive/imports.jsonl"].startswith(own["archive/imports.jsonl"])
    assert read_ledger(b / "archive" / "imports.jsonl").entries[-1]["event"] == "merged"
    assert ids(b) == sorted({*ids(a), *fill_ids(b)})
    assert [entry["window_from"] for entry in CoverageLedger(b).entries()] == ["2024-01-01", "2024-02-01", "2024-03-01"]
    vantages = {dict(capture.headers)["X-Courttally-Vantage"] for capture in held(Archive(b))}
    assert vantages == {"a", "b"}
    assert {file.machine for file in Archive(b).files()} == {"", merged.machine}
    report = Archive(b).verify()
    assert report.problems == ()
    assert (report.files, report.captures, report.ledger_lines) == (3, 55, 2 + 4 + 1)


def fill_ids(home: Path) -> list[str]:
    archive = Archive(home)
    return [
        name
        for file in archive.files()
        if not file.machine
        for name in archive.index(file.name)["capture_id"].to_pylist()
    ]


def test_merging_again_adds_nothing_and_both_ways_hold_the_same(
    pair: tuple[Path, Path], tmp_path: Path, clock: Ticking
) -> None:
    a, b = pair
    Archive(a).export(tmp_path / "a.tar", clock=clock)
    Archive(b).export(tmp_path / "b.tar", clock=clock)
    merge(a, tmp_path / "b.tar", clock)
    merge(b, tmp_path / "a.tar", clock)
    assert ids(a) == ids(b)
    assert CoverageLedger(a).entries() == CoverageLedger(b).entries()
    before = tree(b)
    [again] = merge(b, tmp_path / "a.tar", clock).merged
    assert (again.files, again.ledger_lines, again.held) == (0, 0, 2)
    assert tree(b) == before
    for capture_id in ids(a):
        left, right = Archive(a).get(capture_id), Archive(b).get(capture_id)
        assert left == right  # the same record counts on both sides: import time, headers and all


def test_what_comes_back_home_is_known_there(pair: tuple[Path, Path], tmp_path: Path, clock: Ticking) -> None:
    a, b = pair
    Archive(a).export(tmp_path / "a.tar", clock=clock)
    merge(b, tmp_path / "a.tar", clock)
    Archive(b).export(tmp_path / "both.tar", clock=clock)
    report = merge(a, tmp_path / "both.tar", clock)
    assert [(each.own, each.files) for each in report.merged] == [(False, 1), (True, 0)]
    c = tmp_path / "c"
    assert [each.files for each in merge(c, tmp_path / "both.tar", clock).merged] == [1, 2]  # from one hand to the next
    assert ids(c) == ids(b) == ids(a)
    assert Archive(c).verify().problems == ()


def test_nights_travel_one_by_one(tmp_path: Path, clock: Ticking) -> None:
    a, b = tmp_path / "a", tmp_path / "b"
    bundles = []
    for night in range(3):
        since = clock.now
        fill(a, range(night * 10, night * 10 + 12), clock)
        asked(a, night + 1, clock)
        bundles.append(tmp_path / f"night-{night}.tar")
        exported = Archive(a).export(bundles[-1], clock=clock, since=since)
        assert exported.files == 1
    assert merge(b, bundles[0], clock).conflicts == ()
    before = tree(b)
    [conflict] = merge(b, bundles[2], clock).conflicts
    assert "the bundle begins behind what is held here; merge the bundle before it first" in conflict
    assert tree(b) == before
    for bundle in (bundles[1], bundles[2], bundles[0], bundles[2]):
        assert merge(b, bundle, clock).conflicts == ()
    assert ids(b) == ids(a)
    assert CoverageLedger(b).entries() == CoverageLedger(a).entries()
    assert Archive(b).verify().problems == ()


def test_a_file_that_is_being_written_stays_out(tmp_path: Path, clock: Ticking) -> None:
    a = tmp_path / "a"
    fill(a, range(5), clock)
    with Archive(a).writer(clock=clock) as writer:
        writer.write(url=URL, status=200, fetched_at=None, court=None, payload=b"half")
        assert Archive(a).export(tmp_path / "early.tar", clock=clock).captures == 5
    assert Archive(a).export(tmp_path / "late.tar", clock=clock).captures == 6
    for name in ("early.tar", "late.tar"):
        assert merge(tmp_path / "b", tmp_path / name, clock).conflicts == ()
    assert ids(tmp_path / "b") == ids(a)


def test_a_seal_whose_file_is_not_closed_yet_ends_the_ledger(tmp_path: Path, clock: Ticking) -> None:
    a, b = tmp_path / "a", tmp_path / "b"
    fill(a, range(5), clock)
    fill(a, range(5, 8), clock)
    path = a / "archive" / "warc" / "00000002-collect.warc.gz"
    path.rename(path.with_name(path.name + ".open"))  # as a crash leaves it between seal and rename
    Archive(a).export(tmp_path / "early.tar", clock=clock)
    assert merge(b, tmp_path / "early.tar", clock).conflicts == ()
    assert Archive(b).verify().problems == ()
    fill(a, range(8, 9), clock)
    Archive(a).export(tmp_path / "late.tar", clock=clock)
    assert merge(b, tmp_path / "late.tar", clock).conflicts == ()
    assert ids(b) == ids(a)


def test_nothing_is_ever_overwritten_by_an_export(pair: tuple[Path, Path], tmp_path: Path, clock: Ticking) -> None:
    a, _ = pair
    (tmp_path / "file.tar").write_bytes(b"mine")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "mine").touch()
    (tmp_path / "half.tar.part").touch()
    for name, said in (("file.tar", "is there already"), ("folder", "is there already"), ("half.tar", "broken off")):
        with pytest.raises(ArchiveError, match=said):
            Archive(a).export(tmp_path / name, clock=clock)
    assert (tmp_path / "file.tar").read_bytes() == b"mine"
    assert [path.name for path in (tmp_path / "folder").iterdir()] == ["mine"]


def test_an_export_that_fails_leaves_nothing(
    pair: tuple[Path, Path], tmp_path: Path, clock: Ticking, monkeypatch: pytest.MonkeyPatch
) -> None:
    a, _ = pair
    path = a / "archive" / "warc" / "00000002-collect.warc.gz"
    path.chmod(0o600)
    content = bytearray(path.read_bytes())
    content[-30] ^= 1
    path.write_bytes(content)
    for name in ("bundle", "bundle.tar"):
        with pytest.raises(ArchiveError, match=r"00000002-collect\.warc\.gz is not the file that was sealed"):
            Archive(a).export(tmp_path / name, clock=clock)
    path.write_bytes(content[:-10])
    with pytest.raises(ArchiveError, match="became shorter"):
        Archive(a).export(tmp_path / "bundle.tar", clock=clock)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]


# Damage, forgery, forks


def damaged(bundle: Path, path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at % len(content)] ^= 0x55
    path.write_bytes(content)


@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_a_flipped_byte_anywhere_is_refused_and_nothing_is_taken(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    root, clock = tmp_path_factory.mktemp("flipped"), Ticking()
    a, b, bundle = root / "a", root / "b", root / "bundle"
    fill(a, range(6), clock)
    asked(a, 1, clock)
    Archive(a).export(bundle, clock=clock)
    fill(b, range(3), clock)
    before = tree(b)
    path = data.draw(st.sampled_from(sorted(bundle.iterdir())))
    damaged(bundle, path, data.draw(st.integers(0, path.stat().st_size - 1)))
    with pytest.raises(ArchiveError, match=r"damaged|no bundle"):
        merge(b, bundle, clock)
    after = {name: content for name, content in tree(b).items() if ".incoming/" not in name}
    after.pop("archive/machine.json", None)
    assert after == before


@pytest.mark.parametrize(
    "missing", ["00000001-collect.warc.gz", "00000002-collect.parquet", "imports.jsonl", "manifest.json"]
)
def test_a_bundle_that_is_not_whole_is_refused(
    pair: tuple[Path, Path], tmp_path: Path, clock: Ticking, missing: str
) -> None:
    a, b = pair
    Archive(a).export(tmp_path / "bundle", clock=clock)
    [path] = [path for path in (tmp_path / "bundle").iterdir() if path.name.endswith(missing)]
    path.unlink()
    with pytest.raises(ArchiveError, match=r"not in it|not whole"):
        merge(b, tmp_path / "bundle", clock)
    assert Archive(b).count() == 25


def test_a_tar_that_is_cut_short_is_refused(pair: tuple[Path, Path], tmp_path: Path, clock: Ticking) -> None:
    a, b = pair
    Archive(a).export(tmp_path / "a.tar", clock=clock)
    with tarfile.open(tmp_path / "a.tar") as tar:
        last = tar.getmembers()[-1]
    assert last.name == "manifest.json"
    for length in (0, 100, 512, last.offset // 2, last.offset, last.offset + 600, last.offset_data + last.size - 1):
        os.truncate(tmp_path / "a.tar", length)
        with pytest.raises(ArchiveError, match="bundle"):
            merge(b, tmp_path / "a.tar", clock)
        Path(tmp_path / "a.tar").unlink()
        Archive(a).export(tmp_path / "a.tar", clock=clock)
    for stranger in (b"", b"\0" * 20_000, b"hello", PAGE):
        (tmp_path / "x.tar").write_bytes(stranger)
        with pytest.raises(ArchiveError, match="bundle"):
            merge(b, tmp_path / "x.tar", clock)


def rewritten(bundle: Path, change: Callable[[dict[str, object]], None]) -> None:
    """Change the manifest of a bundle and prove it anew, as a forger would."""
    import hashlib

    from courttally.archive.capture import canonical_json

    path = bundle / "manifest.json"
    value = json.loads(path.read_bytes())
    change(value)
    body = {key: each for key, each in value.items() if key != "self"}
    path.write_bytes(canonical_json({**body, "self": hashlib.sha256(canonical_json(body)).hexdigest()}))


FORGERIES: dict[str, Callable[[dict[str, object]], None]] = {
    "machine": lambda m: m["machines"][0].update(machine="../../x"),
    "label": lambda m: m["machines"][0].update(label="a\nb"),
    "file name": lambda m: m["machines"][0]["files"][0].update(name="../../../etc/passwd"),
    "file twice": lambda m: m["machines"][0]["files"].append(m["machines"][0]["files"][0]),
    "machine twice": lambda m: m["machines"].append(m["machines"][0]),
    "size": lambda m: m["machines"][0]["files"][0]["warc"].update(bytes=-1),
    "digest": lambda m: m["machines"][0]["files"][0]["warc"].update(sha256="x"),
    "line": lambda m: m["machines"][0]["imports"].update(from_line="0"),
    "more keys": lambda m: m["machines"][0].update(other=1),
    "format": lambda m: m.update(format="courttally archive 99"),
}


@pytest.mark.parametrize("forgery", sorted(FORGERIES))
def test_a_forged_manifest_is_refused(pair: tuple[Path, Path], tmp_path: Path, clock: Ticking, forgery: str) -> None:
    a, b = pair
    bundle = tmp_path / "bundle"
    Archive(a).export(bundle, clock=clock)
    rewritten(bundle, FORGERIES[forgery])
    with pytest.raises(ArchiveError, match=r"do not use it|another version"):
        merge(b, bundle, clock)
    assert Archive(b).count() == 25


def test_a_tar_cannot_lead_out_of_the_bundle(pair: tuple[Path, Path], tmp_path: Path, clock: Ticking) -> None:
    a, b = pair
    Archive(a).export(tmp_path / "bundle", clock=clock)
    with tarfile.open(tmp_path / "x.tar", "w") as tar:
        for path in sorted((tmp_path / "bundle").iterdir()):
            info = tarfile.TarInfo(path.name)
            if path.name.endswith("imports.jsonl"):
                info.type, info.linkname = tarfile.SYMTYPE, str(b / "archive" / "imports.jsonl")
                tar.addfile(info)
            else:
                info.size = path.stat().st_size
                with path.open("rb") as stream:
                    tar.addfile(info, stream)
        info = tarfile.TarInfo("../../stranger")
        tar.addfile(info)
    with pytest.raises(ArchiveError, match="is not in it"):
        merge(b, tmp_path / "x.tar", clock)
    assert not list(tmp_path.rglob("stranger"))


def test_evidence_that_its_ledger_did_not_seal_is_a_conflict(
    pair: tuple[Path, Path], tmp_path: Path, clock: Ticking
) -> None:
    """A forger who changes a page and every digest of the bundle still lacks the ledger's seal."""
    a, b = pair
    Archive(a).export(tmp_path / "bundle", clock=clock)
    forged = tmp_path / "forged"
    fill(forged, range(100, 103), clock)
    [machine] = {path.name[:14] for path in (tmp_path / "bundle").iterdir() if path.name.startswith("m-")}
    target = tmp_path / "bundle" / f"{machine}-00000001-collect.warc.gz"
    target.write_bytes((forged / "archive" / "warc" / "00000001-collect.warc.gz").read_bytes())

    def repaired(manifest: dict[str, object]) -> None:
        import hashlib

        piece = manifest["machines"][0]["files"][0]["warc"]
        piece.update(bytes=target.stat().st_size, sha256=hashlib.sha256(target.read_bytes()).hexdigest())

    rewritten(tmp_path / "bundle", repaired)
    before = tree(b)
    [conflict] = merge(b, tmp_path / "bundle", clock).conflicts
    assert conflict == f"{machine}: 00000001-collect.warc.gz is not the file that its ledger sealed"
    after = tree(b)
    del after["archive/machine.json"]
    assert after == before


def test_an_index_that_lies_is_a_conflict(pair: tuple[Path, Path], tmp_path: Path, clock: Ticking) -> None:
    a, b = pair
    first, second = (a / "archive" / "index" / f"0000000{n}-collect.parquet" for n in (1, 2))
    shutil.copy(second, first)
    Archive(a).export(tmp_path / "bundle", clock=clock)
    [conflict] = merge(b, tmp_path / "bundle", clock).conflicts
    assert "the index" in conflict
    assert "export it again where it was collected" in conflict
    assert Archive(b).count() == 25
    assert Archive(b).verify().problems == ()


def test_two_archives_of_one_name_are_a_conflict_and_the_way_out_works(tmp_path: Path, clock: Ticking) -> None:
    a, copy, b = tmp_path / "a", tmp_path / "copy", tmp_path / "b"
    fill(a, range(5), clock)
    Archive(a).export(tmp_path / "first.tar", clock=clock)
    shutil.copytree(a, copy)
    fill(a, range(5, 8), clock)
    fill(copy, range(20, 23), clock)
    for home in (a, copy):
        Archive(home).export(tmp_path / f"{home.name}.tar", clock=clock)
    assert merge(b, tmp_path / "a.tar", clock).conflicts == ()
    before = tree(b)
    [conflict] = merge(b, tmp_path / "copy.tar", clock).conflicts
    assert "two archives go by one name" in conflict
    assert tree(b) == before
    [own] = merge(copy, tmp_path / "a.tar", clock).conflicts
    assert "two archives go by one name" in own
    (copy / "archive" / "machine.json").unlink()
    Archive(copy).export(tmp_path / "renamed.tar", clock=clock)
    assert merge(b, tmp_path / "renamed.tar", clock).conflicts == ()
    assert ids(b) == sorted({*ids(a), *ids(copy)})
    assert Archive(b).verify().problems == ()


def test_an_archive_from_an_older_backup_learns_that_it_is_one(tmp_path: Path, clock: Ticking) -> None:
    a, backup = tmp_path / "a", tmp_path / "backup"
    fill(a, range(5), clock)
    Archive(a).export(tmp_path / "first.tar", clock=clock)
    shutil.copytree(a, backup)
    fill(a, range(5, 8), clock)
    Archive(a).export(tmp_path / "second.tar", clock=clock)
    [conflict] = merge(backup, tmp_path / "second.tar", clock).conflicts
    assert "the bundle knows more of this very archive than it does itself" in conflict
    (backup / "archive" / "machine.json").unlink()
    assert merge(backup, tmp_path / "second.tar", clock).conflicts == ()
    assert ids(backup) == ids(a)


def test_one_conflict_does_not_keep_the_others_out(tmp_path: Path, clock: Ticking) -> None:
    a, b, c = tmp_path / "a", tmp_path / "b", tmp_path / "c"
    for n, home in enumerate((a, b)):
        fill(home, range(n * 10, n * 10 + 3), clock)
    Archive(a).export(tmp_path / "a.tar", clock=clock)
    merge(b, tmp_path / "a.tar", clock)
    Archive(b).export(tmp_path / "both", clock=clock)
    machine = json.loads((a / "archive" / "machine.json").read_text())["machine"]
    path = c / "archive" / "from" / machine / "imports.jsonl"
    append_ledger(path, {"event": "import"}, clock)
    report = merge(c, tmp_path / "both", clock)
    assert len(report.conflicts) == 1
    assert [each.files for each in report.merged] == [1]


# Interruption


class Crash(BaseException):
    """Stands for the power going off at a chosen step."""


STEPS = [
    "take_out",
    "verify_files",
    "_accept",
    "keep_machine",
    "write_whole",
    "sync_folder",
    "_discard",
    "append_ledger",
]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("turn", [1, 2])
@pytest.mark.parametrize("done", [False, True])
def test_a_merge_cut_off_at_any_step_is_resumed(
    pair: tuple[Path, Path],
    tmp_path: Path,
    clock: Ticking,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    turn: int,
    done: bool,
) -> None:
    a, b = pair
    Archive(a).export(tmp_path / "a.tar", clock=clock)
    real: Callable[..., object] = getattr(exchanging, step)
    calls = 0

    def crash(*args: object) -> object:
        nonlocal calls
        calls += 1
        if calls != turn:
            return real(*args)
        if done:
            real(*args)
        raise Crash

    mine = set(fill_ids(b))
    with monkeypatch.context() as patched:
        patched.setattr(exchanging, step, crash)
        try:
            merge(b, tmp_path / "a.tar", clock)
        except Crash:
            calls = -1
    assert mine <= set(ids(b))  # whatever happened, what was here is here, and what is seen can be read
    if calls >= 0:
        assert turn > calls, "the step is not reached so often; nothing was cut off"
    whole = merge(b, tmp_path / "a.tar", clock)
    assert whole.conflicts == ()
    assert ids(b) == sorted(mine | set(ids(a)))
    assert Archive(b).verify().problems == ()
    assert not list((b / "archive" / "from").glob("*.incoming"))


def test_an_interrupted_merge_is_named_and_does_not_copy_again(
    pair: tuple[Path, Path], tmp_path: Path, clock: Ticking, monkeypatch: pytest.MonkeyPatch
) -> None:
    a, b = pair
    Archive(a).export(tmp_path / "a.tar", clock=clock)

    def crash(*args: object) -> None:
        raise Crash

    with monkeypatch.context() as patched:
        patched.setattr(exchanging, "verify_files", crash)
        with pytest.raises(Crash):
            merge(b, tmp_path / "a.tar", clock)
    [problem] = Archive(b).verify().problems
    assert str(problem).endswith(
        ".incoming: a merge was interrupted; merge the same bundle again; if it is lost, delete this folder in archive/from"
    )
    copied: list[str] = []
    real = exchanging.take_out
    monkeypatch.setattr(exchanging, "take_out", lambda *args: (copied.append(args[1]), real(*args)))
    assert merge(b, tmp_path / "a.tar", clock).conflicts == ()
    assert copied == []


MERGING = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from courttally.archive import Archive

print("ready", flush=True)
Archive(Path(sys.argv[1])).merge(Path(sys.argv[2]), clock=lambda: datetime(2026, 12, 1, tzinfo=UTC))
"""


def test_a_merge_killed_at_random_instants_is_resumed(tmp_path: Path, clock: Ticking) -> None:
    a, b = tmp_path / "a", tmp_path / "b"
    for start in range(0, 400, 100):
        fill(a, range(start, start + 100), clock)
    fill(b, range(5), clock)
    mine = set(ids(b))
    Archive(a).export(tmp_path / "a.tar", clock=clock)
    for milliseconds in (5, 20, 40, 60, 90):
        with subprocess.Popen(
            [sys.executable, "-c", MERGING, str(b), str(tmp_path / "a.tar")], stdout=subprocess.PIPE
        ) as process:
            assert process.stdout is not None
            process.stdout.readline()
            try:
                process.wait(milliseconds / 1000)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
        assert mine <= set(ids(b))
    assert merge(b, tmp_path / "a.tar", clock).conflicts == ()
    assert ids(b) == sorted(mine | set(ids(a)))
    assert Archive(b).verify().problems == ()


def test_one_merge_at_a_time_and_writing_goes_on(
    pair: tuple[Path, Path], tmp_path: Path, clock: Ticking, monkeypatch: pytest.MonkeyPatch
) -> None:
    a, b = pair
    Archive(a).export(tmp_path / "a.tar", clock=clock)
    said: list[str] = []
    real = exchanging.verify_files

    def meanwhile(*args: object) -> object:
        with pytest.raises(ArchiveError, match="another merge into this archive is under way"):
            merge(b, tmp_path / "a.tar", clock)
        said.append("refused")
        assert Archive(b).verify().problems == ()  # a merge under way is no damage
        fill(b, range(60, 63), clock)
        return real(*args)

    monkeypatch.setattr(exchanging, "verify_files", meanwhile)
    assert merge(b, tmp_path / "a.tar", clock).conflicts == ()
    assert said == ["refused"]
    assert Archive(b).verify().problems == ()


# What follows for the archive


def test_what_another_machine_holds_is_not_stored_again(
    pair: tuple[Path, Path], tmp_path: Path, clock: Ticking
) -> None:
    a, b = pair
    Archive(a).export(tmp_path / "a.tar", clock=clock)
    merge(b, tmp_path / "a.tar", clock)
    with Archive(b).writer(clock=clock) as writer:
        writer.write(
            url=f"{URL}3",
            status=200,
            fetched_at=datetime(2024, 7, 1, 3, tzinfo=UTC),
            court="25GV0001",
            payload=PAGE + b"3",
        )
        assert (writer.added, writer.duplicates) == (0, 1)
        writer.write(url=f"{URL}3", status=200, fetched_at=None, court="25GV0001", payload=PAGE + b"3")
        assert writer.added == 1
    kinds = Archive(b).index("00000002-collect.warc.gz")["record_type"].to_pylist()
    assert kinds == ["response"]  # never a revisit of another machine's record
    assert Archive(b).verify().problems == ()


def test_damage_in_another_machines_file_is_named(pair: tuple[Path, Path], tmp_path: Path, clock: Ticking) -> None:
    a, b = pair
    Archive(a).export(tmp_path / "a.tar", clock=clock)
    [merged] = merge(b, tmp_path / "a.tar", clock).merged
    path = b / "archive" / "from" / merged.machine / "warc" / "00000002-collect.warc.gz"
    path.chmod(0o600)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    problems = [str(problem) for problem in Archive(b).verify().problems]
    assert problems
    assert all(text.startswith(f"{merged.machine}-00000002-collect.warc.gz") for text in problems)


def test_a_lost_index_of_another_machine_is_made_again(pair: tuple[Path, Path], tmp_path: Path, clock: Ticking) -> None:
    a, b = pair
    Archive(a).export(tmp_path / "a.tar", clock=clock)
    [merged] = merge(b, tmp_path / "a.tar", clock).merged
    path = b / "archive" / "from" / merged.machine / "index" / "00000001-collect.parquet"
    before = Archive(b).index(f"{merged.machine}-00000001-collect.warc.gz")
    path.unlink()
    [problem] = Archive(b).verify().problems
    assert str(problem).startswith(f"{merged.machine}-00000001-collect.parquet: the index is missing")
    with Archive(b).writer(clock=clock) as writer:
        assert writer.mended == (
            f"{merged.machine}-00000001-collect.warc.gz: its index was missing and was made again",
        )
    assert Archive(b).index(f"{merged.machine}-00000001-collect.warc.gz") == before
    assert Archive(b).verify().problems == ()


def test_a_sealed_file_travels_only_with_its_key(
    pair: tuple[Path, Path], tmp_path: Path, clock: Ticking, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pyrage import x25519

    a, b = pair
    identity = x25519.Identity.generate()
    key = tmp_path / "seal.key"
    key.write_text(str(identity))
    key.chmod(0o600)
    Archive(a).seal(recipients=[str(identity.to_public())], key=None, names=(), clock=clock)
    with pytest.raises(ArchiveError, match=r"00000001-collect\.warc\.gz is sealed and there is no key"):
        Archive(a).export(tmp_path / "a.tar", clock=clock)
    assert not list(tmp_path.glob("a.tar*"))
    monkeypatch.setenv("COURTTALLY_SEAL_KEY", str(key))
    Archive(a).export(tmp_path / "a.tar", clock=clock)
    [merged] = merge(b, tmp_path / "a.tar", clock).merged
    assert merged.captures == 30
    monkeypatch.delenv("COURTTALLY_SEAL_KEY")
    assert Archive(b).verify().problems == ()


def test_a_redaction_travels_and_an_old_bundle_does_not_undo_it(
    pair: tuple[Path, Path], tmp_path: Path, clock: Ticking
) -> None:
    a, b = pair
    Archive(a).export(tmp_path / "old.tar", clock=clock)
    merge(b, tmp_path / "old.tar", clock)
    gone = Archive(a).locate(ids(a)[0])
    capture = next(Archive(a).read(gone.file, [(gone.offset, gone.length)]))
    Archive(a).redact([capture.capture_id], who="A. Editor", why="asked by the person", clock=clock)
    Archive(a).export(tmp_path / "new.tar", clock=clock)
    [merged] = merge(b, tmp_path / "new.tar", clock).merged
    assert merged.files >= 1
    assert Archive(b).verify().problems == ()
    assert not set(ids(b)) & set(ids_redacted(a))
    before = tree(b)
    assert merge(b, tmp_path / "old.tar", clock).conflicts == ()
    assert tree(b) == before
    held_there = b / "archive" / "from" / merged.machine / "warc"
    assert all(
        path.read_bytes() == (a / "archive" / "warc" / path.name).read_bytes() for path in held_there.glob("*.warc.gz")
    )


def test_what_another_machine_redacted_is_named_where_it_is_held_still(
    pair: tuple[Path, Path], tmp_path: Path, clock: Ticking
) -> None:
    """`b` imported the page of capture 16 itself, under another address."""
    a, b = pair
    page = PAGE + b"16"
    with Archive(b).writer(clock=clock) as writer:
        mine = writer.write(url="http://elsewhere.example/", status=200, fetched_at=None, court=None, payload=page)
    [gone] = [name for name in fill_ids(a) if Archive(a).get(name).payload == page]
    assert gone in fill_ids(b)
    Archive(a).redact([gone], who="A. Editor", why="asked", clock=clock)
    Archive(a).export(tmp_path / "a.tar", clock=clock)
    report = merge(b, tmp_path / "a.tar", clock)
    assert set(report.to_redact) == {gone, mine}
    assert gone not in ids(b)
    with Archive(b).writer(clock=clock) as writer, pytest.raises(RefusedError):
        writer.write(url="http://third.example/", status=200, fetched_at=None, court=None, payload=page)
    Archive(b).redact(report.to_redact[:1], who="A. Editor", why="asked", clock=clock)
    assert merge(b, tmp_path / "a.tar", clock).to_redact == ()
    assert Archive(b).verify().problems == ()


def ids_redacted(home: Path) -> Iterator[str]:
    for entry in read_ledger(home / "archive" / "imports.jsonl").entries:
        if entry["event"] == "redacted":
            for names in entry["captures"].values():
                yield from names


def test_messages_hold_no_path(pair: tuple[Path, Path], tmp_path: Path, clock: Ticking) -> None:
    a, b = pair
    Archive(a).export(tmp_path / "secret-name.tar", clock=clock)
    for wrong in (tmp_path / "secret-name", tmp_path):
        with pytest.raises((ArchiveError, OSError)) as told:
            merge(b, wrong, clock)
        assert "secret" not in str(getattr(told.value, "strerror", told.value))
    assert b"secret-name" not in all_bytes(b / "archive")
