"""Seen tables as the plain values that row logic takes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa

from courttally.registry.coverage import ListingPage
from courttally.registry.identity import Sighting
from courttally.registry.resolve import Seen, SlotSeen

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _rows(table: pa.Table, *columns: str) -> Iterator[tuple[Any, ...]]:
    return zip(*(table[name].to_pylist() for name in columns), strict=True)


def _micros(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)


def load_sightings(seen: dict[str, pa.Table]) -> Iterator[Sighting]:
    """Every sighting whose court is known. A record without a court has no key; its page carries a signal."""
    pages = {
        capture: (included, _micros(rank), kind == "card", digest, simulated)
        for capture, included, rank, kind, digest, simulated in _rows(
            seen["pages"], "capture", "included_on", "rank_at", "kind", "payload_digest", "simulated"
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
        included, rank, card, digest, simulated = pages[capture]
        yield Sighting(f"{capture}#{seq}", capture, seq, row, included, rank, card, digest, simulated, court, *rest)


def load_seen(seen: dict[str, pa.Table]) -> Seen:
    """Slots with their charges, and events, by sighting."""
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
        of_slot = tuple(charges.get((capture, seq, slot), ()))
        slots.setdefault(f"{capture}#{seq}", []).append(SlotSeen(row, name, outcome, rule, ground, day, of_slot))
    events: dict[str, list[tuple[str, date | None, str]]] = {}
    for capture, seq, event, day, result in _rows(seen["events_seen"], "capture", "seq", "event", "day", "result"):
        events.setdefault(f"{capture}#{seq}", []).append((event, day, result))
    return Seen(slots, events)


def listing_pages(seen: dict[str, pa.Table]) -> Iterator[ListingPage]:
    """The captures that bear on coverage: listings and "no data" answers of a known court and proceeding."""
    columns = (
        "capture", "payload_digest", "included_on", "rank_at", "court", "branch", "proceeding", "query", "has_url", "page",
        "window_axis", "window_from", "window_to", "filtered", "kind", "found", "range_from", "range_to", "rows_read",
        "rows_quarantined", "name_op",
    )  # fmt: skip
    for capture, digest, included, rank, court, branch, proceeding, query, has_url, page, *rest, name_op in _rows(
        seen["pages"], *columns
    ):
        kind = rest[4]
        if court is None or not branch or kind not in ("listing", "no_data") or name_op == "r_juid":
            continue
        yield ListingPage(
            capture, digest, included, _micros(rank), court, branch, proceeding, query, has_url, page or 1, *rest
        )
