"""All simulated sites on one loopback port, chosen by the Host header; and the prompter's box behind the stage.

Invariants: it listens on the loopback address only, so no real host is ever meant; what is answered and what goes wrong
is the `Stage`'s; here is the socket and nothing else. Paths under ``/__rehearsal__/`` are no site's: they move the clock,
switch faults and give out the log and the truth.
"""

import asyncio
import json
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import date, datetime

from aiohttp import web

from courttally.rehearsal.counts import expected
from courttally.rehearsal.faults import Switches
from courttally.rehearsal.model import iso, record_id
from courttally.rehearsal.seen import all_seen
from courttally.rehearsal.served import Client
from courttally.rehearsal.site import Reply
from courttally.rehearsal.stage import Stage, WorldClock, as_line

LOOPBACK = "127.0.0.1"
BEHIND = "/__rehearsal__/"


def clock_seconds() -> int:
    """The seconds of a running server: they never go back."""
    return int(time.monotonic()) + 10**6


def application(stage: Stage) -> web.Application:
    """The web application: one handler for every host and path, and the control paths."""

    async def handle(request: web.Request) -> web.StreamResponse:
        host, _, port = request.headers.get("Host", "").partition(":")
        agent = request.headers.get("User-Agent", "")
        query = request.rel_url.raw_query_string
        answered = stage.answer(request.remote or "", host, request.path, query, agent, f":{port}" if port else "")
        if answered.fault == "slow":
            await asyncio.sleep(stage.faults.switches.slow_seconds)
        if answered.fault == "reset":
            _abort(request)
            return web.Response(status=500)
        if answered.fault == "truncated":
            return await _truncated(request, answered.reply)
        return _response(answered.reply)

    async def control(request: web.Request) -> web.Response:
        try:
            return _control(stage, request.method, request.path.removeprefix(BEHIND), dict(request.rel_url.query))
        except ValueError as error:
            return web.json_response({"error": str(error)}, status=400)

    app = web.Application()
    app.router.add_route("*", BEHIND + "{verb}", control)
    app.router.add_get("/{path:.*}", handle)
    return app


def _control(stage: Stage, method: str, verb: str, asked: dict[str, str]) -> web.Response:
    """GET state, log, visible, expected, captcha; POST clock, faults, outage. Raises ValueError for a bad question."""
    match method, verb:
        case "GET", "state":
            pass
        case "GET", "log":
            return _lines(as_line(entry) for entry in stage.entries[int(asked.get("after", "-1")) + 1 :])
        case "GET", "visible":
            shown = stage.visible(asked.get("court", ""), asked.get("proceeding", ""))
            rows = ({"record": record_id(r), "ref": r.ref, "posted": iso(r.posted)} for r in shown)
            return _lines(json.dumps(row) + "\n" for row in rows)
        case "GET", "expected":
            until = date.fromisoformat(asked["until"]).toordinal() if "until" in asked else None
            cells = expected(all_seen(Client(stage.world).add(stage.entries, until)))
            return _lines(json.dumps(cell._asdict(), ensure_ascii=False) + "\n" for cell in cells)
        case "GET", "captcha":
            challenge = stage.sites.captcha(asked.get("court", ""), int(stage.now().timestamp()))
            found = {"captchaid": challenge.captcha_id, "captcha": challenge.digits} if challenge else {}
            return web.json_response(found)
        case "POST", "clock":
            _move(stage, asked)
        case "POST", "faults":
            stage.faults.switches = _switched(stage.faults.switches, asked)
            stage.faults.seed = asked.get("seed", stage.faults.seed)
        case "POST", "outage":
            stage.outage(asked.get("court", "*"), asked.get("kind", ""))
        case _:
            return web.json_response({"error": "no such verb"}, status=404)
    return web.json_response(stage.state())


def _move(stage: Stage, asked: dict[str, str]) -> None:
    if not isinstance(stage.now, WorldClock):
        raise ValueError("the clock of this stage is somebody else's")
    if "now" in asked:
        # A plus sign in a query is a space to whoever reads it: both are a plus here.
        stage.now.set(datetime.fromisoformat(asked["now"].replace(" ", "+")))
    stage.now.advance(int(asked.get("advance", "0")))


def _switched(switches: Switches, asked: dict[str, str]) -> Switches:
    held = asdict(switches)
    unknown = asked.keys() - held.keys() - {"seed"}
    if unknown:
        raise ValueError(f"no such switch: {', '.join(sorted(unknown))}")
    new = {name: type(held[name])(int(value)) for name, value in asked.items() if name in held}
    return Switches(**(held | new))


def _lines(lines: Iterable[str]) -> web.Response:
    return web.Response(text="".join(lines), content_type="application/x-ndjson")


def _response(made: Reply) -> web.Response:
    return web.Response(status=made.status, body=made.body, headers=dict(made.headers))


def _abort(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()


async def _truncated(request: web.Request, made: Reply) -> web.StreamResponse:
    """A body that ends before the length it was announced with."""
    response = web.StreamResponse(status=made.status, headers=dict(made.headers))
    response.content_length = len(made.body)
    await response.prepare(request)
    await response.write(made.body[: len(made.body) * 2 // 3])
    _abort(request)
    return response


def run(stage: Stage, port: int, say: Callable[[str], None]) -> None:
    """Serve until interrupted."""
    say(
        f"Simulated data: {len(stage.sites.hosts)} host names on http://{LOOPBACK}:{port}; choose one by its Host header."
    )
    say(f"Clock, faults, log and truth: http://{LOOPBACK}:{port}{BEHIND}state")
    web.run_app(application(stage), host=LOOPBACK, port=port, print=None)
