"""Notices as people see, hear and handle them: the real site in a real browser."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.screens import Screen
from tests.servers import Site
from tests.waiting import DEADLINE, until

pytestmark = pytest.mark.browser
WEEK = "/boards/this-week/"
BEGIN = "from live.notices import *; from live.notices.models import Dismissal\n"
# The same element once more, as it would come by the answer of a request and by the socket.
AGAIN = """([html, into]) => htmx.swap(document.createElement("i"),
  `<div hx-swap-oob="beforeend:#${into}">${html}</div>`, { swapStyle: "none" })"""
# Counts what comes into the live regions: what a screen reader is told.
COUNT = """() => {
  window.told = [];
  for (const id of ["live-notices-status", "live-notices-alert"]) {
    const region = document.getElementById(id);
    region.original = true;
    new MutationObserver((records) => {
      for (const { addedNodes, target } of records) {
        const quiet = target.closest("[aria-live=off]");
        for (const node of addedNodes) if (!quiet && node.textContent.trim()) window.told.push(node.textContent.trim());
      }
    }).observe(region, { childList: true, subtree: true, characterData: true });
  }
}"""
OVER = """() => {
  const here = document.getElementById("live-notices").getBoundingClientRect();
  return [...document.querySelectorAll("main button, header button")].filter((button) => {
    const box = button.getBoundingClientRect();
    const beside = box.left >= here.right || box.right <= here.left || box.top >= here.bottom || box.bottom <= here.top;
    return box.width && !beside;
  }).map((button) => button.textContent.trim());
}"""
# Two frames: the page has been laid out anew.
FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))"


# What goes after its time stays for a hundred times as long: what a test does meanwhile may take a while.
PATIENCE = """
addEventListener("animationstart", ({ target, animationName: name }) => {
  if (name !== "live-notice-life") return;
  for (const each of target.getAnimations()) if (each.animationName === name) each.updatePlaybackRate(0.01);
}, true);
"""


class Patient(Screen):
    """A page whose notices have time."""

    remember = PATIENCE


def say(site: Site, *lines: str) -> str:
    return site.shell(BEGIN + "\n".join(lines))


def sticky(site: Site, *texts: str) -> None:
    """Notices that stay, to everyone."""
    say(site, *(f"send(everyone, 'info', {text!r}, sticky=True)" for text in texts))


def open_page(browser: Browser, site: Site, path: str = WEEK, **context: Any) -> Screen:
    screen = Patient(browser, site, path, **context)
    if context.get("live", True):
        screen.page.evaluate(COUNT)
    return screen


def sign_in(screen: Screen) -> None:
    screen.page.goto("/accounts/login/?next=" + WEEK)
    screen.page.get_by_label("Username").fill("admin")
    screen.page.get_by_label("Password").fill("admin")
    screen.page.get_by_role("main").get_by_role("button", name="Sign in").click()
    screen.expect("live")


def toasts(screen: Screen) -> Locator:
    return screen.page.locator("#live-notices .live-notice")


def toast(screen: Screen, text: str) -> Locator:
    return toasts(screen).filter(has_text=text)


def html_of(screen: Screen, text: str) -> str:
    """As it came: without the style that the script has set."""
    return re.sub(r' style="[^"]*"', "", toast(screen, text).evaluate("(item) => item.outerHTML"))


def has(screen: Screen, *texts: str) -> None:
    """These are in the region, in this order."""
    expect(toasts(screen).locator(".live-notice-body")).to_have_text([*texts])


def life(item: Locator) -> dict[str, Any] | None:
    """The animation by which it goes: its length in milliseconds, and whether it runs. None if it stays."""
    found: dict[str, Any] | None = item.evaluate("""(item) => {
      const [life] = item.getAnimations().filter((each) => each.animationName === "live-notice-life");
      return life ? { length: life.effect.getTiming().duration, state: life.playState } : null;
    }""")
    return found


def state(item: Locator) -> str:
    found = life(item)
    return found["state"] if found else "none"


def heard(screen: Screen) -> dict[str, list[str]]:
    """The texts in the two live regions, as the accessibility tree has them."""
    session = screen.context.new_cdp_session(screen.page)
    nodes = {node["nodeId"]: node for node in session.send("Accessibility.getFullAXTree")["nodes"]}

    def texts(node: dict[str, Any]) -> list[str]:
        if not node["ignored"] and node["role"]["value"] == "StaticText":
            return [node["name"]["value"]]
        return [text for child in node.get("childIds", ()) if child in nodes for text in texts(nodes[child])]

    regions = next(node for node in nodes.values() if node.get("name", {}).get("value") == "Notices")
    children = [nodes[id] for id in regions["childIds"]]
    return {each["role"]["value"]: texts(each) for each in children if each["role"]["value"] in {"status", "alert"}}


def told(screen: Screen) -> list[str]:
    return [re.sub(r"\s+", " ", text) for text in screen.page.evaluate("() => window.told")]


# Heard and seen once


def test_a_notice_is_a_status_an_error_an_alert_and_each_is_heard_once(browser: Browser, site: Site) -> None:
    screen = open_page(browser, site)
    say(site, "notify(everyone, 'success', 'Saved')", "notify(everyone, 'error', 'Lost')")
    has(screen, "Saved", "Lost")
    assert heard(screen) == {"status": ["Success:", "Saved"], "alert": ["Error:", "Lost"]}
    for id, text in (("live-notices-status", "Saved"), ("live-notices-alert", "Lost")):
        screen.page.evaluate(AGAIN, [html_of(screen, text), id])
    has(screen, "Saved", "Lost")
    assert told(screen) == ["Success: Saved", "Error: Lost"]
    for id in ("live-notices-status", "live-notices-alert"):
        assert screen.page.locator(f"#{id}").evaluate("(region) => region.original"), "the place has stayed"
    assert screen.complaints == []


def test_one_that_was_put_away_does_not_come_again(browser: Browser, site: Site) -> None:
    screen = open_page(browser, site)
    say(site, "notify(everyone, 'info', 'Hello')")
    html = html_of(screen, "Hello")
    toast(screen, "Hello").get_by_role("button", name="Dismiss").click()
    expect(toasts(screen)).to_have_count(0)
    screen.page.evaluate(AGAIN, [html, "live-notices-status"])
    screen.page.evaluate(AGAIN, [html.replace(".0", ".1"), "live-notices-status"])
    expect(toasts(screen)).to_have_count(0)


def test_no_more_than_three_are_stacked_and_the_rest_is_counted(browser: Browser, site: Site) -> None:
    screen = open_page(browser, site)
    sticky(site, *(f"Number {number}" for number in range(1, 6)))
    has(screen, *(f"Number {number}" for number in range(1, 6)))
    shown = "() => [...document.querySelectorAll('.live-notice')].filter((each) => each.clientHeight > 1).length"
    more = screen.page.locator("#live-notices-more")
    expect(more).to_have_text("+2 more")
    assert screen.page.evaluate(shown) == 3
    assert toast(screen, "Number 5").bounding_box()["height"] > 20  # type: ignore[index]
    # Whoever hears the page finds all of them, and none was told twice.
    assert len(heard(screen)["status"]) == 5
    more.click()
    assert screen.page.evaluate(shown) == 5
    expect(more).to_have_text("Fewer")
    expect(more).to_have_attribute("aria-expanded", "true")
    more.click()
    assert screen.page.evaluate(shown) == 3
    # The keyboard brings one into sight.
    toast(screen, "Number 1").get_by_role("button").focus()
    assert screen.page.evaluate(shown) == 4
    for number in (5, 4, 3):
        toast(screen, f"Number {number}").get_by_role("button").click()
        expect(toast(screen, f"Number {number}")).to_have_count(0)
    until(lambda: screen.page.evaluate(shown) == 2, "both that are left are shown")
    expect(more).to_be_hidden()
    assert len(told(screen)) == 5


# How long


def test_it_goes_after_five_seconds_and_fifty_milliseconds_a_character(browser: Browser, site: Site) -> None:
    screen = open_page(browser, site)
    text = "This has forty characters, counted out. "
    say(site, f"notify(everyone, 'info', {text!r})")
    item = toast(screen, text.strip())
    expect(item).to_be_visible(timeout=8000)
    assert life(item) == {"length": 5000 + 50 * 39, "state": "running"}
    item.hover()
    until(lambda: state(item) == "paused", "paused under the pointer")
    screen.page.mouse.move(5, 5)
    until(lambda: state(item) == "running", "going on without it")
    screen.page.keyboard.press("Tab")
    item.get_by_role("button").focus()
    until(lambda: state(item) == "paused", "paused with the keyboard's focus inside")
    screen.page.locator("main").focus()
    until(lambda: state(item) == "running", "going on without it")
    screen.page.evaluate("""() => {
      Object.defineProperty(document, "hidden", { value: true, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }""")
    until(lambda: state(item) == "paused", "paused while nobody sees the page")
    screen.page.evaluate("""() => {
      delete document.hidden;
      document.dispatchEvent(new Event("visibilitychange"));
    }""")
    until(lambda: state(item) == "running", "going on when somebody does")
    item.evaluate("(item) => item.getAnimations().forEach((each) => each.finish())")
    expect(toasts(screen)).to_have_count(0)
    assert say(site, "print(Dismissal.objects.count())").strip() == "0", "nobody has put it away"


def test_errors_stay_and_sticky_ones_until_they_expire(browser: Browser, site: Site) -> None:
    screen = open_page(browser, site)
    say(
        site,
        "notify(everyone, 'error', 'Bad')",
        "notify(everyone, 'info', 'Sticky', sticky=True, ttl=3600)",
    )
    has(screen, "Sticky", "Bad")
    assert life(toast(screen, "Bad")) is None
    lasts = life(toast(screen, "Sticky"))
    assert lasts is not None
    assert 3500_000 < lasts["length"] <= 3600_000


def test_less_motion_does_not_shorten_the_time(browser: Browser, site: Site) -> None:
    """The usual style sheet for people who want none makes every animation last a hundredth of a millisecond."""
    screen = open_page(browser, site, reduced_motion="reduce", bypass_csp=True)
    screen.page.add_style_tag(
        content="*, ::before { animation-duration: .01ms !important; animation: none !important }"
    )
    say(site, "notify(everyone, 'info', 'Hello')")
    item = toast(screen, "Hello")
    expect(item).to_be_visible(timeout=8000)
    assert life(item) == {"length": 5250, "state": "running"}
    assert item.evaluate("(item) => getComputedStyle(item).transitionDuration") == "0s"


# Put away


def test_dismissed_it_goes_from_all_pages_of_that_person_and_of_nobody_else(browser: Browser, site: Site) -> None:
    one, other = open_page(browser, site), open_page(browser, site)
    sign_in(one)
    two = one.context.new_page()
    two.goto("/")
    expect(two.locator("html")).to_have_attribute("data-live", "live")
    sticky(site, "Read me")
    for page in (one.page, two, other.page):
        expect(page.locator(".live-notice")).to_have_text(re.compile("Read me"))
    one.page.locator(".live-notice").get_by_role("button", name="Dismiss").click()
    for page in (one.page, two):
        expect(page.locator(".live-notice")).to_have_count(0)
    expect(other.page.locator(".live-notice")).to_have_count(1)
    two.reload()
    expect(two.locator("html")).to_have_attribute("data-live", "live")
    expect(two.locator(".live-notice")).to_have_count(0)
    # A visitor gets a session for it, by which the next page knows.
    other.page.locator(".live-notice").get_by_role("button", name="Dismiss").click()
    until(lambda: any(cookie["name"] == "sessionid" for cookie in other.context.cookies()), "a session")
    other.page.reload()
    other.expect("live")
    expect(toasts(other)).to_have_count(0)
    assert one.complaints == other.complaints == []


def test_escape_puts_the_newest_away_and_leaves_the_focus_alone(browser: Browser, site: Site) -> None:
    screen = open_page(browser, site)
    sticky(site, "First", "Second")
    has(screen, "First", "Second")
    field = screen.page.get_by_label("Mon", exact=True)
    field.fill("12")
    screen.page.keyboard.press("Escape")
    has(screen, "First")
    expect(field).to_be_focused()
    expect(field).to_have_value("12")
    until(lambda: say(site, "print(Dismissal.objects.count())").strip() == "1", "that is remembered")


def test_escape_in_one_puts_that_one_away_and_the_focus_goes_on_and_back(browser: Browser, site: Site) -> None:
    screen = open_page(browser, site)
    sticky(site, "First", "Second")
    has(screen, "First", "Second")
    field = screen.page.get_by_label("Mon", exact=True)
    field.focus()
    screen.page.keyboard.press("Shift+Tab")
    before = screen.page.evaluate_handle("() => document.activeElement")
    toast(screen, "First").get_by_role("button").focus()
    screen.page.keyboard.press("Escape")
    has(screen, "Second")
    expect(toast(screen, "Second").get_by_role("button")).to_be_focused()
    screen.page.keyboard.press("Enter")
    expect(toasts(screen)).to_have_count(0)
    assert screen.page.evaluate("(before) => document.activeElement === before", before)


def test_by_the_pointer_the_focus_goes_back_to_where_it_was(browser: Browser, site: Site) -> None:
    screen = open_page(browser, site)
    sticky(site, "First", "Second")
    has(screen, "First", "Second")
    field = screen.page.get_by_label("Mon", exact=True)
    field.press_sequentially("12")
    toast(screen, "Second").get_by_role("button").click()
    has(screen, "First")
    expect(field).to_be_focused()
    screen.page.locator("header.bar").click(position={"x": 600, "y": 5})
    toast(screen, "First").get_by_role("button").click()
    expect(toasts(screen)).to_have_count(0)
    expect(screen.page.locator("#live-notices")).to_be_focused()


def test_escape_is_a_dialogs_first(browser: Browser, site: Site) -> None:
    screen = open_page(browser, site)
    sticky(site, "First")
    has(screen, "First")
    screen.page.evaluate("""() => {
      document.querySelector("main").insertAdjacentHTML("beforeend", "<dialog id='ours'><button>OK</button></dialog>");
      document.getElementById("ours").showModal();
    }""")
    screen.page.keyboard.press("Escape")
    expect(screen.page.locator("#ours")).to_be_hidden()
    has(screen, "First")
    screen.page.keyboard.press("Escape")
    expect(toasts(screen)).to_have_count(0)


# What runs


def test_progress_moves_in_place_under_the_focus_and_is_not_told_at_each_step(browser: Browser, site: Site) -> None:
    screen = open_page(browser, site)
    step = "send(everyone, 'info', 'Importing: {0} %', fraction={0} / 100, replace='import', cancel={1})"
    say(site, step.format(10, "'offered'"))
    has(screen, "Importing: 10 %")
    item = toasts(screen)
    # As long as it is repeated: what nobody moves any more does not stay for ever.
    assert (life(item) or {})["length"] > 590_000
    item.evaluate("(item) => { item.original = true }")
    cancel = item.get_by_role("button", name="Cancel")
    cancel.focus()
    for percent in (20, 30):
        say(site, step.format(percent, "None"))
        has(screen, f"Importing: {percent} %")
        expect(cancel).to_be_focused()
    assert item.evaluate("(item) => item.original")
    assert item.locator("progress").evaluate("(bar) => bar.value") == 0.3
    assert told(screen) == ["Importing: 10 % Cancel"]
    screen.page.keyboard.press("Enter")
    until(lambda: "asked" in say(site, "print(Notice.objects.get().cancel)"), "that it is to stop")
    say(site, "send(everyone, 'warning', 'Importing: cancelled', replace='import', cancel='')")
    has(screen, "Importing: cancelled")
    assert told(screen) == ["Importing: 10 % Cancel", "Warning: Importing: cancelled"]
    expect(item.get_by_role("button", name="Dismiss")).to_be_focused()
    expect(item.locator("progress, .live-notice-cancel")).to_have_count(0)
    assert (life(item) or {})["length"] < 10_000
    assert screen.complaints == []


def test_what_is_replaced_takes_its_own_place_and_time(browser: Browser, site: Site) -> None:
    screen = open_page(browser, site)
    say(site, "notify(everyone, 'info', 'One of two', replace='files')", "send(everyone, 'info', 'X')")
    has(screen, "One of two", "X")
    toast(screen, "One of two").evaluate("(item) => { item.original = true }")
    say(site, "notify(everyone, 'success', 'Both files are here', replace='files')")
    has(screen, "Both files are here", "X")
    item = toast(screen, "Both files")
    assert item.evaluate("(item) => item.original && item.classList.contains('live-notice-success')")
    assert life(item)["length"] == 5000 + 50 * len("Both files are here")  # type: ignore[index]
    say(site, "notify(everyone, 'error', 'No file is here', replace='files')")
    has(screen, "X", "No file is here")
    assert heard(screen)["alert"] == ["Error:", "No file is here"]


def test_after_its_time_a_newer_revision_comes_as_a_new_one(browser: Browser, site: Site) -> None:
    screen = open_page(browser, site)
    say(site, "notify(everyone, 'info', 'One file', replace='files')")
    has(screen, "One file")
    toasts(screen).evaluate("(item) => item.getAnimations().forEach((each) => each.finish())")
    expect(toasts(screen)).to_have_count(0)
    say(site, "notify(everyone, 'info', 'Two files', replace='files')")
    has(screen, "Two files")
    # Put away, it stays away.
    toasts(screen).get_by_role("button", name="Dismiss").click()
    until(lambda: say(site, "print(Dismissal.objects.count())").strip() == "1", "that is remembered")
    say(site, "notify(everyone, 'info', 'Three', replace='files'); notify(everyone, 'info', 'X')")
    has(screen, "X")


# Where


@pytest.mark.parametrize(("width", "height"), [(390, 844), (768, 600), (1280, 720)])
def test_they_are_over_no_button_that_is_to_be_pressed(browser: Browser, site: Site, width: int, height: int) -> None:
    screen = open_page(browser, site, viewport={"width": width, "height": height})
    sticky(site, "First", "Second", "Third, which takes more than one line because it has so much to say to everybody")
    expect(toasts(screen)).to_have_count(3)
    page = screen.page
    for top in range(0, page.evaluate("() => document.documentElement.scrollHeight"), 150):
        page.evaluate("(top) => scrollTo(0, top)", top)
        page.evaluate(FRAMES)
        assert page.evaluate(OVER) == []
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_they_move_from_corner_to_corner_and_stay_while_they_may(browser: Browser, site: Site) -> None:
    screen = open_page(browser, site, "/activity/")  # without buttons of its own where toasts may be
    sticky(site, "First", "Second")
    has(screen, "First", "Second")
    here = screen.page.locator("#live-notices")
    add = """([vertical, horizontal]) => {
      document.querySelector("main").insertAdjacentHTML("beforeend", '<form class="mine"><button>Save</button></form>');
      const { style } = document.querySelector("main").lastElementChild;
      Object.assign(style, { position: "fixed", zIndex: 1, [vertical]: "40px", [horizontal]: "40px" });
      dispatchEvent(new Event("scroll"));
      document.dispatchEvent(new Event("scroll"));
    }"""
    expect(here).to_have_attribute("data-at", "end end")
    for corner, next_place in (
        (["bottom", "right"], "start end"),
        (["top", "right"], "end start"),
        (["bottom", "left"], "start start"),
        (["top", "left"], "middle end"),
    ):
        screen.page.evaluate(add, corner)
        expect(here).to_have_attribute("data-at", next_place)
        assert screen.page.evaluate(OVER) == []
    screen.page.evaluate("() => document.querySelectorAll('.mine').forEach((each) => each.remove())")
    screen.page.evaluate(FRAMES)
    expect(here).to_have_attribute("data-at", "middle end")
    for _ in range(2):
        screen.page.keyboard.press("Escape")
    sticky(site, "Third")
    has(screen, "Third")
    expect(here).to_have_attribute("data-at", "end end")


def test_on_a_phone_with_buttons_at_both_ends_they_are_on_the_screen(browser: Browser, site: Site) -> None:
    screen = open_page(browser, site, viewport={"width": 390, "height": 740})
    sign_in(screen)
    screen.page.evaluate("() => document.querySelector('.values .actions').scrollIntoView(false)")
    sticky(site, "First")
    has(screen, "First")
    expect(toast(screen, "First")).to_be_in_viewport(ratio=1)
    assert screen.page.evaluate(OVER) == []


def test_where_no_corner_is_free_they_are_in_the_pages_flow(browser: Browser, site: Site) -> None:
    screen = open_page(browser, site, viewport={"width": 390, "height": 500})
    sticky(site, "First", "Second", "Third")
    expect(toasts(screen)).to_have_count(3)
    screen.page.evaluate("""() => {
      const button = '<p><button form="f">Save</button></p>';
      document.querySelector("main").innerHTML = `<form id="f"></form>` + button.repeat(40);
      dispatchEvent(new Event("resize"));
    }""")
    expect(screen.page.locator("#live-notices")).to_have_attribute("data-at", "flow")
    assert screen.page.evaluate(OVER) == []


def test_from_right_to_left_they_are_on_the_left(browser: Browser, site: Site) -> None:
    screen = open_page(browser, site)
    sticky(site, "First")
    has(screen, "First")
    right = screen.page.locator("#live-notices").bounding_box()
    screen.page.evaluate("() => { document.documentElement.dir = 'rtl' }")
    left = screen.page.locator("#live-notices").bounding_box()
    assert right is not None and left is not None
    assert right["x"] > 640
    assert left["x"] == 1280 - right["x"] - right["width"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("themed", [True, False])
def test_they_can_be_read_with_and_without_a_theme(browser: Browser, site: Site, scheme: Any, themed: bool) -> None:
    screen = open_page(browser, site, color_scheme=scheme)
    if not themed:
        screen.context.route("**/theme.css", lambda route: route.abort())
        screen.page.reload()
    sticky(site, "First")
    expect(toasts(screen)).to_have_count(1)
    colours = toasts(screen).evaluate(
        "(item) => [getComputedStyle(item).color, getComputedStyle(item).backgroundColor]"
    )
    ink, surface = (sum(map(float, re.findall(r"[\d.]+", colour)[:3])) for colour in colours)
    assert (ink > surface) == (scheme == "dark")
    assert abs(ink - surface) > 400
    assert "rgba" not in colours[1], "nothing shines through"


def test_they_are_not_printed(browser: Browser, site: Site) -> None:
    screen = open_page(browser, site)
    sticky(site, "First")
    has(screen, "First")
    screen.page.emulate_media(media="print")
    expect(toasts(screen)).to_be_hidden()


# Without JavaScript


def test_without_javascript_it_is_a_list_on_top_with_buttons_that_work(browser: Browser, site: Site) -> None:
    sticky(site, "First", "Second", "Third", "Fourth")
    screen = open_page(browser, site, live=False, java_script_enabled=False)
    has(screen, "First", "Second", "Third", "Fourth")
    page = screen.page
    header, heading = page.locator("header.bar").bounding_box(), page.locator("h1").bounding_box()
    fourth = toast(screen, "Fourth").bounding_box()
    assert header is not None and heading is not None and fourth is not None
    assert fourth["y"] + fourth["height"] <= header["y"] < heading["y"], "above everything, over nothing"
    assert header["width"] == 1280
    toast(screen, "Second").get_by_role("button", name="Dismiss").click()
    has(screen, "First", "Third", "Fourth")
    assert page.url == site.address + WEEK
    assert say(site, "print(Dismissal.objects.get().person)").startswith("session:")


# For forms


def test_a_field_says_that_it_is_wrong_while_there_are_words_beside_it(browser: Browser, site: Site) -> None:
    screen = open_page(browser, site)
    screen.page.evaluate("""() => document.querySelector("main").insertAdjacentHTML("beforeend",
      '<input id="age" aria-describedby="hint"><p id="hint">Years</p><p id="wrong" data-error-for="age"></p>')""")
    put = """(text) => htmx.swap(document.createElement("i"),
      `<p id="wrong" data-error-for="age" hx-swap-oob="true">${text}</p>`, { swapStyle: "none" })"""
    field = screen.page.locator("#age")
    for _ in range(2):
        screen.page.evaluate(put, "Too old.")
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(field).to_have_attribute("aria-describedby", "hint wrong")
    screen.page.evaluate(put, " ")
    expect(field).not_to_have_attribute("aria-invalid", "true")
    expect(field).to_have_attribute("aria-describedby", "hint")


def test_the_server_is_told_that_the_page_takes_notices(browser: Browser, site: Site) -> None:
    screen = open_page(browser, site)
    with screen.page.expect_request("**/boards/**") as sent:
        screen.page.get_by_role("button", name="Save").click()
    assert sent.value.headers["live-notices"] == "1"


def test_where_the_answer_becomes_plain_text_it_is_not_told_so(browser: Browser, site: Site) -> None:
    """hx-swap="textContent" would print the notice's HTML, and the message would be gone."""
    screen = open_page(browser, site)
    told: list[str | None] = []
    screen.page.on("request", lambda request: told.append(request.headers.get("live-notices")))
    for swap in ("textContent", "innerHTML"):
        screen.page.evaluate(
            """(swap) => {
              document.querySelector("main").insertAdjacentHTML("beforeend",
                `<div hx-swap="${swap}"><button id="${swap}" type="button" hx-get="/activity/">${swap}</button></div>`);
              htmx.process(document.querySelector("main"));
            }""",
            swap,
        )
        with screen.page.expect_request("**/activity/", timeout=DEADLINE * 1000):
            screen.page.locator(f"#{swap}").click()
    assert told == [None, "1"]


def test_a_progress_whose_process_was_killed_goes_when_its_time_is_over(browser: Browser, site: Site) -> None:
    screen = Screen(browser, site, WEEK)
    screen.page.evaluate(COUNT)
    say(site, "send(everyone, 'info', 'Importing: 40 %', fraction=0.4, replace='x', ttl=4)")
    until(lambda: told(screen) == ["Importing: 40 %"], "it has come")
    expect(toast(screen, "Importing")).to_have_count(0)


def test_a_wall_screen_remembers_the_last_thousand_notices(browser: Browser, still: Site) -> None:
    """Which of them it has had: what is older is behind its cursor, and memory is not for ever."""
    screen = Screen(browser, still, "/boards/this-week/")
    remembered = screen.page.evaluate("""() => {
      const put = (n) => htmx.swap(document.body, `<div hx-swap-oob="beforeend:#live-notices-status">
        <div id="notice-${n}" class="live-notice" data-notice="${n}.1">
        <p class="live-notice-body">Number ${n}</p></div></div>`,
        { swapStyle: "none", swapDelay: 0, settleDelay: 0 });
      for (let n = 1; n <= 1100; n++) put(n + 1e6);
      return [1, 1000].map((n) => (put(n + 1e6), document.getElementById(`notice-${n + 1e6}`) === null));
    }""")
    assert remembered == [False, True]
