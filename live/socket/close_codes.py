"""Ending a socket: with which code, and with which words.

Daphne takes 1000 and 3000 to 4999; htmx retries none of those. Our script comes back by itself after ``COME_BACK`` and
``TOO_SLOW``, loads the page again after ``RELOAD``, and stops at the others, for which there are words.
"""

import asyncio
import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.template.loader import render_to_string

from live import metrics

if TYPE_CHECKING:
    from live.hub.viewer import Send, Viewer

logger = logging.getLogger(__name__)

COME_BACK = 4000
TOO_SLOW = 4008
RELOAD = 4205
SIGN_IN = 4401
NOT_ALLOWED = 4403
# Seconds that a client which reads slowly is given to take the last words.
CLOSE_WITHIN = 5.0

# The loop holds tasks weakly; one that nobody awaits must not be collected while it runs.
_tasks: set["asyncio.Task[None]"] = set()


async def close(send: "Send", code: int) -> None:
    """Close a socket, after a last frame that tells its person why, where there is something to do about it."""
    metrics.closes.labels(str(code)).inc()
    try:
        async with asyncio.timeout(CLOSE_WITHIN):
            if words := last_words(code):
                await send({"type": "websocket.send", "text": words})
            await send({"type": "websocket.close", "code": code})
    except Exception as error:  # the socket is gone already, or takes nothing: there is nobody to tell
        logger.info("a socket could not be closed with %s: %r", code, error)


def close_soon(viewers: "Iterable[Viewer]", code: int) -> None:
    """Close all of these, none of them waiting for another. From now on they are sent nothing else."""
    for viewer in viewers:
        if not viewer.closing:
            viewer.closing = True
            keep(viewer.loop.create_task(close(viewer.send, code)))


def last_words(code: int) -> str:
    """The frame before a close that the page does not get over by itself; empty for the others."""
    if code not in {RELOAD, SIGN_IN, NOT_ALLOWED}:
        return ""
    return render_to_string("live/last_words.html", {"code": code})


def keep(task: "asyncio.Task[None]") -> None:
    """Hold a task until it is done."""
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)
