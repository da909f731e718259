"""A format that is not the site's: ``<secret> <series> <value>`` in a datagram, to the port that UDP_PORT says."""

import asyncio
import os

from django.utils import timezone

from live.api import Refused
from series.ingest.listeners import Take
from series.samples import Sample


class Datagrams(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.received: asyncio.Queue[bytes] = asyncio.Queue()

    def datagram_received(self, data: bytes, addr: object) -> None:
        self.received.put_nowait(data)


async def listen(take: Take) -> None:
    address = ("127.0.0.1", int(os.environ["UDP_PORT"]))
    transport, datagrams = await asyncio.get_running_loop().create_datagram_endpoint(Datagrams, address)
    try:
        while True:
            secret, name, value = (await datagrams.received.get()).decode().split()
            try:
                await take(secret, [Sample(name, {}, timezone.now(), float(value), has_own_time=False)])
            except Refused as error:
                print(error.message, flush=True)
    finally:
        transport.close()
