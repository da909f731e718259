"""A process of networks: each a port, on the way to one server, that is lost as ``schedule`` has it.

    python tests/bench/drops/networks.py PORT COUNT

Prints its ports on one line, then reads two: ``silent`` and ``begin`` of the schedule; and when no more are lost.
"""

import asyncio
import math
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from tests.bench.drops.schedule import AWAY_SECONDS, CUT, HELD, Schedule

HOST = "127.0.0.1"


class Half(asyncio.Protocol):
    """One end of a pair of connections: it passes on to the other what it gets."""

    transport: asyncio.Transport
    other: "Half | None" = None
    is_dead = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        if not self.is_dead and self.other is not None:
            self.other.transport.write(data)

    def connection_lost(self, error: Exception | None) -> None:
        if self.other is not None and not self.is_dead:
            self.other.transport.close()


class Front(Half):
    """The client's end."""

    def __init__(self, network: "Network") -> None:
        self.network = network

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        if self.network.is_refusing:
            self.transport.abort()
            return
        self.network.fronts.add(self)
        self.transport.pause_reading()
        self.task = asyncio.create_task(self._connect())

    async def _connect(self) -> None:
        await self.network.passes.wait()
        try:
            _, self.other = await asyncio.get_running_loop().create_connection(Half, HOST, self.network.target)
        except OSError:
            self.transport.abort()
            return
        self.other.other = self
        if self.transport.is_closing():
            self.other.transport.abort()
        elif self.network.passes.is_set():
            self.transport.resume_reading()

    def connection_lost(self, error: Exception | None) -> None:
        self.network.fronts.discard(self)
        super().connection_lost(error)


class Network:
    """Of one client. ``passes`` is set while something gets through."""

    end = math.inf

    def __init__(self, target: int) -> None:
        self.target = target
        self.fronts: set[Front] = set()
        self.passes = asyncio.Event()
        self.passes.set()
        self.is_refusing = False

    async def listen(self) -> int:
        server = await asyncio.get_running_loop().create_server(lambda: Front(self), HOST, 0)
        port: int = server.sockets[0].getsockname()[1]
        return port

    async def come_and_go(self, kind: str, losses: Iterator[float]) -> None:
        loop = asyncio.get_running_loop()
        for loss in losses:
            await asyncio.sleep(loss - loop.time())
            if loss > Network.end:
                return
            await self.be_lost(kind, loss + AWAY_SECONDS)

    async def be_lost(self, kind: str, until: float) -> None:
        self.passes.clear()
        self.is_refusing = kind == CUT
        halves = [half for front in self.fronts for half in (front, front.other) if half is not None]
        for half in halves:
            half.transport.pause_reading()
            half.is_dead |= kind != HELD
        if kind == CUT:  # the server is told by what it sends once the network is back
            for front in [*self.fronts]:
                front.transport.abort()
        await asyncio.sleep(until - asyncio.get_running_loop().time())
        self.is_refusing = False
        self.passes.set()
        for half in halves:
            if kind == CUT and not isinstance(half, Front):
                half.transport.abort()
            elif not half.transport.is_closing():
                half.transport.resume_reading()
        if kind == HELD:
            for front in self.fronts:
                if front.other is not None and not front.transport.is_closing():
                    front.transport.resume_reading()


async def main() -> None:
    target, count = int(sys.argv[1]), int(sys.argv[2])
    networks = [Network(target) for _ in range(count)]
    print(*[await network.listen() for network in networks], flush=True)
    silent, begin = (await asyncio.to_thread(sys.stdin.readline)).split()
    schedule = Schedule(int(silent), float(begin))
    tasks = [
        asyncio.create_task(network.come_and_go(schedule.kind(n), schedule.losses(n)))
        for n, network in enumerate(networks)
    ]
    Network.end = float(await asyncio.to_thread(sys.stdin.readline))
    await asyncio.gather(*tasks)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
