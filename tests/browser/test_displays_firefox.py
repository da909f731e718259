"""A board inside of a page of another site, in Firefox, which keeps no cookie of ours there. ``make test-firefox``."""

from pathlib import Path

import pytest

from tests.browser.embedding import other_site
from tests.browser.firefox import firefox
from tests.servers import Site
from tests.waiting import until

pytestmark = pytest.mark.firefox
LISTED = """
from boards.models import Board
Board.objects.filter(slug="this-week").update(embed_origins="{origin}")
"""
# Of what frames of another site send and set: none.
BLOCKED = "Services.prefs.setIntPref('network.cookie.cookieBehavior', 1);"
STATE = "() => document.documentElement.dataset.live"


def test_it_is_live_inside_of_a_listed_site_and_of_no_other(site: Site, tmp_path: Path) -> None:
    frame = f'<iframe src="{site.address}/boards/this-week/embed" title="Week" width="900" height="700"></iframe>'
    with other_site(frame) as address, firefox(tmp_path) as window:
        window.browser(BLOCKED)
        window.open(address)
        until(lambda: f"a page of '{address}' may not show" in site.log.read_text(), "the reason in the server's log")
        until(lambda: any("frame-ancestors" in text for text in window.refused()), "Firefox refuses it")
        site.shell(LISTED.format(origin=address))
        window.open(address)
        (element,) = window.ask("WebDriver:FindElement", using="css selector", value="iframe")["value"].values()
        window.ask("WebDriver:SwitchToFrame", element=element)
        until(lambda: window.run(STATE) == "live", lambda: f"it is live, and not {window.run(STATE)}")
        assert site.send({"series": "week", "tags": {"day": "Mon"}, "value": 4321}).status == 200
        until(lambda: "4,321" in window.run("() => document.body.textContent"), "what is sent shows there")
        assert window.run("() => document.cookie") == ""
