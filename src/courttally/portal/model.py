"""Plain records: what one page says, in codes, numbers, dates and masks.

Invariants:

* No text of a page is held here, only values that their column's vocabulary or pattern accepts. What is not accepted is
  a :class:`Signal`: place, length, digest of the normalised text.
* A name cell is ``⟦name⟧``, ``⟦hidden⟧`` or empty; there is no way back from it but the locator and the archive.
* A locator is ``table:row:column``: the table's code (see ``tables.py``; a second table of the same code is
  ``code.2``), the row among the table's rows that have cells, and the cell within the row, all counted from 0.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

READER_VERSION = 8
"""Raised whenever the same bytes may read to other records; every stored record carries it."""

NAME = "⟦name⟧"
HIDDEN = "⟦hidden⟧"

KINDS = (
    "listing",
    "card",
    "decision",
    "empty_document",
    "hearing_list",
    "press_item",
    "search_form",
    "export_row",
    "robots",
    "no_data",
    "captcha_rejected",
    "wrong_query",
    "unsupported_filter",
    "throttled",
    "unavailable",
    "blocked",
    "not_found",
    "module_off",
    "unknown",
)
"""Kinds of page. *Unknown is an error to look at, never a zero.*"""


@dataclass(frozen=True, slots=True)
class Page:
    """One answer of a site with its request, as the reader takes it. ``payload`` is the body with transfer encodings undone."""

    payload: bytes
    url: str | None = None
    method: str = "GET"
    court_stated: str | None = None
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Signal:
    """Something on a page that was not read, or that disagrees with the request.

    ``length`` and ``digest`` describe the normalised text it is about (0 and "" where there is no text).
    """

    code: str
    place: str = ""
    length: int = 0
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """A result cell. ``outcome`` is a code of ``law.outcomes``, ``unmapped``, or "" for an empty cell."""

    outcome: str = ""
    rule: str = ""
    ground: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """A date cell: the date, or the raw text of an impossible one (only digits, dots, spaces and colons are kept)."""

    value: date | None = None
    raw: str = ""


@dataclass(frozen=True, slots=True)
class ChargeSeen:
    """One charge of one accused: article, part (None: not stated), points, stage (article 30), role (article 33).

    Always an article of the present code: a charge under another one is a signal, for its number means another crime.
    """

    article: str
    part: str | None
    points: tuple[str, ...] = ()
    stage: str | None = None
    role: str | None = None


@dataclass(slots=True)
class AccusedSeen:
    """One person slot. ``row`` is its row in its table (a listing cell holds all slots of its row)."""

    row: int
    name: str
    charges: list[ChargeSeen] = field(default_factory=list)
    result: Result | None = None
    result_date: Day | None = None
    has_result: bool = False
    """Whether the page has the column at all: an absent column says nothing, an empty cell says "no result"."""
    material: str | None = None
    """Appeal and cassation: the code of the material's subject, ``unmapped``, "" (an empty cell), None (no column)."""
    grounds: str | None = None
    """Appeal and cassation: the codes of «Основания отмены (изменения) решения», separated by spaces."""


@dataclass(slots=True)
class EventSeen:
    """One line of ДВИЖЕНИЕ ДЕЛА. ``name`` and ``result`` are vocabulary codes, ``unmapped`` or ""."""

    row: int
    name: str
    day: Day
    time: str
    result: str
    ground: str
    posted: Day


@dataclass(slots=True)
class PartySeen:
    """One line of СТОРОНЫ: the role's code (or ``unmapped``) and the mask of the name."""

    row: int
    role: str
    name: str


@dataclass(slots=True)
class WritSeen:
    """One line of ИСПОЛНИТЕЛЬНЫЕ ЛИСТЫ: day of issue, status code; number and addressee stay in the archive."""

    row: int
    issued: Day
    status: str
    addressee: str


@dataclass(slots=True)
class ComplaintSeen:
    """One line of ЖАЛОБЫ at a court of cassation: days, the applicant's role, and what the study of it ended in."""

    row: int
    received: Day
    role: str
    applicant: str
    passed_on: Day
    file_demanded: str
    """``yes``, ``no``, ``unmapped`` or "": whether the case file was called for."""
    decided: Day
    result: str


@dataclass(slots=True)
class DocumentSeen:
    """A decision's text on the page: its kind's code, where it starts (bytes), its length and digest; never the text.

    On a page of its own also what its heading prints of the case; None: nothing, or nothing sure.
    """

    index: int
    kind: str
    offset: int
    length: int
    digest: str
    number: str | None = None
    earlier: tuple[str, ...] = ()
    uid: str | None = None
    day: date | None = None
    court: str | None = None


@dataclass(slots=True)
class CaseSeen:
    """One case record as one page shows it (a *sighting* without its capture). None: the page does not have the field."""

    row: int
    branch: str = ""
    """Branch and proceeding where the record's link names others than the page; "" means the page's."""
    proceeding: str = ""
    case_id: int | None = None
    guid: str | None = None
    srv_num: int = 1
    number: str | None = None
    earlier: tuple[str, ...] = ()
    uid: str | None = None
    uid_valid: bool | None = None
    received: Day | None = None
    judge: str | None = None
    result: Result | None = None
    result_date: Day | None = None
    in_force: Day | None = None
    act: str | None = None
    act_ids: tuple[int, ...] = ()
    """The numbers of the decisions that the record's own links lead to."""
    consideration: str | None = None
    lower_region: str | None = None
    """The two digits that the portal gives the region of the court below."""
    lower_court: str | None = None
    """The code of the court below, ``unmapped`` when its name is not in the directory."""
    lower_number: str | None = None
    lower_earlier: tuple[str, ...] = ()
    lower_judge: str | None = None
    about: str = ""
    """Appeal, cassation, supervision: ``verdict``, ``material`` (custody, execution of a sentence …) or ``unknown``."""
    accused: list[AccusedSeen] | None = None
    events: list[EventSeen] | None = None
    parties: list[PartySeen] | None = None
    writs: list[WritSeen] | None = None
    complaints: list[ComplaintSeen] | None = None
    documents: list[DocumentSeen] | None = None


@dataclass(slots=True)
class HearingSeen:
    """One line of the list of hearings of a day; ``accused`` is None where the branch is not criminal."""

    row: int
    number: str | None = None
    earlier: tuple[str, ...] = ()
    branch: str = ""
    proceeding: str = ""
    case_id: int | None = None
    guid: str | None = None
    srv_num: int = 1
    time: str = ""
    judge: str | None = None
    result: str = ""
    accused: list[AccusedSeen] | None = None


@dataclass(slots=True)
class PressSeen:
    """One press item: its day, and length and digest of title and body; where the body starts (bytes)."""

    published: Day
    title_length: int
    title_digest: str
    offset: int
    length: int
    digest: str
    number: str | None = None
    """The one case number that it prints."""
    decided: date | None = None
    """The one day that it gives to the court's decision."""


@dataclass(slots=True)
class Reading:
    """All that one page says."""

    kind: str
    engine: str = ""
    court: str | None = None
    court_basis: str = ""
    branch: str = ""
    proceeding: str = ""
    delo_id: int | None = None
    new: int | None = None
    asks_captcha: bool = False
    simulated: bool = False
    found: int | None = None
    range_from: int | None = None
    range_to: int | None = None
    last_page: int | None = None
    rows_read: int = 0
    rows_quarantined: int = 0
    published: datetime | None = None
    """«опубликовано …» in Moscow wall time, without zone, as printed."""
    changed: datetime | None = None
    latest_date: date | None = None
    """Latest date printed on the page that bounds its time from below; see ``reader.py``."""
    layout: dict[str, dict[str, int]] = field(default_factory=dict)
    """Table code -> field -> column (or, for key/value tables, row): with a record's row it gives the locator."""
    cases: list[CaseSeen] = field(default_factory=list)
    hearing_day: date | None = None
    hearings: list[HearingSeen] = field(default_factory=list)
    press: list[PressSeen] = field(default_factory=list)
    documents: list[DocumentSeen] = field(default_factory=list)
    """A decision on a page of its own."""
    signals: list[Signal] = field(default_factory=list)
    cut: bool = False
    """The page seems to end before its end. What it was showing last is not read; asked again, it may be whole."""
