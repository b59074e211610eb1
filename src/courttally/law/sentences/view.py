"""One clause with everything recognised in it, and the stretches of it that say nothing about the punishment.

Invariants: marks are in order; a muted stretch (credit of custody, costs, evidence, duties, warnings, appeal; in news also what a side
asked for and what the law allows) hides punishments, terms and regimes, but not the outcome.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from courttally.law.charges import Charge
from courttally.law.sentences.articles import FIRST_SPECIAL, find_articles
from courttally.law.sentences.model import Found, T
from courttally.law.sentences.phrases import Mark, find_phrases
from courttally.law.sentences.quantities import find_quantities
from courttally.law.sentences.tokens import Token

_DECIDED = ("реши", "постанов", "решен", "опреде")
_LATER_VERB = {"impose", "final", "guilty", "acquit", "release", "reduce"}


def _first(mark: Mark) -> int:
    return mark.first


def _start(stretch: tuple[int, int]) -> int:
    return stretch[0]


@dataclass(slots=True)
class View:
    """tokens[first:last] is the clause; `number` its place in the text."""

    tokens: Sequence[Token]
    number: int
    first: int
    last: int
    press: bool
    marks: list[Mark]
    muted: list[tuple[int, int]] = field(default_factory=list)
    _by_concept: dict[str, list[Mark]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for mark in self.marks:
            self._by_concept.setdefault(mark.concept, []).append(mark)

    def of(self, *concepts: str) -> list[Mark]:
        """Marks of these concepts in order, muted or not."""
        if len(concepts) == 1:
            return self._by_concept.get(concepts[0], [])
        return [mark for mark in self.marks if mark.concept in concepts]

    def near(self, concept: str, start: int, end: int) -> list[Mark]:
        """Marks of the concept that start in tokens[start:end]."""
        marks = self.of(concept)
        return marks[bisect_left(marks, start, key=_first) : bisect_left(marks, end, key=_first)]

    def has(self, *concepts: str) -> bool:
        """Whether the clause has a mark of one of these concepts."""
        return any(concept in self._by_concept for concept in concepts)

    def audible(self, *concepts: str) -> list[Mark]:
        """Marks of these concepts that are not muted."""
        return [mark for mark in self.of(*concepts) if not self.is_muted(mark.first)]

    def is_muted(self, index: int) -> bool:
        """Whether this token lies in a muted stretch."""
        at = bisect_right(self.muted, index, key=_start) - 1
        return at >= 0 and index < self.muted[at][1]

    def text(self, index: int) -> str:
        """The word at this token, or nothing outside the clause."""
        return self.tokens[index].text if self.first <= index < self.last else ""

    def found(self, value: T, rule: str, first: int, last: int) -> Found[T]:
        """The value with its fragment."""
        return Found(value, rule, self.tokens[first].start, self.tokens[last - 1].end)

    def special(self, marks: Iterable[Mark]) -> list[tuple[Mark, Found[Charge]]]:
        """Those of the marks that cite the Special Part of the Criminal Code, or an article of its range without naming a code."""
        return [
            (
                mark,
                Found(
                    mark.value, f"article.{mark.code}", self.tokens[mark.first].start, self.tokens[mark.last - 1].end
                ),
            )
            for mark in marks
            if mark.concept == "article" and isinstance(mark.value, Charge) and is_special(mark)
        ]


def goes_on(view: View) -> bool:
    """Whether the next clause, if it decides nothing itself, is one more item of this muted list."""
    open_end = view.text(view.last - 1) in (";", ":", ",")
    return open_end and bool(view.muted) and view.muted[-1][1] == view.last


def is_special(mark: Mark) -> bool:
    """Whether the citation is of an offence."""
    if not isinstance(mark.value, Charge) or mark.code not in ("uk", "none"):
        return False
    return FIRST_SPECIAL <= int(mark.value.article.split(".")[0]) <= 361


def general_article(mark: Mark) -> str:
    """The article number of a citation of the General Part of the Criminal Code, else nothing."""
    if mark.concept != "article" or mark.code not in ("uk", "none") or not isinstance(mark.value, Charge):
        return ""
    number = mark.value.article
    return number if int(number.split(".")[0]) < FIRST_SPECIAL else ""


def make_view(
    tokens: Sequence[Token], number: int, first: int, last: int, *, press: bool, muted_list: bool = False
) -> View:
    """Everything recognised in the clause, with its muted stretches. `muted_list`: it goes on with a list («Зачесть: …; …») that
    says nothing about the punishment."""
    phrases = find_phrases(tokens, first, last)
    courts = [mark for mark in phrases if mark.concept == "court_fine"]
    phrases = [
        mark
        for mark in phrases
        if not (mark.concept == "kind" and any(court.first < mark.first < court.last for court in courts[:8]))
    ]
    marks = [*phrases, *find_quantities(tokens, first, last), *find_articles(tokens, first, last)]
    marks.sort(key=lambda mark: (mark.first, mark.last))
    marks = _told(tokens, first, last, marks) if press else _of_judgments(marks)
    view = View(tokens, number, first, last, press, marks)
    view.muted = _muted(view)
    if muted_list and not view.has(*_LATER_VERB):
        view.muted = [(first, last)]
    return view


def _of_judgments(marks: list[Mark]) -> list[Mark]:
    """In a judgment «осуждён» tells of a former sentence («приговор …, которым он осуждён к 2 годам»)."""
    kept: list[Mark] = []
    for mark in marks:
        if mark.code != "press":
            kept.append(mark)
        elif mark.concept == "impose":
            kept.append(replace(mark, concept="prior", code="convicted"))
    return kept


def _told(tokens: Sequence[Token], first: int, last: int, marks: list[Mark]) -> list[Mark]:
    """In news «назначить» and «признать» tell what somebody asked for, unless the court decided so."""
    if any(tokens[index].text.startswith(_DECIDED) for index in range(first, last)):
        return marks
    verbs = {"impose", "guilty", "acquit", "recognise", "terminate", "return", "send", "stay", "release", "exempt"}
    return [
        mark for mark in marks if not (mark.concept in verbs and tokens[mark.first].text.endswith(("ть", "ти", "чь")))
    ]


def _muted(view: View) -> list[tuple[int, int]]:
    ranges: list[tuple[int, int]] = []
    verbs = [mark.first for mark in view.marks if mark.concept in _LATER_VERB]
    for mark in view.of("mute"):
        if ranges and mark.first < ranges[-1][1]:
            continue
        start, end = mark.first, view.last
        if mark.code in ("credit", "custody"):
            # «с зачетом отбытого по приговору … окончательно назначить 3 года»: what comes after is heard again.
            if not verbs or verbs[0] >= mark.first:
                start = view.first
            later = bisect_right(verbs, mark.first)
            end = verbs[later] if later < len(verbs) else view.last
        ranges.append((start, end))
        if end == view.last:
            break
    if view.press:
        ranges = sorted([*ranges, *_muted_news(view)])
    return _merged(ranges)


def _merged(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in ranges:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _muted_news(view: View) -> list[tuple[int, int]]:
    marks = view.of("mute_press")
    if not marks:
        return []
    mark = marks[0]
    if mark.code == "earlier":
        return [(view.first, view.last)]
    verbs = [
        verb.first for verb in view.marks if verb.concept in ("impose", "guilty", "acquit") and verb.code != "guilty"
    ]
    later = next((verb for verb in verbs if verb > mark.first), view.last)
    earlier = any(verb < mark.first for verb in verbs)
    return [(mark.first if earlier else view.first, later)]
