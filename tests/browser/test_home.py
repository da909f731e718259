"""The home page: boards as cards, what is offered for them, and how to begin. The way of a newcomer is in
test_thirty_seconds."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.people import EMPTY
from tests.browser.screens import Screen
from tests.servers import Site

pytestmark = pytest.mark.browser


def sign_in(browser: Browser, site: Site, path: str = "/", **context: Any) -> Screen:
    screen = Screen(browser, site, f"/accounts/login/?next={path}", live=False, **context)
    screen.page.get_by_label("Username").fill("admin")
    screen.page.get_by_label("Password").fill("admin")
    screen.page.get_by_role("main").get_by_role("button", name="Sign in").click()
    return screen


def send(site: Site, name: str, value: float, **tags: str) -> None:
    answer = site.send({"series": name, "value": value, "tags": tags})
    assert answer.status == 200, answer.text


@pytest.fixture
def empty(site: Site) -> Site:
    """An installation with somebody to sign in as, and nothing else."""
    site.shell(EMPTY)
    return site


def test_a_card_changes_live_and_says_what_is_critical(browser: Browser, site: Site) -> None:
    screen = Screen(browser, site, "/")
    card = screen.page.locator(".board-card").filter(has_text="This machine")
    send(site, "machine.cpu", 41)
    expect(card).to_contain_text("41")
    expect(card).to_contain_text("All OK")
    send(site, "machine.cpu", 99)
    expect(card.locator(".state-bad")).to_contain_text("critical")
    site.shell(
        "from boards.models import Board; Board.objects.filter(slug='this-machine').update(title='x');"
        "Board.objects.get(slug='this-machine').save()"
    )
    expect(screen.page.locator(".board-card").first).to_contain_text("x")
    assert screen.not_reloaded()
    assert screen.complaints == []


def test_a_board_without_panels_says_how_to_begin_until_it_has_one(browser: Browser, empty: Site) -> None:
    empty.shell("from boards.models import Board; Board.objects.create(title='Shop', slug='shop')")
    screen = sign_in(browser, empty, "/boards/shop/")
    screen.expect("live")
    screen.shows("curl --json", within=".first-steps")
    send(empty, "orders", 12)
    screen.page.get_by_role("button", name="Add to this board").click()
    screen.page.wait_for_url(re.compile(r"/boards/shop/edit#"))
    screen.page.goto("/boards/shop/")
    expect(screen.page.locator(".chart-stat")).to_contain_text("12")
    expect(screen.page.locator(".first-steps")).to_have_count(0)


def test_without_javascript_too(browser: Browser, site: Site) -> None:
    send(site, "orders", 12)
    screen = sign_in(browser, site, java_script_enabled=False)
    screen.page.get_by_role("button", name="Favourite: This week").click()
    expect(screen.page.get_by_role("button", name="Favourite: This week")).to_have_attribute("aria-pressed", "true")
    screen.page.get_by_role("link", name="Favourites").click()
    expect(screen.page.locator(".board-card")).to_have_count(1)
    screen.page.get_by_role("searchbox").fill("machine")
    screen.page.get_by_role("searchbox").press("Enter")
    expect(screen.page.locator(".none")).to_contain_text("No board is called")
    screen.page.goto("/")
    screen.page.get_by_role("link", name="Add to a board").click()
    screen.page.get_by_role("button", name="This week", exact=True).click()
    screen.page.wait_for_url(re.compile(r"/boards/this-week/edit#"))
    screen.page.goto("/new")
    screen.page.get_by_label("Title").fill("Shop floor")
    screen.page.get_by_role("button", name="Make the board").click()
    screen.page.wait_for_url("**/boards/shop-floor/edit")


@pytest.mark.parametrize("width", [390, 1280])
def test_the_home_page_is_as_wide_as_the_screen(browser: Browser, site: Site, width: int) -> None:
    for host in ("a", "b"):
        send(site, "latency", 12, host=host)
    send(site, "a.very.long.name.of.a.series.that.nobody.can.read.in.one.line.of.a.telephone", 12)
    screen = sign_in(browser, site, viewport={"width": width, "height": 800})
    screen.expect("live")
    screen.shows("latency{host=*}", within="#boards-offers")
    assert screen.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
