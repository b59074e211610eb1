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
# Long pages are mostly scripts in ASCII, which need no decoding: pieces of this size are looked at one by one.
_PIECE = 8192
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
            whole = data.decode("utf-8", "ignore").encode() if data[-1:] >= b"\x80" else data
            data, lossy = whole, len(whole) != len(data)
        else:
            lossy = b"\x98" in payload
            data = from_cp1251(payload)
    if b"\x00" in data:
        data, lossy = data.replace(b"\x00", "\ufffd".encode()), True
    return data, lossy


def is_cp1251(payload: bytes) -> bool:
    """Whether ``to_utf8`` takes a page for windows-1251 and changes no byte on the way (ASCII is both)."""
    return b"\x00" not in payload and (payload.isascii() or not _is_utf8(payload))


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
    except UnicodeDecodeError as error:
        # A page that was cut off may end in the middle of a character; all the others still say what they are written in.
        return error.reason == "unexpected end of data" and not payload[: error.start].isascii()
    return True


def ends_in_table(data: bytes) -> bool:
    """Whether a page's bytes end inside a table: its last one is not closed, and nothing that closes the page follows.

    Who forgets to close a table, but closes the page, forgot it; a browser shows such a page whole.
    """
    rest = data[max(data.rfind(b"</table"), 0) :].lower()
    return rest.rfind(b"<table") > rest.rfind(b"</table") and b"</body" not in rest and b"</html" not in rest


def lacks_its_end(data: bytes) -> bool:
    """Whether bytes begin like a whole page and do not end like one, or there are none."""
    return not data.strip() or (b"<html" in data[:_PIECE].lower() and b"</html" not in data[-_PIECE:].lower())


def from_cp1251(payload: bytes) -> bytes:
    """Bytes in windows-1251 as UTF-8; 0x98 becomes U+0098."""
    pieces = [payload[at : at + _PIECE] for at in range(0, len(payload), _PIECE)]
    return b"".join(
        [each if each.isascii() else codecs.charmap_decode(each, "strict", _CP1251)[0].encode() for each in pieces]
    )


def decode(payload: bytes) -> tuple[str, bool]:
    """The page as text, and whether bytes had to be replaced."""
    data, lossy = to_utf8(payload)
    return data.decode(), lossy


@dataclass(slots=True)
class Row:
    """One row of a table: the texts of its cells, how many of them are headings (``th``), the first link of the cells that
    have one, and the cells."""

    texts: list[str]
    heads: int
    links: dict[int, str]
    nodes: list[LexborNode]

    def style(self, index: int) -> str:
        """The style that the tag of a cell carries, "" where it has none."""
        return self.nodes[index].attributes.get("style") or ""


def _tag_ids() -> dict[str, int]:
    """The parser's own numbers of the tags that make a table, which differ between its versions."""
    page = LexborHTMLParser(
        "<table><caption>-</caption><tr><th><a>-</a></th><td><script></script><style></style><template></template></td></tr></table>"
    )
    return (
        {node.tag or "": node.tag_id for node in page.root.traverse(include_text=True)} if page.root is not None else {}
    )


_TAG = _tag_ids()
_TEXT, _TABLE, _TR, _TH, _TD, _A = (_TAG[tag] for tag in ("-text", "table", "tr", "th", "td", "a"))
_IRREGULAR = frozenset(_TAG[tag] for tag in ("table", "caption", "script", "style", "template"))


def rows_of(table: LexborNode) -> list[Row]:
    """The rows of ``table`` that have cells, with their direct cells. Unclosed rows and cells are the parser's to mend.

    One walk over a plain table, which keeps no node but cells: what a walk leaves behind costs more than the walk. A table that
    holds another one, a caption or a script is taken apart step by step.
    """
    rows: list[Row] = []
    texts: list[str] = []
    cells: list[LexborNode] = []
    links: dict[int, str] = {}
    broken: dict[int, list[str]] = {}  # the lines of cells that have several, which are few
    heads = 0
    nodes = table.traverse(include_text=True, skip_empty=True)
    next(nodes)  # the table itself
    for node in nodes:
        tag = node.tag_id
        if tag == _TEXT:
            if not texts:
                continue
            line = " ".join((node.text_content or "").split())
            if not line:
                continue  # no-break spaces alone
            if not texts[-1]:
                texts[-1] = line
            else:
                broken.setdefault(len(texts) - 1, [texts[-1]]).append(line)
        elif tag == _TD or tag == _TH:  # noqa: SIM109 - a tuple costs a third more, and this runs for every cell
            texts.append("")
            cells.append(node)
            if tag == _TH:
                heads += 1
        elif tag == _A:
            if texts:
                links.setdefault(len(texts) - 1, node.attributes.get("href") or "")
        elif tag == _TR:
            if texts:
                rows.append(_row(texts, cells, links, heads, broken))
                texts, cells, links, heads = [], [], {}, 0
        elif tag in _IRREGULAR:
            return _rows_step_by_step(table)
    if texts:
        rows.append(_row(texts, cells, links, heads, broken))
    return rows


def _row(
    texts: list[str], cells: list[LexborNode], links: dict[int, str], heads: int, broken: dict[int, list[str]]
) -> Row:
    if broken:
        for index, lines in broken.items():
            texts[index] = "\n".join(lines)
        broken.clear()
    return Row(texts, heads, links, cells)


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
        links = {index: link for index, cell in enumerate(cells) if (link := _first_link(cell))}
        rows.append(Row([text_of(cell) for cell in cells], sum(cell.tag == "th" for cell in cells), links, cells))


def _first_link(cell: LexborNode) -> str:
    link = cell.css_first("a")
    return (link.attributes.get("href") or "") if link is not None else ""


def children(node: LexborNode) -> Iterator[LexborNode]:
    """The direct children of a node, texts too."""
    return node.iter(include_text=True)


def tables_under(node: LexborNode) -> list[LexborNode]:
    """The tables that are direct children of a node."""
    return [child for child in node.iter() if child.tag_id == _TABLE]


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
    """The text of a node on one line, or more than ``limit`` characters of it: a long content is not folded for nothing."""
    # So many words and the spaces between them are longer than the limit; the rest behind them may stay as it is.
    return " ".join(node.text(deep=True, separator=" ").split(maxsplit=limit // 2 + 1))[: limit + 1]


def parse(data: bytes) -> LexborHTMLParser:
    """The tree of a page in UTF-8. Lexbor mends what browsers mend and never raises on bad markup."""
    return LexborHTMLParser(data)
