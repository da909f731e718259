"""A board that is many windows long: what is near the window is sent at once, the rest when it comes near."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.screens import Screen
from tests.servers import Site

pytestmark = pytest.mark.browser

MAKE = """
from boards.models import Board, Panel, PanelSeries
from series.samples import Sample
from series.storage.write import write
from django.utils import timezone
from series.models import Series
board = Board.objects.create(title="Long", slug="long", view_by="public")
write([Sample("long", {"n": str(n)}, timezone.now(), 1.0) for n in range(30)])
for n, series in enumerate(Series.objects.filter(name="long").order_by("pk")):
    panel = Panel.objects.create(board=board, title=f"Panel {n}", kind="stat", width=12, position=n)
    PanelSeries.objects.create(panel=panel, series=series)
"""


def test_what_is_far_from_the_window_comes_when_one_scrolls_to_it(browser: Browser, site: Site) -> None:
    site.shell(MAKE)
    screen = Screen(browser, site, "/boards/long/")
    received: list[str] = []
    screen.page.on("websocket", lambda socket: socket.on("framereceived", lambda text: received.append(str(text))))
    screen.page.reload()
    expect(screen.page.locator("html")).to_have_attribute("data-live", "live")
    figures = screen.page.locator("figure.chart")
    last, versions = figures.last, re.compile(r'id="boards-panel-\d+"')
    received.clear()
    for value in range(2, 6):
        site.send(*({"series": "long", "tags": {"n": str(n)}, "value": value} for n in range(30)))
        expect(figures.first).to_contain_text(str(value))
    assert 0 < len(versions.findall("".join(received))) < 4 * 30 / 2, "most panels are far from the window"
    expect(last).to_contain_text("1")
    screen.page.mouse.wheel(0, 100_000)
    expect(last).to_contain_text("5")
    assert screen.complaints == []


def test_what_is_far_from_the_window_is_new_on_paper(browser: Browser, site: Site) -> None:
    site.shell(MAKE)
    screen = Screen(browser, site, "/boards/long/")
    expect(screen.page.locator("html")).to_have_attribute("data-live", "live")
    figures = screen.page.locator("figure.chart")
    site.send(*({"series": "long", "tags": {"n": str(n)}, "value": 7} for n in range(30)))
    expect(figures.first).to_contain_text("7")
    # Nobody has scrolled: what is far says what it said.
    expect(figures.last).to_contain_text("1")
    screen.page.evaluate("""() => addEventListener("beforeprint", () => {
      window.printed = [...document.querySelectorAll(".chart-value")].map((figure) => figure.textContent);
    })""")
    screen.page.pdf()
    assert screen.page.evaluate("window.printed") == ["7"] * 30
    assert screen.complaints == []
