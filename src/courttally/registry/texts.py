"""Which case record a decision or press item on a page of its own is about.

Invariants: a link is made by one of the ways below and by nothing weaker; what two records could be is linked to neither. Whether a
link holds as of D follows from captures included by D alone, so a link begins when the last thing that it needs is seen, and ends
when a second record turns out to fit as well.

* ``answer``: a person said so (``courttally review``).
* ``act_link``: the record's own page links to the decision by its number, at the same court, kind of proceeding and server.
* ``heading``: the heading's case number is the record's and its day is one of its days of result, at the same court.
* ``press_number``: the item prints the number of one first-instance case of the court.
* ``press_day``: the item prints no number; one case of the court with a verdict has its day of decision and one accused charged with
  just its articles, and no other case of the court has that day and any of those articles. That there is no other can be said only
  when the court has had time to post its results: a list or card of it must be held from :data:`SETTLED` days after the decision or later.

Against every way but a person's stands what disagrees: another court, another number or another UID in the heading, and in a press item
another day or other articles.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pyarrow as pa

from courttally.registry.decisions import IGNORE, Answers
from courttally.registry.free_texts import FreeText, extras, whole_year
from courttally.registry.identity import Sighting
from courttally.registry.resolve import Seen
from courttally.registry.sentences import PRESS, TEXT, Charges, Linked, convicted_of

Row = tuple[Any, ...]
SIGNALS = {TEXT: "act_unlinked", PRESS: "press_unlinked"}
"""Kind of text -> the signal under which it waits in the review queue while it belongs to no record."""
REASONS = {
    "none_held": "no case that is held could be meant",
    "none_fits": "a case has the number, the link or the day, but not all that is needed",
    "several": "several cases fit",
    "too_early": "one case fits, but the court may not have posted all results of that day yet",
    "disagrees": "the text prints another number, UID, day or article than the case",
    "other_court": "the heading names another court",
    "ignored": "a person said that it is about none",
    "answer_unknown": "a person named a case that is not held, or is another court's",
}
"""Why a text is linked to no record."""
PRESS_DAYS = 100
"""A press item tells of a decision of the days before it, not of another year's."""
_CANDIDATES = 10


@dataclass(slots=True)
class Facts:
    """What the pages of one record show, each with the day since when it is known."""

    record: str
    court: str
    branch: str
    proceeding: str
    srv_num: int
    since: date
    closed_on: date | None
    numbers: dict[str, date] = field(default_factory=dict)
    act_ids: dict[int, date] = field(default_factory=dict)
    uids: dict[str, date] = field(default_factory=dict)
    days: dict[date, date] = field(default_factory=dict)
    verdicts: dict[date, date] = field(default_factory=dict)
    slots: dict[date, tuple[int, tuple[Charges, ...]]] = field(default_factory=dict)
    """Day -> (rank, charges of every slot) of the latest sighting known on that day."""

    def turning_days(self) -> set[date]:
        """The days on which anything here changes."""
        known = (self.numbers, self.act_ids, self.uids, self.days, self.verdicts)
        found = {self.since, *self.slots, *(day for values in known for day in values.values())}
        return found | ({self.closed_on} if self.closed_on else set())

    def alive(self, on: date) -> bool:
        """Whether the record is known, and not taken over by another, on a day."""
        return self.since <= on and (self.closed_on is None or on < self.closed_on)

    def charges(self, on: date) -> tuple[Charges, ...]:
        """The charges of its slots as known on a day."""
        known = [held for day, held in self.slots.items() if day <= on]
        return max(known, key=lambda held: held[0])[1] if known else ()


@dataclass(slots=True)
class Links:
    """Texts by record, and rows of ``text_links``."""

    by_record: dict[str, list[Linked]] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)


_Timed = tuple[str, Sequence[tuple[Sighting, date]], date | None]


def link_texts(
    seen: dict[str, pa.Table], texts: Sequence[FreeText], timed: Iterable[_Timed], lookup: Seen, answers: Answers
) -> Links:
    """Link every one of ``texts``. ``timed``: as ``identity.timed_sightings`` gives it, at least the records that a text could be about."""
    links = Links()
    if not texts:
        return links
    said = {answer.code for (signal, _), answer in answers.items() if signal in SIGNALS.values()}
    index = _Index(texts, seen, said)
    for record, sightings, closed_on in timed:
        index.take(record, sightings, closed_on, lookup)
    for text in texts:
        answer = answers.get((SIGNALS[text.kind], text.digest))
        answered = answer.code if answer is not None else ""
        near = index.near(text)
        if answered not in ("", IGNORE):
            near = [index.facts[answered]] if answered in index.facts else []
        state = None
        turns = {text.included_on, *(day for facts in near for day in facts.turning_days())}
        for day in sorted(turns | ({text.settled_on} if text.settled_on else set())):
            if day < text.included_on:
                continue
            found = _found(text, [facts for facts in near if facts.alive(day)], day, answered)
            if found != state:
                _turn(links, text, day, found)
                state = found
    return links


def waiting(
    texts: Iterable[FreeText], rows: Iterable[Row], answers: Answers
) -> tuple[list[Row], list[tuple[str, str, str]]]:
    """Rows of the review queue, and signals as (record, capture, code), for texts that belong to no record by the last of their ``rows`` (of
    ``text_links``)."""
    alone = {row[0] for row in rows if row[_UNTIL] is None and not row[_RECORD]}
    queue: dict[tuple[str, str], list[FreeText]] = {}
    for text in texts:
        if text.capture in alone:
            queue.setdefault((SIGNALS[text.kind], text.digest), []).append(text)
    review = []
    for (signal, digest), same in sorted(queue.items()):
        answer = answers.get((signal, digest))
        first = min(same, key=lambda each: each.capture)
        code = answer.code if answer is not None else ""
        review.append((signal, digest, first.length, len(same), len(same), first.capture, f"{first.kind}:0:0", code))
    return review, [("", text.capture, SIGNALS[text.kind]) for same in queue.values() for text in same]


def values_of(text: FreeText) -> set[str]:
    """What a record must have shown at the text's court to be one that it could be about, in the words of ``views_build.near_texts``."""
    found = {f"n:{number}" for number in text.numbers}
    if text.act_id is not None:
        found.add(f"a:{text.act_id}")
    if text.kind == PRESS and not text.numbers and text.day is not None:
        found.add(f"d:{text.day.isoformat()}")
    return found


_UNTIL = 3  # where ``known_to`` stands in a row of ``text_links``
_RECORD = 5  # where the record stands in a row of ``text_links``


def _turn(links: Links, text: FreeText, day: date, found: tuple[str, str, str]) -> None:
    """From ``day`` the text belongs to another record than before, or to none."""
    record, way, candidates = found
    if links.rows and links.rows[-1][0] == text.capture:
        before = links.rows[-1]
        links.rows[-1] = (*before[:3], day, *before[4:])
        open_ones = links.by_record.get(before[_RECORD], [])
        for n, linked in enumerate(open_ones):
            if linked.text is text.text and linked.until is None:
                open_ones[n] = Linked(linked.text, linked.since, day)
    links.rows.append((text.capture, text.kind, day, None, way, record, candidates))
    if record:
        links.by_record.setdefault(record, []).append(Linked(text.text, day, None))


def _found(text: FreeText, near: Sequence[Facts], on: date, answered: str) -> tuple[str, str, str]:
    """(record or "", the way or the reason why there is none, candidates) as of a day."""
    candidates = " ".join(sorted(facts.record for facts in near if facts.branch == "criminal")[:_CANDIDATES])
    if answered == IGNORE:
        return "", "ignored", ""
    if answered:
        fit = [facts for facts in near if facts.record == answered and facts.court == text.court]
        return (answered, "answer", "") if fit else ("", "answer_unknown", candidates)
    if text.heading_court not in (None, text.court) and not text.court.startswith("other:"):
        return "", "other_court", candidates
    for way, fit in _ways(text, [facts for facts in near if facts.branch == "criminal"], on):
        if len(fit) > 1:
            return "", "several", candidates
        if fit and _contradicts(text, fit[0], on):
            return "", "disagrees", candidates
        if fit and way == "press_day" and (text.settled_on is None or on < text.settled_on):
            return "", "too_early", candidates
        if fit:
            return fit[0].record, way, ""
    return "", "none_fits" if candidates else "none_held", candidates


def _ways(text: FreeText, near: Sequence[Facts], on: date) -> Iterator[tuple[str, list[Facts]]]:
    """The ways of linking, the surest first, with the records that fit each."""

    def known(value: Any, since: Mapping[Any, date]) -> bool:
        return value is not None and value in since and since[value] <= on

    def numbered(facts: Facts) -> bool:
        return any(known(number, facts.numbers) for number in text.numbers)

    if text.kind == TEXT:
        near = [facts for facts in near if not text.branch or _place(text) == (facts.branch, facts.proceeding)]
        own = [facts for facts in near if facts.srv_num == text.srv_num]
        yield "act_link", [facts for facts in own if known(text.act_id, facts.act_ids)]
        yield "heading", [facts for facts in near if numbered(facts) and known(text.day, facts.days)]
        return
    near = [facts for facts in near if facts.proceeding == "first"]
    if text.numbers:
        yield "press_number", [facts for facts in near if numbered(facts)]
        return
    told = _told(text)
    if text.day is None or text.published is None or not 0 <= (text.published - text.day).days <= PRESS_DAYS:
        return
    same_day = [facts for facts in near if known(text.day, facts.days)]
    alike = [facts for facts in same_day if _articles(told) & _articles(*facts.charges(on))]
    if len(text.text.sentences) == 1 and len(alike) == 1:
        exact = known(text.day, alike[0].verdicts) and alike[0].charges(on) == (told,)
        yield "press_day", alike if exact else []
    elif len(alike) > 1:
        yield "press_day", alike


def _place(text: FreeText) -> tuple[str, str]:
    return text.branch, text.proceeding


def _told(text: FreeText) -> Charges:
    return frozenset().union(*(convicted_of(person) for person in text.text.sentences))


def _articles(*charges: Charges) -> set[str]:
    return {article for each in charges for article, _ in each}


def _contradicts(text: FreeText, facts: Facts, on: date) -> bool:
    """Whether the text prints anything that is not the record's."""
    uids = {uid for uid, since in facts.uids.items() if since <= on}
    if text.uid is not None and uids and text.uid not in uids:
        return True
    numbers = {number for number, since in facts.numbers.items() if since <= on}
    if text.numbers and numbers and not text.numbers & numbers and not text.upper:
        return True
    if text.kind == TEXT:
        return False
    days = {day for day, since in facts.days.items() if since <= on}
    if text.day is not None and days and text.day not in days:
        return True
    told, charged = _articles(_told(text)), _articles(*facts.charges(on))
    return bool(told and charged) and not told & charged


class _Index:
    """The records that any text could be about, found by number, by number of a decision, and by court and day."""

    def __init__(self, texts: Sequence[FreeText], seen: dict[str, pa.Table], said: set[str]) -> None:
        self._said = said
        self._numbers = {(text.court, number) for text in texts for number in text.numbers}
        self._acts = {(text.court, text.act_id) for text in texts if text.act_id is not None}
        self._days = {(text.court, text.day) for text in texts if text.kind == PRESS and text.day is not None}
        self._extra = dict(extras(seen["sightings"]))
        self.facts: dict[str, Facts] = {}
        self._near: dict[tuple[str, Any], list[Facts]] = {}

    def take(self, record: str, timed: Sequence[tuple[Sighting, date]], closed_on: date | None, lookup: Seen) -> None:
        """Take in one record, if any text could be about it."""
        if record not in self._said and not any(self._wanted(sighting, lookup) for sighting, _ in timed):
            return
        first = timed[0][0]
        facts = Facts(
            record, first.court, first.branch, first.proceeding, first.srv_num, min(day for _, day in timed), closed_on
        )
        for sighting, day in sorted(timed, key=lambda each: (each[1], each[0].rank)):
            self._add(facts, sighting, day, lookup)
        self.facts[record] = facts
        for values in (facts.numbers, facts.act_ids, facts.days):
            for value in values:
                self._near.setdefault((facts.court, value), []).append(facts)

    def _wanted(self, sighting: Sighting, lookup: Seen) -> bool:
        court = sighting.court
        if (court, whole_year(sighting.number)) in self._numbers or (court, sighting.result_date) in self._days:
            return True
        earlier, acts = self._extra.get(sighting.ref, ((), ()))
        if any((court, number) in self._numbers for number in earlier) or any(
            (court, act) in self._acts for act in acts
        ):
            return True
        if not self._days or sighting.slots is None:
            return False
        return any((court, slot.result_date) in self._days for slot in lookup.slots.get(sighting.ref, ()))

    def _add(self, facts: Facts, sighting: Sighting, day: date, lookup: Seen) -> None:
        earlier, acts = self._extra.get(sighting.ref, ((), ()))
        for number in (whole_year(sighting.number), *earlier):
            if number:
                facts.numbers.setdefault(number, day)
        for act in acts:
            facts.act_ids.setdefault(act, day)
        if sighting.uid and sighting.uid_valid:
            facts.uids.setdefault(sighting.uid, day)
        slots = lookup.slots.get(sighting.ref, ())
        for outcome, decided in [
            (sighting.outcome, sighting.result_date),
            *((s.outcome, s.result_date) for s in slots),
        ]:
            if decided is not None and decided <= day:
                facts.days.setdefault(decided, day)
                if outcome == "verdict":
                    facts.verdicts.setdefault(decided, day)
        if sighting.slots is not None:
            charges = tuple(frozenset((c[0], c[1] or "unknown") for c in slot.charges) for slot in slots)
            best = max((rank for rank, _ in facts.slots.values()), default=None)
            if best is None or sighting.rank >= best:
                facts.slots[day] = (sighting.rank, charges)

    def near(self, text: FreeText) -> list[Facts]:
        """The records that the text could be about, in order of key."""
        values: set[Any] = {text.act_id, *text.numbers, text.day if text.kind == PRESS and not text.numbers else None}
        found = {facts.record: facts for value in values - {None} for facts in self._near.get((text.court, value), ())}
        return [found[record] for record in sorted(found)]
