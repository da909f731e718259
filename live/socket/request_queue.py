"""So many requests are handled at the same time; the others wait their turn, and not for ever.

Django runs each request in a thread with a database connection of its own. While a database is locked, everything that
comes in would otherwise become threads and connections, until there are none left for anybody.

Half of the room is for requests that only read, and half for the others: those that wait to write, as for SQLite's one
writer, do not keep anybody from a page. Pages that poll read, though with a POST. What asks whether the process lives
does not wait: it would be restarted because its database is away.

Plain ASGI: it may stand around any application, under any server.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from live import health, metrics
from live.api import unavailable
from live.limited_log import LimitedLog
from live.socket.refusals import response

logger = logging.getLogger(__name__)
limited_log = LimitedLog(logger)

# As long as a request inside waits for SQLite's lock (``timeout`` in this site's settings).
MAX_WAIT_SECONDS = 20.0
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
# The end of the address of ``live.views.page``, where a project includes ``live.urls`` as README says.
POLL = "/live/page"

Send = Callable[[dict[str, Any]], Awaitable[None]]


class RequestQueue:
    """The application, with at most ``requests`` HTTP requests inside it."""

    def __init__(self, application: Any, requests: int) -> None:
        self._application = application
        self._requests = max(requests // 2, 1)
        self._reading, self._writing = asyncio.Semaphore(self._requests), asyncio.Semaphore(self._requests)

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Send) -> None:
        if scope["type"] != "http" or health.is_asked(scope):
            await self._application(scope, receive, send)
            return
        reads = scope["method"] in SAFE_METHODS or scope["path"].endswith(POLL)
        slots = self._reading if reads else self._writing
        try:
            async with asyncio.timeout(MAX_WAIT_SECONDS):
                await slots.acquire()
        except TimeoutError:
            await self._refuse(scope, send)
            return
        slot = _Slot(slots, send)
        try:
            await self._application(scope, receive, slot.send)
        finally:
            slot.release()

    async def _refuse(self, scope: dict[str, Any], send: Send) -> None:
        metrics.limits.labels("requests").inc()
        message = (
            "a request was refused with 503: for %g s %d others of its kind were being handled, and none of them ended"
        )
        limited_log.warning(message, MAX_WAIT_SECONDS, self._requests)
        refused = unavailable("The server is busy and nothing was changed; the same may be sent again.")
        headers, body = response(refused, [value for name, value in scope["headers"] if name == b"accept"])
        await send({"type": "http.response.start", "status": refused.status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


class _Slot:
    """One request's place inside. It is free again with the first bytes of the response: by then a synchronous view has
    ended, and one that streams for hours does not need a thread.
    """

    def __init__(self, slots: asyncio.Semaphore, send: Send) -> None:
        self._slots, self._send, self._is_released = slots, send, False

    async def send(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.body":
            self.release()
        await self._send(message)

    def release(self) -> None:
        if not self._is_released:
            self._is_released = True
            self._slots.release()
