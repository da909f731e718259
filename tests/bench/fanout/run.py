"""What one change to many viewers costs, against a consumer for each socket in a group.

    python tests/bench/fanout/run.py            the comparison; ends with 1 if ours costs more than a fifth
    python tests/bench/fanout/run.py --storm    1,000 viewers at once; ends with 1 if not all become live
    python tests/bench/fanout/run.py --notice   a notice to everyone against a panel's update, ours and the rival's

Everything is real: servers in processes of their own, a Redis, the page /boards/this-week/, POST /api/points, and
viewers that are sockets. Ours and the rival share the whole way from the request to the announcement at commit, and
the function that makes the HTML (see ``rival/consumers.py``); what differs is how the HTML gets to the sockets.

- *CPU* is user and system time of the server process from before a series of updates until after it, in ms per 1,000
  deliveries; an update to N viewers is N deliveries. It holds all that the server does meanwhile: the POSTs, the
  rendering, and for ours the sweep, the heartbeat and asking again who may see. What Redis uses is not in it, to the
  rivals' favour.
- *Latency* is from sending the POST until the last viewer has the whole frame with the new value.
- An update waits for the last viewer of the one before, and then a little longer than the 50 ms in which we render a
  fragment only once, so that each is a delivery of its own.
- Rounds alternate between the designs, and a figure is the median of its rounds. Absolute figures are the machine's;
  the ratios are what this is about.
"""

import argparse
import gc
import json
import platform
import re
import resource
import signal
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from http.client import HTTPConnection
from itertools import count
from typing import NoReturn

from client import Arrivals, Viewers
from designs import EACH, LAYERS, ONCE, OURS, Design, Place
from notices import Speaker
from servers import HOST, Running

PAGE = "/boards/this-week/"
# The promise: ours costs at most so much of the rival.
MOST = 0.2
SIZES = (100, 1000)
STORM = 1000
ROUNDS, WARM_UP = 3, 2
# Seconds: between two updates; for one to arrive; for all viewers to connect; for the whole run.
PAUSE, ARRIVE, CONNECT, TOTAL = 0.06, 30.0, 60.0, 600
# One for each viewer here and, since it is inherited, one in the server, with room for whatever else is open.
FILES = 4096


@dataclass
class Result:
    """CPU in ms per 1,000 deliveries, one a round; latencies in ms, one an update; a frame's size in bytes."""

    cpu: list[float] = field(default_factory=list)
    latency: list[float] = field(default_factory=list)
    size: int = 0

    @property
    def cost(self) -> float:
        return statistics.median(self.cpu)

    def __str__(self) -> str:
        spread = f"{min(self.cpu):.0f}-{max(self.cpu):.0f}"
        latency = f"{statistics.median(self.latency):>10.0f} {max(self.latency):>8.0f}"
        return f"{self.cost:>8.1f} {spread:>12} {latency} {self.size:>9,}"


Results = dict[tuple[int, Design], Result]


class Sender:
    """Posts a new value for one category of the chart, over one connection that is kept open."""

    # Five digits, so that all frames are of one size and nothing else on the page looks like a value. Of all senders,
    # so that no value comes twice.
    _values: Iterator[int] = count(10_000)

    def __init__(self, port: int, token: str) -> None:
        self._connection = HTTPConnection(HOST, port, timeout=ARRIVE)
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def update(self, viewers: Viewers) -> tuple[float, Arrivals]:
        """One POST, and all viewers having its value: seconds, and who. ``RuntimeError`` if one of them does not."""
        value = next(self._values)
        body = json.dumps([{"series": "week", "tags": {"day": "Mon"}, "value": value}])
        started = time.perf_counter()
        self._connection.request("POST", "/api/points", body, self._headers)
        arrivals = viewers.wait_for(f"{value:,}<".encode(), ARRIVE)
        answer = self._connection.getresponse()
        said = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"POST /api/points was answered with {answer.status}: {said.decode(errors='replace')}")
        if not arrivals.complete or arrivals.of < viewers.count:
            lost = f"{arrivals.got} of {viewers.count} viewers got the update within {ARRIVE:g} s; {viewers.endings()}"
            raise RuntimeError(lost)
        return arrivals.last_at - started, arrivals

    def close(self) -> None:
        self._connection.close()


def report_of(port: int) -> str:
    """What a browser says after connecting: the page's token, and the versions and seals of what it shows."""
    connection = HTTPConnection(HOST, port, timeout=ARRIVE)
    connection.request("GET", PAGE)
    html = connection.getresponse().read().decode()
    connection.close()
    token = re.search(r'name="page" value="([^"]+)"', html)
    shown = re.findall(r'<[a-z]+ id="([^"]+)"[^>]* data-version="([^"]+)" data-seal="([^"]+)"', html)
    if token is None or not shown:
        raise RuntimeError(f"{PAGE} is no live page: {html[:500]}")
    return json.dumps({"page": token[1], "shown": [" ".join(each) for each in shown]})


def connected(viewers: Viewers, server: Running, *, ours: bool, storm: bool = False) -> Arrivals:
    """Connect, as ours do: with a report, answered by a first frame; or as the rival's, which say nothing."""
    path, report = ("/live/socket", report_of(server.port)) if ours else ("/rival/socket", "")
    return viewers.connect(HOST, server.port, path, report=report, deadline=CONNECT, storm=storm)


def measure(result: Result, design: Design, server: Running, size: int, sender: Sender | Speaker) -> None:
    """One round: connect, warm up, then count what a series of updates costs the server."""
    viewers = Viewers(size)
    try:
        arrivals = connected(viewers, server, ours=design.ours)
        if not arrivals.complete:
            raise RuntimeError(f"{design}: {arrivals.got} of {size} viewers could connect; {viewers.endings()}")
        for _ in range(WARM_UP):
            sender.update(viewers)
        server.settle()
        updates = design.updates[size]
        # The client's collector must not fall into a latency.
        gc.disable()
        before = server.cpu()
        for _ in range(updates):
            took, arrivals = sender.update(viewers)
            result.latency.append(took * 1000)
            result.size = arrivals.size
            viewers.read_for(PAUSE)
        result.cpu.append((server.cpu() - before) * 1e6 / (updates * size))
    finally:
        gc.enable()
        sender.close()
        viewers.close()
    server.settle()


def compare(place: Place) -> int:
    """Measure everything, print it, and return the exit status."""
    designs = [*OURS, *ONCE, EACH]
    servers = {design: place.start(design) for design in designs}
    results: Results = {(size, design): Result() for size in SIZES for design in designs}
    for size in SIZES:
        for number in range(ROUNDS):
            for design in designs:
                say(f"{size} viewers, round {number + 1} of {ROUNDS}: {design}")
                server = servers[design]
                measure(results[size, design], design, server, size, Sender(server.port, place.token))
    say("")
    print(f"{platform.python_implementation()} {platform.python_version()}, {place.cpus}; {ROUNDS} rounds")
    print_results(results)
    print_ratios(results)
    return verdict(results)


def print_results(results: Results) -> None:
    """The table of figures, and what one more viewer costs: the rest is the POST and the rendering, alike for all."""
    print()
    print(f"{'':7}  {'':50}   server CPU, ms / 1,000    POST to last, ms     frame,")
    print(f"{'viewers':>7}  {'design':50}   median   low - high     median      max     bytes")
    for size in SIZES:
        for (of, design), result in results.items():
            if of == size:
                print(f"{size:>7,}  {design!s:50} {result}")
    few, many = SIZES
    print()
    print(f"Between {few:,} and {many:,} viewers, one more of them costs the server, in microseconds an update:")
    for design in (*OURS, *ONCE, EACH):
        more = (results[many, design].cost * many - results[few, design].cost * few) / (many - few)
        print(f"{'':7}  {design!s:50} {more:>8.0f}")


def print_ratios(results: Results) -> None:
    """Ours over each rival of the same kind of layer."""
    print()
    print(f"{'viewers':>7}  {'ours / rival, on the same kind of layer':57} {'CPU':>7} {'latency':>8}")
    for size in SIZES:
        for rival in (*ONCE, EACH):
            mine, other = results[size, counterpart(rival)], results[size, rival]
            waits = statistics.median(mine.latency) / statistics.median(other.latency)
            print(f"{size:>7,}  {f'ours / {rival}':57} {mine.cost / other.cost:>7.3f} {waits:>8.3f}")


def verdict(results: Results) -> int:
    """The last lines: whether the promise holds against the rival where it is cheapest. 0 if it does."""
    size = max(SIZES)
    rival = min((each for each in ONCE if each.on_redis), key=lambda each: results[size, each].cost)
    mine, other = results[size, counterpart(rival)].cost, results[size, rival].cost
    holds = mine <= MOST * other
    print()
    print(f"What decides: {size:,} viewers, ours with Redis against a consumer per socket in a group, HTML once,")
    print(f"on whichever layer for Redis is cheapest for it; here the {LAYERS[rival.layer]}.")
    costs = f"{mine:.1f} / {other:.1f} = {mine / other:.3f}"
    print(f"{'PASS' if holds else 'FAIL'}: ours costs {'at most' if holds else 'more than'} a fifth of it: {costs}")
    return 0 if holds else 1


def counterpart(rival: Design) -> Design:
    """Ours on the same kind of layer."""
    return next(design for design in OURS if design.on_redis == rival.on_redis)


def storm(place: Place) -> int:
    """All connect in one instant, as after a restart; then one update must reach them all. 0 if everyone is live."""
    server = place.start(next(design for design in OURS if design.on_redis))
    viewers = Viewers(STORM)
    started, before = time.perf_counter(), server.cpu()
    arrivals = connected(viewers, server, ours=True, storm=True)
    print(f"{arrivals.got:,} of {STORM:,} viewers that connected at once are live,", end=" ")
    print(f"the last {arrivals.last_at - started:.2f} s after the first; server CPU {server.cpu() - before:.2f} s")
    if not arrivals.complete:
        print(f"FAIL: {viewers.endings() or 'the others were still waiting'} after {CONNECT:g} s")
        return 1
    took, _ = Sender(server.port, place.token).update(viewers)
    viewers.close()
    print(f"PASS: all are live; the next update reached the last of them after {took * 1000:.0f} ms")
    return 0


def notice(place: Place) -> int:
    """A notice to everyone, from another process, to 1,000 viewers: 0 if it was rendered once for all of them."""
    size = max(SIZES)
    mine = next(design for design in OURS if design.on_redis)
    rival = next(design for design in ONCE if design.layer == mine.layer)
    servers = {design: place.start(design) for design in (mine, rival)}
    results = {name: Result() for name in ("a notice to everyone", "a panel's update", "a panel's update, the rival's")}
    said = rendered = 0
    for number in range(ROUNDS):
        for name, result in results.items():
            say(f"{size} viewers, round {number + 1} of {ROUNDS}: {name}")
            design = rival if "rival" in name else mine
            server = servers[design]
            if "notice" not in name:
                measure(result, design, server, size, Sender(server.port, place.token))
                continue
            speaker = Speaker(server)
            before = speaker.renders()
            # Its connection is its own: measure closes it.
            measure(result, design, server, size, speaker)
            said += speaker.said
            rendered += Speaker(server).renders(close=True) - before
    say("")
    print(f"{size:,} viewers, with Redis; {place.cpus}; {ROUNDS} rounds")
    print(f"{'':32}   server CPU, ms / 1,000    to the last, ms       frame,")
    for name, result in results.items():
        print(f"{name:32} {result}")
    ours, panel, other = results.values()
    print(
        f"A notice costs {ours.cost / panel.cost:.2f} of a panel's update, {ours.cost / other.cost:.3f} of the rival's."
    )
    once = rendered == said
    print(f"{'PASS' if once else 'FAIL'}: {said} notices to {size:,} viewers each were rendered {rendered:.0f} times")
    return 0 if once else 1


def say(text: str) -> None:
    """Progress, on one line, where somebody is looking."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def stop(*_: object) -> NoReturn:
    """Told to end, or out of time: by an exception, so that what was started is ended too."""
    raise SystemExit(f"ended before it was done: it was told to, or took longer than {TOTAL} s")


def main() -> int:
    parser = argparse.ArgumentParser(description="What one change to many viewers costs.")
    parser.add_argument("--storm", action="store_true", help=f"only: {STORM:,} viewers that connect at once")
    parser.add_argument("--notice", action="store_true", help="only: what a notice to everyone costs")
    options = parser.parse_args()
    job: Callable[[Place], int] = storm if options.storm else notice if options.notice else compare
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < FILES:
        resource.setrlimit(
            resource.RLIMIT_NOFILE, (FILES if hard == resource.RLIM_INFINITY else min(FILES, hard), hard)
        )
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGALRM, stop)
    signal.alarm(TOTAL)
    with ExitStack() as stack:
        return job(Place(stack))


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("ended by Ctrl+C")
