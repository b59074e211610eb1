"""One GET over the network, with every guard around it.

Invariants
- Only hosts of the directory are asked, redirects included, at their usual port and without a name or password: each hop is checked before
  it is followed, waits for the budget like any request, and is named in the capture as the site worded it.
- Certificates are verified, always; what was found is named in the capture. There is no switch to look away. A redirect to http is followed over https: some
  courts name their other name so and answer there over TLS alike, so refusing would lose them, and nothing is ever asked that anybody on the way could have made up.
- Size, time and number of redirects are limited. An answer that ends early is no answer.
- One constant user agent. No cookies are kept. Nothing of an address, a proxy or a page stands in a message.

What this room adds to the headers of a capture begins with `X-Courttally-`: `Vantage` (the configured name of this place in the net), `Hop`
(status and target of each redirect), `Certificate` (verified, with its SHA-256; or none: not over TLS), and `Portal` where the answer came from a portal that was named
instead of the site. A header that a site itself sends by such a name is kept as `X-Site-…`, so that none of ours can be made up.
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
from urllib.parse import quote, urljoin, urlsplit

import aiohttp
from aiohttp.connector import Connection
from yarl import URL

from courttally import courts
from courttally.collect.config import Config, ConfigError

MOST_HOPS = 4
LARGEST_HEAD = 1 << 15
"""Bytes of names and values; an archive takes no more than twice as much, with what we add."""
_CHUNK = 1 << 16
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PROXY = "the proxy did not let the request through"
_OURS, _SIMULATED = "x-courttally-", "x-courttally-simulated"
_SAFE = "!#$%&'()*+,/:;=?@[]~"
_PORTS = frozenset({None, 80, 443})
_STATUSES = range(100, 600)
_CERTIFICATES = {
    10: "has run out",
    9: "is not valid yet: is the clock of this machine right?",
    18: "is signed by nobody but itself",
    19: "is signed by an authority that this machine does not know",
    20: "is signed by an authority that this machine does not know",
    62: "names another host",
}
"""What is wrong with a certificate, by OpenSSL's number (X509_V_ERR_…)."""
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


class _Response(aiohttp.ClientResponse):
    """An answer that remembers the certificate it came under: once a short body has been read, its connection is gone."""

    certificate = "none: not over TLS"

    async def start(self, connection: Connection) -> aiohttp.ClientResponse:
        """As in the library."""
        transport = connection.transport
        tls = transport.get_extra_info("ssl_object") if transport is not None else None
        found = tls.getpeercert(binary_form=True) if tls is not None else None
        if found:
            self.certificate = f"verified sha256:{hashlib.sha256(found).hexdigest()}"
        return await super().start(connection)


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
            response_class=_Response,
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
        if self._portal is not None:
            notes.append(("X-Courttally-Portal", "asked of a portal named instead of the site"))
        asked = {url}
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
                other = (court.host_dashed or host) if host == court.host else court.host
                renamed = urlsplit(url)._replace(netloc=other).geturl()
                if self._portal is not None or renamed in asked:
                    raise
                notes.append(("X-Courttally-Hop", f"{problem}: {host}; asked as {other}"))
                url = renamed
                asked.add(url)
                continue
            location = next((value for name, value in headers if name.lower() == "location"), "")
            if status not in _REDIRECTS or not location:
                notes.append(("X-Courttally-Certificate", certificate))
                return Fetched(url, status, (*headers, *notes), body)
            target, stated = self._target(url, location)
            over = "" if stated.startswith("https:") else "; asked over https"
            notes.append(("X-Courttally-Hop", f"{status} {url} to {stated}{over}"))
            if target in asked:
                what = "to http, and nothing is asked without TLS" if over else "in a circle"
                raise FetchError(f"the site redirects {what}", again=False)
            asked.add(target)
            url = target
        raise FetchError(f"more than {MOST_HOPS} redirects", again=False)

    def _target(self, url: str, location: str) -> tuple[str, str]:
        """Where a redirect leads: the address to ask, and the one that the site stated (in ASCII, a court's bare letters encoded)."""
        try:
            parts = urlsplit(urljoin(url, quote(location.encode("utf-8", "surrogateescape"), safe=_SAFE)))
            port, host = parts.port, parts.hostname or ""
        except ValueError:
            raise FetchError("the site redirects to something that is no address", again=False) from None
        if parts.scheme not in ("http", "https"):
            raise FetchError("the site redirects to something that is no web page", again=False)
        if self._portal is None and (port not in _PORTS or "@" in parts.netloc):
            raise FetchError(
                "the site redirects to a port or a login that no court has; it was not followed", again=False
            )
        stated = parts._replace(netloc=host)  # a rehearsal names its own port behind a court's host
        return stated._replace(scheme="https").geturl(), stated.geturl()

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
                if response.status not in _STATUSES:
                    raise FetchError("the answer has a status that no answer can have")
                if sum(len(part) for pair in response.raw_headers for part in pair) > LARGEST_HEAD:
                    raise FetchError("the head of the answer is larger than allowed", again=False)
                chunks, size = [], 0
                async for chunk in response.content.iter_chunked(_CHUNK):
                    size += len(chunk)
                    if size > self._config.largest_bytes:
                        raise FetchError("the answer is larger than allowed", again=False)
                    chunks.append(chunk)
                headers = tuple(
                    (_site_name(name.decode("latin-1")), value.decode("utf-8", "surrogateescape"))
                    for name, value in response.raw_headers
                )
                return response.status, headers, b"".join(chunks), getattr(response, "certificate", "")
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
    if isinstance(problem, aiohttp.ClientConnectorCertificateError):
        problem = problem.certificate_error
    if isinstance(problem, ssl.SSLCertVerificationError):
        return f"the certificate of the site {_CERTIFICATES.get(problem.verify_code, 'is not valid')}"
    if isinstance(problem, aiohttp.ClientHttpProxyError | aiohttp.ClientProxyConnectionError):
        return _PROXY
    if isinstance(problem, aiohttp.ClientConnectorDNSError):
        return "the site could not be reached: its name is not known to this machine's DNS"
    if isinstance(problem, aiohttp.ClientSSLError):
        return "the site could not be reached: it speaks no TLS that this machine speaks"
    if isinstance(problem, aiohttp.ClientConnectorError):
        return "the site could not be reached"
    return "the connection was lost"


def _site_name(name: str) -> str:
    """The name of a site's header; one that pretends to be ours is moved out of the way."""
    return f"X-Site-{name}" if name.lower().startswith(_OURS) and name.lower() != _SIMULATED else name
