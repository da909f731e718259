"""A live page without a browser: what it shows, and its socket."""

import contextlib
import json
import re
import time
from collections.abc import Callable
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.servers import Session, Site
from tests.waiting import DEADLINE

ELEMENT = re.compile(r'<\w+ id="([\w-]+)"(?: hx-swap-oob=true)? data-version="([^"]+)" data-seal="([^"]+)"')
TOKEN = re.compile(r'name="page" value="([^"]+)"')


class OpenPage:
    """A page as its socket sees it: loaded once over HTTP, then kept up to date by frames.

    Frames of what changes at the same time may come together or one by one, in any order. So a test says what the
    page is to show (``shows``), or what some frame is to say since the page was last in step (``until``): never what
    the next frame is.
    """

    def __init__(self, site: Site, path: str, session: Session | None = None) -> None:
        self.site = site
        self.session = session or site.browse()
        answer = self.session.get(path)
        assert answer.status == 200, f"{path} answers {answer.status}"
        self.html = answer.text
        self.token = TOKEN.search(self.html)[1]  # type: ignore[index]
        # By id: the version and seal of each fragment, and its HTML up to the first one that it nests.
        self.shown: dict[str, tuple[str, str]] = {}
        self.fragments: dict[str, str] = {}
        self._apply(self.html)
        self.frames: list[str] = []
        # How many frames had come when the page was last in step.
        self.in_step = 0

    def _apply(self, html: str) -> None:
        found = [*ELEMENT.finditer(html)]
        ends = [match.start() for match in found[1:]] + [len(html)]
        for match, end in zip(found, ends, strict=False):
            id, version, seal = match.groups()
            self.shown[id] = version, seal
            self.fragments[id] = html[match.end() : end]

    def report(self, **changes: Any) -> str:
        """What the page's script says after each connect; ``changes`` are told in its place."""
        shown = [f"{id} {version} {seal}" for id, (version, seal) in self.shown.items()]
        return json.dumps({"page": self.token, "shown": shown, "HEADERS": {}, **changes})

    def connect(self, *, origin: str | None = None, cookie: str | None = None, port: int | None = None) -> "OpenPage":
        """Open the socket, and nothing more."""
        cookie = self.session.cookie("sessionid") if cookie is None else cookie
        socket = connect(
            f"ws://127.0.0.1:{port or self.site.port}/live/socket",
            origin=origin or self.site.address,  # type: ignore[arg-type]
            additional_headers={"Cookie": f"sessionid={cookie}"} if cookie else {},
            open_timeout=DEADLINE,
            proxy=None,
        )
        self.socket: ClientConnection = self.site.opened.enter_context(socket)
        return self

    def live(self, **connect_options: Any) -> "OpenPage":
        """Connect, report, and wait for the answer."""
        self.connect(**connect_options)
        self.in_step = len(self.frames)
        self.socket.send(self.report())
        self.until("live-heartbeat")
        return self

    def take(self, seconds: float) -> str:
        """The next frame, applied; ``TimeoutError`` if none comes in time."""
        frame = self.socket.recv(timeout=max(seconds, 0))
        assert isinstance(frame, str)
        self.frames.append(frame)
        self._apply(frame)
        return frame

    def wait(self, condition: Callable[[], object], what: str, seconds: float = DEADLINE) -> None:
        """Take frames until ``condition`` holds."""
        deadline = time.monotonic() + seconds
        while not condition():
            try:
                self.take(deadline - time.monotonic())
            except TimeoutError:
                came = "".join(f"\n  {frame[:2000]}" for frame in self.frames[self.in_step :])
                raise AssertionError(f"expected within {seconds:g} s: {what}; these frames came:{came}") from None

    def until(self, text: str, seconds: float = DEADLINE) -> str:
        """The first frame with ``text`` in it since the page was in step, whatever comes before or after it."""
        found: list[str] = []

        def there() -> bool:
            found[:] = [frame for frame in self.frames[self.in_step :] if text in frame]
            return bool(found)

        self.wait(there, f"a frame with {text!r}", seconds)
        return found[0]

    def shows(self, id: str, text: str, seconds: float = DEADLINE) -> None:
        """This fragment comes to contain ``text``."""
        self.wait(lambda: text in self.fragments.get(id, ""), f"{text!r} in {id}", seconds)

    def sync(self) -> list[str]:
        """Be in step: the frames with fragments in them that were on their way until now, or came since the last time.

        One fragment, which every page has, is reported as outdated. So the server renders it anew, from what the
        database says now, and sends it after all that it had for the page before.
        """
        mark = next(id for id in self.shown if id.endswith("-banners-everywhere"))
        before, self.in_step = self.in_step, len(self.frames)
        self.shown[mark] = "outdated", self.shown[mark][1]
        self.socket.send(self.report())
        self.wait(lambda: self.shown[mark][0] != "outdated", f"{mark} anew")
        came, self.in_step = self.frames[before:], len(self.frames)
        return [frame for frame in came if {id for id, _, _ in ELEMENT.findall(frame)} - {mark}]

    def closed(self, seconds: float = DEADLINE) -> int:
        """Read until the server closes; the close code."""
        with contextlib.suppress(ConnectionClosed):
            self.wait(lambda: False, "the socket is closed", seconds)
        assert self.socket.close_code is not None
        return self.socket.close_code

    def close(self) -> None:
        self.socket.close()
