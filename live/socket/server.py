"""Daphne, as live pages need it.

- It never closes a socket for its age: stock daphne does after a day, with a code that browsers do not retry.
- It drains: on SIGTERM it stops accepting, closes every page's socket in batches, for it to come back, and then exits.
- It writes ready-made frames. Server frames are not masked, so the same bytes serve every viewer; and a socket with
  nothing left to send is written to at once, not after a turn through the reactor. This is two thirds of what a
  delivery costs (see ``make bench-fanout``).
- It feels a slow reader: Twisted says when a client has stopped reading; stock daphne would queue without end.

The application gets the writer as an ASGI scope extension, ``live.writer``, and runs unchanged on any other server.
"""

import asyncio
import logging
import signal
import struct
from collections.abc import Callable
from typing import Any

# Before anything else of Twisted: this installs the asyncio reactor.
from daphne.server import Server, twisted_loop  # isort: skip
from daphne.http_protocol import WebRequest
from daphne.ws_protocol import WebSocketProtocol
from twisted.internet import reactor
from twisted.internet.defer import maybeDeferred

from live.hub import process
from live.hub.viewer import Frame

logger = logging.getLogger(__name__)

# That may wait in the process for one client; the kernel has its own buffer below that.
MAX_BUFFERED_BYTES = 4096
# That requests under way get at the end.
LAST_REQUESTS_SECONDS = 5.0
# A page's report takes about 60 bytes a fragment.
MAX_MESSAGE_BYTES = 256 * 1024


def to_wire(html: str) -> bytes:
    """An unmasked, unfragmented WebSocket text frame (RFC 6455, section 5.2)."""
    payload = html.encode()
    size = len(payload)
    if size < 126:
        return struct.pack("!BB", 0x81, size) + payload
    if size < 65536:
        return struct.pack("!BBH", 0x81, 126, size) + payload
    return struct.pack("!BBQ", 0x81, 127, size) + payload


class LiveProtocol(WebSocketProtocol):  # type: ignore[misc]
    """A socket that is its own ``live.writer``, and Twisted's push producer: told when the client reads slowly."""

    _full = False
    _waiting: Callable[[], None] | None = None

    def onOpen(self) -> None:
        super().onOpen()
        # Until the upgrade the HTTP channel was the producer.
        self.transport.unregisterProducer()
        self.transport.bufferSize = MAX_BUFFERED_BYTES
        self.transport.registerProducer(self, True)

    def write(self, frame: Frame) -> bool:
        """Send the frame. False if the client must read before it is given more; a closed socket takes nothing."""
        if self.state != self.STATE_OPEN:
            return True
        if frame.wire is None:
            frame.wire = to_wire(frame.html)
        data, transport = frame.wire, self.transport
        # Twisted's internals, so only where they are as expected: not under TLS, for instance.
        if (
            getattr(transport, "dataBuffer", None) == b""
            and not transport._tempDataBuffer
            and not transport.disconnecting
        ):
            written = transport.writeSomeData(data)
            if written == len(data):
                return True
            if isinstance(written, int) and written > 0:
                data = data[written:]
        transport.write(data)
        return not self._full

    def when_writable(self, act: Callable[[], None]) -> None:
        """Call ``act`` once, when the client reads again."""
        self._waiting = act

    def pauseProducing(self) -> None:
        self._full = True

    def resumeProducing(self) -> None:
        self._full = False
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            waiting()

    def stopProducing(self) -> None:
        self._full = True


class LiveServer(Server):  # type: ignore[misc]
    """Daphne's server with the changes that the module describes. Options are daphne's."""

    def __init__(self, application: Any, endpoints: list[str], **options: Any) -> None:
        super().__init__(
            application,
            endpoints,
            websocket_timeout=-1,
            websocket_max_message_size=MAX_MESSAGE_BYTES,
            websocket_max_frame_size=MAX_MESSAGE_BYTES,
            **options,
        )
        self._draining: asyncio.Task[None] | None = None
        self._ports: list[Any] = []
        self.failed: str | None = None

    @property
    def ws_factory(self) -> Any:
        return self._ws_factory

    @ws_factory.setter
    def ws_factory(self, factory: Any) -> None:
        # Daphne makes its factory in the middle of run(); this is where it can be told which protocol to build.
        factory.protocol = LiveProtocol
        self._ws_factory = factory

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Any:
        if isinstance(protocol, LiveProtocol):
            scope.setdefault("extensions", {})["live.writer"] = protocol
        return super().create_application(protocol, scope)

    def listen_success(self, port: Any) -> None:
        super().listen_success(port)
        self._ports.append(port)

    def listen_error(self, failure: Any) -> None:
        self.failed = failure.getErrorMessage()
        self.stop()

    def run_until_terminated(self, started: Callable[[], None]) -> None:
        """Serve until SIGTERM or SIGINT, then drain; a second one ends at once.

        ``started`` is called once connections are accepted.
        """
        self.signal_handlers = False
        for number in (signal.SIGTERM, signal.SIGINT):
            twisted_loop.add_signal_handler(number, self.terminate)

        def begun() -> None:
            # Now, and not with the first page: after a restart that one comes together with all others.
            process.running_hub()
            if self.failed is None:
                started()

        # Runs when the loop does, which is after run() has bound the addresses.
        twisted_loop.call_soon(begun)
        self.run()

    def terminate(self) -> None:
        """Drain and stop; asked again, stop."""
        if self._draining is not None:
            if reactor.running:
                self.stop()
        else:
            self._draining = twisted_loop.create_task(self._drain())

    def _requests(self) -> list["asyncio.Future[None]"]:
        """The HTTP requests that are being answered, from daphne's own records."""
        return [
            details["application_instance"]
            for protocol, details in self.connections.items()
            if isinstance(protocol, WebRequest) and "application_instance" in details
        ]

    async def _drain(self) -> None:
        logger.info("stopping: no new connections; open pages are told to come back")
        try:
            for port in self._ports:
                await maybeDeferred(port.stopListening).asFuture(twisted_loop)
            await process.close_all()
            async with asyncio.timeout(LAST_REQUESTS_SECONDS):
                await asyncio.gather(*self._requests(), return_exceptions=True)
        except Exception:
            logger.exception("the server could not stop in order, and stops now")
        finally:
            # Last, so that a page that reports meanwhile does not make another one.
            process.stop()
            self.stop()
