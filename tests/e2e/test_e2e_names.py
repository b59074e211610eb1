"""Names never leave the archive: whatever is done with a home, no planted name is in any byte outside it."""

import contextlib
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from e2e_tools import Answer, Corpus, Desk
from planted import NAMES, names_in, names_in_bytes, plant_everything, search


@dataclass
class Spoils:
    """What a day of work with planted pages left behind."""

    root: Path
    home: Path
    answers: list[Answer]


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory, corpus: Corpus) -> Path:
    folder = tmp_path_factory.mktemp("planted") / "pages"
    used = plant_everything(folder, corpus)
    assert used == set(NAMES)
    return folder


@pytest.fixture(scope="module")
def spoils(tmp_path_factory: pytest.TempPathFactory, planted: Path) -> Spoils:
    """Imports, builds, counts, follows, shows, publishes, and provokes every error it can."""
    root = tmp_path_factory.mktemp("work")
    desk = Desk(root / "home", root / "user", (("TMPDIR", str(root / "scratch")),))
    (root / "scratch").mkdir()
    done = [desk.run("import", "--court", "25GV0001", planted)]
    done += [
        desk.run("import", path, *(["--json"] if place % 2 else []))
        for place, path in enumerate(sorted(planted.iterdir()))
    ]
    done.append(desk.run("import", planted / f"{NAMES[0]} nowhere.html"))
    for words in ([], ["--all", "--workers", "2"], ["--json"]):
        done.append(desk.run("build", *words))
    for metric in ("case_records", "accused", "matters"):
        for scope in ("all", "refusal"):
            words = [
                "count",
                metric,
                "--scope",
                scope,
                "--by",
                "outcome",
                "--by",
                "part",
                "--by",
                "court",
                "--by",
                "month",
            ]
            done += desk.runs([words, [*words, "--json"]])
    figures = [
        figure
        for answer in done
        if answer.arguments[0] == "count" and answer.status in (0, 3)
        for figure in as_list(answer)
    ]
    ids = sorted({figure["figure_id"] for figure in figures})[:4]
    records: set[str] = set()
    for name in ids:
        answer = desk.run("trace", name, "--json")
        done += [answer, desk.run("trace", name)]
        with contextlib.suppress(ValueError):
            records |= {entry["record"] for entry in answer.json["records"]}
    for name in [
        *sorted(records)[:4],
        "25GV0001:criminal:first:1:9000003",
        "25GV0001:criminal:first:1:80000004",
        "f-0",
    ]:
        done += desk.runs([["case", name], ["case", name, "--json"], ["trace", name]])
    for words in (["status"], ["status", "--json"], ["verify"], ["digest"], ["digest", "--json"], ["doctor"]):
        done.append(desk.run(*words))
    done.append(desk.run("publish", "--out", root / "site"))
    done += damage(desk, root)
    return Spoils(root, desk.home, done)


def as_list(answer: Answer) -> list[dict[str, str]]:
    return answer.json if "--json" in answer.arguments else []


def damage(desk: Desk, root: Path) -> list[Answer]:
    """Breaks a copy of the archive in the middle of pages and works on."""
    broken = Desk(root / "broken", desk.user, desk.surroundings)
    if not desk.home.is_dir():
        return []
    shutil.copytree(desk.home, broken.home)
    for warc in (broken.home / "archive").rglob("*.warc*"):
        data = warc.read_bytes()
        warc.chmod(0o600)
        warc.write_bytes(data[: len(data) * 2 // 3] + b"\xff" + data[len(data) * 2 // 3 + 1 :])
    done = [
        broken.run("verify"),
        broken.run("build", "--all"),
        broken.run("status"),
        broken.run("build", "--all", "--json"),
    ]
    for warc in (broken.home / "archive").rglob("*.warc*"):
        warc.write_bytes(warc.read_bytes()[:-400])
    return [*done, broken.run("verify"), broken.run("build", "--all"), broken.run("count", "accused")]


def test_the_search_finds_what_was_planted(planted: Path) -> None:
    """Without this the test below could not fail: the same search finds every name in the pages that went in."""
    found = search(planted)
    assert {name for names in found.values() for name in names} == {name.lower() for name in NAMES}
    for spelling in (
        NAMES[7].upper().encode("cp1251"),
        NAMES[7].encode("utf-16-le"),
        b"x" + NAMES[7].encode("utf-16-be"),
        NAMES[7].encode("unicode-escape"),
        "".join(f"%{byte:02x}" for byte in NAMES[7].encode("cp1251")).encode(),
        "".join(f"&#{ord(letter)};" for letter in NAMES[7]).encode(),
        f"глава{NAMES[7].lower()}ский".encode(),
    ):
        assert names_in_bytes(spelling) == {NAMES[7].lower()}


def test_the_work_was_done(spoils: Spoils) -> None:
    """The pages were taken in and read, so there was something that could have leaked; nothing fell over."""
    crashed = [(answer.arguments, answer.err[-600:]) for answer in spoils.answers if "Traceback" in answer.err]
    assert not crashed
    inside = search(spoils.home / "archive")
    assert len({name for names in inside.values() for name in names}) > 450
    counted = [answer for answer in spoils.answers if answer.arguments[0] == "count" and answer.status in (0, 3)]
    assert counted
    assert any(figure["value"] for answer in counted for figure in as_list(answer))


def test_no_name_outside_the_archive(spoils: Spoils) -> None:
    """Every byte of the home but the archive, of the page, of the user's folder and of the scratch folder."""
    assert search(spoils.root / "home", but=spoils.root / "home" / "archive") == {}
    assert search(spoils.root / "broken", but=spoils.root / "broken" / "archive") == {}
    for folder in ("site", "user", "scratch"):
        assert search(spoils.root / folder) == {}


def test_no_name_is_said(spoils: Spoils) -> None:
    """Standard output and standard error of every command, errors included."""
    told = {
        " ".join(answer.arguments[:1]) + f" -> {answer.status}": names_in(answer.out + answer.err)
        for answer in spoils.answers
        if names_in_bytes((answer.out + answer.err).encode())
    }
    assert told == {}
