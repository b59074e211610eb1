"""Decisions and press items on pages of their own, as plain values: what each says, and what its page prints of the case it is about.

Invariants: taken are texts that say something of a person, on pages of a known court; nothing is matched here.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from courttally.registry.sentences import PRESS, TEXT, SentenceSeen, Text

SETTLED = 30
"""Days after a decision by which courts have posted nearly all results."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UPPER = ("appeal_", "cassation_")
_SHORT_YEAR = re.compile(r"/(\d\d)$")


@dataclass(frozen=True, slots=True)
class FreeText:
    """A text on a page of its own, with what its page prints of the case it is about."""

    text: Text
    kind: str
    capture: str
    digest: str
    length: int
    included_on: date
    court: str
    branch: str
    proceeding: str
    srv_num: int
    act_id: int | None
    numbers: frozenset[str]
    uid: str | None
    day: date | None
    published: date | None
    heading_court: str | None
    settled_on: date | None
    """The first day on which the court's results of the item's day could be expected to be posted, and were looked at."""
    upper: bool
    """Whether its heading says that it is an appeal's or a cassation's: then its number is another court's own."""


def whole_year(number: str | None) -> str:
    """A case number with four digits of its year, as texts and pages differ in that."""
    return _SHORT_YEAR.sub(r"/20\1", number) if number else ""


def extras(sightings: pa.Table) -> Iterator[tuple[str, tuple[tuple[str, ...], tuple[int, ...]]]]:
    """Sighting -> (earlier numbers, numbers of linked decisions) where it has any, which few have."""
    some = pc.or_(pc.is_valid(sightings["act_ids"]), pc.not_equal(sightings["earlier"], ""))
    few = sightings.select(["capture", "seq", "earlier", "act_ids"]).filter(pc.fill_null(some, False))
    for capture, seq, earlier, acts in zip(*(column.to_pylist() for column in few.columns), strict=True):
        numbers = tuple(whole_year(number) for number in (earlier or "").split())
        yield f"{capture}#{seq}", (numbers, tuple(int(act) for act in (acts or "").split()))


def free_texts(
    seen: dict[str, pa.Table], said: Mapping[str, Sequence[SentenceSeen]], looked_at: Iterable[tuple[str, date]]
) -> Iterator[FreeText]:
    """The texts on pages of their own that say something of a person, of known courts, in order of capture. ``looked_at``: (court, day) on
    which its lists or cards of criminal first instance were captured, in order."""
    heads = _by_capture(seen["documents_seen"].filter(pc.equal(seen["documents_seen"]["seq"], -1)))
    press = _by_capture(seen["press_seen"])
    if not heads and not press:
        return
    looked: dict[str, list[date]] = {}
    for court, day in looked_at:
        looked.setdefault(court, []).append(day)
    for page in _by_capture(
        seen["pages"].filter(pc.is_in(seen["pages"]["kind"], pa.array(["decision", "press_item"])))
    ).values():
        capture, court = page["capture"], page["court"]
        sentences = tuple(said.get(f"{capture}#-1", ()))
        own = heads.get(capture) or press.get(capture)
        if not sentences or own is None or court is None:
            continue
        kind = TEXT if capture in heads else PRESS
        numbers = [own["number"], *(own["earlier"] or "").split()] if kind == TEXT else [own["number"]]
        moment = page["rank_at"]
        day = own["day"] if kind == TEXT else own["decided"]
        text = Text(
            ref=f"{capture}#-1",
            identity=f"{court} {page['query'] or own['digest']}",
            order=page["text_number"] or 1,
            rank=(moment - _EPOCH) // timedelta(microseconds=1),
            second_hand=page["second_hand"],
            sentences=tuple(sentences),
        )
        yield FreeText(
            text=text,
            kind=kind,
            capture=capture,
            digest=own["digest"],
            length=own["length"],
            included_on=page["included_on"],
            court=court,
            branch=page["branch"],
            proceeding=page["proceeding"],
            srv_num=page["srv_num"] or 1,
            act_id=page["document"],
            numbers=frozenset(whole_year(number) for number in numbers if number),
            uid=own.get("uid"),
            day=day,
            published=own.get("published"),
            heading_court=own["court"] if kind == TEXT else None,
            settled_on=_settled(looked.get(court, ()), day),
            upper=kind == TEXT and own["kind"].startswith(_UPPER),
        )


def _settled(days: Sequence[date], decided: date | None) -> date | None:
    if decided is None:
        return None
    at = bisect_left(days, decided + timedelta(days=SETTLED))
    return days[at] if at < len(days) else None


def _by_capture(table: pa.Table) -> dict[str, dict[str, Any]]:
    return {row["capture"]: row for row in table.to_pylist()}
