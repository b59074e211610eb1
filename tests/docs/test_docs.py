"""The documents say what is: commands run, tables match, verbs are all there."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from courttally.registry.schema import TABLES

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)
VERBS = (
    "import",
    "build",
    "count",
    "trace",
    "case",
    "publish",
    "status",
    "verify",
    "digest",
    "doctor",
    "audit",
    "captcha",
    "watch",
    "metrics",
    "brief",
    "figure",
    "prove",
    "reconcile",
)


def run(arguments: list[str], folder: Path, home: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "COURTTALLY_HOME": str(home), "PYTHONUTF8": "1"}
    command = [sys.executable, "-c", "from courttally.cli import main; main()", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_every_command_of_the_guide_works(tmp_path: Path) -> None:
    """Run in order, as a reader would; FIGURE and RECORD stand for ids that the commands before printed."""
    corpus = tmp_path / "build" / "demo-corpus"
    subprocess.run(
        [sys.executable, str(ROOT / "examples" / "make_corpus.py"), str(corpus)], check=True, capture_output=True
    )
    lines = [line for block in BLOCK.findall((ROOT / "docs" / "guide.md").read_text()) for line in block.splitlines()]
    home = tmp_path / "demo-home"
    figure = record = ""
    ran = 0
    for line in lines:
        if not line.startswith("courttally "):
            assert line == "export COURTTALLY_HOME=demo-home"
            continue
        arguments = shlex.split(line.replace("FIGURE", figure).replace("RECORD", record))[1:]
        answer = run(arguments, tmp_path, home)
        assert answer.returncode in (0, 3), f"{line}\n{answer.stdout}\n{answer.stderr}"
        assert answer.stdout
        ran += 1
        if arguments[0] == "count" and "matters" not in arguments:
            cells = json.loads(run([*arguments, "--json"], tmp_path, home).stdout)
            smallest = min(cells, key=lambda cell: cell["value"])
            figure = smallest["figure_id"]
        if arguments[0] == "trace":
            record = json.loads(run([*arguments, "--json"], tmp_path, home).stdout)["records"][0]["record"]
    assert ran == 14
    assert (tmp_path / "demo-site" / "index.html").exists()


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help_with_an_example_and_stands_in_the_readme(verb: str, tmp_path: Path) -> None:
    answer = run([verb, "--help"], tmp_path, tmp_path)
    assert answer.returncode == 0
    assert f"Example: courttally {verb}" in " ".join(answer.stdout.split())
    assert f"courttally {verb}" in (ROOT / "README.md").read_text()


def test_the_tables_of_the_sql_page_are_those_of_the_schema() -> None:
    page = ROOT / "docs" / "sql.md"
    text = page.read_text()
    head, rest = text.split("renew -->\n", 1)
    _, tail = rest.split("<!-- /tables -->", 1)
    lines = []
    for table in TABLES.values():
        columns = ", ".join(f"`{field.name}` {field.type}" for field in table.schema)
        lines.append(f"\n**`{table.name}`**: {table.meaning}. Key: {', '.join(table.key)}.\n{columns}\n")
    made = f"{head}renew -->\n{''.join(lines)}\n<!-- /tables -->{tail}"
    if os.environ.get("COURTTALLY_WRITE_DOCS"):
        page.write_text(made)
    assert page.read_text() == made, "run this test with COURTTALLY_WRITE_DOCS=1"


def test_links_between_documents_lead_somewhere() -> None:
    for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name} links {target}"
