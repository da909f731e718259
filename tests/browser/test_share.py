"""What is given away of a board: its page, and the file that opens without network and shows what the board shows."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.axe import grave
from tests.browser.screens import Screen
from tests.servers import Site

pytestmark = pytest.mark.browser
MACHINE = "/boards/this-machine/"
SERIES = [f"machine.{name}" for name in ("cpu", "memory", "load", "disk", "network.in", "network.out", "disk.read")]
# What panels say, without the link to a table, which a file does not have.
WORDS = """() => [...document.querySelectorAll("figure.chart")].map((figure) => {
  const copy = figure.cloneNode(true);
  copy.querySelector(".chart-link")?.remove();
  return copy.textContent;
})"""
SIZES = """() => [...document.querySelectorAll("figure.chart")].map((figure) => {
  const { width, height } = figure.getBoundingClientRect();
  return [Math.round(width), Math.round(height)];
})"""
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
FONTS = "async () => [...await document.fonts.load('600 1em Inter', 'a')].map((font) => font.status)"


@pytest.fixture
def machine(site: Site) -> Site:
    now = int(time.time())
    site.send(*({"series": name, "value": at % 97, "time": at} for name in SERIES for at in range(now - 60, now)))
    return site


@pytest.fixture
def offline(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Pages in a browser without network."""
    contexts: list[BrowserContext] = []

    def page(**context: bool) -> Page:
        contexts.append(browser.new_context(offline=True, reduced_motion="reduce", **context))
        return contexts[-1].new_page()

    yield page
    for context in contexts:
        context.close()


def test_a_file_opens_without_network_and_shows_what_the_board_showed(
    browser: Browser, machine: Site, offline: Callable[..., Page], tmp_path: Path
) -> None:
    screen = Screen(browser, machine, f"{MACHINE}share?range=15min", live=False)
    with screen.page.expect_download() as download:
        screen.page.get_by_role("link", name="Page (HTML)").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    assert file.name == "this-machine.html"
    screen.page.goto(screen.page.get_by_label("Whoever may see the board").input_value())
    expect(screen.page.get_by_text("This is how it was on")).to_be_visible()

    asked: list[str] = []
    complaints: list[str] = []
    page = offline()
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(file.as_uri())
    assert page.evaluate(FONTS) == ["loaded"]
    assert [url for url in asked if not url.startswith("data:")] == [file.as_uri()]
    assert complaints == [] and screen.complaints == []
    words = page.evaluate(WORDS)
    assert words == screen.page.evaluate(WORDS) and len(words) == 8
    assert page.evaluate(SIZES) == screen.page.evaluate(SIZES), "under the same style sheets"
    page.locator(".chart-tooltip td").last.hover()
    expect(page.locator(".chart-tooltip td").last.locator("a")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_file_shuts_nobody_out(machine: Site, offline: Callable[..., Page], tmp_path: Path, theme: str) -> None:
    file = tmp_path / "board.html"
    file.write_text(machine.http("GET", f"/boards/this-machine.html?theme={theme}").text)
    page = offline(bypass_csp=True)  # for axe-core, which the policy in the file would keep out
    page.goto(file.as_uri())
    assert grave(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate(OVERFLOW) == 0


def test_what_is_given_away_fits_on_a_phone_and_is_light_or_dark(browser: Browser, machine: Site) -> None:
    screen = Screen(browser, machine, MACHINE, viewport={"width": 390, "height": 844}, color_scheme="dark")
    screen.page.get_by_role("link", name="Share").click()
    expect(screen.page.get_by_role("heading", name="Share “This machine”")).to_be_visible()
    preview = screen.page.get_by_role("img", name="This machine, as the picture shows it")
    expect(preview).to_be_visible()
    moment = screen.page.get_by_label("Whoever may see the board").input_value()
    screen.page.get_by_role("link", name="Light").click()
    expect(screen.page.get_by_role("link", name="Light")).to_have_attribute("aria-current", "true")
    assert screen.page.get_by_label("Whoever may see the board").input_value() == moment, "the same moment"
    assert preview.evaluate("async (image) => { await image.decode(); return image.naturalWidth }") == 1280
    assert screen.page.evaluate(OVERFLOW) == 0
    assert screen.complaints == []
