"""One open socket of one page: what it shows, what waits for it, and how a frame reaches it.

A frame goes to the server's own ``send``, past Channels' ``dispatch`` and any middleware, because those hop through a
thread for each message. No viewer waits for another: ``send`` is stepped once by hand, and only if it suspends (the
ASGI way of saying that the client reads slowly) does it get a task, and its viewer is held back until it ends.
"""

import asyncio
import logging
import types
from collections.abc import Awaitable, Callable, Coroutine, Generator
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

from live import metrics
from live.fragments import Audience, Key
from live.hub.mailbox import Mailbox
from live.page.token import Page
from live.socket.close_codes import keep

logger = logging.getLogger(__name__)

Send = Callable[[dict[str, Any]], Coroutine[Any, Any, None]]


@dataclass(slots=True)
class Frame:
    """One message, made once and handed to many. ``versions`` is what its reader shows afterwards, by id."""

    html: str
    versions: dict[str, str]
    message: dict[str, Any] = field(init=False)
    wire: bytes | None = None

    def __post_init__(self) -> None:
        self.message = {"type": "websocket.send", "text": self.html}


@dataclass(eq=False)
class Viewer:
    """``send`` is the server's; ``writer`` its shortcut for ready-made frames, if it has one."""

    send: Send
    session: str | None
    page: Page
    writer: Any = None
    # What differs for its user, by fragment name (``per=``).
    audiences: dict[str, Audience] = field(default_factory=dict)
    # What the browser shows, by DOM id: as it reported, and as we have sent since.
    shown: dict[str, str] = field(default_factory=dict)
    # ... and only as it reported: the receipt of what it has really applied.
    reported: dict[str, str] = field(default_factory=dict)
    reported_at: float = 0.0
    # The ids it is kept up to date with: its roots and all that they nest.
    watching: set[str] = field(default_factory=set)
    mailbox: Mailbox = field(default_factory=Mailbox)
    # For each feed on the page, by DOM id: the item up to which it has been given all, and the one its page knows of.
    cursors: dict[str, int] = field(default_factory=dict)
    told: dict[str, int] = field(default_factory=dict)
    closing: bool = False

    @cached_property
    def loop(self) -> asyncio.AbstractEventLoop:
        return asyncio.get_running_loop()

    @property
    def roots(self) -> list[Key]:
        """What its page shows, as its user sees it."""
        # A root that the page does not show any more is not sent: there is no element to swap.
        return [
            key.of(self.audiences.get(key.name)) for element, key in self.page.roots.items() if element in self.shown
        ]

    def deliver(self, frame: Frame, taken: Callable[["Viewer"], None]) -> None:
        """Hand a frame to the socket now. ``taken`` is called if the viewer was held back and takes again."""
        self.shown.update(frame.versions)
        metrics.deliveries.inc()
        if self.writer is not None:
            if not self.writer.write(frame):
                self.mailbox.block(self.loop.time())
                self.writer.when_writable(lambda: self._unblock(taken))
            return
        suspended = _step(self.send(frame.message))
        if suspended is not None:
            self.mailbox.block(self.loop.time())
            keep(self.loop.create_task(self._finish(suspended, taken)))

    async def _finish(self, suspended: Awaitable[None], taken: Callable[["Viewer"], None]) -> None:
        try:
            await suspended
        except Exception as error:
            metrics.send_failures.inc()
            logger.warning("a viewer's socket failed while sending: %r", error)
        finally:
            self._unblock(taken)

    def _unblock(self, taken: Callable[["Viewer"], None]) -> None:
        self.mailbox.unblock()
        taken(self)


def _step(coroutine: Coroutine[Any, Any, None]) -> Awaitable[None] | None:
    """Run until it ends (None) or suspends for the first time (then the rest of it, to be awaited)."""
    try:
        waits_for = coroutine.send(None)
    except StopIteration:
        return None
    except Exception as error:
        metrics.send_failures.inc()
        logger.warning("a viewer's socket did not take a frame: %r", error)
        return None
    rest: Awaitable[None] = _resume(coroutine, waits_for)
    return rest


@types.coroutine
def _resume(coroutine: Coroutine[Any, Any, None], waits_for: Any) -> Generator[Any, Any, None]:
    """Go on with a coroutine that has been stepped, as part of whatever task awaits this."""
    while True:
        try:
            sent = yield waits_for
        except BaseException as error:
            go_on = partial(coroutine.throw, error)
        else:
            go_on = partial(coroutine.send, sent)
        try:
            waits_for = go_on()
        except StopIteration:
            return
