"""What goes wrong between a newsroom and the simulated sites: switched, seeded, counted.

Invariants: with every switch at zero nothing goes wrong; which answer fails depends on the seed, the host and how many
answers the host has given, never on the time; the rate limit alone looks at the clock, which is passed in. An outage
stands until it is taken back and goes before everything drawn.
"""

import random
from collections import Counter, deque
from dataclasses import dataclass, field

KINDS = ("slow", "reset", "truncated", "unavailable", "blocked")
OUTAGES = (*KINDS, "module_off", "false_zero")
"""What a court can be put into for a while; `false_zero`: every question is answered by "nothing found"."""


@dataclass(frozen=True, slots=True)
class Switches:
    """How often things go wrong, per ten thousand answers; `rate` is how many requests the platform bears from one
    address in ten seconds (0: any number); `cool_down` is seconds; `moving` posts new rows while somebody pages.
    """

    slow: int = 0
    reset: int = 0
    truncated: int = 0
    unavailable: int = 0
    blocked: int = 0
    rate: int = 0
    cool_down: int = 30
    slow_seconds: int = 5
    moving: bool = False

    @classmethod
    def all_at(cls, per_ten_thousand: int, rate: int = 0, moving: bool = False) -> "Switches":
        """The same share for every kind."""
        each = per_ten_thousand
        return cls(slow=each, reset=each, truncated=each, unavailable=each, blocked=each, rate=rate, moving=moving)


@dataclass(slots=True)
class Faults:
    """The faults of one portal, and what it has done so far. `down` names courts by code (`*`: all) and their outage."""

    seed: str
    switches: Switches
    down: dict[str, str] = field(default_factory=dict)
    done: Counter[str] = field(default_factory=Counter)
    _answers: Counter[str] = field(default_factory=Counter)
    _recent: dict[str, deque[int]] = field(default_factory=dict)
    _until: dict[str, int] = field(default_factory=dict)

    def throttled(self, client: str, now: int) -> str:
        """`429` or `box` when an address asks above the platform's rate (all courts together), else empty."""
        rate = self.switches.rate
        if not rate:
            return ""
        recent = self._recent.setdefault(client, deque())
        while recent and now - recent[0] >= 10:
            recent.popleft()
        recent.append(now)
        if len(recent) > rate:
            self._until[client] = now + self.switches.cool_down
        if now < self._until.get(client, 0):
            self.done["throttled"] += 1
            return "429" if self.done["throttled"] % 2 else "box"
        return ""

    def draw(self, host: str, court: str = "") -> str:
        """What goes wrong with the next answer of a host: one of OUTAGES, or nothing."""
        self._answers[host] += 1
        outage = self.down.get(court) or self.down.get("*")
        if outage:
            self.done[outage] += 1
            return outage
        roll = random.Random(f"{self.seed}/{host}/{self._answers[host]}").randrange(10_000)
        for kind in KINDS:
            share = int(getattr(self.switches, kind))
            if roll < share:
                self.done[kind] += 1
                return kind
            roll -= share
        return ""
