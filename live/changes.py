"""The one place through which every change is announced: ``changed()``, at commit, without any HTML.

A change names a fragment that may look different and carries nothing else, because a hint that is late, lost, doubled
or out of order is then harmless: whoever receives it reads the database.

It reaches the hub of this process by a direct call, and those of other processes through the channel layer, which a
thread of its own talks to: no request waits for Redis, and a burst is one message. The in-memory layer is not used:
it reaches this process alone, may not be called from another thread and drops the newest message when it is full.
"""

import asyncio
import atexit
import logging
import threading
import uuid
from collections.abc import Callable, Iterable
from typing import Any

from channels.layers import InMemoryChannelLayer, get_channel_layer
from django.db import connections, transaction

from live import metrics
from live.keys import RenderingId

logger = logging.getLogger(__name__)

GROUP = "live.changes"
# In a message: any fragment may have changed. Sent in place of a longer list.
EVERYTHING = "*"
MAX_IDS_PER_MESSAGE = 500
# Between two messages of one process; the first goes out at once.
MESSAGE_INTERVAL_SECONDS = 0.05
# Tells a process its own messages from those of others.
PROCESS = uuid.uuid4().hex

# Called with what changed, in the thread that committed. The hub is one; so are tests.
listeners: list[Callable[[frozenset[RenderingId]], None]] = []


def changed(*ids: RenderingId) -> None:
    """Announce these when the default database's transaction commits; never if it rolls back."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        transaction.on_commit(lambda: announce(ids), robust=True)
    else:  # Django has no transactions in async code, and asking for one raises
        announce(ids)


def announce(ids: Iterable[RenderingId]) -> None:
    """Tell every hub now. For what is no transaction; everything else calls ``changed``."""
    changes = frozenset(ids)
    metrics.changes.inc(len(changes))
    for listener in tuple(listeners):
        listener(changes)
    if shared_layer() is not None:
        publisher.put(changes)
    elif not listeners:
        _warn_unreceived()


def shared_layer() -> object | None:
    """The channel layer if it reaches other processes."""
    layer = get_channel_layer()
    return None if isinstance(layer, InMemoryChannelLayer) else layer


class Publisher:
    """Sends announcements to the channel layer: at once, then at most one message an interval, always the last."""

    def __init__(self) -> None:
        self._ids: set[RenderingId] = set()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._stopping = False

    def put(self, ids: frozenset[RenderingId]) -> None:
        """Send these soon. Returns at once, whatever state the layer is in."""
        with self._changed:
            self._ids |= ids
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="live-publisher", daemon=True)
                self._thread.start()
                # Flushed before the process ends: a command's only change is usually its last.
                atexit.register(self.close)
            self._changed.notify()

    def close(self, timeout: float = 3.0) -> None:
        """Send what is left and stop; gives up after ``timeout`` seconds."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join(timeout)

    def _run(self) -> None:
        asyncio.run(self._send_all())

    async def _send_all(self) -> None:
        layer: Any = get_channel_layer()
        while True:
            with self._changed:
                while not (self._ids or self._stopping):
                    self._changed.wait()
                ids, self._ids = self._ids, set()
            if ids:
                names = [list(id) for id in sorted(ids, key=str)] if len(ids) <= MAX_IDS_PER_MESSAGE else EVERYTHING
                try:
                    await layer.group_send(GROUP, {"type": "live.changed", "from": PROCESS, "ids": names})
                    metrics.hints.labels("sent").inc()
                except Exception:
                    metrics.hints.labels("lost").inc()
                    logger.exception("a hint was lost: other processes show %s when they next sweep", names)
            if self._stopping and not self._ids:
                await layer.flush()
                return
            # The pause is what makes one message of a burst.
            with self._changed:
                if not self._stopping:
                    self._changed.wait_for(lambda: self._stopping, MESSAGE_INTERVAL_SECONDS)


publisher = Publisher()
_warned = threading.Event()


def _warn_unreceived() -> None:
    """In a process without a hub and without a layer that reaches others, only the servers' own watching helps."""
    if _warned.is_set() or all(connections[alias].vendor == "sqlite" for alias in connections):
        return
    _warned.set()
    logger.warning(
        "this process announces changes, but the in-memory channel layer reaches no other one: servers notice at their"
        " next sweep. Set CHANNEL_LAYERS to a layer that is shared, such as channels_redis"
    )
