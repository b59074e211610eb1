"""What a clause decides about people: convicted, acquitted, terminated, and the like; and about whom.

Invariants: functions here read one clause and say what it says; they keep no state. An act is read only with its object
(«прекратить» needs the case, «возвратить» the prosecutor), so that «производство по иску прекратить» decides nothing.
"""

from dataclasses import dataclass

from courttally.law.charges import Charge
from courttally.law.sentences.model import Found, Outcome
from courttally.law.sentences.persons import Name, names_in
from courttally.law.sentences.phrases import Mark
from courttally.law.sentences.tokens import MASK
from courttally.law.sentences.view import View
from courttally.law.sentences.words import words

_PLURAL = words("acts", "plural")
_NEEDS_RECOGNISED = words("acts", "needs_recognised")
_SLOT_ENDS = words("acts", "slot_ends")
_SUBJECT_BEFORE = words("acts", "subject_before")
_SUBJECT_ENDS = words("acts", "subject_ends")
_SUBJECT_REACH = 24
_FEW = 8
_NAMES_REACH = 80
_MOST_ACTS = 64  # acts read in one clause; more is no judgment
_RECOGNISE = words("acts", "recognise")
_TREATED = ("устранени",)
_VERBS = words("acts", "apply")


@dataclass(frozen=True, slots=True)
class Act:
    """One outcome said in the clause, and the tokens that say it."""

    outcome: Outcome
    rule: str
    first: int
    last: int

    def found(self, view: View) -> Found[Outcome]:
        """The outcome with its fragment."""
        return view.found(self.outcome, self.rule, self.first, self.last)


def guilty_marks(view: View) -> list[Mark]:
    """Marks of conviction in the clause: «признать … виновным», in news also «осуждён», «приговорил»."""
    recognised = view.has("recognise")
    offences = [mark.first for mark, _ in view.special(view.marks)]
    kept: list[Mark] = []
    for mark in view.audible("guilty"):
        word = view.text(mark.first)
        if view.text(mark.first - 1) in ("не", "ранее"):
            continue
        if word.startswith(("виновн", "виновен")):
            named_offence = bool(offences) and offences[-1] > mark.first
            if recognised or (word not in _NEEDS_RECOGNISED and named_offence):
                kept.append(mark)
        else:
            kept.append(mark)
    return kept[:_MOST_ACTS]


def is_plural(view: View, mark: Mark) -> bool:
    """Whether the act speaks of several people."""
    return view.text(mark.first) in _PLURAL or any(
        view.text(index) in _PLURAL for index in range(mark.first, mark.last)
    )


def names_for(view: View, mark: Mark, since: int) -> list[Name]:
    """The names of those whom the act is about: between «признать» and «виновным», else after, else before (from `since` on)."""
    since = max(since, view.first, mark.first - _NAMES_REACH)
    verb = next((index for index in range(mark.first - 1, since - 1, -1) if view.text(index) in _RECOGNISE), None)
    if verb is not None:
        between = names_in(view.tokens, verb + 1, mark.first)
        if between:
            return between
    end = mark.last
    while end < view.last and view.text(end) not in _SLOT_ENDS and end - mark.last < _SUBJECT_REACH:
        end += 1
    after = names_in(view.tokens, mark.last, end)
    if after and not (view.press and mark.code == "press" and view.text(mark.last) in ("к", "на")):
        return after
    before = names_in(view.tokens, since, mark.first)
    if view.press:
        return before if is_plural(view, mark) else before[-1:]
    if since > view.first and not is_plural(view, mark):
        return before[-1:]  # after another act in the same clause the nearest name is meant
    return before


def one_list(view: View, names: list[Name]) -> list[Name]:
    """The first name and those joined to it by commas and «и» alone: «Иванова И.И. и Петрова П.П.»."""
    kept = names[:1]
    for name in names[1:]:
        if any(view.text(index) not in (",", "и") for index in range(kept[-1].last, name.first)):
            break
        kept.append(name)
    return kept


def subjects(view: View) -> list[Name]:
    """The people that a ruling is about: «в отношении …», «по обвинению …», «освободить … от», «к … применить»."""
    names: list[Name] = []
    for index in range(view.first, view.last):
        if view.text(index) in _SUBJECT_BEFORE:
            end = index + 1
            while end < view.last and view.text(end) not in _SUBJECT_ENDS and end - index < _SUBJECT_REACH:
                end += 1
            names += names_in(view.tokens, index + 1, end)
            if names:
                return names
    for mark in view.of("exempt", "release"):
        names = names_in(view.tokens, mark.first, mark.last)
        if names:
            return names
    for index in range(view.first, view.last - 1):
        if (
            view.text(index) == "к"
            and view.tokens[index + 1].kind == MASK
            and view.tokens[index + 1].text.startswith("фио")
        ):
            return names_in(view.tokens, index + 1, index + 2)
    every = names_in(view.tokens, view.first, min(view.last, view.first + _NAMES_REACH))
    return [name for name in every if name.mask.startswith("фио") or name.initials][:1]


def _about_a_case(view: View) -> bool:
    return view.has("case")


def acquittals(view: View) -> list[Mark]:
    """Marks of acquittal."""
    marks = view.audible("acquit")
    innocent = view.audible("innocent")
    if not marks and innocent and view.has("recognise"):
        return innocent
    return marks


def ruling_acts(view: View) -> list[Act]:
    """Every outcome in the clause other than conviction and acquittal."""
    acts: list[Act] = []
    for reader in (_terminated, _medical, _returned, _transferred, _stayed_or_joined, _appeal):
        act = reader(view)
        if act is not None:
            acts.append(act)
    if not acts and view.has("other"):
        mark = view.of("other")[0]
        acts.append(Act(Outcome.OTHER, mark.rule, mark.first, mark.last))
    return acts


def _terminated(view: View) -> Act | None:
    objects = view.of("case", "claim")
    criminal = any(view.text(index).startswith("уголовн") for index in range(view.first, view.last))
    for mark in view.of("terminate")[:_FEW]:
        if view.text(mark.first - 1) == "не" or view.has("measure", "medical_lapse") or not objects:
            continue
        nearest = min(objects, key=lambda each: abs(each.first - mark.first))
        if nearest.concept == "claim" or (view.has("claim") and not criminal) or _custody(view, mark):
            continue
        return Act(Outcome.TERMINATED, mark.rule, mark.first, mark.last)
    exempt = view.of("exempt")
    if exempt:
        return Act(Outcome.TERMINATED, exempt[0].rule, exempt[0].first, exempt[0].last)
    return None


def _custody(view: View, mark: Mark) -> bool:
    return view.text(mark.last) in words("acts", "called_off")


def _medical(view: View) -> Act | None:
    marks = view.of("medical")
    if not marks or view.has("medical_lapse"):
        return None
    applied = any(view.text(index) in _VERBS for index in range(view.first, view.last))
    return Act(Outcome.MEDICAL, marks[0].rule, marks[0].first, marks[0].last) if applied else None


def _returned(view: View) -> Act | None:
    if not _about_a_case(view) or not view.has("prosecutor"):
        return None
    marks = view.of("return")
    if marks:
        return Act(Outcome.RETURNED, marks[0].rule, marks[0].first, marks[0].last)
    for_mending = any(view.text(index).startswith(_TREATED) for index in range(view.first, view.last))
    article_237 = any(
        mark.concept == "article" and isinstance(mark.value, Charge) and mark.value.article == "237"
        for mark in view.marks
    )
    sent = view.of("send")
    if sent and (for_mending or article_237):
        return Act(Outcome.RETURNED, "return.sent", sent[0].first, sent[0].last)
    return None


def _transferred(view: View) -> Act | None:
    sent = view.of("send")
    if sent and _about_a_case(view) and view.has("jurisdiction"):
        return Act(Outcome.TRANSFERRED, view.of("jurisdiction")[0].rule, sent[0].first, sent[0].last)
    return None


def _stayed_or_joined(view: View) -> Act | None:
    if not (
        _about_a_case(view) or any(view.text(index).startswith("производств") for index in range(view.first, view.last))
    ):
        return None
    for concept, outcome in (("stay", Outcome.STAYED), ("join", Outcome.JOINED)):
        marks = view.of(concept)
        if marks:
            return Act(outcome, marks[0].rule, marks[0].first, marks[0].last)
    return None


def _appeal(view: View) -> Act | None:
    """A higher court about a lower court's act: «приговор … отменить», «… изменить», «… оставить без изменения»."""
    judged = view.of("judged")
    aside = [mark.first for mark in view.of("mute") if mark.code in ("restraint", "evidence", "custody", "credit")]
    if not judged:
        return None
    end = min(aside, default=view.last)
    partly = any(
        view.text(index) == "в" and view.text(index + 1) == "части" for index in range(judged[0].first, view.last)
    )
    for concept, outcome in (("quash", Outcome.QUASHED), ("change", Outcome.CHANGED), ("uphold", Outcome.UPHELD)):
        for mark in view.near(concept, view.first, end)[:1]:
            if concept == "quash" and partly:
                return Act(Outcome.CHANGED, "quash.partly", mark.first, mark.last)
            return Act(outcome, mark.rule, mark.first, mark.last)
    return None
