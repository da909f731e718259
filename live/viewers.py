"""One open socket of one page: what it shows, what waits for it, and how a frame reaches it.

A frame goes to the server's own ``send``, past Channels' ``dispatch`` and any middleware, because those hop through a
thread for each message. No viewer waits for another: ``send`` is stepped once by hand, and only if it suspends (the
ASGI way of saying that the client reads slowly) does it get a task, and its viewer is held back until it ends.
"""

import asyncio
import logging
import types
from collections.abc import Awaitable, Callable, Coroutine, Generator, Iterable
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

from live import metrics
from live.mailbox import Mailbox
from live.page import Page

logger = logging.getLogger(__name__)

Send = Callable[[dict[str, Any]], Coroutine[Any, Any, None]]
COME_BACK = 4000
TOO_SLOW = 4008
RELOAD = 4205
# Seconds.
CLOSE_WITHIN = 5.0


@dataclass(slots=True, weakref_slot=True)
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
    """``send`` is the server's; ``writer`` its shortcut for ready-made frames, if it has one (``live.server``)."""

    send: Send
    session: str | None
    page: Page
    writer: Any = None
    # What the browser shows, by id: as it reported, and as we have sent since.
    shown: dict[str, str] = field(default_factory=dict)
    reported_at: float = 0.0
    # The ids it is kept up to date with: its roots and all that they nest.
    watching: set[str] = field(default_factory=set)
    mailbox: Mailbox = field(default_factory=Mailbox)
    closing: bool = False

    @cached_property
    def loop(self) -> asyncio.AbstractEventLoop:
        return asyncio.get_running_loop()

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


async def close(send: Send, code: int, last_words: str = "") -> None:
    """Close a socket with one of our codes, after a last frame (HTML) if there is something to say to the person.

    Waits for a client that reads slowly, but not long.
    """
    metrics.closes.labels(str(code)).inc()
    try:
        async with asyncio.timeout(CLOSE_WITHIN):
            if last_words:
                await send({"type": "websocket.send", "text": last_words})
            await send({"type": "websocket.close", "code": code})
    except Exception as error:  # the socket is gone already, or takes nothing: there is nobody to tell
        logger.info("a socket could not be closed with %s: %r", code, error)


def close_soon(viewers: Iterable[Viewer], code: int, last_words: str = "") -> None:
    """Close all of these, none of them waiting for another. From now on they are sent nothing else."""
    for viewer in viewers:
        if not viewer.closing:
            viewer.closing = True
            keep(viewer.loop.create_task(close(viewer.send, code, last_words)))


def keep(task: "asyncio.Task[None]") -> None:
    """The loop holds tasks weakly; one that nobody awaits must not be collected while it runs."""
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)


_tasks: set[asyncio.Task[None]] = set()


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
