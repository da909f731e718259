"""Firefox holds new sockets back after unclean closes, for up to a minute: its pages must come back none the less."""

import time
from pathlib import Path

import pytest

from tests.browser.firefox import firefox
from tests.browser.screens import FRAGMENTS
from tests.faults.stage import WEEK, wait
from tests.servers import Site
from tests.waiting import PROMISED, until

pytestmark = [pytest.mark.firefox, pytest.mark.slow]
STATE = "() => document.documentElement.dataset.live"
# The page as it would be if it were loaded now: from an element that is not in the document.
FRESH = """async (path) => {
  const html = await (await fetch(path, { cache: "no-store" })).text();
  const document = new DOMParser().parseFromString(html, "text/html");
  return (%s)();
}"""


@pytest.mark.parametrize("seconds", [5, 60])
def test_a_page_is_true_within_5_seconds_after_so_long_without_a_server(
    site: Site, tmp_path: Path, seconds: int
) -> None:
    with firefox(tmp_path) as window:
        window.open(site.address + WEEK)
        until(lambda: window.run(STATE) == "live", "a live page")
        site.kill()
        until(lambda: window.run(STATE) in {"reconnecting", "offline"}, "a page that says so")
        site.shell("from boards.models import Panel; Panel.objects.filter(editable=True).update(title='Meanwhile')")
        wait(seconds)
        site.start()
        again = time.monotonic()
        until(
            lambda: window.run(STATE) == "live" and "Meanwhile" in str(window.run(FRAGMENTS)),
            lambda: f"a live page with what was written; it is {window.run(STATE)}",
            PROMISED,
        )
        print(f"true again after {time.monotonic() - again:.1f} s")
        assert window.run(FRAGMENTS) == window.run(FRESH % FRAGMENTS, WEEK)
