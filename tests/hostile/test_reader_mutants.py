"""Mutants of the reader itself: each plausible slip turns the suite red.

A slip is put in by monkeypatching; then the comparisons that guard the reader (goldens read by eye, and the example corpus,
whose truth was written before its pages) must find a difference. Unspoiled, they find none.
"""

import functools
import gc
import importlib
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import page_seeds
import pytest
from page_run import capture_of
from simulated.truth import Capture, Case

from courttally.law import charges, outcomes, text
from courttally.portal import Page, card, cells, kinds, listing, read, reader, sections, values, vocabulary
from courttally.registry.reading import read_batch
from courttally.rehearsal import world as rehearsal
from courttally.rehearsal.addresses import address
from courttally.rehearsal.model import FIRST, branch_of
from courttally.rehearsal.pages import Renderer
from courttally.rehearsal.policy import MIXED, VNKOD
from courttally.rehearsal.render_primary import encoded
from courttally.rehearsal.shown import face, visible

CONTENT = [capture for capture in page_seeds.build_world().captures if capture.kind in ("listing", "card")][::4]


def forget_readings() -> None:
    """Empty every cache of the reading rooms: what was read before a slip must not hide it."""
    for thing in gc.get_objects():
        if isinstance(thing, functools._lru_cache_wrapper) and str(getattr(thing, "__module__", "")).startswith(
            "courttally."
        ):
            thing.cache_clear()


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    forget_readings()
    yield
    forget_readings()


def said_of(capture: Capture, case: Case) -> dict[str, Any]:
    """What the page says of a case, from the world it was made from."""
    face = case.face(capture.shown_at)
    assert face is not None
    stages, roles = (
        {"1": "preparation", "2": "preparation", "3": "attempt"},
        {"3": "organiser", "4": "instigator", "5": "accomplice"},
    )
    people = [
        [
            (c.article, c.part, tuple(c.points), stages.get(c.stage or ""), roles.get(c.role or ""))
            for c in person.charges
        ]
        for person in face.people
    ]
    hidden = ["⟦name⟧" if person.name else "⟦hidden⟧" for person in face.people]
    outcome = face.result.outcome if face.result else ""
    return {
        "case_id": None if case.key in capture.linkless else case.case_id,
        "charges": people,
        "names": hidden,
        "outcome": outcome,
        "received": face.received,
    }


def corpus_differences() -> list[str]:
    """Every case of the example corpus that is not read as it was made."""
    found = []
    for capture in CONTENT:
        reading = read(Page(page_seeds.rendered(capture), capture.url, "GET", capture.court.code, 200))
        if (reading.kind, reading.court, reading.proceeding) != (capture.kind, capture.court.code, "first"):
            found.append(f"{capture.kind} is {reading.kind} of {reading.court}, {reading.proceeding}")
            continue
        if len(reading.cases) != len(capture.cases):
            found.append(f"{len(capture.cases)} cases, {len(reading.cases)} read")
            continue
        for case, seen in zip(capture.cases, reading.cases, strict=True):
            made = said_of(capture, case)
            people = seen.accused or []
            received = (
                seen.received.value.strftime("%d.%m.%Y")
                if seen.received and seen.received.value
                else (seen.received.raw if seen.received else "")
            )
            read_as = {
                "case_id": seen.case_id,
                "charges": [
                    [(c.article, c.part, c.points, c.stage, c.role) for c in person.charges] for person in people
                ],
                "names": [person.name for person in people],
                "outcome": seen.result.outcome if seen.result else "",
                "received": received,
            }
            found += [f"{name}: {made[name]} read as {read_as[name]}" for name in made if made[name] != read_as[name]]
    return found


def proceeding_differences() -> list[str]:
    """Records of the rehearsal's pages that are not of the branch and proceeding they were made in."""
    found = []
    for seed in page_seeds.own_seeds():
        if not seed.name.startswith("rehearsal-PRIMARY-") or seed.kind not in ("listing", "card"):
            continue
        made = seed.name.split("-")[2]
        rows = read_batch([capture_of(seed.page)])["sightings"].to_pylist()
        if not rows:
            found.append(f"{seed.name}: no record")
        found += [
            f"{seed.name}: {row['branch']} {row['proceeding']}"
            for row in rows
            if (row["branch"], row["proceeding"]) != branch_of(made)
        ]
    return found


def second_printing_differences() -> list[str]:
    """Tables of VNKOD and the mixed skin, which print everything twice or thrice, that are not read as they were made, once."""
    world = rehearsal.build("small", 5)
    renderer = Renderer(world)
    day = world.end + 400
    found: list[str] = []
    seen: Counter[str] = Counter()
    for (court, proceeding), records in sorted(world.by_court.items()):
        engine = renderer.engine(court, proceeding, day)
        if engine not in (VNKOD, MIXED) or proceeding != FIRST:
            continue
        for record in [record for record in records if visible(record, day)][:4]:
            made = face(record, world.policies[court], day, world.by_ref)
            url = address(world.courts[court].host, renderer.card_query(record, day))
            (case,) = read(Page(encoded(renderer.card(record, day)()), url, "GET", court, 200)).cases
            days = [event.day.value.strftime("%d.%m.%Y") if event.day.value else "" for event in case.events or ()]
            if days != [event.day for event in made.events]:
                found.append(f"{engine}: {len(made.events)} events read as {len(days)}")
            if len(case.accused or ()) != len(made.slots):
                found.append(f"{engine}: {len(made.slots)} accused read as {len(case.accused or ())}")
            seen[engine] += len(made.events)
    assert min(seen[VNKOD], seen[MIXED]) > 3
    return found


def golden_differences(folder: Path) -> list[str]:
    """Every place where a real page is not read as the eye reads it."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "portal"))
    goldens = importlib.import_module("test_goldens")
    found: list[str] = []
    for name in (*goldens.WHOLE, *goldens.NAMED):
        expected = goldens.golden(name)
        wanted = {key: value for key, value in expected["reading"].items() if key != "signals"}
        seen = goldens.plain(read(goldens.page_of(expected, folder)))
        if expected["compare"] != "whole":
            seen = {key: seen[key] for key in wanted}
        found += list(goldens.differences(wanted, seen))
    return found


def part_3_1_as_3(patch: pytest.MonkeyPatch) -> None:
    """The part of an article is cut at its dot."""
    real = cells.parse_charges

    def cut(cell: str) -> charges.ChargeReading:
        return real(re.sub(r"(ч\.?\s*\d+)\.\d+", r"\1", cell))

    patch.setattr(cells, "parse_charges", cut)


def hidden_names_skipped(patch: pytest.MonkeyPatch) -> None:
    """A person whose name is hidden is no person."""
    real = cells.read_slots

    def skipping(*arguments: Any) -> Any:
        return [slot for slot in real(*arguments) if slot.name != values.HIDDEN]

    patch.setattr(listing, "read_slots", skipping)


def look_alikes_ignored(patch: pytest.MonkeyPatch) -> None:
    """A Latin c is no Cyrillic с."""

    def plain(words: str) -> str:
        return " ".join(words.casefold().split()).replace("ё", "е")

    for room in (text, outcomes, cells, kinds, listing, reader):
        if hasattr(room, "normalise"):
            patch.setattr(room, "normalise", plain)
    patch.setattr(text, "LOOK_ALIKES", {})


def materials_are_cases(patch: pytest.MonkeyPatch) -> None:
    """22К, 3/x and 4/x count as cases of first instance."""
    for pair, (branch, proceeding) in list(vocabulary.PAIRS.items()):
        if branch == "criminal" and proceeding in ("material", "appeal"):
            patch.setitem(vocabulary.PAIRS, pair, ("criminal", "first"))


def persons_not_split(patch: pytest.MonkeyPatch) -> None:
    """All persons of a cell are one."""
    patch.setattr(cells, "slots_of", lambda cell: [("x", cell.partition(" - ")[2])] if cell else [])


def results_by_a_piece_of_their_text(patch: pytest.MonkeyPatch) -> None:
    """Whatever holds the word for "verdict" is one."""
    real = outcomes.case_outcome
    verdict = real("Вынесен ПРИГОВОР")
    patch.setattr(outcomes, "case_outcome", lambda cell: verdict if cell.strip() else None)


def days_and_months_swapped(patch: pytest.MonkeyPatch) -> None:
    real = values.parse_day
    patch.setattr(cells, "parse_day", lambda cell: real(re.sub(r"(\d\d)\.(\d\d)\.(\d{4})", r"\2.\1.\3", cell)))


def links_without_case_id(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(listing, "parse_case_link", lambda href: None)


def second_printings_read(patch: pytest.MonkeyPatch) -> None:
    """A tab is every table of the page with its columns, the printings for small screens and paper too."""
    once = card._read_tab

    def everywhere(reading: Any, marks: Any, case: Any, tab: Any, notes: Any) -> None:
        once(reading, marks, case, tab, notes)
        own = card.tables_in(tab.node)
        for table in marks.zone.css("table") if own and tab.code == "events" else ():
            rows = marks.rows(table)
            if table.mem_id != own[0].mem_id and rows and rows[0].texts == marks.rows(own[0])[0].texts:
                events = case.events
                sections.read_events(reading, case, rows, tab.code, notes)
                case.events = [*events, *case.events]

    patch.setattr(card, "_read_tab", everywhere)


SLIPS: tuple[Callable[[pytest.MonkeyPatch], None], ...] = (
    part_3_1_as_3,
    hidden_names_skipped,
    look_alikes_ignored,
    materials_are_cases,
    persons_not_split,
    results_by_a_piece_of_their_text,
    days_and_months_swapped,
    links_without_case_id,
    second_printings_read,
)
# What the goldens of real pages do not show, and only the pages made here do (the test above).
NOT_ON_REAL_PAGES = frozenset({"part_3_1_as_3", "look_alikes_ignored", "materials_are_cases"})


def test_the_reader_as_it_is_passes() -> None:
    assert corpus_differences() == []
    assert second_printing_differences() == []
    assert proceeding_differences() == []


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip.__name__)
def test_a_slip_turns_the_suite_red(
    slip: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    slip(monkeypatch)
    forget_readings()
    assert corpus_differences() + proceeding_differences() + second_printing_differences()


@pytest.mark.shared
def test_the_reader_as_it_is_passes_the_goldens(shared: Path) -> None:
    assert golden_differences(shared) == []


@pytest.mark.shared
@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip.__name__)
def test_a_slip_turns_the_goldens_red(
    slip: Callable[[pytest.MonkeyPatch], None], shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slip(monkeypatch)
    forget_readings()
    assert golden_differences(shared) or slip.__name__ in NOT_ON_REAL_PAGES
