"""The simulated sites as one pure answerer: a request goes in, a reply comes out, no socket anywhere.

Invariants: all hosts of the world are known by their dotted and dashed names; a request that the real sites would
misunderstand is misunderstood in the same way (portal.md 1.3 to 1.8); every reply carries the mark of simulated data.
"""

import zlib
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from courttally.rehearsal import forms, press, render_primary, render_states
from courttally.rehearsal.addresses import BY_PAIR, FORMS, Asked, taken_apart
from courttally.rehearsal.captcha import REGIONS, Challenge, Desk
from courttally.rehearsal.model import BESIDE, CASSATION, FIRST, Record, month_of, printed
from courttally.rehearsal.pages import Renderer
from courttally.rehearsal.policy import PRIMARY
from courttally.rehearsal.render_primary import encoded
from courttally.rehearsal.search import found, unknown_filter
from courttally.rehearsal.shown import face, visible
from courttally.rehearsal.world import World

HTML = ("Content-Type", "text/html; charset=windows-1251")
SIMULATED = ("X-Courttally-Simulated", "1")
ROWS = render_primary.ROWS


class Said(NamedTuple):
    """What an answer was, for the rehearsal's own log: its kind, the records on it (by `ref`), the site's counter, and the
    last day whose postings it shows (0 where it shows none). No site sends this.
    """

    kind: str
    proceeding: str = ""
    records: tuple[str, ...] = ()
    found: int | None = None
    shows: int = 0


NOTHING = Said("")


class Made(NamedTuple):
    """A page without chrome, and what it is."""

    page: str
    said: Said


@dataclass(frozen=True, slots=True)
class Reply:
    """What a site sends back. `court` is empty for a host that no site of the world has."""

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = (HTML, SIMULATED)
    said: Said = NOTHING
    court: str = ""


def reply(made: Made, status: int = 200, *headers: tuple[str, str]) -> Reply:
    """A page as a reply."""
    return Reply(status, encoded(made.page), (HTML, SIMULATED, *headers), made.said)


def state(kind: str, page: str) -> Made:
    """A page that shows no record."""
    return Made(page, Said(kind))


@dataclass(slots=True)
class Sites:
    """Every site of a world on one day. `moving` shows the next day's postings from the second page of a listing on."""

    world: World
    day: int
    moving: bool = False
    desk: Desk = field(init=False)
    render: Renderer = field(init=False)
    _hosts: dict[str, str] = field(init=False)
    _cards: dict[tuple[str, str, int], Record] = field(init=False)
    _releases: dict[str, list[press.Release]] = field(init=False)

    def __post_init__(self) -> None:
        self.desk = Desk(str(self.world.seed))
        self.render = Renderer(self.world)
        self._hosts = {}
        for code, court in self.world.courts.items():
            self._hosts[court.host] = code
            if court.host_dashed:
                self._hosts[court.host_dashed] = code
        self._cards = {(_family(r.proceeding), r.court, r.case_id): r for r in self.world.records}
        self._releases = {}
        for record in self.world.records:
            release = press.release_of(record)
            if release and record.published:
                self._releases.setdefault(record.court, []).append(release)

    @property
    def hosts(self) -> list[str]:
        """Every host that answers."""
        return sorted(self._hosts)

    def court(self, host: str) -> str:
        """The code of the court behind a host, empty where there is none."""
        return self._hosts.get(host, "")

    def captcha(self, court: str, now: int) -> Challenge | None:
        """The challenge that a court's form shows now, for whoever plays the person; None where it asks for none."""
        return self._challenge(court, now) if court in self.world.courts else None

    def quirk(self, court: str, name: str, one_in: int) -> bool:
        """Whether a court has a habit that one in so many courts have."""
        return zlib.crc32(f"{self.world.seed}/{name}/{court}".encode()) % one_in == 0

    def region(self, court: str) -> str:
        """The middle label of a court's host: the region of the platform it belongs to."""
        labels = self.world.courts[court].host.split(".")
        return labels[1] if len(labels) == 4 else ""

    def answer(self, host: str, path: str, query: str, agent: str, now: int, port: str = "") -> Reply:
        """The reply to one GET request. `now` is a clock in seconds, used by the captchas alone."""
        court = self._hosts.get(host)
        if court is None:
            return reply(state("not_found", render_states.not_found()), 404)
        return replace(self._reply(court, host, path, query, agent, now, port), court=court)

    def _reply(self, court: str, host: str, path: str, query: str, agent: str, now: int, port: str) -> Reply:
        if "mozilla" not in agent.casefold():
            return reply(state("bad_agent", render_states.bad_agent()), 403)
        dashed = self.world.courts[court].host_dashed
        if dashed and host != dashed and self.quirk(court, "dashed", 3):
            location = f"http://{dashed}{port}{path}{f'?{query}' if query else ''}"
            return reply(state("redirect", render_states.not_found()), 301, ("Location", location))
        if path == "/robots.txt":
            rule = "Disallow: /modules.php" if self.quirk(court, "robots", 40) else "Disallow:"
            body = f"# simulated data\nUser-agent: *\n{rule}\n".encode()
            return Reply(200, body, (("Content-Type", "text/plain"), SIMULATED), Said("robots"))
        if path == "/":
            home = f"{render_primary.MARK}<div id='content'>{self.world.courts[court].name_ru}</div>\n"
            return self._page(court, Asked({}), state("home", home))
        if path != "/modules.php":
            return reply(state("not_found", render_states.not_found()), 404)
        return self._module(court, taken_apart(query), query, now)

    def releases(self, court: str, after: int, until: int) -> list[press.Release]:
        """Press releases of a court posted after one day and by another."""
        return [release for release in self._releases.get(court, []) if after < release.posted <= until]

    def page(self, court: str, query: str) -> str:
        """The page behind a query that needs no captcha."""
        return self._module(court, taken_apart(query), query, 0).body.decode("cp1251")

    def _page(self, court: str, asked: Asked, made: Made, status: int = 200) -> Reply:
        if asked.get("nc") != "1":
            made = Made(forms.with_chrome(self.world.courts[court].name_ru, made.page), made.said)
        return reply(made, status)

    def _module(self, court: str, asked: Asked, query: str, now: int) -> Reply:
        name = asked.get("name")
        if name == "press_dep" and not self.quirk(court, "press_off", 5):
            return self._page(court, asked, self._press(court, asked))
        if name != "sud_delo":
            return self._page(court, asked, state("module_off", render_states.module_off()))
        if asked.get("srv_num") not in ("", "1"):
            return self._page(court, asked, state("wrong_query", render_states.no_server()))
        if "h_date" in asked.fields:
            return self._page(court, asked, self._hearings(court, asked))
        operation = asked.get("name_op")
        if operation == "sf":
            return self._page(court, asked, self._form(court, asked, now))
        if operation == "r":
            return self._page(court, asked, self._listing(court, asked, query, now))
        if operation == "r_juid":
            return self._page(court, asked, self._same_uid(court, asked, query))
        if operation == "case":
            return self._card(court, asked)
        if operation == "doc":
            return self._page(court, asked, self._act(court, asked))
        return self._page(court, asked, _wrong_format())

    def _challenge(self, court: str, now: int) -> Challenge | None:
        region = self.region(court)
        return self.desk.challenge(region, now) if region in REGIONS else None

    def _form(self, court: str, asked: Asked, now: int) -> Made:
        challenge = self._challenge(court, now)
        if self.render.engine(court, FIRST, self.day) != PRIMARY:
            return Made(forms.vnkod_form(court, FIRST, challenge), Said("search_form", FIRST))
        form = BY_PAIR.get((asked.get("delo_id"), asked.get("new") or "0"))
        if form is None:
            form = next((f for f in FORMS.values() if f.delo_id == asked.get("delo_id")), FORMS[FIRST])
        return Made(forms.primary_form(form, challenge), Said("search_form", form.proceeding))

    def _listing(self, court: str, asked: Asked, query: str, now: int) -> Made:
        """A listing, or what a site makes of a question it does not quite understand."""
        vnkod_asked = bool(asked.get("_deloid"))
        delo_id, new = asked.get("delo_id", "_deloid"), asked.get("new", "_new")
        if not delo_id:
            return _wrong_format()
        guess = FORMS[FIRST]
        form = {("1540006", "4"): FORMS["appeal"]}.get((delo_id, new)) if vnkod_asked else None
        form = (
            form
            or BY_PAIR.get((delo_id, new or "0"))
            or next((f for f in FORMS.values() if f.delo_id == delo_id), guess)
        )
        primary = self.render.engine(court, form.proceeding, self.day) == PRIMARY
        if primary == vnkod_asked:
            return self._wrong_engine(court, vnkod_asked)
        if primary:
            strict = self.quirk(court, "strict", 2) or form.proceeding == CASSATION
            if "vnkod" in asked.fields and not asked.get("vnkod") and strict:
                return self._form(court, asked, now)
            needed = ("case_type", "delo_table", "new") if strict else ("delo_table",)
            if any(field not in asked.fields for field in needed):
                return self._form(court, asked, now)
            if BY_PAIR.get((delo_id, new or form.new)) is not form or asked.get("delo_table") != form.table:
                return Made(render_primary.no_data(form.proceeding, court), Said("false_zero", form.proceeding))
        region = self.region(court)
        if region in REGIONS:
            verdict = self.desk.verdict(region, asked.get("captchaid"), asked.get("captcha"), now)
            if verdict == "wrong":
                return state("captcha_rejected", render_states.captcha_rejected(delo_id, new))
            if verdict != "right":
                return state("session_over", render_states.session_over())
        if unknown_filter(asked) and self.quirk(court, "poor", 3):
            return state("unsupported_filter", render_states.unsupported())
        return self._rows(court, form.proceeding, asked, query)

    def _rows(self, court: str, proceeding: str, asked: Asked, query: str) -> Made:
        number = asked.get("page", "_page")
        page = int(number) if number.isdigit() and number != "0" else 1
        day = self.day + 1 if self.moving and page > 1 else self.day
        records = found(self.world, court, proceeding, asked, day)
        rows = records[(page - 1) * ROWS : page * ROWS]
        text = self.render.listing(court, proceeding, rows, len(records) if rows else 0, page, query, day)()
        kind = "listing" if rows else "no_data"
        return Made(text, Said(kind, proceeding, tuple(row.ref for row in rows), len(records), day))

    def _same_uid(self, court: str, asked: Asked, query: str) -> Made:
        uid = asked.get("judicial_uid")
        form = BY_PAIR.get((asked.get("delo_id"), asked.get("new") or "0"), FORMS[FIRST])
        return self._rows(court, form.proceeding, Asked({"judicial_uidss": uid or "-"}), query)

    def _card(self, court: str, asked: Asked) -> Reply:
        vnkod_asked = bool(asked.get("_id"))
        number = asked.get("case_id", "_id")
        family = _family(
            next((f.proceeding for f in FORMS.values() if f.delo_id == asked.get("delo_id", "_deloid")), FIRST)
        )
        record = self._cards.get((family, court, int(number))) if number.isdigit() else None
        if record is None or not visible(record, self.day):
            held = (record.ref,) if record is not None else ()
            made = Made(render_states.not_found(), Said("not_found", "", held, None, self.day))
            return self._page(court, asked, made, 404)
        if (self.render.engine(court, record.proceeding, self.day) == PRIMARY) == vnkod_asked:
            return self._page(court, asked, self._wrong_engine(court, vnkod_asked))
        if asked.get("case_uid", "_uid") not in ("", record.guid):
            return self._page(court, asked, state("not_found", render_states.not_found()), 404)
        form = FORMS[record.proceeding]
        if (
            not vnkod_asked
            and asked.get("delo_id") != form.delo_id
            and (asked.get("delo_id"), asked.get("new")) not in BY_PAIR
        ):
            return self._page(court, asked, _wrong_format())
        said = Said("card", record.proceeding, (record.ref,), None, self.day)
        return self._page(court, asked, Made(self.render.card(record, self.day)(), said))

    def _act(self, court: str, asked: Asked) -> Made:
        for record in self.world.by_court.get((court, FIRST), []):
            act = record.act
            if act and str(act.number) == asked.get("number") and act.posted <= self.day and visible(record, self.day):
                if asked.get("text_number") not in ("", "1"):
                    break
                page = forms.act_page(face(record, self.world.policies[court], self.day))
                return Made(page, Said("decision", FIRST, (record.ref,), None, self.day))
        return state("empty_document", render_states.empty_document())

    def _hearings(self, court: str, asked: Asked) -> Made:
        day = asked.day("h_date")
        if day is None:
            return _wrong_format()
        rows, refs = [], []
        for (code, _), records in sorted(self.world.by_court.items()):
            if code != court:
                continue
            for record in records:
                if (
                    record.received > day
                    or not visible(record, self.day)
                    or not forms.has_hearing(record, day, self.day)
                ):
                    continue
                refs.append(record.ref)
                shown = face(record, self.world.policies[court], self.day, self.world.by_ref)
                link = self.render.card_query(record, self.day)
                rows += [
                    (e.time, e.hall, link, shown, e.result) for e in shown.events if e.day == printed(day) and e.hall
                ]
        page = forms.hearing_list(printed(day), sorted(rows, key=lambda row: (row[0], row[2])))
        return Made(page, Said("hearing_list", "", tuple(refs), None, self.day))

    def _wrong_engine(self, court: str, vnkod_asked: bool) -> Made:
        """What a court makes of an address of the other engine; some show the day's empty list of hearings, which nobody asked for."""
        if self.quirk(court, "hearings for nothing", 4):
            return state("wrong_query", forms.hearing_list(printed(self.day + 1), []))
        return state("wrong_query", render_states.wrong_engine()) if vnkod_asked else _wrong_format()

    def _press(self, court: str, asked: Asked) -> Made:
        posted = (release for release in self._releases.get(court, []) if release.posted <= self.day)
        releases = sorted(posted, key=lambda r: (-r.posted, r.did))
        did = asked.get("did")
        if did:
            chosen = next((r for r in releases if str(r.did) == did), None)
            return state("press_item", press.item(chosen)) if chosen else state("not_found", render_states.not_found())
        if asked.get("op") == "12":
            month = asked.get("arc_list")
            page = press.feed([r for r in releases if month_of(r.posted) == month], f"Архив новостей за {month}")
            return state("press_feed", page)
        return state("press_feed", press.feed(releases[:20], "Новости"))


def _family(proceeding: str) -> str:
    """Ids are given apart for criminal cases and for each branch beside them."""
    return proceeding if proceeding in BESIDE else "criminal"


def _wrong_format() -> Made:
    return state("wrong_query", render_states.wrong_format())
