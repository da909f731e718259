"""The ASGI application to ship: Django's, with the live socket beside it.

    # asgi.py
    from live.socket.routing import with_live
    application = with_live(get_asgi_application())

There is no session or auth middleware around the socket: ``live.page.access`` reads who it is, again and again,
and a middleware would sit in the way of every frame.
"""

import logging
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

from channels.routing import ProtocolTypeRouter
from django.conf import settings
from django.urls import NoReverseMatch, get_script_prefix, reverse

from live import health
from live.hub import process
from live.limited_log import LimitedLog
from live.socket.consumer import LiveConsumer

SOCKET = "live/socket"
# Of a path that somebody sent, in a log.
MAX_LOGGED_LENGTH = 200

limited_log = LimitedLog(logging.getLogger(__name__))
# Whether this process has an application with the socket.
is_routed = False


def socket_url() -> str:
    """Where a page opens its socket: beside what it asks over HTTP, so that one prefix in a project's URLs, or one
    location of a proxy, is for both."""
    with suppress(NoReverseMatch):  # said by a check
        url = reverse("live:page")
        if url.endswith("/live/page"):
            return f"{url.removesuffix('live/page')}{SOCKET}"
    return get_script_prefix() + SOCKET


def with_whole_path(scope: Any) -> Any:
    """The scope with a path that begins with the prefix, also where a proxy has taken that away: Django's
    ``request.path``, and with it where who signs in comes back to, is the path as the server has it."""
    prefix = (settings.FORCE_SCRIPT_NAME or scope.get("root_path", "")).rstrip("/")
    return scope if f"{scope['path']}/".startswith(f"{prefix}/") else {**scope, "path": prefix + scope["path"]}


async def refuse(scope: Any, receive: Any, send: Any) -> None:
    """In the handshake, and with no exception in the log for every scanner."""
    path = scope["path"][:MAX_LOGGED_LENGTH]
    limited_log.warning("a socket is refused: it is asked for at %r, which does not end with /%s", path, SOCKET)
    await receive()
    await send({"type": "websocket.close", "code": 4404})


async def lifespan(scope: Any, receive: Any, send: Any) -> None:
    """What servers say at their start and at their end. ``manage.py serve`` does the same by itself."""
    assert (await receive())["type"] == "lifespan.startup"
    process.running_hub()  # now, and not with the first page: after a restart that comes together with all others
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await process.close_all()
    process.stop()
    await send({"type": "lifespan.shutdown.complete"})


def with_live(django_application: Any) -> ProtocolTypeRouter:
    """``django_application`` for HTTP, the live socket, and ``live.health``. The Origin is checked inside. Works on any
    ASGI server."""
    global is_routed
    is_routed = True

    def websocket(scope: Any, receive: Any, send: Any) -> Coroutine[Any, Any, None]:
        # Under whatever prefix: the proxy's, the server's, or one in the project's URLs. What is awaited here would be
        # in memory for as long as the socket is open.
        return (LiveConsumer() if scope["path"].endswith(f"/{SOCKET}") else refuse)(scope, receive, send)

    async def http(scope: Any, receive: Any, send: Any) -> None:
        scope = with_whole_path(scope)
        await (health.respond if health.is_asked(scope) else django_application)(scope, receive, send)

    return ProtocolTypeRouter({"http": http, "websocket": websocket, "lifespan": lifespan})
