"""In a browser as old as Chrome 79 a page is not as it is drawn, but it can be read."""

import pytest
from playwright.sync_api import Browser, Route

from tests.browser.chrome79 import style_sheet
from tests.browser.screens import Screen
from tests.servers import Site

pytestmark = pytest.mark.browser
# Titles and values of panels that are not seen, or are upon another panel, and series without a colour.
HIDDEN = """() => {
  const found = [], boxes = [...document.querySelectorAll("figure.chart")].map((each) => each.getBoundingClientRect());
  const upon = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 &&
    Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
  boxes.forEach((box, i) => boxes.slice(i + 1).forEach((other, j) => {
    if (upon(box, other)) found.push(`panels ${i} and ${i + 1 + j}`);
  }));
  for (const node of document.querySelectorAll("h1, figcaption b, .chart-value, .chart-states bdi, .chart-legend b")) {
    const box = node.getBoundingClientRect(), figure = node.closest("figure");
    const outer = figure ? figure.getBoundingClientRect() : box;
    const isOutside = box.left < outer.left - 1 || box.top < outer.top - 1 || box.bottom > outer.bottom + 1;
    if (!box.width || !box.height || box.left < 0 || isOutside) found.push(`${node.localName} ${node.textContent}`);
  }
  for (const node of document.querySelectorAll("figure :is(path, rect, circle, li, hr)[class^=s]")) {
    const style = getComputedStyle(node);
    const name = `${node.localName} ${node.getAttribute("class")}`;
    if (!style.getPropertyValue("--live-c")) found.push(`${name} has no colour`);
  }
  return found;
}"""


@pytest.mark.parametrize(
    ("css", "left"),
    [
        ("a { color: red } a:has(b) { color: blue }", "a {color: red}"),
        ("a { inset: 0; top: 0 }", "a {top: 0}"),
        ("a { color: red; color: color-mix(in srgb, red, blue) }", "a {color: red}"),
        ("a { --c: color-mix(in srgb, red, blue); width: 3cqi }", "a {--c: color-mix(in srgb, red, blue)}"),
        ("a { display: flex; gap: 1px }", "a {display: flex}"),
        ("a { display: grid; gap: 1px }", "a {display: grid;gap: 1px}"),
        ("@container (max-width: 1px) { a { top: 0 } }", ""),
        ("@supports (container-type: size) { a { top: 0 } }", ""),
        ("@media print { a { top: 0 } a:is(b, c) { top: 0 } }", "@media print {a {top: 0}}"),
    ],
)
def test_what_it_does_not_know_is_dropped(css: str, left: str) -> None:
    assert "".join(style_sheet(css).split()) == "".join(left.split())


@pytest.mark.parametrize("path", ["/", "/boards/this-machine/", "/boards/this-machine/?wall", "/accounts/login/"])
def test_a_page_can_be_read(browser: Browser, still: Site, path: str) -> None:
    screen = Screen(browser, still, "/accounts/login/", live=False, viewport={"width": 1280, "height": 720})
    page = screen.page

    def old(route: Route) -> None:
        response = route.fetch()
        route.fulfill(response=response, body=style_sheet(response.text()))

    page.route("**/*.css", old)
    page.goto(path)
    assert page.evaluate("() => document.scrollingElement.scrollWidth") <= 1280
    assert page.evaluate(HIDDEN) == []
