"""Saved pages become captures: what is stated is kept, what is not understood is shown, and no name leaves the evidence."""

import hashlib
import json
import logging
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from archive_kit import NOW, PAGE, URL, OtherTool, all_bytes, clock, held, http
from hypothesis import given
from hypothesis import strategies as st

from courttally.archive import Archive
from courttally.archive.sidecar import KEYS, Sidecar, read_sidecar

DIGEST = "sha256:" + hashlib.sha256(PAGE).hexdigest()
RARE = "Жужуйников-Ыкрамов"


def page(folder: Path, name: str, payload: bytes = PAGE, sidecar: object = None) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(payload)
    if sidecar is not None:
        text = sidecar if isinstance(sidecar, str) else json.dumps(sidecar)
        (folder / (name + ".json")).write_text(text, encoding="utf-8")
    return path


def test_a_folder_is_imported_in_order_and_every_file_is_accounted_for(tmp_path: Path) -> None:
    folder = tmp_path / "saved"
    for name, payload in (("b.html", b"b"), ("a.HTM", b"a"), ("c/d.html", b"d"), ("c.html", b"c")):
        page((folder / name).parent, Path(name).name, payload)
    for name in (
        "x.png",
        "b_files/s.css",
        "b_files/s.js",
        "lost.html.json",
        "b.html.JSON",
        "notes.txt",
        "what",
        "old.7z",
        "t.csv",
        "t.json",
    ):
        page((folder / name).parent, Path(name).name)
    (folder / "round").symlink_to(folder, target_is_directory=True)
    (folder / "nowhere.html").symlink_to(folder / "gone.html")
    archive = Archive(tmp_path / "home")
    report = archive.import_paths([folder], clock=clock)
    assert (report.items, report.added, report.duplicates, report.failures) == (4, 4, 0, ())
    assert report.skipped == {
        "document": 1,
        "image": 1,
        "link to a folder": 1,
        "not a file": 1,
        "other JSON": 1,
        "other file": 1,
        "packed file": 1,
        "script": 1,
        "sidecar without page": 2,
        "style sheet": 1,
        "table": 1,
    }
    assert [capture.payload for capture in held(archive)] == [b"a", b"b", b"d", b"c"]  # "c" comes before "c.html"
    again = archive.import_paths([folder], clock=clock)
    assert (again.items, again.added, again.duplicates) == (4, 0, 4)
    assert archive.verify().problems == ()


def test_a_page_alone_states_nothing(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "home")
    archive.import_paths([page(tmp_path, "p.html")], clock=clock)
    (capture,) = held(archive)
    assert (capture.url, capture.method, capture.status, capture.fetched_at) == (None, "GET", None, None)
    assert (capture.court_stated, capture.headers, capture.imported_at, capture.origin) == (None, (), NOW, "import")


def test_the_sidecar_wins_over_the_command_line(tmp_path: Path) -> None:
    stated = {
        "court": "other:Суд",
        "url": URL,
        "method": "post",
        "status": 503,
        "fetched_at": "2024-07-01T09:30:00+03:00",
    }
    partly = {"court": "22GV0001", "url": None}
    page(tmp_path / "p", "1.html", b"1", stated)
    page(tmp_path / "p", "2.html", b"2", partly)
    page(tmp_path / "p", "3.html", b"3")
    archive = Archive(tmp_path / "home")
    fetched = datetime(2025, 1, 1, tzinfo=UTC)
    archive.import_paths([tmp_path / "p"], court="77OV0000", url="http://flag", fetched_at=fetched, clock=clock)
    assert [
        (capture.court_stated, capture.url, capture.method, capture.status, capture.fetched_at)
        for capture in held(archive)
    ] == [
        ("other:Суд", URL, "POST", 503, datetime(2024, 7, 1, 6, 30, tzinfo=UTC)),
        ("22GV0001", "http://flag", "GET", None, fetched),
        ("77OV0000", "http://flag", "GET", None, fetched),
    ]


@pytest.mark.parametrize(
    ("sidecar", "reason"),
    [
        ("{", "the sidecar is not JSON in UTF-8"),
        ("[1]", "the sidecar is not a JSON object"),
        ('{"court": "a", "court": "b"}', "the sidecar has a key twice"),
        ({"judge": RARE}, "the sidecar has 1 unknown key(s); known are court, url, method, status, fetched_at"),
        ({"court": 7}, "the sidecar's court is not text"),
        ({"court": " "}, "the sidecar: court is empty; leave it out where it is not known"),
        ({"status": "200"}, "the sidecar's status is not a whole number"),
        ({"status": True}, "the sidecar's status is not a whole number"),
        ({"status": 99}, "the sidecar: status must be a number from 100 to 599"),
        ({"method": "GET " + RARE}, "the sidecar: method must be a word such as GET or POST"),
        ({"fetched_at": "2024-07-01T09:30:00"}, "the sidecar: a time needs its time zone"),
        (
            {"fetched_at": RARE},
            "the sidecar: a time must look like 2024-07-01T09:30:00+03:00 or 2024-07-01T06:30:00Z",
        ),
        ({"fetched_at": "0001-01-01T00:00:00+14:00"}, "the sidecar: a time must lie between the years 1 and 9999"),
    ],
)
def test_a_bad_sidecar_fails_its_page_alone(tmp_path: Path, sidecar: object, reason: str) -> None:
    page(tmp_path / "p", "1.html", PAGE, sidecar)
    page(tmp_path / "p", "2.html", b"2")
    archive = Archive(tmp_path / "home")
    report = archive.import_paths([tmp_path / "p"], clock=clock)
    assert report.failures == ((1, f"{reason} ({DIGEST})"),)
    assert (report.items, report.added) == (2, 1)
    assert [capture.payload for capture in held(archive)] == [b"2"]


@given(
    st.dictionaries(
        st.sampled_from(KEYS) | st.text(max_size=8),
        st.none() | st.booleans() | st.integers(-9, 999) | st.text(max_size=20) | st.just("2024-07-01T09:30:00Z"),
        max_size=4,
    )
)
def test_a_sidecar_is_read_or_refused_never_guessed(stated: dict[str, object]) -> None:
    found, problem = read_or_refuse(json.dumps(stated).encode())
    if found is None:
        assert all(str(value) not in problem for value in stated.values() if len(str(value)) > 12)
        return
    assert set(stated) <= set(KEYS)
    for key in ("court", "url", "status"):
        assert getattr(found, key) == stated.get(key)
    assert (found.fetched_at is None) == (stated.get("fetched_at") is None)
    assert found.method == (None if stated.get("method") is None else str(stated["method"]).upper())


@given(st.binary(max_size=60))
def test_any_bytes_as_a_sidecar_are_read_or_refused(data: bytes) -> None:
    found, problem = read_or_refuse(data)
    assert found is not None or problem.startswith("the sidecar")


def read_or_refuse(data: bytes) -> tuple[Sidecar | None, str]:
    try:
        return read_sidecar(data), ""
    except ValueError as problem:
        return None, str(problem)


def test_empty_files(tmp_path: Path) -> None:
    page(tmp_path / "p", "1.html", b"")
    page(tmp_path / "p", "2.html", b"", {"status": 503})
    page(tmp_path / "p", "3.warc", b"")
    page(tmp_path / "p", "4.warc.gz", b"")
    archive = Archive(tmp_path / "home")
    report = archive.import_paths([tmp_path / "p"], clock=clock)
    assert report.failures == (
        (1, "the file is empty; a sidecar with its status would make it an empty answer"),
        (3, "file 3, byte 0: the file is empty"),
        (4, "file 4, byte 0: the file is empty"),
    )
    assert [(capture.status, capture.payload) for capture in held(archive)] == [(503, b"")]


def test_what_is_named_outright_and_cannot_be_taken_is_a_failure(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "home")
    good = page(tmp_path, "p.html", PAGE, {"status": 200})
    paths = [tmp_path / "gone.html", page(tmp_path, "x.pdf"), good, good.with_name("p.html.json")]
    report = archive.import_paths(paths, clock=clock)
    assert report.failures == (
        (1, "there is no such file or folder"),
        (
            2,
            "import takes .html, .htm, .warc, .warc.gz, .zip, .wacz, and .csv and .json exported by sudrfscraper; "
            "this is: document",
        ),
    )
    assert (report.items, report.added, report.skipped) == (3, 1, {})


def test_a_file_that_may_not_be_read_is_named_by_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page(tmp_path / "p", f"{RARE}.html")
    page(tmp_path / "p", f"{RARE}.warc")
    real = Path.open

    def refuse(self: Path, *args: str) -> object:
        if self.name.startswith(RARE):
            raise PermissionError(13, "Permission denied", str(self))
        return real(self, *args)

    monkeypatch.setattr(Path, "open", refuse)
    report = Archive(tmp_path / "home").import_paths([tmp_path / "p"], clock=clock)
    reason = "the file cannot be read (Permission denied)"
    assert (report.items, report.failures) == (2, ((1, reason), (2, reason)))


def test_a_flag_that_cannot_be_true_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "home")
    with pytest.raises(ValueError, match="court is empty"):
        archive.import_paths([page(tmp_path, "p.html")], court=" ", clock=clock)
    assert archive.files() == []


def test_a_fetched_time_after_the_import_is_kept_and_signalled(tmp_path: Path) -> None:
    page(tmp_path / "p", "1.html", PAGE, {"fetched_at": "2027-01-01T00:00:00Z"})
    report = Archive(tmp_path / "home").import_paths([tmp_path / "p"], clock=clock)
    assert (report.added, report.signals) == (1, {"fetched more than a day after the import": 1})


def test_progress_reaches_the_whole(tmp_path: Path) -> None:
    page(tmp_path / "p", "1.html", b"12345")
    tool = OtherTool()
    for number in range(3):
        tool.add("response", body=b"%d" % number, head=http("200 OK", []))
    size = tool.save(tmp_path / "p" / "2.warc.gz").stat().st_size
    told: list[tuple[int, int]] = []
    archive = Archive(tmp_path / "home")
    archive.import_paths([tmp_path / "p"], clock=clock, progress=lambda *done: told.append(done))
    assert told[0] == (5, 5 + size)
    assert told[-1] == (5 + size, 5 + size)
    assert told == sorted(told)
    told.clear()
    archive.verify(lambda *done: told.append(done))
    assert told[-1] == (archive.disk_usage().warc, archive.disk_usage().warc)
    assert told == sorted(told)
    assert len(told) > archive.count()


def test_no_name_of_a_file_or_in_a_page_leaves_the_evidence(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    forms = [RARE.encode(), RARE.encode("cp1251"), json.dumps(RARE).encode().strip(b'"'), RARE.encode("utf-16-le")]
    folder = tmp_path / RARE
    url = f"http://court.example/?name={RARE}"
    page(folder, f"{RARE}.html", RARE.encode("cp1251"))
    page(folder, f"{RARE} 2.html", PAGE, {"court": 5, RARE: RARE})
    page(folder, f"{RARE} 3.html", PAGE + b"3", {"fetched_at": RARE})
    page(folder, f"{RARE} 4.html", b"")
    page(folder, f"{RARE} 5.html", PAGE + b"5", {"url": "\ud800" + RARE})
    page(folder, f"photo.{RARE}", PAGE)
    page(folder, f"{RARE}.png", PAGE)
    page(folder, f"{RARE}.html.{RARE}.json", PAGE)
    page(folder, f"{RARE}.warc", f"{RARE}\r\n\r\nWARC/1.1\r\n{RARE}\r\nContent-Length: 1\r\n\r\n".encode())
    tool = OtherTool()
    tool.add("response", url=url, body=b"x", head=http("200 OK", [("Content-Encoding", RARE)]))
    tool.add("response", url=url, body=b"x", head=http("200 OK", []), date=RARE)
    tool.add("revisit", url=url, head=http("200 OK", []))
    tool.save(folder / f"{RARE}.warc.gz")
    archive = Archive(tmp_path / "home")
    report = archive.import_paths([folder, tmp_path / f"{RARE}.html", tmp_path / RARE / "x.html"], clock=clock)
    assert (report.added, len(report.failures)) == (1, 11)
    os.truncate(tmp_path / "home" / "archive" / "imports.jsonl", 700)
    spoken = f"{report!r} {archive.verify()!r} {archive.files()!r} {caplog.text} {capsys.readouterr()!r}"
    assert RARE not in spoken
    index = archive.index("00000001-import.warc.gz").to_pylist()
    kept = all_bytes(tmp_path / "home").replace(str(tmp_path).encode(), b"") + repr(index).encode()
    assert [form for form in forms if form in kept] == []
