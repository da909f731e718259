"""Elements in the text of a page, as the engine has made them."""

import re
from html.parser import HTMLParser
from typing import Any

from live.keys import FragmentError

ELEMENT = re.compile(r'<([\w-]+) id="([\w-]+)"( hx-swap-oob=true)? data-version="([^"]+)" data-seal="([^"]+)"')


def element_of(html: str, id: str) -> str | None:
    """The HTML of the element with that id."""
    start = start_of(html, id)
    return None if start is None else element_at(html, start)


def start_of(html: str, id: str, after: int = 0) -> int | None:
    """Where the element with that id begins."""
    match = re.compile(rf'<[\w-]+ id="{re.escape(id)}"(?: hx-swap-oob=true)? data-version="').search(html, after)
    return None if match is None else match.start()


def element_at(html: str, start: int) -> str:
    """The HTML of the element that begins there."""
    tag = re.compile(r"<([\w-]+)").match(html, start)
    assert tag is not None
    return html[start : start + End(tag[1]).of(html[start:])]


class _Found(Exception):
    pass


class End(HTMLParser):
    """Where the element ends with which a text begins."""

    def __init__(self, tag: str) -> None:
        super().__init__()
        self._tag, self._depth = tag.lower(), 0

    def of(self, html: str) -> int:
        lines = [0, *(match.end() for match in re.finditer("\n", html))]
        try:
            self.feed(html)
        except _Found:
            line, column = self.getpos()
            return html.index(">", lines[line - 1] + column) + 1
        raise FragmentError(f"<{self._tag}> does not end: {html[:80]!r}")

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self._depth += tag == self._tag

    def handle_startendtag(self, tag: str, attrs: Any) -> None:
        pass  # <path/> in an <svg>

    def handle_endtag(self, tag: str) -> None:
        self._depth -= tag == self._tag
        if self._depth == 0:
            raise _Found
