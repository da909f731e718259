"""What a page need not do when charts are swapped: a dozen of them come many times a second."""

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.screens import Screen
from tests.servers import Site
from tests.waiting import until

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

# Each chart is pushed some times, with a number; what the first and the last one show.
PUSH = """([first, last]) => {
  const charts = [...document.querySelectorAll("figure.chart[data-version]")];
  const html = (number) => charts.map(({ id }) =>
    `<figure id="${id}" class="chart" data-version="v${number}" data-seal="">${number}</figure>`).join("");
  for (let number = first; number <= last; number += 1) livePage.swap(html(number));
}"""
SHOWN = """() => {
  const charts = [...document.querySelectorAll("figure.chart[data-version]")];
  return [charts[0].textContent, charts[charts.length - 1].textContent];
}"""
FRAME = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


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
def test_what_a_pages_own_script_does_not_let_come_is_not_emptied(page: Page) -> None:
    before = page.evaluate(SHOWN)
    assert all(before)
    page.evaluate("""() => document.addEventListener("htmx:oobBeforeSwap", (event) => event.preventDefault())""")
    page.evaluate(SWAP)
    assert page.evaluate(SHOWN) == before


@pytest.mark.browser
def test_the_words_of_a_tooltip_are_laid_out_when_they_are_seen(browser: Browser, site: Site) -> None:
    page = Screen(browser, site, "/boards/this-week/").page
    columns, words = page.locator(".chart-tooltip td"), ".chart-tooltip a"
    count = f"() => [...document.querySelectorAll('{words}')].filter((each) => each.getClientRects().length).length"
    assert columns.count() > 1
    assert page.evaluate(count) == 0
    columns.last.focus()
    assert page.evaluate(count) == 1


@pytest.fixture
def low(browser: Browser, stopped_site: Site) -> Page:
    """A board in a window in which its last chart is not, and that no server changes."""
    screen = Screen(browser, stopped_site.start(), "/boards/this-machine/", viewport={"width": 400, "height": 500})
    screen.page.evaluate("() => { livePage.drop(); }")
    screen.page.evaluate(PUSH, [1, 1])
    screen.page.evaluate(FRAME)
    return screen.page


@pytest.mark.browser
def test_a_chart_off_the_screen_comes_once_a_second_and_at_once_when_it_is_seen(low: Page) -> None:
    low.evaluate(PUSH, [2, 9])
    assert low.evaluate(SHOWN) == ["9", "2"]
    low.wait_for_function(f"() => ({SHOWN})()[1] === '9'")
    low.evaluate(PUSH, [10, 19])
    assert low.evaluate(SHOWN) == ["19", "9"]
    low.locator("figure.chart").last.scroll_into_view_if_needed()
    until(lambda: low.evaluate(SHOWN) == ["19", "19"], "the newest, when it is seen")


@pytest.mark.browser
def test_a_hidden_tab_is_not_brought_up_to_date_more_than_once_a_second(low: Page) -> None:
    low.evaluate("() => Object.defineProperty(document, 'hidden', { value: true, configurable: true })")
    low.evaluate(PUSH, [2, 9])
    assert low.evaluate(SHOWN) == ["2", "2"]
    seen = low.evaluate(f"""() => {{
      delete document.hidden;
      document.dispatchEvent(new Event("visibilitychange"));
      return ({SHOWN})();
    }}""")
    assert seen[0] == "9"


@pytest.mark.browser
def test_what_waits_is_not_shown_to_who_may_not_see_it_any_more(low: Page) -> None:
    low.evaluate(PUSH, [2, 9])
    gone = low.evaluate("""() => {
      const [{ id }] = [...document.querySelectorAll("figure.chart[data-version]")].slice(-2);
      livePage.swap(`<p id="${id}" class="live-gone" data-version="gone" data-seal="">Gone</p>`);
      return id;
    }""")
    until(lambda: low.evaluate(SHOWN)[1] == "9", "what waited beside it has come")
    assert low.locator(f"#{gone}").inner_text() == "Gone"
