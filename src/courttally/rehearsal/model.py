"""What a simulated world is made of.

Invariants: a day is a proleptic Gregorian ordinal (``date.toordinal``), so no time zone can shift it; whatever a site
shows carries the day on which the site began to show it (`posted`); nothing is ever overwritten, later postings come
after earlier ones. Nothing here knows how a page looks.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

FIRST = "first"
APPEAL = "appeal"
CASSATION = "cassation"
MATERIAL = "material"
# What a military court tries beside criminal cases: a branch of its own each, in the first instance.
CIVIL = "civil"
KAS = "kas"
KOAP = "koap"
BESIDE = (CIVIL, KAS, KOAP)
JUDGMENT = "Приговор"

FINISHED = frozenset({"verdict", "terminated", "returned", "transferred", "medical", "joined", "other"})


class Charge(NamedTuple):
    """One article as a card prints it; `stage` and `role` are parts of articles 30 and 33."""

    article: str
    part: str | None
    points: tuple[str, ...] = ()
    stage: str | None = None
    role: str | None = None


class Ruling(NamedTuple):
    """A result shown from `posted` on. `outcome` None takes back an earlier one (proceedings resumed)."""

    posted: int
    outcome: str | None
    wording: str
    ground: str
    day: int | None
    raw_day: str | None = None


class Event(NamedTuple):
    """A line of the movement of a case. `result` is filled in on `result_posted`, days after the line itself."""

    posted: int
    name: str
    day: int
    time: str
    hall: str
    result: str
    ground: str
    result_posted: int


class Act(NamedTuple):
    """A published decision."""

    posted: int
    number: int
    kind: str
    day: int


class Lower(NamedTuple):
    """What an appeal card says of the court below."""

    court: str
    number_of: str
    judge: str


@dataclass(slots=True)
class Slot:
    """One accused of a case record."""

    name: str
    charges: list[tuple[int, tuple[Charge, ...]]]
    rulings: list[Ruling] = field(default_factory=list)
    joined_on: int = 0
    material: str = ""


@dataclass(slots=True)
class Record:
    """One registration in one court. `ref` is its name inside the world; a site never shows it."""

    ref: str
    matter: str
    court: str
    proceeding: str
    received: int
    posted: int
    slots: list[Slot]
    origin: str = ""
    previous: str = ""
    kind: str = ""
    case_id: int = 0
    guid: str = ""
    numbers: list[tuple[int, str]] = field(default_factory=list)
    number_index: str = "1-"
    uids: list[tuple[int, str]] = field(default_factory=list)
    uid_key: str = ""
    uid_shown: bool = True
    uid_court: str = ""
    received_raw: str | None = None
    judges: list[tuple[int, str]] = field(default_factory=list)
    rulings: list[Ruling] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    in_force: tuple[int, int] | None = None
    act: Act | None = None
    gone: list[tuple[int, int | None]] = field(default_factory=list)
    published: bool = True
    unpublished_because: str = ""
    lower: Lower | None = None
    quashed_on: int | None = None
    parties: list[tuple[str, str]] = field(default_factory=list)
    category: str = ""
    building: str = ""
    sign: str = ""
    renumber: bool = False
    stops: tuple[int, ...] = ()
    row_stops: tuple[int, ...] = ()

    @property
    def number(self) -> str:
        """The first number the record was given."""
        return self.numbers[0][1]


def iso(day: int | None) -> str | None:
    """`2024-02-29` for a day, None for none."""
    return None if day is None else date.fromordinal(day).isoformat()


def printed(day: int) -> str:
    """`29.02.2024`, as the sites print a day."""
    made = date.fromordinal(day)
    return f"{made:%d.%m}.{made.year:04d}"  # %Y pads no year before 1000 on some systems


def day_of(text: str) -> int:
    """The day of an ISO date. Raises ValueError for anything else."""
    return date.fromisoformat(text).toordinal()


def month_of(day: int) -> str:
    """`2024-02` for a day."""
    return date.fromordinal(day).strftime("%Y-%m")


def workday(day: int) -> int:
    """The day itself, or the next one that is no weekend and not among the New Year holidays."""
    while True:
        when = date.fromordinal(day)
        if when.weekday() < 5 and not (when.month == 1 and when.day <= 8):
            return day
        day += 1


def record_id(record: Record) -> str:
    """The record's key as DESIGN writes it."""
    branch, proceeding = branch_of(record.proceeding)
    return f"{record.court}:{branch}:{proceeding}:1:{record.case_id}"


def branch_of(proceeding: str) -> tuple[str, str]:
    """Branch and proceeding in DESIGN's words of what the world keeps as one word."""
    return (proceeding, FIRST) if proceeding in BESIDE else ("criminal", proceeding)
