"""Which files an import takes, in which order.

Invariants
- Folders are walked whole, in the order of names, links to folders not followed: the same tree gives the same order.
- A file that is not taken is counted by its kind. A file named outright that cannot be taken is a failure.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Kind = Literal["page", "warc", "sidecar", "refused", "skipped"]
PAGES = (".html", ".htm")
WARCS = (".warc", ".warc.gz")
_SKIPPED = {
    "image": (".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".ico", ".bmp"),
    "style sheet": (".css",),
    "script": (".js", ".mjs"),
    "font": (".woff", ".woff2", ".ttf", ".otf", ".eot"),
    "document": (".pdf", ".doc", ".docx", ".rtf", ".odt", ".txt", ".md"),
    "table": (".csv", ".tsv", ".xls", ".xlsx", ".ods", ".parquet"),
    "packed file": (".zip", ".gz", ".zst", ".xz", ".7z", ".rar", ".tar", ".wacz", ".mhtml", ".mht"),
}


@dataclass(frozen=True, slots=True)
class Source:
    """One file and what becomes of it; `what` is the kind of a skipped file, the reason of a refused one.

    A sidecar is read with its page.
    """

    path: Path
    kind: Kind
    what: str = ""
    size: int = 0


def sources(paths: Iterable[Path]) -> Iterator[Source]:
    """Every file below the given paths, in order."""
    for path in paths:
        try:
            if path.is_dir():
                yield from _below(path)
                continue
            if not path.exists():
                yield Source(path, "refused", "there is no such file or folder")
                continue
            found = _source(path)
        except OSError as problem:
            yield _unreadable(path, problem)
            continue
        if found.kind == "skipped":
            found = Source(path, "refused", f"import takes .html, .htm, .warc and .warc.gz; this is: {found.what}")
        yield found


def _below(folder: Path) -> Iterator[Source]:
    try:
        found = sorted(folder.iterdir(), key=lambda path: path.name)
    except OSError as problem:
        yield _unreadable(folder, problem)
        return
    for path in found:
        try:
            folder_link = path.is_dir() and path.is_symlink()
            if path.is_dir() and not folder_link:
                yield from _below(path)
            else:
                yield Source(path, "skipped", "link to a folder") if folder_link else _source(path)
        except OSError as problem:
            yield _unreadable(path, problem)


def _unreadable(path: Path, problem: OSError) -> Source:
    return Source(path, "refused", f"the file or folder cannot be read ({problem.strerror})")


def _source(path: Path) -> Source:
    name = path.name.lower()
    if not path.is_file():
        return Source(path, "skipped", "not a file")
    if name.endswith(PAGES):
        return Source(path, "page", size=path.stat().st_size)
    if name.endswith(WARCS):
        return Source(path, "warc", size=path.stat().st_size)
    if name.endswith(".json"):
        page = path.with_name(path.name[: -len(".json")])
        if path.name.endswith(".json") and page.name.lower().endswith(PAGES) and page.is_file():
            return Source(path, "sidecar")
        return Source(path, "skipped", "sidecar without page")
    for what, suffixes in _SKIPPED.items():
        if name.endswith(suffixes):
            return Source(path, "skipped", what)
    return Source(path, "skipped", "other file")
