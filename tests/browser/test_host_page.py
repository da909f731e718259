"""A page of somebody else's that has live on it looks as before, but for live's own elements, and those can be read."""

import pytest
from playwright.sync_api import Browser

from tests.browser.axe import grave
from tests.browser.screens import Screen
from tests.servers import Site

pytestmark = pytest.mark.browser
# What each element of the page's own looks like, but live's: by its tag and number, every property.
LOOKS = """() => {
  const own = "html, body, main, main > :not([data-version], .chart), main > :not([data-version], .chart, svg) *";
  const elements = [...document.querySelectorAll(own)].filter((each) => !each.matches("svg, svg *"));
  return Object.fromEntries(elements.map((each, at) => {
    const style = getComputedStyle(each), names = [...style].filter((name) => !name.startsWith("--live-"));
    return [`${at} ${each.localName}`, Object.fromEntries(names.map((name) => [name, style.getPropertyValue(name)]))];
  }));
}"""
WITHOUT = """() => {
  for (const each of [...document.styleSheets]) if (each.href.includes("/static/live/")) each.disabled = true;
  // What live shows takes room, which the page's own elements have then.
  for (const each of document.querySelectorAll("main > [data-version], main > .chart, #live-state")) each.remove();
}"""
WORDS = (
    "#live-state, .live-gone p, .live-notice-body, .live-notice-icon,"
    " .chart figcaption, .chart-x li, .chart-x text, .chart-y li"
)
SMALL = f"""() => [...document.querySelectorAll("{WORDS}")]
  .filter((each) => parseFloat(getComputedStyle(each).fontSize) < 11).map((each) => each.outerHTML)"""
# What depends on how high the page is.
OF_THE_ROOM = {"height", "block-size", "perspective-origin", "transform-origin", "width", "inline-size"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_looks_as_it_did_and_live_can_be_read(browser: Browser, stopped_site: Site, scheme: str) -> None:
    stopped_site.env["DJANGO_SETTINGS_MODULE"] = "tests.reading.settings"
    stopped_site.shell("from tests.reading.fragments import *; write({14: 2})")
    site = stopped_site.start()
    screen = Screen(browser, site, "/host/", color_scheme=scheme, bypass_csp=True)
    page = screen.page
    site.shell("from tests.reading.fragments import *; Group.objects.get(pk=14).delete(); log.changed(pk=14)")
    for each in ("Saved, with a warning", "This is no longer here.", "Orders"):
        screen.shows(each, within="body")
    assert page.evaluate(SMALL) == []
    assert grave(page) == []
    looks = page.evaluate(LOOKS)
    assert len(looks) > 20, "elements of the page's own"
    page.evaluate(WITHOUT)
    without = page.evaluate(LOOKS)
    assert looks.keys() == without.keys()
    differ = [
        f"{element}: {name} is {value!r}, without live {without[element].get(name)!r}"
        for element, style in looks.items()
        for name, value in style.items()
        if value != without[element].get(name) and name not in OF_THE_ROOM
    ]
    assert differ == []
