"""A TCP proxy that does to connections what networks do: holds bytes, loses them, refuses, cuts."""

import asyncio
import socket
import struct
from enum import Enum

from tests.background import Background
from tests.servers import free_port

AT_ONCE = 65536


class Mode(Enum):
    """What happens to bytes and to new connections."""

    PASS = "pass"
    # Held, and delivered afterwards: packets that are sent again until they arrive.
    PAUSE = "pause"
    # Lost: a connection that has lost something never says anything again, and is not closed either.
    SWALLOW = "swallow"


class Proxy:
    """Listens on ``port`` and connects to ``target`` of 127.0.0.1."""

    def __init__(self, target: int, port: int | None = None) -> None:
        self.target, self.port = target, port or free_port()
        self._background = Background()
        self._mode = Mode.PASS
        self._passing = asyncio.Event()
        self._passing.set()
        self._writers: set[asyncio.StreamWriter] = set()
        # How many bytes still go to clients before their connections are cut.
        self._left: int | None = None
        self._server: asyncio.Server | None = None
        self._background.run(self._listen())

    # What it does, from now on

    def resume(self) -> None:
        """Pass everything on. What was swallowed is lost, and its connection with it."""
        self._background.run(self._set(Mode.PASS))

    def pause(self) -> None:
        """Hold all bytes, in both directions, and new connections."""
        self._background.run(self._set(Mode.PAUSE))

    def swallow(self) -> None:
        """Lose all bytes, in both directions; new connections are taken and never answered."""
        self._background.run(self._set(Mode.SWALLOW))

    def refuse(self) -> None:
        """Cut all connections and refuse new ones."""
        self._background.run(self._refuse())

    def cut(self, after: int = 0) -> None:
        """Cut all connections with a reset, once so many more bytes have gone to the clients."""
        self._background.run(self._cut(after))

    def close(self) -> None:
        self._background.run(self._refuse())
        self._background.close()

    # In the loop

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, backlog=4096)

    async def _set(self, mode: Mode) -> None:
        self._mode = mode
        if mode is Mode.PAUSE:
            self._passing.clear()
        else:
            self._passing.set()
        if self._server is None:
            await self._listen()

    async def _refuse(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        await self._cut(0)

    async def _cut(self, after: int) -> None:
        if after:
            self._left = after
            return
        for writer in tuple(self._writers):
            reset(writer)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._passing.wait()
        if self._mode is Mode.SWALLOW:
            self._writers.add(writer)
            await self._drain(reader)
            self._writers.discard(writer)
            return
        try:
            inner, outer = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            reset(writer)
            return
        both, lost = {writer, outer}, asyncio.Event()
        self._writers |= both
        try:
            await asyncio.gather(self._copy(reader, outer, both, lost), self._copy(inner, writer, both, lost, to_client=True))
        except asyncio.CancelledError:  # the proxy is closed; asyncio would log it as an error of the connection
            pass
        finally:
            self._writers -= both
            for each in both:
                each.close()

    async def _copy(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        both: set[asyncio.StreamWriter],
        lost: asyncio.Event,
        *,
        to_client: bool = False,
    ) -> None:
        try:
            while data := await reader.read(AT_ONCE):
                await self._passing.wait()
                if self._mode is Mode.SWALLOW or lost.is_set():
                    lost.set()
                    await self._drain(reader)
                    return
                if to_client and self._left is not None:
                    data, self._left = data[: self._left], max(self._left - len(data), 0)
                    writer.write(data)
                    if self._left == 0:
                        self._left = None
                        await writer.drain()
                        for each in both:
                            each.close()
                        return
                    continue
                writer.write(data)
                await writer.drain()
            if writer.can_write_eof():
                writer.write_eof()
        except OSError:
            for each in both:
                reset(each)

    async def _drain(self, reader: asyncio.StreamReader) -> None:
        """Read and lose, until the other side has had enough."""
        try:
            while await reader.read(AT_ONCE):
                pass
        except OSError:
            pass


def reset(writer: asyncio.StreamWriter) -> None:
    """Close with a reset and not in order."""
    connection: socket.socket | None = writer.get_extra_info("socket")
    if connection is not None and not writer.is_closing():
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
