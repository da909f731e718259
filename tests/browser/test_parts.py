"""What a response by htmx brings to a page is live, as long as it is there."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.screens import Screen
from tests.servers import Site

pytestmark = pytest.mark.browser
GROUPS = "from tests.hosted.fragments import *; "


def rename(site: Site, pk: int, name: str) -> None:
    site.shell(f"{GROUPS}Group.objects.filter(pk={pk}).update(name={name!r}); item.changed(pk={pk})")


def more(screen: Screen) -> Any:
    return screen.page.evaluate("() => JSON.parse(livePage.report()).more.length")


@pytest.fixture
def hosted(stopped_site: Site) -> Site:
    stopped_site.env["DJANGO_SETTINGS_MODULE"] = "tests.hosted.settings"
    site = stopped_site.start()
    site.shell(f"{GROUPS}[Group.objects.create(pk=pk, name=name) for pk, name in ((7001, 'Ann'), (7002, 'Bob'))]")
    return site


def test_what_comes_later_is_live_and_what_goes_is_not_asked_for(browser: Browser, hosted: Site) -> None:
    """The page said that it was live, and its list stood still."""
    screen = Screen(browser, hosted, "/hosted/parts")
    page = screen.page
    page.get_by_role("button", name="One").click()
    screen.shows("Ann")
    rename(hosted, 7001, "Anna")
    screen.shows("Anna")
    # What was pushed is without an entry of its own, and is asked for after a reconnect all the same.
    page.evaluate("() => dispatchEvent(new Event('offline'))")
    screen.was("offline", "live")
    rename(hosted, 7001, "Anne")
    screen.shows("Anne")
    page.get_by_role("button", name="Two", exact=True).click()
    screen.shows("Bob")
    assert more(screen) == 1, "the other is gone"
    # It may not be seen any more: it goes, and the page stays.
    rename(hosted, 7002, "Secret")
    screen.shows("You have no access to this.")
    rename(hosted, 7002, "Bobby")
    screen.shows("Bobby")
    assert screen.not_reloaded() and screen.complaints == []
    page.go_back()
    expect(page).to_have_url(re.compile("pk=7001"))
    screen.shows("Anne")
    screen.expect("live")
    assert not screen.not_reloaded(), "the page is loaded: what htmx has put aside is old"
    rename(hosted, 7001, "Annika")
    screen.shows("Annika")
    assert screen.complaints == []


def test_where_there_is_no_socket_it_is_asked_for_over_http(browser: Browser, hosted: Site) -> None:
    screen = Screen(browser, hosted, "/hosted/echo", live=False)
    screen.page.add_init_script(
        "window.WebSocket = class extends EventTarget { constructor() { super();"
        " setTimeout(() => this.onclose({ code: 1006 })) } close() {} }"
    )
    screen.page.goto("/hosted/parts")
    screen.expect("polling")
    screen.page.get_by_role("button", name="One").click()
    screen.shows("Ann")
    rename(hosted, 7001, "Anna")
    screen.shows("Anna")


def arrive(site: Site, name: str) -> None:
    site.shell(f"{GROUPS}Group.objects.create(name={name!r}); arrivals.changed()")


def test_a_feed_that_comes_later_is_live(browser: Browser, hosted: Site) -> None:
    """Its items came to nobody, while the page said that it was live."""
    screen = Screen(browser, hosted, "/hosted/parts")
    items = screen.page.locator("#arrivals li")

    def click(name: str) -> None:
        with screen.page.expect_response(re.compile("feed=1")):
            screen.page.get_by_role("button", name=name, exact=True).click()

    click("Feed")
    expect(screen.page.locator("#arrivals")).to_be_attached()
    arrive(hosted, "Eve")
    expect(items).to_have_text(["Eve"])
    arrive(hosted, "Mallory")
    expect(items).to_have_text(["Eve", "Mallory"])
    # It comes anew, as far as it is by now.
    click("Feed")
    expect(items).to_have_text([])
    arrive(hosted, "Trent")
    expect(items).to_have_text(["Trent"])
    # The page has it, and goes on with that.
    click("Feed again")
    arrive(hosted, "Victor")
    expect(items).to_have_text(["Trent", "Victor"])
    expect(screen.page.locator("#hosted-arrivals")).to_have_count(1)
    screen.page.get_by_role("button", name="One").click()
    screen.shows("Ann")
    arrive(hosted, "Walter")
    rename(hosted, 7001, "Anna")
    screen.shows("Anna")
    assert screen.states() == ["live"] and screen.not_reloaded() and screen.complaints == []


def test_the_same_twice_is_said_on_the_console(browser: Browser, hosted: Site) -> None:
    screen = Screen(browser, hosted, "/hosted/parts?pk=7002")
    with screen.page.expect_console_message(lambda message: message.type == "error") as said:
        screen.page.get_by_role("button", name="Two again").click()
    assert "hosted-item-7002 is on this page twice" in said.value.text and 'at="footer"' in said.value.text
