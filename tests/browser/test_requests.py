"""What an htmx request says that failed, and what a page is then: as if nothing had been done."""

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.people import Person
from tests.browser.test_editing import middle
from tests.browser.test_panel_form import EDIT, leave, opened, panel
from tests.servers import Site
from tests.waiting import until

__all__ = ["panel"]
pytestmark = pytest.mark.browser


def message(page: Page):  # type: ignore[no-untyped-def]
    return page.locator("#live-message")


def test_a_panel_that_is_dropped_while_nobody_answers_is_where_it_was(browser: Browser, site: Site, panel: int) -> None:
    tab = Person(browser, site, "ada").tab(EDIT, viewport={"width": 1440, "height": 1000})
    page, tile = tab.page, tab.page.locator(f"[data-panel='{panel}']")
    before = tile.get_attribute("class") or ""
    x, y = middle(tile.locator(".corner"))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + 100, steps=3)
    page.mouse.move(x, y + 200, steps=3)
    expect(tile).not_to_have_class(before)
    tab.context.set_offline(True)
    page.mouse.up()
    expect(message(page)).to_contain_text("No response came")
    expect(tile).to_have_class(before)


def test_what_was_said_of_a_form_stays_while_the_form_only_says_that_it_is_open(
    browser: Browser, site: Site, panel: int
) -> None:
    page = opened(Person(browser, site, "ada").tab(EDIT), panel)
    saves = f"**/panels/{panel}/edit"
    page.route(saves, lambda route: route.fulfill(status=500, body="no"))
    leave(page, "#panel_title", "Load")
    expect(message(page)).to_contain_text("rejected")
    with page.expect_response("**/presence"):
        pass
    expect(message(page)).to_contain_text("rejected")
    page.unroute(saves)
    leave(page, "#panel_title", "Load again")
    expect(message(page)).to_be_empty()
    # Nobody has done anything: there is nothing to be said, above all not every five seconds.
    failed: list[str] = []

    def fail(route: Route) -> None:
        failed.append(route.request.url)
        route.abort()

    page.route("**/presence", fail)
    until(lambda: page.evaluate("1") and failed, "it has asked again")
    expect(message(page)).to_be_empty()


def test_a_field_that_gets_no_response_is_sent_again_and_only_then_given_up(
    browser: Browser, site: Site, panel: int
) -> None:
    tab = Person(browser, site, "ada").tab(EDIT, clock=True)
    page = opened(tab, panel)
    saves = f"**/panels/{panel}/edit"
    page.route(saves, lambda route: route.abort())
    leave(page, "#panel_title", "Load")
    calm = "No response yet. What you have changed is sent again by itself."
    expect(message(page)).to_have_text(calm)
    # What is looked up meanwhile is no response to it.
    page.locator("#series-search").focus()
    expect(page.locator("#series-matches [role=option]").first).to_be_visible()
    expect(message(page)).to_have_text(calm)
    page.unroute(saves)
    page.clock.run_for(1000)
    expect(page.locator("#panel-state")).to_contain_text("Saved")
    expect(message(page)).to_be_empty()
    # A computer without network sends it when it has one again.
    tab.context.set_offline(True)
    leave(page, "#panel_title", "Offline")
    expect(message(page)).to_have_text(calm)
    page.clock.run_for(100_000)
    expect(message(page)).to_have_text(calm)
    tab.context.set_offline(False)
    expect(page.locator("#panel-state")).to_contain_text("Saved")
    expect(message(page)).to_be_empty()
    # Nobody answers for a minute.
    failed: list[Route] = []

    def fail(route: Route) -> None:
        failed.append(route)
        route.abort()

    page.route(saves, fail)
    leave(page, "#panel_title", "Last")
    for count, seconds in enumerate((1, 2, 4, 8, 16, 30), start=1):
        until(lambda count=count: page.evaluate("1") and len(failed) == count, lambda: f"{len(failed)} were sent")
        expect(message(page)).to_have_text(calm)
        page.clock.run_for(1000 * seconds)
    expect(message(page)).to_contain_text("No response came, so it is not known")
    # What a button adds is not sent again without the button.
    page.get_by_role("button", name="Done").click()
    expect(message(page)).to_contain_text("No response came")
