"""What an installation sets: HOME/courttally.toml, read strictly.

Invariants: an unknown key is an error that names it; a value of the wrong kind is an error; what is not set has the default written here.
Nothing in this file is ever printed or logged but the names of keys: a proxy's address can hold a password.

    [collect]
    user_agent = "Mozilla/5.0 (compatible; courttally; +mailto:desk@example.org)"   one, constant; sites answer 403 without "Mozilla"
    vantage = "office"            the name of this machine's place in the net; stands in every capture
    since = 2021-01-01            how far back
    courts = ["all"]              codes, or: all, garrison, district, appeal, cassation
    proceedings = ["first"]       first, appeal, cassation, material: whole windows of them
    linked = ["appeal", "material"]   of these only the cases that a link needs, by UID; [] for none
    late_days = 95                how late courts may post
    open_nights = 7               how often open cases are looked at
    round_nights = 30             in how many nights settled cases and old windows are all looked at once
    seconds_platform = 1.5        between two requests to the platform (not less than 1.5)
    seconds_host = 3.0            between two requests to one host (not less than 3)
    daily_per_host = 20000
    daily = 40000
    hours = "22:00-06:00"         Moscow time; leave it out for any hour
    at_once = 8                   answers waited for at the same time
    timeout_seconds = 120
    largest_bytes = 20000000
    proxy = "http://…" or "socks5://…"
    watch = "…"                   another place of the registry's watch list
    budget = "…"                  a budget file shared with other homes on this machine

    [collect.robots_override]
    "vgvs.prm.sudrf.ru" = "why the rules of this host are not honoured: a sentence that is published"

    [run]
    heartbeat = "https://…"       told when a run is done, without any number
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from datetime import date, time
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from courttally import courts
from courttally.archive.writer import LARGEST_PAYLOAD
from courttally.collect.budget import Limits
from courttally.collect.plan import Rhythm

FILE = "courttally.toml"
PROCEEDINGS: dict[str, frozenset[str]] = {
    "first": frozenset({"garrison", "district"}),
    "appeal": frozenset({"district", "appeal"}),
    "cassation": frozenset({"cassation"}),
    "material": frozenset({"garrison", "district"}),
}
"""Proceeding -> levels of court that have it."""
LEAST_PLATFORM, LEAST_HOST = 1.5, 3.0
_HOURS = re.compile(r"(\d\d):(\d\d)-(\d\d):(\d\d)", re.ASCII)
_VANTAGE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")


class ConfigError(Exception):
    """courttally.toml is wrong; the message names the key and never a value."""


@dataclass(frozen=True, slots=True)
class Config:
    """The settings of the collector."""

    user_agent: str = "Mozilla/5.0 (compatible; courttally)"
    vantage: str = "unnamed"
    since: date = date(2021, 1, 1)
    courts: tuple[str, ...] = ("all",)
    proceedings: tuple[str, ...] = ("first",)
    linked: tuple[str, ...] = ("appeal", "material")
    late_days: int = 95
    open_nights: int = 7
    round_nights: int = 30
    seconds_platform: float = LEAST_PLATFORM
    seconds_host: float = LEAST_HOST
    daily_per_host: int = 20_000
    daily: int = 40_000
    hours: str = ""
    at_once: int = 8
    timeout_seconds: float = 120.0
    largest_bytes: int = 20_000_000
    proxy: str = field(default="", repr=False)
    watch: str = field(default="", repr=False)
    budget: str = field(default="", repr=False)
    robots_override: dict[str, str] = field(default_factory=dict)
    heartbeat: str = field(default="", repr=False)

    def limits(self) -> Limits:
        """The budget's limits."""
        return Limits(
            self.seconds_platform,
            self.seconds_host,
            daily_per_host=self.daily_per_host,
            daily=self.daily,
            hours=_hours(self.hours),
        )

    def rhythm(self, since: date | None = None) -> Rhythm:
        """The plan's rhythm."""
        return Rhythm(since or self.since, self.late_days, self.open_nights, self.round_nights)


def load(home: Path) -> Config:
    """The settings of a home; the defaults where it has no file. Raises ConfigError."""
    path = home / FILE
    if not path.exists():
        return Config()
    try:
        found = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise ConfigError(f"{FILE} is not TOML; see docs/collecting.md for an example") from None
    unknown = sorted(found.keys() - {"collect", "run"})
    if unknown:
        raise ConfigError(f"{FILE}: there is no section [{unknown[0]}]; there are [collect] and [run]")
    return _checked(_values(found))


def _values(found: dict[str, Any]) -> dict[str, Any]:
    known = {name: kind for name, kind in Config.__annotations__.items() if name != "heartbeat"}
    values: dict[str, Any] = {}
    for section, keys in (("collect", known), ("run", {"heartbeat": "str"})):
        table = found.get(section, {})
        if not isinstance(table, dict):
            raise ConfigError(f"{FILE}: [{section}] is a section")
        for name, value in table.items():
            if name not in keys:
                raise ConfigError(f"{FILE}: [{section}] has no key {name}")
            values[name] = _kind(f"[{section}] {name}", keys[name], value)
    return values


def _kind(name: str, kind: str, value: Any) -> Any:
    """The value as the field's type. A bool is no number, whatever Python says."""
    if kind == "str" and isinstance(value, str):
        return value
    if kind == "int" and type(value) is int:
        return value
    if kind == "float" and type(value) in (int, float):
        return float(value)
    if kind == "date" and type(value) is date:
        return value
    if kind.startswith("tuple") and isinstance(value, list) and all(isinstance(one, str) for one in value):
        return tuple(value)
    if kind.startswith("dict") and isinstance(value, dict) and all(isinstance(one, str) for one in value.values()):
        return value
    raise ConfigError(f"{FILE}: {name} has a value of the wrong kind; see docs/collecting.md")


def _checked(values: dict[str, Any]) -> Config:
    config = Config(**values)
    rules = (
        (config.seconds_platform >= LEAST_PLATFORM, "seconds_platform", f"is at least {LEAST_PLATFORM}"),
        (config.seconds_host >= LEAST_HOST, "seconds_host", f"is at least {LEAST_HOST:g}"),
        (config.user_agent.isascii() and config.user_agent.isprintable(), "user_agent", "is one line of ASCII"),
        (
            "Mozilla" in config.user_agent,
            "user_agent",
            "begins as browsers' do, with Mozilla/5.0: the sites answer nothing else",
        ),
        (bool(_VANTAGE.fullmatch(config.vantage)), "vantage", "is a short word"),
        (1 <= config.at_once <= 32, "at_once", "is 1 to 32"),
        (min(config.late_days, config.open_nights, config.round_nights) >= 1, "late_days", "and nights are at least 1"),
        (min(config.daily, config.daily_per_host) >= 1, "daily", "caps are at least 1"),
        (1 <= config.largest_bytes <= LARGEST_PAYLOAD, "largest_bytes", f"is 1 to {LARGEST_PAYLOAD}"),
        (0 < config.timeout_seconds <= 600, "timeout_seconds", "is more than 0 and at most 600"),
        (not config.hours or _span(config.hours), "hours", "is two different times, such as 22:00-06:00"),
        (
            set(config.proceedings) <= PROCEEDINGS.keys() and config.proceedings,
            "proceedings",
            f"are of: {', '.join(PROCEEDINGS)}",
        ),
        (set(config.linked) <= {"appeal", "material"}, "linked", "is of: appeal, material"),
        (
            not config.proxy or _is_proxy(config.proxy),
            "proxy",
            "is http, socks4 or socks5 with a host and a port, such as http://proxy.example:3128; a name or password for SOCKS is ASCII",
        ),
        (not config.heartbeat or urlsplit(config.heartbeat).scheme == "https", "heartbeat", "is an https address"),
        (
            all(courts.by_host(host) for host in config.robots_override),
            "robots_override",
            "names hosts of the directory",
        ),
        (
            all(
                len(why.split()) >= 3 and why.isprintable() and len(why) <= 500
                for why in config.robots_override.values()
            ),
            "robots_override",
            "has a written reason for each host, in one line",
        ),
    )
    for holds, name, words in rules:
        if not holds:
            raise ConfigError(f"{FILE}: {name} {words}")
    try:
        chosen_courts(config.courts)
    except ValueError as problem:
        raise ConfigError(f"{FILE}: courts: {problem}") from None
    return config


def _span(text: str) -> bool:
    """Whether hours are two times, and a while between them: from a time to itself is never."""
    hours = _hours(text)
    return hours is not None and hours[0] != hours[1]


def _is_proxy(address: str) -> bool:
    """Whether a proxy's address can be used, so that nothing is left to a library that might print it."""
    try:
        parts = urlsplit(address)
        whole = bool(parts.hostname and parts.port)
    except ValueError:
        return False
    login = unquote(parts.username or "") + unquote(parts.password or "")
    return whole and (parts.scheme == "http" or (parts.scheme in ("socks4", "socks5") and login.isascii()))


def _hours(text: str) -> tuple[time, time] | None:
    found = _HOURS.fullmatch(text)
    if found is None:
        return None
    try:
        return time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4]))
    except ValueError:
        return None


def chosen_courts(names: tuple[str, ...]) -> tuple[courts.Court, ...]:
    """The courts of the directory that are named by code, by level, or as `all`. Raises ValueError with the way out."""
    found: dict[str, courts.Court] = {}
    if not names:
        raise ValueError("none is named: give codes, or all, garrison, district, appeal, cassation")
    for name in names:
        some = [court for court in courts.directory() if name.strip().casefold() in ("all", court.level)]
        if not some:
            known = courts.by_code(courts.parse_court_argument(name))
            if known is None:
                raise ValueError(
                    f"{name.strip()} is in no directory, so it has no site to ask; see 'courttally courts'"
                )
            some = [known]
        found |= {court.code: court for court in some}
    return tuple(found[code] for code in sorted(found))


def targets(config: Config) -> list[tuple[courts.Court, tuple[str, ...]]]:
    """Each chosen court with the proceedings that its level has; without any where it has only cases that links need."""
    found = []
    for court in chosen_courts(config.courts):
        proceedings = tuple(each for each in config.proceedings if court.level in PROCEEDINGS[each])
        if proceedings or any(court.level in PROCEEDINGS[each] for each in config.linked):
            found.append((court, proceedings))
    return found
