"""Which page a court sends: the engine of the day, its address and its rendering.

Invariants: a page is a function without arguments that gives its text; nothing is rendered before it is called. Rows
are kept between calls until the row changes.
"""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from functools import partial

from courttally.rehearsal import addresses, render_primary, render_states
from courttally.rehearsal.model import Record
from courttally.rehearsal.shown import face, is_refusal
from courttally.rehearsal.world import World

Page = Callable[[], str]


class Renderer:
    """Pages of the courts of one world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._rows: dict[str, tuple[tuple[int, bool, bool], str]] = {}
        self._refusal: dict[str, bool] = {}

    def listing_query(self, court: str, proceeding: str, since: int, until: int, number: int, day: int) -> str:
        """How a listing is asked for."""
        return addresses.listing_query(proceeding, since, until, number)

    def card_query(self, record: Record, day: int) -> str:
        """How a card is asked for."""
        return addresses.card_query(record)

    def listing(
        self, court: str, proceeding: str, records: Sequence[Record], total: int, number: int, query: str, day: int
    ) -> Page:
        """A listing page of these records; the page without any says that nothing was found."""
        if not total:
            return partial(render_primary.no_data, proceeding)
        return partial(self._listing, proceeding, tuple(records), total, number, query, day)

    def _listing(
        self, proceeding: str, records: Sequence[Record], total: int, number: int, query: str, day: int
    ) -> str:
        rows = [self.row(record, day) for record in records]
        return render_primary.listing(proceeding, rows, total, number, query)

    def row(self, record: Record, day: int) -> str:
        """One row, PRIMARY engine."""
        policy = self.world.policies[record.court]
        refusal = self._refusal.get(record.ref)
        if refusal is None:
            refusal = self._refusal[record.ref] = is_refusal(record)
        in_force = record.in_force is not None and record.in_force[0] <= day
        key = (bisect_right(record.row_stops, day), in_force, policy.hides_names(day, refusal))
        kept = self._rows.get(record.ref)
        if kept and kept[0] == key:
            return kept[1]
        text = render_primary.row(face(record, policy, day, self.world.by_ref, events=False))
        self._rows[record.ref] = (key, text)
        return text

    def card(self, record: Record, day: int) -> Page:
        """A card."""
        return partial(self._card, record, day)

    def _card(self, record: Record, day: int) -> str:
        return render_primary.card(face(record, self.world.policies[record.court], day, self.world.by_ref))

    def unavailable(self) -> Page:
        """The box that says neither yes nor no."""
        return render_states.unavailable

    def not_found(self) -> Page:
        """The page is gone."""
        return render_states.not_found
