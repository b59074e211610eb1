"""How the simulated sites search: which records a listing's filters select.

Invariants: the date axes are independent of each other; the article filter is a substring of the printed list of
articles, so `337` also finds what only looks like it and `20.3` finds 20.3.3; filters that a site does not know are
ignored without a word. The newest receipt comes first.
"""

from courttally.rehearsal.addresses import Asked
from courttally.rehearsal.model import Record
from courttally.rehearsal.shown import articles_text, charges_on, latest, ruling_on, visible
from courttally.rehearsal.world import World

_PREFIXES = ("u1_case__", "u2_case__", "u33_case__", "m_case__", "g1_case__", "p1_case__", "adm_case__", "case__")


def _names(field: str) -> tuple[str, ...]:
    return tuple(prefix + field for prefix in _PREFIXES)


def unknown_filter(asked: Asked) -> bool:
    """Whether the question uses a filter that poorer sites answer with an error."""
    return any(name.startswith(("lawbookarticles", "u1_document__", "u1_order_info__")) for name in asked.fields)


def found(world: World, court: str, proceeding: str, asked: Asked, day: int) -> list[Record]:
    """The records a listing shows on a day for these filters, the newest first."""
    records = [r for r in reversed(world.by_court.get((court, proceeding), [])) if visible(r, day)]
    since, until = asked.day(*_names("entry_date1d")), asked.day(*_names("entry_date2d"))
    if since is not None:
        records = [r for r in records if r.received >= since]
    if until is not None:
        records = [r for r in records if r.received <= until]
    article = asked.get("u1_defendant__law_articless", "u2_defendant__law_articless", "parts__law_articless")
    if article:
        records = [r for r in records if _has_article(world, r, article, day)]
    for axis in ("result", "person", "force", "act"):
        records = _within(records, asked, axis, day)
    uid = asked.get(*_names("judicial_uidss"), "judicial_uidss")
    if uid:
        records = [r for r in records if latest(r.uids, day) == uid]
    number = asked.get(*_names("case_numberss"))
    if number:
        records = [r for r in records if number in (latest(r.numbers, day) or r.number)]
    return records


_AXES = {
    "result": ("result_date1d", "result_date2d", _PREFIXES),
    "person": ("result_date1d", "result_date2d", ("u1_defendant__", "u2_defendant__")),
    "force": ("validity_date1d", "validity_date2d", _PREFIXES),
    "act": ("publ_date1d", "publ_date2d", ("u1_document__",)),
}


def _within(records: list[Record], asked: Asked, axis: str, day: int) -> list[Record]:
    first, last, prefixes = _AXES[axis]
    since = asked.day(*(prefix + first for prefix in prefixes))
    until = asked.day(*(prefix + last for prefix in prefixes))
    if since is None and until is None:
        return records
    low, high = since or 0, until or 10**7
    return [r for r in records if any(low <= when <= high for when in _days(r, axis, day))]


def _days(record: Record, axis: str, day: int) -> list[int]:
    if axis == "force":
        return [record.in_force[1]] if record.in_force and record.in_force[0] <= day else []
    if axis == "act":
        return [record.act.posted] if record.act and record.act.posted <= day else []
    rulings = [record.rulings] if axis == "result" else [slot.rulings for slot in record.slots]
    standing = [ruling_on(items, day) for items in rulings]
    return [ruling.day for ruling in standing if ruling and ruling.day is not None]


def _has_article(world: World, record: Record, article: str, day: int) -> bool:
    policy = world.policies[record.court]
    return any(article in articles_text(record, policy, charges_on(slot, day)) for slot in record.slots)
