"""Who may see and edit a board, as people meet it: on its settings, on a page that is open, and at an address that is
not for them."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.people import PEOPLE as ACCOUNTS
from tests.browser.people import WHO, Person
from tests.browser.screens import Screen
from tests.servers import Site
from tests.waiting import DEADLINE, PROMISED

pytestmark = pytest.mark.browser
# ada edits; bob is in the group Operators.
PEOPLE = f"""{ACCOUNTS}
User.objects.get(username="ada").user_permissions.set(Permission.objects.filter(codename="change_board"))
from boards.models import Board
Board.objects.create(title="Lab", slug="lab", owner=User.objects.get(username="ada"))
"""
LAB = "/boards/lab/"


def sign_in(page: Page, name: str) -> None:
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(WHO[name])
    page.get_by_role("main").get_by_role("button", name="Sign in").click()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_board_is_given_to_a_group(browser: Browser, site: Site, scripts: bool) -> None:
    site.shell(PEOPLE)
    page = Person(browser, site, "ada").tab(f"{LAB}edit", live=False, java_script_enabled=scripts).page
    page.get_by_role("link", name="Settings").click()
    who_may_see = page.get_by_role("group", name="Who may see it")
    group = who_may_see.get_by_role("checkbox", name="Operators")
    expect(group).not_to_be_visible()
    who_may_see.get_by_role("radio", name="Members of groups").check()
    group.check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The settings of “Lab” are saved.")).to_be_visible()
    expect(group).to_be_checked()
    expect(page.get_by_role("group", name="Who may edit it").get_by_role("checkbox")).not_to_be_visible()
    # Who is no member is told the same as of a board that there is not.
    for name, words in (("bob", "Lab"), ("cleo", "There is no board here for you")):
        expect(Person(browser, site, name).tab(LAB, live=False).page.get_by_role("heading", level=1)).to_have_text(
            words
        )


def test_who_is_not_signed_in_is_told_why_and_comes_back(browser: Browser, site: Site) -> None:
    site.shell(PEOPLE)
    page = Screen(browser, site, f"{LAB}?range=6h", live=False).page
    expect(page.get_by_role("heading", level=1)).to_have_text("There is no board here for you")
    page.get_by_role("link", name="Sign in").click()
    sign_in(page, "bob")
    page.wait_for_url(f"**{LAB}?range=6h")
    expect(page.get_by_role("heading", level=1)).to_have_text("Lab")


def test_the_way_to_edit_leaves_and_comes_to_an_open_page(browser: Browser, site: Site) -> None:
    site.shell(f"{PEOPLE}for user in User.objects.all(): user.user_permissions.set(Permission.objects.all())")
    screen = Person(browser, site, "bob").tab(LAB)
    link = screen.page.get_by_role("link", name="Edit", exact=True)
    expect(link).to_be_visible()
    boards = "from boards.models import Board; Board.objects.filter(slug='lab')"
    site.shell(f"{boards}.update(edit_by='owner')")
    expect(link).not_to_be_attached(timeout=PROMISED * 1000)
    site.shell(f"{boards}.update(edit_by='editors')")
    expect(link).to_be_visible(timeout=DEADLINE * 1000)
    assert screen.not_reloaded()
