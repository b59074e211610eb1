"""What is read anew, and what is not: after an upgrade of the reader, of the rules, of neither, and after a redaction."""

import ast
import gzip
import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from registry_kit import YEAR_URL, listing_page, write

from courttally.archive import Archive
from courttally.registry import build as build_module
from courttally.registry.build import build

PACKAGE = Path(build_module.__file__).resolve().parents[1]
HIDDEN = "&lt;Информация скрыта&gt; - ст.337 ч.5 УК РФ"


def row(number: int) -> tuple[str, ...]:
    return (f"{number}", f"1-{number}/2024", "05.02.2024", HIDDEN, "", "")


def day(number: int) -> datetime:
    return datetime(2024, 3, number, 12, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Three archive files of one capture each."""
    for number in (1, 2, 3):
        write(tmp_path / "home", listing_page([row(number)]), day(number))
    return tmp_path / "home"


def built(package_parent: Path, home: Path) -> dict[str, int]:
    """What a build with the installation at this place says."""
    environment = {**os.environ, "PYTHONPATH": str(package_parent), "COURTTALLY_HOME": str(home)}
    command = [sys.executable, "-c", "from courttally.cli import main; main()", "build", "--json", "--workers", "1"]
    done = subprocess.run(command, env=environment, cwd=home, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 3), done.stderr
    found: dict[str, int] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize(
    ("changed", "anew"),
    [
        ("registry/resolve.py", 0),
        ("portal/card.py", 3),
        ("registry/sentences.py", 3),
        ("courts/aliases.csv", 3),
    ],
)
def test_an_upgrade_reads_anew_exactly_what_it_touches(changed: str, anew: int, home: Path, tmp_path: Path) -> None:
    """Built by an installation, then by one in which a file is another by one line."""
    other = tmp_path / "other"
    shutil.copytree(PACKAGE, other / "courttally", ignore=shutil.ignore_patterns("__pycache__"))
    assert built(other, home)["read_anew"] == 3
    path = other / "courttally" / changed
    data = path.read_bytes()
    path.write_bytes(data.rstrip(b"\n") + b"\r\n" if path.suffix == ".csv" else data + b"\n# another version\n")
    assert built(other, home)["read_anew"] == anew


def test_the_cache_stands_under_everything_that_reading_rests_on() -> None:
    """Whatever the reading imports of this package is part of the state that names the cache."""
    todo, seen = [PACKAGE / "registry" / "reading.py"], set()
    while todo:
        path = todo.pop()
        if path in seen:
            continue
        seen.add(path)
        for node in ast.walk(ast.parse(path.read_text())):
            names = []
            if isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            elif isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            for name in names:
                if name.startswith("courttally."):
                    place = PACKAGE.joinpath(*name.split(".")[1:])
                    found = place.with_suffix(".py") if place.with_suffix(".py").exists() else place / "__init__.py"
                    todo += [found] if found.exists() else []
    # The archive hands captures over and decides nothing; the package's own __init__ is its version.
    owed = {path.relative_to(PACKAGE).as_posix() for path in seen} - {"__init__.py", "registry/__init__.py"}
    owed = {name for name in owed if not name.startswith("archive/")}
    named = build_module._READING
    assert {name for name in owed if name not in named and name.split("/")[0] not in named} == set()


def test_only_new_captures_are_read(home: Path) -> None:
    assert build(home, workers=1).read_anew == 3
    assert build(home, workers=1).read_anew == 0
    write(home, listing_page([row(4)]), day(4))
    assert build(home, workers=1).read_anew == 1
    assert build(home, workers=1, everything=True).read_anew == 4


def everything_below(home: Path) -> str:
    """All bytes of a home as text, compressed files undone, and every value of every table."""
    text = ""
    for path in sorted(path for path in home.rglob("*") if path.is_file()):
        data = path.read_bytes()
        text += data.decode("cp1251", "replace") + data.decode("utf-8", "replace")
        if path.name.endswith(".gz"):
            text += gzip.decompress(data).decode("cp1251", "replace")
        if path.suffix == ".parquet":
            text += repr(pq.read_table(path).to_pylist())
    return text


def test_a_redacted_page_leaves_nothing_behind_and_its_neighbours_are_read_anew(tmp_path: Path) -> None:
    """By the command, with two captures in one file, two snapshots and a cache made before."""
    home = tmp_path / "home"
    with Archive(home).writer(clock=lambda: datetime(2026, 1, 1, tzinfo=UTC), origin="import") as writer:
        ids = [
            writer.write(
                url=YEAR_URL,
                status=200,
                fetched_at=day(number % 10),
                court="25GV0001",
                payload=listing_page([row(number)]),
            )
            for number in (770100001, 770100002)
        ]
    build(home, workers=1)
    write(home, listing_page([row(770100003)]), day(5))
    build(home, workers=1)
    case_id = "770100001"
    assert case_id in everything_below(home)
    assert case_id in everything_below(home / "registry")

    environment = {**os.environ, "COURTTALLY_HOME": str(home), "COURTTALLY_NOW": "2026-02-01T12:00:00Z"}
    main = [sys.executable, "-c", "from courttally.cli import main; main()"]
    words = ["archive", "redact", ids[0], "--who", "A. Editor", "--why", "request 12", "--json"]
    done = subprocess.run([*main, *words], env=environment, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["redacted"] == [ids[0]]

    left = everything_below(home)
    assert case_id not in left
    assert "1-770100002/2024" in left
    assert "1-770100003/2024" in left
    assert len(list((home / "registry" / "snapshots").iterdir())) == 1
    assert build(home, workers=1).read_anew == 0
    status = json.loads(
        subprocess.run([*main, "status", "--json"], env=environment, capture_output=True, text=True, check=False).stdout
    )
    assert (status["redacted"], status["not_built_yet"]) == (1, 0)
    assert "redact" not in json.dumps(status["signals"])
    verify = json.loads(
        subprocess.run([*main, "verify", "--json"], env=environment, capture_output=True, text=True, check=True).stdout
    )
    assert (verify["problems"], verify["redacted"], verify["captures"]) == ([], 1, 3)


def test_without_the_key_a_build_goes_on_from_what_was_read_and_says_what_it_cannot_read(
    home: Path, tmp_path: Path
) -> None:
    import pyrage

    build(home, workers=1)
    identity = pyrage.x25519.Identity.generate()
    key = tmp_path / "seal.key"
    key.write_text(f"{identity}\n")
    key.chmod(0o600)
    environment = {**os.environ, "COURTTALLY_HOME": str(home)}
    environment.pop("COURTTALLY_SEAL_KEY", None)
    main = [sys.executable, "-c", "from courttally.cli import main; main()"]

    def run(*words: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*main, *words], env={**environment, **more}, capture_output=True, text=True, check=False)

    assert run("archive", "seal", "--recipient", str(identity.to_public())).returncode == 0
    write(home, listing_page([row(4)]), day(4))
    done = run("build", "--json")
    assert (done.returncode in (0, 3), json.loads(done.stdout)["read_anew"]) == (True, 1)
    done = run("build", "--all")
    assert done.returncode == 1
    assert "00000001-import.warc.gz is sealed and there is no key" in done.stderr
    assert run("status", "--json").returncode in (0, 3)  # the snapshot from before stands
    done = run("build", "--all", "--json", COURTTALLY_SEAL_KEY=str(key))
    assert json.loads(done.stdout)["read_anew"] == 4


def test_a_build_forgets_by_itself_what_rests_on_redacted_pages(tmp_path: Path) -> None:
    """However the redaction came about: here by the archive alone, as when a command was cut off behind it."""
    home = tmp_path / "home"
    for number in (770100001, 770100002):
        write(home, listing_page([row(number)]), day(number % 10))
        build(home, workers=1)
    (home / "linkage" / "forms").mkdir(parents=True)
    (home / "registry" / "rereadings").mkdir(exist_ok=True)
    for place in ("linkage/forms/one", "registry/rereadings/one.json"):
        (home / place).write_text("770100001")
    archive = Archive(home)
    first = archive.index(archive.files()[0].name)["capture_id"][0].as_py()
    archive.redact([first], who="A. Editor", why="request 12", clock=lambda: datetime(2026, 2, 1, tzinfo=UTC))
    assert "770100001" in everything_below(home)
    assert build(home, workers=1).read_anew == 0  # its file holds nothing else
    assert "770100001" not in everything_below(home)
    assert "770100002" in everything_below(home)
    (home / "registry" / "rereadings").mkdir(exist_ok=True)
    (home / "registry" / "rereadings" / "later.json").write_text("{}")
    build(home, workers=1)
    assert (home / "registry" / "rereadings" / "later.json").exists()  # once is enough
