"""A page that stays open stays signed in, also where the clock goes on by weeks."""

import time
from email.utils import parsedate_to_datetime
from http.cookies import SimpleCookie
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.axe import grave
from tests.browser.people import state_of
from tests.browser.screens import Screen, attended
from tests.servers import Site, movable_clock
from tests.waiting import until

pytestmark = pytest.mark.browser
DAY = 24 * 3600
MACHINE = "/boards/this-machine/"
# A session whose end is set, as a sign-in by another service does it.
FIXED = """
from datetime import timedelta
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone
session = SessionStore({key!r})
session.set_expiry(timezone.now() + timedelta(hours=5))
session.save()
"""


def session_cookie(screen: Screen) -> Any:
    return next(cookie for cookie in screen.context.cookies() if cookie["name"] == "sessionid")


def test_a_page_on_a_wall_is_signed_in_after_weeks(browser: Browser, stopped_site: Site) -> None:
    clock = movable_clock(stopped_site)
    site = stopped_site.start()
    wall = Screen(browser, site, f"{MACHINE}?wall", clock=True, **state_of(site.browse().sign_in()))
    assert session_cookie(wall)["expires"] == -1, "as the test has put it in"

    def is_asked_after(days: int) -> None:
        """The server's clock is put on, and the page asks as it does after a quarter of an hour."""
        clock.write_text(f"+{days * DAY}")
        until(lambda: days * DAY - 60 < ahead(site) < days * DAY + 600, f"a server that is {days} days ahead")
        with wall.page.expect_response("**/account/session/") as response:
            wall.page.clock.fast_forward(900_000)
        assert response.value.status == 200 and response.value.text().strip() == ""

    for days in (13, 26):
        is_asked_after(days)
        assert session_cookie(wall)["expires"] > time.time() + 13 * DAY
    assert wall.context.request.get("/activity/").ok
    wall.expect("live")
    assert wall.not_reloaded() and "ended" not in wall.states()
    clock.write_text(f"+{41 * DAY}")
    wall.expect("ended")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_open_page_says_that_its_session_will_end(browser: Browser, still: Site, scheme: str) -> None:
    session = still.browse().sign_in()
    options = {"clock": True, "bypass_csp": True, "color_scheme": scheme, **state_of(session)}
    page = Screen(browser, still, MACHINE, **options).page
    expect(page.locator("#session")).to_be_hidden()
    still.shell(FIXED.format(key=session.cookie("sessionid")))
    attended(page, "#session")
    page.clock.fast_forward(900_000)
    expect(page.get_by_role("status").filter(has_text="You are signed in until")).to_be_visible()
    expect(page.get_by_role("link", name="Sign in again")).to_have_attribute("href", f"/accounts/login/?next={MACHINE}")
    assert grave(page) == []


def ahead(site: Site) -> float:
    """How far the server's clock is ahead of this one, in seconds: by the end of a cookie that it sets."""
    cookie = SimpleCookie(site.http("GET", "/accounts/login/").headers["Set-Cookie"])["csrftoken"]
    return parsedate_to_datetime(cookie["expires"]).timestamp() - float(cookie["max-age"]) - time.time()
