"""Days are Moscow days: *as of D* is what was seen before D+1 00:00 Moscow time, wherever the machine stands."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

MOSCOW = ZoneInfo("Europe/Moscow")


def moscow_date(moment: datetime) -> date:
    """The Moscow date of an aware time. Raises ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError("a time needs its zone")
    return moment.astimezone(MOSCOW).date()
