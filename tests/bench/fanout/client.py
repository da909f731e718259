"""Many viewers in one process: WebSockets that are read and hardly looked at.

A browser's worth of client for each viewer would measure the clients. So this is one selector over plain sockets: it
finds where a frame ends (server frames are not masked: RFC 6455, section 5.2), looks for some bytes in it, answers
pings, and nothing else. It reads about 100,000 frames a second, several times what the fastest server here sends.

    viewers = Viewers(1000)
    viewers.connect("127.0.0.1", 8000, "/live/socket", report=report)
    arrivals = viewers.wait_for(b"12,345", deadline=10)
    viewers.close()
"""

import selectors
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass

# Opcodes.
CLOSE, PING, PONG = 0x8, 0x9, 0xA
# Far more than one frame of any server here, so that a frame is one read.
AT_ONCE = 256 * 1024


@dataclass(frozen=True)
class Arrivals:
    """How many viewers got what was waited for, of how many, and when the last of them had it (``perf_counter``).

    ``payload`` is that of the last frame.
    """

    got: int
    of: int
    last_at: float
    payload: bytes = b""

    @property
    def complete(self) -> bool:
        return self.got == self.of


class Viewer:
    """One socket. ``frames`` counts complete data frames, and ``closed`` says why it ended, if it has."""

    __slots__ = ("buffer", "closed", "frames", "open", "ready", "report", "request", "socket")

    def __init__(self, request: bytes, report: bytes) -> None:
        self.socket = socket.socket()
        self.socket.setblocking(False)
        self.request = request
        self.report = report
        self.buffer = b""
        self.open = self.ready = False
        self.frames = 0
        self.closed: str | None = None


class Viewers:
    """``count`` viewers of one page. Not for several threads; times are in seconds."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.viewers: list[Viewer] = []
        self._selector = selectors.DefaultSelector()
        # Called with each complete data frame.
        self._seen: Callable[[Viewer, bytes], None] = lambda viewer, payload: None
        self._last_at = 0.0

    def connect(
        self, host: str, port: int, path: str, *, report: str = "", deadline: float = 30.0, storm: bool = False
    ) -> Arrivals:
        """Open all sockets; a viewer is live when it is accepted and, if it sends a ``report``, has its first answer.

        With ``storm`` all connect in the same instant; otherwise fifty at a time, which spares the server's backlog of
        connections and so the second that the kernel waits before it tries again.
        """
        request = handshake(host, port, path)
        sent = masked(0x1, report.encode()) if report else b""
        until = time.perf_counter() + deadline
        self._seen = self._answered
        batch = self.count if storm else 50
        while len(self.viewers) < self.count and time.perf_counter() < until:
            for _ in range(min(batch, self.count - len(self.viewers))):
                viewer = Viewer(request, sent)
                self.viewers.append(viewer)
                viewer.socket.connect_ex((host, port))
                self._selector.register(viewer.socket, selectors.EVENT_WRITE, viewer)
            self._run(until, lambda: all(viewer.ready or viewer.closed for viewer in self.viewers))
        return Arrivals(sum(viewer.ready for viewer in self.viewers), self.count, self._last_at)

    def wait_for(self, marker: bytes, deadline: float) -> Arrivals:
        """Read until each viewer has had a frame with these bytes in it, at most ``deadline`` seconds from now."""
        missing = {viewer for viewer in self.viewers if viewer.ready}
        of, last = len(missing), b""

        def seen(viewer: Viewer, payload: bytes) -> None:
            nonlocal last
            if marker in payload and viewer in missing:
                missing.discard(viewer)
                last = payload
                self._last_at = time.perf_counter()

        self._seen = seen
        self._run(time.perf_counter() + deadline, lambda: not missing or all(viewer.closed for viewer in missing))
        return Arrivals(of - len(missing), of, self._last_at, last)

    def read_for(self, seconds: float) -> None:
        """Take whatever comes, and answer pings, for so long."""
        self._seen = lambda viewer, payload: None
        self._run(time.perf_counter() + seconds, lambda: False)

    def close(self) -> None:
        """Close every socket, without ceremony, as a closed lid does."""
        for viewer in self.viewers:
            self._end(viewer, "closed here")
        self._selector.close()

    def endings(self) -> dict[str, int]:
        """Why viewers are closed, with how many for each reason."""
        reasons = [viewer.closed for viewer in self.viewers if viewer.closed]
        return {reason: reasons.count(reason) for reason in sorted(set(reasons))}

    def _answered(self, viewer: Viewer, payload: bytes) -> None:
        self._is_ready(viewer)

    def _is_ready(self, viewer: Viewer) -> None:
        if not viewer.ready:
            viewer.ready = True
            self._last_at = time.perf_counter()

    def _run(self, until: float, done: Callable[[], bool]) -> None:
        """Handle what the sockets have to say until ``done`` (asked after each round) or the time ``until``."""
        while not done():
            left = until - time.perf_counter()
            if left <= 0:
                return
            for key, events in self._selector.select(left):
                try:
                    if events & selectors.EVENT_WRITE:
                        self._connected(key.data)
                    else:
                        self._read(key.data)
                except OSError as error:
                    self._end(key.data, f"{type(error).__name__}: {error}")

    def _connected(self, viewer: Viewer) -> None:
        error = viewer.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if error:
            raise OSError(error, "the connection was refused")
        viewer.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        viewer.socket.send(viewer.request)
        self._selector.modify(viewer.socket, selectors.EVENT_READ, viewer)

    def _read(self, viewer: Viewer) -> None:
        data = viewer.socket.recv(AT_ONCE)
        if not data:
            self._end(viewer, "the server hung up")
            return
        viewer.buffer = viewer.buffer + data if viewer.buffer else data
        if not viewer.open and not self._accepted(viewer):
            return
        while frame := first_frame(viewer.buffer):
            opcode, start, end = frame
            payload, viewer.buffer = viewer.buffer[start:end], viewer.buffer[end:]
            if opcode == PING:
                viewer.socket.send(masked(PONG, payload))
            elif opcode == CLOSE:
                self._end(viewer, f"closed with {int.from_bytes(payload[:2], 'big')}")
                return
            elif opcode != PONG:
                viewer.frames += 1
                self._seen(viewer, payload)

    def _accepted(self, viewer: Viewer) -> bool:
        head, end, rest = viewer.buffer.partition(b"\r\n\r\n")
        if not end:
            return False
        status = head.split(b" ", 2)[1]
        if status != b"101":
            self._end(viewer, f"refused with HTTP {status.decode('latin1')}")
            return False
        viewer.open, viewer.buffer = True, rest
        if viewer.report:
            viewer.socket.send(viewer.report)
        else:
            self._is_ready(viewer)
        return True

    def _end(self, viewer: Viewer, reason: str) -> None:
        if viewer.closed is None:
            viewer.closed = reason
            self._selector.unregister(viewer.socket)
            viewer.socket.close()


def handshake(host: str, port: int, path: str) -> bytes:
    """What asks for a WebSocket."""
    return (
        f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nOrigin: http://{host}:{port}\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    ).encode()


def first_frame(buffer: bytes) -> tuple[int, int, int] | None:
    """Opcode, and where the payload starts and ends, of the first frame; None if it is not all there yet."""
    if len(buffer) < 2:
        return None
    size, start = buffer[1], 2
    if size == 126:
        start = 4
        size = int.from_bytes(buffer[2:4], "big")
    elif size == 127:
        start = 10
        size = int.from_bytes(buffer[2:10], "big")
    if len(buffer) < start + size:
        return None
    return buffer[0] & 0x0F, start, start + size


def masked(opcode: int, payload: bytes) -> bytes:
    """A whole frame from client to server. Those must be masked; a mask of zeros leaves the payload as it is."""
    size = len(payload)
    if size < 126:
        head = bytes([0x80 | opcode, 0x80 | size])
    elif size < 65536:
        head = bytes([0x80 | opcode, 0x80 | 126]) + size.to_bytes(2, "big")
    else:
        head = bytes([0x80 | opcode, 0x80 | 127]) + size.to_bytes(8, "big")
    return head + bytes(4) + payload
