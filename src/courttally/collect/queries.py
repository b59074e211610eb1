"""What is asked of a court site, as addresses: listings, cards, the search form, robots rules.

Invariants: the forms are data (`forms.toml`); Cyrillic is percent-encoded as windows-1251, as the sites expect (portal reference,
1.3); an empty `vnkod` is never sent, for some courts answer it with the form instead of results; an address that is made
here is understood by `portal.addresses`. No text of a page ever becomes a part of an address but numbers, GUIDs and valid UIDs.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib import resources
from urllib.parse import quote, urlencode

AXES = ("received", "result")
ROWS_PER_PAGE = 25
UID = re.compile(r"[0-9]{2}[A-Z]{2}[0-9]{4}-[0-9]{2}-[0-9]{4}-[0-9]{6}-[0-9]{2}", re.ASCII)
SUBMIT = quote("Найти", encoding="cp1251")


@dataclass(frozen=True, slots=True)
class Form:
    """One way to ask for one proceeding. `card` are the fixed fields of a card's address, `uid` the filter by UID, `empty` fields that are sent empty."""

    name: str
    engine: str
    proceeding: str
    page: str
    fixed: tuple[tuple[str, str], ...]
    axes: dict[str, tuple[str, str]]
    card: tuple[tuple[str, str], ...]
    uid: str
    empty: tuple[str, ...] = ()
    submit: bool = True


@dataclass(frozen=True, slots=True)
class Manner:
    """How one court is asked today: its host, whether pages come without chrome (`nc=1`), a captcha's answer, if one holds, and which of the
    court's servers and buildings (the latter in VNKOD's words only)."""

    court: str
    host: str
    nc: bool = False
    captcha: tuple[str, str] | None = field(default=None, repr=False)
    """(captchaid, text)."""
    server: int = 1
    building: int = 1


@cache
def forms(proceeding: str) -> tuple[Form, ...]:
    """The forms of a proceeding in the order in which they are tried. Raises ValueError where there is none."""
    text = (resources.files("courttally.collect") / "forms.toml").read_text("utf-8")
    found = tuple(_form(entry) for entry in tomllib.loads(text)["form"] if entry["proceeding"] == proceeding)
    if not found:
        raise ValueError(f"there is no form of request for the proceeding {proceeding}")
    return found


def _form(entry: dict[str, object]) -> Form:
    fixed, axes, card, empty = entry["fixed"], entry["axes"], entry["card"], entry.get("empty", [])
    assert isinstance(fixed, dict)
    assert isinstance(axes, dict)
    assert isinstance(card, dict)
    assert isinstance(empty, list)
    return Form(
        name=str(entry["name"]),
        engine=str(entry["engine"]),
        proceeding=str(entry["proceeding"]),
        page=str(entry["page"]),
        fixed=tuple(fixed.items()),
        axes={axis: (pair[0], pair[1]) for axis, pair in axes.items()},
        card=tuple(card.items()),
        uid=str(entry["uid"]),
        empty=tuple(empty),
        submit=entry.get("submit") is not False,
    )


def form_named(proceeding: str, name: str) -> Form | None:
    """The form of a name, None where this version knows none."""
    return next((form for form in forms(proceeding) if form.name == name), None)


def form_of_engine(proceeding: str, engine: str) -> Form:
    """The first form of an engine; the first form at all for an engine without one."""
    found = forms(proceeding)
    return next((form for form in found if form.engine == engine), found[0])


def printed(day: date) -> str:
    """A day as the sites write it."""
    return day.strftime("%d.%m.%Y")


def _address(manner: Manner, fields: list[tuple[str, str]], *, submit: bool = False, listing: bool = False) -> str:
    query = f"name=sud_delo&srv_num={manner.server}&" + urlencode(fields, encoding="cp1251")
    if submit:
        query += f"&Submit={SUBMIT}"
    if listing and manner.captcha is not None:
        query += "&" + urlencode([("captcha", manner.captcha[1]), ("captchaid", manner.captcha[0])])
    if manner.nc:
        query += "&nc=1"
    return f"https://{manner.host}/modules.php?{query}"


def listing_url(
    manner: Manner, form: Form, axis: str, first: date, last: date, page: int, *, as_pager: bool = False
) -> str:
    """One page of the list of cases whose date on `axis` lies in first..last, both included. `as_pager`: with the court's code, as PRIMARY's pager
    links to further pages."""
    since, until = form.axes[axis]
    return _listing(manner, form, [(since, printed(first)), (until, printed(last))], page, as_pager=as_pager)


def uid_url(manner: Manner, form: Form, uid: str) -> str:
    """The list of cases that bear a UID. Raises ValueError for what is none."""
    if not UID.fullmatch(uid):
        raise ValueError("this is no UID")
    return _listing(manner, form, [(form.uid, uid)], 1)


def _listing(manner: Manner, form: Form, filters: list[tuple[str, str]], page: int, *, as_pager: bool = False) -> str:
    fields = [("name_op", "r")]
    if page > 1:
        fields.append((form.page, str(page)))
        if as_pager and form.engine == "primary":
            fields.append(("vnkod", manner.court))
    fields += [(name, value.format(court=manner.court, building=manner.building)) for name, value in form.fixed]
    fields += [*((name, "") for name in form.empty), *filters]
    return _address(manner, fields, submit=form.submit and form.engine == "primary", listing=True)


def card_url(manner: Manner, form: Form, case_id: int, guid: str, srv_num: int) -> str:
    """One card, in the words in which lists link to it. A link without a GUID is asked without one."""
    fixed = dict(form.card)
    if form.engine == "primary":
        fields = [("srv_num", srv_num), ("name_op", "case"), ("case_id", case_id), ("case_uid", guid), *form.card]
    else:
        numbers = [("_deloId", fixed["_deloId"]), ("_caseType", 0), ("_new", fixed["_new"]), ("srv_num", srv_num)]
        fields = [("name_op", "case"), ("_id", case_id), ("_uid", guid), *numbers]
    query = urlencode([(name, value) for name, value in fields if value != ""])
    return f"https://{manner.host}/modules.php?name=sud_delo&{query}" + ("&nc=1" if manner.nc else "")


def act_url(manner: Manner, form: Form, number: int, srv_num: int) -> str:
    """A decision on a page of its own, in the words of PRIMARY, which links to it so."""
    fixed = dict(form.fixed)
    fields = [("name_op", "doc"), ("number", number), ("delo_id", fixed.get("delo_id") or fixed["_deloId"])]
    fields += [("new", fixed.get("new") or fixed.get("_new") or "0"), ("text_number", 1)]
    query = urlencode([("srv_num", srv_num), *fields])
    return f"https://{manner.host}/modules.php?name=sud_delo&{query}" + ("&nc=1" if manner.nc else "")


def search_form_url(manner: Manner, form: Form) -> str:
    """The search form, which shows the captcha where there is one."""
    fixed = dict(form.fixed)
    fields = [
        ("name_op", "sf"),
        ("delo_id", fixed.get("delo_id") or fixed["_deloId"]),
        ("new", fixed.get("new") or fixed.get("_new") or "0"),
    ]
    return _address(manner, fields)


def robots_url(host: str) -> str:
    """The robots rules of a host."""
    return f"https://{host}/robots.txt"
