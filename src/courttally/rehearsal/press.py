"""Press releases of the simulated courts: the one place that tells a sentence.

Invariants: a release belongs to one verdict; what it says is drawn from the record alone, so the truth can repeat it;
the wording of the releases is the rehearsal's own and the names in them are invented.
"""

import random
from dataclasses import dataclass
from html import escape

from courttally.rehearsal.model import FIRST, Record, printed, workday
from courttally.rehearsal.render_primary import MARK
from courttally.rehearsal.shown import charges_on, is_refusal
from courttally.rehearsal.tables import term_of

SHARE = 300  # per ten thousand verdicts of the refusal articles


@dataclass(frozen=True, slots=True)
class Release:
    """One press release: what it is about, when it was posted, and the sentence it tells."""

    record: Record
    did: int
    posted: int
    title: str
    text: str
    months: int
    suspended: bool


def release_of(record: Record) -> Release | None:
    """The release about a record's verdict, where the court wrote one."""
    verdict = next((r for r in record.rulings if r.outcome == "verdict" and r.day), None)
    rng = random.Random(f"{record.ref}/press")
    if record.proceeding != FIRST or verdict is None or verdict.day is None or not is_refusal(record):
        return None
    charges = charges_on(record.slots[0], verdict.posted)
    if rng.randrange(10_000) >= SHARE or not charges or not charges[0].part or len(record.slots) > 1:
        return None
    lead = charges[0]
    most, least = term_of(lead.article, lead.part, record.received) or (24, 0)
    months = max(least, 6, most * rng.randrange(40, 90) // 100)
    suspended = rng.randrange(2) == 0
    words = f"лишения свободы на срок {_term(months)}" + (
        f" условно с испытательным сроком {_term(rng.choice((24, 36)))}"
        if suspended
        else " с отбыванием в колонии общего режима"
    )
    title = f"Вынесен приговор по ч. {lead.part} ст. {lead.article} УК РФ"
    text = (
        f"Военный суд {printed(verdict.day)} рассмотрел уголовное дело в отношении военнослужащего {record.slots[0].name}."
        f" Суд признал подсудимого виновным в преступлении, предусмотренном ч. {lead.part} ст. {lead.article} УК РФ,"
        f" и назначил ему наказание в виде {words}."
    )
    return Release(
        record,
        record.case_id % 100_000 + 1,
        workday(verdict.day + rng.randrange(1, 12)),
        title,
        text,
        months,
        suspended,
    )


def _term(months: int) -> str:
    years, rest = divmod(months, 12)
    words = []
    if years:
        words.append(f"{years} {'год' if years == 1 else 'года' if years < 5 else 'лет'}")
    if rest:
        words.append(f"{rest} {'месяц' if rest == 1 else 'месяца' if rest < 5 else 'месяцев'}")
    return " ".join(words)


def feed(releases: list[Release], title: str) -> str:
    """The list of releases, the newest first."""
    items = "".join(
        f"<div class='newsItem'><span>{printed(r.posted)}</span> <a href='/modules.php?name=press_dep&op=1&did={r.did}'>{escape(r.title)}</a></div>"
        for r in releases
    )
    return f"{MARK}<div id='content'><div class='title'>{title}</div>{items or 'Новостей нет'}</div>\n"


def item(release: Release) -> str:
    """One release."""
    return (
        f"{MARK}<div id='content'><table><tr><td id='tdNewsDetailedTitle'>{escape(release.title)}</td></tr>"
        f"<tr><td class='printVersionBody'><p>{escape(release.text)}</p></td></tr></table>"
        f"<div id='divNewsPublishInfo{release.did}'>опубликовано {printed(release.posted)} 12:00</div></div>\n"
    )
