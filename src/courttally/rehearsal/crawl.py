"""What a newsroom asks the simulated sites night by night, and what it has seen.

Invariants: a night's captures show what was posted up to the day before; the plan depends only on the world, the nights
and what was seen so far, so the same nights give the same captures; a card that did not answer is asked again. Pages
are rendered only by whoever asks an answer for its page: the truth runs the same plan without rendering anything.
"""

import random
import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial

from courttally.rehearsal import pages
from courttally.rehearsal.addresses import act_query
from courttally.rehearsal.forms import with_chrome
from courttally.rehearsal.model import BESIDE, FIRST, Record, printed, workday
from courttally.rehearsal.policy import PRIMARY
from courttally.rehearsal.shown import ruling_on, visible
from courttally.rehearsal.site import Sites
from courttally.rehearsal.world import World

_EPOCH = datetime(1, 1, 1, tzinfo=UTC)
_MOSCOW = timedelta(hours=3)
_CHECK_APART = 4  # days: more than the 72 hours that make two checks two
_REFUSALS = ("unavailable", "unavailable", "throttled", "blocked")
ROWS = 25


@dataclass(slots=True)
class Sight:
    """What was seen of one record: nights of the latest row and card, and of checks that found it gone; a page of night N
    shows what was posted by N - 1. `card_last`: the card is the later of the two.
    """

    first: int
    last: int
    row: int = 0
    row_stage: int = -1
    card: int = 0
    card_last: bool = False
    gone: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of a site: what was asked, when, and how to make its page."""

    court: str
    query: str
    night: int
    second: int
    status: int
    kind: str
    page: pages.Page

    def fetched_at(self) -> datetime:
        """When the answer came, in UTC; nights are Moscow nights."""
        return _EPOCH + timedelta(days=self.night - 1, seconds=self.second) - _MOSCOW


@dataclass(frozen=True, slots=True)
class Window:
    """One window asked of one court, and how it was answered."""

    court: str
    proceeding: str
    since: int
    until: int
    night: int
    state: str
    rows: int


class Newsroom:
    """Visits the courts of a world. `sights` is by the record's `ref`; `windows` lists every window asked."""

    def __init__(
        self,
        world: World,
        start: int,
        faults: int = 0,
        every: int | None = None,
        extras: bool = False,
        branches: bool = True,
    ) -> None:
        """`faults` is per ten thousand answers; `every` overrides the world's days between two visits of a court;
        `extras` adds hearing lists, decisions and press items; without `branches` nothing but criminal cases is asked for.
        """
        settings = world.settings()
        self.world = world
        self.night = start
        self.every = every or settings["every"]
        self.window = settings["window"]
        self.sweep = settings["sweep"]
        self.recheck = settings["recheck"]
        self.beside = settings["beside"]
        self.branches = settings["branches"] if branches else 0
        self.faults = faults
        self.extras = extras
        self.sites = Sites(world, start)
        self.sights: dict[str, Sight] = {}
        self.windows: list[Window] = []
        self.asked = 0
        self.render = pages.Renderer(world)
        self._pending: dict[tuple[str, str], dict[str, Record]] = {key: {} for key in world.by_court}
        self._open: dict[tuple[str, str], dict[str, Record]] = {key: {} for key in world.by_court}
        self._received = {key: [record.received for record in records] for key, records in world.by_court.items()}
        self._second = 0
        self._visited: set[tuple[str, str]] = set()

    def until(self, day: int) -> Iterator[Answer]:
        """Every answer up to and including the night of a day."""
        while self.night <= day:
            for key in sorted(self.world.by_court):
                turn = zlib.crc32(key[0].encode())
                if (self.night + turn) % self._every(key[1]) == 0 and self._asks(key):
                    yield from self._visit(key, turn)
            self.night += 1

    def _every(self, proceeding: str) -> int:
        """Days between two visits: what is no criminal case is looked at rarely."""
        if proceeding in BESIDE:
            return max(self.every, self.branches)
        return self.every if proceeding == FIRST else max(self.every, self.beside)

    def _asks(self, key: tuple[str, str]) -> bool:
        """Nobody here knows by what numbers engines other than PRIMARY call the other branches: they are not asked for there."""
        if key[1] not in BESIDE:
            return True
        return self.branches > 0 and self.render.engine(*key, self.night - 1) == PRIMARY

    def _answer(self, court: str, query: str, status: int, kind: str, page: pages.Page) -> Answer:
        """One more answer, three seconds after the last; a fifth of the courts is asked for whole pages, chrome included."""
        if self._whole(court):
            query, page = query.removesuffix("&nc=1"), partial(self._with_chrome, court, page)
        self._second += 3
        self.asked += 1
        return Answer(court, query, self.night, self._second, status, kind, page)

    def _whole(self, court: str) -> bool:
        return self.sites.quirk(court, "chrome", 5)

    def _with_chrome(self, court: str, page: pages.Page) -> str:
        return with_chrome(self.world.courts[court].name_ru, page())

    def _refused(self, court: str, query: str, kind: str) -> Answer:
        return self._answer(court, query, 429 if kind == "throttled" else 200, kind, self.render.refusal(kind, court))

    def _visit(self, key: tuple[str, str], turn: int) -> Iterator[Answer]:
        """One court, one proceeding: the listing, then the cards it calls for."""
        court, proceeding = key
        self._second = 900 + turn % 3000 + sorted(k for k in self.world.by_court if k[0] == court).index(key) * 4000
        rng = random.Random(f"{self.world.seed}/fault/{court}/{proceeding}/{self.night}") if self.faults else None
        records, received = self.world.by_court[key], self._received[key]
        every = self._every(proceeding)
        sweeping = key not in self._visited or (self.night + turn) // every % max(1, self.sweep // every) == 0
        self._visited.add(key)
        since = self.world.start - 400 if sweeping else self.night - max(self.window, 3 * every)
        slice_ = records[bisect_left(received, since) : bisect_right(received, self.night)]
        shown = [record for record in reversed(slice_) if visible(record, self.night - 1)]
        complete = True
        count = max(1, -(-len(shown) // ROWS))
        for number in range(1, count + 1):
            query = self.render.listing_query(court, proceeding, since, self.night, number, self.night - 1)
            query = query.removesuffix("&nc=1") if self._whole(court) else query
            if rng and rng.randrange(10_000) < self.faults:
                yield self._refused(court, query, rng.choice((*_REFUSALS, "captcha_rejected")))
                complete = False
                break
            rows = shown[(number - 1) * ROWS : number * ROWS]
            page = self.render.listing(court, proceeding, rows, len(shown), number, query, self.night - 1)
            yield self._answer(court, query, 200, "listing" if shown else "no_data", page)
            self._see_rows(key, rows)
        state = "complete" if complete else "partial"
        self.windows.append(Window(court, proceeding, since, self.night, self.night, state, len(shown)))
        if complete:
            self._miss(key, slice_)
        self._revisit(key)
        yield from self._cards(key, rng)
        if self.extras and proceeding == FIRST:
            yield from self._beside(court)

    def _beside(self, court: str) -> Iterator[Answer]:
        """Hearings of the coming workday, the acts of cards seen tonight, press releases: pages that change no count."""
        asked = [("hearing_list", f"name=sud_delo&srv_num=1&H_date={printed(workday(self.night + 1))}&nc=1")]
        for record in self.world.by_court[court, FIRST]:
            sight = self.sights.get(record.ref)
            if sight and sight.card == self.night and record.act and record.act.posted < self.night:
                asked.append(("decision", act_query(record, record.act.number) + "&nc=1"))
        feed = self.sites.releases(court, self.night - self.every - 1, self.night - 1)
        asked += [("press", f"name=press_dep&op=1&did={release.did}&nc=1") for release in feed]
        self.sites.day = self.night - 1
        for kind, query in asked:
            yield self._answer(court, query, 200, kind, partial(self._served, court, query, self.night - 1))

    def _served(self, court: str, query: str, day: int) -> str:
        self.sites.day = day
        return self.sites.page(court, query)

    def _see_rows(self, key: tuple[str, str], rows: list[Record]) -> None:
        night = self.night
        for record in rows:
            sight = self.sights.get(record.ref)
            if sight is None:
                sight = self.sights[record.ref] = Sight(night, night)
            stage = bisect_right(record.row_stops, night - 1)
            if stage != sight.row_stage or sight.gone:
                self._pending[key][record.ref] = record
            sight.row, sight.row_stage, sight.last, sight.card_last = night, stage, night, False
            sight.gone.clear()

    def _miss(self, key: tuple[str, str], slice_: list[Record]) -> None:
        """Known records that a complete listing no longer has: their cards are asked for, twice and days apart."""
        for record in slice_:
            sight = self.sights.get(record.ref)
            if sight is None or sight.last == self.night or len(sight.gone) > 1:
                continue
            if not sight.gone or self.night - sight.gone[-1] >= _CHECK_APART:
                self._pending[key][record.ref] = record

    def _revisit(self, key: tuple[str, str]) -> None:
        """Cards that still stood open are looked at again, however old."""
        for ref, record in self._open[key].items():
            sight = self.sights[ref]
            due = _CHECK_APART if sight.gone else self.recheck
            if len(sight.gone) < 2 and self.night - max(sight.card, *sight.gone, 0) >= due:
                self._pending[key][ref] = record

    def _cards(self, key: tuple[str, str], rng: random.Random | None) -> Iterator[Answer]:
        court = key[0]
        pending, day = self._pending[key], self.night - 1
        control = False
        for ref, record in list(pending.items()):
            query = self.render.card_query(record, day) + "&nc=1"
            if rng and rng.randrange(10_000) < self.faults:
                yield self._refused(court, query, rng.choice(_REFUSALS))
                continue
            sight = self.sights[ref]
            del pending[ref]
            if not visible(record, day):
                yield self._answer(court, query, 404, "not_found", self.render.not_found())
                sight.gone.append(self.night)
                control = True
                continue
            yield self._answer(court, query, 200, "card", self.render.card(record, day))
            sight.card, sight.last, sight.card_last = self.night, self.night, True
            sight.gone.clear()
            ruling = ruling_on(record.rulings, day)
            if ruling is None or ruling.outcome == "stayed":
                self._open[key][ref] = record
            else:
                self._open[key].pop(ref, None)
        if control:
            yield from self._control(key)

    def _control(self, key: tuple[str, str]) -> Iterator[Answer]:
        """A card that is known to stand: it tells a vanished card from a court that is down."""
        day = self.night - 1
        for record in reversed(self.world.by_court[key]):
            sight = self.sights.get(record.ref)
            if sight and visible(record, day):
                query = self.render.card_query(record, day) + "&nc=1"
                yield self._answer(key[0], query, 200, "card", self.render.card(record, day))
                sight.card, sight.last, sight.card_last = self.night, self.night, True
                return
