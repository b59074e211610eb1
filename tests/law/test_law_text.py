"""The normal form in which texts of pages are compared."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courttally.law.text import digest, normalise


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("  Вынесен\u00a0\n ПРИГОВОР ", "вынесен приговор"),
        ("Объявлён пeрeрыв", "объявлен перерыв"),  # the middle word has Latin e
        ("Объявле\u0308н", "объявлен"),  # ё as two characters
        ("22K-1372/2026", "22к-1372/2026"),
        ("п.a", "п.а"),
        ("HЕВЕРНЫЙ ФОPМАТ", "неверный формат"),  # Latin H and P
        ("Delo Court", "delo court"),  # whole Latin words stay
        ("при\u00adговор", "приговор"),
        ("", ""),
        (" \t\u2003", ""),
    ],
)
def test_normal_form(text: str, normal: str) -> None:
    assert normalise(text) == normal


@given(st.text())
def test_normal_form_is_its_own_normal_form(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(st.text(alphabet="абвекмнорстухё АВЕКМНОРСТУХaeopcyxABKMHT.1 \u00a0", max_size=60))
def test_normal_form_of_mixed_alphabets_is_its_own(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(st.lists(st.text(alphabet="абвгдеёжзийклмнопрстуфхцчшщъыьэюя", min_size=2), min_size=1), st.data())
def test_what_looks_the_same_is_the_same(words: list[str], data: st.DataObject) -> None:
    twins = {"а": "a", "е": "e", "о": "o", "р": "p", "с": "c", "у": "y", "х": "x"}

    def disguise(word: str) -> str:
        where = data.draw(st.sets(st.integers(1, len(word) - 1)))
        mixed = "".join(twins.get(letter, letter) if place in where else letter for place, letter in enumerate(word))
        return mixed.upper() if data.draw(st.booleans()) else mixed

    # The first letter stays Cyrillic, so that the word is seen to be.
    spaced = data.draw(st.sampled_from([" ", "\u00a0", " \n "])).join(disguise(word) for word in words)
    assert normalise(f" {spaced} ") == normalise(" ".join(words))
    assert digest(spaced) == digest(" ".join(words))


def test_digest_is_sha256_of_the_normal_form() -> None:
    assert digest("Вынесен ПРИГОВОР") == hashlib.sha256("вынесен приговор".encode()).hexdigest()


@given(st.text(alphabet="аес acek1.", max_size=20), st.text(alphabet="аес acek1.", max_size=20))
def test_a_piece_between_spaces_keeps_its_form(first: str, second: str) -> None:
    """A value found by its normal form must be found in the line that has it."""
    assert normalise(second) in normalise(f"{first} {second}")


_BYTES = "".join(bytes([code]).decode("cp1251", "replace") for code in range(256))


@given(
    st.text(alphabet=_BYTES, min_size=1, max_size=40),
    st.sampled_from(["", "", "\u2003", "е\u0308", "\u200b", "ß", "µ"]),
)
def test_a_long_text_has_the_form_of_its_words(text: str, odd: str) -> None:
    """A text of many pages is brought to its normal form by another way than a cell is; the form is the same."""
    long = f"{text} {odd} " * 210
    assert normalise(long) == " ".join(filter(None, map(normalise, long.split())))
