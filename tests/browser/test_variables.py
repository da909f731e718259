"""One board for many hosts, in a browser: a value is chosen, a new host appears, and a wall is filled by them all."""

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import grave
from tests.browser.people import state_of
from tests.browser.screens import Screen
from tests.servers import Site
from tests.waiting import until

pytestmark = pytest.mark.browser
HOSTS = """
from django.utils import timezone
from boards.models import Board, Panel, PanelSeries
from series.samples import Sample
from series.storage.write import write
write(Sample("cpu", {"host": host}, timezone.now(), value) for host, value in (("web-1", 11.0), ("web-2", 22.0)))
variables = [{"name": "host"}]
board = Board.objects.create(title="Hosts", slug="hosts", view_by="public", note="Of all.", variables=variables)
tiles = [("table", "All", 6, 4, ""), ("stat", "CPU", 3, 2, "host")]
for position, (kind, title, width, height, repeat) in enumerate(tiles):
    size = {"width": width, "height": height, "position": position}
    panel = Panel.objects.create(board=board, title=title, kind=kind, repeat=repeat, **size)
    PanelSeries.objects.create(panel=panel, query={"selector": "cpu{host=$host}"})
"""
BOARD = "/boards/hosts/"


@pytest.fixture
def hosts(stopped_site: Site) -> Site:
    """A site with a board of two hosts, on which nothing comes but by a push."""
    stopped_site.env["DJANGO_SETTINGS_MODULE"] = "tests.unswept"
    stopped_site.shell(HOSTS)
    return stopped_site.start()


@pytest.fixture(scope="module")
def shown(installation: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The same, for tests that only look at it."""
    folder = tmp_path_factory.mktemp("hosts")
    shutil.copy(installation.folder / "db.sqlite3", folder)
    site = Site(folder, env={"SECRET_KEY": installation.env["SECRET_KEY"]})
    site.shell(HOSTS)
    yield site.start()
    site.stop()


def titles(page: Page) -> list[str]:
    return page.locator(".grid .chart figcaption b, .wall-grid .chart figcaption b").all_inner_texts()


def choose(page: Page, value: str) -> None:
    page.locator(".variable summary").click()
    page.get_by_role("link", name=value, exact=True).click()


def test_a_host_is_chosen_and_every_way_from_there_keeps_it(browser: Browser, shown: Site) -> None:
    page = Screen(browser, shown, BOARD).page
    assert titles(page) == ["All", "web-1 · CPU", "web-2 · CPU"]
    choose(page, "web-2")
    expect(page.locator(".variable summary")).to_have_text("host web-2")
    assert titles(page) == ["All", "web-2 · CPU"]
    page.locator(".ranges").get_by_role("link", name="6 h").click()
    page.wait_for_url("**/boards/hosts/?range=6h&host=web-2")
    page.get_by_text("Custom…").click()
    page.get_by_label("From").fill("2026-01-25T00:00")
    page.get_by_label("To", exact=True).fill("2026-01-26T00:00")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url(lambda address: "from=" in address and "host=web-2" in address)
    page.go_back()
    page.get_by_role("link", name="Wall").click()
    page.wait_for_url("**wall**host=web-2")
    page.keyboard.press("Escape")
    page.wait_for_url("**/boards/hosts/?range=6h&host=web-2")


def test_keys_choose_and_a_second_host_comes_beside_the_first(browser: Browser, shown: Site) -> None:
    page = Screen(browser, shown, BOARD).page
    page.locator(".variable summary").focus()
    page.keyboard.press("Enter")
    for _step in range(2):
        page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.textContent") == "web-1"
    page.keyboard.press("Enter")
    page.wait_for_url("**/?host=web-1")
    page.locator(".variable summary").click()
    page.get_by_role("link", name="And web-2").click()
    page.wait_for_url("**/?host=web-1&host=web-2")
    assert titles(page) == ["All", "web-1 · CPU", "web-2 · CPU"]
    page.locator(".variable summary").click()
    page.get_by_role("link", name="Without web-1").click()
    page.wait_for_url("**/?host=web-2")


def test_without_a_script_it_is_the_same(browser: Browser, shown: Site) -> None:
    page = Screen(browser, shown, BOARD, live=False, java_script_enabled=False).page
    choose(page, "web-2")
    page.wait_for_url("**/?host=web-2")
    assert titles(page) == ["All", "web-2 · CPU"]


def test_a_new_host_appears_in_the_menu_and_as_a_tile(browser: Browser, hosts: Site) -> None:
    every, one, wall = (Screen(browser, hosts, f"{BOARD}{query}") for query in ("", "?host=web-1", "?wall"))
    every.page.locator(".variable summary").click()
    of_one = one.fragments()
    hosts.send({"series": "cpu", "tags": {"host": "web-3"}, "value": 33})
    expect(every.page.get_by_role("link", name="web-3", exact=True)).to_be_visible()
    for screen in (every, wall):
        until(lambda screen=screen: "web-3 · CPU" in titles(screen.page), "a tile of the new host")
    until(lambda: all(screen.equals_fresh()() for screen in (every, one, wall)), "what is loaded anew is the same")
    # A point of the others changes nothing of the page that shows one: it has the same fragments, but for the menu.
    changed = {name for name, html in one.fragments().items() if html != of_one[name]}
    assert {name.split("-")[1] for name in changed} == {"picker"}
    assert all(screen.not_reloaded() for screen in (every, one, wall))


def test_a_host_that_is_not_there_yet_is_said_until_it_is(browser: Browser, hosts: Site) -> None:
    screen = Screen(browser, hosts, f"{BOARD}?host=web-9")
    screen.shows("There is no host web-9.")
    assert titles(screen.page) == []
    hosts.send({"series": "cpu", "tags": {"host": "web-9"}, "value": 9})
    until(lambda: titles(screen.page) == ["All", "web-9 · CPU"], "the panels of the host")
    expect(screen.page.get_by_text("There is no host")).to_have_count(0)
    assert screen.not_reloaded()


FILLED = """() => {
  const tiles = [...document.querySelectorAll(".wall-tile")].map((tile) => tile.getBoundingClientRect());
  const root = document.scrollingElement;
  return {
    scrolls: root.scrollHeight > innerHeight || root.scrollWidth > innerWidth,
    width: (Math.max(...tiles.map((tile) => tile.right)) - Math.min(...tiles.map((tile) => tile.left))) / innerWidth,
    bottom: Math.max(...tiles.map((tile) => tile.bottom)) / innerHeight,
  };
}"""


def test_a_wall_is_filled_by_the_tiles_of_all_hosts(browser: Browser, hosts: Site) -> None:
    screen = Screen(browser, hosts, f"{BOARD}?wall", viewport={"width": 1920, "height": 1080})
    for count in (5, 18):
        hosts.send(*({"series": "cpu", "tags": {"host": f"web-{n}"}, "value": n} for n in range(1, count + 1)))
        until(lambda count=count: len(titles(screen.page)) == count + 1, f"{count} tiles")
        measured = screen.page.evaluate(FILLED)
        assert not measured["scrolls"]
        assert measured["width"] > 0.95
        assert 0.95 < measured["bottom"] <= 1


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_outside_and_axe_finds_nothing(browser: Browser, shown: Site, width: int, scheme: Any) -> None:
    sizes: dict[str, Any] = {"viewport": {"width": width, "height": 844}, "color_scheme": scheme, "bypass_csp": True}
    for query in ("", "?host=web-9", f"?host=web-1&host={'long' * 20}"):
        page = Screen(browser, shown, f"{BOARD}{query}", **sizes).page
        page.locator(".variable summary").click()
        assert grave(page) == []
        assert page.evaluate("() => document.scrollingElement.scrollWidth <= innerWidth")
        menu, heading = page.locator(".variable .menu-body").bounding_box(), page.locator("h1").bounding_box()
        assert menu and menu["x"] >= 0 and menu["x"] + menu["width"] <= width
        assert heading and heading["height"] < 60
    signed_in = state_of(shown.browse().sign_in())
    for path in ("variables", "edit"):
        page = Screen(browser, shown, f"{BOARD}{path}", **signed_in, **sizes).page
        assert grave(page) == []
        assert page.evaluate("() => document.scrollingElement.scrollWidth <= innerWidth")
