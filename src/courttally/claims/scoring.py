"""How well an audit finds what people found: precision and recall per kind against a list of kinds.

Invariants: a list names, for each kind, claims where it occurs and claims where it does not; a claim in neither is not scored
for that kind. A kind without any claim flagged or listed has no precision or recall, and is said so, not called perfect.
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from courttally.claims.audit import Judgement
from courttally.claims.findings import Kind
from courttally.claims.reading import ReadingError

COLUMNS = ("kind_id", "applies_to", "must_not_flag")


@dataclass(frozen=True, slots=True)
class Listed:
    """One kind of a list: where it occurs and where it must not be flagged."""

    kind: Kind
    applies: frozenset[str]
    must_not: frozenset[str]


@dataclass(frozen=True, slots=True)
class Score:
    """The score of one kind: found, missed, flagged wrongly, flagged where the list says nothing."""

    kind: Kind
    found: tuple[str, ...]
    missed: tuple[str, ...]
    wrong: tuple[str, ...]
    unlisted: tuple[str, ...]

    @property
    def precision(self) -> Fraction | None:
        """Rightly flagged of those flagged and listed; None when nothing listed was flagged."""
        flagged = len(self.found) + len(self.wrong)
        return Fraction(len(self.found), flagged) if flagged else None

    @property
    def recall(self) -> Fraction | None:
        """Found of those where the kind occurs; None when the list has none."""
        there = len(self.found) + len(self.missed)
        return Fraction(len(self.found), there) if there else None


def parse_kinds(text: str, name: str = "kinds") -> tuple[Listed, ...]:
    """Read a list of kinds (columns ``kind_id, applies_to, must_not_flag``; ids joined by semicolons; others are for people).

    Raises ``ReadingError`` when it is none.
    """
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
    if missing:
        raise ReadingError(f"{name} lacks the column {missing[0]}")
    rows = []
    for number, row in enumerate(reader, start=2):
        if row["kind_id"] not in {str(int(kind)) for kind in Kind}:
            raise ReadingError(
                f"{name}, row {number}, column kind_id: {row['kind_id']!r} is no kind (1 to {len(Kind)})"
            )
        rows.append(Listed(Kind(int(row["kind_id"])), _ids(row["applies_to"]), _ids(row["must_not_flag"])))
    return tuple(rows)


def _ids(text: str | None) -> frozenset[str]:
    return frozenset(part.strip() for part in (text or "").split(";") if part.strip())


def score(judgements: Iterable[Judgement], listed: Iterable[Listed]) -> tuple[Score, ...]:
    """Score judgements against a list, kind by kind. Raises ``ReadingError`` for a listed id that was not judged."""
    by_id = {judgement.claim_id: judgement for judgement in judgements}
    scores = []
    for row in listed:
        strangers = sorted((row.applies | row.must_not) - by_id.keys())
        if strangers:
            raise ReadingError(f"kind {int(row.kind)} lists {strangers[0]}, which is not in the claims file")
        flagged = {claim_id for claim_id, judgement in by_id.items() if row.kind in judgement.kinds}
        scores.append(
            Score(
                row.kind,
                found=tuple(sorted(flagged & row.applies)),
                missed=tuple(sorted(row.applies - flagged)),
                wrong=tuple(sorted(flagged & row.must_not)),
                unlisted=tuple(sorted(flagged - row.applies - row.must_not)),
            )
        )
    return tuple(scores)
