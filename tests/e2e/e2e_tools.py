"""What the end-to-end tests share: the command as a person runs it, and the simulated world that it runs on.

The world and its counts come from ``examples/simulated`` and use no part of courttally; the command is a process of
its own.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT / "examples"))

from simulated.truth import World  # noqa: E402 - the folder of examples is no package; its path comes first

COMMAND = Path(sys.executable).with_name("courttally")
VERBS = ("import", "build", "count", "trace", "case", "verify", "digest", "publish", "status", "doctor")
DONE, FAILED, MISUSED, UNREAD = 0, 1, 2, 3


@dataclass(frozen=True)
class Corpus:
    """The example corpus on disk: the WARC alone, the folder with the page saved by hand, and the truth."""

    world: World
    folder: Path
    warc: Path
    truth: list[dict[str, Any]]


@dataclass(frozen=True)
class Answer:
    """What one run of the command gave."""

    arguments: tuple[str, ...]
    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The whole standard output as JSON; anything else printed there is a fault."""
        return json.loads(self.out)

    def ok(self) -> "Answer":
        """This answer, when the work was done, with or without unread material."""
        assert self.status in (DONE, UNREAD), (
            f"{self.arguments} gave {self.status}\n{self.out[-2000:]}\n{self.err[-4000:]}"
        )
        return self


@dataclass(frozen=True)
class Desk:
    """A home of courttally and the surroundings it runs in: a user's folder of its own, a time zone, a language."""

    home: Path
    user: Path
    surroundings: tuple[tuple[str, str], ...] = ()

    def run(self, *arguments: str | Path) -> Answer:
        """Runs the command with this home; ``--home`` goes after the verb, as its help says."""
        words = [str(word) for word in arguments]
        return run([words[0], "--home", str(self.home), *words[1:]], self.user, dict(self.surroundings))

    def runs(self, commands: Iterable[list[str]]) -> list[Answer]:
        """Several commands, two at a time, in the order given."""
        with ThreadPoolExecutor(2) as pool:
            return list(pool.map(lambda words: self.run(*words), commands))

    def digest(self) -> Any:
        return self.run("digest", "--json").ok().json


def run(words: list[str], user: Path, surroundings: dict[str, str] | None = None) -> Answer:
    """One run of the command in surroundings that hold nothing of the person who runs the tests."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "PYTHONPATH") if name in os.environ}
    user.mkdir(parents=True, exist_ok=True)
    environment = kept | {"HOME": str(user), "LC_ALL": "C.UTF-8", "TZ": "UTC"} | (surroundings or {})
    done = subprocess.run(
        [str(COMMAND), *words], capture_output=True, env=environment, cwd=user, timeout=300, check=False
    )
    return Answer(tuple(words), done.returncode, done.stdout.decode(), done.stderr.decode(errors="replace"))


def today() -> str:
    """Today's date in Moscow: by this day even a page of unknown time has been imported."""
    return (datetime.now(UTC) + timedelta(hours=3)).date().isoformat()


def cells(answer: Answer, dimensions: Iterable[str]) -> dict[tuple[str, ...], int]:
    """The cells of a count, keyed by the values of its dimensions in the order asked for."""
    wanted = tuple(dimensions)
    table: dict[tuple[str, ...], int] = {}
    for figure in answer.json:
        assert set(figure["by"]) == set(wanted), f"{answer.arguments}: a cell by {sorted(figure['by'])}"
        key = tuple(figure["by"][dimension] for dimension in wanted)
        assert key not in table, f"{answer.arguments}: cell {key} is printed twice"
        table[key] = figure["value"]
    return table
