"""The registry is a function of the archive: however the captures came and wherever the build ran, the digest is
the same.
"""

import re
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from e2e_tools import DONE, FAILED, Corpus, Desk
from simulated.render import page
from simulated.truth import Capture
from simulated.warc import records


def tenths(corpus: Corpus) -> list[list[Capture]]:
    """The captures in ten heaps, dealt like cards, so that no heap is a stretch of time. A revisit goes with the
    bytes that it repeats.
    """
    dated = [capture for capture in corpus.world.captures if capture.at]
    heaps: list[list[Capture]] = [[] for _ in range(10)]
    place: dict[str, int] = {}
    for serial, capture in enumerate(dated):
        heap = place[capture.url] if capture.revisit else serial % 10
        place[capture.url] = heap
        heaps[heap].append(capture)
    return heaps


def test_ten_increments(tmp_path: Path, user: Path, corpus: Corpus, warc_desk: Desk) -> None:
    """Ten imports with ten builds end where one import with one build ends, table by table."""
    desk = Desk(tmp_path / "home", user)
    for serial, heap in enumerate(tenths(corpus)):
        part = tmp_path / f"part-{serial}.warc"
        part.write_bytes(b"".join(records(heap, page)))
        desk.run("import", part).ok()
        desk.run("build").ok()
    assert desk.digest() == warc_desk.digest()


@pytest.mark.parametrize("workers", ["1", "2"])
def test_workers(tmp_path: Path, warc_desk: Desk, workers: str) -> None:
    """A build from nothing on one core or two changes no table."""
    home = tmp_path / "home"
    shutil.copytree(warc_desk.home, home)
    desk = replace(warc_desk, home=home)
    desk.run("build", "--all", "--workers", workers).ok()
    assert desk.digest() == warc_desk.digest()


def test_another_place(tmp_path: Path, user: Path, corpus: Corpus, warc_desk: Desk) -> None:
    """Another time zone, language and hash seed: the same digest, and the same numbers."""
    elsewhere = (("TZ", "Pacific/Kiritimati"), ("LC_ALL", "C"), ("LANG", "tr_TR.UTF-8"), ("PYTHONHASHSEED", "4711"))
    desk = Desk(tmp_path / "home", user, elsewhere)
    desk.run("import", corpus.warc).ok()
    desk.run("build").ok()
    assert desk.digest() == warc_desk.digest()
    question = ["count", "accused", "--by", "month", "--by", "part", "--as-of", "2023-06-30", "--json"]
    assert desk.run(*question).ok().json == warc_desk.run(*question).ok().json


def test_digest_depends_on_the_captures(tmp_path: Path, user: Path, corpus: Corpus, warc_desk: Desk) -> None:
    """One capture less gives another digest: equality above means something."""
    desk = Desk(tmp_path / "home", user)
    fewer = [capture for capture in corpus.world.captures if capture.at][:-2]
    part = tmp_path / "fewer.warc"
    part.write_bytes(b"".join(records(fewer, page)))
    desk.run("import", part).ok()
    desk.run("build").ok()
    assert desk.digest() != warc_desk.digest()


def test_import_twice(tmp_path: Path, corpus: Corpus, desk: Desk) -> None:
    """The same files again add no capture and change no table."""
    home = tmp_path / "home"
    shutil.copytree(desk.home, home)
    again = replace(desk, home=home)
    archived = {path.relative_to(home): path.read_bytes() for path in (home / "archive").rglob("*.warc*")}
    again.run("import", corpus.folder).ok()
    again.run("build").ok()
    assert again.digest() == desk.digest()
    assert {path.relative_to(home): path.read_bytes() for path in (home / "archive").rglob("*.warc*")} == archived


def test_the_same_bytes_at_another_time(tmp_path: Path, user: Path, corpus: Corpus) -> None:
    """Bytes fetched again later are a new sighting of the same record, not a second record."""
    first = next(capture for capture in corpus.world.captures if capture.kind == "listing" and capture.at)
    later = replace(first, at=datetime(2025, 6, 11, 9, tzinfo=UTC))
    desk = Desk(tmp_path / "home", user)
    answers = []
    for serial, captures in enumerate(([first], [later])):
        part = tmp_path / f"{serial}.warc"
        part.write_bytes(b"".join(records(captures, page)))
        desk.run("import", part).ok()
        desk.run("build").ok()
        (figure,) = desk.run("count", "case_records", "--json").ok().json
        answers.append((figure["value"], figure["as_of"]))
    assert answers == [
        (len(first.cases), first.at.date().isoformat() if first.at else ""),
        (len(first.cases), "2025-06-11"),
    ]


def test_verify(tmp_path: Path, desk: Desk) -> None:
    """An intact archive is proved intact; one flipped byte of a page is found, and its place is named."""
    assert desk.run("verify").status == DONE
    home = tmp_path / "home"
    shutil.copytree(desk.home, home)
    damaged = replace(desk, home=home)
    warc = max((home / "archive").rglob("*.warc*"), key=lambda path: path.stat().st_size)
    data = bytearray(warc.read_bytes())
    place = len(data) // 2
    data[place] ^= 1
    warc.chmod(0o600)
    warc.write_bytes(data)
    answer = damaged.run("verify")
    said = answer.out + answer.err
    assert answer.status == FAILED
    assert warc.name in said
    assert "Traceback" not in said
    offsets = [int(number) for number in re.findall(r"\d+", said)]
    assert any(offset <= place < offset + 100_000 for offset in offsets), f"no place near {place} in: {said[-500:]}"


def test_verify_finds_a_short_file(tmp_path: Path, desk: Desk) -> None:
    """A WARC that lost its end is found too."""
    home = tmp_path / "home"
    shutil.copytree(desk.home, home)
    warc = max((home / "archive").rglob("*.warc*"), key=lambda path: path.stat().st_size)
    warc.chmod(0o600)
    warc.write_bytes(warc.read_bytes()[:-900])
    answer = replace(desk, home=home).run("verify")
    assert answer.status == FAILED
    assert warc.name in answer.out + answer.err


def test_a_build_that_fails_leaves_the_old_snapshot(tmp_path: Path, desk: Desk) -> None:
    """Law 1: a failed run never replaces good data."""
    home = tmp_path / "home"
    shutil.copytree(desk.home, home)
    damaged = replace(desk, home=home)
    before = damaged.digest()
    for warc in (home / "archive").rglob("*.warc*"):
        warc.chmod(0o600)
        warc.write_bytes(b"\x00" * 512 + warc.read_bytes()[512:])
    answer = damaged.run("build", "--all")
    assert answer.status == FAILED
    assert "Traceback" not in answer.err
    assert damaged.digest() == before
