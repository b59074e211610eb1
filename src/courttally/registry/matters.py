"""One matter is one matter: case records that links of the merging kinds hold together, day by day.

Invariants: every record of the criminal branch belongs to exactly one matter on every day on which it is known; a matter is named by
its earliest record of first instance by received day (undated ones last), then by key; candidates change nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from courttally.registry.faces import Timeline
from courttally.registry.links import CANDIDATE, Link, Span

Row = tuple[str, date, date | None, str]


def matter_rows(timelines: Mapping[str, Timeline], links: Mapping[Link, list[Span]]) -> list[Row]:
    """Rows of the table ``matters``: record, known from, known to, matter."""
    near: dict[str, list[tuple[str, list[Span]]]] = {}
    for link, spans in links.items():
        if link.merge and link.status != CANDIDATE:
            near.setdefault(link.before, []).append((link.after, spans))
            near.setdefault(link.after, []).append((link.before, spans))
    rows: list[Row] = []
    done: set[str] = set()
    for record in sorted(timelines):
        if record in done:
            continue
        if record not in near:
            rows.append((record, timelines[record].days[0], timelines[record].closed_on, record))
            continue
        group = _reached(record, near)
        done |= group
        rows += _versions(sorted(group), near, timelines)
    return rows


def _reached(record: str, near: Mapping[str, list[tuple[str, list[Span]]]]) -> set[str]:
    found, todo = {record}, [record]
    while todo:
        for other, _ in near.get(todo.pop(), ()):
            if other not in found:
                found.add(other)
                todo.append(other)
    return found


def _versions(
    group: list[str], near: Mapping[str, list[tuple[str, list[Span]]]], timelines: Mapping[str, Timeline]
) -> Iterable[Row]:
    days = {day for record in group for day in timelines[record].days}
    days |= {day for record in group if (day := timelines[record].closed_on) is not None}
    days |= {day for record in group for _, spans in near[record] for span in spans for day in span if day is not None}
    since: dict[str, tuple[date, str]] = {}
    for day in sorted(days):
        matter = _matters_on(day, group, near, timelines)
        for record in group:
            held = since.get(record)
            if held is not None and matter.get(record) != held[1]:
                yield (record, held[0], day, since.pop(record)[1])
            if record in matter:
                since.setdefault(record, (day, matter[record]))
    for record, (first, name) in since.items():
        yield (record, first, None, name)


def _matters_on(
    day: date, group: list[str], near: Mapping[str, list[tuple[str, list[Span]]]], timelines: Mapping[str, Timeline]
) -> dict[str, str]:
    """Record -> name of its matter on a day, for the records known then."""
    faces = {record: face for record in group if (face := timelines[record].at(day)) is not None}
    found: dict[str, str] = {}
    for record in group:
        if record not in faces or record in found:
            continue
        members, todo = {record}, [record]
        while todo:
            for other, spans in near[todo.pop()]:
                holds = any(since <= day and (until is None or day < until) for since, until in spans)
                if holds and other in faces and other not in members:
                    members.add(other)
                    todo.append(other)
        name = min(
            members,
            key=lambda key: (
                faces[key].proceeding != "first", faces[key].received is None, faces[key].received or date.min, key
            ),
        )  # fmt: skip
        found.update(dict.fromkeys(members, name))
    return found
