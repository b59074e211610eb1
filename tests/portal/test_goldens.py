"""Whole pages against readings made by eye (see README.md here for how they were made).

The pages are in ../shared; the goldens hold only codes, dates, numbers and masks, and were written without any reader.
"""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from courttally.law.text import normalise
from courttally.portal import read, text_at
from courttally.portal.model import Day, Page

GOLDENS = Path(__file__).parent / "goldens"
COMPARE = {path.stem: json.loads(path.read_text("utf-8"))["compare"] for path in sorted(GOLDENS.glob("*.json"))}
WHOLE = [name for name, how in COMPARE.items() if how == "whole"]
NAMED = [name for name, how in COMPARE.items() if how == "named"]

# What no eye can read off a page: rule numbers, byte offsets, and the reader's own bookkeeping.
NOT_READ_BY_EYE = frozenset({"court_basis", "layout", "latest_date", "rule", "offset", "signals"})


def golden(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((GOLDENS / f"{name}.json").read_text("utf-8"))
    return loaded


def page_of(expected: dict[str, Any], shared: Path) -> Page:
    payload = (shared / "pages" / expected["page"]).read_bytes()
    return Page(payload=payload, url=expected["url"], court_stated=expected["court_stated"])


def plain(value: Any) -> Any:
    """A reading in the shape of the goldens: dates in ISO, "" for an empty cell, None for a missing field."""
    match value:
        case Day():
            if value.value is not None:
                return value.value.isoformat()
            return {"raw": value.raw} if value.raw else ""
        case datetime():
            return value.strftime("%Y-%m-%dT%H:%M")
        case date():
            return value.isoformat()
        case list() | tuple():
            return [plain(item) for item in value]
        case dict():
            return {key: plain(item) for key, item in value.items()}
        case _ if dataclasses.is_dataclass(value):
            names = [each.name for each in dataclasses.fields(value) if each.name not in NOT_READ_BY_EYE]
            return {name: plain(getattr(value, name)) for name in names}
    return value


def differences(expected: Any, seen: Any, place: str = "page") -> Iterator[str]:
    """Every place where a reading differs from the golden. A field without an expectation must be at its default."""
    if isinstance(expected, dict) and isinstance(seen, dict):
        for key, value in expected.items():
            if key not in seen:
                yield f"{place}.{key}: the reading has no such field"
            else:
                yield from differences(value, seen[key], f"{place}.{key}")
        for key in seen.keys() - expected.keys():
            if seen[key] not in (None, "", 0, False, [], {}):
                yield f"{place}.{key}: not expected, read {seen[key]!r}"
    elif isinstance(expected, list) and isinstance(seen, list):
        if len(expected) != len(seen):
            yield f"{place}: {len(expected)} expected, {len(seen)} read"
        for index, (one, other) in enumerate(zip(expected, seen, strict=False)):
            yield from differences(one, other, f"{place}[{index}]")
    elif expected != seen or type(expected) is not type(seen):
        yield f"{place}: expected {expected!r}, read {seen!r}"


@pytest.mark.shared
@pytest.mark.parametrize("name", WHOLE)
def test_a_page_is_read_whole_as_the_eye_reads_it(name: str, shared: Path) -> None:
    expected = golden(name)
    reading = read(page_of(expected, shared))
    seen, wanted = plain(reading), expected["reading"]
    signals = wanted.pop("signals")
    found = list(differences(wanted, seen))
    assert not found, "\n".join([f"{len(found)} differences in {name}:", *sorted(found)])
    assert Counter((each.code, each.place) for each in reading.signals) == Counter(map(tuple, signals))


@pytest.mark.shared
@pytest.mark.parametrize("name", NAMED)
def test_a_page_is_of_the_kind_the_eye_sees(name: str, shared: Path) -> None:
    expected = golden(name)
    seen = plain(read(page_of(expected, shared)))
    named = {key: seen[key] for key in expected["reading"]}
    assert named == expected["reading"]


@pytest.mark.shared
@pytest.mark.parametrize("name", WHOLE)
def test_a_locator_counted_by_eye_leads_to_its_line(name: str, shared: Path) -> None:
    expected = golden(name)
    page = page_of(expected, shared)
    lines = {locator: text_at(page, locator) for locator, _ in expected["locators"]}
    missed = {
        locator: (text, lines[locator])
        for locator, text in expected["locators"]
        if normalise(text) not in normalise(lines[locator])
    }
    assert not missed


def test_goldens_are_complete_enough_to_fail() -> None:
    """No golden has come down to nothing: every page is there once, and the whole ones say how many cases they hold."""
    assert len({golden(name)["page"] for name in WHOLE + NAMED}) == 11
    cases = {name: len(golden(name)["reading"]["cases"]) for name in WHOLE}
    assert cases == {
        "card_appeal_vnkod": 1,
        "card_first_instance_mixed_skin": 1,
        "card_military_appeal_custody_material": 1,
        "listing_vnkod": 1,
        "card_criminal_first_instance_primary": 1,
        "listing_criminal_first_instance_primary": 9,
        "listing_military_district_court_names_hidden": 22,
    }
