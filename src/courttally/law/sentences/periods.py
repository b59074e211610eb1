"""Terms that are no punishment: the test period of a suspended sentence.

Invariants: the period is the term right before «испытательный срок», else the next one after it that belongs to nothing else; it is taken
before punishments are read, so that «2 года лишения свободы с испытательным сроком 1 год» never gives one to the other.
"""

from courttally.law.sentences.phrases import Mark
from courttally.law.sentences.punishments import ClauseQuantities
from courttally.law.sentences.view import View

_REACH = 40
_REACH_BACK = 12
_CODES = ("plain", "within", "unclear")
_VERBS = ("определ", "назнач", "избра")


def probation_terms(view: View, quantities: ClauseQuantities) -> dict[int, Mark]:
    """First token of each «испытательный срок» → its term, which is used up. Nothing where a former period is prolonged."""
    if view.has("prolong"):
        return {}
    found: dict[int, Mark] = {}
    for mark in view.audible("probation"):
        terms = quantities.between(quantities.terms, max(view.first, mark.first - _REACH_BACK), mark.last + _REACH)
        usable = [term for term in terms if quantities.free(term) and term.code in _CODES]
        before = [term for term in usable if term.last == mark.first]
        barrier = _barrier(view, mark)
        after = [term for term in usable if mark.last <= term.first < barrier]
        for term in (before or after)[:1]:
            found[mark.first] = quantities.take(term)
    return found


def _barrier(view: View, mark: Mark) -> int:
    """The next punishment, or verb of imposing one."""
    end = min(view.last, mark.last + _REACH)
    barriers = [
        each.first
        for concept in ("impose", "kind", "reduce")
        for each in view.near(concept, mark.last, end)
        if not _about_the_period(view, each)
    ]
    return min([end, *barriers])


def _about_the_period(view: View, mark: Mark) -> bool:
    """«испытательный срок определить в 2 года»: the verb is about the period itself."""
    near = range(mark.first, min(mark.first + 6, view.last))
    return view.text(mark.first).startswith(_VERBS) and not any(
        view.text(index).startswith("наказани") for index in near
    )
