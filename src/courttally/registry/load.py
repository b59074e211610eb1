"""Seen tables as the plain values that row logic takes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa

from courttally.registry.coverage import ListingPage
from courttally.registry.decisions import IGNORE, Answers
from courttally.registry.identity import Sighting
from courttally.registry.resolve import Seen, SlotSeen
from courttally.registry.sentences import SentenceSeen

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _rows(table: pa.Table, *columns: str) -> Iterator[tuple[Any, ...]]:
    return zip(*(table[name].to_pylist() for name in columns), strict=True)


def _micros(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)


class Answered:
    """Codes that people gave to wordings, by the place where the wording stands: (capture, table, row)."""

    def __init__(self, seen: dict[str, pa.Table], answers: Answers) -> None:
        self._codes: dict[tuple[str, str, str, int], tuple[str, str]] = {}
        if not answers:
            return
        for capture, signal, place, digest in _rows(seen["signals"], "capture", "code", "place", "digest"):
            answer = answers.get((signal, digest))
            if answer is not None and answer.code != IGNORE:
                table, row, _ = place.rsplit(":", 2)
                # A card has one case: whichever row its result stands in, it is the case's.
                key = (signal, capture, table, 0 if table == "case" else int(row))
                self._codes[key] = (answer.code, f"answer:{digest[:12]}")

    def code(self, signal: str, capture: str, table: str, row: int, found: str | None) -> tuple[str | None, str | None]:
        """The answered code and a rule id where ``found`` is unmapped and was answered; else ``found`` and None."""
        if found != "unmapped":
            return found, None
        return self._codes.get((signal, capture, table, row), (found, None))


def load_sightings(seen: dict[str, pa.Table], answered: Answered) -> Iterator[Sighting]:
    """Every sighting whose court is known. A record without a court has no key; its page carries a signal."""
    pages = {
        capture: (included, _micros(rank), kind == "card", digest, simulated, second_hand)
        for capture, included, rank, kind, digest, simulated, second_hand in _rows(
            seen["pages"], "capture", "included_on", "rank_at", "kind", "payload_digest", "simulated", "second_hand"
        )
    }
    columns = (
        "capture", "seq", "row", "court", "branch", "proceeding", "srv_num", "case_id", "guid", "number", "uid", "uid_valid",
        "received", "received_raw", "has_received", "outcome", "outcome_rule", "ground", "result_date", "result_date_raw",
        "has_result_date", "in_force", "has_in_force", "act", "consideration", "slots", "has_slot_results", "has_events",
    )  # fmt: skip
    for capture, seq, row, court, *rest in _rows(seen["sightings"], *columns):
        if court is None:
            continue
        included, rank, card, digest, simulated, second_hand = pages[capture]
        table, at = ("case", 0) if card else ("list", row)
        rest[_OUTCOME], rule = answered.code("result_unmapped", capture, table, at, rest[_OUTCOME])
        rest[_OUTCOME + 1] = rule or rest[_OUTCOME + 1]
        found = Sighting(f"{capture}#{seq}", capture, seq, row, included, rank, card, digest, simulated, court, *rest)
        found.second_hand = second_hand
        yield found


_OUTCOME = 11  # where ``outcome`` stands behind ``court``; its rule follows


def load_seen(seen: dict[str, pa.Table], answered: Answered) -> Seen:
    """Slots with their charges, events and sentences, by sighting."""
    charges: dict[tuple[str, int, int], list[tuple[str, str | None, str, str | None, str | None]]] = {}
    for capture, seq, slot, *charge in _rows(
        seen["charges_seen"], "capture", "seq", "slot", "article", "part", "points", "stage", "role"
    ):
        charges.setdefault((capture, seq, slot), []).append(tuple(charge))
    slots: dict[str, list[SlotSeen]] = {}
    for capture, seq, slot, row, name, outcome, rule, ground, day in _rows(
        seen["accused_seen"],
        "capture",
        "seq",
        "slot",
        "row",
        "name",
        "outcome",
        "outcome_rule",
        "ground",
        "result_date",
    ):
        outcome, given = answered.code("result_unmapped", capture, "persons", row, outcome)
        rule = given or rule
        of_slot = tuple(charges.get((capture, seq, slot), ()))
        slots.setdefault(f"{capture}#{seq}", []).append(SlotSeen(row, name, outcome, rule, ground, day, of_slot))
    events: dict[str, list[tuple[str, date | None, str]]] = {}
    for capture, seq, row, event, day, result in _rows(
        seen["events_seen"], "capture", "seq", "row", "event", "day", "result"
    ):
        known, _ = answered.code("event_result_unmapped", capture, "events", row, result)
        events.setdefault(f"{capture}#{seq}", []).append((event, day, known or ""))
    sentences: dict[str, list[SentenceSeen]] = {}
    columns = [name for name in seen["sentences_seen"].column_names if name not in ("capture", "seq")]
    for capture, seq, *values in _rows(seen["sentences_seen"], "capture", "seq", *columns):
        sentences.setdefault(f"{capture}#{seq}", []).append(SentenceSeen(*values))
    return Seen(slots, events, sentences)


LISTING = (
    "capture", "payload_digest", "included_on", "rank_at", "court", "branch", "proceeding", "query", "has_url", "page", "window_axis",
    "window_from", "window_to", "filtered", "kind", "found", "range_from", "range_to", "rows_read", "rows_quarantined",
)  # fmt: skip
"""What coverage needs of the pages that bear on it, in the order of :class:`ListingPage`."""


def listing_pages(pages: pa.Table) -> Iterator[ListingPage]:
    """Columns ``LISTING`` of pages as plain values."""
    for capture, digest, included, rank, court, branch, proceeding, query, has_url, page, *rest in _rows(
        pages, *LISTING
    ):
        yield ListingPage(
            capture, digest, included, _micros(rank), court, branch, proceeding, query, has_url, page or 1, *rest
        )


def review_rows(seen: dict[str, pa.Table], answers: Answers) -> list[tuple[Any, ...]]:
    """The review queue: every wording that was not accepted, with how often and where it stands, and its answer."""
    found: dict[tuple[str, str], list[tuple[str, str, int]]] = {}
    for capture, signal, place, digest, length in _rows(
        seen["signals"], "capture", "code", "place", "digest", "length"
    ):
        if digest:
            found.setdefault((signal, digest), []).append((capture, place, length))
    rows = []
    for (signal, digest), places in sorted(found.items()):
        capture, place, length = min(places)
        answer = answers.get((signal, digest))
        captures = len({name for name, _, _ in places})
        rows.append((signal, digest, length, len(places), captures, capture, place, answer.code if answer else ""))
    return rows
