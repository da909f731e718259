"""Two people edit one board at once: one of them is offline in the middle, the other has no JavaScript. Nothing that
either of them has done is lost, and where both have done the same, each is told and chooses."""

from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.people import WHO, Person, Tab
from tests.browser.screens import attended
from tests.proxy import Proxy
from tests.servers import Site
from tests.waiting import until

pytestmark = pytest.mark.browser
EDIT = "/boards/this-machine/edit"
CPU_FORM = "/boards/this-machine/panels/1/edit"
EDITORS = f"""
from django.contrib.auth.models import Permission, User
for name, password in {WHO!r}.items():
    user = User.objects.create_user(name, password=password)
    user.user_permissions.add(Permission.objects.get(codename="change_board"))
"""
STORED = "from boards.models import Panel; cpu = Panel.objects.get(pk=1); print(cpu.title, cpu.options['unit'])"


def tile(page: Page, title: str) -> Locator:
    return page.get_by_role("group", name=title, exact=True)


def press(page: Page, title: str, button: str) -> None:
    tile(page, title).hover()
    tile(page, title).get_by_role("button", name=f"{button}: {title}", exact=True).click()


def leave(tab: Tab, proxy: Proxy) -> None:
    """The network goes away: the browser knows it, and all connections are cut."""
    tab.context.set_offline(True)
    proxy.refuse()
    proxy.cut()
    tab.expect("offline")


def come_back(tab: Tab, proxy: Proxy) -> None:
    proxy.mend()
    tab.context.set_offline(False)
    tab.expect("live")


def test_one_is_offline_in_the_middle_and_one_has_no_javascript(browser: Browser, site: Site) -> None:
    site.shell(EDITORS)
    with Proxy(site.port) as proxy:
        behind_proxy = replace(site, port=proxy.port)
        tab = Person(browser, behind_proxy, "ada").tab(EDIT)
        ada = tab.page
        bob = Person(browser, site, "bob").tab(CPU_FORM, live=False, java_script_enabled=False).page
        bobs_board = Person(browser, site, "bob").tab(EDIT, live=False, java_script_enabled=False).page
        tile(ada, "CPU").get_by_role("link", name="Edit CPU").click()
        expect(ada.get_by_label("Title")).to_have_value("CPU")

        # Ada types while she is offline, and presses a button: she is told that neither may have arrived.
        leave(tab, proxy)
        attended(ada, "#series-search")
        ada.get_by_label("Title").fill("Ada's")
        ada.get_by_label("Title").press("Tab")
        press(ada, "Memory", "Wider")
        expect(ada.locator("#live-message")).to_contain_text("not known whether the server has received this")
        # Meanwhile Bob changes the same field and another one, and the board around it.
        bob.get_by_label("Title").fill("Bob's")
        bob.get_by_label("Unit", exact=True).fill("load")
        bob.get_by_role("button", name="Save").click()
        expect(bob.locator("body")).to_contain_text("Saved · everybody sees it")
        press(bobs_board, "Load", "Delete")
        expect(tile(bobs_board, "Load")).to_have_count(0)

        # Back again, what she has typed is sent by itself. Both titles are shown; what only Bob has changed is there.
        come_back(tab, proxy)
        expect(tile(ada, "Load")).to_have_count(0)
        state = ada.locator("#panel-state")
        expect(state).to_contain_text("somebody else has changed the same")
        assert site.shell(STORED).strip() == "Bob's load"
        expect(state.get_by_role("button", name="bob: Bob's")).to_be_visible()
        state.get_by_role("button", name="Yours: Ada's").click()
        expect(state).to_contain_text("Saved")
        expect(ada.get_by_label("Unit", exact=True)).to_have_value("load")
        # What she did before she could be heard is not done behind her back, and she can do it again.
        expect(tile(ada, "Memory")).to_have_attribute("data-size", "3 2")
        press(ada, "Memory", "Wider")
        expect(tile(ada, "Memory")).to_have_attribute("data-size", "4 2")
        expect(ada.locator("#live-message")).to_be_empty()

        # Bob's page is old, for nothing tells it. He is told, too, and chooses what Ada wrote.
        bob.get_by_label("Title").fill("Bob's own")
        bob.get_by_role("button", name="Save").click()
        expect(bob.locator(".conflicts")).to_contain_text("somebody else has changed the same")
        bob.get_by_role("button", name="ada: Ada's").click()
        expect(bob.get_by_label("Title")).to_have_value("Ada's")
        assert site.shell(STORED).strip() == "Ada's load"
        # Nor does he delete what he has not seen, and what he has deleted comes back.
        press(bobs_board, "Bob's", "Delete")
        expect(bobs_board.locator("body")).to_contain_text("ada has changed “Ada's” meanwhile.")
        expect(tile(bobs_board, "Ada's")).to_have_count(1)
        bobs_board.get_by_role("button", name="Undo", exact=True).click()
        expect(bobs_board.locator("body")).to_contain_text("“Load” is back.")
        expect(tile(ada, "Load")).to_have_count(1)
        ada.locator("#panel-done").click()
        expect(ada.locator("#panel-form")).to_be_empty()
        assert tab.not_reloaded()
        until(tab.equals_fresh(), "the page is as if loaded now")
