"""The way back from a place to its line and to the name of its column."""

import pytest
from reader_kit import primary_card, primary_url

from courttally.portal import Page, PageLines

CARD = Page(
    primary_card("Уголовные дела - первая инстанция", "1-7/2024", [("ДЕЛО", [("<b>Дата поступления</b>", "10.01.2024")])]).encode("cp1251"),
    primary_url(1540006, 0),
    court_stated="77GV0013",
)  # fmt: skip


def test_a_place_leads_to_its_text_and_its_label() -> None:
    lines = PageLines(CARD)
    row = next(row for row in range(9) if lines.text(f"case:{row}:0") == "Дата поступления")
    assert lines.text(f"case:{row}:1") == "10.01.2024"
    assert lines.label(f"case:{row}:1") == "Дата поступления"


@pytest.mark.parametrize("place", ["case:999:1", "case:-1:1", "case:x:1", "list:0:0"])
def test_a_place_that_a_page_does_not_have_is_said_to_be_none(place: str) -> None:
    lines = PageLines(CARD)
    with pytest.raises(KeyError):
        lines.label(place)
