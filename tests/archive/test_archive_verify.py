"""Every change of the evidence or of a ledger is found, and named by file and place."""

import gzip
import os
import re
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from archive_kit import PAGE, URL, clock, held
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courttally.archive import Archive, ArchiveError, CoverageLedger, time_text
from courttally.archive import verify as verifying
from courttally.archive.files import seals
from courttally.archive.layout import Layout
from courttally.archive.ledger import append_ledger, read_ledger

FIRST, SECOND = "00000001-collect.warc.gz", "00000002-collect.warc.gz"


def make(home: Path) -> Archive:
    archive = Archive(home)
    for day in range(2):
        with archive.writer(clock=clock) as writer:
            for number in range(3):
                fetched = datetime(2024, 7, 1 + day, tzinfo=UTC)
                writer.write(
                    url=URL, status=200, fetched_at=fetched, court="x", headers=[], payload=b"%d" % number + PAGE
                )
    entry = {
        "court": "77OV0000",
        "proceeding": "first",
        "axis": "received",
        "window_from": "2024-01-01",
        "window_to": "2024-01-31",
        "state": "complete",
        "asked_at": "2024-02-01T00:00:00Z",
        "reason": None,
    }
    for _ in range(2):
        CoverageLedger(home).append(entry, clock)
    return archive


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("sound")
    assert make(home).verify().intact
    return home


def changed(home: Path, name: str) -> Path:
    """The path of a file that may be written now."""
    path = home / "archive" / name
    path.chmod(0o600)
    return path


def words(archive: Archive) -> list[str]:
    return [str(problem) for problem in archive.verify().problems]


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data(), name=st.sampled_from([f"warc/{FIRST}", f"warc/{SECOND}", "imports.jsonl", "coverage.jsonl"]))
def test_any_changed_byte_is_found(
    sound: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, name: str
) -> None:
    home = tmp_path_factory.mktemp("home")
    shutil.copytree(sound, home, dirs_exist_ok=True)
    path = changed(home, name)
    content = bytearray(path.read_bytes())
    at = data.draw(st.integers(0, len(content) - 1))
    content[at] ^= data.draw(st.integers(1, 255))
    path.write_bytes(content)
    problems = Archive(home).verify().problems
    assert path.name in {problem.file for problem in problems}


@pytest.mark.parametrize("name", [f"warc/{FIRST}", "imports.jsonl", "coverage.jsonl"])
def test_a_cut_file_is_found(sound: Path, tmp_path: Path, name: str) -> None:
    shutil.copytree(sound, tmp_path, dirs_exist_ok=True)
    path = changed(tmp_path, name)
    os.truncate(path, path.stat().st_size - 9)
    assert path.name in {problem.file for problem in Archive(tmp_path).verify().problems}


def test_a_changed_record_is_named_by_its_place(sound: Path, tmp_path: Path) -> None:
    shutil.copytree(sound, tmp_path, dirs_exist_ok=True)
    archive = Archive(tmp_path)
    offset = archive.index(FIRST)["offset"].to_pylist()[1]
    path = changed(tmp_path, f"warc/{FIRST}")
    content = bytearray(path.read_bytes())
    content[offset + 300] ^= 1
    path.write_bytes(content)
    revisit = archive.index(SECOND)["offset"].to_pylist()[1]
    # without its first record the second cannot be proved either
    found = [(problem.file, problem.offset) for problem in archive.verify().problems]
    assert found[0] == (FIRST, None)
    assert set(found[1:]) == {(FIRST, offset), (SECOND, revisit)}
    with pytest.raises(ArchiveError, match=f"{FIRST}, byte {offset}: .*; run 'courttally verify'"):
        held(archive)


def test_a_file_put_there_or_taken_away_is_found(sound: Path, tmp_path: Path) -> None:
    shutil.copytree(sound, tmp_path, dirs_exist_ok=True)
    warc, index = tmp_path / "archive" / "warc", tmp_path / "archive" / "index"
    (warc / FIRST).rename(warc / "00000009-collect.warc.gz")
    (index / "00000001-collect.parquet").rename(index / "00000009-collect.parquet")
    found = words(Archive(tmp_path))
    assert f"{FIRST}: the ledger has its seal, the file is gone; bring the file back from a backup" in found
    assert "00000009-collect.warc.gz: the ledger has no seal of this file; find out who put it there" in found


def test_the_index_is_held_against_the_records_both_ways(sound: Path, tmp_path: Path) -> None:
    shutil.copytree(sound, tmp_path, dirs_exist_ok=True)
    archive = Archive(tmp_path)
    path = changed(tmp_path, "index/00000001-collect.parquet")
    table = pq.read_table(path)
    offsets = table["offset"].to_pylist()

    def store(changed: pa.Table) -> list[str]:
        pq.write_table(changed, path)
        return words(archive)

    way_out = "delete the index file; the next import makes it again"
    assert store(table.slice(1)) == [f"{FIRST}, byte {offsets[0]}: the index has no row for this record; {way_out}"]
    shifted = pc.add(table["fetched_at"], pa.scalar(timedelta(seconds=1), pa.duration("us")))
    columns = table.set_column(5, table.schema.field("fetched_at"), shifted)
    assert store(columns) == [
        f"{FIRST}, byte {offset}: the index differs from the record: fetched_at; {way_out}" for offset in offsets
    ]
    extra = table.slice(2).set_column(11, table.schema.field("offset"), pa.array([7], pa.int64()))
    assert store(pa.concat_tables([table, extra])) == [
        f"{FIRST}, byte 7: the index has a row, the file has no whole record there; bring the file back from a backup"
    ]
    assert store(table.drop_columns(["url"])) == [
        f"00000001-collect.parquet: the index has other columns than this version writes; {way_out}"
    ]
    path.write_bytes(b"PAR1 no more")
    assert words(archive) == [f"00000001-collect.parquet: the index cannot be read; {way_out}"]
    path.unlink()
    with archive.writer(clock=clock):
        pass
    assert words(archive) == []
    path.with_name("00000007-import.parquet").write_bytes(b"")
    assert words(archive) == ["00000007-import.parquet: an index without its file; bring the file back from a backup"]


def test_a_ledger_names_its_first_broken_line(sound: Path, tmp_path: Path) -> None:
    shutil.copytree(sound, tmp_path, dirs_exist_ok=True)
    ledger = tmp_path / "archive" / "coverage.jsonl"
    for number in range(3):
        append_ledger(ledger, {"event": "asked", "number": number}, clock)
    lines = ledger.read_bytes().splitlines(keepends=True)
    ways = {
        "line 3: the line does not follow the line before it": [*lines[:2], *lines[3:]],
        "line 2: the line does not follow the line before it": [lines[0], lines[2], lines[1], *lines[3:]],
        "line 4: the line was changed after it was written": [*lines[:3], lines[3].replace(b"1", b"7", 1), lines[4]],
        "line 5: the line is not JSON": [*lines[:4], lines[4][:-5] + b"\n"],
        "line 1: the line is no ledger entry": [b"[]\n", *lines[1:]],
    }
    for what, content in ways.items():
        ledger.write_bytes(b"".join(content))
        assert words(Archive(tmp_path)) == [f"coverage.jsonl: {what}; bring the ledger back from a backup"]
        with pytest.raises(ArchiveError, match=rf"coverage\.jsonl, {what}"):
            CoverageLedger(tmp_path).entries()
    ledger.write_bytes(b"".join(lines))
    assert len(read_ledger(ledger).entries) == 5


def test_a_forged_page_in_a_sound_envelope_is_found(sound: Path, tmp_path: Path) -> None:
    """Somebody changes a page and compresses its record again, so that no checksum of the compression is wrong."""
    shutil.copytree(sound, tmp_path, dirs_exist_ok=True)
    path = changed(tmp_path, f"warc/{FIRST}")
    offset = Archive(tmp_path).index(FIRST)["offset"].to_pylist()[2]
    content = path.read_bytes()
    record = gzip.decompress(content[offset:])
    assert record.count(b"1-23/2024") == 1
    path.write_bytes(content[:offset] + gzip.compress(record.replace(b"1-23/2024", b"1-24/2024"), mtime=0))
    found = words(Archive(tmp_path))
    assert found[:3] == [
        f"{FIRST}: the file is not the one that was sealed; bring the file back from a backup",
        f"{FIRST}, byte {offset}: the block digest does not match; bring the file back from a backup",
        f"{FIRST}, byte {offset}: the payload digest does not match; bring the file back from a backup",
    ]


@pytest.mark.parametrize(
    ("true", "false", "what"),
    [
        (rb'"court_stated":"x"', b'"court_stated":"y"', "the capture id does not follow from the record"),
        (rb'"c-.{24}"', b'"c-%024d"' % 0, "the capture id does not follow from the record"),
        (rb'"c-.{24}"', b'"c-%025d"' % 0, "the record's own field holds a value of the wrong kind"),
        (rb'"sha256:', b'"sha255:', "the record's own field holds a value of the wrong kind"),
        (rb'"status":200', b'"status":true', "the record's own field holds a value of the wrong kind"),
        (rb'"status":200', b'"status":99', "the record's own field: status must be a number from 100 to 599"),
        (rb'"status":200', b'"status":null', "the record's type and its capture do not agree"),
        (rb'"format":1', b'"format":2', "the record's own field is of a format that this version does not know"),
        (rb'"format":1', b'"format":', "the record's own field is not JSON"),
    ],
)
def test_a_forged_particular_in_a_sound_envelope_is_found(
    sound: Path, tmp_path: Path, true: bytes, false: bytes, what: str
) -> None:
    shutil.copytree(sound, tmp_path, dirs_exist_ok=True)
    path = changed(tmp_path, f"warc/{FIRST}")
    offset = Archive(tmp_path).index(FIRST)["offset"].to_pylist()[2]
    content = path.read_bytes()
    record = gzip.decompress(content[offset:])
    forged, count = re.subn(true, false, record)
    assert count == 1
    path.write_bytes(content[:offset] + gzip.compress(forged, mtime=0))
    what = f"byte {offset}: {what}"
    assert f"{FIRST}, {what}; bring the file back from a backup" in words(Archive(tmp_path))
    report = Archive(tmp_path / "other").import_paths([path], clock=clock)
    assert report.failures == ((3, f"file 1, {what}"),)


def test_a_record_of_another_tool_among_ours_is_found(sound: Path, tmp_path: Path) -> None:
    shutil.copytree(sound, tmp_path, dirs_exist_ok=True)
    path = changed(tmp_path, f"warc/{FIRST}")
    content = path.read_bytes()
    offset = Archive(tmp_path).index(FIRST)["offset"].to_pylist()[2]
    foreign = gzip.decompress(content[offset:]).replace(b"Courttally-Capture", b"Somebody-Capture")
    path.write_bytes(content[:offset] + gzip.compress(foreign, mtime=0))
    what = "the record has no capture in it; bring the file back from a backup"
    assert f"{FIRST}, byte {offset}: {what}" in words(Archive(tmp_path))


@pytest.mark.parametrize("last", [True, False])
def test_bytes_between_records_are_found_even_where_they_decompress_to_nothing(
    sound: Path, tmp_path: Path, last: bool
) -> None:
    shutil.copytree(sound, tmp_path, dirs_exist_ok=True)
    path = changed(tmp_path, f"warc/{FIRST}")
    content = path.read_bytes()
    at = len(content) if last else Archive(tmp_path).index(FIRST)["offset"].to_pylist()[2]
    path.write_bytes(content[:at] + gzip.compress(b"", mtime=0) + content[at:])
    assert f"{FIRST}, byte {at}: bytes that are no record; bring the file back from a backup" in words(
        Archive(tmp_path)
    )


def test_a_revisit_is_never_given_another_page(sound: Path, tmp_path: Path) -> None:
    shutil.copytree(sound, tmp_path, dirs_exist_ok=True)
    archive = Archive(tmp_path)
    table = archive.index(SECOND)
    for column in ("payload_offset", "payload_length"):
        values = table[column].to_pylist()
        number = table.schema.get_field_index(column)
        table = table.set_column(number, table.schema.field(column), pa.array([*values[1:], values[0]], pa.int64()))
    pq.write_table(table, changed(tmp_path, "index/00000002-collect.parquet"))
    with pytest.raises(ArchiveError, match="this is not the original that a revisit refers to"):
        held(archive)
    assert len(words(archive)) == 3


def test_a_file_whose_seal_was_taken_out_of_the_ledger_is_found(sound: Path, tmp_path: Path) -> None:
    shutil.copytree(sound, tmp_path, dirs_exist_ok=True)
    ledger = tmp_path / "archive" / "imports.jsonl"
    ledger.write_bytes(ledger.read_bytes().splitlines(keepends=True)[0])
    assert words(Archive(tmp_path)) == [f"{SECOND}: the ledger has no seal of this file; find out who put it there"]


def test_an_empty_home_is_intact(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "nothing")
    report = archive.verify()
    assert (report.intact, report.files, report.captures, report.ledger_lines) == (True, 0, 0, 0)
    assert (archive.files(), archive.count(), archive.disk_usage().total) == ([], 0, 0)
    assert not (tmp_path / "nothing").exists()  # looking creates nothing


GOOD: dict[str, object] = {
    "court": "other:Суд",
    "proceeding": "appeal",
    "axis": "result",
    "window_from": "2024-02-28",
    "window_to": "2024-02-29",
    "state": "partial",
    "asked_at": "2024-03-01T03:00:00+03:00",
    "reason": "the counter says 567, the pages hold 22",
}


def test_coverage_entries_come_back_in_order(tmp_path: Path) -> None:
    ledger = CoverageLedger(tmp_path)
    assert ledger.entries() == []
    ledger.append(GOOD, clock)
    ledger.append(GOOD | {"state": "complete", "reason": None}, clock)
    canonical = GOOD | {"asked_at": "2024-03-01T00:00:00Z"}
    assert ledger.entries() == [canonical, canonical | {"state": "complete", "reason": None}]
    assert [entry["at"] for entry in read_ledger(tmp_path / "archive" / "coverage.jsonl").entries] == [
        time_text(clock())
    ] * 2


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("court", ""),
        ("court", 7),
        ("court", "a\nb"),
        ("proceeding", "second"),
        ("axis", "Received"),
        ("window_from", "01.02.2024"),
        ("window_from", "2024-02-30"),
        ("window_from", "2024-W09-3"),
        ("window_to", "2024-02-27"),
        ("window_to", None),
        ("state", "done"),
        ("asked_at", "2024-03-01T00:00:00"),
        ("asked_at", None),
        ("reason", None),
        ("reason", "x" * 301),
    ],
)
def test_a_coverage_entry_that_cannot_be_true_is_refused(tmp_path: Path, column: str, value: object) -> None:
    ledger = CoverageLedger(tmp_path)
    with pytest.raises(ValueError, match=f"coverage column {column} ") as refused:
        ledger.append(GOOD | {column: value}, clock)
    assert not value or repr(value) not in str(refused.value)
    assert ledger.entries() == []


@pytest.mark.parametrize("entry", [{}, GOOD | {"judge": "x"}, {key: GOOD[key] for key in list(GOOD)[1:]}])
def test_a_coverage_entry_has_exactly_its_columns(tmp_path: Path, entry: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="a coverage entry has the columns court, proceeding, axis"):
        CoverageLedger(tmp_path).append(entry, clock)


@pytest.mark.parametrize("sooner", [True, False])
def test_a_file_that_a_writer_closes_meanwhile_is_no_stranger(
    sound: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sooner: bool
) -> None:
    """Somebody imports a page just before, or just after, `verify` reads the seals: nothing is said to be wrong."""
    archive = Archive(Path(shutil.copytree(sound, tmp_path / "home")))
    page = tmp_path / "new.html"
    page.write_bytes(b"<p>new</p>")

    def meanwhile(layout: Layout) -> dict[str, dict[str, object]]:
        monkeypatch.setattr(verifying, "seals", seals)
        before = seals(layout)
        archive.import_paths([page], clock=clock)
        return seals(layout) if sooner else before

    monkeypatch.setattr(verifying, "seals", meanwhile)
    assert archive.verify().problems == ()
    assert len(held(archive)) == len(held(Archive(sound))) + 1
