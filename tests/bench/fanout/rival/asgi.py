"""The site over HTTP, and the rival's socket. For stock daphne, from the root of the repository."""

from django.core.asgi import get_asgi_application

import manage  # noqa: F401  puts site/ on the path

http = get_asgi_application()

# Imported after Django is set up.
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.urls import path  # noqa: E402

from live import changes  # noqa: E402
from tests.bench.fanout.rival.consumers import PanelConsumer, push  # noqa: E402

changes.listeners.append(push)
application = ProtocolTypeRouter(
    {"http": http, "websocket": URLRouter([path("rival/socket", PanelConsumer.as_asgi())])}
)
