"""The statute table against the law as the reference tells it (law.md 3.1), read by eye."""

from datetime import date

import pytest

from courttally.law import statutes
from courttally.law.statutes import Severity, is_wartime, severity, wartime_parts

BEFORE = date(2022, 9, 23)
AMENDED = date(2022, 9, 24)  # law 365-FZ in force

# article, part, longest and shortest term in months, read in a public text?, in force before the amending law?
BY_EYE = [
    ("332", "1", 24, None, True, True),  # arrest up to 6 months, disciplinary unit up to 2 years
    ("332", "2", 60, None, True, True),
    ("332", "2.1", 36, 24, True, False),
    ("332", "2.2", 120, 36, False, False),
    ("332", "3", None, None, False, True),
    ("332", "4", None, None, False, False),
    ("333", "1", 60, None, True, True),
    ("333", "2", 96, None, False, True),
    ("333", "3", 180, 60, False, False),
    ("334", "1", 60, None, False, True),
    ("334", "2", 96, None, False, True),
    ("334", "3", 180, 60, False, False),
    ("337", "1", 12, None, True, True),  # arrest up to 6 months, disciplinary unit up to a year
    ("337", "2", 24, None, True, True),
    ("337", "2.1", 60, None, True, False),
    ("337", "3", 36, None, True, True),  # disciplinary unit up to 2 years, imprisonment up to 3
    ("337", "3.1", 84, None, True, False),
    ("337", "4", 60, None, True, True),
    ("337", "5", 120, 60, True, False),
    ("338", "1", 84, None, True, True),
    ("338", "2", 120, None, True, True),
    ("338", "3", 180, 60, True, False),
    ("339", "1", None, None, False, True),
    ("339", "2", 84, None, False, True),
    ("339", "3", 120, 60, False, False),
]


@pytest.mark.parametrize(("article", "part", "most", "least", "verified", "old"), BY_EYE)
def test_terms(article: str, part: str, most: int | None, least: int | None, verified: bool, old: bool) -> None:
    now = Severity(most, least, True, verified)
    assert severity(article, part, None) == now
    assert severity(article, part, AMENDED) == now
    assert severity(article, part, BEFORE) == (now if old else Severity(None, None, False, False))


def test_an_article_without_parts_needs_none() -> None:
    assert severity("352.1", None, AMENDED) == Severity(120, 36, True, True)
    assert severity("352.1", None, BEFORE) == Severity(None, None, False, False)


@pytest.mark.parametrize("on", [None, BEFORE, AMENDED])
def test_what_the_table_does_not_say_has_no_number(on: date | None) -> None:
    unknown = Severity(None, None, None, False)
    assert severity("337", None, on) == unknown  # part unknown
    assert severity("105", "2", on) == unknown  # article outside the table
    assert severity("340", "1", on) == unknown  # parts of that article not known
    assert severity("337", "6", on) == Severity(None, None, False, False)  # there never was such a part
    assert severity("337", "3.2", on) == Severity(None, None, False, False)


def test_wartime_parts_are_those_of_counting_rule_1() -> None:
    wanted = {("332", "2.1"), ("332", "2.2"), ("332", "4"), ("337", "2.1"), ("337", "3.1"), ("337", "5"), ("338", "3")}
    assert set(wartime_parts(("332", "337", "338"))) == wanted
    some_parts = ("1", "2", "2.1", "2.2", "3", "3.1", "4", "5", None)
    found = {(article, part) for article in ("332", "337", "338") for part in some_parts if is_wartime(article, part)}
    assert found == wanted


def test_chapter_33_has_its_articles() -> None:
    table = statutes.statute_table()
    others = {"207.3", "280.3"}  # of another subject
    assert set(table.articles) - others == {str(number) for number in range(331, 353)} | {"352.1"}
    assert {number for number, article in table.articles.items() if not article.offence} == {"331"}
    assert table.amended_on == AMENDED
    assert table.version == statutes.TABLE_VERSION


def test_every_row_can_be_true() -> None:
    for article in statutes.statute_table().articles.values():
        for row in article.parts:
            terms = (row.imprisonment_max, row.disciplinary_max, row.arrest_max)
            assert all(term is None or term > 0 for term in terms)
            if row.imprisonment_min is not None:
                assert row.imprisonment_max is not None
                assert row.imprisonment_min <= row.imprisonment_max
            if row.verified:
                assert row.max_months is not None, f"{article.number}/{row.part}: verified, but no term"
            if row.wartime:
                assert row.since == AMENDED
