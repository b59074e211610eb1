"""Time as the collector meets it: what time it is, and how it waits.

Invariants: nothing in this room reads the system's clock but `RealPace`; waiting in a rehearsal takes no time, and moves its clock
by exactly what would have been waited. Moscow has had one offset since 2014 and the sites keep its days.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, Protocol

MOSCOW = timezone(timedelta(hours=3))


def moscow_day(moment: datetime) -> date:
    """The day in Moscow."""
    return moment.astimezone(MOSCOW).date()


class Pace(Protocol):
    """A clock that can be waited on."""

    def now(self) -> datetime:
        """The time, aware, in UTC."""

    async def wait(self, seconds: float, tasks: Collection[asyncio.Task[Any]]) -> None:
        """Wait so long, or until one of the tasks is done."""


class RealPace:
    """The clock on the wall."""

    def now(self) -> datetime:
        """The system's time."""
        return datetime.now(UTC)

    async def wait(self, seconds: float, tasks: Collection[asyncio.Task[Any]]) -> None:
        """Wait so long, or until one of the tasks is done."""
        if tasks:
            await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        else:
            await asyncio.sleep(seconds)


class VirtualPace:
    """A rehearsal's clock: it moves by what was waited and by nothing else."""

    def __init__(self, start: datetime) -> None:
        self._now = start

    def now(self) -> datetime:
        """The rehearsal's time."""
        return self._now

    async def wait(self, seconds: float, tasks: Collection[asyncio.Task[Any]]) -> None:
        """Let tasks finish in no time at all; without any, move the clock."""
        if tasks:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        else:
            self._now += timedelta(seconds=seconds)
