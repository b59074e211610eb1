"""Tables of what the simulated courts tell of sentences, in decisions and in press releases.

Invariants: nothing here that no page tells; every row names the accused by place, never by name.
"""

from courttally.rehearsal.model import JUDGMENT, Record, iso, record_id
from courttally.rehearsal.press import release_of
from courttally.rehearsal.sentences import sentence_of
from courttally.rehearsal.world import World

Row = dict[str, str | int | bool | None]


def releases(world: World) -> list[Row]:
    """Press releases and the sentences they tell."""
    made = (release_of(record) for record in sorted(world.records, key=lambda r: (r.court, r.case_id)))
    return [
        {
            "record": record_id(release.record),
            "did": release.did,
            "posted": iso(release.posted),
            "kind": release.sentence.kind,
            "months": release.sentence.months or None,
            "suspended": release.sentence.suspended,
        }
        for release in made
        if release and release.record.published
    ]


def sentences(world: World) -> list[Row]:
    """Every sentence that a decision's text tells, and since when; press releases are in a table of their own."""
    return [
        {**row, "posted": iso(record.act.posted)}
        for record in sorted(world.records, key=lambda r: (r.court, r.case_id))
        if record.act and record.published
        for row in told(record)
    ]


def told(record: Record) -> list[Row]:
    """What the decision's text of a record tells of each accused who got a verdict."""
    if record.act is None or record.act.kind != JUDGMENT:
        return []
    found = ((place, sentence_of(record, place)) for place in range(len(record.slots)))
    return [
        {
            "record": record_id(record),
            "slot": place + 1,
            "kind": sentence.kind,
            "months": sentence.months or None,
            "fine": sentence.fine or None,
            "suspended": sentence.suspended if sentence.kind == "imprisonment" else None,
            "probation_months": sentence.probation or None,
            "regime": sentence.regime or None,
            "rank": sentence.rank or None,
        }
        for place, sentence in found
        if sentence is not None
    ]
