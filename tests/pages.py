"""A live page without a browser: what it shows, and its socket."""

import contextlib
import json
import re
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.servers import Session, Site

ELEMENT = re.compile(r'<\w+ id="([\w-]+)"(?: hx-swap-oob=true)? data-version="([^"]+)" data-seal="([^"]+)"')
TOKEN = re.compile(r'name="page" value="([^"]+)"')


class OpenPage:
    """A page as its socket sees it: loaded once over HTTP, then kept up to date by frames."""

    def __init__(self, site: Site, path: str, session: Session | None = None) -> None:
        self.site = site
        self.session = session or site.browse()
        answer = self.session.get(path)
        assert answer.status == 200, f"{path} answers {answer.status}"
        self.html = answer.text
        self.token = TOKEN.search(self.html)[1]  # type: ignore[index]
        self.shown = {id: (version, seal) for id, version, seal in ELEMENT.findall(self.html)}
        self.frames: list[str] = []

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
            proxy=None,
        )
        self.socket: ClientConnection = self.site.opened.enter_context(socket)
        return self

    def live(self, **connect_options: Any) -> "OpenPage":
        """Connect, report, and wait for the answer."""
        self.connect(**connect_options)
        self.socket.send(self.report())
        self.until("live-heartbeat")
        return self

    def next(self, seconds: float = 5.0) -> str | None:
        """The next frame, applied; None if none comes in time."""
        try:
            frame = self.socket.recv(timeout=seconds)
        except TimeoutError:
            return None
        assert isinstance(frame, str)
        self.frames.append(frame)
        for id, version, seal in ELEMENT.findall(frame):
            self.shown[id] = (version, seal)
        return frame

    def until(self, text: str, seconds: float = 6.0) -> str:
        """Read frames until one contains ``text``."""
        while frame := self.next(seconds):
            if text in frame:
                return frame
        raise AssertionError(f"no frame with {text!r} came in {seconds} s; those that came: {self.frames}")

    def sync(self) -> list[str]:
        """Report again and read up to the answer: the frames that were on their way until then."""
        before = len(self.frames)
        self.socket.send(self.report())
        self.until("live-heartbeat")
        return [frame for frame in self.frames[before:] if ELEMENT.search(frame)]

    def closed(self, seconds: float = 6.0) -> int:
        """Read until the server closes; the close code."""
        with contextlib.suppress(ConnectionClosed):
            while self.next(seconds) is not None:
                pass
            raise AssertionError(f"the socket was not closed in {seconds} s")
        assert self.socket.close_code is not None
        return self.socket.close_code

    def close(self) -> None:
        self.socket.close()
