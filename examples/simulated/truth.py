"""What there is to know in the simulated world: courts, cases, and what a site showed of them at one moment.

Invariants: everything is frozen and plain; a case has faces in the order of time; a capture shows, of each of its
cases, the face that was current when it was taken. Nothing here knows HTML.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Court:
    """One court of the directory. ``region`` is the code that figures print: two digits, ``abroad`` or
    ``occupied_ukraine``.
    """

    code: str
    host: str
    region: str
    level: str
    title: str


@dataclass(frozen=True, slots=True)
class Charge:
    """One charge. ``part`` is None where the page prints none; ``stage`` is the part of article 30, ``role`` of
    article 33.
    """

    article: str
    part: str | None
    points: tuple[str, ...] = ()
    stage: str | None = None
    role: str | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """How something ended: the wording a page prints, an optional second line, and what that wording means."""

    wording: str
    outcome: str
    ground: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """One accused. ``name`` is None where the site hides it; ``result`` and ``decided`` are the person's own,
    printed on cards only.
    """

    charges: tuple[Charge, ...]
    name: str | None = None
    result: Result | None = None
    decided: str = ""


@dataclass(frozen=True, slots=True)
class Face:
    """What the court's database holds of a case from ``since`` on. Dates are as printed, so that impossible ones
    can be told.
    """

    since: datetime
    number: str
    received: str
    people: tuple[Person, ...]
    result: Result | None = None
    decided: str = ""
    in_force: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """One registration in one court, with everything its database ever said of it."""

    key: str
    court: Court
    case_id: int
    guid: str
    uid: str | None
    faces: tuple[Face, ...]
    lookalikes: bool = False

    def face(self, at: datetime) -> Face | None:
        """The face that was current at a moment, or None before the case was posted."""
        current = None
        for face in self.faces:
            if face.since <= at:
                current = face
        return current


@dataclass(frozen=True, slots=True)
class Capture:
    """One answer of a site. ``at`` is None where nobody wrote down when it was saved; ``shown_at`` is then the
    moment it shows.

    ``kind`` is listing, card, or one of the states no_data, unavailable, not_found. ``linkless`` names cases whose
    listing row has no link. ``found``, ``first`` and ``last`` are the site's counter. ``window`` is the date filter
    asked for, as printed. ``revisit`` repeats earlier bytes.
    """

    at: datetime | None
    shown_at: datetime
    kind: str
    court: Court
    url: str
    cases: tuple[Case, ...] = ()
    linkless: frozenset[str] = frozenset()
    found: int = 0
    first: int = 0
    last: int = 0
    pages: int = 1
    page: int = 1
    window: tuple[str, str] = ("", "")
    options: frozenset[str] = field(default_factory=frozenset)
    revisit: bool = False

    def again(self, at: datetime) -> Capture:
        """The same bytes, fetched once more."""
        return replace(self, at=at, revisit=True)


@dataclass(frozen=True, slots=True)
class World:
    """All of it."""

    courts: tuple[Court, ...]
    cases: tuple[Case, ...]
    captures: tuple[Capture, ...]
