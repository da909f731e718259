"""What changed, on its way to the hub: from any thread, and a burst wakes the hub's loop once."""

import logging
import threading
from collections.abc import Callable, Iterable

from live.hub.hub import Hub
from live.keys import RenderingId

logger = logging.getLogger(__name__)

# Called with what the hub of this process is told, in the thread that tells it: no hub, so that who announces something
# that none hears is still warned.
listeners: list[Callable[[frozenset[RenderingId]], None]] = []


class Invalidations:
    """Takes to the hub what this process announces, and what it hears of others."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._ids: set[RenderingId] = set()
        self._is_everything = False
        self._is_under_way = False
        self._lock = threading.Lock()

    def invalidate(self, ids: Iterable[RenderingId]) -> None:
        """These may look different, or have new items."""
        self._put(frozenset(ids), is_everything=False)

    def invalidate_all(self) -> None:
        """Anything may look different."""
        self._put(frozenset(), is_everything=True)

    def _put(self, ids: frozenset[RenderingId], *, is_everything: bool) -> None:
        self._hub.change_times.arrived(ids)
        for listener in tuple(listeners):
            listener(ids)
        with self._lock:
            self._ids |= ids
            self._is_everything |= is_everything
            is_first, self._is_under_way = not self._is_under_way, True
        if is_first:
            try:
                self._hub.loop.call_soon_threadsafe(self._take)
            except RuntimeError:  # the server is stopping; who connects to the next one is compared with the database
                logger.info("a change came after the hub had stopped")

    def _take(self) -> None:
        with self._lock:
            ids, self._ids = self._ids, set()
            is_everything, self._is_everything = self._is_everything, False
            self._is_under_way = False
        if is_everything:
            self._hub.invalidate_all()
        self._hub.invalidate(ids)
