"""What one process changes must show on the pages of another: tried, with a second process."""

import asyncio
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import suppress
from queue import Empty, Queue
from threading import Thread
from typing import IO, Any

from django.db import connection

from live import changes
from live.doctor.findings import Finding, ok, warning, wrong
from live.hints.choice import current_source
from live.hub import process
from live.hub.scheduler import SWEEP_SECONDS
from live.hub.viewer import Viewer
from live.keys import ElementId, RenderingId
from live.page.page import Page
from live.socket.connection import Connection

MAX_START_SECONDS, MAX_WAIT_SECONDS, MAX_END_SECONDS = 30.0, 4.0, 5.0
# Between two announcements: the first may come before the other's subscription is there.
REPEAT_SECONDS = 1.0
# That a subscription takes until everything that comes with it has come.
SETTLE_SECONDS = 1.0
# On the other's output.
LISTENING, HEARD = "listening", "heard"


def round_trip() -> Iterator[Finding]:
    """Announce a change here that a server process, started for it, must hear."""
    name = f"live-doctor-{uuid.uuid4().hex}"
    # By the same interpreter, with the same path and settings as this one.
    command = [sys.executable, "-m", "django", "live_doctor", "--listen", name]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path or "." for path in sys.path)}
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as listener:
        lines: Queue[str] = Queue()
        assert listener.stdin and listener.stdout and listener.stderr
        Thread(target=_forward, args=[listener.stdout, lines], daemon=True).start()
        try:
            if LISTENING not in _read(lines, MAX_START_SECONDS):
                listener.kill()
                last = (listener.stderr.read().strip().splitlines() or ["it says nothing"])[-1]
                state = f"A second process could not be started: {last.rstrip('.')}."
                yield wrong("hints", state, "See the message.")
                return
            yield _announce_until_heard(name, lines)
        finally:
            listener.stdin.close()  # by which it ends in order
            with suppress(subprocess.TimeoutExpired):
                listener.wait(MAX_END_SECONDS)
            listener.kill()


def _announce_until_heard(name: str, lines: "Queue[str]") -> Finding:
    deadline = time.monotonic() + MAX_WAIT_SECONDS
    while time.monotonic() < deadline:
        announced_at = time.monotonic()
        changes.announce([RenderingId(ElementId(name))])
        if connection.vendor == "sqlite":
            # The same value again: a commit that changes nothing, for whoever watches the file.
            with connection.cursor() as cursor:
                version = cursor.execute("PRAGMA user_version").fetchone()[0]
                cursor.execute(f"PRAGMA user_version = {version}")
        if HEARD in _read(lines, REPEAT_SECONDS):
            milliseconds = 1000 * (time.monotonic() - announced_at)
            return ok("hints", f"Another process heard a change after {milliseconds:.0f} ms.")
    state = f"Another process did not hear a change: it would show after up to {SWEEP_SECONDS:g} s, at the next sweep."
    source = current_source()
    if source is None:
        advice = (
            "Set CHANNEL_LAYERS to channels_redis.pubsub.RedisPubSubChannelLayer, unless there is one process only."
        )
        return warning("hints", state, advice)
    advice = "See what the log says of it, and whether all processes have the same CHANNEL_LAYERS and DATABASES."
    return wrong("hints", f"{state} It should come over the {source.name}.", advice)


def _forward(output: IO[str], lines: "Queue[str]") -> None:
    for line in output:
        lines.put(line.strip())
    lines.put("")  # it has ended: nobody need wait for more


def _read(lines: "Queue[str]", seconds: float) -> str:
    """The next line; nothing if none comes in time."""
    with suppress(Empty):
        return lines.get(timeout=seconds)
    return ""


# The other process


async def _nowhere(message: Any) -> None:
    """Where the frames of a page go that nobody has open: the hub works only while there are pages."""


def listen(name: str) -> None:
    """Be a server process that says what it hears of other processes, until its input ends."""
    asyncio.run(_listen(name))


async def _listen(name: str) -> None:
    hub = process.running_hub()
    hub.core.viewers.add(Viewer(Connection(_nowhere), None, Page()))
    is_listening = False

    def invalidate(ids: Iterable[RenderingId], *, is_announced: bool = True) -> None:
        if any(id.element == name for id in ids):
            print(HEARD, flush=True)

    def invalidate_all() -> None:
        if is_listening:  # and it is not the one that comes with the subscription
            print(HEARD, flush=True)

    hub.invalidate, hub.invalidate_all = invalidate, invalidate_all  # type: ignore[method-assign]
    for _ in range(30):
        await asyncio.sleep(SETTLE_SECONDS if process.is_hearing_others() is not False else 0.1)
        if process.is_hearing_others() is not False:
            break
    is_listening = True
    print(LISTENING, flush=True)
    await asyncio.to_thread(sys.stdin.read)
    process.stop()
