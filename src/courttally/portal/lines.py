"""The way back: from a locator to the line on the page, as it stands there or with everything masked that may name a person.

Invariants: lines are found by the reader's own functions, so a locator means the same to both; ``masked`` shows only what the
cell's pattern or vocabulary accepts, names as their masks, anything else as ``⟦unread⟧``.
"""

from __future__ import annotations

from courttally import courts
from courttally.law import outcomes
from courttally.law.charges import parse_charges
from courttally.law.uid import parse_uid
from courttally.portal.card import heading_of, tables_in, tabs_of
from courttally.portal.cells import slots_of
from courttally.portal.export_row import is_export_row, text_of_row
from courttally.portal.kinds import open_page
from courttally.portal.model import Page
from courttally.portal.tables import Row, line_of, rows_of
from courttally.portal.values import mask_name, parse_day, parse_number

UNREAD = "⟦unread⟧"


def printable(text: str) -> str:
    """A text from a page as a terminal may show it: what would move a cursor, change a colour or turn the direction of writing is a mark."""
    return "".join(mark if mark.isprintable() or mark == " " else "\ufffd" for mark in text.replace("\n", " / "))


class PageLines:
    """One page, opened for looking up lines."""

    def __init__(self, page: Page) -> None:
        self._export = page if is_export_row(page) else None
        opened = open_page(page)
        self._marks, self._found = opened.marks, opened.found
        self._tables: dict[str, list[Row]] = {}

    def text(self, locator: str) -> str:
        """The text at ``locator`` as it stands on the page: for the eyes of whom the archive trusts.

        Raises KeyError when the page has no such place.
        """
        code, row, column = locator.rsplit(":", 2)
        if code == "heading":
            node = heading_of(self._marks) or self._marks.first("title", "name-instanse")
            if node is None:
                raise KeyError("this page has no heading")
            return line_of(node)
        try:
            if self._export is not None and code == "list":
                return text_of_row(self._export, int(row), int(column))
            return self._rows(code)[int(row)].texts[int(column)]
        except (IndexError, ValueError):
            raise KeyError(f"no such place on this page: {code} has no cell {row}:{column}") from None

    def label(self, locator: str) -> str:
        """The name of the column or field in which ``locator`` lies, "" where it has none. Raises KeyError as :meth:`text` does."""
        code, row, column = locator.rsplit(":", 2)
        if self._export is not None:
            return self.text(f"list:0:{column}")
        if code in ("heading", "tab", "acts"):
            return ""
        rows, at, index = self._rows(code), _number(row), _number(column)
        if not 0 <= at < len(rows):
            raise KeyError(f"no such place on this page: {code} has no row {row}")
        if len(rows[at].texts) == 2 and index == 1 and code in ("case", "lower"):
            return rows[at].texts[0]
        heads = next((each.texts for each in rows[:3] if len(each.texts) > max(index, 1)), [])
        return heads[index] if heads and heads is not rows[at].texts else ""

    def _rows(self, code: str) -> list[Row]:
        if code not in self._tables:
            rows = self._find(code)
            if rows is None:
                raise KeyError(f"no table '{code}' on this page, which is a {self._found.kind}")
            self._tables[code] = rows
        return self._tables[code]

    def _find(self, code: str) -> list[Row] | None:
        if code in ("list", "hearings"):
            return self._found.rows if self._found.kind == ("listing" if code == "list" else "hearing_list") else None
        for tab in tabs_of(self._marks) if self._found.kind == "card" else ():
            if tab.code == code and tab.node is not None:
                tables = tables_in(tab.node)
                return rows_of(tables[0]) if tables else None
        return None

    def masked(self, locator: str, field: str) -> str:
        """The text at ``locator``, a cell of ``field``, with names as masks and unaccepted text as ``⟦unread⟧``.

        Raises KeyError when the page has no such place, ValueError for a field that has no rule.
        """
        text = self.text(locator)
        match field:
            case "number":
                number = text.split("№", 1)[-1] if locator.startswith("heading") else text.replace("\n", " ")
                return number.strip() if parse_number(number) is not None else UNREAD
            case "received" | "result_date" | "in_force":
                day = parse_day(text)
                return text if day.value is not None or day.raw else UNREAD
            case "court":
                return text if courts.resolve_name(text.replace("\n", " ")) is not None else UNREAD
            case "uid":
                return text if parse_uid(text) is not None else UNREAD
            case "result":
                return _mask_result(text)
            case "charges":
                return _mask_charges(text)
            case "persons":
                return "; ".join(_mask_slot(name, charges) for name, charges in slots_of(text))
        raise ValueError(f"no rule for showing a cell of '{field}'")


def _number(text: str) -> int:
    """A row or column of a locator, -1 for what is none."""
    return int(text) if text.isascii() and text.isdigit() else -1


def _mask_result(text: str) -> str:
    match = outcomes.case_outcome(text)
    if match is None:
        return UNREAD
    if not match.ground_unmapped:
        return text.replace("\n", " / ")
    first = text.split("\n", 1)[0]
    return f"{first} / {UNREAD}" if "\n" in text and outcomes.case_outcome(first) else match.wording


def _mask_charges(text: str) -> str:
    return UNREAD if text and parse_charges(text).unparsed else text


def _mask_slot(name: str, charges: str) -> str:
    return " - ".join(part for part in (mask_name(name), _mask_charges(charges)) if part)


def text_at(page: Page, locator: str) -> str:
    """The text at one place of a page; see :meth:`PageLines.text`."""
    return PageLines(page).text(locator)
