"""The ASGI application to ship: Django's, with the live socket beside it.

    # asgi.py
    from live.socket.routing import with_live
    application = with_live(get_asgi_application())

There is no session or auth middleware around the socket: ``live.page.access`` reads who it is, again and again,
and a middleware would sit in the way of every frame.
"""

from typing import Any

from channels.routing import ProtocolTypeRouter

from live import health
from live.socket.consumer import LiveConsumer

SOCKET = "live/socket"


def with_live(django_application: Any) -> ProtocolTypeRouter:
    """``django_application`` for HTTP, the live socket, and ``live.health``. The Origin is checked inside. Works on any
    ASGI server."""
    consumer: Any = LiveConsumer.as_asgi()

    async def websocket(scope: Any, receive: Any, send: Any) -> None:
        if health.path_of(scope) == f"/{SOCKET}":
            await consumer(scope, receive, send)
        else:  # refused in the handshake, and no exception in the log for every scanner
            await receive()
            await send({"type": "websocket.close", "code": 4404})

    async def http(scope: Any, receive: Any, send: Any) -> None:
        await (health.respond if health.is_asked(scope) else django_application)(scope, receive, send)

    return ProtocolTypeRouter({"http": http, "websocket": websocket})
