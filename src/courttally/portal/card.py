"""Reading a case card of any of the three skins.

Invariants: tabs are found by their text, fields and columns by their labels; every label, column and tab is read, listed
as ignored in ``vocabulary.py`` or a signal; the text of decisions is never read, only its place, length and digest. VNKOD and
the mixed skin print every table again, for small screens and for paper: read is the table that stands directly in the
container of its tab; the other printings stand in boxes of their own, and no row is ever dropped for being like another.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from selectolax.lexbor import LexborNode

from courttally.law.text import normalise
from courttally.portal import cells as read
from courttally.portal import sections
from courttally.portal.addresses import Request, parse_act_link, parse_uid_link
from courttally.portal.cells import Notes, described_long
from courttally.portal.kinds import Marks
from courttally.portal.model import CaseSeen, DocumentSeen, Reading
from courttally.portal.tables import Row, ends_in_table, line_of, tables_under
from courttally.portal.upper import about
from courttally.portal.values import parse_number, parse_published
from courttally.portal.vocabulary import CASE_LABELS, DOCUMENT_KINDS, LOWER_LABELS, TABS, UPPER, fold_label

_NUMBER_MARK = re.compile(r"(?:дело|материал)\s*(?:n|no)?\s*")
_DOCUMENT_TITLE = re.compile(r"судебный акт\s*#?\s*\d*\s*(?:\((.*)\))?")
_DOCUMENT_TAB = re.compile(r"tab_id_Document(\d{1,4})")
# Boxes in which VNKOD prints a table once more.
_PRINTED_AGAIN = ("mobile", "printVersion")
_NESTED_TABLES = 8
_ACT_LINKS = 20
_NESTING = 50


@dataclass(slots=True)
class Tab:
    """One tab: the code of its table ("" when its name is not known), its label, its place among the tabs, its container."""

    code: str
    label: str
    number: int
    node: LexborNode | None


def read_card(
    reading: Reading, marks: Marks, payload: bytes, data: bytes, box: int, request: Request | None, notes: Notes
) -> None:
    """Fill ``reading`` with the one case of a card; the bytes of its box begin at ``box`` of the payload, ``data`` is what was parsed."""
    case = CaseSeen(row=0)
    stamps, tabs = _stamps(marks), tabs_of(marks)
    last = _last_shown(tabs) if stamps is None else 0
    cut_at = last if last and ends_in_table(data) else 0
    if request is not None and request.name_op in ("case", ""):
        case.case_id, case.guid, case.srv_num = request.case_id, request.guid, request.srv_num
    _heading(case, marks, notes)
    for place, tab in enumerate(tabs, 1):
        if tab.node is None:
            # The labels come first on a card: a label without its container is a card cut short.
            notes.add("tab_missing", ("tab", tab.number, 0), tab.label)
            reading.cut = True
        elif place == cut_at and tab.code != "acts":
            notes.add("page_cut_off", ("tab", tab.number, 0))  # half a table says nothing of the other half
        elif tab.code == "acts":
            case.documents = [*(case.documents or ()), *_documents(tab, payload, box, notes)]
            case.act_ids = tuple(dict.fromkeys((*case.act_ids, *_act_ids(tab.node))))
        elif tab.code:
            held = _read_tab(reading, marks, case, tab, notes)
            reading.cut = reading.cut or (place == last and not held)
        else:
            notes.add("tab_unknown", ("tab", tab.number, 0), tab.label)
    if request is None or case.case_id is None:
        notes.add("card_without_address")
    if stamps is not None:
        _published(reading, stamps, notes)
    elif reading.engine != "vnkod":
        # The stamp is the last thing on a card: without it the page may be cut off. VNKOD has none.
        notes.add("card_end_missing")
        reading.cut = reading.cut or bool(
            case.documents
        )  # a decision's text is the only thing that ends without a table
    reading.cut = reading.cut or cut_at > 0
    if reading.proceeding in UPPER and reading.branch == "criminal":
        case.about = about(case.number, case.lower_number, [slot.material or "" for slot in case.accused or ()])
    reading.cases.append(case)
    reading.rows_read = 1


def tabs_of(marks: Marks) -> list[Tab]:
    """The card's tabs in their order. A tab of one decision (VNKOD has one for each) is of the code ``acts``."""
    found: list[Tab] = []
    for node in marks.tabs:
        name = node.id or ""
        if name.startswith("tab_id_"):
            container = marks.ids.get("tab_content_" + name[7:])
            document = _DOCUMENT_TAB.fullmatch(name)
            number = int(document[1]) if document else len(found) + 1
        elif name.startswith("tab") and not name.startswith("tab_"):
            # The number is the page's own only where it is one; its place among the tabs serves as well.
            usual = name[3:].isascii() and name[3:].isdigit() and len(name) <= 6
            container, document = marks.ids.get("cont" + name[3:]), None
            number = int(name[3:]) if usual else len(found) + 1
        else:
            continue  # the inner tabs of decisions are tab_docK and belong to the tab of acts
        label = line_of(node)
        code = "acts" if document else TABS.get(fold_label(label), "")
        found.append(Tab(code, label, number, container))
    return found


def tables_in(container: LexborNode) -> list[LexborNode]:
    """The tables of a tab without their further printings."""
    return tables_under(container) or list(_deeper_tables(container))


def _deeper_tables(container: LexborNode) -> Iterator[LexborNode]:
    for table in container.css("table")[:_NESTED_TABLES]:
        box = table.parent
        for _ in range(_NESTING):
            if box is None or box.mem_id == container.mem_id:
                yield table
                break
            if box.tag == "table" or any(mark in (box.attributes.get("class") or "") for mark in _PRINTED_AGAIN):
                break
            box = box.parent


def _read_tab(reading: Reading, marks: Marks, case: CaseSeen, tab: Tab, notes: Notes) -> bool:
    """Read the table of a tab; whether there is one."""
    tables = tables_in(tab.node) if tab.node is not None else []
    if not tables:
        notes.add("tab_without_table", (tab.code, 0, 0))
        return False
    if len(tables) > 1:
        notes.add("table_extra", (tab.code, 0, 0))
    _TABLES[tab.code](reading, case, marks.rows(tables[0]), tab.code, notes)
    return True


def _heading(case: CaseSeen, marks: Marks, notes: Notes) -> None:
    node = heading_of(marks)
    text = line_of(node) if node is not None else ""
    _, sign, number_text = text.partition("№")
    if not sign:
        mark = _NUMBER_MARK.match(normalise(text))
        number_text = text[mark.end() :] if mark else text
    text = number_text.strip()
    number = parse_number(text)
    if number is not None:
        case.number, case.earlier = number
    elif text:
        notes.add("number_unread", ("heading", 0, 0), text)
    else:
        notes.add("number_missing", ("heading", 0, 0))


def heading_of(marks: Marks) -> LexborNode | None:
    """The node that holds the case number of a card."""
    return marks.first("casenumber", "case-num")


def _last_shown(tabs: list[Tab]) -> int:
    """The place, from 1, of the last tab whose content is there; 0 without any. On a page that was cut off it is the one that was cut."""
    return max((place for place, tab in enumerate(tabs, 1) if tab.node is not None), default=0)


def _stamps(marks: Marks) -> tuple[datetime, datetime | None] | None:
    """When the card was published and changed, None where it does not say."""
    node = marks.first("publishInfo")
    return parse_published(line_of(node)) if node is not None else None


def _published(reading: Reading, stamps: tuple[datetime, datetime | None], notes: Notes) -> None:
    reading.published, reading.changed = stamps
    notes.seen(reading.published.date())
    if reading.changed is not None:
        notes.seen(reading.changed.date())


def _case(reading: Reading, case: CaseSeen, rows: list[Row], code: str, notes: Notes) -> None:
    sections.read_pairs(code, CASE_LABELS, reading, case, rows, notes)


def _lower(reading: Reading, case: CaseSeen, rows: list[Row], code: str, notes: Notes) -> None:
    sections.read_pairs(code, LOWER_LABELS, reading, case, rows, notes)


_TABLES: dict[str, Callable[[Reading, CaseSeen, list[Row], str, Notes], None]] = {
    "case": _case,
    "lower": _lower,
    "events": sections.read_events,
    "persons": sections.read_people,
    "parties": sections.read_people,
    "writs": sections.read_writs,
    "complaints": sections.read_complaints,
}


def document_bodies(tab: Tab) -> Iterator[tuple[int, str, str, LexborNode | None]]:
    """(number, label, id, node) of every decision in a tab of decisions."""
    node = tab.node
    if node is None:
        return
    name = node.id or ""
    if name.startswith("tab_content_"):
        yield tab.number, tab.label, name, node
        return
    for label in node.css("ul.tabs > li"):
        number = (label.id or "").removeprefix("tab_doc")
        if number.isascii() and number.isdigit() and len(number) <= 4:
            name = f"cont_doc{number}"
            yield int(number), line_of(label), name, node.css_first(f"#{name}")


def document_kind(label: str) -> str:
    """The code of the kind of decision that a tab's label names, "" when it is not known."""
    title = _DOCUMENT_TITLE.fullmatch(normalise(label))
    return DOCUMENT_KINDS.get((title[1] or "").strip(), "") if title else ""


def _act_ids(node: LexborNode) -> list[int]:
    links = node.css('a[href*="name_op=doc"]')[:_ACT_LINKS]
    return [found for link in links if (found := parse_act_link(link.attributes.get("href") or "")) is not None]


def _documents(tab: Tab, payload: bytes, box: int, notes: Notes) -> list[DocumentSeen]:
    documents: list[DocumentSeen] = []
    for number, label, name, body in document_bodies(tab):
        place = ("acts", number, 0)
        if body is None:
            notes.add("document_missing", place)
            continue
        kind = document_kind(label)
        if not kind:
            notes.add("document_kind_unmapped", place, label)
        documents.append(describe(number, kind or read.UNMAPPED, max(payload.find(name.encode(), box), 0), body))
    return documents


def describe(number: int, kind: str, offset: int, body: LexborNode) -> DocumentSeen:
    """Place, length and digest of a text that stays in the archive; every tag counts as a space."""
    length, sha = described_long(body.text(deep=True, separator=" "))
    return DocumentSeen(number, kind, offset, length, sha)


def pair_on_card(marks: Marks) -> tuple[int | None, int | None, str | None, str]:
    """(delo_id, new, court code, spelling) that the card's own UID link names, where the request does not say."""
    container = marks.ids.get("cont1") or marks.ids.get("tab_content_Case")
    first = container.css_first("a[href]") if container is not None else None
    if container is None or first is None:
        return None, None, None, ""
    named = _named_by(first)
    if named is None:
        named = next((found for link in container.css("a[href]") if (found := _named_by(link))), None)
    return named or (None, None, None, "")


def _named_by(link: LexborNode) -> tuple[int | None, int | None, str | None, str] | None:
    named = parse_uid_link(link.attributes.get("href") or "")
    return named if named[0] is not None or named[2] is not None else None
