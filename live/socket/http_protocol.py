"""HTTP as daphne and Twisted speak it, within limits that hold before anything of Django runs.

Django's handler copies a whole body to disk before any view sees it, so one that is too large is refused here: by its
Content-Length, or while it is read. A request and its response have a time each, from the first byte to the last:
Twisted's own timeout begins anew with each byte, and a client that sends one now and then is never done.
"""

import logging
from http import HTTPStatus
from typing import Any

from daphne.server import Server  # isort: skip  # before anything else of Twisted: this installs the asyncio reactor
from daphne.http_protocol import HTTPFactory
from django.conf import settings
from twisted.web.http import HTTPChannel

from live import metrics
from live.api import Refused, unavailable
from live.limited_log import LimitedLog
from live.socket.refusals import response
from live.socket.request import LiveRequest

logger = logging.getLogger(__name__)
limited_log = LimitedLog(logger)

# From the first byte of a request to the last one of its headers, and of its body.
HEADERS_SECONDS = 10.0
BODY_SECONDS = 60.0
# In which a client takes a response, and may send another request on the same connection.
KEEP_ALIVE_SECONDS = 60.0
# For whom is still sending when the answer is there: a connection that is closed too soon takes the response with it.
LINGER_SECONDS = 30.0
# More than anything of ours takes. ``LIVE_MAX_BODY_BYTES`` for projects with larger uploads.
MAX_BODY_BYTES = 16 << 20
# Of all requests that come in or are answered at the moment.
MAX_BODIES_BYTES = 128 << 20


def max_body_bytes() -> int:
    """The largest body that a request may have."""
    limit: int = getattr(settings, "LIVE_MAX_BODY_BYTES", MAX_BODY_BYTES)
    return limit


class LiveChannel(HTTPChannel):  # type: ignore[misc]
    """One connection, with one request at a time."""

    # Answered, and not read any further: what still comes is thrown away.
    is_over = False
    # Over what the server has room for: whatever it asks for is refused.
    is_excess = False
    # Between two requests, or before the first one.
    is_idle = True
    # Twisted's: what cuts off a client that does not take the last of what it was sent.
    _abortingCall: Any

    @property
    def server(self) -> Any:
        return self.factory.server

    @property
    def is_awaited(self) -> bool:
        """Whether a request may be on its way, as far as one knows."""
        return not self.is_over and (self.is_idle or any(not request.is_complete for request in self.requests))

    @property
    def is_sending(self) -> bool:
        """Whether the last response of this connection has not gone yet."""
        return not self.is_over and not self.persistent and not self.requests

    def connectionMade(self) -> None:
        super().connectionMade()
        self.server.channels[self] = None

    def connectionLost(self, reason: Any) -> None:
        self.forget()
        super().connectionLost(reason)

    def forget(self) -> None:
        """It is no HTTP connection any more."""
        self.server.channels.pop(self, None)

    def resetTimeout(self) -> None:
        """Not with each byte: see the module."""

    def setTimeout(self, period: float | None) -> float | None:
        previous: float | None = super().setTimeout(None)
        # Anew, not moved: for one that comes sooner Twisted looks through all timers, also those that were cancelled.
        if period is not None:
            super().setTimeout(period)
        return previous

    def dataReceived(self, data: bytes) -> None:
        if self.is_over:
            return
        if self.paused:
            self._networkProducer.pauseProducing()
        elif self.is_idle:
            self.is_idle = False
            self.setTimeout(HEADERS_SECONDS)
        super().dataReceived(data)

    def pauseProducing(self) -> None:
        # The client does not take what it is sent. Twisted would read and answer on: as much as it asks for.
        super().pauseProducing()
        self.paused = True
        self._networkProducer.pauseProducing()

    def resumeProducing(self) -> None:
        super().resumeProducing()
        self.paused = False
        if not any(self._dataBuffer):
            self._networkProducer.resumeProducing()
        if self._buffer:
            self.dataReceived(b"")

    def lineReceived(self, line: bytes) -> None:
        if not self.is_over:
            super().lineReceived(line)

    def lineLengthExceeded(self, line: bytes) -> None:
        self._respondToBadRequestAndDisconnect()

    def _respondToBadRequestAndDisconnect(self) -> None:
        # Twisted's name for all that it does not read any further.
        message = "The request is no HTTP that is understood here, or its headers are too large."
        self.refuse("headers", Refused(400, "bad_request", message))

    def rawDataReceived(self, data: bytes) -> None:
        if not self.is_over:
            super().rawDataReceived(data)

    def allHeadersReceived(self) -> None:
        if self.length is not None and self.length > max_body_bytes():
            self.refuse_body()
            return
        self.setTimeout(BODY_SECONDS)
        super().allHeadersReceived()

    def allContentReceived(self) -> None:
        if not self.is_over:
            super().allContentReceived()

    def _send100Continue(self) -> None:
        # When the application asks for the body: who is refused need not send it.
        for request in self.requests:
            request.body.expects_continue = not request.body.is_complete

    def requestDone(self, request: Any) -> None:
        if not request.body.is_complete:
            self.requests.clear()
            self.linger()
            return
        self.is_idle = True
        self._savedTimeOut = KEEP_ALIVE_SECONDS
        super().requestDone(request)
        if not self.persistent and self._abortingCall is None:
            # Twisted waits for ever until the response is taken.
            self._abortingCall = self.callLater(KEEP_ALIVE_SECONDS, self.forceAbortClient)

    def timeoutConnection(self) -> None:
        if self.requests:
            message = f"The request did not arrive within {HEADERS_SECONDS:g} s and its body within {BODY_SECONDS:g} s."
            self.refuse("request_seconds", Refused(408, "request_timeout", message))
        else:
            super().timeoutConnection()

    def takes_body(self, request: LiveRequest, size: int) -> bool:
        """Count so many bytes of a body; False if they are too many, and the request is refused."""
        request.body_bytes += size
        self.server.bodies_bytes += size
        if request.body_bytes > max_body_bytes():
            self.refuse_body()
        elif self.server.bodies_bytes > max(MAX_BODIES_BYTES, max_body_bytes()):
            message = "The server is receiving too much at the moment; send the same again."
            self.refuse("bodies_bytes", unavailable(message))
        return not self.is_over

    def refuse_body(self) -> None:
        """The request is larger than any may be."""
        message = f"The body has more than {max_body_bytes()} bytes; send it in smaller parts."
        self.refuse("body_bytes", Refused(413, "too_large", message))

    def refuse(self, limit: str, refused: Refused) -> None:
        """Answer, and close the connection. What the client still sends is thrown away."""
        if self.is_over:
            return
        metrics.limits.labels(limit).inc()
        limited_log.warning(f"a request was refused with {refused.status} (limit: {limit}): %s", refused.message)
        accept: list[bytes] = []
        has_begun = False
        for request in self.requests:
            accept = request.requestHeaders.getRawHeaders(b"Accept", [])
            has_begun = bool(request.startedWriting)
            request.abandon()
        headers, body = response(refused, accept)
        status = f"HTTP/1.1 {refused.status} {HTTPStatus(refused.status).phrase}".encode()
        lines = [status, *(name + b": " + value for name, value in headers), b"connection: close", b"", body]
        if not has_begun:
            self.transport.write(b"\r\n".join(lines))
        self.linger()

    def linger(self) -> None:
        """Nothing more is said; the client has some time to notice."""
        self.is_over = True
        self.setTimeout(None)
        self._networkProducer.unregisterProducer()
        self._networkProducer.resumeProducing()
        if self._handlingRequest:  # all of it has come: nobody is still sending
            self.transport.loseConnection()
        else:
            self.transport.loseWriteConnection()
        self._abortingCall = self.callLater(LINGER_SECONDS, self.forceAbortClient)


class LiveHTTPFactory(HTTPFactory):  # type: ignore[misc]
    """Makes the channels, and refuses those for which there is no room."""

    protocol = LiveChannel

    def __init__(self, server: Server) -> None:
        super().__init__(server)
        self.timeOut = HEADERS_SECONDS

    def startFactory(self) -> None:
        """Without Twisted's line for each request, which goes to a log that nobody reads, and the clock for it."""

    def buildProtocol(self, addr: Any) -> LiveChannel | None:
        channels, room = self.server.channels, self.server.capacity.http_connections
        is_excess = len(channels) >= room and not self.make_room()
        if len(channels) >= 2 * room:
            metrics.limits.labels("connections").inc()
            limited_log.warning("a connection was closed at once: %d others are open", len(channels))
            return None
        channel: LiveChannel = super().buildProtocol(addr)
        channel.requestFactory = LiveRequest
        channel.is_excess = is_excess
        return channel

    def make_room(self) -> bool:
        """End the oldest connection whose request has not arrived, or is over, so that those who hold one open and send
        nothing keep nobody else out; False if all are being answered."""
        for channel in self.server.channels:
            if not channel._handlingRequest:
                channel.forget()
                channel.transport.abortConnection()
                return True
        return False
