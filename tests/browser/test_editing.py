"""A board is edited where it stands, with buttons, keys, a mouse, a finger, without a script; and all others follow."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, FloatRect, Locator, Page, expect

from tests.browser.people import WHO, Person
from tests.browser.screens import Screen
from tests.servers import Site
from tests.waiting import until

pytestmark = pytest.mark.browser
BOARD = "/boards/this-machine/"
EDIT = f"{BOARD}edit"
START = ["CPU", "Memory", "Load", "Health", "CPU and memory", "Load average", "Network", "Disk"]
TITLES = """() => [...document.querySelectorAll(".grid figure figcaption b")].map((title) => title.textContent)"""
EDITORS = f"""
from django.contrib.auth.models import Permission, User
for name, password in {WHO!r}.items():
    user = User.objects.create_user(name, password=password)
    user.user_permissions.add(Permission.objects.get(codename="change_board"))
"""


@pytest.fixture
def editors(site: Site) -> Site:
    """A site with people who may change boards."""
    site.shell(EDITORS)
    return site


def shows(page: Page, titles: list[str]) -> None:
    """The page comes to have these panels, in this order."""
    until(lambda: page.evaluate(TITLES) == titles, lambda: f"{titles}, and not {page.evaluate(TITLES)}")


def tile(page: Page, title: str) -> Locator:
    return page.get_by_role("group", name=title, exact=True)


def press(page: Page, title: str, button: str) -> None:
    """Click a button of a panel, as a mouse does that points at it."""
    tile(page, title).hover()
    tile(page, title).get_by_role("button", name=f"{button}: {title}", exact=True).click()


def has_size(page: Page, title: str, width: int, height: int) -> None:
    size = f"{width} {height}"
    expect(tile(page, title)).to_have_attribute("data-size", size)


def swapped(titles: list[str], *moves: tuple[str, int]) -> list[str]:
    """The titles after these have gone to these indexes."""
    result = list(titles)
    for title, index in moves:
        result.remove(title)
        result.insert(index, title)
    return result


def test_each_step_of_one_editor_is_seen_by_everybody(browser: Browser, editors: Site) -> None:
    ada, bob = (Person(browser, editors, name).tab(EDIT) for name in ("ada", "bob"))
    viewer = Screen(browser, editors, BOARD)
    everybody = [ada.page, bob.page, viewer.page]

    def all_show(titles: list[str]) -> None:
        for page in everybody:
            shows(page, titles)

    all_show(START)
    press(ada.page, "Network", "Move earlier")
    order = swapped(START, ("Network", 5))
    all_show(order)
    ada.shows("Network, now 6 of 8", within="#edit-status")
    press(bob.page, "Disk", "Wider")
    has_size(ada.page, "Disk", 7, 4)
    expect(viewer.page.locator("figure.w7.h4")).to_contain_text("Disk")
    press(ada.page, "Load", "Duplicate")
    all_show([*order[:3], "Load (copy)", *order[3:]])
    press(ada.page, "Load (copy)", "Delete")
    all_show(order)
    ada.shows("“Load (copy)” is deleted.", within="#edit-status")
    ada.page.locator("#edit-status").get_by_role("button", name="Undo").click()
    all_show([*order[:3], "Load (copy)", *order[3:]])
    ada.shows("“Load (copy)” is back.", within="#edit-status")
    ada.page.get_by_role("link", name="Panel", exact=True).click()
    ada.page.get_by_role("button", name="Donut").click()
    all_show([*order[:3], "Load (copy)", *order[3:], "Donut"])
    expect(ada.page.locator("#panel-form form")).to_be_visible()
    for screen in (ada, bob, viewer):
        assert screen.not_reloaded() and screen.complaints == []
    # Ada's has a panel in hand.
    for screen in (bob, viewer):
        until(screen.equals_fresh(), "the page is as if loaded now")


def test_who_is_too_late_is_told(browser: Browser, editors: Site) -> None:
    ada, bob = (Person(browser, editors, name).tab(EDIT) for name in ("ada", "bob"))
    stale = bob.page.locator("button[value^='wider']").first.get_attribute("value")
    press(ada.page, "CPU", "Delete")
    shows(bob.page, START[1:])
    bob.page.evaluate(
        """(value) => htmx.ajax("POST", location.pathname, {
          source: document.getElementById("edit-form"), swap: "none", values: { do: value } })""",
        stale,
    )
    bob.shows("ada has deleted “CPU”.", within="#edit-status .refused")
    press(bob.page, "Memory", "Taller")
    has_size(ada.page, "Memory", 3, 3)
    ada.page.get_by_role("button", name="Undo", exact=True).first.click()
    shows(bob.page, START)
    has_size(bob.page, "Memory", 3, 3)


def test_by_keys_and_the_focus_stays_on_the_panel(browser: Browser, editors: Site) -> None:
    ada = Person(browser, editors, "ada").tab(EDIT)
    page, keys = ada.page, ada.page.keyboard
    tile(page, "Memory").get_by_role("link", name="Edit Memory").focus()

    def focused() -> Any:
        return page.evaluate("() => document.activeElement.closest('.tile')?.getAttribute('aria-label')")

    keys.press("ArrowRight")
    shows(page, swapped(START, ("Memory", 2)))
    ada.shows("Memory, now 3 of 8", within="#edit-status")
    until(lambda: focused() == "Memory", "the focus is on the panel that was moved")
    keys.press("ArrowLeft")
    shows(page, START)
    keys.press("Shift+ArrowRight")
    keys.press("Shift+ArrowDown")
    has_size(page, "Memory", 4, 3)
    ada.shows("Memory, now 4 columns wide and 3 rows high", within="#edit-status")
    until(lambda: focused() == "Memory", "the focus is on the panel that was resized")
    keys.press("d")
    shows(page, [*START[:2], "Memory (copy)", *START[2:]])
    keys.press("Delete")
    shows(page, ["CPU", "Memory (copy)", *START[2:]])
    until(lambda: focused() == "Memory (copy)", "the focus is on the panel that follows the deleted one")
    keys.press("Control+z")
    shows(page, [*START[:2], "Memory (copy)", *START[2:]])
    keys.press("Enter")
    expect(page.locator("#panel-form form")).to_be_visible()
    expect(tile(page, "Memory (copy)")).to_have_attribute("data-hand", "")
    assert ada.complaints == []


def box_of(element: Locator) -> FloatRect:
    """Where it is; asked again while it is being replaced."""
    boxes = [element.bounding_box()]
    until(lambda: boxes[-1] or boxes.append(element.bounding_box()), "the element is on the page")
    box = boxes[-1]
    assert box
    return box


def middle(element: Locator) -> tuple[float, float]:
    box = box_of(element)
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


Drag = Callable[[tuple[float, float], tuple[float, float]], None]


def mouse(page: Page) -> Drag:
    def drag(start: tuple[float, float], end: tuple[float, float]) -> None:
        page.mouse.move(*start)
        page.mouse.down()
        page.mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2, steps=3)
        page.mouse.move(*end, steps=3)
        page.mouse.up()

    return drag


def finger(page: Page) -> Drag:
    touch = page.context.new_cdp_session(page)

    def send(kind: str, *points: tuple[float, float]) -> None:
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})

    def drag(start: tuple[float, float], end: tuple[float, float]) -> None:
        send("touchStart", start)
        for part in (0.2, 0.5, 0.8, 1.0):
            send("touchMove", (start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part))
        send("touchEnd")

    return drag


@pytest.mark.parametrize("by", [mouse, finger])
def test_a_panel_is_dragged_and_its_corner_resizes_it(
    browser: Browser, editors: Site, by: Callable[[Page], Drag]
) -> None:
    viewport: Any = {"width": 1440, "height": 1000}
    ada = Person(browser, editors, "ada").tab(EDIT, viewport=viewport, has_touch=by is finger)
    viewer = Screen(browser, editors, BOARD)
    page, drag = ada.page, by(ada.page)

    def handle(title: str) -> tuple[float, float]:
        return middle(tile(page, title).locator(".handle"))

    target = box_of(tile(page, "CPU"))
    drag(handle("Load"), (target["x"] + target["width"] * 0.2, target["y"] + target["height"] / 2))
    order = swapped(START, ("Load", 0))
    shows(page, order)
    shows(viewer.page, order)
    target = box_of(tile(page, "Health"))
    drag(handle("CPU"), (target["x"] + target["width"] * 0.8, target["y"] + target["height"] / 2))
    order = swapped(order, ("CPU", 3))
    shows(page, order)
    shows(viewer.page, order)
    # Wider by two columns, and higher by a row of 76 pixels and its gap.
    start, grid = middle(tile(page, "CPU").locator(".corner")), box_of(page.locator(".editing"))
    column = (grid["width"] + 16) / 12
    before = tile(page, "CPU").get_attribute("data-size")
    assert before == "3 2"
    x = start[0] - column
    drag(start, (x, start[1] + 92))
    until(lambda: tile(page, "CPU").get_attribute("data-size") not in (None, before), "it has another size")
    width, height = map(int, (tile(page, "CPU").get_attribute("data-size") or "").split())
    assert width == 2 and height >= 3
    expect(viewer.page.locator(f"figure.w{width}.h{height}")).to_contain_text("CPU")
    assert ada.complaints == [] and not page.locator("[data-drop], .dragged, .resized").count()
    expect(page.locator("#panel-form form")).to_have_count(0)


def test_while_somebody_drags_the_others_changes_wait(browser: Browser, editors: Site) -> None:
    ada, bob = (Person(browser, editors, name).tab(EDIT) for name in ("ada", "bob"))
    page = ada.page
    start = middle(tile(page, "Load").locator(".handle"))
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(start[0] + 30, start[1] + 30, steps=3)
    expect(tile(page, "Load")).to_have_class("tile w3 h2 dragged")
    press(bob.page, "CPU", "Delete")
    shows(bob.page, START[1:])
    page.keyboard.press("Escape")
    expect(tile(page, "Load")).to_have_class("tile w3 h2")
    page.mouse.up()
    shows(page, START[1:])
    assert ada.complaints == []


def test_without_a_script_everything_is_a_page(browser: Browser, editors: Site) -> None:
    ada = Person(browser, editors, "ada").tab(EDIT, live=False, java_script_enabled=False)
    page = ada.page

    def titles() -> list[str]:
        found = page.locator(".tile").all()
        return [each.get_attribute("aria-label") or "" for each in found]

    def click(title: str, button: str) -> None:
        tile(page, title).get_by_role("button", name=f"{button}: {title}", exact=True).click()

    click("Memory", "Move later")
    assert titles() == swapped(START, ("Memory", 2))
    assert "#boards-panel-" in page.url
    expect(page.locator("body")).to_contain_text("Memory, now 3 of 8")
    click("Memory", "Wider")
    has_size(page, "Memory", 4, 2)
    click("Memory", "Delete")
    assert "Memory" not in titles()
    page.get_by_role("button", name="Undo", exact=True).click()
    assert titles() == swapped(START, ("Memory", 2))
    has_size(page, "Memory", 4, 2)
    page.get_by_role("link", name="Panel", exact=True).click()
    page.get_by_role("button", name="Table").click()
    expect(page).to_have_url(f"{editors.address}/boards/this-machine/panels/10/edit")
    page.get_by_role("link", name="This machine").first.click()
    assert titles()[-1] == "Table"
    page.get_by_role("link", name="Done").click()
    assert page.url == editors.address + BOARD


@pytest.mark.parametrize("width", [390, 820, 1280])
def test_the_page_is_as_wide_as_the_screen(browser: Browser, editors: Site, width: int) -> None:
    ada = Person(browser, editors, "ada").tab(EDIT, viewport={"width": width, "height": 800})
    assert ada.page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    if width == 390:
        boxes = [tile(ada.page, title).bounding_box() for title in START[:2]]
        assert boxes[0] and boxes[1] and boxes[0]["y"] == boxes[1]["y"], "figures are two abreast"


def test_who_may_not_edit_has_no_way_to_it(browser: Browser, editors: Site) -> None:
    viewer = Screen(browser, editors, BOARD)
    expect(viewer.page.get_by_role("link", name="Edit", exact=True)).to_have_count(0)
    ada = Person(browser, editors, "ada").tab(BOARD)
    ada.page.get_by_role("link", name="Edit", exact=True).click()
    expect(ada.page).to_have_url(editors.address + EDIT)
