"""What must hold of the reading of any page whatever.

Invariants: the rules here are written from the design (accepted forms of values, counted rows, kinds), in their own words;
vocabularies are taken from the data tables that name them. Nothing here repeats how the reader works.
"""

import dataclasses
import re
import tomllib
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from courttally.law import outcomes
from courttally.portal import Page, Reading, model, vocabulary
from courttally.registry import signals

FORMS = tuple(
    re.compile(form)
    for form in (
        r"⟦name⟧|⟦hidden⟧",
        r"[0-9a-f]{64}",
        r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        r"[0-9]{2}[A-Z]{2}[0-9]{4}-0[1-9]-(?:19|20)[0-9]{2}-[0-9]{6}-[0-9]{2}",
        # A registration number: index with few letters, serial, year.
        r"(?:[0-9]{1,3}[А-ЯЁA-Zа-яё]{0,2}|[А-ЯЁA-Z]{1,3})(?:/[0-9]{1,3})?(?:-[А-ЯЁA-Z]{1,2})?-[0-9]{1,6}(?:/[0-9]{2,4})?",
        r"[А-ЯЁ]{1,2}/[0-9]{1,6}",
        # Article, part, point.
        r"[0-9]{1,3}(?:\.[0-9]{1,2})?",
        r"[а-яё](?:\.[0-9])?",
        r"(?:[01]?[0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?",
        r"[0-9.: ]{1,40}",
        # Table, row, column (or the name of a field that is missing).
        r"[a-z_]{1,20}(?:\.[0-9])?:[0-9]{1,9}:(?:[0-9]{1,9}|[a-z_]{1,20})",
        r"[0-9]{2}[A-Z]{2}[0-9]{4}",
    )
)
STORED_AS_32_BITS = frozenset(
    {"row", "srv_num", "rows_read", "rows_quarantined", "last_page", "range_from", "range_to", "index"}
)
LISTING_MARKS = ("tablcont", "resulttable")


@cache
def vocabulary_words() -> frozenset[str]:
    """Every code that a reading may hold."""
    words = {
        "",
        "unmapped",
        "primary",
        "vnkod",
        "mixed",
        "other",
        "yes",
        "no",
        "unknown",
        "host",
        "stated",
        "page",
        *model.KINDS,
    }
    for rules in outcomes.vocabulary().sections.values():
        for rule in rules:
            words |= {rule.code, rule.id, rule.ground or ""}
    words |= outcomes.OUTCOMES | signals.codes()
    words |= {
        "preparation",
        "attempt",
        "unfinished",
        "organiser",
        "instigator",
        "accomplice",
        "perpetrator",
        "complicity",
        "rf",
        "rsfsr",
    }
    words |= {
        "verdict",
        "ruling",
        "determination",
        "decision",
        *(f"{level}_{kind}" for level in ("appeal", "cassation") for kind in ("verdict", "ruling", "determination")),
    }
    words |= {"list", "acts", "heading", "category", "hearings", "press", "decision"}
    for value in vars(vocabulary).values():
        words |= set(_codes_in(value))
    for path in Path(vocabulary.__file__).parent.glob("*.toml"):
        words |= set(_codes_in(tomllib.loads(path.read_text("utf-8"))))
    return frozenset(words)


def _codes_in(value: Any) -> Iterator[str]:
    """The codes that a table of the vocabulary maps to: ASCII words, nested or not."""
    match value:
        case str():
            if re.fullmatch(r"-?[a-z_]{1,30}", value):
                yield value
        case dict():
            for item in value.values():
                yield from _codes_in(item)
        case list() | tuple() | set() | frozenset():
            for item in value:
                yield from _codes_in(item)


def strings_of(value: Any, place: str = "reading") -> Iterator[tuple[str, Any]]:
    """Every plain value in a reading with its place, keys of tables too."""
    match value:
        case dict():
            for key, item in value.items():
                yield f"{place} key", key
                yield from strings_of(item, f"{place}[]")
        case list() | tuple():
            for item in value:
                yield from strings_of(item, f"{place}[]")
        case _ if dataclasses.is_dataclass(value):
            for each in dataclasses.fields(value):
                yield from strings_of(getattr(value, each.name), f"{place}.{each.name}")
        case _:
            yield place, value


def accepted(text: str, page: Page) -> bool:
    """Whether a string is a code of a vocabulary or of an accepted form."""
    if text in vocabulary_words() or any(form.fullmatch(text) for form in FORMS):
        return True
    if ":" in text and all(word and word in vocabulary_words() for word in text.split(":")):
        return True  # a rule with the section it stands in
    if text.startswith("other:"):
        # A court that the directory does not know: as the request states it, never as the page does.
        name = text.removeprefix("other:")
        return name.lower() in (page.url or "").lower() or text == (page.court_stated or "").strip()
    return False


def faults(page: Page, reading: Reading, planted: frozenset[str] = frozenset()) -> list[str]:
    """Everything that is wrong with the reading of ``page``, without text of the page."""
    found = []
    for place, value in strings_of(reading):
        match value:
            case str():
                if not accepted(value, page):
                    found.append(f"{place}: a text of no accepted form ({len(value)} characters: {value[:60]!a})")
                if any(word in value.casefold() for word in planted):
                    found.append(f"{place}: a planted word")
            case bool() | None | datetime() | date():
                pass
            case int():
                bits = 31 if place.rsplit(".", 1)[-1] in STORED_AS_32_BITS else 63
                if not -1 <= value < 1 << bits:
                    found.append(f"{place}: a number that no table can hold")
            case _:
                found.append(f"{place}: a {type(value).__name__}")
    if reading.kind not in model.KINDS:
        found.append("a kind of page that does not exist")
    found += _kind_faults(page, reading)
    if reading.kind == "listing" and reading.engine == "primary":
        found += _row_faults(page, reading)
    return found


def _kind_faults(page: Page, reading: Reading) -> Iterator[str]:
    raw = page.payload.replace(b"\x00", b"").lower()
    if reading.kind == "listing" and not any(mark.encode() in raw for mark in LISTING_MARKS):
        yield "a listing without a result table"
    if reading.kind not in ("listing", "card", "hearing_list", "press_item", "decision", "export_row") and (
        reading.cases or reading.rows_read
    ):
        yield f"cases on a page of kind {reading.kind}"
    if reading.kind == "unknown" and not any(signal.code == "kind_unknown" for signal in reading.signals):
        yield "an unknown page without a signal"
    if (
        reading.kind == "no_data"
        and b"\xed\xe5" not in raw
        and "не".encode() not in raw
        and b"&#" not in raw
        and b"n" not in raw
    ):
        yield "no data, and the page does not say so"
    quarantined = sum(signal.code == "row_quarantined" for signal in reading.signals)
    if reading.rows_quarantined > quarantined:
        yield f"{reading.rows_quarantined} rows set aside, {quarantined} signals"
    if reading.kind == "listing" and len(reading.cases) != reading.rows_read:
        yield f"{reading.rows_read} rows read, {len(reading.cases)} cases"


def _row_faults(page: Page, reading: Reading) -> Iterator[str]:
    """rows read + rows set aside = rows of some table on the page that have cells, header excluded, nested tables apart."""
    from courttally.portal.tables import decode

    tree = LexborHTMLParser(decode(page.payload)[0])
    held = reading.rows_read + reading.rows_quarantined
    sizes = set()
    for table in tree.css("table#tablcont"):
        rows = [
            row
            for row in table.css("tr")
            if _host(row, "table") == table.mem_id
            and any(_host(cell, "tr") == row.mem_id for cell in row.css("td, th"))
        ]
        sizes.add(len(rows) - 1)
    if held not in sizes:
        yield f"{held} rows read or set aside, the tables have {sorted(sizes)}"


def _host(node: LexborNode, tag: str) -> int:
    above = node.parent
    while above is not None and above.tag != tag:
        above = above.parent
    return above.mem_id if above is not None else 0
