"""What a page's own script hears of what is swapped."""

import pytest
from playwright.sync_api import Browser

from tests.browser.screens import Screen
from tests.servers import Site
from tests.waiting import until

pytestmark = pytest.mark.browser
HEAR = """() => {
  window.heard = [];
  document.addEventListener("live:updated", (e) => heard.push(`${e.target.id}: ${e.target.textContent}`));
}"""


def test_the_element_of_a_fragment_says_once_that_it_was_swapped(browser: Browser, stopped_site: Site) -> None:
    stopped_site.env["DJANGO_SETTINGS_MODULE"] = "tests.tabular.settings"
    site = stopped_site.start()
    site.shell("from tests.tabular.fragments import *; Group.objects.create(pk=7001, name='Before')")
    screen = Screen(browser, site, "/tabular/")
    screen.page.evaluate(HEAR)
    heard = "() => heard"
    site.shell("from tests.tabular.fragments import *; Group.objects.filter(pk=7001).update(name='After')")
    until(lambda: len(screen.page.evaluate(heard)) == 2, lambda: f"two events: {screen.page.evaluate(heard)}")
    assert sorted(screen.page.evaluate(heard)) == ["tabular-item-7001: After", "tabular-row-7001: After"]
    # While its text is selected it is not swapped.
    screen.page.evaluate("() => { heard = []; getSelection().selectAllChildren(document.querySelector('table')) }")
    site.shell("from tests.tabular.fragments import *; Group.objects.filter(pk=7001).update(name='Later')")
    until(lambda: screen.page.locator("[data-live-waiting]").count(), "the row waits")
    until(lambda: screen.page.evaluate(heard), "the item's event")
    assert screen.page.evaluate(heard) == ["tabular-item-7001: Later"]
    screen.page.evaluate("() => getSelection().removeAllRanges()")
    until(lambda: len(screen.page.evaluate(heard)) == 2, lambda: f"the row's event: {screen.page.evaluate(heard)}")
    assert screen.page.evaluate(heard)[1] == "tabular-row-7001: Later"
    assert screen.complaints == []
