"""The public tier: the fixed list of tables that may leave, and the filter that every published row passes.

Invariants (law 7): what is not in :data:`PUBLIC_TABLES` is not published, on a page or in a file; a row has exactly the columns
named here, and no measure is a number from 1 to 4. There is no switch that widens this list, no filter that a reader can set, and
no row that is a case, an accused or an event.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

SMALLEST, LARGEST_SMALL = 1, 4
SCOPE = "refusal-wartime"
FEWER = "fewer than 5"
HIDDEN = "[c]"
"""How a suppressed number is printed: the mark of official statistics for *confidential*, spelled once beside the table."""


class TierError(Exception):
    """Something was about to be published that the public tier does not allow. Nothing was written."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a public table. ``accepts`` is a pattern for the whole text of a value; measures are numbers or nothing."""

    name: str
    meaning: str
    accepts: str
    measure: bool = False


@dataclass(frozen=True, slots=True)
class PublicTable:
    """A table of the public tier: what it may hold, and nothing beside."""

    id: str
    title: str
    scope: str
    dimensions: tuple[str, ...]
    columns: tuple[Column, ...]


_MONTH = r"\d{4}-(?:0[1-9]|1[0-2])"

PUBLIC_TABLES: tuple[PublicTable, ...] = (
    PublicTable(
        id="cases_by_month",
        title="Cases received and finished, by month and article, whole country",
        scope=SCOPE,
        dimensions=("country", "month", "article"),
        columns=(
            Column(
                "period",
                "month 2024-07, quarter 2024-Q3, year 2024, several of them 2022-09/2023-03, or undated",
                rf"{_MONTH}|\d{{4}}-Q[1-4]|\d{{4}}|{_MONTH}/{_MONTH}|undated",
            ),
            Column("period_start", "first month of the period, or undated", rf"{_MONTH}|undated"),
            Column("period_end", "last month of the period, or undated", rf"{_MONTH}|undated"),
            Column(
                "row",
                "part: these rows add up to the whole; sum: over several parts, for the split by article",
                r"part|sum",
            ),
            Column(
                "article",
                "number of the article of the Criminal Code, or all of them together",
                r"all|\d{1,3}(?:\.\d{1,2})?",
            ),
            Column("received", "cases received in the period; empty: not published", r"\d+", measure=True),
            Column("finished", "cases finished in the period; empty: not published", r"\d+", measure=True),
            Column("unfinished", "yes: the period had not ended on the as-of day", r"yes|no"),
            Column("as_of", "day whose knowledge the numbers show", r"\d{4}-\d{2}-\d{2}"),
            Column(
                "data", "documented, or a warning that the data are simulated", r"documented|SIMULATED DATA: [a-z ]+"
            ),
        ),
    ),
)

PublicRow = Mapping[str, str | int | None]


def public_table(table_id: str) -> PublicTable:
    """A table of the public tier. Raises TierError for any other."""
    for table in PUBLIC_TABLES:
        if table.id == table_id:
            return table
    raise TierError(f"'{table_id}' is no public table")


def is_small(number: int | None) -> bool:
    """Whether a number is one that may not be published: 1 to 4. Zero is not small: it tells of nobody."""
    return number is not None and SMALLEST <= number <= LARGEST_SMALL


def shown(number: int) -> str:
    """A number of people or cases that stands alone, in words fit for the public: ``20,538``, or ``fewer than 5``."""
    return FEWER if is_small(number) else f"{number:,}"


def passed(table_id: str, rows: Sequence[PublicRow]) -> tuple[dict[str, str | int | None], ...]:
    """The rows, if all of them may be published in that table. Raises TierError otherwise, without printing a value."""
    table = public_table(table_id)
    names = [column.name for column in table.columns]
    kept = []
    for number, row in enumerate(rows, 1):
        if list(row) != names:
            raise TierError(f"{table_id}, row {number}: its columns are not those of the public table")
        for column in table.columns:
            _check(table_id, number, column, row[column.name])
        kept.append(dict(row))
    return tuple(kept)


def _check(table_id: str, number: int, column: Column, value: str | int | None) -> None:
    if column.measure:
        if value is not None and (
            not isinstance(value, int) or isinstance(value, bool) or value < 0 or is_small(value)
        ):
            raise TierError(f"{table_id}, row {number}: '{column.name}' is no number that may be published")
    elif not isinstance(value, str) or not re.fullmatch(column.accepts, value):
        raise TierError(f"{table_id}, row {number}: '{column.name}' is not of the form that the table allows")
