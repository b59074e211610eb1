"""Small files written whole: a reader, and a kill at any instant, finds the old content or the new, never a part."""

import os
from pathlib import Path

from courttally.archive.layout import sync_folder


def write_whole(path: Path, data: bytes) -> None:
    """Replace a private file by new content that is on the disk first. Raises OSError; the old content stays then."""
    draft = path.with_name(path.name + ".tmp")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as sink:
        sink.write(data)
        sink.flush()
        os.fsync(sink.fileno())
    draft.replace(path)
    sync_folder(path.parent)
