"""Addresses of the sites: what a request asked for, read from its URL.

Invariants: names of parameters are compared without case; both spellings of the two engines are understood; a value is
kept only when it is a number, a date, a GUID or a court code, so that no free text of an address (which can hold a
person's name) goes any further.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from urllib.parse import unquote, urlsplit

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
    | {"list", "lawbookarticles_mode", "sort", "sort_order", "_ord", "text_number"}
)
_IDENTITY = frozenset({"h_date", "case_id", "_id", "case_uid", "_uid"})

# Date filters: stem of the parameter -> axis of the window. ``1d`` is its first day, ``2d`` its last.
_AXES = {"entry_date": "received", "result_date": "result"}
_WINDOW = re.compile(r"(?:[gpmau]\d{0,2}_)?case__(entry_date|result_date)([12])d")


# The link of a list's row as the two engines write it; any other spelling goes the long way through parse_request.
_PRIMARY_LINK = re.compile(
    r"/?modules\.php\?name=sud_delo&srv_num=(\d{1,4})&name_op=case&case_id=(\d{1,12})"
    rf"&case_uid=({_GUID.pattern})&delo_id=(\d{{1,12}})(?:&new=(\d{{1,12}}))?",
    re.ASCII,
)
_VNKOD_LINK = re.compile(
    rf"/?modules\.php\?name=sud_delo&name_op=case&_id=(\d{{1,12}})&_uid=({_GUID.pattern})"
    r"&_deloId=(\d{1,12})&_caseType=\d{1,4}&_new=(\d{1,12})&srv_num=(\d{1,4})",
    re.ASCII,
)


@dataclass(slots=True)
class CaseLink:
    """What the link of one row names; ``spelling`` is the engine whose words the address is in."""

    case_id: int | None
    guid: str | None
    srv_num: int
    delo_id: int | None
    new: int | None
    spelling: str


# An address as the sites print it, which needs no general rules for taking it apart.
_PLAIN = re.compile(r"(?:https?://([a-z0-9.-]{1,100})/|/?)modules\.php\?([!-\"$->@-~]*)", re.ASCII)
_HOST = re.compile(r"https?://([a-z0-9.-]{1,100})/", re.ASCII)


def _plain_link(href: str) -> CaseLink | None:
    found = _PRIMARY_LINK.fullmatch(href)
    if found:
        srv_num, case_id, guid, delo_id, new = found.groups()
        return CaseLink(int(case_id), guid, int(srv_num) or 1, int(delo_id), int(new) if new else None, "primary")
    found = _VNKOD_LINK.fullmatch(href)
    if found:
        case_id, guid, delo_id, new, srv_num = found.groups()
        return CaseLink(int(case_id), guid, int(srv_num) or 1, int(delo_id), int(new), "vnkod")
    return None


_UID_LINK = re.compile(
    r"/?modules\.php\?name=sud_delo&name_op=r_juid&vnkod=([0-9A-Z]{8})&srv_num=\d{1,4}&delo_id=(\d{1,12})&case_type=\d{1,4}&judicial_uid=[0-9A-Z-]+",
    re.ASCII,
)


def parse_uid_link(href: str) -> tuple[int | None, int | None, str | None, str]:
    """(delo_id, new, court code, spelling) of the link on a card's UID; Nones where the link is another."""
    found = _UID_LINK.fullmatch(href)
    if found:
        return int(found[2]), None, found[1], "primary"
    target = parse_request(href) if "sud_delo" in href or "%" in href or "SUD_DELO" in href.upper() else None
    if target is None:
        return None, None, None, ""
    return target.delo_id, target.new, target.vnkod, target.spelling


_COURT = re.compile(r"[?&]vnkod=([0-9A-Za-z]{8})(?=&|$)", re.ASCII)
_PAIR_PART = re.compile(r"[?&]_?(delo_?id|new)=(\d{1,12})(?=&|$)", re.ASCII | re.IGNORECASE)


def parse_pager_link(href: str) -> tuple[int | None, int | None, str] | None:
    """(delo_id, new, court code) of a link to another page of a list; None where it is no such link."""
    court = _COURT.search(href)
    if court is None or "name=sud_delo" not in href or ("name_op=r&" not in href and "name_op=r_juid&" not in href):
        return None
    pair = {found[1].lower().replace("_", ""): int(found[2]) for found in _PAIR_PART.finditer(href)}
    return pair.get("deloid"), pair.get("new"), court[1].upper()


_ACT_LINK = re.compile(
    r"(?:(?:https?:)?//[\w.:-]{1,100}/|\.?/)?modules\.php\?(?=[^#]*\bname=sud_delo(?:&|$))(?=[^#]*\bname_op=doc(?:&|$))[^#]*?[?&]number=(\d{1,12})(?:&|$)",
    re.ASCII,
)


def parse_act_link(href: str) -> int | None:
    """The number of the decision that a link leads to, None where it leads elsewhere."""
    found = _ACT_LINK.match(href) if len(href) <= 500 else None
    return int(found[1]) if found else None


def parse_case_link(href: str) -> CaseLink | None:
    """The case that a row's link leads to, or None where it leads elsewhere."""
    plain = _plain_link(href)
    if plain is not None:
        return plain
    target = parse_request(href)
    if target is None or target.name_op != "case":
        return None
    return CaseLink(target.case_id, target.guid, target.srv_num, target.delo_id, target.new, target.spelling)


@dataclass(slots=True)
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
    document: int | None
    """The number of a decision (``name_op=doc``), and which of the texts under it."""
    text_number: int | None
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

    @property
    def spelling(self) -> str:
        """The engine whose words the address is in; the table of pairs goes by it."""
        return "vnkod" if self.vnkod_style else "primary"


def host_of(url: str) -> str:
    """The host of an address in lower case, "" where it has none."""
    try:
        return (urlsplit(url.strip()).hostname or "").lower()
    except ValueError:
        return ""


def _decoded(text: str) -> str:
    return unquote(text.replace("+", " "), "cp1251", "replace")


def _int(text: str, digits: int = 12) -> int | None:
    """A number of at most so many digits; a longer one is none that these sites give."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else None


def _card_request(url: str) -> Request | None:
    """The request of a card's address as the engines write it: most captures are cards, and the long way takes ten times as long."""
    found = _HOST.match(url)
    link = _plain_link(url[found.end() :]) if found else None
    if found is None or link is None:
        return None
    return Request(
        host=found[1],
        name_op="case",
        delo_id=link.delo_id,
        new=link.new,
        case_id=link.case_id,
        guid=link.guid,
        srv_num=link.srv_num,
        page=1,
        document=None,
        text_number=None,
        vnkod=None,
        hearing_date=None,
        window_axis="",
        window_from=None,
        window_to=None,
        filtered=False,
        vnkod_style=link.spelling == "vnkod",
    )


def _host_and_query(url: str) -> tuple[str, str] | None:
    plain = _PLAIN.fullmatch(url)
    if plain is not None:
        return plain[1] or "", plain[2]
    try:
        parts = urlsplit(url.strip())
        return (parts.hostname or "").lower(), parts.query
    except ValueError:
        return None


def parse_request(url: str) -> Request | None:
    """The request of ``url``, or None where it is no address of a case page of a court site (not ``name=sud_delo``).

    Values are decoded as windows-1251, as the sites expect (reference, section 1.3).
    """
    plain = _card_request(url)
    if plain is not None:
        return plain
    split = _host_and_query(url)
    if split is None:
        return None
    host, query = split
    values: dict[str, str] = {}
    for part in query.split("&"):
        name, _, value = part.partition("=")
        if "%" in part or "+" in part:
            name, value = _decoded(name), _decoded(value)
        key = name.lower()
        if key and (value or key not in values):
            values[key] = value.strip()
    if values.get("name", "").lower() != "sud_delo":
        return None
    vnkod_style = "_deloid" in values
    window: dict[str, dict[str, date]] = {}
    filtered = False
    for key, value in values.items():
        if not value or key in _NEUTRAL or key in _IDENTITY:
            continue
        found = _WINDOW.fullmatch(key)
        day = parse_day(value).value if found else None
        if found is None or day is None:
            filtered = True
        else:
            window.setdefault(_AXES[found[1]], {})[found[2]] = day
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
        srv_num=_int(values.get("srv_num", ""), 4) or 1,
        page=_int(values.get("_page") or values.get("page", ""), 9) or 1,
        document=_int(values.get("number", "")) if values.get("name_op", "").lower() == "doc" else None,
        text_number=_int(values.get("text_number", ""), 4),
        vnkod=code.upper() if code.isascii() and code.isalnum() and len(code) == 8 else None,
        hearing_date=parse_day(values.get("h_date", "")).value,
        window_axis=axis,
        window_from=bounds.get("1"),
        window_to=bounds.get("2"),
        filtered=filtered,
        vnkod_style=vnkod_style,
    )
