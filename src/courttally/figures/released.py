"""The ledger of releases: what each published page printed, so that the next one can be held against all of them.

``HOME/released.jsonl``, append-only and hash-chained, one line a release. It holds printed numbers only, nothing that the page did not tell.
What a line means is known to ``publish/releases``; here lines are kept and proved.

Invariant: a release is made and kept inside :func:`releasing`, by one process at a time, so that it was held against all before it.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from courttally.archive import Clock
from courttally.archive.ledger import append_ledger, read_ledger

LEDGER = "released.jsonl"


def released(home: Path) -> tuple[dict[str, Any], ...]:
    """Every release, in the order in which they were made. Raises ValueError when the ledger is broken: then nothing can be checked."""
    state = read_ledger(home / LEDGER)
    if state.broken is not None:
        line, what = state.broken
        raise ValueError(f"{LEDGER} is broken at line {line}: {what}")
    return tuple(entry for entry in state.entries if entry.get("event") == "released")


@contextmanager
def releasing(home: Path) -> Iterator[None]:
    """Wait until nobody else makes a release in this home, and keep others out meanwhile. Raises OSError where it cannot be written."""
    handle = os.open(home / "released.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def keep_release(home: Path, release: Mapping[str, Any], clock: Clock) -> None:
    """Freeze a release. Raises OSError where the home cannot be written."""
    append_ledger(home / LEDGER, {"event": "released", **release}, clock)
