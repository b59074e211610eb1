"""Adding a claim to a file: the number as a person types it, the row, and the write.

Invariants: a row is checked by the same strict reading as any file before it is written; the file is replaced as a whole
(written beside, then renamed), so that an interrupted write leaves the old one.
"""

import csv
import io
import re
from collections.abc import Mapping
from pathlib import Path

from courttally.claims.numbers import Op
from courttally.claims.reading import COLUMNS, NOTE, Problem, parse_claims, read_claims

HEADER = (*COLUMNS, NOTE)
_NUMBER = r"\d[\d ,.\u00a0]*\d|\d"
_WORDS: tuple[tuple[str, Op], ...] = (
    ("at least", Op.AT_LEAST), ("no fewer than", Op.AT_LEAST), (">=", Op.AT_LEAST), (">", Op.AT_LEAST),
    ("at most", Op.AT_MOST), ("up to", Op.AT_MOST), ("<=", Op.AT_MOST), ("<", Op.AT_MOST),
    ("more than", Op.OVER), ("over", Op.OVER), ("nearly", Op.NEARLY), ("almost", Op.NEARLY),
    ("about", Op.ABOUT), ("around", Op.ABOUT), ("some", Op.ABOUT), ("~", Op.ABOUT), ("=", Op.EXACT), ("", Op.EXACT),
)  # fmt: skip


class AddingError(ValueError):
    """A value that cannot be recorded, or a row that does not read; ``problems`` says where."""

    def __init__(self, message: str, problems: tuple[Problem, ...] = ()) -> None:
        super().__init__(message)
        self.problems = problems


def typed_number(text: str) -> tuple[str, str, str]:
    """Operator, low and high value of a number as typed: ``14,182``, ``over 20,000``, ``39-41``; empty for none.

    Commas, spaces and no-break spaces group thousands; a point before one or two last digits is a decimal point. Raises
    ``AddingError`` for anything else.
    """
    plain = " ".join(text.replace("\u00a0", " ").split()).casefold()
    if not plain:
        return "", "", ""
    if match := re.fullmatch(rf"({_NUMBER})\s?(?:-|–|to)\s?({_NUMBER})", plain):
        return Op.RANGE, _digits(match[1]), _digits(match[2])
    for words, op in _WORDS:
        if plain.startswith(words) and re.fullmatch(_NUMBER, rest := plain.removeprefix(words).strip()):
            return op, _digits(rest), _digits(rest)
    raise AddingError(f"{text!r} is no number such as 14182, over 20000, nearly 16000 or 39-41")


def _digits(text: str) -> str:
    groups = text.replace(" ", "").replace(",", "")
    if not re.fullmatch(r"\d+(\.\d{1,2})?", groups):
        raise AddingError(
            f"{text!r} is no number: use a point before one or two decimals, commas or spaces for thousands"
        )
    return groups


def next_id(taken: set[str]) -> str:
    """The first free id ``A001``, ``A002``, …"""
    number = 1
    while f"A{number:03d}" in taken:
        number += 1
    return f"A{number:03d}"


def add_row(path: Path, row: Mapping[str, str]) -> None:
    """Check a row and append it to a claims file, which is made if absent.

    Raises ``AddingError`` when the row does not read, ``ReadingError`` when the file is no claims file, ``OSError`` when it
    cannot be written.
    """
    header, rows = list(HEADER), []
    if path.exists():
        ids = {claim.id for claim in read_claims(path).claims}
        with path.open(encoding="utf-8-sig", newline="") as file:
            header, *rows = list(csv.reader(file))
        if row["claim_id"] in ids:
            raise AddingError(f"{row['claim_id']} stands in the file already")
    rows.append([row.get(column, "") for column in header])
    alone = _text(list(HEADER), [[row.get(column, "") for column in HEADER]])
    checked = parse_claims(alone)
    # A total in another file, or further up in this one, is no fault of the row.
    wrong = tuple(p for p in checked.problems if p.column != "part_of")
    if wrong:
        raise AddingError("; ".join(f"{p.column}: {p.what}" for p in wrong), wrong)
    beside = path.with_name(path.name + ".new")
    beside.write_text(_text(header, rows), encoding="utf-8")
    beside.replace(path)


def _text(header: list[str], rows: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([header, *rows])
    return out.getvalue()
