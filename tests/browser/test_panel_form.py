"""A panel is edited beside its board: by typing, by several people at once, by keys, and without a script."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.axe import grave
from tests.browser.people import PEOPLE, Person, Tab
from tests.browser.screens import attended
from tests.servers import Site
from tests.waiting import until

pytestmark = pytest.mark.browser
BOARD, EDIT = "/boards/operations/", "/boards/operations/edit"
OPERATIONS = f"""{PEOPLE}
from datetime import timedelta
from django.utils import timezone
from boards.models import Board, Panel
from series.samples import Sample
from series.storage.write import write
change = Permission.objects.get(codename="change_board")
for name in ("ada", "bob"):
    User.objects.get(username=name).user_permissions.add(change)
now = timezone.now()
for q, value in (("p50", 139.0), ("p95", 393.0), ("p99", 468.0)):
    write(Sample("latency", {{"q": q}}, now - timedelta(hours=3 * n), value + n) for n in range(8))
board = Board.objects.create(title="Operations", slug="operations", view_by="public")
print(Panel.objects.create(board=board, title="New", kind="line").pk)
"""


@pytest.fixture
def panel(site: Site) -> int:
    """A panel without any series."""
    return int(site.shell(OPERATIONS).split()[-1])


def stored(site: Site, panel: int) -> str:
    """What is saved of it."""
    code = f"from boards.models import Panel; it = Panel.objects.get(pk={panel});"
    return site.shell(code + "print(it.title, it.kind, sorted(it.options.items()))").strip()


def opened(tab: Tab, panel: int) -> Page:
    """The form of the panel is open beside the board."""
    tab.page.locator(f"[data-panel='{panel}'] .handle").click()
    expect(title(tab.page)).to_be_visible()
    attended(tab.page, "#series-search")
    return tab.page


def title(page: Page):  # type: ignore[no-untyped-def]
    return page.locator("#panel_title")


def matches(page: Page):  # type: ignore[no-untyped-def]
    """The series to choose from."""
    return page.locator("#series-matches [role=option]")


def leave(page: Page, selector: str, text: str) -> None:
    """Type into a field, and go on to the next."""
    page.locator(selector).fill(text)
    page.locator(selector).press("Tab")


def says(page: Page, words: str) -> None:
    expect(page.locator("#panel-state")).to_contain_text(words)


def test_a_chart_of_a_selector_is_made_by_typing_while_others_look(browser: Browser, site: Site, panel: int) -> None:
    looking = Person(browser, site).tab(BOARD)
    editing = Person(browser, site, "ada").tab(EDIT)
    page = opened(editing, panel)
    page.locator("#series-search").fill("lat")
    expect(matches(page)).to_have_count(4)
    expect(matches(page).first).to_contain_text("3 match")
    expect(matches(page).nth(1)).to_contain_text("139")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("combobox", name="Series")).to_have_attribute("aria-activedescendant", "series-match-1")
    page.keyboard.press("Enter")
    says(page, "Saved")
    expect(page.locator(".line .hint")).to_contain_text("3 match · p50 139 · p95 393 · p99 468")
    looking.shows("p99")
    # While somebody types there is a preview where the panel is, and nothing is saved.
    page.locator('[id="panel_options.window"]').fill("24 h")
    preview = page.locator(f"[data-panel='{panel}'] > .preview")
    expect(preview).to_contain_text("last 24 h")
    expect(page.locator("#panel-typed")).to_have_text("Not saved yet")
    expect(looking.page.locator("main")).to_contain_text("last 5 min")
    page.keyboard.press("Tab")
    says(page, "Saved · everybody sees it")
    expect(preview).to_be_empty()
    looking.shows("last 24 h")
    leave(page, '[id="panel_options.bad_at"]', "400")
    page.locator("#panel_kind_area").check(force=True)
    looking.page.locator("main .chart-area").wait_for()
    leave(page, "#panel_title", "Latency")
    looking.shows("Latency")
    until(
        lambda: stored(site, panel) == "Latency area [('bad_at', 400.0), ('window', 86400.0)]",
        lambda: stored(site, panel),
    )
    assert editing.not_reloaded() and looking.not_reloaded() and editing.complaints == looking.complaints == []


def test_matches_of_what_was_typed_before_cannot_be_chosen(browser: Browser, site: Site, panel: int) -> None:
    page = opened(Person(browser, site, "ada").tab(EDIT), panel)
    held: list[Route] = []
    search, enabled = page.locator("#series-search"), page.locator("#series-matches [role=option]:enabled")
    search.focus()
    expect(enabled).not_to_have_count(0)
    # Until its response is there, the matches of nothing cannot be chosen for what is typed.
    page.route("**/series?search=lat", lambda route: held.append(route))
    search.press_sequentially("lat")
    expect(enabled).to_have_count(0)
    expect(search).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("ArrowDown")
    expect(search).not_to_have_attribute("aria-activedescendant", re.compile("."))
    until(lambda: page.evaluate("true") and held, "nothing was asked")
    # A response that comes after more was typed is not that of what stands there.
    page.evaluate("document.addEventListener('htmx:afterRequest', () => { window.hasCome = true })")
    search.evaluate("(field) => { field.value += 'x' }")
    held[0].continue_()
    page.wait_for_function("() => window.hasCome")
    expect(enabled).to_have_count(0)
    page.unroute("**/series?search=lat")
    search.fill("lat")
    expect(enabled.first).to_contain_text("latency")
    enabled.first.click()
    says(page, "Saved")
    expect(page.locator(".line .hint")).to_contain_text("3 match")


def test_what_is_wrong_is_said_beside_its_field_while_one_types(browser: Browser, site: Site, panel: int) -> None:
    page = opened(Person(browser, site, "ada").tab(EDIT), panel)
    window = page.locator('[id="panel_options.window"]')
    window.fill("soon")
    expect(window).to_have_attribute("aria-invalid", "true")
    expect(window).to_have_accessible_description(re.compile("“soon” is not a length of time"))
    page.keyboard.press("Tab")
    says(page, "Not saved. Please check: Window")
    leave(page, '[id="panel_options.window"]', "1 h")
    says(page, "Saved")
    expect(window).not_to_have_attribute("aria-invalid", "true")


def test_two_edit_one_panel_and_one_is_offline_in_the_middle(browser: Browser, site: Site, panel: int) -> None:
    one, two = Person(browser, site, "ada").tab(EDIT), Person(browser, site, "bob").tab(EDIT)
    ada, bob = opened(one, panel), opened(two, panel)
    one.context.set_offline(True)
    leave(ada, "#panel_title", "Ada's")
    leave(bob, '[id="panel_options.unit"]', "ms")
    says(bob, "Saved")
    one.context.set_offline(False)
    # It is sent again by itself, and what the other has done is in both forms.
    says(ada, "Saved")
    expect(ada.locator('[id="panel_options.unit"]')).to_have_value("ms")
    until(lambda: stored(site, panel) == "Ada's line [('unit', 'ms')]", lambda: stored(site, panel))
    # Of the same field both are shown, to the one who came later.
    leave(bob, "#panel_title", "Bob's")
    says(bob, "somebody else has changed the same")
    expect(bob.get_by_role("button", name="ada: Ada's")).to_be_visible()
    assert stored(site, panel).startswith("Ada's")
    bob.get_by_role("button", name="Yours: Bob's").click()
    says(bob, "Saved")
    one.shows("Bob's")
    leave(ada, "#panel_title", "Third")
    says(ada, "somebody else has changed the same")
    ada.get_by_role("button", name="bob: Bob's").click()
    says(ada, "Saved")
    expect(title(ada)).to_have_value("Bob's")


def test_each_sees_the_name_of_the_other_on_the_panel(browser: Browser, site: Site, panel: int) -> None:
    one, two = Person(browser, site, "ada").tab(EDIT), Person(browser, site, "bob").tab(EDIT)
    looking = Person(browser, site).tab(BOARD)
    opened(one, panel)
    two.shows("Editing, with ada")
    expect(two.page.locator(f"[data-panel='{panel}'] .presence")).to_contain_text("ada")
    opened(two, panel)
    one.shows("Editing, with bob")
    one.page.locator("#panel-done").click()
    expect(one.page.locator("#panel-form")).to_be_empty()
    expect(two.page.locator(".editing-with")).to_have_text("Editing")
    assert "ada" not in looking.page.content(), "names are for those who edit"


def without_script(person: Person, panel: int) -> Page:
    tab = person.tab(f"/boards/operations/panels/{panel}/edit", live=False, java_script_enabled=False)
    return tab.page


def test_without_a_script_it_is_a_page(browser: Browser, site: Site, panel: int) -> None:
    ada, bob = (without_script(Person(browser, site, name), panel) for name in ("ada", "bob"))
    ada.locator("#series-search").fill("latency p5")
    ada.get_by_role("button", name="Search").click()
    ada.get_by_role("option", name="latency{q=p50}").click()
    expect(ada.locator(".preview")).to_contain_text("139")
    title(ada).fill("Ada's")
    ada.get_by_role("button", name="Preview").click()
    expect(ada.locator(".preview")).to_contain_text("Ada's")
    assert stored(site, panel).startswith("New")
    ada.get_by_role("button", name="Save").click()
    title(bob).fill("Bob's")
    bob.get_by_role("button", name="Save").click()
    expect(bob.locator(".conflicts")).to_contain_text("somebody else has changed the same")
    bob.get_by_role("button", name="Yours: Bob's").click()
    expect(bob.locator(".line .hint")).to_contain_text("139")
    title(bob).fill("")
    bob.get_by_role("button", name="Save").click()
    expect(bob.locator("#panel_title_error")).to_have_text("This field is required.")
    title(bob).fill("Bob's")
    bob.get_by_role("button", name="Done").click()
    expect(bob).to_have_url(f"{site.address}{EDIT}")
    assert stored(site, panel).startswith("Bob's")


def test_by_keys_the_form_is_gone_through_and_closed(browser: Browser, site: Site, panel: int) -> None:
    tab = Person(browser, site, "ada").tab(EDIT)
    page = opened(tab, panel)
    expect(page.locator("#panel-form-title")).to_be_focused()
    page.keyboard.press("Tab")
    expect(title(page)).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#panel_kind_line")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#series-search")).to_be_focused()
    expect(matches(page).first).to_be_visible()
    page.keyboard.press("Escape")
    expect(matches(page)).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.locator("#panel-form")).to_be_empty()
    expect(page.locator(f"[data-panel='{panel}'] .handle")).to_be_focused()


def test_the_form_of_a_panel_that_is_deleted_says_so(browser: Browser, site: Site, panel: int) -> None:
    one, two = Person(browser, site, "ada").tab(EDIT), Person(browser, site, "bob").tab(EDIT)
    page = opened(one, panel)
    opened(two, panel).get_by_role("button", name="Delete", exact=True).click()
    expect(page.locator("#panel-typed")).to_have_text("The panel was deleted. Undo brings it back.")
    leave(page, "#panel_title", "Late")
    says(page, "Not saved: the panel was deleted meanwhile. Undo brings it back.")
    two.page.locator("#edit-form").get_by_role("button", name="Undo").click()
    leave(page, "#panel_title", "Later")
    says(page, "Saved")
    assert stored(site, panel).startswith("Later")


def test_on_a_phone_nothing_is_in_the_way_of_anybody(browser: Browser, site: Site, panel: int) -> None:
    person = Person(browser, site, "ada")
    tab = person.tab(EDIT, bypass_csp=True, viewport={"width": 390, "height": 844})
    page = opened(tab, panel)
    page.locator("#series-search").fill("lat")
    expect(matches(page)).to_have_count(4)
    for more in page.locator("#panel-form summary").all():
        more.click()
    assert grave(page) == []
    width: Callable[[], int] = lambda: int(page.evaluate("document.documentElement.scrollWidth"))  # noqa: E731
    assert width() <= 390


def test_the_arrow_of_a_choice_grows_with_its_letters(browser: Browser, site: Site, panel: int) -> None:
    """On a screen of 3840 pixels letters are twice as large, and the browser's own arrow was not."""
    tab = Person(browser, site, "ada").tab(EDIT)
    page = opened(tab, panel)
    shown = "(select) => { const { fontSize, appearance, backgroundSize } = getComputedStyle(select);"
    shown += " return [parseFloat(backgroundSize) / parseFloat(fontSize), appearance] }"
    ratios = []
    for width, height in ((1280, 720), (3840, 2160)):
        page.set_viewport_size({"width": width, "height": height})
        ratio, appearance = page.locator(".side-form select").first.evaluate(shown)
        assert appearance == "none"
        ratios.append(round(ratio, 2))
    assert ratios[0] == ratios[1] > 0.3
