"""The site's settings with limits that a test reaches within a few seconds, and with small buffers in the kernel, so
that who does not read is soon a slow reader."""

import socket

from django.apps import AppConfig

from tests.settings import *  # noqa: F403
from tests.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.impatient.Impatient"]
LIVE_TRUSTED_PROXIES = 1
LIVE_MAX_SOCKETS_PER_ADDRESS = 20
LIVE_MAX_BODY_BYTES = 1 << 20
KERNEL_BUFFER_BYTES = 4096


class Impatient(AppConfig):
    name = "tests.impatient"

    def ready(self) -> None:
        from live.hub import periodic_tasks
        from live.socket import consumer, http_protocol, request_queue, websocket_protocol

        http_protocol.HEADERS_SECONDS = http_protocol.BODY_SECONDS = 3.0
        http_protocol.KEEP_ALIVE_SECONDS = http_protocol.LINGER_SECONDS = 3.0
        http_protocol.MAX_BODIES_BYTES = 3 << 20
        websocket_protocol.MAX_MESSAGE_SECONDS = 2.0
        request_queue.MAX_WAIT_SECONDS = 2.0
        consumer.MAX_SILENCE_SECONDS = 5.0
        periodic_tasks.HEARTBEAT_SECONDS = 1.0
        periodic_tasks.MAX_BLOCKED_SECONDS = 5.0
        opened = websocket_protocol.LiveProtocol.onOpen

        def on_open(protocol: websocket_protocol.LiveProtocol) -> None:
            handle = protocol.transport.getHandle()
            handle.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, KERNEL_BUFFER_BYTES)
            opened(protocol)

        websocket_protocol.LiveProtocol.onOpen = on_open
