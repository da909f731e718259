"""A board on a wall, measured: all of it is on the screen, and can be read from the door."""

import re
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import axe
from tests.browser.figures import CUT, OUTSIDE, UPON
from tests.browser.screens import Screen
from tests.servers import Site
from tests.waiting import until

pytestmark = pytest.mark.browser
SIZES = [(1280, 720), (1920, 1080), (3840, 2160)]
COUNTS = [1, 2, 3, 5, 8, 12, 20]
# Boards of so many panels of mixed kinds: figures beside each other first, as people make them.
BOARDS = f"""
import math
from datetime import timedelta
from django.utils import timezone
from boards.models import Board, Panel, PanelSeries
from series.models import Series
from series.samples import Sample
from series.storage.write import write
now = timezone.now()
names = ["p50", "p95", "a.series.with.a.long.name"]
for base, name in enumerate(names, 1):
    values = [round(base * 150 + 40 * math.sin(n / 9), 1) for n in range(144)]
    write(Sample(name, {{}}, now - timedelta(minutes=10 * (143 - n)), value) for n, value in enumerate(values))
Series.objects.update(expected_interval=600)
lines = [Series.objects.get(name=name) for name in names]
long = "A title that says at some length what the numbers below it are about, as people do"
words = "## On call" + 9 * "\\n\\nWho is on call looks here first, then into the book, and then calls somebody else."
state = {{"warn_at": 300.0, "bad_at": 900.0}}
kinds = [
    ("stat", 3, 2, 1, {{"unit": "ms", **state}}), ("gauge", 3, 2, 1, {{"minimum": 0.0, "maximum": 900.0, **state}}),
    ("stat", 3, 2, 1, {{"unit": "%"}}), ("status", 3, 2, 3, state),
    ("line", 8, 4, 3, {{"unit": "ms", "bad_at": 500.0}}), ("bar", 4, 4, 3, {{"x_axis": "names"}}),
    ("table", 6, 4, 3, {{}}), ("area", 6, 4, 2, {{}}), ("donut", 4, 4, 3, {{}}),
    ("text", 4, 4, 0, {{"text": words}}), ("heatmap", 6, 4, 1, {{}}), ("timeline", 6, 4, 3, state),
    ("sparkline", 3, 2, 1, {{}}), ("histogram", 6, 4, 1, {{}}), ("stat", 3, 2, 1, {{}}), ("line", 12, 4, 1, {{}}),
]
for count in {COUNTS}:
    board = Board.objects.create(title=long, slug=f"with-{{count}}", view_by="public", range="24h", position=count)
    for n in range(count):
        kind, width, height, of, options = kinds[n % len(kinds)]
        title = kind if n % 2 else long
        panel = Panel.objects.create(
            board=board, title=title, kind=kind, width=width, height=height, position=n, options=options
        )
        for series in lines[:of]:
            PanelSeries.objects.create(panel=panel, series=series)
"""
# Of the screen: its height in per cent that the least letters have, and the least figure; its width that is used.
MEASURE = """() => {
  const root = document.scrollingElement, seen = (node) => node.checkVisibility({ visibilityProperty: true });
  const size = (node) => 100 * parseFloat(getComputedStyle(node).fontSize) / innerHeight;
  const tiles = [...document.querySelectorAll(".wall-tile")].map((tile) => tile.getBoundingClientRect());
  const letters = [...document.querySelectorAll(".wall-tile *")].filter((node) =>
    seen(node) && [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim()) &&
    !node.closest("title, style, .chart-tooltip, .chart-link, .chart-heat td"));
  const zones = [...document.querySelectorAll(".chart-body[data-zone]")].map((body) =>
    100 * parseFloat(getComputedStyle(body, "::after").fontSize) / innerHeight);
  const figures = [...document.querySelectorAll(":is(.chart-stat, .chart-gauge) .chart-value, .chart-spark b")];
  return {
    scrolls: root.scrollHeight > innerHeight || root.scrollWidth > innerWidth,
    right: Math.max(...tiles.map(({ right }) => right)) / innerWidth,
    width: (Math.max(...tiles.map(({ right }) => right)) - Math.min(...tiles.map(({ left }) => left))) / innerWidth,
    bottom: Math.max(...tiles.map(({ bottom }) => bottom)) / innerHeight,
    letters: Math.min(...letters.map(size), ...zones),
    figures: figures.map((figure) => `${size(figure).toFixed(2)} ${figure.innerText}`),
  };
}"""
# Rows without room are hidden and counted: nothing of what is left may be below its tile.
BELOW = """() => [...document.querySelectorAll(".wall-tile > .chart")].filter((chart) =>
  chart.scrollHeight > chart.clientHeight + 1 || chart.scrollWidth > chart.clientWidth + 1)
  .map((chart) => `${chart.className}: ${chart.scrollHeight} in ${chart.clientHeight}`)"""


@pytest.fixture(scope="module")
def walls(tmp_path_factory: pytest.TempPathFactory, installation: Site) -> Iterator[Site]:
    """A running site with boards of 1 to 20 panels."""
    folder = tmp_path_factory.mktemp("walls")
    shutil.copy(installation.folder / "db.sqlite3", folder)
    site = Site(folder, env={"SECRET_KEY": installation.env["SECRET_KEY"]})
    site.token = installation.token
    site.shell(BOARDS)
    yield site.start()
    site.stop()


@pytest.fixture
def site_with_walls(walls: Site) -> Iterator[Site]:
    yield walls
    walls.opened.close()


@pytest.mark.parametrize("count", COUNTS)
def test_all_of_it_is_on_the_screen_and_can_be_read(browser: Browser, site_with_walls: Site, count: int) -> None:
    screen = Screen(browser, site_with_walls, f"/boards/with-{count}/?wall")
    page = screen.page
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        until(lambda: page.evaluate(BELOW) == [], lambda: f"at {width}: {page.evaluate(BELOW)}")  # noqa: B023
        found = page.evaluate(MEASURE)
        assert not found["scrolls"], width
        assert found["width"] >= 0.97 and found["right"] <= 1 and 0.95 < found["bottom"] <= 1, f"{width}: {found}"
        assert found["letters"] >= 1.4, f"{width}: {found}"
        assert all(float(figure.split()[0]) >= 8 for figure in found["figures"]), f"{width}: {found}"
        for what in (OUTSIDE, CUT, UPON):
            assert page.evaluate(what) == [], width
    assert screen.complaints == []


def test_a_list_says_how_many_rows_have_no_room(browser: Browser, site_with_walls: Site) -> None:
    page = Screen(browser, site_with_walls, "/boards/with-20/?wall").page
    tile = page.locator(".wall-tile", has=page.locator(".chart-table")).first
    expect(tile).to_have_attribute("data-more", re.compile(r"^\+ \d+ more$"))
    shown, more = tile.locator("tbody tr:visible").count(), int(tile.get_attribute("data-more").split()[1])
    assert shown + more == 144, "all of them are there or counted"
    page.set_viewport_size({"width": 800, "height": 1600})  # held upright: below each other, and all of each
    expect(tile).to_have_attribute("data-more", "")


def test_what_arrives_is_fitted_too(browser: Browser, site_with_walls: Site) -> None:
    screen = Screen(browser, site_with_walls, "/boards/with-20/?wall")
    tile = screen.page.locator(".wall-tile", has=screen.page.locator(".chart-table")).first
    expect(tile).to_have_attribute("data-more", re.compile(r"^\+ \d+ more$"))
    site_with_walls.send({"series": "p50", "value": 1234.5})
    expect(tile).to_contain_text("1,234.5")
    until(lambda: screen.page.evaluate(BELOW) == [], "what came is inside its tile")
    assert "more" in tile.get_attribute("data-more") and screen.not_reloaded()


def test_the_clock_ticks_without_a_network_and_the_page_says_since_when(browser: Browser, site: Site) -> None:
    screen = Screen(browser, site, "/boards/this-machine/?wall", clock=True)
    page, clock, fresh = screen.page, screen.page.locator("#wall-clock"), screen.page.locator("#wall-fresh")
    expect(fresh).to_have_text(re.compile(r"^data \d s old$"))
    edge = "() => getComputedStyle(document.body, '::after').borderTopWidth"
    assert page.evaluate(edge) == "0px"
    before = clock.inner_text()
    site.kill()
    screen.expect("reconnecting")
    page.clock.run_for(61_000)
    expect(clock).not_to_have_text(before)
    screen.expect("offline")
    expect(fresh).to_be_hidden()
    expect(page.locator("#live-state")).to_contain_text(re.compile(r"\d\d:\d\d:\d\d"))
    assert float(page.evaluate(edge).removesuffix("px")) >= 5, "and takes the edge of the screen"
    site.start()
    screen.expect("live")
    expect(fresh).to_have_text(re.compile(r"^data \d s old$"))
    assert page.evaluate(edge) == "0px" and screen.not_reloaded()


def test_the_next_board_comes_as_soon_as_the_server_answers(browser: Browser, site: Site) -> None:
    screen = Screen(browser, site, "/boards/this-machine/?wall&rotate=5", clock=True)
    page = screen.page
    page.clock.run_for(6_000)
    page.wait_for_url("**/boards/this-week/?wall&rotate=5")
    screen.expect("live")
    site.kill()
    screen.expect("reconnecting")
    page.clock.run_for(30_000)
    screen.expect("offline")
    assert page.url.endswith("/boards/this-week/?wall&rotate=5"), "no error page of the browser"
    assert page.locator(".wall-tile").count() == 1
    site.start()
    screen.expect("live")
    page.clock.run_for(12_000)
    page.wait_for_url("**/boards/this-machine/?wall&rotate=5")
    assert page.evaluate("() => history.length") <= 2, "a board that comes is no step back"


def test_a_board_that_is_gone_is_left_out(browser: Browser, site: Site) -> None:
    screen = Screen(browser, site, "/boards/this-machine/?wall&rotate=60", clock=True)
    links = screen.page.locator(".wall-boards a")
    expect(links).to_have_count(2)
    site.shell("from boards.models import Board; Board.objects.get(slug='this-week').delete()")
    expect(links).to_have_count(1)
    screen.page.clock.run_for(200_000)
    assert screen.page.url.endswith("/boards/this-machine/?wall&rotate=60") and screen.not_reloaded()


def test_toasts_end_by_themselves(browser: Browser, site: Site) -> None:
    screen = Screen(browser, site, "/boards/this-machine/?wall")
    send = "from live.notices import notify, everyone; notify(everyone, 'error', 'It failed.')"
    site.shell(send)
    toast = screen.page.locator("#live-notices .live-notice")
    expect(toast).to_contain_text("It failed.")
    toast.hover()
    life = """(node) => node.getAnimations().filter((each) => each.animationName === "live-notice-life")
      .map((each) => [each.playState, each.effect.getTiming().duration])"""
    until(lambda: toast.evaluate(life) == [["running", 30000]], lambda: str(toast.evaluate(life)))
    toast.evaluate("(node) => node.getAnimations().forEach((each) => each.finish())")
    expect(toast).to_have_count(0)
    # On a desk an error stays.
    desk = Screen(browser, site, "/boards/this-machine/")
    site.shell(send)
    expect(desk.page.locator("#live-notices .live-notice")).to_contain_text("It failed.")
    assert desk.page.locator("#live-notices .live-notice").evaluate(life) == []


def test_the_display_stays_awake(browser: Browser, still: Site) -> None:
    screen = Screen(browser, still, "/boards/this-week/", live=False)
    # What the browser itself was asked for.
    screen.page.add_init_script("""
        window.locks = [];
        const request = WakeLock.prototype.request;
        WakeLock.prototype.request = function (kind) {
          window.locks.push(kind);
          return request.call(this, kind);
        };
    """)
    screen.page.goto("/boards/this-week/?wall")
    until(lambda: screen.page.evaluate("() => window.locks.length"), "the display is asked to stay awake")
    assert screen.page.evaluate("() => window.locks[0]") == "screen"
    assert screen.complaints == []


def test_the_pointer_goes_and_a_key_brings_the_way_out(browser: Browser, still: Site) -> None:
    screen = Screen(browser, still, "/boards/this-week/?wall&range=6h", clock=True)
    page, bar = screen.page, screen.page.locator(".wall-bar")
    pointer = "() => getComputedStyle(document.querySelector('.wall-tile')).cursor"
    expect(bar).to_be_hidden()
    page.mouse.move(300, 300)
    until(lambda: page.evaluate(pointer) != "none", "the pointer comes with the mouse")
    page.clock.run_for(4_000)
    until(lambda: page.evaluate(pointer) == "none", "and goes")
    page.keyboard.press("a")
    expect(bar).to_be_visible()
    expect(bar.get_by_role("link", name="This machine")).to_be_visible()
    page.clock.run_for(4_000)
    expect(bar).to_be_hidden()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Leave the wall")).to_be_focused()
    page.clock.run_for(10_000)
    expect(bar).to_be_visible()  # somebody is in it
    page.keyboard.press("Escape")
    page.wait_for_url("**/boards/this-week/?range=6h")


def test_an_outage_takes_the_edge_of_the_screen(browser: Browser, site: Site) -> None:
    screen = Screen(browser, site, "/boards/this-machine/?wall", viewport={"width": 1920, "height": 1080})
    site.manage("banner", "Payments are failing", "--level", "outage")
    expect(screen.page.locator(".live-banner-outage")).to_contain_text("Payments are failing")
    assert screen.page.evaluate("() => parseFloat(getComputedStyle(document.body, '::after').borderTopWidth)") >= 5
    for number in range(8):
        site.manage("banner", f"Number {number} " + "goes on at length. " * 20, "--level", "degraded")
    expect(screen.page.locator(".live-banner")).to_have_count(9)
    high = screen.page.evaluate("() => document.querySelector('.wall-banners').getBoundingClientRect().height")
    assert high <= 0.15 * 1080 + 1
    found = screen.page.evaluate(MEASURE)
    assert not found["scrolls"] and found["bottom"] <= 1
    until(lambda: screen.page.evaluate(BELOW) == [], lambda: str(screen.page.evaluate(BELOW)))


def test_without_a_script_it_can_be_read(browser: Browser, site_with_walls: Site) -> None:
    context = browser.new_context(
        base_url=site_with_walls.address, java_script_enabled=False, viewport={"width": 1920, "height": 1080}
    )
    site_with_walls.opened.callback(context.close)
    page = context.new_page()
    page.goto("/boards/with-8/?wall&rotate=60")
    assert re.fullmatch(r"\d\d:\d\d", page.locator("#wall-clock").inner_text())
    expect(page.locator(".wall-tile")).to_have_count(8)
    expect(page.get_by_role("link", name="Leave the wall")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_shuts_nobody_out(browser: Browser, site_with_walls: Site, theme: Any) -> None:
    address = "/boards/with-20/?wall&rotate=60"
    screen = Screen(browser, site_with_walls, address, color_scheme=theme, bypass_csp=True)
    assert axe.grave(screen.page) == []
    screen.page.keyboard.press("Tab")
    assert axe.grave(screen.page) == []
