"""A project that has its own htmx: its pages are live by that one, which stays as the project has set it."""

import re
from collections.abc import Iterator
from pathlib import Path

import django_htmx
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.screens import Screen
from tests.servers import ROOT, Site

pytestmark = pytest.mark.browser
NPM = ROOT / ".venv/npm/node_modules"
DJANGO_HTMX = Path(django_htmx.__file__).parent / "static/django_htmx"
OWN = {
    "htmx.js": DJANGO_HTMX / "htmx-2.min.js",
    "ws.js": DJANGO_HTMX / "ext/hx-ws-2.min.js",
    "htmx-4.js": DJANGO_HTMX / "htmx-4.min.js",
    # The first of 2.
    "npm.js": NPM / "htmx.org/dist/htmx.min.js",
    "npm.mjs": NPM / "htmx.org/dist/htmx.esm.js",
    "npm-ws.js": NPM / "htmx-ext-ws/ws.js",
}
BUNDLE = "import htmx from '/own/npm.mjs'; window.htmx = htmx;"


@pytest.fixture(scope="module")
def hosted(tmp_path_factory: pytest.TempPathFactory, installation: Site) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("hosted")
    (folder / "db.sqlite3").write_bytes((installation.folder / "db.sqlite3").read_bytes())
    env = {"SECRET_KEY": installation.env["SECRET_KEY"], "DJANGO_SETTINGS_MODULE": "tests.hosted.settings"}
    site = Site(folder, env=env).start()
    yield site
    site.stop()


@pytest.fixture
def own(hosted: Site) -> Iterator[Site]:
    yield hosted
    hosted.opened.close()


def opened(browser: Browser, site: Site, query: str) -> Screen:
    """The page, to which the project's own scripts come."""
    screen = Screen(browser, site, "/hosted/echo", live=False)

    def script(route: Route) -> None:
        name = route.request.url.rpartition("/")[2]
        body = BUNDLE if name == "bundle.mjs" else OWN[name].read_text()
        route.fulfill(body=body, content_type="text/javascript")

    screen.page.route("**/own/*", script)
    screen.path = f"/hosted/?{query}"
    screen.page.goto(screen.path)
    screen.page.evaluate("() => { window.marker = 'not reloaded' }")
    return screen


def is_live(screen: Screen, site: Site) -> None:
    screen.expect("live")
    make = f"from tests.hosted.fragments import *; Group.objects.create(name={str(id(screen))!r})"
    number = site.shell(f"{make}; count.changed(); print(Group.objects.count())").strip()
    screen.shows(f"{number} groups")
    assert screen.not_reloaded()


def does_what_the_project_says(page: Page) -> None:
    """hx-on, a filter of a trigger, and values by script."""
    page.get_by_role("button", name="On").click()
    expect(page.locator("#on")).to_have_text("clicked")
    ask = page.get_by_role("button", name="Ask")
    ask.click()
    page.evaluate("() => { window.isAllowed = true; window.number = 7 }")
    ask.click()
    expect(page.locator("#echo")).to_have_text("got 7")


@pytest.mark.parametrize(
    "query",
    [
        "where=before&scripts=htmx.js,ws.js",
        "where=before&scripts=htmx.js,ws.js&how=defer",
        "where=before&scripts=htmx.js",
        "where=after&scripts=htmx.js&how=defer",
        "where=after&scripts=npm.js,npm-ws.js&how=defer",
        "where=end&scripts=htmx.js",
        "where=end&scripts=npm.js,npm-ws.js",
        "where=after&scripts=bundle.mjs&how=type=module",
        "ours=1",
    ],
)
def test_in_any_order_the_page_is_live_and_htmx_stays_as_it_is(browser: Browser, own: Site, query: str) -> None:
    screen = opened(browser, own, query)
    is_live(screen, own)
    does_what_the_project_says(screen.page)
    assert screen.complaints == []
    if "ours" not in query:
        assert screen.page.evaluate("() => htmx.config.responseHandling.length") == 3, "as it comes"


@pytest.mark.parametrize("where", ["before", "end"])
def test_one_beside_ours_is_said_on_the_console_and_the_page_is_live(browser: Browser, own: Site, where: str) -> None:
    screen = opened(browser, own, f"ours=1&where={where}&scripts=htmx.js")
    is_live(screen, own)
    [complaint] = screen.complaints
    assert "htmx is on this page twice" in complaint and "{% live_head htmx=False %}" in complaint


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", "no htmx"),
        ("where=end&scripts=htmx-4.js", r"htmx 4\."),
        ("ours=1&where=end&scripts=htmx-4.js&how=defer", r"htmx 4\."),
    ],
)
def test_where_there_is_no_htmx_2_the_page_and_the_console_say_so(
    browser: Browser, own: Site, query: str, found: str
) -> None:
    screen = opened(browser, own, query)
    screen.expect("unsupported")
    expect(screen.page.locator("#live-state")).to_have_text("Not live: this page has no htmx 2.")
    complaint = next(each for each in screen.complaints if each.startswith("live: "))
    assert re.search(f"this page has {found}", complaint), screen.complaints


def test_an_extension_that_does_not_come_is_said(browser: Browser, own: Site) -> None:
    screen = Screen(browser, own, "/hosted/echo", live=False)
    screen.page.route("**/own/*", lambda route: route.fulfill(path=OWN["htmx.js"]))
    screen.page.route("**/hx-ws-2*", lambda route: route.abort())
    screen.page.goto("/hosted/?where=before&scripts=htmx.js")
    screen.expect("unsupported")
    assert any("htmx's ws extension did not come" in each for each in screen.complaints)
