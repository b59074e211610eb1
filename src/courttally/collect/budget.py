"""The budget of requests: one for the whole platform and one per host, kept across restarts and shared by processes.

Invariants
- A request is made only after `take` granted it. Between two grants lie at least `platform` seconds, between two of one host at least
  `per_host`, whoever asked, in whichever process, and whatever restarts lie between: the file is read, judged and written
  under one lock.
- What a site asked for (`Retry-After`) and pauses are kept in the same file.
- The clock is passed in. One that stands before the last grant was set back: that is an error, never a reason to go on.

The limits are what others found to be borne: ten courts at once brought «429» from seven of them (portal reference, 1.8).
"""

from __future__ import annotations

import fcntl
import json
import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

from courttally.collect.pace import MOSCOW, moscow_day

PLATFORM = "*"
SET_BACK = (
    "the clock stands before {}: it was set back. Set it right and run the command again; nothing more was asked and nothing is lost. "
    "Where it is right now and was ahead before, docs/collecting.md says what to do"
)
STEP_BACK = timedelta(minutes=5)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class BudgetError(Exception):
    """The budget cannot be kept; the message says the way out."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds between two requests, requests a day, and the hours (Moscow) in which requests are made, as from and to."""

    platform: float = 1.5
    per_host: float = 3.0
    jitter: float = 0.5
    daily_per_host: int = 20_000
    daily: int = 40_000
    hours: tuple[time, time] | None = None

    def __post_init__(self) -> None:
        if self.platform < 0 or self.per_host < 0 or self.jitter < 0 or self.daily < 1 or self.daily_per_host < 1:
            raise ValueError("limits are not negative, and a day has at least one request")


def _millis(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(milliseconds=1)


class Budget:
    """The budget in one file. `path` may be shared by homes on the same machine, for they share its address."""

    def __init__(self, path: Path, limits: Limits, seed: int | None = None) -> None:
        self._path = path
        self._limits = limits
        self._rng = random.Random(seed)

    def latest(self) -> datetime | None:
        """When the last request was granted; None before the first."""
        with self._locked() as state:
            return None if state["last"] < 0 else _EPOCH + timedelta(milliseconds=state["last"])

    def earliest(self, hosts: list[str], now: datetime) -> dict[str, float]:
        """Seconds from `now` until each host may be asked, as things stand. `inf`: not today, or not at this hour."""
        with self._locked() as state:
            self._check_clock(state, now)
            today, closed = self._counts(state, now), self._closed(state, now)
            return {host: float("inf") if closed else self._wait(state, host, now, today) for host in hosts}

    def take(self, host: str, now: datetime) -> float:
        """0 and the request is granted, or the seconds to wait before asking again (`inf` as in `earliest`)."""
        with self._locked(write=True) as state:
            self._check_clock(state, now)
            closed = self._closed(state, now)
            wait = float("inf") if closed else self._wait(state, host, now, self._counts(state, now))
            if wait > 0:
                return wait
            moment = _millis(now)
            spread = self._rng.random() * self._limits.jitter
            state["last"] = max(state["last"], moment)
            state["next"][PLATFORM] = moment + _up(1000 * (self._limits.platform + spread))
            state["next"][host] = moment + _up(1000 * (self._limits.per_host + 2 * spread))
            self._today(state, now)
            state["count"][host] = state["count"].get(host, 0) + 1
            return 0.0

    def pause(self, host: str, until: datetime) -> None:
        """Ask a host (or, with `PLATFORM`, any) nothing before this time. A longer pause that stands is kept."""
        with self._locked(write=True) as state:
            state["pause"][host] = max(_millis(until), state["pause"].get(host, 0))

    def paused(self, now: datetime) -> dict[str, datetime]:
        """Pauses that still run: host to their end."""
        with self._locked() as state:
            moment = _millis(now)
            return {host: _EPOCH + timedelta(milliseconds=end) for host, end in state["pause"].items() if end > moment}

    def asked_today(self, now: datetime) -> int:
        """How many requests were granted on this Moscow day."""
        with self._locked() as state:
            return sum(self._counts(state, now).values())

    def why_not(self, now: datetime) -> str:
        """Why nothing may be asked any more today, as a plain sentence; "" where something may."""
        with self._locked() as state:
            closed = self._closed(state, now)
            full = sum(number >= self._limits.daily_per_host for number in self._counts(state, now).values())
            return closed or (
                f"the day's {self._limits.daily_per_host:,} requests of {full} hosts are spent" if full else ""
            )

    def _counts(self, state: dict[str, Any], now: datetime) -> dict[str, int]:
        counts: dict[str, int] = state["count"] if state["day"] == moscow_day(now).isoformat() else {}
        return counts

    def _closed(self, state: dict[str, Any], now: datetime) -> str:
        """Why no host at all may be asked, "" where some may: the hours, or the cap of the day."""
        limits = self._limits
        if limits.hours is not None and not _within(limits.hours, now.astimezone(MOSCOW).time()):
            first, last = (f"{each:%H:%M}" for each in limits.hours)
            return f"it is not between {first} and {last} Moscow time, the hours that are set for asking"
        spent = sum(self._counts(state, now).values()) >= limits.daily
        return f"the day's {limits.daily:,} requests are spent" if spent else ""

    def _wait(self, state: dict[str, Any], host: str, now: datetime, today: dict[str, int]) -> float:
        if today.get(host, 0) >= self._limits.daily_per_host:
            return float("inf")
        moment = _millis(now)
        ends = [state[what].get(key, 0) for what in ("next", "pause") for key in (PLATFORM, host)]
        return float(max(0, *(end - moment for end in ends))) / 1000

    def _check_clock(self, state: dict[str, Any], now: datetime) -> None:
        if state["last"] - _millis(now) > STEP_BACK / timedelta(milliseconds=1):
            raise BudgetError(SET_BACK.format("the last request that was made"))

    def _today(self, state: dict[str, Any], now: datetime) -> None:
        day = moscow_day(now).isoformat()
        if state["day"] != day:
            state["day"], state["count"] = day, {}
            moment = _millis(now)
            for what in ("next", "pause"):
                state[what] = {host: end for host, end in state[what].items() if end > moment}

    @contextmanager
    def _locked(self, *, write: bool = False) -> Iterator[dict[str, Any]]:
        for folder in (
            self._path.parent.parent,
            self._path.parent,
        ):  # the first thing ever made in a home, which others must not read
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            state = self._parsed(os.pread(handle, os.fstat(handle).st_size, 0))
            yield state
            if write:
                # In place, under the lock, padded with what JSON ignores: a kill between write and truncation leaves a whole state.
                data = json.dumps(state, separators=(",", ":")).encode("ascii")
                old = os.fstat(handle).st_size
                os.pwrite(handle, data.ljust(old), 0)
        finally:
            os.close(handle)

    def _parsed(self, data: bytes) -> dict[str, Any]:
        if not data:
            return {"last": -1, "next": {}, "pause": {}, "day": "", "count": {}}
        try:
            state = json.loads(data)
        except ValueError:
            state = None
        if not isinstance(state, dict) or state.keys() != {"last", "next", "pause", "day", "count"}:
            raise BudgetError(
                f"the budget file {self._path.name} cannot be read: wait for half an hour, delete it, and run the command again"
            )
        return state


def _up(millis: float) -> int:
    return int(-(-millis // 1))


def _within(hours: tuple[time, time], at: time) -> bool:
    """Whether a time lies in from..to; a span such as 22:00 to 06:00 goes over midnight."""
    first, last = hours
    return first <= at < last if first <= last else at >= first or at < last
