"""A board on a wall, measured: all of it is on the screen, and can be read from the door."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

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
    board = Board.objects.create(title=long, slug=f"with-{{count}}", public=True, range="24h", position=count)
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
