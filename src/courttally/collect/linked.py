"""Asking for the cases that only a link needs (`needs`), by their UID.

Invariants: what such a list shows covers no window and stands in no ledger, and what it does not show is no zero: it is asked for again in its turn.
"""

from __future__ import annotations

from collections.abc import Iterable

from courttally.archive import time_text
from courttally.collect.needs import Wanted
from courttally.collect.pace import moscow_day
from courttally.collect.queries import uid_url
from courttally.collect.scene import Scene
from courttally.collect.talk import Ask, Talk
from courttally.collect.windows import Ended, Window, is_captcha


def ask_wanted(scene: Scene, wanted: Iterable[Wanted]) -> Talk[None]:
    """Ask for what links need; a captcha, or a form that is not understood, ends it for tonight."""
    for one in wanted:
        form = scene.form(one.proceeding)
        answer = yield Ask(one.court, uid_url(scene.manner, form, one.uid), "linked")
        day = moscow_day(answer.at)
        if answer.kind == "listing" and answer.reading is not None:
            window = Window(one.court, one.proceeding, "uid", day, day)
            scene.book.rows(Ended(window, "partial", cases=answer.reading.cases), answer.at, one.uid)
            scene.book.court(one.court, last_good=time_text(answer.at), trouble="", trouble_at="")
        elif answer.kind != "no_data":
            if is_captcha(answer) or scene.refused(answer, answer.error or f"a list was answered by: {answer.kind}"):
                return
            continue
        scene.book.state.put_asked_uid(one.court, one.proceeding, one.uid, day.isoformat())
