"""What the two reports claim and a registry can know, the brief states, each by its figure; and on a world of other trends the other story.

Ids and what each asks for are those of ``reference/claims.md``: K, the report of June 2025; E, the report at the end of 2024. What no court record
says (recruits, troops, motives, bonuses, who was sent back) must be said to be unknown, or not be there at all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

import pytest

from courttally.engine import Engine
from courttally.figures.worked import Answer
from courttally.publish.brief import Brief, make_brief
from courttally.publish.brief_formats import as_text
from courttally.registry.snapshot import Snapshot

DAY = date(2025, 3, 31)
YEAR_BEFORE = date(2024, 3, 31)

Asked = tuple[str, Mapping[str, str]]
KNOWABLE: dict[str, tuple[Asked, ...]] = {
    "K-01": (("accused", {}), ("cases_received", {})),
    "K-02": (("cases_received", {}),),
    "K-04": (("cases_received", {"article": "337"}),),
    "K-05": (("cases_received", {"article": "332"}),),
    "K-06": (("cases_received", {"article": "338"}),),
    "K-07": (("accused_with_verdict", {}),),
    "E-01": (("record_month", {"of": "cases_received"}), ("record_month", {"of": "verdicts"})),
    "E-02": (("received_against_year_before", {"age": "same"}),),
    "E-05": (("cases_received", {}),),
    "E-06": (("cases_received", {"article": "338"}),),
    "E-07": (("verdicts", {"article": "338"}), ("verdicts", {"article": "337"})),
    "E-10": (("cases_received", {"article": "332"}),),
    "E-11": (("verdicts", {"article": "332"}),),
    "E-13": (("cases_received", {"region": "*"}),),
    "E-15": (("record_month", {"of": "cases_received"}), ("cases_received", {"month": "*"})),
    "E-16": (("record_month", {"of": "verdicts"}), ("verdicts", {"month": "*"})),
    "E-17": (("verdicts_per_workday", {"month": "*"}),),
    "E-18": (("level_change", {"of": "cases_received", "from": "*", "to": "*"}),),
    "E-19": (("nowcast_received", {"month": "*"}), ("complete_through", {})),
    "E-20": (("accused_with_verdict", {}),),
    "E-21": (("cases_received", {"outcome": "returned"}), ("cases_received", {"outcome": "terminated"})),
}
ABSENT_IN_FALLING = {"K-06", "E-06", "E-07"}
"""That world has no case of desertion: it has nothing to say of it."""
UNKNOWABLE = (
    "under investigation",
    "mobilised or under contract",
    "sent back to the front",
    "How many serve, or are recruited",
)


def brief(snapshot: Snapshot, lang: str = "en") -> Brief:
    with Engine(snapshot.path) as engine:
        return make_brief(engine, snapshot, DAY, lang=lang)


def cell(answer: Answer) -> dict[str, str]:
    return {**answer.question.where, **answer.by}


def stated(made: Brief, metric: str, wanted: Mapping[str, str], as_of: date = DAY) -> list[Answer]:
    return [
        answer
        for answer in made.answers
        if answer.question.metric == metric
        and answer.as_of == as_of
        and answer.question.scope.name == "refusal-wartime"
        and cell(answer).keys() == wanted.keys()
        and all(value in ("*", cell(answer)[name]) for name, value in wanted.items())
    ]


@pytest.mark.parametrize("lang", ["en", "ru"])
@pytest.mark.parametrize("family", ["published", "falling"])
@pytest.mark.parametrize("claim", KNOWABLE)
def test_a_claim_that_the_registry_can_judge_has_its_figure(
    worlds: dict[str, Snapshot], family: str, lang: str, claim: str
) -> None:
    made = briefs(worlds, family, lang)
    for metric, wanted in KNOWABLE[claim]:
        found = stated(made, metric, wanted)
        absent = family == "falling" and claim in ABSENT_IN_FALLING and wanted.get("article") == "338"
        assert bool(found) != absent, (claim, metric, wanted)


_MADE: dict[tuple[str, str], Brief] = {}


def briefs(worlds: dict[str, Snapshot], family: str, lang: str) -> Brief:
    """Each brief is written once for all claims."""
    if (family, lang) not in _MADE:
        _MADE[family, lang] = brief(worlds[family], lang)
    return _MADE[family, lang]


@pytest.mark.parametrize("family", ["published", "falling"])
def test_the_earlier_total_is_told_of_its_day_and_never_as_growth(worlds: dict[str, Snapshot], family: str) -> None:
    """K-03: the same count a year before; K-08, K-09: what is counted, and since when."""
    made = briefs(worlds, family, "en")
    (then,) = stated(made, "cases_received", {}, YEAR_BEFORE)[:1]
    text = re.sub(r"\s+", " ", re.sub(r"\[\d+\]", "", as_text(made)))
    assert f"on 31 March 2024, the same count, as known then, stood at {then.value:,}" in text
    assert "Since 21 September 2022" in text
    for words in ("332 (failure to obey an order)", "337 (AWOL)", "338 (desertion)", "wartime parts only"):
        assert words in text


def test_the_two_worlds_are_told_as_two_stories(worlds: dict[str, Snapshot]) -> None:
    """E-02, E-15, E-18: what rose in one fell in the other; the numbers are each world's own."""
    for family, grew, level in (("published", True, "up from"), ("falling", False, "down from")):
        made = briefs(worlds, family, "en")
        (ratio,) = stated(made, "received_against_year_before", {"age": "same"})[:1]
        assert (float(ratio.value) > 1) is grew
        text = re.sub(r"\s+", " ", re.sub(r"\[\d+\]", "", as_text(made)))
        assert level in text
        before, now = stated(made, "level_change", {"of": "cases_received", "from": "*", "to": "*"})
        lower, higher = sorted((before, now), key=lambda answer: float(answer.value))
        assert (higher.by["from"] > lower.by["from"]) is grew


@pytest.mark.parametrize("family", ["published", "falling"])
def test_what_no_record_says_is_said_to_be_unknown(worlds: dict[str, Snapshot], family: str) -> None:
    """K-10 to K-14, E-14: recruits, troops, bonuses, motives."""
    text = re.sub(r"\s+", " ", as_text(briefs(worlds, family, "en")))
    for words in UNKNOWABLE:
        assert words in text
    for word in ("bonus", "volunteer", "convicted", "guilty", "refused to fight because"):
        assert word not in text.lower()


@pytest.mark.parametrize("family", ["published", "falling"])
def test_words_that_must_not_swap(worlds: dict[str, Snapshot], family: str) -> None:
    """A verdict is not a conviction; proceedings are stayed, sentences suspended; persons are not divided by cases."""
    english = re.sub(r"\s+", " ", as_text(briefs(worlds, family, "en")))
    russian = re.sub(r"\s+", " ", as_text(briefs(worlds, family, "ru")))
    assert "A verdict is not always a conviction" in english
    assert "Приговор не всегда обвинительный" in russian
    assert not re.search(r"case[^.]{0,40}suspended|sentence[^.]{0,40}stayed", english)
    assert "осужд" not in russian.lower()
    assert not re.search(r"дел[^.]{0,40}условн|наказани[^.]{0,40}приостановлен", russian)
    for text, mark in ((english, "SIMULATED DATA"), (russian, "УЧЕБНЫЕ ДАННЫЕ")):
        assert text.index(mark) < 200
