"""Where a visit stands: how the court is asked now, what has gone wrong so far, and the book in which it is written down.

Invariants: the parts of a visit (windows, cards, cases asked for by their UID) share one scene, so that a court that is down for one of them is left
alone by all.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from courttally.collect.book import Book
from courttally.collect.pace import moscow_day
from courttally.collect.plan import Rhythm
from courttally.collect.queries import Form, Manner, form_named, form_of_engine, forms
from courttally.collect.talk import Answer

LEAVE = frozenset({"blocked", "unavailable", "throttled", "error", "module_off"})
"""Kinds of answer after which a court is left alone for the night; a single `error` is borne, and the next after an answer again."""
ODD = 3
PAIR_AGAIN = timedelta(days=30)
"""How often a pair of pages with and without `nc=1` is read."""


@dataclass(slots=True)
class Scene:
    """One court in the course of one visit."""

    court: str
    book: Book
    rhythm: Rhythm
    manner: Manner
    failures: int = 0
    odd: int = 0
    """Answers in a row that are none of the kinds that were asked for."""

    @property
    def host(self) -> str:
        """The host that is asked now."""
        return self.manner.host

    @property
    def stopped(self) -> bool:
        """Whether the court is left alone for the rest of the night."""
        return bool(self.book.tally(self.court).stopped)

    def note_host(self, answer: Answer) -> None:
        """Ask directly where redirects led."""
        if answer.host and answer.host != self.host:
            self.manner = replace(self.manner, host=answer.host)
            self.book.court(self.court, host=answer.host, host_on=moscow_day(answer.at).isoformat())

    def refused(self, answer: Answer, why: str) -> bool:
        """Take note of an answer; whether the court is to be left alone now."""
        if answer.kind in LEAVE:
            self.failures += 1
            if answer.kind != "error" or self.failures > 1:
                self.stop(answer, why)
        return self.stopped

    def stop(self, answer: Answer, why: str) -> None:
        """Leave the court alone for the night. Which of its names redirects led to is forgotten: it may be the name that is wrong by now."""
        self.book.tally(self.court).stopped = why
        self.book.court(self.court, trouble=why, trouble_at=answer.at.isoformat(), host="", host_on="")

    def answered(self) -> None:
        """Take note of an answer as it should be: what went wrong before it was no sign of a court that is down."""
        self.odd = self.failures = 0

    def signal(self, sentence: str) -> None:
        """Something that a person should look at, once a visit."""
        signals = self.book.tally(self.court).signals
        if sentence not in signals:
            signals.append(sentence)

    def strange(self, answer: Answer, sentence: str) -> bool:
        """Take note of an answer of a kind that does not belong here; whether the court is to be left alone now."""
        self.signal(sentence)
        self.odd += 1
        if self.odd >= ODD:
            self.stop(answer, f"{self.odd} answers in a row were not what was asked for")
        return self.stopped

    def form(self, proceeding: str) -> Form:
        """The form that worked last, or the one that is likeliest to."""
        memory = self.book.state.court(self.court)
        return form_named(proceeding, memory.forms.get(proceeding, "")) or form_of_engine(proceeding, memory.engine)

    def form_order(self, proceeding: str) -> list[Form]:
        """Every form of a proceeding, the one that worked last first."""
        first = self.form(proceeding)
        return [first, *(form for form in forms(proceeding) if form is not first)]
