"""The project's own claims file: published figures as facts, in the project's words.

Invariants: quotes are paraphrases (marked ``~``), never the sentences printed; the file is read as strictly as any other, and
one that does not read cleanly is a fault of the project.
"""

from functools import cache
from importlib.resources import files

from courttally.claims.reading import ClaimsFile, ReadingError, parse_claims

FILE = "published.csv"


@cache
def known_claims() -> ClaimsFile:
    """The project's own claims. Raises ``ReadingError`` if the file is damaged."""
    text = files("courttally.claims").joinpath(FILE).read_text(encoding="utf-8")
    found = parse_claims(text, FILE)
    if found.problems:
        raise ReadingError(f"{FILE} of the package is damaged: {found.problems[0]}")
    return found


def join(first: ClaimsFile, second: ClaimsFile) -> ClaimsFile:
    """Two files as one; a claim whose id stands in the first already is left out of the second."""
    ids = {claim.id for claim in first.claims} | set(first.unread)
    return ClaimsFile(
        (*first.claims, *(claim for claim in second.claims if claim.id not in ids)),
        (*first.unread, *(claim_id for claim_id in second.unread if claim_id not in ids)),
        (*first.problems, *second.problems),
    )
