"""A run: the plan is driven through the budget, every answer is kept before it is read, and the plan goes on from what was read.

Invariants
- A capture is on the disk (written and synchronised) before a byte of it is read, and before anything is remembered of it.
- A request is made only when the budget grants it; what a site asks for (429, «временно недоступна») pauses that host or the platform.
- Killed at any instant, the next run goes on: windows that ended are in the ledger, cards that were read are remembered, what the archive
  acknowledged is there once.
- A disk that refuses, a clock set back, another writer: an error, and nothing of what was held is lost.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from courttally import courts
from courttally.archive import Archive, Clock, CoverageLedger, RefusedError, Writer, time_text
from courttally.collect.book import Book, CourtTally
from courttally.collect.budget import PLATFORM, SET_BACK, STEP_BACK, Budget, BudgetError
from courttally.collect.captcha_desk import Desk
from courttally.collect.config import Config, targets
from courttally.collect.fetch import Fetched, Fetcher, FetchError
from courttally.collect.pace import MOSCOW, Pace, moscow_day
from courttally.collect.plan import Plan, Rhythm, adopt, make_plan
from courttally.collect.state import State
from courttally.collect.talk import Answer, Ask, Talk
from courttally.collect.visit import Visit
from courttally.collect.watched import read_watch
from courttally.portal import Page, Reading, read

COOL_DOWN = timedelta(minutes=30)
TRIES = 4
CUT_AGAIN = 2
"""How often a page that ends before its end is asked for again."""
LAST_BYTES = 40
RETRY_AFTER_ERROR = timedelta(seconds=20)
LONGEST_PAUSE = timedelta(hours=24)
"""What a site asks for is honoured up to here; a longer one is asked again the next day, whatever year its header names."""
PATIENCE = timedelta(hours=2)
"""How long a run waits for its next request. A longer pause is kept for the next run: a night that lasts for days would keep all others from beginning."""
SILENT = 12
"""So many tries in a row, from the first on, that bring nothing at all: it is not the sites that are down."""
MANY_HOSTS = 3
"""So many hosts unavailable within `COOL_DOWN` look like a limit of the platform, not like broken modules."""

Progress = Callable[[str, int, int], None]


@dataclass(slots=True)
class Report:
    """What a run did."""

    courts: dict[str, CourtTally]
    captures: int = 0
    requests: int = 0
    failures: int = 0
    pauses: int = 0
    stopped: str = ""
    mended: tuple[str, ...] = ()
    started: datetime | None = None
    ended: datetime | None = None

    @property
    def signals(self) -> list[tuple[str, str]]:
        """What a person should look at: court and sentence."""
        return [(code, text) for code, tally in sorted(self.courts.items()) for text in tally.signals]


@dataclass(slots=True)
class _Line:
    """A conversation that waits for its next answer."""

    court: str
    visit: Visit
    talk: Talk[None]
    ask: Ask
    tries: int = 0
    not_before: datetime | None = None
    order: int = 0
    cut: tuple[Reading, bytes] | None = None
    """What the last answer to this question showed, where it ended before its end, and how it ended."""
    cuts: int = 0

    @property
    def host(self) -> str:
        return one_name(urlsplit(self.ask.url).hostname or "")


@dataclass(slots=True)
class _Driver:
    """Moves conversations on, one request at a time or several at once."""

    config: Config
    pace: Pace
    stamp: Clock
    budget: Budget
    writer: Writer
    book: Book
    fetcher: Fetcher
    report: Report
    progress: Progress
    lines: list[_Line] = field(default_factory=list)
    _down: dict[str, datetime] = field(default_factory=dict)
    _long: set[str] = field(default_factory=set)
    _done: int = 0

    async def drive(self) -> None:
        """Until every conversation has ended, or the budget of the day is spent."""
        waiting, total = self.lines, len(self.lines)
        running: dict[asyncio.Task[Fetched | FetchError], _Line] = {}
        try:
            while waiting or running:
                wait = float("inf")
                if waiting and len(running) < self.config.at_once:
                    line, wait = self._next(waiting)
                    if wait <= 0:
                        wait = self.budget.take(line.host, self.pace.now())
                        if wait <= 0:
                            waiting.remove(line)
                            running[asyncio.create_task(self._fetch(line))] = line
                            continue
                if wait == float("inf") and not running:
                    why = self.budget.why_not(self.pace.now()) or "the budget of the day is spent"
                    self.report.stopped = f"{why}; what was not asked stays never asked"
                    return
                if wait > PATIENCE.total_seconds() and not running:
                    self.report.stopped = self._left_alone(waiting, wait)
                    return
                if not self.report.captures and self.report.failures >= SILENT:
                    self.report.stopped = (
                        "no site can be reached: look at this machine's connection, or at the proxy that is set"
                    )
                    return
                await self.pace.wait(min(wait, 3600.0), running.keys())
                for task in [task for task in running if task.done()]:
                    line = running.pop(task)
                    if self._answered(line, task.result()):
                        waiting.append(line)
                    else:
                        self._done += 1
                        self.progress("courts", self._done, total)
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    def _next(self, waiting: list[_Line]) -> tuple[_Line, float]:
        now = self.pace.now()
        free = self.budget.earliest([line.host for line in waiting], now)

        def when(line: _Line) -> float:
            held = 0.0 if line.not_before is None else (line.not_before - now).total_seconds()
            return max(free[line.host], held)

        line = min(waiting, key=lambda each: (when(each), each.order))
        return line, when(line)

    def _left_alone(self, waiting: list[_Line], wait: float) -> str:
        now = self.pace.now()
        until = (now + timedelta(seconds=wait)).astimezone(MOSCOW)
        who = (
            "the platform"
            if PLATFORM in self.budget.paused(now)
            else ", ".join(sorted({line.court for line in waiting}))
        )
        return f"{who} asked to be left alone until {until:%Y-%m-%d %H:%M} Moscow time, or longer; what was not asked stays never asked"

    async def _permit(self, court: str, host: str) -> None:
        host = one_name(host)
        while (wait := self.budget.take(host, self.pace.now())) > 0:
            if wait == float("inf"):
                raise FetchError("the budget of the day is spent", again=False)
            await self.pace.wait(wait, ())
        self._count(court)

    def _count(self, court: str) -> None:
        self.report.requests += 1
        self.book.tally(court).requests += 1

    async def _fetch(self, line: _Line) -> Fetched | FetchError:
        self._count(line.court)
        try:
            return await self.fetcher.get(line.ask.url, partial(self._permit, line.court))
        except FetchError as problem:
            return problem

    def _answered(self, line: _Line, result: Fetched | FetchError) -> bool:
        """Take in what a request brought. Returns whether the conversation goes on."""
        line.tries += 1
        now = self.pace.now()
        if isinstance(result, FetchError):
            self.report.failures += 1
            if result.again and line.tries < TRIES:
                line.not_before = now + RETRY_AFTER_ERROR * 3 ** (line.tries - 1)
                return True
            return self._send(line, Answer("error", self.stamp(), error=str(result)))
        answer = self._keep(line.ask, result)
        if answer.kind in ("throttled", "unavailable", "blocked"):
            self.report.failures += 1
            self._pause(line, answer, result, now)
            if line.tries < TRIES:
                return True
        if answer.reading is not None and answer.reading.cut and line.ask.purpose != "robots":
            before, line.cut = line.cut, (answer.reading, answer.body[-LAST_BYTES:])
            if before != line.cut:  # what ends the same way twice is the page as this site has it
                if line.cuts < CUT_AGAIN:
                    line.cuts += 1
                    line.not_before = self._rested(line)
                    return True
                self.report.failures += 1
                answer = Answer("error", answer.at, error="the page ended before its end, each time elsewhere")
        return self._send(line, answer)

    def _keep(self, ask: Ask, result: Fetched) -> Answer:
        at = self.stamp()
        try:
            self.writer.write(
                url=result.url,
                status=result.status,
                fetched_at=at,
                court=ask.court,
                headers=result.headers,
                payload=result.body,
            )
        except RefusedError as problem:  # taken out of the archive by decision: not kept again, so not read either
            return Answer("error", at, error=str(problem))
        self.report.captures += 1
        page = Page(result.body, result.url, "GET", ask.court, result.status, result.headers)
        reading = read(page)
        kind = reading.kind
        if ask.purpose == "robots" and kind not in ("throttled", "unavailable", "blocked"):
            kind = "robots"
        return Answer(kind, at, reading, result.status, result.body, result.host)

    def _pause(self, line: _Line, answer: Answer, result: Fetched, now: datetime) -> None:
        """Leave the host alone for half an hour, or for as long as it says (a day at most), and the platform where it looks like a limit of all.

        The platform waits for `PATIENCE` at the longest until several hosts asked for more: one site that names a day must not close all others every night.
        """
        self.report.pauses += 1
        length = min(max(COOL_DOWN, _retry_after(result.header("Retry-After"), now)), LONGEST_PAUSE)
        self.budget.pause(line.host, now + length)
        self._long |= {line.host} if length > PATIENCE else set()
        self._down = {host: at for host, at in self._down.items() if now - at < COOL_DOWN} | {line.host: now}
        whole = answer.kind == "throttled" or (answer.kind == "unavailable" and len(self._down) >= MANY_HOSTS)
        if whole:
            self.budget.pause(PLATFORM, now + (length if len(self._long) >= MANY_HOSTS else min(length, PATIENCE)))

    def _rested(self, line: _Line) -> datetime | None:
        """When the host's robots rules let it be asked again, None where they say nothing of it."""
        return self.pace.now() + timedelta(seconds=line.visit.delay) if line.visit.delay else None

    def _send(self, line: _Line, answer: Answer) -> bool:
        line.tries, line.cuts, line.cut = 0, 0, None
        line.not_before = self._rested(line)
        try:
            line.ask = line.talk.send(answer)
        except StopIteration:
            day = moscow_day(answer.at).isoformat()
            self.book.court(line.court, signals=tuple(self.book.tally(line.court).signals), signals_on=day)
            return False
        return True


def one_name(host: str) -> str:
    """The one name under which a court's host stands in the budget, whichever of its two names is asked."""
    court = courts.by_host(host)
    return host if court is None else court.host


def _retry_after(text: str, now: datetime) -> timedelta:
    """What a Retry-After header asks for: seconds, or a date (RFC 9110, 10.2.3). Nothing where it cannot be read."""
    seconds = text.strip()
    if seconds.isascii() and seconds.isdigit():
        return LONGEST_PAUSE if len(seconds) > 6 else timedelta(seconds=int(seconds))
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return timedelta(0)
    return moment - now if moment.tzinfo is not None else timedelta(0)


def plan_of(home: Path, config: Config, state: State, now: datetime, rhythm: Rhythm) -> Plan:
    """Tonight's plan for a home."""
    wanted = [(court.code, proceedings) for court, proceedings in targets(config)]
    return make_plan(CoverageLedger(home).entries(), state, wanted, now, rhythm, config.linked)


def budget_of(home: Path, config: Config) -> Budget:
    """The budget of a home, or the one it shares."""
    return Budget(
        Path(config.budget).expanduser() if config.budget else home / "collect" / "budget.json", config.limits()
    )


async def collect(
    home: Path,
    config: Config,
    *,
    portal: str | None,
    pace: Pace,
    stamp: Clock,
    rhythm: Rhythm,
    budget: Budget | None = None,
    fetcher: Fetcher | None = None,
    progress: Progress = lambda what, done, total: None,
) -> Report:
    """Run tonight's plan. `fetcher`: another way to the sites than over the network (a bench). `stamp` tells the time that captures carry: the same clock as `pace`, or a rehearsal's fixed one.

    Raises ArchiveError, BudgetError, ConfigError, DeskError, OSError with a plain message.
    """
    budget = budget or budget_of(home, config)
    budget.earliest([], pace.now())  # a clock that was set back is told before anything is written
    by_code = {court.code: court for court, _ in targets(config)}
    with Archive(home).writer(clock=stamp, durable=True) as writer, State(home, writing=True) as state:
        if state.latest() > time_text(stamp() + STEP_BACK):
            raise BudgetError(SET_BACK.format("the last answer that is held"))
        adopt(state, read_watch(home, config.watch))
        book = Book(state, CoverageLedger(home), stamp)
        report = Report(book.tallies, mended=writer.mended, started=pace.now())
        plan = plan_of(home, config, state, stamp(), rhythm)
        state.put_wanted(plan.today.isoformat(), [one for todo in plan.todos for one in todo.wanted])
        async with fetcher or Fetcher(config, portal) as asker:
            driver = _Driver(config, pace, stamp, budget, writer, book, asker, report, progress)
            for order, todo in enumerate(plan.todos):
                host = by_code[todo.court].host
                override = config.robots_override.get(host, "")
                visit = Visit(todo, book, Desk(home, stamp), rhythm, config.user_agent, override, host=host)
                talk = visit.talk(stamp())
                first = next(talk, None)
                if first is not None:
                    driver.lines.append(_Line(todo.court, visit, talk, first, order=order))
            await driver.drive()
        report.ended = pace.now()
    return report


def one_at_a_time(config: Config) -> Config:
    """The same settings with one request on its way at a time, as a rehearsal's clock wants it."""
    return replace(config, at_once=1)
