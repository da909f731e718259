"""A client that speaks HTTP and WebSocket byte by byte, as no browser would."""

import contextlib
import socket
import struct

from tests.servers import Site
from tests.waiting import DEADLINE

TEXT, CONTINUATION, CLOSE, PING = 1, 0, 8, 9


class Raw:
    """A TCP connection, and all that has come over it."""

    def __init__(self, site: Site, sent: bytes = b"", buffer: int | None = None) -> None:
        """``buffer``: of how many bytes the kernel takes for a client that does not read."""
        self.socket = site.opened.enter_context(socket.socket())
        self.socket.settimeout(DEADLINE)
        if buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        self.socket.connect(("127.0.0.1", site.port))
        self.came = b""
        self.send(sent)

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def until(self, text: bytes) -> bytes:
        while text not in self.came:
            data = self.socket.recv(65536)
            assert data, f"the connection ended before {text!r}; {self.came!r} came"
            self.came += data
        return self.came

    def end(self) -> bytes:
        """Read until the server has closed; all that came. A reset is an end, too."""
        with contextlib.suppress(ConnectionError):
            while data := self.socket.recv(65536):
                self.came += data
        return self.came

    @property
    def status(self) -> int:
        return int(self.until(b"\r\n").split()[1])


def request(method: str, path: str, *headers: str) -> bytes:
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *headers, "", ""]).encode()


def open_socket(site: Site, address: str = "203.0.113.1", buffer: int | None = None) -> Raw:
    """Ask for a WebSocket by way of a proxy that names this address."""
    key = "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=="
    upgrade = ("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13", key)
    origin, client = "Origin: http://127.0.0.1", f"X-Forwarded-For: 198.51.100.9, {address}"
    opened = Raw(site, request("GET", "/live/socket", *upgrade, origin, client), buffer)
    opened.until(b"\r\n\r\n")
    return opened


def frame(opcode: int, payload: bytes = b"", *, final: bool = True) -> bytes:
    """A WebSocket frame as a client sends it: masked, here with zeros."""
    size = bytes([0x80 | len(payload)]) if len(payload) < 126 else struct.pack("!BH", 0x80 | 126, len(payload))
    return bytes([(0x80 if final else 0) | opcode]) + size + bytes(4) + payload


def closed_with(opened: Raw, code: int) -> bool:
    return bytes([0x80 | CLOSE]) in opened.end() and struct.pack("!H", code) in opened.came


def reached(site: Site, limit: str) -> float:
    return site.counters().get(f'live_limits_total{{limit="{limit}"}}', 0)
