"""Packed files: members are taken as files of a folder are, what climbs, lies or swells is refused, nothing is unpacked to a path."""

import io
import json
import random
import stat
import struct
import zipfile
from pathlib import Path

import pytest
from archive_kit import PAGE, URL, OtherTool, all_bytes, clock, held, http
from hypothesis import given, settings
from hypothesis import strategies as st

from courttally.archive import Archive, ArchiveError, ImportReport, packed
from courttally.archive.packed import Packed
from courttally.archive.sources import UnreadableError

RARE = "Жужуйников-Ыкрамов"
Member = tuple[str, bytes]


def pack(path: Path, *members: Member, method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as target:
        for name, data in members:
            target.writestr(zipfile.ZipInfo(name), data, method)
    return path


def take(tmp_path: Path, *paths: Path, **flags: str) -> tuple[Archive, ImportReport]:
    archive = Archive(tmp_path / "home")
    return archive, archive.import_paths(paths, clock=clock, **flags)


def warc(*bodies: bytes, date: str = "2024-07-01T06:30:00Z") -> bytes:
    tool = OtherTool()
    for body in bodies:
        tool.add("response", url=URL, body=body, head=http("200 OK", []), date=date)
    return tool.buffer.getvalue()


def test_members_are_taken_as_if_they_lay_in_a_folder(tmp_path: Path) -> None:
    members = (
        ("b.html", b"b"),
        ("c.html", b"c"),
        ("c/", b""),
        ("c/d.html", b"d"),
        ("c/d.html.json", json.dumps({"court": "77OV0000", "status": 200}).encode()),
        ("a.HTM", b"a"),
        ("w.warc.gz", warc(b"w")),
        ("x.png", b""),
        ("lost.html.json", b"{}"),
        ("t.csv", b"a,b\n1,2\n"),
        ("__MACOSX/._b.html", b"\0\5\26\7"),
        ("back\\slash.html", b"e"),
    )
    folder = tmp_path / "in"
    folder.mkdir()
    pack(folder / "m.ZIP", *members)
    (folder / "z.html").write_bytes(b"z")
    archive, report = take(tmp_path, folder)
    assert (report.items, report.added, report.failures) == (7, 7, ())
    assert report.skipped == {"Macintosh file particulars": 1, "image": 1, "sidecar without page": 1, "table": 1}
    assert [(one.payload, one.court_stated, one.status) for one in held(archive)] == [
        (b"a", None, None),
        (b"b", None, None),
        (b"e", None, None),
        (b"d", "77OV0000", 200),
        (b"c", None, None),
        (b"w", None, 200),
        (b"z", None, None),
    ]
    unpacked = tmp_path / "unpacked"
    with zipfile.ZipFile(folder / "m.ZIP") as source:
        source.extractall(unpacked)
    again = archive.import_paths([folder / "m.ZIP", unpacked], clock=clock)
    assert (again.items, again.added, again.duplicates) == (12, 0, 12)
    assert archive.verify().problems == ()


def test_flags_fill_what_members_do_not_state(tmp_path: Path) -> None:
    archive, _ = take(tmp_path, pack(tmp_path / "m.zip", ("a.html", b"a")), court="77OV0000", url="http://flag")
    (capture,) = held(archive)
    assert (capture.court_stated, capture.url) == ("77OV0000", "http://flag")


def test_of_a_wacz_only_its_warc_files_are_taken(tmp_path: Path) -> None:
    path = pack(
        tmp_path / "crawl.wacz",
        ("archive/data-1.warc.gz", warc(b"1", b"2")),
        ("archive/data-2.warc", b""),
        ("archive/page.html", b"no"),
        ("datapackage.json", b"{}"),
        ("datapackage-digest.json", b"{}"),
        ("indexes/index.cdx.gz", b""),
        ("pages/pages.jsonl", b""),
        ("pages/page.html", b"no"),
        method=zipfile.ZIP_STORED,
    )
    archive, report = take(tmp_path, path)
    assert (report.items, report.added) == (3, 2)
    assert report.failures == ((3, "file 2, byte 0: the file is empty"),)
    assert report.skipped == {"WACZ index": 1, "WACZ page list": 2, "other part of a WACZ": 3}
    assert [capture.payload for capture in held(archive)] == [b"1", b"2"]


CLIMBING = (
    "../out.html", "a/../../out.html", "/out.html", "//host/out.html", "..\\out.html", "C:\\out.html", "c:out.html", "\\out.html", "a//b.html",
    "a/../b.html",
)  # fmt: skip


@pytest.mark.parametrize("name", CLIMBING)
def test_a_name_that_climbs_is_refused_and_nothing_is_written_outside(tmp_path: Path, name: str) -> None:
    work = tmp_path / "x" / "y" / "z"
    work.mkdir(parents=True)
    path = pack(work / "m.zip", (name, b"evil"), ("good.html", b"good"))
    before = set(tmp_path.rglob("*"))
    archive = Archive(work / "home")
    report = archive.import_paths([path], clock=clock)
    assert report.failures == ((2, "a member of the packed file is refused: its name leads out of the packed file"),)
    assert (report.items, report.added) == (2, 1)
    new = set(tmp_path.rglob("*")) - before
    assert all(found.is_relative_to(work / "home") for found in new)
    assert b"evil" not in all_bytes(work / "home")
    assert sorted(found.name for found in (work / "home" / "archive").iterdir()) == [
        "imports.jsonl",
        "index",
        "warc",
        "writer.lock",
    ]


@pytest.mark.parametrize("mode", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFSOCK])
def test_links_and_devices_are_refused(tmp_path: Path, mode: int) -> None:
    with zipfile.ZipFile(tmp_path / "m.zip", "w") as target:
        info = zipfile.ZipInfo("a.html")
        info.create_system = 3
        info.external_attr = (mode | 0o777) << 16
        target.writestr(info, "/etc/passwd")
    _, report = take(tmp_path, tmp_path / "m.zip")
    assert report.failures == ((1, "a member of the packed file is refused: it is a link or a device"),)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_of_two_members_with_one_name_the_second_is_refused(tmp_path: Path) -> None:
    archive, report = take(tmp_path, pack(tmp_path / "m.zip", ("a.html", b"1"), ("./a.html", b"2"), ("a.html", b"3")))
    problem = "a member of the packed file is refused: another member has its name"
    assert report.failures == ((2, problem), (3, problem))
    assert [capture.payload for capture in held(archive)] == [b"1"]


def test_packed_files_in_packed_files_are_refused(tmp_path: Path) -> None:
    inner = pack(tmp_path / "inner.zip", ("a.html", b"a")).read_bytes()
    _, report = take(tmp_path, pack(tmp_path / "m.zip", ("i.zip", inner), ("i.wacz", inner), ("i.7z", b"")))
    problem = "a packed file in a packed file is refused: unpack the outer one first"
    assert (report.failures, report.skipped) == (((1, problem), (2, problem)), {"packed file": 1})


def test_bombs_do_not_go_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blank = bytes(packed.GROWS_FREELY)
    members = (("1.html", blank + blank), ("2.html", blank), ("3.html", b"small"), ("4.warc", blank + blank))
    archive, report = take(tmp_path, pack(tmp_path / "m.zip", *members))
    problem = "a member of the packed file unpacks to too much for an honest one"
    assert report.failures == ((1, problem), (4, problem))
    assert [len(capture.payload) for capture in held(archive)] == [len(blank), 5]
    monkeypatch.setattr(packed, "LARGEST_MEMBER", 4)
    assert take(tmp_path, tmp_path / "m.zip")[1].failures == tuple((n, problem) for n in (1, 2, 3, 4))
    monkeypatch.undo()
    monkeypatch.setattr(packed, "LARGEST_TOTAL", len(blank) + 4)
    archive, report = take(tmp_path, tmp_path / "m.zip")
    assert [item for item, _ in report.failures] == [1, 3, 4]
    assert report.failures[1][1].startswith("the packed file unpacks to more than")
    monkeypatch.setattr(packed, "MOST_MEMBERS", 3)
    assert take(tmp_path, tmp_path / "m.zip")[1].failures == ((1, "the packed file has more than 3 members"),)
    monkeypatch.setattr(packed, "LARGEST_DIRECTORY", 100)
    problem = "the packed file's table of contents is too large to be honest"
    assert take(tmp_path, tmp_path / "m.zip")[1].failures == ((1, problem),)


def test_a_member_that_lies_about_its_size_is_damaged(tmp_path: Path) -> None:
    """The bound on growth looks at the stated size; a larger truth fails the checksum and is never taken."""
    path = pack(tmp_path / "m.zip", ("a.html", bytes(3 << 20)))
    data = path.read_bytes()
    true, claimed = struct.pack("<L", 3 << 20), struct.pack("<L", 1000)
    assert data.count(true) == 2
    path.write_bytes(data.replace(true, claimed))
    archive, report = take(tmp_path, path)
    assert report.failures == ((1, "a member of the packed file is damaged"),)
    assert held(archive) == []


def test_encrypted_and_oddly_packed_members_are_named_by_number(tmp_path: Path) -> None:
    path = pack(tmp_path / "m.zip", ("a.html", b"a"))
    data = bytearray(path.read_bytes())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.find(mark) + at] |= 1
    path.write_bytes(data)
    _, report = take(tmp_path, path)
    assert report.failures == ((1, "a member of the packed file is encrypted: unpack it with its password first"),)
    _, report = take(tmp_path, pack(tmp_path / "l.zip", ("a.html", b"a"), method=zipfile.ZIP_LZMA))
    problem = "a member is packed in a way that import does not read; pack it again with deflate"
    assert report.failures == ((1, problem),)


def test_damage_fails_the_member_and_not_its_neighbours(tmp_path: Path) -> None:
    noise = random.Random(7).randbytes(5000)
    path = pack(tmp_path / "m.zip", ("1.html", b"1"), ("2.html", noise), ("3.html", b"3"), method=zipfile.ZIP_STORED)
    data = path.read_bytes()
    path.write_bytes(data.replace(noise[1000:1010], bytes(10)))
    archive, report = take(tmp_path, path)
    assert report.failures == ((2, "a member of the packed file is damaged"),)
    assert [capture.payload for capture in held(archive)] == [b"1", b"3"]
    path.write_bytes(data[: len(data) // 2])
    _, report = take(tmp_path, path, tmp_path / "m.zip")
    problem = "the packed file is damaged: its table of contents cannot be read"
    assert report.failures == ((1, problem), (2, problem))


def test_large_members_lie_in_a_file_without_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "_IN_MEMORY", 100)
    archive, report = take(
        tmp_path, pack(tmp_path / "m.zip", ("a.warc.gz", warc(PAGE, PAGE * 9)), ("b.html", PAGE * 5))
    )
    assert (report.added, report.failures) == (3, ())
    assert all(path.suffix != "" or path.is_dir() for path in (tmp_path / "home" / "archive").iterdir())

    def full(_copy: object, _data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.SpooledTemporaryFile.write", full)
    with pytest.raises(ArchiveError, match=r"cannot be unpacked \(No space left on device\); free some space"):
        archive.import_paths([tmp_path / "m.zip"], clock=clock)
    assert archive.verify().problems == ()


def test_no_name_of_a_member_leaves_the_evidence(tmp_path: Path) -> None:
    members = (
        (f"{RARE}/{RARE}.html", b"<p>x</p>"),
        (f"../{RARE}.html", b""),
        (f"{RARE}.zip", b""),
        (f"{RARE}.warc", RARE.encode()),
        (f"{RARE}.csv", f"{RARE},b\n".encode()),
        (f"{RARE}.json", json.dumps([{RARE: RARE}]).encode()),
        (f"2{RARE}.html", b"x"),
        (f"2{RARE}.html.json", json.dumps({RARE: RARE}).encode()),
    )
    archive, report = take(tmp_path, pack(tmp_path / f"{RARE}.zip", *members))
    assert (report.added, len(report.failures)) == (1, 4)
    index = archive.index("00000001-import.warc.gz").to_pylist()
    kept = all_bytes(tmp_path / "home").replace(str(tmp_path).encode(), b"") + repr((index, report)).encode()
    assert [form for form in (RARE.encode(), RARE.encode("cp1251"), RARE.encode("cp866")) if form in kept] == []


SEED = io.BytesIO()
with zipfile.ZipFile(SEED, "w", zipfile.ZIP_DEFLATED) as _target:
    for _number in range(4):
        _target.writestr(zipfile.ZipInfo(f"{_number}.html"), b"page %d " % _number * 40)


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, len(SEED.getvalue()) - 1), st.integers(0, 255)), min_size=1, max_size=6),
    st.booleans(),
)
def test_any_damage_is_a_failure_or_does_no_harm(
    tmp_path_factory: pytest.TempPathFactory, edits: list[tuple[int, int]], cut: bool
) -> None:
    """Whatever is read from an altered file are the bytes that were packed (its checksum holds), or nothing."""
    data = bytearray(SEED.getvalue())
    for at, value in edits:
        data[at] = value
    if cut:
        del data[edits[0][0] :]
    packed_pages = {b"page %d " % number * 40 for number in range(4)}
    try:
        members = list(Packed(io.BytesIO(data), "zip", tmp_path_factory.getbasetemp()).members())
    except UnreadableError:
        return
    for member in members:
        try:
            with member.open() as stream:
                assert stream.read() in packed_pages | {b""}
        except UnreadableError:
            continue
