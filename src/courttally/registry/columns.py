"""What the tables of a snapshot are made of: types of columns and tables.

Invariants: integers only where numbers are, no floats; days are days of Moscow, moments are UTC; a wall time is as printed.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

TEXT = pa.string()
INT = pa.int32()
LONG = pa.int64()
DAY = pa.date32()
FLAG = pa.bool_()
MOMENT = pa.timestamp("us", tz="UTC")
WALL = pa.timestamp("us")


@dataclass(frozen=True, slots=True)
class Table:
    """One table: name, meaning, columns in order, primary key."""

    name: str
    meaning: str
    schema: pa.Schema
    key: tuple[str, ...]


def table(name: str, meaning: str, key: str, /, **columns: pa.DataType) -> Table:
    """A table from its columns by name and type; ``key`` names the primary key, separated by spaces."""
    return Table(name, meaning, pa.schema(list(columns.items())), tuple(key.split()))
