"""Citations of articles in running text, in both orders, and the tables of words that the rules read."""

import csv
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courttally.law import sentences
from courttally.law.charges import Charge
from courttally.law.sentences.articles import find_articles
from courttally.law.sentences.phrases import find_phrases
from courttally.law.sentences.tokens import tokenise

LETTERS = "абвгдежз"


def cited(text: str) -> list[Charge]:
    tokens = tokenise(text)
    return [mark.value for mark in find_articles(tokens, 0, len(tokens)) if isinstance(mark.value, Charge)]


@st.composite
def charges(draw: st.DrawFn) -> Charge:
    article = draw(st.sampled_from(("158", "159.2", "228.1", "332", "337", "338", "352.1", "105")))
    part = draw(st.none() | st.sampled_from(("1", "2", "2.1", "3", "3.1", "5", "6")))
    points = tuple(draw(st.lists(st.sampled_from(LETTERS), max_size=3, unique=True))) if part else ()
    stage = draw(st.sampled_from((None, None, "attempt", "preparation")))
    role = draw(st.sampled_from((None, None, None, "accomplice", "organiser")))
    return Charge(article, part, points, stage, role)


NUMBERS = {"attempt": "3", "preparation": "1", "accomplice": "5", "organiser": "3"}


def forwards(charge: Charge) -> str:
    points = f"п.{'п.' if len(charge.points) > 1 else ''} {', '.join(f'«{point}»' for point in charge.points)} "
    marks = [f"ч. {NUMBERS[charge.role]} ст. 33"] if charge.role else []
    marks += [f"ч. {NUMBERS[charge.stage]} ст. 30"] if charge.stage else []
    body = (points if charge.points else "") + (f"ч. {charge.part} " if charge.part else "") + f"ст. {charge.article}"
    return ", ".join([*marks, body])


def backwards(charge: Charge) -> str:
    marks = [f"ст. 33 ч. {NUMBERS[charge.role]}"] if charge.role else []
    marks += [f"ст. 30 ч. {NUMBERS[charge.stage]}"] if charge.stage else []
    body = f"ст. {charge.article}" + (f" ч. {charge.part}" if charge.part else "")
    body += f" п. {', '.join(charge.points)}" if charge.points else ""
    return ", ".join([*marks, body])


@given(st.lists(charges(), min_size=1, max_size=4))
def test_citations_are_read_back_in_either_order(wanted: list[Charge]) -> None:
    assert cited(" УК РФ, ".join(map(forwards, wanted)) + " УК РФ") == wanted
    assert cited(" УК РФ, ".join(map(backwards, wanted)) + " УК РФ") == wanted
    assert cited("; ".join(map(forwards, wanted)) + " УК РФ") == wanted


@given(st.lists(charges(), min_size=1, max_size=4))
def test_a_list_in_the_order_of_judgments_needs_no_code_between(wanted: list[Charge]) -> None:
    parted = [charge for charge in wanted if charge.part]
    assert cited(", ".join(map(forwards, parted)) + " УК РФ") == parted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("частью второй статьи 337 Уголовного кодекса Российской Федерации", [Charge("337", "2")]),
        ("пунктами «а», «б» части 2 статьи 158 УК РФ", [Charge("158", "2", ("а", "б"))]),
        ("ч.ч. 1, 2 ст. 337 УК РФ", [Charge("337", "1"), Charge("337", "2")]),
        ("ч. 1 и ч. 2 ст. 337 УК РФ", [Charge("337", "1"), Charge("337", "2")]),
        ("п. «а» ч. 2, п. «г» ч. 3 ст. 158 УК РФ", [Charge("158", "2", ("а",)), Charge("158", "3", ("г",))]),
        ("ст.ст. 158 ч. 1, 161 ч. 2 п. г УК РФ", [Charge("158", "1"), Charge("161", "2", ("г",))]),
        ("ст. 30 ч. 3, 158 ч. 2 п.п. а,б УК РФ", [Charge("158", "2", ("а", "б"), "attempt")]),
        ("ст. 228¹ ч. 1 УК РФ", [Charge("228.1", "1")]),
        ("ст. 228-1 ч. 1 УК РФ", [Charge("228.1", "1")]),
        ("ч. 1 ст. 105 через ч. 3 ст. 30 УК РФ", [Charge("105", "1", (), "attempt")]),
        ("ст. 105, ч. 1 УК РФ", [Charge("105", "1")]),
        ("п.«в»ч.2ст.158УК РФ", [Charge("158", "2", ("в",))]),
        ("ст. 158 УК РФ – 10 000 рублей", [Charge("158")]),
        ("ст. 319 УК РФ - 2 года", [Charge("319")]),
        ("ст. 246 УК РСФСР", [Charge("246", code="rsfsr")]),
    ],
)
def test_ways_to_cite(text: str, wanted: list[Charge]) -> None:
    assert cited(text) == wanted


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ст.ст. 307-309 УПК РФ", "upk"),
        ("ст. 25 УПК РФ", "upk"),
        ("ст. 12.26 КоАП РФ", "koap"),
        ("ст. 158", "none"),
        ("ст. 73 УК РФ", "uk"),
    ],
)
def test_the_code_of_a_citation(text: str, code: str) -> None:
    tokens = tokenise(text)
    assert {mark.code for mark in find_articles(tokens, 0, len(tokens))} == {code}


def rows() -> list[dict[str, str]]:
    table = files(sentences).joinpath("phrases.csv").read_text("utf-8")
    return list(csv.DictReader(table.splitlines()))


def test_every_phrase_of_the_table_finds_itself() -> None:
    """A pattern written out (its first choice each time, gaps empty) gives a mark of its own concept at its first word."""
    missed = []
    for row in rows():
        written = [
            element.split("|")[0].rstrip("*") for element in row["pattern"].split() if not element.startswith("~")
        ]
        tokens = tokenise(" ".join(written))
        concepts = {mark.concept for mark in find_phrases(tokens, 0, len(tokens)) if mark.first == 0}
        if row["concept"] not in ("skip", "start") and row["concept"] not in concepts:
            missed.append(row["pattern"])
    assert missed == []


def test_phrases_look_at_a_bounded_number_of_words() -> None:
    for row in rows():
        gaps = [int(element[1:]) for element in row["pattern"].split() if element.startswith("~")]
        assert len(gaps) <= 3
        assert all(gap <= 40 for gap in gaps)
    assert len({(row["concept"], row["pattern"]) for row in rows()}) == len(rows())
