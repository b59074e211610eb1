"""Forgetting what was read on pages that the archive does not hold any more.

Invariants: what goes can be made again from what the archive still holds, except what only the redacted pages showed; that is
the point. The current snapshot stays until a build has made the next, so that readers never stand before nothing.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from courttally.registry.snapshot import current, root


def forget_readings(home: Path, files: Iterable[str]) -> int:
    """Remove what was read in these archive files, under whatever reader, and every cached keyed form of a name.

    Returns how many folders went; the next build reads those files anew.
    """
    cache = root(home) / "cache"
    states = list(cache.iterdir()) if cache.is_dir() else []
    linkage = home / "linkage"
    forms = [path for path in linkage.iterdir() if path.is_dir()] if linkage.is_dir() else []
    gone = [path for state in states for name in files if (path := state / name).is_dir()] + forms
    for path in gone:
        shutil.rmtree(path)
    return len(gone)


def forget_snapshots(home: Path) -> int:
    """Remove every snapshot but the current one, half-made ones too. Returns how many went."""
    kept = current(home).id
    gone = [path for path in (root(home) / "snapshots").iterdir() if path.name != kept]
    for path in gone:
        shutil.rmtree(path)
    return len(gone)
