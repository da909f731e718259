"""The socket, opened as a browser opens it: through the proxy, with the right Origin, and left alone for a while.

A client of our own, of a page's length: no WebSocket library comes with every server.
"""

import base64
import hashlib
import http.client
import json
import os
import socket
import struct
import time
from collections.abc import Iterator
from dataclasses import dataclass

from live.doctor.address import TIMEOUT_SECONDS, Address
from live.doctor.findings import Finding, ok, warning, wrong
from live.hub.periodic_tasks import HEARTBEAT_SECONDS
from live.page.page import Page, Reason
from live.page.token import sign
from live.socket.close_codes import CLOSE_CODES
from live.socket.routing import SOCKET

GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, section 1.3
TEXT, CLOSE, PING, PONG = 1, 8, 9, 10
# That a heartbeat may be late.
MARGIN_SECONDS = 3.0
LIKELY = {
    400: "the proxy drops the headers of the upgrade, or the server there has no WebSockets (WSGI)",
    403: "something in front of live refuses it: an Origin validator around with_live, or the proxy",
    404: "the proxy drops the headers of the upgrade, so that Django gets a plain GET",
    426: "the proxy drops the headers of the upgrade, or speaks HTTP/1.0 to the server",
    502: "the proxy does not reach the server",
    504: "the proxy waits for the server in vain",
}
UPGRADE = (
    "In nginx: proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection"
    ' "upgrade"; in Apache: ProxyPass with upgrade=websocket'
)


@dataclass
class Socket:
    """An open socket. Frames are read one after the other; pings are answered."""

    connection: socket.socket
    received: bytes = b""

    def send(self, opcode: int, payload: bytes) -> None:
        """One frame, masked, as a client's must be."""
        mask, size = os.urandom(4), len(payload)
        length = struct.pack("!B", 0x80 | size) if size < 126 else struct.pack("!BH", 0x80 | 126, size)
        masked = bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))
        self.connection.sendall(bytes([0x80 | opcode]) + length + mask + masked)

    def receive(self, seconds: float) -> tuple[int, bytes]:
        """Opcode and payload of the next frame that is no ping. ``TimeoutError``; ``EOFError`` where it was cut off."""
        deadline = time.monotonic() + seconds
        while True:
            first, second = self._take(2, deadline)
            size = second & 0x7F
            if size > 125:
                size = int.from_bytes(self._take(2 if size == 126 else 8, deadline))
            payload = self._take(size, deadline)
            if first & 0x0F == PING:
                self.send(PONG, payload)
            elif first & 0x0F != PONG:
                return first & 0x0F, payload

    def _take(self, count: int, deadline: float) -> bytes:
        while len(self.received) < count:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            self.connection.settimeout(left)
            more = self.connection.recv(65536)
            if not more:
                raise EOFError
            self.received += more
        taken, self.received = self.received[:count], self.received[count:]
        return taken


@dataclass(frozen=True)
class Handshake:
    """What came back: the status, its headers, and the socket where it is 101."""

    status: int
    headers: dict[str, str]
    socket: Socket | None = None


def shake_hands(address: Address, extensions: str = "") -> Handshake:
    """Ask for the socket as a browser does that shows a page of this address. Raises ``OSError``, ``HTTPException``."""
    key = base64.b64encode(os.urandom(16)).decode()
    connection = address.connect()
    headers = {
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Key": key,
        "Sec-WebSocket-Version": "13",
        "Origin": address.origin,
        "User-Agent": "live_doctor",
        **({"Sec-WebSocket-Extensions": extensions} if extensions else {}),
        **address.headers,
    }
    try:
        connection.request("GET", f"{address.path}/{SOCKET}", headers=headers)
        raw = connection.sock
        response = http.client.HTTPResponse(raw, method="GET")
        response.begin()
    except BaseException:
        connection.close()
        raise
    answered = {name.lower(): value for name, value in response.getheaders()}
    expected = base64.b64encode(hashlib.sha1((key + GUID).encode()).digest()).decode()  # as the RFC has it
    if response.status != 101 or answered.get("sec-websocket-accept") != expected:
        connection.close()
        return Handshake(response.status, answered)
    # What came in the same packet as the response is in its buffer.
    raw.settimeout(0.0)
    buffered = response.fp.peek() if response.fp is not None else b""
    return Handshake(101, answered, Socket(raw, buffered))


def opens(address: Address) -> Iterator[Finding]:
    """The upgrade, then a page with no fragment on it, which the server answers at once, and then its heartbeats."""
    try:
        handshake = shake_hands(address)
    except TimeoutError:
        state = f"The socket at {address.url}/{SOCKET} gets no answer within {TIMEOUT_SECONDS:g} s."
        yield wrong("socket", state, f"Most likely the proxy holds the upgrade back. {UPGRADE}.")
        return
    if handshake.socket is None:
        state = f"The socket at {address.url}/{SOCKET} is answered with {handshake.status} and not with 101."
        likely = LIKELY.get(handshake.status, "something in front of live answers")
        yield wrong("socket", state, f"Most likely {likely}. {UPGRADE}.")
        return
    yield ok("socket", f"{address.url}/{SOCKET} is upgraded.")
    with handshake.socket.connection:
        finding = _first_frame(address, handshake.socket)
        yield finding
        if finding.advice == "":
            yield _idle(handshake.socket)


def _first_frame(address: Address, socket: Socket) -> Finding:
    began = time.monotonic()
    try:
        socket.send(TEXT, json.dumps({"page": sign(Page()), "shown": []}).encode())
        while True:
            opcode, payload = socket.receive(TIMEOUT_SECONDS)
            if opcode == TEXT and b"live-heartbeat" in payload:
                milliseconds = 1000 * (time.monotonic() - began)
                return ok("origin", f"A page of {address.origin} is let in, and answered after {milliseconds:.0f} ms.")
            if opcode == CLOSE:
                code = int.from_bytes(payload[:2])
                break
    except (EOFError, ConnectionError):
        code = 1006
    except TimeoutError:
        state = f"The server answers a page not within {TIMEOUT_SECONDS:g} s."
        return wrong("origin", state, "Most likely the proxy buffers: in nginx, proxy_buffering off; see the log, too.")
    reasons = {code: reason for reason, code in CLOSE_CODES.items()}
    reason = reasons[code].value if code in reasons else "cut off"
    state = f"A page of {address.origin} is closed with {code} ({reason})."
    advice = (
        "If the secret is the same (see above), the Origin is refused: have the proxy set Host ($http_host), or add"
        f" {address.origin} to CSRF_TRUSTED_ORIGINS, and its host to ALLOWED_HOSTS; with SESSION_COOKIE_SECURE pages"
        " must be on https."
    )
    return wrong("origin", state, advice if code == CLOSE_CODES[Reason.WRONG_ORIGIN] else "The server's log says why.")


def _idle(socket: Socket) -> Finding:
    """A page on which nothing changes gets nothing but heartbeats; from the first to the second it is quiet longest."""
    began, heartbeats = time.monotonic(), 0
    try:
        while True:
            opcode, payload = socket.receive(HEARTBEAT_SECONDS + MARGIN_SECONDS)
            heartbeats += opcode == TEXT and b"live-heartbeat" in payload
            if heartbeats == 2:
                return ok("time-outs", f"A quiet page gets its heartbeat, every {HEARTBEAT_SECONDS:g} s.")
            if opcode == CLOSE:
                break
    except (EOFError, ConnectionError):
        pass
    except TimeoutError:
        state = f"A quiet page got no heartbeat within {HEARTBEAT_SECONDS + MARGIN_SECONDS:g} s."
        return wrong("time-outs", state, "Most likely the proxy buffers: in nginx, proxy_buffering off.")
    state = f"A quiet page is cut off after {time.monotonic() - began:.0f} s."
    advice = f"Raise the proxy's time-out well above {HEARTBEAT_SECONDS:g} s: in nginx, proxy_read_timeout 60s."
    return wrong("time-outs", state, advice)


def compression(address: Address) -> Iterator[Finding]:
    """Whether the server takes up compression, which costs it more than all the rest."""
    handshake = shake_hands(address, "permessage-deflate")
    if handshake.socket is None:
        return
    handshake.socket.connection.close()
    if "permessage-deflate" in handshake.headers.get("sec-websocket-extensions", ""):
        state = "Frames are compressed: about four times the CPU, and up to 128 KiB of memory for each page."
        yield warning("compression", state, "Where CPU is short: uvicorn --ws-per-message-deflate false.")
    else:
        yield ok("compression", "Frames are not compressed, once for each page.")
