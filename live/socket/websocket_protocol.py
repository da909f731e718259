"""A WebSocket as daphne and autobahn speak it, with ready-made frames, a feel for slow readers, and limits.

Server frames are not masked, so the same bytes serve every viewer; and a socket with nothing left to send is written to
at once, not after a turn through the reactor. This is two thirds of what a delivery costs (see ``make bench-fanout``).

A client can cost without ever saying anything: with pings, whose answers autobahn queues without end, and with messages
of a hundred thousand frames that never end. So the frames of one client are counted, and a message has a time.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from operator import attrgetter
from typing import Any

import daphne.server  # noqa: F401  isort: skip  # before anything else of Twisted: this installs the asyncio reactor
from autobahn.websocket.compress import PerMessageDeflateOffer, PerMessageDeflateOfferAccept
from autobahn.websocket.types import ConnectionDeny
from daphne.ws_protocol import WebSocketProtocol
from django.conf import settings

from live import metrics
from live.client_address import client_address
from live.hub.viewer import Frame
from live.limited_log import LimitedLog
from live.socket.routing import SOCKET
from live.socket.wire import MIN_BYTES, to_compressed_wire, to_wire

logger = logging.getLogger(__name__)
limited_log = LimitedLog(logger)

# That may wait in the process for one client; the kernel has its own buffer below that.
MAX_BUFFERED_BYTES = 4096
# Of all kinds, at once, and more with daphne's checks, every 2 s. A page sends one as it connects, and every 20 s.
MAX_FRAMES, FRAMES_PER_CHECK = 100, 20
# From the first frame of a message to the last.
MAX_MESSAGE_SECONDS = 10.0
# Autobahn's, of which nothing is asked once a socket is open.
HANDSHAKE = {"http_headers", "http_request_data", "http_request_params", "http_request_uri", "http_status_line"}
# Of RFC 6455, section 7.4.1.
POLICY_VIOLATION, MESSAGE_TOO_BIG = 1008, 1009


class Messages:
    """What has come over a socket and its application has not taken yet, in the place of daphne's queue: one of
    asyncio's takes 3 KiB."""

    __slots__ = ("_taker", "_waiting")

    def __init__(self) -> None:
        self._waiting: list[dict[str, Any]] = []
        self._taker: asyncio.Future[None] | None = None

    def put_nowait(self, message: dict[str, Any]) -> None:
        """It has come."""
        self._waiting.append(message)
        if self._taker is not None and not self._taker.done():
            self._taker.set_result(None)

    async def get(self) -> dict[str, Any]:
        """ASGI's ``receive``."""
        while not self._waiting:
            self._taker = asyncio.get_running_loop().create_future()
            await self._taker
        return self._waiting.pop(0)


class LiveProtocol(WebSocketProtocol):  # type: ignore[misc]
    """A socket that is its own ``live.writer``, and Twisted's push producer: told when the client reads slowly."""

    # Autobahn copies its settings into each socket, and puts them into words for a log that hardly anybody has: half of
    # what a connect costs. Here they are the factory's, see below.
    CONFIG_ATTRS = ()
    _full = False
    _waiting: Callable[[], None] | None = None
    # Where its client is, once it is counted.
    _address: str | None = None
    # Sockets of other consumers of a project are their own affair.
    _is_live = False
    _frames = 0
    _message_began: float | None = None
    _is_over_limit = False
    # What the client has of what was sent, where that is compressed.
    _window: bytes | None = None

    def __init__(self) -> None:
        super().__init__()
        self.messages = Messages()

    def onConnect(self, request: Any) -> Any:
        sockets, peer = self.factory.server_class.sockets, self.transport.getPeer()
        address = client_address(getattr(peer, "host", ""), [request.headers.get("x-forwarded-for", "")])
        limit = sockets.exceeded(address)
        if limit is not None:
            metrics.limits.labels(limit).inc()
            message = "a socket from %s was refused with 503: %s are open, the most that there may be (limit: %s)"
            size = sockets.limit if limit == "sockets" else sockets.limit_per_address
            limited_log.warning(f"{message}; {ADVICE[limit]}", address, size, limit)
            raise ConnectionDeny(503, "Service Unavailable")
        sockets.add(address)
        self._address = address
        self._is_live = request.path.strip("/").endswith(SOCKET)
        return super().onConnect(request)

    def perMessageCompressionAccept(self, offers: list[Any]) -> PerMessageDeflateOfferAccept | None:
        """The first offer that leaves the window to us. What the client sends is compressed message by message."""
        if self._is_live and getattr(settings, "LIVE_COMPRESSION", False):
            for offer in (offer for offer in offers if isinstance(offer, PerMessageDeflateOffer)):
                if not offer.request_no_context_takeover and not offer.request_max_window_bits:
                    return PerMessageDeflateOfferAccept(offer, request_no_context_takeover=True)
        return None

    def onClose(self, wasClean: bool, code: int | None, reason: str | None) -> None:
        # Daphne closes here what it began in onConnect, also for a handshake that never came so far.
        if self._address is not None:
            self.factory.server_class.sockets.remove(self._address)
            super().onClose(wasClean, code, reason)

    def onOpen(self) -> None:
        super().onOpen()
        if self._perMessageCompress is not None:
            self._window = b""
        # Until the upgrade the HTTP channel was the producer.
        self.transport.unregisterProducer()
        self.transport.bufferSize = MAX_BUFFERED_BYTES
        self.transport.registerProducer(self, True)
        if self._is_live:
            self._forget_handshake()

    def _forget_handshake(self) -> None:
        """Else it is in memory for as long as a page is open. The headers are those of the scope."""
        self.clean_headers.clear()
        self.request.headers.clear()
        # For a debugger that sends frames in pieces: 760 bytes.
        self.send_queue = ()
        self.__dict__ = {name: value for name, value in self.__dict__.items() if name not in HANDSHAKE}

    # What we send

    def write(self, frame: Frame) -> bool:
        """Send the frame. False if the client must read before it is given more; a closed socket takes nothing."""
        if self.state != self.STATE_OPEN:
            return True
        if frame.wire is None:
            frame.wire = to_wire(frame.html)
        data, transport = frame.wire, self.transport
        if self._window is not None and len(data) > MIN_BYTES:
            data = self._compressed(frame, self._window)
        # Twisted's internals, so only where they are as expected: not under TLS, for instance.
        if (
            getattr(transport, "dataBuffer", None) == b""
            and not transport._tempDataBuffer
            and not transport.disconnecting
        ):
            try:
                written = transport.socket.send(data)
            except OSError:  # full, or gone: the transport sees which
                written = 0
            if written == len(data):
                return True
            data = data[written:]
        transport.write(data)
        return not self._full

    def _compressed(self, frame: Frame, window: bytes) -> bytes:
        """The frame for all who hold this window, made once."""
        if window not in frame.compressed:
            frame.compressed[window] = to_compressed_wire(frame.html, window)
        data, self._window = frame.compressed[window]
        return data

    def sendMessage(self, *args: Any, **options: Any) -> None:
        # The few that do not come by ``write``: autobahn would compress them with a window of its own.
        super().sendMessage(*args, **options, doNotCompress=True)

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

    # What the client sends

    def processData(self) -> bool:
        return not self._is_over_limit and super().processData()

    def onFrameBegin(self) -> None:
        self._frames += 1
        if self._frames > MAX_FRAMES and self._is_live:
            self._close_over_limit("frames", f"more than {MAX_FRAMES} frames at once")
        super().onFrameBegin()

    def onMessageBegin(self, isBinary: bool) -> None:
        self._message_began = time.monotonic()
        super().onMessageBegin(isBinary)

    def onMessageEnd(self) -> None:
        self._message_began = None
        super().onMessageEnd()
        if self._window is not None:
            self._perMessageCompress._decompressor = None  # 40 KiB

    def _max_message_size_exceeded(self, size: int, limit: int, reason: str) -> None:
        # Autobahn would drop the connection without a code.
        self._close_over_limit("message_bytes", f"a message of more than {limit} bytes", MESSAGE_TOO_BIG)

    def onPing(self, payload: bytes) -> None:
        if not self._full:  # who does not read gets no more to read
            super().onPing(payload)

    def check_timeouts(self) -> None:
        # Daphne has nothing to do for most.
        if self.state != self.STATE_OPEN or time.time() - self.last_ping > self.server.ping_interval:
            super().check_timeouts()
        self._frames = max(self._frames - FRAMES_PER_CHECK, 0)
        if self._message_began is not None and time.monotonic() - self._message_began > MAX_MESSAGE_SECONDS:
            self._close_over_limit("message_seconds", f"a message that takes more than {MAX_MESSAGE_SECONDS:g} s")

    def _close_over_limit(self, limit: str, reason: str, code: int = POLICY_VIOLATION) -> None:
        """Close the socket and read nothing more of it; autobahn drops it after a second if it does not answer."""
        if self._is_over_limit:
            return
        # The second is autobahn's: what has come of the message goes no further.
        self._is_over_limit = self.failedByMe = True
        metrics.limits.labels(limit).inc()
        metrics.closes.labels(str(code)).inc()
        limited_log.warning(f"a socket from %s is closed with {code}: {reason}", self._address)
        self.sendCloseFrame(code=code, reasonUtf8=reason.encode())
        self.transport.pauseProducing()


for name in {*WebSocketProtocol.CONFIG_ATTRS} - {*vars(LiveProtocol)}:
    setattr(LiveProtocol, name, property(attrgetter(f"factory.{name}")))

ADVICE = {
    "sockets": "raise the limit of open files (LimitNOFILE, ulimit -n), or run more processes",
    "address": "if that is a proxy of yours, have it send X-Forwarded-For and set LIVE_TRUSTED_PROXIES; if it is a "
    "large network, raise LIVE_MAX_SOCKETS_PER_ADDRESS",
}
