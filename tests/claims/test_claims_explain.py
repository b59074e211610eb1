"""Explanations: complete, in both languages, calm, with the numbers as the language writes them."""

import re
from decimal import Decimal
from fractions import Fraction

import pytest
from claims_build import load, text_of

from courttally.claims.audit import Judgement, audit
from courttally.claims.dates import Period, Span
from courttally.claims.explain import (
    LANGUAGES,
    show,
    show_amount,
    show_articles,
    show_number,
    show_period,
    templates,
)
from courttally.claims.findings import Slot
from courttally.claims.known import known_claims
from courttally.claims.numbers import Amount, Op
from courttally.claims.reading import parse_claims


def everything() -> list[Judgement]:
    files = [known_claims(), *(parse_claims(text_of(*load(f"{w}_claims.csv"))) for w in ("fresh", "second"))]
    return [j for held in files for j in audit(held)]


JUDGED = everything()
CYRILLIC, LATIN = re.compile("[а-яё]", re.IGNORECASE), re.compile(r"[A-Za-z]{4,}")


def names(j: Judgement) -> set[str]:
    """Words of other languages that an explanation may hold: publishers, ids, printed growth words."""
    claims = [j.claim] if j.claim else []
    texts = " ".join([*(c.publisher + " " + " ".join(c.cites) + " " + c.quote for c in claims), *j.related])
    publishers = " ".join(c.publisher for c in (x.claim for x in JUDGED) if c)
    return set(re.findall(r"\w+", f"{texts} {publishers}"))


def test_every_claim_is_explained_in_both_languages() -> None:
    for j in JUDGED:
        for lang in LANGUAGES:
            text = j.explanation[lang]
            assert text.endswith("."), (j.claim_id, text)
            assert text[0].isupper() or text[0].isdigit() or text[0] in '«"', (j.claim_id, text)
            assert not re.search(r"[{}]|None|Fraction|Decimal|  ", text), (j.claim_id, text)
            assert bool(j.say[lang]) == (
                j.verdict not in {"reproduced", "within_rounding"} and bool(j.kinds or j.say["en"])
            )


def test_each_language_keeps_to_itself() -> None:
    for j in JUDGED:
        assert not CYRILLIC.search(j.explanation["en"]) or CYRILLIC.search(j.claim.quote if j.claim else ""), j.claim_id
        foreign = set(LATIN.findall(j.explanation["ru"])) - names(j)
        assert not foreign, (j.claim_id, foreign)


def test_a_claim_is_judged_and_never_an_outlet() -> None:
    blame = re.compile(
        r"\b(?:lie|lied|false|fake|propaganda|mislead|careless|ложь|лжёт|фейк|пропаганд|вводит в заблуждение)",
        re.IGNORECASE,
    )
    for name, template in templates().items():
        for lang in LANGUAGES:
            assert not blame.search(template.text[lang] + template.say[lang]), name


def test_words_that_never_swap() -> None:
    for template in templates().values():
        assert "suspended proceedings" not in template.text["en"]
        assert "stayed sentence" not in template.text["en"]


def test_every_template_has_the_same_slots_in_both_languages() -> None:
    slot = re.compile(r"\{(\w+)")
    for name, template in templates().items():
        assert set(slot.findall(template.text["en"])) == set(slot.findall(template.text["ru"])), name
        assert set(slot.findall(template.say["en"])) == set(slot.findall(template.say["ru"])), name
        kind_of_error = not name.startswith(("holds.", "missing."))
        assert bool(template.say["en"]) == bool(template.say["ru"]) == kind_of_error, name


@pytest.mark.parametrize(
    ("slot", "en", "ru"),
    [
        (Decimal(14182), "14,182", "14\u00a0182"),
        (Decimal("88.4"), "88.4", "88,4"),
        (Fraction(10308, 5517), "1.87", "1,87"),
        (Fraction(684, 20), "34.20", "34,20"),
        (Amount(Op.NEARLY, Decimal(16000), Decimal(16000)), "nearly 16,000", "почти 16\u00a0000"),
        (Amount(Op.RANGE, Decimal(39), Decimal(41)), "39–41", "39–41"),
        (Span.parse("2022-02-24"), "24 Feb 2022", "24.02.2022"),
        (Span.parse("2024-05"), "May 2024", "05.2024"),
        (Period(Span.parse("2024-01-01"), Span.parse("2024-12-31")), "2024", "2024"),
        (Period(Span.parse("2024-07-01"), Span.parse("2024-07-31")), "Jul 2024", "07.2024"),
        (Period(Span.parse("2022-09-21"), None), "21 Sep 2022 – …", "21.09.2022 – …"),
        (frozenset({"338"}), "desertion (article 338)", "дезертирство (ст. 338)"),
        (
            frozenset({"chapter33"}),
            "crimes against military service (chapter 33)",
            "преступления против военной службы (глава 33)",
        ),
    ],
)
def test_facts_as_each_language_writes_them(slot: Slot, en: str, ru: str) -> None:
    assert [show(slot, lang) for lang in LANGUAGES] == [en, ru]


def test_small_things_printed() -> None:
    assert show_amount(None, "en") == "—"
    assert show_number(Decimal("1000000.5"), "en") == "1,000,000.5"
    assert show_articles(frozenset({"337", "338"}), "en") == "AWOL (article 337), desertion (article 338)"
    assert show_period(Period(None, None), "ru") == "не назван"
