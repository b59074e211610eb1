"""The clerk of the simulated world: hands out numbers, identifiers and dates, always the same ones.

Invariants: nothing here reads a clock or a random source of the system; two runs give equal worlds.
"""

from __future__ import annotations

import hashlib
import uuid
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from .truth import Case, Charge, Court, Face, Person, Result

SPACE = uuid.UUID("6d1f0f5e-0000-4000-8000-73696d756c61")


def court(code: str, host: str, region: str, level: str, title: str) -> Court:
    return Court(code, host, region, level, title)


COURTS = {
    seat.code: seat
    for seat in (
        court("25GV0001", "vgvs--prm.sudrf.ru", "25", "garrison", "Владивостокский гарнизонный военный суд"),
        court("61GV0001", "gvs--ros.sudrf.ru", "61", "garrison", "Ростовский-на-Дону гарнизонный военный суд"),
        court("39GV0001", "kaliningvs.kln.sudrf.ru", "39", "garrison", "Калининградский гарнизонный военный суд"),
        court("77GV0005", "235gvs--msk.sudrf.ru", "77", "garrison", "235 гарнизонный военный суд"),
        court("25GV0004", "35gvs--kam.sudrf.ru", "41", "garrison", "35 гарнизонный военный суд"),
        court("77GV0022", "80gvs--msk.sudrf.ru", "abroad", "garrison", "80 гарнизонный военный суд"),
        court("75GV0001", "gvs--cht.sudrf.ru", "75", "garrison", "Читинский гарнизонный военный суд"),
        court("61GV0018", "gvs--krm.sudrf.ru", "occupied_ukraine", "garrison", "Крымский гарнизонный военный суд"),
        court("51GV0001", "sevgvs.mrm.sudrf.ru", "51", "garrison", "Североморский гарнизонный военный суд"),
        court("61OV0000", "yovs--ros.sudrf.ru", "61", "district", "Южный окружной военный суд"),
        court("27OV0000", "1vovs--hbr.sudrf.ru", "27", "district", "1-й Восточный окружной военный суд"),
    )
}


def dotted(day: date | None) -> str:
    """A day as the sites print it; nothing for none."""
    return day.strftime("%d.%m.%Y") if day else ""


def check_digits(stem: str) -> str:
    """The two digits that make a UID's whole number leave 1 when divided by 97 (ISO 7064)."""
    digits = "".join(str(int(sign, 36)) for sign in stem if sign.isalnum())
    return f"{98 - int(digits) * 100 % 97:02d}"


def morning(day: date) -> datetime:
    """06:00 UTC of a day: nine in the morning in Moscow."""
    return datetime(day.year, day.month, day.day, 6, tzinfo=UTC)


class Clerk:
    """Registers cases in order. A key is the case's own name inside this world and appears on no page."""

    def __init__(self) -> None:
        self.cases: list[Case] = []
        self._numbers: Counter[tuple[str, int]] = Counter()
        self._uids: Counter[tuple[str, int]] = Counter()

    def uid(self, code: str, year: int) -> str:
        """A new identifier, as the court where a matter first arose gives it."""
        self._uids[code, year] += 1
        stem = f"{code}-01-{year}-{self._uids[code, year]:06d}"
        return f"{stem}-{check_digits(stem)}"

    def number(self, code: str, year: int) -> str:
        self._numbers[code, year] += 1
        return f"1-{self._numbers[code, year]}/{year}"

    def register(
        self,
        code: str,
        received: date,
        people: tuple[Person, ...] | Charge | tuple[Charge, ...],
        *,
        uid: str | bool | None = True,
        received_text: str | None = None,
        number: str | None = None,
        lookalikes: bool = False,
        key: str | None = None,
        posted: date | None = None,
    ) -> Case:
        """A new case, pending. ``people`` may be one charge or the charges of one accused whose name is hidden."""
        if isinstance(people, Charge):
            people = (Person((people,)),)
        elif isinstance(people[0], Charge):
            people = (Person(tuple(charge for charge in people if isinstance(charge, Charge))),)
        persons = tuple(person for person in people if isinstance(person, Person))
        serial = len(self.cases) + 1
        face = Face(
            since=morning(posted or received + timedelta(days=2)),
            number=number or self.number(code, received.year),
            received=dotted(received) if received_text is None else received_text,
            people=persons,
        )
        case = Case(
            key=key or f"case-{serial}",
            court=COURTS[code],
            case_id=3_100_000 + serial * 17,
            guid=str(uuid.uuid5(SPACE, f"guid {serial}")),
            uid=self.uid(code, received.year) if uid is True else (uid or None),
            faces=(face,),
            lookalikes=lookalikes,
        )
        self.cases.append(case)
        return case

    def change(self, case: Case, since: datetime, **what: Any) -> Case:
        """The case with one more face; the registered one is replaced by it."""
        new = replace(case, faces=(*case.faces, replace(case.faces[-1], since=since, **what)))
        self.cases[self.cases.index(case)] = new
        return new

    def finish(
        self,
        case: Case,
        day: date,
        result: Result,
        *,
        own: bool = True,
        decided_text: str | None = None,
        posted: datetime | None = None,
        in_force: date | None = None,
    ) -> Case:
        """The case decided on a day for everybody in it; shown by the site four days later unless ``posted`` says
        otherwise.
        """
        text = dotted(day) if decided_text is None else decided_text
        people = case.faces[-1].people
        if own:
            people = tuple(replace(person, result=result, decided=text) for person in people)
        since = posted or morning(day + timedelta(days=4))
        return self.change(case, since, people=people, result=result, decided=text, in_force=dotted(in_force))


class Dice:
    """Repeatable choices: each draw is a digest of a name and a counter, so no version of Python changes it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.thrown = 0

    def throw(self, sides: int) -> int:
        """A whole number from 0 to ``sides`` - 1."""
        self.thrown += 1
        digest = hashlib.sha256(f"{self.name} {self.thrown}".encode()).digest()
        return int.from_bytes(digest[:8], "big") % sides
