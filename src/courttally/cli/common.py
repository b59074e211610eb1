"""What every verb shares: options, the clock, exit statuses, messages and tables.

Exit statuses: 0 done, 1 failed, 2 bad usage, 3 done with unread material. Messages go to standard error, results to standard
output; with ``--json`` the output is JSON and nothing else.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn

import typer

DONE, FAILED, USAGE, UNREAD = 0, 1, 2, 3

Home = Annotated[
    Path | None,
    typer.Option(
        "--home",
        envvar="COURTTALLY_HOME",
        help="Folder that holds archive and registry. Default: ~/courttally.",
        show_default=False,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for scripts instead of a table.")]

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})

# Signals that report a circumstance, not something on a page that was left unread.
CIRCUMSTANCES = frozenset({"act_unlinked", "card_without_address", "press_unlinked"})


def home_of(home: Path | None) -> Path:
    """The home folder in use."""
    return home if home is not None else Path.home() / "courttally"


def clock() -> datetime:
    """The time now, or the one in COURTTALLY_NOW (ISO 8601 with zone), which rehearsals and tests set."""
    given = os.environ.get("COURTTALLY_NOW")
    if not given:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(given)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        fail("COURTTALLY_NOW is no time with a zone, such as 2026-01-31T12:00:00+03:00", USAGE)
    return moment.astimezone(UTC)


def say(text: str) -> None:
    """Text on standard output; at a terminal its lines end between words, elsewhere they stand as they are."""
    if sys.stdout.isatty():
        width = max(40, min(120, shutil.get_terminal_size((100, 24)).columns))
        lines = (
            textwrap.fill(line, width, break_long_words=False, break_on_hyphens=False) for line in text.split("\n")
        )
        text = "\n".join(lines)
    print(text)


def note(message: str) -> None:
    """A line for the person at the terminal, on standard error."""
    print(message, file=sys.stderr)


def fail(message: str, status: int = FAILED) -> NoReturn:
    """Say what is wrong and how to mend it, and stop."""
    note(f"courttally: {message}")
    raise typer.Exit(status)


@contextmanager
def reported() -> Iterator[None]:
    """Turn the errors that a user can cause into one plain line; anything else is a bug and shows as one."""
    from courttally.archive import ArchiveError
    from courttally.registry.snapshot import KeyRefusedError, NoSnapshotError

    try:
        yield
    except (NoSnapshotError, KeyRefusedError) as error:
        fail(str(error))
    except ArchiveError as error:
        fail(str(error))
    except OSError as error:
        if error.errno in _FULL:
            fail(
                "the disk is full, or a limit on it is reached. What was kept so far is safe: free some space and run the command again"
            )
        # The message alone: a path can hold a person's name.
        fail(f"the file system says: {error.strerror or type(error).__name__}. 'courttally doctor' looks for causes")


def print_json(value: Any) -> None:
    """JSON on standard output, Cyrillic as it is."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=1) + "\n")


def print_table(
    title: str,
    columns: list[str],
    rows: list[list[str]],
    *,
    numbers: frozenset[int] = frozenset(),
    whole: frozenset[int] = frozenset(),
) -> None:
    """A table on standard output; ``numbers`` are the columns to align right, ``whole`` those that are never broken, such as ids."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(
        title=escape(title) or None, title_justify="left", title_style="bold", box=SIMPLE_HEAD, pad_edge=False
    )
    for index, name in enumerate(columns):
        justify: Literal["right", "left"] = "right" if index in numbers else "left"
        table.add_column(escape(name), justify=justify, overflow="fold", no_wrap=index in whole)
    for row in rows:
        table.add_row(*(escape(cell) for cell in row))
    Console(width=None if sys.stdout.isatty() else 110).print(table)


@contextmanager
def progress_bar(*, quiet: bool) -> Iterator[Callable[[str, int, int], None]]:
    """A progress display on standard error for long work; silent where nobody watches."""
    if quiet or not sys.stderr.isatty():
        yield lambda what, done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, Any] = {}

        def show(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=total)
            bars.update(tasks[what], completed=done, total=total)

        yield show


def plural(number: int, one: str, many: str | None = None) -> str:
    """``1 capture``, ``2 captures``, thousands with commas."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def size_words(size: int) -> str:
    """Bytes in words."""
    amount = float(size)
    for unit in ("bytes", "KB", "MB", "GB"):
        if amount < 1024 or unit == "GB":
            return f"{amount:,.0f} {unit}" if unit == "bytes" else f"{amount:,.1f} {unit}"
        amount /= 1024
    raise AssertionError("unreachable")
