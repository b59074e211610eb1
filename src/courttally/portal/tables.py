"""A page's bytes as text, and its tables as rows of cells.

Invariants: bytes are decoded by their content (strict UTF-8, else windows-1251), whatever header and meta say; a table's
rows are its direct rows that have cells, so a table nested in a cell is never mixed with its host; a cell's text joins its
text nodes with line breaks, so that ``<br>``-separated values never fuse. The same functions serve reading and
``text_at``: a locator found by one is found by the other.
"""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser, LexborNode

Cells = list[LexborNode]
_BREAK = "\x1f"
_CELLS = ("td", "th")


def decode(payload: bytes) -> tuple[str, bool]:
    """The text of a page, and whether bytes had to be replaced.

    Strict UTF-8 first: windows-1251 Cyrillic is never valid UTF-8 by chance in a page of any length, while header and meta
    are wrong on these sites and in saved pages. Byte 0x98, undefined in windows-1251, becomes U+0098 as browsers do.
    NUL bytes, which end a string in some parsers, become U+FFFD.
    """
    lossy = False
    try:
        text = payload.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = payload.decode("cp1251")
        except UnicodeDecodeError:
            text = payload.translate(_BYTE_98).decode("cp1251").replace("\x00", "\x98")
            return text, True
    if "\x00" in text:
        text = text.replace("\x00", "\ufffd")
        lossy = True
    return text, lossy


_BYTE_98 = bytes(0 if byte == 0x98 else (0x20 if byte == 0 else byte) for byte in range(256))


def rows_of(table: LexborNode) -> list[Cells]:
    """The rows of ``table`` that have cells, each as its direct cells. Unclosed rows and cells are the parser's to mend."""
    rows: list[Cells] = []
    section = table.child
    while section is not None:
        tag = section.tag
        if tag == "tr":
            _add_row(rows, section)
        elif tag in ("tbody", "thead", "tfoot"):
            row = section.child
            while row is not None:
                if row.tag == "tr":
                    _add_row(rows, row)
                row = row.next
        section = section.next
    return rows


def rows_of_row(row: LexborNode) -> Cells:
    """The direct cells of one row."""
    rows: list[Cells] = []
    _add_row(rows, row)
    return rows[0] if rows else []


def _add_row(rows: list[Cells], row: LexborNode) -> None:
    cells: Cells = []
    cell = row.child
    while cell is not None:
        if cell.tag in _CELLS:
            cells.append(cell)
        cell = cell.next
    if cells:
        rows.append(cells)


def text_of(node: LexborNode) -> str:
    """The text of a cell: white space folded, text nodes that a tag separates on lines of their own."""
    text = node.text(deep=True, separator=_BREAK)
    if _BREAK not in text:
        return " ".join(text.split())
    return "\n".join(folded for part in text.split(_BREAK) if (folded := " ".join(part.split())))


def line_of(node: LexborNode) -> str:
    """The text of a label or heading on one line."""
    return text_of(node).replace("\n", " ")


def parse(text: str) -> LexborHTMLParser:
    """The tree of a page. Lexbor mends what browsers mend and never raises on bad markup."""
    return LexborHTMLParser(text)
