"""The socket. It says who is there, hands the page to the hub, and is then only a pipe.

It is accepted before it is judged: a socket closed before ``accept`` is an HTTP 403, which a browser reports as 1006,
which is retried for ever. So whoever is refused gets a last frame with words, and a close code that is not retried.
"""

import json
import logging
from typing import Any

from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer

from live import access, frames
from live.hub import Hub
from live.origin import allowed
from live.page import BadPage, OutdatedPage, verify
from live.rendering import seal
from live.viewers import RELOAD, Viewer

logger = logging.getLogger(__name__)


class BadReport(Exception):
    """What the page said of itself cannot be, or is not what it was given."""


class LiveConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]
    """One page's socket. The page reports what it shows after each connect and now and then; frames come back."""

    # No channel of its own: the hub holds the one subscription of this process.
    channel_layer_alias = None
    viewer: Viewer | None = None
    token: str | None = None

    async def dispatch(self, message: dict[str, Any]) -> None:
        # Channels' own dispatch first closes old connections, in the thread that all synchronous code shares: one
        # slow query anywhere would hold up every socket. Nothing here uses the database from that thread.
        await getattr(self, message["type"].replace(".", "_"))(message)

    async def connect(self) -> None:
        await self.accept()
        if not allowed(self.scope["headers"]):
            await self.refuse(access.NOT_ALLOWED, "it comes from another origin")

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self.viewer is not None and self.viewer.closing:
            return
        try:
            token, shown = read_report(text_data)
            if self.viewer is None or token != self.token:
                await self.admit(token)
        except (BadReport, BadPage) as error:
            return await self.refuse(access.NOT_ALLOWED, str(error))
        except OutdatedPage as error:
            return await self.refuse(RELOAD, str(error))
        if not self.viewer.closing:
            Hub.here().join(self.viewer, shown)

    async def admit(self, token: str) -> None:
        """Make the viewer, if the page is ours and its user may see what is on it."""
        page = verify(token)
        hub = Hub.here()
        if self.viewer is None:
            headers = self.scope["headers"]
            writer = self.scope.get("extensions", {}).get("live.writer")
            self.viewer = Viewer(self.base_send, access.session_key(headers), page, writer)
        else:
            self.viewer.page = page
        self.token = token
        keys = list(frames.closure(page.roots.values(), hub.rendered_of).values())
        refused = await hub.in_thread(lambda: access.refusal(self.viewer.session, page, keys))
        if refused is not None:
            await self.refuse(*refused)

    async def refuse(self, code: int, reason: str) -> None:
        """Close for good, with words for the person."""
        logger.info("a socket is closed with %d: %s", code, reason)
        if self.viewer is None:
            self.viewer = Viewer(self.base_send, None, None)
        await self.viewer.close(code, frames.last_words(code))

    async def websocket_disconnect(self, message: dict[str, Any]) -> None:
        if self.viewer is not None:
            Hub.here().leave(self.viewer)
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
