"""The sidecar of a saved page: `PAGE.html.json` beside `PAGE.html`, what whoever saved it knows about the request.

Keys, all optional (null means the same as leaving it out): `court`, `url`, `method`, `status`, `fetched_at` (ISO 8601
with a zone). Invariant: a key or a value that is not understood makes the item a failure, named by its kind, never by
its text.
"""

import json
from dataclasses import dataclass
from datetime import datetime

from courttally.archive.capture import check_statement, parse_time

KEYS = ("court", "url", "method", "status", "fetched_at")
_LARGEST = 1 << 20


@dataclass(frozen=True, slots=True)
class Sidecar:
    """What a sidecar states; None where it says nothing."""

    court: str | None = None
    url: str | None = None
    method: str | None = None
    status: int | None = None
    fetched_at: datetime | None = None


def read_sidecar(data: bytes) -> Sidecar:
    """Read a sidecar. Raises ValueError that names the kind of value at fault."""
    if len(data) > _LARGEST:
        raise ValueError("the sidecar is larger than 1 MiB")
    try:
        stated = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_once)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError):
        raise ValueError("the sidecar is not JSON in UTF-8") from None
    if not isinstance(stated, dict):
        raise ValueError("the sidecar is not a JSON object")
    unknown = sum(key not in KEYS for key in stated)
    if unknown:
        raise ValueError(f"the sidecar has {unknown} unknown key(s); known are {', '.join(KEYS)}")
    texts: dict[str, str | None] = {}
    for key in ("court", "url", "method", "fetched_at"):
        value = stated.get(key)
        if value is not None and not isinstance(value, str):
            raise ValueError(f"the sidecar's {key} is not text")
        texts[key] = value
    status = stated.get("status")
    if status is not None and type(status) is not int:
        raise ValueError("the sidecar's status is not a whole number")
    method, fetched = texts["method"], texts["fetched_at"]
    try:
        fetched_at = None if fetched is None else parse_time(fetched)
        method = None if method is None else method.upper()
        check_statement(texts["url"], "GET" if method is None else method, status, fetched_at, texts["court"])
    except ValueError as problem:
        raise ValueError(f"the sidecar: {problem}") from None
    return Sidecar(texts["court"], texts["url"], method, status, fetched_at)


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("the sidecar has a key twice")
    return found
