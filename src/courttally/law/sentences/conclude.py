"""Draws the conclusion for one accused from the ledger.

Invariants: pure; every value comes with the rule and fragment that the ledger has for it; where the ledger holds several answers that
differ and nothing in the text ranks them, the answer is unknown and a doubt says why.
"""

from courttally.law.charges import Charge
from courttally.law.sentences.ledger import Group, Slot
from courttally.law.sentences.model import (
    AccusedReading,
    Count,
    Doubt,
    Found,
    Kind,
    Outcome,
    Punishment,
    Regime,
    Sentence,
    T,
    Term,
)

# Art. 73(1) lets these be suspended; the others never are.
_SUSPENDABLE = {
    Kind.IMPRISONMENT,
    Kind.CORRECTIONAL_LABOUR,
    Kind.RESTRICTION_OF_MILITARY_SERVICE,
    Kind.DISCIPLINARY_UNIT,
}
_WITH_REGIME = {Kind.IMPRISONMENT, Kind.LIFE_IMPRISONMENT}
# The first that was read decides; a conviction outranks what was said of other counts.
_RANK = (
    Outcome.CONVICTED,
    Outcome.ACQUITTED,
    Outcome.MEDICAL,
    Outcome.TERMINATED,
    Outcome.RETURNED,
    Outcome.TRANSFERRED,
    Outcome.STAYED,
    Outcome.JOINED,
    Outcome.QUASHED,
    Outcome.CHANGED,
    Outcome.UPHELD,
    Outcome.OTHER,
)
_WITHOUT_PUNISHMENT = {
    Outcome.ACQUITTED,
    Outcome.MEDICAL,
    Outcome.TERMINATED,
    Outcome.RETURNED,
    Outcome.TRANSFERRED,
    Outcome.STAYED,
    Outcome.JOINED,
}
_OF_A_HIGHER_COURT = {Outcome.QUASHED, Outcome.CHANGED, Outcome.UPHELD}


def conclude(
    slot: Slot, mentions: list[tuple[int, int]], *, press: bool, crowd: bool, ruling: bool, closing_after: int
) -> AccusedReading:
    """The reading of one accused. `crowd`: several stand behind him, each with a part of his own. `ruling`: the text is a ruling, which convicts nobody unless it says so. `closing_after`: the
    number of the last clause on appeal, costs, evidence or restraint, which shows that the part on punishment is complete."""
    outcome = _outcome(slot, ruling=ruling)
    doubts = list(slot.doubts)
    sentence: Sentence | None = None
    if outcome is not None and outcome.value in _WITHOUT_PUNISHMENT:
        kind = Found(Kind.NONE, "kind.no-punishment", outcome.start, outcome.end)
        sentence = Sentence(Punishment(kind))
    elif (slot.groups or slot.no_punishment is not None) and (outcome is None or outcome.value is not Outcome.OTHER):
        sentence = _sentence(slot, doubts, press=press, closing_after=closing_after)
        if crowd and sentence is not None and sentence.main is not None:
            kind = sentence.main.kind
            doubts.append(Doubt("persons.unnamed", kind.start, kind.end))
            sentence = Sentence(None)
    convicted = _convicted(slot)
    if (
        not convicted
        and outcome is not None
        and outcome.value in (Outcome.CONVICTED, Outcome.RELEASED, Outcome.CHANGED)
    ):
        convicted = [
            Found(charge, change.rule, change.start, change.end) for change in slot.requalified for charge in change.new
        ]
    if outcome is None or outcome.value in _WITHOUT_PUNISHMENT:
        convicted = []
    return AccusedReading(
        mentions=tuple(mentions),
        outcome=outcome,
        sentence=sentence,
        counts=_counts(slot),
        convicted=_distinct(convicted),
        acquitted=_distinct(slot.acquitted),
        terminated=_distinct(slot.terminated),
        charged=_distinct([each for each in slot.charged if each.value not in {one.value for one in slot.terminated}]),
        requalified=tuple(slot.requalified),
        grounds=_first_of_values(slot.grounds),
        court_fine=slot.court_fine,
        doubts=tuple(doubts),
    )


def _convicted(slot: Slot) -> list[Found[Charge]]:
    """The charges of the conviction: those after «виновным», and counts that got a punishment without standing there."""
    if not slot.convicted:
        punished = [each for group in slot.groups for each in group.charges]
        return sorted(dict.fromkeys([*punished, *slot.counted]), key=lambda found: found.start)
    parts = {(each.value.article, each.value.part) for each in slot.convicted}
    articles = {article for article, _ in parts}
    more = [
        each
        for group in slot.groups
        for each in group.charges
        if (each.value.article, each.value.part) not in parts
        and not (each.value.part is None and each.value.article in articles)
    ]
    return [*slot.convicted, *more]


def _distinct(charges: list[Found[Charge]]) -> tuple[Found[Charge], ...]:
    """Each place once; the same charge at another place stays."""
    return tuple(dict.fromkeys(charges))


def _first_of_values(found: list[Found[T]]) -> tuple[Found[T], ...]:
    """The first fragment of each value."""
    first: dict[T, Found[T]] = {}
    for each in found:
        first.setdefault(each.value, each)
    return tuple(first.values())


def _outcome(slot: Slot, *, ruling: bool) -> Found[Outcome] | None:
    released = slot.outcomes.get(Outcome.RELEASED)
    convicted = slot.outcomes.get(Outcome.CONVICTED)
    higher = any(outcome in slot.outcomes for outcome in _OF_A_HIGHER_COURT)
    if convicted is None and slot.groups and not higher and Outcome.ACQUITTED not in slot.outcomes:
        main = next((group.main for group in slot.groups if group.main is not None), None)
        if main is not None and ruling:
            # A punishment replaced or mitigated later: another judgment convicted.
            slot.decide(Found(Outcome.OTHER, "outcome.later-ruling", main.kind.start, main.kind.end))
        elif main is not None:
            # Only a conviction can carry a punishment (art. 43 of the Criminal Code).
            convicted = Found(Outcome.CONVICTED, "outcome.punished", main.kind.start, main.kind.end)
    if convicted is not None:
        return released or convicted
    if released is not None:
        # Parole, illness, amnesty: a ruling on a sentence that another judgment set.
        slot.outcomes.setdefault(Outcome.OTHER, Found(Outcome.OTHER, "release.later", released.start, released.end))
    for outcome in _RANK:
        if outcome in slot.outcomes:
            return slot.outcomes[outcome]
    return None


def _counts(slot: Slot) -> tuple[Count, ...]:
    """The punishments before aggregation, where there was any."""
    return tuple(
        Count(group.charges, group.main, tuple(group.additional))
        for group in slot.groups
        if group.main is not None and not group.aggregated and len(slot.groups) > 1
    )


def _same(one: Group, other: Group) -> bool:
    """Whether two groups say the same main punishment."""
    if one.main is None or other.main is None:
        return False
    pairs = ((one.main.kind, other.main.kind), (one.main.term, other.main.term), (one.main.fine, other.main.fine))
    return all((left.value if left else None) == (right.value if right else None) for left, right in pairs)


def _final(slot: Slot, doubts: list[Doubt]) -> Group | None:
    """The group that stands at the end: the last aggregation; else the only one; else nothing that can be told."""
    groups = [group for group in slot.groups if group.main is not None and not group.lifted]
    if not groups:
        return None
    last = max((place for place, group in enumerate(groups) if group.aggregated), default=None)
    rest = groups if last is None else groups[last:]
    if all(_same(group, rest[0]) for group in rest[1:]):
        richest = max(rest, key=lambda group: len(group.additional))
        return rest[0] if len(rest[0].additional) == len(richest.additional) else richest
    different = rest[-1].main
    if different is not None:
        doubts.append(Doubt("final.no-aggregate", different.kind.start, different.kind.end))
    return None


def _sentence(slot: Slot, doubts: list[Doubt], *, press: bool, closing_after: int) -> Sentence | None:
    final = _final(slot, doubts)
    if final is None or final.main is None:
        if slot.no_punishment is not None and not slot.groups:
            found = slot.no_punishment
            return Sentence(Punishment(Found(Kind.NONE, found.rule, found.start, found.end)))
        return Sentence(None) if slot.groups else None
    main = final.main
    _note_hidden(main, doubts)
    regime = _regime(slot, final, doubts) if main.kind.value in _WITH_REGIME else None
    deferred = slot.deferrals[-1] if slot.deferrals else None
    suspended = _suspended(slot, final, doubts, regime, deferred, closed=closing_after >= final.clause and not press)
    probation = _probation(slot, final, doubts) if suspended is not None and suspended.value else None
    return Sentence(
        main=main,
        additional=_additional(final, doubts),
        suspended=suspended,
        probation=probation,
        regime=None if suspended is not None and suspended.value else regime,
        deferred=deferred,
        aggregated=_first_of_values(list(final.basis)),
    )


def _note_hidden(main: Punishment, doubts: list[Doubt]) -> None:
    sized = main.fine if main.kind.value is Kind.FINE else main.term
    if sized is None and main.kind.value not in (Kind.LIFE_IMPRISONMENT, Kind.STRIPPING_OF_RANK):
        doubts.append(Doubt("size.hidden", main.kind.start, main.kind.end))


def _additional(final: Group, doubts: list[Doubt]) -> tuple[Punishment, ...]:
    """Each kind once: a second mention only says how it is executed. Two sizes for one kind: a doubt, and the size unknown."""
    kept: dict[tuple[Kind, str], Punishment] = {}
    for punishment in final.additional:
        right = punishment.right.value if punishment.right is not None else ""
        known = kept.setdefault((punishment.kind.value, right), punishment)
        sizes = {
            (each.term.value if each.term else None, each.fine.value if each.fine else None)
            for each in (known, punishment)
        }
        if len(sizes) > 1 and (None, None) in sizes:
            kept[(punishment.kind.value, right)] = known if known.term or known.fine else punishment
        elif len(sizes) > 1:
            doubts.append(Doubt("additional.two-sizes", punishment.kind.start, punishment.kind.end))
            kept[(punishment.kind.value, right)] = Punishment(known.kind, right=known.right)
    return tuple(kept.values())


def _suspended(
    slot: Slot,
    final: Group,
    doubts: list[Doubt],
    regime: Found[Regime] | None,
    deferred: Found[bool] | None,
    *,
    closed: bool,
) -> Found[bool] | None:
    """True when art. 73 is applied to the final punishment; False when the law, the regime or the completed text excludes it."""
    notes = [note for note in slot.suspensions if note.clause >= final.clause]
    kind = final.main.kind if final.main is not None else None
    if kind is None:
        return None
    if not notes and slot.suspensions and not final.aggregated:
        notes = slot.suspensions
    if notes:
        said = [note for note in notes if note.found.rule != "suspended.probation"]
        return (said or notes)[0].found
    if kind.value not in _SUSPENDABLE:
        return Found(False, "suspended.never", kind.start, kind.end)
    if regime is not None:
        return Found(False, "suspended.regime", regime.start, regime.end)
    if slot.suspensions:
        doubts.append(
            Doubt("suspended.before-aggregate", slot.suspensions[-1].found.start, slot.suspensions[-1].found.end)
        )
        return None
    if deferred is not None:
        return Found(False, "suspended.deferred", deferred.start, deferred.end)
    if closed:
        return Found(False, "suspended.not-said", kind.start, kind.end)
    doubts.append(Doubt("suspended.open", kind.start, kind.end))
    return None


def _probation(slot: Slot, final: Group, doubts: list[Doubt]) -> Found[Term] | None:
    notes = [note for note in slot.probations if note.clause >= final.clause] or slot.probations
    values = {note.found.value for note in notes if note.found is not None}
    if len(values) == 1 and all(note.found is not None for note in notes):
        return next(note.found for note in notes if note.found is not None)
    if len(values) > 1:
        last = notes[-1].found or next(note.found for note in notes if note.found is not None)
        doubts.append(Doubt("probation.several", last.start, last.end))
    return None


def _regime(slot: Slot, final: Group, doubts: list[Doubt]) -> Found[Regime] | None:
    notes = [note for note in slot.regimes if note.clause >= final.clause]
    if not notes and not final.aggregated:
        notes = slot.regimes
    values = list(dict.fromkeys(note.found.value for note in notes))
    if len(values) == 1:
        return notes[0].found
    if len(values) == 2 and Regime.PRISON in values:
        first, second = notes[0].found, notes[-1].found
        return Found(Regime.MIXED, "regime.mixed", min(first.start, second.start), max(first.end, second.end))
    if values:
        doubts.append(Doubt("regime.several", notes[-1].found.start, notes[-1].found.end))
    return None
