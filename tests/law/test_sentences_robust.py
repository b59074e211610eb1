"""Any text is read without a crash, the same way each time, with work that grows in step with the text, and without keeping any of it."""

import dataclasses
import sys
from collections.abc import Callable, Iterator
from enum import Enum
from pathlib import Path
from types import FrameType

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from test_sentences_composed import CASES

from courttally.law.charges import Charge
from courttally.law.sentences import DecisionReading, Doubt, Form, Found, read_decision

DOCS = Path(__file__).resolve().parents[2] / "docs" / "sentences.md"
TEXTS = [str(case["text"]) for case in CASES]
# Words and signs that rules react to, to be thrown together.
PIECES = sorted({word for text in TEXTS for word in text.split()})
HINTS = st.sampled_from((None, "decision", "press"))


def inside(value: object) -> Iterator[object]:
    """The value and everything in it."""
    yield value
    if dataclasses.is_dataclass(value):
        for one in dataclasses.fields(value):
            yield from inside(getattr(value, one.name))
    elif isinstance(value, tuple):
        for each in value:
            yield from inside(each)


def check(text: str, reading: DecisionReading) -> None:
    for part in inside(reading):
        if isinstance(part, Found | Doubt) or type(part).__name__ == "Requalification":
            assert 0 <= part.start < part.end <= len(text)
        elif isinstance(part, Charge):
            assert part.article.replace(".", "").isdigit()
            assert part.part is None or part.part.replace(".", "").isdigit()
            assert all(len(point) <= 2 for point in part.points)
    if reading.operative is not None:
        assert 0 <= reading.operative[0] < reading.operative[1] <= len(text)
    for accused in reading.accused:
        assert all(0 <= start < end <= len(text) for start, end in accused.mentions)
    assert (reading.operative is None) is (reading.form is Form.UNCLEAR)


@given(st.text(), HINTS)
def test_arbitrary_text_is_read_and_read_again_the_same(text: str, hint: str | None) -> None:
    reading = read_decision(text, kind_hint=hint)
    check(text, reading)
    assert read_decision(text, kind_hint=hint) == reading


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(PIECES), max_size=120), st.sampled_from((" ", "\n", "", "; ", "\u00a0")), HINTS)
@example(["ПРИГОВОРИЛ:", "признать", "виновным", "наказание"], " ", None)
@example(["ПРИГОВОРИЛ:", "(", "(", "три", ")", "года"], " ", None)
def test_words_of_judgments_in_any_order_are_read(words: list[str], glue: str, hint: str | None) -> None:
    text = glue.join(words)
    check(text, read_decision(text, kind_hint=hint))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(TEXTS), st.data())
def test_texts_cut_short_or_damaged_are_read(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    filler = data.draw(st.text(max_size=5))
    damaged = text[:start] + filler + text[end:]
    check(damaged, read_decision(damaged))


@pytest.mark.parametrize(
    "text", ["", " ", "\n", "NA", "ПРИГОВОРИЛ", "ПРИГОВОРИЛ:", "\u00ad", "\ud800", "İ", "١٢ лет", "¹²³"]
)
def test_texts_that_say_nothing_have_no_accused(text: str) -> None:
    assert read_decision(text).accused == ()


def test_an_unknown_hint_is_refused() -> None:
    with pytest.raises(ValueError, match="kind_hint"):
        read_decision("", kind_hint="verdict")


@pytest.mark.parametrize("prefix", ["", "\n\n", "Суд установил следующее. ", "\u00a0\u00ad «Имя» "])
def test_fragments_move_with_the_text(prefix: str) -> None:
    text = "ПРИГОВОРИЛ: признать ФИО1 виновным по ч. 5 ст. 337 УК РФ и назначить 5 лет лишения свободы условно с испытательным сроком 3 года."
    whole = prefix + text
    (accused,) = read_decision(whole).accused
    sentence = accused.sentence
    assert sentence is not None
    assert sentence.main is not None
    fragments = {
        "5 лет": sentence.main.term,
        "лишения свободы": sentence.main.kind,
        "условно": sentence.suspended,
        "3 года": sentence.probation,
        "ч. 5 ст. 337": accused.convicted[0],
        "виновным": accused.outcome,
    }
    for fragment, found in fragments.items():
        assert found is not None
        assert whole[found.start : found.end] == fragment
    assert [whole[start:end] for start, end in accused.mentions] == ["ФИО1"]


def strings(value: object) -> set[str]:
    return {str(part) for part in inside(value) if isinstance(part, str) and not isinstance(part, Enum)}


NAMES = st.text(alphabet="АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЭЮЯ", min_size=1, max_size=1).flatmap(
    lambda head: st.text(alphabet="абвгдежзиклмнопрстуфхцчшщыьэюя", min_size=3, max_size=12).map(
        lambda tail: head + tail
    )
)


@settings(max_examples=100, deadline=None)
@given(NAMES, NAMES, NAMES)
def test_no_name_is_kept(surname: str, name: str, victim: str) -> None:
    """Every string in the result is a rule, a code or a number: none is a piece of the text with a name in it."""
    text = (
        f"ПРИГОВОРИЛ: признать {surname} {name} виновным по п. «а» ч. 2 ст. 158 УК РФ, {victim} – оправдать, "
        f"назначить {surname} 1 год лишения свободы с лишением воинского звания «{victim}»."
    )
    kept = strings(read_decision(text))
    for word in (surname, name, victim):
        assert not any(word.lower() in each.lower() for each in kept)


# Work, counted in calls of functions: it must grow in step with the text. (Each call does bounded work: the only expression that
# runs over the text is a choice of character classes.)
UNITS = (
    "лишения свободы сроком на ",
    "лишения свободы сроком на 1 год ",
    "123 ",
    "7",
    " ",
    "\n",
    ". ",
    ";",
    "(",
    "(три ",
    "«",
    "ПРИГОВОРИЛ: ",
    "п р и г о в о р и л ",
    "признать ФИО1 виновным ",
    "признать Иванова И.И. виновным по ст. 158 УК РФ и назначить ",
    "по ч. 1 ст. 158 УК РФ, ",
    "ст. 30 ч. 3, 158 ч. 2 п. а, ",
    "без штрафа и ",
    "без или ",
    "не назначать штрафа ",
    "условное осуждение по приговору ",
    "на основании ст. 69 УК РФ окончательно ",
    "испытательным сроком 1 год ",
    "прекратить дело иск ",
    "зачесть ",
    "один два три ",
    "сто тысяч ",
    "1 000 ",
    "1.",
    "<",
    "<данные> ",
    "ФИО1 ",
    "ФИО-1",
    "а б в г ",
    "А. Б. ",
    "лише-\nния ",
    "переквалифицировать с ч. 1 ст. 158 на ст. 161 УК РФ ",
    "осужден к 5 и 6 годам ",
    "каждому ",
    "штраф в размере ",
)


def calls(function: Callable[[], object]) -> int:
    count = 0

    def counted(_frame: FrameType, _event: str, _argument: object) -> None:
        nonlocal count
        count += 1

    former = sys.getprofile()
    sys.setprofile(counted)
    try:
        function()
    finally:
        sys.setprofile(former)
    return count


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("hint", ["decision", "press"])
def test_work_grows_in_step_with_the_text(unit: str, hint: str) -> None:
    head = (
        "ПРИГОВОРИЛ: признать ФИО1 виновным по ч. 1 ст. 161 УК РФ и назначить "
        if hint == "decision"
        else "Суд признал "
    )
    short, long = (head + unit * (size // len(unit)) for size in (2_500, 10_000))
    read_decision(short, kind_hint=hint)  # tables are read once
    few = calls(lambda: read_decision(short, kind_hint=hint))
    many = calls(lambda: read_decision(long, kind_hint=hint))
    assert many < 4 * few * 1.25 + 2_000


@pytest.mark.parametrize("unit", UNITS[:4] + UNITS[5:6])
def test_a_text_of_two_hundred_kilobytes_is_read(unit: str) -> None:
    text = "ПРИГОВОРИЛ: признать " + unit * (200_000 // len(unit))
    check(text, read_decision(text))


@pytest.mark.long
@pytest.mark.parametrize("unit", UNITS)
def test_a_text_of_two_hundred_kilobytes_of_anything_is_read(unit: str) -> None:
    text = "ПРИГОВОРИЛ: признать " + unit * (200_000 // len(unit))
    check(text, read_decision(text))


def rules(value: object) -> set[str]:
    return {part.rule for part in inside(value) if hasattr(part, "rule")}


def test_every_rule_that_reads_something_is_described() -> None:
    described = DOCS.read_text("utf-8")
    used = {rule for case in CASES for rule in rules(read_decision(str(case["text"]), kind_hint=case.get("hint")))}
    assert len(used) > 40
    assert sorted(rule for rule in used if f"`{rule}`" not in described) == []
