"""What one change to many viewers costs, beside what servers can do at best and what is usual.

    python tests/bench/fanout/run.py            everything: a quarter of an hour
    python tests/bench/fanout/run.py --storm    1,000 viewers at once; ends with 1 if not all become live
    python tests/bench/fanout/run.py --notice   a notice to everyone against a panel's update, ours and the rival's

Everything is real: servers in processes of their own, a Redis, the page /boards/this-week/, POST /api/points, and
viewers that are sockets. Ours and the rival (a consumer for each socket, in a group) share the whole way from the
request to the announcement at commit, and the function that makes the HTML (see ``rival/consumers.py``); what differs
is how the HTML gets to the sockets. The servers of ``limits`` are given the finished frame, and do nothing else.

- *CPU* is user and system time of the server process from before a series of updates until after it, in ms per 1,000
  deliveries; an update to N viewers is N deliveries. It holds all that the server does meanwhile: the POSTs, the
  rendering, and for ours the sweep, the heartbeat and asking again who may see. What Redis uses is not in it, to the
  rivals' favour.
- *Latency* is from sending the POST until the last viewer has the whole frame with the new value.
- *Memory* is the growth of the server's resident memory, divided by the viewers that have come.
- Rounds alternate between the designs, and a figure is the median of its rounds. Absolute figures are the machine's;
  the ratios are what this is about.
"""

import argparse
import platform
import resource
import signal
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import NoReturn

from client import Viewers
from designs import GROUP_REDIS, OURS_REDIS, Place
from figures import MANY, ROUNDS, frame, print_costs, print_fixed, print_latencies, print_memory, print_storms, show
from measure import Poster, Result, connect, measure
from notices import Speaker

# Seconds that the whole run may take.
TOTAL = 1800
# One for each viewer here and, since it is inherited, one in the server, with room for whatever else is open.
FILES = 16384


def compare(place: Place) -> int:
    """Measure everything, and print it."""
    print(f"{platform.python_implementation()} {platform.python_version()}, {place.cpus}; {ROUNDS} rounds")
    payload = frame(place)
    print_costs(place, payload)
    print_fixed(place)
    print_memory(place)
    print_latencies(place)
    print_storms(place)
    return 0


def storm(place: Place) -> int:
    """All connect in one instant, as after a restart; then one update must reach them all. 0 if everyone is live."""
    server, viewers = place.start(OURS_REDIS), Viewers(MANY)
    started, before = time.perf_counter(), server.cpu()
    try:
        arrivals = connect(viewers, OURS_REDIS, server, storm=True)
    except RuntimeError as error:
        print(f"FAIL: {error}")
        return 1
    print(f"{MANY:,} viewers that connected at once are live,", end=" ")
    print(f"the last {arrivals.last_at - started:.2f} s after the first; server CPU {server.cpu() - before:.2f} s")
    took, _ = Poster(server.port, place.token).update(viewers)
    viewers.close()
    print(f"PASS: all are live; the next update reached the last of them after {took * 1000:.0f} ms")
    return 0


def notice(place: Place) -> int:
    """A notice to everyone, from another process, to 1,000 viewers: 0 if it was rendered once for all of them."""
    servers = {design: place.start(design) for design in (OURS_REDIS, GROUP_REDIS)}
    results = {name: Result() for name in ("a notice to everyone", "a panel's update", "a panel's update, the rival's")}
    made = rendered = 0
    for number in range(ROUNDS):
        for name, result in results.items():
            show(f"{MANY} viewers, round {number + 1} of {ROUNDS}: {name}")
            design = GROUP_REDIS if "rival" in name else OURS_REDIS
            server = servers[design]
            if "notice" not in name:
                measure(result, design, server, MANY, Poster(server.port, place.token))
                continue
            speaker = Speaker(server)
            before = speaker.renders()
            # Its connection is its own: measure closes it.
            measure(result, design, server, MANY, speaker)
            made += speaker.made
            rendered += Speaker(server).renders(close=True) - before
    show("")
    print(f"{MANY:,} viewers, with Redis; {place.cpus}; {ROUNDS} rounds")
    print(f"{'':32} server CPU, ms / 1,000    to the last, ms    frame, bytes")
    for name, result in results.items():
        print(f"{name:32} {result.cost:22.1f} {result.percentile(0.5):18.0f} {result.size:15,}")
    ours, panel, other = (result.cost for result in results.values())
    print(f"A notice costs {ours / panel:.2f} of a panel's update, {ours / other:.3f} of the rival's.")
    once = rendered == made
    print(f"{'PASS' if once else 'FAIL'}: {made} notices to {MANY:,} viewers each were rendered {rendered:.0f} times")
    return 0 if once else 1


def stop(*_: object) -> NoReturn:
    """Told to end, or out of time: by an exception, so that what was started is ended too."""
    raise SystemExit(f"ended before it was done: it was told to, or took longer than {TOTAL} s")


def main() -> int:
    parser = argparse.ArgumentParser(description="What one change to many viewers costs.")
    parser.add_argument("--storm", action="store_true", help=f"only: {MANY:,} viewers that connect at once")
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
