"""What the collector remembers between runs: how a court is asked, and which rows and cards it has seen.

Invariants
- A hint, never evidence: losing it costs requests and nothing else. What was asked and how completely is in the coverage ledger.
- No text of a page: keys, days, digests.
- One line of JSON a change, appended after the capture it rests on is on the disk. A torn last line is no line. At opening the
  file is rewritten where most of its lines are out of date.
- One writer: who holds the archive's writer.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any

CardKey = tuple[str, str, int, int]
"""Court, proceeding, srv_num, case_id."""


@dataclass(frozen=True, slots=True)
class Card:
    """One case record of a court. Days are Moscow days.

    `settled`: its row says that nothing more is to come; `open`: it says no result, or a stay; `decided`: the day that it gives to the result. `row`
    is the digest of its row and `card_row` the one that stood when its card was asked for; `missing_on`: a complete list lacked it;
    `stood_on`: its card stood all the same; `gone_at`: times (ISO 8601) of checks that found no card. `uid`: its valid UID; `below`:
    the court below, of an appeal about a material; `acts`: numbers of decisions whose text is not held, `acts_held`: of those that are,
    or that were asked for.
    """

    court: str
    proceeding: str
    srv_num: int
    case_id: int
    guid: str = ""
    received: str = ""
    row: str = ""
    row_on: str = ""
    settled: bool = False
    open: bool = False
    card_row: str = ""
    card_on: str = ""
    missing_on: str = ""
    stood_on: str = ""
    gone_at: tuple[str, ...] = ()
    decided: str = ""
    uid: str = ""
    below: str = ""
    acts: tuple[int, ...] = ()
    acts_held: tuple[int, ...] = ()

    @property
    def key(self) -> CardKey:
        """What names the record."""
        return self.court, self.proceeding, self.srv_num, self.case_id

    def day_received(self) -> date | None:
        """The day of receipt, None where the page has none that a calendar knows."""
        return date.fromisoformat(self.received) if self.received else None


@dataclass(frozen=True, slots=True)
class CourtMemory:
    """How one court was found. Empty texts: not known."""

    court: str
    forms: dict[str, str] = field(default_factory=dict)
    """Proceeding -> name of the form that worked."""
    forms_on: str = ""
    engine: str = ""
    host: str = ""
    host_on: str = ""
    proven: dict[str, str] = field(default_factory=dict)
    """Proceeding -> the last Moscow day on which its form brought rows: what makes a zero of that day one."""
    nc: str = ""
    """`yes`: a pair of pages with and without it read to equal records; `no`: it did not. Used from the day after."""
    nc_on: str = ""
    nc_card_on: str = ""
    """When a card was last read with and without it, to equal records."""
    robots: str = ""
    robots_on: str = ""
    robots_acts: str = ""
    """`disallowed`: the rules allow lists and cards, and not decisions on pages of their own."""
    crawl_delay: int = 0
    """Seconds between two requests that the host's robots rules ask for."""
    captcha_on: str = ""
    last_good: str = ""
    trouble: str = ""
    trouble_at: str = ""
    servers: int = 1
    buildings: int = 1
    """How many databases (srv_num) and buildings (VNKOD) the court has, as found by asking for one more."""
    parts_on: str = ""
    parts_since: str = ""
    """When another one was found (ISO 8601): what was asked before is not whole."""
    signals: tuple[str, ...] = ()
    """What the last visit found that a person should look at, and its day."""
    signals_on: str = ""
    filled: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Field of a list's row -> how many rows had it, of how many, at the last good visit."""


class State:
    """The memory of one home. Without `writing` it is read only."""

    def __init__(self, home: Path, *, writing: bool = False) -> None:
        self._path = home / "collect" / "state.jsonl"
        self._cards: dict[CardKey, Card] = {}
        self._courts: dict[str, CourtMemory] = {}
        self._by_court: dict[tuple[str, str], set[CardKey]] = {}
        self._uids: dict[tuple[str, str, str], str] = {}
        self._wanted: tuple[str, list[tuple[str, str, str]]] = ("", [])
        self._handle = -1
        lines, torn = self._load()
        if writing:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            if torn or lines > 2 * (len(self._cards) + len(self._courts) + len(self._uids)) + 100:
                self._rewrite()
            self._handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def __enter__(self) -> State:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop writing."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    def court(self, code: str) -> CourtMemory:
        """What is remembered of a court."""
        return self._courts.get(code) or CourtMemory(code)

    def courts(self) -> list[CourtMemory]:
        """Every court that is remembered."""
        return [self._courts[code] for code in sorted(self._courts)]

    def card(self, key: CardKey) -> Card | None:
        """What is remembered of a case record."""
        return self._cards.get(key)

    def cards(self, court: str, proceeding: str) -> list[Card]:
        """The case records of a court and proceeding, by number."""
        return [self._cards[key] for key in sorted(self._by_court.get((court, proceeding), ()))]

    def every_card(self) -> Iterable[Card]:
        """All case records, in no order."""
        return self._cards.values()

    def asked_uid(self, court: str, proceeding: str, uid: str) -> str:
        """The day on which a court was last asked for the cases of a proceeding that bear a UID, "" where it never was."""
        return self._uids.get((court, proceeding, uid), "")

    def put_asked_uid(self, court: str, proceeding: str, uid: str, day: str) -> None:
        """Remember that day."""
        self._uids[court, proceeding, uid] = day
        self._write("uid", {"court": court, "proceeding": proceeding, "uid": uid, "on": day})

    def wanted(self, day: str) -> list[tuple[str, str, str]] | None:
        """Court, proceeding and UID of what the first plan of a day wanted for links; None before it."""
        return self._wanted[1] if self._wanted[0] == day else None

    def put_wanted(self, day: str, wanted: Sequence[tuple[str, str, str]]) -> None:
        """Keep that, once a day: a night that is broken off and goes on asks what it would have asked."""
        if self._wanted[0] != day:
            self._wanted = (day, list(wanted))
            self._write("wanted", {"on": day, "uids": self._wanted[1]})

    def latest(self) -> str:
        """The time of the latest good answer of any court (ISO 8601, UTC), "" before the first."""
        return max((memory.last_good for memory in self._courts.values()), default="")

    def count(self) -> int:
        """How many case records are remembered."""
        return len(self._cards)

    def put_court(self, memory: CourtMemory) -> None:
        """Remember a court."""
        if self._courts.get(memory.court) != memory:
            self._courts[memory.court] = memory
            self._write("court", asdict(memory))

    def put_card(self, card: Card, *, keep: bool = True) -> None:
        """Remember a case record; without `keep` in memory only."""
        if self._cards.get(card.key) != card:
            self._add(card)
            if keep:
                self._write("card", asdict(card))

    def change_court(self, code: str, **values: Any) -> CourtMemory:
        """Remember something more of a court."""
        memory = replace(self.court(code), **values)
        self.put_court(memory)
        return memory

    def _add(self, card: Card) -> None:
        self._cards[card.key] = card
        self._by_court.setdefault((card.court, card.proceeding), set()).add(card.key)

    def _write(self, kind: str, value: dict[str, Any]) -> None:
        if self._handle < 0:
            raise ValueError("this state was opened for reading")
        short = {name: each for name, each in value.items() if each not in ("", {}, (), 0)}
        os.write(self._handle, json.dumps([kind, short], separators=(",", ":")).encode("ascii") + b"\n")

    def _load(self) -> tuple[int, bool]:
        """Read the file; how many lines it has, and whether the last was torn. A line that fits nothing is passed over: it costs
        requests, and nothing is ever concluded from a row that is not remembered.
        """
        try:
            data = self._path.read_bytes()
        except FileNotFoundError:
            return 0, False
        lines = data.split(b"\n")
        for line in lines:
            try:
                kind, value = json.loads(line)
                if kind == "card":
                    for name in ("gone_at", "acts", "acts_held"):
                        value[name] = tuple(value.get(name, ()))
                    self._add(Card(**value))
                elif kind == "wanted":
                    self._wanted = (value["on"], [(court, each, uid) for court, each, uid in value.get("uids", [])])
                elif kind == "uid":
                    self._uids[value["court"], value["proceeding"], value["uid"]] = value["on"]
                elif kind == "court":
                    value["filled"] = {name: (pair[0], pair[1]) for name, pair in value.get("filled", {}).items()}
                    value["signals"] = tuple(value.get("signals", ()))
                    known = {each.name for each in fields(CourtMemory)}
                    memory = CourtMemory(**{name: each for name, each in value.items() if name in known})
                    self._courts[memory.court] = memory
            except (ValueError, TypeError, KeyError, IndexError, AttributeError):
                continue
        return len(lines), bool(data) and not data.endswith(b"\n")

    def _rewrite(self) -> None:
        draft = self._path.with_suffix(".tmp")
        draft.unlink(missing_ok=True)
        self._handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        for memory in self._courts.values():
            self._write("court", asdict(memory))
        for card in self._cards.values():
            self._write("card", asdict(card))
        self._write("wanted", {"on": self._wanted[0], "uids": self._wanted[1]})
        for (court, proceeding, uid), day in self._uids.items():
            self._write("uid", {"court": court, "proceeding": proceeding, "uid": uid, "on": day})
        os.fsync(self._handle)
        self.close()
        draft.replace(self._path)
