"""DuckDB in memory over the Parquet files of one snapshot, or of several folders with the same tables.

Invariants: nothing is written; every table is a view of its own name, over the files of that name in all folders and those in them; a
connection sees one snapshot and keeps seeing it while newer ones are made. Imports no other room.

Statements are SQL text in ``registry/views*.py`` and ``figures/expr.py`` only, in the part of SQL that DuckDB and Spark
share (no user functions, no approximate aggregates). Ibis would write the same statements, but its cold start was
measured at 3.6 s against 0.25 s for DuckDB alone, more than a whole ``courttally count`` may take.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

Row = tuple[Any, ...]


class Engine:
    """Answers named statements about one snapshot folder, or several folders taken together."""

    def __init__(self, *folders: Path, threads: int = 2) -> None:
        # A bar that the library draws on standard output would stand in the middle of somebody's JSON.
        self._connection = duckdb.connect(":memory:", config={"threads": threads})
        self._connection.execute("SET enable_progress_bar = false")
        files: dict[str, list[str]] = {}
        for path in sorted(path for folder in folders for path in folder.rglob("*.parquet")):
            files.setdefault(path.stem, []).append(str(path))
        for name, paths in files.items():
            self._connection.read_parquet(paths).create_view(name)

    def rows(self, statement: str, parameters: dict[str, Any] | None = None) -> list[Row]:
        """All rows of a statement. Raises duckdb.Error when the statement is wrong, which is a bug."""
        answer = self._ask(statement, parameters)
        if "TIMESTAMP WITH TIME ZONE" in map(str, answer.types):
            # DuckDB's own way to zoned times needs one more library; Arrow's does not.
            columns = answer.to_arrow_table().columns
            return list(zip(*(column.to_pylist() for column in columns), strict=True))
        return answer.fetchall()

    def table(self, statement: str, parameters: dict[str, Any] | None = None) -> pa.Table:
        """All rows of a statement as a table. Raises duckdb.Error when the statement is wrong, which is a bug."""
        return self._ask(statement, parameters).to_arrow_table()

    def keep(self, name: str, statement: str) -> None:
        """Keep the rows of a statement under a name, in memory, for statements to come; what was kept under it is let go."""
        self.let_go(name)
        self._ask(statement, None).create(name)

    def let_go(self, name: str) -> None:
        """Forget what was kept under a name, if anything was."""
        self._connection.execute(f"DROP TABLE IF EXISTS {name}")

    def take(self, name: str, table: pa.Table) -> None:
        """Let a name stand for a table in memory, for statements to come."""
        self._connection.register(name, table)

    def whole(self, name: str) -> pa.Table:
        """All that stands under a name."""
        return self._connection.table(name).to_arrow_table()

    def replace(self, name: str, statement: str) -> None:
        """Let a name stand, from now on and in this connection only, for the rows of a statement about what it stood for before."""
        kept = f"{name}_as_replaced"
        self.keep(kept, statement)
        self._connection.table(kept).create_view(name, replace=True)

    def _ask(self, statement: str, parameters: dict[str, Any] | None) -> duckdb.DuckDBPyRelation:
        answer = self._connection.sql(statement, params=parameters or {})
        if answer is None:
            raise ValueError("a statement that asks nothing")
        return answer

    def close(self) -> None:
        """Let go of the files."""
        self._connection.close()

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
