"""What the newsroom knows of each record: the merge of the pages it has seen, field by field.

Invariants: the rule is DESIGN's: per field, the value of the latest capture whose page has the field. A listing always
has the columns of articles, result and its date, even when the cell is blank; a card has them only where they are
filled in, and alone has the UID and the accused's own results. Dates no calendar has are None.
"""

from dataclasses import dataclass
from typing import Protocol

from courttally.rehearsal.crawl import Sight, Window
from courttally.rehearsal.model import Charge, Record, Ruling
from courttally.rehearsal.shown import charges_on, latest, ruling_on
from courttally.rehearsal.world import World


class Known(Protocol):
    """Somebody who has looked at a world: the rehearsal's own newsroom, or whoever asked the served sites."""

    world: World
    sights: dict[str, Sight]
    windows: list[Window]


@dataclass(frozen=True, slots=True)
class SlotSeen:
    """One accused as known: the result is the one the page gives for the person, None where it gives none."""

    charges: tuple[Charge, ...]
    ruling: Ruling | None


@dataclass(frozen=True, slots=True)
class Seen:
    """One case record as known on a day. `received` is None where the page has an impossible date."""

    record: Record
    sight: Sight
    received: int | None
    number: str
    uid: str | None
    ruling: Ruling | None
    slots: tuple[SlotSeen, ...]
    in_force: int | None

    @property
    def standing(self) -> Ruling | None:
        """The case's result; where it is empty, the latest of its accused's (counting rule 5)."""
        if self.ruling is not None:
            return self.ruling
        own = [slot.ruling for slot in self.slots if slot.ruling is not None]
        return max(own, key=lambda ruling: day_of_ruling(ruling) or 0) if own else None

    @property
    def outcome(self) -> str:
        """The outcome of the case record; `pending` where nothing is decided."""
        return self.standing.outcome or "pending" if self.standing else "pending"

    def slot_ruling(self, slot: SlotSeen) -> Ruling | None:
        """A slot's own result, or the case's when it is the only slot."""
        return slot.ruling or (self.ruling if len(self.slots) == 1 else None)

    def slot_outcome(self, slot: SlotSeen) -> str:
        """A slot's outcome; `unknown` where several accused share a card that says nothing of this one."""
        ruling = self.slot_ruling(slot)
        if ruling is not None:
            return ruling.outcome or "pending"
        return "pending" if len(self.slots) == 1 else "unknown"

    def first_verdict(self) -> tuple[bool, int | None]:
        """Whether the record has a verdict, and the earliest day it is dated by."""
        found = [
            r for r in (self.ruling, *(slot.ruling for slot in self.slots)) if r is not None and r.outcome == "verdict"
        ]
        days = [day for day in map(day_of_ruling, found) if day is not None]
        return bool(found), min(days, default=None)


def day_of_ruling(ruling: Ruling | None) -> int | None:
    """The day of a result, None where there is none or it is mistyped."""
    return None if ruling is None or ruling.raw_day else ruling.day


def seen(record: Record, sight: Sight) -> Seen:
    """What is known of a record after the sights so far."""
    row, card = sight.row - 1, sight.card - 1
    newest = card if sight.card_last else row
    ruling = ruling_on(record.rulings, card) if sight.card_last else None
    if ruling is None and sight.row:
        ruling = ruling_on(record.rulings, row)
    slots = tuple(
        SlotSeen(charges_on(slot, newest), ruling_on(slot.rulings, card) if sight.card else None)
        for slot in record.slots
    )
    force = record.in_force if record.in_force and sight.row and record.in_force[0] <= row else None
    return Seen(
        record=record,
        sight=sight,
        received=None if record.received_raw else record.received,
        number=latest(record.numbers, newest) or record.number,
        uid=latest(record.uids, card) if sight.card else None,
        ruling=ruling,
        slots=slots,
        in_force=force[1] if force else None,
    )


def all_seen(known: Known) -> list[Seen]:
    """Everything somebody has seen of a world, in the order of courts and days of receipt."""
    sights = known.sights
    return [
        seen(record, sights[record.ref])
        for key in sorted(known.world.by_court)
        for record in known.world.by_court[key]
        if record.ref in sights
    ]


def vanished_on(sight: Sight) -> int | None:
    """The night on which a record counts as vanished: the second check at least 72 hours after the first."""
    return sight.gone[1] if len(sight.gone) > 1 else None
