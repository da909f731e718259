"""The network between page and server breaks: pages notice it by themselves, say so, and are true again within 5 s."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.firefox import firefox
from tests.browser.screens import FRAGMENTS, Screen
from tests.proxy import Proxy
from tests.servers import Site
from tests.waiting import PROMISED, until

WEEK = "/boards/this-week/"
PANEL = "#boards-panel-9"
# Longer than the page waits for a sign of life; it is the page that is tested, not the time.
SILENCE_SECONDS = 6.0
# The page as it would be if it were loaded now: from an element that is not in the document.
FRESH = """async (path) => {
  const html = await (await fetch(path, { cache: "no-store" })).text();
  const document = new DOMParser().parseFromString(html, "text/html");
  return (%s)();
}"""


@pytest.fixture
def proxy(site: Site) -> Iterator[Proxy]:
    with Proxy(site.port) as proxy:
        yield proxy
        site.opened.close()


def write(site: Site, value: int) -> None:
    assert site.send({"series": "week", "value": value, "tags": {"day": "Mon"}}).status == 200


def halted(screen: Screen, seconds: float) -> None:
    """Let nothing run in the page for so long, as in a tab that is frozen or on a machine that sleeps. (A Chromium
    without a window freezes no tab by itself.)"""
    session = screen.context.new_cdp_session(screen.page)
    session.send("Debugger.enable")
    session.send("Debugger.pause")
    time.sleep(seconds)
    session.send("Debugger.disable")
    session.detach()


@pytest.mark.browser
@pytest.mark.parametrize("seconds", [3, 10])
def test_a_network_that_was_away(browser: Browser, site: Site, proxy: Proxy, seconds: int) -> None:
    screen = Screen(browser, site, proxy.address + WEEK)
    screen.path = WEEK  # loaded anew past the proxy: the browser's other connections stay dead
    proxy.swallow()
    write(site, 6543)
    time.sleep(seconds)
    if seconds > SILENCE_SECONDS:
        assert screen.states()[-1] in {"reconnecting", "offline"}
        expect(screen.page.locator("#live-state")).to_have_text(re.compile(r"last updated \d\d:\d\d:\d\d, \d+ ?s"))
    proxy.mend()
    screen.shows("6,543", within=PANEL, seconds=PROMISED + SILENCE_SECONDS)
    screen.expect("live")
    until(screen.equals_fresh(), "the page equals itself freshly loaded")
    assert screen.not_reloaded()


@pytest.mark.browser
def test_a_half_open_connection_to_a_server_that_can_be_reached(browser: Browser, site: Site, proxy: Proxy) -> None:
    screen = Screen(browser, site, proxy.address + WEEK)
    proxy.swallow_open()
    write(site, 6543)
    # Noticed after 5 s of silence, and true at once after that.
    screen.shows("6,543", within=PANEL, seconds=2 * PROMISED)
    screen.was("live", "reconnecting", "live")


@pytest.mark.browser
@pytest.mark.parametrize("is_swallowed", [True, False])
def test_a_halted_tab_is_not_live_before_it_has_heard(
    browser: Browser, site: Site, proxy: Proxy, is_swallowed: bool
) -> None:
    screen = Screen(browser, site, proxy.address + WEEK)
    if is_swallowed:
        proxy.swallow_open()
    write(site, 6543)
    halted(screen, SILENCE_SECONDS + 1)
    screen.shows("6,543", within=PANEL, seconds=PROMISED)
    screen.expect("live")
    if is_swallowed:
        screen.was("live", "reconnecting", "live")
    assert screen.not_reloaded()


@pytest.mark.browser
def test_a_tab_that_is_frozen_says_so_and_lets_its_socket_close(browser: Browser, site: Site) -> None:
    screen = Screen(browser, site, WEEK)
    dispatch = "(name) => { document.dispatchEvent(new Event(name)); return document.documentElement.dataset.live; }"
    assert screen.page.evaluate(dispatch, "freeze") == "reconnecting", "before it is frozen"
    until(lambda: site.counters()["live_viewers"] == 0, "its socket is closed")
    write(site, 6543)
    assert screen.page.evaluate(dispatch, "resume") == "reconnecting", "until it has heard"
    screen.shows("6,543", within=PANEL, seconds=PROMISED)
    screen.was("live", "reconnecting", "live")


@pytest.mark.browser
def test_a_connection_that_is_cut(browser: Browser, site: Site, proxy: Proxy) -> None:
    screen = Screen(browser, site, proxy.address + WEEK)
    proxy.cut()
    write(site, 6543)
    screen.shows("6,543", within=PANEL, seconds=PROMISED)
    screen.was("live", "reconnecting", "live")


@pytest.mark.browser
def test_what_arrives_late_is_no_sign_of_life(browser: Browser, site: Site, proxy: Proxy) -> None:
    screen = Screen(browser, site, proxy.address + WEEK)
    proxy.pause()
    write(site, 6543)
    screen.expect("reconnecting")
    proxy.mend()
    screen.expect("live", seconds=PROMISED)
    screen.shows("6,543", within=PANEL, seconds=PROMISED)
    assert proxy.upgrades == 2, "what came late by the first connection did not make it live"


@pytest.mark.browser
def test_a_form_whose_response_is_lost_may_be_sent_again(browser: Browser, site: Site, proxy: Proxy) -> None:
    screen = Screen(browser, site, proxy.address + WEEK)
    page = screen.page
    proxy.cut_responses("POST /boards/")
    page.get_by_label("Tue", exact=True).fill("7654")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#live-message")).to_contain_text("it is not known whether the server has received this")
    expect(page.locator("#live-message")).to_contain_text("safe to send it again")
    screen.shows("7,654", within=PANEL)  # it had
    proxy.mend()
    screen.expect("live")
    expect(page.get_by_label("Tue", exact=True)).to_have_value("7654")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#live-message")).to_be_empty()
    saved = "from series.models import Point; print(Point.objects.filter(value=7654).count())"
    assert site.shell(saved).split()[-1] == "1"
    screen.shows("set Week: Tue 7,654", within=".activity")
    assert page.locator(".activity").inner_text().count("Tue 7,654") == 1


@pytest.mark.firefox
def test_firefox_is_back_in_five_seconds_after_a_minute_without_a_server(site: Site, tmp_path: Path) -> None:
    state = "() => document.documentElement.dataset.live"
    with firefox(tmp_path) as window:
        window.open(site.address + WEEK)
        until(lambda: window.run(state) == "live", "a page that is live")
        site.kill()
        until(lambda: window.run(state) == "offline", "a page that says that it is offline", 60)
        time.sleep(60)
        site.start()
        write(site, 6543)
        panel = "() => document.getElementById('boards-panel-9').textContent"
        until(lambda: "6,543" in window.run(panel), "the page is true", PROMISED)
        until(lambda: window.run(state) == "live", "the page is live", PROMISED)
        assert window.run(FRAGMENTS) == window.run(FRESH % FRAGMENTS, WEEK)
