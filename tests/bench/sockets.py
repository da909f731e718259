"""A WebSocket of a client that is one of thousands in a process: it is read, and little more."""

import asyncio
import zlib
from collections.abc import Callable

from tests.bench.fanout.client import CLOSE, PING, PONG, first_frame, handshake, masked

HOST = "127.0.0.1"
END = b"\r\n\r\n"
# RFC 7692: what a browser offers, the bit of a message that is compressed, and what it goes without.
OFFER = b"\r\nSec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"
RSV1, TAIL = 0x40, b"\x00\x00\xff\xff"


class Socket(asyncio.Protocol):
    """A WebSocket that calls ``received`` with each message. ``closed`` is done at its end.

    With ``inflates`` it offers permessage-deflate, as browsers do. ``bytes`` counts what has come on the wire.
    """

    transport: asyncio.Transport

    def __init__(self, port: int, path: str, received: Callable[[bytes], None], *, inflates: bool = False) -> None:
        self._port, self._request, self._received = port, handshake(HOST, port, path), received
        self._inflater = zlib.decompressobj(-zlib.MAX_WBITS) if inflates else None
        if inflates:
            self._request = self._request.replace(END, OFFER + END)
        self.bytes = 0
        loop = asyncio.get_running_loop()
        self._opened: asyncio.Future[None] = loop.create_future()
        self.closed: asyncio.Future[None] = loop.create_future()
        self._buffer = b""

    async def open(self, seconds: float | None, address: str = HOST) -> bool:
        """Whether it was accepted, within so much time if there is a limit. It comes from this address."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(seconds):
                await loop.create_connection(lambda: self, HOST, self._port, local_addr=(address, 0))
                await asyncio.wait([self._opened, self.closed], return_when=asyncio.FIRST_COMPLETED)
        except (OSError, TimeoutError):
            self.end()
        return self._opened.done() and not self.closed.done()

    def send(self, text: str) -> None:
        self.transport.write(masked(0x1, text.encode()))

    def end(self) -> None:
        """Close it without a word."""
        if hasattr(self, "transport"):
            self.transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        self.bytes += len(data)
        self._buffer = self._buffer + data if self._buffer else data
        if not self._opened.done():
            head, end, rest = self._buffer.partition(END)
            if not end:
                return
            if b" 101 " not in head:
                self.end()
                return
            self._buffer = rest
            self._opened.set_result(None)
        while frame := first_frame(self._buffer):
            opcode, start, end_of = frame
            is_compressed = self._buffer[0] & RSV1
            payload, self._buffer = self._buffer[start:end_of], self._buffer[end_of:]
            if is_compressed and self._inflater is not None:
                payload = self._inflater.decompress(payload + TAIL)
            if opcode == PING:
                self.transport.write(masked(PONG, payload))
            elif opcode == CLOSE:
                self.end()
            elif opcode != PONG:
                self._received(payload)

    def connection_lost(self, error: Exception | None) -> None:
        if not self.closed.done():
            self.closed.set_result(None)
