"""Addresses of the sites: what a request asked for, read from its URL.

Invariants: names of parameters are compared without case; both spellings of the two engines are understood; a value is
kept only when it is a number, a date, a GUID or a court code, so that no free text of an address (which can hold a
person's name) goes any further.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qsl, urlsplit

from courttally.portal.values import parse_day

_GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")

# Parameters that say where a page of results stands or how it is drawn, not which cases were asked for.
_NEUTRAL = frozenset(
    {
        "name",
        "srv_num",
        "name_op",
        "page",
        "_page",
        "vnkod",
        "case__vnkod",
        "case__num_build",
        "delo_id",
        "_deloid",
        "new",
        "_new",
    }
    | {
        "case_type",
        "case__case_type",
        "_casetype",
        "delo_table",
        "process-type",
        "nc",
        "submit",
        "captcha",
        "captchaid",
        "op",
    }
    | {"list", "lawbookarticles_mode", "sort", "sort_order"}
)

# Date filters: stem of the parameter -> axis of the window. ``1d`` is its first day, ``2d`` its last.
_AXES = {"entry_date": "received", "result_date": "result"}
_WINDOW = re.compile(r"(?:[gpmau]\d{0,2}_)?case__(entry_date|result_date)([12])d")


# The link of a list's row as the PRIMARY engine writes it; any other spelling goes the long way through parse_request.
_CASE_LINK = re.compile(
    r"/?modules\.php\?name=sud_delo&srv_num=(\d{1,4})&name_op=case&case_id=(\d{1,12})"
    rf"&case_uid=({_GUID.pattern})&delo_id=(\d{{1,12}})(?:&new=(\d{{1,12}}))?"
)


@dataclass(frozen=True, slots=True)
class CaseLink:
    """What the link of one row names."""

    case_id: int | None
    guid: str | None
    srv_num: int
    delo_id: int | None
    new: int | None


def parse_case_link(href: str) -> CaseLink | None:
    """The case that a row's link leads to, or None where it leads elsewhere."""
    found = _CASE_LINK.fullmatch(href)
    if found:
        srv_num, case_id, guid, delo_id, new = found.groups()
        return CaseLink(int(case_id), guid, int(srv_num) or 1, int(delo_id), int(new) if new else None)
    target = parse_request(href)
    if target is None or target.name_op != "case":
        return None
    return CaseLink(target.case_id, target.guid, target.srv_num, target.delo_id, target.new)


@dataclass(frozen=True, slots=True)
class Request:
    """What one URL of a court site asked for. Fields are None where the URL does not say."""

    host: str
    name_op: str
    delo_id: int | None
    new: int | None
    case_id: int | None
    guid: str | None
    srv_num: int
    page: int
    vnkod: str | None
    hearing_date: date | None
    window_axis: str
    """``received``, ``result``, ``both`` or "" (no date filter)."""
    window_from: date | None
    window_to: date | None
    filtered: bool
    """Whether other filters than the window narrow the result (an article, a person, a judge …)."""
    vnkod_style: bool
    """Whether the address is in the VNKOD engine's spelling (``_deloId``)."""


def _int(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 12 else None


def parse_request(url: str) -> Request | None:
    """The request of ``url``, or None where it is no address of a case page of a court site (not ``name=sud_delo``).

    Values are decoded as windows-1251, as the sites expect (reference, section 1.3).
    """
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").lower()
    except ValueError:
        return None
    values: dict[str, str] = {}
    for key, value in parse_qsl(parts.query, keep_blank_values=True, encoding="cp1251", errors="replace"):
        if value or key.lower() not in values:
            values[key.lower()] = value.strip()
    if values.get("name", "").lower() != "sud_delo":
        return None
    vnkod_style = "_deloid" in values
    window: dict[str, dict[str, date]] = {}
    filtered = False
    for key, value in values.items():
        found = _WINDOW.fullmatch(key)
        if found and value:
            day = parse_day(value)
            if day.value is None:
                filtered = True
            else:
                window.setdefault(_AXES[found[1]], {})[found[2]] = day.value
        elif (
            value and not found and key not in _NEUTRAL and key not in {"h_date", "case_id", "_id", "case_uid", "_uid"}
        ):
            filtered = True
    axis = "" if not window else next(iter(window)) if len(window) == 1 else "both"
    bounds = window.get(axis, {})
    guid = (values.get("case_uid") or values.get("_uid") or "").lower()
    code = values.get("vnkod") or values.get("case__vnkod") or ""
    return Request(
        host=host,
        name_op=values.get("name_op", "").lower(),
        delo_id=_int(values.get("_deloid") or values.get("delo_id", "")),
        new=_int(values.get("_new") or values.get("new", "")),
        case_id=_int(values.get("_id") or values.get("case_id", "")),
        guid=guid if _GUID.fullmatch(guid) else None,
        srv_num=_int(values.get("srv_num", "")) or 1,
        page=_int(values.get("_page") or values.get("page", "")) or 1,
        vnkod=code.upper() if code.isascii() and code.isalnum() and len(code) == 8 else None,
        hearing_date=parse_day(values.get("h_date", "")).value,
        window_axis=axis,
        window_from=bounds.get("1"),
        window_to=bounds.get("2"),
        filtered=filtered,
        vnkod_style=vnkod_style,
    )
