"""A screen in a test: a page of the site in a browser context of its own, which notices every complaint."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Browser, Page, expect

from tests.servers import Site

# Every fragment on the page as a reader could compare it: id → HTML, without what htmx marks while swapping. Not the
# cursors of feeds, which say how much a page has had.
FRAGMENTS = """() => Object.fromEntries([...document.querySelectorAll("[data-version]:not(i[hidden])")].map((node) => {
  const copy = node.cloneNode(true);
  const marks = ["htmx-added", "htmx-settling", "htmx-swapping"];
  for (const each of [copy, ...copy.querySelectorAll("[class]")]) each.classList.remove(...marks);
  return [node.id, copy.outerHTML.replaceAll('\\u0000', "")];
}))"""


class Screen:
    """Open and live, unless ``live=False``. ``complaints`` are the errors on its console."""

    # Runs in every document before the page does.
    remember = ""

    def __init__(self, browser: Browser, site: Site, path: str, *, live: bool = True, **context: Any) -> None:
        self.site, self.path = site, path
        self.context = browser.new_context(base_url=site.address, **context)
        site.opened.callback(self.context.close)
        if self.remember:
            self.context.add_init_script(self.remember)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", lambda message: message.type == "error" and self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(path)
        # Gone after a reload: what tells a push from one.
        self.page.evaluate("() => { window.marker = 'not reloaded' }")
        if live:
            self.expect("live")

    def expect(self, state: str, seconds: float = 8) -> None:
        """The page says that it is so."""
        expect(self.page.locator("html")).to_have_attribute("data-live", state, timeout=seconds * 1000)

    def shows(self, text: str, seconds: float = 6, within: str = "main") -> None:
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
