"""A subject of counting as data: its articles, their order, its scopes and the words for its headline.

Invariants: everything a subject says is in its file under `courttally/subjects/` (or in a file of the publisher's
own); code names no article. A file is read strictly: an unknown key, a missing one or a value that is none raises
ValueError naming the file and the key. Articles are printed with their number, always.
"""

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path

from courttally.law.statutes import wartime_parts
from courttally.law.tables import Table

PARTS = ("all", "wartime")
LANGUAGES = ("en", "ru")
_NAME = re.compile(r"[a-z][a-z0-9-]*")
_ARTICLE = re.compile(r"\d{1,3}(\.\d{1,2})?")


@dataclass(frozen=True, slots=True)
class SubjectArticle:
    """An article of the subject and the words for it."""

    number: str
    headline_en: str
    headline_ru: str

    def headline(self, lang: str) -> str:
        """The words with the article number, in `en` or `ru`: «AWOL (article 337)»."""
        if lang not in LANGUAGES:
            raise ValueError("words are known in 'en' and 'ru' only")
        if lang == "en":
            return f"{self.headline_en} (article {self.number})"
        return f"{self.headline_ru} (ст. {self.number})"


@dataclass(frozen=True, slots=True)
class NamedScope:
    """The three switches of a scope (counting rule 1): articles, parts (`all` or `wartime`), first day received or
    None.
    """

    name: str
    articles: tuple[str, ...]
    parts: str
    since: date | None


@dataclass(frozen=True, slots=True)
class Subject:
    """A subject. `article_order` ranks charges with equal terms, first before later (counting rule 2)."""

    id: str
    title_en: str
    title_ru: str
    articles: tuple[SubjectArticle, ...]
    article_order: tuple[str, ...]
    scopes: tuple[NamedScope, ...]
    default_scope: str
    headline_scope: str

    @property
    def wartime(self) -> tuple[tuple[str, str], ...]:
        """The wartime parts of the subject's articles, from the statute table."""
        return wartime_parts(tuple(article.number for article in self.articles))

    def scope(self, name: str) -> NamedScope:
        """A scope by its name. Raises ValueError naming the scopes there are."""
        for scope in self.scopes:
            if scope.name == name:
                return scope
        raise ValueError(f"no such scope; subject {self.id} has: {', '.join(scope.name for scope in self.scopes)}")

    def article(self, number: str) -> SubjectArticle:
        """An article of the subject by number. Raises ValueError when it has no such article."""
        for article in self.articles:
            if article.number == number:
                return article
        raise ValueError(f"no such article; subject {self.id} has: {', '.join(a.number for a in self.articles)}")


def _matching(table: Table, key: str, pattern: re.Pattern[str]) -> str:
    value = table.take(key, str)
    if not pattern.fullmatch(value):
        raise ValueError(f"{table.place}: key '{key}' has not the form it should have")
    return value


def _article(table: Table) -> SubjectArticle:
    article = SubjectArticle(
        number=_matching(table, "number", _ARTICLE),
        headline_en=table.take("headline_en", str),
        headline_ru=table.take("headline_ru", str),
    )
    table.done()
    return article


def _scope(table: Table, articles: tuple[str, ...]) -> NamedScope:
    own = table.take_texts("articles")
    if not set(own) <= set(articles):
        raise ValueError(f"{table.place}: key 'articles' names an article that the subject has not")
    parts = table.take("parts", str)
    if parts not in PARTS:
        raise ValueError(f"{table.place}: key 'parts' must be one of: {', '.join(PARTS)}")
    scope = NamedScope(_matching(table, "name", _NAME), own or articles, parts, table.take_optional("since", date))
    table.done()
    return scope


def read_subject(place: str, text: str) -> Subject:
    """A subject from the text of its file; `place` is how messages call the file. Raises ValueError naming place and
    key.
    """
    try:
        table = Table(place, tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{place}: no TOML: {error}") from error
    articles = tuple(_article(row) for row in table.take_tables("articles"))
    numbers = tuple(article.number for article in articles)
    if not numbers or len(set(numbers)) != len(numbers):
        raise ValueError(f"{place}: key 'articles' must name at least one article, and each once")
    scopes = tuple(_scope(row, numbers) for row in table.take_tables("scopes"))
    names = [scope.name for scope in scopes]
    if len(set(names)) != len(names):
        raise ValueError(f"{place}: key 'scopes' names a scope twice")
    order = table.take_texts("article_order")
    if sorted(order) != sorted(numbers):
        raise ValueError(f"{place}: key 'article_order' must name every article once")
    subject = Subject(
        id=_matching(table, "id", _NAME),
        title_en=table.take("title_en", str),
        title_ru=table.take("title_ru", str),
        articles=articles,
        article_order=order,
        scopes=scopes,
        default_scope=table.take("default_scope", str),
        headline_scope=table.take("headline_scope", str),
    )
    table.done()
    for key in ("default_scope", "headline_scope"):
        if getattr(subject, key) not in names:
            raise ValueError(f"{place}: key '{key}' names no scope of the file")
    return subject


@cache
def load_subject(name: str) -> Subject:
    """A subject by the name of its file in the package. Raises ValueError when there is none, or it has a mistake."""
    file = files("courttally.subjects").joinpath(f"{name}.toml")
    if not _NAME.fullmatch(name) or not file.is_file():
        raise ValueError(f"no such subject; there are: {', '.join(subject_names())}")
    return read_subject(f"subjects/{name}.toml", file.read_text(encoding="utf-8"))


def load_subject_file(path: Path) -> Subject:
    """A subject from a file of one's own. Raises OSError when it cannot be read, ValueError naming file and key."""
    return read_subject(path.name, path.read_text(encoding="utf-8"))


def subject_names() -> tuple[str, ...]:
    """The subjects that ship with the package, in order."""
    found = (Path(entry.name) for entry in files("courttally.subjects").iterdir())
    return tuple(sorted(path.stem for path in found if path.suffix == ".toml"))
