"""Scopes: which articles, which parts, since when. Always three switches, always printed (counting rule 1)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from courttally.law.subjects import load_subject, subject_names

PARTS = ("all", "wartime", "unknown")
_ARTICLE = re.compile(r"\d{1,3}(\.\d{1,2})?")
SUBJECT = "refusal"


@dataclass(frozen=True, slots=True)
class Scope:
    """``articles`` None: every article, and records without any charge. ``since``: first received day, or None."""

    name: str
    articles: tuple[str, ...] | None
    parts: str = "all"
    since: date | None = None

    def as_json(self) -> dict[str, object]:
        """The scope as people script on it."""
        return {
            "name": self.name,
            "articles": list(self.articles) if self.articles is not None else "all",
            "parts": self.parts,
            "since": self.since.isoformat() if self.since else None,
        }

    def words(self) -> str:
        """The three switches in one phrase."""
        articles = "all articles" if self.articles is None else "articles " + ", ".join(self.articles)
        parts = {"all": "all parts", "wartime": "wartime parts", "unknown": "charges without a part"}[self.parts]
        since = f"received since {self.since.isoformat()}" if self.since else "no start date"
        return f"{articles}; {parts}; {since}"


def parse_scope(text: str, subject: str = SUBJECT) -> Scope:
    """A named scope (``refusal``, ``refusal-wartime``, ``all``) or ``articles=337,338;parts=wartime;since=2022-09-21``.

    Raises ValueError saying what is possible.
    """
    if text == "all":
        return Scope("all", None)
    known = load_subject(subject)
    if "=" not in text:
        names = [scope.name for scope in known.scopes]
        if text not in names:
            raise ValueError(f"no scope '{text}': use {', '.join([*names, 'all'])}, or articles=…;parts=…;since=…")
        named = known.scope(text)
        return Scope(named.name, named.articles, named.parts, named.since)
    articles: tuple[str, ...] | None = None
    parts, since = "all", None
    seen: set[str] = set()
    for piece in text.split(";"):
        key, _, value = piece.strip().partition("=")
        if key in seen:
            raise ValueError(f"a scope names '{key}' twice")
        seen.add(key)
        if key == "articles":
            articles = None if value == "all" else tuple(sorted({_article(item) for item in value.split(",")}))
        elif key == "parts":
            if value not in PARTS:
                raise ValueError(f"parts is one of {', '.join(PARTS)}")
            parts = value
        elif key == "since":
            try:
                since = date.fromisoformat(value)
            except ValueError:
                raise ValueError("since is a day such as 2022-09-21") from None
        else:
            raise ValueError("a scope is written articles=337,338;parts=wartime;since=2022-09-21")
    if "articles" not in seen:
        raise ValueError("a written scope names its articles: articles=337,338 or articles=all")
    return Scope("custom", articles, parts, since)


def article_order(scope: Scope) -> tuple[str, ...]:
    """The order that breaks ties of lead charges (counting rule 2): of the subject that holds all articles of the scope.

    The first subject's order stands for every scope that it holds, and for those that no subject does.
    """
    for name in (SUBJECT, *subject_names()):
        order = load_subject(name).article_order
        if scope.articles is not None and set(scope.articles) <= set(order):
            return order
    return load_subject(SUBJECT).article_order


def _article(text: str) -> str:
    text = text.strip()
    if not _ARTICLE.fullmatch(text):
        raise ValueError("an article is a number such as 337 or 352.1")
    return text
