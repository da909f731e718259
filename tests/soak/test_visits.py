"""Twenty thousand short visits, and a thousand viewers who join, leave and sleep: nothing of them stays.

SOAK_SECONDS says for how long the thousand come and go; ten minutes if it is not set.
"""

import asyncio
import itertools
import os
import random
import threading
import time

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from live.hub.render_slots import MAX_SLOTS
from tests.background import Background
from tests.crowd import Crowd, Page
from tests.faults.stage import MACHINE, WEEK
from tests.servers import Redis, Site
from tests.soak.measure import allow_files, inspect, inspectable, memory
from tests.waiting import DEADLINE, until

pytestmark = pytest.mark.soak

VISITS, AT_ONCE = int(os.environ.get("VISITS", "20000")), 8
# Charts remember values they have drawn: so many, and 2.5 kB for each. These have all been drawn in the first third of
# ten minutes.
VALUES = 100
VIEWERS, SECONDS = 1000, float(os.environ.get("SOAK_SECONDS", "600"))
# Of what a process holds of its pages nothing may be left. One of its tasks may be at work.
SPARE = {"tasks": 1, "Task": 1}
# A thread is made when all others of its pool are busy, and stays: the first minute need not make them all. No pool has
# more than these, so what it has is no leak.
POOLS = {
    "threads live-render_": MAX_SLOTS,
    "threads live-access_": 2,
    "threads live-recheck_": 2,
    "threads live-identity_": 1,
    "threads live-feed_": 1,
    "threads live-task_": 1,
}


class Memory:
    """The process's memory, looked at every second."""

    def __init__(self, site: Site) -> None:
        self.sizes: list[int] = []
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._look, args=(site,))
        self._thread.start()

    def _look(self, site: Site) -> None:
        while not self._ends.wait(1):
            self.sizes.append(memory(site))

    def close(self) -> tuple[float, float]:
        """The means of the middle and of the last third, in bytes."""
        self._ends.set()
        self._thread.join()
        third = len(self.sizes) // 3
        middle, last = self.sizes[third : 2 * third], self.sizes[2 * third :]
        return sum(middle) / len(middle), sum(last) / len(last)


async def visit(site: Site, number: int) -> None:
    """Load a page, open its socket, be told that it is live, and go: in order, or without a word."""
    path = random.choice([WEEK, MACHINE, "/"])
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{site.port}\r\nConnection: close\r\n\r\n".encode())
    html = (await reader.read()).decode()
    writer.close()
    page = Page(site, path, None, html, site.port)  # type: ignore[arg-type]
    try:
        address = f"ws://127.0.0.1:{site.port}/live/socket"
        async with connect(address, origin=site.address, compression=None, proxy=None) as socket:  # type: ignore[arg-type]
            if number % 10:  # some never say what they are
                await socket.send(page.report())
                await asyncio.wait_for(socket.recv(), 30)
            if number % 2:
                socket.transport.abort()
    except WebSocketException:
        assert number % 2, "who goes in order is not cut off"


async def visits(site: Site, count: int) -> None:
    numbers = iter(range(count))

    async def one_after_another() -> None:
        for number in numbers:
            await visit(site, number)

    await asyncio.gather(*(one_after_another() for _ in range(AT_ONCE)))


def without_pages(site: Site) -> dict[str, int]:
    """What the process holds when everybody has left, and the last connection has ended."""
    until(lambda: site.counters()["live_viewers"] == 0, "nobody is left")
    until(lambda: not inspect(site).get("LiveProtocol"), "no connection is left", 60)
    return inspect(site)


def nothing_is_left(site: Site, before: dict[str, int]) -> None:
    """The process holds what it held before anybody came."""

    def left() -> dict[str, int]:
        now = inspect(site)
        allowed = {what: before.get(what, 0) + SPARE.get(what, 0) for what in now} | POOLS
        # Each thread may have a connection to the database, which is these files. A request's connection is closed at
        # its end; of its file SQLite keeps the descriptor for the next one, while another connection has a lock on it.
        threads = sum(count for what, count in now.items() if what.startswith("threads "))
        allowed |= {
            "open db.sqlite3": threads + AT_ONCE,
            "open db.sqlite3-wal": threads,
            "open db.sqlite3-shm": threads,
        }
        return {what: count for what, count in now.items() if count > allowed[what]}

    until(lambda: not left(), lambda: f"as before, {before}; more: {left()}", 60)


@pytest.mark.parametrize("layer", ["in memory", "redis"])
def test_of_short_visits_nothing_is_left(stopped_site: Site, layer: str, request: pytest.FixtureRequest) -> None:
    if layer == "redis":
        redis = Redis(stopped_site.folder).start()
        request.addfinalizer(redis.kill)
        stopped_site.env["REDIS_URL"] = redis.url
    site = inspectable(stopped_site).start()
    background = Background()
    try:
        background.run(visits(site, VISITS // 20), 600)  # warm: what a process makes once is made
        before = without_pages(site)
        sizes = Memory(site)
        began = time.monotonic()
        background.run(visits(site, VISITS), 3600)
        seconds = time.monotonic() - began
        middle, last = sizes.close()
        print(f"{VISITS} visits in {seconds:.0f} s; memory {middle / 1e6:.2f} and then {last / 1e6:.2f} MB")
        assert last < middle * 1.02
        nothing_is_left(site, before)
    finally:
        background.close()


def come(crowd: Crowd, site: Site) -> None:
    for _ in range(10):
        crowd.open(site, random.choice([WEEK, MACHINE, "/"]), VIEWERS // 10)


def test_a_thousand_who_join_leave_and_sleep_leave_nothing(stopped_site: Site) -> None:
    allow_files(8192)
    site = inspectable(stopped_site)
    site.env["INGEST_RATE"] = "10000"
    site.start()
    crowd = Crowd()
    sleeping: list[Page] = []
    try:
        come(crowd, site)  # warm: threads are made as they are needed, and kept
        crowd.is_true("all are there", DEADLINE)
        crowd.leave(*crowd.pages)
        before = without_pages(site)
        come(crowd, site)
        sizes = Memory(site)
        end, values = time.monotonic() + SECONDS, itertools.cycle(range(10_000, 10_000 + VALUES))
        while time.monotonic() < end:
            site.send({"series": "week", "value": next(values), "tags": {"day": "Mon"}})
            awake = [page for page in crowd.pages if page not in sleeping]
            gone = random.sample(awake, 10)
            crowd.leave(*gone)
            crowd.open(site, random.choice([WEEK, MACHINE, "/"]), len(gone))
            asleep = random.sample([page for page in awake if page not in gone], 5)
            crowd.stop(*asleep)
            sleeping += asleep
            if len(sleeping) > 100:
                crowd.go_on(*sleeping[:5])
                del sleeping[:5]
            time.sleep(0.5)
        middle, last = sizes.close()
        print(f"{SECONDS:.0f} s; memory {middle / 1e6:.2f} and then {last / 1e6:.2f} MB; {inspect(site)}")
        crowd.go_on(*sleeping)
        crowd.is_true("in the end")
        assert last < middle * 1.02
        crowd.leave(*crowd.pages)
        print(f"Before: {before}; in the end: {without_pages(site)}")
        nothing_is_left(site, before)
    finally:
        crowd.close()
