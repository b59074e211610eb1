"""Hostile strings in every field of a corpus, through every verb: nothing runs, nothing escapes, nothing is a formula."""

import csv
import io
import json
import os
import pty
import re
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import page_seeds
import pytest

from courttally.archive import Archive

COMMAND = Path(sys.executable).with_name("courttally")
BELL, ESCAPE = "\x07", "\x1b"
WORD = "щызжиглюфы"
STRINGS = (
    f"<script>window.stolen='{WORD}'</script>",
    f"<img src=x onerror=\"window.stolen='{WORD}'\">",
    f"{ESCAPE}[2J{ESCAPE}]0;{WORD}{BELL}{ESCAPE}[31m",
    f'=HYPERLINK("http://example.invalid/{WORD}")',
    f"+cmd|'/C touch {WORD}'!A0",
    f"-1+1;{WORD}",
    f"@SUM({WORD})",
    f"\t={WORD}",
    f"'; DROP TABLE records; -- {WORD}",
    f"{{{{7*7}}}}${{7*7}}%s%n{{0}} {WORD}",
    f"$(touch {WORD}) `touch {WORD}`",
    f"\u202e{WORD}\u202c\u200f",
    f"[link=file:///etc/passwd]{WORD}[/link] [bold]",
    f"../../{WORD}",
    f"\u2028{WORD}\x85\x9b31m",
)


@dataclass(frozen=True)
class Done:
    status: int
    out: bytes
    err: bytes

    @property
    def said(self) -> str:
        return self.out.decode() + self.err.decode()


def run(folder: Path, *words: str, color: bool = False) -> Done:
    """The command in a folder of its own, where a string that ran would leave a file."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    environment |= {"FORCE_COLOR": "1"} if color else {"NO_COLOR": "1"}
    verb, *rest = words
    done = subprocess.run(
        [str(COMMAND), verb, "--home", str(folder / "home"), *rest],
        capture_output=True,
        env=environment,
        cwd=folder,
        timeout=300,
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def spoiled(payload: bytes, string: str, way: int) -> bytes:
    """The string behind every text of the page, in its attributes, or in place of every second cell. Written as the page's markup
    would: once as it stands, once escaped, so that it is text."""
    escaped = string.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    planted = (escaped if way % 2 else string).encode("cp1251", "xmlcharrefreplace")
    if way < 2:
        return re.sub(rb">([^<>]*\w[^<>]*)<", lambda found: b">" + found[1] + planted + b"<", payload)
    cells = iter(range(10**6))
    return re.sub(
        rb"(<td[^<>]*>)([^<>]*)", lambda found: found[1] + (planted if next(cells) % 3 == 0 else found[2]), payload
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with honest pages, and beside each of them spoiled ones, built."""
    folder = tmp_path_factory.mktemp("hostile")
    honest = [seed for seed in page_seeds.own_seeds() if seed.name.startswith(("example", "rehearsal-PRIMARY"))][:24]
    now = datetime(2026, 1, 1, tzinfo=UTC)
    with Archive(folder / "home").writer(clock=lambda: now, origin="import") as writer:
        for number, seed in enumerate(honest):
            page = seed.page
            moment = datetime(2025, 6, 1, 12, number, tzinfo=UTC)
            writer.write(
                url=page.url,
                method="GET",
                status=page.status,
                fetched_at=moment,
                court=page.court_stated,
                headers=(),
                payload=page.payload,
            )
            string = STRINGS[number % len(STRINGS)]
            for way in range(4):
                writer.write(
                    url=(page.url or "") + f"&x={string}",
                    method="GET",
                    status=page.status,
                    fetched_at=moment.replace(day=2 + way),
                    court=page.court_stated,
                    headers=(("Server", string.replace("\n", " ")),),
                    payload=spoiled(page.payload, string, way),
                )
    assert run(folder, "build", "--workers", "1").status in (0, 3)
    return folder


def assert_harmless(done: Done, folder: Path) -> None:
    assert done.status in (0, 3), done.said[-2000:]
    assert "Traceback" not in done.said
    for byte in (ESCAPE, BELL, "\x9b", "\u202e", "\u200f", "\u2028"):
        assert byte not in done.said
    assert WORD not in done.said.casefold()
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        {"home", *(path.name for path in folder.iterdir() if path.name in ("site", "saved", "again"))}
    )


def records_of(folder: Path) -> list[str]:
    """Some records that rest on spoiled pages and some that do not."""
    import pyarrow.parquet as pq

    pointer = (folder / "home" / "registry" / "current").read_text().strip()
    table = pq.read_table(folder / "home" / "registry" / "snapshots" / pointer / "records.parquet", columns=["record"])
    return sorted(set(table["record"].to_pylist()))


@pytest.mark.parametrize(
    "words",
    [
        ("build", "--all", "--workers", "1"),
        ("status",),
        ("verify",),
        ("count", "cases_received", "--scope", "all", "--by", "court", "--by", "outcome"),
        ("count", "accused", "--by", "part", "--json"),
    ],
    ids=" ".join,
)
def test_verbs(folder: Path, words: tuple[str, ...]) -> None:
    assert_harmless(run(folder, *words), folder)


def test_every_kind_of_record_shown_and_traced(folder: Path) -> None:
    records = records_of(folder)
    assert len(records) > 50
    for record in records[:: len(records) // 2 + 1]:
        for verb in ("case", "trace"):
            assert_harmless(run(folder, verb, record), folder)


def on_a_terminal(folder: Path, *words: str) -> str:
    """What the command prints where its output is a terminal."""
    leader, follower = pty.openpty()
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "LC_ALL": "C.UTF-8",
        "TERM": "dumb",
        "NO_COLOR": "1",
        "COLUMNS": "200",
    }
    verb, *rest = words
    command = [str(COMMAND), verb, "--home", str(folder / "home"), *rest]
    with subprocess.Popen(
        command, stdout=follower, stderr=follower, stdin=subprocess.DEVNULL, env=environment, cwd=folder
    ) as process:
        os.close(follower)
        shown = b""
        try:
            while piece := os.read(leader, 65536):
                shown += piece
        except OSError:
            pass  # the terminal is gone once the command has ended
        assert process.wait(timeout=120) in (0, 3), shown.decode()
    os.close(leader)
    return shown.decode()


def test_revealed_text_cannot_drive_the_terminal(folder: Path) -> None:
    """--reveal prints what the page says, for eyes: letters, and no control characters that a terminal obeys."""
    shown = ""
    for record in records_of(folder)[5::11]:
        shown += on_a_terminal(folder, "trace", record, "--reveal")
        if WORD in shown.casefold():
            break  # a line of a spoiled page was shown
    assert WORD in shown.casefold()
    for byte in (ESCAPE, BELL, "\x9b", "\u202e"):
        assert byte not in shown


@pytest.mark.parametrize(
    "words",
    [
        ("case", f"{ESCAPE}[2J{WORD}"),
        ("trace", "'; DROP TABLE records; --"),
        ("count", "verdicts", "--where", "court=' OR 1=1 --"),
        ("count", "verdicts", "--scope", "articles=1) OR (1=1;parts=all"),
        ("count", "verdicts", "--by", "court; DROP TABLE records"),
        ("count", f"{ESCAPE}]0;x{BELL}"),
    ],
    ids=range(6),
)
def test_hostile_arguments(folder: Path, words: tuple[str, ...]) -> None:
    """Refused, or answered with nothing; never run."""
    done = run(folder, *words)
    assert done.status in (0, 1, 2)
    assert "Traceback" not in done.said
    if done.status == 0:
        assert "None held" in done.said or "0" in done.said


def test_what_is_published_is_harmless(folder: Path) -> None:
    done = run(folder, "publish", "--out", "site")
    assert_harmless(done, folder)
    files = [path for path in (folder / "site").rglob("*") if path.is_file()]
    assert len(files) > 1
    for path in files:
        body = path.read_bytes()
        assert WORD.encode() not in body
        assert WORD.encode("cp1251") not in body
        text = (
            body.decode("utf-8", "replace") if path.suffix in (".html", ".csv", ".json", ".svg", ".txt", ".css") else ""
        )
        assert "onerror" not in text
        assert "window.stolen" not in text
        assert "DROP TABLE" not in text
        if path.suffix == ".csv":
            for row in csv.reader(io.StringIO(text)):
                assert not [cell for cell in row if cell[:1] in "=+@\t\r" and cell]
                assert not [cell for cell in row if cell.startswith("-") and not re.fullmatch(r"-[0-9.]+", cell)]
        if path.suffix == ".json":
            json.loads(text)


def test_files_with_hostile_names(tmp_path: Path) -> None:
    """Names of files may hold names of people, or worse: no message repeats them."""
    saved = tmp_path / "saved"
    saved.mkdir()
    payload = page_seeds.own_seeds()[0].page.payload
    for number, name in enumerate(
        (
            f"{ESCAPE}[2J{WORD}.html",
            f"$(touch {WORD}).html",
            f"=1+1 {WORD}.html",
            f"{WORD}\u202e.html",
            f"-{WORD}.html",
            f"'; {WORD}.html",
        )
    ):
        (saved / name).write_bytes(payload + b"<!-- %d -->" % number)
    (saved / f"{WORD}.warc.gz").write_bytes(b"\x1f\x8b broken " + WORD.encode())
    (saved / f"{WORD}.html.json").write_text('{"court": "' + WORD + '", "url": 5}')
    (saved / f"{WORD}.html").write_bytes(payload)
    done = run(tmp_path, "import", "saved", "--court", "25GV0001")
    assert done.status in (0, 1, 3)
    for text in (WORD, ESCAPE, "Traceback"):
        assert text not in done.said
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home", "saved"]
