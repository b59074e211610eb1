"""What a careful researcher could know of links from displayed fields alone, written without a look at the code that links.

The world tells which records truly hang together; the oracle says of which pairs the pages that were seen leave no doubt: the same
UID; the court below and its number; or the same named persons, an end that is shown, and nobody else of that name who fits.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from courttally.courts import level_of
from courttally.rehearsal.crawl import Newsroom, Sight
from courttally.rehearsal.model import FIRST, Record
from courttally.rehearsal.shown import is_refusal, latest, ruling_on
from courttally.rehearsal.world import World

COUNTED = ("garrison", "district")
FAR = 150
"""Days within which a case that was sent away comes back; the world's own longest way takes 115."""


@dataclass(frozen=True)
class TrueLink:
    """One true link: ``before`` and ``after`` are record ids, ``why`` is the world's word."""

    before: str
    after: str
    why: str
    determined: bool


def record_id(record: Record) -> str:
    return f"{record.court}:criminal:{record.proceeding}:1:{record.case_id}"


def short(name: str) -> str:
    """A full name as surname and initials."""
    words = name.lower().replace("ё", "е").split()
    return " ".join([words[0], *(word[0] for word in words[1:3])])


class Seen:
    """What the newsroom saw of one record by its last night."""

    def __init__(self, world: World, record: Record, sight: Sight) -> None:
        day = sight.first - 1
        hidden = world.policies[record.court].hides_names(day, is_refusal(record))
        self.names = None if hidden else tuple(sorted(short(slot.name) for slot in record.slots))
        uid = latest(record.uids, sight.card - 1) if sight.card else None
        self.uid = uid if uid and valid(uid) else None
        self.row_day = max(sight.row, sight.card) - 1
        ruling = ruling_on(record.rulings, self.row_day)
        self.end = ruling.outcome if ruling is not None else None
        self.end_day = ruling.day if ruling is not None and not ruling.raw_day else None
        self.card = sight.card
        self.received = None if record.received_raw else record.received
        self.slots = record.slots


def valid(uid: str) -> bool:
    digits = "".join(str(int(sign, 36)) for sign in uid if sign != "-")
    return int(digits) % 97 == 1


class Oracle:
    """True links between records that were seen, with whether displayed fields determine them."""

    def __init__(self, newsroom: Newsroom) -> None:
        self.world = newsroom.world
        self.seen = {ref: Seen(self.world, self.world.by_ref[ref], sight) for ref, sight in newsroom.sights.items()}
        self.named: dict[str, list[str]] = {}
        for ref, seen in self.seen.items():
            if self.world.by_ref[ref].proceeding == FIRST:
                for name in seen.names or ():
                    self.named.setdefault(name, []).append(ref)

    def matters(self) -> int:
        """How many matters the counted records belong to, in truth."""
        return len({self.world.by_ref[ref].matter for ref in self.seen if self.is_counted(ref)})

    def is_counted(self, ref: str) -> bool:
        record = self.world.by_ref[ref]
        return record.proceeding == FIRST and level_of(record.court) in COUNTED

    def links(self) -> Iterator[TrueLink]:
        for ref in sorted(self.seen):
            record = self.world.by_ref[ref]
            if record.lower is not None:
                below = record.lower.number_of
                if below in self.seen:
                    yield self.link(below, ref, record.origin, self.is_lower_shown(below, ref))
            elif (
                record.origin in ("refiled", "transferred", "retrial", "split", "absorbs")
                and record.previous in self.seen
            ):
                yield self.link(record.previous, ref, record.origin, self.is_shown(record.previous, ref, record.origin))

    def link(self, before: str, after: str, why: str, determined: bool) -> TrueLink:
        return TrueLink(record_id(self.world.by_ref[before]), record_id(self.world.by_ref[after]), why, determined)

    def same_uid(self, one: str, other: str) -> bool:
        return self.seen[one].uid is not None and self.seen[one].uid == self.seen[other].uid

    def is_lower_shown(self, below: str, above: str) -> bool:
        """The card above was opened, so that it names court and number of the case below, or both show the UID."""
        return self.same_uid(below, above) or bool(self.seen[above].card)

    def is_shown(self, before: str, after: str, why: str) -> bool:
        if why in ("refiled", "transferred", "retrial") and self.same_uid(before, after):
            return True
        one, other = self.seen[before], self.seen[after]
        if one.names is None or other.names is None or other.received is None:
            return False
        if why in ("refiled", "transferred"):
            ends = {"refiled": "returned", "transferred": "transferred"}
            return one.end == ends[why] and one.end_day is not None and self.alone(before, after, one.end_day)
        if why == "retrial":
            quashed = self.quashed_on(before)
            return quashed is not None and self.alone(before, after, quashed)
        if why == "split":
            shown = one.card and any(ruling_on(slot.rulings, one.card - 1) for slot in one.slots[-1:])
            return bool(shown) and len(one.names) > 1
        return one.end == "joined" and one.end_day is not None

    def quashed_on(self, below: str) -> int | None:
        """The day on which a seen appeal of that record quashed the verdict, as its page shows."""
        for ref, seen in self.seen.items():
            record = self.world.by_ref[ref]
            if record.lower is not None and record.lower.number_of == below and seen.end == "appeal_quashed":
                return seen.end_day if self.is_lower_shown(below, ref) else None
        return None

    def alone(self, before: str, after: str, end: int) -> bool:
        """Nobody else of the same names was received in a time and at a court that fit."""
        one, other = self.world.by_ref[before], self.world.by_ref[after]
        names = self.seen[before].names
        if names != self.seen[after].names or not names:
            return False
        for ref in self.named[names[0]]:
            third = self.world.by_ref[ref]
            if ref in (before, after) or self.seen[ref].names != names:
                continue
            fits = (third.court == one.court) == (other.court == one.court)
            if fits and end <= third.received <= end + FAR:
                return False
        return True
