"""The desk where captchas wait for a person, shared by every process of an installation.

Invariants
- Nothing here, and nothing anywhere in courttally, solves a captcha: an answer is what a person typed.
- One file a region of the platform (`HOME/collect/captcha/REGION.json`), replaced whole under a lock: a reader never
  sees half of it, and a kill at any instant leaves the old state or the new one.
- One captcha a region waits: the newest. An answer given to one that was replaced meanwhile still counts, because it
  names its captcha. While an answer holds, the region does not wait.
- An answer holds for `valid` (six hours) from the moment its captcha was shown, as the sites let it (reference,
  section 1.8), or until it is refused. The times are those passed in; none is read from the system.
- Folders are 0700, files 0600.
"""

import base64
import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from courttally.archive import Clock, parse_time, time_text
from courttally.archive.safely import write_whole
from courttally.collect.captcha_form import is_captchaid, is_region, media_type_of

VALID = timedelta(hours=6)
KEPT = 4
"""Captchas of one region that are remembered, the newest last."""
LONGEST_ANSWER = 16

Fate = Literal["untried", "accepted", "refused", "over"]
"""Of an answer: not yet used; the site took it; the site refused it; it held for a while and has run out."""


class DeskError(Exception):
    """Something about the desk's files, or an answer that cannot be taken; the message says the way out."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A captcha that waits for a person. `refusals` counts wrong answers to this very picture."""

    region: str
    host: str
    captchaid: str
    image: bytes
    media_type: str
    asked_at: datetime
    refusals: int
    simulated: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes into a request: `captchaid` and `text` as the fields `captchaid` and `captcha`. Holds until `until`."""

    captchaid: str
    text: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of an answer that a person gave. `at` is when that was learnt; it holds until `until` at the longest."""

    region: str
    captchaid: str
    fate: Fate
    at: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class _Challenge:
    """One captcha as the file keeps it; times are ISO text in UTC."""

    captchaid: str
    host: str
    image: str
    asked_at: str
    simulated: bool = False
    refusals: int = 0
    answer: str | None = None
    answered_at: str | None = None
    accepted_at: str | None = None
    refused_at: str | None = None


class Desk:
    """The captchas of one home. Every method may be called by several processes at once."""

    def __init__(self, home: Path, clock: Clock, valid: timedelta = VALID) -> None:
        self._folder = Path(home) / "collect" / "captcha"
        self._clock = clock
        self._valid = valid

    def waiting(
        self, region: str, host: str, image: bytes, captchaid: str, asked_at: datetime, simulated: bool = False
    ) -> None:
        """Let a captcha wait for a person. The same one again changes nothing, unless its answer was refused.

        `simulated`: the site is a rehearsal's, which the person is told. Raises ValueError for a region, id or picture
        that cannot be one.
        """
        if not is_captchaid(captchaid):
            raise ValueError("this is no id of a captcha")
        media_type_of(image)
        asked = time_text(asked_at)
        new = _Challenge(captchaid, host, base64.b64encode(image).decode("ascii"), asked, simulated)
        with self._changing(region) as challenges:
            for place, old in enumerate(challenges):
                if old.captchaid == captchaid:
                    del challenges[place]
                    if asked_at < self._until(old):  # the same picture: its time has run since it was first shown
                        challenges.append(replace(old, answer=None, answered_at=None) if old.refused_at else old)
                    else:
                        challenges.append(new)
                    return
            challenges.append(new)
            del challenges[:-KEPT]

    def answer(self, region: str, captchaid: str, text: str) -> None:
        """Take a person's answer. Raises DeskError where this captcha does not wait (any more), or the text is none."""
        text = "".join(text.split())
        if not (text.isascii() and text.isalnum() and len(text) <= LONGEST_ANSWER):
            raise DeskError("an answer is the characters of the picture: digits or Latin letters, and nothing else")
        now = time_text(self._clock())
        with self._changing(region) as challenges:
            for place, old in enumerate(challenges):
                if old.captchaid == captchaid:
                    if old.answer is not None:
                        raise DeskError("this captcha has been answered already")
                    challenges[place] = replace(old, answer=text, answered_at=now, accepted_at=None, refused_at=None)
                    return
        raise DeskError("this captcha does not wait any more; answer the one that waits now")

    def answer_for(self, region: str, now: datetime) -> Answer | None:
        """The newest answer that holds in a region, or None."""
        held = self._held(self._read(region), now)
        return None if held is None else Answer(held.captchaid, held.answer or "", self._until(held))

    def accepted(self, region: str, captchaid: str, now: datetime) -> None:
        """The site took the answer. Told once or many times."""
        with self._changing(region) as challenges:
            for place, old in enumerate(challenges):
                if old.captchaid == captchaid and old.answer is not None and old.accepted_at is None:
                    challenges[place] = replace(old, accepted_at=time_text(now))

    def refused(self, region: str, captchaid: str, now: datetime) -> None:
        """The site refused the answer: it is not given out again. After an acceptance this means that it has run out."""
        with self._changing(region) as challenges:
            for place, old in enumerate(challenges):
                if old.captchaid == captchaid and old.answer is not None and old.refused_at is None:
                    wrong = 0 if old.accepted_at else 1
                    challenges[place] = replace(old, refused_at=time_text(now), refusals=old.refusals + wrong)

    def pending(self) -> list[Waiting]:
        """What waits for a person now, the longest waiting first."""
        now = self._clock()
        found = []
        for region in self._regions():
            challenges = self._read(region)
            if not challenges or self._held(challenges, now) is not None:
                continue
            newest = challenges[-1]
            if newest.answer is None and now < self._until(newest):
                image = base64.b64decode(newest.image)
                asked_at = parse_time(newest.asked_at)
                media_type = media_type_of(image)
                told = (newest.refusals, newest.simulated)
                found.append(Waiting(region, newest.host, newest.captchaid, image, media_type, asked_at, *told))
        return sorted(found, key=lambda each: (each.asked_at, each.region))

    def answered(self) -> list[Answered]:
        """What became of the answers that the desk remembers, the latest news last."""
        now = self._clock()
        found = []
        for region in self._regions():
            for each in self._read(region):
                if each.answered_at is not None or each.refused_at is not None:
                    fate, at = self._fate(each, now)
                    found.append(Answered(region, each.captchaid, fate, at, self._until(each)))
        return sorted(found, key=lambda each: (each.at, each.region, each.captchaid))

    def _fate(self, each: _Challenge, now: datetime) -> tuple[Fate, datetime]:
        if each.refused_at is not None:
            return ("over" if each.accepted_at else "refused"), parse_time(each.refused_at)
        if now >= self._until(each):
            return "over", self._until(each)
        if each.accepted_at is not None:
            return "accepted", parse_time(each.accepted_at)
        return "untried", parse_time(each.answered_at or each.asked_at)

    def _held(self, challenges: list[_Challenge], now: datetime) -> _Challenge | None:
        for each in reversed(challenges):
            if each.answer is not None and each.refused_at is None and now < self._until(each):
                return each
        return None

    def _until(self, each: _Challenge) -> datetime:
        return parse_time(each.asked_at) + self._valid

    def _regions(self) -> list[str]:
        if not self._folder.is_dir():
            return []
        return sorted(path.stem for path in self._folder.glob("*.json") if is_region(path.stem))

    def _path(self, region: str) -> Path:
        if not is_region(region):
            raise ValueError("this is no region of the platform, such as spb")
        return self._folder / f"{region}.json"

    def _read(self, region: str) -> list[_Challenge]:
        path = self._path(region)
        try:
            kept = json.loads(path.read_bytes())
            return [_Challenge(**each) for each in kept["challenges"]]
        except FileNotFoundError:
            return []
        except (ValueError, TypeError, KeyError):
            raise DeskError(f"collect/captcha/{region}.json is damaged; delete it: the next run asks again") from None

    @contextmanager
    def _changing(self, region: str) -> Iterator[list[_Challenge]]:
        """The captchas of a region, to be changed in place; written at the end, unless nothing changed."""
        path = self._path(region)
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = os.open(self._folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            challenges = self._read(region)
            before = list(challenges)
            yield challenges
            if challenges != before:
                kept = {"format": 1, "challenges": [asdict(each) for each in challenges]}
                write_whole(path, json.dumps(kept, sort_keys=True).encode("ascii"))
        finally:
            os.close(lock)
