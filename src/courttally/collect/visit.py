"""One visit to one court: robots rules, the windows of the plan, cases that links need, then the cards that they call for.

A visit is a conversation (`talk`): it asks nothing itself. Invariants
- Nothing of the case module is asked where robots rules forbid it; the windows are then *disallowed*.
- A zero is written down as complete only where the same form brought rows at this court on the same day; else it is partial.
- A site that does not understand a form is asked in the next one; the one that works is remembered with its day.
- A court with several servers or buildings is asked in all of them, and a window is as whole as its worst part.
- No captcha is answered here but with what a person typed at the desk; without an answer, the captcha is left to wait there.
- A court that is down, or blocks us, is left alone for the night; what was not asked stays never asked.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from math import ceil

from courttally.archive import time_text
from courttally.collect.book import Book
from courttally.collect.captcha_desk import Desk
from courttally.collect.captcha_form import CaptchaFormError, captcha_of, region_of
from courttally.collect.cards import ask_cards
from courttally.collect.linked import ask_wanted
from courttally.collect.pace import moscow_day
from courttally.collect.plan import Rhythm, Todo, cards_due
from courttally.collect.queries import Form, Manner, act_url, card_url, forms, listing_url, robots_url, search_form_url
from courttally.collect.robots import rules_of
from courttally.collect.scene import LEAVE, PAIR_AGAIN, Scene
from courttally.collect.signals import ENOUGH, fallen, mass_drop
from courttally.collect.talk import Answer, Ask, Talk
from courttally.collect.windows import REASONS, Ended, Window, ask_window, joined

LONG_AGO = date(1995, 1, 1)
PARTS_AGAIN = timedelta(days=37)
"""How often one more server or building is asked for: not in the nights of the pairs."""
MOST_PARTS = 9
LONGEST_DELAY = 120.0
"""Seconds: a crawl delay above it would keep a court from ever being read."""
NO_GUID = "00000000-0000-0000-0000-000000000000"
NO_PROOF = "no data answered, and no control query of the same day shows that the form works"
NO_FORM = "the site understood none of the forms of request"


class Visit:
    """One court's visit; `talk` is the conversation."""

    def __init__(
        self, todo: Todo, book: Book, desk: Desk, rhythm: Rhythm, agent: str, override: str = "", *, host: str
    ) -> None:
        """`override`: the written reason for not honouring the host's robots rules, "" where they are honoured."""
        self._todo = todo
        self._book = book
        self._desk = desk
        self._agent = agent
        self._override = override
        manner = Manner(todo.court, book.state.court(todo.court).host or host)
        self._scene = Scene(todo.court, book, rhythm, manner)
        self._unprovable: set[str] = set()

    @property
    def delay(self) -> int:
        """Seconds between two requests that the host's robots rules ask for, 0 without such a rule."""
        return 0 if self._override else self._book.state.court(self._todo.court).crawl_delay

    def talk(self, now: datetime) -> Talk[None]:
        """The whole visit."""
        todo, state, scene = self._todo, self._book.state, self._scene
        cards = any(cards_due(state, todo.court, each, now, scene.rhythm) for each in todo.proceedings)
        if not todo.windows and not cards and not todo.wanted:
            return
        # From the day after the pair was read: a visit that is broken off and goes on asks exactly what it would have asked.
        memory, today = state.court(todo.court), moscow_day(now).isoformat()
        scene.manner = replace(scene.manner, nc=memory.nc == "yes" and memory.nc_on < today)
        allowed = yield from self._robots(now)
        if not allowed:
            return
        self._hold_captcha(now)
        closed = False
        for window in todo.windows:
            if scene.stopped:
                return
            if not closed:
                closed = yield from self._window(window)
        if not closed and not scene.stopped:
            yield from ask_wanted(scene, todo.wanted)
        for proceeding in todo.proceedings:
            if not scene.stopped:
                yield from ask_cards(scene, proceeding, now)
        fallen(self._book, todo.court)

    def _robots(self, now: datetime) -> Talk[bool]:
        court, today = self._todo.court, moscow_day(now)
        memory = self._book.state.court(court)
        if self._override:
            self._book.court(court, robots="overridden", robots_on=today.isoformat(), robots_acts="")
            return True
        if memory.robots_on == today.isoformat() and memory.robots in ("allowed", "disallowed"):
            verdict, at = memory.robots, now
        else:
            answer = yield Ask(court, robots_url(self._scene.host), "robots")
            self._scene.note_host(answer)
            at = answer.at
            rules = rules_of(answer.status, answer.body) if answer.kind == "robots" else None
            if rules is None:
                self._scene.stop(answer, f"the robots rules could not be fetched ({answer.error or _said(answer)})")
                return False
            every, manner = forms((*self._todo.proceedings, "first")[0]), self._scene.manner
            # In the words of every engine: who forbids the case module by one engine's addresses means the module.
            case_module = (
                url
                for form in every
                for url in (
                    listing_url(manner, form, "received", today, today, 1),
                    search_form_url(manner, form),
                    card_url(manner, form, 1, NO_GUID, 1),
                )
            )
            verdict = "allowed" if all(rules.allow(url, self._agent) for url in case_module) else "disallowed"
            acts = "" if rules.allow(act_url(manner, every[0], 1, 1), self._agent) else "disallowed"
            self._book.court(court, robots_acts=acts)
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
            if ended.reason == NO_FORM or (ended.last.kind == "not_found" and not ended.cases):
                self._scene.stop(ended.last, ended.reason)  # the next window would be answered alike
            if self._scene.stopped or self._scene.refused(ended.last, ended.reason):
                return True
            if ended.last.kind == "unknown":
                if self._scene.strange(ended.last, "an answer of a kind that was never seen"):
                    return True
            elif ended.last.kind != "error":
                self._scene.answered()
        return False

    def _ask(self, window: Window) -> Talk[Ended]:
        """Ask a window in the form that works, with whatever it needs: another form, a captcha's answer, a control query."""
        ended = yield from self._in_forms(window)
        assert ended.last is not None
        if ended.state == "failed" and self._scene.manner.nc and ended.last.kind not in LEAVE:
            # What has worked without chrome may be over: else a court would never be read again, for pairs are made of complete lists.
            self._scene.manner = replace(self._scene.manner, nc=False)
            self._book.court(window.court, nc="no", nc_on=moscow_day(ended.last.at).isoformat())
            ended = yield from self._in_forms(window)
        if ended.state == "captcha":
            assert ended.last is not None
            if self._scene.manner.captcha is None and self._hold_captcha(ended.last.at):
                ended = yield from self._in_forms(window)
            if ended.state == "captcha":
                yield from self._leave_captcha(ended)
        elif self._scene.manner.captcha is not None and ended.cases and ended.last is not None:
            self._desk.accepted(region_of(self._scene.host), self._scene.manner.captcha[0], ended.last.at)
        return ended

    def _in_forms(self, window: Window) -> Talk[Ended]:
        zero: tuple[Form, Ended] | None = None
        ended: Ended | None = None
        absent: set[str] = set()  # engines whose address the site does not know: another spelling of it is as unknown
        for place, form in enumerate(self._scene.form_order(window.proceeding)):
            if place and (
                window.proceeding in self._unprovable or (zero is not None and zero[0].engine != form.engine)
            ):
                continue
            if form.engine in absent:
                continue
            ended = yield from self._in_parts(form, window)
            assert ended.last is not None
            self._scene.note_host(ended.last)
            absent |= {form.engine} if ended.last.kind == "not_found" else set()
            if ended.state == "zero":
                proven = yield from self._prove(form, window, ended.last)
                if proven:
                    ended.state, ended.reason, ended.found = "complete", "", 0
                    self._works(window, form, ended)
                    return ended
                zero = zero or (form, ended)
            elif ended.state != "misfit":
                if ended.cases or ended.state == "halve":
                    self._works(window, form, ended)
                    if (yield from self._pair(form, window, ended)):
                        ended = yield from self._in_parts(form, window)
                    if (yield from self._more_parts(form, window, ended)):
                        return (yield from self._in_parts(form, window))
                return ended
        assert ended is not None
        if zero is not None:
            self._unprovable.add(window.proceeding)
            zero[1].state, zero[1].reason = "partial", NO_PROOF
            return zero[1]
        assert ended.last is not None
        ended.state, ended.reason = "failed", REASONS["not_found"] if ended.last.kind == "not_found" else NO_FORM
        return ended

    def _in_parts(self, form: Form, window: Window) -> Talk[Ended]:
        """Ask a window of every server and building of the court."""
        memory, ended = self._book.state.court(window.court), []
        for server in range(1, memory.servers + 1):
            for building in range(1, memory.buildings + 1 if form.engine == "vnkod" else 2):
                manner = replace(self._scene.manner, server=server, building=building)
                ended.append((yield from ask_window(manner, form, window)))
                if ended[-1].state in ("misfit", "captcha", "halve"):
                    break
        return ended[0] if len(ended) == 1 else joined(window, ended)

    def _prove(self, form: Form, window: Window, zero: Answer) -> Talk[bool]:
        """Whether this form brings rows at this court today: known already, or by asking for everything since long ago.

        Where cases are known that the window ought to show, only what is asked after the zero counts.
        """
        today, memory = moscow_day(zero.at), self._book.state.court(window.court)
        if memory.proven.get(window.proceeding) == today.isoformat() and not self._book.expected(window):
            return True
        if window.proceeding in self._unprovable:
            return False
        url = listing_url(self._scene.manner, form, "received", LONG_AGO, today, 1)
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
            window.court, engine=engine or memory.engine, last_good=time_text(ended.last.at), trouble="", trouble_at=""
        )

    def _pair(self, form: Form, window: Window, ended: Ended) -> Talk[bool]:
        """Ask the first page once more, with and without chrome the other way round: equal records allow `nc=1` for a month.

        Where they differ, what a person sees is to be seen last: the page with chrome is asked for again. Returns whether the window, which came
        without chrome, is to be asked again as a whole.
        """
        memory = self._book.state.court(window.court)
        first = ended.first_page
        assert ended.last is not None
        today = moscow_day(ended.last.at)
        if (
            first is None
            or ended.state != "complete"
            or (memory.nc_on and today - date.fromisoformat(memory.nc_on) < PAIR_AGAIN)
        ):
            return False
        bare = self._scene.manner.nc
        other = replace(self._scene.manner, nc=not bare)
        answer = yield Ask(window.court, listing_url(other, form, window.axis, window.first, window.last, 1), "probe")
        if answer.kind in LEAVE:
            return False
        reading = answer.reading
        equal = (
            reading is not None
            and answer.kind == "listing"
            and (reading.cases, reading.found) == (first.cases, first.found)
        )
        self._book.court(window.court, nc="yes" if equal else "no", nc_on=today.isoformat())
        if equal:
            return False
        self._scene.manner = replace(self._scene.manner, nc=False)
        if not bare and answer.kind == "listing":
            plain = listing_url(self._scene.manner, form, window.axis, window.first, window.last, 1)
            yield Ask(window.court, plain, "probe")
        return bare

    def _settle(self, ended: Ended, at: datetime) -> None:
        """Remember the rows of a window, and which known records a complete one lacks; say so where far fewer are shown than are known."""
        window, last = ended.window, ended.last
        shown = self._book.rows(ended, at)
        if window.axis != "received":
            return
        if ended.state == "complete":
            mass_drop(self._book, window, self._book.missing(window, shown, at), len(shown))
        elif last is not None and last.kind in ("listing", "no_data"):
            # Not proven, so nothing counts as missing; but a court that shows none of the cases it showed before is not well.
            mass_drop(self._book, window, len(self._book.expected(window)), len(shown), least=ENOUGH if shown else 1)
        elif ended.state == "failed" and last is not None and last.kind == "unsupported_filter":
            self._scene.signal("it does not know the list by day of receipt any more")

    def _more_parts(self, form: Form, window: Window, ended: Ended) -> Talk[bool]:
        """Every five weeks, ask for one more server, and in VNKOD's words for one more building. Returns whether there is one.

        A court with one of them says that there is no other, or shows the same rows, or none.
        """
        memory = self._book.state.court(window.court)
        assert ended.last is not None
        today, found = moscow_day(ended.last.at), False
        if ended.state != "complete" or (memory.parts_on and today - date.fromisoformat(memory.parts_on) < PARTS_AGAIN):
            return False
        shown = {(case.srv_num, case.case_id) for case in ended.cases}
        for what in ("servers", "buildings") if form.engine == "vnkod" else ("servers",):
            number: int = getattr(self._book.state.court(window.court), what)
            while number < MOST_PARTS:
                more = number + 1
                manner = (
                    replace(self._scene.manner, server=more)
                    if what == "servers"
                    else replace(self._scene.manner, building=more)
                )
                url = listing_url(manner, form, window.axis, window.first, window.last, 1)
                answer = yield Ask(window.court, url, "probe")
                cases = answer.reading.cases if answer.kind == "listing" and answer.reading is not None else []
                keys = {(case.srv_num, case.case_id) for case in cases}
                if not keys or keys & shown:
                    break
                number, shown, found = more, shown | keys, True
            self._book.court(window.court, **{what: number})
        self._book.court(window.court, parts_on=today.isoformat())
        if found:
            self._book.court(window.court, parts_since=time_text(ended.last.at))
            self._scene.signal("the court has another server or building; what was asked before today is asked again")
        return found

    def _hold_captcha(self, now: datetime) -> bool:
        """Take up an answer that a person gave for this region."""
        answer = self._desk.answer_for(region_of(self._scene.host), now)
        if answer is not None:
            self._scene.manner = replace(self._scene.manner, captcha=(answer.captchaid, answer.text))
        return answer is not None

    def _leave_captcha(self, ended: Ended) -> Talk[None]:
        """Leave the court's captcha at the desk, for a person."""
        assert ended.last is not None
        court, region = self._todo.court, region_of(self._scene.host)
        if self._scene.manner.captcha is not None:
            self._desk.refused(region, self._scene.manner.captcha[0], ended.last.at)
            self._scene.manner = replace(self._scene.manner, captcha=None)
        self._book.court(court, captcha_on=moscow_day(ended.last.at).isoformat())
        answer = yield Ask(
            court, search_form_url(self._scene.manner, self._scene.form(ended.window.proceeding)), "form"
        )
        try:
            captcha = captcha_of(answer.body.decode("cp1251", "replace"))
        except CaptchaFormError:
            captcha = None
        if captcha is None or answer.reading is None:
            ended.reason = "the court asks for a captcha, and its form shows none that could be read"
            return
        self._desk.waiting(
            region, self._scene.host, captcha.image, captcha.captchaid, answer.at, answer.reading.simulated
        )
        ended.reason = "the court asks for a captcha; it waits for a person"


def _said(answer: Answer) -> str:
    """What an answer without use was, in words."""
    return f"status {answer.status}" if answer.kind == "robots" else answer.kind.replace("_", " ")
