"""What is written comes back unchanged, here and in another library; and nothing is stored twice."""

import hashlib
import pickle
import stat
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from archive_kit import NOW, PAGE, URL, clock, held, read_elsewhere
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courttally.archive import INDEX_SCHEMA, Archive, ArchiveBusyError, Capture, WarcFile

FETCHED = datetime(2024, 7, 1, 9, 30, tzinfo=timezone(timedelta(hours=3)))


def test_a_capture_comes_back_as_it_was_given(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    headers = [("Content-Type", "text/html; charset=windows-1251"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")]
    with archive.writer(clock=clock) as writer:
        capture_id = writer.write(
            url=URL, method="GET", status=200, fetched_at=FETCHED, court="77OV0000", headers=headers, payload=PAGE
        )
    # the identity, spelled out by hand
    identity = (
        '{"court_stated":"77OV0000","fetched_at":"2024-07-01T06:30:00Z","method":"GET","payload_digest":"sha256:'
        + hashlib.sha256(PAGE).hexdigest()
        + '","status":200,"url":"https://court.example/modules.php?name=sud_delo&case_id=1"}'
    )
    assert capture_id == "c-" + hashlib.sha256(identity.encode()).hexdigest()[:24]
    expected = Capture(
        capture_id=capture_id,
        payload_digest="sha256:" + hashlib.sha256(PAGE).hexdigest(),
        url=URL,
        method="GET",
        status=200,
        fetched_at=datetime(2024, 7, 1, 6, 30, tzinfo=UTC),
        imported_at=NOW,
        court_stated="77OV0000",
        headers=tuple(headers),
        payload=PAGE,
        origin="collect",
    )
    assert held(archive) == [expected]
    assert archive.get(capture_id) == expected
    assert pickle.loads(pickle.dumps(archive)).get(capture_id) == expected
    path = tmp_path / "archive" / "warc" / "00000001-collect.warc.gz"
    assert archive.files() == [WarcFile("00000001-collect.warc.gz", 1, path.stat().st_size)]
    assert archive.count() == 1
    assert archive.verify().problems == ()


def test_another_library_reads_the_files(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    headers = [("Content-Type", "text/html"), ("Content-Encoding", "gzip"), ("Content-Length", "17")]
    later = FETCHED + timedelta(microseconds=250000)
    with archive.writer(clock=clock, origin="import") as writer:
        for status, fetched in ((200, FETCHED), (None, None), (200, later)):
            writer.write(
                url=URL, method="GET", status=status, fetched_at=fetched, court=None, headers=headers, payload=PAGE
            )
        writer.write(url=None, method="POST", status=None, fetched_at=None, court="x", headers=[], payload=b"other")
    records = read_elsewhere(tmp_path / "archive" / "warc" / "00000001-import.warc.gz")
    assert [(kind, content) for kind, _, content in records[1:]] == [
        ("response", PAGE),
        ("revisit", b""),
        ("revisit", b""),
        ("resource", b"other"),
    ]
    assert records[0][0] == "warcinfo"
    first, _, third, fourth = (fields for _, fields, _ in records[1:])
    assert first["WARC-Date"] == "2024-07-01T06:30:00Z"
    assert first["WARC-Target-URI"] == URL
    assert first["WARC-Payload-Digest"] == "sha256:" + hashlib.sha256(PAGE).hexdigest()
    assert third["WARC-Date"] == "2024-07-01T06:30:00.250000Z"
    assert third["WARC-Refers-To"] == first["WARC-Record-ID"]
    assert third["WARC-Refers-To-Target-URI"] == URL
    assert third["WARC-Profile"] == "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
    assert fourth["WARC-Target-URI"] == "http://unknown.invalid/" + hashlib.sha256(b"other").hexdigest()
    assert [capture.payload for capture in held(archive)] == [PAGE, PAGE, PAGE, b"other"]
    assert [capture.status for capture in held(archive)] == [200, None, 200, None]
    assert archive.verify().problems == ()


def test_the_same_capture_is_kept_once_and_a_new_time_is_a_new_sighting(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    ids = []
    for minutes in (0, 0, 5):
        with archive.writer(clock=clock) as writer:
            fetched = FETCHED + timedelta(minutes=minutes)
            ids.append(
                writer.write(url=URL, status=200, fetched_at=fetched, court=None, headers=[], payload=PAGE * 1000)
            )
            ids.append(
                writer.write(url=URL, status=200, fetched_at=fetched, court=None, headers=[], payload=PAGE * 1000)
            )
            assert (writer.added, writer.duplicates) == ((0, 2) if len(ids) == 4 else (1, 1))
    assert len(set(ids)) == 2
    # the writer that had nothing new left no file
    assert [file.name for file in archive.files()] == ["00000001-collect.warc.gz", "00000002-collect.warc.gz"]
    first, second = archive.get(ids[0]), archive.get(ids[4])
    assert first.payload == second.payload == PAGE * 1000
    assert second.fetched_at == datetime(2024, 7, 1, 6, 35, tzinfo=UTC)
    assert archive.index("00000002-collect.warc.gz")["payload_file"].to_pylist() == ["00000001-collect.warc.gz"]
    assert archive.verify().problems == ()


def test_files_are_closed_at_their_size_and_revisits_reach_across_them(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    pages = [hashlib.sha256(str(number).encode()).digest() * 40 for number in range(20)]
    with archive.writer(clock=clock, rotate_bytes=4000) as writer:
        for day in range(2):
            for page in pages:
                fetched = FETCHED + timedelta(days=day)
                writer.write(url=URL, status=200, fetched_at=fetched, court=None, headers=[], payload=page)
    assert len(archive.files()) > 2
    assert sum(file.captures for file in archive.files()) == 40
    assert [capture.payload for capture in held(archive)] == pages * 2
    assert archive.verify().problems == ()


def test_the_index_has_a_row_for_every_capture(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    with archive.writer(clock=clock) as writer:
        for fetched in (FETCHED, None):
            writer.write(url=URL, status=200, fetched_at=fetched, court="22GV0001", headers=[], payload=PAGE)
    index = archive.index("00000001-collect.warc.gz")
    assert index.schema.equals(INDEX_SCHEMA)
    first, second = index.to_pylist()
    assert {key: first[key] for key in first if key not in ("capture_id", "offset", "length", "payload_offset")} == {
        "payload_digest": "sha256:" + hashlib.sha256(PAGE).hexdigest(),
        "url": URL,
        "method": "GET",
        "status": 200,
        "fetched_at": datetime(2024, 7, 1, 6, 30, tzinfo=UTC),
        "imported_at": NOW,
        "court_stated": "22GV0001",
        "origin": "collect",
        "record_type": "response",
        "payload_bytes": len(PAGE),
        "payload_file": "00000001-collect.warc.gz",
        "payload_length": first["length"],
    }
    assert (second["record_type"], second["fetched_at"]) == ("revisit", None)
    assert (second["payload_offset"], second["payload_length"]) == (first["offset"], first["length"])


def test_files_are_closed_to_others(tmp_path: Path) -> None:
    home = tmp_path / "home"
    archive = Archive(home)
    with archive.writer(clock=clock) as writer:
        writer.write(url=URL, status=200, fetched_at=None, court=None, headers=[], payload=PAGE)
    modes = {path.name: oct(stat.S_IMODE(path.stat().st_mode)) for path in home.rglob("*")}
    assert modes == {
        "archive": "0o700",
        "warc": "0o700",
        "index": "0o700",
        "00000001-collect.warc.gz": "0o400",
        "00000001-collect.parquet": "0o600",
        "imports.jsonl": "0o600",
        "writer.lock": "0o600",
    }
    usage = archive.disk_usage()
    assert usage.total == sum(path.stat().st_size for path in home.rglob("*") if path.is_file())
    assert usage.warc == archive.files()[0].bytes


def test_two_writers_at_once(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    with archive.writer(clock=clock) as writer:
        with pytest.raises(ArchiveBusyError, match=r"another process .* is writing to this archive; wait"):
            archive.writer(clock=clock).__enter__()
        with pytest.raises(ArchiveBusyError):
            archive.import_paths([tmp_path], clock=clock)
        writer.write(url=URL, status=200, fetched_at=None, court=None, headers=[], payload=PAGE)
        assert archive.verify().being_written == ("00000001-collect.warc.gz",)
        assert archive.verify().problems == ()
        assert archive.files() == []  # unfinished files are not seen
    with archive.writer(clock=clock):
        pass
    assert archive.count() == 1


def test_an_unknown_id_is_refused_in_plain_words(tmp_path: Path) -> None:
    with pytest.raises(KeyError, match="the archive holds no capture with this id"):
        Archive(tmp_path).get("c-000000000000000000000000")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"fetched_at": FETCHED.replace(tzinfo=None)}, "fetched_at must have a time zone"),
        ({"status": 42}, "status must be a number from 100 to 599"),
        ({"method": "get it"}, "method must be a word"),
        ({"url": "  "}, "url is empty"),
        ({"url": "x\udc80"}, "url is not valid Unicode text"),
        ({"court": ""}, "court is empty"),
        ({"headers": [("a", b"b")]}, "headers must be pairs of text"),
    ],
)
def test_what_cannot_be_true_is_refused_and_nothing_is_left(
    tmp_path: Path, wrong: dict[str, Any], message: str
) -> None:
    archive = Archive(tmp_path)
    good: dict[str, Any] = {"url": URL, "status": 200, "fetched_at": None, "court": None, "headers": []}
    with archive.writer(clock=clock) as writer, pytest.raises(ValueError, match=message):
        writer.write(payload=PAGE, **(good | wrong))
    assert archive.files() == []
    assert archive.verify().problems == ()


text = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
header_text = st.text(st.characters(), max_size=40)
captures = st.lists(
    st.tuples(
        st.none() | text.filter(lambda value: bool(value.strip())),
        st.sampled_from(["GET", "POST", "HEAD"]),
        st.none() | st.integers(100, 599),
        st.none() | st.datetimes(timezones=st.just(UTC)),
        st.none() | text.filter(lambda value: bool(value.strip())),
        st.lists(st.tuples(header_text, header_text), max_size=4).map(tuple),
        st.binary(max_size=400) | st.sampled_from([b"", b"\r\n\r\n", b"WARC/1.1\r\nWARC-Type: response\r\n\r\n"]),
    ),
    max_size=6,
)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(captures)
def test_any_text_and_any_bytes_come_back(
    tmp_path_factory: pytest.TempPathFactory,
    given_captures: list[
        tuple[str | None, str, int | None, datetime | None, str | None, tuple[tuple[str, str], ...], bytes]
    ],
) -> None:
    home = tmp_path_factory.mktemp("home")
    archive = Archive(home)
    expected = {}
    with archive.writer(clock=clock) as writer:
        for url, method, status, fetched, court, headers, payload in given_captures:
            capture_id = writer.write(
                url=url,
                method=method,
                status=status,
                fetched_at=fetched,
                court=court,
                headers=headers,
                payload=payload,
            )
            expected.setdefault(capture_id, (url, method, status, fetched, court, headers, payload))
    found = {
        capture.capture_id: (
            capture.url,
            capture.method,
            capture.status,
            capture.fetched_at,
            capture.court_stated,
            capture.headers,
            capture.payload,
        )
        for capture in held(archive)
    }
    assert found == expected
    assert archive.verify().problems == ()
    for path in (home / "archive" / "warc").iterdir():
        assert len(read_elsewhere(path)) == len(expected) + 1
        assert pq.read_metadata(home / "archive" / "index" / "00000001-collect.parquet").num_rows == len(expected)
    other = Archive(tmp_path_factory.mktemp("other"))
    report = other.import_paths([home], clock=lambda: NOW + timedelta(days=9))
    assert report.failures == ()
    assert held(other) == held(archive)
