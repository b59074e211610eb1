"""Whole pages to start from: the example corpus, the rehearsal's other engine, and the real pages where they are held.

Invariants: the same seeds on every run; every seed says which kind of page it is, by how it was made or by eye.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from courttally.portal import Page
from courttally.rehearsal import forms, press, render_states, render_vnkod
from courttally.rehearsal.addresses import address
from courttally.rehearsal.model import FIRST
from courttally.rehearsal.pages import Renderer
from courttally.rehearsal.policy import MIXED, VNKOD
from courttally.rehearsal.render_primary import encoded
from courttally.rehearsal.world import build

PROJECT = Path(__file__).resolve().parents[2]
SHARED = PROJECT.parent / "shared"
sys.path.insert(0, str(PROJECT / "examples"))

from simulated.render import page as rendered  # noqa: E402 - the folder of examples is no package; its path comes first
from simulated.world import build_world  # noqa: E402


@dataclass(frozen=True, slots=True)
class Seed:
    """A page before it is spoiled."""

    name: str
    kind: str
    page: Page


def _example_seeds() -> Iterator[Seed]:
    wanted: dict[tuple[str, frozenset[str]], int] = {}
    made: dict[str, int] = {}
    for n, capture in enumerate(build_world().captures):
        key = (capture.kind, capture.options)
        taken = wanted.get(key, 0)
        limit = 12 if capture.kind == "card" else 3
        # Cards differ by the tabs they have, so they are taken from all over the corpus.
        if taken >= limit or (capture.kind == "card" and n % 23):
            continue
        wanted[key] = taken + 1
        status = 404 if capture.kind == "not_found" else 200
        page = Page(rendered(capture), capture.url, "GET", capture.court.code, status)
        made[capture.kind] = made.get(capture.kind, 0) + 1
        yield Seed(f"example-{capture.kind}-{made[capture.kind]}", capture.kind, page)


def _rehearsal_seeds() -> Iterator[Seed]:
    world = build("small", 5)
    renderer = Renderer(world)
    day = world.end + 400
    done: dict[tuple[str, str], int] = {}
    for (court, proceeding), records in sorted(world.by_court.items()):
        engine = renderer.engine(court, proceeding, day)
        shown = [record for record in records if record.published][:9]
        if not shown or done.get((engine, proceeding), 0) >= 1:
            continue
        done[engine, proceeding] = 1
        host = world.courts[court].host
        query = renderer.listing_query(court, proceeding, world.start, world.end, 1, day)
        listing = renderer.listing(court, proceeding, shown, len(shown), 1, query, day)
        name = f"rehearsal-{engine}-{proceeding}"
        yield Seed(f"{name}-listing", "listing", Page(encoded(listing()), address(host, query), "GET", court, 200))
        for n, record in enumerate(shown[:2]):
            url = address(host, renderer.card_query(record, day))
            yield Seed(f"{name}-card-{n}", "card", Page(encoded(renderer.card(record, day)()), url, "GET", court, 200))
        if engine in (VNKOD, MIXED) and proceeding == FIRST:
            nothing = encoded(render_vnkod.no_data(proceeding))
            yield Seed(f"{name}-no-data", "no_data", Page(nothing, address(host, query), "GET", court, 200))
    host, court = world.courts[min(world.courts)].host, min(world.courts)
    for name, kind, text in (
        ("unavailable", "unavailable", render_states.unavailable()),
        ("captcha", "captcha_rejected", render_states.captcha_rejected("1540006", "0")),
        ("session", "captcha_rejected", render_states.session_over()),
        ("format", "wrong_query", render_states.wrong_format()),
        ("server", "wrong_query", render_states.no_server()),
        ("filter", "unsupported_filter", render_states.unsupported()),
        ("module", "module_off", render_states.module_off()),
        ("document", "empty_document", render_states.empty_document()),
        ("form", "search_form", forms.vnkod_form(court, FIRST, None)),
    ):
        yield Seed(f"rehearsal-{name}", kind, Page(encoded(text), f"http://{host}/modules.php?name=sud_delo"))
    releases = [
        found for record in sorted(world.by_ref.values(), key=lambda r: r.ref) if (found := press.release_of(record))
    ]
    if releases:
        url = f"http://{host}/modules.php?name=press_dep&op=3"
        yield Seed("rehearsal-press", "press_item", Page(encoded(press.item(releases[0])), url))


def _shared_seeds() -> Iterator[Seed]:
    goldens = PROJECT / "tests" / "portal" / "goldens"
    for path in sorted(goldens.glob("*.json")):
        if path.name.endswith(".full.json"):
            continue
        golden = json.loads(path.read_text("utf-8"))
        payload = (SHARED / "pages" / golden["page"]).read_bytes()
        page = Page(payload, golden["url"], court_stated=golden["court_stated"])
        yield Seed(f"real-{path.stem}", golden["reading"]["kind"], page)


@cache
def own_seeds() -> tuple[Seed, ...]:
    """The project's own pages."""
    return tuple(_example_seeds()) + tuple(_rehearsal_seeds())


@cache
def real_seeds() -> tuple[Seed, ...]:
    """The real pages; none where they are not held."""
    return tuple(_shared_seeds()) if (SHARED / "pages").is_dir() else ()
