"""The one object in each server process that keeps every open page true.

What goes to whom is decided in ``core``; here is what surrounds it. Everything runs on the server's event loop, but for
what is rendered and asked in threads.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, TypeVar

from live import metrics
from live.database_threads import DatabaseThreads
from live.hub import cursors
from live.hub.admission import Admission
from live.hub.core import Core
from live.hub.feed_delivery import FeedDelivery
from live.hub.frames import make_frame
from live.hub.mailbox import Entries, Entry
from live.hub.tasks import track_task
from live.hub.viewer import Frame, Viewer
from live.hub.watches import Watch
from live.keys import ElementId, Key, RenderingId
from live.page import access
from live.page.access import Access
from live.page.page import Page, Reason
from live.rendering.render import render_or_failure
from live.rendering.rendered import Renderings, closure
from live.rendering.tree import render_tree

logger = logging.getLogger(__name__)
Answer = TypeVar("Answer")

# That a frame waits for fragments that are being rendered at the same moment: fewer, larger frames.
GATHER_SECONDS = 0.02
RENDER_THREADS, ACCESS_THREADS = 4, 2


class Hub:
    """Made by ``live.hub.process``, in the event loop that serves the sockets."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.core = Core(access.is_restricted)
        self.render_threads = DatabaseThreads("live-render", RENDER_THREADS)
        # Of its own: who may see must be known in time, however slow a fragment's query is.
        self.access_threads = DatabaseThreads("live-access", ACCESS_THREADS)
        self.admission = Admission(self.access_threads)
        self.feeds = FeedDelivery(self.core, self.render_threads)
        self._render_timer: asyncio.TimerHandle | None = None
        self._flush_timer: asyncio.TimerHandle | None = None
        self._feed_task: asyncio.Task[None] | None = None
        self._admission_task: asyncio.Task[None] | None = None
        self._is_stopped = False
        self.database_away_since: float | None = None  # seconds since the epoch; each heartbeat says it

    def stop(self) -> None:
        """Render and ask nothing any more. Viewers are not closed: ``live.hub.process.close_all`` does that."""
        self._is_stopped = True
        for waiting in (self._render_timer, self._flush_timer, self._feed_task, self._admission_task):
            if waiting is not None:
                waiting.cancel()
        self.render_threads.shutdown()
        self.access_threads.shutdown()

    # Changes

    def invalidate(self, ids: Iterable[RenderingId]) -> None:
        """These may look different, or have new items."""
        ids = tuple(ids)
        self.core.invalidate(ids, self.loop.time())
        self.feeds.invalidate(id.element for id in ids)
        self._proceed()

    def invalidate_all(self) -> None:
        """Anything may look different."""
        self.invalidate((*self.core.watches, *map(RenderingId, self.feeds.buffers)))

    # Viewers

    async def admit(self, session: str | None, page: Page) -> Access:
        """Whether a page that connects may see what is on it, and as which audiences."""
        keys = closure(page.roots.values(), self.core.watches.rendering_of)
        return await self.admission.ask(session, page, list(keys.values()))

    def join(self, viewer: Viewer, shown: dict[ElementId, str]) -> None:
        """Keep this viewer true from now on: see ``Core.join``."""
        metrics.resyncs.inc()
        self.core.join(viewer, shown, self.loop.time())
        self.feeds.invalidate(cursors.join(viewer, self.feeds.newest()))
        self._proceed()

    def leave(self, viewer: Viewer) -> None:
        """Forget this viewer, and whatever only it watched."""
        self.core.leave(viewer)
        self._proceed()

    def close(self, viewers: Iterable[Viewer], reason: Reason) -> None:
        """Close the sockets of these, none of them waiting for another. From now on they are sent nothing else."""
        for viewer in viewers:
            if not viewer.is_closing:
                viewer.is_closing = True
                viewer.connection.close(reason)

    async def recheck_access(self, viewers: Iterable[Viewer]) -> None:
        """Ask again whether these may see, and as which audiences. Closes the sockets of those who may not any more."""
        for members, answer in await self.admission.ask_again(viewers, self.core.watches):
            if answer.refusal is not None:
                reason, message = answer.refusal.reason, answer.refusal.message
                logger.info("%d sockets are closed (%s): %s", len(members), reason.value, message)
                self.close(members, reason)
            else:
                for viewer in members:
                    self.core.assign(viewer, answer.audiences, self.loop.time())
        self._proceed()

    def post(self, viewers: Iterable[Viewer], *entries: Entry) -> None:
        """Send these entries to these viewers: one frame for all that wait for the same."""
        self.core.put(viewers, *entries)
        self._proceed()

    def receipts(self, fragment: str) -> dict[Key, tuple[int, int]]:
        """How many pages really show a fragment as it is now: see ``Core.receipts``."""
        return self.core.receipts(fragment)

    async def ask_database(self, question: Callable[..., Answer], *args: Any) -> Answer:
        """Call a function in a thread of the hub's own, not in the one that requests share."""
        return await self.access_threads.run(question, *args)

    # What follows from whatever the core has been told

    def _proceed(self) -> None:
        metrics.viewers.set(len(self.core.viewers))
        metrics.watched.set(len(self.core.watches))
        if self._is_stopped:
            return
        if self.core.unadmitted and self._admission_task is None:
            self._admission_task = track_task(self._admit_held())
        if self.feeds.has_work and self._feed_task is None:
            self._feed_task = track_task(self._deliver_feeds())
        self._plan_render()
        if self.core.scheduler.rendering == 0:
            self._flush()
        elif self._flush_timer is None and self.core.has_frames:
            self._flush_timer = self.loop.call_later(GATHER_SECONDS, self._flush)

    async def _admit_held(self) -> None:
        """Ask for those on whose pages something restricted has come to be: once for all who wait at the moment."""
        try:
            while viewers := self.core.unadmitted:
                self.core.unadmitted = set()
                try:
                    await self.recheck_access(viewers)
                except Exception:
                    metrics.failures.labels("admission").inc()
                    logger.exception("who may see what is new on open pages could not be asked; they must ask again")
                    self.close(viewers, Reason.ASK_AGAIN)
                self.core.admit(viewers)
                self._resume(viewers)
        finally:
            self._admission_task = None

    async def _deliver_feeds(self) -> None:
        try:
            while self.feeds.has_work:
                await self.feeds.run_round()
                self._proceed()
        finally:
            self._feed_task = None

    def _plan_render(self) -> None:
        due = self.core.scheduler.next_due()
        if due is None or (self._render_timer is not None and self._render_timer.when() <= due):
            return
        if self._render_timer is not None:
            self._render_timer.cancel()
        self._render_timer = self.loop.call_at(due, self._render_due, due)

    def _render_due(self, due: float) -> None:
        self._render_timer = None
        # The loop may call a little early, by the resolution of its clock.
        for watch in self.core.scheduler.start(max(due, self.loop.time())):
            self.render_threads.run(self._render, watch).add_done_callback(partial(self._rendered, watch))
        self._plan_render()

    def _render(self, watch: Watch) -> Renderings:
        """In a thread."""
        began, last = time.monotonic(), watch.rendered
        try:
            return render_tree(
                [watch.key],
                is_known=lambda id: self.core.watches.rendering_of(id) is not None,
                render_one=lambda key: render_or_failure(key, last if key == watch.key else None),
            )
        finally:
            watch.render_seconds = time.monotonic() - began

    def _rendered(self, watch: Watch, future: "asyncio.Future[Renderings]") -> None:
        if self._is_stopped:
            return
        renderings: Renderings | None = None
        try:
            renderings = future.result()
        except Exception:
            metrics.failures.labels("render").inc()
            logger.exception("%s could not be brought up to date; it is tried again", watch.key)
        self.core.rendered(watch, renderings, self.loop.time(), time.time())
        self._proceed()

    # Frames

    def _flush(self) -> None:
        if self._flush_timer is not None:
            self._flush_timer.cancel()
            self._flush_timer = None
        for entries, viewers in self.core.take_frames().items():
            frame = self._make_frame(entries)
            if frame is None:
                self.core.put_back(viewers, entries)
                continue
            metrics.deliveries.inc(len(viewers))
            for viewer in viewers:
                self._send(viewer, frame)

    def _make_frame(self, entries: Entries) -> Frame | None:
        try:
            feeds, away = self.feeds.html_of(entries), self.database_away_since
            return make_frame(entries, self.core.watches.rendering_of, feeds, away)
        except Exception:
            metrics.failures.labels("frame").inc()
            logger.exception("no frame could be made of %s", ", ".join(map(str, entries)))
            return None

    def _send(self, viewer: Viewer, frame: Frame) -> None:
        viewer.shown.update(frame.versions)
        if not viewer.connection.send(frame):
            viewer.mailbox.block(self.loop.time())
            viewer.connection.when_writable(partial(self._unblock, viewer))

    def _unblock(self, viewer: Viewer) -> None:
        viewer.mailbox.unblock()
        self._resume([viewer])

    def _resume(self, viewers: Iterable[Viewer]) -> None:
        """These take frames again."""
        resumed = self.core.resume(viewers)
        self.feeds.invalidate({feed for viewer in resumed for feed in viewer.cursors})
        self._proceed()
