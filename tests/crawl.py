"""A walk over all pages of a site below a path of its host: every address that they have is to be below it, too."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.error import HTTPError
from urllib.parse import urldefrag, urljoin, urlsplit

from tests.servers import Session

# What is only sent, and what a page does not load: an address there is looked at, and not opened.
SENT = {"action", "formaction", "ws-connect", "hx-post", "hx-put", "hx-patch", "hx-delete"}
IN_TEXT = re.compile(r"https?://127\.0\.0\.1:\d+[^\s\"'<>]*")
IN_CSS = re.compile(r"url\(\s*[\"']?([^\"')]+)")
REFRESH = re.compile(r"url=(.+)")


class Addresses(HTMLParser):
    """Of one page: ``opened`` are those that a browser can open, ``sent`` those that forms and sockets go to."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: set[str] = set()
        self.sent: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if not value:
                continue
            if name in SENT:
                self.sent.add(value)
            elif name in {"href", "src", "hx-get"} and not value.startswith(("#", "data:", "mailto:")):
                self.opened.add(value)
            elif (
                value.startswith("/")
                and name != "data-key"
                and (name.startswith(("hx-", "data-")) or name in {"poster", "srcset"})
            ):
                self.sent.add(value)
            elif name == "content" and (refresh := REFRESH.search(value)):
                self.opened.add(refresh[1])

    def handle_data(self, data: str) -> None:
        self.sent |= set(IN_TEXT.findall(data))


def leaving(session: Session, *starts: str, base: str, shape_of: re.Pattern[str]) -> tuple[list[str], set[str]]:
    """What leads out of the path ``base``, or to nothing, each with the page that it is on; and all that was opened.

    Of pages of one shape, which are the same but for what the pattern finds in their addresses, one is opened.
    """
    wrong: list[str] = []
    opened: set[str] = set()
    waiting = [(start, "the beginning") for start in starts]
    while waiting:
        path, page = waiting.pop()
        shape = shape_of.sub("*", path.partition("?")[0])
        if shape in opened:
            continue
        opened.add(shape)
        try:
            with session.opener.open(session.site.address + path, timeout=60) as response:
                text, content_type = response.read().decode(errors="replace"), response.headers.get_content_type()
        except HTTPError as error:
            wrong.append(f"{path} on {page}: {error.code}")
            continue
        for address, is_opened in _addresses(text, content_type):
            whole = urldefrag(urljoin(f"{session.site.address}{path}", address)).url
            parts = urlsplit(whole)
            if parts.hostname != "127.0.0.1":
                continue
            if not f"{parts.path}/".startswith(f"{base}/"):
                wrong.append(f"{address} on {path}")
            elif is_opened:
                below = parts.path.removeprefix(base) or "/"
                waiting.append((f"{below}?{parts.query}" if parts.query else below, path))
    return wrong, opened


def _addresses(text: str, content_type: str) -> Iterator[tuple[str, bool]]:
    """What a page or a style sheet has, and whether a browser can open it."""
    if content_type == "text/css":
        yield from ((address, True) for address in IN_CSS.findall(text) if not address.startswith(("data:", "#")))
    elif content_type == "text/html":
        page = Addresses()
        page.feed(text)
        yield from ((address, True) for address in page.opened)
        yield from ((address, False) for address in page.sent)
