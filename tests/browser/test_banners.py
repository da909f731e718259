"""Banners as people see them: at the right second, on every open page, and away when they are put away."""

import json
import re
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import APIResponse, Browser, Page, Route, expect

from tests.browser.screens import Screen
from tests.servers import Site
from tests.waiting import DEADLINE, PROMISED, until

pytestmark = pytest.mark.browser
WEEK = "/boards/this-week/"
# Those that are for people, wherever they are; a board has a second place for its own.
EVERYWHERE = "#live_banners-banners-everywhere"
SECOND = timedelta(seconds=1)
# Writes down, by the wall clock, when a banner comes and when it goes; and what was there from the beginning.
REMEMBER = """
window.history_of = {};
const texts = () => [...document.querySelectorAll(".live-banner-text")].map((node) => node.innerText.trim());
let before = [];
new MutationObserver(() => {
  const now = texts();
  const note = (text, what) => (window.history_of[text] ??= []).push([what, Date.now() / 1000]);
  for (const text of now) if (!before.includes(text)) note(text, "came");
  for (const text of before) if (!now.includes(text)) note(text, "went");
  before = now;
}).observe(document, { childList: true, subtree: true });
"""
# The page keeps its reports to itself, until it makes one.
SILENT = """() => {
  window.silent = true;
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (report) { if (!window.silent) send.call(this, report); };
}"""
REPORT = """() => {
  window.silent = false;
  document.body.dispatchEvent(new CustomEvent("htmx:afterRequest"));
}"""


class Watcher(Screen):
    """A page that remembers when which banner came and went."""

    remember = REMEMBER

    def history(self, text: str) -> list[tuple[str, float]]:
        found: dict[str, list[Any]] = self.page.evaluate("() => window.history_of")
        return [(what, at) for what, at in found.get(text, [])]

    def what(self, text: str) -> list[str]:
        return [what for what, _ in self.history(text)]

    def sign_in(self, path: str = WEEK) -> "Watcher":
        self.page.goto("/accounts/login/?next=" + path)
        self.page.get_by_label("Username").fill("admin")
        self.page.get_by_label("Password").fill("admin")
        self.page.get_by_role("main").get_by_role("button", name="Sign in").click()
        self.expect("live")
        return self


def post(site: Site, text: str, **given: Any) -> int:
    """Through the API, as a deploy script does."""
    body = json.dumps({"text": text, **given}).encode()
    headers = {"Authorization": f"Bearer {site.token}", "Content-Type": "application/json"}
    answer = site.http("POST", "/api/banners", body, headers)
    assert answer.status == 201, answer.text
    return int(json.loads(answer.text)["id"])


def in_seconds(seconds: float) -> datetime:
    return datetime.now(UTC) + seconds * SECOND


def opening(browser: Browser, site: Site) -> float:
    """How many seconds a page takes to open, as busy as this machine is: tests give what they do a multiple of it."""
    began = time.monotonic()
    Watcher(browser, site, WEEK).context.close()
    return time.monotonic() - began


def until_after(moment: datetime) -> float:
    """Seconds: a deadline for what is to be at that moment."""
    return max(0.0, (moment - datetime.now(UTC)).total_seconds()) + DEADLINE


def on_time(history: list[tuple[str, float]], *expected: tuple[str, datetime]) -> None:
    assert [what for what, _ in history] == [what for what, _ in expected]
    for (what, at), (_, due) in zip(history, expected, strict=True):
        late = at - due.timestamp()
        # Without the sweep nothing else brings it; how exactly it is planned is tested in tests/unit.
        assert -0.1 < late < PROMISED, f"it {what} {late:.2f} s after its time"


def test_it_comes_and_goes_at_its_seconds_on_open_pages_and_on_one_opened_in_between(
    browser: Browser, unswept: Site
) -> None:
    site, pace = unswept, opening(browser, unswept)
    early = Watcher(browser, site, WEEK)
    starts, ends = in_seconds(3 + 4 * pace), in_seconds(6 + 12 * pace)
    name = "Maintenance New disks"
    post(site, "New disks", level="maintenance", **{"from": starts.isoformat(), "until": ends.isoformat()})
    until(lambda: early.what(name) == ["came"], "the banner", until_after(starts))
    between = Watcher(browser, site, WEEK)
    assert between.what(name) == ["came"]
    for watcher in (early, between):
        until(lambda watcher=watcher: watcher.what(name) == ["came", "went"], "the banner's end", until_after(ends))
        assert watcher.not_reloaded()
        assert watcher.complaints == []
    on_time(early.history(name), ("came", starts), ("went", ends))
    on_time(between.history(name)[1:], ("went", ends))
    assert not Watcher(browser, site, WEEK).history(name)


def test_a_server_that_was_killed_in_between_changes_nothing(browser: Browser, unswept: Site) -> None:
    site, pace = unswept, opening(browser, unswept)
    watcher = Watcher(browser, site, WEEK)
    starts, ends = in_seconds(5 + 8 * pace), in_seconds(7 + 10 * pace)
    post(site, "New disks", **{"from": starts.isoformat(), "until": ends.isoformat()})
    site.kill()
    watcher.expect("reconnecting")
    site.start()
    # Sooner than by itself.
    watcher.page.evaluate("() => dispatchEvent(new Event('online'))")
    watcher.expect("live")
    assert datetime.now(UTC) < starts, "too slow to tell anything"
    until(
        lambda: watcher.what("Information New disks") == ["came", "went"], "the banner, and its end", until_after(ends)
    )
    on_time(watcher.history("Information New disks"), ("came", starts), ("went", ends))
    assert watcher.not_reloaded()


def test_one_that_ends_while_the_server_is_away_is_gone_when_it_is_back(browser: Browser, site: Site) -> None:
    seconds = 1 + 4 * opening(browser, site)
    watcher = Watcher(browser, site, WEEK)
    watcher.expect("live")
    post(site, "New disks", until="+1d")
    ends = in_seconds(seconds)
    post(site, "Short", until=ends.isoformat())
    until(lambda: watcher.what("Information Short") == ["came"], "it comes")
    site.kill()
    until(lambda: datetime.now(UTC) > ends, "its end", until_after(ends))
    site.start()
    until(lambda: watcher.what("Information Short") == ["came", "went"], "it goes")
    assert watcher.what("Information New disks") == ["came"]


def test_the_countdown_changes_alone_at_its_second(browser: Browser, unswept: Site) -> None:
    site = unswept
    starts = in_seconds(62 + 4 * opening(browser, site))
    post(site, "New disks", announce_minutes_before=30, **{"from": starts.isoformat(), "until": "+1d"})
    watcher = Watcher(browser, site, WEEK)
    when = watcher.page.locator(".live-banner-times")
    expect(when).to_contain_text("starts in 2 min (")
    watcher.page.evaluate("() => { document.querySelector('.live-banner-dismiss').focus() }")
    watcher.page.evaluate(
        """() => new MutationObserver(() => { window.changed_at ??= Date.now() / 1000 })
             .observe(document.querySelector(".live-banner"), { childList: true, subtree: true })"""
    )
    expect(when).to_contain_text("starts in 1 min (", timeout=1000 * until_after(starts - 60 * SECOND))
    late = watcher.page.evaluate("() => window.changed_at") - (starts - 60 * SECOND).timestamp()
    assert -0.1 < late < PROMISED
    expect(watcher.page.locator(".live-banner-dismiss")).to_be_focused()
    assert watcher.what("Information New disks") == ["came"]


def test_the_command_shows_updates_and_ends_one_on_open_pages(browser: Browser, site: Site) -> None:
    watcher = Watcher(browser, site, WEEK)
    pk = site.manage("banner", "--level", "outage", "Disk full: https://status.example/").strip()
    watcher.shows("Disk full", within=".live-banner-outage")
    link = watcher.page.locator(".live-banner a")
    assert link.get_attribute("href") == "https://status.example/"
    assert watcher.page.locator(".live-banner button").count() == 0
    site.manage("banner", "--update", pk, "--state", "identified", "Old logs")
    watcher.shows("Identified Old logs", within=".live-banner-timeline")
    site.manage("banner", "--end", pk)
    expect(watcher.page.locator(".live-banner")).to_have_count(0)
    assert watcher.not_reloaded()
    assert watcher.complaints == []


def test_one_for_the_viewers_of_a_board_is_seen_there_and_put_away_there(browser: Browser, site: Site) -> None:
    week, machine, index = (Watcher(browser, site, path) for path in (WEEK, "/boards/this-machine/", "/"))
    pk = site.shell("from boards.models import Board; print(Board.objects.get(slug='this-week').pk)").split()[-1]
    site.manage("banner", "--recipients", "board:This week", "Only here")
    post(site, "For all")
    week.shows("Only here", within=f"#live_banners-banners-board_3a_{pk}")
    for watcher in (week, machine, index):
        watcher.shows("For all", within=EVERYWHERE)
    week.page.get_by_role("button", name="Dismiss: Only here").click()
    expect(week.page.locator(".live-banner-text")).to_have_text(["Information For all"])
    assert machine.what("Information Only here") == index.what("Information Only here") == []
    assert week.complaints == machine.complaints == index.complaints == []


class TestDismissing:
    def test_takes_it_off_all_pages_of_that_person_and_of_nobody_else(self, browser: Browser, site: Site) -> None:
        pk = post(site, "New disks", until="+1d")
        name = "Information New disks"
        one, stranger = Watcher(browser, site, WEEK).sign_in(), Watcher(browser, site, WEEK)
        other = one.context.new_page()
        other.goto("/")
        expect(other.locator("html")).to_have_attribute("data-live", "live")
        one.page.get_by_role("button", name="Dismiss: New disks").click()
        expect(one.page.locator(".live-banner")).to_have_count(0)
        expect(one.page.locator("#live_banners-banners-everywhere-dismissed")).to_be_focused()
        expect(other.locator(".live-banner")).to_have_count(0)
        # It has not come back for a moment, by what the socket thought.
        assert one.what(name) == ["came", "went"]
        assert stranger.what(name) == ["came"]
        one.page.reload()
        expect(one.page.locator(".live-banner")).to_have_count(0)
        site.manage("banner", "--update", str(pk), "--state", "monitoring", "Nearly done")
        for page in (one.page, other, stranger.page):
            expect(page.locator(".live-banner-timeline")).to_contain_text("Nearly done")
        assert one.complaints == stranger.complaints == []

    def test_by_somebody_who_is_not_signed_in_is_remembered(self, browser: Browser, site: Site) -> None:
        post(site, "New disks", until="+1d")
        one, other = Watcher(browser, site, WEEK), Watcher(browser, site, WEEK)
        one.page.get_by_role("button", name="Dismiss: New disks").click()
        expect(one.page.locator(".live-banner")).to_have_count(0)
        one.expect("live")
        post(site, "Something else")
        for watcher in (one, other):
            watcher.shows("Something else", within=EVERYWHERE)
        one.page.get_by_role("button", name="Dismiss: Something else").click()
        expect(one.page.locator(".live-banner")).to_have_count(0)
        expect(other.page.locator(".live-banner")).to_have_count(2)

    def test_by_the_keyboard(self, browser: Browser, site: Site) -> None:
        post(site, "New disks", until="+1d")
        one = Watcher(browser, site, WEEK).sign_in()
        one.page.locator(".live-banner-dismiss").focus()
        one.page.keyboard.press("Enter")
        expect(one.page.locator(".live-banner")).to_have_count(0)
        expect(one.page.locator("#live_banners-banners-everywhere-dismissed")).to_be_focused()

    def test_is_said_also_where_it_went_before_the_answer_came(self, browser: Browser, site: Site) -> None:
        post(site, "New disks", until="+1d")
        one = Watcher(browser, site, WEEK).sign_in()
        held: list[tuple[Route, APIResponse]] = []
        one.page.route("**/dismiss", lambda route: held.append((route, route.fetch())))
        one.page.locator(".live-banner-dismiss").focus()
        one.page.keyboard.press("Enter")
        expect(one.page.locator(".live-banner")).to_have_count(0)
        [(route, answer)] = held
        route.fulfill(response=answer)
        said = one.page.locator("#live_banners-banners-everywhere-dismissed")
        expect(said).to_have_text("Dismissed: New disks")
        expect(said).to_be_focused()

    def test_without_javascript(self, browser: Browser, site: Site) -> None:
        post(site, "New disks", until="+1d")
        context = browser.new_context(base_url=site.address, java_script_enabled=False)
        site.opened.callback(context.close)
        page = context.new_page()
        page.goto(WEEK)
        page.get_by_role("button", name="Dismiss: New disks").click()
        expect(page.locator(".live-banner")).to_have_count(0)
        assert page.url.endswith(WEEK)


class TestLooks:
    def test_it_is_in_the_flow_and_covers_nothing(self, browser: Browser, site: Site) -> None:
        for level in ("info", "maintenance", "degraded", "outage"):
            post(site, f"This is {level}. {'Words ' * 30}https://status.example/{'long' * 30}", level=level)
        site.shell(
            "from live.banners import *;update(Banner.objects.get(level='outage'), 'identified', 'Old logs', who='x')"
        )
        for width in (390, 1280):
            for scheme in ("light", "dark"):
                self.is_in_the_flow(browser, site, width, scheme)

    def is_in_the_flow(self, browser: Browser, site: Site, width: int, scheme: Any) -> None:
        screen = Screen(browser, site, WEEK, viewport={"width": width, "height": 900}, color_scheme=scheme)
        boxes = [box(screen.page, each) for each in ("header.bar", EVERYWHERE, "main")]
        assert boxes[0]["y"] + boxes[0]["height"] <= boxes[1]["y"] + 1
        assert boxes[1]["y"] + boxes[1]["height"] <= boxes[2]["y"] + 1
        assert screen.page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
        order = [each.get_attribute("class") for each in screen.page.locator(".live-banner").all()]
        assert [re.split(r"[ -]", str(each))[4] for each in order] == ["outage", "degraded", "maintenance", "info"]
        assert screen.complaints == []

    @pytest.mark.parametrize("width", [390, 1280])
    def test_several_are_one_and_a_number_and_never_more_than_a_seventh_of_the_window(
        self, browser: Browser, site: Site, width: int
    ) -> None:
        screen = Screen(browser, site, WEEK, viewport={"width": width, "height": 900})
        page = screen.page
        for number, level in enumerate(("info", "maintenance", "degraded", "outage")):
            post(site, f"This is {level}. {'Words ' * 9}", level=level)
            expect(page.locator(".live-banner")).to_have_count(number + 1)
            assert box(page, ".banners")["height"] <= 0.15 * 900 + 1
        outage, button = page.locator(".live-banner-outage"), page.get_by_text("Show all").first
        expect(outage).to_be_visible()
        expect(page.locator(".live-banner-info")).to_be_hidden()
        expect(page.get_by_text("3 more announcements")).to_be_visible()
        ground = outage.evaluate("(node) => [getComputedStyle(node).backgroundColor, getComputedStyle(node).color]")
        assert ground == ["rgb(200, 38, 44)", "rgb(255, 255, 255)"]
        if width == 1280:
            assert box(page, ".live-banner-outage")["height"] <= 44, "one line"
        button.click()
        expect(page.locator(".live-banner-info")).to_be_visible()
        others = "Banner.objects.exclude(level='outage')"
        site.shell(f"from live.banners import *;[end(banner, who='x') for banner in {others}]")
        expect(page.locator(".live-banner")).to_have_count(1)
        expect(button).to_be_hidden()

    def test_it_is_a_landmark_and_said_once(self, browser: Browser, site: Site) -> None:
        watcher = Watcher(browser, site, WEEK)
        assert watcher.page.get_by_role("region", name="Announcements").count() == 0
        post(site, "New disks", level="maintenance", announce_minutes_before=30, **{"from": "+20m"})
        expect(watcher.page.get_by_role("region", name="Announcements")).to_contain_text("starts in 20 min")
        heard = watcher.page.locator("[role=status] #live_banners-announcement-everywhere")
        expect(heard).to_have_text("Maintenance: New disks")


def box(page: Page, selector: str) -> Any:
    found = page.locator(selector).bounding_box()
    assert found is not None
    return found


class TestAdmin:
    def test_the_banner_is_seen_while_it_is_written(self, browser: Browser, site: Site) -> None:
        admin = Watcher(browser, site, WEEK).sign_in()
        admin.page.goto("/admin/live_banners/banner/add/")
        preview = admin.page.locator(".live-preview")
        expect(preview).to_contain_text("It is shown here as soon as it has a text.")
        expect(preview.locator(".errorlist")).to_have_count(0)
        admin.page.get_by_label("Text:").fill("New [disks](https://status.example/)")
        admin.page.get_by_label("Level:").select_option("maintenance")
        expect(preview.locator(".live-banner-maintenance")).to_contain_text("Maintenance New disks")
        assert preview.locator("a").get_attribute("href") == "https://status.example/"
        admin.page.locator("#id_ends_0").fill("2000-01-01")
        admin.page.locator("#id_ends_1").fill("00:00")
        expect(preview).to_contain_text("Ends: It must end after it has started.")
        admin.page.locator("#id_ends_0").fill("")
        admin.page.locator("#id_ends_1").fill("")
        expect(preview.locator(".errorlist")).to_have_count(0)
        assert admin.complaints == []
        admin.page.get_by_role("button", name="Save and continue editing").click()
        admin.page.wait_for_url("**/change/")
        expect(admin.page.locator(".live-preview .live-banner-maintenance")).to_contain_text("New disks")
        # A preview that was on its way when the page was left is cut off, and htmx says so.
        cut = ("htmx:afterRequest", "htmx:sendError", "htmx:sendAbort")
        assert [each for each in admin.complaints if not each.startswith(cut)] == []

    def test_it_says_how_many_have_it(self, browser: Browser, site: Site) -> None:
        pk = post(site, "New disks", until="+1d")
        watchers = [Watcher(browser, site, WEEK) for _ in range(3)]
        admin = Watcher(browser, site, WEEK).sign_in()
        admin.page.goto(f"/admin/live_banners/banner/{pk}/change/")
        admin.expect("live")
        receipts = admin.page.locator(".live-receipts")
        expect(receipts).to_have_text("3 of 3 viewers have it")
        for watcher in watchers[:2]:
            watcher.page.close()
        expect(receipts).to_have_text("1 of 1 viewer has it")
        # It says something new: what they have is not that any more, until they report, as they do every 20 seconds.
        watchers[2].page.evaluate(SILENT)
        site.manage("banner", "--update", str(pk), "--state", "monitoring", "Nearly done")
        watchers[2].shows("Nearly done", within=".live-banner")
        expect(receipts).to_have_text("0 of 1 viewer has it")
        watchers[2].page.evaluate(REPORT)
        expect(receipts).to_have_text("1 of 1 viewer has it")
        site.manage("banner", "--end", str(pk))
        expect(receipts).to_have_text("It is not shown now.")
        assert admin.complaints == []
