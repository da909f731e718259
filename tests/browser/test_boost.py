"""A project that has hx-boost: its links between live pages."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.screens import Screen
from tests.servers import Site

pytestmark = pytest.mark.browser


def test_a_boosted_link_of_a_page_that_is_not_live_loads_a_live_page(browser: Browser, stopped_site: Site) -> None:
    """The document had none of its scripts, and it was "Connecting..." for ever."""
    stopped_site.env["DJANGO_SETTINGS_MODULE"] = "tests.hosted.settings"
    site = stopped_site.start()
    site.shell("from django.contrib.auth.models import Group; Group.objects.create(pk=7001, name='Ann')")
    screen = Screen(browser, site, "/hosted/plain", live=False)
    screen.page.get_by_role("link", name="Lazy").click()
    expect(screen.page).to_have_url(re.compile(r"from=plain$"))
    screen.expect("live")
    screen.shows("Ann")
    screen.page.go_back()
    expect(screen.page).to_have_title("Plain")
    assert screen.complaints == []


def test_a_boosted_link_and_form_load_live_pages(browser: Browser, stopped_site: Site) -> None:
    """htmx put the new page's body into the old document, of which no script knew: its state was blank for ever."""
    stopped_site.env["DJANGO_SETTINGS_MODULE"] = "tests.tabular.settings"
    site = stopped_site.start()
    screen = Screen(browser, site, "/tabular/")
    page = screen.page
    for leave, address in (
        (page.get_by_role("link", name="Again"), r"/tabular/\?again$"),
        (page.get_by_role("button", name="Find"), r"/tabular/\?q=$"),
    ):
        leave.click()
        expect(page).to_have_url(re.compile(address))
        screen.expect("live")
        expect(page.locator("#live-state")).to_have_text("Live")
        assert not screen.not_reloaded(), "it is a document of its own"
        make = f"from tests.tabular.fragments import *; Group.objects.create(name={address!r})"
        number = site.shell(f"{make}; count.changed(); print(Group.objects.count())").strip()
        screen.shows(f"{number} groups")
    # What comes later by htmx is boosted no more than that.
    page.evaluate("""() => {
      const made = document.createElement("p");
      made.innerHTML = "<a data-hx-boost='true' href='/tabular/?later'>Later</a>";
      document.querySelector("main").append(made);
      htmx.process(made);
    }""")
    page.evaluate("() => { window.marker = 'not reloaded' }")
    page.get_by_role("link", name="Later").click()
    expect(page).to_have_url(re.compile(r"\?later$"))
    screen.expect("live")
    assert not screen.not_reloaded() and screen.complaints == []
