"""Who has no network for a moment is back soon after it; who has none for longer asks less often."""

import pytest
from playwright.sync_api import Browser

from tests.browser.screens import Screen
from tests.proxy import Proxy
from tests.servers import Site
from tests.waiting import until

pytestmark = pytest.mark.browser

# The pauses before the page asks whether the server is there again, at their longest.
PAUSES = """() => {
  window.pauses = [];
  Math.random = () => 1;
  const set = window.setTimeout;
  window.setTimeout = (act, pause, ...rest) => {
    if (act.name === "attempt") window.pauses.push(pause);
    return set(act, pause, ...rest);
  };
}"""


def test_for_five_seconds_it_asks_so_often_that_it_is_back_within_one(browser: Browser, site: Site) -> None:
    with Proxy(site.port) as proxy:
        screen = Screen(browser, site, f"{proxy.address}/boards/this-week/", clock=True)
        screen.page.evaluate(PAUSES)

        def pauses() -> list[float]:
            found: list[float] = screen.page.evaluate("window.pauses")
            return found

        proxy.refuse()
        proxy.cut()
        until(lambda: len(pauses()) > 2, "it has asked twice")
        after_close, *soon = pauses()
        assert after_close == 1000
        assert max(soon[:2]) < 1000
        screen.page.clock.run_for(5000)
        until(lambda: pauses()[-1] == 2000, "it asks less often")
        proxy.mend()
        screen.expect("live")
        site.opened.close()
