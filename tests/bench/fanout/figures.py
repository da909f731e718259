"""The tables of ``run.py``."""

import statistics
import sys
import time
from contextlib import ExitStack
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))

from client import Viewers
from designs import ALL, BARE, BROADCAST, GROUP, NODE, OURS, OURS_REDIS, SITES, Design, Place
from measure import Poster, Pusher, Result, Sender, connect, measure
from servers import Running
from table import table

SIZES = (100, 1000, 4000)
# Viewers of a storm, and of what is only done with so many.
MANY = 1000
ROUNDS = 3
# Viewers before memory is measured, and that come then.
FIRST, IDLE = 50, 2000
# Seconds that idle viewers are idle.
REST = 5.0


def frame(place: Place) -> bytes:
    """What an update sends to each viewer."""
    with place.running(OURS) as server:
        viewers, sender = Viewers(1), Poster(server.port, place.token)
        connect(viewers, OURS, server)
        _, arrivals = sender.update(viewers)
        sender.close()
        viewers.close()
    return arrivals.payload


def sender_to(design: Design, server: Running, token: str, payload: bytes) -> Sender:
    return Poster(server.port, token) if design in SITES else Pusher(server.port, payload)


def print_costs(place: Place, payload: bytes) -> None:
    """What a delivery costs each design, and how many times what ``websockets.broadcast()`` takes."""
    servers = {design: place.start(design) for design in ALL}
    head = ["design", "CPU", "low - high", f"times {BROADCAST.name}", "to the last, p50", "p99"]
    for size in SIZES:
        results = {design: Result() for design in ALL if size in design.updates}
        for number in range(ROUNDS):
            for design, result in results.items():
                show(f"{size} viewers, round {number + 1} of {ROUNDS}: {design.name}")
                sender = sender_to(design, servers[design], place.token, payload)
                measure(result, design, servers[design], size, sender)
        print_table(
            f"{size:,} viewers: CPU of the server, ms for 1,000 deliveries of {len(payload):,} bytes; ms to the last",
            head,
            [
                [
                    design.name,
                    f"{result.cost:.1f}",
                    f"{min(result.cpu):.1f} - {max(result.cpu):.1f}",
                    f"{result.times(results[BROADCAST]):.2f}",
                    *waits(result),
                ]
                for design, result in results.items()
            ],
        )


def print_fixed(place: Place) -> None:
    """What an update costs that one viewer gets."""
    results = {design: Result() for design in (OURS, OURS_REDIS, GROUP)}
    with ExitStack() as stack:
        servers = {design: stack.enter_context(place.running(design)) for design in results}
        for _ in range(ROUNDS):
            for design, result in results.items():
                show(f"one viewer: {design.name}")
                measure(result, design, servers[design], 1, Poster(servers[design].port, place.token))
    rows = [[design.name, f"{result.cost / 1000:.2f}"] for design, result in results.items()]
    print_table("One viewer: POST, transaction, rendering, one delivery", ["design", "CPU, ms"], rows)


def print_memory(place: Place) -> None:
    """What a viewer takes that only waits."""
    rows = []
    for design in (BROADCAST, NODE, *BARE.values(), OURS, GROUP):
        show(f"{IDLE} idle viewers: {design.name}")
        with place.running(design) as server:
            first, idle = Viewers(FIRST), Viewers(IDLE)
            connect(first, design, server)
            first.read_for(REST)
            before = server.memory()
            connect(idle, design, server)
            idle.read_for(REST)
            rows.append([design.name, f"{(server.memory() - before) / 1024 / IDLE:.1f}"])
            first.close()
            idle.close()
    print_table(f"Memory of each of {IDLE:,} viewers that only wait", ["design", "KiB"], rows)


def print_latencies(place: Place) -> None:
    """From a POST to the last of many viewers: at rest, and right after the one before."""
    rows = []
    with place.running(OURS) as server:
        for name, pause in (("60 ms after the last one", 0.06), ("right after the last one", 0.0)):
            show(name)
            result = Result()
            for _ in range(ROUNDS):
                measure(result, OURS, server, MANY, Poster(server.port, place.token), pause=pause, updates=100)
            rows.append([name, *waits(result)])
    title = f"From a POST to the last of {MANY:,} viewers, ms; a fragment is rendered once in 50 ms at most"
    print_table(title, ["POST", "p50", "p99"], rows)


def print_storms(place: Place) -> None:
    """After a reconnect of all at once: until all are live, and from the next POST to the last of them."""
    names = ("all are live", "the next update is with the last", "CPU of the server until all are live")
    runs: list[tuple[float, ...]] = []
    with place.running(OURS) as server:
        for number in range(1 + 2 * ROUNDS):
            show(f"storm {number}")
            viewers, sender = Viewers(MANY), Poster(server.port, place.token)
            started, before = time.perf_counter(), server.cpu()
            live = connect(viewers, OURS, server, storm=True).last_at - started
            cpu = server.cpu() - before
            # The first one finds a server that has seen nobody yet.
            runs += [(live, sender.update(viewers)[0], cpu)] if number else []
            sender.close()
            viewers.close()
    rows = [
        [name, *(f"{1000 * take(values):.0f}" for take in (statistics.median, max))]
        for name, values in zip(names, zip(*runs, strict=True), strict=True)
    ]
    print_table(f"{MANY:,} viewers are gone and connect at once, ms", ["until", "median", "most"], rows)


def waits(result: Result) -> list[str]:
    """Half of the updates, and all but a hundredth of them, are with the last viewer after so many milliseconds."""
    return [f"{result.percentile(0.5):.0f}", f"{result.percentile(0.99):.0f}"]


def print_table(title: str, head: list[str], rows: list[list[str]]) -> None:
    show("")
    print(f"\n{title}\n\n{table(head, rows)}", flush=True)


def show(text: str) -> None:
    """Progress, on one line, where somebody is looking."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)
