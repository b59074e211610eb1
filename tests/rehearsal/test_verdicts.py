"""Sentences and the texts that tell them: within the law, the same in every text, in one language."""

import re

import pytest

from courttally.rehearsal.model import FIRST, JUDGMENT, Charge, Record
from courttally.rehearsal.press import release_of
from courttally.rehearsal.sentences import ACQUITTED, FINE, IMPRISONMENT, Sentence, sentence_of
from courttally.rehearsal.shown import face
from courttally.rehearsal.tables import scope_articles, term_of
from courttally.rehearsal.verdicts import Words, act_text, charge_words, operative
from courttally.rehearsal.world import World


def sentenced(world: World) -> list[tuple[Record, int, Sentence]]:
    """Every sentence of a world, with its record and the accused's place."""
    found = ((r, place, sentence_of(r, place)) for r in world.records for place in range(len(r.slots)))
    return [(record, place, sentence) for record, place, sentence in found if sentence is not None]


def test_who_got_a_verdict_got_a_sentence_within_the_law(small: World) -> None:
    counted = 0
    for record, _, sentence in sentenced(small):
        assert record.proceeding == FIRST
        terms = [term_of(c.article, c.part, record.received) for c in sentence.charges if c.article in scope_articles()]
        known = [term for term in terms if term is not None]
        if sentence.kind != IMPRISONMENT or len(sentence.charges) != 1 or not known:
            continue
        counted += 1
        ((most, least),) = known
        single = sentence.parts[0] if sentence.earlier else sentence.months
        assert single <= most
        assert (single < least) == sentence.below
        assert bool(sentence.probation) == sentence.suspended
        assert bool(sentence.regime) != sentence.suspended
    assert counted > 400
    kinds = [sentence.kind for _, _, sentence in sentenced(small)]
    assert {ACQUITTED, FINE, IMPRISONMENT, "restriction_of_military_service"} <= set(kinds)


def test_no_verdict_no_sentence(small: World) -> None:
    told = {record.ref for record, _, _ in sentenced(small)}
    without = [
        r for r in small.records if all(x.outcome != "verdict" for s in r.slots for x in (*r.rulings, *s.rulings))
    ]
    assert len(without) > 100
    assert told.isdisjoint(record.ref for record in without)


def test_a_press_item_tells_the_sentence_of_the_decision(small: World) -> None:
    found = [release for record in small.records if (release := release_of(record)) is not None]
    assert len(found) > 10
    for release in found:
        assert release.sentence == sentence_of(release.record, 0)
        if release.sentence.months >= 12:
            assert re.search(rf"\b{release.sentence.months // 12}\b", release.text)


def test_every_text_is_marked_and_can_be_sent(small: World) -> None:
    """And the operative part of a judgment names every accused who got a verdict, and nobody else."""
    texts = 0
    for record in small.records:
        if record.act is None:
            continue
        texts += 1
        text = act_text(face(record, small.policies[record.court], small.end + 900))
        text.encode("cp1251")
        assert "simulated data" in text
        assert "{" not in text
        plain = re.sub(r"<[^>]+>", "", text)
        places = {place + 1 for r, place, _ in sentenced(small) if r is record}
        end = re.split(r"(?i)п ?р ?и ?г ?о ?в ?о ?р ?и ?л ?:", plain)
        if record.act.kind == JUDGMENT:
            assert {int(n) for n in re.findall(r"ФИО(\d+)", end[1])} == places
        else:
            assert len(end) == 1
    assert texts > 20


@pytest.mark.parametrize(
    ("sentence", "wanted", "unwanted"),
    [
        (
            Sentence(IMPRISONMENT, months=66, regime="general", charges=(Charge("337", "5"),)),
            [r"5( \(пять\))? лет 6( \(шесть\))? месяцев|5( \(пяти\))? лет 6( \(шести\))? месяцев", "общего режима"],
            ["73 УК", "ст. 69", "ст. 70"],
        ),
        (
            Sentence(IMPRISONMENT, months=25, suspended=True, probation=36, charges=(Charge("332", "2.1"),)),
            [r"2( \(дв(а|ух)\))? (года|лет) 1( \(один\)| \(одного\))? месяца?", "73 УК", r"3( \(три\))? года"],
            ["режима", "поселени"],
        ),
        (
            Sentence(IMPRISONMENT, months=40, regime="settlement", parts=(38, 36), charges=(Charge("337", "4"),) * 2),
            ["ст. 69 УК", "колонии-поселении", r"3( \(тр(и|ех)\))? (года|лет) 4"],
            ["73 УК"],
        ),
        (Sentence(FINE, fine=50_000, charges=(Charge("336", "1"),)), ["50 000", "штраф"], ["лишени"]),
        (Sentence(ACQUITTED, charges=(Charge("338", "1"),)), ["(?i)оправдать", "ч. 1 ст. 338 УК РФ"], ["наказание в виде"]),
    ],
)  # fmt: skip
def test_operative_parts(small: World, sentence: Sentence, wanted: list[str], unwanted: list[str]) -> None:
    """In the words of every court of the world."""
    for record in small.records[:200]:
        text = " ".join(operative(Words(record), 0, sentence))
        for pattern in wanted:
            assert re.search(pattern, text), text
        for pattern in unwanted:
            assert not re.search(pattern, text), text


def test_charges_as_decisions_write_them() -> None:
    assert charge_words(Charge("337", "3.1")) == "ч. 3.1 ст. 337 УК РФ"
    assert charge_words(Charge("286", "3", ("а", "в"))) == "пп. «а», «в» ч. 3 ст. 286 УК РФ"
    assert charge_words(Charge("338", "1", (), "ч.3", "ч.5")) == "ч. 3 ст. 30, ч. 5 ст. 33, ч. 1 ст. 338 УК РФ"
