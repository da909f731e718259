"""What arrives at 500 clients that lose their network for 2 s every 10 s, while a counter is pushed 5 times a second.

    python tests/bench/bench_drops.py [seconds]      ends with 1 if not all of ours are on the last value in time

Beside ours, in the same way: a consumer for each socket in a group, with htmx's ws extension as client, and
python-socketio. Every client has a network of its own, a proxy in another process, and all are lost one after the other
(``drops/schedule.py``): half of the 500 are cut, half are held up; of 60 more every connection dies without a word.
Ours also runs in Chromium, with six pages, beside the 500 that only do as its script does.

*In time* is on the last value 1 s after it was sent; where there was no network then, 1 s after that is back. *Seen* is
the mean share of all values that a client has had: a page shows what is, so ours skips what was while it was away.
"""

import asyncio
import logging
import secrets
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.bench.drops import chromium  # noqa: E402
from tests.bench.drops.clients import Client, Htmx, Page, SocketIO  # noqa: E402
from tests.bench.drops.schedule import CUT, HELD, SILENT, Schedule  # noqa: E402
from tests.bench.fanout.servers import HOST, free_port, prepare, running  # noqa: E402
from tests.bench.points import PATH, load, post  # noqa: E402
from tests.bench.table import table  # noqa: E402

CLIENTS, SILENT_CLIENTS, BROWSER_PAGES, UPDATES_A_SECOND = 500, 60, 6, 5
SECONDS = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
# After the last value: until the last network is back, and then what the promise allows, with room.
CONNECT_SECONDS, AFTER_SECONDS = 6.0, 14.0
FIRST = 10_000
LAST = FIRST + int(SECONDS * UPDATES_A_SECOND)
HEAD = ["", "connections are", "clients", "in time, %", "5 s, %", "ever, %", "worst, s", "seen, %"]
RIVAL = "tests.bench.fanout.rival"


@dataclass
class Design:
    """A server, started with this command and environment, and its client; so many ``pages`` are opened beside."""

    name: str
    command: list[str]
    env: dict[str, str]
    client: type[Client]
    pages: int = 0


async def push(port: int, token: str, begin: float) -> None:
    """Values 5 times a second, all but the last."""
    for value in range(FIRST + 1, LAST):
        await asyncio.sleep(begin + (value - FIRST) / UPDATES_A_SECOND - time.monotonic())
        await asyncio.to_thread(post, port, token, value)


def rows_of(name: str, schedule: Schedule, seen: dict[int, dict[int, float]], end: float) -> list[list[str]]:
    """Of what was seen behind these networks, a row for each way in which they were lost."""
    rows = []
    for kind in (CUT, HELD, SILENT):
        clients = {network: values for network, values in seen.items() if schedule.kind(network) == kind}
        if not clients:
            continue
        delays = [values.get(LAST, float("inf")) - schedule.there_from(n, end) for n, values in clients.items()]
        shares = [sum(delay <= limit for delay in delays) / len(delays) * 100 for limit in (1.0, 5.0, 1e9)]
        versions = statistics.mean(sum(FIRST < value <= LAST for value in values) for values in clients.values())
        worst = max((delay for delay in delays if delay < 1e9), default=float("nan"))
        texts = [*(f"{share:.1f}" for share in shares), f"{worst:.2f}", f"{versions / (LAST - FIRST) * 100:.0f}"]
        rows.append([name, kind, str(len(clients)), *texts])
    return rows


async def run(design: Design, folder: Path, token: str) -> list[list[str]]:
    """One design, for its minute."""
    count = SILENT_CLIENTS + CLIENTS
    async with AsyncExitStack() as stack:
        port = free_port()
        log = folder / f"{design.client.__name__}.log"
        command = [sys.executable, *design.command, str(port)]
        stack.enter_context(running(command, port, log, env=design.env))
        networks = await asyncio.create_subprocess_exec(
            *[sys.executable, "tests/bench/drops/networks.py", str(port), str(count + design.pages)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert networks.stdin is not None and networks.stdout is not None
        stack.callback(networks.terminate)
        ports = [int(text) for text in (await networks.stdout.readline()).split()]
        html = await asyncio.to_thread(load, port)
        clients = {n: design.client(port, html) for n, port in enumerate(ports[:count])}
        tasks = []
        for client in clients.values():
            tasks.append(asyncio.create_task(client.live()))
            await asyncio.sleep(CONNECT_SECONDS / count)
        pages = await stack.enter_async_context(chromium.opened(ports[count:], PATH)) if design.pages else None
        begin = time.monotonic() + 1
        schedule = Schedule(SILENT_CLIENTS, begin)
        networks.stdin.write(f"{SILENT_CLIENTS} {begin}\n".encode())
        await push(port, token, begin)
        end = time.monotonic() + 1 / UPDATES_A_SECOND
        networks.stdin.write(f"{end}\n".encode())
        await asyncio.sleep(1 / UPDATES_A_SECOND)
        await asyncio.to_thread(post, port, token, LAST)
        await asyncio.sleep(AFTER_SECONDS)
        rows = rows_of(design.name, schedule, {n: client.seen for n, client in clients.items()}, end)
        if pages is not None:
            shown = dict(enumerate(await pages.seen(), count))
            rows += rows_of(f"{design.name}, in Chromium", schedule, shown, end)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return rows


def designs(folder: Path, env: dict[str, str], database: Path) -> list[Design]:
    def env_of(name: str, **more: str) -> dict[str, str]:
        copy = folder / f"{name}.sqlite3"
        copy.write_bytes(database.read_bytes())
        return {**env, "DATABASE_URL": f"sqlite:///{copy}", **more}

    rival = {"DJANGO_SETTINGS_MODULE": f"{RIVAL}.settings", "RIVAL_LAYER": "memory", "RIVAL_RENDERS": "once"}
    daphne = ["-m", "daphne", "-v", "0", "-b", HOST, f"{RIVAL}.asgi:application", "-p"]
    uvicorn = ["-m", "uvicorn", "--log-level", "warning", "--host", HOST]
    uvicorn += ["tests.bench.drops.socketio_server:application", "--port"]
    return [
        Design("ours", ["manage.py", "serve", "--host", HOST, "--port"], env_of("ours"), Page, BROWSER_PAGES),
        Design("a consumer per socket, htmx", daphne, env_of("group", **rival), Htmx),
        Design("python-socketio", uvicorn, env, SocketIO),
    ]


def main() -> int:
    # By an exception, so that what was started is ended, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended before it was done"))
    for noisy in ("asyncio", "engineio.client"):  # of connections that end
        logging.getLogger(noisy).setLevel(logging.CRITICAL)
    env = {"DJANGO_SETTINGS_MODULE": "config.settings", "SECRET_KEY": secrets.token_urlsafe(50), "INGEST_RATE": ""}
    env |= {"DEBUG": "", "ALLOWED_HOSTS": HOST, "HTTPS": "", "REDIS_URL": "", "SOCKETS_PER_ADDRESS": "10000"}
    rows = []
    with tempfile.TemporaryDirectory(prefix="bench-drops-") as name:
        database, token = prepare(Path(name), env)
        for design in designs(Path(name), env, database):
            rows += asyncio.run(run(design, Path(name), token))
    print(table(HEAD, rows))
    holds = all(float(row[4 if row[1] == SILENT else 3]) == 100 for row in rows if row[0].startswith("ours"))
    print(
        f"{'PASS' if holds else 'FAIL'}: all of ours are on the last value within 1 s, after a silent loss within 5 s"
    )
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
