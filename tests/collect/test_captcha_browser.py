"""The captcha page in a real browser: a person with a keyboard gets through, on a phone, in light and dark, without scripts."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from courttally.collect.captcha_desk import Desk
from courttally.rehearsal.captcha import image

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SPB, VRN = "224gvs.spb.sudrf.ru", "gvs.vrn.sudrf.ru"
BROWSER = Path("/usr/bin/chromium")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path, lambda: NOON)
    desk.waiting("spb", SPB, image("12345"), "one", NOON - timedelta(minutes=30))
    desk.waiting("vrn", VRN, image("40671"), "two", NOON - timedelta(minutes=5))
    return desk


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not BROWSER.exists():
        pytest.skip("needs Debian's chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def address(desk: Desk, tmp_path: Path) -> Iterator[str]:
    """The address that `courttally captcha` prints."""
    command = [sys.executable, "-c", "from courttally.cli import main; main()", "captcha", "--home", str(tmp_path)]
    environment = {"COURTTALLY_NOW": NOON.isoformat()}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.terminate()
        assert process.wait() == 0


def shown(page: Page) -> str:
    return page.locator("body").get_attribute("data-shown") or ""


def test_a_person_with_a_keyboard_gets_through(browser: Browser, address: str, desk: Desk) -> None:
    page = browser.new_page()
    noise: list[str] = []
    asked: set[str] = set()
    page.on("console", lambda message: noise.append(message.text))
    page.on("pageerror", lambda error: noise.append(str(error)))
    page.on("request", lambda request: asked.add(request.url.partition("://")[2].partition("/")[0]))
    page.goto(address)
    expect(page).to_have_title("(2) Captchas | courttally")
    expect(page.get_by_label("The characters in the picture")).to_be_focused()
    assert page.evaluate("document.querySelector('img').naturalWidth") == 100
    page.keyboard.type("12345")
    page.keyboard.press("Enter")
    expect(page.locator("body")).to_have_attribute("data-shown", "vrn/two")
    page.keyboard.type("40671")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("Nothing waits")
    desk.accepted("spb", "one", NOON)
    desk.refused("vrn", "two", NOON)
    news = page.get_by_role("list")
    expect(news).to_contain_text("Region spb, just now: accepted")
    expect(news).to_contain_text("Region vrn, just now: refused")
    desk.waiting("vrn", VRN, image("40671"), "two", NOON)  # shows up by itself
    expect(page.get_by_label("The characters in the picture")).to_be_focused()
    expect(page.get_by_text("The site refused an answer to this very picture")).to_be_visible()
    assert noise == []
    assert asked == {address.partition("://")[2].partition("/")[0]}
    page.close()


def test_what_is_being_typed_is_never_thrown_away(browser: Browser, address: str, desk: Desk) -> None:
    page = browser.new_page()
    page.goto(address)
    page.keyboard.type("123")
    desk.waiting("spb", SPB, image("77777"), "newer", NOON)
    expect(page.get_by_text("This picture does not wait any more")).to_be_visible()
    assert page.get_by_label("The characters in the picture").input_value() == "123"
    page.get_by_role("link", name="Show what waits now").click()
    expect(page.locator("body")).to_have_attribute("data-shown", "vrn/two")
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_it_fits_a_phone_and_reads_in_light_and_dark(browser: Browser, address: str, scheme: Any, width: int) -> None:
    context = browser.new_context(
        color_scheme=scheme, viewport={"width": width, "height": 640}, java_script_enabled=True
    )
    page = context.new_page()
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    button = page.get_by_role("button", name="Send").bounding_box()
    assert button is not None
    assert button["y"] + button["height"] <= 640  # the picture, the field and the button without scrolling
    for selector in ("body", ".quiet", "button", "a", ".kicker", "li"):
        assert contrast(page, selector) >= 4.5, selector
    context.close()


def test_without_scripts_it_works_too(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    page.get_by_label("The characters in the picture").fill("12345")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("list")).to_contain_text("Region spb, just now: sent")
    context.close()


def contrast(page: Page, selector: str) -> float:
    """WCAG contrast of the first such element's text against the nearest ground that is not transparent."""
    colours = page.evaluate(
        """selector => {
            let node = document.querySelector(selector);
            const ink = getComputedStyle(node).color;
            let ground = getComputedStyle(node).backgroundColor;
            while (ground === "rgba(0, 0, 0, 0)") {
                node = node.parentElement;
                ground = getComputedStyle(node).backgroundColor;
            }
            return [ink, ground].map(each => each.match(/[0-9.]+/g).slice(0, 3).map(Number));
        }""",
        selector,
    )
    light, dark = sorted((luminance(each) for each in colours), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: list[float]) -> float:
    parts = [each / 255 for each in colour]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
