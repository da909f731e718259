"""What charts say to who points at them, touches them, walks through them by keyboard, prints, or sees otherwise."""

import re
from datetime import datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, FloatRect, Locator, Page

from gallery import data
from live.charts.text.formats import exact
from tests.browser.figures import OPEN
from tests.browser.screens import Screen
from tests.servers import Site

pytestmark = pytest.mark.browser
GALLERY = "/charts/"
WITH_COLUMNS = ("line", "area", "bar", "bar-horizontal", "histogram", "line-categories", "line-times")
LINES = "#example-line-eight .chart-lines path"


def opened(browser: Browser, site: Site, width: int = 1280, **context: Any) -> Page:
    return Screen(browser, site, GALLERY, live=False, viewport={"width": width, "height": 900}, **context).page


def chart(page: Page, slug: str) -> Locator:
    found = page.locator(f"#example-{slug} figure")
    found.scroll_into_view_if_needed()
    return found


def plot(figure: Locator) -> FloatRect:
    """Where its plot is on the screen."""
    box = figure.locator(".chart-plot").bounding_box()
    assert box is not None
    return box


def point(page: Page, box: FloatRect, across: float, down: float) -> None:
    """Move the mouse to a part of a box, in more than one step, as mice do."""
    x, y = box["x"] + across * box["width"], box["y"] + down * box["height"]
    page.mouse.move(x + (2 if across < 0.5 else -2), y)
    page.mouse.move(x, y)


def read(figure: Locator) -> str:
    """What the one open tooltip says."""
    found = figure.evaluate(OPEN)
    assert len(found) == 1, found
    words, inside = found[0]
    assert inside, f"{words} is not inside of its figure"
    return str(words)


def said_at(words: str) -> list[str]:
    """What the tooltip of the first example must say, by the time that it says."""
    day, clock = re.match(r"(\w+) (\d\d:\d\d)", words).groups()  # type: ignore[union-attr]
    for index in range(300):
        at = datetime.fromtimestamp(data.BEGIN.timestamp() + 300 * index, data.BERLIN)
        if f"{at:%a %H:%M}" == f"{day} {clock}":
            values = [f"{name} {exact(numbers[index], 'ms')}" for name, numbers in data.latency().items()]
            return [f"{day} {clock}", *values, "ms"]
    raise AssertionError(f"{words} is at no time of the data")


@pytest.mark.parametrize("width", [390, 1280])
def test_pointing_shows_the_values(browser: Browser, gallery: Site, width: int) -> None:
    page = opened(browser, gallery, width)
    figure = chart(page, "line")
    box = plot(figure)
    times = set()
    for part in (0.01, 0.3, 0.56, 0.8, 0.99):
        point(page, box, part, 0.5)
        words = read(figure)
        assert words.split() == " ".join(said_at(words)).split()
        times.add(words.split()[1])
        assert figure.locator(".chart-legend").evaluate("(each) => getComputedStyle(each).visibility") == "hidden"
    assert len(times) == 5
    page.mouse.move(0, 0)
    assert figure.evaluate(OPEN) == []


@pytest.mark.parametrize("slug", WITH_COLUMNS)
def test_pointing_works_on_every_kind_with_axes(browser: Browser, gallery: Site, slug: str) -> None:
    page = opened(browser, gallery)
    figure = chart(page, slug)
    box = plot(figure)
    said = set()
    for part in (0.02, 0.5, 0.98):
        point(page, box, part, part)
        said.add(read(figure))
        assert all(re.search(r"\d", words) for words in said)
    assert len(said) == 3


def test_by_keyboard_a_chart_is_one_stop_and_shift_tab_goes_back_in_time(browser: Browser, gallery: Site) -> None:
    page = opened(browser, gallery)
    page.locator(".gallery-calls summary").focus()
    page.keyboard.press("Tab")
    figure = page.locator("#example-line figure")
    newest = read(figure)
    assert newest.split() == " ".join(said_at(newest)).split()
    assert newest.startswith("Sun 14:55"), "the stop is the newest value"
    before = [newest]
    for _ in range(3):
        page.keyboard.press("Shift+Tab")
        before.append(read(figure))
    clocks = [words.split()[1] for words in before]
    assert clocks == sorted(clocks, reverse=True) and len(set(clocks)) == 4
    for _ in range(4):
        page.keyboard.press("Tab")
    assert figure.evaluate(OPEN) == []
    after = page.evaluate("() => [document.activeElement.localName, document.activeElement.closest('article').id]")
    assert after == ["summary", "example-line"], "what follows is its code"


@pytest.mark.parametrize("slug", WITH_COLUMNS)
def test_a_touch_shows_the_values(browser: Browser, gallery: Site, slug: str) -> None:
    page = opened(browser, gallery, 390, has_touch=True, is_mobile=True)
    figure = chart(page, slug)
    box = plot(figure)
    said = set()
    for part in (0.2, 0.8):
        page.touchscreen.tap(box["x"] + part * box["width"], box["y"] + part * box["height"])
        said.add(read(figure))
    assert len(said) == 2


def test_a_cell_of_a_heat_map_says_its_value(browser: Browser, gallery: Site) -> None:
    page = opened(browser, gallery)
    figure = chart(page, "heatmap")
    cell = figure.locator("tbody td").nth(4 * 24 + 13)
    assert cell.inner_text().strip() == exact(data.sign_ins()[4][13])
    see_through = "(each) => /, 0\\)$/.test(getComputedStyle(each).color)"
    assert cell.evaluate(see_through)
    cell.hover()
    assert not cell.evaluate(see_through)


def computed(page: Page, selector: str, name: str) -> list[str]:
    found: list[str] = page.locator(selector).evaluate_all(
        "(all, name) => all.map((each) => getComputedStyle(each).getPropertyValue(name))", name
    )
    return found


def test_lines_differ_without_their_colours(browser: Browser, gallery: Site) -> None:
    page = opened(browser, gallery, forced_colors="active")
    dashes = computed(page, LINES, "stroke-dasharray")[:6]
    assert len(dashes) == 6 and len(set(dashes)) == 6, dashes
    assert set(computed(page, LINES, "stroke")) == {"rgb(0, 0, 0)"}


@pytest.mark.parametrize("media", [{"media": "print"}, {"contrast": "more"}, {"color_scheme": "dark"}])
def test_lines_differ_in_every_medium(browser: Browser, gallery: Site, media: dict[str, Any]) -> None:
    page = opened(browser, gallery)
    page.emulate_media(**media)
    looks = list(zip(computed(page, LINES, "stroke"), computed(page, LINES, "stroke-dasharray"), strict=True))
    assert len(looks) == 8 and len(set(looks)) == 8, looks


def test_more_contrast_draws_thicker_lines(browser: Browser, gallery: Site) -> None:
    page = opened(browser, gallery)
    usual = computed(page, LINES, "stroke-width")
    page.emulate_media(contrast="more")
    more = computed(page, LINES, "stroke-width")
    assert all(float(a[:-2]) < float(b[:-2]) for a, b in zip(usual, more, strict=True))


def test_on_paper_there_is_nothing_to_point_at(browser: Browser, gallery: Site) -> None:
    page = opened(browser, gallery, color_scheme="dark")
    page.emulate_media(media="print")
    assert set(computed(page, ".chart-tooltip", "display")) == {"none"}
    assert set(computed(page, "figure.chart", "break-inside")) == {"avoid"}
    assert set(computed(page, "figure.chart", "background-color")) == {"rgb(255, 255, 255)"}


@pytest.mark.parametrize("media", [{"reduced_motion": "reduce"}, {"media": "print", "reduced_motion": "reduce"}])
def test_nothing_moves_for_who_wants_no_motion(browser: Browser, gallery: Site, media: dict[str, Any]) -> None:
    page = opened(browser, gallery)
    page.emulate_media(**media)
    moving = page.evaluate(
        """() => [...document.querySelectorAll("figure.chart, figure.chart *")].filter((each) => {
          const { animationName, transitionDuration } = getComputedStyle(each);
          return animationName !== "none" || transitionDuration.split(", ").some((time) => time !== "0s");
        }).length"""
    )
    assert moving == 0
    assert page.evaluate("() => document.getAnimations().length") == 0
