"""Briefs of a rising and a falling world: numbers that are the figures', stories that differ, and a public form that hides."""

import html
import json
import re
from datetime import date

import pytest

from courttally.engine import Engine
from courttally.figures.count import count
from courttally.figures.question import make_question
from courttally.publish import collect_inputs, make_release
from courttally.publish.brief import Brief, make_brief
from courttally.publish.brief_formats import FORMATS, as_html, as_markdown, as_text
from courttally.publish.brief_words import Number, fill
from courttally.registry.snapshot import Snapshot

LAST = date(2025, 3, 31)


def brief(snapshot: Snapshot, as_of: date = LAST, lang: str = "en", *, public: bool = False) -> Brief:
    with Engine(snapshot.path) as engine:
        released = make_release(collect_inputs(engine, snapshot, as_of)) if public else None
        return make_brief(engine, snapshot, as_of, lang=lang, released=released)


def plain(made: Brief) -> str:
    """The text without wrapping and marks."""
    text = as_text(made).partition("FIGURES\n" if made.lang == "en" else "ПОКАЗАТЕЛИ\n")[0]
    return re.sub(r"\s+", " ", re.sub(r"\[\d+\]", "", text))


def counted(snapshot: Snapshot, metric: str, as_of: date = LAST, **more: str) -> dict[str, int]:
    by = more.get("by", "")
    question = make_question(metric, scope="refusal-wartime", by=(by,) if by else (), as_of=as_of)
    with Engine(snapshot.path) as engine:
        return {figure.by.get(by, ""): figure.value for figure in count(engine, snapshot, question)}


@pytest.mark.parametrize("family", ["published", "falling"])
@pytest.mark.parametrize("as_of", [LAST, date(2024, 9, 15)])
def test_the_headline_and_the_articles_are_the_counts(worlds: dict[str, Snapshot], family: str, as_of: date) -> None:
    snapshot = worlds[family]
    total, articles = (
        counted(snapshot, "cases_received", as_of)[""],
        counted(snapshot, "cases_received", as_of, by="article"),
    )
    text = plain(brief(snapshot, as_of))
    assert f"at least {total:,} cases under articles" in text
    assert "SIMULATED DATA" in text
    for article, value in articles.items():
        assert re.search(rf"- {article} \([^)]+\): {value:,} cases?, \d", text)
    russian = plain(brief(snapshot, as_of, "ru"))
    assert "УЧЕБНЫЕ ДАННЫЕ" in russian
    assert (
        re.search(rf"не менее {total:,}".replace(",", "\u00a0") + " дел", russian.replace("\u202f", " "))
        or str(total) in russian
    )


def test_the_falling_world_tells_the_other_story(worlds: dict[str, Snapshot]) -> None:
    rising, falling = plain(brief(worlds["published"])), plain(brief(worlds["falling"]))
    assert re.search(r"the number (rose|nearly doubled|doubled|more than)", rising)
    assert re.search(r"the number (fell|nearly halved|halved)", falling)
    assert "down from about" in falling
    assert "up from about" in rising
    assert "338" not in re.sub(
        r"articles 332.*?parts only", "", falling.partition("IN SHORT")[2].partition("WHAT IS")[0]
    )
    assert re.search(r"число дел (снизилось|сократилось)", plain(brief(worlds["falling"], LAST, "ru")).lower())


@pytest.mark.parametrize("lang", ["en", "ru"])
@pytest.mark.parametrize("as_of", [LAST, date(2024, 9, 15), date(2024, 3, 1), date(2023, 10, 20)])
def test_every_mark_has_its_note_and_every_note_a_figure(worlds: dict[str, Snapshot], lang: str, as_of: date) -> None:
    for snapshot in worlds.values():
        made = brief(snapshot, as_of, lang)
        marks = {int(n) for section in made.sections for s in section.sentences for n in re.findall(r"⟦(\d+)⟧", s.text)}
        assert marks == set(range(1, len(made.notes) + 1))
        assert all(re.match(r"f-[0-9a-f]{16}: ", note) for note in made.notes)
        text = as_text(made)
        assert "⟦" not in text
        assert "{" not in text
        assert "None" not in text
        assert "  " not in text.replace("\n  - ", "\n").replace("\n    ", "\n")


def told_numbers(text: str) -> list[tuple[int, int]]:
    """(number, its mark) wherever a mark stands right behind a whole number and its noun, in English."""
    found = re.findall(
        r"(?<![\d.,])([\d,]+)(?:\u00a0(?:case|criminal|accused|court|day)[a-z]*(?: matters?| numbers?)?)?⟦(\d+)⟧", text
    )
    return [(int(number.replace(",", "")), int(mark)) for number, mark in found]


@pytest.mark.parametrize("as_of", [LAST, date(2024, 9, 15), date(2024, 3, 1)])
def test_every_number_is_that_of_its_figure(worlds: dict[str, Snapshot], as_of: date) -> None:
    checked = 0
    for snapshot in worlds.values():
        made = brief(snapshot, as_of)
        for section in made.sections:
            for sentence in section.sentences:
                for number, mark in told_numbers(sentence.text):
                    answer = made.answers[mark - 1]
                    if isinstance(answer.value, int):
                        checked += 1
                        assert number == answer.value, sentence.text
    assert checked > 60


def test_a_case_that_is_counted_and_lacks_a_part_is_told_apart() -> None:
    slots = {"n": Number(140, "ru", "⟦1⟧", public=False), "rest": "139"}
    assert fill("no_part_some", "ru", slots).startswith(
        "У 140\u00a0дел⟦1⟧ есть обвинение без указания части статьи; те, где"
    )
    slots["n"] = Number(140, "en", "⟦1⟧", public=False)
    assert fill("no_part_some", "en", slots).endswith(
        "stands in 140\u00a0cases⟦1⟧; those without another charge in scope (139) are not counted."
    )


def test_a_day_with_nothing_is_said_and_is_no_zero(worlds: dict[str, Snapshot]) -> None:
    made = brief(worlds["published"], date(2021, 1, 1))
    assert (
        "As of 1 January 2021, no case is held that was received since 21 September 2022 under articles 332"
        in plain(made)
    )
    assert "no proof that there are none" in plain(made)
    text = as_text(brief(worlds["published"], date(2019, 1, 1), "ru"))
    assert "нет ни одной карточки дела" in plain(brief(worlds["published"], date(2019, 1, 1), "ru"))
    assert re.search(r"113 судов\[1\] без единого списка", text.replace("\u00a0", " "))


def test_no_line_breaks_between_a_number_and_what_it_counts(worlds: dict[str, Snapshot]) -> None:
    for lang in ("en", "ru"):
        text = as_text(brief(worlds["published"], LAST, lang))
        assert not re.search(r"\d(\[\d+\])?\n *(%|case|дел|января|марта|September|March|court|суд)", text)
        assert re.search("31\u00a0(March|марта)", text)


def test_a_day_after_the_last_page_is_not_told_as_known(worlds: dict[str, Snapshot]) -> None:
    snapshot = worlds["published"]
    seen = date.fromisoformat(snapshot.manifest["latest_capture_on"])
    on_the_day, later = plain(brief(snapshot, seen)), plain(brief(snapshot, date(2027, 6, 1)))
    words = f"{seen.day} {seen:%B} {seen.year}"
    assert f"had shown by {words}" in later
    assert f"The latest page held is of {words}: what courts showed after it is not known." in later
    assert "The latest page held" not in on_the_day
    assert "A year before" in on_the_day
    assert "A year before" not in later  # that day, too, lies after the last page: nothing was learnt between
    share = re.compile(r"within 180 days, ([\d.]+) per cent")
    assert share.findall(on_the_day) == share.findall(later) != []


def test_the_same_time_after_is_kept_across_the_turn_of_a_year(worlds: dict[str, Snapshot]) -> None:
    with Engine(worlds["published"].path) as engine:
        made = make_brief(engine, worlds["published"], date(2025, 1, 10))
    ages = {a.question.where["age"] for a in made.answers if a.question.metric == "received_against_year_before"}
    assert ages == {"same"}


def test_of_equals_at_the_border_none_is_named(worlds: dict[str, Snapshot]) -> None:
    snapshot, as_of = worlds["published"], date(2023, 10, 31)
    by_court = sorted(counted(snapshot, "cases_received", as_of, by="court").values(), reverse=True)
    made = brief(snapshot, as_of)
    named = [a for a in made.answers if set(a.by) == {"court"} and a.question.metric == "cases_received"]
    border = by_court[5] if len(by_court) > 5 else 0
    assert [answer.value for answer in named] == [value for value in by_court[:5] if value > border]
    assert len(by_court) > 5


def test_a_change_among_few_cases_gets_no_word_of_growth(worlds: dict[str, Snapshot]) -> None:
    told = 0
    for as_of in (LAST, date(2025, 1, 10), date(2024, 12, 15)):
        with Engine(worlds["published"].path) as engine:
            made = make_brief(engine, worlds["published"], as_of, subject="speech")
        asked = [a for a in made.answers if a.question.metric == "cases_received" and a.question.first_day is not None]
        pairs = [(int(now.value), int(before.value)) for now, before in zip(asked[::2], asked[1::2], strict=True)]
        assert all(before < 20 for _, before in pairs)
        told += len(pairs)
        assert plain(made).count("too few to speak of growth or decline") == len(pairs)
        assert not re.search(r"the number (rose|fell|doubled|halved|hardly)", plain(made))
    assert told
    assert "too few" not in plain(brief(worlds["published"]))


def test_cases_with_a_verdict_of_some_accused_are_told_so(worlds: dict[str, Snapshot]) -> None:
    for family in ("published", "falling"):
        for as_of in (LAST, date(2024, 9, 15)):
            ended = counted(worlds[family], "cases_received", as_of, by="outcome").get("verdict", 0)
            held = sum(counted(worlds[family], "verdicts", as_of, by="article").values())
            text = plain(brief(worlds[family], as_of))
            assert ("those too in which only some of the accused have one" in text) is (ended != held)


@pytest.mark.parametrize("family", ["published", "falling"])
@pytest.mark.parametrize("as_of", [LAST, date(2024, 6, 1), date(2023, 12, 1), date(2023, 10, 20)])
@pytest.mark.parametrize("lang", ["en", "ru"])
def test_the_public_form_holds_only_what_the_public_table_holds(
    worlds: dict[str, Snapshot], family: str, as_of: date, lang: str
) -> None:
    snapshot = worlds[family]
    made = brief(snapshot, as_of, lang, public=True)
    body = plain(made)
    for code in counted(snapshot, "cases_received", as_of, by="court"):
        from courttally import courts

        assert courts.label(code, lang) not in body
    assert all(re.match(r"q-[0-9a-f]{16}: ", note) for note in made.notes)
    assert {answer.as_of for answer in made.answers} <= {as_of}
    assert not any(re.search(r"; /|/;", note) for note in made.notes)
    metrics = {answer.question.metric for answer in made.answers}
    assert metrics <= {
        "cases_received", "cases_finished", "matters", "courts_covered", "record_month", "complete_through",
        "received_against_year_before",
    }  # fmt: skip
    for answer in made.answers:
        if answer.question.metric in ("cases_received", "cases_finished", "matters") and 1 <= int(answer.value) <= 4:
            assert not re.search(rf"(?<![\d.,]){answer.value}\u00a0(case|дел)", as_text(made))


def test_one_brief_in_three_forms(worlds: dict[str, Snapshot]) -> None:
    made = brief(worlds["published"])
    page = as_html(made)
    told = html.unescape(re.sub(r"\s+", " ", re.sub(r"<sup>.*?</sup>|<[^>]+>", " ", page)))
    for section in made.sections:
        for sentence in section.sentences:
            words = re.sub(r"\s+", " ", re.sub(r"⟦\d+⟧", " ", sentence.text))
            assert words.replace(" ", "") in told.replace(" ", "")
    assert "<script" not in page
    assert page.count('<li id="n') == len(made.notes)
    markdown = as_markdown(made)
    noted = set(re.findall(r"^\[\^(\d+)\]:", markdown, re.MULTILINE))
    prose = "\n".join(line for line in markdown.splitlines() if not line.startswith("[^"))
    assert set(re.findall(r"\[\^(\d+)\]", prose)) == noted
    assert set(FORMATS) == {"text", "md", "html"}


def test_the_same_registry_and_day_give_the_same_brief(worlds: dict[str, Snapshot]) -> None:
    assert as_html(brief(worlds["falling"], LAST, "ru")) == as_html(brief(worlds["falling"], LAST, "ru"))


def test_a_brief_of_another_subject_names_its_articles(worlds: dict[str, Snapshot]) -> None:
    with Engine(worlds["published"].path) as engine:
        made = make_brief(engine, worlds["published"], LAST, subject="speech")
        assert "Words about the army" in made.title
        released = make_release(collect_inputs(engine, worlds["published"], LAST))
        with pytest.raises(ValueError, match="refusal-wartime"):
            make_brief(engine, worlds["published"], LAST, subject="speech", released=released)
        with pytest.raises(ValueError, match="counts otherwise"):
            make_brief(engine, worlds["published"], date(2025, 3, 1), released=released)
        with pytest.raises(ValueError, match="'en' or 'ru'"):
            make_brief(engine, worlds["published"], LAST, lang="de")
        quoted = make_brief(engine, worlds["published"], LAST, context=[("A paper", "2025-06-26", "40,000 a month")])
    assert "A paper, 2025-06-26: “40,000 a month”" in as_text(quoted)
    assert json.dumps(quoted.notes)


def test_the_rules_of_growth_leave_no_ratio_without_a_word() -> None:
    from courttally.publish.brief_words import brief_words

    assert [rule.at_least for rule in brief_words().growth] == sorted(
        (r.at_least for r in brief_words().growth), reverse=True
    )
    assert brief_words().growth[-1].at_least == 0
