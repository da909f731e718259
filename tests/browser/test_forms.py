"""Forms in real browsers: checked field by field, told to everybody once, and sent once."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.people import PEOPLE, Person, Tab
from tests.servers import Site
from tests.waiting import until

pytestmark = pytest.mark.browser
WEEK = "/boards/this-week/"


@pytest.fixture
def people(site: Site) -> Site:
    """The site with its people."""
    site.shell(PEOPLE)
    return site


def field(page: Page, day: str) -> Any:
    return page.get_by_label(day, exact=True)


def error(page: Page, day: str) -> Any:
    """The words beside a field."""
    return page.locator(f"[data-error-for='{field(page, day).get_attribute('id')}']")


def send(page: Page) -> None:
    page.get_by_role("button", name="Save").click()


def marked(page: Page) -> None:
    """Each field of the form is the node that it is now, as long as ``unmarked`` finds none."""
    page.evaluate("() => { for (const each of document.querySelectorAll('.values input')) each.before = true }")


def unmarked(page: Page) -> int:
    return int(page.evaluate("() => [...document.querySelectorAll('.values input')].filter((e) => !e.before).length"))


def test_a_field_is_checked_when_it_is_left_and_nothing_else_is_touched(browser: Browser, site: Site) -> None:
    screen = Person(browser, site).tab(WEEK)
    page = screen.page
    marked(page)
    field(page, "Mon").fill("")
    field(page, "Tue").focus()
    page.keyboard.type("77")
    expect(error(page, "Mon")).to_have_text("This field is required.")
    expect(field(page, "Mon")).to_have_attribute("aria-invalid", "true")
    expect(field(page, "Mon")).to_have_accessible_description("This field is required.")
    expect(field(page, "Tue")).to_be_focused()
    # The caret is where it was: typing goes on there.
    page.keyboard.type("8")
    expect(field(page, "Tue")).to_have_value("7783")
    field(page, "Mon").fill("5")
    field(page, "Wed").fill("99e99")
    field(page, "Thu").focus()
    expect(error(page, "Mon")).to_be_empty()
    expect(field(page, "Mon")).not_to_have_attribute("aria-invalid", "true")
    expect(error(page, "Wed")).to_contain_text("less than or equal")
    assert unmarked(page) == 0
    assert screen.seen == []
    assert screen.complaints == []


def test_a_refused_form_keeps_what_was_typed_and_goes_to_the_first_error(browser: Browser, site: Site) -> None:
    page = (screen := Person(browser, site).tab(WEEK)).page
    # A project's own htmx shows no response of an error.
    page.evaluate(
        "() => { htmx.config.responseHandling = htmx.config.responseHandling.filter((r) => r.code !== '409|422') }"
    )
    field(page, "Mon").fill("41")
    field(page, "Wed").fill("")
    field(page, "Fri").fill("")
    send(page)
    expect(field(page, "Wed")).to_be_focused()
    expect(field(page, "Wed")).to_have_accessible_description("This field is required.")
    expect(field(page, "Mon")).to_have_value("41")
    page.keyboard.type("3")
    field(page, "Fri").fill("4")
    send(page)
    screen.sees("A visitor set Week: Mon 41, Wed 3, Fri 4")
    assert all("422" in each for each in screen.complaints), "which is what the answer says"


def test_a_button_does_not_move_away_under_a_press(browser: Browser, site: Site) -> None:
    """Leaving a field has it checked, and its error needs room above the button: one that moves gets no click."""
    page = (screen := Person(browser, site).tab(WEEK)).page
    checks: list[Route] = []

    def hold(route: Route) -> None:
        checks.append(route) if "_validate" in (route.request.post_data or "") else route.continue_()

    page.route("**/values*", hold)
    field(page, "Fri").fill("")
    button = page.get_by_role("button", name="Save")
    button.scroll_into_view_if_needed()
    box = button.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 2)
    page.mouse.down()
    until(lambda: page.evaluate("true") and checks, "the field that was left is checked")
    with page.expect_response(lambda response: response.request == checks[0].request) as answer:
        checks[0].continue_()
    answer.value.finished()
    # Whatever the page does with it, it does in its next frames.
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert button.bounding_box() == box
    page.mouse.up()
    expect(error(page, "Fri")).to_have_text("This field is required.")
    expect(field(page, "Fri")).to_be_focused(), "as after a form that was sent and refused"
    assert all("422" in each for each in screen.complaints) and screen.complaints, "it was sent"


def test_everybody_is_told_once(browser: Browser, people: Site) -> None:
    ada = Person(browser, people, "ada")
    one, two, other = ada.tab(WEEK), ada.tab(WEEK), Person(browser, people).tab(WEEK)
    elsewhere = Person(browser, people, "bob").tab("/")
    field(one.page, "Sat").fill("9")
    field(one.page, "Sat").press("Enter")
    said = "ada set Week: Sat 9"
    for tab in (one, two, other):
        tab.sees(said)
        tab.shows(said, within=".activity")
        tab.shows("9", within="#boards-panel-9")
    # The form is a fresh one, and the cursor is where it was.
    expect(field(one.page, "Sat")).to_have_value("9")
    expect(field(one.page, "Sat")).to_be_focused()
    # A second one, after which a copy of the first would have come by the socket.
    field(other.page, "Sun").fill("7")
    send(other.page)
    for tab in (one, two, other):
        tab.sees(said, "A visitor set Week: Sun 7")
        assert tab.not_reloaded()
        assert tab.complaints == []
    assert elsewhere.seen == []


def test_what_somebody_types_stays_while_the_page_updates_around_it(browser: Browser, people: Site) -> None:
    typing, other = Person(browser, people).tab(WEEK), Person(browser, people, "ada").tab(WEEK)
    marked(typing.page)
    field(typing.page, "Tue").fill("12345")
    typing.page.evaluate("() => document.activeElement.select()")
    field(other.page, "Tue").fill("6")
    send(other.page)
    typing.sees("ada set Week: Tue 6")
    typing.shows("ada set Week: Tue 6", within=".activity")
    expect(field(typing.page, "Tue")).to_have_value("12345")
    expect(field(typing.page, "Tue")).to_be_focused()
    assert unmarked(typing.page) == 0
    typing.page.keyboard.type("2")
    expect(field(typing.page, "Tue")).to_have_value("2")


def test_a_double_click_sends_once(browser: Browser, site: Site) -> None:
    screen = Person(browser, site).tab(WEEK)
    field(screen.page, "Mon").fill("3")
    screen.page.get_by_role("button", name="Save").dblclick()
    screen.sees("A visitor set Week: Mon 3")
    # The second click may have met the fresh form: its answer, another fresh one, must not come after what is typed.
    expect(screen.page.locator(".htmx-request")).to_have_count(0)
    field(screen.page, "Mon").fill("4")
    send(screen.page)
    screen.sees("A visitor set Week: Mon 3", "A visitor set Week: Mon 4")
    assert screen.complaints == []


def test_a_double_click_without_javascript_sends_once_and_the_next_page_says_it(browser: Browser, site: Site) -> None:
    watching = Person(browser, site).tab(WEEK)
    plain = Person(browser, site).tab(WEEK, live=False, java_script_enabled=False)
    field(plain.page, "Mon").fill("3")
    plain.page.get_by_role("button", name="Save").dblclick()
    watching.sees("A visitor set Week: Mon 3")
    expect(plain.page.locator("#boards-panel-9")).to_contain_text("3")
    assert plain.page.url.endswith(WEEK)
    plain.page.goto("/")
    plain.page.goto(WEEK)
    field(plain.page, "Mon").fill("4")
    send(plain.page)
    expect(plain.page.locator("#live-notices")).to_contain_text("A visitor set Week: Mon 4")
    plain.page.reload()
    expect(plain.page.locator("#live-notices")).not_to_contain_text("Week: Mon")
    watching.sees("A visitor set Week: Mon 3", "A visitor set Week: Mon 4")


def test_a_plain_form_is_told_once_to_a_page_with_a_socket(browser: Browser, people: Site) -> None:
    tab = Person(browser, people, "ada").tab(WEEK)
    field(tab.page, "Mon").fill("3")
    # As where htmx could not be loaded: the form goes the browser's own way.
    tab.page.evaluate("() => HTMLFormElement.prototype.submit.call(document.querySelector('.values'))")
    tab.page.wait_for_load_state()
    tab.expect("live")
    tab.sees("ada set Week: Mon 3")
    send_other = Person(browser, people).tab(WEEK)
    field(send_other.page, "Tue").fill("5")
    send(send_other.page)
    tab.sees("ada set Week: Mon 3", "A visitor set Week: Tue 5")


def test_with_the_socket_down_the_answer_says_it_and_nothing_repeats_it(browser: Browser, site: Site) -> None:
    tab = Person(browser, site).tab("/")
    allowed: list[bool] = []
    tab.page.route_web_socket(
        "**/live/socket", lambda socket: socket.connect_to_server() if allowed else socket.close(code=1011)
    )
    tab.page.clock.install()
    tab.page.goto(WEEK)
    tab.expect("polling")
    field(tab.page, "Mon").fill("2468")
    send(tab.page)
    tab.sees("A visitor set Week: Mon 2,468")
    tab.shows("2,468", within=".activity")
    allowed.append(True)
    # After which the socket is tried again.
    tab.page.clock.fast_forward(31_000)
    tab.expect("live")
    site.shell('from live.notices import *; notify(everyone, "info", "afterwards")')
    tab.sees("A visitor set Week: Mon 2,468", "afterwards")


def test_the_page_of_activity_is_live(browser: Browser, people: Site) -> None:
    page: Tab = Person(browser, people).tab("/activity/")
    page.shows("Nothing has happened yet.")
    ada = Person(browser, people, "ada").tab(WEEK)
    field(ada.page, "Mon").fill("3")
    send(ada.page)
    page.shows("ada set Week: Mon 3")
    people.shell('from live.notices import *; notify(staff, "info", "not for you")')
    people.shell('from live.notices import *; notify(everyone, "warning", "<b>for all</b>")')
    page.shows("<b>for all</b>")
    expect(page.page.locator(".live-event")).to_have_count(2)
    until(page.equals_fresh(), "the page equals itself freshly loaded")
    assert page.not_reloaded()
    assert page.complaints == []


def test_a_board_shows_its_activity_where_it_wants_to(browser: Browser, site: Site) -> None:
    tab = Person(browser, site).tab(WEEK)
    expect(tab.page.locator(".news")).to_be_hidden()
    field(tab.page, "Mon").fill("3")
    send(tab.page)
    expect(tab.page.locator(".news")).to_be_visible()
    site.shell(
        "from boards.models import Board; board = Board.objects.get(slug='this-week');"
        "board.show_activity = False; board.save()"
    )
    expect(tab.page.locator(".news")).to_be_hidden()
