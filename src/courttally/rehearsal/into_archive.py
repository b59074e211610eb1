"""Nightly captures straight into an archive, without HTTP.

Invariants: every capture carries the mark of simulated data in its page and in a header; its time is the world's, not
today's; the archive's clock stands at the time of the last night asked for.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from courttally.archive import Archive
from courttally.rehearsal.addresses import address
from courttally.rehearsal.crawl import Answer, Newsroom
from courttally.rehearsal.render_primary import encoded
from courttally.rehearsal.world import World

HEADERS = (("Content-Type", "text/html; charset=windows-1251"), ("X-Courttally-Simulated", "1"))


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: captures by kind of page, and how many the archive held already."""

    kinds: dict[str, int]
    captures: int
    duplicates: int


def write_archive(
    world: World,
    home: Path,
    since: int,
    until: int,
    faults: int = 0,
    every: int | None = None,
    extras: bool = False,
    progress: Callable[[Answer], None] | None = None,
) -> Written:
    """Visit every court each night from `since` to `until` (days, both inclusive) and keep what it answers."""
    return keep(Newsroom(world, since, faults, every, extras), home, until, progress)


def keep(newsroom: Newsroom, home: Path, until: int, progress: Callable[[Answer], None] | None = None) -> Written:
    """Let a newsroom go on with its visits through the night `until`, and keep what the courts answer."""
    kinds: Counter[str] = Counter()
    hosts = {code: court.host for code, court in newsroom.world.courts.items()}
    now = [Answer("", "", newsroom.night, 0, 0, "", lambda: "").fetched_at()]

    def clock() -> datetime:
        return now[0]

    with Archive(home).writer(clock=clock) as writer:
        for answer in newsroom.until(until):
            now[0] = answer.fetched_at()
            writer.write(
                url=address(hosts[answer.court], answer.query),
                method="GET",
                status=answer.status,
                fetched_at=now[0],
                court=answer.court,
                headers=(*HEADERS, ("Retry-After", "1800")) if answer.status == 429 else HEADERS,
                payload=encoded(answer.page()),
            )
            kinds[answer.kind] += 1
            if progress:
                progress(answer)
        return Written(dict(sorted(kinds.items())), sum(kinds.values()), writer.duplicates)
