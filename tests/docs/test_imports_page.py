"""The commands of docs/imports.md run as printed, on a folder such as the page speaks of."""

import csv
import json
import os
import re
import shlex
import subprocess
import sys
import zipfile
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "imports.md"
BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)
ROW = {
    "caseNumber": "1-5/2024",
    "decision": "Вынесен ПРИГОВОР",
    "endDate": "20.04.2024",
    "entryDate": "01.02.2024",
    "id": "7",
    "instance": "FIRST",
    "judge": "NA",
    "name": "Ярославский гарнизонный военный суд",
    "names": "Тестов Т.Т. - ст.337 ч.5 УК РФ",
    "region": "76",
    "resultDate": "03.04.2024",
    "text": "NA",
}


def test_the_commands_work_and_the_figure_says_what_is_second_hand(tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    with (theirs / "export.csv").open("w", newline="", encoding="cp1251") as target:
        writer = csv.DictWriter(target, list(ROW), delimiter=";")
        writer.writeheader()
        writer.writerow(ROW)
    with zipfile.ZipFile(theirs / "more.zip", "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("more/export.json", json.dumps([ROW | {"caseNumber": "1-6/2024"}]))
        target.writestr("../page.html", "refused")
    (block,) = BLOCK.findall(PAGE.read_text())
    export, *commands = block.splitlines()
    assert export == "export COURTTALLY_HOME=their-home"
    environment = {**os.environ, "COURTTALLY_HOME": str(tmp_path / "their-home"), "PYTHONUTF8": "1"}
    answers = []
    for line in commands:
        _, *arguments = shlex.split(line)
        command = [sys.executable, "-c", "from courttally.cli import main; main()", *arguments]
        answers.append(
            subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        )
    first, dated, _, status, counted = answers
    # A member was refused (3: done, with unread material); the rest was taken.
    assert [answer.returncode for answer in answers] == [3, 0, 0, 0, 0]
    assert "2 captures added" in first.stdout
    assert "item 3: a member of the packed file is refused: its name leads out of the packed file" in first.stderr
    # The same row with the time at which it was exported is another sighting of the same case.
    assert "1 capture added, 0 duplicates" in dated.stdout
    assert "export_row" in status.stdout
    assert "second-hand: only rows that others exported show them" in status.stdout
    assert "2 rest on second-hand rows exported by others" in " ".join(counted.stdout.split())
