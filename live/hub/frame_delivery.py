"""Brings what the core has for each page to its socket: each frame is made once, and handed to all that wait for it.

What raises for one frame or one viewer is theirs alone: the rest of the batch goes out.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from functools import partial

from live import database_threads, metrics
from live.hub.change_times import ChangeTimes
from live.hub.core import Core
from live.hub.feed_delivery import FeedDelivery
from live.hub.frames import make_frame
from live.hub.mailbox import Entries, ListEntry
from live.hub.viewer import Frame, Viewer
from live.page.page import Reason
from live.rendering.orders import orders
from live.rendering.rendered import Rendered, RenderingOf, without

logger = logging.getLogger(__name__)


class FrameDelivery:
    """The sockets of one process. ``resume`` is called with viewers that take frames again, ``clock`` gives the core's
    time."""

    def __init__(
        self,
        core: Core,
        feeds: FeedDelivery,
        change_times: ChangeTimes,
        clock: Callable[[], float],
        resume: Callable[[list[Viewer]], None],
    ) -> None:
        self._core, self._feeds, self._change_times, self._clock, self._resume = (
            core,
            feeds,
            change_times,
            clock,
            resume,
        )

    def flush(self) -> None:
        """Hand over everything that can be sent now."""
        for entries, viewers in self._core.take_frames().items():
            for alike in _by_withheld(viewers):
                for frame in self._frames_of(entries, alike):
                    metrics.deliveries.inc(len(alike))
                    for viewer in alike:
                        self._send(viewer, frame)
                self._change_times.handed_over(entries, self._clock())

    def close(self, viewers: Iterable[Viewer], reason: Reason) -> None:
        """Close the sockets of these, none of them waiting for another. From now on they are sent nothing else."""
        for viewer in viewers:
            if not viewer.is_closing:
                viewer.is_closing = True
                try:
                    viewer.connection.close(reason)
                except Exception:
                    metrics.failures.labels("close").inc()
                    logger.exception("a viewer's socket could not be closed")

    def _frames_of(self, entries: Entries, viewers: list[Viewer]) -> Iterator[Frame]:
        """One frame, or as many as there are entries where one of them raises; what cannot be sent is put back. The
        same is withheld from all of them."""
        rendering_of = without(viewers[0].withheld, self._core.watches.rendering_of)
        try:
            _read_orders(entries, rendering_of, viewers[0])
            feeds, away_since = self._feeds.html_of(entries), database_threads.away_since()
            frame = make_frame(entries, rendering_of, feeds, away_since)
        except Exception:
            metrics.failures.labels("frame").inc()
            logger.exception("no frame could be made of %s", ", ".join(map(str, entries)))
            frame = None
            if len(entries) > 1:
                for entry in entries:
                    yield from self._frames_of((entry,), viewers)
                return
        if frame is None:
            self._core.put_back(viewers, entries)
        else:
            yield frame

    def _send(self, viewer: Viewer, frame: Frame) -> None:
        viewer.has_been_sent(frame)
        try:
            if not viewer.connection.send(frame):
                viewer.mailbox.block(self._clock())
                viewer.connection.when_writable(partial(self._unblock, viewer))
        except Exception:
            metrics.send_failures.inc()
            logger.exception("a viewer's socket did not take a frame; it is closed, for its page to come back")
            self.close([viewer], Reason.ASK_AGAIN)

    def _unblock(self, viewer: Viewer) -> None:
        viewer.mailbox.unblock()
        self._resume([viewer])


def _read_orders(entries: Entries, rendering_of: RenderingOf, viewer: Viewer) -> None:
    """Know the orders of lists that these pages show, also where another process has made them: a report tells them."""
    for entry in entries:
        if isinstance(entry, ListEntry) and (rendered := rendering_of(entry.id)):
            orders.read(rendered, viewer.shown, entry.base)


def _by_withheld(viewers: list[Viewer]) -> Iterable[list[Viewer]]:
    """Those from whom the same is withheld together: from nearly all it is nothing."""
    if not any(viewer.withheld for viewer in viewers):
        return [viewers]
    groups: dict[frozenset[Rendered], list[Viewer]] = {}
    for viewer in viewers:
        groups.setdefault(frozenset(viewer.withheld.values()), []).append(viewer)
    return groups.values()
