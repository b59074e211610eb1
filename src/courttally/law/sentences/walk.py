"""Walks the tokens of one clause and collects the punishments in it, and what is said of their execution.

Invariants: tokens are walked once, in order; punishments that stand together are one group; in a clause that aggregates (arts 69, 70),
replaces (53.1) or mitigates, the last group after the words that say so is the result and those before it are its parts.
"""

from collections.abc import Callable
from functools import partial

from courttally.law.charges import Charge
from courttally.law.sentences.ledger import Group, RegimeNote, SuspensionNote, TermNote
from courttally.law.sentences.model import Found, Kind, Punishment, Regime, Term
from courttally.law.sentences.periods import probation_terms
from courttally.law.sentences.phrases import Mark
from courttally.law.sentences.punishments import (
    ADDITIONAL,
    ClauseQuantities,
    Piece,
    found_number,
    found_term,
    read_pieces,
)
from courttally.law.sentences.result import Candidate, Walking, enter_groups
from courttally.law.sentences.state import State
from courttally.law.sentences.view import View, general_article, is_special
from courttally.law.sentences.words import words

_AGGREGATING_ARTICLES = {"69", "70"}
_BASIS_ARTICLES = {"69", "70", "71", "74", "53.1", "10"}
_SUSPENDING_ARTICLE = "73"
_ONLY_IMPRISONMENT_MONTHS = 24  # every other kind that art. 73 lets suspend ends at two years (arts 50, 51, 55)
_MOST_CHARGES = 64  # of one count
_COUNT_WORDS = words("punishments", "count_words")
_EACH = words("acts", "each")
# How many tokens after it a size may stand without its kind.
_AFTER_NAME = 12
_AFTER_ORDER = 60
_AFTER_COUNT = 80  # «по ч. 1 ст. 158 УК РФ (по эпизоду …) – на срок 1 год»


class SentenceWalk:
    """One clause. `convicted`: tokens of the convictions in it, with their people."""

    def __init__(self, state: State, view: View, convicted: dict[int, list[int]]) -> None:
        self.state = state
        self.view = view
        self.convicted = convicted
        self.at = Walking()
        self.marks = [mark for mark in view.marks if not view.is_muted(mark.first)]
        self.quantities = ClauseQuantities(self.marks)
        self.probation = probation_terms(view, self.quantities)
        # The periods that stand after their words wait for the walk to come to them: a name may stand between.
        self.later_periods = {term.first for place, term in self.probation.items() if term.first > place}
        self._take_court_fine()

    def run(self) -> None:
        """Read the clause and enter its findings."""
        view, state = self.view, self.state
        state.last_value = ""  # a length of time in this clause goes on from no value of an earlier one
        if self._former_judgment():
            return
        if state.aggregating and not self.convicted:
            self.at.aggregator, self.at.carries = view.first, True
        reducing = any(mark.concept == "reduce" for mark in self.marks)
        clause = (view.first, view.last)
        pieces = read_pieces(view.tokens, clause, self.marks, self.quantities, self._stops(), reducing=reducing)
        each = [index for index in range(view.first, view.last) if view.text(index) in _EACH]
        people = state.roster.mentioned(view.tokens, view.first, view.last)
        steps: list[tuple[int, int, Callable[[], None]]] = []
        steps += [(index, 0, partial(self._everybody, index)) for index in each]
        steps += [(person[1], 1, partial(self._person, *person)) for person in people]
        steps += [(mark.first, 2, partial(self._mark, mark)) for mark in self.marks]
        steps += [(piece.first, 3, partial(self._piece, piece)) for piece in pieces]
        for _, _, step in sorted(steps, key=lambda step: step[:2]):
            step()
        enter_groups(state, view, self.at, press=view.press, convicting=bool(self.convicted))
        if view.muted and view.muted[0][0] == view.first and view.muted[0][1] == view.last:
            # The part on measures, costs and appeal has begun: bare terms there are no punishments.
            state.mode, state.header = "", None

    def _former_judgment(self) -> bool:
        """«Наказание …, назначенное приговором от …, исполнять самостоятельно»: nothing in the clause is of this judgment."""
        other = any(
            mark.code == "judgment" and not self._inside("this_judgment", mark, 4) for mark in self.view.of("prior")
        )
        return other and self.view.has("independent") and not self.view.has("impose", "final", "guilty")

    def _stops(self) -> list[int]:
        """Beyond a verb of imposing, a colon or the article of another count no term belongs to the punishment before it."""
        stops: list[int] = []
        for mark in self.marks:
            counts = is_special(mark) and self.view.text(mark.first - 1) in _COUNT_WORDS
            if counts or mark.concept in ("impose", "final", "guilty"):
                stops.append(mark.first)
            elif mark.concept == "kind" and self.view.text(mark.last) == ":":
                stops.append(mark.last)
        return stops

    def _take_court_fine(self) -> None:
        marks = self.view.audible("court_fine")
        if not marks:
            return
        sums = self.quantities.between(self.quantities.sums, marks[0].first, self.view.last)
        for money in sums[:1]:
            amount = found_number(self.quantities.take(money), self.view.tokens)
            for number in self.state.owners():
                self.state.slots[number].court_fine = amount

    # Whose, which count, which order

    def _mark(self, mark: Mark) -> None:
        handler = _HANDLERS.get(mark.concept)
        if handler is not None:
            handler(self, mark)

    def _close(self) -> None:
        self.at.open = None

    def _may_follow(self, index: int, tokens: int) -> None:
        """Up to so many tokens from here a size may stand without its kind."""
        self.at.reach = max(self.at.reach, index + tokens)

    def _person(self, number: int, first: int, last: int) -> None:
        state = self.state
        if state.fresh:
            state.current = [number]
        elif number not in state.current:
            state.current = [*state.current, number]
        state.fresh = False
        self._may_follow(last, _AFTER_NAME)
        if first == self.view.first or self.at.open is not None:
            self._close()

    def _everybody(self, index: int) -> None:
        """«каждому», «обоим»"""
        if len(self.state.slots) > 1:
            self.state.current, self.state.fresh = self.state.everybody(), True
            self._may_follow(index, _AFTER_NAME)
            self._close()

    def _guilty(self, mark: Mark) -> None:
        people = self.convicted.get(mark.first)
        if people is not None:
            self.state.current, self.state.fresh = people, False
            self.state.mode = "guilty"
            self.at.prior = False
            self._close()

    def _article(self, mark: Mark) -> None:
        general = general_article(mark)
        if general:
            self._general(mark, general)
            return
        state = self.state
        counted = self.view.press or self.view.text(mark.first - 1) in _COUNT_WORDS
        if not is_special(mark) or self.at.prior or state.mode == "acquit" or not (state.mode or counted):
            return
        found = self.view.special([mark])[0][1]
        if not state.mode:
            # No word on guilt: «за … (ст. 350 УК РФ) назначен штраф», «ФИО1 по ч. 2 ст. 160 УК РФ подвергнуть наказанию». The charge is that of
            # a punishment in this clause only.
            self.at.convicted.append(found)
            return
        if state.mode == "guilty":
            for number in state.owners():
                state.slots[number].convicted.append(found)
            state.fresh = True
            self.at.convicted.append(found)
            return
        if self.at.used:
            state.charges, self.at.used = [], False
        self._close()
        if state.slots:
            for number in state.owners():
                state.slots[number].counted.append(found)
        if len(state.charges) < _MOST_CHARGES:
            state.charges.append(found)
        self._may_follow(mark.last, _AFTER_COUNT)

    def _general(self, mark: Mark, number: str) -> None:
        if number in _BASIS_ARTICLES and isinstance(mark.value, Charge):
            part = f".{mark.value.part}" if mark.value.part else ""
            self.at.basis.append(self.view.found(f"УК {number}{part}", mark.rule, mark.first, mark.last))
        if number in _AGGREGATING_ARTICLES:
            self._aggregate(mark)
        elif number == _SUSPENDING_ARTICLE:
            before = [self.view.text(mark.first - step) for step in (1, 2)]
            if before[0].startswith("применени") and before[1] != "без":
                self._suspend(mark, "suspended.article-73")

    def _begin_result(self, mark: Mark) -> None:
        if self.at.aggregator is None:
            self.at.aggregator = mark.first
        if self.state.mode in ("guilty", "acquit"):
            self.state.mode = "sentencing"
        self._close()

    def _aggregate(self, mark: Mark) -> None:
        self._begin_result(mark)
        self.at.carries = True

    def _final(self, mark: Mark) -> None:
        self.at.extra = False  # an additional punishment named before is a part of the result, which begins here
        self._aggregate(mark)
        self._impose(mark)

    def _reduce(self, mark: Mark) -> None:
        self._begin_result(mark)
        self._impose(mark)

    def _impose(self, mark: Mark) -> None:
        if self.state.mode != "sentencing":
            self.state.charges = []
        self.state.mode = "sentencing"
        self.at.imposed = True
        self.at.prior = self.at.refers = False
        self._may_follow(mark.last, _AFTER_ORDER)
        self._close()

    def _named(self, mark: Mark) -> None:
        if self.state.mode == "guilty" and not self.at.prior:
            self._impose(mark)

    def _prior(self, mark: Mark) -> None:
        if mark.code == "judgment" and (self.view.press or self._inside("this_judgment", mark, 4)):
            return
        self.at.prior = True
        self._close()

    def _inside(self, concept: str, mark: Mark, length: int) -> bool:
        """Whether the mark lies in a phrase of the concept (of at most `length` tokens before the mark)."""
        return any(mark.first < each.last for each in self.view.near(concept, mark.first - length, mark.first + 1))

    def _refer(self, _: Mark) -> None:
        self.at.refers = True

    def _additional(self, mark: Mark) -> None:
        self.at.extra = True
        if self.view.text(mark.first) != "дополнительно":
            self._close()

    # How it is executed

    def _suspended(self, mark: Mark) -> None:
        if not self._inside("suspended_not", mark, 8):
            self._suspend(mark, mark.rule)

    def _suspend(self, mark: Mark, rule: str) -> None:
        if self.at.prior:
            return
        note = SuspensionNote(self.view.number, mark.first, self.view.found(True, rule, mark.first, mark.last))
        for number in self.state.owners():
            self.state.slots[number].suspensions.append(note)
        self.state.fresh = True
        self.state.last_value = "suspended"

    def _probation(self, mark: Mark) -> None:
        term = self.probation.get(mark.first)
        if term is None or self.at.prior:
            return
        self._suspend(mark, "suspended.probation")
        if term.first < mark.first:
            self._enter_probation(term)

    def _enter_probation(self, term: Mark) -> None:
        note = TermNote(self.view.number, term.first, found_term(term, self.view.tokens))
        for number in self.state.owners():
            self.state.slots[number].probations.append(note)
        self.state.fresh = True
        self.state.last_value = "probation"

    def _regime(self, mark: Mark) -> None:
        if self.at.prior and not self.at.imposed:
            return
        found = self.view.found(Regime(mark.code), mark.rule, mark.first, mark.last)
        for number in self.state.owners():
            self.state.slots[number].regimes.append(RegimeNote(self.view.number, mark.first, found))
        self.state.fresh = True

    def _deferred(self, mark: Mark) -> None:
        for number in self.state.owners():
            self.state.slots[number].deferrals.append(self.view.found(True, mark.rule, mark.first, mark.last))

    def _without(self, mark: Mark) -> None:
        if self.view.text(mark.last) == "в":
            return  # «без назначения наказания в виде штрафа»
        for number in self.state.owners():
            self.state.slots[number].no_punishment = self.view.found(True, mark.rule, mark.first, mark.last)

    # Sizes without a kind

    def _term(self, mark: Mark) -> None:
        """A term that no kind of punishment took: «по ч. 1 ст. 158 – 1 год», «ФИО2 – 3 года», in news «5 лет колонии»."""
        if mark.first in self.later_periods:
            if not self.at.prior:
                self._enter_probation(mark)
            return
        limits = ("within", "compare", "age") if self.view.has("reduce") else ("within", "compare", "age", "upto")
        if not self.quantities.free(mark) or mark.code in limits:
            return
        if self.state.last_value == "probation" and self.state.current and not self.state.fresh and not self.at.imposed:
            self._enter_probation(self.quantities.take(mark))
            return
        kind = self._implied_kind(mark)
        hours = isinstance(mark.value, Term) and mark.value.hours > 0
        if kind is None or kind.value is Kind.FINE or hours != (kind.value is Kind.COMPULSORY_LABOUR):
            return
        self._sized(mark, Punishment(kind, term=found_term(mark, self.view.tokens)))

    def _money(self, mark: Mark) -> None:
        """A sum without the word «штраф», under a heading «в виде штрафа:»."""
        header = self.state.header
        if header is not None and header.value is Kind.FINE and self.quantities.free(mark):
            kind = Found(Kind.FINE, "kind.inherited", header.start, header.end)
            self._sized(mark, Punishment(kind, fine=found_number(mark, self.view.tokens)))

    def _sized(self, mark: Mark, punishment: Punishment) -> None:
        ordered = self.state.mode == "sentencing" or self.at.imposed
        if ordered and mark.first < self.at.reach:
            self.quantities.take(mark)
            kind = punishment.kind.value
            self._piece(Piece(kind, mark.first, mark.last, punishment, False, True, mark.value is None))

    def _implied_kind(self, mark: Mark) -> Found[Kind] | None:
        view = self.view
        if view.press:
            for concept in ("colony", "regime"):
                for colony in view.near(concept, mark.first - 10, mark.last + 9)[:1]:
                    return view.found(Kind.IMPRISONMENT, "kind.colony", colony.first, colony.last)
            if isinstance(mark.value, Term) and mark.value.months > _ONLY_IMPRISONMENT_MONTHS:
                for suspended in view.near("suspended", mark.first - 4, mark.last + 4)[:1]:
                    return view.found(Kind.IMPRISONMENT, "kind.suspended-years", suspended.first, suspended.last)
        header = self.state.header
        return None if header is None else Found(header.value, "kind.inherited", header.start, header.end)

    # Punishments

    def _piece(self, piece: Piece) -> None:
        at = self.at
        if piece.negated:
            return
        heading = piece.kind not in ADDITIONAL or piece.kind is Kind.FINE
        if not piece.clear and not piece.hidden:
            if not at.prior:
                at.weak.append(piece)
                self.state.header = piece.punishment.kind if heading else self.state.header
            return
        extra = at.extra or piece.kind is Kind.STRIPPING_OF_RANK
        if at.open is not None and at.open.group.main is not None and piece.kind not in ADDITIONAL:
            self._close()
            extra = False
        if at.open is None:
            charges = self.state.charges or self.at.convicted[:_MOST_CHARGES]
            group = Group(self.view.number, piece.first, None, charges=tuple(charges))
            at.open = Candidate(list(self.state.owners()), group, at.prior, at.refers, piece.first)
            at.candidates.append(at.open)
            at.used = True
            at.convicted = []
        if at.open.group.main is None and not extra:
            at.open.group.main = piece.punishment
        else:
            at.open.group.additional.append(piece.punishment)
        at.extra = False
        at.reach = piece.last
        if heading and not at.prior:
            self.state.header = piece.punishment.kind
        self.state.fresh = True
        self.state.last_value = "punishment"


_HANDLERS: dict[str, Callable[[SentenceWalk, Mark], None]] = {
    "guilty": SentenceWalk._guilty,
    "article": SentenceWalk._article,
    "aggregate": SentenceWalk._aggregate,
    "final": SentenceWalk._final,
    "replace": SentenceWalk._begin_result,
    "reduce": SentenceWalk._reduce,
    "impose": SentenceWalk._impose,
    "named": SentenceWalk._named,
    "prior": SentenceWalk._prior,
    "refer": SentenceWalk._refer,
    "additional": SentenceWalk._additional,
    "suspended": SentenceWalk._suspended,
    "probation": SentenceWalk._probation,
    "regime": SentenceWalk._regime,
    "deferred": SentenceWalk._deferred,
    "without": SentenceWalk._without,
    "term": SentenceWalk._term,
    "money": SentenceWalk._money,
}
