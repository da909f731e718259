"""What compression costs and spares: bytes and CPU of a delivery, for a board that barely differs from frame to frame.

    python tests/bench/bench_wire.py

One value of /boards/this-week/ changes, and 100 and 1,000 viewers get its panel: by ``serve``, as it is and with
``LIVE_COMPRESSION``, which compresses once for all; and by uvicorn, as it is and with a compressor for each socket, its
``--ws-per-message-deflate``. All viewers offer compression, as browsers do, and inflate what comes.

*Bytes* are those of a delivery on the wire, TCP's own apart; *CPU* is the server's per 1,000 deliveries, with the POST
and the rendering; *memory* is what a viewer adds to the process. Medians of rounds in which the four take turns.
"""

import asyncio
import os
import re
import secrets
import signal
import statistics
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.bench.fanout.servers import HOST, Cpus, Running, free_port, pin, prepare, running  # noqa: E402
from tests.bench.points import load, post, report_of  # noqa: E402
from tests.bench.sockets import Socket  # noqa: E402
from tests.bench.table import table  # noqa: E402

# The most first: only a first round's viewers add to the memory.
UPDATES = {1000: 20, 100: 60}
ROUNDS, WARM_UP, AT_ONCE, PAUSE_SECONDS, ARRIVE_SECONDS = 3, 10, 50, 0.1, 30.0
SERVE = ["manage.py", "serve", "--host", HOST, "--port"]
UVICORN = ["-m", "uvicorn", "--app-dir", "site", "--log-level", "warning", "--host", HOST, "config.asgi:application"]
DESIGNS: dict[str, tuple[list[str], dict[str, str]]] = {
    "serve": (SERVE, {}),
    "serve, compressed once": (SERVE, {"COMPRESSION": "1"}),
    "uvicorn": ([*UVICORN, "--ws-per-message-deflate", "false", "--port"], {}),
    "uvicorn, compressed for each": ([*UVICORN, "--ws-per-message-deflate", "true", "--port"], {}),
}
values = iter(range(10_001, 99_999))


class Crowd:
    """So many viewers of a server."""

    def __init__(self, server: Running, token: str, count: int) -> None:
        self._server, self._token = server, token
        self._marker, self._missing, self._all_have_it = b"", count, asyncio.Event()
        self.count = count
        self.sockets = [Socket(server.port, "/live/socket", self._take, inflates=True) for _ in range(count)]

    def _take(self, payload: bytes) -> None:
        if self._marker in payload:
            self._missing -= 1
            if self._missing == 0:
                self._all_have_it.set()

    async def connect(self) -> None:
        report = report_of(load(self._server.port))
        for start in range(0, self.count, AT_ONCE):
            some = self.sockets[start : start + AT_ONCE]
            if not all(await asyncio.gather(*(socket.open(ARRIVE_SECONDS) for socket in some))):
                raise RuntimeError("a viewer was not accepted")
            for socket in some:
                socket.send(report)
        await asyncio.sleep(1)

    async def update(self) -> None:
        value = next(values)
        self._marker, self._missing = f"{value:,}<".encode(), self.count
        self._all_have_it.clear()
        await asyncio.to_thread(post, self._server.port, self._token, value)
        async with asyncio.timeout(ARRIVE_SECONDS):
            await self._all_have_it.wait()
        await asyncio.sleep(PAUSE_SECONDS)


def memory(server: Running) -> int:
    """Bytes that are the process's own."""
    rollup = Path(f"/proc/{server.process.pid}/smaps_rollup").read_text()
    found = re.search(r"^Anonymous: +(\d+)", rollup, re.MULTILINE)
    assert found is not None
    return int(found[1]) * 1024


async def measure(server: Running, token: str, count: int) -> tuple[float, float, float]:
    """Bytes and CPU (ms per 1,000) of a delivery, and KiB of memory of a viewer."""
    crowd = Crowd(server, token, count)
    before = memory(server)
    await crowd.connect()
    for _ in range(WARM_UP):
        await crowd.update()
    held = memory(server) - before
    cpu, received = server.cpu(), sum(socket.bytes for socket in crowd.sockets)
    for _ in range(UPDATES[count]):
        await crowd.update()
    deliveries = UPDATES[count] * count
    size = (sum(socket.bytes for socket in crowd.sockets) - received) / deliveries
    cost = (server.cpu() - cpu) * 1e6 / deliveries
    for socket in crowd.sockets:
        socket.end()
    await asyncio.sleep(1)
    return size, cost, held / count / 1024


def main() -> None:
    # By an exception, so that what was started is ended, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended before it was done"))
    env = {"DJANGO_SETTINGS_MODULE": "config.settings", "SECRET_KEY": secrets.token_urlsafe(50), "INGEST_RATE": ""}
    env |= {"DEBUG": "", "ALLOWED_HOSTS": HOST, "HTTPS": "", "REDIS_URL": "", "COMPRESSION": ""}
    rows = []
    with tempfile.TemporaryDirectory(prefix="bench-wire-") as name, ExitStack() as stack:
        folder, cpus = Path(name), Cpus.divide()
        database, token = prepare(folder, env)
        pin(os.getpid(), cpus.others)
        servers = {}
        for number, (design, (command, more)) in enumerate(DESIGNS.items()):
            copy = folder / f"{number}.sqlite3"
            copy.write_bytes(database.read_bytes())
            port, log = free_port(), folder / f"{number}.log"
            both = {**env, **more, "DATABASE_URL": f"sqlite:///{copy}"}
            started = running([sys.executable, *command, str(port)], port, log, cpus=cpus.server, env=both)
            servers[design] = stack.enter_context(started)
        for count in UPDATES:
            found: dict[str, list[tuple[float, float, float]]] = {design: [] for design in DESIGNS}
            for _ in range(ROUNDS):
                for design, server in servers.items():
                    found[design].append(asyncio.run(measure(server, token, count)))
            for design, rounds in found.items():
                size, cost, _ = (statistics.median(column) for column in zip(*rounds, strict=True))
                # What a process has had once it does not give back: only the first round's viewers add anything.
                held = f"{rounds[0][2]:.0f}" if count == max(UPDATES) else ""
                rows.append([f"{count:,} viewers, {design}", f"{size:,.0f}", f"{cost:.1f}", held])
    print(table(["", "bytes", "CPU, ms / 1,000", "memory, KiB"], rows))


if __name__ == "__main__":
    main()
