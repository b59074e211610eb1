"""The ledger of issued figures: which question an id stands for.

``HOME/issued.jsonl``, append-only and hash-chained: one line for every answer that was printed, with its question and the ids and
values of its cells. An answer that is already there is not written again. A home that cannot be written is said, and its
figures cannot be traced later.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, cast

from courttally.archive import Clock
from courttally.archive.ledger import append_ledger, read_ledger
from courttally.figures.count import Figure, Question
from courttally.figures.scope import Scope


@dataclass(frozen=True, slots=True)
class Issued:
    """One figure as it was printed."""

    figure_id: str
    query_id: str
    value: int
    by: dict[str, str]
    question: Question


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


def issue(home: Path, figures: Sequence[Figure], clock: Clock) -> None:
    """Append an answer to the ledger unless it is there already. Raises OSError where the home cannot be written."""
    if not figures:
        return
    entry = {
        "question": _question_json(figures[0].question, figures[0].as_of),
        "figures": [[figure.figure_id, figure.query_id, figure.value, figure.by] for figure in figures],
    }
    for known in read_ledger(_path(home)).entries:
        if known.get("question") == entry["question"] and known.get("figures") == entry["figures"]:
            return
    append_ledger(_path(home), entry, clock)


def find(home: Path, figure_id: str) -> Issued | None:
    """The question and value that ``figure_id`` was issued for, or None. Raises ValueError when the ledger is broken."""
    state = read_ledger(_path(home))
    if state.broken is not None:
        line, what = state.broken
        raise ValueError(f"issued.jsonl is broken at line {line}: {what}")
    for entry in reversed(state.entries):
        for known_id, query_id, value, by in cast(
            "list[tuple[str, str, int, dict[str, str]]]", entry.get("figures", [])
        ):
            if known_id == figure_id:
                return Issued(known_id, query_id, value, dict(by), _question(cast("dict[str, Any]", entry["question"])))
    return None
