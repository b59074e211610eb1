"""A whole simulated world through archive and build, held against its truth record by record. Run:

    python bench/world.py [--world full] [--seed 1] [--family published] [--folder DIR] [--night] [--rule] [--repeat]

Printed: for every step seconds by the wall, CPU seconds of the process and its children, and peak memory (the largest sum of what
the process and its children hold at one moment, looked at every 50 ms); pages a second; and for records, accused, charges,
outcomes and every count how many were compared and how many differ. Results that no table knows are answered first, as a
person does in `courttally review`. `--night` adds one more night and builds again; `--rule` changes a line of a room that reads
nothing and builds again; `--repeat` builds everything again with one worker and compares digests. Exit status 1 when anything
differs. A folder that holds an archive already is taken as it is.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from courttally.engine import Engine
from courttally.figures.count import count
from courttally.figures.metrics import DIMENSIONS
from courttally.figures.question import make_question
from courttally.law.text import digest
from courttally.registry import decisions, views
from courttally.registry.snapshot import current
from courttally.rehearsal.crawl import Newsroom
from courttally.rehearsal.into_archive import keep
from courttally.rehearsal.truth import wordings
from courttally.rehearsal.world import build as tell

MAIN = "from courttally.cli import main; main()"
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Spent:
    """What a step took: seconds, CPU seconds, peak memory in MiB, and what it printed."""

    wall: float
    cpu: float
    mib: int
    out: str


def _resident(pid: int) -> int:
    """Bytes held by a process and all below it; 0 once it is gone."""
    try:
        own = int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
        below = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except (OSError, IndexError):
        return 0
    return own + sum(_resident(int(child)) for child in below)


def run(*words: str, source: Path | None = None) -> Spent:
    """One verb in a process of its own, watched."""
    environment = os.environ | ({"PYTHONPATH": str(source)} if source else {})
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    peak = 0
    with subprocess.Popen(
        [sys.executable, "-c", MAIN, *words], stdout=subprocess.PIPE, text=True, env=environment
    ) as child:
        done = threading.Event()

        def watch() -> None:
            nonlocal peak
            while not done.wait(0.05):
                peak = max(peak, _resident(child.pid))

        watcher = threading.Thread(target=watch)
        watcher.start()
        out = child.communicate()[0]
        done.set()
        watcher.join()
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if child.returncode not in (0, 3):
        raise SystemExit(f"{' '.join(words)}: exit status {child.returncode}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Spent(wall, cpu, peak >> 20, out)


def say(step: str, spent: Spent, pages: int = 0) -> None:
    """One line of the table."""
    rate = f"{pages / spent.wall:8,.0f} pages/s" if pages else ""
    print(f"{step:44} {spent.wall:7.1f} s  {spent.cpu:7.1f} CPU s  {spent.mib:6,} MiB {rate}", flush=True)


def answer_unknown(home: Path) -> int:
    """Answer every unknown result of the first instance by what the world says it means; how many wordings."""
    meanings = {digest(str(row["wording"])): str(row["outcome"]) for row in wordings()}
    with Engine(current(home).path) as engine:
        asked = [row[1] for row in views.review_queue(engine) if row[0] == "result_unmapped" and row[1] in meanings]
    for wording in asked:
        decisions.answer(
            home, signal="result_unmapped", digest=wording, code=meanings[wording], who="bench", why="the world says so",
            clock=lambda: datetime(2026, 1, 1, tzinfo=UTC),
        )  # fmt: skip
    return len(asked)


PAIRS = {
    "records": (
        "SELECT record, court, proceeding, case_id, guid, uid, received, slots AS accused FROM records",
        "SELECT record, court, proceeding, case_id, guid, uid, CAST(received AS DATE), accused FROM seen_records",
    ),
    "records of other branches": (
        "SELECT record, court, case_id, guid, uid, received FROM others",
        "SELECT record, court, case_id, guid, uid, CAST(received AS DATE) FROM seen_others",
    ),
    # A number may be printed with the case's older ones behind it, and with letters that only look Cyrillic.
    "numbers": (
        "SELECT record, number FROM records",
        "SELECT record, translate(split_part(number, ' (', 1), 'K', 'К') FROM seen_records",
    ),
    "outcomes of records": (
        "SELECT record, outcome, in_force FROM records WHERE proceeding = 'first'",
        "SELECT record, outcome, CAST(in_force AS DATE) FROM seen_records WHERE proceeding = 'first'",
    ),
    "accused and their outcomes": (
        "SELECT record, slot + 1, outcome FROM accused WHERE record LIKE '%:criminal:first:%'",
        "SELECT record, slot, outcome FROM seen_accused WHERE record LIKE '%:criminal:first:%'",
    ),
    "own results of accused": (
        "SELECT record, slot + 1, result, result_date FROM accused WHERE record LIKE '%:criminal:first:%' AND result <> ''",
        "SELECT record, slot, own_outcome, CAST(own_day AS DATE) FROM seen_accused WHERE record LIKE '%:criminal:first:%' AND own_outcome IS NOT NULL",
    ),
    "charges": (
        "SELECT record, slot + 1, n + 1, article, part, points, stage, role FROM charges",
        """SELECT record, slot, position, article, part, points,
        CASE stage WHEN 'ч.1' THEN 'preparation' WHEN 'ч.3' THEN 'attempt' ELSE stage END,
        CASE role WHEN 'ч.3' THEN 'organiser' WHEN 'ч.4' THEN 'instigator' WHEN 'ч.5' THEN 'accomplice' ELSE role END FROM seen_charges""",
    ),
}


def compare_rows(home: Path, seen: Path) -> int:
    """Records, accused, charges and outcomes against the truth of the last day; how many rows differ."""
    snapshot, differing = current(home), 0
    with duckdb.connect() as engine:
        for name in ("records", "accused", "charges"):
            held = f"read_parquet('{snapshot.path}/{name}.parquet')"
            engine.execute(f"CREATE VIEW held_{name} AS SELECT * FROM {held} WHERE known_to IS NULL")
            engine.execute(f"CREATE VIEW {name} AS SELECT * FROM held_{name} WHERE record LIKE '%:criminal:%'")
            engine.execute(f"CREATE VIEW seen_all_{name} AS SELECT * FROM read_parquet('{seen}/{name}.parquet')")
            engine.execute(f"CREATE VIEW seen_{name} AS SELECT * FROM seen_all_{name} WHERE record LIKE '%:criminal:%'")
        engine.execute("CREATE VIEW others AS SELECT * FROM held_records WHERE record NOT LIKE '%:criminal:%'")
        engine.execute("CREATE VIEW seen_others AS SELECT * FROM seen_all_records WHERE record NOT LIKE '%:criminal:%'")
        for name, (ours, theirs) in PAIRS.items():
            rows = engine.execute(f"SELECT count(*) FROM ({theirs})").fetchall()[0][0]
            missing = engine.execute(f"({theirs}) EXCEPT ALL ({ours}) ORDER BY 1").fetchall()
            surplus = engine.execute(f"({ours}) EXCEPT ALL ({theirs}) ORDER BY 1").fetchall()
            print(f"{name:44} {rows:9,} true  {len(missing):6,} not so here  {len(surplus):6,} not true", flush=True)
            for row in [*missing[:5], *surplus[:5]]:
                print("     ", *row)
            differing += len(missing) + len(surplus)
    return differing


def wanted_cells(seen: Path) -> dict[tuple[str, str, str, str], dict[str, tuple[int, int]]]:
    """Least and most of every cell by question; the same number but for matters whose records do not all show one UID."""
    wanted: dict[tuple[str, str, str, str], dict[str, tuple[int, int]]] = {}
    for name in ("expected", "net"):
        for line in (seen / f"{name}.jsonl").read_text().splitlines():
            cell = json.loads(line)
            metric = cell.get("metric", "matters")
            if cell["dimension"] not in ("", *DIMENSIONS) or (name == "expected" and metric == "matters"):
                continue
            question = (metric, cell["scope"], cell["attribution"], cell["dimension"])
            ends = (cell["value"],) * 2 if name == "expected" else (cell["least"], cell["most"])
            wanted.setdefault(question, {})[cell["key"]] = ends
    return wanted


def compare_counts(home: Path, seen: Path, day: date) -> int:
    """Every metric by every dimension, as of a day; how many cells differ."""
    cells = ranged = differing = 0
    snapshot, wanted = current(home), wanted_cells(seen)
    with Engine(snapshot.path) as engine:
        for (metric, scope, attribution, dimension), true in sorted(wanted.items()):
            by = (dimension,) if dimension else ()
            question = make_question(metric, scope=scope, attribution=attribution, by=by, as_of=day)
            got = {figure.by.get(dimension, ""): figure.value for figure in count(engine, snapshot, question)}
            keys = {key for key in {*got, *true} if got.get(key, 0) or true.get(key, (0, 0))[1]}
            cells += len(keys)
            ranged += sum(true.get(key, (0, 0))[0] < true.get(key, (0, 0))[1] for key in keys)
            wrong = [
                key
                for key in sorted(keys)
                if not true.get(key, (0, 0))[0] <= got.get(key, 0) <= true.get(key, (0, 0))[1]
            ]
            differing += len(wrong)
            for key in wrong[:3]:
                least, most = true.get(key, (0, 0))
                print(
                    f"      {metric} {scope} {attribution} by {dimension or '-'} {key}: {got.get(key, 0)}, true {least} to {most}"
                )
    print(
        f"{f'cells of {len(wanted)} questions as of {day}':44} {cells:9,} true  {differing:6,} differ ({ranged:,} with a range)",
        flush=True,
    )
    return differing


def changed_rule(folder: Path) -> Path:
    """A copy of the package in which one line was added to a room that reads nothing."""
    package = Path(__file__).resolve().parents[1] / "src" / "courttally"
    copy = folder / "changed"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(package, copy / "courttally", ignore=shutil.ignore_patterns("__pycache__"))
    with (copy / "courttally" / "registry" / "state.py").open("a") as rule:
        rule.write("\n_CHANGED = True\n")
    return copy


def digests(home: Path) -> str:
    """The digest of all tables."""
    out: dict[str, str] = json.loads(run("digest", "--home", str(home), "--json").out)
    return out["all"]


def steps(options: argparse.Namespace, folder: Path) -> Iterator[int]:
    """Every step asked for; yields how much differs."""
    home, seed = folder / "home", str(options.seed)
    words = ("--world", options.world, "--seed", seed, "--family", options.family)
    world = tell(options.world, options.seed, options.family)
    last = date.fromordinal(world.end)
    until = date.fromordinal(world.end - 1 if options.night else world.end)
    print(
        f"simulated world {options.world}, seed {seed}, family {options.family}, to {until}; {os.cpu_count()} cores",
        flush=True,
    )
    if not (home / "archive").exists():
        say(
            "rehearse archive",
            run("rehearse", "archive", "--home", str(home), *words, "--to", until.isoformat(), "--quiet"),
        )
    made = run("build", "--all", "--home", str(home), "--workers", str(options.workers), "--json")
    pages = int(json.loads(made.out)["captures"])
    say(f"build --all, {options.workers} workers, {pages:,} captures", made, pages)
    answered = answer_unknown(home)
    say(f"build after {answered} answers", run("build", "--home", str(home), "--json"))
    if options.rule:
        say("build after a changed rule", run("build", "--home", str(home), "--json", source=changed_rule(folder)))
        say("build after the rule is back", run("build", "--home", str(home), "--json"))
    if options.night:
        newsroom = Newsroom(world, world.start)
        for _ in newsroom.until(world.end - 1):
            pass
        night = keep(newsroom, home, world.end)
        print(f"one more night: {night.captures} captures ({dict(Counter(night.kinds))})")
        say("build after one night", run("build", "--home", str(home), "--json"), night.captures)
    if options.night or options.repeat:
        nightly = digests(home)
        say("build --all, 1 worker", run("build", "--all", "--home", str(home), "--workers", "1", "--json"))
        again = digests(home)
        print(f"digest {nightly[:16]} before, {again[:16]} made anew: {'equal' if nightly == again else 'DIFFERENT'}")
        yield int(nightly != again)
    truth = folder / "truth"
    say("rehearse truth", run("rehearse", "truth", "--out", str(truth), *words, "--date", last.isoformat()))
    seen = truth / "seen" / last.isoformat()
    yield compare_rows(home, seen)
    yield compare_counts(home, seen, last)


def main() -> None:
    """Run the bench."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--world", default="full", choices=("small", "full"))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--family", default="published", choices=("published", "falling"))
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--folder", type=Path)
    for flag in ("--night", "--rule", "--repeat"):
        parser.add_argument(flag, action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        differing = sum(steps(options, options.folder or Path(scratch)))
    raise SystemExit(1 if differing else 0)


if __name__ == "__main__":
    main()
