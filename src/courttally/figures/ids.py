"""The ids of questions and answers.

Invariants: ``query_id`` is a digest of the canonical JSON of one cell's question, ``figure_id`` of that id, the value, the unit and the sorted keys
behind it; the same on any machine. Ids were issued with this form: it does not change.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import date

from courttally.figures.metrics import Metric
from courttally.figures.question import Question


def ids_of(
    metric: Metric, question: Question, as_of: date, by: dict[str, str], value: int | str, keys: Sequence[str]
) -> tuple[str, str]:
    """The id of a cell's question, and of its answer. ``keys`` are sorted."""
    scope = question.scope
    asked = {
        "metric": metric.id,
        "version": metric.version,
        "scope": {
            "articles": sorted(scope.articles) if scope.articles is not None else "all",
            "parts": scope.parts,
            "since": scope.since.isoformat() if scope.since else None,
        },
        "attribution": question.attribution,
        "where": dict(question.where),
        "by": by,
        "from": question.first_day.isoformat() if question.first_day else None,
        "to": question.last_day.isoformat() if question.last_day else None,
        "as_of": as_of.isoformat(),
    }
    query_id = "q-" + sha(_canonical(asked))[:16]
    behind = sha("\n".join(keys))
    return query_id, "f-" + sha(_canonical([query_id, value, metric.unit, behind]))[:16]


def _canonical(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def sha(text: str) -> str:
    """SHA-256 of a text, in hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()
