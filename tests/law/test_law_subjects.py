"""Subjects as data files: what the shipped one says, and how a wrong file is refused."""

from datetime import date
from importlib.resources import files

import pytest

from courttally.law.subjects import NamedScope, load_subject, read_subject, subject_names

SHIPPED = files("courttally.subjects").joinpath("refusal.toml").read_text(encoding="utf-8")


def test_the_first_subject() -> None:
    subject = load_subject("refusal")
    assert subject_names() == ("refusal", "speech")
    assert subject.article_order == ("338", "337", "332")
    assert subject.scope("refusal") == NamedScope("refusal", ("332", "337", "338"), "all", None)
    assert subject.scope("refusal-wartime") == NamedScope(
        "refusal-wartime", ("332", "337", "338"), "wartime", date(2022, 9, 21)
    )
    assert (subject.default_scope, subject.headline_scope) == ("refusal", "refusal-wartime")
    assert ("337", "3.1") in subject.wartime
    assert ("337", "3") not in subject.wartime


def test_articles_are_printed_with_their_number() -> None:
    subject = load_subject("refusal")
    assert [article.headline("en") for article in subject.articles] == [
        "failure to obey an order (article 332)",
        "AWOL (article 337)",
        "desertion (article 338)",
    ]
    assert [article.headline("ru") for article in subject.articles] == [
        "неисполнение приказа (ст. 332)",
        "самовольное оставление части (ст. 337)",
        "дезертирство (ст. 338)",
    ]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('id = "refusal"', 'id = "refusal"\ncolour = "red"', "mine.toml: key 'colour' is not known"),
        ('id = "refusal"', "", "mine.toml: key 'id' is missing"),
        ('id = "refusal"', "id = 7", "mine.toml: key 'id' must be of type str"),
        ('id = "refusal"', 'id = "Re fusal"', "mine.toml: key 'id' has not the form it should have"),
        ('number = "337"', 'number = "337a"', "mine.toml, articles 2: key 'number' has not the form it should have"),
        ('number = "337"', 'number = "332"', "mine.toml: key 'articles' must name at least one article, and each once"),
        ('headline_en = "AWOL"', 'headline = "AWOL"', "mine.toml, articles 2: key 'headline_en' is missing"),
        ('parts = "all"', 'parts = "some"', "mine.toml, scopes 1: key 'parts' must be one of: all, wartime"),
        ("since = 2022-09-21", 'since = "2022-09-21"', "mine.toml, scopes 2: key 'since' must be of type date"),
        ("since = 2022-09-21", "since = 2022-09-21T10:00:00", "mine.toml, scopes 2: key 'since' must be of type date"),
        ("since = 2022-09-21", "from = 2022-09-21", "mine.toml, scopes 2: key 'from' is not known"),
        ('parts = "all"', 'parts = "all"\narticles = ["105"]', "mine.toml, scopes 1: key 'articles' names an article"),
        ('name = "refusal-wartime"', 'name = "refusal"', "mine.toml: key 'scopes' names a scope twice"),
        ('["338", "337", "332"]', '["338", "337"]', "mine.toml: key 'article_order' must name every article once"),
        ('default_scope = "refusal"', 'default_scope = "all"', "mine.toml: key 'default_scope' names no scope"),
        ('id = "refusal"', "id =", "mine.toml: no TOML"),
    ],
)
def test_a_wrong_file_is_refused_by_place_and_key(old: str, new: str, message: str) -> None:
    assert SHIPPED.count(old) >= 1
    with pytest.raises(ValueError, match=r"^mine\.toml") as caught:
        read_subject("mine.toml", SHIPPED.replace(old, new, 1))
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("name", ["nothing", "../refusal", "Refusal", ""])
def test_a_missing_subject_names_those_there_are(name: str) -> None:
    with pytest.raises(ValueError, match=r"no such subject; there are: refusal, speech$"):
        load_subject(name)


def test_another_subject_is_another_file() -> None:
    text = """
    id = "surrender"
    title_en = "Surrender"
    title_ru = "Сдача в плен"
    article_order = ["352.1"]
    default_scope = "surrender"
    headline_scope = "surrender"
    [[articles]]
    number = "352.1"
    headline_en = "voluntary surrender"
    headline_ru = "добровольная сдача в плен"
    [[scopes]]
    name = "surrender"
    parts = "all"
    """
    subject = read_subject("surrender.toml", text)
    assert subject.scope("surrender") == NamedScope("surrender", ("352.1",), "all", None)
    assert subject.article("352.1").headline("en") == "voluntary surrender (article 352.1)"
    with pytest.raises(ValueError, match="no such scope; subject surrender has: surrender"):
        subject.scope("refusal")
