"""The commitment: one digest that binds an installation to every record behind its public numbers, and its opening.

Invariants: the root says nothing of any record: each leaf begins with a salt that only the home's key makes, so that no guess of a case can be
tried against it; the same registry, day, scope and key give the same root. An opening holds case-level data (restricted): it is written to a
file of its own, and logged. ``check`` needs neither home nor key.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from courttally.archive import Clock
from courttally.archive.ledger import append_ledger
from courttally.figures.counted import Counted, Unit
from courttally.figures.merkle import Tree, root_from
from courttally.figures.scope import Scope

KEY = "commitment.key"
LOG = "opened.jsonl"
FORM = "courttally-commitment-1"


def commitment_key(home: Path) -> bytes:
    """The home's key, made when first needed (32 random bytes, readable by the owner only). Raises OSError."""
    path = home / KEY
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return bytes.fromhex(path.read_text().strip())
    key = secrets.token_bytes(32)
    with os.fdopen(handle, "w") as file:
        file.write(key.hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
    return key


@dataclass(frozen=True, slots=True)
class Commitment:
    """The root over all case records of a scope as of a day, and what is needed to open it."""

    root: str
    size: int
    as_of: str
    scope: dict[str, object]
    records: tuple[str, ...]
    leaves: tuple[bytes, ...]


def commit(counted: Counted, scope: Scope, key: bytes) -> Commitment:
    """The commitment to the case records in scope, in order of their keys."""
    context = json.dumps([FORM, counted.as_of.isoformat(), scope.as_json()], sort_keys=True).encode()
    units = counted.units("case", scope)
    leaves = tuple(_leaf(unit, key, context) for unit in units)
    root = Tree(leaves).root.hex()
    records = tuple(unit.record for unit in units)
    return Commitment(root, len(leaves), counted.as_of.isoformat(), scope.as_json(), records, leaves)


def _leaf(unit: Unit, key: bytes, context: bytes) -> bytes:
    salt = hmac.new(key, context + b"\x00" + unit.record.encode(), hashlib.sha256).hexdigest()
    content = {
        "salt": salt, "record": unit.record, "court": unit.court, "part": unit.part,
        "received": unit.received.isoformat() if unit.received else None, "outcome": unit.outcome,
        "outcome_date": unit.outcome_date.isoformat() if unit.outcome_date else None,
    }  # fmt: skip
    return json.dumps(content, sort_keys=True, separators=(",", ":")).encode()


def open_records(commitment: Commitment, records: Sequence[str]) -> dict[str, Any]:
    """The opening of some of the records. Raises KeyError, counting them, where the commitment does not hold them all."""
    places = {record: place for place, record in enumerate(commitment.records)}
    missing = [record for record in records if record not in places]
    if missing:
        raise KeyError(f"{len(missing)} of {len(records)} records are not in the commitment's scope")
    tree = Tree(commitment.leaves)
    return {
        "form": FORM,
        "root": commitment.root,
        "size": commitment.size,
        "as_of": commitment.as_of,
        "scope": commitment.scope,
        "leaves": [
            {
                "place": places[record],
                "leaf": commitment.leaves[places[record]].decode(),
                "path": [step.hex() for step in tree.path(places[record])],
            }
            for record in sorted(set(records))
        ],
    }


def _unhex(step: str) -> bytes:
    try:
        return bytes.fromhex(step)
    except ValueError:
        raise ValueError("not an opening of this form") from None


@dataclass(frozen=True, slots=True)
class Checked:
    """An opening held against a root: how many leaves prove, how many do not."""

    proven: int
    failed: int


def check(opening: Any, root: str) -> Checked:
    """Hold an opening against a published root. Raises ValueError for something that is no opening."""
    try:
        size, leaves = opening["size"], opening["leaves"]
        if opening["form"] != FORM or not isinstance(size, int):
            raise ValueError("not an opening of this form")
        proven = 0
        seen: set[int] = set()
        if not leaves:
            raise ValueError("the opening holds no leaf: it proves nothing")
        for item in leaves:
            path = [_unhex(step) for step in item["path"]]
            place = item["place"]
            held = root_from(item["leaf"].encode(), place, size, path)
            # A leaf that is shown twice proves one case, not two.
            proven += held is not None and held.hex() == root and place not in seen
            seen.add(place)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("not an opening of this form") from error
    return Checked(proven, len(leaves) - proven)


def log_opening(home: Path, figure_id: str, root: str, leaves: int, clock: Clock) -> None:
    """Log that case-level data were written out. Raises OSError."""
    append_ledger(home / LOG, {"figure": figure_id, "root": root, "leaves": leaves}, clock)
