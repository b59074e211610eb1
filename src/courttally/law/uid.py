"""The unique identifier of a court matter (УИД), such as `26RS0023-01-2020-000159-48`.

Form: court code (two digits, type letters, four digits), server number, year, running number, check digits (portal.md
2.3). The check is ISO 7064 mod 97-10: letters count A = 10 to Z = 35, and the whole number leaves 1 when divided by
97. The court in the identifier is where the matter first arose, which need not be the court that decides it.
"""

import re
from dataclasses import dataclass

COURT_TYPES = (
    "VS",
    "KJ",
    "AJ",
    "OS",
    "RS",
    "KV",
    "AV",
    "OV",
    "GV",
    "AO",
    "AA",
    "AS",
    "UD",
    "KS",
    "US",
    "GU",
    "MS",
    "IC",
)

_FORM = re.compile(
    rf"(\d{{2}}(?:{'|'.join(COURT_TYPES)})\d{{4}})-(0[1-9])-((?:19|20)\d{{2}})-(\d{{6}})-(\d{{2}})", re.ASCII
)
# Court staff type these letters on a Russian keyboard now and then; dashes come from word processors.
_LATIN = str.maketrans("АСЕКМОВЅІЈ‐‑‒–—−", "ACEKMOBSIJ------")
_DROPPED = re.compile(r"[\s\u00ad\u200b-\u200f\u2060\ufeff]+")
_NEVER_ISSUED = frozenset({"00", "01", "99"})


@dataclass(frozen=True, slots=True)
class Uid:
    """A text of the identifier's form; `valid` says whether its check digits hold."""

    text: str
    court: str
    server: int
    year: int
    number: int
    check: str
    valid: bool


def parse_uid(text: str) -> Uid | None:
    """Read an identifier; None when the text does not have its form. A wrong check gives `valid` False, never None."""
    found = _FORM.fullmatch(text) or _FORM.fullmatch(_DROPPED.sub("", text.upper().translate(_LATIN)))
    if found is None:
        return None
    court, server, year, number, check = found.groups()
    holds = check not in _NEVER_ISSUED and _remainder(court, server + year + number + check) == 1
    return Uid(found[0], court, int(server), int(year), int(number), check, holds)


def _remainder(court: str, rest: str) -> int:
    """What the whole number leaves when divided by 97; the two letters of the court's code are numbers from 10 on."""
    return int(f"{court[:2]}{int(court[2], 36)}{int(court[3], 36)}{court[4:]}{rest}") % 97
