"""What the application receives of one HTTP request: its body as it comes in, and that the client has gone.

The application begins at the headers and may answer them alone: a wrong token is refused before its 8 MiB are sent.
So that a client is never ahead by more than a little, nothing more is read from it while what has come is not taken;
and who asks first (``Expect: 100-continue``) is told to send when the application asks for the body.
"""

import asyncio
from typing import Any

# That wait for the application, before the client is held back; one read of Twisted's may come on top.
MAX_WAITING_BYTES = 1 << 16


class RequestBody:
    """The receiving end of a request, in the place of daphne's queue. ``transport`` is Twisted's."""

    # All of it has come.
    is_complete = False
    # The client waits for a word before it sends any of it.
    expects_continue = False
    _is_taken = _is_gone = _is_paused = False

    def __init__(self, transport: Any) -> None:
        self._transport = transport
        # One object, however small the pieces are in which it comes.
        self._waiting = bytearray()
        self._news = asyncio.Event()

    def feed(self, data: bytes) -> None:
        """More of it has come."""
        self.expects_continue = False
        self._waiting += data
        self._news.set()
        if len(self._waiting) > MAX_WAITING_BYTES:
            # Also where that has been said: Twisted reads on when a response that has begun is taken.
            self._is_paused = True
            self._transport.pauseProducing()

    def finish(self) -> None:
        """Nothing more of it comes. Reading goes on, so that a client that goes away is noticed."""
        self.is_complete, self.expects_continue = True, False
        self._news.set()
        self._resume()

    def put_nowait(self, message: dict[str, Any]) -> None:
        """What daphne has to say: that nobody waits for the response any more. It has nothing of the body."""
        if message["type"] == "http.disconnect":
            self._is_gone = True
            self._news.set()

    async def get(self) -> dict[str, Any]:
        """ASGI's ``receive``: all that has come meanwhile is one message."""
        while True:
            if (self.is_complete and not self._is_taken) or (self._waiting and not self._is_gone):
                body, self._waiting = bytes(self._waiting), bytearray()
                self._is_taken = self.is_complete
                self._resume()
                return {"type": "http.request", "body": body, "more_body": not self.is_complete}
            if self._is_gone:
                return {"type": "http.disconnect"}
            if self.expects_continue:
                self.expects_continue = False
                self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            self._news.clear()
            await self._news.wait()

    def _resume(self) -> None:
        if self._is_paused:
            self._is_paused = False
            self._transport.resumeProducing()
