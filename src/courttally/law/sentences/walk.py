"""Reads the punishments of one clause and enters them for the people they belong to.

Invariants: tokens are walked once, in order; punishments that stand together are one group; in a clause that aggregates (arts 69, 70),
replaces (53.1) or mitigates, the last group after the words that say so is the result and those before it are its parts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from courttally.law.charges import Charge
from courttally.law.sentences.ledger import Group, RegimeNote, SuspensionNote, TermNote
from courttally.law.sentences.model import Found, Kind, Punishment, Regime, Term
from courttally.law.sentences.phrases import Mark
from courttally.law.sentences.punishments import (
    ADDITIONAL,
    ClauseQuantities,
    Piece,
    found_number,
    found_term,
    read_pieces,
)
from courttally.law.sentences.view import View, general_article, is_special
from courttally.law.sentences.words import words

if TYPE_CHECKING:
    from courttally.law.sentences.interpret import Interpreter

_AGGREGATING_ARTICLES = {"69", "70"}
_BASIS_ARTICLES = {"69", "70", "71", "74", "53.1", "10"}
_PROBATION_REACH = 40
_ONLY_IMPRISONMENT_MONTHS = 24  # every other kind that art. 73 lets suspend ends at two years (arts 50, 51, 55)
_MOST_CHARGES = 64  # of one count
_COUNT_WORDS = words("punishments", "count_words")
_SUSPENDING_ARTICLE = "73"
_EVERYBODY = "everybody"
_EACH = words("acts", "each")


@dataclass(slots=True)
class _Candidate:
    """A group under construction with what decides whether it counts."""

    people: list[int]
    group: Group
    prior: bool
    refers: bool
    extra: bool  # «дополнительное наказание»: belongs to the group before
    at: int


@dataclass(slots=True)
class _Walking:
    """Where the walk stands inside the clause."""

    prior: bool = False
    refers: bool = False
    extra: bool = False
    trigger: bool = False  # something came that a punishment without its kind may follow
    open: _Candidate | None = None
    candidates: list[_Candidate] = field(default_factory=list)
    weak: list[Piece] = field(default_factory=list)
    aggregator: int | None = None
    imposed: bool = False
    basis: list[Found[str]] = field(default_factory=list)


class SentenceWalk:
    """One clause."""

    def __init__(self, reader: Interpreter, view: View, convicted: dict[int, list[int]]) -> None:
        self.reader = reader
        self.state = reader.state
        self.view = view
        self.convicted = convicted
        self.at = _Walking()
        self.quantities = ClauseQuantities([mark for mark in view.marks if not view.is_muted(mark.first)])
        self.probation: dict[int, Mark] = {}
        self.probation_terms: set[int] = set()  # first tokens of the terms that come after their «испытательный срок»

    def run(self) -> None:
        """Read the clause and enter its findings."""
        view, state = self.view, self.state
        marks = [mark for mark in view.marks if not view.is_muted(mark.first)]
        self._take_probation()
        self._take_court_fine()
        reducing = any(mark.concept == "reduce" for mark in marks)
        if state.aggregating and not self.convicted:
            self.at.aggregator = view.first
        pieces = read_pieces(
            view.tokens, (view.first, view.last), marks, self.quantities, self._stops(marks), reducing=reducing
        )
        items: list[tuple[int, int, object]] = [(piece.first, 1, piece) for piece in pieces]
        items += [(mark.first, 0, mark) for mark in marks]
        items += [
            (first, -1, number) for number, first, _ in state.roster.mentioned(view.tokens, view.first, view.last)
        ]
        items += [(index, -2, _EVERYBODY) for index in range(view.first, view.last) if view.text(index) in _EACH]
        items.sort(key=lambda item: item[:2])
        for _, _, item in items:
            if isinstance(item, Piece):
                self._piece(item)
            elif isinstance(item, Mark):
                self._mark(item)
            elif item == _EVERYBODY:
                self._everybody()
            elif isinstance(item, int):
                self._person(item)
        self._enter()

    def _stops(self, marks: list[Mark]) -> list[int]:
        """Beyond a verb of imposing, or the article of another count, no term belongs to the punishment before it."""
        return [
            mark.first
            for mark in marks
            if mark.concept in ("impose", "final", "guilty")
            or (is_special(mark) and self._word_before(mark) in _COUNT_WORDS)
        ] + [mark.last for mark in marks if mark.concept == "kind" and self.view.text(mark.last) == ":"]

    def _word_before(self, mark: Mark) -> str:
        return self.view.text(mark.first - 1)

    # Terms that belong to no punishment

    def _take_probation(self) -> None:
        """The term of «испытательный срок»: right before it, else the next one after it."""
        view = self.view
        if view.has("prolong"):
            return
        for mark in view.audible("probation"):
            terms = self.quantities.between(
                self.quantities.terms, max(view.first, mark.first - 12), mark.last + _PROBATION_REACH
            )
            usable = [
                term for term in terms if self.quantities.free(term) and term.code in ("plain", "within", "unclear")
            ]
            before = [term for term in usable if term.last == mark.first]
            after = [term for term in usable if term.first >= mark.last]
            barriers = [
                each.first
                for concept in ("impose", "kind", "reduce")
                for each in view.near(concept, mark.last, mark.last + _PROBATION_REACH)[:1]
            ]
            barrier = min([view.last, *barriers])
            after = [term for term in after if term.first < barrier or self._probation_verb(barrier)]
            chosen = (before or after)[:1]
            if chosen:
                self.probation[mark.first] = self.quantities.take(chosen[0])
                if chosen[0].first > mark.first:
                    self.probation_terms.add(chosen[0].first)

    def _probation_verb(self, barrier: int) -> bool:
        """«испытательный срок определить в 2 года»: the verb is about the period itself."""
        view = self.view
        return view.text(barrier).startswith(("определ", "назнач", "избра")) and not any(
            view.text(index).startswith("наказани") for index in range(barrier, min(barrier + 6, view.last))
        )

    def _take_court_fine(self) -> None:
        marks = self.view.audible("court_fine")
        if not marks:
            return
        sums = self.quantities.between(self.quantities.sums, marks[0].first, self.view.last)
        for money in sums[:1]:
            amount = found_number(self.quantities.take(money), self.view.tokens)
            for number in self.state.owners():
                self.state.slots[number].court_fine = amount

    # Items in order

    def _person(self, number: int) -> None:
        state = self.state
        if state.fresh:
            state.current = [number]
        elif number not in state.current:
            state.current = [*state.current, number]
        state.fresh = False
        self.at.trigger = True
        self._close()

    def _everybody(self) -> None:
        """«каждому», «обоим»"""
        if len(self.state.slots) > 1:
            self.state.current, self.state.fresh = self.state.everybody(), True
            self.at.trigger = True
            self._close()

    def _close(self) -> None:
        self.at.open = None

    def _mark(self, mark: Mark) -> None:
        handler = getattr(self, f"_on_{mark.concept}", None)
        if handler is not None:
            handler(mark)

    def _on_guilty(self, mark: Mark) -> None:
        people = self.convicted.get(mark.first)
        if people is not None:
            self.state.current, self.state.fresh = people, False
            self.state.mode = "guilty"
            self.at.prior = False
            self._close()

    def _on_article(self, mark: Mark) -> None:
        general = general_article(mark)
        if general:
            self._general(mark, general)
            return
        if not is_special(mark) or self.at.prior or self.state.mode in ("acquit", ""):
            return
        found = self.view.special([mark])[0][1]
        state = self.state
        if state.mode == "guilty":
            for number in state.owners():
                state.slots[number].convicted.append(found)
            state.fresh = True
            return
        if self.at.open is not None or (self.at.candidates and not self.at.trigger):
            state.charges = []
        self._close()
        if state.slots:
            for number in state.owners():
                state.slots[number].counted.append(found)
        if len(state.charges) < _MOST_CHARGES:
            state.charges.append(found)
        self.at.trigger = True

    def _general(self, mark: Mark, number: str) -> None:
        if number in _BASIS_ARTICLES and isinstance(mark.value, Charge):
            part = f".{mark.value.part}" if mark.value.part else ""
            self.at.basis.append(self.view.found(f"УК {number}{part}", mark.rule, mark.first, mark.last))
        if number in _AGGREGATING_ARTICLES:
            self._aggregate(mark)
        elif number == _SUSPENDING_ARTICLE:
            words = [self.view.text(mark.first - step) for step in (1, 2)]
            if words[0].startswith("применени") and words[1] != "без":
                self._suspend(mark, "suspended.article-73")

    def _aggregate(self, mark: Mark) -> None:
        if self.at.aggregator is None:
            self.at.aggregator = mark.first
        self.state.mode = "sentencing" if self.state.mode in ("guilty", "acquit") else self.state.mode
        self._close()

    def _on_aggregate(self, mark: Mark) -> None:
        self._aggregate(mark)

    def _on_final(self, mark: Mark) -> None:
        self._aggregate(mark)
        self._on_impose(mark)

    def _on_replace(self, mark: Mark) -> None:
        self._aggregate(mark)

    def _on_reduce(self, mark: Mark) -> None:
        self._aggregate(mark)
        self._on_impose(mark)

    def _on_impose(self, mark: Mark) -> None:
        if mark.code == "press" and not self.reader.press:
            # «приговор …, которым он осуждён к 2 годам»
            self.at.prior = True
            return
        if self.state.mode != "sentencing":
            self.state.charges = []
        self.state.mode = "sentencing"
        self.at.imposed = True
        self.at.prior = self.at.refers = False
        self.at.trigger = True
        self._close()

    def _on_named(self, mark: Mark) -> None:
        if self.state.mode == "guilty" and not self.at.prior:
            self._on_impose(mark)

    def _on_prior(self, mark: Mark) -> None:
        if mark.code == "judgment" and (self.reader.press or self._this_judgment(mark)):
            return
        self.at.prior = True
        self._close()

    def _this_judgment(self, mark: Mark) -> bool:
        near = self.view.near("this_judgment", mark.first - 4, mark.first + 1)
        return any(mark.first < each.last for each in near)

    def _on_refer(self, _: Mark) -> None:
        self.at.refers = True

    def _on_additional(self, mark: Mark) -> None:
        self.at.extra = True
        if self.view.text(mark.first) != "дополнительно":
            self._close()

    def _on_suspended(self, mark: Mark) -> None:
        near = self.view.near("suspended_not", mark.first - 8, mark.first + 1)
        denied = any(mark.first < each.last for each in near)
        if not denied:
            self._suspend(mark, mark.rule)

    def _suspend(self, mark: Mark, rule: str) -> None:
        if self.at.prior:
            return
        note = SuspensionNote(self.view.number, mark.first, self.view.found(True, rule, mark.first, mark.last))
        for number in self.state.owners():
            self.state.slots[number].suspensions.append(note)
        self.state.fresh = True
        self.state.last_value = "suspended"

    def _on_probation(self, mark: Mark) -> None:
        term = self.probation.get(mark.first)
        if term is None or self.at.prior:
            return
        if term.first < mark.first:
            self._enter_probation(term)
        note = SuspensionNote(
            self.view.number, mark.first, self.view.found(True, "suspended.probation", mark.first, mark.last)
        )
        for number in self.state.owners():
            self.state.slots[number].suspensions.append(note)

    def _enter_probation(self, term: Mark) -> None:
        for number in self.state.owners():
            self.state.slots[number].probations.append(
                TermNote(self.view.number, term.first, found_term(term, self.view.tokens))
            )
        self.state.fresh = True
        self.state.last_value = "probation"

    def _on_regime(self, mark: Mark) -> None:
        if self.at.prior and not self.at.imposed:
            return
        found = self.view.found(Regime(mark.code), mark.rule, mark.first, mark.last)
        for number in self.state.owners():
            self.state.slots[number].regimes.append(RegimeNote(self.view.number, mark.first, found))
        self.state.fresh = True

    def _on_deferred(self, mark: Mark) -> None:
        for number in self.state.owners():
            self.state.slots[number].deferrals.append(self.view.found(True, mark.rule, mark.first, mark.last))

    def _on_without(self, mark: Mark) -> None:
        if self.view.text(mark.last) == "в":
            return  # «без назначения наказания в виде штрафа»
        for number in self.state.owners():
            self.state.slots[number].no_punishment = self.view.found(True, mark.rule, mark.first, mark.last)

    def _on_term(self, mark: Mark) -> None:
        """A term that no kind of punishment took: «по ч. 1 ст. 158 – 1 год», «ФИО2 – 3 года», in news «5 лет колонии»."""
        if mark.first in self.probation_terms:
            if not self.at.prior:
                self._enter_probation(mark)
            return
        if not self.quantities.free(mark) or mark.code in ("within", "compare", "age"):
            return
        if mark.code == "upto" and not self.view.has("reduce"):
            return
        if self.state.last_value == "probation" and self.state.current and not self.state.fresh and not self.at.imposed:
            self._enter_probation(self.quantities.take(mark))
            return
        kind = self._implied_kind(mark)
        if kind is None or not self.at.trigger or not (self.state.mode == "sentencing" or self.at.imposed):
            return
        hours = isinstance(mark.value, Term) and mark.value.hours > 0
        if hours != (kind.value is Kind.COMPULSORY_LABOUR) or kind.value is Kind.FINE:
            return
        self.quantities.take(mark)
        punishment = Punishment(kind=kind, term=found_term(mark, self.view.tokens))
        self._piece(Piece(kind.value, mark.first, mark.last, punishment, False, True, mark.value is None))

    def _on_money(self, mark: Mark) -> None:
        """A sum without the word «штраф», under a heading «в виде штрафа:»."""
        header = self.state.header
        fine = header is not None and header.value is Kind.FINE
        if (
            not fine
            or header is None
            or not self.quantities.free(mark)
            or not self.at.trigger
            or self.state.mode != "sentencing"
        ):
            return
        self.quantities.take(mark)
        kind = Found(Kind.FINE, "kind.inherited", header.start, header.end)
        punishment = Punishment(kind=kind, fine=found_number(mark, self.view.tokens))
        self._piece(Piece(Kind.FINE, mark.first, mark.last, punishment, False, True, mark.value is None))

    def _implied_kind(self, mark: Mark) -> Found[Kind] | None:
        view = self.view
        if self.reader.press:
            for concept in ("colony", "regime"):
                for colony in view.near(concept, mark.first - 10, mark.last + 6)[:1]:
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
        if not piece.clear and not piece.hidden:
            if not at.prior:
                at.weak.append(piece)
                if piece.kind not in ADDITIONAL or piece.kind is Kind.FINE:
                    self.state.header = piece.punishment.kind
            return
        if at.open is None:
            group = Group(self.view.number, piece.first, None, charges=tuple(self.state.charges))
            at.open = _Candidate(list(self.state.owners()), group, at.prior, at.refers, at.extra, piece.first)
            at.candidates.append(at.open)
        extra = at.extra or piece.kind is Kind.STRIPPING_OF_RANK
        if at.open.group.main is None and not extra:
            at.open.group.main = piece.punishment
        elif piece.kind in ADDITIONAL:
            at.open.group.additional.append(piece.punishment)
        else:
            at.open = None
            at.extra = False
            self._piece(piece)
            return
        at.extra = False
        at.trigger = False
        if piece.kind not in ADDITIONAL or piece.kind is Kind.FINE:
            self.state.header = piece.punishment.kind
        self.state.fresh = True
        self.state.last_value = "punishment"

    def _enter(self) -> None:
        """Enter the groups of the clause for their people."""
        self._replacement()
        self._imposed_without_size()
        at = self.at
        before = [each for each in at.candidates if at.aggregator is None or each.at < at.aggregator]
        after = [each for each in at.candidates if at.aggregator is not None and each.at >= at.aggregator]
        for candidate in before:
            for number in candidate.people:
                self._enter_one(number, candidate)
        for number in dict.fromkeys(number for candidate in after for number in candidate.people):
            self._enter_result(number, [each for each in after if number in each.people])
        if at.candidates:
            self.state.charges = []
            self._remember_listed()
        carried = at.aggregator is not None and not after and not self.view.muted
        keeps_listing = self.state.aggregating and bool(after) and not at.imposed
        self.state.aggregating = carried or keeps_listing

    def _remember_listed(self) -> None:
        """«ФИО1 – 3 года, ФИО2 – 2 года»: what comes next without a name is about all of them."""
        people = [number for candidate in self.at.candidates for number in candidate.people]
        direct = not any(candidate.group.charges for candidate in self.at.candidates)
        if direct and not self.at.imposed and not self.convicted:
            people = [*self.state.listed, *people]
        self.state.listed = list(dict.fromkeys(people))
        self.state.current, self.state.fresh = list(self.state.listed), True

    def _enter_one(self, number: int, candidate: _Candidate) -> None:
        slot = self.state.slots[number]
        if candidate.prior or (candidate.refers and slot.groups and candidate.group.main is not None):
            return
        if candidate.group.main is None and slot.groups:
            slot.groups[-1].additional += candidate.group.additional
            return
        group = candidate.group
        group = Group(group.clause, group.first, group.main, list(group.additional), group.charges)
        slot.groups.append(group)

    def _enter_result(self, number: int, candidates: list[_Candidate]) -> None:
        slot = self.state.slots[number]
        own = [each for each in candidates if each.group.main is not None]
        heard = [each for each in own if not each.prior and not each.refers] or [each for each in own if not each.prior]
        if not heard and (self.at.imposed or self.state.aggregating):
            heard = own
        extras = [
            punishment
            for each in candidates
            if each.group.main is None and not each.prior
            for punishment in each.group.additional
        ]
        if not heard:
            if extras and slot.groups:
                slot.groups[-1].additional += extras
            return
        chosen = heard[-1].group
        slot.groups.append(
            Group(
                chosen.clause, chosen.first, chosen.main, [*chosen.additional, *extras], (), True, tuple(self.at.basis)
            )
        )

    def _replacement(self) -> None:
        """«заменить … принудительными работами на тот же срок»."""
        replaced = self.view.audible("replace")
        if not replaced or not self.at.weak:
            return
        last = self.at.weak[-1]
        if last.first < replaced[0].first or last.kind in ADDITIONAL or not self.view.has("same_term"):
            return
        for number in self.state.owners():
            slot = self.state.slots[number]
            former = slot.groups[-1].main if slot.groups else None
            inside = [
                each.group.main for each in self.at.candidates if number in each.people and each.group.main is not None
            ]
            source = inside[-1] if inside else former
            if source is None:
                continue
            percent = last.punishment.deduction
            punishment = Punishment(kind=last.punishment.kind, term=source.term, deduction=percent)
            group = Group(self.view.number, last.first, punishment)
            self.at.candidates.append(_Candidate([number], group, False, False, False, last.first))

    def _imposed_without_size(self) -> None:
        """«назначить наказание в виде лишения свободы» and no term anywhere in the clause: the kind is known, the term is not.

        Entered in news only: in a judgment the term stands in a clause of its own after such a heading."""
        if not self.reader.press or self.at.candidates or not self.at.imposed or not self.at.weak:
            return
        piece = self.at.weak[0]
        for number in self.state.owners():
            if not self.state.slots[number].groups:
                self.state.slots[number].groups.append(Group(self.view.number, piece.first, piece.punishment))
