"""The brief: the short report that a newsroom would write, in English or Russian, every number with its figure.

Invariants: pure functions of a registry as of a day; the same registry and day give the same text. The public form prints only what the
public table of :mod:`courttally.publish.tiers` prints: months and articles that the release shows, totals through :func:`tiers.shown`, no
courts, persons, outcomes or estimates: it is made from a frozen release. Simulated data says so first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from courttally.courts import first_instance_courts
from courttally.figures.counted import Counted
from courttally.figures.desk import Desk
from courttally.figures.headline import Engine, Snapshot, headline, is_simulated
from courttally.figures.scope import SUBJECT, parse_scope
from courttally.figures.worked import Answer
from courttally.law.subjects import Subject, load_subject
from courttally.publish import brief_sections as write
from courttally.publish.brief_facts import Public, Section, Sentence, Sheet
from courttally.publish.brief_pace import pace
from courttally.publish.brief_words import LANGUAGES, day_words, listed, month_words, number_words, phrase
from courttally.publish.frozen import Release
from courttally.publish.tiers import SCOPE


@dataclass(frozen=True, slots=True)
class Brief:
    """A brief before it is laid out. ``notes``: the footnote of each mark, from 1."""

    lang: str
    title: str
    as_of: date
    simulated: bool
    public: bool
    opening: tuple[str, ...]
    sections: tuple[Section, ...]
    notes: tuple[str, ...]
    answers: tuple[Answer, ...]


Quote = tuple[str, str, str]
"""Publisher, day as printed (or empty), quoted words: what others stated."""


def make_brief(
    engine: Engine,
    snapshot: Snapshot,
    as_of: date | None = None,
    *,
    lang: str = "en",
    subject: str = SUBJECT,
    released: Release | None = None,
    context: Sequence[Quote] = (),
) -> Brief:
    """A brief as of a day. ``released``: the frozen release of that day; then the brief is for the public, and tells what it told.

    Raises ValueError for a language or subject that is not there, an empty registry, or a release that the registry no longer bears out.
    """
    if lang not in LANGUAGES:
        raise ValueError("a brief is written in 'en' or 'ru'")
    public = released is not None
    told = load_subject(subject)
    scope = parse_scope(told.headline_scope, subject)
    if public and scope.name != SCOPE:
        raise ValueError(f"the public table has scope {SCOPE}: a brief of another subject is for internal use")
    desk = Desk(Counted(engine, snapshot, as_of))
    sheet = Sheet(desk, scope, lang, public=public)
    simulated = is_simulated(engine)
    sections = _sections(
        sheet, told, _told(engine, snapshot, desk.as_of, told, released) if released is not None else None
    )
    if context:
        told_by = [sheet.say("claim", item=True, publisher=p, day=d or phrase("text", "undated_claim", lang), quote=q) for p, d, q in context]  # fmt: skip
        sections.insert(-1, Section(phrase("title", "context", lang), told_by))
    name = told.title_en if lang == "en" else told.title_ru
    opening = [phrase("text", "simulated", lang)] if simulated else []
    opening.append(phrase("text", "public" if public else "restricted", lang))
    return Brief(
        lang, phrase("title", "brief", lang).format(title=name), desk.as_of, simulated, public, tuple(opening),
        tuple(section for section in sections if section.sentences),
        tuple(map(sheet.note, sheet.answers)), tuple(sheet.answers),
    )  # fmt: skip


def _told(engine: Engine, snapshot: Snapshot, as_of: date, subject: Subject, released: Release) -> Public:
    """What a release lets the public see. Raises ValueError where the registry no longer says what the release said."""
    found = headline(engine, snapshot, as_of, subject.id)
    if released.told.as_of != as_of.isoformat() or not released.holds(found.cells, found.n_matters):
        raise ValueError(
            f"the registry counts otherwise than the release of {released.told.as_of} did: publish a later day, and write its brief"
        )
    shown = released.told.printed
    months = {row.first: row for row in shown.parts if row.first == row.last and row.total[0] is not None}
    whole = [row for row in (*shown.sums, *shown.parts) if row.by_article is not None and not row.as_of]
    # An article's total is printed only where the split rows, sums before parts, cover the whole time once.
    covered: dict[str, int] = dict.fromkeys(shown.articles, 0)
    reached = shown.months[0] if shown.months else ""
    complete = bool(shown.months)
    for part in shown.parts:
        if part.first < reached:
            continue
        row = next((item for item in whole if item.first == part.first), None)
        if row is None or row.by_article is None:
            complete = False
            break
        for article, pair in zip(shown.articles, row.by_article, strict=True):
            covered[article] += pair[0] or 0
        reached = _next(row.last)
    return Public(
        months={month: row.total[0] or 0 for month, row in months.items() if not row.as_of},
        shown={month: row.total[0] or 0 for month, row in months.items()},
        articles=covered if complete else {},
        cases=None if released.told.totals[0] is not None else released.told.shown[0],
        matters=released.told.beside["matters"] is not None,
        finished=released.told.totals[1],
    )


def _next(month: str) -> str:
    year, number = int(month[:4]), int(month[5:])
    return f"{year + number // 12:04d}-{number % 12 + 1:02d}"


def _sections(sheet: Sheet, subject: Subject, printed: Public | None) -> list[Section]:
    lang = sheet.lang

    def section(name: str, sentences: list[Sentence]) -> Section:
        return Section(phrase("title", name, lang), sentences)

    first = section("headline", write.headline(sheet, subject, printed))
    unknown = section("unknown", [sheet.say(f"unknown_{n}", item=True) for n in range(1, 5)])
    if not sheet.desk.cases(sheet.scope):
        return [first, section("hidden", _coverage(sheet)), unknown]
    months = printed.months if printed is not None else None
    found = [
        first,
        section("growth", write.growth(sheet, months)),
        section("articles", write.articles(sheet, subject, printed.articles if printed is not None else None)),
        section("finished", write.finished(sheet, printed)),
        section("pace", pace(sheet, printed)),
    ]
    if printed is None:
        found += [section("courts", write.compared(sheet)), section("sentences", write.sentences(sheet))]
    hidden = _lateness(sheet)
    if printed is None:
        hidden += _estimates(sheet) + _lives(sheet) + write.stated_beside(sheet)
    return [*found, section("hidden", hidden + _coverage(sheet)), unknown]


def _lateness(sheet: Sheet) -> list[Sentence]:
    through = sheet.worked("complete_through")
    if not through:
        return [sheet.say("no_complete")]
    month = str(through[0].value)
    words = sheet.marked(month_words(month, sheet.lang), through[0])
    return [sheet.say("complete", month=words, month_acc=sheet.marked(month_words(month, sheet.lang, "acc"), through[0]))]  # fmt: skip


def _estimates(sheet: Sheet) -> list[Sentence]:
    lang, found = sheet.lang, []
    monthly = sheet.many("cases_received", "month")
    for cell in sheet.worked("nowcast_received"):
        month = cell.by["month"]
        low, high = _ends(str(cell.value))
        if month not in monthly:
            continue
        found.append(
            sheet.say("nowcast", item=True, month=month_words(month, lang), month_acc=month_words(month, lang, "acc"),
                      n=sheet.number(monthly[month]), span=sheet.marked(_span(low, high, lang), cell))
        )  # fmt: skip
    missing = sheet.worked("numbers_missing")
    spans = {cell.by["mechanism"]: cell for cell in sheet.worked("missing_in_scope")}
    if missing and int(missing[0].value) and spans:
        low, high = _ends(str(spans["widest"].value))
        at_low, at_high = _ends(str(spans["at random"].value))
        found.append(
            sheet.say("gaps", n=sheet.number(missing[0], int(missing[0].value)), low=number_words(low, lang),
                      high=sheet.marked(number_words(high, lang), spans["widest"]), at_low=number_words(at_low, lang),
                      at_high=sheet.marked(number_words(at_high, lang), spans["at random"]))
        )  # fmt: skip
    return found


def _span(low: int, high: int, lang: str) -> str:
    """A range in words; one number where its ends meet."""
    name = "span" if low < high else "span_one"
    return phrase("text", name, lang).format(low=number_words(low, lang), high=number_words(high, lang))


def _ends(text: str) -> tuple[int, int]:
    low, _, high = text.partition("-")
    return int(low), int(high)


def _lives(sheet: Sheet) -> list[Sentence]:
    """Quashed, tried anew, and articles that changed; vanished cases once the registry concludes them."""
    found = []
    for cell in sheet.worked("quashed"):
        if int(cell.value):
            found.append(sheet.say("quashed", n=sheet.number(cell, int(cell.value))))
    for cell in sheet.worked("retried"):
        if int(cell.value):
            found.append(sheet.say("retried", n=sheet.number(cell, int(cell.value))))
    changes = sheet.worked("requalified")
    if changes:
        pieces = [
            phrase("text", "change", sheet.lang).format(old=c.by["from"], new=c.by["to"], n=sheet.number(c, int(c.value)))
            for c in changes
        ]  # fmt: skip
        found.append(sheet.say("requalified", list=listed(pieces, sheet.lang)))
    shown = sheet.worked("visible_now")
    gone = next((cell for cell in shown if cell.by == {"state": "vanished"}), None)
    if gone is not None:
        n = int(gone.value)
        found.append(sheet.say("vanished", n=sheet.number(gone, n), verb_be="is" if n == 1 else "are"))
    else:
        found.append(sheet.say("none_vanished" if shown else "unvanished"))
    return found


def _coverage(sheet: Sheet) -> list[Sentence]:
    known = sheet.desk.counted.known()
    late = [sheet.say("later", day=day_words(known, sheet.lang))] if known < sheet.desk.as_of else []
    covered = sheet.desk.coverage(sheet.scope)
    partial = len(covered.partial)
    none = len(first_instance_courts()) - len(covered.complete) - partial
    if not partial and not none:
        return [*late, sheet.say("all_covered")]
    (figure,) = sheet.worked("courts_covered")
    pieces = [
        phrase("text", name, sheet.lang).format(n=write.Plain(n, sheet.lang, sheet.mark(figure)))
        for name, n in (("partial", partial), ("none", none))
        if n
    ]
    joint = " and " if sheet.lang == "en" else "; "
    return [*late, sheet.say("not_covered", list=joint.join(pieces))]


def as_of_words(brief: Brief) -> str:
    """The line under the title."""
    day = day_words(brief.as_of, brief.lang)
    return f"As of {day}" if brief.lang == "en" else f"По состоянию на {day}"
