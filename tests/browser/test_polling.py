"""Pages without a socket, and without a script, are live pages, too."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.browser.people import PEOPLE, Person, Tab
from tests.browser.screens import Screen
from tests.proxy import Proxy
from tests.servers import Site
from tests.waiting import DEADLINE, PROMISED, until

pytestmark = pytest.mark.browser
WEEK, MACHINE = "/boards/this-week/", "/boards/this-machine/"
PANEL = "#boards-panel-9"


@pytest.fixture
def proxy(site: Site) -> Iterator[Proxy]:
    with Proxy(site.port) as proxy:
        yield proxy
        site.opened.close()


@pytest.fixture
def wsgi(stopped_site: Site) -> Site:
    """The same site on a WSGI server."""
    return stopped_site.start("runserver", "--noreload", f"127.0.0.1:{stopped_site.port}")


def sees_what_happens(screen: Tab, site: Site) -> None:
    """Everything that is pushed over a socket."""
    site.send({"series": "week", "value": 6543, "tags": {"day": "Mon"}})
    screen.shows("6,543", within=PANEL)
    site.manage("banner", "--level", "outage", "The disk is full")
    screen.shows("The disk is full", within="body")
    site.shell('from live.notices import *; notify(everyone, "info", "Tea is ready")')
    until(lambda: screen.seen == ["Tea is ready"], "the notice, once")
    until(screen.equals_fresh(), "the page equals itself freshly loaded")
    assert screen.not_reloaded()


@pytest.mark.parametrize("how", ["refuse_upgrades", "hang_upgrades"])
def test_where_sockets_are_blocked_it_asks_and_says_so(browser: Browser, site: Site, proxy: Proxy, how: str) -> None:
    getattr(proxy, how)()
    screen = Tab(browser, site, proxy.address + WEEK, live=False, clock=True)
    polls: list[str] = []
    screen.page.on("request", lambda request: request.url.endswith("/live/page") and polls.append(request.method))
    screen.expect("polling")
    state = screen.page.locator("#live-state")
    expect(state).to_have_text("Updated every 4 s: no live connection is possible here")
    sockets: list[object] = []  # of this page, and not of those that it is compared with
    screen.page.on("websocket", lambda socket: sockets.append(socket))
    began = time.monotonic()
    sees_what_happens(screen, site)
    # It goes back to the socket when it can, and tries seldom: every 30 s.
    assert {*polls} == {"POST"}
    assert len(sockets) <= 1 + (time.monotonic() - began) / 30
    proxy.mend()
    screen.page.clock.fast_forward(31_000)
    screen.expect("live")
    assert sockets, "that is how they are counted"
    polls.clear()
    screen.page.clock.run_for(10_000)
    assert "POST" not in polls


def test_under_wsgi_the_page_asks(browser: Browser, wsgi: Site) -> None:
    screen = Tab(browser, wsgi, WEEK, live=False)
    screen.expect("polling")
    sees_what_happens(screen, wsgi)
    # And what its own form has changed comes with the response.
    screen.page.get_by_label("Tue", exact=True).fill("77")
    screen.page.get_by_role("button", name="Save").click()
    screen.shows("77", within=PANEL)
    assert [each for each in screen.complaints if "live/socket" not in each] == []


def test_under_wsgi_and_without_what_it_asks_a_page_says_that_it_is_not_live(browser: Browser, tmp_path: Path) -> None:
    env = {"DJANGO_SETTINGS_MODULE": "tests.acting.settings", "URLS": "tests.acting.without_live_urls", "DEBUG": "1"}
    site = Site(tmp_path, env=env)
    site.manage("migrate", "-v0")
    site.shell("from tests.acting.models import User; User.objects.create_user('ann')")
    site.start("runserver", "--noreload", f"127.0.0.1:{site.port}")
    try:
        screen = Tab(browser, site, "/in/ann", live=False)
        screen.page.goto(site.address)
        screen.expect("unsupported")
        words = "Not live: this server cannot update an open page. Reload to see the newest."
        expect(screen.page.locator("#live-state")).to_have_text(words)
        assert "has not included live.urls" in site.log.read_text()
    finally:
        site.stop()


def test_nobody_polls_for_a_page_that_is_not_seen(browser: Browser, site: Site, proxy: Proxy) -> None:
    proxy.refuse_upgrades()
    screen = Screen(browser, site, proxy.address + WEEK, live=False, clock=True)
    screen.expect("polling")
    screen.page.evaluate("""() => {
      Object.defineProperty(document, "hidden", { get: () => window.away, configurable: true });
      window.away = true;
    }""")
    screen.page.clock.fast_forward(5_000)
    requests: list[str] = []
    screen.page.on("request", lambda request: requests.append(request.url))
    screen.page.clock.run_for(20_000)
    assert requests == []
    site.send({"series": "week", "value": 6543, "tags": {"day": "Mon"}})
    screen.page.evaluate("() => { window.away = false; document.dispatchEvent(new Event('visibilitychange')); }")
    screen.shows("6,543", within=PANEL)


def test_a_new_version_that_does_not_answer_is_asked_for_again(browser: Browser, site: Site, proxy: Proxy) -> None:
    proxy.refuse_upgrades()
    screen = Screen(browser, site, proxy.address + WEEK, live=False, clock=True)
    screen.expect("polling")
    unanswered: list[Route] = []
    screen.page.route(f"**{WEEK}", lambda route: route.continue_() if unanswered else unanswered.append(route))
    screen.page.route("**/live/page", lambda route: route.fulfill(status=410, headers={"Live-Time": "1"}))
    attempt = "sessionStorage.getItem('live-renewed')"
    until(lambda: screen.page.evaluate(attempt) == "1", "that it is to be loaded again")
    screen.page.clock.fast_forward(5_000)
    until(lambda: screen.page.evaluate(attempt) and unanswered, "that it is asked for")
    screen.page.clock.fast_forward(16_000)
    until(lambda: screen.page.evaluate(attempt) == "2", "that it is given up, and tried again")
    with screen.page.expect_event("load", timeout=DEADLINE * 1000):
        screen.page.clock.fast_forward(9_000)


def test_a_lost_permission_takes_what_was_shown_off_the_screen(browser: Browser, site: Site, proxy: Proxy) -> None:
    proxy.refuse_upgrades()
    screen = Screen(browser, site, proxy.address + WEEK, live=False)
    screen.expect("polling")
    site.shell("from boards.models import Board; Board.objects.update(view_by='signed_in')")
    screen.expect("ended")
    screen.shows("who are signed in", within="#live-message")
    shown = screen.page.locator("[data-version]").all_text_contents()
    assert shown and "".join(shown) == ""


def test_an_address_that_the_site_does_not_know_has_words_and_asks(browser: Browser, stopped_site: Site) -> None:
    site = stopped_site.start(HTTPS="1")
    # Behind a proxy that says https, in a browser that sees http: its Origin is not the site's.
    screen = Screen(browser, site, WEEK, live=False, extra_http_headers={"X-Forwarded-Proto": "https"})
    screen.expect("polling")
    screen.shows("takes no live connection from the address of this page", within="#live-message")
    site.http(
        "POST",
        "/api/points",
        b'{"series": "week", "value": 6543, "tags": {"day": "Mon"}}',
        {
            "Authorization": f"Bearer {site.token}",
            "Content-Type": "application/json",
            "X-Forwarded-Proto": "https",
        },
    )
    screen.shows("6,543", within=PANEL)


def test_while_the_database_is_away_the_page_says_so(browser: Browser, site: Site, proxy: Proxy) -> None:
    """A database without its tables answers as one that is away does: with an OperationalError."""
    site.shell(PEOPLE)
    proxy.refuse_upgrades()
    person = Person(browser, site, "ada")
    screen = person.tab(proxy.address + WEEK, live=False)
    screen.expect("polling")
    rename = "from django.db import connection; connection.cursor().execute('ALTER TABLE {} RENAME TO {}')"
    site.shell(rename.format("django_session", "away"))
    screen.expect("database")
    state = screen.page.locator("#live-state")
    expect(state).to_contain_text("The database cannot be reached; data of ")
    site.shell(rename.format("away", "django_session"))
    screen.expect("polling", seconds=PROMISED)


def refreshing(screen: Screen, seconds: int) -> None:
    """The page, with another time between two loads."""

    def hurry(route: Route) -> None:
        response = route.fetch()
        body = response.text().replace('content="30"', f'content="{seconds}"')
        route.fulfill(response=response, body=body.replace('data-refresh="30"', f'data-refresh="{seconds}"'))

    screen.page.route(f"**{screen.path}", hurry)


def test_without_javascript_a_page_loads_itself_again(browser: Browser, site: Site) -> None:
    screen = Screen(browser, site, MACHINE, live=False, java_script_enabled=False)
    refreshing(screen, 1)
    screen.page.reload()
    state = screen.page.locator("#live-state noscript")  # whose text Playwright leaves out of everything else
    until(lambda: "JavaScript is off. Loaded again every 30 s." in (state.text_content() or ""), "it says so")
    site.manage("banner", "--level", "outage", "The disk is full")
    screen.shows("The disk is full", within="body", seconds=2 * DEADLINE)


def test_a_page_with_a_form_keeps_what_is_typed(browser: Browser, still: Site) -> None:
    assert 'http-equiv="refresh"' in still.http("GET", MACHINE).text
    assert 'http-equiv="refresh"' not in still.http("GET", WEEK).text
    screen = Screen(browser, still, WEEK, live=False, java_script_enabled=False)
    words = screen.page.locator("#live-state noscript").text_content()
    assert words == "Not live: JavaScript is off. Reload to see the newest."


@pytest.mark.parametrize("script", ["live/live", "django_htmx/htmx-2"])
def test_a_browser_that_is_too_old_says_so_and_loads_the_page_again(browser: Browser, site: Site, script: str) -> None:
    screen = Screen(browser, site, "/accounts/login/", live=False)
    screen.path = MACHINE
    refreshing(screen, 1)
    too_new = {"body": "a ?? b ??= 1;", "content_type": "text/javascript"}
    screen.page.route(f"**/{script}*.js", lambda route: route.fulfill(**too_new))
    screen.page.goto(MACHINE)
    screen.expect("unsupported")
    expect(screen.page.locator("#live-state")).to_contain_text("script does not run here. Loaded again every 30 s.")
    site.manage("banner", "--level", "outage", "The disk is full")
    screen.shows("The disk is full", within="body")
