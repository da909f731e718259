"""A banner over the night in which the clocks change: a real server whose clock is set to that night."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.test_banners import Watcher, on_time, opening
from tests.servers import Site, libfaketime
from tests.waiting import until

pytestmark = pytest.mark.browser
WEEK = "/boards/this-week/"
# When the clocks of Berlin change, and what a banner's start and end around it are called.
NIGHTS = {
    "back an hour": (datetime(2026, 10, 25, 1, tzinfo=UTC), "02:59 CEST", "02:00 CET"),
    "on an hour": (datetime(2027, 3, 28, 1, tzinfo=UTC), "01:59 CET", "03:00 CEST"),
}


@pytest.fixture
def berlin(stopped_site: Site) -> Site:
    """A site in Berlin, not started yet."""
    stopped_site.env["DJANGO_SETTINGS_MODULE"] = "tests.berlin"
    return stopped_site


@pytest.mark.parametrize("night", NIGHTS)
def test_it_comes_and_goes_at_its_seconds_while_the_clocks_change(browser: Browser, berlin: Site, night: str) -> None:
    change, starts_at, ends_at = NIGHTS[night]
    # How long it takes until a page is open, as busy as this machine is: all that follows has a multiple of that.
    began = time.monotonic()
    berlin.start()
    opening(browser, berlin)
    pace = time.monotonic() - began
    berlin.stop_only()
    half = timedelta(seconds=2 + min(2 * pace, 18))
    starts, ends = change - half, change + half
    berlin.shell(
        "from live.banners.models import Banner; from datetime import datetime;"
        f"Banner.objects.create(text='Night shift', level='maintenance', announce_minutes_before=60,"
        f" starts=datetime.fromisoformat('{starts.isoformat()}'), ends=datetime.fromisoformat('{ends.isoformat()}'));"
        f"Banner.objects.create(text='Only then', starts=datetime.fromisoformat('{starts.isoformat()}'),"
        f" ends=datetime.fromisoformat('{ends.isoformat()}'))"
    )
    # The server's clock is ahead of ours by so much: it starts some seconds before the banner does.
    ahead = round((starts - timedelta(seconds=2 + min(3 * pace, 50))).timestamp() - time.time())
    berlin.env |= {"LD_PRELOAD": libfaketime(), "FAKETIME": f"{ahead:+d}", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    berlin.env |= {"DONT_FAKE_MONOTONIC": "1"}
    berlin.start()
    watcher = Watcher(browser, berlin, WEEK)
    when = watcher.page.locator(".live-banner-times")
    expect(when).to_contain_text(f"starts in 1 min ({starts_at}), until {ends_at}")
    until(lambda: watcher.what("Information Only then") == ["came"], "the banner at its start", 120)
    expect(when.filter(has_text=f"until {ends_at}")).to_have_count(2)
    between = Watcher(browser, berlin, WEEK)
    for page in (watcher, between):
        until(lambda page=page: page.what("Information Only then")[-1:] == ["went"], "its end", 120)
        until(lambda page=page: page.what("Maintenance Night shift")[-1:] == ["went"], "its end")
        assert page.not_reloaded()
        assert page.complaints == []
    ours = [moment - timedelta(seconds=ahead) for moment in (starts, ends)]
    on_time(watcher.history("Information Only then"), ("came", ours[0]), ("went", ours[1]))
    on_time(between.history("Information Only then")[1:], ("went", ours[1]))
