"""A time zone that the browser does not know: it is older than the zone, or a program has stored what is none."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.screens import Screen
from tests.servers import Site

pytestmark = pytest.mark.browser
# Python has a file of this name, and browsers know no such zone.
UNKNOWN = "from boards.models import Board; Board.objects.update(time_zone='localtime')"


def test_a_board_in_a_zone_that_the_browser_does_not_know_is_live_and_says_utc(browser: Browser, site: Site) -> None:
    site.shell(UNKNOWN)
    screen = Screen(browser, site, "/boards/this-machine/")
    screen.expect("live")
    screen.context.set_offline(True)
    expect(screen.page.locator("#live-state")).to_contain_text(re.compile(r"\d\d:\d\d:\d\d UTC"))
    screen.context.set_offline(False)
    screen.page.goto("/boards/this-machine/?wall")
    expect(screen.page.locator("#wall-clock")).to_have_text(re.compile(r"^\d\d:\d\d UTC$"))
    expect(screen.page.locator("html")).to_have_attribute("data-wall", "idle")
