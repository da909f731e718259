"""Pages in a browser where the site is below a path of its host, behind a real nginx."""

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.embedding import other_site
from tests.browser.screens import Screen
from tests.proxies import Nginx
from tests.servers import Site

pytestmark = pytest.mark.browser
BASE = "/status"
BOARD = f"{BASE}/boards/this-week/"
LINKED = """
from boards.models import Board, DisplayLink
board = Board.objects.get(slug="this-week")
Board.objects.filter(pk=board.pk).update(embed_origins="{origin}")
print(DisplayLink.objects.create(board=board, name="Hall").get_absolute_url())
"""


@pytest.fixture(params=["kept", "stripped"])
def front(request: pytest.FixtureRequest, stopped_site: Site, tmp_path: Path) -> Iterator[Site]:
    """Where browsers find the site: behind a proxy that leaves the path in what it asks, or takes it away."""
    # Without the sweep: what comes was pushed.
    stopped_site.env |= {"DJANGO_SETTINGS_MODULE": "tests.unswept", "BASE_PATH": BASE}
    stopped_site.start()
    with Nginx(tmp_path / "nginx", stopped_site.port, path=BASE, strips=request.param == "stripped") as nginx:
        front = Site(tmp_path, port=nginx.port, env=stopped_site.env)
        front.token = stopped_site.token
        yield front
        front.opened.close()


def send(front: Site, value: int) -> None:
    body = f'{{"series": "week", "tags": {{"day": "Mon"}}, "value": {value}}}'.encode()
    headers = {"Authorization": f"Bearer {front.token}", "Content-Type": "application/json"}
    assert front.http("POST", f"{BASE}/api/points", body, headers).status == 200


def test_a_page_is_live_and_what_is_pushed_leads_below_the_path(browser: Browser, front: Site) -> None:
    screen = Screen(browser, front, BOARD)
    send(front, 4321)
    screen.shows("4,321")
    assert screen.not_reloaded()
    links = screen.page.locator("main a[href]").evaluate_all("(all) => all.map((one) => one.pathname)")
    assert links and all(link.startswith(f"{BASE}/") for link in links), links
    assert screen.equals_fresh()()
    screen.page.locator("main [data-version] a[href*='/panels/']").first.click()
    expect(screen.page.get_by_role("cell", name="4,321")).to_be_visible()
    assert screen.complaints == []


def test_somebody_signs_in_sends_a_form_and_signs_out(browser: Browser, front: Site) -> None:
    screen = Screen(browser, front, BOARD)
    page = screen.page
    page.get_by_role("link", name="Sign in").click()
    page.get_by_label("Username").fill("admin")
    page.get_by_label("Password").fill("admin")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(front.address + BOARD)
    screen.expect("live")
    page.goto(f"{BASE}/new")
    page.get_by_label("Title").fill("Ours")
    page.get_by_role("button", name="Make the board").click()
    page.wait_for_url(re.compile(f"^{front.address}{BASE}/boards/ours/"))
    other = screen.context.new_page()
    other.goto(BOARD)
    expect(other.locator("html")).to_have_attribute("data-live", "live")
    page.goto(BOARD)
    page.get_by_label("Account of admin").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{front.address}{BASE}/")
    # The page that is still open ends, and leads to where people sign in.
    expect(other.locator("html")).to_have_attribute("data-live", "ended")
    link = other.locator("#live-message a")
    assert (link.get_attribute("href") or "").startswith(f"{BASE}/accounts/login/")
    assert screen.complaints == []


def test_a_display_and_an_embed_are_live(browser: Browser, front: Site, tmp_path: Path) -> None:
    frame = f'<iframe src="{front.address}{BOARD}embed" title="Week"></iframe>'
    with other_site(frame) as address:
        path = front.shell(LINKED.format(origin=address)).split()[-1]
        assert path.startswith(f"{BASE}/display/")
        wall = Screen(browser, front, path)
        page = wall.context.new_page()
        page.goto(address)
        board = page.frame_locator("iframe")
        expect(board.locator("html")).to_have_attribute("data-live", "live")
        send(front, 4321)
        wall.shows("4,321")
        expect(board.locator("main")).to_contain_text("4,321")


def test_the_snippet_for_another_site_shows_the_board(browser: Browser, front: Site) -> None:
    session = front.browse()
    session.site = Site(front.folder, port=front.port)
    login = f"{BASE}/accounts/login/"
    token = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', session.get(login).text)[0]
    form = {"csrfmiddlewaretoken": token, "username": "admin", "password": "admin"}
    assert session.post(login, form).status == 200
    snippets = re.findall(r"<code>(.*?)</code>", session.get(f"{BOARD}displays").text)
    by_script = html.unescape(next(snippet for snippet in snippets if "embed.js" in snippet))
    with other_site(by_script) as address:
        front.shell(LINKED.format(origin=address))
        page = browser.new_context().new_page()
        front.opened.callback(page.context.close)
        page.goto(address)
        expect(page.frame_locator("iframe").locator("html")).to_have_attribute("data-live", "live")
