"""Claims for tests, written short: what is not named is the plainest there is."""

import csv
import io
from pathlib import Path

from courttally.claims.audit import Judgement, audit
from courttally.claims.reading import COLUMNS, ClaimsFile, parse_claims

DATA = Path(__file__).parent / "data"
SINCE = "2022-09-21"
ALL = "332;337;338"

PLAIN = dict.fromkeys((*COLUMNS, "note"), "") | {
    "source_id": "gazette",
    "publisher": "Gazette",
    "quote": "~printed",
    "label_as_printed": "cases",
    "unit_as_printed": "case",
    "metric": "cases_received",
    "articles": ALL,
    "parts": "unstated",
    "place": "RU",
    "population": "court_cases",
}


def row(claim_id: str, number: str | int | None = None, **cells: str) -> dict[str, str]:
    """A row; ``number`` sets both values, with ``op`` ``=`` if not said. ``span`` is ``FROM..TO``; ``by`` sets the publication."""
    made = PLAIN | {"claim_id": claim_id}
    if number is not None:
        made |= {"op": "=", "value_lo": str(number), "value_hi": str(number)}
    if span := cells.pop("span", ""):
        made["period_start"], _, made["period_end"] = span.partition("..")
    if by := cells.pop("by", ""):
        made |= {"source_id": by.casefold(), "publisher": by}
    return made | cells


def text_of(*rows: dict[str, str]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def file_of(*rows: dict[str, str]) -> ClaimsFile:
    read = parse_claims(text_of(*rows))
    assert read.problems == ()
    return read


def judged(*rows: dict[str, str]) -> dict[str, Judgement]:
    return {j.claim_id: j for j in audit(file_of(*rows))}


def said(*rows: dict[str, str]) -> dict[str, tuple[str, list[int]]]:
    """Verdict and kinds of every claim."""
    return {i: (str(j.verdict), [int(k) for k in j.kinds]) for i, j in judged(*rows).items()}


def flagged(*rows: dict[str, str]) -> dict[str, list[int]]:
    """The claims with a kind of error, with their kinds."""
    return {i: kinds for i, (_, kinds) in said(*rows).items() if kinds}


def load(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
