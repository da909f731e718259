"""Two server processes with Redis between them, and without it when it dies."""

import pytest
from playwright.sync_api import Browser

from tests.browser.screens import Screen
from tests.pages import OpenPage
from tests.servers import Redis, Site
from tests.waiting import PROMISED, until

pytestmark = [pytest.mark.redis, pytest.mark.browser]
WEEK = "/boards/this-week/"


def hints(server: Site) -> float:
    """How many hints of other processes it has had."""
    return server.counters().get('live_hints_total{fate="received"}', 0)


def one_hint(server: Site) -> None:
    """What was pushed may have come by the sweep, a moment before the hint did."""
    until(lambda: hints(server) > 0, "a hint through Redis")
    assert hints(server) == 1


def test_a_point_sent_to_one_server_shows_in_browsers_on_both(browser: Browser, pair: tuple[Site, Site]) -> None:
    first, second = pair
    screens = [Screen(browser, first, WEEK), Screen(browser, second, WEEK)]
    assert first.send({"series": "week", "value": 13579, "tags": {"day": "Mon"}}).status == 200
    for screen in screens:
        screen.shows("13,579", within="#boards-panel-9")
    assert second.send({"series": "week", "value": 97531, "tags": {"day": "Mon"}}).status == 200
    for screen in screens:
        screen.shows("97,531", within="#boards-panel-9")
        assert screen.not_reloaded()
    # Redis brought it, not the sweep.
    for server in pair:
        until(lambda server=server: hints(server) >= 1, "a hint through Redis")  # type: ignore[misc]


def test_a_command_reaches_both_through_redis(pair: tuple[Site, Site]) -> None:
    pages = [OpenPage(site, WEEK).live() for site in pair]
    pair[0].shell(
        "from series.samples import Sample; from series.storage.write import write; from django.utils import timezone;"
        "write([Sample('week', {'day': 'Tue'}, timezone.now(), 86420.0)])"
    )
    for page in pages:
        page.until("86,420")
    for server in pair:
        one_hint(server)


def test_rolled_back_nothing_is_announced_and_nothing_is_pushed(pair: tuple[Site, Site]) -> None:
    pages = [OpenPage(site, WEEK).live() for site in pair]
    write = """
from django.db import transaction; from django.utils import timezone
from series.samples import Sample; from series.storage.write import write
with transaction.atomic():
    write([Sample("week", {{"day": "Tue"}}, timezone.now(), 86420.0)])
    transaction.set_rollback({rolled_back})
"""
    pair[0].shell(write.format(rolled_back=True))
    for page, server in zip(pages, pair, strict=True):
        assert page.sync() == []
        assert hints(server) == 0
    # The same, committed, is: the test would notice.
    pair[0].shell(write.format(rolled_back=False))
    for page, server in zip(pages, pair, strict=True):
        page.until("86,420")
        one_hint(server)


def test_a_dead_redis_costs_nobody_their_data(stopped_site: Site, redis: Redis) -> None:
    stopped_site.env["REDIS_URL"] = redis.url
    second = stopped_site.beside().start()
    # Its own pages have a point at once; those of the other server must wait for the sweep.
    stopped_site.env["DJANGO_SETTINGS_MODULE"] = "tests.unswept"
    first = stopped_site.start()
    try:
        dead_redis(first, second, redis)
    finally:
        second.stop()


def dead_redis(first: Site, second: Site, redis: Redis) -> None:
    pages = [OpenPage(site, WEEK).live() for site in (first, second)]
    redis.kill()
    answer = first.send({"series": "week", "value": 11223, "tags": {"day": "Mon"}})
    assert answer.status == 200, "what is committed is acknowledged, whatever the layer does"
    pages[0].until("11,223")
    pages[1].until("11,223", seconds=PROMISED)
    # And a page that connects meanwhile is served as ever.
    OpenPage(second, WEEK).live()
    until(lambda: "hints cannot be sent" in first.log.read_text(), "words in the log")
    redis.start()
    assert first.send({"series": "week", "value": 44556, "tags": {"day": "Mon"}}).status == 200
    pages[0].until("44,556")
    pages[1].until("44,556", seconds=PROMISED)
