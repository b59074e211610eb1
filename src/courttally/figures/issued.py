"""The ledger of issued figures: which question an id stands for.

``HOME/issued.jsonl``, append-only and hash-chained: one line for every answer that was printed, with its question, the ids and
values of its cells, and the digests of captures, rules and decisions that it rested on. An answer that is already there is not written again. A home that cannot be written is said, and its
figures cannot be traced later.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Protocol, cast

from courttally.archive import Clock
from courttally.archive.ledger import append_ledger, read_ledger
from courttally.figures.question import Question
from courttally.figures.scope import Scope


class Answer(Protocol):
    """A figure, counted or worked out."""

    @property
    def question(self) -> Question: ...
    @property
    def as_of(self) -> date: ...
    @property
    def by(self) -> dict[str, str]: ...
    @property
    def value(self) -> int | str: ...
    @property
    def query_id(self) -> str: ...
    @property
    def figure_id(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Issued:
    """One figure as it was printed; ``state``: the snapshot's digests then, empty for one issued before they were kept."""

    figure_id: str
    query_id: str
    value: int | str
    by: dict[str, str]
    question: Question
    state: dict[str, str]


def _path(home: Path) -> Path:
    return home / "issued.jsonl"


def _question_json(question: Question, as_of: date) -> dict[str, Any]:
    scope = question.scope
    return {
        "metric": question.metric,
        "scope": {
            "name": scope.name,
            "articles": list(scope.articles) if scope.articles is not None else None,
            "parts": scope.parts,
            "since": scope.since.isoformat() if scope.since else None,
        },
        "attribution": question.attribution,
        "by": list(question.by),
        "where": dict(question.where),
        "from": question.first_day.isoformat() if question.first_day else None,
        "to": question.last_day.isoformat() if question.last_day else None,
        "as_of": as_of.isoformat(),
    }


def _question(stored: dict[str, Any]) -> Question:
    scope = stored["scope"]
    articles = scope["articles"]
    return Question(
        stored["metric"],
        Scope(scope["name"], None if articles is None else tuple(articles), scope["parts"], _day(scope["since"])),
        stored["attribution"],
        tuple(stored["by"]),
        stored["where"],
        _day(stored["from"]),
        _day(stored["to"]),
        _day(stored["as_of"]),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


STATE = ("captures_digest", "redactions", "rules", "decisions", "judgements", "key")
"""Keys of a snapshot's manifest that a figure rests on: what was captured and what was taken out again, the rules it was read by, what people
answered and judged, whether names were compared."""


def state_of(manifest: Mapping[str, Any]) -> dict[str, str]:
    """The digests that say why a figure may come out differently later."""
    return {name: str(manifest[name]) for name in STATE if name in manifest}


def issue(home: Path, answers: Sequence[Answer], clock: Clock, manifest: Mapping[str, Any] | None = None) -> None:
    """Append answers to the ledger, one entry a question, unless they are there already with the same state.

    Raises OSError where the home cannot be written.
    """
    entries: dict[str, dict[str, Any]] = {}
    for answer in answers:
        question = _question_json(answer.question, answer.as_of)
        entry = entries.setdefault(json.dumps(question, sort_keys=True), {"question": question, "figures": []})
        entry["figures"].append([answer.figure_id, answer.query_id, answer.value, answer.by])
    if not entries:
        return
    state = state_of(manifest or {})
    held = {
        json.dumps([known.get("question"), known.get("figures"), known.get("state", {})], sort_keys=True)
        for known in read_ledger(_path(home)).entries
    }
    for entry in entries.values():
        if json.dumps([entry["question"], entry["figures"], state], sort_keys=True) not in held:
            append_ledger(_path(home), {**entry, "state": state} if state else entry, clock)


def find(home: Path, figure_id: str) -> Issued | None:
    """The question and value that ``figure_id`` was issued for, or None. Raises ValueError when the ledger is broken."""
    state = read_ledger(_path(home))
    if state.broken is not None:
        line, what = state.broken
        raise ValueError(f"issued.jsonl is broken at line {line}: {what}")
    for entry in reversed(state.entries):
        for known_id, query_id, value, by in cast(
            "list[tuple[str, str, int | str, dict[str, str]]]", entry.get("figures", [])
        ):
            if known_id == figure_id:
                stored = cast("dict[str, Any]", entry["question"])
                rested = cast("dict[str, str]", entry.get("state", {}))
                return Issued(known_id, query_id, value, dict(by), _question(stored), dict(rested))
    return None
