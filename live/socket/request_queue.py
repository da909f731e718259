"""So many requests are handled at the same time; the others wait their turn, and not for ever.

Django runs each request in a thread with a database connection of its own. While a database is locked, everything that
comes in would otherwise become threads and connections, until there are none left for anybody.

Half of the room is for requests that only read, and half for the others: those that wait to write, as for SQLite's one
writer, do not keep anybody from a page. Pages that poll read, though with a POST. What asks whether the process lives
does not wait: it would be restarted because its database is away.

A request with a body waits for its turn when all of it is there, and not before: who sends slowly takes nobody's place.
Until then the application may answer it, as where the headers are enough to refuse it.

Plain ASGI: it may stand around any application, under any server.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from live import health, metrics
from live.api import Refused, unavailable
from live.limited_log import LimitedLog
from live.socket.refusals import response

logger = logging.getLogger(__name__)
limited_log = LimitedLog(logger)

# As long as a request inside waits for SQLite's lock (``timeout`` in this site's settings).
MAX_WAIT_SECONDS = 20.0
# The headers that say so.
HAS_BODY = {b"content-length", b"transfer-encoding"}
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
# The end of the address of ``live.views.page``, where a project includes ``live.urls`` as docs/live.md says.
POLL = "/live/page"

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class RequestQueue:
    """The application, with at most ``requests`` HTTP requests inside it."""

    def __init__(self, application: Any, requests: int) -> None:
        self._application = application
        half = max(requests // 2, 1)
        self._reading, self._writing = asyncio.Semaphore(half), asyncio.Semaphore(half)

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Send) -> None:
        if scope["type"] != "http" or health.is_asked(scope):
            await self._application(scope, receive, send)
            return
        reads = scope["method"] in SAFE_METHODS or scope["path"].endswith(POLL)
        slot = _Slot(self._reading if reads else self._writing, receive, send)
        try:
            if not HAS_BODY.intersection(name for name, _ in scope["headers"]):
                await slot.take()
            await self._application(scope, slot.receive, slot.send)
        except Refused as refused:
            headers, body = response(refused, [value for name, value in scope["headers"] if name == b"accept"])
            await send({"type": "http.response.start", "status": refused.status, "headers": headers})
            await send({"type": "http.response.body", "body": body})
        finally:
            slot.release()


class _Slot:
    """One request's place inside. It is free again with the first bytes of the response: by then a synchronous view has
    ended, and one that streams for hours does not need a thread.
    """

    _is_held = _is_over = False

    def __init__(self, slots: asyncio.Semaphore, receive: Receive, send: Send) -> None:
        self._slots, self._receive, self._send = slots, receive, send

    async def receive(self) -> dict[str, Any]:
        message = await self._receive()
        if message["type"] == "http.request" and not message.get("more_body", False):
            await self.take()
        return message

    async def send(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.body":
            self.release()
        await self._send(message)

    async def take(self) -> None:
        """Wait for it, unless there has been one. Raises ``Refused`` after too long, through the application: one with
        error bodies of its own answers that itself."""
        if self._is_held or self._is_over:
            return
        try:
            async with asyncio.timeout(MAX_WAIT_SECONDS):
                await self._slots.acquire()
        except TimeoutError:
            metrics.limits.labels("requests").inc()
            message = (
                "a request was refused with 503: for %g s others of its kind took all places, and none of them ended"
            )
            limited_log.warning(message, MAX_WAIT_SECONDS)
            raise unavailable("The server is busy and nothing was changed; the same may be sent again.") from None
        self._is_held = True

    def release(self) -> None:
        if self._is_held:
            self._slots.release()
        self._is_held, self._is_over = False, True
