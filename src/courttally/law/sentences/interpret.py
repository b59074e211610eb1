"""Walks the clauses of an operative part and enters what they say into one ledger per accused.

Invariants: clauses are read once, in order; what a clause does not name (whose, which count, which kind) is taken from the clauses before
it in the same text and from nowhere else; a former sentence («по приговору … от …») is never entered as this one.
"""

from collections.abc import Sequence

from courttally.law.charges import Charge
from courttally.law.sentences import acts
from courttally.law.sentences.clauses import Operative, clauses
from courttally.law.sentences.model import Doubt, Form, Found, Outcome
from courttally.law.sentences.persons import Name, first_of_each, names_in
from courttally.law.sentences.phrases import Mark
from courttally.law.sentences.state import State
from courttally.law.sentences.tokens import MARK, MASK, Token
from courttally.law.sentences.view import View, general_article, goes_on, is_special, make_view
from courttally.law.sentences.walk import SentenceWalk
from courttally.law.sentences.words import words

_SEVERAL = words("acts", "several")
_SAME_MAN = words("acts", "same_man")
_OWN_TERM = words("acts", "own_term")
_OWN_VERB = words("acts", "own_verb")
_VERB_REACH = 6


class Interpreter:
    """Reads one operative part."""

    def __init__(self, tokens: Sequence[Token], operative: Operative) -> None:
        self.tokens = tokens
        self.operative = operative
        self.press = operative.form is Form.PRESS
        self.state = State()
        self.closing = False  # a clause on appeal, costs, evidence … came: the text is not cut off before it
        self.closing_after = -1

    def read(self) -> State:
        """The state after the last clause."""
        ranges = clauses(self.tokens, self.operative.first, self.operative.last)
        self.state.plural = any(
            self.tokens[index].text in _SEVERAL for index in range(self.operative.first, self.operative.last)
        )
        muted_list = False
        for number, (first, last) in enumerate(ranges):
            if all(token.kind == MARK for token in self.tokens[first:last]):
                continue
            view = make_view(self.tokens, number, first, last, press=self.press, muted_list=muted_list)
            muted_list = goes_on(view)
            self._clause(view)
        if self.state.ruling is not None and not any(slot.outcomes or slot.groups for slot in self.state.slots):
            for number in self.state.owners():
                self.state.slots[number].decide(self.state.ruling)
        return self.state

    def _clause(self, view: View) -> None:
        if any(
            mark.code in ("appeal", "evidence", "restraint", "money", "credit", "custody", "advice")
            for mark in view.of("mute")
        ):
            self.closing_after = view.number
        self._listed_names(view)
        acquitted = self._acquit(view)
        convicted = self._convict(view) if not acquitted else {}
        if self.press and self.state.slots:
            self._own_terms(view)
        self._rule(view)
        SentenceWalk(self.state, view, convicted).run()
        self._release(view)

    # People

    def _resolve(self, names: list[Name], view: View, *, plural: bool) -> list[int]:
        """The accused that an act is about."""
        state = self.state
        if not plural:
            names = names[:1]
        numbers: list[int] = []
        for name in names:
            if name.generic:
                numbers += self._anonymous(name, view)
            else:
                numbers += state.person(state.roster.add(name, self.tokens))
        if not names:
            numbers = list(state.current) or (state.everybody() if len(state.slots) == 1 else [])
            if not numbers:
                numbers = state.person(state.roster.add_unnamed())
                if plural:
                    self._doubt("persons.unnamed", view)
        if state.roster.full:
            self._doubt("persons.too-many", view)
        return first_of_each(numbers)

    def _anonymous(self, name: Name, view: View) -> list[int]:
        """Behind a placeholder that everybody shares: the same man unless the text shows that there are several."""
        state = self.state
        if state.current and not self.press:
            slot = state.slots[state.current[-1]]
            again = {found.value for found in slot.convicted} & {found.value for _, found in view.special(view.marks)}
            if not (slot.closed or (state.plural and slot.convicted) or (again and slot.groups)):
                return [state.current[-1]]
        elif state.slots and self.press:
            return [state.current[-1] if state.current else 0]
        return state.person(state.roster.add(name, self.tokens))

    def _doubt(self, rule: str, view: View) -> None:
        self.state.doubts.append(Doubt(rule, self.tokens[view.first].start, self.tokens[view.last - 1].end))

    def _listed_names(self, view: View) -> None:
        """«Признать виновными: – ФИО1 в совершении …; – ФИО2 в совершении …»"""
        state = self.state
        if not state.expects_names or view.has("guilty", "recognise"):
            return
        start = view.first
        while start < view.last and self.tokens[start].kind not in ("word", MASK):
            start += 1
        end = start
        while end < view.last and view.text(end) not in ("в", "по", "-", ",", "за"):
            end += 1
        names = names_in(self.tokens, start, end)
        if names and view.special(view.marks):
            state.current = self._resolve(names[:1], view, plural=True)
            for number in state.current:
                state.slots[number].outcomes.setdefault(
                    Outcome.CONVICTED, view.found(Outcome.CONVICTED, "guilty.listed", start, end)
                )
            state.fresh = False
            state.mode = "guilty"

    def _own_terms(self, view: View) -> None:
        """News: «Антонов приговорён к 5 годам, Борисов – к 6»; «Борисов получил 6 лет». A new name is another man where a term of his own
        follows, after a verb of his own or in a clause that has told of somebody before («Итог – 6 лет» is no man)."""
        state = self.state
        terms = [mark.first for mark in view.of("term")]
        told = min((mark.first for mark in view.of("guilty", "impose")), default=view.last)
        for name in names_in(self.tokens, view.first, view.last):
            if name.generic or state.roster.find(name) is not None:
                continue
            after = name.last
            while after < view.last and view.text(after) in _OWN_TERM:
                after += 1
            by_verb = view.text(name.last) in _OWN_VERB and any(0 < term - name.last <= _VERB_REACH for term in terms)
            if by_verb or (told < name.first and name.last < after and after in terms):
                for number in state.person(state.roster.add(name, self.tokens)):
                    state.slots[number].decide(view.found(Outcome.CONVICTED, "guilty.listed", name.first, name.last))

    # Acts

    def _convict(self, view: View) -> dict[int, list[int]]:
        """Token of each conviction in the clause → the people convicted there."""
        state = self.state
        convicted: dict[int, list[int]] = {}
        since = view.first
        for mark in acts.guilty_marks(view):
            plural = acts.is_plural(view, mark)
            names = acts.names_for(view, mark, since)
            since = mark.last
            if not names and convicted:
                continue  # «признан виновным и осуждён»: the same people
            if not names and plural and not self.press:
                state.expects_names = True
                state.mode = "guilty"
                continue
            same = not names and any(view.text(index) in _SAME_MAN for index in range(view.first, mark.first))
            if not names and not same and not self.press and not state.current:
                names = [name for name in names_in(self.tokens, view.first, mark.first) if not name.generic][:1]
            people = self._resolve(names, view, plural=plural)
            if state.slots and len(names) > 1 and not plural:
                plural = False
            for number in people:
                state.slots[number].decide(view.found(Outcome.CONVICTED, mark.rule, mark.first, mark.last))
            convicted[mark.first] = people
            state.current, state.fresh = people, False
            state.expects_names = plural and len(people) == 1
        if convicted:
            state.header, state.aggregating, state.charges = None, False, []
        return convicted

    def _acquit(self, view: View) -> bool:
        """Enter acquittals; True when the clause holds nothing but acquittal."""
        state = self.state
        marks = acts.acquittals(view)
        if not marks:
            return False
        mark = marks[0]
        convicting = [guilty for guilty in acts.guilty_marks(view) if guilty.first < mark.first]
        names = acts.names_for(view, mark, view.first)
        if any(name.generic for name in names) and state.current:
            names = []
        names = acts.one_list(view, names)
        people = self._resolve(names, view, plural=True)
        offences = view.special(view.marks)
        if convicting:
            after = [each for each in offences if each[0].first > mark.first]
            offences = after or offences[-1:]
        for number in people:
            slot = state.slots[number]
            slot.decide(view.found(Outcome.ACQUITTED, mark.rule, mark.first, mark.last))
            slot.acquitted += [found for _, found in offences]
            slot.grounds += self._grounds(view)
        state.current, state.fresh = people, True
        state.mode = "acquit"
        return not convicting

    def _rule(self, view: View) -> None:
        state = self.state
        rulings = acts.ruling_acts(view)
        if not rulings:
            return
        names = acts.subjects(view)
        if names and names[0].generic and state.slots:
            names = []
        if all(ruling.outcome is Outcome.OTHER for ruling in rulings):
            people = state.everybody()
            if not people:
                state.ruling = state.ruling or rulings[0].found(view)
        else:
            known = [state.roster.find(name) for name in names]
            if names and all(number is not None for number in known):
                people = first_of_each(number for number in known if number is not None)
            elif names or not state.slots:
                people = self._resolve(names, view, plural=True)
            else:
                named = [number for number, _, _ in state.roster.mentioned(self.tokens, view.first, view.last)]
                people = first_of_each(named) or state.owners()
        offences = [found for _, found in view.special(view.marks)]
        for ruling in rulings:
            for number in people:
                slot = state.slots[number]
                slot.decide(ruling.found(view))
                if ruling.outcome is Outcome.TERMINATED:
                    slot.terminated += offences
                    slot.grounds += self._grounds(view)
                elif ruling.outcome not in (Outcome.OTHER, Outcome.QUASHED, Outcome.CHANGED, Outcome.UPHELD):
                    slot.charged += offences
                    slot.grounds += self._grounds(view)
        if people and any(ruling.outcome is not Outcome.OTHER for ruling in rulings):
            state.current, state.fresh = people, True

    def _grounds(self, view: View) -> list[Found[str]]:
        """The articles that proceedings end on: of the Code of Criminal Procedure, and 75-84, 90, 92, 94 of the Criminal Code."""
        grounds: list[Found[str]] = []
        for mark in view.of("article"):
            if not isinstance(mark.value, Charge) or is_special(mark):
                continue
            number = mark.value.article
            whole = int(number.split(".")[0])
            if mark.code == "upk" and whole in (24, 25, 27, 28, 31, 212, 237, 239, 254, 256, 302, 427, 431, 443, 446):
                grounds.append(view.found(f"УПК {number}", mark.rule, mark.first, mark.last))
            elif general_article(mark) and (75 <= whole <= 84 or whole in (21, 90, 92, 94)):
                grounds.append(view.found(f"УК {number}", mark.rule, mark.first, mark.last))
        return grounds

    def _release(self, view: View) -> None:
        """«Освободить от наказания»: of the whole sentence, or of one count where the clause names one of several."""
        state = self.state
        marks = [mark for mark in view.audible("release") if not self._partly(view, mark)]
        if not marks or view.has("exempt"):
            return
        mark = marks[0]
        named = first_of_each(number for number, _, _ in state.roster.mentioned(self.tokens, view.first, view.last))
        offences = self._released_counts(view, mark)
        for number in named or state.owners():
            slot = state.slots[number]
            others = {(each.value.article, each.value.part) for each in slot.convicted} - offences
            slot.grounds += self._grounds(view)
            if offences and others:
                for group in slot.groups:
                    own = {(each.value.article, each.value.part) for each in group.charges}
                    group.lifted = group.lifted or (not group.aggregated and bool(own & offences))
            else:
                slot.decide(view.found(Outcome.RELEASED, mark.rule, mark.first, mark.last))

    @staticmethod
    def _released_counts(view: View, mark: Mark) -> set[tuple[str, str | None]]:
        """«от наказания, назначенного по ч. 1 ст. 116», else «по ч. 1 ст. 116 … – …, от наказания освободить»."""
        special = view.special(view.marks)
        since = max((each.first for each in view.of("impose", "guilty") if each.first < mark.first), default=view.first)
        after = {(found.value.article, found.value.part) for each, found in special if each.first > mark.first}
        before = {
            (found.value.article, found.value.part)
            for each, found in special
            if since < each.first < mark.first and view.text(each.first - 1) == "по"
        }
        return after or before

    @staticmethod
    def _partly(view: View, mark: Mark) -> bool:
        """Only an additional punishment is lifted, or a prisoner is let out early."""
        near = range(mark.first, mark.last)
        return any(
            view.text(index).startswith(("дополнительн", "досрочно", "взыск", "издерж", "уплат")) for index in near
        ) or any(view.text(index) == "досрочно" for index in range(max(view.first, mark.first - 6), mark.last))
