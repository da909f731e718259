"""Fragments that a browser does not leave where a page has them: a row outside of a table is dropped without a word."""

import re
from html.parser import HTMLParser

from live.rendering.markup import CONTAINERS, CONTENTS, misplaced

# What decides; of nothing else it matters whether it is closed, and a page may leave out end tags.
_DECIDING = frozenset(CONTAINERS) | frozenset(CONTENTS) | frozenset().union(*CONTAINERS.values())
# A page without these has nothing that could be misplaced.
_POSSIBLE = re.compile(rf"<table\b|<(?:{'|'.join(sorted(CONTAINERS))}) id=\"[\w-]+\" data-version=\"", re.IGNORECASE)


def misplaced_on_page(html: str) -> list[str]:
    """Which fragments on a page, by their ids, cannot be where they are, and why."""
    if not _POSSIBLE.search(html):
        return []
    page = _Page()
    page.feed(html)
    page.close()
    return page.problems


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.problems: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        if "data-seal" in names and (why := misplaced(tag, self.open)):
            self.problems.append(f"#{names.get('id')}: {why}")
        if tag in _DECIDING:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open:
            while self.open.pop() != tag:
                pass
