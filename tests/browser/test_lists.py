"""Items of a list come, go and move by themselves, in a table too, and what stays where it is is not touched."""

import random
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.screens import Screen
from tests.servers import Site
from tests.waiting import PROMISED, until

pytestmark = pytest.mark.browser
# All that is in the lists, in order, but for what htmx marks while swapping.
LISTED = """() => [...document.querySelectorAll("tbody > *, ul > *")].map((node) => {
  const copy = node.cloneNode(true);
  copy.classList.remove("htmx-added");
  if (!copy.classList.length) copy.removeAttribute("class");
  return copy.outerHTML;
})"""


@pytest.fixture
def site(stopped_site: Site) -> Site:
    stopped_site.env["DJANGO_SETTINGS_MODULE"] = "tests.listed.settings"
    return stopped_site.start()


def fill(site: Site, *names: str) -> None:
    site.shell(
        "from django.contrib.auth.models import Group; Group.objects.all().delete();"
        f" Group.objects.bulk_create([Group(name=name) for name in {names!r}])"
    )


def change(site: Site, **what: str) -> None:
    assert site.http("GET", f"/listed/change/?{urlencode(what)}").status == 204


def listed(screen: Screen) -> list[str]:
    found: list[str] = screen.page.evaluate(LISTED)
    return found


def fresh(screen: Screen) -> list[str]:
    page = screen.context.new_page()
    page.goto(screen.path)
    found: list[str] = page.evaluate(LISTED)
    page.close()
    return found


def equal(screen: Screen) -> Callable[[], bool]:
    return lambda: listed(screen) == fresh(screen)


def test_what_stays_in_a_list_of_a_thousand_is_not_touched(browser: Browser, site: Site) -> None:
    fill(site, *(f"n{number:04}" for number in range(1000)))
    screen = Screen(browser, site, "/listed/")
    rows = screen.page.locator("tbody > tr")
    expect(rows).to_have_count(1000)
    link = screen.page.get_by_role("link", name="n0500", exact=True)
    link.scroll_into_view_if_needed()
    link.focus()
    screen.page.evaluate("""() => {
        window.row = document.activeElement.closest("tr");
        getSelection().selectAllChildren(window.row);
        window.swapped = [];
        document.addEventListener("htmx:oobBeforeSwap", (e) => swapped.push(e.detail.target.id));
    }""")
    top = "() => Math.round(window.row.getBoundingClientRect().top)"
    before = screen.page.evaluate(top)
    for what in (
        {"add": "n0000a"},  # far above
        {"add": "n0500a"},  # beside it
        {"remove": "n0501"},
        {"rename": "n0999", "to": "n0100a"},
        {"rename": "n0001", "to": "n0999a"},
        {"add": "m"},  # the first
        {"add": "z"},  # the last
    ):
        change(site, **what)
        until(equal(screen), lambda what=what: f"the list is as when it is loaded, after {what}")
    assert screen.page.evaluate("() => document.activeElement.closest('tr') === window.row && window.row.isConnected")
    assert screen.page.evaluate("() => getSelection().toString().trim()") == "n0500"
    assert abs(screen.page.evaluate(top) - before) <= 2
    assert len(screen.page.evaluate("() => window.swapped")) < 60
    assert screen.not_reloaded() and screen.complaints == []


def test_a_row_that_moves_keeps_what_it_is_and_the_focus(browser: Browser, site: Site) -> None:
    fill(site, "n1", "n2", "n3")
    screen = Screen(browser, site, "/listed/")
    screen.page.get_by_role("link", name="n3").focus()
    change(site, rename="n3", to="n0")
    expect(screen.page.locator("tbody > tr")).to_have_text(["n0", "n1", "n2"])
    expect(screen.page.get_by_role("link", name="n0")).to_be_focused()
    assert screen.complaints == []


def test_an_item_goes_from_one_list_to_another_and_lists_are_empty_and_full(browser: Browser, site: Site) -> None:
    fill(site, "a1", "a2", "b1")
    screen = Screen(browser, site, "/listed/")
    left, right = screen.page.locator("#a > li"), screen.page.locator("#b > li")
    change(site, rename="a1", to="b0")
    expect(right).to_have_text(["b0", "b1"])
    expect(left).to_have_text(["a2"])
    change(site, rename="a2", to="b2")
    expect(left).to_have_count(0)
    expect(right).to_have_text(["b0", "b1", "b2"])
    for name in ("b0", "b1", "b2"):
        change(site, remove=name)
    expect(screen.page.locator("tbody > tr")).to_have_count(0)
    change(site, add="a5")
    expect(left).to_have_text(["a5"])
    until(equal(screen), "all lists are as when they are loaded")
    assert screen.not_reloaded() and screen.complaints == []


def test_whatever_happens_in_whatever_order_all_viewers_see_the_same(browser: Browser, site: Site) -> None:
    chance = random.Random(14)
    names = [f"{chance.choice('ab')}{number}" for number in range(30)]
    fill(site, *names)
    screens = [Screen(browser, site, "/listed/") for _ in range(3)]
    for number in range(60):
        kind = chance.choice(("add", "remove", "rename", "rename"))
        if kind == "add" or not names:
            names.append(f"{chance.choice('ab')}{chance.randrange(1000)}x{number}")
            change(site, add=names[-1])
        elif kind == "remove":
            change(site, remove=names.pop(chance.randrange(len(names))))
        else:
            old = names.pop(chance.randrange(len(names)))
            names.append(f"{chance.choice('ab')}{chance.randrange(1000)}y{number}")
            change(site, rename=old, to=names[-1])
        if number % 20 == 10:  # a report crosses what is on its way
            screens[0].page.evaluate("() => document.body.dispatchEvent(new Event('htmx:afterRequest'))")
    for screen in screens:
        until(equal(screen), "the lists are as when they are loaded")
        assert screen.not_reloaded() and screen.complaints == []


def test_after_a_gap_only_what_differs_is_sent_though_the_server_is_another_one(browser: Browser, site: Site) -> None:
    fill(site, *(f"n{number:03}" for number in range(300)))
    screen = Screen(browser, site, "/listed/")
    screen.page.evaluate("() => { window.row = document.querySelectorAll('tbody > tr')[150] }")
    site.kill()
    screen.expect("reconnecting")
    site.start()
    change(site, add="n100a")
    change(site, remove="n200")
    screen.expect("live", 30)
    until(equal(screen), "the list is as when it is loaded")
    assert screen.page.evaluate("() => window.row.isConnected"), "it was not sent again"


def test_what_the_page_has_lost_comes_back(browser: Browser, site: Site) -> None:
    fill(site, "n1", "n2", "n3")
    screen = Screen(browser, site, "/listed/")
    screen.page.evaluate("() => document.querySelectorAll('tbody > tr')[1].remove()")
    screen.page.evaluate("() => document.body.dispatchEvent(new Event('live:report'))")
    expect(screen.page.locator("tbody > tr")).to_have_text(["n1", "n2", "n3"])
    assert screen.not_reloaded()


def test_a_row_that_may_not_be_seen_any_more_goes_though_its_text_is_selected(browser: Browser, site: Site) -> None:
    fill(site, "a", "b")
    screen = Screen(browser, site, "/listed/")
    screen.page.evaluate("() => getSelection().selectAllChildren(document.querySelector('tbody > tr'))")
    change(site, rename="a", to="a secret")
    until(lambda: screen.page.locator("tbody > tr[hidden]").count(), "the row is hidden", PROMISED)
    assert screen.page.locator("tbody > tr[hidden]").inner_text() == ""


def test_a_list_that_fails_says_of_when_its_items_are(browser: Browser, site: Site) -> None:
    """Its mark was on an element that nobody sees."""
    fill(site, "n1", "n2")
    screen = Screen(browser, site, "/listed/")
    mark = screen.page.locator("tbody > template")
    expect(mark).to_be_hidden()
    change(site, add="broken")
    expect(mark).to_be_visible()
    style = "(node) => getComputedStyle(node, '::after').content"
    assert mark.evaluate(style).startswith('"⚠ Out of date: as of ')
    rows = screen.page.locator("tbody > tr")
    expect(rows).to_have_text(["n1", "n2"])
    expect(rows.first).to_have_css("filter", "saturate(0.4)")
    change(site, remove="broken")
    expect(mark).to_be_hidden()
    expect(rows.first).to_have_css("filter", "none")
    until(equal(screen), "the list is as when it is loaded")


def test_two_lists_that_go_on_having_the_same_item_are_said_on_the_console(browser: Browser, site: Site) -> None:
    fill(site, "ab1", "ab2", "c1")
    screen = Screen(browser, site, "/listed/?also=ab", clock=True)
    change(site, rename="c1", to="ab3")
    for selector in ("ol > li", "#a > li"):
        expect(screen.page.locator(selector)).to_have_text(["ab1", "ab2", "ab3"])
    assert screen.complaints == [], "one of them might be about to lose it"
    with screen.page.expect_console_message(lambda message: message.type == "error") as complaint:
        screen.page.clock.fast_forward(20_000)
        screen.page.evaluate("() => document.body.dispatchEvent(new Event('live:report'))")
    text = complaint.value.text
    assert "listed-item-" in text and 'name the other one: {% live_list ... at="footer" %}' in text
