"""Texts of decisions and press items: described by place, length and digest, and handed out only to be read at once.

Invariant: ``decision_text`` is the one way to a text, and nothing of what it gives may be stored (law 8 of the house): the
reading of sentences takes it in memory and keeps codes.
"""

from __future__ import annotations

from selectolax.lexbor import LexborNode

from courttally.law.text import normalise
from courttally.portal.card import describe, document_bodies, document_kind, tabs_of
from courttally.portal.cells import UNMAPPED, Notes, described
from courttally.portal.export_row import decision_of_row, is_export_row
from courttally.portal.headings import facts_of_press, head_of_act
from courttally.portal.kinds import Marks, open_page
from courttally.portal.model import Day, Page, PressSeen, Reading
from courttally.portal.tables import line_of, text_up_to
from courttally.portal.values import parse_day, parse_published
from courttally.portal.vocabulary import DOCUMENT_KINDS

_HEAD = 600
"""A decision names its kind within its first characters."""
_BLOCKS = frozenset(
    {"p", "div", "br", "hr", "pre", "center", "blockquote", "section", "article", "h1", "h2", "h3", "h4", "h5", "h6"}
    | {"table", "tbody", "tr", "td", "th", "ul", "ol", "li", "dd", "dt"}
)
_SILENT = frozenset({"script", "style", "template", "noscript", "title"})


def read_decision(reading: Reading, node: LexborNode, payload: bytes, notes: Notes) -> None:
    """A decision on a page of its own."""
    kind = kind_of_text(node)
    if not kind:
        notes.add("document_kind_unmapped", ("acts", 1, 0), text_up_to(node, _HEAD)[:_HEAD])
    offset = max(payload.find(b"id='content'"), payload.find(b'id="content"'), payload.find(b"id=content"), 0)
    document, head = describe(1, kind or UNMAPPED, offset, node), head_of_act(paragraphs(node))
    document.number, document.earlier, document.uid = head.number, head.earlier, head.uid
    document.day, document.court = head.day, head.court
    reading.documents = [document]


def kind_of_text(node: LexborNode) -> str:
    """The kind of a decision by the first of its lines that is nothing but the name of a kind («П Р И Г О В О Р» too), "" if none is."""
    for line in paragraphs(node)[:20]:
        words = normalise(line).strip(" .:")
        kind = DOCUMENT_KINDS.get(words) or DOCUMENT_KINDS.get(words.replace(" ", ""))
        if kind:
            return kind
    return ""


def read_press(reading: Reading, marks: Marks, payload: bytes, notes: Notes) -> None:
    """A press item: its day from the line that says when it was posted."""
    title, body = marks.ids.get("tdNewsDetailedTitle"), marks.first("printVersionBody")
    posted = next((node for name, node in marks.ids.items() if name.startswith("divNewsPublishInfo")), None)
    if body is None:
        notes.add("press_body_missing")
    published = Day()
    line = line_of(posted) if posted is not None else ""
    stamps = parse_published(line)
    if stamps is not None:
        published = Day(stamps[0].date())
        reading.published, reading.changed = stamps
    elif line:
        published = next((day for word in line.split() if (day := parse_day(word.strip(",;."))).value), Day())
    if published.value is None:
        notes.add("press_date_missing")
    notes.seen(published.value)
    length, sha = described(line_of(body) if body is not None else "")
    number, decided = facts_of_press([line for node in (title, body) if node is not None for line in paragraphs(node)])
    title_length, title_sha = described(line_of(title) if title is not None else "")
    reading.press = [
        PressSeen(
            published=published,
            title_length=title_length,
            title_digest=title_sha,
            offset=max(payload.find(b"printVersionBody"), 0),
            length=length,
            digest=sha,
            number=number,
            decided=decided,
        )
    ]


def decision_text(page: Page) -> list[tuple[str, str]]:
    """The texts of the decisions on a page as (kind, text), paragraphs on lines of their own; a press item has the kind ``press``.

    For reading at once and never for storing.
    """
    if is_export_row(page):
        return decision_of_row(page)
    opened = open_page(page)
    marks, found = opened.marks, opened.found
    if found.kind == "card":
        return [
            (document_kind(label) or UNMAPPED, "\n".join(paragraphs(body)))
            for tab in tabs_of(marks)
            if tab.code == "acts"
            for _, label, _, body in document_bodies(tab)
            if body is not None
        ]
    if found.kind == "decision" and found.node is not None:
        return [(kind_of_text(found.node) or UNMAPPED, "\n".join(paragraphs(found.node)))]
    if found.kind == "press_item":
        nodes = [marks.ids.get("tdNewsDetailedTitle"), marks.first("printVersionBody")]
        return [("press", "\n".join(line for node in nodes if node is not None for line in paragraphs(node)))]
    return []


def paragraphs(node: LexborNode) -> list[str]:
    """The text of a node by paragraphs: a block begins a line, an inline tag does not break a word."""
    pieces: list[str] = []
    for each in node.traverse(include_text=True):
        before = each.prev
        if before is not None and before.tag in _BLOCKS:
            pieces.append("\n")
        if each.is_text_node:
            parent = each.parent
            if parent is None or parent.tag not in _SILENT:
                pieces.append((each.text_content or "").replace("\n", " "))
        elif each.tag in _BLOCKS:
            pieces.append("\n")
    return [line for part in "".join(pieces).split("\n") if (line := " ".join(part.split()))]
