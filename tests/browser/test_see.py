"""One moment in all charts, zoom by dragging, the finder and the keys: by mouse, by keyboard, and without a script."""

import time
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, FloatRect, Page, expect

from tests.browser.people import PEOPLE, Person
from tests.browser.screens import Screen
from tests.servers import Site
from tests.waiting import until

pytestmark = pytest.mark.browser
MACHINE, WEEK = "/boards/this-machine/", "/boards/this-week/"
SERIES = [
    f"machine.{name}" for name in ("cpu", "memory", "load", "network.in", "network.out", "disk.read", "disk.write")
]
CHARTS = 4  # over time, on the board of the machine
SECONDS = 300  # that they show
COLUMN_SECONDS = SECONDS / 30  # of a tooltip
# When the tooltips that are open say that it was.
OPEN = """() => [...document.querySelectorAll(".chart-tooltip a")]
  .filter((each) => each.checkVisibility({ visibilityProperty: true })).map((each) => each.firstChild.textContent)"""
# What the script asks the browser to do later, from before it runs.
LATER = """
window.later = [];
for (const name of ["setTimeout", "setInterval", "requestAnimationFrame", "requestIdleCallback"]) {
  const original = window[name];
  window[name] = (...given) => {
    if (new Error().stack.includes("see.js")) window.later.push(name);
    return original(...given);
  };
}
"""


class Watched(Screen):
    remember = LATER


@pytest.fixture
def machine(site: Site) -> Site:
    """With a value of everything for each five seconds of the time that the board shows."""
    now = int(time.time()) // 10 * 10
    for at in range(now - SECONDS - 20, now + 1, 5):
        moment = datetime.fromtimestamp(at, UTC).isoformat()
        site.send(*({"series": name, "value": at % 50, "time": moment} for name in SERIES))
    return site


def plot(page: Page, number: int = 0) -> FloatRect:
    """Where a chart is on the screen, in the middle of it."""
    boxes: list[FloatRect | None] = []

    def is_there() -> bool:
        charts = page.locator(".chart-body[data-time]")
        charts.nth(number).evaluate("(chart) => chart.scrollIntoView({ block: 'center' })")
        boxes.append(charts.nth(number).locator(".chart-plot").bounding_box())
        return bool(boxes[-1])  # None for the moment in which the panel is replaced

    until(is_there, "the plot is on the screen")
    assert boxes[-1]
    return boxes[-1]


def point(page: Page, box: FloatRect, part: float) -> None:
    for step in (-3, 0):
        page.mouse.move(box["x"] + box["width"] * part + step, box["y"] + box["height"] / 2)


def drag(page: Page, begin: float, end: float) -> None:
    box = plot(page)
    point(page, box, begin)
    page.mouse.down()
    point(page, box, end)
    expect(page.locator(".see-selection")).to_be_visible()


def are_at_one_moment(page: Page) -> None:
    """As near as the columns of their tooltips allow: charts end at their own newest points."""

    def seconds() -> list[int]:
        clocks = [map(int, words.split(":")) for words in page.evaluate(OPEN)]
        return [3600 * hours + 60 * minutes + seconds for hours, minutes, seconds in clocks]

    def is_so() -> bool:
        times = seconds()
        return len(times) == CHARTS and max(times) - min(times) <= COLUMN_SECONDS

    until(is_so, lambda: f"one moment in all: {page.evaluate(OPEN)}")


def query(address: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(address).query)


TALL = {"width": 1280, "height": 1400}


def test_a_moment_that_is_pointed_at_is_shown_in_all_charts_also_after_a_push(browser: Browser, machine: Site) -> None:
    screen = Watched(browser, machine, MACHINE, viewport=TALL)
    page = screen.page
    assert page.evaluate(OPEN) == [], "nothing is open by itself"
    for number, part in ((0, 0.4), (1, 0.6), (3, 0.01), (2, 0.99)):
        point(page, plot(page, number), part)
        are_at_one_moment(page)
    point(page, plot(page), 0.5)
    for value in (991, 992, 993):
        machine.send({"series": "machine.load", "value": value}, {"series": "machine.disk.read", "value": value})
        screen.shows(str(value))
        are_at_one_moment(page)
    page.mouse.move(2, 2)
    until(lambda: page.evaluate(OPEN) == [], "nothing is open when nothing is pointed at")
    assert page.evaluate("() => document.querySelectorAll('[data-at]').length") == 0
    assert screen.not_reloaded() and screen.complaints == []


def test_a_moment_by_keyboard_and_by_touch(browser: Browser, machine: Site) -> None:
    page = Screen(browser, machine, MACHINE, viewport=TALL).page
    page.locator(".chart-body[data-time] .chart-tooltip td:last-child").first.focus()
    are_at_one_moment(page)
    newest = page.evaluate(OPEN)
    page.keyboard.press("Shift+Tab")
    until(lambda: page.evaluate(OPEN)[0] != newest[0], "an earlier moment")
    are_at_one_moment(page)
    # What the mouse points at comes before what has the focus.
    point(page, plot(page, 1), 0.3)
    are_at_one_moment(page)
    touched = Screen(browser, machine, MACHINE, viewport=TALL, has_touch=True).page
    box = plot(touched)
    touched.touchscreen.tap(box["x"] + box["width"] / 3, box["y"] + box["height"] / 2)
    are_at_one_moment(touched)


def test_dragging_zooms_and_one_key_leads_back(browser: Browser, machine: Site) -> None:
    screen = Screen(browser, machine, f"{MACHINE}?tz=Europe/Berlin", viewport=TALL)
    page = screen.page
    drag(page, 0.2, 0.7)
    page.keyboard.press("Escape")
    expect(page.locator(".see-selection")).to_have_count(0)
    page.mouse.up()
    point(page, plot(page), 0.4)
    page.mouse.down()
    page.mouse.up()
    assert screen.not_reloaded(), "neither a drag that was stopped nor a click leads on"
    drag(page, 0.2, 0.7)
    machine.send({"series": "machine.cpu", "value": 12})  # the chart under the mouse is another one then
    page.mouse.up()
    page.wait_for_url("**from=**")
    asked = query(page.url)
    begin, end = (datetime.fromisoformat(asked[name][0]).timestamp() for name in ("from", "to"))
    assert abs(end - begin - SECONDS / 2) < 20 and asked["tz"] == ["Europe/Berlin"]
    screen.shows("This is how it was")
    # Never shorter than a range may be.
    drag(page, 0.5, 0.53)
    page.mouse.up()
    page.wait_for_url(lambda address: query(address)["from"] != asked["from"])
    shorter = query(page.url)
    begin, end = (datetime.fromisoformat(shorter[name][0]).timestamp() for name in ("from", "to"))
    assert 60 <= end - begin <= 62
    page.keyboard.press("Backspace")
    page.wait_for_url(lambda address: query(address) == asked)
    page.keyboard.press("Backspace")
    page.wait_for_url(lambda address: query(address) == {"tz": ["Europe/Berlin"]})
    screen.expect("live")
    page.keyboard.press("Backspace")  # stays on the board
    page.keyboard.press("2")
    page.wait_for_url(lambda address: query(address).get("range") == ["6h"])
    page.keyboard.press("j")
    page.wait_for_url(lambda address: "at" in query(address))
    page.keyboard.press("l")
    page.wait_for_url(lambda address: "at" not in query(address))
    assert screen.complaints == []


def test_the_finder_by_keyboard_alone(browser: Browser, site: Site) -> None:
    screen = Watched(browser, site, WEEK)
    page = screen.page
    page.keyboard.press("/")
    field = page.get_by_role("combobox", name="Boards, panels, series and pages")
    expect(field).to_be_focused()
    expect(page.get_by_role("option", name="This machine")).to_have_attribute("aria-selected", "true")
    page.keyboard.type("memory")
    expect(page.locator("#finder-status")).to_have_text("3 results")
    snapshot = page.locator("#finder").aria_snapshot()
    for line in ('dialog "Find"', 'combobox "Boards, panels, series and pages"', 'listbox "Results"', 'group "Panels"'):
        assert line in snapshot, snapshot
    for line in ('option "Memory This machine" [selected]', "status: 3 results"):
        assert line in snapshot, snapshot
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("option", name="Memory Memory")).to_have_attribute("aria-selected", "true")
    assert field.get_attribute("aria-activedescendant") == page.locator("[aria-selected=true]").get_attribute("id")
    page.keyboard.press("Escape")
    expect(page.locator("#finder")).to_be_hidden()
    page.keyboard.press("/")
    page.keyboard.type("nothing of this")
    expect(page.locator("#finder-status")).to_have_text("Nothing found")
    page.keyboard.press("Control+a")
    page.keyboard.type("this mach")
    expect(page.locator("#finder-status")).to_have_text("9 results")
    assert screen.not_reloaded()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{MACHINE}")
    assert screen.complaints == []


def test_the_finder_says_when_no_answer_comes(browser: Browser, site: Site) -> None:
    screen = Screen(browser, site, WEEK)
    screen.page.route("**/find/**", lambda route: route.abort())
    screen.page.get_by_role("link", name="Find").click()
    expect(screen.page.locator("#finder-status")).to_contain_text("No answer came")


def test_a_list_of_the_keys_and_a_way_to_turn_them_off(browser: Browser, site: Site) -> None:
    page = Screen(browser, site, WEEK).page
    page.get_by_label("Tue", exact=True).focus()
    page.keyboard.type("?/l2")
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.locator("main").focus()
    page.keyboard.press("Control+k")
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    expect(keys).to_contain_text("Back to live")
    page.keyboard.press("2")
    keys.get_by_label("Single keys act").uncheck()
    keys.get_by_role("button", name="Close").click()
    page.keyboard.press("/")
    page.reload()
    page.keyboard.press("/")
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.get_by_role("link", name="Find").click()
    page.get_by_role("button", name="Keys").click()
    keys.get_by_label("Single keys act").check()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.get_by_role("dialog", name="Find")).to_be_visible()
    assert query(page.url) == {}


def test_without_a_script_all_of_it_is_links_and_forms(browser: Browser, machine: Site) -> None:
    page = Screen(browser, machine, MACHINE, live=False, java_script_enabled=False).page
    page.get_by_role("link", name="Find").click()
    page.get_by_role("textbox", name="Boards, panels, series and pages").fill("load")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="Load average").click()
    expect(page.get_by_role("heading", name="This machine")).to_be_visible()
    page.get_by_role("link", name="1 h", exact=True).click()
    assert query(page.url) == {"range": ["1h"]} and "/panels/" in page.url
    expect(page.locator("figure")).to_contain_text("Load average")


def test_at_rest_the_script_asks_for_nothing(browser: Browser, machine: Site) -> None:
    screen = Watched(browser, machine, MACHINE, viewport=TALL)
    for value in (881, 882):
        machine.send({"series": "machine.load", "value": value})
        screen.shows(str(value))
    assert screen.page.evaluate("() => window.later") == []
    assert screen.page.locator("[data-at]").count() == 0
    point(screen.page, plot(screen.page), 0.5)
    are_at_one_moment(screen.page)
    machine.send({"series": "machine.load", "value": 883})
    screen.shows("883")
    until(lambda: screen.page.evaluate("() => window.later") != [], "that is how it is counted")


def test_who_is_signed_in_finds_what_is_not_public(browser: Browser, site: Site) -> None:
    site.shell(PEOPLE)
    site.shell(
        'from boards.models import Board; Board.objects.create(title="Back office", slug="back", view_by="signed_in")'
    )
    for name, words in (("", "Nothing found"), ("ada", "1 result")):
        page = Person(browser, site, name).tab(WEEK).page
        page.keyboard.press("/")
        page.keyboard.type("back office")
        expect(page.locator("#finder-status")).to_have_text(words)
