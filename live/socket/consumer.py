"""The socket. It says who is there, hands the page to the hub, and is then only a pipe.

It is accepted before it is judged: a socket closed before ``accept`` is an HTTP 403, which a browser reports as 1006,
which is retried for ever. So whoever is refused gets a last frame with words, and a close code that is not retried.
"""

import asyncio
import json
import logging
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer
from django.db import DatabaseError

from live import metrics
from live.hub import frames
from live.hub.hub import Hub
from live.hub.viewer import Viewer
from live.page import access
from live.page.token import BadPage, OutdatedPage, verify
from live.rendering.render import sealed
from live.socket.close_codes import COME_BACK, NOT_ALLOWED, RELOAD, close, keep
from live.socket.origin import allowed

logger = logging.getLogger(__name__)

# Seconds in which a page that connects says what it is.
REPORT_WITHIN = 20.0
# ... and how often it is listened to after that.
REPORT_EVERY = 1.0
# Characters of one entry of a report: an id, a version and a seal.
LONGEST = 1000


class BadReport(Exception):
    """What the page said of itself cannot be, or is not what it was given."""


class Refused(Exception):
    """Who is there may not see the page; ``code`` closes the socket."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code


class LiveConsumer(AsyncWebsocketConsumer):
    """One page's socket. The page reports what it shows after each connect and now and then; frames come back."""

    # No channel of its own: the hub holds the one subscription of this process.
    channel_layer_alias = None  # type: ignore[assignment]
    # Plain ASGI: Channels' stubs know neither our extension of the scope nor messages as dicts.
    scope: Any
    base_send: Any
    viewer: Viewer | None = None
    token: str | None = None
    refused = False
    # Ends the wait for the first report; later, brings in the report that came too soon after another.
    timer: asyncio.TimerHandle | None = None
    report: str | None = None
    reported_at = float("-inf")

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:  # however it ends: disconnected, refused, cancelled or by a fault
            self.refused = True
            if self.timer is not None:
                self.timer.cancel()
            if self.viewer is not None and (hub := Hub.current()):
                hub.leave(self.viewer)

    async def dispatch(self, message: dict[str, Any]) -> None:
        # Channels' own dispatch first closes old connections, in the thread that all synchronous code shares: one
        # slow query anywhere would hold up every socket. Nothing here uses the database from that thread.
        await getattr(self, message["type"].replace(".", "_"))(message)

    async def connect(self) -> None:
        await self.accept()
        if allowed(self.scope["headers"]):
            silent = partial(self.refuse, COME_BACK, "it has not said what page it is")
            self.later(REPORT_WITHIN, silent)
        else:
            await self.refuse(NOT_ALLOWED, "it comes from another origin")

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """A report. More than one in a while are taken as one, the last: each may cost a render of everything."""
        soonest = self.reported_at + REPORT_EVERY - asyncio.get_running_loop().time()
        if self.refused:
            return
        if soonest > 0 and self.viewer is not None:
            waits, self.report = self.report is not None, text_data or ""
            if not waits:
                self.later(soonest, self.take)
        else:
            self.report = text_data or ""
            await self.take()

    async def take(self) -> None:
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
            await self.refuse(NOT_ALLOWED, str(error))
        except OutdatedPage as error:
            await self.refuse(RELOAD, str(error))
        except Refused as error:
            await self.refuse(error.code, str(error))
        except DatabaseError as error:
            metrics.failures.labels("admit").inc()
            await self.refuse(COME_BACK, f"the database cannot be asked who it is: {error}")
        else:
            if not (self.refused or self.viewer.closing):
                hub = Hub.here()
                if self.viewer in hub.viewers and self.viewer.audiences:
                    # It may just have changed what its person is to see: nothing goes out before that is known.
                    hub.gate.ask(self.viewer)
                hub.join(self.viewer, shown)

    async def admit(self, token: str) -> Viewer:
        """The viewer of this page, if the page is ours and its user may see what is on it."""
        page, hub = verify(token), Hub.here()
        session = access.session_key(self.scope["headers"])
        keys = list(frames.closure(page.roots.values(), hub.rendered_of).values())
        answer = await hub.gate.admit(session, page, keys)
        if answer.refused is not None:
            raise Refused(*answer.refused)
        if self.viewer is not None:
            hub.leave(self.viewer)
        self.token = token
        writer = self.scope.get("extensions", {}).get("live.writer")
        return Viewer(self.base_send, session, page, writer, answer.audiences)

    async def refuse(self, code: int, reason: str) -> None:
        """Close for good, with words for the person."""
        if self.refused:
            return
        logger.info("a socket is closed with %d: %s", code, reason)
        self.refused = True
        if self.viewer is not None:
            Hub.here().leave(self.viewer)
        await close(self.base_send, code)

    def later(self, seconds: float, act: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Do this after so many seconds, unless the socket ends before."""
        loop = asyncio.get_running_loop()
        self.timer = loop.call_later(seconds, lambda: keep(loop.create_task(act())))


def read_report(text: str | None) -> tuple[str, dict[str, str]]:
    """The page's token, and what it shows: versions by id. ``BadReport`` for what no page of ours says.

    The report is a JSON object ``{"page": token, "shown": ["<id> <version> <seal>", ...]}``.
    """
    try:
        report = json.loads(text or "")
        token, shown = report["page"], report.get("shown", [])
        versions: dict[str, str] = {}
        for entry in [shown] if isinstance(shown, str) else shown:
            id, version, given = entry[:LONGEST].split(" ")
            # At the first that is not ours: what a stranger sends costs no more than this.
            if not sealed(id, given):
                raise BadReport(f"the page asks for {id[:80]!r}, which it was not given")
            versions[id] = version
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BadReport(f"the page's report cannot be read: {error!r}") from None
    if not isinstance(token, str):
        raise BadReport("the page's report has no token")
    return token, versions
