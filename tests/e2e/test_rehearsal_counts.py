"""Small simulated worlds through archive, build and count: every metric by every dimension equals the truth of what was visible.

The rehearsal knows its own statutes, wordings and counting rules and has never seen the reader. What differs at first is a
wording that no table knows: it is answered once, as a person would in ``review``, and then nothing may differ.
"""

import json
import subprocess
import sys
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from courttally.engine import Engine
from courttally.figures.count import count
from courttally.figures.question import make_question
from courttally.law.outcomes import case_outcome
from courttally.law.text import digest
from courttally.registry import decisions, views
from courttally.registry.build import build
from courttally.registry.snapshot import current
from courttally.rehearsal.truth import wordings

FIRST, LAST = date(2023, 12, 1), date(2025, 3, 31)
DIMENSIONS = {"article", "part", "month", "year", "court", "region", "level", "outcome", ""}


def rehearse(*arguments: str) -> None:
    command = [sys.executable, "-c", "from courttally.cli import main; main()", "rehearse", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def days(number: int) -> list[date]:
    step = (LAST - FIRST) / (number - 1) if number > 1 else timedelta()
    return [LAST - n * step for n in range(number)]


def _clock() -> datetime:
    return datetime(2025, 4, 1, tzinfo=UTC)


def answer_unknown_wordings(home: Path, truth: Path) -> int:
    """Answer every result that the rules do not know, by what the world says it means; return how many there were."""
    meanings = {}
    for line in (truth / "true" / "wordings.jsonl").read_text().splitlines():
        row = json.loads(line)
        meanings[digest(row["wording"])] = row["outcome"]
    with Engine(current(home).path) as engine:
        queue = [row for row in views.review_queue(engine) if row[0] == "result_unmapped"]
    # Wordings of appeals and materials are not the world's results of first instance: whether they matter shows in the counts.
    known = [(signal, wording) for signal, wording, *_ in queue if wording in meanings]
    for signal, wording in known:
        code = meanings[wording]
        decisions.answer(
            home, signal=signal, digest=wording, code=code, who="the test", why="the world says so", clock=_clock
        )
    return len(known)


def differences(home: Path, truth: Path, day: date) -> list[str]:
    expected: dict[tuple[str, str, str, str], dict[str, tuple[int, int]]] = defaultdict(dict)
    for line in (truth / "seen" / day.isoformat() / "expected.jsonl").read_text().splitlines():
        row = json.loads(line)
        if row["dimension"] in DIMENSIONS and row["metric"] != "matters":
            question = (row["metric"], row["scope"], row["attribution"], row["dimension"])
            expected[question][row["key"]] = (row["value"], row["value"])
    # Exact wherever the records of each matter show one UID; else between all true links and those of shown UIDs alone.
    for line in (truth / "seen" / day.isoformat() / "net.jsonl").read_text().splitlines():
        row = json.loads(line)
        question = ("matters", row["scope"], row["attribution"], row["dimension"])
        expected[question][row["key"]] = (row["least"], row["most"])
    assert len(expected) > 60
    snapshot = current(home)
    found = []
    with Engine(snapshot.path) as engine:
        for (metric, scope, attribution, dimension), cells in sorted(expected.items()):
            by = (dimension,) if dimension else ()
            question = make_question(metric, scope=scope, attribution=attribution, by=by, as_of=day)
            got = {figure.by.get(dimension, ""): figure.value for figure in count(engine, snapshot, question)}
            for key in sorted({*got, *cells}):
                least, most = cells.get(key, (0, 0))
                if not least <= got.get(key, 0) <= most:
                    where = f"{metric} {scope} {attribution} by {dimension or 'nothing'} {key} as of {day}"
                    found.append(f"{where}: counted {got.get(key, 0)}, true {least} to {most}")
    return found


def check(seed: int, family: str, dates: int, folder: Path, every: int) -> None:
    world = ("--world", "small", "--seed", str(seed), "--family", family, "--every", str(every))
    home, truth = folder / "home", folder / "truth"
    rehearse("archive", "--home", str(home), *world, "--quiet")
    asked = days(dates)
    rehearse("truth", "--out", str(truth), *world, *(word for day in asked for word in ("--date", day.isoformat())))
    build(home, workers=1)
    if answer_unknown_wordings(home, truth):
        build(home, workers=1)
    found = [line for day in asked for line in differences(home, truth, day)]
    assert not found, f"{len(found)} differences, among them:\n" + "\n".join(found[:40])


def test_some_wordings_of_the_world_are_new_to_the_law() -> None:
    """At least 15 in a hundred, so that the way of what is unknown is gone too; the others mean what the world says they mean."""
    known = {row["wording"]: (case_outcome(str(row["wording"])), row["outcome"]) for row in wordings()}
    assert sum(found is None for found, _ in known.values()) >= 0.15 * len(known)
    assert {text: found.code for text, (found, _) in known.items() if found} == {
        text: outcome for text, (found, outcome) in known.items() if found
    }


def test_one_small_world_counts_as_it_is(tmp_path: Path) -> None:
    check(1, "published", 2, tmp_path, every=14)


@pytest.mark.long
@pytest.mark.parametrize(
    ("family", "seed"), [*(("published", seed) for seed in range(2, 7)), *(("falling", seed) for seed in range(2, 5))]
)
def test_small_worlds_count_as_they_are(seed: int, family: str, tmp_path: Path) -> None:
    check(seed, family, 10, tmp_path, every=14)
