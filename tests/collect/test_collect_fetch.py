"""The guards around one request, against a server that misbehaves in every way."""

import asyncio
import hashlib
import os
import ssl
import subprocess
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from certificate_kit import made_certificate
from yarl import URL as URL_OF

from courttally.collect.config import Config, ConfigError
from courttally.collect.fetch import Fetched, Fetcher, FetchError, UnreachableError
from courttally.collect.run import one_name

HOST, DASHED = "vgvs.prm.sudrf.ru", "vgvs--prm.sudrf.ru"
URL = f"https://{HOST}/modules.php?name=sud_delo&Submit=%CD%E0%E9%F2%E8"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
CONFIG = replace(Config(), largest_bytes=1000, timeout_seconds=5.0, vantage="here")


def get(handler: Handler, config: Config = CONFIG) -> tuple[Fetched, list[web.Request], list[str]]:
    """What a GET brings, the requests that the server had, and the hosts that the budget was asked for."""
    requests: list[web.Request] = []
    permitted: list[str] = []

    async def handle(request: web.Request) -> web.StreamResponse:
        requests.append(request)
        return await handler(request)

    async def permit(host: str) -> None:
        permitted.append(host)

    async def run() -> Fetched:
        app = web.Application()
        app.router.add_get("/{path:.*}", handle)
        async with TestServer(app, host="127.0.0.1") as server, Fetcher(config, str(server.make_url("/"))) as fetcher:
            return await fetcher.get(URL, permit)

    return asyncio.run(run()), requests, permitted


def redirect(target: str) -> Handler:
    async def handle(request: web.Request) -> web.Response:
        if request.headers["Host"] == HOST:
            return web.Response(status=301, headers={"Location": target})
        return web.Response(body=b"moved")

    return handle


async def plain(request: web.Request) -> web.Response:
    return web.Response(body=b"page", headers={"Set-Cookie": "session=1"})


def test_a_request_is_what_was_asked_and_names_only_what_it_must() -> None:
    found, (request,), permitted = get(plain)
    assert (found.status, found.body, found.url, found.host) == (200, b"page", URL, HOST)
    assert request.headers["Host"] == HOST
    assert request.raw_path == "/modules.php?name=sud_delo&Submit=%CD%E0%E9%F2%E8"
    assert request.headers["User-Agent"] == CONFIG.user_agent
    assert set(request.headers) == {"Host", "User-Agent", "Accept", "Accept-Language", "Accept-Encoding"}
    assert permitted == []
    assert found.header("x-courttally-vantage") == "here"


def test_a_redirect_within_the_directory_is_followed_within_the_budget_and_named() -> None:
    found, requests, permitted = get(redirect(f"http://{DASHED}:8337/other"))
    assert (found.url, found.body) == (f"https://{DASHED}/other", b"moved")
    assert permitted == [DASHED]
    assert len(requests) == 2
    assert found.header("X-Courttally-Hop") == f"301 {URL} to http://{DASHED}/other; asked over https"


def test_a_redirect_to_http_is_followed_over_https() -> None:
    fetcher = Fetcher(CONFIG, None)
    upgraded = f"https://{DASHED}/other?a=1", f"http://{DASHED}/other?a=1"
    assert fetcher._target(URL, f"http://{DASHED}/other?a=1") == upgraded
    assert fetcher._target(URL, f"http://{DASHED}:80/other?a=1") == upgraded
    assert fetcher._target(URL, "/other") == (f"https://{HOST}/other",) * 2


def test_a_redirect_with_bare_cyrillic_letters_is_followed_byte_for_byte() -> None:
    """What aiohttp gives out of a header are UTF-8 letters, or lone surrogates for bytes that are none."""
    fetcher = Fetcher(CONFIG, None)
    for coding, letters in (("cp1251", "%CD%E0"), ("utf-8", "%D0%9D%D0%B0")):
        location = "/m.php?S=На йти%20".encode(coding).decode("utf-8", "surrogateescape")
        target, _ = fetcher._target(URL, location)
        assert target.startswith(f"https://{HOST}/m.php?S={letters}%20")
        assert target.isascii()
        assert target.endswith("%20")


@pytest.mark.parametrize(
    "target",
    [
        f"https://{HOST}:22/",
        f"https://user:secret@{HOST}/",
        f"https://{HOST}:99999/",
        "https://[x/",
        f"https://{HOST}:x/",
    ],
)
def test_a_redirect_to_a_port_a_login_or_no_address_is_not_followed(target: str) -> None:
    with pytest.raises(FetchError, match="redirects to") as failure:
        Fetcher(CONFIG, None)._target(URL, target)
    assert not failure.value.again
    assert "secret" not in str(failure.value)


@pytest.mark.parametrize(
    "target",
    [
        "https://example.org/",
        "https://vgvs.prm.sudrf.ru.example.org/",
        "ftp://vgvs.prm.sudrf.ru/",
        "javascript:alert(1)",
    ],
)
def test_a_redirect_out_of_the_directory_is_not_followed(target: str) -> None:
    with pytest.raises(FetchError) as failure:
        get(redirect(target))
    assert not failure.value.again
    assert "example" not in str(failure.value)


@pytest.mark.parametrize(("target", "words"), [(URL, "in a circle"), (URL.replace("https", "http"), "without TLS")])
def test_redirects_in_a_circle_end_at_once(target: str, words: str) -> None:
    asked = []

    async def counted(request: web.Request) -> web.StreamResponse:
        asked.append(request)
        return await redirect(target)(request)

    with pytest.raises(FetchError, match=words) as failure:
        get(counted)
    assert not failure.value.again
    assert len(asked) == 1


def test_redirects_that_lead_ever_on_end() -> None:
    async def on(request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": request.path_qs + "1"})

    with pytest.raises(FetchError, match="more than 4 redirects"):
        get(on)


def test_a_header_that_pretends_to_be_ours_is_kept_under_another_name() -> None:
    async def pretends(request: web.Request) -> web.Response:
        names = ("X-Courttally-Vantage", "X-COURTTALLY-Certificate", "X-Courttally-Simulated")
        return web.Response(body=b"page", headers=dict.fromkeys(names, "moon"))

    found, _, _ = get(pretends)
    ours = [(name, value) for name, value in found.headers if name.lower().startswith("x-courttally-")]
    assert ours == [
        ("X-Courttally-Simulated", "moon"),
        ("X-Courttally-Vantage", "here"),
        ("X-Courttally-Portal", "asked of a portal named instead of the site"),
        ("X-Courttally-Certificate", "none: not over TLS"),
    ]
    assert (found.header("X-Site-X-Courttally-Vantage"), found.header("X-Site-X-COURTTALLY-Certificate")) == (
        "moon",
    ) * 2


def test_a_head_that_is_too_large_is_no_answer() -> None:
    async def wordy(request: web.Request) -> web.Response:
        return web.Response(body=b"page", headers={f"X-{n}": "y" * 5000 for n in range(20)})

    with pytest.raises(FetchError, match="head of the answer is larger"):
        get(wordy)


@pytest.mark.parametrize("status", ["999 No", "099 No"])
def test_a_status_that_no_answer_can_have_is_no_answer(status: str) -> None:
    async def odd(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 4\r\nConnection: close\r\n\r\npage".encode())
        writer.close()

    async def run() -> None:
        async def permit(host: str) -> None:
            return None

        server = await asyncio.start_server(odd, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        async with server, Fetcher(CONFIG, f"http://127.0.0.1:{port}") as fetcher:
            await fetcher.get(URL, permit)

    with pytest.raises(FetchError, match="status"):
        asyncio.run(run())


def test_an_answer_that_is_too_large_is_none() -> None:
    async def large(request: web.Request) -> web.Response:
        return web.Response(body=b"x" * 1001)

    with pytest.raises(FetchError, match="larger"):
        get(large)


def test_an_answer_that_takes_too_long_is_none() -> None:
    async def slow(request: web.Request) -> web.Response:
        await asyncio.sleep(10)
        return web.Response(body=b"late")

    with pytest.raises(FetchError, match="in time") as failure:
        get(slow, replace(CONFIG, timeout_seconds=0.2))
    assert failure.value.again


@pytest.mark.parametrize("cut", [True, False])
def test_a_lost_connection_is_told_and_not_repeated_by_itself(cut: bool) -> None:
    seen = []

    async def broken(request: web.Request) -> web.StreamResponse:
        seen.append(1)
        response = web.StreamResponse(headers={"Content-Length": "100"})
        if cut:
            await response.prepare(request)
            await response.write(b"half")
        assert request.transport is not None
        request.transport.abort()
        return response

    with pytest.raises(FetchError, match=r"cut short|lost") as failure:
        get(broken)
    assert failure.value.again
    assert len(seen) == 1


def test_a_site_that_cannot_be_reached_says_so_without_its_address() -> None:
    async def run() -> None:
        async def permit(host: str) -> None:
            return None

        async with Fetcher(CONFIG, "http://127.0.0.1:1") as fetcher:
            await fetcher.get(URL, permit)

    with pytest.raises(FetchError, match="could not be reached") as failure:
        asyncio.run(run())
    assert "sudrf" not in str(failure.value)


@pytest.mark.parametrize(("asked", "answers"), [(HOST, DASHED), (DASHED, HOST), (HOST, "")])
def test_a_host_that_is_not_there_is_asked_under_its_other_name_once(asked: str, answers: str) -> None:
    tried: list[str] = []

    class Half(Fetcher):
        async def _once(self, url: str) -> tuple[int, tuple[tuple[str, str], ...], bytes, str]:
            tried.append(URL_OF(url).host or "")
            if tried[-1] != answers:
                raise UnreachableError("the site could not be reached")
            return 200, (), b"page", "verified"

    async def permit(host: str) -> None:
        return None

    got = Half(CONFIG, None).get(f"https://{asked}/robots.txt", permit)
    if answers:
        assert asyncio.run(got).url == f"https://{answers}/robots.txt"
    else:
        with pytest.raises(UnreachableError):
            asyncio.run(got)
    assert tried == [asked, HOST if asked == DASHED else DASHED]


def test_a_site_without_tls_and_a_name_that_is_not_known_are_told_apart() -> None:
    async def run(portal: str) -> None:
        async def permit(host: str) -> None:
            return None

        app = web.Application()
        app.router.add_get("/{path:.*}", plain)
        async with TestServer(app, host="127.0.0.1") as server, Fetcher(CONFIG, portal.format(server.port)) as fetcher:
            await fetcher.get(URL, permit)

    with pytest.raises(FetchError, match="no TLS that this machine speaks"):
        asyncio.run(run("https://127.0.0.1:{}"))
    with pytest.raises(FetchError, match="not known to this machine's DNS"):
        asyncio.run(run("http://nowhere.invalid:{}"))


def https(tmp_path: Path, *, trusted: bool) -> subprocess.CompletedProcess[str]:
    """What a fetcher in a process of its own says of a server on loopback with a certificate of its own making."""
    key, certificate = made_certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    asks = (
        "import asyncio, sys\n"
        "from courttally.collect.config import Config\n"
        "from courttally.collect.fetch import Fetcher, FetchError\n"
        "async def permit(host): pass\n"
        "async def run():\n"
        "    async with Fetcher(Config(), sys.argv[1]) as fetcher:\n"
        "        print((await fetcher.get(sys.argv[2], permit)).header('X-Courttally-Certificate'))\n"
        "try: asyncio.run(run())\n"
        "except FetchError as problem: print(problem)\n"
    )

    async def run() -> subprocess.CompletedProcess[str]:
        app = web.Application()
        app.router.add_get("/{path:.*}", plain)
        server = TestServer(app, host="127.0.0.1", scheme="https")
        await server.start_server(ssl=context)
        environment = os.environ | ({"SSL_CERT_FILE": str(certificate)} if trusted else {})
        command = [sys.executable, "-c", asks, f"https://localhost:{server.port}", URL]
        try:
            return await asyncio.to_thread(
                subprocess.run, command, env=environment, capture_output=True, text=True, check=False
            )
        finally:
            await server.close()

    return asyncio.run(run())


def test_a_certificate_that_nobody_vouches_for_is_refused_and_the_reason_told(tmp_path: Path) -> None:
    assert https(tmp_path, trusted=False).stdout == "the certificate of the site is signed by nobody but itself\n"


def test_the_certificate_of_an_answer_is_kept_however_short_its_body(tmp_path: Path) -> None:
    said = https(tmp_path, trusted=True)
    pem = (tmp_path / "cert.pem").read_text("ascii")
    expected = hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest()
    assert said.stdout == f"verified sha256:{expected}\n", said.stderr


def test_a_socks_proxy_without_its_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "aiohttp_socks", None)

    async def run() -> None:
        async with Fetcher(replace(CONFIG, proxy="socks5://user:secret@proxy:1080"), None):
            pass

    with pytest.raises(ConfigError, match="aiohttp-socks") as failure:
        asyncio.run(run())
    assert "secret" not in str(failure.value)


@pytest.mark.parametrize(
    ("scheme", "answer", "asked"),
    [
        ("http", b"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n", b"CONNECT vgvs.prm.sudrf.ru:443 "),
        ("socks5", b"\x05\xff", b"\x05"),
    ],
)
def test_a_proxy_that_refuses_is_told_and_never_gone_around(scheme: str, answer: bytes, asked: bytes) -> None:
    heard: list[bytes] = []

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.read(1000))
        writer.write(answer)
        await writer.drain()
        writer.close()

    async def run() -> None:
        async def permit(host: str) -> None:
            return None

        server = await asyncio.start_server(refuse, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        async with server, Fetcher(replace(CONFIG, proxy=f"{scheme}://user:secret@127.0.0.1:{port}"), None) as fetcher:
            await fetcher.get(URL, permit)

    with pytest.raises(FetchError, match="proxy") as failure:
        asyncio.run(run())
    assert "secret" not in str(failure.value)
    assert heard
    assert all(words.startswith(asked) for words in heard)


def test_both_names_of_a_host_are_one_in_the_budget() -> None:
    assert one_name(DASHED) == one_name(HOST) == HOST
    assert one_name("127.0.0.1") == "127.0.0.1"
