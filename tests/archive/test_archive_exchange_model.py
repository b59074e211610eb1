"""Three archives that write, redact, export and merge in any order: nothing is lost, doubled or brought back, and in the end all agree."""

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from courttally.archive import Archive, RefusedError

STEPS = ("write", "write", "export", "since", "merge", "merge", "redact")


class Play:
    """The archives, the bundles made so far, and what each archive must hold."""

    def __init__(self, root: Path, seed: int) -> None:
        self.chance = random.Random(seed)
        self.root = root
        self.homes = [root / name for name in "abc"]
        self.owed: dict[Path, set[str]] = {home: set() for home in self.homes}
        self.bundles: list[tuple[Path, set[str], bool]] = []
        self.redacted: set[str] = set()
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def clock(self) -> datetime:
        """A second later, and now and then three seconds earlier."""
        self.now += timedelta(seconds=self.chance.choice((1, 1, 1, -3)))
        return self.now

    def write(self, home: Path) -> None:
        """Few pages and few addresses, so that archives hold the same captures, and revisits."""
        with Archive(home).writer(clock=self.clock, rotate_bytes=self.chance.choice((1, 5_000, 1 << 20))) as writer:
            for number in self.chance.choices(range(40), k=self.chance.randrange(1, 6)):
                fetched = None if number % 2 else datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=number)
                payload = b"page %d " % (number % 9) + bytes(300)
                try:
                    made = writer.write(
                        url=f"http://x.example/{number}", status=200, fetched_at=fetched, court=None, payload=payload
                    )
                except RefusedError:
                    continue
                self.owed[home].add(made)

    def export(self, home: Path, name: str, *, whole: bool = True) -> Path:
        """Write a bundle, of everything or of the last minutes."""
        bundle = self.root / name
        since = None if whole else self.now - timedelta(seconds=self.chance.randrange(200))
        Archive(home).export(bundle, clock=self.clock, since=since)
        self.bundles.append((bundle, set(self.owed[home]), whole))
        return bundle

    def merge(self, home: Path) -> None:
        """Merge a bundle of any age. Only one of the last minutes may come too early."""
        if not self.bundles:
            return
        bundle, owed, whole = self.chance.choice(self.bundles)
        report = Archive(home).merge(bundle, clock=self.clock)
        assert not whole or not report.conflicts
        assert all("begins behind what is held here" in conflict for conflict in report.conflicts)
        if whole:
            self.owed[home] |= owed

    def redact(self, home: Path) -> None:
        """Redact one of its own captures now and then."""
        archive = Archive(home)
        own = [
            name
            for file in archive.files()
            if not file.machine
            for name in archive.index(file.name)["capture_id"].to_pylist()
        ]
        if own and self.chance.random() < 0.3:
            for made in archive.redact([self.chance.choice(own)], who="who", why="why", clock=self.clock):
                self.redacted |= {name for names in made.captures.values() for name in names}

    def check(self, home: Path) -> None:
        """The archive is whole, holds what it owes, and each capture counts once."""
        archive = Archive(home)
        assert archive.verify().problems == ()
        held = list(counting(archive))
        assert len(held) == len(set(held)) == archive.count()
        assert self.owed[home] - self.redacted <= set(held)


def counting(archive: Archive) -> dict[str, datetime]:
    """The captures that count, each with the import time of the record that counts."""
    surplus = archive.surplus()
    found: dict[str, datetime] = {}
    for file in archive.files():
        index = archive.index(file.name)
        for name, at in zip(index["capture_id"].to_pylist(), index["imported_at"].to_pylist(), strict=True):
            if name not in surplus.get(file.name, ()):
                assert name not in found
                found[name] = at
    return found


def play(root: Path, seed: int, steps: int) -> None:
    game = Play(root, seed)
    for step in range(steps):
        home, act = game.chance.choice(game.homes), game.chance.choice(STEPS)
        if act in ("export", "since"):
            game.export(home, f"{step}.tar", whole=act == "export")
        else:
            getattr(game, act)(home)
        game.check(home)
    for turn in range(2):  # the second time brings to everybody what the first brought to one
        final = [game.export(home, f"final-{turn}-{home.name}.tar") for home in game.homes]
        for home in game.homes:
            for bundle in final:
                assert Archive(home).merge(bundle, clock=game.clock).conflicts == ()
            game.check(home)
    first, *others = (counting(Archive(home)) for home in game.homes)
    assert all(other == first for other in others)
    assert not first.keys() & game.redacted


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_three_archives_agree_in_the_end(tmp_path: Path, seed: int) -> None:
    play(tmp_path, seed, steps=30)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 120))
def test_three_archives_agree_after_a_long_play(tmp_path: Path, seed: int) -> None:
    play(tmp_path, seed, steps=80)
