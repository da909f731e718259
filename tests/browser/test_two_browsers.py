"""What happens in one browser, or on the command line, shows in the other."""

import json
import shutil
import subprocess

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.screens import Screen
from tests.servers import Site

pytestmark = pytest.mark.browser
WEEK, MACHINE = "/boards/this-week/", "/boards/this-machine/"


def curl(site: Site, **point: object) -> str:
    """A point, sent exactly as README says."""
    program = shutil.which("curl")
    assert program, "curl is needed"
    done = subprocess.run(
        [program, "-sS", "--json", json.dumps(point), "-H", f"Authorization: Bearer {site.token}"]
        + [f"{site.address}/api/points"],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_a_form_in_one_browser_changes_the_chart_in_the_other(browser: Browser, site: Site) -> None:
    one, other = Screen(browser, site, WEEK), Screen(browser, site, WEEK)
    label = other.page.locator("#boards-panel-9 svg[role=img]")
    before = label.get_attribute("aria-label")
    one.page.get_by_label("Mon", exact=True).fill("4321")
    one.page.get_by_role("button", name="Save").click()
    for screen in (one, other):
        screen.shows("4,321", within="#boards-panel-9")
        screen.shows("A visitor set Week: Mon 4,321", within=".activity")
        assert screen.not_reloaded()
        assert screen.complaints == []
    assert label.get_attribute("aria-label") != before


def test_the_random_button_changes_it_too_and_says_who_did_it(browser: Browser, site: Site) -> None:
    one, other = Screen(browser, site, WEEK), Screen(browser, site, WEEK)
    one.page.goto("/accounts/login/?next=" + WEEK)
    one.page.get_by_label("Username").fill("admin")
    one.page.get_by_label("Password").fill("admin")
    one.page.get_by_role("main").get_by_role("button", name="Sign in").click()
    one.expect("live")
    one.page.get_by_role("button", name="Random week").click()
    other.shows("admin drew a random Week", within=".activity")
    # The same, in the live region that a screen reader announces.
    other.shows("admin drew a random Week", within="#live-notices-status")
    assert other.not_reloaded()
    assert one.complaints == other.complaints == []


def test_a_point_sent_with_curl_shows_in_both_without_a_reload(browser: Browser, site: Site) -> None:
    screens = [Screen(browser, site, path) for path in (WEEK, WEEK, MACHINE, MACHINE)]
    assert curl(site, series="week", value=98765, tags={"day": "Sun"}) == '{"accepted": 1}'
    assert curl(site, series="machine.cpu", value=77.7) == '{"accepted": 1}'
    for screen in screens[:2]:
        screen.shows("98,765", within="#boards-panel-9")
    for screen in screens[2:]:
        screen.shows("77.7", within="#boards-panel-1")
    for screen in screens:
        assert screen.not_reloaded()
        assert screen.complaints == []


def test_a_refused_form_says_why_where_the_cursor_goes_and_changes_nothing(browser: Browser, site: Site) -> None:
    one, other = Screen(browser, site, WEEK), Screen(browser, site, WEEK)
    before = other.fragments()
    one.page.get_by_label("Wed", exact=True).fill("")
    one.page.get_by_role("button", name="Save").click()
    one.shows("This field is required.", within=".values")
    expect(one.page.get_by_label("Wed", exact=True)).to_be_focused()
    assert one.not_reloaded()
    assert other.fragments() == before


def test_a_form_that_the_server_does_not_take_says_so(browser: Browser, site: Site) -> None:
    screen = Screen(browser, site, WEEK)
    screen.context.clear_cookies()
    screen.page.get_by_role("button", name="Random week").click()
    screen.shows("rejected the request", within="#live-message")
    site.kill()
    screen.page.get_by_role("button", name="Random week").click()
    screen.shows("not known whether the server has received this", within="#live-message")
    site.start()
    screen.expect("live")
    # It is still not known; what is sent next takes the words away.
    screen.shows("not known whether the server has received this", within="#live-message")
    screen.page.reload()
    screen.page.get_by_role("button", name="Random week").click()
    expect(screen.page.locator("#live-message")).to_be_empty()


@pytest.mark.parametrize("has_heard", [False, True])
def test_a_form_on_a_board_that_became_private_leads_to_signing_in(
    browser: Browser, site: Site, has_heard: bool
) -> None:
    """Whether the page knows already or not: what somebody has typed stays, and can be sent."""
    screen = Screen(browser, site, WEEK)
    screen.page.get_by_label("Fri", exact=True).fill("123")
    site.shell("from boards.models import Board; Board.objects.update(view_by='signed_in')")
    if has_heard:
        screen.expect("ended")
    screen.page.get_by_role("button", name="Save").click()
    screen.page.wait_for_url("**/accounts/login/?next=/boards/this-week/")


def test_what_somebody_types_survives_pushes(browser: Browser, site: Site) -> None:
    screen = Screen(browser, site, WEEK)
    field = screen.page.get_by_label("Fri", exact=True)
    field.fill("123")
    field.evaluate("(node) => node.focus()")
    curl(site, series="week", value=55555, tags={"day": "Fri"})
    screen.shows("55,555", within="#boards-panel-9")
    expect(field).to_have_value("123")
    expect(field).to_be_focused()


def test_the_form_works_while_the_socket_is_down(browser: Browser, site: Site) -> None:
    context = {"service_workers": "block"}
    screen = Screen(browser, site, "/", live=False, **context)
    screen.page.route_web_socket("**/live/socket", lambda socket: socket.close(code=1011))
    screen.page.goto(WEEK)
    screen.page.get_by_label("Mon", exact=True).fill("2468")
    screen.page.get_by_role("button", name="Save").click()
    screen.shows("2,468", within="#boards-panel-9")
    screen.shows("2,468", within=".activity")


def test_the_form_works_without_javascript(browser: Browser, site: Site) -> None:
    watching = Screen(browser, site, WEEK)
    context = browser.new_context(base_url=site.address, java_script_enabled=False)
    site.opened.callback(context.close)
    page = context.new_page()
    page.goto(WEEK)
    assert "JavaScript is off" in page.locator("#live-state").inner_text()
    page.get_by_label("Tue", exact=True).fill("1357")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#boards-panel-9")).to_contain_text("1,357")
    assert page.url.endswith(WEEK), "a redirect after the POST, so that a reload does not send it again"
    page.get_by_label("Tue", exact=True).fill("")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".values")).to_contain_text("This field is required.")
    watching.shows("1,357", within="#boards-panel-9")


def test_a_panel_made_in_the_admin_appears_on_open_boards(browser: Browser, site: Site) -> None:
    watching, admin = Screen(browser, site, WEEK), Screen(browser, site, "/admin/", live=False)
    admin.page.get_by_label("Username").fill("admin")
    admin.page.get_by_label("Password").fill("admin")
    admin.page.get_by_role("button", name="Log in").click()
    admin.page.goto("/admin/boards/panel/add/")
    admin.page.get_by_label("Board:").select_option(label="This week")
    admin.page.get_by_label("Title").fill("Made by hand")
    admin.page.get_by_role("button", name="Save", exact=True).click()
    watching.shows("Made by hand")
    assert watching.not_reloaded()
    assert watching.complaints == admin.complaints == []
