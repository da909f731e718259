"""When each watched fragment is rendered: at once when it is announced, then at most every ``PACE`` seconds, always
once more after the last announcement, and at least every ``SWEEP`` seconds even if nothing is announced at all.

Rendering happens in a small pool of threads; planning and results on the event loop. A fragment is never rendered
twice at the same time: what is announced meanwhile is rendered afterwards, because a render that has begun may have
read the database before the change.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import Executor

from live import metrics
from live.hub.watches import Watch
from live.rendering.render import Rendered, render_or_say, render_tree

logger = logging.getLogger(__name__)

# Seconds. Both ends of the promise "within 5 seconds" are kept with room for a slow render.
PACE = 0.05
# ... and a slow one so that it takes no more than this part of a thread's time.
SHARE = 0.25
SWEEP = 3.0

# By id: a fragment, and what it nests that nobody had rendered yet.
Renders = dict[str, Rendered]


class Pacer:
    """Renders watches in ``pool`` and gives ``done(watch, renders)`` the results, on the loop.

    ``wanted(watch)`` says whether anybody still watches, ``known(id)`` whether a nested fragment is rendered already.
    """

    def __init__(
        self,
        pool: Executor,
        *,
        wanted: Callable[[Watch], bool],
        known: Callable[[str], bool],
        done: Callable[[Watch, Renders | None], None],
    ) -> None:
        self.loop = asyncio.get_running_loop()
        self.in_flight = 0
        self._pool, self._wanted, self._known, self._done = pool, wanted, known, done
        self._stopped = False

    def stop(self) -> None:
        """Render nothing any more."""
        self._stopped = True

    def plan(self, watch: Watch, at: float) -> None:
        """Render at that time, or as soon after as the pace allows; never later than already planned."""
        if self._stopped:
            return
        if watch.rendering:
            watch.again = watch.again or at <= self.loop.time()
            return
        at = max(at, watch.started_at + max(PACE, min(watch.cost / SHARE, SWEEP)))
        if watch.timer is not None:
            if watch.timer.when() <= at:
                return
            watch.timer.cancel()
        watch.timer = self.loop.call_at(at, self._start, watch)

    def rest(self, watch: Watch) -> None:
        """It has just been rendered, as part of another: look at it again when it is swept."""
        self.plan(watch, self.loop.time() + self._pause(watch))

    def _start(self, watch: Watch) -> None:
        watch.timer = None
        if self._stopped:
            return
        watch.rendering, watch.again = True, False
        watch.started_at = self.loop.time()
        self.in_flight += 1
        future = self.loop.run_in_executor(self._pool, self._render, watch, watch.rendered)
        future.add_done_callback(lambda future: self._rendered(watch, future))

    def _render(self, watch: Watch, last: Rendered | None) -> Renders:
        """In a thread of the pool."""
        began = time.monotonic()
        try:
            return render_tree(
                [watch.key],
                known=self._known,
                one=lambda key: render_or_say(key, last if key == watch.key else None),
            )
        finally:
            watch.cost = time.monotonic() - began

    def _rendered(self, watch: Watch, future: "asyncio.Future[Renders]") -> None:
        watch.rendering = False
        self.in_flight -= 1
        renders: Renders | None = None
        if not future.cancelled() and self._wanted(watch) and not self._stopped:
            try:
                renders = future.result()
            except Exception:
                metrics.failures.labels("render").inc()
                logger.exception("%s could not be brought up to date; it is tried again", watch.key)
            self._done(watch, renders)
            self.plan(watch, self.loop.time() + (0.0 if watch.again else self._pause(watch)))
        else:
            self._done(watch, None)

    @staticmethod
    def _pause(watch: Watch) -> float:
        """Seconds until it is looked at without being announced: the sweep, or its own next change."""
        moment = watch.rendered.next_change if watch.rendered else None
        if moment is None:
            return SWEEP
        left = moment - time.time()
        # One that has passed meanwhile is looked at soon, and not as fast as the pace allows for ever.
        return min(SWEEP, left if left > 0 else 1.0)
