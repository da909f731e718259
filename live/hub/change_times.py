"""How long a change takes from its commit to the frame that shows it: ``live.metrics.change_to_frame_seconds``.

The clock is passed in, in seconds of one monotonic clock.
"""

import time
from collections.abc import Iterable

from live import metrics
from live.hub.mailbox import Entry, ListEntry
from live.hub.watches import Watch, Watches
from live.keys import RenderingId
from live.rendering.rendered import Rendered


class ChangeTimes:
    """When changes came that no frame shows yet, by what they are about."""

    def __init__(self) -> None:
        self._arrived: dict[RenderingId, float] = {}
        # ... of what is watched: the first and the last since it was rendered; and what waits for its frame.
        self._invalidated: dict[RenderingId, tuple[float, float]] = {}
        self._rendered: dict[RenderingId, float] = {}

    def arrived(self, ids: Iterable[RenderingId]) -> None:
        """These have changed now. From any thread, before the hub's loop is told of them."""
        now = time.monotonic()
        for id in ids:
            self._arrived.setdefault(id, now)

    def invalidated(self, ids: Iterable[RenderingId], watches: Watches, now: float) -> None:
        """The hub is told: what is watched of them is to be rendered."""
        for id in ids:
            at = self._arrived.pop(id, now)
            for watch in watches.matching(id):
                self._invalidated[watch.id] = self._invalidated.get(watch.id, (at, at))[0], now
        if max(len(self._invalidated), len(self._rendered)) > len(watches):  # some are not watched any more
            self._invalidated = {id: at for id, at in self._invalidated.items() if id in watches}
            self._rendered = {id: at for id, at in self._rendered.items() if id in watches}

    def rendered(self, watch: Watch, before: Rendered | None) -> None:
        """It has been rendered. If it looks as before, there will be no frame."""
        first, last = self._invalidated.pop(watch.id, (None, None))
        if last is not None and last > watch.started_at:  # what came meanwhile may not be in it
            self._invalidated[watch.id] = last, last
        if before is None or watch.rendered is None or before.version == watch.rendered.version:
            self._rendered.pop(watch.id, None)
        elif first is not None and first <= watch.started_at:
            self._rendered.setdefault(watch.id, first)

    def handed_over(self, entries: Iterable[Entry], now: float) -> None:
        """A frame of these has been given to sockets: measure what it is the first of."""
        if self._rendered:
            for entry in entries:
                id = entry.id if isinstance(entry, ListEntry) else entry
                at = self._rendered.pop(id, None) if isinstance(id, RenderingId) else None
                if at is not None:
                    metrics.change_to_frame_seconds.observe(now - at)
