"""The rooms keep to the house: who may import whom, how large a module may be, and what no file may hold."""

import ast
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "courttally"

# Room -> rooms that it may import (and itself).
MAY_IMPORT: dict[str, set[str]] = {
    "courts": set(),
    "law": set(),
    "portal": {"courts", "law"},
    "archive": set(),
    "collect": {"courts", "portal", "archive"},
    "engine": set(),
    "registry": {"courts", "law", "portal", "archive", "engine"},
    "figures": {"registry", "archive", "courts", "law", "engine"},
    "claims": {"figures", "law", "courts"},
    "publish": {"figures", "claims", "courts", "law"},
    "rehearsal": {"courts", "archive"},
}
ALL = set(MAY_IMPORT)
MAY_IMPORT["cli"] = ALL
LONGEST = 450
# The files that may hold SQL text.
STATEMENTS = {
    "registry/views.py", "registry/views_build.py", "registry/views_past.py", "registry/views_texts.py", "figures/expr.py",
}  # fmt: skip


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def rooms_imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text())
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} imports relatively: rooms are named in full"
            names.add(node.module or "")
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name.split(".")[1] for name in names if name.startswith("courttally.")} & (ALL | {"cli"})


@pytest.mark.parametrize("room", sorted(MAY_IMPORT))
def test_rooms_import_only_what_the_table_allows(room: str) -> None:
    for path in sorted((PACKAGE / room).rglob("*.py")):
        foreign = rooms_imported(path) - MAY_IMPORT[room] - {room}
        assert not foreign, f"{path.relative_to(PACKAGE)} imports {sorted(foreign)}"


def test_every_folder_of_the_package_is_a_room() -> None:
    folders = {path.name for path in PACKAGE.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders == set(MAY_IMPORT) | {"subjects"}


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_modules_fit_one_sitting_and_say_what_they_are(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) <= LONGEST
    assert ast.get_docstring(ast.parse(text)), "a module's docstring states its invariants"


def test_statements_stand_in_their_files_only() -> None:
    holders = {
        path.relative_to(PACKAGE).as_posix()
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and "SELECT " in node.value
        and " FROM " in node.value
    }
    assert holders == STATEMENTS


def test_no_code_names_an_article_of_the_subject() -> None:
    """Another subject is a data file: articles stand in data, docstrings and help, never in code that decides."""
    for room in ("portal", "registry", "figures", "archive", "engine"):
        for path in sorted((PACKAGE / room).rglob("*.py")):
            tree = ast.parse(path.read_text())
            for node in ast.walk(tree):
                if isinstance(node, ast.Constant):
                    assert node.value not in ("337", "332", "338", 337, 332, 338), path.name


def tracked() -> list[Path]:
    names = (
        subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
    )
    return [ROOT / name for name in names if name]


def test_tracked_files_are_small_and_hold_no_download_address() -> None:
    for path in tracked():
        if path.exists():
            assert path.stat().st_size < 1 << 20, path.name
    assert "://" not in (ROOT / "requirements.lock").read_text()
