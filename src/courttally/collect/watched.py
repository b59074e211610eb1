"""The registry's watch list, read as a plain file: cases that it knows, open or settled.

Invariants: a hint. A missing file, or a line that is none, costs requests and nothing else.
Format: one JSON object a line with court, proceeding, srv_num, case_id, guid, received, settled, card_on.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PLACE = Path("registry") / "watch.jsonl"
_OWED: dict[str, type] = {"court": str, "proceeding": str, "srv_num": int, "case_id": int, "guid": str, "settled": bool}


def read_watch(home: Path, elsewhere: str = "") -> Iterator[dict[str, Any]]:
    """The entries of the watch list of a home, or of a file elsewhere."""
    path = Path(elsewhere).expanduser() if elsewhere else home / PLACE
    try:
        lines = path.read_text("utf-8").splitlines()
    except (FileNotFoundError, NotADirectoryError, UnicodeDecodeError):
        return
    for line in lines:
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        if isinstance(entry, dict) and all(type(entry.get(name)) is kind for name, kind in _OWED.items()):
            yield entry
