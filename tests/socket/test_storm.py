"""A thousand pages at once, as after a restart."""

import re
import resource

import pytest

from tests.bench.fanout.client import Viewers
from tests.pages import OpenPage
from tests.servers import Site

pytestmark = [pytest.mark.redis, pytest.mark.storm]
PAGES = 1000


def test_a_thousand_pages_that_connect_at_once_are_all_live_and_told(pair: tuple[Site, Site]) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 4 * PAGES)), hard))
    site, other = pair
    page = OpenPage(site, "/boards/this-week/")
    viewers = Viewers(PAGES)
    try:
        arrived = viewers.connect("127.0.0.1", site.port, "/live/socket", report=page.report(), deadline=30, storm=True)
        assert arrived.complete, (
            f"{arrived.got} of {arrived.of} pages are live; the others ended with {viewers.endings()}"
        )
        # Sent to the other server: Redis carries the hint, and all thousand get the same frame.
        assert other.send({"series": "week", "value": 192837, "tags": {"day": "Mon"}}).status == 200
        changed = viewers.wait_for(b"193k", deadline=20)
        assert changed.complete, f"{changed.got} of {changed.of} pages show what was sent"
        counters = site.counters()
        assert counters["live_viewers"] == PAGES
        assert counters.get('live_failures_total{where="listen"}', 0) == 0
        # A notice from another process to everyone: rendered once, and one frame for all of them.
        site.shell("from live.notices import *; notify(everyone, 'info', 'to all thousand')")
        told = viewers.wait_for(b"to all thousand", deadline=20)
        assert told.complete, f"{told.got} of {told.of} pages have the notice"
        assert site.counters()['live_renders_total{fragment="live_notices.notices"}'] == 1
    finally:
        viewers.close()
    assert not re.search("MaxConnections|Traceback", site.log.read_text())
