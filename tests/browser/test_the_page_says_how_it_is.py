"""What a page says of its connection: to CSS, to people, to screen readers; and what it may not do."""

import re
import time

import pytest
from playwright.sync_api import Browser, WebSocketRoute, expect

from tests.browser.screens import Screen
from tests.servers import Site
from tests.waiting import until

pytestmark = pytest.mark.browser
WEEK, MACHINE = "/boards/this-week/", "/boards/this-machine/"
# What a panel has said, one text after the other: it is late again soon.
TEXTS = """() => {
  window.texts = [];
  new MutationObserver(() => {
    const text = document.getElementById("boards-panel-1").textContent;
    if (text !== window.texts.at(-1)) window.texts.push(text);
  }).observe(document.body, { childList: true, subtree: true, characterData: true });
}"""
PATHS = ["/", WEEK, MACHINE, "/accounts/login/", "/admin/login/"]


def test_connecting_until_the_server_has_answered(browser: Browser, still: Site) -> None:
    screen = Screen(browser, still, "/accounts/login/", live=False)
    held: list[object] = []
    screen.page.route_web_socket("**/live/socket", lambda socket: held.append(socket))
    screen.page.goto(WEEK)
    screen.expect("connecting")
    status = screen.page.get_by_role("status").filter(has_text="Connecting")
    expect(status).to_be_visible()
    assert held, "the page has asked for its socket"


def test_reconnecting_then_offline_then_live(browser: Browser, site: Site) -> None:
    screen = Screen(browser, site, WEEK, clock=True)
    state = screen.page.locator("#live-state")
    expect(state).to_have_text("Live")
    expect(state).to_have_role("status")
    state.evaluate("(node) => { window.state = node }")
    site.kill()
    screen.expect("reconnecting")
    # Since when, by the server's clock, and for how long; that goes on beside what a screen reader is told.
    expect(state).to_have_text(re.compile(r"^Reconnecting… last updated \d\d:\d\d:\d\d, \d+ ?s(ec\.)? ago$"))
    [since] = re.findall(r"\d\d:\d\d:\d\d", state.inner_text())
    expect(screen.page.get_by_role("status").filter(has_text="Reconnecting")).to_match_aria_snapshot(
        f"- status: Reconnecting… last updated {since}"
    )
    # On the page's clock: for a moment it may be reconnecting, and 15 s are long.
    screen.page.clock.run_for(16_000)
    screen.expect("offline")
    expect(state).to_have_text(re.compile(rf"^No data since {since}, \d\d ?s(ec\.)? ago$"))
    screen.page.clock.run_for(120_000)
    expect(state).to_have_text(re.compile(rf"^No data since {since}, \d ?min(\.)? ago$"))
    site.start()
    screen.expect("live")
    expect(state).to_have_text("Live")
    assert screen.page.evaluate("() => window.state === document.getElementById('live-state')")
    assert screen.not_reloaded()


def test_without_network_it_says_offline_at_once_and_comes_back(browser: Browser, still: Site) -> None:
    screen = Screen(browser, still, WEEK)
    screen.context.set_offline(True)
    # Not because nothing has come for a while: that would be after 15 s.
    screen.expect("offline", seconds=10)
    screen.context.set_offline(False)
    screen.expect("live")
    assert screen.not_reloaded()


@pytest.mark.parametrize("code", [1000, 1001, 4000, 4008])
def test_it_comes_back_after_closes_that_htmx_does_not_retry(browser: Browser, still: Site, code: int) -> None:
    screen = Screen(browser, still, "/accounts/login/", live=False)
    sockets: list[object] = []

    def between(socket: object) -> None:
        sockets.append(socket)
        socket.connect_to_server()  # type: ignore[attr-defined]

    screen.page.route_web_socket("**/live/socket", between)
    screen.page.goto(WEEK)
    screen.expect("live")
    sockets[0].close(code=code)  # type: ignore[attr-defined]
    screen.was("live", "reconnecting", "live")
    assert len(sockets) == 2


def test_while_the_database_is_away_it_does_not_say_live(browser: Browser, still: Site) -> None:
    """The server says so with each sign of life; here the words are put in on the way."""
    away: list[str] = []

    def between(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()
        server.on_message(lambda frame: socket.send(str(frame).replace(" hidden></i>", f"{''.join(away)} hidden></i>")))

    screen = Screen(browser, still, "/accounts/login/", live=False)
    screen.page.route_web_socket("**/live/socket", between)
    screen.page.goto(WEEK)
    screen.expect("live")
    away.append(f' data-database-away="{time.time() - 100:.3f}"')
    screen.expect("database")
    words = re.compile(r"^The database cannot be reached; data of \d\d:\d\d:\d\d, 1\d\d ?s(ec\.)? ago$")
    expect(screen.page.locator("#live-state")).to_have_text(words)
    away.clear()
    screen.expect("live")
    assert screen.states()[-3:] == ["live", "database", "live"]


def test_after_a_reconnect_it_says_live_only_when_all_on_it_has_been_compared(browser: Browser, still: Site) -> None:
    """Here the words are put in on the way: it is behind for three signs of life."""
    sockets: list[WebSocketRoute] = []
    behind: list[WebSocketRoute] = []

    def between(socket: WebSocketRoute) -> None:
        sockets.append(socket)
        server = socket.connect_to_server()

        def mark(frame: str | bytes) -> None:
            words = str(frame)
            if len(sockets) == 2 and "live-heartbeat" in words and len(behind) < 3:
                behind.append(socket)
                words = words.replace(" hidden></i>", " data-behind hidden></i>")
            socket.send(words)

        server.on_message(mark)

    screen = Screen(browser, still, "/accounts/login/", live=False)
    screen.page.route_web_socket("**/live/socket", between)
    screen.page.goto(WEEK)
    screen.expect("live")
    sockets[0].close(code=4000)
    screen.was("live", "reconnecting", "live")
    assert behind == 3 * [sockets[-1]], "only after these, and by the same socket"


def test_going_back_to_a_page_shows_it_as_it_is_now(browser: Browser, site: Site) -> None:
    screen = Screen(browser, site, WEEK)
    screen.page.goto("/accounts/login/")
    site.send({"series": "week", "value": 6543, "tags": {"day": "Mon"}})
    screen.page.go_back()
    screen.shows("6,543", within="#boards-panel-9")
    screen.expect("live")


def test_a_panel_says_when_its_data_stays_away_and_when_it_is_back(browser: Browser, site: Site) -> None:
    screen = Screen(browser, site, MACHINE)
    screen.page.evaluate(TEXTS)

    def with_the_value(value: float) -> list[bool]:
        """Whether it says that the data stays away, at first with this value and from then on."""
        texts: list[str] = screen.page.evaluate("() => window.texts")
        start = next((index for index, text in enumerate(texts) if str(value) in text), len(texts))
        return ["Last data" in text for text in texts[start:]]

    for value in (71.5, 72.5):  # no clock shows these
        site.send({"series": "machine.cpu", "value": value})
        until(lambda value=value: with_the_value(value)[-1:] == [True], "it says so after a while")  # type: ignore[misc]
        assert with_the_value(value)[0] is False, "and not at once"


def test_a_panel_without_data_says_how_to_fill_it(browser: Browser, site: Site) -> None:
    screen = Screen(browser, site, MACHINE)
    command = screen.page.locator("#boards-panel-1 code").inner_text()
    assert command.startswith("curl --json ")
    assert f"{site.address}/api/points" in command


@pytest.mark.parametrize("path", PATHS)
def test_the_policy_is_strict_and_nothing_runs_into_it(browser: Browser, site: Site, path: str) -> None:
    policy = site.http("GET", path).headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'self'")
    assert "unsafe" not in policy
    screen = Screen(browser, site, path, live=path in {"/", WEEK, MACHINE})
    site.send({"series": "machine.cpu", "value": 40}, {"series": "week", "value": 3, "tags": {"day": "Mon"}})
    screen.page.wait_for_load_state("networkidle")
    assert screen.complaints == []


@pytest.mark.parametrize("width", [390, 1280, 1920])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_the_screen(browser: Browser, still: Site, width: int, scheme: str) -> None:
    for path in PATHS[:4]:
        screen = Screen(
            browser,
            still,
            path,
            live=path != "/accounts/login/",
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
        )
        assert screen.page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), (
            f"{path} scrolls sideways"
        )
        dark = screen.page.evaluate(
            "() => getComputedStyle(document.body).backgroundColor.match(/\\d+/g).every((c) => c < 60)"
        )
        assert dark == (scheme == "dark")


def test_everything_has_a_name_and_can_be_reached_by_keyboard(browser: Browser, site: Site) -> None:
    screen = Screen(browser, site, WEEK)
    page = screen.page
    assert page.locator("h1").count() == 1
    assert page.locator("main").count() == 1
    expect(page.get_by_role("img", name="Week, 7 categories")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    for day in ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"):
        expect(page.get_by_role("spinbutton", name=day)).to_be_visible()
    page.get_by_role("spinbutton", name="Sun").fill("8")
    page.get_by_role("spinbutton", name="Sun").press("Enter")
    screen.shows("A visitor set Week: Sun 8", within=".activity")


def test_no_fragment_holds_what_a_swap_would_lose(browser: Browser, still: Site) -> None:
    for path in ("/", WEEK, MACHINE):
        screen = Screen(browser, still, path)
        inside = (
            "[data-version] :is(form, input, select, textarea, button, details, dialog, [aria-live], [role=status])"
        )
        assert screen.page.locator(inside).count() == 0
        ids = screen.page.evaluate("() => [...document.querySelectorAll('[id]')].map((node) => node.id)")
        assert len(ids) == len(set(ids)), "an id is there twice"


def test_many_changes_leave_the_page_as_it_was(browser: Browser, site: Site) -> None:
    screen = Screen(browser, site, WEEK)
    count = "() => document.querySelectorAll('*').length"
    before = screen.page.evaluate(count)
    for value in range(40):
        site.send(*({"series": "week", "value": value + n, "tags": {"day": "Mon"}, "time": 1e9 + n} for n in range(50)))
        site.send({"series": "week", "value": 7, "tags": {"day": "Mon"}})
    until(screen.equals_fresh(), "the page equals itself freshly loaded")
    assert screen.page.evaluate(count) == before
    assert screen.complaints == []
