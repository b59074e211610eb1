"""Charges as court pages write them; expected readings are by eye, from the notation of portal.md 2.4."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courttally.law.charges import Charge, ChargeReading, parse_charges

ATTEMPT = "attempt"

BY_EYE: list[tuple[str, tuple[Charge, ...]]] = [
    (
        "ст. 30 ч.3, ст.338 ч.3 п.а,б; ст.337 ч.3.1; ст.337 ч.5 УК РФ",
        (Charge("338", "3", ("а", "б"), ATTEMPT), Charge("337", "3.1"), Charge("337", "5")),
    ),
    ("ст.280.4 ч.2 п.п.а,в; ст.205.1 ч.4 УК РФ", (Charge("280.4", "2", ("а", "в")), Charge("205.1", "4"))),
    (
        "ст.205.3; ст.205.1 ч.1.1; ст.282 ч.2 п.в; ст. 30 ч.1, ст.205 ч.2 п.а; ст.205.4 ч.1 УК РФ",
        (
            Charge("205.3"),
            Charge("205.1", "1.1"),
            Charge("282", "2", ("в",)),
            Charge("205", "2", ("а",), "preparation"),
            Charge("205.4", "1"),
        ),
    ),
    ("ст.205.1 ч.1.1; ст.205.1 ч.1.1 УК РФ", (Charge("205.1", "1.1"), Charge("205.1", "1.1"))),
    ("ст.337 УК РФ", (Charge("337"),)),
    ("ст.337 ч.2.1 УК РФ", (Charge("337", "2.1"),)),
    ("ст.332 ч.2.2", (Charge("332", "2.2"),)),
    ("ст.352.1 УК РФ", (Charge("352.1"),)),
    ("ст.352 ч.1 УК РФ", (Charge("352", "1"),)),
    # Both marks, in either order, and each without a part.
    ("ст. 33 ч.5, ст. 30 ч.3, ст.338 ч.1 УК РФ", (Charge("338", "1", (), ATTEMPT, "accomplice"),)),
    ("ст. 30 ч.3, ст. 33 ч.3, ст.338 ч.1 УК РФ", (Charge("338", "1", (), ATTEMPT, "organiser"),)),
    ("ст. 33 ч.4 ст.337 ч.4", (Charge("337", "4", (), None, "instigator"),)),
    ("ст. 33 ч.2, ст.337 ч.4", (Charge("337", "4", (), None, "perpetrator"),)),
    ("ст. 33, ст.337 ч.4", (Charge("337", "4", (), None, "complicity"),)),
    ("ст. 30, ст.338 ч.2", (Charge("338", "2", (), "unfinished"),)),
    # The marks hold for one charge only.
    ("ст. 30 ч.3, ст.338 ч.1, ст.337 ч.4", (Charge("338", "1", (), ATTEMPT), Charge("337", "4"))),
    # Spaces, case, look-alike letters, «УК РФ» after each.
    ("СТ.337 Ч.5 УК РФ", (Charge("337", "5"),)),
    ("cт.337 ч.5 YK PФ", (Charge("337", "5"),)),
    ("ст .\u00a0337  ч . 3.1  УК\u00a0РФ", (Charge("337", "3.1"),)),
    ("ст.337ч.5УК РФ", (Charge("337", "5"),)),
    ("ст.337 ч.5 УК РФ; ст.338 ч.1 УК РФ", (Charge("337", "5"), Charge("338", "1"))),
    ("ст.158 ч.2 п.a,в УК РФ", (Charge("158", "2", ("а", "в")),)),
    ("ст.158 ч.2 п.«а», «в» УК РФ", (Charge("158", "2", ("а", "в")),)),
    ("ст.105 ч.2 п.п.«а,е.1» УК РФ", (Charge("105", "2", ("а", "е.1")),)),
    # How people write it in decisions and complaints.
    ("п. «а» ч. 3 ст. 158 УК РФ", (Charge("158", "3", ("а",)),)),
    ("ч. 3 ст. 30, ч. 5 ст. 337 УК РФ", (Charge("337", "5", (), ATTEMPT),)),
    ("ст.ст. 337 ч.5, 338 ч.1 УК РФ", (Charge("337", "5"), Charge("338", "1"))),
    ("ст.337 ч.3, ч.5 УК РФ", (Charge("337", "3"), Charge("337", "5"))),
    ("часть 3.1 статьи 337 УК РФ", (Charge("337", "3.1"),)),
    # The code before 1997.
    (
        "ст.102 п.а УК РСФСР; ст.105 ч.2 п.з УК РФ",
        (Charge("102", None, ("а",), code="rsfsr"), Charge("105", "2", ("з",))),
    ),
    ("ст.337 ч.3.1 (в ред. ФЗ от 24.09.2022 № 365-ФЗ) УК РФ", (Charge("337", "3.1"),)),
    ("", ()),
    (" \u00a0\n", ()),
    ("УК РФ", ()),
]


@pytest.mark.parametrize(("text", "charges"), BY_EYE)
def test_reads_the_notation(text: str, charges: tuple[Charge, ...]) -> None:
    assert parse_charges(text) == ChargeReading(charges, ())


@pytest.mark.parametrize(
    ("text", "charges", "unread"),
    [
        # A number that could mean two things is not read: the part is unknown, never the first half of it.
        ("ст.337 ч.3,1 УК РФ", (Charge("337"),), ["ч.3,1"]),
        ("ст.337 ч.3-5", (Charge("337"),), ["ч.3-5"]),
        ("ст.337 ч.3.1.2", (Charge("337"),), ["ч.3.1.2"]),
        ("ст.337 ч.5 дело 123", (Charge("337", "5"),), ["дело", "123"]),
        ("ст.337 ч.5; 365-ФЗ", (Charge("337", "5"),), ["365-ФЗ"]),
        ("ст.3375 ч.1", (), ["ст", "3375", "ч.1"]),
        ("Петров П.П. - ст.337 ч.5 УК РФ", (Charge("337", "5"),), ["Петров", "П", "П"]),
        # A mark without an article after it marks nothing.
        ("ст.338 ч.3, ст. 30 ч.3", (Charge("338", "3"),), ["ст. 30 ч.3"]),
        ("1-25/2023", (), ["1-25/2023"]),
    ],
)
def test_says_what_it_does_not_understand(text: str, charges: tuple[Charge, ...], unread: list[str]) -> None:
    reading = parse_charges(text)
    assert reading.charges == charges
    # Of the pieces only their letters and digits matter: what is between them is punctuation.
    got = re.findall(r"\w+", " ".join(text[start:end] for start, end in reading.unparsed))
    assert got == re.findall(r"\w+", " ".join(unread))


def test_part_key_is_the_dimension_value() -> None:
    assert [charge.part_key for charge in parse_charges("ст.337 ч.3.1; ст.337; ст.352.1").charges] == [
        "337/3.1",
        "337/unknown",
        "352.1/unknown",
    ]


numbers = st.integers(1, 12).map(str)
sub_numbers = st.one_of(st.just(""), st.integers(1, 9).map(lambda n: f".{n}"))
parts = st.one_of(st.none(), st.builds("".join, st.tuples(numbers, sub_numbers)))
articles = st.builds("".join, st.tuples(st.integers(34, 361).map(str), sub_numbers))
point_letters = st.lists(st.sampled_from("абвгдежзиклм"), max_size=4, unique=True).map(tuple)
charges = st.builds(
    Charge,
    article=articles,
    part=parts,
    points=point_letters,
    stage=st.sampled_from([None, "preparation", "attempt", "unfinished"]),
    role=st.sampled_from([None, "organiser", "instigator", "accomplice", "perpetrator", "complicity"]),
)
STAGE_TEXT = {"preparation": "30 ч.1", "attempt": "30 ч.3", "unfinished": "30"}
ROLE_TEXT = {
    "organiser": "33 ч.3",
    "instigator": "33 ч.4",
    "accomplice": "33 ч.5",
    "perpetrator": "33 ч.2",
    "complicity": "33",
}
UNDERSTUDIES = {"с": "c", "т": "т", "а": "a", "р": "p", "к": "k", "е": "e", "м": "m", "в": "b", "К": "K", "Р": "P"}


@st.composite
def written(draw: st.DrawFn) -> tuple[tuple[Charge, ...], str]:
    """Some charges, and a text of them as a clerk might type it."""
    wanted = draw(st.lists(charges, min_size=1, max_size=6))

    def gap() -> str:
        return draw(st.sampled_from(["", " ", "\u00a0", "  "]))

    def one(charge: Charge) -> str:
        marks = [STAGE_TEXT[charge.stage]] if charge.stage else []
        marks += [ROLE_TEXT[charge.role]] if charge.role else []
        pieces = [f"ст.{gap()}{mark}" for mark in draw(st.permutations(marks))]
        own = f"ст.{gap()}{charge.article}"
        if charge.part:
            own += f"{gap()}ч.{gap()}{charge.part}"
        if charge.points:
            comma = draw(st.sampled_from([",", ", "]))
            sign = draw(st.sampled_from(["п.", "п.п."])) if len(charge.points) > 1 else "п."
            own += f"{gap()}{sign}{gap()}{comma.join(charge.points)}"
        return ", ".join([*pieces, own])

    end = draw(st.sampled_from(["", " УК РФ", "УК РФ", "  УК\u00a0РФ."]))
    between = draw(st.sampled_from(["; ", ";", " УК РФ; ", "; \n"]))
    text = between.join(one(charge) for charge in wanted) + end
    swapped = draw(st.sets(st.sampled_from(sorted(UNDERSTUDIES))))
    text = "".join(UNDERSTUDIES[letter] if letter in swapped else letter for letter in text)
    return tuple(wanted), text.upper() if draw(st.booleans()) else text


@given(written())
def test_what_was_written_is_read_back(case: tuple[tuple[Charge, ...], str]) -> None:
    wanted, text = case
    assert parse_charges(text) == ChargeReading(wanted, ())


def _check_spans(text: str, reading: ChargeReading) -> None:
    last = 0
    for start, end in reading.unparsed:
        assert last <= start < end <= len(text)
        last = end


@given(st.text())
def test_any_text_is_read_without_a_crash(text: str) -> None:
    _check_spans(text, parse_charges(text))


PIECES = ["ст", "ст.", "ч", "ч.", "п", "п.п.", "а", "«б»", "30", "33", "337", "338", "352.1", "3.1", "5", "1", "."]
PIECES += [",", ";", " ", "-", "и", "УК РФ", "УК РСФСР", "(", ")", "Иван", "№", "в ред.", "/"]


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_no_number_is_read_by_halves(text: str) -> None:
    """Every number of the text is in a charge as a whole, or is a mark, or is reported as not understood."""
    reading = parse_charges(text)
    _check_spans(text, reading)
    left = list(text)
    for start, end in reading.unparsed:
        left[start:end] = " " * (end - start)
    read = {"30", "33", "1", "3", "5"}  # what marks are made of
    for charge in reading.charges:
        for value in (charge.article, charge.part or "", *charge.points):
            read |= set(re.findall(r"\d+", value))
    assert set(re.findall(r"\d+", "".join(left))) <= read
    if not reading.unparsed and "-" not in text:
        # Without a mark or a range there is no other place for «3.1»: it is a part or an article, whole.
        for number in re.findall(r"(?<![\d.])\d+\.\d+(?![\d.])", text):
            assert number in {value for charge in reading.charges for value in (charge.article, charge.part)} or any(
                mark in text for mark in ("30", "33", "а", "п")
            )


@pytest.mark.parametrize(
    ("text", "charges"),
    [
        ("ст.108 УПК РФ", []),
        ("Материал: ст. 108 ч.1 УПК РФ", []),
        ("ст.337 ч.5 УК РФ; ст.109 УПК РФ", [Charge("337", "5")]),
        ("ст.109 УПК РФ, ст.337 ч.5 УК РФ", [Charge("337", "5")]),
        ("ст.20.3.3 КоАП РФ", []),
    ],
)
def test_an_article_of_procedure_is_no_charge(text: str, charges: list[Charge]) -> None:
    reading = parse_charges(text)
    assert list(reading.charges) == charges
    assert reading.unparsed
