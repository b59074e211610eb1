"""WARC files that other tools wrote: encodings undone, methods found, revisits resolved, damage stepped over and named."""

import base64
import gzip
import hashlib
import itertools
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from archive_kit import NOW, PAGE, URL, OtherTool, clock, held, http
from hypothesis import given
from hypothesis import strategies as st

from courttally.archive import Archive, Capture, ImportReport
from courttally.archive.http import dechunk, read_answer
from courttally.archive.warc import Damage, NotWholeError, Record, pack, scan, unpack

DAY = datetime(2024, 7, 1, 6, 30, tzinfo=UTC)


def squeeze(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)  # the time of day has no place in a test's name


def chunked(data: bytes, size: int = 7) -> bytes:
    pieces = [data[start : start + size] for start in range(0, len(data), size)]
    return b"".join(b"%x;ext=1\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def brotli(data: bytes) -> bytes:
    return bytes(pa.Codec("brotli").compress(data))


def zstd(data: bytes) -> bytes:
    return bytes(pa.Codec("zstd").compress(data))


def bring(tmp_path: Path, tool: OtherTool | bytes, name: str = "in.warc.gz") -> tuple[Archive, ImportReport]:
    path = tmp_path / name
    path.write_bytes(tool if isinstance(tool, bytes) else tool.buffer.getvalue())
    archive = Archive(tmp_path / "home")
    report = archive.import_paths([path], clock=clock)
    assert archive.verify().problems == ()
    return archive, report


@pytest.mark.parametrize("gz", [True, False])
@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_a_response_keeps_url_time_status_and_headers(tmp_path: Path, gz: bool, version: str) -> None:
    tool = OtherTool(gzip=gz, version=version)
    tool.add("warcinfo", body=b"software: other\r\n")
    headers = (("Content-Type", "text/html; charset=windows-1251"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"))
    tool.add("response", body=PAGE, head=http("404 Not Found", headers))
    tool.add("metadata", body=b"a: b")
    archive, report = bring(tmp_path, tool)
    assert (report.items, report.added, report.failures) == (1, 1, ())
    assert report.skipped == {"WARC record metadata": 1, "WARC record warcinfo": 1}
    (capture,) = held(archive)
    assert (capture.url, capture.method, capture.status, capture.fetched_at) == (URL, "GET", 404, DAY)
    assert (capture.payload, capture.court_stated, capture.imported_at) == (PAGE, None, NOW)
    assert capture.headers == headers


@pytest.mark.parametrize(
    ("headers", "encode"),
    [
        ([("Transfer-Encoding", "chunked")], chunked),
        ([("Content-Encoding", "gzip")], squeeze),
        ([("content-encoding", "X-GZIP")], lambda data: squeeze(data[:9]) + squeeze(data[9:])),
        ([("Content-Encoding", "gzip"), ("Transfer-Encoding", "chunked")], lambda data: chunked(squeeze(data))),
        ([("Transfer-Encoding", "gzip, chunked")], lambda data: chunked(squeeze(data))),
        ([("Content-Encoding", "deflate")], zlib.compress),
        ([("Content-Encoding", "deflate")], lambda data: zlib.compress(data)[2:-4]),
        ([("Content-Encoding", "br")], brotli),
        ([("Content-Encoding", "zstd")], zstd),
        ([("Content-Encoding", "identity")], bytes),
    ],
)
def test_encodings_are_undone(tmp_path: Path, headers: list[tuple[str, str]], encode: Callable[[bytes], bytes]) -> None:
    tool = OtherTool()
    tool.add("response", body=encode(PAGE * 50), head=http("200 OK", headers))
    archive, report = bring(tmp_path, tool)
    assert (report.failures, report.signals) == ((), {})
    (capture,) = held(archive)
    assert capture.payload == PAGE * 50
    assert list(capture.headers) == headers


@pytest.mark.parametrize(
    ("header", "body"),
    [
        (("Transfer-Encoding", "chunked"), chunked(PAGE)[:-20]),
        (("Transfer-Encoding", "chunked"), chunked(PAGE)[:-5]),
        (("Transfer-Encoding", "chunked"), b"5\r\nabcde5\r\n"),
        (("Content-Encoding", "gzip"), squeeze(PAGE)[:-3]),
        (("Content-Encoding", "gzip"), squeeze(PAGE) + b"more"),
        (("Content-Encoding", "gzip"), squeeze(PAGE)[:-8] + b"\0" * 8),
        (("Content-Encoding", "deflate"), zlib.compress(PAGE)[:-3]),
        (("Content-Encoding", "br"), brotli(PAGE)[:-3]),
        (("Content-Encoding", "br"), b"\xff" * 40),
        (("Content-Encoding", "zstd"), zstd(PAGE)[:-3]),
        (("Content-Encoding", "compress"), PAGE),
    ],
)
def test_a_body_that_cannot_be_decoded_whole_is_a_failure(tmp_path: Path, header: tuple[str, str], body: bytes) -> None:
    tool = OtherTool()
    tool.add("response", body=body, head=http("200 OK", [header]))
    archive, report = bring(tmp_path, tool)
    assert (report.items, report.added, len(report.failures)) == (1, 0, 1)
    assert report.failures[0][1].startswith("file 1, byte 0: ")
    assert archive.files() == []


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_a_body_stored_decoded_under_its_old_header_is_taken_and_signalled(tmp_path: Path, coding: str) -> None:
    tool = OtherTool()
    tool.add("response", body=PAGE, head=http("200 OK", [("Content-Encoding", coding)]))
    archive, report = bring(tmp_path, tool)
    assert report.signals == {f"content encoding {coding} stated, body stored without it": 1}
    assert held(archive)[0].payload == PAGE


def test_odd_heads_are_signalled(tmp_path: Path) -> None:
    block = b"HTTP/1.1 200\r\nContent-Length: 999\r\nno field here\r\nA: 1\r\n  folded\r\n: x\r\n\r\nbody"
    raw = (
        b"WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:1>\r\nWARC-Date: 2024-07-01T06:30:00.123456789Z\r\n"
        b"WARC-Target-URI: <http://x.example/>\r\nContent-Type: application/http; msgtype=response\r\n"
        b"Content-Length: %d\r\n\r\n%s\r\n\r\n" % (len(block), block)
    )
    archive, report = bring(tmp_path, raw)
    assert report.signals == {"HTTP header line without a name": 1, "body shorter than its Content-Length": 1}
    (capture,) = held(archive)
    assert capture.headers == (("Content-Length", "999"), ("A", "1 folded"), ("", "no field here"), ("", ": x"))
    assert (capture.url, capture.fetched_at) == ("http://x.example/", DAY + timedelta(microseconds=123456))
    assert capture.payload == b"body"


def test_the_method_is_that_of_the_request_wherever_it_stands(tmp_path: Path) -> None:
    tool = OtherTool()
    ids = [f"<urn:uuid:00000000-0000-0000-0000-00000000000{number}>" for number in range(6)]
    post, head = http("POST /x HTTP/1.1", []), http("HEAD /x HTTP/1.1", [])
    post.protocol, post.statusline = "POST", "/x HTTP/1.1"
    head.protocol, head.statusline = "HEAD", "/x HTTP/1.1"
    answer = http("200 OK", [])
    tool.add("request", head=post, fields={"WARC-Record-ID": ids[0], "WARC-Concurrent-To": ids[1]})
    tool.add("response", body=b"1", head=answer, fields={"WARC-Record-ID": ids[1]})
    tool.add("response", body=b"2", head=answer, fields={"WARC-Record-ID": ids[2], "WARC-Concurrent-To": ids[3]})
    tool.add("response", body=b"3", head=answer, fields={"WARC-Record-ID": ids[4]})
    tool.add("request", head=head, fields={"WARC-Record-ID": ids[3]})
    archive, report = bring(tmp_path, tool)
    assert report.skipped == {"WARC record request": 2}
    assert [(capture.payload, capture.method) for capture in held(archive)] == [
        (b"1", "POST"),
        (b"2", "HEAD"),
        (b"3", "GET"),
    ]


def test_a_resource_is_a_capture_without_status(tmp_path: Path) -> None:
    tool = OtherTool()
    tool.add("resource", body=PAGE, content_type="text/html; charset=windows-1251")
    archive, report = bring(tmp_path, tool)
    assert report.failures == ()
    (capture,) = held(archive)
    assert (capture.status, capture.payload, capture.url) == (None, PAGE, URL)
    assert capture.headers == (("Content-Type", "text/html; charset=windows-1251"),)


def test_revisits_are_resolved_within_their_file(tmp_path: Path) -> None:
    tool = OtherTool()
    sha1 = {"WARC-Payload-Digest": "sha1:" + "A" * 32}
    first = tool.add("response", body=PAGE, head=http("200 OK", [("A", "1")]))
    by_id = {"WARC-Refers-To": first, "WARC-Payload-Digest": "md5:" + "B" * 32}
    odd = {"WARC-Refers-To": first, "WARC-Payload-Digest": "sha1:" + "B" * 32}
    tool.add(
        "revisit", url=URL + "2", head=http("206 Partial", [("A", "2")]), fields=by_id, date="2024-07-02T00:00:00Z"
    )
    tool.add("revisit", fields=odd, date="2024-07-08T00:00:00Z")
    address = {"WARC-Refers-To-Target-URI": URL, "WARC-Refers-To-Date": "2024-07-01T06:30:00Z"}
    tool.add("revisit", fields=address, date="2024-07-03T00:00:00Z")
    early = {"WARC-Refers-To-Target-URI": URL + "9", "WARC-Refers-To-Date": "2024-07-09T00:00:00Z"}
    tool.add("revisit", fields=early, date="2024-07-04T00:00:00Z")
    tool.add("revisit", fields=sha1, date="2024-07-05T00:00:00Z")
    tool.add("response", url=URL + "9", body=b"late", head=http("200 OK", []), date="2024-07-09T00:00:00Z")
    same = {"WARC-Payload-Digest": "SHA1:" + base64.b16encode(hashlib.sha1(b"late").digest()).decode()}
    alike = {"WARC-Payload-Digest": "sha1:" + base64.b32encode(hashlib.sha1(PAGE).digest()).decode()}
    tool.add("revisit", fields=alike, date="2024-07-06T00:00:00Z")
    tool.add("revisit", fields=same, date="2024-07-07T00:00:00Z")
    archive, report = bring(tmp_path, tool)
    assert [reason.partition(": ")[2] for _, reason in report.failures] == [
        "the payload digest of this revisit is not that of its original",
        "the original of this revisit is not in its file",
    ]
    assert [
        (capture.payload, capture.url, capture.status, capture.headers, (capture.fetched_at or NOW).day)
        for capture in held(archive)
    ] == [
        (PAGE, URL, 200, (("A", "1"),), 1),
        (PAGE, URL + "2", 206, (("A", "2"),), 2),
        (PAGE, URL, 200, (("A", "1"),), 3),
        (b"late", URL + "9", 200, (), 9),
        (PAGE, URL, 200, (("A", "1"),), 6),
        (b"late", URL, 200, (), 7),
        (b"late", URL, 200, (), 4),
    ]


def test_records_that_promise_less_than_a_whole_page_are_failures(tmp_path: Path) -> None:
    tool = OtherTool()
    ok = http("200 OK", [])
    tool.add("response", body=b"1", head=ok, fields={"WARC-Truncated": "length"})
    tool.add("response", body=b"2", head=ok, fields={"WARC-Segment-Number": "1"})
    tool.add("response", body=b"3", head=ok, date="2024-07-01")
    tool.add("response", body=b"4", head=http("700 Odd", []))
    tool.add("response", body=b"5", head=ok)
    archive, report = bring(tmp_path, tool)
    assert [reason.partition(": ")[2] for _, reason in report.failures] == [
        "the record says that its page was cut",
        "the record is one segment of several, which import cannot join",
        "the WARC-Date is not a time with its zone",
        "the HTTP status is not a number from 100 to 599",
    ]
    assert [number for number, _ in report.failures] == [1, 2, 3, 4]
    assert [capture.payload for capture in held(archive)] == [b"5"]


def test_a_block_that_its_digest_does_not_know_is_a_failure(tmp_path: Path) -> None:
    tool = OtherTool(gzip=False)
    tool.add("response", body=b"the page of the court", head=http("200 OK", []))
    tool.add("resource", body=b"another page", content_type="text/html")
    raw = tool.buffer.getvalue()
    archive, report = bring(tmp_path, raw.replace(b"page of", b"pAge of"), "in.warc")
    assert [reason for _, reason in report.failures] == ["file 1, byte 0: the block digest does not match"]
    assert [capture.payload for capture in held(archive)] == [b"another page"]


def three(gz: bool) -> tuple[bytes, list[int]]:
    """Three responses, and where each begins (and the file ends)."""
    tool = OtherTool(gzip=gz)
    ends = [0]
    for number in range(3):
        tool.add("response", body=b"page %d " % number + PAGE * 30, head=http("200 OK", []), url=f"{URL}{number}")
        ends.append(tool.buffer.tell())
    return tool.buffer.getvalue(), ends


def numbers(captures: list[Capture]) -> list[int]:
    return [int(capture.payload[5:6]) for capture in captures]


@pytest.mark.parametrize("gz", [True, False])
def test_a_cut_file_keeps_what_is_whole(tmp_path: Path, gz: bool) -> None:
    raw, ends = three(gz)
    archive, report = bring(tmp_path, raw[: ends[3] - 30])
    assert numbers(held(archive)) == [0, 1]
    what = "the compressed data is cut short" if gz else "the record is cut short, or its Content-Length is too large"
    assert report.failures == ((3, f"file 1, byte {ends[2]}: {what}"),)


@pytest.mark.parametrize("gz", [True, False])
@pytest.mark.parametrize("place", ["head", "middle", "end"])
def test_a_damaged_record_in_the_middle_costs_itself_alone(tmp_path: Path, gz: bool, place: str) -> None:
    raw, ends = three(gz)
    at = {"head": ends[1] + 2, "middle": (ends[1] + ends[2]) // 2, "end": ends[2] - 3}[place]
    broken = raw[:at] + bytes([raw[at] ^ 0x55]) + raw[at + 1 :]
    archive, report = bring(tmp_path, broken)
    assert numbers(held(archive)) == [0, 2]
    assert [number for number, _ in report.failures] == [2]
    assert report.failures[0][1].startswith(f"file 1, byte {ends[1]}: ")


@pytest.mark.parametrize("gz", [True, False])
def test_a_file_whose_first_byte_is_wrong_loses_its_first_record_alone(tmp_path: Path, gz: bool) -> None:
    raw, _ = three(gz)
    archive, report = bring(tmp_path, b"?" + raw[1:])
    assert numbers(held(archive)) == [1, 2]
    assert [number for number, _ in report.failures] == [1]


@pytest.mark.parametrize("by", [-5, 5, 100_000_000, 10**17])
def test_a_wrong_content_length_costs_that_record_alone(tmp_path: Path, by: int) -> None:
    for gz in (True, False):
        raw, ends = three(False)
        pieces = [raw[start:end] for start, end in itertools.pairwise(ends)]
        head, mark, rest = pieces[1].partition(b"Content-Length: ")
        number, newline, tail = rest.partition(b"\r\n")
        pieces[1] = head + mark + b"%d" % (int(number) + by) + newline + tail
        folder = tmp_path / str(gz)
        folder.mkdir()
        archive, report = bring(folder, b"".join(squeeze(piece) if gz else piece for piece in pieces))
        assert numbers(held(archive)) == [0, 2]
        assert len(report.failures) == 1
        assert report.failures[0][0] == 2


def test_a_file_compressed_in_one_piece_is_read(tmp_path: Path) -> None:
    raw, _ = three(False)
    archive, report = bring(tmp_path, squeeze(raw))
    assert report.failures == ()
    assert numbers(held(archive)) == [0, 1, 2]
    archive, report = bring(tmp_path, squeeze(raw)[:-40])
    assert (report.duplicates, [number for number, _ in report.failures]) == (2, [3])


@pytest.mark.parametrize("junk", [b"\0" * 5000, b"WARC/1.0\r\n", b"\x1f\x8b\x08 not gzip", b"<html>WARC/1.1 here"])
@pytest.mark.parametrize("gz", [True, False])
def test_bytes_that_are_no_record_are_stepped_over_and_named(tmp_path: Path, gz: bool, junk: bytes) -> None:
    raw, ends = three(gz)
    archive, report = bring(tmp_path, raw[: ends[1]] + junk + b"\r\n" + raw[ends[1] :] + junk)
    assert numbers(held(archive)) == [0, 1, 2]
    assert [number for number, _ in report.failures] == [2, 5]


def test_what_is_no_warc_at_all_is_a_failure(tmp_path: Path) -> None:
    for number, raw in enumerate([b"<html>", b"\x1f\x8b", b"PK\x03\x04" * 500, b"WARC/1.0\r\n\r\n", squeeze(b"")]):
        folder = tmp_path / str(number)
        folder.mkdir()
        _, report = bring(folder, raw)
        assert (report.items, report.added, len(report.failures)) == (1, 0, 1)


def test_our_own_files_lose_nothing_on_the_way_to_another_home(tmp_path: Path) -> None:
    first, second = Archive(tmp_path / "a"), Archive(tmp_path / "b")
    with first.writer(clock=clock) as writer:
        for fetched in (None, DAY, DAY + timedelta(days=1)):
            writer.write(
                url="x y ж", status=200, fetched_at=fetched, court="other:Суд", headers=[("A", "\udcff")], payload=PAGE
            )
        writer.write(url=None, status=None, fetched_at=None, court=None, headers=[("B", "1")], payload=b"")
    later = NOW + timedelta(days=30)
    report = second.import_paths([tmp_path / "a"], clock=lambda: later, court="77OV0000")
    assert (report.added, report.duplicates, report.failures) == (4, 0, ())
    *same, last = held(second)
    assert same == held(first)[:3]
    assert [capture.imported_at for capture in same] == [NOW] * 3
    assert [capture.fetched_at for capture in same] == [None, DAY, DAY + timedelta(days=1)]
    assert last.court_stated == "77OV0000"  # what nobody stated is filled in, and makes another capture
    assert last.capture_id != held(first)[3].capture_id
    assert second.verify().problems == ()


def test_a_revisit_of_ours_without_its_original_is_a_failure(tmp_path: Path) -> None:
    first = Archive(tmp_path / "a")
    for fetched in (DAY, DAY + timedelta(days=1)):
        with first.writer(clock=clock) as writer:
            writer.write(url=URL, status=200, fetched_at=fetched, court=None, headers=[], payload=PAGE)
    one, two = sorted((tmp_path / "a").rglob("*.warc.gz"))
    second = Archive(tmp_path / "b")
    report = second.import_paths([two], clock=clock)
    assert [reason.partition(": ")[2] for _, reason in report.failures] == [
        "the original of this revisit is neither in its file nor in the archive"
    ]
    second.import_paths([one], clock=clock)
    assert second.import_paths([two], clock=clock).failures == ()
    assert held(second) == held(first)


def test_a_large_record_with_a_wrong_checksum_at_its_end_is_not_taken(tmp_path: Path) -> None:
    large = hashlib.shake_128(b"x").digest(3_000_000)
    tool = OtherTool()
    tool.add("response", body=large, head=http("200 OK", []))
    archive, report = bring(tmp_path, tool)
    assert held(archive)[0].payload == large
    raw = bytearray(tool.buffer.getvalue())
    raw[-6] ^= 1
    folder = tmp_path / "broken"
    folder.mkdir()
    archive, report = bring(folder, bytes(raw))
    assert report.failures == ((1, "file 1, byte 0: the compressed data is damaged"),)
    assert archive.files() == []


def test_a_checksum_that_comes_with_a_later_read_still_counts(tmp_path: Path) -> None:
    """Files are read by 64 KiB; here a read ends behind the record's last byte, and the checksum comes with the next."""
    head = b"WARC/1.1\r\nWARC-Type: resource\r\nWARC-Date: 2024-07-01T06:30:00Z\r\nContent-Length: %d\r\n\r\n"
    for size in range(130_000, 131_072):
        raw = bytearray(gzip.compress(head % size + b"0" * size + b"\r\n\r\n", compresslevel=0, mtime=0))
        if len(raw) - 8 == 2 << 16:
            break
    assert len(raw) - 8 == 2 << 16
    raw[-6] ^= 1
    archive, report = bring(tmp_path, bytes(raw))
    assert report.failures == ((1, "file 1, byte 0: the compressed data is damaged"),)
    assert archive.files() == []


def test_what_would_fill_the_memory_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("courttally.archive.http.LARGEST_BLOCK", 50_000)
    bodies = {
        "gzip": [squeeze(b"\0" * 60_000), squeeze(b"\0" * 30_000) * 3],
        "br": [brotli(b"\0" * 60_000)],
        "zstd": [zstd(b"\0" * 60_000)],
        "deflate": [zlib.compress(b"\0" * 60_000)],
    }
    tool = OtherTool()
    for coding, stored in bodies.items():
        for body in stored:
            tool.add("response", body=body, head=http("200 OK", [("Content-Encoding", coding)]))
    _, report = bring(tmp_path, tool)
    assert [reason.partition(": ")[2] for _, reason in report.failures] == ["the body is too large"] * 5
    monkeypatch.setattr("courttally.archive.warc.LARGEST_BLOCK", 1 << 20)
    tool = OtherTool(gzip=False)
    tool.add("response", body=b"x" * (2 << 20), head=http("200 OK", []))
    tool.add("response", body=b"y", head=http("200 OK", []))
    archive, report = bring(tmp_path, tool)
    assert [reason.partition(": ")[2] for _, reason in report.failures] == ["the record is larger than 1 MiB"]
    assert [capture.payload for capture in held(archive)] == [b"y"]


def test_only_a_record_alone_in_its_member_has_a_place_of_its_own(tmp_path: Path) -> None:
    record = b"WARC/1.1\r\nContent-Length: 1\r\n\r\nx\r\n\r\n"
    path = tmp_path / "x"
    path.write_bytes(squeeze(record * 2) + squeeze(record))
    with path.open("rb") as stream:
        found = [(item.offset, item.length) for item in scan(stream) if isinstance(item, Record)]
    size = len(squeeze(record * 2))
    assert found == [(0, None), (0, None), (size, len(squeeze(record)))]


@given(st.binary(max_size=300))
def test_packing_is_plain_gzip(data: bytes) -> None:
    assert gzip.decompress(pack(data)) == data
    assert unpack(pack(data)) == data


@given(st.binary(max_size=200), st.integers(1, 50))
def test_chunks_are_joined_again(data: bytes, size: int) -> None:
    assert dechunk(chunked(data, size)) == data


@given(st.binary(max_size=200), st.sampled_from(["chunked", "gzip", "deflate", "br", "zstd"]))
def test_any_body_is_decoded_or_refused(body: bytes, coding: str) -> None:
    name = "Transfer-Encoding" if coding == "chunked" else "Content-Encoding"
    try:
        answer = read_answer(f"HTTP/1.1 200 OK\r\n{name}: {coding}\r\n\r\n".encode() + body)
    except NotWholeError:
        return
    assert answer.raw == body


@given(
    st.lists(st.binary(max_size=120) | st.sampled_from([b"WARC/1.1\r\n", b"\r\n\r\n", b"\x1f\x8b\x08\x00"]), max_size=5)
)
def test_any_bytes_between_whole_records_lose_no_record(
    tmp_path_factory: pytest.TempPathFactory, junk: list[bytes]
) -> None:
    """Compressed records are found again behind whatever stands between them; a record is never invented."""
    body = hashlib.sha256(b"".join(junk)).digest()
    record = pack(b"WARC/1.1\r\nWARC-Type: x\r\nContent-Length: 32\r\n\r\n" + body + b"\r\n\r\n")
    path = tmp_path_factory.mktemp("scan") / "x"
    path.write_bytes(record + b"".join(piece + record for piece in junk))
    with path.open("rb") as stream:
        found = list(scan(stream))
    assert [item.block for item in found if isinstance(item, Record)] == [body] * (len(junk) + 1)
    if not any(junk):
        assert not any(isinstance(item, Damage) for item in found)
