"""One published claim, and the vocabulary of the schema.

Invariants: a claim is kept as printed; its ``note`` is not part of it, so no rule can read it. What a metric counts, and
with what it may be compared, is data (``vocabulary.toml``).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from courttally.claims.dates import Period, Span
from courttally.claims.numbers import Amount
from courttally.law.tables import read_toml

UNSTATED, OTHER, CHAPTER, ALL_CRIMES = "unstated", "other", "chapter33", "all_crimes"


@dataclass(frozen=True, slots=True)
class Words:
    """A noun phrase in both languages."""

    en: str
    ru: str


@dataclass(frozen=True, slots=True)
class Metric:
    """What a metric counts: its unit, stage, what it may be compared with, and its words."""

    name: str
    unit: str
    compare: str
    stage: str
    share: tuple[str, ...]
    context: bool
    words: Words

    @property
    def decided(self) -> bool:
        """Whether the number is told as heard, decided, sentenced or convicted."""
        return self.stage in {"heard", "decided"}

    @property
    def of_courts(self) -> bool:
        """Whether the number is told as proceedings or as the persons in them."""
        return bool(self.stage)

    @property
    def counts(self) -> bool:
        """Whether the number counts things, so that sums and equal numbers mean something."""
        return self.unit not in {"rate", "share", "factor", "term", "days", "none"}


@dataclass(frozen=True, slots=True)
class Anchor:
    """A day that running totals are told from."""

    name: str
    day: date
    words: Words


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of the schema."""

    metrics: Mapping[str, Metric]
    person_units: frozenset[str]
    anchors: tuple[Anchor, ...]
    populations: Mapping[str, Words]
    kinds: Mapping[int, tuple[str, Words]]
    """Short name and words of each kind of error, by its number."""


@cache
def vocabulary() -> Vocabulary:
    """The vocabulary as shipped. Raises ``ValueError``, naming file and key, when the file is not as documented."""
    data = read_toml("courttally.claims", "vocabulary.toml")
    metrics: dict[str, Metric] = {}
    for row in data.take_tables("metric"):
        name = row.take("name", str)
        metrics[name] = Metric(
            name=name,
            unit=row.take("unit", str),
            compare=row.take_optional("compare", str) or name,
            stage=row.take_optional("stage", str) or "",
            share=row.take_texts("share"),
            context=row.take_optional("context", bool) or False,
            words=Words(row.take("en", str), row.take("ru", str)),
        )
        row.done()
    units = frozenset(data.take_texts("person_units"))
    kinds: dict[int, tuple[str, Words]] = {}
    for row in data.take_tables("kind"):
        kinds[row.take("number", int)] = (row.take("name", str), Words(row.take("en", str), row.take("ru", str)))
        row.done()
    anchors = []
    for row in data.take_tables("anchor"):
        words = Words(row.take("en", str), row.take("ru", str))
        anchors.append(Anchor(row.take("name", str), row.take("day", date), words))
        row.done()
    populations = {}
    for row in data.take_tables("population"):
        populations[row.take("name", str)] = Words(row.take("en", str), row.take("ru", str))
        row.done()
    data.done()
    return Vocabulary(metrics, units, tuple(anchors), populations, kinds)


@dataclass(frozen=True, slots=True)
class Claim:
    """One row of a claims file, as printed. ``cites`` is split at semicolons; ``amount`` is None without a number."""

    id: str
    source: str
    publisher: str
    cites: tuple[str, ...]
    url: str
    published: Span | None
    as_of: Span | None
    quote: str
    label: str
    unit: str
    metric: Metric
    articles: frozenset[str]
    parts: str
    place: str
    start: Span | None
    end: Span | None
    amount: Amount | None
    group: str
    part_of: str
    population: str
    period: Period = field(init=False)
    """The time counted; a running total without a printed end ends at the date of its count."""

    def __post_init__(self) -> None:
        end = self.end or (self.as_of if self.start else None)
        object.__setattr__(self, "period", Period(self.start, end))

    @property
    def seen(self) -> Span | None:
        """The date of the count, else of the publication."""
        return self.as_of or self.published

    @property
    def of_persons(self) -> bool:
        """Whether the number is told of persons."""
        return self.metric.unit == "person" or (self.unit in vocabulary().person_units and self.metric.unit == "case")

    @property
    def one_article(self) -> str | None:
        """The article, when exactly one is named."""
        if len(self.articles) != 1:
            return None
        (article,) = self.articles
        return article if article[0].isdigit() else None
