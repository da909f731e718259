"""A screen in a test: a page of the site in a browser context of its own, which notices every complaint."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Browser, Page, expect

from tests.servers import Site
from tests.waiting import DEADLINE, until

# Every fragment on the page as a reader could compare it: id → HTML, without what htmx marks while swapping. Not the
# cursors of feeds, which say how much a page has had.
FRAGMENTS = """() => Object.fromEntries([...document.querySelectorAll("[data-version]:not(i[hidden])")].map((node) => {
  const copy = node.cloneNode(true);
  const marks = ["htmx-added", "htmx-settling", "htmx-swapping"];
  for (const each of [copy, ...copy.querySelectorAll("[class]")]) each.classList.remove(...marks);
  return [node.id, copy.outerHTML.replaceAll('\\u0000', "")];
}))"""


# What the page has said of its connection, one after the other: some of it is over before a test can look.
STATES = """
window.states = [];
new MutationObserver(() => {
  const state = document.documentElement.dataset.live;
  if (state && state !== window.states.at(-1)) window.states.push(state);
}).observe(document, { attributes: true, attributeFilter: ["data-live"], subtree: true });
"""


def attended(page: Page, selector: str) -> None:
    """htmx attends to an element, 20 ms after it has put it in: nobody types sooner than that, but a test does."""
    script = "(selector) => 'htmx-internal-data' in (document.querySelector(selector) || {})"
    page.wait_for_function(script, arg=selector)


class Screen:
    """Open and live, unless ``live=False``. ``complaints`` are the errors on its console.

    With ``clock=True`` the page's clock can be put on: ``page.clock`` of Playwright.
    """

    # Runs in every document before the page does.
    remember = ""

    def __init__(
        self, browser: Browser, site: Site, path: str, *, live: bool = True, clock: bool = False, **context: Any
    ) -> None:
        self.site, self.path = site, path
        self.context = browser.new_context(base_url=site.address, **context)
        site.opened.callback(self.context.close)
        self.context.set_default_timeout(2 * DEADLINE * 1000)
        self.context.add_init_script(STATES + self.remember)
        if clock:
            self.context.clock.install()
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", lambda message: message.type == "error" and self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(path)
        # Gone after a reload: what tells a push from one.
        self.page.evaluate("() => { window.marker = 'not reloaded' }")
        if live:
            self.expect("live")

    def expect(self, state: str, seconds: float = DEADLINE) -> None:
        """The page comes to say that it is so, and goes on saying it."""
        expect(self.page.locator("html")).to_have_attribute("data-live", state, timeout=seconds * 1000)

    def states(self) -> list[str]:
        """What the page has said of its connection since it was loaded."""
        found: list[str] = self.page.evaluate("() => window.states")
        return found

    def was(self, *states: str) -> None:
        """The page comes to have said this of its connection at last, one after the other, however shortly."""
        until(lambda: self.states()[-len(states) :] == [*states], lambda: f"{states} at the end of {self.states()}")

    def shows(self, text: str, seconds: float = DEADLINE, within: str = "main") -> None:
        """The text appears."""
        expect(self.page.locator(within)).to_contain_text(text, timeout=seconds * 1000)

    def not_reloaded(self) -> bool:
        return bool(self.page.evaluate("() => window.marker === 'not reloaded'"))

    def fragments(self) -> dict[str, str]:
        """Every fragment as it is in the page, by id."""
        found: dict[str, str] = self.page.evaluate(FRAGMENTS)
        return found

    def fresh(self) -> dict[str, str]:
        """Every fragment of the same page, loaded anew with the same cookies."""
        page = self.context.new_page()
        page.goto(self.path)
        found: dict[str, str] = page.evaluate(FRAGMENTS)
        page.close()
        return found

    def equals_fresh(self) -> Callable[[], bool]:
        """A condition: this page equals itself freshly loaded, element by element."""
        return lambda: self.fragments() == self.fresh()
