"""What one does with a panel: read a value out while it moves, get to its data, take its picture."""

import json
import urllib.request

import pytest
from playwright.sync_api import Browser, Page, expect

from live.charts.output.palette import PAINTS
from tests.browser.screens import Screen
from tests.servers import Site
from tests.waiting import until

pytestmark = pytest.mark.browser
WEEK = "/boards/this-week/"
PANEL = "figure[id^=boards-panel]"
# The words of the tooltip that is open, wherever on the page.
OPEN = """() => [...document.querySelectorAll(".chart-tooltip a")]
  .filter((each) => each.checkVisibility({ visibilityProperty: true })).map((each) => each.textContent)"""


def send(site: Site, day: str, value: float) -> None:
    request = urllib.request.Request(
        f"{site.address}/api/points",
        json.dumps({"series": "week", "value": value, "tags": {"day": day}}).encode(),
        {"Authorization": f"Bearer {site.token}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.status == 200 or answer.status == 202 or answer.status == 201


def opened(page: Page, words: str) -> None:
    until(
        lambda: words in page.evaluate(OPEN),
        lambda: f"a tooltip that says {words!r}; open is {page.evaluate(OPEN)}",
    )


def point_at(page: Page, part: float) -> None:
    """Move the mouse to a part of the plot's width."""
    plot = page.locator(f"{PANEL} .chart-plot").first
    places = [plot.bounding_box()]
    # None for the moment in which the panel is replaced.
    until(lambda: places[-1] or places.append(plot.bounding_box()), "the plot has a place")
    box = places[-1]
    assert box
    for step in range(3):  # as a hand does: in more than one step
        page.mouse.move(box["x"] + box["width"] * part + step, box["y"] + box["height"] / 2)


def test_a_tooltip_by_mouse_stays_while_the_panel_changes(browser: Browser, site: Site) -> None:
    screen = Screen(browser, site, WEEK)
    send(site, "Thu", 4)
    point_at(screen.page, 0.5)
    opened(screen.page, "Thu4")
    # Many, because what a browser hits with a mouse at rest depends on which frame a swap falls into.
    for value in range(41, 66):
        send(site, "Thu", value)
        opened(screen.page, f"Thu{value}")
    assert screen.not_reloaded() and screen.complaints == []


def test_by_keyboard_the_chart_is_one_stop_and_focus_stays_while_the_panel_changes(
    browser: Browser, site: Site
) -> None:
    screen = Screen(browser, site, WEEK)
    page = screen.page
    send(site, "Sun", 7)
    send(site, "Sat", 6)
    page.locator(f"{PANEL} .chart-link").focus()
    page.keyboard.press("Tab")
    opened(page, "Sun7")
    page.keyboard.press("Shift+Tab")
    opened(page, "Sat6")
    send(site, "Sat", 66)
    opened(page, "Sat66")
    page.keyboard.press("Shift+Tab")
    until(lambda: any(words.startswith("Fri") for words in page.evaluate(OPEN)), "the day before, after Shift+Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    inside = page.evaluate(f"() => Boolean(document.activeElement.closest('{PANEL}'))")
    assert not inside, "Tab leaves the chart after its newest value"


def test_a_touch_reads_out_too(browser: Browser, site: Site) -> None:
    screen = Screen(browser, site, WEEK, has_touch=True, is_mobile=True, viewport={"width": 390, "height": 800})
    send(site, "Mon", 12)
    screen.shows("12", within=PANEL)
    box = screen.page.locator(f"{PANEL} .chart-plot").first.bounding_box()
    assert box
    screen.page.touchscreen.tap(box["x"] + box["width"] / 14, box["y"] + box["height"] / 2)
    opened(screen.page, "Mon12")


def test_the_way_to_the_data_and_back(browser: Browser, site: Site) -> None:
    screen = Screen(browser, site, WEEK)
    send(site, "Tue", 321)
    screen.page.locator(f"{PANEL}").hover()
    screen.page.get_by_role("link", name="Week as a table").click()
    table = screen.page.get_by_role("table")
    expect(table.get_by_role("row").filter(has_text="Tue")).to_contain_text("321")
    with screen.page.expect_download() as download:
        screen.page.get_by_role("link", name="CSV").click()
    assert "Tue,321" in download.value.path().read_text()
    screen.page.get_by_role("link", name="Chart", exact=True).click()
    screen.expect("live")
    send(site, "Tue", 322)
    screen.shows("322", within=PANEL)
    assert screen.complaints == []


def test_the_picture_is_right_in_an_image_and_by_itself(browser: Browser, site: Site) -> None:
    screen = Screen(browser, site, WEEK)
    panel = (screen.page.locator(PANEL).get_attribute("id") or "").rpartition("-")[2]
    for ending in ("svg", "png"):
        size = screen.page.evaluate(
            """(source) => new Promise((done, fail) => {
              const image = new Image();
              image.onload = () => done([image.naturalWidth, image.naturalHeight]);
              image.onerror = () => fail(new Error("it cannot be shown"));
              image.src = source;
            })""",
            f"/panels/{panel}.{ending}",
        )
        assert size == ([720, 360] if ending == "svg" else [1440, 720])
    # As a document of its own: dark where the reader prefers that, though the site's policy allows no style in it.
    colours = []
    for scheme in ("light", "dark"):
        own = Screen(browser, site, f"/panels/{panel}.svg", live=False, color_scheme=scheme)
        colours.append(own.page.evaluate("() => getComputedStyle(document.querySelector('text')).fill"))
        assert own.complaints == []
    assert colours == [f"rgb{tuple(bytes.fromhex(colour[1:]))}" for colour in PAINTS["ink"]]
