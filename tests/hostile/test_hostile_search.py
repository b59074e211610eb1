"""A search led by what pages reach in the reader: none crashes it, none makes it invent a value, none is read in two ways."""

import functools
import gc
import random
import traceback
from pathlib import Path

import pytest
from page_checks import faults
from page_fuzz import BIGGEST, Search, invented, search
from page_mutants import MUTATORS
from page_seeds import own_seeds

import courttally.portal
from courttally.portal import Page, chrome, read

PORTAL = Path(courttally.portal.__file__).parent
# Three pages of each kind, the small ones first: tracing makes every page twenty times as long.
SMALL = sorted(own_seeds(), key=lambda seed: (len(seed.page.payload), seed.name))
SEEDS = [
    seed
    for n, seed in enumerate(SMALL)
    if len(seed.page.payload) <= BIGGEST and sum(s.kind == seed.kind for s in SMALL[:n]) < 12
]


def forget() -> None:
    """Empty the caches of the reading rooms, so that a search does not depend on what was read before it."""
    chrome.forget()
    for thing in gc.get_objects():
        if isinstance(thing, functools._lru_cache_wrapper) and str(getattr(thing, "__module__", "")).startswith(
            "courttally.portal"
        ):
            thing.cache_clear()


def look(index: int, payload: bytes) -> list[str]:
    seed = SEEDS[index].page
    page = Page(payload, seed.url, "GET", seed.court_stated, seed.status)
    try:
        reading = read(page)
    except Exception:  # noqa: BLE001 - a reader that raises anything at all is what we look for
        return [f"raised {traceback.format_exc(limit=-2)}"]
    wrong = faults(page, reading) + invented(page, reading)
    return wrong if read(page) == reading else [*wrong, "read in two ways"]


def led(pages: int, number: int) -> Search:
    forget()
    return search([seed.page.payload for seed in SEEDS], MUTATORS, look, PORTAL, pages, number)


@pytest.mark.parametrize("number", range(2))
def test_pages_that_reach_new_lines(number: int) -> None:
    found = led(500, number)
    assert not found.faults, "\n".join(found.faults[:5])
    assert {"listing", "card", "search_form", "no_data"} <= {seed.kind for seed in SEEDS}
    # A search that reached nothing new would pass as well.
    assert len(found.kept) > len(SEEDS) + 30
    assert len(found.ways) > found.at_first * 1.05


@pytest.mark.long
@pytest.mark.parametrize("number", range(10, 14))
def test_many_pages_that_reach_new_lines(number: int) -> None:
    found = led(3000, number)
    assert not found.faults, "\n".join(found.faults[:5])


def stairs(text: bytes) -> int:
    """Every step is taken only by whom took the one before."""
    if text[:1] == b"k":
        if text[1:2] == b"e":
            if text[2:3] == b"y":
                if text[3:4] == b"s":
                    return 4
                return 3
            return 2
        return 1
    return 0


def one_letter(rng: random.Random, text: bytes, other: bytes) -> bytes:
    at = rng.randrange(len(text))
    return text[:at] + bytes([rng.randrange(97, 123)]) + text[at + 1 :]


def test_the_search_is_led_by_what_is_reached() -> None:
    """Four right letters by chance take half a million trials; one after another, some thousand."""
    reached: set[int] = set()

    def climb(index: int, text: bytes) -> list[str]:
        reached.add(stairs(text))
        return []

    search([b"aaaa"], [one_letter], climb, Path(__file__), 6000, 1)
    assert reached == {0, 1, 2, 3, 4}


def test_the_check_finds_invented_values() -> None:
    seed = next(seed for seed in SEEDS if seed.kind == "listing").page
    reading = read(seed)
    assert invented(seed, reading) == []
    emptied = Page(b"", None)
    assert {
        "a case number that is not on the page",
        "a case_id that is not on the page",
        "a day that is not on the page",
    } <= set(invented(emptied, reading))
