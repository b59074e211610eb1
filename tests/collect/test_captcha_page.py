"""The local page: who may see it, what it tells, and what it takes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient, TestServer
from bs4 import BeautifulSoup

from courttally.collect import captcha_page
from courttally.collect.captcha_desk import Desk
from courttally.rehearsal.captcha import image

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SPB, VRN = "224gvs.spb.sudrf.ru", "gvs.vrn.sudrf.ru"
TOKEN = "t0ken-of-the-test"


def desk_of(home: Path) -> Desk:
    return Desk(home, lambda: NOON)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = desk_of(tmp_path)
    desk.waiting("spb", SPB, image("12345"), "one", NOON - timedelta(minutes=30))
    desk.waiting("vrn", VRN, image("40671"), "two", NOON - timedelta(minutes=5))
    return desk


def served(desk: Desk, visit: Callable[[TestClient[Any, Any], str], Awaitable[None]]) -> None:
    """Serve the page of a desk and let a test visit it."""

    async def run() -> None:
        page = captcha_page.Page(desk, lambda: NOON, TOKEN)
        async with TestClient(TestServer(page.application(), host="127.0.0.1")) as client:
            await visit(client, f"http://127.0.0.1:{client.port}")

    asyncio.run(run())


async def send(client: TestClient[Any, Any], own: str, **fields: str) -> ClientResponse:
    return await client.post(
        f"/{TOKEN}/answer", data=fields, headers={"Origin": own, "Host": own.removeprefix("http://")}
    )


def words(page: str) -> str:
    return " ".join(BeautifulSoup(page, "html.parser").body.get_text(" ").split())


def test_the_page_shows_the_longest_waiting_and_takes_its_answer(desk: Desk) -> None:
    async def visit(client: TestClient[Any, Any], own: str) -> None:
        page = await (await client.get(f"/{TOKEN}/")).text()
        assert "2 wait" in words(page)
        assert "224th Garrison Military Court asked 30 min ago. One answer serves all 3 courts of region spb" in words(
            page
        )
        soup = BeautifulSoup(page, "html.parser")
        picture = await client.get(f"/{TOKEN}/{soup.img['src']}")
        assert (picture.content_type, await picture.read()) == ("image/png", image("12345"))
        field = soup.find("input", id="text")
        assert soup.find("label", attrs={"for": "text"}).get_text()
        assert {"autofocus", "required"} <= set(field.attrs)
        answered = await send(client, own, region="spb", captchaid="one", text=" 12345 ")
        assert answered.status == 200
        told = words(await answered.text())
        assert "1 waits" in told
        assert "Voronezh Garrison Military Court" in told
        assert "Region spb, just now: sent; the collector uses it with its next question." in told

    served(desk, visit)
    held = desk.answer_for("spb", NOON)
    assert held is not None
    assert (held.captchaid, held.text) == ("one", "12345")


def test_the_page_tells_what_became_of_answers(desk: Desk) -> None:
    desk.answer("spb", "one", "12345")
    desk.answer("vrn", "two", "99999")
    desk.accepted("spb", "one", NOON)
    desk.refused("vrn", "two", NOON)

    async def visit(client: TestClient[Any, Any], own: str) -> None:
        told = words(await (await client.get(f"/{TOKEN}/")).text())
        assert "Nothing waits" in told
        assert "Region spb, just now: accepted; it serves its region for another 5 h 30 min." in told
        assert "Region vrn, just now: refused by the site; the collector asks for a picture again." in told
        state = json.loads(await (await client.get(f"/{TOKEN}/state")).text())
        assert state["waiting"] == []
        assert [each["fate"] for each in state["news"]] == ["refused", "accepted"]
        desk.waiting("vrn", VRN, image("40671"), "two", NOON, simulated=False)
        again = words(await (await client.get(f"/{TOKEN}/")).text())
        assert "The site refused an answer to this very picture." in again

    served(desk, visit)


def test_answers_that_cannot_be_taken_are_told_and_change_nothing(desk: Desk) -> None:
    async def visit(client: TestClient[Any, Any], own: str) -> None:
        for fields, said in (
            ({"region": "spb", "captchaid": "one", "text": "<b>"}, "That was no answer"),
            ({"region": "spb", "captchaid": "old", "text": "12345"}, "does not wait any more"),
            ({"region": "../x", "captchaid": "one", "text": "12345"}, "does not wait any more"),
            ({}, "does not wait any more"),
        ):
            answered = await send(client, own, **fields)
            assert said in words(await answered.text())
        assert len(desk.pending()) == 2
        assert (await send(client, own, text="1" * 5000)).status == 413

    served(desk, visit)


def test_the_one_behind_can_be_shown_first(desk: Desk) -> None:
    async def visit(client: TestClient[Any, Any], own: str) -> None:
        soup = BeautifulSoup(await (await client.get(f"/{TOKEN}/")).text(), "html.parser")
        assert soup.body["data-shown"] == "spb/one"
        link = soup.find("a", string="Leave it for now, show the next")
        following = await client.get(f"/{TOKEN}/{link['href']}")
        assert BeautifulSoup(await following.text(), "html.parser").body["data-shown"] == "vrn/two"

    served(desk, visit)


def test_nobody_else_gets_in(desk: Desk) -> None:
    async def visit(client: TestClient[Any, Any], own: str) -> None:
        paths = ("/", "/style.css", "/state", "/wrong/", "/wrong/state", f"/{TOKEN}x/", f"/{TOKEN}/other.css")
        for path in (*paths, f"/{TOKEN}/..%2fcaptcha.css", f"/{TOKEN}/picture/spb/two"):
            assert (await client.get(path)).status == 404, path
        port = own.rpartition(":")[2]
        for host in ("evil.example", f"evil.example:{port}", "", f"127.0.0.1.evil.example:{port}"):
            for path in (f"/{TOKEN}/", f"/{TOKEN}/state"):
                assert (await client.get(path, headers={"Host": host})).status == 403, host
        for headers in ({}, {"Origin": "http://evil.example"}, {"Origin": "null"}, {"Origin": "http://127.0.0.1:1"}):
            fields = {"region": "spb", "captchaid": "one", "text": "12345"}
            assert (await client.post(f"/{TOKEN}/answer", data=fields, headers=headers)).status == 403
        assert (await client.get(f"/{TOKEN}/answer")).status == 404
        assert len(desk.pending()) == 2
        for path in (f"/{TOKEN}/", f"/{TOKEN}/state", f"/{TOKEN}/style.css", "/"):
            headers = (await client.get(path)).headers
            assert "default-src 'none'" in headers["Content-Security-Policy"]
            assert (headers["Cache-Control"], headers["X-Frame-Options"]) == ("no-store", "DENY")

    served(desk, visit)


def test_simulated_captchas_say_so(tmp_path: Path) -> None:
    desk = desk_of(tmp_path)
    desk.waiting("spb", SPB, image("12345"), "one", NOON, simulated=True)

    async def visit(client: TestClient[Any, Any], own: str) -> None:
        assert words(await (await client.get(f"/{TOKEN}/")).text()).startswith("Simulated data")

    served(desk, visit)


def test_a_damaged_desk_is_told_not_hidden(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "collect" / "captcha" / "spb.json").write_text("{")

    async def visit(client: TestClient[Any, Any], own: str) -> None:
        answer = await client.get(f"/{TOKEN}/")
        assert answer.status == 500
        assert "spb.json is damaged; delete it" in await answer.text()

    served(desk, visit)
