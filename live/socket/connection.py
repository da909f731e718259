"""How frames reach one page: past Channels' ``dispatch`` and any middleware, which hop through a thread each time.

No page waits for another: ``send`` is stepped once by hand, and only if it suspends (the ASGI way of saying that the
client reads slowly) does it get a task, and its viewer is held back until it ends.
"""

import logging
import types
from collections.abc import Awaitable, Callable, Generator
from contextvars import copy_context
from functools import partial
from typing import Any, Protocol

from live import metrics
from live.hub.tasks import track_task
from live.hub.viewer import Frame
from live.keys import PageContext
from live.limited_log import LimitedLog
from live.page.page import Reason
from live.socket import close_codes
from live.socket.close_codes import Send

logger = logging.getLogger(__name__)
limited_log = LimitedLog(logger)


class Writer(Protocol):
    """A server's shortcut for ready-made frames, as an ASGI scope extension: ``live.socket.websocket_protocol``."""

    def write(self, frame: Frame) -> bool:
        """Send the frame. False if the client must read before it is given more."""

    def when_writable(self, act: Callable[[], None]) -> None:
        """Call ``act`` once, when the client reads again."""


class Connection:
    """The hub's way to one socket: ``live.hub.viewer.Connection``. ``send`` is the server's own; ``give_up`` is called
    where that does not take the close either."""

    def __init__(
        self,
        send: Send,
        writer: Writer | None = None,
        page_context: PageContext | None = None,
        give_up: Callable[[], None] = lambda: None,
    ) -> None:
        self._send, self._writer, self._page_context, self._give_up = send, writer, page_context, give_up
        self._act: Callable[[], None] | None = None
        # Of the handshake: below which prefix the site is.
        self._context = copy_context()

    def send(self, frame: Frame) -> bool:
        if self._writer is not None:
            return self._writer.write(frame)
        suspended = _step(self._send(frame.message))
        if suspended is None:
            return True
        track_task(self._finish(suspended))
        return False

    def when_writable(self, act: Callable[[], None]) -> None:
        if self._writer is not None:
            self._writer.when_writable(act)
        else:
            self._act = act

    def close(self, reason: Reason) -> None:
        self._context.run(track_task, self._close(reason))

    async def _close(self, reason: Reason) -> None:
        if not await close_codes.close(self._send, reason, self._page_context):
            self._give_up()

    async def _finish(self, suspended: Awaitable[None]) -> None:
        try:
            await suspended
        except Exception as error:
            metrics.send_failures.inc()
            limited_log.warning("a viewer's socket failed while sending: %r", error)
        finally:
            act, self._act = self._act, None
            if act is not None:
                act()


def _step(sending: Awaitable[None]) -> Awaitable[None] | None:
    """Run until it ends (None) or suspends for the first time (then the rest of it, to be awaited)."""
    try:
        # Of a server that is not written in Python it is no coroutine, and has neither send() nor throw().
        steps = sending.__await__()
        waits_for = next(steps)
    except StopIteration:
        return None
    except Exception as error:
        metrics.send_failures.inc()
        limited_log.warning("a viewer's socket did not take a frame: %r", error)
        return None
    rest: Awaitable[None] = _resume(steps, waits_for)
    return rest


@types.coroutine
def _resume(steps: Generator[Any, Any, None], waits_for: Any) -> Generator[Any, Any, None]:
    """Go on with what has been stepped, as part of whatever task awaits this."""
    while True:
        try:
            yield waits_for
        except BaseException as error:
            if not hasattr(steps, "throw"):
                raise
            go_on = partial(steps.throw, error)
        else:
            go_on = partial(next, steps)
        try:
            waits_for = go_on()
        except StopIteration:
            return
