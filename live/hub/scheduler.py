"""When each watched fragment is rendered: at once when it is announced, then at most every ``MIN_INTERVAL_SECONDS``,
always once more after the last announcement, and at least every ``SWEEP_SECONDS`` even if nothing is announced at all.
A slow one, and one that asks for an interval of its own, is rendered less often. What has not come ``DEADLINE_SECONDS``
after it was wanted is to be shown as out of date.

A fragment is never rendered twice at the same time: what is announced meanwhile is rendered afterwards, because a
render that has begun may have read the database before the change.

Pure: the clock is passed in, and whoever asks what is due does the rendering.
"""

import heapq
from itertools import count

from live.hub.render_slots import RenderSlots
from live.hub.watches import Watch

# Both ends of the promise "within 5 seconds" are kept with room for a slow render.
MIN_INTERVAL_SECONDS = 0.05
# ... and a slow one so that it takes no more than this part of a thread's time, however slow it is.
MAX_THREAD_SHARE = 0.25
SWEEP_SECONDS = 3.0
# One whose next change has passed meanwhile is rendered soon, and not as fast as the interval allows for ever.
OVERDUE_SECONDS = 1.0
DEADLINE_SECONDS = 5.0


class Scheduler:
    """Holds the watches that are due at some time. ``now`` is in seconds of one monotonic clock throughout."""

    def __init__(self) -> None:
        self._slots = RenderSlots()
        # Those whose watch has been planned anew or forgotten since are passed over.
        self._heap: list[tuple[float, int, Watch]] = []
        self._order = count()

    @property
    def rendering(self) -> int:
        """How many are being rendered of which a result is to be expected at any moment."""
        return self._slots.quick

    def plan(self, watch: Watch, at: float, now: float) -> None:
        """Render at that time, or as soon after as the interval allows; never later than already planned."""
        if at <= now:
            self._want(watch, now)
        if watch.is_rendering:
            return
        declared = watch.rendered.interval_seconds if watch.rendered else 0.0
        # What is announced does not wait for a rendering before that nobody had announced: those are few.
        least = MIN_INTERVAL_SECONDS if watch.was_announced or not watch.is_announced else 0.0
        pause = max(least, declared, watch.render_seconds / MAX_THREAD_SHARE)
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
        if watch.is_batched:
            # All of a fragment at the same moment, whenever the last change of one of them was.
            pause -= (now - hash(watch.key.name) % 1000 / 1000 * SWEEP_SECONDS) % SWEEP_SECONDS
        if next_change is not None:
            left = next_change - wall_clock
            pause = min(pause, left if left > 0 else OVERDUE_SECONDS)
        self.plan(watch, now + pause, now)

    def next_due(self) -> float | None:
        """When something may have to be started; None if nothing is planned."""
        while self._heap and self._heap[0][2].due != self._heap[0][0]:
            heapq.heappop(self._heap)
        due, free = self._heap[0][0] if self._heap else None, self._slots.next_at()
        return min((at for at in (due, free) if at is not None), default=None)

    def start(self, now: float) -> list[list[Watch]]:
        """What is due and has a slot, job by job: each is being rendered from now on, until ``finish``."""
        while self._heap and self._heap[0][0] <= now:
            due, _, watch = heapq.heappop(self._heap)
            if watch.due == due:
                self._slots.add(watch, due)
        jobs = []
        while job := self._slots.take(now):
            for taken in job:
                taken.is_rendering = True
                taken.started_at = now
                taken.was_announced, taken.is_announced = taken.is_announced, False
                if taken.wanted_at is None:
                    taken.wanted_at = now
            jobs.append(job)
        return jobs

    def finish(self, watch: Watch, *, is_done: bool = True) -> None:
        """It is not being rendered any more. Unless that was in vain, it is not wanted any more either."""
        watch.is_rendering = False
        self._slots.free(watch)
        if is_done:
            watch.wanted_at = watch.wanted_again_at
        watch.wanted_again_at = None

    def put_off(self, watch: Watch, now: float) -> None:
        """There was no time for it in its job: it is rendered in another one."""
        self.finish(watch, is_done=False)
        watch.is_announced |= watch.was_announced
        self.plan(watch, now, now)

    def is_overdue(self, watch: Watch, now: float) -> bool:
        """Whether the rendering that is wanted has not come in time."""
        return watch.wanted_at is not None and now - watch.wanted_at > DEADLINE_SECONDS

    def _want(self, watch: Watch, now: float) -> None:
        if not watch.is_rendering:
            watch.wanted_at = now if watch.wanted_at is None else watch.wanted_at
        elif watch.wanted_again_at is None:
            watch.wanted_again_at = now
