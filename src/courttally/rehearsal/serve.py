"""All simulated sites on one loopback port, chosen by the Host header, with the faults that are switched on.

Invariants: it listens on the loopback address only, so no real host is ever meant; what it answers is `Sites`', what
goes wrong is `Faults`'; here is the socket and nothing else.
"""

import asyncio
import time
from collections.abc import Callable

from aiohttp import web

from courttally.rehearsal import render_states
from courttally.rehearsal.faults import Faults
from courttally.rehearsal.site import Reply, Sites, reply

LOOPBACK = "127.0.0.1"


def clock_seconds() -> int:
    """The clock of a running server."""
    return int(time.monotonic()) + 10**6


def application(sites: Sites, faults: Faults, clock: Callable[[], int] = clock_seconds) -> web.Application:
    """The web application: one handler for every host and path."""

    async def handle(request: web.Request) -> web.StreamResponse:
        host, _, port = request.headers.get("Host", "").partition(":")
        now = clock()
        client = request.remote or ""
        throttled = faults.throttled(client, now)
        if throttled:
            return _throttled(throttled, faults.switches.cool_down)
        fault = faults.draw(host)
        if fault == "blocked":
            return _response(reply(render_states.blocked(client)))
        if fault == "unavailable":
            return _response(reply(render_states.unavailable()))
        if fault == "slow":
            await asyncio.sleep(faults.switches.slow_seconds)
        if fault == "reset":
            _abort(request)
            return web.Response(status=500)
        agent = request.headers.get("User-Agent", "")
        made = sites.answer(
            host, request.path, request.rel_url.raw_query_string, agent, now, f":{port}" if port else ""
        )
        if fault == "truncated" and made.status == 200 and len(made.body) > 400:
            return await _truncated(request, made)
        return _response(made)

    app = web.Application()
    app.router.add_get("/{path:.*}", handle)
    return app


def _response(made: Reply) -> web.Response:
    return web.Response(status=made.status, body=made.body, headers=dict(made.headers))


def _throttled(kind: str, seconds: int) -> web.Response:
    """Too much: the platform says so with a status, or with the box that also means a broken module."""
    if kind == "429":
        return _response(reply(render_states.unavailable(), 429, ("Retry-After", str(seconds))))
    return _response(reply(render_states.unavailable()))


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


def run(sites: Sites, faults: Faults, port: int, say: Callable[[str], None]) -> None:
    """Serve until interrupted."""
    say(f"Simulated data: {len(sites.hosts)} host names on http://{LOOPBACK}:{port}; choose one by its Host header.")
    web.run_app(application(sites, faults), host=LOOPBACK, port=port, print=None)
