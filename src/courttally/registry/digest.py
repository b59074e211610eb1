"""The canonical digest: what "the same registry" means.

Per table: SHA-256 over its rows in the order of the primary key. A row is its values in the order of the columns, each encoded as:
null ``n``; boolean ``t`` or ``f``; integer ``i`` + decimal digits; date ``d`` + ISO date; time ``s`` + ISO 8601 UTC with six decimals
(wall times without zone: without ``Z``); text ``u`` + number of UTF-8 bytes + ``:`` + the bytes; each value ends with a comma, each row with a
line feed. The digest of all is SHA-256 over lines ``NAME DIGEST`` in the order of names. Bytes of files play no part.
"""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from typing import Any

import pyarrow as pa

from courttally.registry.schema import TABLES
from courttally.registry.snapshot import Snapshot


def digests(snapshot: Snapshot) -> dict[str, str]:
    """Table name -> digest, and ``all``."""
    found = {name: table_digest(snapshot.table(name), TABLES[name].key) for name in sorted(TABLES)}
    lines = "".join(f"{name} {value}\n" for name, value in found.items())
    return {**found, "all": hashlib.sha256(lines.encode()).hexdigest()}


def table_digest(table: pa.Table, key: tuple[str, ...]) -> str:
    """The digest of one table. Raises ValueError when the primary key is not unique."""
    if table.num_rows:
        table = table.sort_by([(name, "ascending") for name in key])
    columns = [[encode(value) for value in column.to_pylist()] for column in table.columns]
    keys = list(zip(*(columns[table.column_names.index(name)] for name in key), strict=True))
    if len(set(keys)) != len(keys):
        raise ValueError("rows with equal primary keys")
    hasher = hashlib.sha256()
    for row in zip(*columns, strict=True):
        hasher.update(b",".join(row) + b",\n")
    return hasher.hexdigest()


def encode(value: Any) -> bytes:
    """One value in the documented encoding. Raises TypeError for a type that no table may hold (floats, bytes)."""
    match value:
        case None:
            return b"n"
        case bool():
            return b"t" if value else b"f"
        case int():
            return b"i%d" % value
        case datetime():
            zone = "Z" if value.tzinfo is not None else ""
            return b"s" + value.replace(tzinfo=None).isoformat(timespec="microseconds").encode() + zone.encode()
        case date():
            return b"d" + value.isoformat().encode()
        case str():
            raw = value.encode()
            return b"u%d:" % len(raw) + raw
    raise TypeError(f"no table may hold a {type(value).__name__}")
