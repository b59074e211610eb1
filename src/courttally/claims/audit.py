"""The audit: a verdict for each claim, with the arithmetic shown, from the claims alone.

Invariants: a pure function of the claims (no registry, no clock, no network); the same claims give the same judgements in
the order of the file, whatever their order. Every claim gets a verdict; a row that could not be read is one that cannot be judged.
A claim is judged, never an outlet.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from courttally.claims.explain import LANGUAGES, sentences
from courttally.claims.findings import PRECEDENCE, Finding, Findings, Kind, Verdict
from courttally.claims.model import Claim
from courttally.claims.reading import ClaimsFile
from courttally.claims.rules.order import RULES
from courttally.claims.standing import standing
from courttally.claims.ties import Book


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is said of one claim; ``claim`` is None for a row that could not be read."""

    claim_id: str
    claim: Claim | None
    verdict: Verdict
    kinds: tuple[Kind, ...]
    explanation: Mapping[str, str]
    say: Mapping[str, str]
    related: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """The documented JSON object."""
        return {
            "claim_id": self.claim_id,
            "verdict": str(self.verdict),
            "kinds": [int(kind) for kind in self.kinds],
            "explanation_en": self.explanation["en"],
            "explanation_ru": self.explanation["ru"],
            "say_en": self.say["en"],
            "say_ru": self.say["ru"],
            "related": list(self.related),
        }


def audit(claims: ClaimsFile, background: tuple[Claim, ...] = ()) -> tuple[Judgement, ...]:
    """Judge every claim of a file, in its order.

    ``background`` are claims to judge by, which get no judgement themselves; one with an id of the file is left out.
    """
    own = {claim.id for claim in claims.claims}
    book = Book((*claims.claims, *(c for c in background if c.id not in own)))
    found = find_all(book)
    judged = [_judge(book, claim, found) for claim in claims.claims]
    return (*judged, *(_unread(claims, claim_id) for claim_id in claims.unread))


def find_all(book: Book) -> Findings:
    """Run all rules, in their order."""
    found = Findings()
    for rule in RULES:
        for finding in list(rule(book, found)):
            found.add(finding)
    return found


def _judge(book: Book, claim: Claim, found: Findings) -> Judgement:
    findings = found.of(claim.id)
    if not findings:
        stands = standing(book, claim, found)
        filled = sentences(stands.template, stands.slots, claim)
        return Judgement(claim.id, claim, stands.verdict, (), filled.text, filled.say, stands.related)
    verdict = first_verdict(findings)
    # The finding that gives the verdict is told first.
    told = sorted(findings, key=lambda f: (PRECEDENCE.index(f.verdict), f.kind))
    all_said = [sentences(f.template, f.slots, claim) for f in told]
    text = {lang: " ".join(s.text[lang] for s in all_said) for lang in LANGUAGES}
    related = tuple(dict.fromkeys(i for f in told for i in f.related))
    say = {lang: " ".join(dict.fromkeys(s.say[lang] for s in all_said)) for lang in LANGUAGES}
    return Judgement(claim.id, claim, verdict, tuple(f.kind for f in findings), text, say, related)


def first_verdict(findings: list[Finding]) -> Verdict:
    """The verdict of several findings: the first that applies in the documented order."""
    return min((f.verdict for f in findings), key=PRECEDENCE.index)


def _unread(claims: ClaimsFile, claim_id: str) -> Judgement:
    what = "; ".join(f"{p.column}: {p.what}" for p in claims.problems if claim_id in (p.claim_id, f"row {p.row}"))
    filled = sentences("missing.unread", {"what": what}, None)
    return Judgement(claim_id, None, Verdict.CANNOT_JUDGE, (), filled.text, filled.say, ())
