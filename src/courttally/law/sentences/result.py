"""Enters the groups of punishments that one clause names into the ledgers of their people.

Invariants: a group of a former judgment is entered only where it is the one punishment that an aggregating clause names; a punishment
that only refers to one already set («назначенное наказание в виде …») is not entered again; an additional punishment of its own belongs
to the group before it.
"""

from dataclasses import dataclass, field

from courttally.law.charges import Charge
from courttally.law.sentences.ledger import Group
from courttally.law.sentences.model import Found, Punishment
from courttally.law.sentences.punishments import ADDITIONAL, Piece
from courttally.law.sentences.state import State
from courttally.law.sentences.view import View


@dataclass(slots=True)
class Candidate:
    """A group under construction. `prior`: named with a former judgment; `refers`: with a punishment already set."""

    people: list[int]
    group: Group
    prior: bool
    refers: bool
    at: int


@dataclass(slots=True)
class Walking:
    """Where the walk stands inside the clause."""

    prior: bool = False
    refers: bool = False
    extra: bool = False  # «дополнительное наказание»
    imposed: bool = False
    reach: int = 0  # up to this token a size may stand without its kind: after an order, a count, a name
    open: Candidate | None = None
    convicted: list[Found[Charge]] = field(default_factory=list)  # charges of the conviction in this clause
    used: bool = False  # the charges named last have got their punishment
    candidates: list[Candidate] = field(default_factory=list)
    weak: list[Piece] = field(default_factory=list)  # kinds named without a size
    aggregator: int | None = None  # where the clause begins to speak of the result
    carries: bool = False  # the result may stand in the next clause
    basis: list[Found[str]] = field(default_factory=list)


def enter_groups(state: State, view: View, at: Walking, *, press: bool, convicting: bool) -> None:
    """Enter what the walk has collected."""
    _replacement(state, view, at)
    if press:
        _imposed_without_size(state, view, at)
    if view.has("independent") and at.aggregator is None and not at.imposed:
        _executed_apart(state, at)
        return
    before = [each for each in at.candidates if at.aggregator is None or each.at < at.aggregator]
    after = [each for each in at.candidates if at.aggregator is not None and each.at >= at.aggregator]
    if at.carries and not after and at.imposed and before and not before[-1].group.charges:
        # «назначить 3 года лишения свободы по совокупности преступлений»: the result stands before the words that say so.
        before, after = before[:-1], before[-1:]
    for candidate in before:
        for number in candidate.people:
            _enter_one(state, number, candidate)
    for number in dict.fromkeys(number for candidate in after for number in candidate.people):
        _enter_result(state, at, number, [each for each in after if number in each.people])
    if at.candidates:
        state.charges = []
        _remember_listed(state, at, convicting=convicting)
    carried = at.carries and not after and not view.muted
    keeps_listing = state.aggregating and bool(after) and not at.imposed
    state.aggregating = carried or keeps_listing


def _executed_apart(state: State, at: Walking) -> None:
    """«Штраф в размере … исполнять самостоятельно»: an additional punishment, maybe named before."""
    for candidate in at.candidates:
        group = candidate.group
        named = [*([group.main] if group.main is not None else []), *group.additional]
        for number in candidate.people:
            groups = state.slots[number].groups
            if groups:
                main = groups[-1].main
                own = main.kind.value if main is not None else None
                groups[-1].additional += [
                    each for each in named if each.kind.value in ADDITIONAL and each.kind.value is not own
                ]
    state.charges = []


def _remember_listed(state: State, at: Walking, *, convicting: bool) -> None:
    """«ФИО1 – 3 года, ФИО2 – 2 года»: what comes next without a name is about all of them."""
    people = [number for candidate in at.candidates for number in candidate.people]
    direct = not any(candidate.group.charges for candidate in at.candidates)
    if direct and not at.imposed and not convicting:
        people = [*state.listed, *people]
    state.listed = list(dict.fromkeys(people))
    state.current, state.fresh = list(state.listed), True


def _enter_one(state: State, number: int, candidate: Candidate) -> None:
    slot = state.slots[number]
    group = candidate.group
    if candidate.prior or (candidate.refers and slot.groups and group.main is not None):
        return
    if group.main is None and slot.groups:
        slot.groups[-1].additional += group.additional
        return
    slot.groups.append(Group(group.clause, group.first, group.main, list(group.additional), group.charges))


def _enter_result(state: State, at: Walking, number: int, candidates: list[Candidate]) -> None:
    slot = state.slots[number]
    own = [each for each in candidates if each.group.main is not None]
    present = [each for each in own if not each.prior]
    heard = [each for each in present if not each.refers] or present
    if not heard and (at.imposed or state.aggregating):
        heard = own
    extras: list[Punishment] = []
    for each in candidates:
        if each.group.main is None and not each.prior:
            extras += each.group.additional
    if heard:
        chosen = heard[-1].group
        additional = [*chosen.additional, *extras]
        slot.groups.append(
            Group(chosen.clause, chosen.first, chosen.main, additional, aggregated=True, basis=tuple(at.basis))
        )
    elif slot.groups:
        slot.groups[-1].additional += extras


def _replacement(state: State, view: View, at: Walking) -> None:
    """«заменить … принудительными работами на тот же срок»."""
    replaced = view.audible("replace")
    if not replaced or not at.weak or not view.has("same_term"):
        return
    last = at.weak[-1]
    if last.first < replaced[0].first or last.kind in ADDITIONAL:
        return
    if any(each.at > last.first for each in at.candidates):
        return  # what takes its place follows, and its size is said as well
    for number in state.owners():
        slot = state.slots[number]
        inside = [each.group.main for each in at.candidates if number in each.people and each.group.main is not None]
        former = inside[-1] if inside else slot.groups[-1].main if slot.groups else None
        if former is not None:
            punishment = Punishment(last.punishment.kind, former.term, deduction=last.punishment.deduction)
            group = Group(view.number, last.first, punishment)
            at.candidates.append(Candidate([number], group, prior=False, refers=False, at=last.first))


def _imposed_without_size(state: State, view: View, at: Walking) -> None:
    """In news, «приговорён к лишению свободы» and no term: the kind is known, the term is not. (In a judgment such words are a
    heading, and the terms follow in clauses of their own.)"""
    if at.candidates or not at.imposed or not at.weak:
        return
    piece = at.weak[0]
    for number in state.owners():
        if not state.slots[number].groups:
            state.slots[number].groups.append(Group(view.number, piece.first, piece.punishment))
