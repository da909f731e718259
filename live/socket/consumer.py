"""The socket. It says who is there, hands the page to the hub, and is then only a pipe.

It is accepted before it is judged: a socket closed before ``accept`` is an HTTP 403, which a browser reports as 1006,
which is retried for ever. So whoever is refused gets a last frame with words, and a close code that is not retried.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer
from django.db import DatabaseError

from live import metrics
from live.hub import process
from live.hub.tasks import track_task
from live.hub.viewer import Viewer
from live.page.access import Refusal, session_key
from live.page.page import Reason
from live.page.report import BadReport, read_report
from live.page.token import BadPage, OutdatedPage, verify
from live.socket.close_codes import close
from live.socket.connection import Connection
from live.socket.origin import is_allowed

logger = logging.getLogger(__name__)

# In which a page that connects says what it is ...
MAX_SILENCE_SECONDS = 20.0
# ... and how often its reports are read after that.
REPORT_INTERVAL_SECONDS = 1.0


class Refused(Exception):
    """Who is there may not see the page."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.message)
        self.reason = refusal.reason


class LiveConsumer(AsyncWebsocketConsumer):
    """One page's socket. The page reports what it shows after each connect and now and then; frames come back."""

    # No channel of its own: the hub holds the one subscription of this process.
    channel_layer_alias = None  # type: ignore[assignment]
    # Plain ASGI: Channels' stubs know neither our extension of the scope nor messages as dicts.
    scope: Any
    base_send: Any
    viewer: Viewer | None = None
    token: str | None = None
    is_refused = False
    # Ends the wait for the first report; later, brings in the report that came too soon after another.
    timer: asyncio.TimerHandle | None = None
    report: str | None = None
    reported_at = float("-inf")

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:  # however it ends: disconnected, refused, cancelled or by an error
            self.is_refused = True
            if self.timer is not None:
                self.timer.cancel()
            self.leave()

    async def dispatch(self, message: dict[str, Any]) -> None:
        # Channels' own dispatch first closes old connections, in the thread that all synchronous code shares: one
        # slow query anywhere would hold up every socket. Nothing here uses the database from that thread.
        await getattr(self, message["type"].replace(".", "_"))(message)

    async def connect(self) -> None:
        await self.accept()
        if is_allowed(self.scope["headers"]):
            silent = partial(self.refuse, Reason.ASK_AGAIN, "it has not said what page it is")
            self.call_later(MAX_SILENCE_SECONDS, silent)
        else:
            await self.refuse(Reason.WRONG_ORIGIN, "it comes from another origin")

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """A report. More than one in a while are read as one, the last: each may cost a render of everything."""
        soonest = self.reported_at + REPORT_INTERVAL_SECONDS - asyncio.get_running_loop().time()
        if self.is_refused:
            return
        if soonest > 0 and self.viewer is not None:
            waits, self.report = self.report is not None, text_data or ""
            if not waits:
                self.call_later(soonest, self.handle_report)
        else:
            self.report = text_data or ""
            await self.handle_report()

    async def handle_report(self) -> None:
        """Bring the page up to date by its newest report, or refuse it."""
        if self.timer is not None:
            self.timer.cancel()
        text, self.report = self.report, None
        self.reported_at = asyncio.get_running_loop().time()
        try:
            token, shown = read_report(text)
            if self.viewer is None or token != self.token:
                self.viewer = await self.admit(token)
        except (BadReport, BadPage) as error:
            await self.refuse(Reason.FORBIDDEN, str(error))
        except OutdatedPage as error:
            await self.refuse(Reason.GONE, str(error))
        except Refused as error:
            await self.refuse(error.reason, str(error))
        except DatabaseError as error:
            metrics.failures.labels("admit").inc()
            await self.refuse(Reason.ASK_AGAIN, f"the database cannot be asked who it is: {error}")
        else:
            if not (self.is_refused or self.viewer.is_closing):
                process.running_hub().join(self.viewer, shown)

    async def admit(self, token: str) -> Viewer:
        """The viewer of this page, if the page is ours and its user may see what is on it."""
        page = verify(token)
        session = session_key(self.scope["headers"])
        access = await process.running_hub().admit(session, page)
        if access.refusal is not None:
            raise Refused(access.refusal)
        self.leave()
        self.token = token
        writer = self.scope.get("extensions", {}).get("live.writer")
        return Viewer(Connection(self.base_send, writer), session, page, access.audiences)

    async def refuse(self, reason: Reason, message: str) -> None:
        """Close for good, with words for the person."""
        if self.is_refused:
            return
        logger.info("a socket is closed (%s): %s", reason.value, message)
        self.is_refused = True
        self.leave()
        await close(self.base_send, reason)

    def leave(self) -> None:
        """Have the hub forget this page."""
        if self.viewer is not None and (hub := process.current_hub()):
            hub.leave(self.viewer)

    def call_later(self, seconds: float, act: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Do this after so many seconds, unless the socket ends before."""
        self.timer = asyncio.get_running_loop().call_later(seconds, lambda: track_task(act()))
