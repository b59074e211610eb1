"""The project's own claims file: published figures as facts, in the project's words.

Invariants: quotes are paraphrases (marked ``~``), never the sentences printed; the file is read as strictly as any other, and
one that does not read cleanly is a fault of the project.
"""

from functools import cache
from importlib.resources import files

from courttally.claims.model import Claim
from courttally.claims.reading import ClaimsFile, ReadingError, parse_claims
from courttally.claims.ties import house

FILE = "published.csv"


@cache
def known_claims() -> ClaimsFile:
    """The project's own claims. Raises ``ReadingError`` if the file is damaged."""
    text = files("courttally.claims").joinpath(FILE).read_text(encoding="utf-8")
    found = parse_claims(text, FILE)
    if found.problems:
        raise ReadingError(f"{FILE} of the package is damaged: {found.problems[0]}")
    return found


def looked_up(held: ClaimsFile) -> tuple[Claim, ...]:
    """The project's claims that a file relies on and does not hold: of publishers that it cites, and ids.

    A publisher of whom the file has a claim of its own is not looked up: the file may tell of another time, or another world.
    What a looked-up claim relies on is looked up in turn.
    """
    own_ids = {claim.id for claim in held.claims} | set(held.unread)
    present = {house(claim.publisher) for claim in held.claims}
    known = known_claims().claims
    wanted = {name for claim in held.claims for name in claim.cites}
    found: dict[str, Claim] = {}
    while True:
        names = {house(name) for name in wanted} - present
        ids = wanted - own_ids
        more = [
            c
            for c in known
            if c.id not in found and c.id not in own_ids and (c.id in ids or house(c.publisher) in names)
        ]
        # A total and its parts stand or fall together.
        totals = {c.part_of for c in more if c.part_of} | {c.id for c in more}
        more += [
            c for c in known if c.part_of in totals and c.id not in found and c.id not in own_ids and c not in more
        ]
        if not more:
            return tuple(found.values())
        found.update((c.id, c) for c in more)
        wanted |= {name for c in more for name in c.cites} | {c.part_of for c in more if c.part_of}


def join(first: ClaimsFile, second: ClaimsFile) -> ClaimsFile:
    """Two files as one; a claim whose id stands in the first already is left out of the second."""
    ids = {claim.id for claim in first.claims} | set(first.unread)
    return ClaimsFile(
        (*first.claims, *(claim for claim in second.claims if claim.id not in ids)),
        (*first.unread, *(claim_id for claim_id in second.unread if claim_id not in ids)),
        (*first.problems, *second.problems),
    )
