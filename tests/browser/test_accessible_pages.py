"""Every page of the product, in both themes, shuts nobody out: axe-core finds nothing serious or critical. And what a
screen reader reads of a board that is edited, where most is on one page."""

import re
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import grave
from tests.browser.people import EMPTY, state_of
from tests.browser.screens import Screen, attended
from tests.servers import Site

pytestmark = pytest.mark.browser
MACHINE = "/boards/this-machine/"
EDIT = f"{MACHINE}edit"
# The machine's numbers of the last minutes, of which some are critical and one is late; a series to offer; banners.
DATA = """
from datetime import timedelta
from django.utils import timezone
from boards.models import Board, DisplayLink
from live.banners.models import Banner
from series.samples import Sample
from series.storage.write import write
now = timezone.now()
values = {"cpu": 97.0, "memory": 41.0, "load": 1.5, "network.in": 5e5, "network.out": 2e5, "disk": 83.0}
for name, value in values.items():
    write(Sample(f"machine.{name}", {}, now - timedelta(seconds=n), value - n % 7) for n in range(120))
write([Sample("machine.disk.write", {}, now - timedelta(minutes=4), 5.0)])
hall = {"name": "Hall", "secret": "of-the-hall", "view": "range=15min", "theme": "dark"}
DisplayLink.objects.create(board=Board.objects.get(slug="this-machine"), **hall)
write(Sample("latency", {"q": q}, now, 120.0) for q in ("p50", "p99"))
"""
# Somebody who is deactivated, and who was never here; a group; somebody who is invited.
ACCOUNTS = """
from django.contrib.auth.models import Group, User
from accounts.models import Invitation
bob = User.objects.create_user("bob")
bob.groups.add(Group.objects.create(name="Operators"))
User.objects.create_user("gone", is_active=False)
Invitation.objects.create(whom="Cleo")
"""
BANNERS = [("outage", "Payments are down"), ("maintenance", "New disks at noon")]


def installed(installation: Site, folder: Any, code: str) -> Site:
    """A running installation of its own, after this code."""
    shutil.copy(installation.folder / "db.sqlite3", folder)
    site = Site(folder, env={"SECRET_KEY": installation.env["SECRET_KEY"]})
    site.shell(code)
    return site.start()


@pytest.fixture(scope="module")
def filled(installation: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site on which all is there that a page can show; tests only look at it."""
    site = installed(installation, tmp_path_factory.mktemp("filled"), DATA + ACCOUNTS)
    for level, text in BANNERS:
        site.manage("banner", "--level", level, text)
    yield site
    site.stop()


@pytest.fixture(scope="module")
def empty(installation: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One without any board or series."""
    site = installed(installation, tmp_path_factory.mktemp("empty"), EMPTY)
    yield site
    site.stop()


@pytest.fixture
def screens(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens pages: ``signed_in`` or not, with axe-core allowed."""
    opened: list[Screen] = []

    def screen(site: Site, path: str, signed_in: bool = True, **context: Any) -> Page:
        if signed_in:
            context |= state_of(site.browse().sign_in())
        # What fades in has no contrast until it is there.
        context |= {"bypass_csp": True, "reduced_motion": "reduce"}
        opened.append(Screen(browser, site, path, live=False, **context))
        return opened[-1].page

    yield screen
    for one in opened:
        one.context.close()


def live(page: Page) -> None:
    expect(page.locator("html")).to_have_attribute("data-live", "live")


def nothing(_page: Page) -> None:
    """The page as it comes."""


def has_an_offer(page: Page) -> None:
    live(page)
    expect(page.locator(".offer")).to_contain_text("latency{q=*}")


def chooses_a_board(page: Page) -> None:
    has_an_offer(page)
    page.get_by_role("link", name="Add to a board").click()
    expect(page.get_by_role("button", name="This week", exact=True)).to_be_visible()


def makes_a_token(page: Page) -> None:
    page.locator("summary", has_text="Send data").click()
    page.get_by_role("button", name="Make a token").click()
    expect(page.get_by_label("The token, which is shown this once:")).to_be_visible()
    live(page)


def opens_the_account(page: Page) -> None:
    page.get_by_label("Account of admin").click()


def points_at_a_panel(page: Page) -> None:
    live(page)
    page.get_by_role("group", name="Memory", exact=True).hover()


def opens_a_form(page: Page) -> None:
    """All of it: also what is folded, and the series that were found."""
    live(page)
    page.get_by_role("link", name="Edit CPU and memory").click()
    expect(page.get_by_role("textbox", name="Title")).to_have_value("CPU and memory")
    for summary in page.locator("#panel-form summary").all():
        summary.click()
    attended(page, "#series-search")
    page.get_by_role("combobox", name="Add a series").fill("lat")
    expect(page.get_by_role("option", name="latency{q=p50}")).to_be_visible()


def opens_the_picker(page: Page) -> None:
    live(page)
    page.get_by_role("link", name="Panel", exact=True).click()
    expect(page.get_by_role("button", name="Donut")).to_be_visible()


def finds(page: Page) -> None:
    live(page)
    page.keyboard.press("/")
    page.keyboard.type("week")
    expect(page.locator("#finder-status")).to_contain_text("result")


def lists_the_keys(page: Page) -> None:
    live(page)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()


def unfolds_a_link(page: Page) -> None:
    page.locator("summary", has_text="Inside another site").click()


def makes_a_reset_link(page: Page) -> None:
    page.get_by_role("button", name="Make a link").click()
    expect(page.get_by_label("Send this link to bob")).to_be_visible()


def opens_an_invitation(page: Page) -> None:
    page.get_by_role("link", name="Cleo").click()
    expect(page.get_by_label("Send this link to Cleo")).to_be_visible()


def refuses_a_password(page: Page) -> None:
    page.get_by_role("button", name="Change the password").click()
    expect(page.get_by_text("This field is required.").first).to_be_visible()


def refuses_settings(page: Page) -> None:
    page.get_by_label("Title", exact=True).fill("")
    page.get_by_role("radio", name="Members of groups").check()
    page.get_by_role("textbox", name="Owner").fill("nobody")
    page.get_by_role("button", name="Save").click()
    for words in ("This field is required.", "Choose at least one group.", "There is nobody called “nobody”."):
        expect(page.get_by_text(words)).to_be_visible()


def makes_a_token_of_scopes(page: Page) -> None:
    page.get_by_label("Name", exact=True).fill("laptop")
    page.get_by_label("notices").first.check()
    page.get_by_role("button", name="Make the token").click()
    expect(page.get_by_label("Copy it now")).to_be_focused()


def opens_an_operation(page: Page) -> None:
    page.locator(".api summary").first.click()
    expect(page.locator(".api details[open]")).to_have_count(1)


def shows_mistakes(page: Page) -> None:
    page.get_by_label("Or its text").fill("version: 1\ntitel: Web\npanels: [{kind: lime}]")
    page.get_by_role("button", name="Show what would change").click()
    expect(page.get_by_text("did you mean “line”?")).to_be_visible()


def shows_a_difference(page: Page) -> None:
    page.get_by_label("Or its text").fill("version: 1\naddress: this-week\ntitle: Other\n")
    page.get_by_role("button", name="Show what would change").click()
    expect(page.get_by_text("+title: Other")).to_be_visible()


PAGES: dict[str, tuple[str, Callable[[Page], None]]] = {
    "home, with an offer": ("/", has_an_offer),
    "boards to choose from": ("/", chooses_a_board),
    "home, with a token": ("/", makes_a_token),
    "new board": ("/new", nothing),
    "import, with mistakes": ("/import", shows_mistakes),
    "import, with a difference": ("/import", shows_a_difference),
    "board": (MACHINE, live),
    "board, with the account's menu": (MACHINE, opens_the_account),
    "board, at a moment": (f"{MACHINE}?range=15min&at=2026-11-01T10:00", live),
    "edit": (EDIT, points_at_a_panel),
    "edit, with a form": (EDIT, opens_a_form),
    "edit, with the picker": (EDIT, opens_the_picker),
    "form as a page": (f"{MACHINE}panels/5/edit", nothing),
    "picker as a page": (f"{MACHINE}panels/add", nothing),
    "settings": (f"{MACHINE}settings", nothing),
    "settings, refused": (f"{MACHINE}settings", refuses_settings),
    "delete": (f"{MACHINE}delete", nothing),
    "finder": (MACHINE, finds),
    "finder as a page": ("/find/?q=week", nothing),
    "tokens": ("/tokens/", makes_a_token_of_scopes),
    "api": ("/api/", opens_an_operation),
    "keys": (MACHINE, lists_the_keys),
    "wall": (f"{MACHINE}?wall", live),
    "share": (f"{MACHINE}share?range=6h", nothing),
    "displays": (f"{MACHINE}displays", unfolds_a_link),
    "display": ("/display/of-the-hall", live),
    "display that has ended": ("/display/of-nobody", nothing),
    "inside another site": (f"{MACHINE}embed", live),
    "panel": ("/panels/5", live),
    "table": ("/panels/5?as=table", nothing),
    "activity": ("/activity/", live),
    "gallery": ("/charts/", nothing),
    "people": ("/people/", live),
    "person": ("/people/2/", nothing),
    "person, with a link": ("/people/2/", makes_a_reset_link),
    "invite": ("/people/invite/", nothing),
    "invitation": ("/people/", opens_an_invitation),
    "groups": ("/people/groups/", nothing),
    "group": ("/people/groups/1/", nothing),
    "account": ("/account/", refuses_a_password),
    "400": (f"{MACHINE}?range=soon", nothing),
    "404": ("/nothing", nothing),
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_grave(screens: Callable[..., Page], filled: Site, name: str, scheme: str) -> None:
    path, act = PAGES[name]
    page = screens(filled, path, color_scheme=scheme)
    act(page)
    assert grave(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nor_for_strangers_and_in_the_beginning(
    screens: Callable[..., Page], filled: Site, empty: Site, scheme: str
) -> None:
    key = "from accounts.links import _signer; from accounts.models import Invitation; "
    link = filled.shell(f"{key}print(_signer.sign(Invitation.objects.get().pk.hex))").split()[-1]
    links = [f"/accounts/invitation/{end}/" for end in (link, "x")]
    for path in ("/", "/accounts/login/", "/accounts/login/?next=/new", "/boards/none/", *links):
        assert grave(screens(filled, path, signed_in=False, color_scheme=scheme)) == [], path
    page = screens(empty, "/", color_scheme=scheme)
    live(page)
    expect(page.locator(".first-steps")).to_have_attribute("open", "")
    assert grave(page) == []
    assert grave(screens(empty, "/", signed_in=False, color_scheme=scheme)) == []


def in_order(tree: str, *lines: str) -> None:
    """The tree has these lines, one after the other."""
    at = 0
    for line in lines:
        match = re.compile(f"^ *- {re.escape(line)}", re.MULTILINE).search(tree, at)
        assert match, f"{line!r} after what comes before it, in\n{tree}"
        at = match.end()


def test_a_screen_reader_reads_the_board_and_then_the_form(screens: Callable[..., Page], filled: Site) -> None:
    page = screens(filled, EDIT)
    opens_a_form(page)
    # Where the form opens the focus is on its heading, so that it is read from its beginning.
    tree = page.get_by_role("main").aria_snapshot()
    in_order(
        tree,
        'heading "This machine" [level=1]',
        "status",
        'button "Undo"',
        'link "Panel"',
        'link "Done"',
        'group "CPU and memory"',
        'figure "CPU and memory',
        'link "Edit CPU and memory"',
        "'button \"Move earlier: CPU and memory\"'",
        "'button \"Wider: CPU and memory\"'",
        "'button \"Delete: CPU and memory\"'",
        'group "Network"',
        'complementary "Panel"',
        'form "CPU and memory"',
        'heading "CPU and memory" [level=2]',
        'textbox "Title"',
        'group "Kind"',
        'radio "line" [checked]',
        'group "Series 1"',
        'textbox "Series": machine.cpu',
        'combobox "Show"',
        'textbox "Label": CPU',
        'group "Series 2"',
        'button "Move up"',
        'button "Remove"',
        'combobox "Add a series" [expanded]',
        'listbox "Series"',
        "'option \"All latency{q=*}",
        'combobox "Window"',
        'spinbutton "Warning from"',
        'button "Done"',
        "status",
    )
    for role in ("button", "link", "textbox", "combobox", "spinbutton", "checkbox", "radio"):
        unnamed = re.findall(rf"^ *- {role}:?$", tree, re.MULTILINE)
        assert not unnamed, f"{len(unnamed)} of role {role} without a name in\n{tree}"


def test_what_is_done_by_keys_is_said(screens: Callable[..., Page], filled: Site) -> None:
    page = screens(filled, EDIT)
    live(page)
    status = page.locator("#edit-status")
    expect(status).to_have_role("status")
    page.get_by_role("link", name="Edit Load average").focus()
    page.keyboard.press("Shift+ArrowRight")
    expect(status).to_contain_text("Load average, now 5 columns wide and 4 rows high")
    page.keyboard.press("Shift+ArrowLeft")
    expect(status).to_contain_text("Load average, now 4 columns wide and 4 rows high")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Load average")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Edit Load average")).to_be_focused()
