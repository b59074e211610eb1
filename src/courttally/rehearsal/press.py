"""Press releases of the simulated courts: they tell a sentence in a few lines.

Invariants: a release belongs to one verdict of one accused; the sentence it tells is `sentences`', so a decision about the same case
tells the same; the wording of the releases is the rehearsal's own and the names in them are invented.
"""

import random
from dataclasses import dataclass
from html import escape

from courttally.courts import by_code
from courttally.rehearsal.model import FIRST, Record, printed, workday
from courttally.rehearsal.render_primary import MARK
from courttally.rehearsal.sentences import ACQUITTED, Sentence, sentence_of
from courttally.rehearsal.shown import charges_on, is_refusal
from courttally.rehearsal.verdicts import Words, charges_words, penalty

SHARE = 300  # per ten thousand verdicts of the refusal articles


@dataclass(frozen=True, slots=True)
class Release:
    """One press release: what it is about, when it was posted, and the sentence it tells."""

    record: Record
    did: int
    posted: int
    title: str
    text: str
    sentence: Sentence


def release_of(record: Record) -> Release | None:
    """The release about a record's verdict, where the court wrote one."""
    verdict = next((r for r in record.rulings if r.outcome == "verdict" and r.day), None)
    rng = random.Random(f"{record.ref}/press")
    if record.proceeding != FIRST or verdict is None or verdict.day is None or not is_refusal(record):
        return None
    charges = charges_on(record.slots[0], verdict.posted)
    if rng.randrange(10_000) >= SHARE or not charges or not charges[0].part or len(record.slots) > 1:
        return None
    sentence = sentence_of(record, 0)
    if sentence is None or sentence.kind == ACQUITTED:
        return None
    words = Words(record, "press")
    court = by_code(record.court)
    said = penalty(words, sentence)
    if sentence.suspended:
        said += words.choose("press", "suspended").format(probation=words.term(sentence.probation))
    told = charges_words(charges)
    text = words.choose("press", "body").format(
        court=court.name_ru if court else record.court,
        day=printed(verdict.day),
        name=record.slots[0].name,
        charges=told,
        penalty=said,
    )
    return Release(
        record,
        record.case_id % 100_000 + 1,
        workday(verdict.day + rng.randrange(1, 12)),
        words.choose("press", "title").format(charges=told),
        text,
        sentence,
    )


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
