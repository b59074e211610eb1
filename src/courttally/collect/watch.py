"""What a person wants to be told about: cases, courts and questions. (The registry's watch list for the collector is another thing.)

Invariants
- `HOME/watch.jsonl` is a ledger: a line for each thing added or removed, nothing edited. It is private to the installation.
- `HOME/watch-told.json` holds the state that a person was last told of, replaced whole; losing it costs one telling.
- Nothing here knows the registry: what is watched is kept as text in one canonical form, and whoever tells looks it up.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from courttally import courts
from courttally.archive import ArchiveError, Clock, append_ledger, read_ledger
from courttally.archive.safely import write_whole

Kind = Literal["case", "court", "query"]
_RECORD = re.compile(r".+:(?:criminal|civil|kas|koap|other):(?:first|appeal|cassation|supervision|material):.+")
_LONGEST = 500


@dataclass(frozen=True, slots=True)
class Watched:
    """One thing to be told about. `what`: a record id or `NUMBER@COURT`, a court key, or a question in words."""

    id: str
    kind: Kind
    what: str


def parse(text: str) -> tuple[Kind, str]:
    """Which kind of thing a person named, and its canonical form. Anything that is no case and no court is a question.

    Raises ValueError, with the way out, for what cannot be any.
    """
    plain = " ".join(text.split())
    if not plain or len(plain) > _LONGEST:
        raise ValueError(f"say what to watch, in at most {_LONGEST} characters")
    if _RECORD.fullmatch(plain):
        return "case", plain
    number, mark, court = plain.rpartition("@")
    if mark:
        if not number.strip():
            raise ValueError("a case is named NUMBER@COURT, such as 1-23/2024@25GV0001, or by its record id")
        return "case", f"{number.strip()}@{courts.parse_court_argument(court)}"
    try:
        return "court", courts.parse_court_argument(plain)
    except ValueError:
        return "query", plain.removeprefix("count ")


def number_at(what: str) -> tuple[str, str] | None:
    """(court, number) of a case that is named so; None for a record id."""
    if _RECORD.fullmatch(what):
        return None
    number, _, court = what.rpartition("@")
    return court, number


class WatchList:
    """The things watched in one home."""

    def __init__(self, home: Path, clock: Clock) -> None:
        self._path = home / "watch.jsonl"
        self._told = home / "watch-told.json"
        self._clock = clock

    def items(self) -> list[Watched]:
        """What is watched, in the order it was added. Raises ArchiveError for a broken ledger."""
        found: dict[str, Watched] = {}
        for entry in self._entries():
            if entry.get("event") == "add":
                kind: Any = entry["kind"]
                found[str(entry["id"])] = Watched(str(entry["id"]), kind, str(entry["what"]))
            elif entry.get("event") == "remove":
                found.pop(str(entry.get("id")), None)
        return list(found.values())

    def add(self, kind: Kind, what: str) -> Watched:
        """Watch something; what is watched already is returned as it is."""
        for item in self.items():
            if (item.kind, item.what) == (kind, what):
                return item
        added = 1 + sum(entry.get("event") == "add" for entry in self._entries())
        item = Watched(f"w{added}", kind, what)
        append_ledger(self._path, {"event": "add", "id": item.id, "kind": kind, "what": what}, self._clock)
        return item

    def remove(self, name: str) -> Watched:
        """Stop watching, by id or by what was named. Raises KeyError where it is not watched."""
        for item in self.items():
            if name in (item.id, item.what):
                append_ledger(self._path, {"event": "remove", "id": item.id}, self._clock)
                return item
        raise KeyError("that is not watched; 'courttally watch list' shows what is")

    def told(self) -> dict[str, Any]:
        """The state last told of each thing, by id; a damaged file is as none."""
        try:
            kept = json.loads(self._told.read_bytes())
        except (FileNotFoundError, ValueError):
            return {}
        return kept if isinstance(kept, dict) else {}

    def tell(self, states: Mapping[str, Any]) -> None:
        """Keep what a person has now been told of; what is watched no more is forgotten."""
        known = {item.id for item in self.items()}
        kept = {name: state for name, state in states.items() if name in known}
        write_whole(self._told, json.dumps(kept, ensure_ascii=False, sort_keys=True).encode("utf-8"))

    def _entries(self) -> tuple[dict[str, object], ...]:
        state = read_ledger(self._path)
        if state.broken is not None:
            raise ArchiveError(f"watch.jsonl, line {state.broken[0]}: {state.broken[1]}; bring it back from a backup")
        return state.entries
