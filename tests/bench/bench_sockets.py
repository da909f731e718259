"""What 10,000 open pages are for one process: its memory, and how long a change takes to the last of them.

    python tests/bench/bench_sockets.py [viewers]

The pages do nothing but answer; then one value of /boards/this-week/ changes a few times. *To the last* is from sending
the POST until the last viewer has the frame, on a client that shares the machine and, with two cores, reads about as
fast as the server sends. They come from several addresses, as one has only so many ports. And what it would cost to
hand a frame to a server of sockets that is somebody else's (``handing_over``), of which there is a stand-in here.
"""

import asyncio
import os
import resource
import secrets
import signal
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.bench.bench_wire import memory  # noqa: E402
from tests.bench.fanout.servers import HOST, Cpus, Running, free_port, pin, prepare, running  # noqa: E402
from tests.bench.handing_over import cpu_seconds  # noqa: E402
from tests.bench.points import load, post, report_of  # noqa: E402
from tests.bench.sockets import Socket  # noqa: E402
from tests.bench.table import table  # noqa: E402

VIEWERS = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
VIEWERS_OF_ADDRESS, AT_ONCE, UPDATES, REPORT_SECONDS, ARRIVE_SECONDS = 5000, 50, 5, 20, 60.0


async def measure(server: Running, token: str) -> list[list[str]]:
    """The rows of the table."""
    report, marker, missing, all_have_it = report_of(load(server.port)), b"nothing", 0, asyncio.Event()

    last: list[bytes] = []

    def take(payload: bytes) -> None:
        nonlocal missing
        if marker in payload:
            missing -= 1
            if missing == 0:
                last.append(payload)
                all_have_it.set()

    sockets = [Socket(server.port, "/live/socket", take) for _ in range(VIEWERS)]
    before, cpu = memory(server), server.cpu()
    for start in range(0, VIEWERS, AT_ONCE):
        address = f"127.0.0.{2 + start // VIEWERS_OF_ADDRESS}"
        some = sockets[start : start + AT_ONCE]
        if not all(await asyncio.gather(*(socket.open(ARRIVE_SECONDS, address) for socket in some))):
            raise RuntimeError(f"not all of the viewers from {start:,} on were accepted")
        for socket in some:
            socket.send(report)
    connecting, cpu = server.cpu() - cpu, server.cpu()
    began = time.monotonic()
    for second in range(REPORT_SECONDS):  # as a page's script does, one in so many seconds
        for socket in sockets[second::REPORT_SECONDS]:
            socket.send(report)
        await asyncio.sleep(max(0.0, began + second + 1 - time.monotonic()))
    idle, held = (server.cpu() - cpu) / (time.monotonic() - began), memory(server) - before
    took, cpu = [], server.cpu()
    for value in range(10_001, 10_001 + UPDATES):
        marker, missing = f"{value:,}<".encode(), VIEWERS
        all_have_it.clear()
        began = time.monotonic()
        await asyncio.to_thread(post, server.port, token, value)
        async with asyncio.timeout(ARRIVE_SECONDS):
            await all_have_it.wait()
        took.append(time.monotonic() - began)
    pushed = (server.cpu() - cpu) / UPDATES
    for socket in sockets:
        socket.end()
    return [
        ["memory, KiB a viewer", f"{held / VIEWERS / 1024:.1f}"],
        ["memory of all, MiB", f"{held / 2**20:.0f}"],
        ["CPU to connect, ms a viewer", f"{connecting / VIEWERS * 1000:.2f}"],
        ["CPU while nothing changes, heartbeats included, % of a core", f"{idle * 100:.1f}"],
        ["CPU of an update, ms", f"{pushed * 1000:.0f}"],
        ["CPU of an update, µs a viewer", f"{pushed / VIEWERS * 1e6:.1f}"],
        ["POST to the last, ms, median", f"{statistics.median(took) * 1000:.0f}"],
        ["CPU to hand the same frame to another server, µs", f"{cpu_seconds(last[-1].decode()) * 1e6:.0f}"],
    ]


def main() -> None:
    # By an exception, so that what was started is ended, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended before it was done"))
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    env = {"DJANGO_SETTINGS_MODULE": "config.settings", "SECRET_KEY": secrets.token_urlsafe(50), "INGEST_RATE": ""}
    env |= {"DEBUG": "", "ALLOWED_HOSTS": HOST, "HTTPS": "", "REDIS_URL": "", "SOCKETS_PER_ADDRESS": str(VIEWERS)}
    with tempfile.TemporaryDirectory(prefix="bench-sockets-") as name, ExitStack() as stack:
        folder, cpus, port = Path(name), Cpus.divide(), free_port()
        database, token = prepare(folder, env)
        pin(os.getpid(), cpus.others)
        env["DATABASE_URL"] = f"sqlite:///{database}"
        command = [sys.executable, "manage.py", "serve", "--host", HOST, "--port", str(port)]
        server = stack.enter_context(running(command, port, folder / "log", cpus=cpus.server, env=env))
        print(table([f"{VIEWERS:,} viewers of one process", ""], asyncio.run(measure(server, token))))


if __name__ == "__main__":
    main()
