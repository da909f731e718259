"""Admins manage people in one browser, and the people see it in theirs."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.people import PEOPLE, Person, state_of
from tests.browser.screens import Screen
from tests.servers import Site
from tests.waiting import PROMISED

pytestmark = pytest.mark.browser
MACHINE = "/boards/this-machine/"
CHOSEN = "a password of many letters"


@pytest.fixture
def admin(browser: Browser, site: Site) -> Page:
    """What an admin has open."""
    site.shell(PEOPLE)
    return Screen(browser, site, "/people/", **state_of(site.browse().sign_in())).page


def person_page(admin: Page, name: str) -> None:
    admin.goto("/people/")
    admin.get_by_role("table", name="People").get_by_role("link", name=name, exact=True).click()
    expect(admin.get_by_role("heading", name=name, exact=True)).to_be_visible()


def test_whoever_is_deactivated_sees_nothing_any_more(browser: Browser, site: Site, admin: Page) -> None:
    bob = Person(browser, site, "bob")
    pages, other = [bob.tab(MACHINE), bob.tab("/")], Person(browser, site, "ada").tab(MACHINE)
    person_page(admin, "bob")
    admin.get_by_role("button", name="Deactivate").click()
    for page in pages:
        page.expect("ended", PROMISED)
        expect(page.page.locator("#live-message")).to_contain_text("Only people who are signed in")
        expect(page.page.get_by_role("group", name="Memory")).to_have_count(0)
    expect(admin.get_by_role("row", name=re.compile("bob"))).to_contain_text("deactivated")
    person_page(admin, "bob")
    admin.get_by_role("button", name="Activate").click()
    expect(admin.get_by_role("row", name=re.compile("bob"))).to_contain_text("active")
    again = bob.browser.new_context(base_url=site.address, **bob.state)
    site.opened.callback(again.close)
    assert "Account of bob" not in again.request.get("/").text(), "their sessions have ended"
    other.expect("live")


def test_whoever_signs_out_everywhere_ends_all_their_pages(browser: Browser, site: Site, admin: Page) -> None:
    desk, wall = Person(browser, site, "bob").tab("/account/"), Person(browser, site, "bob").tab(f"{MACHINE}?wall")
    desk.page.get_by_role("button", name="Sign out everywhere").click()
    expect(desk.page.get_by_role("heading", name="Sign in")).to_be_visible()
    wall.expect("ended", PROMISED)
    expect(admin.locator("html")).to_have_attribute("data-live", "live")


@pytest.mark.parametrize("scripts", [True, False])
def test_somebody_is_invited_and_later_gets_another_password(
    browser: Browser, site: Site, admin: Page, scripts: bool
) -> None:
    admin.get_by_role("link", name="Invite").click()
    admin.get_by_label("For whom").fill("Dora")
    admin.get_by_label("Role").select_option("Editor")
    admin.get_by_label("Operators").check()
    admin.get_by_role("button", name="Make the link").click()
    link = admin.get_by_label("Send this link to Dora").input_value()

    guest = browser.new_context(java_script_enabled=scripts)
    site.opened.callback(guest.close)
    page = guest.new_page()
    page.goto(link)
    page.get_by_label("Username").fill("dora")
    page.get_by_label("Password:", exact=True).fill(CHOSEN)
    page.get_by_label("Password confirmation").fill(CHOSEN)
    page.get_by_role("button", name="Make the account").click()
    expect(page.get_by_label("Account of dora")).to_be_visible()
    page.goto(f"{site.address}{MACHINE}")
    expect(page.get_by_role("link", name="Edit", exact=True)).to_be_visible()
    page.goto(link)
    expect(page.get_by_role("heading", name="This link does not work")).to_be_visible()

    person_page(admin, "dora")
    expect(admin.get_by_label("Operators")).to_be_checked()
    admin.get_by_role("button", name="Make a link").click()
    link = admin.get_by_label("Send this link to dora").input_value()
    forgot = browser.new_context(java_script_enabled=scripts)
    site.opened.callback(forgot.close)
    page = forgot.new_page()
    page.goto(link)
    page.get_by_label("New password:", exact=True).fill(f"{CHOSEN}, another")
    page.get_by_label("New password confirmation").fill(f"{CHOSEN}, another")
    page.get_by_role("button", name="Save the password").click()
    expect(page.get_by_label("Account of dora")).to_be_visible()
