"""The dated statute table: which part of which article is in force when, and how long a sentence it carries.

Invariants: figures are those of `statutes.toml` and of nothing else; a figure that is not known is None and never a
default. Terms are whole months. The maximum is the longest term of imprisonment, else of a disciplinary unit, else of
arrest (counting rule 2), so that parts of different kinds can be ranked by one number.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache

from courttally.law.tables import Table, read_toml


@dataclass(frozen=True, slots=True)
class StatutePart:
    """One part of one article over one stretch of days, both ends included; None as an end is open."""

    article: str
    part: str  # "" for an article without parts
    since: date | None
    until: date | None
    imprisonment_min: int | None
    imprisonment_max: int | None
    disciplinary_max: int | None
    arrest_max: int | None
    wartime: bool
    verified: bool
    source: str

    @property
    def max_months(self) -> int | None:
        """Counting rule 2. A term of none is no term, hence the comparison with None."""
        terms = (self.imprisonment_max, self.disciplinary_max, self.arrest_max)
        return next((term for term in terms if term is not None), None)

    def in_force(self, on: date) -> bool:
        """Whether the part is law on that day."""
        return (self.since is None or self.since <= on) and (self.until is None or on <= self.until)


@dataclass(frozen=True, slots=True)
class Article:
    """One article. `complete`: the table has all parts it ever had, so that any other part is a mistake of the page."""

    number: str
    title_en: str
    title_ru: str
    offence: bool
    complete: bool
    parts: tuple[StatutePart, ...]


@dataclass(frozen=True, slots=True)
class Severity:
    """What the table says of a charge on a day, terms in months.

    `in_force` is None where the table cannot say. `verified` is whether the terms were read in a public text of the
    law.
    """

    max_months: int | None
    min_months: int | None
    in_force: bool | None
    verified: bool


@dataclass(frozen=True, slots=True)
class StatuteTable:
    """The whole table: its version, the day the amending law came in force, and articles by number."""

    version: str
    amended_on: date
    articles: dict[str, Article]


def _part(article: str, row: Table) -> StatutePart:
    part = StatutePart(
        article=article,
        part=row.take("part", str),
        since=row.take_optional("from", date),
        until=row.take_optional("to", date),
        imprisonment_min=row.take_optional("imprisonment_min", int),
        imprisonment_max=row.take_optional("imprisonment_max", int),
        disciplinary_max=row.take_optional("disciplinary_max", int),
        arrest_max=row.take_optional("arrest_max", int),
        wartime=row.take_optional("wartime", bool) or False,
        verified=row.take("verified", bool),
        source=row.take("source", str),
    )
    row.done()
    return part


def _article(row: Table) -> Article:
    number = row.take("number", str)
    offence = row.take_optional("offence", bool)
    article = Article(
        number=number,
        title_en=row.take("title_en", str),
        title_ru=row.take("title_ru", str),
        offence=offence is None or offence,
        complete=row.take_optional("complete", bool) or False,
        parts=tuple(_part(number, part) for part in row.take_tables("parts")),
    )
    row.done()
    return article


@cache
def statute_table() -> StatuteTable:
    """The table as shipped. Raises ValueError, naming file and key, when the file is not as documented."""
    data = read_toml("courttally.law", "statutes.toml")
    law = data.take_table("amending_law")
    law.take("name", str)
    articles = [_article(row) for row in data.take_tables("article")]
    table = StatuteTable(
        version=data.take("version", str),
        amended_on=law.take("in_force", date),
        articles={article.number: article for article in articles},
    )
    law.done()
    data.done()
    if len(table.articles) != len(articles):
        raise ValueError("statutes.toml: an article stands there twice")
    return table


TABLE_VERSION = statute_table().version


def _versions(article: str, part: str | None) -> tuple[StatutePart, ...]:
    """The rows of a part, oldest first. An article without parts is meant by no part."""
    known = statute_table().articles.get(article)
    rows = known.parts if known else ()
    return tuple(sorted((row for row in rows if row.part == (part or "")), key=lambda row: row.since or date.min))


def severity(article: str, part: str | None, on: date | None) -> Severity:
    """The terms of a part on a day; `on=None` asks for its latest version.

    No number where the part is None (unknown), is not in force on that day (`in_force` False), or has no figure in
    the table; an article outside the table has no number and `in_force` None. An article that has no parts is
    complete without one.
    """
    rows = _versions(article, part)
    if not rows:
        known = statute_table().articles.get(article)
        never = part is not None and known is not None and known.complete
        return Severity(None, None, False if never else None, False)
    row = rows[-1] if on is None else next((row for row in rows if row.in_force(on)), None)
    if row is None:
        return Severity(None, None, False, False)
    return Severity(row.max_months, row.imprisonment_min, True, row.verified)


def is_wartime(article: str, part: str | None) -> bool:
    """Whether a part is one for mobilisation, martial law, wartime or hostilities (part None: unknown, so not)."""
    return any(row.wartime for row in _versions(article, part)) if part else False


def wartime_parts(articles: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """The wartime parts of some articles as pairs (article, part), in the order of the table."""
    table = statute_table().articles
    return tuple(
        (row.article, row.part) for number in articles if number in table for row in table[number].parts if row.wartime
    )
