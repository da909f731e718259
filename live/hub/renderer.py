"""Renders in threads what the core's scheduler says is due, and takes to the core what comes of it."""

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from typing import Any

from live import metrics
from live.database_threads import DatabaseThreads, asking, away_since
from live.hub.change_times import ChangeTimes
from live.hub.core import Core
from live.hub.render_slots import MAX_SLOTS, SLOW_SECONDS
from live.hub.scheduler import DEADLINE_SECONDS
from live.hub.watches import Watch
from live.keys import Key
from live.rendering.loads import Loads
from live.rendering.render import out_of_date, render_or_failure
from live.rendering.rendered import Rendered, Renderings
from live.rendering.tree import render_tree

logger = logging.getLogger(__name__)

# What is made of the same as before is rendered again after so long: its function may show something else, too.
MAX_UNCHANGED_SECONDS = 30.0


class Renderer:
    """Of one process. ``proceed`` is called after each rendering."""

    def __init__(self, core: Core, change_times: ChangeTimes, proceed: Callable[[], None]) -> None:
        self.threads = DatabaseThreads("live-render", MAX_SLOTS)
        self._core, self._change_times, self._proceed = core, change_times, proceed
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._is_stopped = False

    def stop(self) -> None:
        """Render nothing any more; what comes of a rendering that is under way is of no interest."""
        self._is_stopped = True
        if self._timer is not None:
            self._timer.cancel()

    def plan(self) -> None:
        """Be there when something is due next."""
        due = self._core.scheduler.next_due()
        if due is None or (self._timer is not None and self._timer.when() <= due):
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_at(due, self._start, due)

    def mark_overdue(self) -> None:
        """Show as out of date what has been wanted for too long and does not come."""
        now = self._loop.time()
        for watch, rendered in self._core.overdue(now):
            metrics.overdue.labels(watch.key.name).inc()
            logger.warning("%s does not come for %d s; it is shown as out of date", watch.key, DEADLINE_SECONDS)
            self._core.mark(watch, out_of_date(rendered), now)
        self._proceed()

    def _start(self, due: float) -> None:
        self._timer = None
        # The loop may call a little early, by the resolution of its clock.
        for job in self._core.scheduler.start(max(due, self._loop.time())):
            try:
                self.threads.run(self._render, job).add_done_callback(partial(self._rendered, job))
            except RuntimeError:
                self._log_failure("there is no thread to render %s; it is tried again", job[0].key)
                for watch in job:
                    self._take(watch, None)
        self.plan()

    def _render(self, job: list[Watch]) -> dict[Watch, Renderings | None]:
        """In a thread: what became of each, None where it failed. Those for which there is no time are left out."""
        loads, began, done = Loads(), time.monotonic(), dict[Watch, Renderings | None]()
        loads.expect(watch.key for watch in job)
        for watch in job:
            if done and time.monotonic() - began > SLOW_SECONDS:
                break
            try:
                done[watch] = self._render_tree(watch, loads, len(job))
            except Exception:
                self._log_failure("%s could not be brought up to date; it is tried again", watch.key)
                done[watch] = None
        return done

    def _render_tree(self, watch: Watch, loads: Loads, count: int) -> Renderings:
        def render_one(key: Key, loads: Loads) -> Rendered:
            if key != watch.key:
                return render_or_failure(key, loads=loads)
            began, last, was_away, loading = time.monotonic(), watch.rendered, away_since(), loads.seconds
            loads.read(key)
            # Of what asks a database by itself it would say nothing.
            made_of = loads.snapshot(key) if last is None or last.is_of_loaded else None
            if last is not None and _is_unchanged(watch, made_of):
                return replace(last, read_at=time.time())
            with asking() if watch.is_batched else nullcontext() as queries:
                rendered = render_or_failure(key, last, loads)
            if queries == []:
                rendered = replace(rendered, is_of_loaded=True, made_of=made_of, made_at=watch.started_at)
            # What waited for a database that is away says nothing of the next: it would rest when that is back.
            if was_away is None and away_since() is None:
                # Of what was read for all of the job, its part.
                watch.took(time.monotonic() - began - (loads.seconds - loading) * (1 - 1 / count))
            return rendered

        known = self._core.watches.rendering_of
        return render_tree([watch.key], is_known=lambda id: known(id) is not None, render_one=render_one, loads=loads)

    def _rendered(self, job: list[Watch], future: "asyncio.Future[dict[Watch, Renderings | None]]") -> None:
        if self._is_stopped:
            return
        done: dict[Watch, Renderings | None] = dict.fromkeys(job)
        try:
            done = future.result()
        except Exception:
            self._log_failure("%s could not be brought up to date; it is tried again", job[0].key)
        for watch in job:
            if watch in done:
                self._take(watch, done[watch])
            else:
                self._core.scheduler.put_off(watch, self._loop.time())
        self._proceed()

    def _take(self, watch: Watch, renderings: Renderings | None) -> None:
        before = watch.rendered
        try:
            self._core.rendered(watch, renderings, self._loop.time(), time.time())
            self._change_times.rendered(watch, before)
        except Exception:
            self._log_failure("what follows from %s could not be done", watch.key)

    def _log_failure(self, message: str, key: Key) -> None:
        logger.exception(message, key)
        metrics.failures.labels("render").inc()


def _is_unchanged(watch: Watch, made_of: Any) -> bool:
    """Whether the same was read again as what there is is made of, and nobody says that it has changed."""
    last, now = watch.rendered, time.time()
    return (
        last is not None
        and not (last.failed or last.out_of_date or watch.was_announced)
        and last.made_of is not None
        and last.made_of == made_of
        and watch.started_at - last.made_at < MAX_UNCHANGED_SECONDS
        and last.read_at <= now  # else the clock was set back, and its next change is far away
        and (last.next_change is None or now < last.next_change)
    )
