"""The cards of a visit: those that are due, a control where one was gone, and decisions on pages of their own.

Invariants
- A card that is not found is asked for again 72 hours later at the earliest; after the last of them a card that stands is asked for.
- A court whose cards do not come as they should without chrome (`nc=1`) is asked with it again for a month. Once a month a card is asked for both
  ways, and only equal records let the others come without; the page with chrome comes last, so that what differs is seen as a person sees it.
- A decision is asked for by itself only where its card does not carry it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from courttally.collect.pace import moscow_day
from courttally.collect.plan import cards_due
from courttally.collect.queries import Form, act_url, card_url, forms
from courttally.collect.scene import LEAVE, PAIR_AGAIN, Scene
from courttally.collect.state import Card
from courttally.collect.talk import Answer, Ask, Talk
from courttally.portal.model import CaseSeen


def ask_cards(scene: Scene, proceeding: str, now: datetime) -> Talk[None]:
    """Ask for the cards of a proceeding that are due."""
    gone, form = False, scene.form(proceeding)
    for card in cards_due(scene.book.state, scene.court, proceeding, now, scene.rhythm):
        answer = yield _ask(scene, form, card, "card")
        if scene.manner.nc and answer.kind not in ("card", "not_found", *LEAVE):
            bare = answer
            scene.manner = replace(scene.manner, nc=False)
            answer = yield _ask(scene, form, card, "card")
            if answer.kind == bare.kind:
                scene.manner = replace(scene.manner, nc=True)  # it was not that
            else:
                scene.book.court(scene.court, nc="no", nc_on=moscow_day(answer.at).isoformat())
        elif scene.manner.nc and answer.kind == "card" and _pair_due(scene, answer):
            bare = answer
            answer = yield Ask(card.court, _url(scene, form, card, nc=False), "probe")
            if answer.kind == "card":
                _compare(scene, bare, answer)
        if answer.kind == "wrong_query":
            other = next((each for each in forms(proceeding) if each.engine != form.engine), None)
            if other is not None:
                answer = yield _ask(scene, other, card, "card")
                form = other if answer.kind == "card" else form
        if answer.kind == "card" and answer.reading is not None:
            gone = False
            scene.answered()
            if _shown(scene, card, answer) and not (yield from _acts(scene, form, card)):
                return
        elif answer.kind == "not_found":
            gone = True
            scene.answered()
            scene.book.card_gone(card, answer.at)
        elif answer.kind in LEAVE:
            if scene.refused(answer, answer.error or f"a card was answered by: {answer.kind}"):
                return
        elif scene.strange(answer, f"a card was answered by a page of the kind {answer.kind.replace('_', ' ')}"):
            return
    if gone:
        yield from _control(scene, proceeding, form)


def _ask(scene: Scene, form: Form, card: Card, purpose: str) -> Ask:
    return Ask(card.court, _url(scene, form, card, nc=scene.manner.nc), purpose)


def _url(scene: Scene, form: Form, card: Card, *, nc: bool) -> str:
    return card_url(replace(scene.manner, nc=nc), form, card.case_id, card.guid, card.srv_num)


def _pair_due(scene: Scene, answer: Answer) -> bool:
    read_on = scene.book.state.court(scene.court).nc_card_on
    return not read_on or moscow_day(answer.at) - date.fromisoformat(read_on) >= PAIR_AGAIN


def _compare(scene: Scene, bare: Answer, plain: Answer) -> None:
    """Note whether a card without chrome says what it says with it."""
    today = moscow_day(plain.at).isoformat()
    if _said(bare) == _said(plain):
        scene.book.court(scene.court, nc_card_on=today)
    else:
        scene.manner = replace(scene.manner, nc=False)
        scene.book.court(scene.court, nc="no", nc_on=today)


def _said(answer: Answer) -> tuple[list[CaseSeen], datetime | None, datetime | None]:
    """All that a card says, wherever on its page the texts of decisions stand."""
    reading = answer.reading
    assert reading is not None
    cases = [
        replace(case, documents=[replace(one, offset=0) for one in case.documents]) if case.documents else case
        for case in reading.cases
    ]
    return cases, reading.published, reading.changed


def _shown(scene: Scene, card: Card, answer: Answer) -> bool:
    """Write a card down; False where it is another's."""
    assert answer.reading is not None
    cases = answer.reading.cases
    if len(cases) == 1 and cases[0].case_id in (None, card.case_id):
        scene.book.card_shown(card, cases[0], answer.at)
        return True
    scene.signal("a card of another case than was asked for")
    return False


def _acts(scene: Scene, form: Form, card: Card) -> Talk[bool]:
    """Ask for the decisions of a card that it did not carry. Returns whether the visit goes on."""
    known = scene.book.state.card(card.key) or card
    for number in known.acts:
        if form.engine != "primary" or scene.book.state.court(scene.court).robots_acts:
            break  # VNKOD shows decisions in its cards
        answer = yield Ask(card.court, act_url(scene.manner, form, number, card.srv_num), "act")
        if answer.kind in ("decision", "empty_document", "not_found"):
            scene.book.act_read(card, number)
        elif scene.refused(answer, answer.error or f"a decision was answered by: {answer.kind}"):
            return False
    return True


def _control(scene: Scene, proceeding: str, form: Form) -> Talk[None]:
    """Ask for a card that stood lately: it tells a card that is gone from a court that is down."""
    standing = [
        card
        for card in scene.book.state.cards(scene.court, proceeding)
        if card.card_on and not card.gone_at and not card.missing_on
    ]
    if standing:
        answer = yield _ask(
            scene, form, card := max(standing, key=lambda each: (each.card_on, each.case_id)), "control"
        )
        if answer.kind == "card" and answer.reading is not None:
            _shown(scene, card, answer)
