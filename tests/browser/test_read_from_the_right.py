"""Charts on a page that is read from the right: a number keeps its sign before it and its unit behind."""

from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.screens import Screen
from tests.servers import Site

pytestmark = pytest.mark.browser

# Of each line of text in a figure, the words as they are seen from left to right where that is not how they are stored.
# Words with letters that run to the left are left out, but not the numbers among them.
TURNED = """figure => {
  const turned = [], walker = document.createTreeWalker(figure, NodeFilter.SHOW_TEXT), range = document.createRange();
  for (let node; (node = walker.nextNode());) {
    if (/[\\u0590-\\u08ff]/.test(node.data) || node.parentElement.closest("title")) continue;
    const lines = new Map();
    [...node.data].forEach((sign, index) => {
      if (!sign.trim() || sign === "\\u200e") return;
      range.setStart(node, index); range.setEnd(node, index + 1);
      const { left, bottom } = range.getBoundingClientRect(), line = Math.round(bottom / 4);
      lines.set(line, [...(lines.get(line) || []), [left, sign]]);
    });
    for (const signs of lines.values()) {
      const seen = [...signs].sort((a, b) => a[0] - b[0]);
      const [stored, shown] = [signs, seen].map(all => all.map(([, sign]) => sign).join(""));
      if (stored !== shown) turned.push(`${stored} is seen as ${shown}`);
    }
  }
  return turned;
}"""


def turned(browser: Browser, site: Site, figures: str, direction: str = "") -> list[Any]:
    page = Screen(browser, site, "/charts/", live=False, viewport={"width": 1280, "height": 900}).page
    if direction:
        page.evaluate("direction => { document.documentElement.dir = direction }", direction)
    found = page.locator(figures)
    assert found.count() > 5
    return [words for figure in found.all() for words in figure.evaluate(TURNED)]


def test_a_number_is_not_turned_round(browser: Browser, gallery: Site) -> None:
    assert turned(browser, gallery, "[dir=rtl] figure") == []


def test_words_of_another_language_stay_as_they_are(browser: Browser, gallery: Site) -> None:
    """The whole gallery, on a page that is read from the right."""
    assert turned(browser, gallery, "figure", "rtl") == []
    assert turned(browser, gallery, "figure", "ltr") == [], "or the test is wrong"
