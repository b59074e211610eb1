"""One GET over the network, with every guard around it.

Invariants
- Only hosts of the directory are asked, redirects included: each hop is checked before it is followed, waits for the budget like any
  request, and is named in the capture.
- Certificates are verified, always; what was found is named in the capture. There is no switch to look away, and a redirect to http is followed
  over https.
- Size, time and number of redirects are limited. An answer that ends early is no answer.
- One constant user agent. No cookies are kept. Nothing of an address, a proxy or a page stands in a message.

What this room adds to the headers of a capture begins with `X-Courttally-`: `Vantage` (the configured name of this place in the net), `Hop`
(status and target of each redirect), `Certificate` (verified, with its SHA-256; or none: not over TLS).
"""

from __future__ import annotations

import asyncio
import hashlib
import importlib
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any
from urllib.parse import urljoin, urlsplit

import aiohttp
from yarl import URL

from courttally import courts
from courttally.collect.config import Config, ConfigError

MOST_HOPS = 4
_CHUNK = 1 << 16
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PROXY = "the proxy did not let the request through"
Permit = Callable[[str], Awaitable[None]]
"""Waits until the budget lets this host be asked."""


class FetchError(Exception):
    """There is no whole answer; `again` says whether another try may bring one."""

    def __init__(self, what: str, *, again: bool = True) -> None:
        super().__init__(what)
        self.again = again


class UnreachableError(FetchError):
    """No connection could be made: the host may answer under its other name."""


async def _once_only(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Turn a lost connection into our own error at once: the client library would repeat the request by itself, past the budget."""
    try:
        return await handler(request)
    except aiohttp.ClientConnectorError as problem:
        raise UnreachableError(_failure(problem)) from None
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as problem:
        raise FetchError(_failure(problem)) from None


@dataclass(frozen=True, slots=True)
class Fetched:
    """A whole answer. `url` is the address that answered in the end."""

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def host(self) -> str:
        """The host that answered."""
        return (urlsplit(self.url).hostname or "").lower()

    def header(self, name: str) -> str:
        """The first header of a name, "" without one."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")


class Fetcher:
    """Asks sites; use it in an `async with` statement. `portal`: send every request there, with the court's own Host header."""

    def __init__(self, config: Config, portal: str | None) -> None:
        self._config = config
        self._portal = portal
        self._session: aiohttp.ClientSession | None = None
        self._proxy_errors: tuple[type[Exception], ...] = ()

    async def __aenter__(self) -> Fetcher:
        timeout = aiohttp.ClientTimeout(total=self._config.timeout_seconds)
        self._session = aiohttp.ClientSession(
            connector=self._connector(),
            timeout=timeout,
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            middlewares=(_once_only,),
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    def _connector(self) -> aiohttp.BaseConnector:
        scheme = urlsplit(self._config.proxy).scheme
        if self._portal is not None or not scheme.startswith("socks"):
            return aiohttp.TCPConnector(limit=self._config.at_once)
        try:
            module: Any = importlib.import_module("aiohttp_socks")
        except ImportError:
            raise ConfigError(
                "a SOCKS proxy needs the package aiohttp-socks; install it, or configure an HTTP proxy"
            ) from None
        self._proxy_errors = (module.ProxyError, module.ProxyConnectionError, module.ProxyTimeoutError)
        connector: aiohttp.BaseConnector = module.ProxyConnector.from_url(
            self._config.proxy, limit=self._config.at_once
        )
        return connector

    async def get(self, url: str, permit: Permit) -> Fetched:
        """The answer to a GET, redirects followed. The budget has let the first request pass already. Raises FetchError."""
        notes: list[tuple[str, str]] = [("X-Courttally-Vantage", self._config.vantage)]
        for hop in range(MOST_HOPS + 1):
            host = (urlsplit(url).hostname or "").lower()
            court = courts.by_host(host)
            if court is None:
                raise FetchError(
                    "the site redirects to a host that is not in the directory; it was not followed", again=False
                )
            if hop:
                await permit(host)
            try:
                status, headers, body, certificate = await self._once(url)
            except UnreachableError as problem:
                if self._portal is None and host == court.host and court.host_dashed:
                    notes.append(("X-Courttally-Hop", f"{problem}: {host}; asked as {court.host_dashed}"))
                    url = urlsplit(url)._replace(netloc=court.host_dashed).geturl()
                    continue
                raise
            location = next((value for name, value in headers if name.lower() == "location"), "")
            if status not in _REDIRECTS or not location:
                notes.append(("X-Courttally-Certificate", certificate))
                return Fetched(url, status, (*headers, *notes), body)
            target = self._target(url, location)
            notes.append(("X-Courttally-Hop", f"{status} {url} to {target}"))
            url = target
        raise FetchError(f"more than {MOST_HOPS} redirects", again=False)

    def _target(self, url: str, location: str) -> str:
        parts = urlsplit(urljoin(url, location))
        if parts.scheme not in ("http", "https"):
            raise FetchError("the site redirects to something that is no web page", again=False)
        if self._portal is not None:  # a rehearsal names its own port behind a court's host
            parts = parts._replace(scheme="https", netloc=parts.hostname or "")
        elif (
            parts.scheme == "http"
        ):  # some hosts name their other name so, and answer there over TLS alike: nothing is asked without it
            parts = parts._replace(scheme="https")
        return parts.geturl()

    async def _once(self, url: str) -> tuple[int, tuple[tuple[str, str], ...], bytes, str]:
        assert self._session is not None
        parts = urlsplit(url)
        sent = url if self._portal is None else self._portal.rstrip("/") + parts._replace(scheme="", netloc="").geturl()
        own = {
            "User-Agent": self._config.user_agent,
            "Accept": "text/html, text/plain;q=0.9, */*;q=0.1",
            "Accept-Language": "ru",
        }
        if self._portal is not None:
            own["Host"] = parts.hostname or ""
        proxy = self._config.proxy if self._portal is None and self._config.proxy.startswith("http") else None
        try:
            async with self._session.get(
                URL(sent, encoded=True), headers=own, allow_redirects=False, proxy=proxy or None
            ) as response:
                certificate = _certificate(response)
                chunks, size = [], 0
                async for chunk in response.content.iter_chunked(_CHUNK):
                    size += len(chunk)
                    if size > self._config.largest_bytes:
                        raise FetchError("the answer is larger than allowed", again=False)
                    chunks.append(chunk)
                headers = tuple(
                    (name.decode("latin-1"), value.decode("utf-8", "surrogateescape"))
                    for name, value in response.raw_headers
                )
                return response.status, headers, b"".join(chunks), certificate
        except TimeoutError:
            raise FetchError("no whole answer in time") from None
        except aiohttp.ClientPayloadError:
            raise FetchError("the answer was cut short") from None
        except self._proxy_errors:
            raise FetchError(_PROXY) from None
        except (aiohttp.ClientError, ssl.SSLError, asyncio.IncompleteReadError, ConnectionError) as problem:
            raise FetchError(_failure(problem)) from None


def _failure(problem: BaseException) -> str:
    """What went wrong on the way, in words without an address."""
    if isinstance(problem, aiohttp.ClientConnectorCertificateError | ssl.SSLCertVerificationError):
        return "the certificate of the site is not valid"
    if isinstance(problem, aiohttp.ClientHttpProxyError | aiohttp.ClientProxyConnectionError):
        return _PROXY
    if isinstance(problem, aiohttp.ClientConnectorError):
        return "the site could not be reached"
    return "the connection was lost"


def _certificate(response: aiohttp.ClientResponse) -> str:
    transport = response.connection.transport if response.connection is not None else None
    tls = transport.get_extra_info("ssl_object") if transport is not None else None
    if tls is None:
        return "none: not over TLS, or the body came with the head"
    found = tls.getpeercert(binary_form=True)
    return f"verified sha256:{hashlib.sha256(found).hexdigest()}" if found else "verified"
