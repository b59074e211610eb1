"""The way back: from a locator to the line on the page, as it stands there or with everything masked that may name a person.

Invariants: lines are found by the reader's own functions, so a locator means the same to both; ``masked`` shows only what the
cell's pattern or vocabulary accepts, names as their masks, anything else as ``⟦unread⟧``.
"""

from __future__ import annotations

from selectolax.lexbor import LexborNode

from courttally.law import outcomes
from courttally.law.charges import parse_charges
from courttally.law.uid import parse_uid
from courttally.portal.addresses import parse_request
from courttally.portal.card import tabs_of
from courttally.portal.cells import slots_of
from courttally.portal.kinds import classify
from courttally.portal.model import Page
from courttally.portal.tables import Cells, decode, line_of, parse, rows_of, text_of
from courttally.portal.values import mask_name, parse_day, parse_number

UNREAD = "⟦unread⟧"


class PageLines:
    """One page, opened for looking up lines."""

    def __init__(self, page: Page) -> None:
        text, _ = decode(page.payload)
        self._tree = parse(text)
        self._found = classify(page, text, self._tree, parse_request(page.url) if page.url else None)
        self._tables: dict[str, list[Cells]] = {}

    def text(self, locator: str) -> str:
        """The text at ``locator`` as it stands on the page: for the eyes of whom the archive trusts.

        Raises KeyError when the page has no such place.
        """
        code, row, column = locator.rsplit(":", 2)
        if code == "heading":
            node = self._tree.css_first(".casenumber") or self._tree.css_first(".title")
            if node is None:
                raise KeyError("this page has no heading")
            return line_of(node)
        try:
            return text_of(self._rows(code)[int(row)][int(column)])
        except (IndexError, ValueError):
            raise KeyError(f"no such place on this page: {code} has no cell {row}:{column}") from None

    def _rows(self, code: str) -> list[Cells]:
        if code not in self._tables:
            table = self._table(code)
            if table is None:
                raise KeyError(f"no table '{code}' on this page, which is a {self._found.kind}")
            self._tables[code] = rows_of(table)
        return self._tables[code]

    def _table(self, code: str) -> LexborNode | None:
        node = self._found.node
        if node is None:
            return None
        if code == "list":
            return node if self._found.kind == "listing" else None
        for name, _, tab in tabs_of(node):
            if name == code:
                return tab.css_first("table")
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
            case "received" | "result_date":
                day = parse_day(text)
                return text if day.value is not None or day.raw else UNREAD
            case "uid":
                return text if parse_uid(text) is not None else UNREAD
            case "result":
                return _mask_result(text)
            case "charges":
                return _mask_charges(text)
            case "persons":
                return "; ".join(_mask_slot(name, charges) for name, charges in slots_of(text))
        raise ValueError(f"no rule for showing a cell of '{field}'")


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
