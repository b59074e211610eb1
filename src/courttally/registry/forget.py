"""Forgetting what was read on pages that the archive does not hold any more.

Invariants
- Every build looks first whether captures were redacted since the last one, here or in what was merged; so it does not matter who
  redacted, by which command, or what was interrupted.
- What goes can be made again from what the archive still holds, except what only the redacted pages showed; that is the point.
- A snapshot that rests on a page which is gone goes once the next one stands (``snapshot.write``).
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from courttally.archive.layout import Layout, called
from courttally.archive.redact import redactions
from courttally.registry.snapshot import root


def forget_redacted(home: Path) -> int:
    """Forget what was read in files where captures were redacted since the last build: cached readings, keyed forms of
    names, and the notes of what changed in our reading, which can quote a value.

    Returns how many redactions the archive has: a snapshot keeps the number, and snapshots of another number go.
    """
    layout = Layout(home)
    files: set[str] = set()
    number = 0
    for each in (layout, *layout.machines()):
        for made in redactions(each):
            number += 1
            files |= {called(each.machine, file) for file in made.captures}
    mark = root(home) / "redactions"
    if number and (not mark.exists() or mark.read_text() != str(number)):
        forget_readings(home, files)
        mark.write_text(str(number))
    return number


def forget_readings(home: Path, files: Iterable[str]) -> None:
    """Remove what was read in these archive files, every keyed form of a name, the notes of rereadings, and what the next night would carry on."""
    cache = root(home) / "cache"
    gone = [state / name for state in _folders(cache) for name in files]
    for path in [*gone, *_folders(home / "linkage"), root(home) / "rereadings", root(home) / "carry"]:
        if path.is_dir():
            shutil.rmtree(path)


def _folders(parent: Path) -> list[Path]:
    return [path for path in parent.iterdir() if path.is_dir()] if parent.is_dir() else []
