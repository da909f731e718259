"""The frame of every page: one row of head, one gutter, a menu that needs no script, a bar where it is not live."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.screens import Screen
from tests.servers import Site

pytestmark = pytest.mark.browser
MACHINE = "/boards/this-machine/"
PATHS = ["/", MACHINE, "/activity/", "/charts/"]
WIDTHS = [360, 390, 768, 1280, 1920, 3840]
# Left edges of the brand, of the heading and of what comes first below it, the height of the head and the page's rem.
FRAME = """() => {
  const left = (selector) => document.querySelector(selector).getBoundingClientRect().left;
  return {
    gutters: [...new Set([".brand", "main h1"].map(left))],
    head: document.querySelector(".bar").offsetHeight / parseFloat(getComputedStyle(document.documentElement).fontSize),
    overflow: document.documentElement.scrollWidth - innerWidth,
  };
}"""


def sign_in(page: Page, path: str) -> None:
    page.goto(f"/accounts/login/?next={path}")
    page.get_by_label("Username").fill("admin")
    page.get_by_label("Password").fill("admin")
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile(re.escape(path) + "$"))


def test_one_row_of_head_one_gutter_and_nothing_beside_the_window(browser: Browser, still: Site) -> None:
    page = Screen(browser, still, "/accounts/login/", live=False).page
    sign_in(page, "/")
    for path in PATHS:
        page.goto(path)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            frame = page.evaluate(FRAME)
            at = f"{path} at {width} px: {frame}"
            assert frame["overflow"] <= 0, at
            assert frame["head"] <= 3.75, at
            assert len(frame["gutters"]) == 1, at


def test_the_menu_of_the_account_needs_no_script(browser: Browser, still: Site) -> None:
    screen = Screen(browser, still, "/accounts/login/", live=False, java_script_enabled=False)
    sign_in(screen.page, "/")
    page = screen.page
    sign_out = page.get_by_role("button", name="Sign out admin")
    expect(sign_out).to_be_hidden()
    page.get_by_label("Account of admin").click()
    expect(page.get_by_role("link", name="Admin", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="Gallery of charts")).to_be_visible()
    sign_out.click()
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()


@pytest.mark.parametrize("width", [390, 1280])
def test_a_page_that_is_offline_says_so_in_a_bar_on_top(browser: Browser, still: Site, width: int) -> None:
    screen = Screen(browser, still, MACHINE, viewport={"width": width, "height": 800})
    page = screen.page
    page.mouse.wheel(0, 1000)
    screen.context.set_offline(True)
    page.evaluate("() => dispatchEvent(new Event('offline'))")
    screen.expect("offline")
    state = page.locator("#live-state")
    expect(state).to_contain_text("No data since")
    box = state.bounding_box()
    assert box is not None and (box["x"], box["y"], box["width"]) == (0, 0, width)
    assert float(page.locator("main").evaluate("(node) => getComputedStyle(node).opacity")) < 1
    assert page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0


def test_the_typeface_comes_from_the_site(browser: Browser, still: Site) -> None:
    screen = Screen(browser, still, MACHINE)
    loaded = "() => document.fonts.ready.then(() => [...document.fonts].map((font) => [font.family, font.status]))"
    assert screen.page.evaluate(loaded) == [["Inter", "loaded"]]
    assert screen.complaints == []


def test_the_main_button_has_its_words_in_forced_colours(browser: Browser, still: Site) -> None:
    page = Screen(browser, still, "/accounts/login/", live=False, forced_colors="active").page
    # Otherwise the browser paints a ground behind the words, in their colour.
    expect(page.get_by_role("main").get_by_role("button", name="Sign in")).to_have_css("forced-color-adjust", "none")
