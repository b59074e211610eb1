"""Reading a claims file, strictly.

Invariants: every column and every cell is read, or reported with its row and column; a row that cannot be read is kept
back whole and reported, never half read. The ``note`` column is for people: it is dropped here, before any rule. Row
numbers are those of a spreadsheet: the header is row 1.
"""

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from courttally.claims.dates import Span
from courttally.claims.model import Claim, Vocabulary, vocabulary
from courttally.claims.numbers import Amount, Op

COLUMNS = (
    "claim_id", "source_id", "publisher", "cites", "url", "published", "as_of", "quote", "label_as_printed",
    "unit_as_printed", "metric", "articles", "parts", "place", "period_start", "period_end", "op", "value_lo", "value_hi",
    "group_id", "part_of", "population",
)  # fmt: skip
NOTE = "note"
NEEDED = ("claim_id", "source_id", "publisher", "quote", "metric", "articles", "parts", "place", "population")
_ID = re.compile(r"[\w.:-]+")
_ARTICLE = re.compile(r"\d{1,3}(\.\d{1,2})?|chapter\d{1,2}|all_crimes|other|unstated")
_WORD = re.compile(r"[a-z][a-z0-9_]*")
_NUMBER = re.compile(r"\d+(\.\d+)?")
PARTS = ("all", "wartime", "unstated")


class ReadingError(ValueError):
    """The file as a whole is no claims file."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that was not understood: the row, the claim's id where it has one, the column, what is wrong."""

    row: int
    claim_id: str
    column: str
    what: str

    def __str__(self) -> str:
        name = f" ({self.claim_id})" if self.claim_id else ""
        return f"row {self.row}{name}, column {self.column}: {self.what}"


@dataclass(frozen=True, slots=True)
class ClaimsFile:
    """What a file holds: the claims read, the ids of rows kept back, and every problem."""

    claims: tuple[Claim, ...]
    unread: tuple[str, ...]
    problems: tuple[Problem, ...]


def read_claims(path: Path) -> ClaimsFile:
    """Read a claims file in UTF-8. Raises ``OSError`` when it cannot be opened, ``ReadingError`` when it is none."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ReadingError(f"{path.name} is not UTF-8 (byte {error.start})") from error
    return parse_claims(text, path.name)


def parse_claims(text: str, name: str = "claims") -> ClaimsFile:
    """Read the text of a claims file; ``name`` is for messages. Raises ``ReadingError`` when it is no claims file."""
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise ReadingError(f"{name} is not CSV: {error}") from error
    if not rows:
        raise ReadingError(f"{name} is empty")
    header = [cell.strip() for cell in rows[0]]
    missing = [column for column in COLUMNS if column not in header]
    if missing:
        raise ReadingError(f"{name} lacks the column{'s' * (len(missing) > 1)} {', '.join(missing)}")
    twice = [column for column, n in Counter(header).items() if n > 1]
    if twice:
        raise ReadingError(f"{name} has the column {twice[0]} twice")
    problems = [
        Problem(1, "", column or "(no name)", "is not a column of the schema; it is not read")
        for column in header
        if column not in (*COLUMNS, NOTE)
    ]
    claims: list[Claim] = []
    unread: list[str] = []
    seen: dict[str, int] = {}
    for number, cells in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        reader = _Row(number, header, cells)
        claim = reader.claim(seen)
        problems += reader.problems
        if claim is None:
            unread.append(reader.id or f"row {number}")
        else:
            claims.append(claim)
            seen[claim.id] = number
    return ClaimsFile(tuple(claims), tuple(unread), tuple(problems + _links(claims, unread, seen)))


def _links(claims: list[Claim], unread: list[str], rows: dict[str, int]) -> list[Problem]:
    """Totals that are named but not there. The claim itself is read: its number stands without its total."""
    known = rows.keys() | set(unread)
    found = []
    for claim in claims:
        if claim.part_of == claim.id:
            found.append(Problem(rows[claim.id], claim.id, "part_of", "names the claim itself"))
        elif claim.part_of and claim.part_of not in known:
            found.append(Problem(rows[claim.id], claim.id, "part_of", f"{claim.part_of!r} is not a claim of the file"))
    return found


class _Row:
    """One row while it is read: takes cells by column and collects what is wrong."""

    def __init__(self, number: int, header: list[str], cells: list[str]) -> None:
        self.number = number
        self.cells = dict(zip(header, (cell.strip() for cell in cells), strict=False))
        self.id = self.cells.get("claim_id", "")
        self.problems: list[Problem] = []
        self.vocabulary: Vocabulary = vocabulary()
        if len(cells) != len(header):
            self.wrong("(row)", f"has {len(cells)} cells, the header has {len(header)}")

    def wrong(self, column: str, what: str) -> None:
        self.problems.append(Problem(self.number, self.id, column, what))

    def matching(self, column: str, pattern: re.Pattern[str], what: str) -> str:
        text = self.cells[column]
        if text and not pattern.fullmatch(text):
            self.wrong(column, f"{text!r} {what}")
        return text

    def one_of(self, column: str, words: tuple[str, ...]) -> str:
        text = self.cells[column]
        if text and text not in words:
            self.wrong(column, f"{text!r} is none of: {', '.join(words)}")
        return text

    def span(self, column: str) -> Span | None:
        text = self.cells[column]
        if not text:
            return None
        try:
            return Span.parse(text)
        except ValueError as error:
            self.wrong(column, f"{text!r} {error}")
            return None

    def number_in(self, column: str) -> Decimal | None:
        text = self.matching(column, _NUMBER, "is not a plain number (digits, and a point before decimals)")
        return Decimal(text) if text and _NUMBER.fullmatch(text) else None

    def amount(self) -> Amount | None:
        op = self.one_of("op", tuple(Op))
        lo, hi = self.number_in("value_lo"), self.number_in("value_hi")
        if not op and not self.cells["value_lo"] and not self.cells["value_hi"]:
            return None
        if not op:
            self.wrong("op", "is empty beside a number")
        for column in ("value_lo", "value_hi"):
            if not self.cells[column]:
                self.wrong(column, "is empty beside an operator or the other value")
        if op not in tuple(Op) or lo is None or hi is None:
            return None
        if op == Op.RANGE and lo >= hi:
            self.wrong("value_hi", "must be above value_lo in a range")
        if op != Op.RANGE and lo != hi:
            self.wrong("value_hi", f"differs from value_lo, which only a range may (op is {op!r})")
        return Amount(Op(op), lo, hi)

    def articles(self) -> frozenset[str]:
        tokens = [token.strip() for token in self.cells["articles"].split(";")]
        bad = [token for token in tokens if self.cells["articles"] and not _ARTICLE.fullmatch(token)]
        for token in bad:
            self.wrong("articles", f"{token!r} is no article number, chapter, all_crimes, other or unstated")
        return frozenset(tokens)

    def claim(self, seen: dict[str, int]) -> Claim | None:
        if self.problems:
            return None
        for column in NEEDED:
            if not self.cells[column]:
                self.wrong(column, "is empty")
        self.matching("claim_id", _ID, "may hold letters, digits, dots, colons, dashes and underscores")
        if self.id in seen:
            self.wrong("claim_id", f"{self.id!r} stands in the file twice")
        metric = self.vocabulary.metrics.get(self.cells["metric"])
        if self.cells["metric"] and metric is None:
            self.wrong("metric", f"{self.cells['metric']!r} is not a metric of the schema")
        start, end = self.span("period_start"), self.span("period_end")
        if start and end and end.last < start.first:
            self.wrong("period_end", "lies before period_start")
        fields = {column: self.span(column) for column in ("published", "as_of")}
        self.matching("unit_as_printed", _WORD, "is not a word in small letters")
        self.matching("population", _WORD, "is not a word in small letters")
        parts, amount, articles = self.one_of("parts", PARTS), self.amount(), self.articles()
        if self.problems or metric is None:
            return None
        cells = self.cells
        return Claim(
            id=self.id,
            source=cells["source_id"],
            publisher=cells["publisher"],
            cites=tuple(name.strip() for name in cells["cites"].split(";") if name.strip()),
            url=cells["url"],
            published=fields["published"],
            as_of=fields["as_of"],
            quote=cells["quote"],
            label=cells["label_as_printed"],
            unit=cells["unit_as_printed"],
            metric=metric,
            articles=articles,
            parts=parts,
            place=cells["place"],
            start=start,
            end=end,
            amount=amount,
            group=cells["group_id"],
            part_of=cells["part_of"],
            population=cells["population"],
        )
