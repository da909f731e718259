"""How many points a second come in, and how long each sender waits, beside InfluxDB on the same batches in the same
run.

    python tests/bench/bench_ingest.py [--postgres] [--seconds N]

A server as operators start it, with summaries on and a board open; the senders are in this process, on the other core,
and send the next request when the last one is answered. A point counts when its request was answered with 2xx: it is
committed. InfluxDB is left out where ``influxd`` is not installed (Debian: apt-get install influxdb).

The last line is how long after it is sent a point is at an open page, alone and beside a busy sender.
"""

import argparse
import asyncio
import json
import os
import random
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import manage  # noqa: E402, F401  puts site/ on the path
from tests.bench.table import table  # noqa: E402
from tests.differential.peers import influxdb  # noqa: E402
from tests.pages import OpenPage  # noqa: E402
from tests.postgres import Postgres  # noqa: E402
from tests.servers import Site  # noqa: E402

HOSTS = 50
Point = tuple[int, int, float]
# From points, as (host, microseconds since the epoch, value), to a body.
Write = Callable[[list[Point]], bytes]


def as_json(points: list[Point]) -> bytes:
    elements = (
        {"series": "bench", "tags": {"host": f"h{host}"}, "time": time / 1e6, "value": value}
        for host, time, value in points
    )
    return json.dumps(list(elements)).encode()


def as_lines(points: list[Point]) -> bytes:
    return "\n".join(f"bench,host=h{host} value={value} {time}" for host, time, value in points).encode()


@dataclass(frozen=True)
class Target:
    """A server, and how it is spoken to."""

    name: str
    port: int
    path: str
    write: Write
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Load:
    """So many connections, each with batches of so many points."""

    name: str
    connections: int
    batch: int


SINGLE, HUNDRED, THOUSANDS = (
    Load("single points", 32, 1),
    Load("batches of 100", 8, 100),
    Load("batches of 5,000", 4, 5000),
)


class Clock:
    """The next moment of each host: every point is new."""

    def __init__(self) -> None:
        self._next = [int((time.time() - 100_000) * 1e6)] * HOSTS

    def points(self, sender: int, senders: int, count: int) -> list[Point]:
        """Of the hosts of one sender, which are nobody else's."""
        own = range(sender % HOSTS, HOSTS, senders) if senders <= HOSTS else range(HOSTS)
        points = []
        for index in range(count):
            host = own[index % len(own)]
            self._next[host] += 1_000
            points.append((host, self._next[host], round(random.random() * 100, 3)))
        return points


async def send(target: Target, load: Load, clock: Clock, seconds: float) -> tuple[list[float], int, float]:
    """How long each request took, how many were refused, and how long it all took."""
    took: list[float] = []
    refused = 0
    began = time.perf_counter()

    async def sender(number: int) -> None:
        nonlocal refused
        # Made before, so that senders cost as little as they can: as many as are sent, or more.
        bodies = [target.write(clock.points(number, load.connections, load.batch)) for _ in range(prepared(load))]
        bodies.reverse()  # sent from the end: the oldest first
        # Not before: the server closes a connection on which nothing comes for 10 s.
        reader, writer = await asyncio.open_connection("127.0.0.1", target.port)
        headers = "".join(f"{name}: {value}\r\n" for name, value in target.headers.items())
        await ready.wait()
        while time.perf_counter() - began < seconds and bodies:
            body = bodies.pop()
            head = f"POST {target.path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}Content-Length: {len(body)}\r\n\r\n"
            sent = time.perf_counter()
            writer.write(head.encode() + body)
            status, length = 0, 0
            while (line := await reader.readline()) != b"\r\n":
                if not status:
                    status = int(line.split()[1])
                elif line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            if length:
                await reader.readexactly(length)
            took.append(time.perf_counter() - sent)
            refused += not 200 <= status < 300
        writer.close()

    ready = asyncio.Event()
    tasks = [asyncio.create_task(sender(number)) for number in range(load.connections)]
    await asyncio.sleep(0.5)
    began = time.perf_counter()
    ready.set()
    await asyncio.gather(*tasks)
    return took, refused, time.perf_counter() - began


def prepared(load: Load) -> int:
    """Bodies for each connection."""
    return {1: 3000, 100: 3000, 5000: 60}[load.batch]


def measure(target: Target, load: Load, seconds: float, clock: Clock) -> list[str]:
    took, refused, total = asyncio.run(send(target, load, clock, seconds))
    assert not refused, f"{target.name}: {refused} of {len(took)} requests were refused"
    took.sort()
    requests = len(took) / total
    p99 = took[int(len(took) * 0.99)] * 1000
    numbers = f"{requests:,.0f} {requests * load.batch:,.0f} {median(took) * 1000:.1f} {p99:.1f}"
    return [f"{load.name}: {target.name}", *numbers.split()]


def watch(site: Site, stopping: threading.Event) -> None:
    """A board that is open meanwhile."""
    page = OpenPage(site, "/boards/this-machine/").live()
    while not stopping.is_set():
        with suppress(Exception):
            page.sync()
        stopping.wait(0.5)


def push(site: Site, is_over: Callable[[], bool]) -> tuple[float, float]:
    """How long after a point is sent its frame is at a page: p50 and p95, in milliseconds."""
    page = OpenPage(site, "/boards/this-week/").live()
    took: list[float] = []
    while not is_over():
        value = 1007 + 7 * len(took)
        sent = time.perf_counter()
        threading.Thread(target=site.send, args=[{"series": "week", "tags": {"day": "Mon"}, "value": value}]).start()
        page.until(f"{value:,}")
        took.append((time.perf_counter() - sent) * 1000)
        time.sleep(random.uniform(0.05, 0.25))
    page.close()
    took.sort()
    return median(took), took[int(len(took) * 0.95)]


def push_beside_batches(target: Target, site: Site, seconds: float, clock: Clock) -> str:
    bodies = [target.write(clock.points(0, 1, 5000)) for _ in range(int(2 * seconds))]

    def post() -> None:
        for body in bodies:
            due = time.perf_counter() + 0.5
            answer = site.http("POST", target.path, body, target.headers)
            assert answer.status == 200, answer
            time.sleep(max(0, due - time.perf_counter()))

    end = time.perf_counter() + seconds
    idle = push(site, lambda: time.perf_counter() > end)
    with ThreadPoolExecutor() as pool:
        posting = pool.submit(post)
        beside = push(site, posting.done)
        posting.result()
    return "until a point is at a page, alone and beside 5,000 points twice a second: " + ", ".join(
        f"{name} {alone:.0f} and {there:.0f} ms ({there / alone:.1f} times)"
        for name, alone, there in zip(("p50", "p95"), idle, beside, strict=True)
    )


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--postgres", action="store_true")
    arguments.add_argument("--seconds", type=float, default=8)
    options = arguments.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-ingest-")))
        site = Site(folder, env={"INGEST_RATE": "1000000"})
        if options.postgres:
            postgres = Postgres().create().start()
            stack.callback(postgres.remove)
            site.env["DATABASE_URL"] = postgres.url
        site.prepare()
        name = "PostgreSQL" if options.postgres else "SQLite"
        site.shell(
            "from boards.models import *; from series.models import Series\n"
            "panel = Panel.objects.create(board=Board.objects.get(slug='this-machine'), title='Bench', kind='line')\n"
            "for host in range(3): PanelSeries.objects.create(panel=panel,"
            " series=Series.objects.create(name='bench', tags={'host': f'h{host}'}))"
        )
        site.start()
        stack.callback(site.stop)
        stopping = threading.Event()
        stack.callback(stopping.set)
        threading.Thread(target=watch, args=[site, stopping], daemon=True).start()
        headers = {"Authorization": f"Bearer {site.token}"}
        json_headers = {**headers, "Content-Type": "application/json"}
        ours = Target(f"JSON, {name}", site.port, "/api/points", as_json, json_headers)
        lines = Target(f"lines, {name}", site.port, "/api/v2/write?bucket=b&precision=us", as_lines, headers)
        clock = Clock()
        targets = {SINGLE: [ours], HUNDRED: [lines], THOUSANDS: [ours, lines]}
        if shutil.which("influxd"):
            client = stack.enter_context(influxdb(folder))
            other = Target("lines, InfluxDB", client.port, "/write?db=corpus&precision=u", as_lines)
            for listed in targets.values():
                listed.append(other)
        print(f"{os.cpu_count()} cores, {options.seconds:g} s each, {HOSTS} series")
        head = ["", "requests/s", "points/s", "p50, ms", "p99, ms"]
        cases = [(load, target) for load, listed in targets.items() for target in listed]
        print(table(head, [measure(target, load, options.seconds, clock) for load, target in cases]), flush=True)
        print(push_beside_batches(ours, site, options.seconds, clock))


if __name__ == "__main__":
    main()
