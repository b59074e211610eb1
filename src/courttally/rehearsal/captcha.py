"""Captchas of the simulated sites: real PNG images of five digits, and when an answer holds.

Invariants: a challenge belongs to a region of the platform and stays the same for ten minutes, whatever is answered; a
right answer holds in the whole region for six hours (portal.md 1.8). The clock is passed in, in seconds.
"""

import base64
import hashlib
import random
import struct
import zlib
from dataclasses import dataclass, field

_GLYPHS = {
    "0": "01110 10001 10011 10101 11001 10001 01110",
    "1": "00100 01100 00100 00100 00100 00100 01110",
    "2": "01110 10001 00001 00110 01000 10000 11111",
    "3": "11111 00010 00100 00010 00001 10001 01110",
    "4": "00010 00110 01010 10010 11111 00010 00010",
    "5": "11111 10000 11110 00001 00001 10001 01110",
    "6": "00110 01000 10000 11110 10001 10001 01110",
    "7": "11111 00001 00010 00100 01000 01000 01000",
    "8": "01110 10001 10001 01110 10001 10001 01110",
    "9": "01110 10001 10001 01111 00001 00010 01100",
}
WIDTH, HEIGHT = 100, 30
SLOT = 600
HOLDS = 6 * 3600
# Regions of the platform (the middle label of a host) that asked for captchas in 2024 (portal.md 1.8).
REGIONS = frozenset({"spb", "vrn", "iwn", "krd", "krs", "nsk", "kar", "sar", "tmb", "twr", "hbr"})


@dataclass(frozen=True, slots=True)
class Challenge:
    """What the form shows: an id and five digits."""

    captcha_id: str
    digits: str


@dataclass(slots=True)
class Desk:
    """Issues challenges and judges answers for all regions of one portal."""

    seed: str
    _issued: dict[tuple[str, str], int] = field(default_factory=dict)

    def challenge(self, region: str, now: int) -> Challenge:
        """The challenge a region shows now."""
        slot = now // SLOT
        made = self._make(region, slot)
        self._issued[region, made.captcha_id] = slot * SLOT
        return made

    def _make(self, region: str, slot: int) -> Challenge:
        digest = hashlib.sha256(f"{self.seed}/{region}/{slot}".encode()).hexdigest()
        return Challenge(digest[:26], f"{int(digest[26:40], 16) % 100_000:05d}")

    def verdict(self, region: str, captcha_id: str, answer: str, now: int) -> str:
        """`right`, `wrong` (also when nothing was answered) or `over` for an answer that has grown too old."""
        issued = self._issued.get((region, captcha_id))
        if issued is None or not answer:
            return "wrong"
        if now - issued > HOLDS:
            return "over"
        return "right" if self._make(region, issued // SLOT).digits == answer else "wrong"


def image(digits: str) -> bytes:
    """The digits as a PNG of 100 by 30 pixels, grey, with some noise."""
    rng = random.Random(f"noise/{digits}")
    rows = [[255 - rng.randrange(60) for _ in range(WIDTH)] for _ in range(HEIGHT)]
    for place, digit in enumerate(digits):
        top, left = 3 + rng.randrange(6), 6 + place * 18 + rng.randrange(4)
        for y, line in enumerate(_GLYPHS[digit].split()):
            for x, dot in enumerate(line):
                if dot == "1":
                    for dy in (0, 1, 2)[:3]:
                        for dx in (0, 1):
                            rows[top + y * 3 + dy - y // 3][left + x * 2 + dx] = rng.randrange(70)
    raw = b"".join(b"\0" + bytes(row) for row in rows)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 0, 0, 0, 0))
        + _chunk(b"tEXt", b"Comment\0simulated data")
        + _chunk(b"IDAT", zlib.compress(raw, 9))
        + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def inline(digits: str) -> str:
    """The image as the forms embed it."""
    return "data: image/png;base64, " + base64.b64encode(image(digits)).decode("ascii")
