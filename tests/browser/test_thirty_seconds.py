"""The journey that README begins with: from one command to a panel of one's own, and then a board of them.

Read it from the top of ``test_from_one_command_to_a_board_of_ones_own``: it says what somebody does who has never seen
this, with how many clicks; and a second browser, which nobody touches, shows each step. How long it took is printed.
"""

import re
import shutil
import subprocess
import time
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, FloatRect, Locator, expect

from tests.browser.people import EMPTY
from tests.browser.screens import Screen, attended
from tests.servers import Site
from tests.waiting import until

pytestmark = pytest.mark.browser
MAX_CLICKS = 4
TITLES = """() => [...document.querySelectorAll(".grid figure figcaption b")].map((title) => title.textContent)"""


@dataclass
class Newcomer:
    """Somebody in front of a browser, whose clicks are counted."""

    screen: Screen
    clicks: int = 0

    def __post_init__(self) -> None:
        self.page = self.screen.page

    def click(self, what: Locator) -> None:
        self.clicks += 1
        what.click()

    def press(self, button: str) -> None:
        self.click(self.page.get_by_role("button", name=button, exact=True))

    def tile(self, title: str) -> Locator:
        """A panel of the board that is edited."""
        return self.page.get_by_role("group", name=title, exact=True)

    def focus(self, title: str) -> None:
        """As Tab does, to the first of the panel's tools."""
        self.tile(title).get_by_role("link", name=f"Edit {title}").focus()

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        mouse = self.page.mouse
        mouse.move(*start)
        mouse.down()
        mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2, steps=4)
        mouse.move(*end, steps=4)
        mouse.up()

    def box(self, title: str, part: str = "") -> FloatRect:
        """Where the panel is, or a part of it. All of the board is in the window."""
        boxes: list[FloatRect] = []

        def is_there() -> bool:
            # A push may replace it just now.
            box = (self.tile(title).locator(part) if part else self.tile(title)).bounding_box()
            boxes.extend([box] if box else [])
            return bool(box)

        until(is_there, f"{title} {part} is shown")
        return boxes[-1]

    def has_size(self, title: str, columns: int, rows: int) -> None:
        expect(self.tile(title)).to_have_attribute("data-size", f"{columns} {rows}")


def middle(box: FloatRect) -> tuple[float, float]:
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def newcomer(browser: Browser, site: Site) -> Newcomer:
    """Somebody who signs in on the home page, which is the first click."""
    viewport = {"width": 1440, "height": 1200}
    person = Newcomer(Screen(browser, site, "/accounts/login/?next=/", live=False, viewport=viewport))
    person.page.get_by_label("Username").fill("admin")
    person.page.get_by_label("Password").fill("admin")
    person.click(person.page.get_by_role("main").get_by_role("button", name="Sign in"))
    mark(person.screen)
    return person


def mark(screen: Screen) -> None:
    """What is gone after a reload, on a page that is live."""
    screen.expect("live")
    screen.page.evaluate("() => { window.marker = 'not reloaded' }")


def run(command: str) -> None:
    """In a terminal."""
    bash = shutil.which("bash")
    assert bash, "bash is needed"
    done = subprocess.run([bash, "-c", command], capture_output=True, text=True)
    assert '"accepted": 1' in done.stdout, f"{command}: {done.stdout} {done.stderr}"


def shows(screen: Screen, titles: list[str]) -> None:
    """The board comes to have these panels, in this order."""
    until(lambda: screen.page.evaluate(TITLES) == titles, lambda: f"{titles}, and not {screen.page.evaluate(TITLES)}")


def shows_size(screen: Screen, title: str, columns: int, rows: int) -> None:
    expect(screen.page.locator(f"figure.w{columns}.h{rows}", has_text=title)).to_have_count(1)


@pytest.mark.parametrize("start", ["as after the first start", "without any board"])
def test_from_one_command_to_a_board_of_ones_own(browser: Browser, site: Site, start: str) -> None:
    is_empty = start == "without any board"
    if is_empty:
        site.shell(EMPTY)
    me, other = newcomer(browser, site), newcomer(browser, site).screen
    began = time.monotonic()

    # One command. Its token is the one that `make run` has printed, or is made on the page, where the command is shown.
    if is_empty:
        me.press("Make a token")
        me.screen.expect("live")
        run(me.page.locator(".first-steps pre").inner_text())
    else:
        point = """'{"series": "orders", "value": 12}'"""
        run(f'curl --json {point} -H "Authorization: Bearer {site.token}" {site.address}/api/points')
    for screen in (me.screen, other):
        screen.shows("orders first value 12, a moment ago · looks like a count", within="#boards-offers")

    # A panel of one's own.
    if is_empty:
        me.press("Add to a board")
    else:
        me.click(me.page.get_by_role("link", name="Add to a board"))
        me.press("This week")
    me.page.wait_for_url(re.compile(r"/boards/(my-board|this-week)/edit#boards-panel-\d+$"))
    expect(me.tile("Orders")).to_contain_text("12")
    print(f"{start}: a panel of one's own after {time.monotonic() - began:.1f} s and {me.clicks} clicks")
    assert me.clicks <= MAX_CLICKS, f"{me.clicks} clicks"
    expect(other.page.locator(".board-card").filter(has_text="board" if is_empty else "week")).to_have_count(1)
    expect(other.page.locator(".offer")).to_have_count(0)
    assert other.not_reloaded()

    # From here on the other browser has the board open, and nobody touches it.
    before = [] if is_empty else ["Week"]
    other.page.goto("/boards/my-board/" if is_empty else "/boards/this-week/")
    mark(other)
    me.screen.expect("live")
    shows(other, [*before, "Orders"])

    # A second panel, of another kind, by its picture.
    me.click(me.page.get_by_role("link", name="Panel", exact=True))
    me.press("Line")
    shows(other, [*before, "Orders", "Line"])
    attended(me.page, "#series-search")
    me.page.get_by_role("combobox", name="Series").fill("ord")
    me.click(me.page.get_by_role("option").filter(has_text="orders"))
    # It takes the series' name, until it is given another one.
    shows(other, [*before, "Orders", "Orders"])
    expect(me.page.get_by_label("Title")).to_have_value("Orders")
    with me.page.expect_response("**/edit/preview"):
        me.page.get_by_label("Title").fill("Orders over time")
    me.page.get_by_label("Title").press("Tab")
    expect(me.page.locator("#panel-state")).to_contain_text("Saved")
    shows(other, [*before, "Orders", "Orders over time"])
    me.press("Done")
    expect(me.page.locator("#panel-form")).to_be_empty()

    # Larger by its corner: two columns wider and a row higher, which is 76 pixels and a gap of 16.
    me.has_size("Orders", 3, 2)
    corner, column = middle(me.box("Orders", ".corner")), (me.box("Orders")["width"] + 16) / 3
    me.drag(corner, (corner[0] + 2 * column, corner[1] + 92))
    me.has_size("Orders", 5, 3)
    shows_size(other, "Orders", 5, 3)
    # Before the other one by its handle.
    target = me.box("Orders")
    handle = middle(me.box("Orders over time", ".handle"))
    me.drag(handle, (target["x"] + target["width"] / 4, target["y"] + target["height"] / 2))
    shows(other, [*before, "Orders over time", "Orders"])

    # The same by keys.
    me.focus("Orders")
    me.page.keyboard.press("ArrowLeft")
    shows(other, [*before, "Orders", "Orders over time"])
    me.page.keyboard.press("Shift+ArrowRight")
    me.has_size("Orders", 6, 3)
    shows_size(other, "Orders", 6, 3)
    me.page.keyboard.press("Shift+ArrowUp")
    me.has_size("Orders", 6, 2)
    shows_size(other, "Orders", 6, 2)
    me.focus("Orders over time")
    me.page.keyboard.press("Shift+ArrowDown")
    me.has_size("Orders over time", 6, 5)
    shows_size(other, "Orders over time", 6, 5)

    # Deleted, and brought back.
    me.page.keyboard.press("Delete")
    shows(other, [*before, "Orders"])
    me.click(me.page.locator("#edit-status").get_by_role("button", name="Undo"))
    shows(other, [*before, "Orders", "Orders over time"])
    shows_size(other, "Orders over time", 6, 5)

    print(f"{start}: all of it after {time.monotonic() - began:.1f} s and {me.clicks} clicks")
    assert other.not_reloaded()
    # What was on its way to a panel when its editor deleted it finds none. htmx says so; the page reports and is right.
    under_way = "htmx:oobErrorNoTarget, #boards-panel-"
    assert [each for each in me.screen.complaints if not each.startswith(under_way)] == other.complaints == []
