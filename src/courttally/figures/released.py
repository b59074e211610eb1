"""The ledger of releases: what each published page printed, so that the next one can be held against all of them.

``HOME/released.jsonl``, append-only and hash-chained, one line a release. It holds printed numbers only, nothing that the page did not tell.
What a line means is known to ``publish/releases``; here lines are kept and proved.
"""

from __future__ import annotations

from collections.abc import Mapping
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


def keep_release(home: Path, release: Mapping[str, Any], clock: Clock) -> None:
    """Freeze a release. Raises OSError where the home cannot be written."""
    append_ledger(home / LEDGER, {"event": "released", **release}, clock)
