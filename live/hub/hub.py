"""The one object in each server process that keeps every open page true.

What goes to whom is decided in ``core``; here is what surrounds it. Everything runs on the server's event loop, but for
what is rendered and asked in threads.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from live import metrics
from live.database_threads import DatabaseThreads
from live.fragments import Fragment
from live.hub import cursors
from live.hub.admission import Admission, Answered
from live.hub.change_times import ChangeTimes
from live.hub.core import Core
from live.hub.feed_delivery import FeedDelivery
from live.hub.frame_delivery import FrameDelivery
from live.hub.mailbox import Entry
from live.hub.renderer import Renderer
from live.hub.tasks import track_task
from live.hub.viewer import Far, Shown, Viewer
from live.keys import Key, PageContext, RenderingId
from live.page import access
from live.page.access import Access
from live.page.page import Page, Reason
from live.page.refusal import Refusal
from live.page.visits import Session
from live.rendering.context import around, data_context
from live.rendering.rendered import closure

logger = logging.getLogger(__name__)
Answer = TypeVar("Answer")

# That a frame waits for fragments that are being rendered at the same moment: fewer, larger frames.
GATHER_SECONDS = 0.02
# That a sign of life waits for one. A page that hears nothing for 5 s takes its connection for dead.
HEARTBEAT_WAIT_SECONDS = 0.5


class Hub:
    """Made by ``live.hub.process``, in the event loop that serves the sockets."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.core = Core(access.is_restricted, lambda key: Fragment.named(key.name).load_many is not None)
        self.change_times = ChangeTimes()
        self.renderer = Renderer(self.core, self.change_times, self._proceed)
        # Each has threads of its own: none of them waits for another's queries.
        self._feed_threads = DatabaseThreads("live-feed", 1)
        self._task_threads = DatabaseThreads("live-task", 1)
        self.admission = Admission(self.core.watches, self.core.next_question, self._take_answers)
        self.feeds = FeedDelivery(self.core, self._feed_threads)
        self.frames = FrameDelivery(self.core, self.feeds, self.change_times, self.loop.time, self._resume)
        self._flush_timer: asyncio.TimerHandle | None = None
        self._heartbeat_timer: asyncio.TimerHandle | None = None
        self._feed_task: asyncio.Task[None] | None = None
        self._admission_task: asyncio.Task[None] | None = None
        self._is_stopped = False

    def stop(self) -> None:
        """Render and ask nothing any more. Viewers are not closed: ``live.hub.process.close_all`` does that."""
        self._is_stopped = True
        self.renderer.stop()
        self.admission.stop()
        for waiting in (self._flush_timer, self._heartbeat_timer, self._feed_task, self._admission_task):
            if waiting is not None:
                waiting.cancel()
        for threads in self.threads:
            threads.shutdown()

    @property
    def threads(self) -> tuple[DatabaseThreads, ...]:
        """All that ask the database for it."""
        return self.renderer.threads, self._feed_threads, self._task_threads, *self.admission.threads

    # Changes

    def invalidate(self, ids: Iterable[RenderingId], *, is_announced: bool = True) -> None:
        """These may look different, or have new items."""
        ids = tuple(ids)
        self.change_times.invalidated(ids, self.core.watches, self.loop.time())
        self.core.invalidate(ids, self.loop.time(), is_announced=is_announced)
        self.feeds.invalidate({id.element for id in ids})
        self._proceed()

    def invalidate_all(self) -> None:
        """Anything may look different."""
        self.invalidate((*self.core.watches, *map(RenderingId, self.feeds.elements)), is_announced=False)

    # Viewers

    async def admit(self, session: Session, page: Page) -> Access:
        """Whether a page that connects may see what is on it, and as which audiences."""
        keys = closure(page.roots.values(), self.core.watches.rendering_of)
        return await self.admission.ask(session, page, list(keys.values()))

    def join(self, viewer: Viewer, shown: Shown, far: Far = frozenset(), frames: int | None = None) -> None:
        """Keep this viewer true from now on: see ``Core.join``."""
        metrics.resyncs.inc()
        self.core.join(viewer, shown, self.loop.time(), far, frames)
        self.feeds.invalidate(cursors.join(viewer, self.feeds.newest(viewer.page.context)), [viewer])
        self._proceed()

    def extend(self, viewer: Viewer, page: Page, access: Access) -> None:
        """Other parts than before are on its page, which ``admit`` has been asked about; ``join`` comes next."""
        viewer.extend(page, access.audiences, access.withheld, self.core.next_question())

    def leave(self, viewer: Viewer) -> None:
        """Forget this viewer, and whatever only it watched."""
        self.core.leave(viewer)
        self._proceed()

    def close(self, viewers: Iterable[Viewer], reason: Reason) -> None:
        """Close the sockets of these, none of them waiting for another. From now on they are sent nothing else."""
        self.frames.close(viewers, reason)

    async def recheck_access(self) -> None:
        """Ask again whether all viewers may see their pages, and as which audiences: see ``Admission.run_round``."""
        await self.admission.run_round(self.core.viewers)

    def post(self, viewers: Iterable[Viewer], *entries: Entry) -> None:
        """Send these entries to these viewers: one frame for all that wait for the same."""
        self.core.put(viewers, *entries)
        self._proceed()

    def send_heartbeat(self) -> None:
        """A sign of life to every page: with the frame of a fragment, where one comes soon."""
        self.core.put_heartbeats()
        self._heartbeat_timer = self.loop.call_later(HEARTBEAT_WAIT_SECONDS, self._release_heartbeats)

    def _release_heartbeats(self) -> None:
        self.core.release_heartbeats()
        self._proceed()

    def receipts(self, fragment: str) -> dict[Key, tuple[int, int]]:
        """How many pages really show a fragment as it is now: see ``Watches.receipts``."""
        return self.core.watches.receipts(fragment, data_context)

    async def ask_database(self, question: Callable[..., Answer], *args: Any) -> Answer:
        """Call a function in a thread of the hub's own, not in the one that requests share."""
        return await self._task_threads.run(question, *args)

    @property
    def data_contexts(self) -> set[PageContext | None]:
        """Those of the open pages, as far as they may decide what the database says."""
        return {data_context(viewer.page.context) for viewer in self.core.viewers}

    async def ask_databases(self, questions: Mapping[PageContext | None, Callable[[], object]]) -> None:
        """Call these in that thread, inside of what the project sets around pages of the context: for a tenant, say.

        Raises an ``ExceptionGroup`` after all of them, where some have failed.
        """
        asked = [self.ask_database(_ask_within, context, question) for context, question in questions.items()]
        answers = await asyncio.gather(*asked, return_exceptions=True)
        if errors := [answer for answer in answers if isinstance(answer, Exception)]:
            raise ExceptionGroup(f"for {len(errors)} of {len(questions)} contexts of pages", errors)

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
        self.renderer.plan()
        if self.core.scheduler.rendering == 0:
            self._flush()
        elif self._flush_timer is None and self.core.has_frames:
            self._flush_timer = self.loop.call_later(GATHER_SECONDS, self._flush)

    async def _admit_held(self) -> None:
        """Ask for those on whose pages something restricted has come to be: once for all who wait at the moment."""
        try:
            while viewers := self.core.unadmitted:
                self.core.unadmitted = set()
                await self.admission.ask_held(viewers)
        finally:
            self._admission_task = None

    def _take_answers(self, answers: Answered, question: int) -> None:
        """Close the sockets of those who may not see their page any more; the others may, as these audiences, but for
        what is withheld."""
        refused: dict[Refusal, list[Viewer]] = {}
        withheld: set[Key] = set()
        for viewer, answer in answers:
            if not self.core.take_answer(viewer, question):
                continue
            if answer.refusal is not None:
                refused.setdefault(answer.refusal, []).append(viewer)
                continue
            try:
                withheld |= self.core.assign(viewer, answer.audiences, self.loop.time(), answer.withheld)
            except Exception:
                metrics.failures.labels("assign").inc()
                logger.exception("a page could not be shown as another audience; it must ask again")
                self.close([viewer], Reason.ASK_AGAIN)
        for refusal, members in refused.items():
            logger.info("%d sockets are closed (%s): %s", len(members), refusal.reason.value, refusal.message)
            self.close(members, refusal.reason)
        if withheld:
            logger.info("withheld from open pages: %s", ", ".join(map(str, withheld)))
            # It may be gone from what nests it.
            self.invalidate(self.core.watches.nesting(withheld))
        self._resume(self.core.admit((viewer for viewer, _ in answers), question))

    async def _deliver_feeds(self) -> None:
        try:
            while self.feeds.has_work:
                await self.feeds.run_round()
                self._proceed()
        finally:
            self._feed_task = None

    def _flush(self) -> None:
        if self._flush_timer is not None:
            self._flush_timer.cancel()
            self._flush_timer = None
        self.frames.flush()

    def _resume(self, viewers: Iterable[Viewer]) -> None:
        """These take frames again."""
        for viewer in self.core.resume(viewers):
            self.feeds.invalidate(viewer.cursors.keys(), [viewer])
        self._proceed()


def _ask_within(context: PageContext | None, question: Callable[[], object]) -> None:
    with around(context):
        question()
