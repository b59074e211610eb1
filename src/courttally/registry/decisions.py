"""The decision ledger: what people answered, append-only, hash-chained, with who, when and why.

``HOME/decisions.jsonl``. An answer names a kind of signal, the digest of the normalised wording, and a code of that kind's vocabulary, or
``ignore`` with a reason. The wording itself is not kept here: the person who answers may add it to ``law``. A later answer to the
same wording replaces an earlier one; nothing is ever edited. ``withdrawn`` takes an answer back.

Sources are never edited: a snapshot is built from captures *and* decisions, and says on which decisions it rests.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from courttally.archive import Clock
from courttally.archive.ledger import append_ledger, read_ledger
from courttally.law import outcomes

IGNORE = "ignore"
WITHDRAWN = "withdrawn"
_DIGEST = re.compile(r"[0-9a-f]{64}")

# Signal -> section of the vocabulary whose codes answer it. Signals that are not here can only be ignored, with a reason.
SECTIONS: dict[str, str] = {
    "result_unmapped": "case_outcome",
    "event_unmapped": "event_name",
    "event_result_unmapped": "event_result",
    "ground_unmapped": "ground",
    "role_unmapped": "party_role",
    "consideration_unmapped": "consideration",
    "writ_status_unmapped": "writ_status",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer in force: ``line`` is its line in the ledger, from 1."""

    signal: str
    digest: str
    code: str
    line: int


Answers = dict[tuple[str, str], Answer]
"""(signal, digest) -> the answer in force."""


LINKS = frozenset({"act_unlinked", "press_unlinked"})
"""Signals of a text that belongs to no record: answered with the key of the record that it is about."""
_RECORD = re.compile(r"[0-9A-Za-zА-Яа-яЁё._:@/~-]{10,150}")


def path(home: Path) -> Path:
    """The ledger's file."""
    return home / "decisions.jsonl"


def allowed(signal: str) -> tuple[str, ...]:
    """The codes that may answer a signal, ``ignore`` last. The signals of :data:`LINKS` also take a record's key."""
    section = SECTIONS.get(signal)
    if section is None:
        return (IGNORE,)
    codes = sorted({rule.code for rule in outcomes.vocabulary().sections[section]})
    return (*codes, IGNORE)


def answers_signal(signal: str, code: str) -> bool:
    """Whether a code, or for :data:`LINKS` the key of a record, can answer a signal."""
    if code in allowed(signal):
        return True
    return signal in LINKS and code.count(":") >= 4 and _RECORD.fullmatch(code) is not None


def answers(home: Path) -> Answers:
    """The answers in force. Raises ValueError when the ledger is broken."""
    state = read_ledger(path(home))
    if state.broken is not None:
        line, what = state.broken
        raise ValueError(f"decisions.jsonl is broken at line {line}: {what}")
    found: Answers = {}
    for line, entry in enumerate(state.entries, 1):
        if entry.get("event") != "wording":
            continue
        signal, digest, code = str(entry["signal"]), str(entry["digest"]), str(entry["code"])
        if code == WITHDRAWN:
            found.pop((signal, digest), None)
        else:
            found[signal, digest] = Answer(signal, digest, code, line)
    return found


def state_digest(home: Path) -> str:
    """Names the answers in force, whenever and by whom they were given."""
    lines = sorted(f"{a.signal} {a.digest} {a.code}" for a in answers(home).values())
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def answer(home: Path, *, signal: str, digest: str, code: str, who: str, why: str, clock: Clock) -> None:
    """Append an answer. Raises ValueError for what the vocabulary does not have or what lacks a name or reason."""
    if not _DIGEST.fullmatch(digest):
        raise ValueError(
            "a wording is named by its digest, 64 hexadecimal digits, as 'courttally review --list' prints it"
        )
    if code != WITHDRAWN and not answers_signal(signal, code):
        raise ValueError(f"'{code}' does not answer {signal}: use one of {', '.join(allowed(signal))}")
    if not who.strip() or not why.strip():
        raise ValueError("a decision needs who and why")
    entry = {
        "event": "wording",
        "signal": signal,
        "digest": digest,
        "code": code,
        "who": who.strip(),
        "why": why.strip(),
    }
    append_ledger(path(home), entry, clock)
