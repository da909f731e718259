"""A page's HTML as a browser holds it: what a frame swaps into it, and what it shows. Strings and no browser.

Pages that hold the same HTML and get the same frame hold the same HTML afterwards, so hundreds cost as much as one.
"""

import re
from functools import lru_cache

ELEMENT = re.compile(r'<(\w+) id="([\w-]+)"(?: hx-swap-oob=true)? data-version="([^"]+)" data-seal="([^"]+)"')
TOKEN = re.compile(r'name="page" value="([^"]+)"')
TOP = re.compile(r"<(\w+)\b")
SWAP = " hx-swap-oob=true"


def end_of(html: str, start: int, tag: str) -> int:
    """Where the element ends that begins at ``start``."""
    depth = 0
    for match in re.compile(rf"<(/?){tag}\b").finditer(html, start):
        depth += -1 if match[1] else 1
        if depth == 0:
            return html.index(">", match.end()) + 1
    raise AssertionError(f"<{tag}> is not closed in {html[start : start + 200]!r}")


@lru_cache(maxsize=256)
def swap(html: str, frame: str) -> str:
    """The page after this frame: each fragment in the place of the element with its id, if there is one."""
    at = 0
    while top := TOP.search(frame, at):
        at = end_of(frame, top.start(), top[1])
        new = ELEMENT.match(frame, top.start())
        if new is None:  # an item of a feed, a heartbeat, a message
            continue
        old = re.search(rf'<{new[1]} id="{new[2]}"(?: hx-swap-oob=true)? data-version=', html)
        if old is not None:
            element = frame[top.start() : at].replace(SWAP, "", 1)
            html = html[: old.start()] + element + html[end_of(html, old.start(), new[1]) :]
    return html


@lru_cache(maxsize=256)
def fragments(html: str) -> dict[str, str]:
    """Every fragment on the page, with what it nests, by id: what must equal the same page loaded anew.

    Not the cursors of feeds, which say how much a page has had.
    """
    found = {}
    for match in ELEMENT.finditer(html):
        element = html[match.start() : end_of(html, match.start(), match[1])]
        if not element.endswith(" hidden></i>"):
            found[match[2]] = element
    return found


@lru_cache(maxsize=256)
def shown(html: str) -> list[str]:
    """What the page's report says that it shows."""
    return [f"{id} {version} {seal}" for _, id, version, seal in ELEMENT.findall(html)]


def items(frame: str) -> list[str]:
    """The ids and revisions of the notices in a frame."""
    return re.findall(r'data-notice="([^"]+)"', frame)
