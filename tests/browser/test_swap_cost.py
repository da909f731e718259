"""What a page need not do when charts are swapped: a dozen of them come many times a second."""

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.screens import Screen
from tests.servers import Site

# All charts come anew, as they are, in one frame; how many they are.
SWAP = """() => {
  const charts = [...document.querySelectorAll("figure.chart[data-version]")];
  livePage.swap(charts.map(({ outerHTML }) => outerHTML.replace("<figure", "<figure hx-swap-oob=true")).join(""));
  return charts.length;
}"""
# ... and of how many elements htmx says meanwhile that it takes them away.
TAKEN = f"""() => {{
  let count = 0;
  const one = () => (count += 1);
  document.addEventListener("htmx:beforeCleanupElement", one);
  ({SWAP})();
  document.removeEventListener("htmx:beforeCleanupElement", one);
  return count;
}}"""
# A part of the first chart that htmx knows.
PROCESS = """() => {
  document.querySelector("figure.chart").insertAdjacentHTML("beforeend", "<a hx-get='/'>More</a>");
  htmx.process(document.querySelector("figure.chart a[hx-get]"));
  return document.querySelectorAll("figure.chart")[0].querySelectorAll("*").length;
}"""


@pytest.fixture
def page(browser: Browser, site: Site) -> Page:
    screen = Screen(browser, site, "/boards/this-machine/")
    assert screen.page.locator("figure.chart").count() > 4
    return screen.page


@pytest.mark.browser
def test_swaps_of_one_frame_lay_the_page_out_together(page: Page) -> None:
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")

    def layouts() -> float:
        metrics = session.send("Performance.getMetrics")["metrics"]
        return float(next(metric["value"] for metric in metrics if metric["name"] == "LayoutCount"))

    before = layouts()
    charts = page.evaluate(SWAP)
    assert layouts() - before < charts


@pytest.mark.browser
def test_htmx_does_not_clean_up_what_it_does_not_know(page: Page) -> None:
    charts = page.locator("figure.chart[data-version]").count()
    assert page.evaluate(TAKEN) == charts
    inside = page.evaluate(PROCESS)
    assert page.evaluate(TAKEN) == charts + inside, "all of the chart with something that it knows"
    assert page.evaluate(TAKEN) > charts, "that came anew with it, and was processed"


@pytest.mark.browser
def test_the_words_of_a_tooltip_are_laid_out_when_they_are_seen(browser: Browser, site: Site) -> None:
    page = Screen(browser, site, "/boards/this-week/").page
    columns, words = page.locator(".chart-tooltip td"), ".chart-tooltip a"
    count = f"() => [...document.querySelectorAll('{words}')].filter((each) => each.getClientRects().length).length"
    assert columns.count() > 1
    assert page.evaluate(count) == 0
    columns.last.focus()
    assert page.evaluate(count) == 1
