"""The dialect of the court sites: addresses, kinds of page, tables, and the reading of one page into plain records.

``read(page)`` is a pure function: the request says what was asked for, the bytes are checked against it, and every
disagreement, unknown label or unread value is a signal. Names never leave this room: a cell that can hold one becomes
``⟦name⟧`` or ``⟦hidden⟧``.

May import ``courts`` and ``law``.
"""

from courttally.portal.lines import PageLines, text_at
from courttally.portal.model import READER_VERSION, Page, Reading
from courttally.portal.reader import read
from courttally.portal.texts import decision_text

__all__ = ["READER_VERSION", "Page", "PageLines", "Reading", "decision_text", "read", "text_at"]
