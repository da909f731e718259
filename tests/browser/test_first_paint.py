"""What a browser does before it paints a page for the first time."""

import json
from typing import Any

import pytest
from playwright.sync_api import Browser, Route

from tests.servers import Site
from tests.waiting import until

pytestmark = pytest.mark.browser
PATHS = ["/", "/boards/this-machine/", "/activity/", "/nowhere/"]
FILES = "[...document.querySelectorAll('script[src], link[rel=stylesheet]')].map((one) => one.src || one.href)"


def layouts_of(trace: bytes, name: str) -> list[int]:
    """How many objects each layout of a page was about, before a style sheet came and after."""
    events: list[dict[str, Any]] = sorted(json.loads(trace)["traceEvents"], key=lambda event: event["ts"])
    parsed = next(
        event["ts"]
        for event in events
        if event["name"] == "ParseAuthorStyleSheet" and event["args"]["data"]["styleSheetUrl"].endswith(name)
    )
    layouts = [event for event in events if event["name"] == "Layout" and "beginData" in event.get("args", {})]
    sizes: list[list[int]] = [[], []]
    for event in layouts:
        sizes[event["ts"] > parsed].append(event["args"]["beginData"]["totalObjects"])
    return [max(some, default=0) for some in sizes]


@pytest.mark.parametrize("path", PATHS)
def test_nothing_is_laid_out_before_the_style_sheets_are_there(path: str, browser: Browser, still: Site) -> None:
    """Of a board of 100 panels that took 60 ms, and all of it was laid out again."""
    context = browser.new_context()
    browser.start_tracing(categories=["devtools.timeline"])
    page = context.new_page()
    held: list[Route] = []
    finished: set[str] = set()
    page.route("**/boards/page.css", lambda route: held.append(route))
    page.on("requestfinished", lambda request: finished.add(request.url))
    page.goto(f"{still.address}{path}", wait_until="commit")

    def rest_is_there() -> bool:
        page.wait_for_timeout(50)
        return bool(held) and set(page.evaluate(FILES)) - finished == {held[0].request.url}

    until(rest_is_there, "all scripts and style sheets but one")
    held[0].continue_()
    until(lambda: page.evaluate("performance.getEntriesByName('first-contentful-paint').length"), "the first paint")
    before, after = layouts_of(browser.stop_tracing(), "/boards/page.css")
    context.close()
    assert after > 15, "layouts of the page are told"
    assert before < 10, "of an empty window, and of an icon"
