"""Case numbers, UIDs, ids and GUIDs, given as courts give them: in the order of registration.

Invariants: numbers of cases that are never published are given too, so the visible numbers have gaps; a UID ends in
two check digits that make the whole number 1 modulo 97 (portal.md 2.3); ids grow with the day of registration.
"""

import random
import uuid
import zlib
from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from courttally.rehearsal.model import Act, Record, branch_of, day_of, workday
from courttally.rehearsal.tables import chance

_LATIN_K = str.maketrans("К", "K")
_FIRST_DAY = day_of("2020-01-01")


def check_digits(text: str) -> str:
    """The two last digits of a UID whose other characters are `text` (ISO 7064, modulo 97)."""
    digits = "".join(str(int(c, 36)) for c in text if c != "-")
    return f"{98 - int(digits + '00') % 97:02d}"


def number_all(seed: str, records: Iterable[Record], server: int = 1) -> None:
    """Give every record its numbers, ids and UID, and collect the days on which something of it changes.

    What is kept on another server of the courts has UIDs of its own. Each branch counts its ids by itself: a civil case may have
    the id of a criminal one.
    """
    items = sorted(records, key=lambda r: (r.received, r.ref))
    _case_numbers(items)
    _uids(seed, items, server)
    used: set[tuple[str, str, int]] = set()
    for record in items:
        rng = random.Random(f"{seed}/id/{record.ref}")
        case_id = (record.received - _FIRST_DAY) * 400 + 1_000_000 + zlib.crc32(record.ref.encode()) % 400
        branch, _ = branch_of(record.proceeding)
        while (record.court, branch, case_id) in used:
            case_id += 1
        used.add((record.court, branch, case_id))
        record.case_id = case_id
        record.guid = str(uuid.UUID(int=rng.getrandbits(128), version=4))
        if record.act is not None:
            record.act = Act(record.act.posted, case_id * 3 + 7, record.act.kind, record.act.day)
        record.stops = tuple(sorted(_stops(record)))
        record.row_stops = tuple(sorted(_row_stops(record)))


def _case_numbers(items: list[Record]) -> None:
    queues: dict[tuple[str, str, int], list[tuple[int, str, Record, bool]]] = defaultdict(list)
    for record in items:
        year = date.fromordinal(record.received).year
        queues[record.court, record.number_index, year].append((record.received, record.ref, record, False))
        if record.renumber:
            new_year = date(year + 1, 1, 9).toordinal()
            if record.rulings and record.rulings[-1].outcome and record.rulings[-1].posted > new_year > record.posted:
                queues[record.court, record.number_index, year + 1].append((new_year, record.ref, record, True))
    for (_, index, year), queue in sorted(queues.items(), key=lambda item: (item[0][2], item[0])):
        for place, (day, _, record, again) in enumerate(sorted(queue, key=lambda entry: entry[:2]), start=1):
            text = f"{index}{place}/{year}"
            if place % 6 == 0:
                text = text.translate(_LATIN_K)  # some clerks type the letter of another alphabet
            if again:
                record.numbers.append((workday(max(day, record.posted)), f"{text} ({record.numbers[0][1]};)"))
            else:
                record.numbers.append((record.posted, text))


def _uids(seed: str, items: list[Record], server: int) -> None:
    """One UID per key, of the court where it first arose; some cards have none, some get it late."""
    uids: dict[str, str] = {}
    running: dict[tuple[str, int], int] = defaultdict(int)
    members: dict[str, int] = defaultdict(int)
    for record in items:
        members[record.uid_key] += 1
    for record in items:
        rng = random.Random(f"{seed}/uid/{record.ref}")
        if record.uid_key not in uids:
            year = date.fromordinal(record.received).year
            running[record.court, year] += 1 + rng.randrange(4)
            text = f"{record.court}-{server:02d}-{year}-{running[record.court, year]:06d}"
            uids[record.uid_key] = f"{text}-{check_digits(text)}"
            record.uid_court = record.court
        uid = uids[record.uid_key]
        if record.uid_shown:
            if members[record.uid_key] == 1 and chance(rng, "typo_uid"):
                uid = uid[:-1] + str((int(uid[-1]) + 1) % 10)  # the check digits no longer agree
            late = rng.randrange(5, 60) if rng.randrange(60) == 0 else 0
            record.uids = [(record.posted + late, uid)]


def _stops(record: Record) -> set[int]:
    """Every day on which the card looks different from the day before."""
    days = {record.posted}
    days.update(day for day, _ in (*record.numbers, *record.uids, *record.judges))
    days.update(ruling.posted for ruling in record.rulings)
    for slot in record.slots:
        days.update(day for day, _ in slot.charges)
        days.update(ruling.posted for ruling in slot.rulings)
    for event in record.events:
        days.update((event.posted, event.result_posted))
    if record.in_force:
        days.add(record.in_force[0])
    if record.act:
        days.add(record.act.posted)
    return {day for day in days if day >= record.posted}


def _row_stops(record: Record) -> set[int]:
    """Every day on which the row of a listing looks different, entry into force aside."""
    days = {record.posted}
    days.update(day for day, _ in (*record.numbers, *record.judges))
    days.update(ruling.posted for ruling in record.rulings)
    for slot in record.slots:
        days.update(day for day, _ in slot.charges)
    if record.act:
        days.add(record.act.posted)
    return {day for day in days if day >= record.posted}
