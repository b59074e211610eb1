"""What a site shows of a case record on a day: the face of the record.

Invariants: a face depends on the record, its court's policy and the day alone; what was posted later than the day is
not on it. Between two stops of a record its face stays the same (but for names hidden by a new policy).
"""

import random
from bisect import bisect_right
from dataclasses import dataclass
from typing import TypeVar

from courttally.courts import by_code
from courttally.rehearsal.model import KOAP, Act, Charge, Record, Ruling, Slot, iso, printed
from courttally.rehearsal.names import HIDDEN
from courttally.rehearsal.policy import Policy, look_alike
from courttally.rehearsal.tables import scope_articles

T = TypeVar("T")
# The sides of civil and administrative cases that are soldiers: they are hidden where the accused are.
_SOLDIERS = frozenset({"ОТВЕТЧИК", "АДМИНИСТРАТИВНЫЙ ИСТЕЦ", "Привлекаемое лицо"})


@dataclass(frozen=True, slots=True)
class SlotFace:
    """One accused as printed."""

    name: str
    charges: tuple[Charge, ...]
    articles: str
    ruling: Ruling | None
    material: str


@dataclass(frozen=True, slots=True)
class EventFace:
    """One line of the movement of the case as printed."""

    name: str
    day: str
    time: str
    hall: str
    result: str
    ground: str
    posted: str


@dataclass(frozen=True, slots=True)
class Face:
    """A record as its court shows it. Empty texts are cells the site leaves blank."""

    record: Record
    number: str
    uid: str
    received: str
    judge: str
    ruling: Ruling | None
    in_force: str
    slots: tuple[SlotFace, ...]
    events: tuple[EventFace, ...]
    act: Act | None
    parties: tuple[tuple[str, str], ...]
    lower_number: str
    lower_court: str
    published: str
    changed: str


def visible(record: Record, day: int) -> bool:
    """Whether the site shows the record at the end of a day."""
    if not record.published or record.posted > day:
        return False
    return not any(start <= day and (back is None or day < back) for start, back in record.gone)


def stage(record: Record, day: int) -> int:
    """Which of the successive faces of a record stands on a day."""
    return bisect_right(record.stops, day)


def latest(items: list[tuple[int, T]], day: int) -> T | None:
    """The last value posted by a day."""
    found = None
    for posted, value in items:
        if posted <= day:
            found = value
    return found


def ruling_on(rulings: list[Ruling], day: int) -> Ruling | None:
    """The result standing on a day; None when there is none, or the last one was taken back."""
    found = None
    for ruling in rulings:
        if ruling.posted <= day:
            found = ruling
    return found if found is not None and found.outcome is not None else None


def charges_on(slot: Slot, day: int) -> tuple[Charge, ...]:
    """The charges standing on a day; before the first posting, the first ones."""
    return latest(slot.charges, day) or slot.charges[0][1]


def is_refusal(record: Record) -> bool:
    """Whether anybody in the record was ever charged with an article in scope."""
    return any(c.article in scope_articles() for slot in record.slots for _, charges in slot.charges for c in charges)


def charge_text(charge: Charge) -> str:
    """One charge as cards print it (portal.md 2.4)."""
    text = f"ст.{charge.article}"
    if charge.part:
        text += f" ч.{charge.part}"
    if len(charge.points) == 1:
        text += f" п.{charge.points[0]}"
    elif charge.points:
        text += f" п.п.{','.join(charge.points)}"
    if charge.role:
        text = f"ст.33 {charge.role}, {text}"
    if charge.stage:
        text = f"ст. 30 {charge.stage}, {text}"
    return text


def articles_text(record: Record, policy: Policy, charges: tuple[Charge, ...]) -> str:
    """The list of articles of one accused, УК РФ once at the end; empty when the clerk left it out."""
    if not charges:
        return ""
    code = "КоАП РФ" if record.proceeding == KOAP else "УК РФ"
    text = "; ".join(charge_text(charge) for charge in charges) + f" {code}"
    if policy.look_alikes and policy.articles(random.Random(f"{record.ref}/{policy.court}/letters"), charges):
        return look_alike(text)
    return text


def ruling_day(ruling: Ruling | None) -> str:
    """The day of a result as printed, mistyped where it is."""
    if ruling is None or ruling.day is None:
        return ""
    return ruling.raw_day or printed(ruling.day)


def _clock(record: Record, salt: int) -> str:
    minute = 540 + (record.case_id * 7919 + salt) % 540
    return f"{minute // 60:02d}:{minute % 60:02d}"


def short_name(code: str) -> str:
    """A court as the court above abbreviates it: «Ярославский ГВС»."""
    court = by_code(code)
    if court is None:
        return code
    return court.name_ru.replace("гарнизонный военный суд", "ГВС").replace("окружной военный суд", "ОВС")


def face(
    record: Record, policy: Policy, day: int, numbers: dict[str, Record] | None = None, events: bool = True
) -> Face:
    """The record as shown on a day. `numbers` finds the record of the court below, for appeal cards; a row of a listing
    needs no `events`.
    """
    hidden = policy.hides_names(day, is_refusal(record))
    slots = tuple(
        SlotFace(
            HIDDEN if hidden else slot.name,
            charges := charges_on(slot, day),
            articles_text(record, policy, charges),
            ruling_on(slot.rulings, day),
            slot.material,
        )
        for slot in record.slots
    )
    lines = tuple(
        EventFace(
            e.name,
            printed(e.day),
            e.time,
            e.hall,
            *((e.result, e.ground) if e.result_posted <= day else ("", "")),
            printed(e.posted),
        )
        for e in sorted((e for e in record.events if events and e.posted <= day), key=lambda e: e.day)
    )
    silent = record.case_id % 11 == 0  # some cards change without saying so
    last = record.posted if silent else record.stops[max(stage(record, day) - 1, 0)]
    lower = record.lower
    return Face(
        record=record,
        number=latest(record.numbers, day) or record.number,
        uid=latest(record.uids, day) or "",
        received=record.received_raw or printed(record.received),
        judge=latest(record.judges, day) or record.judges[0][1],
        ruling=ruling_on(record.rulings, day),
        in_force=printed(record.in_force[1]) if record.in_force and record.in_force[0] <= day else "",
        slots=slots,
        events=lines,
        act=record.act if record.act and record.act.posted <= day else None,
        parties=tuple((role, HIDDEN if hidden and role in _SOLDIERS else name) for role, name in record.parties),
        lower_number=numbers[lower.number_of].number if lower and numbers else "",
        lower_court=short_name(lower.court) if lower else "",
        published=f"{printed(record.posted)} {_clock(record, 0)}",
        changed=f"{printed(last)} {_clock(record, last)}",
    )


def events_on(record: Record, day: int) -> list[dict[str, str]]:
    """The movement of the case as the card of a day prints it, with days as ISO."""
    return [
        {
            "name": e.name,
            "day": iso(e.day) or "",
            "time": e.time,
            "hall": e.hall,
            "result": e.result if e.result_posted <= day else "",
            "ground": e.ground if e.result_posted <= day else "",
            "posted": iso(e.posted) or "",
        }
        for e in sorted((e for e in record.events if e.posted <= day), key=lambda e: e.day)
    ]


def lower_number(record: Record, numbers: dict[str, Record]) -> str:
    """The number of the case below, as an appeal card prints it."""
    return numbers[record.lower.number_of].number if record.lower else ""
