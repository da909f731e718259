"""Where the hub hears of changes: those of its own process, and of others over the channel layer or SQLite.

Every hint may be lost; the sweep repairs it. So a source that fails is tried again for ever, and says so.
"""

import asyncio
import logging
import threading
from collections.abc import Coroutine
from typing import Any

from channels.layers import get_channel_layer

from live import changes, metrics
from live.hub.hub import Hub
from live.hub.sqlite_watcher import SQLiteWatcher
from live.keys import RenderingId

logger = logging.getLogger(__name__)

RETRY_LAYER_SECONDS = 1.0
# How often SQLite is asked for commits of others, and how seldom these may cause everything to be rendered.
WATCH_SECONDS = 0.25
RENDER_ALL_SECONDS = 0.5


_is_hearing: bool | None = None


def is_hearing() -> bool | None:
    """Whether the subscription to the channel layer is there; None where none is needed."""
    return _is_hearing


class Listener:
    """Takes the changes of this process to the hub, from any thread. A burst wakes the hub's loop once."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._ids: set[RenderingId] = set()
        self._lock = threading.Lock()

    def __call__(self, ids: frozenset[RenderingId]) -> None:
        self._hub.change_times.arrived(ids)
        with self._lock:
            is_first = not self._ids
            self._ids.update(ids)
        if is_first:
            try:
                self._hub.loop.call_soon_threadsafe(self._take)
            except RuntimeError:  # the server is stopping; who connects to the next one is compared with the database
                logger.info("a change came after the hub had stopped")

    def _take(self) -> None:
        with self._lock:
            ids, self._ids = self._ids, set()
        self._hub.invalidate(ids)


def of_other_processes(hub: Hub) -> Coroutine[Any, Any, None] | None:
    """What hears of other processes' changes, to be run beside the hub; None where only the sweep notices them."""
    if changes.shared_layer() is not None:
        return listen(hub)
    return watch_commits(hub) if SQLiteWatcher.is_possible() else None


async def listen(hub: Hub) -> None:
    """The one subscription of this process to the channel layer."""
    global _is_hearing
    layer: Any = get_channel_layer()
    _is_hearing = False
    while True:
        try:
            channel = await layer.new_channel("live")
            await layer.group_add(changes.GROUP, channel)
            _is_hearing = True
            hub.invalidate_all()
            while True:
                message = await layer.receive(channel)
                if message["from"] != changes.PROCESS:
                    metrics.hints.labels("received").inc()
                    if message["ids"] == changes.EVERYTHING:
                        hub.invalidate_all()
                    else:
                        hub.invalidate(map(RenderingId.from_wire, message["ids"]))
        except Exception:
            _is_hearing = False
            metrics.failures.labels("listen").inc()
            logger.exception("the channel layer does not answer; changes of other processes show at the next sweep")
            await asyncio.sleep(RETRY_LAYER_SECONDS)


async def watch_commits(hub: Hub) -> None:
    """Render everything again when SQLite has seen a commit, which may be another process's."""
    global _is_hearing
    _is_hearing = None
    watcher = SQLiteWatcher()
    try:
        # Before the first page joins: what is committed from now on is news.
        watcher.has_committed()
        while True:
            if hub.core.viewers and watcher.has_committed():
                hub.invalidate_all()
                await asyncio.sleep(RENDER_ALL_SECONDS - WATCH_SECONDS)
            await asyncio.sleep(WATCH_SECONDS)
    finally:
        watcher.close()
