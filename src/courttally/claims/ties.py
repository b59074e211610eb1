"""How claims hang together: who relies on whom, what is the same thing, which parts make which total.

Invariants: ties are read from the columns (``cites``, ``publisher``, ``group_id``, ``part_of``, dates, articles), never
from the text of a quote. A tie says that two claims may be compared, never that one of them is right. Claims printed later
than a claim are not what it relies on.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from courttally.claims.dates import may_be_same
from courttally.claims.model import ALL_CRIMES, CHAPTER, UNSTATED, Claim
from courttally.claims.numbers import distinctive
from courttally.law.statutes import statute_table

_NOBODY = frozenset({"", "unknown"})
_LEVELS = {"garrison": ("garrison", "гарнизон"), "district": ("district", "окружн")}


def house(name: str) -> str:
    """A publisher's name without the edition in brackets."""
    return name.split(" (")[0].casefold()


def articles_agree(a: Claim, b: Claim) -> bool:
    """Whether two claims may mean the same articles: named alike, or not named by one of them."""
    if a.articles == b.articles:
        return True
    either = a.articles | b.articles
    return UNSTATED in either and ALL_CRIMES not in either


def articles_within(part: Claim, whole: Claim) -> bool:
    """Whether the articles of one claim lie inside those of another."""
    if part.articles <= whole.articles or ALL_CRIMES in whole.articles:
        return True
    if CHAPTER in whole.articles:
        return all(article in statute_table().articles for article in part.articles)
    return UNSTATED in whole.articles


def same_scope(a: Claim, b: Claim) -> bool:
    """Whether place, population and parts of the articles may be the same."""
    return (
        a.place.casefold() == b.place.casefold()
        and a.population == b.population
        and {a.parts, b.parts} != {"all", "wartime"}
    )


def courts_differ(a: Claim, b: Claim) -> bool:
    """Whether one print names a level of courts that the other does not: a scope that explains a difference."""
    return _courts(a) != _courts(b)


def _courts(claim: Claim) -> frozenset[str]:
    text = f"{claim.label} {claim.quote}".casefold()
    return frozenset(level for level, words in _LEVELS.items() if any(word in text for word in words))


def comparable(a: Claim, b: Claim) -> bool:
    """Whether the two metrics count the same kind of thing at the same stage."""
    return a.metric.compare == b.metric.compare and a.of_persons == b.of_persons


def same_thing(a: Claim, b: Claim) -> bool:
    """Whether two claims count the same thing, whatever the time."""
    return comparable(a, b) and articles_agree(a, b) and same_scope(a, b)


def same_number(a: Claim, b: Claim) -> bool:
    """Whether ``a`` prints the number of ``b`` in a way that is hardly chance: equal and distinctive, or equal and cited
    by id, or a near rounding of a number that is itself exact and distinctive.
    """
    if a.amount is None or b.amount is None or (a.amount.exact and a.amount.lo != b.amount.lo):
        return False
    if not distinctive(b.amount):
        return a.amount == b.amount and (b.id in a.cites or not a.amount.exact)
    return a.amount.lo == b.amount.lo if a.amount.exact else a.amount.near(b.amount.lo)


def same_count(a: Claim, b: Claim) -> bool:
    """Whether ``a`` prints the number of ``b`` for the same thing, so that their times can be held against each other.

    A rounded number is tied only to claims that name the same articles: "over 1,000" fits too much else.
    """
    if a.amount is None or b.amount is None or (a.amount.exact and a.amount.lo != b.amount.lo):
        return False
    return same_thing(a, b) and same_number(a, b) and (a.amount.exact or a.articles == b.articles)


def tells(a: Claim, b: Claim) -> bool:
    """Whether ``a`` may print the number of ``b``, however roundly: enough to leave ``a`` alone, too little to tie it to ``b``."""
    if a.amount is None or b.amount is None:
        return False
    return a.amount == b.amount or (b.amount.exact and a.amount.says(b.amount.lo))


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A total with the rows of one group that are printed as its parts."""

    total: Claim
    parts: tuple[Claim, ...]

    @property
    def sum(self) -> Decimal | None:
        """The sum of the parts, None unless all are exact counts of one unit."""
        if any(p.amount is None or not p.amount.exact or not p.metric.counts for p in self.parts):
            return None
        if len({(p.metric.compare, p.of_persons) for p in self.parts}) != 1:
            return None
        return sum((p.amount.lo for p in self.parts if p.amount), Decimal(0))

    def odd_one_out(self, key: Callable[[Claim], str]) -> tuple[Claim, tuple[Claim, ...]] | None:
        """The one part that differs from its total and all other parts, although their numbers make the total exactly;
        with those others. None when all are alike, or more than one differs.
        """
        values = [part.amount.lo for part in self.parts if part.amount and part.amount.exact and part.metric.counts]
        if len(values) < max(2, len(self.parts)) or self.total.amount is None or not self.total.amount.exact:
            return None
        if sum(values) != self.total.amount.lo:
            return None
        for part in self.parts:
            others = tuple(p for p in self.parts if p.id != part.id)
            if key(part) != key(self.total) and all(key(o) == key(self.total) for o in others):
                return part, others
        return None

    @property
    def whole(self) -> bool:
        """Whether the parts name all articles of the total, each once, over one time and place."""
        named = [article for p in self.parts for article in p.articles]
        if sorted(named) != sorted(self.total.articles) or len(self.parts) < 2:
            return False
        return all(p.place == self.total.place and may_be_same(p.period, self.total.period) for p in self.parts)

    @property
    def adds_up(self) -> bool:
        """Whether two or more parts make the total as printed."""
        return (
            len(self.parts) > 1
            and self.sum is not None
            and self.total.amount is not None
            and self.total.amount.sums(self.sum)
        )


class Book:
    """All claims that are judged together, with their ties."""

    def __init__(self, claims: Iterable[Claim]) -> None:
        self.claims = tuple(claims)
        self.by_id = {claim.id: claim for claim in self.claims}
        self._published: dict[str, list[Claim]] = defaultdict(list)
        self._source: dict[str, list[Claim]] = defaultdict(list)
        for claim in self.claims:
            self._published[house(claim.publisher)].append(claim)
            self._source[claim.source].append(claim)
        self._cited = {
            claim.id: tuple(house(n) for n in claim.cites if n not in self.by_id and house(n) not in _NOBODY)
            for claim in self.claims
        }
        self._upstream: dict[str, tuple[Claim, ...]] = {}
        self._kin: dict[str, tuple[Claim, ...]] = {}
        self._references: dict[str, tuple[Claim, ...]] = {}
        self._support: dict[str, int] = {}

    # Who relies on whom

    def _named(self, claim: Claim) -> tuple[str, ...]:
        return self._cited[claim.id]

    def siblings(self, claim: Claim) -> tuple[Claim, ...]:
        """The other claims of the same publication."""
        return tuple(other for other in self._source[claim.source] if other.id != claim.id)

    def group(self, claim: Claim) -> tuple[Claim, ...]:
        """The other claims printed together with this one."""
        return tuple(o for o in self.claims if claim.group and o.group == claim.group and o.id != claim.id)

    def upstream(self, claim: Claim) -> tuple[Claim, ...]:
        """The claims that this one may rest on: the ids it cites, and what the publishers it cites printed no later.

        Publishers are followed through others; rows of the same publication count only when cited by id.
        """
        if claim.id not in self._upstream:
            found: dict[str, Claim] = {}
            names, queue = {house(claim.publisher)}, [claim]
            while queue:
                current = queue.pop()
                for cited in (self.by_id[i] for i in current.cites if i in self.by_id):
                    if cited.id not in found and cited.id != claim.id:
                        found[cited.id] = cited
                        queue.append(cited)
                for name in self._named(current):
                    if name in names:
                        continue
                    names.add(name)
                    rows = [
                        row for row in self._published[name] if row.source != claim.source and not _later(row, claim)
                    ]
                    found.update((row.id, row) for row in rows)
                    queue += rows
            self._upstream[claim.id] = tuple(found.values())
        return self._upstream[claim.id]

    @cached_property
    def _roots(self) -> dict[str, frozenset[str]]:
        return {claim.id: frozenset(self._origin(claim, frozenset())) for claim in self.claims}

    def _origin(self, claim: Claim, passed: frozenset[str]) -> set[str]:
        if not claim.cites:
            return {house(claim.publisher)}
        roots: set[str] = set()
        for cited in (self.by_id[i] for i in claim.cites if i in self.by_id):
            if cited.id not in passed:
                roots |= self._origin(cited, passed | {claim.id})
        for name in self._named(claim):
            rows = [row for row in self._published[name] if row.id not in passed]
            if not rows or any(not row.cites for row in rows):
                roots.add(name)
                continue
            for row in rows:
                roots |= self._origin(row, passed | {claim.id} | {r.id for r in rows})
        return roots

    def kin(self, claim: Claim) -> tuple[Claim, ...]:
        """All other claims that go back to the same first counter."""
        if claim.id not in self._kin:
            roots = self._roots[claim.id]
            self._kin[claim.id] = tuple(o for o in self.claims if o.id != claim.id and roots & self._roots[o.id])
        return self._kin[claim.id]

    def _echoes(self, claim: Claim) -> Iterator[Claim]:
        """First counts with the very same number and subject, for a claim whose cited source printed nothing that is held."""
        if not claim.cites or self.upstream(claim) or claim.amount is None or not distinctive(claim.amount):
            return
        for other in self.claims:
            first = not other.cites and other.source != claim.source and not _later(other, claim)
            if first and other.amount == claim.amount and other.articles == claim.articles and same_scope(claim, other):
                yield other

    def references(self, claim: Claim) -> tuple[Claim, ...]:
        """Claims that this one can be held against.

        What it relies on. Where that does not print its number: also claims of the same publication or the same first
        counter that are better supported than it is, and first counts of anyone with the very same number and subject.
        """
        if claim.id not in self._references:
            self._references[claim.id] = tuple(self._measures(claim).values())
        return self._references[claim.id]

    def _measures(self, claim: Claim) -> dict[str, Claim]:
        found = {other.id: other for other in self.upstream(claim)}
        # Others may have copied the same error; where the source prints the number, nobody else need be asked.
        if any(same_number(claim, other) for other in found.values()):
            return found
        mine = self.support(claim)
        for other in (*self.siblings(claim), *self._cousins(claim)):
            if other.id not in found and not _later(other, claim) and self.support(other) > mine:
                found[other.id] = other
        found.update((other.id, other) for other in self._echoes(claim))
        return found

    def _cousins(self, claim: Claim) -> list[Claim]:
        """Other publications on the same first counter. A first count has none: whoever reprints it is no measure of it."""
        if not claim.cites:
            return []
        own = house(claim.publisher)
        return [o for o in self.kin(claim) if o.source != claim.source and own not in self._named(o)]

    def peers(self, claim: Claim) -> tuple[Claim, ...]:
        """References, and claims of the same statement or first counter that are supported as well as this one.

        For errors that go one way only: a number told as more than it is where another reprint tells it as less.
        """
        found = {other.id: other for other in self.references(claim)}
        if any(same_number(claim, other) for other in self.upstream(claim)):
            return tuple(found.values())
        for other in (*self.group(claim), *self._cousins(claim)):
            if not _later(other, claim) and self.support(other) >= self.support(claim):
                found.setdefault(other.id, other)
        return tuple(found.values())

    # Parts and totals

    @cached_property
    def _breakdowns(self) -> dict[str, tuple[Breakdown, ...]]:
        groups: dict[tuple[str, str], list[Claim]] = defaultdict(list)
        for claim in self.claims:
            if claim.part_of in self.by_id and claim.part_of != claim.id:
                groups[claim.part_of, claim.group].append(claim)
        found: dict[str, list[Breakdown]] = defaultdict(list)
        for (total, _), parts in groups.items():
            found[total].append(Breakdown(self.by_id[total], tuple(parts)))
        return {total: tuple(rows) for total, rows in found.items()}

    def breakdowns(self, total: Claim) -> tuple[Breakdown, ...]:
        """The breakdowns printed of a total."""
        return self._breakdowns.get(total.id, ())

    def breakdown_of(self, part: Claim) -> Breakdown | None:
        """The breakdown that a claim is a part of."""
        rows = self._breakdowns.get(part.part_of, ())
        return next((row for row in rows if part in row.parts), None)

    def support(self, claim: Claim) -> int:
        """How much else stands behind a number: publications that print the same, and a sum that it is part of."""
        if claim.id not in self._support:
            self._support[claim.id] = self._stands(claim) + len(self.repeated_by(claim))
        return self._support[claim.id]

    def _stands(self, claim: Claim) -> int:
        own = self.breakdown_of(claim)
        return int(any(b.adds_up for b in self.breakdowns(claim)) or (own is not None and own.adds_up))

    def repeated_by(self, claim: Claim) -> set[str]:
        """The other publications that print the same number of the same thing over the same time."""
        if claim.amount is None:
            return set()
        return {
            other.source
            for other in self.claims
            if other.source != claim.source and same_count(other, claim) and may_be_same(claim.period, other.period)
        }


def _later(a: Claim, b: Claim) -> bool:
    """Whether ``a`` was printed after ``b``, both dates known."""
    return a.published is not None and b.published is not None and a.published.first > b.published.last


def exact(claims: Sequence[Claim]) -> Iterator[tuple[Claim, Decimal]]:
    """The claims that print an exact number, with it."""
    for claim in claims:
        if claim.amount is not None and claim.amount.exact:
            yield claim, claim.amount.lo
