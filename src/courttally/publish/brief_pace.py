"""The section of pace: record months, the latest complete month, verdicts a working day, changes of level.

Invariants: complete months only; a record is told only among enough of them; words are in ``brief.toml``.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from courttally.figures import series
from courttally.figures.calendar import workdays_of_month
from courttally.figures.count import Figure
from courttally.publish.brief_facts import Public, Sentence, Sheet
from courttally.publish.brief_sections import Plain, decimal_of
from courttally.publish.brief_words import month_words, number_words

MONTHS = 6
"""Complete months from which a record is worth the word: the largest of two or three is none."""
CASES = 5
"""Cases that a record month must have."""


def pace(sheet: Sheet, public: Public | None) -> list[Sentence]:
    """Record months, the latest complete month, verdicts a working day, changes of level; complete months only."""
    received = sheet.desk.monthly("cases_received", sheet.scope)
    best = series.record(received)
    if best is None:
        return []
    if public is not None and best != series.record([(month, public.shown.get(month, 0)) for month, _ in received]):
        return []  # a reader of the table would see another record
    printed = public.months if public is not None else None
    lang = sheet.lang
    monthly = sheet.many("cases_received", "month")
    found = []
    enough = len(received) >= MONTHS and monthly[best.month].value >= CASES
    if enough and (printed is None or best.month in printed):
        named = sheet.worked("record_month", where={"of": "cases_received"})[0]
        found.append(
            sheet.say("record_received", month=sheet.marked(month_words(best.month, lang), named),
                      month_in=sheet.marked(month_words(best.month, lang, "in"), named), n=sheet.number(monthly[best.month]))
        )  # fmt: skip
    if printed is None:
        found += _verdict_record(sheet)
    if printed is None or best.last in printed:
        found += _latest(sheet, best, monthly, enough=enough)
    if printed is None:
        levels = sheet.worked("level_change", where={"of": "cases_received"})
        if len(levels) > 1:
            before, now = levels[-2], levels[-1]
            name = "level_up" if decimal_of(now) > decimal_of(before) else "level_down"
            month = now.by["from"]
            means: dict[str, Any] = {key: sheet.number(a, int(decimal_of(a) + Decimal("0.5"))) for key, a in (("mean", now), ("before", before))}  # fmt: skip
            found.append(sheet.say(name, month=month_words(month, lang), month_gen=month_words(month, lang, "gen"), **means))  # fmt: skip
    return found


def _verdict_record(sheet: Sheet) -> list[Sentence]:
    monthly_verdicts = sheet.desk.monthly("verdicts", sheet.scope)
    best = series.record(monthly_verdicts)
    if best is None or len(monthly_verdicts) < MONTHS or dict(monthly_verdicts)[best.month] < CASES:
        return []
    span: dict[str, Any] = {"first_day": series.first_day(best.month), "last_day": series.last_day(best.month)}
    rates = sheet.worked("verdicts_per_workday", **span)
    monthly = sheet.many("verdicts", "month")
    if not rates:
        return []
    named = sheet.worked("record_month", where={"of": "verdicts"})[0]
    days = workdays_of_month(int(best.month[:4]), int(best.month[5:]))
    return [
        sheet.say("record_verdicts", month=sheet.marked(month_words(best.month, sheet.lang), named),
                  month_in=sheet.marked(month_words(best.month, sheet.lang, "in"), named), n=sheet.number(monthly[best.month]),
                  rate=sheet.number(rates[0], decimal_of(rates[0])) if sheet.lang == "ru" else number_words(decimal_of(rates[0]), "en") + sheet.mark(rates[0]),
                  days=Plain(days, sheet.lang))
    ]  # fmt: skip


def _latest(sheet: Sheet, best: series.Record, monthly: Mapping[str, Figure], *, enough: bool) -> list[Sentence]:
    lang = sheet.lang
    slots: dict[str, Any] = {"month": month_words(best.last, lang), "month_in": month_words(best.last, lang, "in")}
    if enough and best.last == best.month:
        return [sheet.say("latest_record", month=slots["month"])]
    if best.last not in monthly:
        return []
    slots["n"] = sheet.number(monthly[best.last])
    if not enough:
        return [sheet.say("latest", **slots)]
    # "The most since" is worth saying from half a year on, and only of the extreme that reaches farther back.
    up = _distance(best.not_since, best.last)
    down = _distance(best.fewest_since, best.last)
    if best.fewest_since is None:
        return [sheet.say("latest_fewest_ever", **slots)]
    if max(up, down) < 6:
        return [sheet.say("latest", **slots)]
    since = best.not_since if up >= down else best.fewest_since
    assert since is not None
    slots |= {"since": month_words(since, lang), "since_gen": month_words(since, lang, "gen")}
    return [sheet.say("latest_most" if up >= down else "latest_fewest", **slots)]


def _distance(since: str | None, last: str) -> int:
    return len(series.months(since, last)) - 1 if since is not None else 0
