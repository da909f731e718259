"""Ending a socket: with which code, and with which words.

Daphne takes 1000 and 3000 to 4999. Our script comes back by itself after ``ASK_AGAIN`` and ``TOO_SLOW``, loads the page
again after ``GONE``, asks over HTTP after ``WRONG_ORIGIN``, and stops at the others. For all but the first two there
are words.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from django.template.loader import render_to_string

from live import metrics
from live.keys import PageContext
from live.page.page import Reason
from live.rendering.context import localized
from live.sign_in import sign_in_url

logger = logging.getLogger(__name__)

# The server's own: suspends while the client reads slowly.
Send = Callable[[dict[str, Any]], Awaitable[None]]

CLOSE_CODES = {
    Reason.ASK_AGAIN: 4000,
    Reason.TOO_SLOW: 4008,
    Reason.GONE: 4205,
    Reason.SIGN_IN: 4401,
    Reason.FORBIDDEN: 4403,
    # The page does the same, with other words.
    Reason.BAD_REPORT: 4403,
    Reason.WRONG_ORIGIN: 4421,
}
# Those that the page does not get over by itself.
EXPLAINED = {Reason.GONE, Reason.SIGN_IN, Reason.FORBIDDEN, Reason.BAD_REPORT, Reason.WRONG_ORIGIN}
# That a client which reads slowly is given to take the explanation.
CLOSE_SECONDS = 5.0


def explanation(reason: Reason, context: PageContext | None = None) -> str:
    """Why the page has stopped, in its language, as HTML to be swapped in; empty where there is nothing for its person
    to do, and where the words cannot be made, which is logged: the page ends without them."""
    if reason not in EXPLAINED:
        return ""
    try:
        with localized(context):
            return render_to_string("live/explanation.html", {"reason": reason.name, "login": sign_in_url()})
    except Exception:
        metrics.failures.labels("explanation").inc()
        logger.exception("why a page has stopped (%s) could not be put into words", reason.value)
        return ""


async def close(send: Send, reason: Reason, context: PageContext | None = None) -> bool:
    """Close a socket, after a last frame that tells its person why, where there is something to do about it. False if
    it took neither in time, or is gone already."""
    code = CLOSE_CODES[reason]
    metrics.closes.labels(str(code)).inc()
    words = explanation(reason, context)
    try:
        async with asyncio.timeout(CLOSE_SECONDS):
            if words:
                await send({"type": "websocket.send", "text": words})
            await send({"type": "websocket.close", "code": code})
    except Exception as error:  # the socket is gone already, or takes nothing: there is nobody to tell
        logger.info("a socket could not be closed with %s: %r", code, error)
        return False
    return True
