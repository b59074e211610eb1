"""One visit to one court: robots rules, the windows of the plan, then the cards that they call for.

A visit is a conversation (`talk`): it asks nothing itself. Invariants
- Nothing of the case module is asked where robots rules forbid it; the windows are then *disallowed*.
- A zero is written down as complete only where the same form brought rows at this court on the same day; else it is partial.
- A site that does not understand a form is asked in the next one; the one that works is remembered with its day.
- No captcha is answered here but with what a person typed at the desk; without an answer, the captcha is left to wait there.
- A court that is down, or blocks us, is left alone for the night; what was not asked stays never asked.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from math import ceil

from courttally.collect.book import Book
from courttally.collect.captcha_desk import Desk
from courttally.collect.captcha_form import CaptchaFormError, captcha_of, region_of
from courttally.collect.pace import moscow_day
from courttally.collect.plan import Rhythm, Todo, cards_due
from courttally.collect.queries import (
    Form,
    Manner,
    card_url,
    form_named,
    form_of_engine,
    forms,
    listing_url,
    robots_url,
    search_form_url,
)
from courttally.collect.robots import rules_of
from courttally.collect.signals import fallen, mass_drop
from courttally.collect.state import Card
from courttally.collect.talk import Answer, Ask, Talk
from courttally.collect.windows import Ended, Window, ask_window

LONG_AGO = date(1995, 1, 1)
PAIR_AGAIN = timedelta(days=30)
LONGEST_DELAY = 120.0
"""Seconds: a crawl delay above it would keep a court from ever being read."""
_LEAVE = frozenset({"blocked", "unavailable", "throttled", "error", "module_off"})
NO_PROOF = "no data answered, and no control query of the same day shows that the form works"


class Visit:
    """One court's visit; `talk` is the conversation."""

    def __init__(
        self, todo: Todo, book: Book, desk: Desk, rhythm: Rhythm, agent: str, override: str = "", *, host: str
    ) -> None:
        """`override`: the written reason for not honouring the host's robots rules, "" where they are honoured."""
        self._todo = todo
        self._book = book
        self._desk = desk
        self._rhythm = rhythm
        self._agent = agent
        self._override = override
        self._manner = Manner(todo.court, book.state.court(todo.court).host or host)
        self._unprovable: set[str] = set()
        self._failures = 0

    @property
    def host(self) -> str:
        """The host that is asked now."""
        return self._manner.host

    @property
    def delay(self) -> int:
        """Seconds between two requests that the host's robots rules ask for, 0 without such a rule."""
        return 0 if self._override else self._book.state.court(self._todo.court).crawl_delay

    def talk(self, now: datetime) -> Talk[None]:
        """The whole visit."""
        tally = self._book.tally(self._todo.court)
        cards = any(
            cards_due(self._book.state, self._todo.court, each, now, self._rhythm) for each in self._todo.proceedings
        )
        if not self._todo.windows and not cards:
            return
        # From the day after the pair was read: a visit that is broken off and goes on asks exactly what it would have asked.
        memory, today = self._book.state.court(self._todo.court), moscow_day(now).isoformat()
        self._manner = replace(self._manner, nc=memory.nc == "yes" and memory.nc_on < today)
        allowed = yield from self._robots(now)
        if not allowed:
            return
        self._hold_captcha(now)
        closed = False
        for window in self._todo.windows:
            if tally.stopped:
                return
            if not closed:
                closed = yield from self._window(window)
        for proceeding in self._todo.proceedings:
            if not tally.stopped:
                yield from self._cards(proceeding, now)
        fallen(self._book, self._todo.court)

    def _robots(self, now: datetime) -> Talk[bool]:
        court, today = self._todo.court, moscow_day(now)
        memory = self._book.state.court(court)
        if self._override:
            self._book.court(court, robots="overridden", robots_on=today.isoformat())
            return True
        if memory.robots_on == today.isoformat() and memory.robots in ("allowed", "disallowed"):
            verdict, at = memory.robots, now
        else:
            answer = yield Ask(court, robots_url(self.host), "robots")
            self._note_host(answer)
            at = answer.at
            rules = rules_of(answer.status, answer.body) if answer.kind == "robots" else None
            if rules is None:
                self._stop(answer, f"the robots rules could not be fetched ({answer.error or answer.kind})")
                return False
            form = forms(self._todo.proceedings[0])[0]
            url = listing_url(self._manner, form, "received", today, today, 1)
            verdict = "allowed" if rules.allow(url, self._agent) else "disallowed"
            delay = ceil(min(rules.crawl_delay(self._agent) or 0, LONGEST_DELAY))
            self._book.court(court, robots=verdict, robots_on=today.isoformat(), crawl_delay=delay)
        if verdict == "disallowed":
            for window in self._todo.windows:
                self._book.ended(window, "disallowed", "the robots rules of the host forbid it", at)
        return verdict == "allowed"

    def _window(self, window: Window) -> Talk[bool]:
        """Ask a window, halves and all. Returns whether the court's lists are closed for now (a captcha)."""
        waiting = [window]
        while waiting:
            one = waiting.pop(0)
            ended = yield from self._ask(one)
            assert ended.last is not None
            if ended.state == "halve":
                waiting[:0] = one.halves() or ()
                continue
            at = ended.last.at
            self._settle(ended, at)
            if ended.state == "captcha":
                self._book.ended(one, "failed", ended.reason, at)
                return True
            self._book.ended(one, ended.state, ended.reason, at)
            if ended.last.kind in _LEAVE:
                self._failures += 1
                if ended.last.kind != "error" or self._failures > 1:
                    self._stop(ended.last, ended.reason)
                    return True
            elif ended.last.kind == "unknown":
                self._book.tally(one.court).signals.append("an answer of a kind that was never seen")
        return False

    def _ask(self, window: Window) -> Talk[Ended]:
        """Ask a window in the form that works, with whatever it needs: another form, a captcha's answer, a control query."""
        ended = yield from self._in_forms(window)
        if ended.state == "captcha":
            assert ended.last is not None
            if self._manner.captcha is None and self._hold_captcha(ended.last.at):
                ended = yield from self._in_forms(window)
            if ended.state == "captcha":
                yield from self._leave_captcha(ended)
        elif self._manner.captcha is not None and ended.cases and ended.last is not None:
            self._desk.accepted(region_of(self.host), self._manner.captcha[0], ended.last.at)
        return ended

    def _in_forms(self, window: Window) -> Talk[Ended]:
        memory = self._book.state.court(window.court)
        remembered = form_named(window.proceeding, memory.forms.get(window.proceeding, ""))
        order = [remembered or form_of_engine(window.proceeding, memory.engine)]
        order += [form for form in forms(window.proceeding) if form is not order[0]]
        zero: Ended | None = None
        ended: Ended | None = None
        for form in order:
            if form is not order[0] and window.proceeding in self._unprovable:
                break
            ended = yield from ask_window(self._manner, form, window)
            assert ended.last is not None
            self._note_host(ended.last)
            if ended.state == "zero":
                proven = yield from self._prove(form, window, ended.last)
                if proven:
                    ended.state, ended.reason, ended.found = "complete", "", 0
                    self._works(window, form, ended)
                    return ended
                zero = zero or ended
            elif ended.state != "misfit":
                if ended.cases or ended.state == "halve":
                    self._works(window, form, ended)
                    yield from self._pair(form, window, ended)
                return ended
        found = zero or ended
        assert found is not None
        if found is zero:
            self._unprovable.add(window.proceeding)
            found.state, found.reason = "partial", NO_PROOF
        else:
            found.state = "failed"
            found.reason = "the site understood none of the forms of request"
        return found

    def _prove(self, form: Form, window: Window, zero: Answer) -> Talk[bool]:
        """Whether this form brings rows at this court today: known already, or by asking for everything since long ago.

        Where cases are known that the window ought to show, only what is asked after the zero counts.
        """
        today, memory = moscow_day(zero.at), self._book.state.court(window.court)
        if memory.proven.get(window.proceeding) == today.isoformat() and not self._book.expected(window):
            return True
        if window.proceeding in self._unprovable:
            return False
        url = listing_url(self._manner, form, "received", LONG_AGO, today, 1)
        answer = yield Ask(window.court, url, "control")
        if answer.kind != "listing" or answer.reading is None or not answer.reading.cases:
            return False
        self._note_proof(window, answer)
        return moscow_day(answer.at) == today

    def _note_proof(self, window: Window, answer: Answer) -> None:
        memory = self._book.state.court(window.court)
        self._book.court(window.court, proven=memory.proven | {window.proceeding: moscow_day(answer.at).isoformat()})

    def _works(self, window: Window, form: Form, ended: Ended) -> None:
        assert ended.last is not None
        day = moscow_day(ended.last.at)
        if ended.first_page is not None and ended.first_page.cases:
            self._note_proof(window, ended.last)
        memory = self._book.state.court(window.court)
        engine = ended.first_page.engine if ended.first_page is not None else memory.engine
        if memory.forms.get(window.proceeding) != form.name:
            self._book.court(
                window.court, forms=memory.forms | {window.proceeding: form.name}, forms_on=day.isoformat()
            )
        self._book.court(
            window.court, engine=engine or memory.engine, last_good=ended.last.at.isoformat(), trouble="", trouble_at=""
        )

    def _pair(self, form: Form, window: Window, ended: Ended) -> Talk[None]:
        """Ask the first page once more, with and without chrome the other way round: equal records allow `nc=1` for a month."""
        memory = self._book.state.court(window.court)
        first = ended.first_page
        assert ended.last is not None
        today = moscow_day(ended.last.at)
        if (
            first is None
            or ended.state != "complete"
            or (memory.nc_on and today - date.fromisoformat(memory.nc_on) < PAIR_AGAIN)
        ):
            return
        other = replace(self._manner, nc=not self._manner.nc)
        answer = yield Ask(window.court, listing_url(other, form, window.axis, window.first, window.last, 1), "probe")
        if answer.kind in _LEAVE:
            return
        reading = answer.reading
        equal = (
            reading is not None
            and answer.kind == "listing"
            and (reading.cases, reading.found) == (first.cases, first.found)
        )
        self._book.court(window.court, nc="yes" if equal else "no", nc_on=today.isoformat())

    def _settle(self, ended: Ended, at: datetime) -> None:
        """Remember the rows of a window, and which known records a complete one lacks."""
        window = ended.window
        shown = self._book.rows(ended, at)
        if ended.state == "complete" and window.axis == "received":
            expected = self._book.missing(window, shown, at)
            mass_drop(self._book, window, expected, len(shown))

    def _cards(self, proceeding: str, now: datetime) -> Talk[None]:
        court, gone = self._todo.court, False
        memory = self._book.state.court(court)
        form = form_named(proceeding, memory.forms.get(proceeding, "")) or form_of_engine(proceeding, memory.engine)
        for card in cards_due(self._book.state, court, proceeding, now, self._rhythm):
            answer = yield Ask(court, card_url(self._manner, form, card.case_id, card.guid, card.srv_num), "card")
            if answer.kind == "wrong_query":
                other = next((each for each in forms(proceeding) if each.engine != form.engine), None)
                if other is not None:
                    answer = yield Ask(
                        court, card_url(self._manner, other, card.case_id, card.guid, card.srv_num), "card"
                    )
                    form = other if answer.kind == "card" else form
            if answer.kind == "card" and answer.reading is not None:
                gone = False
                self._card(card, answer)
            elif answer.kind == "not_found":
                gone = True
                self._book.card_gone(card, answer.at)
            elif answer.kind in _LEAVE:
                self._failures += 1
                if answer.kind != "error" or self._failures > 1:
                    self._stop(answer, answer.error or f"a card was answered by: {answer.kind}")
                    return
            else:
                self._book.tally(court).signals.append(
                    f"a card was answered by a page of the kind {answer.kind.replace('_', ' ')}"
                )
        if gone:
            yield from self._control(proceeding, form)

    def _card(self, card: Card, answer: Answer) -> None:
        assert answer.reading is not None
        cases = answer.reading.cases
        if len(cases) == 1 and cases[0].case_id in (None, card.case_id):
            self._book.card_shown(card, answer.at)
        else:
            self._book.tally(card.court).signals.append("a card of another case than was asked for")

    def _control(self, proceeding: str, form: Form) -> Talk[None]:
        """Ask for a card that stood lately: it tells a card that is gone from a court that is down."""
        standing = [
            card
            for card in self._book.state.cards(self._todo.court, proceeding)
            if card.card_on and not card.gone_at and not card.missing_on
        ]
        if standing:
            card = max(standing, key=lambda each: (each.card_on, each.case_id))
            answer = yield Ask(
                card.court, card_url(self._manner, form, card.case_id, card.guid, card.srv_num), "control"
            )
            if answer.kind == "card":
                self._card(card, answer)

    def _hold_captcha(self, now: datetime) -> bool:
        """Take up an answer that a person gave for this region."""
        answer = self._desk.answer_for(region_of(self.host), now)
        if answer is not None:
            self._manner = replace(self._manner, captcha=(answer.captchaid, answer.text))
        return answer is not None

    def _leave_captcha(self, ended: Ended) -> Talk[None]:
        """Leave the court's captcha at the desk, for a person."""
        assert ended.last is not None
        court, region = self._todo.court, region_of(self.host)
        if self._manner.captcha is not None:
            self._desk.refused(region, self._manner.captcha[0], ended.last.at)
            self._manner = replace(self._manner, captcha=None)
        self._book.court(court, captcha_on=moscow_day(ended.last.at).isoformat())
        form = form_named(ended.window.proceeding, "") or forms(ended.window.proceeding)[0]
        answer = yield Ask(court, search_form_url(self._manner, form), "form")
        try:
            captcha = captcha_of(answer.body.decode("cp1251", "replace"))
        except CaptchaFormError:
            captcha = None
        if captcha is None or answer.reading is None:
            ended.reason = "the court asks for a captcha, and its form shows none that could be read"
            return
        self._desk.waiting(region, self.host, captcha.image, captcha.captchaid, answer.at, answer.reading.simulated)
        ended.reason = "the court asks for a captcha; it waits for a person"

    def _note_host(self, answer: Answer) -> None:
        """Ask directly where redirects led."""
        if answer.host and answer.host != self.host:
            self._manner = replace(self._manner, host=answer.host)
            self._book.court(self._todo.court, host=answer.host, host_on=moscow_day(answer.at).isoformat())

    def _stop(self, answer: Answer, why: str) -> None:
        self._book.tally(self._todo.court).stopped = why
        self._book.court(self._todo.court, trouble=why, trouble_at=answer.at.isoformat())
