"""The server goes away and comes back: killed, told to stop, frozen. Open pages must be true again within 5 seconds."""

import signal
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Route

from tests.browser.people import PEOPLE, Person
from tests.browser.screens import Screen
from tests.pages import OpenPage
from tests.servers import Site
from tests.waiting import PROMISED, until

pytestmark = pytest.mark.browser
WEEK, MACHINE = "/boards/this-week/", "/boards/this-machine/"

WRITE = """
from boards.models import *; from series.models import Series; from django.utils import timezone
from series.samples import Sample; from series.storage.write import write
now = timezone.now()
for series in Series.objects.filter(name__in=["week", "machine.cpu"]):
    write([Sample(series.name, series.tags, now, 24680.0)])
Panel.objects.filter(title="Load").delete()
panel = Panel.objects.create(board=Board.objects.get(slug="this-machine"), title="Made while away", kind="stat")
PanelSeries.objects.create(panel=panel, series=Series.objects.get(identity="machine.cpu"))
"""


def test_killed_and_started_again_the_pages_are_true_within_5_seconds(browser: Browser, site: Site) -> None:
    screens = [Screen(browser, site, WEEK), Screen(browser, site, MACHINE)]
    site.kill()
    for screen in screens:
        screen.expect("reconnecting")
    site.shell(WRITE)
    site.start()
    for screen in screens:
        until(
            lambda screen=screen: "24.7k" in str(screen.fragments()), f"{screen.path} shows what was written", PROMISED
        )
    for screen in screens:
        screen.expect("live")
        until(screen.equals_fresh(), f"{screen.path} equals itself freshly loaded", PROMISED)
        assert screen.not_reloaded()
    assert "Made while away" in str(screens[1].fragments())
    assert "boards-panel-3" not in screens[1].fragments(), "the panel that was deleted meanwhile is gone"


def test_told_to_stop_the_server_sends_pages_away_to_come_back(browser: Browser, site: Site) -> None:
    socket = OpenPage(site, WEEK).live()
    screen = Screen(browser, site, WEEK)
    assert site.stop_only() == 0
    assert socket.closed() == 4000
    screen.expect("reconnecting")
    site.start()
    screen.expect("live")
    assert screen.not_reloaded()


def test_a_frozen_server_is_noticed_and_said_and_survived(browser: Browser, site: Site) -> None:
    screen = Screen(browser, site, WEEK)
    site.process.send_signal(signal.SIGSTOP)
    try:
        # Nothing closes the connection; only the sign of life stays away.
        screen.was("live", "reconnecting")
        screen.expect("offline")
    finally:
        site.process.send_signal(signal.SIGCONT)
    screen.expect("live")
    until(screen.equals_fresh(), "the page equals itself freshly loaded", PROMISED)
    assert screen.not_reloaded()


def test_a_page_from_another_version_of_the_site_is_loaded_again(browser: Browser, site: Site) -> None:
    screen = Screen(browser, site, WEEK)
    with screen.page.expect_navigation():
        screen.page.evaluate(
            """([token]) => { document.querySelector("#live input").value = token;
           document.body.dispatchEvent(new CustomEvent("htmx:afterRequest")); }""",
            [signed_by(site, {"user": None, "roots": [["boards.removed_since", {}]]})],
        )
    screen.expect("live")
    assert not screen.not_reloaded()


def test_a_new_version_that_does_not_work_yet_is_waited_for(browser: Browser, site: Site) -> None:
    """A page that is replaced by the error of a proxy or of Django has no script, and never returns."""
    screen = Screen(browser, site, WEEK, clock=True)
    asked: list[str] = []

    def fail(route: Route) -> None:
        asked.append(route.request.resource_type)
        route.fulfill(status=502, body="Bad Gateway")

    screen.page.route(f"**{WEEK}", fail)
    screen.page.evaluate(
        """([token]) => { document.querySelector("#live input").value = token;
       document.body.dispatchEvent(new CustomEvent("htmx:afterRequest")); }""",
        [signed_by(site, {"user": None, "roots": [["boards.removed_since", {}]]})],
    )
    screen.shows("a newer version of this page", within="#live-message")

    under_way: set[object] = set()
    screen.page.on("request", lambda request: under_way.add(request))
    screen.page.on("requestfinished", lambda request: under_way.discard(request))
    screen.page.on("requestfailed", lambda request: under_way.discard(request))

    def passes(condition: Callable[[], bool], seconds: int) -> bool:
        """Whether it is so by now; else the page's clock goes on. Not while the server is asked, who has another one:
        the page would take it for late."""
        if under_way:
            screen.page.wait_for_timeout(20)
        elif not condition():
            screen.page.clock.run_for(seconds * 1000)
        return condition()

    until(lambda: passes(lambda: len(asked) > 1, 1), "it asks for the page, and asks again")
    # Each time it waits longer: within four minutes there are no more than these.
    screen.page.clock.run_for(240_000)
    assert len(asked) < 15
    assert {*asked} == {"fetch"}
    assert screen.not_reloaded()
    screen.page.unroute(f"**{WEEK}")
    loads: list[object] = []
    screen.page.on("domcontentloaded", lambda page: loads.append(page))
    until(lambda: passes(lambda: bool(loads), 1), "it is loaded again")
    screen.expect("live")


def tries_nothing(screen: Screen, sockets: list[object]) -> None:
    """Longer, on the page's clock, than any delay before a new attempt."""
    screen.page.clock.run_for(30_000)
    # A socket that was opened has been noticed by the time of an answer over HTTP.
    screen.page.evaluate("() => fetch('/')")
    assert sockets == []


FORGED = "eyJ1c2VyIjpudWxsLCJyb290cyI6W119:1xVFnZ:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"


def test_a_page_by_another_secret_is_loaded_again_once(browser: Browser, site: Site) -> None:
    """As after a change of SECRET_KEY: what the page was given is worth nothing any more."""
    screen = Screen(browser, site, WEEK)
    loads: list[object] = []
    screen.page.on("load", lambda page: loads.append(page))
    with screen.page.expect_event("load"):
        screen.page.evaluate(
            """(forged) => {
              document.querySelector("#live input").value = forged;
              document.body.dispatchEvent(new CustomEvent("htmx:afterRequest")); }""",
            FORGED,
        )
    screen.expect("live")
    assert len(loads) == 1


def test_a_private_page_by_another_secret_leads_to_signing_in(browser: Browser, stopped_site: Site) -> None:
    """Its session is worth nothing any more either: it must not go on showing what it showed."""
    site = stopped_site.start()
    site.shell(PEOPLE + "from boards.models import Board; Board.objects.update(view_by='signed_in')")
    screen = Person(browser, site, "ada").tab(WEEK)
    site.stop_only()
    site.start(SECRET_KEY="another secret of fifty characters and of many letters")
    screen.shows("There is no board here for you")
    assert screen.page.get_by_role("link", name="Sign in").get_attribute("href") == f"/accounts/login/?next={WEEK}"


def test_a_page_that_asks_for_what_is_not_its_own_ends_and_stops_trying(browser: Browser, site: Site) -> None:
    screen = Screen(browser, site, WEEK, clock=True)
    sockets: list[object] = []
    screen.page.on("websocket", lambda socket: sockets.append(socket))
    screen.page.evaluate(
        """() => {
          document.querySelector("[data-seal]").id = "boards-panel-1";
          document.body.dispatchEvent(new CustomEvent("htmx:afterRequest")); }"""
    )
    screen.expect("ended")
    screen.shows("no longer have access", within="#live-message")
    tries_nothing(screen, sockets)


def test_while_the_database_is_away_pages_come_back_seldom_and_then_are_true(site: Site) -> None:
    page = OpenPage(site, WEEK, site.browse().sign_in())
    page.connect()
    # A database without its tables answers as one that is away does: with an OperationalError.
    site.shell(
        "from django.db import connection; connection.cursor().execute('ALTER TABLE django_session RENAME TO away')"
    )
    page.socket.send(page.report())
    assert page.closed() == 4000
    assert "Traceback" not in site.log.read_text()
    site.shell(
        "from django.db import connection; connection.cursor().execute('ALTER TABLE away RENAME TO django_session')"
    )
    page.live()


def signed_by(site: Site, content: dict[str, object]) -> str:
    return site.shell(f"from django.core import signing; print(signing.dumps({content!r}, salt='live.page'))").split()[
        -1
    ]


@pytest.mark.parametrize("how", ["sign out", "no longer public"])
def test_a_page_that_may_not_be_seen_any_more_ends_with_words_and_stops_trying(
    browser: Browser, site: Site, how: str
) -> None:
    screen = Screen(browser, site, "/accounts/login/?next=" + WEEK, live=False, clock=True)
    if how == "sign out":
        screen.page.get_by_label("Username").fill("admin")
        screen.page.get_by_label("Password").fill("admin")
        screen.page.get_by_role("main").get_by_role("button", name="Sign in").click()
    else:
        screen.page.goto(WEEK)
    screen.expect("live")
    sockets: list[object] = []
    screen.page.on("websocket", lambda socket: sockets.append(socket))
    if how == "sign out":
        site.shell("from django.contrib.sessions.models import Session; Session.objects.all().delete()")
    else:
        site.shell("from boards.models import Board; Board.objects.update(view_by='signed_in')")
    screen.expect("ended", seconds=PROMISED)
    screen.shows("who are signed in", within="#live-message")
    assert "Ended" in screen.page.locator("#live-state").inner_text()
    shown = screen.page.locator("[data-version], .live-notice").all_text_contents()
    assert shown and "".join(shown) == "", "what it showed is not on the screen any more"
    tries_nothing(screen, sockets)
