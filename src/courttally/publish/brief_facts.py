"""What a brief rests on: sentences with their figures, collected as they are written.

Invariants: a number enters a sentence only together with the figure that it is, so that each has a footnote; in the public form a footnote names
the question (which holds no digest of records), and a sentence whose numbers no public table holds is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from courttally import courts
from courttally.figures.count import Figure
from courttally.figures.desk import Desk
from courttally.figures.metrics import all_metrics
from courttally.figures.question import Question
from courttally.figures.scope import Scope
from courttally.figures.worked import Answer, work_out
from courttally.publish.brief_words import Number, fill, label, phrase


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence as text with marks ``⟦1⟧``, and whether it is an item of a list."""

    text: str
    item: bool = False


@dataclass(slots=True)
class Section:
    """A heading and its sentences."""

    title: str
    sentences: list[Sentence] = field(default_factory=list)

    def sentences_of(self) -> list[tuple[str, bool]]:
        """Text, and whether it is an item of a list."""
        return [(sentence.text, sentence.item) for sentence in self.sentences]


@dataclass(frozen=True, slots=True)
class Public:
    """What the public may be told, from a frozen release.

    ``months``: cases received by month, of this release; ``shown``: the same with months that keep an earlier release's number;
    ``articles``: by article over everything, empty where that does not follow from the table; ``cases``: the number at
    the top of the page where it is not the registry's own; ``matters``: whether their number is told; ``finished``: cases finished on a known day, None where that is not told.
    """

    months: Mapping[str, int]
    shown: Mapping[str, int]
    articles: Mapping[str, int]
    cases: int | None
    matters: bool
    finished: int | None


class Sheet:
    """Asks for figures, numbers their footnotes, and fills sentences."""

    def __init__(self, desk: Desk, scope: Scope, lang: str, *, public: bool) -> None:
        self.desk, self.scope, self.lang, self.public = desk, scope, lang, public
        self.answers: list[Answer] = []
        self._places: dict[str, int] = {}

    def question(self, metric: str, **more: Any) -> Question:
        """A question in the sheet's scope and as of its day."""
        return Question(metric, more.pop("scope", self.scope), as_of=self.desk.as_of, **more)

    def one(self, metric: str, **more: Any) -> Figure:
        """One counted figure."""
        return self.desk.counted.figure(self.question(metric, **more))

    def many(self, metric: str, by: str, **more: Any) -> dict[str, Figure]:
        """Counted figures by one dimension."""
        return {f.by[by]: f for f in self.desk.counted.figures(self.question(metric, by=(by,), **more))}

    def worked(self, metric: str, desk: Desk | None = None, **more: Any) -> list[Answer]:
        """The cells of a worked-out metric."""
        return list(work_out(desk or self.desk, self.question(metric, **more)))

    def mark(self, answer: Answer) -> str:
        """The mark of an answer's footnote; the same figure keeps its number."""
        if answer.figure_id not in self._places:
            self.answers.append(answer)
            self._places[answer.figure_id] = len(self.answers)
        return f"⟦{self._places[answer.figure_id]}⟧"

    def number(self, answer: Answer, value: int | Decimal | None = None) -> Number:
        """An answer's value, or a number that the answer holds, ready for a sentence."""
        own = value if value is not None else answer.value
        if isinstance(own, str):
            raise TypeError("a worked-out value is given as a number of its own")
        return Number(own, self.lang, self.mark(answer), self.public)

    def marked(self, text: str, answer: Answer) -> str:
        """A text with an answer's mark."""
        return text + self.mark(answer)

    def say(self, template: str, /, *, item: bool = False, **slots: Any) -> Sentence:
        """A sentence from its template."""
        return Sentence(fill(template, self.lang, slots), item)

    def note(self, answer: Answer) -> str:
        """The footnote of an answer: id, metric, cell, conditions and days."""
        question = answer.question
        title = all_metrics()[question.metric].words[self.lang][0].lower()
        cell = [
            f"{label('dimension', name, self.lang)}: {self._value_words(name, value)}"
            for name, value in (*question.where.items(), *answer.by.items())
        ]
        span = ""
        if question.first_day and question.last_day:
            span = f"{question.first_day.isoformat()}/{question.last_day.isoformat()}"
        elif edge := question.first_day or question.last_day:
            words = {"en": ("to", "from"), "ru": ("по", "с")}[self.lang]
            span = f"{words[question.first_day is not None]} {edge.isoformat()}"
        pieces = [
            title,
            *cell,
            *([span] if span else []),
            self._scope_words(question.scope),
            f"{'as of' if self.lang == 'en' else 'на'} {answer.as_of.isoformat()}",
        ]
        return f"{answer.query_id if self.public else answer.figure_id}: {'; '.join(pieces)}"

    def _value_words(self, name: str, value: str) -> str:
        """A value of a cell or condition in words: courts and regions by their names."""
        if name == "court":
            return courts.label(value, self.lang)
        if name == "region":
            return courts.region_label(value, self.lang)
        return label("value", value, self.lang)

    def _scope_words(self, scope: Scope) -> str:
        """The name of a scope, or what it holds where it has none."""
        if scope.name != "custom":
            return scope.name
        parts = phrase("text", f"parts_{scope.parts}", self.lang)
        return phrase("text", "scope_custom", self.lang).format(articles=", ".join(scope.articles or ()), parts=parts)
