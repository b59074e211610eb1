"""The site on disk: what goes in, the release that is made of it, and a folder that replaces the one before as a whole.

Invariants: a release is made once, beside all earlier ones, and printed again as it was; a new folder is written beside the old and renamed, so a failed run leaves the old site as it was; a folder that is
no site of ours is never replaced; the files depend on the input alone (no time of the build). Counts come from ``figures``.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from courttally.courts import Court, by_code, first_instance_courts
from courttally.figures.commitment import FORM
from courttally.figures.headline import Engine, Snapshot, headline
from courttally.law.subjects import NamedScope, Subject, load_subject
from courttally.publish.frozen import Release
from courttally.publish.page import Content, site_files
from courttally.publish.releases import Told, against
from courttally.publish.rollup import make_cells
from courttally.publish.tiers import SCOPE, SMALLEST, is_small
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
    """What was written. ``step``: how much detail had to be left out beyond the rules (0: none, see ``witness.LADDER``).

    ``kept``: lines that keep the numbers of an earlier release.
    """

    files: tuple[Path, ...]
    hidden_numbers: int
    step: int
    kept: int

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


def make_release(inputs: SiteInputs, earlier: Sequence[Release] = (), root: str | None = None) -> Release:
    """What may be published of the inputs, beside all that was published before (the last one last).

    ``root``: the commitment over the records behind the numbers, for the manifest.

    Raises ValueError where the inputs disagree with each other.
    """
    if inputs.scope.name != SCOPE or inputs.scope.since is None:
        raise ValueError(f"the public table has scope {SCOPE}, which has a start date")
    if sum(received for received, _ in inputs.cells.values()) != inputs.n_cases:
        raise ValueError("the cells do not add up to the number of cases")
    courts = {court.code for court in first_instance_courts()}
    named = (*inputs.courts_complete, *inputs.courts_partial)
    if len(set(named)) != len(named) or not set(named) <= courts:
        raise ValueError("a court is named twice, or is no court of first instance")
    since = inputs.scope.since.isoformat()[:7]
    cells = make_cells(inputs.cells, inputs.scope.articles, since, max(since, inputs.as_of.isoformat()[:7]))
    allowed = release(cells)
    totals = tuple(None if is_small(n) else n for n in (cells.total(m, 0, len(cells.months) - 1) for m in (0, 1)))
    first_hand = inputs.n_cases - inputs.second_hand
    beside = {
        "matters": inputs.n_matters,
        "unknown_part": inputs.unknown_part_beside,
        "undated": inputs.undated_beside,
        "second_hand": inputs.second_hand,
        "first_hand": first_hand if inputs.second_hand else None,
    }
    both = totals[0], totals[1]
    told = Told(inputs.as_of.isoformat(), allowed.printed, both, both, beside)
    return Release(
        against(told, [one.told for one in earlier]), inputs.subject.id, inputs.scope.name, tuple(sorted(inputs.courts_complete)),
        tuple(sorted(inputs.courts_partial)), inputs.simulated, allowed.step, allowed.checked, root,
        tuple(sorted(inputs.overridden)),
    )  # fmt: skip


def build_site(
    made: Release, out: Path, extra: Mapping[str, bytes] | None = None, subject: Subject | None = None
) -> SiteReport:
    """Write the site of a release to ``out``, replacing the one there.

    ``extra``: pages beside, made without a registry; ``subject``: the words of the page, by default those that ship with the release's subject.

    Raises TierError where something may not be published, and OSError where ``out`` cannot be written or is a folder that is
    not a site of ours. In each case ``out`` is as it was.
    """
    content = _content(made, subject or load_subject(made.subject))
    contents = {**(extra or {}), **site_files(content)}
    contents[MANIFEST] = _manifest(content, contents, made.root)
    _replace(out, contents)
    kept = sum(1 for row in made.told.printed.parts if row.as_of)
    return SiteReport(tuple(out / name for name in sorted(contents)), made.checked, made.step, kept)


def _content(made: Release, subject: Subject) -> Content:
    courts = {court.code: court for court in first_instance_courts()}
    named = (*made.courts_complete, *made.courts_partial)
    told = made.told
    return Content(
        as_of=date.fromisoformat(told.as_of),
        subject=subject,
        scope=subject.scope(made.scope),
        printed=told.printed,
        # A release does not hold a number from 1 to 4: any of them stands for it, and is printed as fewer than 5.
        n_cases=SMALLEST if told.shown[0] is None else told.shown[0],
        n_finished=told.shown[1],
        n_matters=told.beside["matters"],
        complete=tuple(courts[code] for code in made.courts_complete),
        partial=tuple(courts[code] for code in made.courts_partial),
        none=tuple(court for code, court in sorted(courts.items()) if code not in named),
        simulated=made.simulated,
        unknown_part_beside=told.beside["unknown_part"],
        undated_beside=told.beside["undated"],
        second_hand=_second_hand(told.beside["second_hand"], told.beside["first_hand"]),
        overridden=tuple((_court(code), reason) for code, reason in made.overridden),
    )


def _second_hand(second: int | None, first: int | None) -> int | None:
    """How many of the cases are second-hand; None where that may not be told, because either part of the whole may not."""
    return second if second == 0 or first is not None else None


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
