"""Clients that lose their network: each has its own, and comes back as its script does in a browser.

``Page`` does what ``live.js`` does; ``Htmx`` what htmx's ws extension does, the usual client of a consumer; and
``SocketIO`` is python-socketio's own, as it is by default. Each notes which values it has seen, and when first.
"""

import asyncio
import json
import random
import re
import time

import socketio

from tests.bench.sockets import HOST, Socket

# The values that are pushed have five digits, and nothing else on the page does.
VALUE = re.compile(rb"(\d\d,\d\d\d)<")
# Of live.js, in seconds.
HANDSHAKE_SECONDS, SILENCE_SECONDS, REQUEST_SECONDS, REPORT_SECONDS = 2.0, 5.0, 2.5, 20.0
RETRY_SECONDS, MOMENT_SECONDS, RETRY_SOON_SECONDS, AFTER_CLOSE_SECONDS = 2.0, 5.0, 0.4, 1.0
HEARTBEAT, BEHIND = b'<i id="live-heartbeat"', b" data-behind"
ELEMENT = re.compile(rb'<\w+ id="([\w-]+)"(?: hx-swap-oob=true)? data-version="([^"]+)" data-seal="([^"]+)"')


class Client:
    """Behind a port, of a page that was loaded as ``html``. ``seen`` is when each value was first there."""

    def __init__(self, port: int, html: bytes) -> None:
        self.port = port
        self.seen: dict[int, float] = {}

    def take(self, payload: bytes) -> None:
        now = time.monotonic()
        for text in set(VALUE.findall(payload)):
            self.seen.setdefault(int(text.replace(b",", b"")), now)

    async def live(self) -> None:
        """Be connected, or on the way to it, until this is cancelled."""
        raise NotImplementedError


class Page(Client):
    """What ``live.js`` does with a socket and with requests; it never polls."""

    def __init__(self, port: int, html: bytes) -> None:
        super().__init__(port, html)
        token = re.search(rb'name="page" value="([^"]+)"', html)
        assert token is not None, html[:500]
        self._token = token[1].decode()
        self._shown: dict[bytes, str] = {}
        self._note(html)
        self._is_proven, self._heard_at, self._lost_at = False, 0.0, 0.0

    def _note(self, html: bytes) -> None:
        self._shown |= {words[0]: b" ".join(words).decode() for words in ELEMENT.findall(html)}

    def take(self, payload: bytes) -> None:
        if not payload.startswith(HEARTBEAT):
            super().take(payload)
            self._note(payload)
        if HEARTBEAT in payload:
            self._is_proven, self._heard_at = True, time.monotonic()

    def _report(self) -> str:
        return json.dumps({"page": self._token, "shown": [*self._shown.values()]})

    async def live(self) -> None:
        asked = True
        while True:
            is_silent = await self._be_connected()
            if is_silent:  # dead and open only here: a new socket at once
                asked = False
                continue
            refused = asked and not self._is_proven
            pause = AFTER_CLOSE_SECONDS if self._is_proven else RETRY_SECONDS
            await asyncio.sleep(0 if refused else random.random() * pause)
            asked = await self._ask()

    async def _be_connected(self) -> bool:
        """One socket, to its end: True if that is silence where there was life before."""
        self._is_proven = False
        socket = Socket(self.port, "/live/socket", self.take)
        try:
            if not await socket.open(HANDSHAKE_SECONDS):
                return False
            socket.send(self._report())
            self._heard_at = reported_at = time.monotonic()
            while not socket.closed.done():
                await asyncio.wait([socket.closed], timeout=1)
                now = time.monotonic()
                if now - self._heard_at > SILENCE_SECONDS:
                    return self._is_proven
                if self._is_proven and now - reported_at > REPORT_SECONDS:
                    socket.send(self._report())
                    reported_at = now
            return False
        finally:
            if self._is_proven:
                self._lost_at = time.monotonic()
            socket.end()

    async def _ask(self) -> bool:
        """Wait until the server answers over HTTP; False if a request hangs."""
        while True:
            try:
                async with asyncio.timeout(REQUEST_SECONDS):
                    reader, writer = await asyncio.open_connection(HOST, self.port)
                    try:
                        host = f"{HOST}:{self.port}"
                        writer.write(f"GET /live/page HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
                        if b"live-time:" in (await reader.read()).lower():
                            return True
                    finally:
                        writer.transport.abort()
            except TimeoutError:
                return False
            except OSError:
                pass
            is_moment = time.monotonic() - self._lost_at < MOMENT_SECONDS
            await asyncio.sleep(random.random() * (RETRY_SOON_SECONDS if is_moment else RETRY_SECONDS))


class Htmx(Client):
    """The ws extension: ``full-jitter``, which is its default."""

    async def live(self) -> None:
        tries = 0
        while True:
            socket = Socket(self.port, "/rival/socket", self.take)
            try:
                if await socket.open(None):
                    tries = 0
                    await socket.closed
            finally:
                socket.end()
            await asyncio.sleep(random.random() * 2 ** min(tries, 6))
            tries += 1


class SocketIO(Client):
    """python-socketio's client."""

    async def live(self) -> None:
        client = socketio.AsyncClient()
        client.on("panel", lambda html: self.take(html.encode()))
        try:
            await client.connect(f"http://{HOST}:{self.port}", retry=True)
            await client.wait()
        finally:
            await client.shutdown()
