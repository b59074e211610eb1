"""Which files an import takes, in which order: files of folders here, members of packed files by the same names.

Invariants
- Folders are walked whole, in the order of names, links to folders not followed: the same tree gives the same order.
- A file that is not taken is counted by its kind. A file named outright that cannot be taken is a failure.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, Literal

Kind = Literal["page", "warc", "table", "packed", "sidecar", "refused", "skipped"]
Opener = Callable[[], BinaryIO]
PAGES = (".html", ".htm")
WARCS = (".warc", ".warc.gz")
PACKED = (".zip", ".wacz")
TABLES = {".csv": "table", ".json": "other JSON"}
"""Files that may be exports of others -> as what they are skipped where they are not."""
_SIDECARS = tuple(suffix + ".json" for suffix in PAGES)
_SKIPPED = {
    "image": (".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".ico", ".bmp"),
    "style sheet": (".css",),
    "script": (".js", ".mjs"),
    "font": (".woff", ".woff2", ".ttf", ".otf", ".eot"),
    "document": (".pdf", ".doc", ".docx", ".rtf", ".odt", ".txt", ".md"),
    "table": (".tsv", ".xls", ".xlsx", ".ods", ".parquet"),
    "packed file": (".gz", ".zst", ".xz", ".7z", ".rar", ".tar", ".mhtml", ".mht"),
}
TAKEN = ".html, .htm, .warc, .warc.gz, .zip, .wacz, and .csv and .json exported by sudrfscraper"


class UnreadableError(Exception):
    """A file that cannot be read, and why; never its path or name."""


def _nothing() -> BinaryIO:
    raise UnreadableError("there is nothing to read")


@dataclass(frozen=True, slots=True)
class Source:
    """One file and what becomes of it; `what` is the kind of a skipped file or export, the reason of a refused one.

    `size` in bytes, where it lies. `open` gives its bytes as a file that can seek, raising OSError or UnreadableError;
    `sidecar` those of its sidecar, where it has one (a sidecar is read with its page). `outright`: named on the
    command line.
    """

    kind: Kind
    what: str = ""
    size: int = 0
    open: Opener = _nothing
    sidecar: Opener | None = None
    outright: bool = False


def kind_of(name: str) -> tuple[Kind, str]:
    """What a file is by its name alone, and what it is skipped as. A sidecar is told by the page beside it."""
    lower = name.lower()
    if name.startswith("._"):  # what macOS keeps of a file, under the file's name
        return "skipped", "Macintosh file particulars"
    if lower.endswith(PAGES):
        return "page", ""
    if lower.endswith(WARCS):
        return "warc", ""
    if lower.endswith(PACKED):
        return "packed", lower.rpartition(".")[2]
    if lower.endswith(_SIDECARS):
        return "skipped", "sidecar without page"
    for suffix, what in TABLES.items():
        if lower.endswith(suffix):
            return "table", what
    for what, suffixes in _SKIPPED.items():
        if lower.endswith(suffixes):
            return "skipped", what
    return "skipped", "other file"


def is_sidecar(name: str) -> bool:
    """Whether a name is that of a sidecar; it is one where its page is beside it."""
    return name.endswith(".json") and name.lower().endswith(_SIDECARS)


def sources(paths: Iterable[Path]) -> Iterator[Source]:
    """Every file below the given paths, in order."""
    for path in paths:
        try:
            if path.is_dir():
                yield from _below(path)
                continue
            if not path.exists():
                yield Source("refused", "there is no such file or folder")
                continue
            found = _source(path)
        except OSError as problem:
            yield _unreadable(problem)
            continue
        if found.kind == "skipped":
            found = Source("refused", f"import takes {TAKEN}; this is: {found.what}")
        yield replace(found, outright=True)


def _below(folder: Path) -> Iterator[Source]:
    try:
        found = sorted(folder.iterdir(), key=lambda path: path.name)
    except OSError as problem:
        yield _unreadable(problem)
        return
    for path in found:
        try:
            folder_link = path.is_dir() and path.is_symlink()
            if path.is_dir() and not folder_link:
                yield from _below(path)
            else:
                yield Source("skipped", "link to a folder") if folder_link else _source(path)
        except OSError as problem:
            yield _unreadable(problem)


def _unreadable(problem: OSError) -> Source:
    return Source("refused", f"the file or folder cannot be read ({problem.strerror})")


def _source(path: Path) -> Source:
    if not path.is_file():
        return Source("skipped", "not a file")
    kind, what = kind_of(path.name)
    if is_sidecar(path.name) and path.with_name(path.name.removesuffix(".json")).is_file():
        return Source("sidecar")
    if kind == "skipped":
        return Source(kind, what)
    beside = path.with_name(path.name + ".json")
    sidecar = _opener(beside) if kind == "page" and beside.exists() else None
    return Source(kind, what, path.stat().st_size, _opener(path), sidecar)


def _opener(path: Path) -> Opener:
    def opened() -> BinaryIO:
        return path.open("rb")

    return opened
