"""The simulated sites on stage: their clock, what goes wrong, and a log of every answer with what was true at that moment.

Invariants: one clock says what night it is (Moscow), how old a captcha is and what the header ``Date`` says; the sites of
night N show what was posted by the day before, as in ``rehearse archive``. Every request is answered by `Sites` or by a
fault, and logged either way, before it is sent; a log entry holds no name. The log alone tells afterwards what somebody
can have seen (`served`).
"""

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from pathlib import Path
from typing import NamedTuple

from courttally.rehearsal import render_primary, render_states
from courttally.rehearsal.addresses import taken_apart
from courttally.rehearsal.faults import OUTAGES, Faults, Switches
from courttally.rehearsal.model import FIRST, Record, iso
from courttally.rehearsal.shown import visible
from courttally.rehearsal.site import Made, Reply, Said, Sites, reply, state
from courttally.rehearsal.world import World

MOSCOW = timezone(timedelta(hours=3))
_SMALLEST_CUT = 400  # shorter bodies are sent whole


def first_moment(day: int) -> datetime:
    """Half past midnight after a day, Moscow time: when the sites stand at that day."""
    return datetime.fromordinal(day + 1).replace(tzinfo=MOSCOW) + timedelta(minutes=30)


@dataclass(slots=True)
class WorldClock:
    """The clock of the simulated world: set and moved by hand; where `runs`, it also goes on with `seconds`."""

    moment: datetime
    seconds: Callable[[], int]
    runs: bool = False
    _since: int = field(init=False)

    def __post_init__(self) -> None:
        self.set(self.moment)

    def __call__(self) -> datetime:
        passed = self.seconds() - self._since if self.runs else 0
        return self.moment + timedelta(seconds=passed)

    def set(self, moment: datetime) -> None:
        """Set the clock. Raises ValueError for a moment without a zone."""
        if moment.tzinfo is None:
            raise ValueError("a moment needs a zone, such as 2025-03-31T01:00:00+03:00")
        self.moment, self._since = moment.astimezone(UTC), self.seconds()

    def advance(self, seconds: int) -> None:
        """Move the clock on (or back, with a number below zero)."""
        self.set(self() + timedelta(seconds=seconds))


@dataclass(frozen=True, slots=True)
class Entry:
    """One request and what became of it. `kind` is what the answer was, `fault` what went wrong on the way (or empty),
    `whole` whether the client can have received all of it; `records` are names inside the world (`ref`), `shows` is the
    last day whose postings are on the page (0: none).
    """

    n: int
    at: str
    night: int
    client: str
    host: str
    court: str
    path: str
    query: str
    agent: str
    status: int
    kind: str
    fault: str
    whole: bool
    length: int
    sha256: str
    proceeding: str
    records: tuple[str, ...]
    found: int | None
    shows: int


class Answered(NamedTuple):
    """What to send and how: `fault` is empty, `slow`, `reset` or `truncated` where the sending itself goes wrong."""

    reply: Reply
    fault: str


class Stage:
    """All sites of a world, their clock and their log. `now` is the world's clock, `seconds` counts for the rate limit."""

    def __init__(
        self,
        world: World,
        now: Callable[[], datetime],
        faults: Faults | None = None,
        seconds: Callable[[], int] | None = None,
        log: Path | None = None,
    ) -> None:
        """`seconds` follows `now` by default; `log` is a file that every entry is also added to, as a line of JSON."""
        self.world = world
        self.now = now
        self.faults = faults or Faults(str(world.seed), Switches())
        self.sites = Sites(world, self.night - 1)
        self.entries: list[Entry] = []
        self._seconds = seconds or self._world_seconds
        self._log = log

    def _world_seconds(self) -> int:
        return int(self.now().timestamp())

    @property
    def night(self) -> int:
        """The Moscow day of the world's clock."""
        return self.now().astimezone(MOSCOW).toordinal()

    def answer(self, client: str, host: str, path: str, query: str, agent: str, port: str = "") -> Answered:
        """The answer to one GET request; it is in the log when this returns."""
        self.sites.day, self.sites.moving = self.night - 1, self.faults.switches.moving
        made, fault = self._answer(client, host, path, query, agent, port)
        cut = fault == "reset" or (fault == "truncated" and made.status == 200 and len(made.body) > _SMALLEST_CUT)
        sent = "" if fault == "truncated" and not cut else fault
        said = made.said
        entry = Entry(
            n=len(self.entries),
            at=self.now().astimezone(UTC).isoformat(timespec="seconds"),
            night=self.night,
            client=client,
            host=host,
            court=made.court,
            path=path,
            query=query,
            agent=agent,
            status=made.status,
            kind=said.kind,
            fault=sent,
            whole=not cut,
            length=len(made.body),
            sha256=hashlib.sha256(made.body).hexdigest(),
            proceeding=said.proceeding,
            records=said.records,
            found=said.found,
            shows=said.shows,
        )
        self.entries.append(entry)
        if self._log is not None:
            with self._log.open("a", encoding="utf-8") as lines:
                lines.write(as_line(entry))
        date = ("Date", format_datetime(self.now().astimezone(UTC), usegmt=True))
        made = Reply(made.status, made.body, (*made.headers, date), said, made.court)
        return Answered(made, sent if sent in ("slow", "reset", "truncated") else "")

    def _answer(self, client: str, host: str, path: str, query: str, agent: str, port: str) -> tuple[Reply, str]:
        court = self.sites.court(host)
        throttled = self.faults.throttled(client, self._seconds())
        if throttled:
            return self._refused(court, "throttled" if throttled == "429" else "unavailable"), "throttled"
        fault = self.faults.draw(host, court)
        asked = taken_apart(query)
        if fault in ("blocked", "unavailable"):
            return self._refused(court, fault, client), fault
        if fault == "module_off" and asked.get("name") == "sud_delo":
            return self._state(court, "module_off", render_states.module_off()), fault
        if fault == "false_zero" and asked.get("name_op") == "r":
            return self._state(court, "false_zero", render_primary.no_data(FIRST, court)), fault
        made = self.sites.answer(host, path, query, agent, self._world_seconds(), port)
        return made, fault if fault in ("slow", "reset", "truncated") else ""

    def _refused(self, court: str, kind: str, client: str = "") -> Reply:
        if kind == "throttled":
            after = ("Retry-After", str(self.faults.switches.cool_down))
            made = reply(state(kind, render_states.unavailable(court)), 429, after)
            return Reply(made.status, made.body, made.headers, made.said, court)
        return self._state(
            court, kind, render_states.blocked(client) if kind == "blocked" else render_states.unavailable(court)
        )

    def _state(self, court: str, kind: str, page: str) -> Reply:
        made = reply(Made(page, Said(kind)))
        return Reply(made.status, made.body, made.headers, made.said, court)

    def outage(self, court: str, kind: str) -> None:
        """Put a court (`*`: all) into an outage, or take it out again with an empty kind. Raises ValueError."""
        if kind and kind not in OUTAGES:
            raise ValueError(f"no such outage: one of {', '.join(OUTAGES)}")
        if court != "*" and court not in self.world.courts:
            raise ValueError(f"this world has no court {court}")
        if kind:
            self.faults.down[court] = kind
        else:
            self.faults.down.pop(court, None)

    def visible(self, court: str = "", proceeding: str = "") -> list[Record]:
        """Every record that the sites show at this moment, of one court or proceeding, or of all."""
        day = self.night - 1
        return [
            record
            for (code, kind), records in sorted(self.world.by_court.items())
            if court in ("", code) and proceeding in ("", kind)
            for record in records
            if visible(record, day)
        ]

    def state(self) -> dict[str, object]:
        """The clock, the switches and what was done so far, for whoever asks over HTTP."""
        return {
            "simulated": True,
            "now": self.now().astimezone(UTC).isoformat(timespec="seconds"),
            "night": iso(self.night),
            "shows_what_was_posted_by": iso(self.night - 1),
            "switches": asdict(self.faults.switches),
            "outages": dict(sorted(self.faults.down.items())),
            "done": dict(sorted(self.faults.done.items())),
            "answers": len(self.entries),
        }


def as_line(entry: Entry) -> str:
    """An entry as a line of JSON."""
    return json.dumps(asdict(entry), ensure_ascii=False, sort_keys=True) + "\n"


def read_log(lines: Iterable[str]) -> list[Entry]:
    """The entries of a log file. Raises ValueError for a line that is none."""
    try:
        rows = [json.loads(line) for line in lines]
        return [Entry(**{**row, "records": tuple(row["records"])}) for row in rows]
    except (TypeError, KeyError) as error:
        raise ValueError("a line of the log is not one of the rehearsal's") from error
