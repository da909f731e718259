"""What somebody reads stays where it is while the page changes."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.firefox import firefox
from tests.browser.screens import Screen
from tests.reading.fragments import PARTS
from tests.servers import Site
from tests.waiting import until

LOG = PARTS + 1
# The sixth part is in the window; how far its third line is from the top of it, now and in every frame until now.
READ = """() => {
  document.querySelector('[data-part="6"]').scrollIntoView();
  scrollBy({ top: 50, behavior: "instant" });
  const line = () => [...document.querySelectorAll("p")].find((each) => each.textContent === "Part 6 line 3");
  window.at = () => line().getBoundingClientRect().top;
  window.seen = [];
  const look = () => {
    if (window.seen[window.seen.length - 1] !== at()) window.seen.push(at());
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  return at();
}"""
SEEN = "() => [at(), Math.min(...window.seen), Math.max(...window.seen)]"
# Of the parts, as the page shows them.
VERSIONS = "() => [...document.querySelectorAll('[data-part] h2')].map((each) => each.textContent.split(' ').pop())"


@pytest.fixture
def reading(stopped_site: Site) -> Site:
    """A site with a page of twelve parts of 30 lines, and a log of 40."""
    stopped_site.env["DJANGO_SETTINGS_MODULE"] = "tests.reading.settings"
    write(stopped_site, {**dict.fromkeys(range(1, LOG), 30), LOG: 40})
    return stopped_site.start()


def write(site: Site, change: dict[int, int], version: int = 0) -> None:
    """So many lines has each of these parts now."""
    site.shell(f"from tests.reading.fragments import *; write({change!r}, {version})")


def comes(run: Callable[[str], Any], script: str, value: object) -> None:
    """The page comes to have this."""
    until(lambda: run(script) == value, lambda: f"{value}, and not {run(script)}")


def does_not_jump(run: Callable[[str], Any], site: Site) -> None:
    """The first part grows and shrinks while all others are swapped, too, and what is read stays in its place."""
    was = run(READ)
    assert was > 0, "in the window"
    for version, count in enumerate((40, 5, 55), 1):
        write(site, {1: count, **dict.fromkeys(range(2, LOG), 30)}, version)
        comes(run, VERSIONS, [str(version)] * PARTS)
    now, least, most = run(SEEN)
    assert (now, least, most) == (pytest.approx(was, abs=1),) * 3


@contextlib.contextmanager
def opened(site: Site, folder: Path) -> Iterator[Callable[[str], Any]]:
    """The page in a Firefox, live; what runs a function in it."""
    with firefox(folder) as window:
        window.open(f"{site.address}/reading/")
        until(lambda: window.run("() => document.documentElement.dataset.live") == "live", "it is live")
        yield window.run


@pytest.mark.browser
def test_what_is_read_does_not_jump(browser: Browser, reading: Site) -> None:
    screen = Screen(browser, reading, "/reading/")
    does_not_jump(screen.page.evaluate, reading)
    screen.page.evaluate("""() => {
      scrollTo({ top: 0, behavior: "instant" });
      document.querySelector("main").classList.add("window");
    }""")
    does_not_jump(screen.page.evaluate, reading)  # inside of another part that scrolls
    assert screen.not_reloaded() and screen.complaints == []


@pytest.mark.firefox
def test_nor_does_it_in_firefox(reading: Site, tmp_path: Path) -> None:
    with opened(reading, tmp_path) as run:
        does_not_jump(run, reading)


SELECT = """() => {
  const [row] = document.querySelectorAll("tr");
  getSelection().selectAllChildren(row);
  return getSelection().toString().trim();
}"""
SELECTED = "() => getSelection().toString().trim()"
FIRST = "() => document.querySelector('tr').textContent"
FIRST_VERSION = f"() => ({VERSIONS})()[0]"
WAITS = "() => document.querySelectorAll('[data-live-waiting]').length"


def waits_while_selected(run: Callable[[str], Any], site: Site) -> None:
    """The log keeps the text that is selected in it, and says that it waits; all else goes on."""
    assert run(SELECT) == "Entry 40"
    for version, count in ((1, 41), (2, 42)):
        write(site, {LOG: count, 1: 30}, version)
        comes(run, FIRST_VERSION, str(version))
        comes(run, WAITS, 1)
        assert run(SELECTED) == run(FIRST) == "Entry 40"


@pytest.mark.browser
def test_selected_text_stays_until_it_is_copied(browser: Browser, reading: Site) -> None:
    screen = Screen(browser, reading, "/reading/")
    run = screen.page.evaluate
    waits_while_selected(run, reading)
    run("() => getSelection().removeAllRanges()")
    comes(run, FIRST, "Entry 42")
    assert run(WAITS) == 0
    until(screen.equals_fresh(), "a page like one that is loaded now")
    assert screen.not_reloaded() and screen.complaints == []


@pytest.mark.browser
def test_it_stays_for_half_a_minute_at_most(browser: Browser, reading: Site) -> None:
    screen = Screen(browser, reading, "/reading/", clock=True)
    run = screen.page.evaluate
    waits_while_selected(run, reading)
    screen.page.clock.fast_forward(31_000)
    comes(run, FIRST, "Entry 42")
    assert run(WAITS) == 0


@pytest.mark.browser
def test_what_is_gone_does_not_wait(browser: Browser, reading: Site) -> None:
    screen = Screen(browser, reading, "/reading/")
    screen.page.evaluate(SELECT)
    reading.shell(f"from tests.reading.fragments import *; Group.objects.get(pk={LOG}).delete(); log.changed(pk={LOG})")
    screen.shows("This is no longer here.")


@pytest.mark.firefox
def test_selected_text_stays_in_firefox(reading: Site, tmp_path: Path) -> None:
    with opened(reading, tmp_path) as run:
        waits_while_selected(run, reading)
        run("() => getSelection().removeAllRanges()")
        comes(run, FIRST, "Entry 42")


# The log is scrolled to its entry 30. How far that is from the top of the log now, once the browser has noticed.
SCROLL = """() => new Promise((done) => {
  const scrolls = document.querySelector(".scrolls");
  scrolls.addEventListener("scroll", () => done(at()));
  scrolls.scrollTop = 215;
  window.at = () => {
    const scrolls = document.querySelector(".scrolls"), rows = [...scrolls.querySelectorAll("tr")];
    const row = rows.find((each) => each.textContent === "Entry 30");
    return row.getBoundingClientRect().top - scrolls.getBoundingClientRect().top;
  };
})"""
SCROLLED = "() => at()"


def stays_scrolled(run: Callable[[str], Any], site: Site) -> None:
    """What is read in the log, which is a fragment that scrolls, stays in its place while new lines come above it."""
    was = run(SCROLL)
    for count in (45, 43):
        write(site, {LOG: count})
        comes(run, FIRST, f"Entry {count}")
        assert run(SCROLLED) == pytest.approx(was, abs=1)


@pytest.mark.browser
def test_a_fragment_stays_scrolled(browser: Browser, reading: Site) -> None:
    stays_scrolled(Screen(browser, reading, "/reading/").page.evaluate, reading)


@pytest.mark.firefox
def test_a_fragment_stays_scrolled_in_firefox(reading: Site, tmp_path: Path) -> None:
    with opened(reading, tmp_path) as run:
        stays_scrolled(run, reading)
