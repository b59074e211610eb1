"""A page's bytes as UTF-8, and its tables as rows of cells.

Invariants: bytes are decoded by their content (strict UTF-8, else windows-1251), whatever header and meta say; a table's
rows are its direct rows that have cells, so a table nested in a cell is never mixed with its host; a cell's text joins its
text nodes with line breaks, so that ``<br>``-separated values never fuse. The same functions serve reading and
``text_at``: a locator found by one is found by the other.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

_BREAK = "\x1f"
# The character of every byte. 0x98 is the one that windows-1251 leaves undefined.
_CP1251 = bytes(range(256)).decode("cp1251", "replace").replace("\ufffd", "\x98")
_CELLS = ("td", "th")
# Long pages are mostly scripts in ASCII, which need no decoding: pieces of these sizes are looked at one by one.
_PIECE = 4096
_SMALL_PIECE = 512
_LONGEST_CHARACTER = 4
"""Bytes; a character may be cut at the end of a piece."""


def to_utf8(payload: bytes) -> tuple[bytes, bool]:
    """The page in UTF-8, and whether bytes had to be replaced.

    Strict UTF-8 first: windows-1251 Cyrillic is never valid UTF-8 by chance in a page of any length, while header and meta
    are wrong on these sites and in saved pages. Byte 0x98, undefined in windows-1251, becomes U+0098 as browsers do.
    NUL bytes, which end a string in some parsers, become U+FFFD.
    """
    data, lossy = payload, False
    if not payload.isascii():
        if _is_utf8(payload):
            data = payload.removeprefix(codecs.BOM_UTF8)
        else:
            lossy = b"\x98" in payload
            data = _from_cp1251(payload)
    if b"\x00" in data:
        data, lossy = data.replace(b"\x00", "\ufffd".encode()), True
    return data, lossy


def _is_utf8(payload: bytes) -> bool:
    """Whether bytes that are not ASCII are valid UTF-8. The first piece that is not ASCII nearly always says no."""
    for at in range(0, len(payload), _PIECE):
        piece = payload[at : at + _PIECE]
        if not piece.isascii():
            try:
                piece.decode()
            except UnicodeDecodeError as error:
                if error.start < len(piece) - _LONGEST_CHARACTER:
                    return False
            break
    try:
        payload.decode()
    except UnicodeDecodeError:
        return False
    return True


def _from_cp1251(payload: bytes) -> bytes:
    if len(payload) <= _PIECE:
        return _piece(payload)
    parts: list[bytes] = []
    for at in range(0, len(payload), _PIECE):
        piece = payload[at : at + _PIECE]
        if piece.isascii():
            parts.append(piece)
            continue
        for start in range(0, len(piece), _SMALL_PIECE):
            small = piece[start : start + _SMALL_PIECE]
            parts.append(small if small.isascii() else _piece(small))
    return b"".join(parts)


def _piece(piece: bytes) -> bytes:
    return codecs.charmap_decode(piece, "strict", _CP1251)[0].encode()


def decode(payload: bytes) -> tuple[str, bool]:
    """The page as text, and whether bytes had to be replaced."""
    data, lossy = to_utf8(payload)
    return data.decode(), lossy


class Row:
    """One row of a table: the texts of its cells, and how many of the cells are headings (``th``)."""

    __slots__ = ("_at", "_links", "_nodes", "_places", "heads", "texts")

    def __init__(
        self, texts: list[str], heads: int, nodes: list[LexborNode], at: int, places: list[int], links: dict[int, int]
    ) -> None:
        self.texts = texts
        self.heads = heads
        # Where in ``nodes``, from ``at`` on, each cell stands, and the first link of each cell that has one.
        self._nodes = nodes
        self._at = at
        self._places = places
        self._links = links

    def link(self, index: int) -> str:
        """The address of the first link of a cell, "" where it has none."""
        place = self._links.get(index)
        return (self._nodes[self._at + place].attributes.get("href") or "") if place is not None else ""

    def links(self) -> Iterator[str]:
        """The first links of the cells, in their order."""
        return map(self.link, self._links)

    def style(self, index: int) -> str:
        """The style that the tag of a cell carries, "" where it has none."""
        return self._nodes[self._at + self._places[index]].attributes.get("style") or ""


def _tag_ids() -> dict[str, int]:
    """The parser's own numbers of the tags that make a table, which differ between its versions."""
    page = LexborHTMLParser(
        "<table><caption>-</caption><tr><th><a>-</a></th><td><script></script><style></style><template></template></td></tr></table>"
    )
    return (
        {node.tag or "": node.tag_id for node in page.root.traverse(include_text=True)} if page.root is not None else {}
    )


_TAG = _tag_ids()
_TEXT = _TAG["-text"]
# The shape of a table: one letter for each of its nodes, in their order. Any other tag is "x".
_LETTERS = {"-text": b"t", "tr": b"r", "td": b"d", "th": b"h", "a": b"a"}
_IRREGULAR = ("table", "caption", "script", "style", "template")
_SHAPE = bytearray(b"x" * 256)
for _name, _letter in (*_LETTERS.items(), *((name, b"!") for name in _IRREGULAR)):
    _SHAPE[_TAG[_name]] = _letter[0]
# Between the texts of a table: a character that is no character, and no white space either.
_SEPARATOR = "\uffff"


@dataclass(frozen=True, slots=True)
class _Plan:
    """How the nodes of a row make its cells. Rows of one shape are taken apart alike, whatever they say."""

    cells: tuple[int, ...]
    """The number of each cell's text among the row's, -1 for none or several."""
    several: tuple[tuple[int, int, int], ...]
    """(cell, first text, behind the last) of the cells that have several."""
    places: list[int]
    links: dict[int, int]
    heads: int
    texts: int


_MOST_PLANS = 4096
_LONGEST_PLAN = 200
_plans: dict[bytes, _Plan] = {}


def _plan_of(shape: bytes) -> _Plan:
    known = _plans.get(shape)
    if known is not None:
        return known
    plan = _plan(shape)
    if len(_plans) < _MOST_PLANS and len(shape) <= _LONGEST_PLAN:
        _plans[shape] = plan
    return plan


def _plan(shape: bytes) -> _Plan:
    places: list[int] = []
    firsts: list[int] = []
    links: dict[int, int] = {}
    texts = heads = 0
    for place, letter in enumerate(shape):
        if letter == _T:
            texts += 1
        elif letter in (_D, _H):
            heads += letter == _H
            places.append(place)
            firsts.append(texts)
        elif letter == _A and places:
            links.setdefault(len(places) - 1, place)
    spans = list(zip(firsts, [*firsts[1:], texts], strict=False))  # a row without cells has no spans
    return _Plan(
        cells=tuple(first if last - first == 1 else -1 for first, last in spans),
        several=tuple((cell, first, last) for cell, (first, last) in enumerate(spans) if last - first > 1),
        places=places,
        links=links,
        heads=heads,
        texts=texts,
    )


_T, _D, _H, _A = b"tdha"


def rows_of(table: LexborNode) -> list[Row]:
    """The rows of ``table`` that have cells, with their direct cells. Unclosed rows and cells are the parser's to mend.

    One walk over a plain table, whose texts are taken at once; a table that holds another one, a caption or a script is
    taken apart step by step.
    """
    nodes = list(table.traverse(include_text=True, skip_empty=True))
    tags = [node.tag_id for node in nodes]
    try:
        shape = bytes(tags).translate(_SHAPE)
    except ValueError:  # a tag of the page's own invention
        shape = bytes([tag if tag < len(_SHAPE) else 0 for tag in tags]).translate(_SHAPE)
    text = table.text(deep=True, separator=_SEPARATOR, skip_empty=True)
    said = [line.strip() for line in " ".join(text.split()).split(_SEPARATOR)] if text else []
    # The first node is the table itself.
    if b"!" in shape[1:] or shape.count(b"t") != len(said):
        return _rows_step_by_step(table)
    rows: list[Row] = []
    at = spoken = 0
    for part in shape.split(b"r"):
        plan = _plan_of(part)
        if plan.places:
            texts = [said[spoken + cell] if cell >= 0 else "" for cell in plan.cells]
            for cell, first, last in plan.several:
                texts[cell] = "\n".join([line for line in said[spoken + first : spoken + last] if line])
            rows.append(Row(texts, plan.heads, nodes, at, plan.places, plan.links))
        spoken += plan.texts
        at += len(part) + 1
    return rows


def _rows_step_by_step(table: LexborNode) -> list[Row]:
    rows: list[Row] = []
    for section in children(table):
        tag = section.tag
        if tag == "tr":
            _add_row(rows, section)
        elif tag in ("tbody", "thead", "tfoot"):
            for row in children(section):
                if row.tag == "tr":
                    _add_row(rows, row)
    return rows


def _add_row(rows: list[Row], row: LexborNode) -> None:
    cells = [cell for cell in children(row) if cell.tag in _CELLS]
    if cells:
        nodes = [*cells]
        links: dict[int, int] = {}
        for index, cell in enumerate(cells):
            link = cell.css_first("a")
            if link is not None:
                links[index] = len(nodes)
                nodes.append(link)
        heads = sum(cell.tag == "th" for cell in cells)
        rows.append(Row([text_of(cell) for cell in cells], heads, nodes, 0, [*range(len(cells))], links))


def children(node: LexborNode) -> Iterator[LexborNode]:
    """The direct children of a node."""
    child = node.child
    while child is not None:
        yield child
        child = child.next


def text_of(node: LexborNode) -> str:
    """The text of a node: white space folded, text nodes that a tag separates on lines of their own."""
    text = node.text(deep=True, separator=_BREAK)
    if _BREAK not in text:
        return " ".join(text.split())
    return "\n".join([folded for part in text.split(_BREAK) if (folded := " ".join(part.split()))])


def line_of(node: LexborNode) -> str:
    """The text of a label or heading on one line."""
    return text_of(node).replace("\n", " ")


def text_up_to(node: LexborNode, limit: int) -> str:
    """The text of a node on one line, or more than ``limit`` characters of it: a long content is not gone through for
    nothing."""
    parts: list[str] = []
    length = 0
    for each in node.traverse(include_text=True):
        if each.tag_id == _TEXT:
            folded = " ".join((each.text_content or "").split())
            if folded:
                parts.append(folded)
                length += len(folded) + 1
                if length > limit + 1:
                    break
    return " ".join(parts)


def parse(data: bytes) -> LexborHTMLParser:
    """The tree of a page in UTF-8. Lexbor mends what browsers mend and never raises on bad markup."""
    return LexborHTMLParser(data)
