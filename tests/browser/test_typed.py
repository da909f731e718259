"""What somebody has typed into a form is there when they come back to the page."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.firefox import firefox
from tests.browser.people import PEOPLE, Person
from tests.browser.screens import Screen
from tests.servers import Site
from tests.waiting import until

WEEK = "/boards/this-week/"
IS_LIVE = "() => document.documentElement.dataset.live === 'live'"
THERE = "() => document.readyState === 'complete' && !location.pathname.endsWith('this-week/')"
# A form of a project's own with a field of each kind, as if the page had come with it.
FORM = """() => {
  const form = document.createElement("form");
  form.action = "/own/";
  form.innerHTML = `<input name="text"><input name="text"><textarea name="long">old</textarea>
    <input type="checkbox" name="tick" value="a" checked><input type="checkbox" name="tick" value="b">
    <input type="radio" name="one" value="a" checked><input type="radio" name="one" value="b">
    <select name="choice"><option>a<option>b</select>
    <select name="many" multiple><option>a<option selected>b<option>c</select><input type="password" name="password">
    <input type="hidden" name="hidden"><input name="card" autocomplete="cc-number">
    <input name="card" autocomplete="section-a billing CC-csc"><input name="shown" autocomplete="new-password">`;
  document.querySelector("main").append(form);
}"""
VALUES = """() => [...document.querySelectorAll("[action='/own/'] *")].filter((each) => each.name).map((each) =>
  each.options ? [...each.selectedOptions].map((option) => option.value).join("") :
  each.type === "checkbox" || each.type === "radio" ? each.checked : each.value)"""


@pytest.fixture
def people(site: Site) -> Site:
    """The site with its people."""
    site.shell(PEOPLE)
    return site


def typed(screen: Screen) -> Any:
    return screen.page.get_by_label("Tue", exact=True)


@pytest.mark.browser
def test_it_is_there_after_a_link_and_back_beside_what_is_new(browser: Browser, site: Site) -> None:
    screen = Screen(browser, site, WEEK)
    typed(screen).fill("12345")
    screen.page.get_by_role("link", name="Table").first.click()
    expect(screen.page).not_to_have_url(site.address + WEEK)
    assert site.send({"series": "week", "tags": {"day": "Mon"}, "value": 4321}).status == 200
    screen.page.go_back()
    screen.expect("live")
    expect(typed(screen)).to_have_value("12345")
    expect(screen.page.get_by_label("Mon", exact=True)).to_have_value("4321")
    screen.shows("4,321")
    # Loaded again, as the page does by itself when the site has a new version.
    screen.page.reload()
    screen.expect("live")
    expect(typed(screen)).to_have_value("12345")
    # Once it was sent, it is not there any more; nor is it in a page that is opened anew.
    screen.page.get_by_role("button", name="Save").first.click()
    screen.shows("Tue 12,345", within=".activity")
    typed(screen).fill("6")
    screen.page.goto(WEEK)
    screen.expect("live")
    expect(typed(screen)).to_have_value("12345")
    screen.page.reload()
    screen.expect("live")
    expect(typed(screen)).to_have_value("12345")
    assert screen.complaints == []


@pytest.mark.browser
def test_what_came_back_with_an_error_is_there_too(browser: Browser, site: Site) -> None:
    screen = Screen(browser, site, WEEK)
    typed(screen).fill("77")
    screen.page.get_by_label("Mon", exact=True).fill("")
    screen.page.get_by_role("button", name="Save").first.click()
    expect(screen.page.get_by_label("Mon", exact=True)).to_have_attribute("aria-invalid", "true")
    screen.page.reload()
    screen.expect("live")
    expect(typed(screen)).to_have_value("77")
    expect(screen.page.get_by_label("Mon", exact=True)).to_have_value("")


@pytest.mark.browser
def test_each_kind_of_field_but_no_secret(browser: Browser, site: Site) -> None:
    screen = Screen(browser, site, WEEK, live=False)
    # From before the page's scripts run: they are deferred until the document is parsed.
    screen.context.add_init_script(
        "document.addEventListener('readystatechange', () => document.readyState === 'interactive' && "
        f"({FORM})(), true)"
    )
    screen.page.goto(WEEK)
    before = screen.page.evaluate(VALUES)
    assert before == ["", "", "old", True, False, True, False, "a", "b", "", "", "", "", ""]
    own = screen.page.locator("[action='/own/']")
    own.locator("[name=text]").nth(1).fill("second")
    own.locator("[name=long]").fill("two\nlines")
    own.locator("[value=b][name=tick]").check()
    own.locator("[value=b][name=one]").check()
    own.locator("[name=choice]").select_option("b")
    own.locator("[name=many]").select_option(["a", "c"])
    own.locator("[name=password]").fill("secret")
    own.locator("[name=card]").nth(0).fill("4111")
    own.locator("[name=card]").nth(1).fill("secret 737")
    own.locator("[name=shown]").fill("secret that is shown")
    own.locator("[name=hidden]").evaluate("(each) => { each.value = 'set' }")
    screen.page.reload()
    after = ["", "second", "two\nlines", True, True, False, True, "b", "ac", "", "", "", "", ""]
    assert screen.page.evaluate(VALUES) == after
    stored = screen.page.evaluate("() => JSON.stringify(sessionStorage)")
    assert "second" in stored and "secret" not in stored and "4111" not in stored
    # What htmx has sent and saved is not, where the page keeps the form as it is; what is typed after that is.
    screen.page.route("**/saved/", lambda route: route.fulfill(status=204))
    own.evaluate("""async (form) => {
      form.setAttribute("hx-post", "/saved/");
      htmx.process(form);
      const over = new Promise((done) => form.addEventListener("htmx:afterRequest", done));
      form.requestSubmit();
      await over;
    }""")
    own.locator("[name=text]").first.fill("first")
    screen.page.reload()
    assert screen.page.evaluate(VALUES) == ["first", *before[1:]]
    # A form that is sent as a page of its own is not kept.
    screen.page.route("**/own/*", lambda route: route.fulfill(body="thanks", content_type="text/html"))
    own.evaluate("(form) => form.requestSubmit()")
    expect(screen.page.locator("body")).to_have_text("thanks")
    assert "first" not in screen.page.evaluate("() => JSON.stringify(sessionStorage)")


@pytest.mark.browser
def test_nobody_finds_what_another_user_has_typed(browser: Browser, people: Site) -> None:
    tab = Person(browser, people, "ada").tab(WEEK)
    typed(tab).fill("12345")
    tab.page.goto("about:blank")
    bob = Person(browser, people, "bob")
    tab.context.add_cookies(bob.state["storage_state"]["cookies"])
    tab.page.go_back()
    tab.expect("live")
    expect(tab.page.locator("header.bar")).to_contain_text("bob")
    expect(typed(tab)).not_to_have_value("12345")


@pytest.mark.firefox
def test_it_is_there_in_firefox(site: Site, tmp_path: Path) -> None:
    with firefox(tmp_path) as window:
        run: Callable[..., Any] = window.run
        window.open(f"{site.address}{WEEK}")
        until(lambda: run(IS_LIVE), "it is live")
        tuesday = "[...document.querySelectorAll('label')].find((each) => each.textContent.trim() === 'Tue').control"
        run(f"() => {{ {tuesday}.value = '12345' }}")
        run("() => [...document.links].find((each) => each.textContent === 'Table').click()")
        until(lambda: run(THERE), "the table")
        window.ask("WebDriver:Back")
        until(lambda: run(IS_LIVE), "it is live again")
        assert run(f"() => {tuesday}.value") == "12345"
