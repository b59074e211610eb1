"""DuckDB in memory over the Parquet files of one snapshot.

Invariants: nothing is written; every table of the snapshot is a view of its own name; a connection sees one snapshot and
keeps seeing it while newer ones are made. Imports no other room.

Statements are SQL text in two files only, ``registry/views.py`` and ``figures/expr.py``, in the part of SQL that DuckDB and Spark
share (no user functions, no approximate aggregates). Ibis would write the same statements, but its cold start was
measured at 3.6 s against 0.25 s for DuckDB alone, more than a whole ``courttally count`` may take.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

Row = tuple[Any, ...]


class Engine:
    """Answers named statements about one snapshot folder."""

    def __init__(self, folder: Path, *, threads: int = 2) -> None:
        self._connection = duckdb.connect(":memory:", config={"threads": threads})
        for path in sorted(folder.glob("*.parquet")):
            self._connection.read_parquet(str(path)).create_view(path.stem)

    def rows(self, statement: str, parameters: dict[str, Any] | None = None) -> list[Row]:
        """All rows of a statement. Raises duckdb.Error when the statement is wrong, which is a bug."""
        answer = self._connection.sql(statement, params=parameters or {})
        if answer is None:
            raise ValueError("a statement that asks nothing")
        if "TIMESTAMP WITH TIME ZONE" in map(str, answer.types):
            # DuckDB's own way to zoned times needs one more library; Arrow's does not.
            columns = answer.to_arrow_table().columns
            return list(zip(*(column.to_pylist() for column in columns), strict=True))
        return answer.fetchall()

    def close(self) -> None:
        """Let go of the files."""
        self._connection.close()

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
