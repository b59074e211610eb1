"""The case page and the trace: every record names the pages it was seen on, and a sentence the page that tells it."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from registry_kit import listing_page, write
from test_registry_texts import KEY, LIST, NEWS, ONE, Newsroom, act, act_url, listing, press, press_url

from courttally.archive import Archive
from courttally.engine import Engine
from courttally.registry.build import build
from courttally.registry.case import read_case
from courttally.registry.snapshot import current
from courttally.registry.trace import Tracer

BARE = ("", "1-5/2024", "01.02.2024", "А - ст.337 ч.5 УК РФ", "", "")
FULL = ("31", *BARE[1:])
PROVISIONAL = "25GV0001:criminal:first:1:no:1-5/2024@2024-02-01"


def case(home: Path, record: str, as_of: date = date(2026, 1, 1)) -> dict[str, Any]:
    with Engine(current(home).path) as engine:
        return read_case(engine, record, as_of)


def seen_on(home: Path, record: str, as_of: date = date(2026, 1, 1)) -> list[str]:
    return [sighting["seen_on"] for sighting in case(home, record, as_of)["sightings"]]


def test_a_record_without_case_id_names_the_pages_it_was_seen_on(tmp_path: Path) -> None:
    other = ("", "1-6/2024", *BARE[2:])
    write(tmp_path, listing_page([BARE, other]), datetime(2024, 3, 1, 9, tzinfo=UTC))
    write(tmp_path, listing_page([BARE]), datetime(2024, 3, 5, 9, tzinfo=UTC))
    build(tmp_path)
    assert seen_on(tmp_path, PROVISIONAL) == ["2024-03-01 12:00 Moscow", "2024-03-05 12:00 Moscow"]
    assert seen_on(tmp_path, PROVISIONAL.replace("1-5", "1-6")) == ["2024-03-01 12:00 Moscow"]
    assert seen_on(tmp_path, PROVISIONAL, date(2024, 3, 4)) == ["2024-03-01 12:00 Moscow"]


def test_a_record_that_took_another_over_names_both_their_pages(tmp_path: Path) -> None:
    write(tmp_path, listing_page([BARE]), datetime(2024, 3, 1, 9, tzinfo=UTC))
    write(tmp_path, listing_page([FULL]), datetime(2024, 3, 5, 9, tzinfo=UTC))
    build(tmp_path)
    both = ["2024-03-01 12:00 Moscow", "2024-03-05 12:00 Moscow"]
    assert seen_on(tmp_path, "25GV0001:criminal:first:1:31") == both
    assert seen_on(tmp_path, PROVISIONAL) == both
    assert seen_on(tmp_path, PROVISIONAL, date(2024, 3, 4)) == both[:1]


def test_a_sentence_is_on_the_case_page_with_the_page_that_tells_it(tmp_path: Path) -> None:
    room = Newsroom(tmp_path)
    room.take("2024-04-20", LIST, listing(ONE))
    room.take("2024-04-21", press_url(77), press(NEWS))
    room.take("2024-04-29", act_url(9001), act())
    build(tmp_path)
    found = case(tmp_path, f"{KEY}70")
    (accused,) = found["accused"]
    assert accused["sentence"] == {
        "words": "imprisonment, 66 months, not suspended, general regime",
        "evidence": "text",
        "second_hand": False,
    }
    assert [(text["kind"], text["way"], text["seen_on"]) for text in found["texts"]] == [
        ("press", "press_day", "2024-04-21 12:00 Moscow"),
        ("text", "act_link", "2024-04-29 12:00 Moscow"),
    ]
    assert found["second_hand"] is False
    before = case(tmp_path, f"{KEY}70", date(2024, 4, 21))
    assert before["accused"][0]["sentence"]["words"] == "imprisonment, 72 months, not suspended, general regime"
    assert case(tmp_path, f"{KEY}70", date(2024, 4, 20))["accused"][0]["sentence"] is None
    json.dumps(found)


def test_a_sentence_is_traced_to_its_fragment_which_only_a_terminal_sees(tmp_path: Path) -> None:
    room = Newsroom(tmp_path)
    room.take("2024-04-01", LIST, listing(ONE))
    room.take("2024-04-09", act_url(9001), act())
    build(tmp_path)
    shown = {}
    with Engine(current(tmp_path).path) as engine:
        for reveal in (False, True):
            found = Tracer(engine, Archive(tmp_path), reveal=reveal).record(f"{KEY}70", date(2024, 5, 1))
            (shown[reveal],) = [each for each in found if each.field == "sentence of accused 1"]
    assert shown[False].value == "imprisonment, 66 months, not suspended, general regime"
    assert shown[False].text == "⟦text⟧"
    assert "лишения свободы" in shown[True].text
    assert shown[False].locator == shown[True].locator
    assert shown[False].locator.startswith("text:0:")
