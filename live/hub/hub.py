"""The one object in each server process that keeps every open page true.

It knows which fragments are watched, hears which may have changed, has each rendered once, and hands the same bytes
to all who show it. Whatever is lost on the way (a hint, a Redis) is repaired by the sweep (``live.hub.scheduler``).

Everything here runs on the server's event loop; only rendering and access are asked in a small pool of threads, so
that a slow query delays neither a socket nor a request.
"""

import asyncio
import logging
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from live import changes, metrics
from live.database_threads import let_go, retrying
from live.fragments import Audience
from live.hub import frames, periodic_tasks
from live.hub.admission import Gate
from live.hub.feed_delivery import Feeding
from live.hub.scheduler import Pacer, Renders
from live.hub.viewer import Frame, Viewer
from live.hub.watches import Watch, Watches
from live.page import access
from live.rendering.render import Rendered

logger = logging.getLogger(__name__)
Answer = TypeVar("Answer")

# Seconds that a frame waits for fragments that are being rendered at the same moment: fewer, larger frames.
GATHER = 0.02
THREADS = 4
ASKING_THREADS = 2


class Hub:
    """See the module. Made by ``Hub.here``, in the event loop that serves the sockets."""

    _current: "Hub | None" = None

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.pool = ThreadPoolExecutor(THREADS, thread_name_prefix="live-render")
        # Of its own: who may see must be known in time, however slow a fragment's query is.
        self.asking = ThreadPoolExecutor(ASKING_THREADS, thread_name_prefix="live-access")
        self.viewers: set[Viewer] = set()
        self.watches = Watches()
        self.pacer = Pacer(
            self.pool,
            wanted=lambda watch: self.watches.get(watch.key.id) is watch,
            known=lambda id: self.rendered_of(id) is not None,
            done=self._rendered,
        )
        self.gate = Gate(lambda viewers: periodic_tasks.recheck(self, viewers), self._touch, self.in_thread)
        self.feeding = Feeding(self.pool, self.viewers, takes=self._takes, give=self._give)
        # Viewers with something in their mailbox.
        self._touched: set[Viewer] = set()
        self._flushing: asyncio.TimerHandle | None = None
        self._rung: set[str] = set()
        self._rung_lock = threading.Lock()
        self._duties = periodic_tasks.start(self)
        changes.listeners.append(self.ring_threadsafe)

    @classmethod
    def here(cls) -> "Hub":
        """The hub of this process; the first call makes it."""
        if cls._current is None or cls._current.loop is not asyncio.get_running_loop():
            if cls._current is not None:
                cls._current.stop()
            cls._current = cls()
        return cls._current

    @classmethod
    def current(cls) -> "Hub | None":
        """The hub if there is one."""
        return cls._current

    def stop(self) -> None:
        """Stop listening and rendering. Viewers are not closed: ``periodic_tasks.drain`` does that."""
        changes.listeners.remove(self.ring_threadsafe)
        self.pacer.stop()
        self.feeding.stop()
        for duty in self._duties:
            duty.cancel()
        for watch in self.watches.values():
            watch.forget()
        let_go(self.pool, THREADS)
        let_go(self.asking, ASKING_THREADS)
        if Hub._current is self:
            Hub._current = None

    # Hearing of changes

    def ring_threadsafe(self, ids: Iterable[str]) -> None:
        """``ring`` from any thread. A burst wakes the loop once."""
        with self._rung_lock:
            asleep = not self._rung
            self._rung.update(ids)
        if asleep:
            try:
                self.loop.call_soon_threadsafe(self._hear)
            except RuntimeError:  # the server is stopping; who connects to the next one is compared with the database
                logger.info("a change came after the hub had stopped")

    def _hear(self) -> None:
        with self._rung_lock:
            ids, self._rung = self._rung, set()
        self.ring(ids)

    def ring(self, ids: Iterable[str]) -> None:
        """These may look different, or have new items. What nobody watches is forgotten here."""
        now = self.loop.time()
        for id in ids:
            for watch in self.watches.called(id):
                self.pacer.plan(watch, now)
        self.feeding.wake(ids)

    def ring_all(self) -> None:
        """Anything may look different."""
        self.ring((*self.watches, *self.feeding.tails))

    def rendered_of(self, id: str) -> Rendered | None:
        """The newest rendering of a watched fragment."""
        watch = self.watches.get(id)
        return watch.rendered if watch else None

    def _rendered(self, watch: Watch, renders: Renders | None) -> None:
        """Take new renderings in, and put them into the mailboxes of those who show another version."""
        if renders is not None:
            before, watch.rendered = watch.rendered, renders.pop(watch.key.id)
            watch.rendered_at = watch.started_at
            if before is None or before.children != watch.rendered.children:
                self._nested(watch, renders)
            waiting, watch.waiting = watch.waiting, set()
            differs = before is None or before.version != watch.rendered.version
            for viewer in watch.viewers if differs else waiting:
                self._compare(viewer, watch)
        self._flush_soon()

    def _nested(self, watch: Watch, renders: Renders) -> None:
        """It nests others than before: whoever watches it watches these, from the renderings that came with it."""
        viewers = set(watch.viewers)
        for child in renders.values():
            known = self.watches.of(child.key)
            if known.rendered is None:
                known.rendered, known.started_at, known.rendered_at = child, watch.started_at, watch.started_at
                self.pacer.rest(known)
                # Somebody may have been waiting for this one by itself, and now also watches what it nests.
                viewers |= known.viewers
        for viewer in viewers:
            self._attach(viewer)

    # Viewers

    def join(self, viewer: Viewer, shown: dict[str, str]) -> None:
        """Keep this viewer true from now on. ``shown`` is what its page says it shows: versions by id.

        Also how a page that has joined reports again. It is watched first and compared then, so that no change falls
        between the two.
        """
        metrics.resyncs.inc()
        viewer.shown, viewer.reported = shown, dict(shown)
        viewer.reported_at = self.loop.time()
        self.viewers.add(viewer)
        self._attach(viewer, everything=True)
        self.feeding.join(viewer)
        self._count()
        # The answer, even where nothing differs: from here on the page may call itself live.
        self.post([viewer], frames.HEARTBEAT)

    def leave(self, viewer: Viewer) -> None:
        """Forget this viewer, and whatever only it watched."""
        self.viewers.discard(viewer)
        self._touched.discard(viewer)
        for id in viewer.watching:
            self.watches.leave(id, viewer)
        viewer.watching = set()
        self._count()

    def _attach(self, viewer: Viewer, *, everything: bool = False) -> None:
        """Watch what the viewer's roots now contain, and compare what is new to it (or everything)."""
        wanted = frames.closure(viewer.roots, self.rendered_of)
        for id in viewer.watching - wanted.keys():
            self.watches.leave(id, viewer)
            viewer.mailbox.discard(id)
        fresh = wanted.keys() - viewer.watching
        viewer.watching = set(wanted)
        for id, key in wanted.items():
            watch = self.watches.of(key)
            watch.viewers.add(viewer)
            if everything or id in fresh:
                self._compare(viewer, watch)
        if access.guarded(wanted[id] for id in fresh if wanted[id].element not in viewer.page.roots):
            self.gate.ask(viewer)

    def assign(self, viewer: Viewer, audiences: dict[str, Audience]) -> None:
        """Its user may belong to other audiences than before: show theirs."""
        if viewer.audiences != audiences and viewer in self.viewers:
            viewer.audiences = audiences
            self._attach(viewer)

    def _compare(self, viewer: Viewer, watch: Watch) -> None:
        """Put the fragment into the mailbox if the viewer shows another version of it."""
        if watch.rendered is not None and viewer.shown.get(watch.key.element) == watch.rendered.version:
            viewer.mailbox.discard(watch.key.id)
            self._touched.add(viewer)
        elif watch.rendered is not None and watch.rendered_at >= viewer.reported_at:
            viewer.mailbox.put(watch.key.id)
            self._touched.add(viewer)
        else:
            # The page may be newer than what we have: look once more before correcting it.
            watch.waiting.add(viewer)
            self.pacer.plan(watch, self.loop.time())

    def _count(self) -> None:
        metrics.viewers.set(len(self.viewers))
        metrics.watched.set(len(self.watches))

    async def in_thread(self, question: Callable[[], Answer]) -> Answer:
        """Ask the database in threads of the hub's own, not in the one that requests share."""
        return await self.loop.run_in_executor(self.asking, retrying, question)

    # Fan-out

    def post(self, viewers: Iterable[Viewer], id: str) -> None:
        """Put one id into the mailboxes of these, and let it go out soon: one frame for all that wait for the same."""
        for viewer in viewers:
            viewer.mailbox.put(id)
            self._touched.add(viewer)
        self._flush_soon()

    def _flush_soon(self) -> None:
        """Send what waits: at once if nothing is being rendered, else shortly, with what is ready by then."""
        if self.pacer.in_flight == 0:
            self._flush()
        elif self._flushing is None and self._touched:
            self._flushing = self.loop.call_later(GATHER, self._flush)

    def _flush(self) -> None:
        if self._flushing is not None:
            self._flushing.cancel()
            self._flushing = None
        touched, self._touched = self._touched, set()
        made: dict[tuple[str, ...], Frame | None] = {}
        for viewer in touched:
            if viewer.closing or self.gate.holds(viewer) or not (ids := viewer.mailbox.take()):
                continue
            if ids not in made:
                made[ids] = self._make(ids)
            if frame := made[ids]:
                viewer.deliver(frame, lambda viewer: self._touch([viewer]))
            else:  # something in it is still being rendered, and touches the viewer when it is ready
                for id in ids:
                    viewer.mailbox.put(id)

    def _make(self, ids: tuple[str, ...]) -> Frame | None:
        try:
            return frames.make(ids, self.rendered_of, self.feeding.pieces(ids))
        except Exception:
            metrics.failures.labels("frame").inc()
            logger.exception("no frame could be made of %s", ", ".join(ids))
            return None

    def _touch(self, viewers: Iterable[Viewer]) -> None:
        """These take frames again."""
        here = self.viewers.intersection(viewers)
        self._touched |= here
        self.feeding.wake({name for viewer in here for name in viewer.cursors})
        self._flush_soon()

    # For feeds

    def _takes(self, viewer: Viewer) -> bool:
        """Whether a viewer may be given more: a slow one keeps its cursor, and costs nothing."""
        return not (viewer.closing or viewer.mailbox.blocked or self.gate.holds(viewer))

    def _give(self, ids: dict[Viewer, list[str]]) -> None:
        """Put these into the mailboxes first and flush then: one frame for all who are given the same."""
        for viewer, given in ids.items():
            for id in given:
                viewer.mailbox.put(id)
        self._touched.update(ids)
        self._flush_soon()
