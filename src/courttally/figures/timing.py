"""Time to finish, with competing risks: a case can end by verdict, return, transfer or otherwise, once.

Invariants: the Aalen-Johansen estimator on days from receipt to result; open cases are censored on the as-of day, results that
compete are never censored (that would overstate verdicts). Records without usable days are left out and counted. Ties need no chance:
events of a day come before censorings of that day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from courttally.figures.counted import Unit


@dataclass(frozen=True, slots=True)
class Curve:
    """Cumulative incidence: at each day with a result, the share that ended by each cause by then, and the share still open."""

    days: tuple[int, ...]
    shares: dict[str, tuple[float, ...]]
    still_open: tuple[float, ...]
    cases: int
    left_out: int

    def share(self, cause: str, day: int) -> float:
        """The share that ended by ``cause`` within ``day`` days; zero for a cause that never came."""
        place = sum(1 for known in self.days if known <= day)
        values = self.shares.get(cause, ())
        return values[place - 1] if place and values else 0.0

    def quantile(self, cause: str, share: float) -> int | None:
        """The first day by which ``share`` of all cases ended by ``cause``; None if it never came to that."""
        values = self.shares.get(cause, ())
        return next((day for day, value in zip(self.days, values, strict=False) if value >= share), None)


def durations(units: Iterable[Unit], as_of: date) -> tuple[list[tuple[int, str | None]], int]:
    """(days, outcome or None while open) of each case record, and how many have no usable days."""
    found: list[tuple[int, str | None]] = []
    left_out = 0
    for unit in units:
        end = unit.outcome_date if unit.keeps_finished else as_of
        if unit.received is None or end is None or end < unit.received:
            left_out += 1
        else:
            found.append(((end - unit.received).days, unit.outcome if unit.keeps_finished else None))
    return found, left_out


def incidence(times: Sequence[tuple[int, str | None]], left_out: int = 0) -> Curve:
    """The Aalen-Johansen estimate of the cumulative incidence of each cause."""
    ended: Counter[tuple[int, str]] = Counter()
    leaving: Counter[int] = Counter()
    for day, cause in times:
        leaving[day] += 1
        if cause is not None:
            ended[day, cause] += 1
    causes = sorted({cause for _, cause in ended})
    event_days = sorted({day for day, _ in ended})
    at_risk, open_share = len(times), 1.0
    running = dict.fromkeys(causes, 0.0)
    shares: dict[str, list[float]] = {cause: [] for cause in causes}
    still: list[float] = []
    gone = iter(sorted(leaving))
    upcoming = next(gone, None)
    for day in event_days:
        while upcoming is not None and upcoming < day:
            at_risk -= leaving[upcoming]
            upcoming = next(gone, None)
        results = 0
        for cause in causes:
            running[cause] += open_share * ended[day, cause] / at_risk
            shares[cause].append(running[cause])
            results += ended[day, cause]
        open_share *= 1 - results / at_risk
        still.append(open_share)
    return Curve(
        tuple(event_days),
        {cause: tuple(values) for cause, values in shares.items()},
        tuple(still),
        len(times),
        left_out,
    )
