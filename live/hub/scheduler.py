"""When each watched fragment is rendered: at once when it is announced, then at most every ``MIN_INTERVAL_SECONDS``,
always once more after the last announcement, and at least every ``SWEEP_SECONDS`` even if nothing is announced at all.

A fragment is never rendered twice at the same time: what is announced meanwhile is rendered afterwards, because a
render that has begun may have read the database before the change.

Pure: the clock is passed in, and whoever asks what is due does the rendering.
"""

import heapq
from itertools import count

from live.hub.watches import Watch

# Both ends of the promise "within 5 seconds" are kept with room for a slow render.
MIN_INTERVAL_SECONDS = 0.05
# ... and a slow one so that it takes no more than this part of a thread's time.
MAX_THREAD_SHARE = 0.25
SWEEP_SECONDS = 3.0
# One whose next change has passed meanwhile is rendered soon, and not as fast as the interval allows for ever.
OVERDUE_SECONDS = 1.0


class Scheduler:
    """Holds the watches that are due at some time. ``now`` is in seconds of one monotonic clock throughout."""

    def __init__(self) -> None:
        self.rendering = 0
        # Those whose watch has been planned anew or forgotten since are passed over.
        self._heap: list[tuple[float, int, Watch]] = []
        self._order = count()

    def plan(self, watch: Watch, at: float, now: float) -> None:
        """Render at that time, or as soon after as the interval allows; never later than already planned."""
        if watch.is_rendering:
            watch.render_again = watch.render_again or at <= now
            return
        pause = max(MIN_INTERVAL_SECONDS, min(watch.render_seconds / MAX_THREAD_SHARE, SWEEP_SECONDS))
        at = max(at, watch.started_at + pause)
        if watch.due is None or at < watch.due:
            watch.due = at
            heapq.heappush(self._heap, (at, next(self._order), watch))

    def plan_sweep(self, watch: Watch, now: float, wall_clock: float) -> None:
        """It has just been rendered: render it again when it is swept, or at its own next change.

        ``wall_clock`` is in seconds since the epoch, as ``next_change`` is.
        """
        next_change = watch.rendered.next_change if watch.rendered else None
        pause = SWEEP_SECONDS
        if next_change is not None:
            left = next_change - wall_clock
            pause = min(pause, left if left > 0 else OVERDUE_SECONDS)
        self.plan(watch, now + pause, now)

    def next_due(self) -> float | None:
        """When something is due next; None if nothing is planned."""
        while self._heap and self._heap[0][2].due != self._heap[0][0]:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def start(self, now: float) -> list[Watch]:
        """What is due: each is being rendered from now on, until ``finish``."""
        started = []
        while (due := self.next_due()) is not None and due <= now:
            watch = heapq.heappop(self._heap)[2]
            watch.due = None
            watch.is_rendering, watch.render_again = True, False
            watch.started_at = now
            started.append(watch)
        self.rendering += len(started)
        return started

    def finish(self, watch: Watch) -> None:
        """It is not being rendered any more."""
        watch.is_rendering = False
        self.rendering -= 1
