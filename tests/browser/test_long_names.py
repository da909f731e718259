"""Series with a long name and three tags, without a label: what differs is read, and nothing leaves its panel."""

import pytest
from playwright.sync_api import Browser

from tests.browser.screens import Screen
from tests.servers import Site

pytestmark = pytest.mark.browser

MAKE = """
from datetime import timedelta
from django.utils import timezone
from boards.models import Board, Panel, PanelSeries
from series.models import Series
from series.samples import Sample
from series.storage.write import write
board = Board.objects.create(title="Names", slug="names", view_by="public")
now = timezone.now()
for code in ("200", "301", "404", "500"):
    tags = {"code": code, "handler": "/api/v1/query_range", "instance": "prometheus-server-0.example.org:9090"}
    write([Sample("http_requests_total", tags, now - timedelta(minutes=n), 3.0 + n) for n in range(5)])
for position, kind in enumerate(("donut", "status", "line", "bar", "table", "timeline", "area")):
    panel = Panel.objects.create(board=board, title=kind, kind=kind, width=6, position=position)
    for n, series in enumerate(Series.objects.filter(name="http_requests_total").order_by("pk")):
        PanelSeries.objects.create(panel=panel, series=series, position=n)
"""
# What sticks out of the panel that it is in, seen or not: "donut: svg by 12 px".
OUTSIDE = """() => [...document.querySelectorAll("figure.chart")].flatMap((figure) => {
  const box = figure.getBoundingClientRect(), title = figure.querySelector("figcaption b").textContent;
  return [...figure.querySelectorAll("svg, li, td, th, p")]
    .filter((each) => getComputedStyle(each).visibility === "visible")
    .filter((each) => !each.closest(".chart-unseen"))
    .map((each) => [each, each.getBoundingClientRect()])
    .filter(([, inner]) => inner.width && (inner.right > box.right + 1 || inner.left < box.left - 1))
    .map(([each, inner]) => `${title}: ${each.tagName} by ${Math.round(inner.right - box.right)} px`);
})"""


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_leaves_its_panel_and_what_differs_is_read(browser: Browser, site: Site, width: int) -> None:
    site.shell(MAKE)
    screen = Screen(browser, site, "/boards/names/", viewport={"width": width, "height": 900})
    assert screen.page.evaluate("() => document.documentElement.scrollWidth") <= width
    assert screen.page.evaluate(OUTSIDE) == []
    for code in ("200", "301", "404", "500"):
        shown = screen.page.locator("figure.chart").filter(has_text=code)
        assert shown.count() >= 6, f"panels that show which is {code}"
    assert screen.complaints == []
