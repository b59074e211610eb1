"""A redacted page is gone from every file, its tombstone is honest, and everything else is as it was."""

import gzip
import random
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from archive_kit import NOW, PAGE, URL, all_bytes, clock, held, read_elsewhere
from hypothesis import given
from hypothesis import strategies as st

from courttally.archive import Archive, ArchiveError, RedactedError, RefusedError, read_ledger
from courttally.archive import redact as redact_module
from courttally.archive.capture import Capture, digest, make_capture_id
from courttally.archive.files import record_at
from courttally.archive.record import encode_capture, encode_tombstone
from courttally.archive.warc import pack, pack_exactly, unpack

SECRET = PAGE + "Подсудимый Незабудкин".encode("cp1251") + random.Random(5).randbytes(40_000)
DAY = datetime(2024, 7, 1, tzinfo=UTC)


def make(home: Path) -> tuple[Archive, list[str]]:
    """Two files: the secret page is in the first once whole and once as a revisit, in the second as a revisit."""
    archive = Archive(home)
    ids = []
    for day in (1, 2):
        with archive.writer(clock=clock) as writer:
            for hour, payload in enumerate((PAGE + b"%d" % day, SECRET, PAGE + b"x", SECRET)):
                fetched = datetime(2024, 7, day, hour, tzinfo=UTC)
                mark = "Nezabudkin" if payload is SECRET else ""
                made = writer.write(
                    url=URL + mark, status=200, fetched_at=fetched, court="x", headers=[("X", mark)], payload=payload
                )
                ids += [made] if payload is SECRET else []
    return archive, ids


def decompressed(home: Path) -> bytes:
    """Every byte below a home, and every compressed file also undone by another library."""
    return all_bytes(home) + b"".join(gzip.decompress(path.read_bytes()) for path in home.rglob("*.warc.gz"))


def test_the_page_is_gone_and_the_rest_is_as_it_was(tmp_path: Path) -> None:
    archive, ids = make(tmp_path)
    before = {capture.capture_id: capture for capture in held(archive)}
    member = next(archive.members([archive.locate(ids[0])]))
    assert SECRET in decompressed(tmp_path)

    [done] = archive.redact([ids[2]], who="A. Editor", why="asked by the person", clock=clock)

    assert {name for names in done.captures.values() for name in names} == set(ids)
    assert len(done.captures) == 2
    found = decompressed(tmp_path)
    for trace in (SECRET, SECRET[-200:], member, member[200:600], b"Nezabudkin", "Незабудкин".encode("cp1251")):
        assert trace not in found
    report = archive.verify()
    assert report.intact
    assert report.redacted == 4
    assert report.captures == 8
    after = {capture.capture_id: capture for capture in held(Archive(tmp_path))}
    assert after == {name: capture for name, capture in before.items() if name not in ids}
    for name in ids:
        with pytest.raises(RedactedError, match="this capture was redacted"):
            archive.get(name)
    with pytest.raises(KeyError, match="redacted before"):
        archive.redact([ids[0]], who="A", why="again", clock=clock)
    [entry] = [
        entry for entry in read_ledger(tmp_path / "archive" / "imports.jsonl").entries if entry["event"] == "redacted"
    ]
    assert (entry["who"], entry["why"], entry["payload_digest"]) == ("A. Editor", "asked by the person", digest(SECRET))


def test_other_tools_read_a_file_with_tombstones(tmp_path: Path) -> None:
    archive, ids = make(tmp_path)
    places = [archive.locate(name) for name in ids]
    archive.redact(ids[:1], who="A", why="b", clock=clock)
    for path in (tmp_path / "archive" / "warc").iterdir():
        assert oct(path.stat().st_mode)[-3:] == "400"
        subprocess.run(["gzip", "-t", str(path)], check=True)
        kinds = [kind for kind, _, _ in read_elsewhere(path)]
        assert kinds.count("metadata") == 2
        assert len(kinds) == 5
    for place in places:
        with (tmp_path / "archive" / "warc" / place.file).open("rb") as stream:
            record = record_at(stream, place)
        assert record.block == b""
        assert record.get("warc-type") == "metadata"
        assert set(dict(record.headers)) == {
            "WARC-Type",
            "WARC-Record-ID",
            "WARC-Date",
            "Courttally-Tombstone",
            "Content-Length",
        }


def test_the_same_bytes_are_refused_ever_after(tmp_path: Path) -> None:
    archive, ids = make(tmp_path / "home")
    archive.redact(ids[:1], who="A", why="b", clock=clock)
    page = tmp_path / "page.html"
    page.write_bytes(SECRET)
    state = all_bytes(tmp_path / "home" / "archive" / "warc")
    report = archive.import_paths([page], court="y", clock=clock)
    assert report.added == 0
    assert report.failures == (
        (1, f"these bytes were redacted from this archive and are not taken again ({digest(SECRET)})"),
    )
    with archive.writer(clock=clock) as writer, pytest.raises(RefusedError):
        writer.write(url=URL, status=200, fetched_at=NOW, court=None, payload=SECRET)
    assert all_bytes(tmp_path / "home" / "archive" / "warc") == state


def test_who_and_why_are_owed_and_an_unknown_id_changes_nothing(tmp_path: Path) -> None:
    archive, ids = make(tmp_path)
    state = all_bytes(tmp_path / "archive")
    for who, why in (("", "b"), ("a", " ")):
        with pytest.raises(ValueError, match="needs who and why"):
            archive.redact(ids[:1], who=who, why=why, clock=clock)
    with pytest.raises(KeyError, match="no capture"):
        archive.redact([ids[0], "c-" + "0" * 24], who="a", why="b", clock=clock)
    assert all_bytes(tmp_path / "archive") == state
    assert archive.verify().redacted == 0


def test_damage_is_not_covered_by_a_redaction(tmp_path: Path) -> None:
    archive, ids = make(tmp_path)
    path = tmp_path / "archive" / "warc" / archive.locate(ids[-1]).file
    path.chmod(0o600)
    data = bytearray(path.read_bytes())
    data[-3] ^= 1
    path.write_bytes(data)
    with pytest.raises(ArchiveError, match="not the file that was sealed"):
        archive.redact(ids[:1], who="a", why="b", clock=clock)
    assert path.read_bytes() == data
    assert archive.verify().redacted == 0


class _Crash(BaseException):
    """The machine stopped here."""


STEPS = ("append_ledger", "_write_draft", "write_index", "sync_folder")


@pytest.mark.parametrize("moment", range(12))
def test_a_crash_at_any_moment_loses_nothing_and_is_finished_by_the_next_writer(
    moment: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, ids = make(tmp_path)
    before = {capture.capture_id: capture for capture in held(archive)}
    left = [moment]

    def failing(name: str) -> None:
        real = getattr(redact_module, name)

        def step(*arguments: object) -> object:
            # even moments stop before the step, odd ones behind it
            if left[0] == 0:
                raise _Crash
            left[0] -= 1
            result = real(*arguments)
            if left[0] == 0:
                raise _Crash
            left[0] -= 1
            return result

        monkeypatch.setattr(redact_module, name, step)

    for name in STEPS:
        failing(name)
    with pytest.raises(_Crash):
        archive.redact(ids[:1], who="a", why="b", clock=clock)
    monkeypatch.undo()

    archive = Archive(tmp_path)
    noted = archive.redacted()
    with archive.writer(clock=clock):
        pass
    report = archive.verify()
    assert report.intact, report.problems
    assert report.redacted == noted == (0 if moment == 0 else 4)
    assert (SECRET in decompressed(tmp_path)) == (moment == 0)
    after = {capture.capture_id: capture for capture in held(Archive(tmp_path))}
    assert after == {name: capture for name, capture in before.items() if moment == 0 or name not in ids}


def test_verify_tells_a_tombstone_nobody_made_and_a_page_that_came_back(tmp_path: Path) -> None:
    archive, ids = make(tmp_path)
    place = archive.locate(ids[0])
    path = tmp_path / "archive" / "warc" / place.file
    whole = path.read_bytes()
    archive.redact(ids[:1], who="a", why="b", clock=clock)
    path.chmod(0o600)
    path.write_bytes(whole)  # as from a backup
    said = " ".join(str(problem) for problem in archive.verify().problems)
    assert "the ledger says that this capture was redacted; it is still here" in said

    other = tmp_path / "other"
    bystander, names = make(other)
    at = bystander.locate(names[0])
    foreign = other / "archive" / "warc" / at.file
    with foreign.open("rb") as stream:
        stone = pack_exactly(encode_tombstone(bystander.get(names[0]), NOW), at.length)
        data = stream.read()
    foreign.chmod(0o600)
    foreign.write_bytes(data[: at.offset] + stone + data[at.offset + at.length :])
    said = " ".join(str(problem) for problem in bystander.verify().problems)
    assert "a tombstone of which the ledger knows nothing" in said
    assert "not the one that was sealed" in said


@given(st.binary(max_size=2000), st.integers(min_value=0, max_value=200_000))
def test_a_member_has_exactly_the_length_asked_for(raw: bytes, spare: int) -> None:
    shortest = len(gzip.compress(raw, 9, mtime=0)) + 8
    member = pack_exactly(raw, shortest + spare)
    assert len(member) == shortest + spare
    assert unpack(member) == raw == gzip.decompress(member)


@given(
    payload=st.binary(max_size=30),
    status=st.none() | st.just(200),
    fetched=st.none() | st.datetimes(timezones=st.just(UTC)),
    revisit=st.booleans(),
)
def test_a_tombstone_always_fits_in_the_place_of_its_record(
    payload: bytes, status: int | None, fetched: datetime | None, revisit: bool
) -> None:
    """Of the smallest records too: no URL, no court, no headers."""
    payload_digest = digest(payload)
    name = make_capture_id(payload_digest, None, "GET", status, fetched, None)
    imported = datetime(2026, 11, 22, 9, 30, 1, 123456, UTC)
    capture = Capture(name, payload_digest, None, "GET", status, fetched, imported, None, (), payload, "collect")
    length = len(pack(encode_capture(capture, capture if revisit else None)))
    assert len(pack_exactly(encode_tombstone(capture, imported), length)) == length


def test_a_page_merged_from_another_machine_is_redacted_there_and_goes_with_the_next_merge(tmp_path: Path) -> None:
    there, ids = make(tmp_path / "there")
    there.export(tmp_path / "one.zip", clock=clock)
    here = Archive(tmp_path / "here")
    here.merge(tmp_path / "one.zip", clock=clock)
    assert SECRET in decompressed(tmp_path / "here")
    with pytest.raises(ArchiveError, match=r"came from another machine \(m-[0-9a-f]{12}\): redact it there"):
        here.redact(ids[:1], who="a", why="b", clock=clock)

    with here.writer(clock=clock) as writer:  # the same page, fetched here too
        own = writer.write(url=URL, status=200, fetched_at=NOW, court="x", payload=SECRET)
    [done] = here.redact([own], who="a", why="b", clock=clock)
    assert len(done.elsewhere) == 1
    there.redact(ids[:1], who="a", why="b", clock=clock)
    there.export(tmp_path / "two.zip", clock=clock)
    here.merge(tmp_path / "two.zip", clock=clock)
    assert SECRET not in decompressed(tmp_path / "here")
    assert Archive(tmp_path / "here").verify().intact
