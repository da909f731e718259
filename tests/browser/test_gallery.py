"""The gallery in a real browser: nothing is refused by its policy, nothing shuts people out, nothing leaves its box."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import axe
from tests.browser.figures import CUT, LISTEN, OUTSIDE, UPON, WITHOUT_BOX
from tests.browser.screens import Screen
from tests.servers import Site
from tests.waiting import until

pytestmark = pytest.mark.browser
GALLERY, MACHINE = "/charts/", "/boards/this-machine/"
THEMES = ("light", "dark")
# Every figure as wide as a tile can be, whatever the page is.
WIDTHS = (160, 200, 240, 330, 480, 620, 960, 1920)


class Gallery(Screen):
    """A page that counts what its policy refuses."""

    remember = LISTEN

    @property
    def violations(self) -> list[str]:
        found: list[str] = self.page.evaluate("() => window.violations")
        return found


def opened(browser: Browser, site: Site, width: int = 1280, path: str = GALLERY, **context: Any) -> Gallery:
    return Gallery(browser, site, path, live=False, viewport={"width": width, "height": 900}, **context)


@pytest.mark.parametrize("theme", ["", *THEMES])
def test_nothing_on_it_is_refused_by_its_policy(browser: Browser, gallery: Site, theme: str) -> None:
    policy = gallery.http("GET", GALLERY).headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "unsafe" not in policy
    screen = opened(browser, gallery, path=f"{GALLERY}?theme={theme}")
    everything_is_loaded(screen.page)
    assert screen.page.evaluate("() => document.documentElement.dataset.theme ?? ''") == theme
    assert screen.violations == screen.complaints == []
    # What is refused is counted.
    screen.page.evaluate("() => document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">a</p>')")
    until(lambda: len(screen.violations) == 1, "the violation is seen")
    assert "style-src-attr" in screen.violations[0]
    until(lambda: screen.complaints, "and is on the console")


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("path", [GALLERY, MACHINE])
def test_it_shuts_nobody_out(browser: Browser, gallery: Site, path: str, theme: Any) -> None:
    screen = opened(browser, gallery, path=path, color_scheme=theme, bypass_csp=True)
    assert axe.grave(screen.page) == []
    # And axe would have said it.
    screen.page.evaluate("() => document.querySelector('.brand').replaceChildren()")
    assert any("link-name" in line for line in axe.grave(screen.page))


@pytest.mark.parametrize("width", [320, 390, 768, 1280, 1920])
def test_the_page_is_never_wider_than_the_window(browser: Browser, gallery: Site, width: int) -> None:
    page = opened(browser, gallery, width).page
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    assert page.evaluate(WITHOUT_BOX) == 0
    assert page.evaluate(OUTSIDE) == []
    assert page.evaluate(CUT) == []
    assert page.evaluate(UPON) == []


@pytest.mark.parametrize("width", WIDTHS)
def test_no_text_leaves_its_figure(browser: Browser, gallery: Site, width: int) -> None:
    page = opened(browser, gallery, bypass_csp=True).page
    page.add_style_tag(content=f".gallery-shown .chart {{ width: {width}px }}")
    assert page.evaluate("() => document.querySelector('figure').getBoundingClientRect().width") == width
    assert page.evaluate(OUTSIDE) == []
    assert page.evaluate(CUT) == []
    assert page.evaluate(UPON) == []


@pytest.mark.parametrize("height", ["8.5rem", "11rem", "14rem"])
def test_no_label_is_upon_another_where_a_plot_is_low(browser: Browser, gallery: Site, height: str) -> None:
    page = opened(browser, gallery, bypass_csp=True).page
    page.add_style_tag(content=".gallery-shown .chart { width: 160px }")
    page.add_style_tag(content=f".gallery-shown .chart-body {{ flex: none; height: {height} }}")
    assert page.evaluate(UPON) == []


@pytest.mark.parametrize("slug", ["line-autumn", "line-band", "small-horizontal"])
def test_the_narrowest_axis_has_a_label(browser: Browser, gallery: Site, slug: str) -> None:
    page = opened(browser, gallery, bypass_csp=True).page
    page.add_style_tag(content=".gallery-shown .chart { width: 160px }")
    labels = page.locator(f"#example-{slug} svg.chart-x text")
    assert labels.evaluate_all("(all) => all.some((each) => each.checkVisibility())")


def test_what_is_out_of_its_box_is_found(browser: Browser, gallery: Site) -> None:
    page = opened(browser, gallery, bypass_csp=True).page
    page.add_style_tag(content=".chart-legend li { margin-left: -99px; } svg.chart-x text { transform: none }")
    assert page.evaluate(OUTSIDE)
    page.add_style_tag(content=".chart figcaption > :is(b, span:not([class])) { text-overflow: clip; max-width: 20px }")
    assert page.evaluate(CUT)
    page.add_style_tag(content="svg.chart-x text { font-size: 40px }")
    assert page.evaluate(UPON)


def test_every_picture_is_one(browser: Browser, gallery: Site) -> None:
    screen = opened(browser, gallery)
    slugs = screen.page.evaluate(
        "() => [...document.querySelectorAll('article')].map((each) => each.id.replace('example-', ''))"
    )
    assert len(slugs) > 100
    sizes = screen.page.evaluate(
        """async (slugs) => Object.fromEntries(await Promise.all(slugs.map(async (slug) => {
          const image = new Image();
          image.src = `/charts/${slug}.svg`;
          try { await image.decode(); } catch (error) { return [slug, String(error)]; }
          return [slug, `${image.naturalWidth} x ${image.naturalHeight}`];
        })))""",
        [slug for slug in slugs if slug != "state-waiting"],
    )
    assert {slug: size for slug, size in sizes.items() if size != "720 x 360"} == {}
    assert screen.violations == screen.complaints == []


def everything_is_loaded(page: Page) -> None:
    """Also the pictures far below, which a browser fetches when they come near."""
    page.evaluate("() => document.querySelectorAll('img').forEach((each) => { each.loading = 'eager' })")
    page.wait_for_function("() => [...document.images].every((each) => each.complete && each.naturalWidth > 0)")
