"""What a person is told: a mass drop, a fill rate that fell. Numbers worked out by hand."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from courttally.archive import CoverageLedger
from courttally.collect.book import Book, CourtTally
from courttally.collect.signals import fallen, mass_drop
from courttally.collect.state import State
from courttally.collect.windows import Window

WINDOW = Window("25GV0001", "first", "received", date(2024, 1, 1), date(2024, 3, 31))


def now() -> datetime:
    return datetime(2024, 7, 1, tzinfo=UTC)


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return Book(State(tmp_path, writing=True), CoverageLedger(tmp_path), now)


@pytest.mark.parametrize(
    ("expected", "shown", "told"),
    [(10, 7, False), (10, 6, True), (9, 0, False), (100, 70, False), (100, 69, True), (10, 12, False)],
)
def test_a_list_that_lacks_more_than_three_in_ten_is_told(book: Book, expected: int, shown: int, told: bool) -> None:
    mass_drop(book, WINDOW, expected, shown)
    assert bool(book.tally(WINDOW.court).signals) == told


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [((20, 20), (14, 20), False), ((20, 20), (13, 20), True), ((8, 8), (0, 20), False), ((20, 20), (0, 8), False)],
)
def test_a_fill_rate_that_fell_by_more_than_thirty_points_is_told(
    book: Book, before: tuple[int, int], after: tuple[int, int], told: bool
) -> None:
    for rates in (before, after):
        book.tallies[WINDOW.court] = CourtTally(WINDOW.court, filled={"number": rates})
        fallen(book, WINDOW.court)
    assert bool(book.tally(WINDOW.court).signals) == told
