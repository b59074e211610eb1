"""The site on disk: what goes in, and a folder that replaces the one before as a whole.

Invariants: a new folder is written beside the old and renamed, so a failed run leaves the old site as it was; a folder that is
no site of ours is never replaced; the files depend on the input alone (no time of the build). Counts come from ``figures``.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from courttally.courts import Court, by_code, first_instance_courts
from courttally.figures.commitment import FORM
from courttally.figures.headline import Engine, Snapshot, headline
from courttally.law.subjects import NamedScope, Subject, load_subject
from courttally.publish.page import Content, site_files
from courttally.publish.rollup import make_cells
from courttally.publish.tiers import SCOPE
from courttally.publish.witness import LADDER, release

MANIFEST = "manifest.json"
MADE_BY = "courttally"


@dataclass(frozen=True, slots=True)
class SiteInputs:
    """What the page is made from: plain values, true and not yet filtered.

    ``cells``: (month ``YYYY-MM`` or ``undated``, article) to (received, finished) by lead attribution in the scope;
    ``courts_complete``, ``courts_partial``: codes of courts of first instance with a complete window, and with partial ones only;
    ``unknown_part_beside`` and ``undated_beside``: cases that stand beside the numbers and are in none of them; ``second_hand``: how
    many of the cases rest on rows exported by others alone; ``overridden``: code of each court whose robots rules the installation does
    not honour, with the reason it gives, which the page owes its readers.
    """

    as_of: date
    subject: Subject
    scope: NamedScope
    cells: Mapping[tuple[str, str], tuple[int, int]]
    n_cases: int
    n_matters: int
    courts_complete: tuple[str, ...]
    courts_partial: tuple[str, ...]
    simulated: bool
    unknown_part_beside: int = 0
    undated_beside: int = 0
    second_hand: int = 0
    overridden: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SiteReport:
    """What was written. ``step``: how much detail had to be left out beyond the rules (0: none, see ``witness.LADDER``)."""

    files: tuple[Path, ...]
    hidden_numbers: int
    step: int

    @property
    def withheld(self) -> bool:
        """Whether no table could be published."""
        return self.step == len(LADDER)


def collect_inputs(engine: Engine, snapshot: Snapshot, as_of: date) -> SiteInputs:
    """The inputs from a registry, as of a day."""
    found = headline(engine, snapshot, as_of)
    subject = load_subject(found.subject)
    return SiteInputs(
        as_of=as_of,
        subject=subject,
        scope=subject.scope(found.scope.name),
        cells=found.cells,
        n_cases=found.n_cases,
        n_matters=found.n_matters,
        courts_complete=found.coverage.complete,
        courts_partial=found.coverage.partial,
        simulated=found.simulated,
        unknown_part_beside=found.unknown_part_beside,
        undated_beside=found.undated_beside,
        second_hand=found.second_hand,
    )


def build_site(
    inputs: SiteInputs, out: Path, extra: Mapping[str, bytes] | None = None, commitment: str | None = None
) -> SiteReport:
    """Write the site to ``out``, replacing the one there.

    ``extra``: pages beside, made without a registry; ``commitment``: the root over the records behind the numbers, for the manifest.

    Raises ValueError where the inputs disagree with each other, TierError where something may not be published, and OSError
    where ``out`` cannot be written or is a folder that is not a site of ours. In each case ``out`` is as it was.
    """
    content, checked, step = _content(inputs)
    contents = {**(extra or {}), **site_files(content)}
    contents[MANIFEST] = _manifest(content, contents, commitment)
    _replace(out, contents)
    return SiteReport(tuple(out / name for name in sorted(contents)), checked, step)


def _content(inputs: SiteInputs) -> tuple[Content, int, int]:
    if inputs.scope.name != SCOPE or inputs.scope.since is None:
        raise ValueError(f"the public table has scope {SCOPE}, which has a start date")
    if sum(received for received, _ in inputs.cells.values()) != inputs.n_cases:
        raise ValueError("the cells do not add up to the number of cases")
    courts = {court.code: court for court in first_instance_courts()}
    named = (*inputs.courts_complete, *inputs.courts_partial)
    if len(set(named)) != len(named) or not set(named) <= set(courts):
        raise ValueError("a court is named twice, or is no court of first instance")
    since = inputs.scope.since.isoformat()[:7]
    cells = make_cells(inputs.cells, inputs.scope.articles, since, max(since, inputs.as_of.isoformat()[:7]))
    released = release(cells)
    content = Content(
        as_of=inputs.as_of,
        subject=inputs.subject,
        scope=inputs.scope,
        printed=released.printed,
        n_cases=inputs.n_cases,
        n_matters=inputs.n_matters,
        complete=tuple(courts[code] for code in sorted(inputs.courts_complete)),
        partial=tuple(courts[code] for code in sorted(inputs.courts_partial)),
        none=tuple(court for code, court in sorted(courts.items()) if code not in named),
        simulated=inputs.simulated,
        unknown_part_beside=inputs.unknown_part_beside,
        undated_beside=inputs.undated_beside,
        second_hand=inputs.second_hand,
        overridden=tuple((_court(code), reason) for code, reason in sorted(inputs.overridden)),
    )
    return content, released.checked, released.step


def _court(code: str) -> Court:
    court = by_code(code)
    if court is None:
        raise ValueError("robots rules are overridden of a court that is in no directory")
    return court


def _manifest(content: Content, contents: Mapping[str, bytes], commitment: str | None) -> bytes:
    value: dict[str, object] = {
        "made_by": MADE_BY,
        "as_of": content.as_of.isoformat(),
        "simulated": content.simulated,
        "files": [
            {"name": name, "bytes": len(body), "sha256": hashlib.sha256(body).hexdigest()}
            for name, body in sorted(contents.items())
        ],
    }
    if commitment is not None:
        # One digest over all records, salted leaf by leaf: it tells of none, and binds to every one ('courttally prove').
        value["commitment"] = {"root": commitment, "form": FORM, "scope": content.scope.name}
    return (json.dumps(value, indent=1) + "\n").encode()


def _replace(out: Path, contents: Mapping[str, bytes]) -> None:
    """The new folder beside, then two renames; a run that died between them is mended by the next."""
    out = out.absolute()
    previous = out.with_name(f".{out.name}.previous")
    out.parent.mkdir(parents=True, exist_ok=True)
    if previous.exists() and not out.exists():
        previous.rename(out)
    _check_ours(out)
    draft = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    try:
        for name, body in sorted(contents.items()):
            with (draft / name).open("wb") as file:
                file.write(body)
                file.flush()
                os.fsync(file.fileno())
            (draft / name).chmod(0o644)
        draft.chmod(0o755)
        if out.exists():
            shutil.rmtree(previous, ignore_errors=True)
            out.rename(previous)
        try:
            draft.rename(out)
        except OSError:
            if previous.exists():
                previous.rename(out)
            raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    shutil.rmtree(previous, ignore_errors=True)


def _check_ours(out: Path) -> None:
    """A folder is ours when it is empty or its manifest says so. Raises OSError, so that nobody's folder is lost."""
    if not out.exists():
        return
    if not out.is_dir():
        raise OSError(errno.EEXIST, "the folder for the site is a file")
    if not any(out.iterdir()):
        return
    try:
        made_by = json.loads((out / MANIFEST).read_bytes()).get("made_by")
    except (OSError, ValueError, AttributeError):
        made_by = None
    if made_by != MADE_BY:
        raise OSError(errno.EEXIST, "the folder for the site holds something that is not a site of courttally")
