"""Which page a court sends: the engine of the day, its address and its rendering.

Invariants: a page is a function without arguments that gives its text; nothing is rendered before it is called. Rows
are kept between calls until the row changes. Courts of appeal and cassation stay on PRIMARY.
"""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from functools import partial

from courttally.rehearsal import addresses, render_primary, render_states, render_vnkod
from courttally.rehearsal.model import Record
from courttally.rehearsal.policy import MIXED, PRIMARY
from courttally.rehearsal.shown import face, is_refusal
from courttally.rehearsal.world import World

Page = Callable[[], str]
_Key = tuple[int, bool, bool]


class Renderer:
    """Pages of the courts of one world. `day` is the last day whose postings are on the page."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._rows: dict[str, tuple[_Key, str]] = {}
        self._vnkod_rows: dict[str, tuple[_Key, tuple[str, str]]] = {}
        self._refusal: dict[str, bool] = {}

    def engine(self, court: str, proceeding: str, day: int) -> str:
        """The engine that answers for a proceeding of a court."""
        return self.world.engine(court, proceeding, day)

    def listing_query(self, court: str, proceeding: str, since: int, until: int, number: int, day: int) -> str:
        """How a listing is asked for."""
        if self.engine(court, proceeding, day) == PRIMARY:
            return addresses.listing_query(proceeding, since, until, number)
        return addresses.vnkod_listing_query(court, proceeding, since, until, number)

    def card_query(self, record: Record, day: int) -> str:
        """How a card is asked for."""
        if self.engine(record.court, record.proceeding, day) == PRIMARY:
            return addresses.card_query(record)
        return addresses.vnkod_card_query(record)

    def listing(
        self, court: str, proceeding: str, records: Sequence[Record], total: int, number: int, query: str, day: int
    ) -> Page:
        """A listing page of these records; the page without any says that nothing was found."""
        primary = self.engine(court, proceeding, day) == PRIMARY
        if not total:
            return (
                partial(render_primary.no_data, proceeding, court)
                if primary
                else partial(render_vnkod.no_data, proceeding)
            )
        make = self._listing if primary else self._vnkod_listing
        return partial(make, court, proceeding, tuple(records), total, number, query, day)

    def _listing(
        self, court: str, proceeding: str, records: Sequence[Record], total: int, number: int, query: str, day: int
    ) -> str:
        rows = [self.row(record, day) for record in records]
        latin = self.world.policies[court].look_alikes > 0
        return render_primary.listing(proceeding, rows, total, number, query, latin)

    def _vnkod_listing(
        self, court: str, proceeding: str, records: Sequence[Record], total: int, number: int, query: str, day: int
    ) -> str:
        rows = [self._vnkod_row(record, day) for record in records]
        return render_vnkod.listing(court, proceeding, rows, total, number, query)

    def _row_key(self, record: Record, day: int) -> _Key:
        refusal = self._refusal.get(record.ref)
        if refusal is None:
            refusal = self._refusal[record.ref] = is_refusal(record)
        in_force = record.in_force is not None and record.in_force[0] <= day
        hidden = self.world.policies[record.court].hides_names(day, refusal)
        return bisect_right(record.row_stops, day), in_force, hidden

    def row(self, record: Record, day: int) -> str:
        """One row, PRIMARY engine."""
        key = self._row_key(record, day)
        kept = self._rows.get(record.ref)
        if kept and kept[0] == key:
            return kept[1]
        text = render_primary.row(face(record, self.world.policies[record.court], day, self.world.by_ref, events=False))
        self._rows[record.ref] = (key, text)
        return text

    def _vnkod_row(self, record: Record, day: int) -> tuple[str, str]:
        key = self._row_key(record, day)
        kept = self._vnkod_rows.get(record.ref)
        if kept and kept[0] == key:
            return kept[1]
        texts = render_vnkod.row(face(record, self.world.policies[record.court], day, self.world.by_ref, events=False))
        self._vnkod_rows[record.ref] = (key, texts)
        return texts

    def card(self, record: Record, day: int) -> Page:
        """A card."""
        return partial(self._card, record, day)

    def _card(self, record: Record, day: int) -> str:
        engine = self.engine(record.court, record.proceeding, day)
        shown = face(record, self.world.policies[record.court], day, self.world.by_ref)
        return render_primary.card(shown) if engine == PRIMARY else render_vnkod.card(shown, engine == MIXED)

    def refusal(self, kind: str, court: str) -> Page:
        """A page that is no answer: `unavailable`, `throttled`, `blocked` or `captcha_rejected`."""
        if kind == "blocked":
            return partial(render_states.blocked, "192.0.2.1")
        if kind == "captcha_rejected":
            return partial(render_states.captcha_rejected, "1540006", "0")
        return partial(render_states.unavailable, court)

    def not_found(self) -> Page:
        """The page is gone."""
        return render_states.not_found
