"""The local page where a person answers the captchas that wait at the desk.

Invariants
- It listens on the loopback address only, on any free port; its address holds a secret of 128 bits, made at the start
  and kept nowhere. Without it every path is "not found".
- Only requests that name this machine in their Host header are answered (no other site can be made to point here), and
  answers are taken only from the page itself (Origin).
- Nothing comes from elsewhere: the content policy allows this page's own files and no others. Nothing is kept in a cache.
- It works without scripts; with them it tells by itself what became of an answer and shows the next captcha.
"""

import asyncio
import hmac
import secrets
import signal
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import cache
from importlib import resources

from aiohttp import web
from jinja2 import Environment, PackageLoader, StrictUndefined

from courttally import courts
from courttally.archive import Clock
from courttally.collect.captcha_desk import Answered, Desk, DeskError, Waiting
from courttally.collect.captcha_form import region_of

LOOPBACK = "127.0.0.1"
OWN_NAMES = frozenset({"127.0.0.1", "localhost"})
NEWS = 4
"""How many of the last answers are told about."""
LARGEST_FORM = 4096

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # with no-referrer browsers would send the answer from Origin "null"
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
FILES = {
    "style.css": ("captcha.css", "text/css"),
    "script.js": ("captcha.js.jinja", "text/javascript"),
    "icon.svg": ("captcha.svg.jinja", "image/svg+xml"),
}
_FATES = {
    "untried": "sent; the collector uses it with its next question",
    "accepted": "accepted; it serves its region for another {left}",
    "refused": "refused by the site; the collector asks for a picture again",
    "over": "served its time",
}
_SAID = {
    "sent": "",
    "form": "That was no answer: type the characters of the picture, digits or Latin letters.",
    "gone": "That picture does not wait any more. Here is what waits now.",
}
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("courttally.collect", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def court_of(waiting: Waiting) -> str:
    """The name of the court whose form showed a captcha; its host where the directory does not know it."""
    court = courts.by_host(waiting.host)
    return waiting.host if court is None else court.name_en


@cache
def courts_of(region: str) -> int:
    """How many courts of the directory are in a region of the platform."""
    return sum(region_of(court.host) == region for court in courts.directory())


def news_of(answered: list[Answered], now: datetime) -> list[dict[str, str]]:
    """What became of the last answers, in words, the latest first."""
    told = []
    for each in reversed(answered[-NEWS:]):
        words = _FATES[each.fate].format(left=span(each.until - now))
        told.append({"fate": each.fate, "words": f"Region {each.region}, {ago(each.at, now)}: {words}."})
    return told


def ago(then: datetime, now: datetime) -> str:
    """How long ago in words; a clock that was set back says "just now"."""
    return "just now" if now - then < timedelta(minutes=1) else f"{span(now - then)} ago"


def span(time: timedelta) -> str:
    """Hours and minutes."""
    minutes = max(0, int(time.total_seconds()) // 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


class Page:
    """The page of one desk. `token` is the secret in its address."""

    def __init__(self, desk: Desk, clock: Clock, token: str) -> None:
        self._desk = desk
        self._clock = clock
        self._token = token

    def application(self) -> web.Application:
        """The web application; `/{token}/` is its front."""
        app = web.Application(middlewares=[self._guard], client_max_size=LARGEST_FORM)
        app.router.add_get("/{token}/", self._front)
        app.router.add_get("/{token}/state", self._state)
        app.router.add_get("/{token}/picture/{region}/{captchaid}", self._picture)
        app.router.add_get("/{token}/{file}", self._file)
        app.router.add_post("/{token}/answer", self._answer)
        return app

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        response: web.StreamResponse | None = self._refusal(request)
        if response is None:
            try:
                response = await handler(request)
            except web.HTTPException as error:
                response = _plain(error.status, error.reason)
            except DeskError as error:
                response = _plain(500, str(error))
        response.headers.update(HEADERS)
        return response

    def _refusal(self, request: web.Request) -> web.Response | None:
        host = request.headers.get("Host", "")
        if host.rpartition(":")[0] not in OWN_NAMES and host not in OWN_NAMES:
            return _plain(403, "This page is for the machine it runs on.")
        token = request.match_info.get("token", "")
        if not hmac.compare_digest(token.encode("utf-8", "replace"), self._token.encode("ascii")):
            return _plain(
                404, "Not found. The address has a secret in it: copy the whole line that courttally printed."
            )
        if request.method == "POST" and request.headers.get("Origin") != f"http://{host}":
            return _plain(403, "Answers are taken from this page only.")
        return None

    async def _front(self, request: web.Request) -> web.Response:
        pending = self._desk.pending()
        after = request.query.get("after", "")
        shown = _next(pending, after)
        text = _environment().get_template("captcha.html.jinja").render(
            waiting=len(pending),
            shown=shown,
            court=court_of(shown) if shown else "",
            courts=courts_of(shown.region) if shown else 0,
            asked=ago(shown.asked_at, self._clock()) if shown else "",
            simulated=any(each.simulated for each in pending),
            said=_SAID.get(request.query.get("was", ""), ""),
            news=self._news(),
        )  # fmt: skip
        return web.Response(text=text, content_type="text/html", charset="utf-8")

    async def _state(self, request: web.Request) -> web.Response:
        waiting = [f"{each.region}/{each.captchaid}" for each in self._desk.pending()]
        return web.json_response({"waiting": waiting, "news": self._news()})

    async def _picture(self, request: web.Request) -> web.Response:
        asked = (request.match_info["region"], request.match_info["captchaid"])
        for each in self._desk.pending():
            if (each.region, each.captchaid) == asked:
                return web.Response(body=each.image, content_type=each.media_type)
        raise web.HTTPNotFound

    async def _file(self, request: web.Request) -> web.Response:
        name, media_type = FILES.get(request.match_info["file"], ("", ""))
        if not name:
            raise web.HTTPNotFound
        text = resources.files("courttally.collect").joinpath("templates", name).read_text(encoding="utf-8")
        return web.Response(text=text, content_type=media_type, charset="utf-8")

    async def _answer(self, request: web.Request) -> web.Response:
        form = await request.post()
        region, captchaid, text = (str(form.get(name, "")) for name in ("region", "captchaid", "text"))
        was = "gone"
        if any((each.region, each.captchaid) == (region, captchaid) for each in self._desk.pending()):
            try:
                self._desk.answer(region, captchaid, text)
                was = "sent"
            except DeskError:
                was = "form"
        return web.Response(status=303, headers={"Location": f"./?was={was}"})

    def _news(self) -> list[dict[str, str]]:
        return news_of(self._desk.answered(), self._clock())


def _next(pending: list[Waiting], after: str) -> Waiting | None:
    """The first that waits; with `after`, the one behind that region."""
    regions = [each.region for each in pending]
    if after in regions:
        pending = pending[regions.index(after) + 1 :] + pending
    return pending[0] if pending else None


def _plain(status: int, text: str) -> web.Response:
    return web.Response(status=status, text=text + "\n", content_type="text/plain", charset="utf-8")


def run(desk: Desk, clock: Clock, port: int, say: Callable[[str], None]) -> None:
    """Serve the page until interrupted. `say` is told its address once it is ready. Raises OSError for a taken port."""
    asyncio.run(_serve(desk, clock, port, say))


async def _serve(desk: Desk, clock: Clock, port: int, say: Callable[[str], None]) -> None:
    token = secrets.token_urlsafe(16)
    runner = web.AppRunner(Page(desk, clock, token).application(), access_log=None)
    await runner.setup()
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    try:
        await web.TCPSite(runner, LOOPBACK, port).start()
        say(f"http://{LOOPBACK}:{runner.addresses[0][1]}/{token}/")
        await stop.wait()
    finally:
        await runner.cleanup()
