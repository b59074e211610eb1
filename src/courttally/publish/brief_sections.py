"""The sections of a brief: headline, growth, articles, what was finished, pace, courts, sentences, what is hidden.

Invariants: each writer asks its sheet for figures and says nothing that no figure shows; what the registry does not hold is said to be
missing, or left out; persons and cases never meet in one ratio. Words are in ``brief.toml``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from courttally import courts
from courttally.courts import first_instance_courts
from courttally.figures import series
from courttally.figures.comparing import FEWEST
from courttally.figures.count import Figure
from courttally.figures.scope import Scope
from courttally.figures.shares import per_cent
from courttally.figures.worked import Answer, same_age
from courttally.law.subjects import Subject
from courttally.publish.brief_facts import Public, Sentence, Sheet
from courttally.publish.brief_words import (
    day_words,
    during,
    growth_words,
    listed,
    noun,
    number_words,
    phrase,
)

FINISHED = ("verdict", "terminated", "returned", "transferred", "medical", "joined", "other", "unmapped")
OPEN = ("pending", "stayed")
FEW = 20
"""Cases in the earlier period below which a change is chance and gets no word of growth."""
COMPARED = ("terminated", "returned", "transferred")
MOST = 5


def headline(sheet: Sheet, subject: Subject, public: Public | None) -> list[Sentence]:
    """The sentence of counting rule 8, and what stands beside it."""
    lang, scope = sheet.lang, sheet.scope
    cases, matters = sheet.one("cases_received"), sheet.one("matters")
    as_of = day_words(sheet.desk.counted.known(), lang)
    limits: dict[str, Any] = {
        "since": day_words(scope.since, lang) if scope.since else "",
        "articles": listed([article_words(subject, number, lang) for number in scope.articles or ()], lang),
        "parts": phrase("text", f"parts_{scope.parts}", lang),
    }
    if not cases.value:
        return [sheet.say("nothing" if scope.since else "nothing_ever", as_of=day_words(sheet.desk.as_of, lang), **limits)]  # fmt: skip
    # A total that may not be told anew is the one on the page, and no figure of this registry.
    told = Plain(public.cases, lang) if public is not None and public.cases is not None else sheet.number(cases)
    found = [sheet.say("total" if scope.since else "total_ever", cases=told, **limits)]
    if public is not None:
        found += [sheet.say("beside_public", matters=sheet.number(matters))] if public.matters else []
    else:
        net = sheet.number(matters)
        between = ""
        if matters.fewest is not None and matters.most is not None and matters.fewest < matters.most:
            ends = {"low": number_words(matters.fewest, lang), "high": number_words(matters.most, lang)}
            between = phrase("text", "between", lang).format(**ends)
        found.append(sheet.say("beside", matters=net, between=between, accused=sheet.number(sheet.one("accused"))))
    (covered,) = sheet.worked("courts_covered")
    complete = len(sheet.desk.coverage(scope).complete)
    k = f"{number_words(complete, lang)}{sheet.mark(covered)}"
    found.append(sheet.say("coverage", as_of=as_of, k=k, n=Plain(len(first_instance_courts()), lang)))
    return [*found, sheet.say("accusation")]


class Plain:
    """A number that is no figure of its own: how many courts there are, days of a month. ``mark``: of a figure that it follows from."""

    def __init__(self, value: int, lang: str, mark: str = "") -> None:
        self.value, self.lang, self.mark = value, lang, mark

    def __format__(self, spec: str) -> str:
        name, _, case = spec.partition(".")
        text = number_words(self.value, self.lang)
        return (f"{text}\u00a0{noun(name, self.value, self.lang, case)}" if name else text) + self.mark


def article_words(subject: Subject, number: str, lang: str) -> str:
    """``337 (AWOL)``; the number alone for an article that the subject does not name."""
    for article in subject.articles:
        if article.number == number:
            return f"{number} ({article.headline_en if lang == 'en' else article.headline_ru})"
    return number


def growth(sheet: Sheet, printed: Mapping[str, int] | None) -> list[Sentence]:
    """The running total a year before, whole calendar years, and the months of this year against those of the last.

    ``printed``: months whose numbers the public may see; None where all may be told.
    """
    found = []
    # The public sees one as-of day: two days' numbers of the same months would tell what came between, case by case.
    then = same_age(sheet.desk, sheet.scope) if printed is None else None
    if then is not None:
        before = then.counted.figure(sheet.question("cases_received"))
        if before.value:
            day = day_words(then.as_of, sheet.lang)
            found.append(sheet.say("stock_before", day=day, n=sheet.number(before)))
    through = sheet.desk.complete_through(sheet.scope)
    known = [month for month, _ in sheet.desk.monthly("cases_received", sheet.scope)]
    pairs = _periods(known, through)
    for first, last in pairs:
        if printed is None or all(
            m in printed for m in (*series.months(first, last), *series.months(_before(first), _before(last)))
        ):
            found.append(_growth(sheet, first, last, then.as_of if then is not None else None))
    return found or [sheet.say("no_growth")]


def _before(month: str) -> str:
    return series.shift(month, -12)


def _periods(known: list[str], through: str | None) -> list[tuple[str, str]]:
    """The last whole year and the year so far, where the months a year before are complete too; else the longest run of months."""
    if through is None:
        return []
    last_year = f"{int(through[:4]) - (0 if through.endswith('-12') else 1)}"
    wanted = [(f"{last_year}-01", f"{last_year}-12")]
    if not through.endswith("-12"):
        wanted.append((f"{through[:4]}-01", through))
    held = set(known)

    def comparable(first: str, last: str) -> bool:
        return held.issuperset(series.months(first, last)) and held.issuperset(series.months(_before(first), _before(last)))  # fmt: skip

    found = [pair for pair in wanted if comparable(*pair)]
    if not found:
        # A registry that began within a year: the longest run of months up to the last complete one.
        runs = ((series.shift(through, -back), through) for back in range(11, -1, -1))
        found = [pair for pair in runs if comparable(*pair)][:1]
    return found


def _growth(sheet: Sheet, first: str, last: str, then: date | None) -> Sentence:
    """One period against the same months a year before; as known on ``then``, at the same age of data, where the registry is old enough."""
    same = then is not None
    now = _period(sheet, first, last, sheet.desk.as_of)
    before = _period(sheet, _before(first), _before(last), then or sheet.desk.as_of)
    if not before.value:
        return sheet.say("no_growth")
    if before.value < FEW:
        return sheet.say(
            "growth_few", now=sheet.number(now), before=sheet.number(before), period=during(first, last, sheet.lang),
            period_before=during(_before(first), _before(last), sheet.lang),
            age=phrase("text", "age_same" if same else "age_complete", sheet.lang),
        )  # fmt: skip
    held = (
        sheet.worked("received_against_year_before", where={"age": "same" if same else "complete"}, first_day=series.first_day(first),
                     last_day=series.last_day(last))
    )  # fmt: skip
    slots: dict[str, Any] = {
        "period": during(first, last, sheet.lang),
        "period_before": during(_before(first), _before(last), sheet.lang),
        "now": sheet.number(now),
        "before": sheet.number(before),
        "growth": growth_words(now.value, before.value, sheet.lang) + (sheet.mark(held[0]) if held else ""),
        "age": phrase("text", "age_same" if same else "age_complete", sheet.lang),
    }
    if now.value * 100 >= before.value * 145:
        return sheet.say("growth", ratio=number_words(Decimal(series.ratio(now.value, before.value)), sheet.lang), **slots)  # fmt: skip
    return sheet.say("growth_same", **slots)


def _period(sheet: Sheet, first: str, last: str, as_of: date) -> Figure:
    question = sheet.question("cases_received", first_day=series.first_day(first), last_day=series.last_day(last))
    return sheet.desk.counted.at(as_of).figure(question)


def articles(sheet: Sheet, subject: Subject, printed: Mapping[str, int] | None) -> list[Sentence]:
    """Cases received by lead article, each with its share. ``printed``: articles whose totals the public may see."""
    by_article = sheet.many("cases_received", "article")
    total = sum(figure.value for figure in by_article.values())
    found = []
    for article, figure in sorted(by_article.items(), key=lambda item: -item[1].value):
        words = article_words(subject, article, sheet.lang)
        if printed is None:
            share = number_words(Decimal(per_cent(figure.value, total)), sheet.lang)
            found.append(sheet.say("article", item=True, words=words, n=sheet.number(figure), share=share))
        elif article in printed:
            found.append(sheet.say("article_public", item=True, words=words, n=sheet.number(figure)))
    return [sheet.say("lead"), *found] if found else []


def finished(sheet: Sheet, public: Public | None) -> list[Sentence]:
    """How cases ended, what is open, persons with a verdict, and how long it took."""
    as_of = day_words(sheet.desk.counted.known(), sheet.lang)
    if public is not None:
        # Of a known day only, as on the page: with the others, their number would follow, and it can be small.
        dated = sheet.one("cases_finished", last_day=sheet.desk.as_of)
        if public.finished is None or dated.value != public.finished:
            return []
        return [sheet.say("finished_public", finished=sheet.number(dated), as_of=as_of)]
    total = sheet.one("cases_finished")
    by_outcome = sheet.many("cases_received", "outcome")

    def told(names: tuple[str, ...]) -> str:
        pieces = [
            phrase("text", "of_outcome", sheet.lang).format(
                n=sheet.number(by_outcome[name]), words=phrase("outcome", name, sheet.lang)
            )
            for name in names
            if name in by_outcome
        ]
        return listed(pieces, sheet.lang) or "0"

    opened = sheet.one("cases_open")
    if not total.value:
        return [sheet.say("finished_none", as_of=as_of, states=told(OPEN))]
    slots: dict[str, Any] = {"finished": sheet.number(total), "as_of": as_of, "outcomes": told(FINISHED)}
    if opened.value:
        found = [sheet.say("finished", open=sheet.number(opened), states=told(OPEN), **slots)]
    else:
        found = [sheet.say("finished_all", **slots)]
    verdicts = sheet.many("verdicts", "article")
    pieces = [
        phrase("text", "verdict_article", sheet.lang).format(article=article, n=sheet.number(figure))
        for article, figure in sorted(verdicts.items(), key=lambda item: -item[1].value)
    ]
    if pieces:
        # A case can hold a verdict of one man and end otherwise for the rest: then these are more than the cases that ended so.
        whole = "verdict" in by_outcome and sum(f.value for f in verdicts.values()) == by_outcome["verdict"].value
        found.append(
            sheet.say("verdict_articles" if whole else "verdict_articles_some", list=listed(pieces, sheet.lang))
        )
    persons = sheet.one("accused_with_verdict")
    if persons.value:
        found.append(sheet.say("persons", n=sheet.number(persons)))
    return found + _time(sheet)


WITHIN = 180


def _time(sheet: Sheet) -> list[Sentence]:
    shares = sheet.worked("time_to_finish", where={"outcome": "verdict", "within": str(WITHIN)})
    if not shares:
        return []  # nobody has waited so long yet
    median = sheet.worked("time_to_finish", where={"outcome": "verdict", "share": "50"})
    days = sheet.number(median[0], int(median[0].value)) if median else None
    share = number_words(decimal_of(shares[0]), sheet.lang) + sheet.mark(shares[0])
    if days is None:
        return [sheet.say("time_share", within=WITHIN, share=share)]
    return [sheet.say("time_median", days=days, within=WITHIN, share=share)]


def decimal_of(answer: Answer) -> Decimal:
    """A worked-out value as the number that it is."""
    return Decimal(answer.value)


def compared(sheet: Sheet) -> list[Sentence]:
    """The courts and regions with the most cases, and courts whose outcomes chance does not explain."""
    lang = sheet.lang

    def most(found: Mapping[str, Figure]) -> list[tuple[str, Figure]]:
        """The largest, down to the fifth; of equals at the border none, for nothing tells which of them to name."""
        ordered = sorted(found.items(), key=lambda item: (-item[1].value, item[0]))
        border = ordered[MOST][1].value if len(ordered) > MOST else 0
        return [item for item in ordered[:MOST] if item[1].value > border]

    by_court, by_region = sheet.many("cases_received", "court"), sheet.many("cases_received", "region")
    if not by_court:
        return []
    seats: dict[str, int] = {}
    for code in by_court:
        region = courts.region_of(code)
        seats[region] = seats.get(region, 0) + 1
    named = [phrase("text", "court", lang).format(name=courts.label(code, lang), n=sheet.number(figure)) for code, figure in most(by_court)]  # fmt: skip
    placed = [
        phrase("text", "region", lang).format(
            name=courts.region_label(region, lang), n=sheet.number(figure), courts=Plain(seats.get(region, 0), lang)
        )
        for region, figure in most(by_region)
    ]
    found = [sheet.say("courts_most", list=listed(named, lang))] if named else []
    if placed:
        found += [sheet.say("regions_most", list=listed(placed, lang)), sheet.say("seat")]
    outliers: list[Sentence] = []
    if sum(figure.value >= FEWEST for figure in sheet.many("cases_finished", "court").values()) < 3:
        return found
    for outcome in COMPARED:
        cells = sheet.worked("court_outlier", where={"outcome": outcome})
        if not cells:
            continue
        part = sheet.one("cases_finished", where={"outcome": outcome})
        whole = sheet.one("cases_finished")
        share_all = number_words(Decimal(per_cent(part.value, whole.value)), lang)
        for cell in cells:
            outliers.append(
                sheet.say(f"outlier_{cell.by['side']}", item=True, name=courts.label(cell.by["court"], lang),
                          share=number_words(decimal_of(cell), lang) + sheet.mark(cell), outcome=phrase("share_of", outcome, lang), all=share_all)
            )  # fmt: skip
    return found + (outliers or [sheet.say("outlier_none")])


def sentences(sheet: Sheet) -> list[Sentence]:
    """Known sentences, never without how many are known and what the unknown could change."""
    known, everyone = sheet.one("sentences_known"), sheet.one("accused_with_verdict")
    if not known.value:
        return [sheet.say("sentences_none")]
    found = [sheet.say("sentences_known", known=sheet.number(known), of=sheet.number(everyone))]
    suspended = sheet.one("sentences_known", where={"suspended": "yes"})
    n, of = known.value, everyone.value
    shares = [per_cent(suspended.value, n), per_cent(suspended.value, of), per_cent(suspended.value + of - n, of)]
    share, low, high = (number_words(Decimal(text), sheet.lang) for text in shares)
    number = sheet.number(suspended)
    found.append(sheet.say("suspended", n=number, known=sheet.number(known), share=share, low=low, high=high))
    return found


def stated_beside(sheet: Sheet) -> list[Sentence]:
    """Units that the scope cannot place: a charge without its part, a record without a day."""
    scope, found = sheet.scope, []
    counted = {unit.key for unit in sheet.desk.cases(scope)}
    if scope.parts != "all":
        every = Scope("custom", scope.articles, "unknown", scope.since)
        figure = sheet.one("cases_received", scope=every)
        missing = sum(1 for key in figure.keys if key not in counted)
        if missing == figure.value:
            found += [sheet.say("no_part", n=sheet.number(figure), verb_be="is" if missing == 1 else "are")] if missing else []  # fmt: skip
        elif missing:
            # A case can be counted for one charge and lack the part of another: the figure holds it, and the rest is told beside.
            found.append(sheet.say("no_part_some", n=sheet.number(figure), rest=Plain(missing, sheet.lang)))
    if scope.since is not None:
        undated = Scope("custom", scope.articles, scope.parts, None)
        figure = sheet.one("cases_received", scope=undated, where={"month": "undated"})
        if figure.value:
            found.append(sheet.say("no_day", n=sheet.number(figure), verb_be="is" if figure.value == 1 else "are"))
    return found
