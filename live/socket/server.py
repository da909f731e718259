"""Daphne, as live pages need it.

- It never closes a socket for its age: stock daphne does after a day, with a code that browsers do not retry.
- It drains: on SIGTERM it stops accepting, closes every page's socket in batches, for it to come back, and then exits.
- It writes ready-made frames, and feels a slow reader: ``websocket_protocol``.
- An application begins at a request's headers, and may refuse it before its body is sent: ``request``.
- It is bounded: what strangers may take of it is in ``capacity``, how large and how slow a request may be in
  ``http_protocol``, and how many are handled at the same time in ``request_queue``.

The application gets the writer as an ASGI scope extension, ``live.writer``, and runs unchanged on any other server.
"""

import asyncio
import gc
import logging
import signal
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

# Before anything else of Twisted: this installs the asyncio reactor.
from daphne.server import Server, twisted_loop  # isort: skip
from twisted.internet import reactor
from twisted.internet.main import CONNECTION_DONE
from twisted.python.failure import Failure

from live.client_address import client_address
from live.hub import process
from live.page.report import MAX_REPORT_LENGTH
from live.socket.capacity import Capacity, Sockets, raise_descriptor_limit
from live.socket.http_protocol import LiveChannel, LiveHTTPFactory
from live.socket.request import LiveRequest
from live.socket.request_queue import RequestQueue
from live.socket.websocket_protocol import LiveProtocol

logger = logging.getLogger(__name__)

# After a restart a thousand handshakes wait for their turn: daphne's 5 s would reset the last of them.
MAX_HANDSHAKE_SECONDS = 20
# After which a thread that computes makes room for others. Each row that is read from SQLite gives up the interpreter's
# lock and then waits for it: with Python's own 5 ms, 2,000 rows took 140 ms beside one such thread, and 1 ms without.
SWITCH_SECONDS = 0.001
# That are made before Python looks for garbage among them. With its own 700 it does so for every few requests, whose
# objects are still in use: 6 % of what a point costs.
NEW_OBJECTS = 10_000
# In each scope.
ASGI = {"version": "3.0"}
# That requests under way get at the end; and that those get to come whose connections are open. Who sends again and
# again on a kept connection hears with an answer that it was the last, and loses none.
LAST_REQUESTS_SECONDS, LAST_ARRIVALS_SECONDS = 5.0, 0.5
CHECK_SECONDS = 0.02
# At the end, of connections that wait: more than the kernel lets wait.
MAX_ACCEPTS = 1 << 16


def stop_listening(port: Any) -> None:
    """Refuse who connects from now on, and nobody who is connected already: closed sockets reset those that were not
    accepted yet. Twisted's own way to do it has a turn of the loop in the middle, in which more of them come.
    """
    port.stopReading()
    port.numberAccepts = MAX_ACCEPTS
    port.doRead()
    port.connectionLost(Failure(CONNECTION_DONE))  # type: ignore[no-untyped-call]


class LiveServer(Server):  # type: ignore[misc]
    """Daphne's server with the changes that the module describes. Options are daphne's."""

    def __init__(self, application: Any, endpoints: list[str], **options: Any) -> None:
        self.capacity = Capacity.of(raise_descriptor_limit())
        self.sockets = Sockets(self.capacity.sockets)
        # Open HTTP connections, the oldest first, and the bytes of the bodies that they have sent.
        self.channels: dict[LiveChannel, None] = {}
        self.bodies_bytes = 0
        # Around sockets there is nothing: it would be in memory for as long as they are open.
        self.in_sockets = application
        super().__init__(
            RequestQueue(application, self.capacity.requests),
            endpoints,
            websocket_timeout=-1,
            websocket_handshake_timeout=MAX_HANDSHAKE_SECONDS,
            websocket_max_message_size=MAX_REPORT_LENGTH,
            websocket_max_frame_size=MAX_REPORT_LENGTH,
            **options,
        )
        self._draining: asyncio.Task[None] | None = None
        self._ports: list[Any] = []
        self.failed: str | None = None

    @property
    def http_factory(self) -> Any:
        return self._http_factory

    @http_factory.setter
    def http_factory(self, factory: Any) -> None:
        # Daphne makes its factories in the middle of run(); here they are replaced, or told which protocol to build.
        self._http_factory = LiveHTTPFactory(self)

    @property
    def ws_factory(self) -> Any:
        return self._ws_factory

    @ws_factory.setter
    def ws_factory(self, factory: Any) -> None:
        factory.protocol = LiveProtocol
        self._ws_factory = factory

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Any:
        if isinstance(protocol, LiveProtocol):
            scope.setdefault("extensions", {})["live.writer"] = protocol
        if scope["client"] is not None:
            forwarded_for = [value.decode("latin1") for name, value in scope["headers"] if name == b"x-forwarded-for"]
            scope["client"] = [client_address(scope["client"][0], forwarded_for), scope["client"][1]]
        # As daphne does it, with other queues.
        is_request = isinstance(protocol, LiveRequest)
        application, queue = (self.application, protocol.body) if is_request else (self.in_sockets, protocol.messages)
        scope["asgi"] = ASGI
        running = application(scope, queue.get, partial(self.handle_reply, protocol))
        self.connections[protocol]["application_instance"] = asyncio.ensure_future(running)
        return queue

    def kill_all_applications(self) -> Any:
        # Daphne asks each connection for its application, which is gone once it has answered: one that is kept alive
        # ended that with a KeyError, and all other applications ran on.
        for protocol, details in [*self.connections.items()]:
            if "application_instance" not in details:
                del self.connections[protocol]
        return super().kill_all_applications()

    @property
    def is_draining(self) -> bool:
        """Whether it is about to stop, and answers only what has come."""
        return self._draining is not None

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
        sys.setswitchinterval(SWITCH_SECONDS)
        self.signal_handlers = False
        for number in (signal.SIGTERM, signal.SIGINT):
            # Not the loop's own: asyncio has the signal written to a pipe, and it is lost while that is full, as when a
            # thousand pages leave at once.
            signal.signal(number, lambda *_: twisted_loop.call_soon_threadsafe(self.terminate))

        def begun() -> None:
            # Now, and not with the first page: after a restart that one comes together with all others.
            process.running_hub()
            # What is there now stays: looking through it for garbage would stop everything for 60 ms, again and again.
            gc.collect()
            gc.freeze()
            gc.set_threshold(NEW_OBJECTS)
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
        """The HTTP requests that have come in and are being answered, from daphne's own records."""
        return [
            details["application_instance"]
            for protocol, details in self.connections.items()
            if isinstance(protocol, LiveRequest) and "application_instance" in details and protocol.is_complete
        ]

    def _is_answering(self, *, awaits: bool) -> bool:
        """Whether a request is under way; with ``awaits`` also, whether one may be about to come."""
        return any(not request.done() for request in self._requests()) or any(
            channel.is_sending or (awaits and channel.is_awaited) for channel in self.channels
        )

    async def _answer_what_has_come(self) -> None:
        """``TimeoutError`` where that takes too long."""
        began = twisted_loop.time()
        async with asyncio.timeout(LAST_REQUESTS_SECONDS):
            # Checked, and not waited for: what there is to wait for comes and goes.
            while True:
                if not self._is_answering(awaits=twisted_loop.time() - began < LAST_ARRIVALS_SECONDS):
                    return
                await asyncio.sleep(CHECK_SECONDS)

    async def _drain(self) -> None:
        process.begin_to_stop()
        logger.info("stopping: no new connections; open pages are told to come back")
        try:
            for port in self._ports:
                stop_listening(port)
            await process.close_all()
            await self._answer_what_has_come()
        except Exception:
            logger.exception("the server could not stop in order, and stops now")
        finally:
            # Last, so that a page that reports meanwhile does not make another one.
            process.stop()
            self.stop()
