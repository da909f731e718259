"""One HTTP request, begun at its headers: the application receives the body as it comes in (``request_body``).

So it may refuse a request by its headers, and the body is never sent. Who is answered while it is still sending is
heard no further, and the connection ends: what comes on it might be taken for another request.
"""

import io
from typing import Any

import daphne.server  # noqa: F401  isort: skip  # before anything else of Twisted: this installs the asyncio reactor
from daphne.http_protocol import WebRequest

from live.api import Refused, unavailable
from live.socket.request_body import RequestBody


class LiveRequest(WebRequest):  # type: ignore[misc]
    """One request, begun at its headers; its body is counted while it comes in."""

    body_bytes = 0
    # All of it has come.
    is_complete = False

    def __init__(self, *args: Any) -> None:
        # Twisted would look for a form in it, for nobody: Django parses forms, within its limits.
        super().__init__(*args, parsePOSTFormSubmission=False)

    def gotLength(self, length: int | None) -> None:
        # Daphne reads the body from it, and finds none: ``body`` has it.
        self.content = io.BytesIO()
        self.body = RequestBody(self.transport)
        if length != 0:
            channel = self.channel
            super().requestReceived(channel._command, channel._path, channel._version)

    def handleContentChunk(self, data: bytes) -> None:
        if not self.channel.is_over and self.channel.takes_body(self, len(data)):
            self.body.feed(data)

    def requestReceived(self, command: bytes, path: bytes, version: bytes) -> None:
        self.is_complete = True
        self.body.finish()
        if self.application_queue is None:
            super().requestReceived(command, path, version)

    def process(self) -> Any:
        # Daphne takes from it under which prefix the site is, and links follow: whoever sends it writes our links.
        self.requestHeaders.removeHeader(b"Daphne-Root-Path")
        channel = self.channel
        if channel.is_excess:
            message = "The server has as many connections as it can serve; come back in a moment."
            return channel.refuse("connections", unavailable(message))
        upgrade = self.requestHeaders.getRawHeaders(b"Upgrade", [b""])[0]
        if upgrade.lower() == b"websocket" and not self.body.is_complete:
            return channel.refuse("headers", Refused(400, "bad_request", "A WebSocket's handshake has no body."))
        outcome = super().process()
        if self.transport is None:  # it is a WebSocket from now on, and the channel will not hear of its end
            channel.forget()
        return outcome

    def handle_reply(self, message: dict[str, Any]) -> None:
        if self.finished or self.channel is None or self.channel.is_over:
            return
        if message["type"] == "http.response.start":
            if not self.body.is_complete:
                self.body.expects_continue = False
                self.end_connection()
            elif self.server.is_draining:  # the next request is for another process
                self.end_connection()
        super().handle_reply(message)

    def end_connection(self) -> None:
        """This response is its last one, and says so."""
        self.channel.persistent = False
        self.responseHeaders.setRawHeaders(b"Connection", [b"close"])

    def finish(self) -> None:
        self.release_body()
        super().finish()

    def connectionLost(self, reason: Any) -> None:
        self.release_body()
        super().connectionLost(reason)

    def abandon(self) -> None:
        """The server itself has answered: there is nothing more for the application to do."""
        self.release_body()
        if self.application_queue is not None:
            self.send_disconnect()

    def release_body(self) -> None:
        """Its body takes no room any more."""
        self.server.bodies_bytes -= self.body_bytes
        self.body_bytes = 0
