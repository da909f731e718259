"""The one object in each server process that keeps every open page true.

It knows which fragments are watched, hears which may have changed, renders each once, and hands the same bytes to all
who show it. Whatever is lost on the way (a hint, a Redis, a clock) is repaired by the sweep: every watched fragment
is rendered again at least every ``SWEEP`` seconds, and sent where it differs.

Everything here runs on the server's event loop; only rendering and access are asked in a small pool of threads, so
that a slow query delays neither a socket nor a request.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from live import changes, duties, frames, metrics
from live.fragments import Key
from live.rendering import Rendered, render_or_say, render_tree
from live.retrying import retrying
from live.viewers import Frame, Viewer

logger = logging.getLogger(__name__)
Answer = TypeVar("Answer")

# Seconds. A fragment is rendered at most every PACE (20 times a second) and, watched, at least every SWEEP; both
# ends of the promise "within 5 seconds" are kept with room for a slow render.
PACE = 0.05
SWEEP = 3.0
# How long a frame waits for other fragments that are being rendered at the same moment: fewer, larger frames.
GATHER = 0.02
THREADS = 4


class Watch:
    """One watched fragment: its newest rendering, who shows it, and when it is to be rendered next."""

    __slots__ = ("again", "key", "rendered", "rendered_at", "rendering", "started_at", "timer", "viewers", "waiting")

    def __init__(self, key: Key) -> None:
        self.key = key
        self.rendered: Rendered | None = None
        self.started_at = self.rendered_at = float("-inf")
        self.rendering = False
        # Announced while it was being rendered: what the render saw may be older than the announcement.
        self.again = False
        self.timer: asyncio.TimerHandle | None = None
        self.viewers: set[Viewer] = set()
        # Those who must be compared with the next rendering even if it is the same as the last.
        self.waiting: set[Viewer] = set()


class Hub:
    """See the module. Made by ``Hub.here``, in the event loop that serves the sockets."""

    _current: "Hub | None" = None

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.pool = ThreadPoolExecutor(THREADS, thread_name_prefix="live-hub")
        self.viewers: set[Viewer] = set()
        self.watches: dict[str, Watch] = {}
        self._in_flight = 0
        self._touched: set[Viewer] = set()
        self._flushing: asyncio.TimerHandle | None = None
        self._rung: set[str] = set()
        self._rung_lock = threading.Lock()
        self._duties = duties.start(self)
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
        """The hub if there is one yet."""
        return cls._current

    def stop(self) -> None:
        """Stop listening and rendering. Viewers are not closed: ``drain`` does that."""
        changes.listeners.remove(self.ring_threadsafe)
        for duty in self._duties:
            duty.cancel()
        for watch in self.watches.values():
            if watch.timer is not None:
                watch.timer.cancel()
        self.pool.shutdown(wait=False, cancel_futures=True)
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
        """These may look different. What nobody watches is forgotten here."""
        for id in ids:
            if watch := self.watches.get(id):
                self._render_at(watch, self.loop.time())

    # Rendering: once, at a pace

    def _render_at(self, watch: Watch, at: float) -> None:
        """Render at that time or as soon after as the pace allows; never later than already planned."""
        if watch.rendering:
            watch.again = watch.again or at <= self.loop.time()
            return
        at = max(at, watch.started_at + PACE)
        if watch.timer is not None:
            if watch.timer.when() <= at and not watch.timer.cancelled():
                return
            watch.timer.cancel()
        watch.timer = self.loop.call_at(at, self._start, watch)

    def _start(self, watch: Watch) -> None:
        watch.timer = None
        watch.rendering, watch.again = True, False
        watch.started_at = self.loop.time()
        self._in_flight += 1
        last = {watch.key.id: watch.rendered}
        future = self.loop.run_in_executor(
            self.pool,
            lambda: render_tree(
                [watch.key],
                known=lambda id: self.rendered_of(id) is not None,
                one=lambda key: render_or_say(key, last.get(key.id)),
            ),
        )
        future.add_done_callback(lambda done: self._rendered(watch, done))

    def _rendered(self, watch: Watch, done: "asyncio.Future[dict[str, Rendered]]") -> None:
        watch.rendering = False
        self._in_flight -= 1
        if done.cancelled() or self.watches.get(watch.key.id) is not watch:
            self._flush_soon()
            return
        wait = 0.0 if watch.again else SWEEP
        try:
            renders = done.result()
            rendered = renders.pop(watch.key.id)
            if rendered.next_change is not None:
                # One that has passed meanwhile is looked at soon, and not as fast as the pace allows for ever.
                left = rendered.next_change - time.time()
                wait = min(wait, left if left > 0 else 1.0)
            self._install(watch, rendered, renders)
        except Exception:
            metrics.failures.labels("render").inc()
            logger.exception("%s could not be brought up to date; it is tried again", watch.key)
        self._render_at(watch, self.loop.time() + wait)
        self._flush_soon()

    def _install(self, watch: Watch, rendered: Rendered, nested: dict[str, Rendered]) -> None:
        """Take a new rendering in, and put it into the mailboxes of those who show another version."""
        before, watch.rendered, watch.rendered_at = watch.rendered, rendered, watch.started_at
        for id, child in nested.items():
            # Found inside this one for the first time: it is watched by whoever watches this one.
            known = self.watches.setdefault(id, Watch(child.key))
            if known.rendered is None:
                known.rendered, known.started_at, known.rendered_at = child, watch.started_at, watch.started_at
                self._render_at(known, self.loop.time() + SWEEP)
        if before is None or before.children != rendered.children:
            for viewer in tuple(watch.viewers):
                self._attach(viewer)
        waiting, watch.waiting = watch.waiting, set()
        differs = before is None or before.version != rendered.version
        for viewer in watch.viewers if differs else waiting:
            self._compare(viewer, watch)

    # Viewers

    def join(self, viewer: Viewer, shown: dict[str, str]) -> None:
        """Keep this viewer true from now on. ``shown`` is what its page says it shows: versions by id.

        Also how a page that has joined reports again. It is watched first and compared then, so that no change falls
        between the two.
        """
        metrics.resyncs.inc()
        viewer.shown = shown
        viewer.reported_at = self.loop.time()
        self.viewers.add(viewer)
        self._attach(viewer, everything=True)
        self._count()
        # The answer, even where nothing differs: from here on the page may call itself live.
        self.post([viewer], frames.HEARTBEAT)

    def leave(self, viewer: Viewer) -> None:
        """Forget this viewer, and whatever only it watched."""
        self.viewers.discard(viewer)
        self._touched.discard(viewer)
        for id in viewer.watching:
            self._unwatch(viewer, id)
        viewer.watching = set()
        self._count()

    def _attach(self, viewer: Viewer, *, everything: bool = False) -> None:
        """Watch what the viewer's roots now contain, and compare what is new to it (or everything)."""
        # A root that the page does not show any more is not sent: there is no element to swap.
        wanted = frames.closure((key for id, key in viewer.page.roots.items() if id in viewer.shown), self.rendered_of)
        for id in viewer.watching - wanted.keys():
            self._unwatch(viewer, id)
            viewer.mailbox.discard(id)
        fresh = wanted.keys() if everything else wanted.keys() - viewer.watching
        viewer.watching = set(wanted)
        for id, key in wanted.items():
            watch = self.watches.setdefault(id, Watch(key))
            watch.viewers.add(viewer)
            if id in fresh:
                self._compare(viewer, watch)

    def _compare(self, viewer: Viewer, watch: Watch) -> None:
        """Put the fragment into the mailbox if the viewer shows another version of it."""
        if watch.rendered is not None and viewer.shown.get(watch.key.id) == watch.rendered.version:
            viewer.mailbox.discard(watch.key.id)
            self._touched.add(viewer)
        elif watch.rendered is not None and watch.rendered_at >= viewer.reported_at:
            viewer.mailbox.put(watch.key.id)
            self._touched.add(viewer)
        else:
            # The page may be newer than what we have: look once more before correcting it.
            watch.waiting.add(viewer)
            self._render_at(watch, self.loop.time())

    def _unwatch(self, viewer: Viewer, id: str) -> None:
        watch = self.watches.get(id)
        if watch is None:
            return
        watch.viewers.discard(viewer)
        watch.waiting.discard(viewer)
        if not watch.viewers:
            if watch.timer is not None:
                watch.timer.cancel()
            del self.watches[id]

    def rendered_of(self, id: str) -> Rendered | None:
        """The newest rendering of a watched fragment."""
        watch = self.watches.get(id)
        return watch.rendered if watch else None

    def _count(self) -> None:
        metrics.viewers.set(len(self.viewers))
        metrics.watched.set(len(self.watches))

    # Fan-out

    def post(self, viewers: Iterable[Viewer], id: str) -> None:
        """Put one id into the mailboxes of these, and let it go out soon: one frame for all that wait for the same."""
        for viewer in viewers:
            viewer.mailbox.put(id)
            self._touched.add(viewer)
        self._flush_soon()

    def _flush_soon(self) -> None:
        """Send what waits: at once if nothing is being rendered, else shortly, with what is ready by then."""
        if self._in_flight == 0:
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
            ids = viewer.mailbox.take()
            if not ids or viewer.closing:
                continue
            if ids not in made:
                made[ids] = frames.make(ids, self.rendered_of)
            if frame := made[ids]:
                viewer.deliver(frame, self._takes_again)
            else:  # something in it is still being rendered, and touches the viewer when it is ready
                for id in ids:
                    viewer.mailbox.put(id)

    def _takes_again(self, viewer: Viewer) -> None:
        if viewer in self.viewers:
            self._touched.add(viewer)
            self._flush_soon()

    async def in_thread(self, question: Callable[[], Answer]) -> Answer:
        """Ask the database in the hub's own pool, not in the one thread that requests share."""
        return await self.loop.run_in_executor(self.pool, retrying, question)
