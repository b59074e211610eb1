"""What ``count`` can print beside a table: CSV, Parquet, bars in the terminal.

Invariants: one row a cell with its ids and what it is a count of; a cell of a spreadsheet never begins like a formula; simulated data says so in
every row. Numbers are whole, ranges and ratios are text.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

SIMULATED = "SIMULATED DATA: these are not real cases"
COLUMNS = (
    "value",
    "unit",
    "metric",
    "scope",
    "attribution",
    "where",
    "period_from",
    "period_to",
    "as_of",
    "query_id",
    "figure_id",
    "data",
)
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def rows_of(answers: Sequence[Any], *, simulated: bool) -> list[dict[str, Any]]:
    """The cells as flat rows: dimensions first, then value, unit, metric, scope, conditions, period, as of, ids, data."""
    found = []
    for answer in answers:
        question = answer.question
        found.append(
            {
                **answer.by, "value": answer.value, "unit": answer.unit, "metric": question.metric, "scope": question.scope.words(),
                "attribution": question.attribution, "where": "; ".join(f"{k}={v}" for k, v in question.where.items()),
                "period_from": _iso(question.first_day), "period_to": _iso(question.last_day), "as_of": answer.as_of.isoformat(), "query_id": answer.query_id,
                "figure_id": answer.figure_id, "data": SIMULATED if simulated else "documented",
            }
        )  # fmt: skip
    return found


def _iso(day: date | None) -> str:
    return day.isoformat() if day is not None else ""


def csv_text(answers: Sequence[Any], *, simulated: bool) -> str:
    """The cells as CSV; only a header of fixed columns where there is no cell."""
    rows = rows_of(answers, simulated=simulated)
    out = io.StringIO()
    names = list(rows[0]) if rows else list(COLUMNS)
    writer = csv.DictWriter(out, names, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({k: f"'{v}" if isinstance(v, str) and v.startswith(FORMULA) else v for k, v in row.items()})
    return out.getvalue()


def write_parquet(answers: Sequence[Any], path: Path, *, simulated: bool) -> None:
    """The cells as one Parquet file. Raises FileExistsError rather than replace a file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    if path.exists():
        raise FileExistsError(17, "the file is already there")
    rows = rows_of(answers, simulated=simulated)
    pq.write_table(pa.Table.from_pylist(rows), path, compression="zstd")


def bars(answers: Sequence[Any], *, width: int) -> str:
    """A bar for each cell that is one number, as wide as its share of the largest; ranges, months and equations have none."""
    numbers = [
        (", ".join(answer.by.values()) or "all", value)
        for answer in answers
        if (value := _number(answer.value)) is not None
    ]
    if not numbers:
        return "Nothing to draw: no cell is one number."
    top = max(value for _, value in numbers) or Decimal(1)
    head = max(len(label) for label, _ in numbers)
    tail = max(len(f"{value:,}") for _, value in numbers)
    room = max(10, width - head - tail - 4)
    lines = []
    for label, value in numbers:
        eighths = int(value * room * 8 / top)
        bar = "█" * (eighths // 8) + ("", "▏", "▎", "▍", "▌", "▋", "▊", "▉")[eighths % 8]
        lines.append(f"{label:<{head}}  {value:>{tail},}  {bar}".rstrip())
    return "\n".join(lines)


def _number(value: int | str) -> Decimal | None:
    try:
        return Decimal(value)
    except InvalidOperation:
        return None
