"""Real pages in Chromium, each behind a network of its own: what they have shown, and when first."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Page as BrowserPage
from playwright.async_api import async_playwright

from tests.bench.drops.clients import HOST
from tests.browsers import launch_options

# Notes, for each value that a swap brings, when it was first there, by the clock of the system.
WATCH = r"""
const seen = (window.seen = {});
const note = (node) => {
  for (const value of node.textContent.match(/\d\d,\d\d\d/g) || []) seen[value] = seen[value] || Date.now();
};
new MutationObserver((records) => records.forEach((record) => record.addedNodes.forEach(note)))
  .observe(document, { childList: true, subtree: true });
"""


class Pages:
    """Pages that are open, one for each port."""

    def __init__(self, pages: list[BrowserPage]) -> None:
        self._pages = pages

    async def seen(self) -> list[dict[int, float]]:
        """Of each page: the values, and when each was first shown, by ``time.monotonic``."""
        ahead = time.time() - time.monotonic()
        found = [await page.evaluate("window.seen") for page in self._pages]
        return [{int(text.replace(",", "")): at / 1000 - ahead for text, at in one.items()} for one in found]


@asynccontextmanager
async def opened(ports: list[int], path: str) -> AsyncIterator[Pages]:
    """The page in a browser, over each of these ports, live."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(**launch_options())
        pages = []
        for port in ports:
            page = await (await browser.new_context()).new_page()
            await page.add_init_script(WATCH)
            await page.goto(f"http://{HOST}:{port}{path}")
            await page.wait_for_selector("html[data-live=live]")
            pages.append(page)
        yield Pages(pages)
        await browser.close()
