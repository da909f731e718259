"""The socket. It says who is there, hands the page to the hub, and is then only a pipe.

It is accepted before it is judged: a socket closed before ``accept`` is an HTTP 403, which a browser reports as 1006,
which is retried for ever. So whoever is refused gets a last frame with words, and a close code that is not retried.
"""

import asyncio
import json
import logging
from functools import partial
from typing import Any

from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer

from live import access, frames
from live.hub import Hub
from live.origin import allowed
from live.page import BadPage, OutdatedPage, verify
from live.rendering import seal
from live.viewers import COME_BACK, RELOAD, Viewer, close

logger = logging.getLogger(__name__)

# Seconds in which a page that connects says what it is.
REPORT_WITHIN = 20.0


class BadReport(Exception):
    """What the page said of itself cannot be, or is not what it was given."""


class Refused(Exception):
    """Who is there may not see the page; ``code`` closes the socket."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code


class LiveConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]
    """One page's socket. The page reports what it shows after each connect and now and then; frames come back."""

    # No channel of its own: the hub holds the one subscription of this process.
    channel_layer_alias = None
    viewer: Viewer | None = None
    token: str | None = None
    refused = False
    silence: asyncio.TimerHandle

    async def dispatch(self, message: dict[str, Any]) -> None:
        # Channels' own dispatch first closes old connections, in the thread that all synchronous code shares: one
        # slow query anywhere would hold up every socket. Nothing here uses the database from that thread.
        await getattr(self, message["type"].replace(".", "_"))(message)

    async def connect(self) -> None:
        await self.accept()
        if not allowed(self.scope["headers"]):
            await self.refuse(access.NOT_ALLOWED, "it comes from another origin")
            return
        loop = asyncio.get_running_loop()
        silent = partial(self.refuse, COME_BACK, "it has not said what page it is")
        self.silence = loop.call_later(REPORT_WITHIN, lambda: loop.create_task(silent()))

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self.refused:
            return
        self.silence.cancel()
        try:
            token, shown = read_report(text_data)
            if self.viewer is None or token != self.token:
                self.viewer = await self.admit(token)
        except (BadReport, BadPage) as error:
            await self.refuse(access.NOT_ALLOWED, str(error))
        except OutdatedPage as error:
            await self.refuse(RELOAD, str(error))
        except Refused as error:
            await self.refuse(error.code, str(error))
        else:
            if not self.viewer.closing:
                Hub.here().join(self.viewer, shown)

    async def admit(self, token: str) -> Viewer:
        """The viewer of this page, if the page is ours and its user may see what is on it."""
        page, hub = verify(token), Hub.here()
        session = access.session_key(self.scope["headers"])
        keys = list(frames.closure(page.roots.values(), hub.rendered_of).values())
        refused = await hub.in_thread(lambda: access.answer(session, page, keys))
        if refused is not None:
            raise Refused(*refused)
        if self.viewer is not None:
            hub.leave(self.viewer)
        self.token = token
        return Viewer(self.base_send, session, page, self.scope.get("extensions", {}).get("live.writer"))

    async def refuse(self, code: int, reason: str) -> None:
        """Close for good, with words for the person."""
        logger.info("a socket is closed with %d: %s", code, reason)
        self.refused = True
        if self.viewer is not None:
            Hub.here().leave(self.viewer)
        await close(self.base_send, code, frames.last_words(code))

    async def websocket_disconnect(self, message: dict[str, Any]) -> None:
        if not self.refused:
            self.silence.cancel()
        if self.viewer is not None and (hub := Hub.current()):
            hub.leave(self.viewer)
        raise StopConsumer


def read_report(text: str | None) -> tuple[str, dict[str, str]]:
    """The page's token, and what it shows: versions by id. ``BadReport`` for what no page of ours says.

    The report is a JSON object ``{"page": token, "shown": ["<id> <version> <seal>", ...]}``.
    """
    try:
        report = json.loads(text or "")
        token, shown = report["page"], report.get("shown", [])
        entries = [entry.split(" ") for entry in ([shown] if isinstance(shown, str) else shown)]
        versions = {id: version for id, version, _ in entries}
        unsealed = [id for id, _, given in entries if given != seal(id)]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BadReport(f"the page's report cannot be read: {error!r}") from None
    if not isinstance(token, str):
        raise BadReport("the page's report has no token")
    if unsealed:
        raise BadReport(f"the page asks for {unsealed[0]!r}, which it was not given")
    return token, versions
