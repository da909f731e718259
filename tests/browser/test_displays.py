"""Boards on screens without an account: by a display link, and inside of a page of another site."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserType, expect

from tests.browser.embedding import other_site
from tests.browser.people import state_of
from tests.browser.screens import Screen
from tests.servers import Site
from tests.waiting import until

pytestmark = pytest.mark.browser
BOARD = "/boards/this-week/"
OWNERS = """
from boards.models import Board
Board.objects.filter(slug="this-week").update(view_by="owner")
"""
LISTED = """
from boards.models import Board
Board.objects.filter(slug="this-week").update(embed_origins="{origin}")
"""
# Chromium's setting of its own: no cookie of ours inside of another site's page.
BLOCKED = '{"profile": {"cookie_controls_mode": 1, "block_third_party_cookies": true}}'


def post_week(site: Site, value: int) -> None:
    assert site.send({"series": "week", "tags": {"day": "Mon"}, "value": value}).status == 200


def test_a_link_is_made_opened_on_a_wall_and_revoked(browser: Browser, site: Site) -> None:
    site.shell(OWNERS)
    ada = Screen(browser, site, BOARD, **state_of(site.browse().sign_in()))
    ada.page.get_by_role("link", name="Share").click()
    ada.page.get_by_role("link", name="Displays").click()
    ada.page.get_by_label("Name").fill("Hall")
    ada.page.get_by_label("Colours").select_option("Dark")
    ada.page.get_by_role("button", name="Make the link").click()
    address = ada.page.get_by_role("article", name="Hall").get_by_role("link").first.inner_text()
    wall = Screen(browser, site, address.removeprefix(site.address))
    expect(wall.page.locator("html")).to_have_attribute("data-theme", "dark")
    assert wall.page.get_by_role("link").count() == 0, "there is no way to anything else"
    post_week(site, 4321)
    wall.shows("4,321")
    assert not [cookie for cookie in wall.context.cookies() if cookie["name"] == "sessionid"]
    ada.page.reload()
    expect(ada.page.get_by_role("article", name="Hall")).to_contain_text("from 127.0.0.1")
    ada.page.get_by_role("button", name="Revoke Hall").click()
    wall.expect("ended")
    expect(wall.page.locator(".wall-tile .chart").first).not_to_be_visible()
    wall.page.reload()
    expect(wall.page.get_by_role("heading")).to_have_text("This link does not work")
    assert ada.complaints == []


@pytest.mark.parametrize("way", ["script", "iframe"])
def test_it_is_live_inside_of_a_listed_site_without_cookies(
    browser_type: BrowserType, browser_type_launch_args: dict[str, object], site: Site, tmp_path: Path, way: str
) -> None:
    ada = site.browse().sign_in()
    ada.get(f"{BOARD}displays")
    site.shell(OWNERS)
    ada.post(f"{BOARD}displays", {"name": "Intranet"})
    snippets = re.findall(r"<code>(.*?)</code>", ada.get(f"{BOARD}displays").text)
    by_script, by_frame = (
        html.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") for html in snippets[:2]
    )
    (tmp_path / "Default").mkdir()
    (tmp_path / "Default" / "Preferences").write_text(BLOCKED)
    with other_site(by_script if way == "script" else by_frame) as address:
        site.shell(LISTED.format(origin=address))
        context = browser_type.launch_persistent_context(tmp_path, **browser_type_launch_args)  # type: ignore[arg-type]
        try:
            page = context.new_page()
            page.goto(address)
            board = page.frame_locator("iframe")
            expect(board.locator("html")).to_have_attribute("data-live", "live")
            post_week(site, 4321)
            expect(board.locator("main")).to_contain_text("4,321")
            assert context.cookies() == []
            if way == "script":
                until(
                    lambda: page.frames[1].evaluate("() => document.scrollingElement.scrollHeight <= innerHeight"),
                    "the frame is as high as the board",
                )
            site.shell("from boards.models import DisplayLink; DisplayLink.objects.all().delete()")
            expect(board.locator("html")).to_have_attribute("data-live", "ended")
        finally:
            context.close()


def test_a_public_board_needs_no_link_and_only_listed_sites_show_it(browser: Browser, site: Site) -> None:
    frame = f'<iframe src="{site.address}{BOARD}embed" title="Week"></iframe>'
    with other_site(frame) as address:
        page = browser.new_context().new_page()
        site.opened.callback(page.context.close)
        refused: list[str] = []
        page.on("console", lambda message: refused.append(message.text))
        page.goto(address)
        until(lambda: any("frame-ancestors" in text for text in refused), lambda: f"Chromium refuses it: {refused}")
        until(lambda: f"a page of '{address}' may not show" in site.log.read_text(), "the reason in the server's log")
        site.shell(LISTED.format(origin=address))
        page.goto(address)
        board = page.frame_locator("iframe")
        expect(board.locator("html")).to_have_attribute("data-live", "live")
        post_week(site, 4321)
        expect(board.locator("main")).to_contain_text("4,321")
