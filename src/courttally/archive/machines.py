"""Archives of other machines beside this one: what each is called, and which of several records of a capture counts.

Invariants
- A machine's name is random and made once, when its archive first meets another; a person may add a word of their own.
- Which record of a capture counts does not depend on where one stands: one that was redacted anywhere counts as redacted;
  else the one imported first, then the smaller machine. So A merged into B and B merged into A give the same registry.
"""

import json
import re
import secrets
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from courttally.archive.capture import ArchiveError
from courttally.archive.index import SCHEMA, read_index
from courttally.archive.layout import Layout, called, is_machine
from courttally.archive.redact import redactions
from courttally.archive.safely import write_whole

_EMPTY = pa.schema([SCHEMA.field("capture_id"), SCHEMA.field("record_type")]).empty_table()
_LABEL = re.compile(r"[^\x00-\x1f\x7f]{1,80}")


@dataclass(frozen=True, slots=True)
class Machine:
    """The name of an archive among others, and a word for people ("" where nobody gave one)."""

    machine: str
    label: str = ""


def read_machine(layout: Layout) -> Machine | None:
    """The machine of an archive; None where it has met no other yet. Raises ArchiveError for a damaged file."""
    try:
        kept = json.loads(_path(layout).read_bytes())
    except FileNotFoundError:
        return None
    except ValueError:
        kept = None
    found = machine_from(kept)
    if found is None:
        raise ArchiveError("archive/machine.json is damaged; bring it back from a backup")
    return found


def machine_from(value: object) -> Machine | None:
    """A machine from its JSON; None for anything else."""
    if not isinstance(value, dict) or value.keys() != {"machine", "label"}:
        return None
    machine, label = value["machine"], value["label"]
    if not (isinstance(machine, str) and isinstance(label, str) and is_machine(machine)):
        return None
    return Machine(machine, label) if not label or _LABEL.fullmatch(label) else None


def own_machine(layout: Layout, label: str | None = None) -> Machine:
    """The machine of this archive, named now if it has no name yet; `label` changes its word.

    Raises ValueError for a label that is longer than a line or holds control characters.
    """
    if label and not _LABEL.fullmatch(label):
        raise ValueError("a label is at most 80 characters on one line")
    found = read_machine(layout)
    if found is None or (label is not None and label != found.label):
        found = Machine(found.machine if found else "m-" + secrets.token_hex(6), label or "")
        keep_machine(layout, found)
    return found


def keep_machine(layout: Layout, machine: Machine) -> None:
    """Write an archive's name."""
    layout.root.mkdir(parents=True, exist_ok=True, mode=0o700)
    text = json.dumps({"machine": machine.machine, "label": machine.label}, ensure_ascii=False, sort_keys=True)
    write_whole(_path(layout), text.encode("utf-8") + b"\n")


def find_surplus(layout: Layout) -> dict[str, frozenset[str]]:
    """Captures whose record does not count, by the name of its file: held more than once, or redacted."""
    own = read_machine(layout)
    files = [
        (held, held.machine or (own.machine if own else ""), plain)
        for held in (layout, *layout.machines())
        for plain in held.closed_names()
    ]
    tables = [_columns(held, plain, "capture_id", "record_type") for held, _, plain in files]
    every = pa.concat_tables([*tables, _EMPTY])
    counts = pc.value_counts(every["capture_id"])
    stones = every.filter(pc.equal(every["record_type"], "tombstone"))["capture_id"]
    twice = counts.field("values").filter(pc.greater(counts.field("counts"), 1))
    looked = pa.chunked_array([twice, *stones.chunks], pa.string())
    found: dict[str, list[tuple[bool, int, str, str]]] = {}
    for held, machine, plain in files if len(looked) else ():
        table = _columns(held, plain, "capture_id", "imported_at", "record_type")
        table = table.filter(pc.is_in(table["capture_id"], looked))
        times = table["imported_at"].cast(pa.int64()).to_pylist()
        kinds = table["record_type"].to_pylist()
        for capture_id, imported_at, kind in zip(table["capture_id"].to_pylist(), times, kinds, strict=True):
            place = (kind != "tombstone", imported_at, machine, called(held.machine, plain))
            found.setdefault(capture_id, []).append(place)
    surplus: dict[str, set[str]] = {}
    for capture_id, places in found.items():
        places.sort()
        alive = places[0][0]  # a tombstone comes first, and where one stands the others do not count either
        for *_, name in places[1:] if alive else places:
            surplus.setdefault(name, set()).add(capture_id)
    return {name: frozenset(ids) for name, ids in sorted(surplus.items())}


def redacted_elsewhere(layout: Layout) -> list[str]:
    """Captures of this archive's own files whose payload another machine redacted: sorted ids."""
    gone = {made.payload_digest for other in layout.machines() for made in redactions(other)}
    found: set[str] = set()
    for name in layout.closed_names() if gone else ():
        table = _columns(layout, name, "capture_id", "payload_digest", "record_type")
        wanted = pc.is_in(table["payload_digest"], pa.array(sorted(gone), pa.string()))
        alive = pc.not_equal(table["record_type"], "tombstone")
        found.update(table.filter(pc.and_(wanted, alive))["capture_id"].to_pylist())
    return sorted(found)


def _columns(layout: Layout, name: str, *columns: str) -> pa.Table:
    try:
        return read_index(layout.index_of(name), columns)
    except (OSError, pa.ArrowInvalid):
        raise ArchiveError(
            f"the index of {called(layout.machine, name)} is missing or damaged; run 'courttally verify'"
        ) from None


def _path(layout: Layout) -> Path:
    return layout.root / "machine.json"
