"""What is lazy is rendered when it comes near the window; on paper, and where no script runs, all of it is there."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.screens import Screen
from tests.servers import Site

pytestmark = pytest.mark.browser
FIRST, LAST = "Group 7001", "Group 7200"


@pytest.fixture
def long(stopped_site: Site) -> Site:
    stopped_site.env["DJANGO_SETTINGS_MODULE"] = "tests.hosted.settings"
    site = stopped_site.start()
    groups = "Group(pk=pk, name=f'Group {pk}') for pk in range(7001, 7201)"
    site.shell(f"from tests.hosted.fragments import *; Group.objects.bulk_create({groups})")
    return site


def test_what_is_near_comes_and_the_rest_when_it_is_near(browser: Browser, long: Site) -> None:
    screen = Screen(browser, long, "/hosted/lazy", viewport={"width": 800, "height": 600})
    page = screen.page
    screen.shows(FIRST)
    expect(page.locator("[data-version=lazy]").last).to_be_attached()
    assert LAST not in page.inner_text("main")
    page.evaluate("() => scrollTo(0, document.body.scrollHeight)")
    screen.shows(LAST)
    change = "Group.objects.filter(pk=7200).update(name='Renamed'); item.changed(pk=7200)"
    long.shell(f"from tests.hosted.fragments import *; {change}")
    screen.shows("Renamed")
    # Two windows further up it has never been near.
    assert page.locator("[data-version=lazy]").count() > 50
    page.pdf()
    expect(page.locator("[data-version=lazy]")).to_have_count(0)
    assert screen.not_reloaded() and screen.complaints == []


def test_where_no_script_runs_all_of_it_is_there(browser: Browser, long: Site) -> None:
    context = browser.new_context(base_url=long.address, java_script_enabled=False)
    long.opened.callback(context.close)
    page = context.new_page()
    page.goto("/hosted/lazy?page=1")
    expect(page).to_have_url(f"{long.address}/hosted/lazy?page=1&live=whole")
    expect(page.locator("main")).to_contain_text(LAST)
    # And where the script cannot run.
    screen = Screen(browser, long, "/hosted/echo", live=False)
    screen.page.route("**/htmx-2*", lambda route: route.abort())
    screen.page.goto("/hosted/lazy")
    expect(screen.page).to_have_url(f"{long.address}/hosted/lazy?live=whole")
    screen.shows(LAST)
    screen.expect("unsupported")
