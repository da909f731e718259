"""What goes to whom: which pages watch which fragments, which of them show another version than the newest, and what
each is to be sent.

Whatever is lost on the way (a hint, a Redis) is repaired by the sweep: each watched fragment is rendered again every
few seconds, and compared.

Pure: no I/O, no thread, no event loop. The clock and the results of rendering and asking are passed in, and what is
to be sent comes out of ``take_frames``.
"""

from collections.abc import Callable, Iterable

from live.hub.comparison import compare
from live.hub.mailbox import Entries, Entry, Heartbeat, ListEntry
from live.hub.scheduler import Scheduler
from live.hub.viewer import Far, Shown, Viewer, shared
from live.hub.watches import Watch, Watches
from live.keys import Audience, Key, RenderingId
from live.rendering.rendered import Keys, Rendered, Renderings, Withheld, closure, without


class Core:
    """``is_restricted(key)``: a fragment is not for everybody; ``is_batched(key)``: several are rendered in one job.
    ``now`` is of one monotonic clock and ``wall_clock`` since the epoch, both in seconds."""

    def __init__(self, is_restricted: Callable[[Key], bool], is_batched: Callable[[Key], bool] | None = None) -> None:
        self.viewers: set[Viewer] = set()
        self.watches = Watches(is_batched)
        self.scheduler = Scheduler()
        # Something restricted has come to be on their pages; nobody has asked yet whether their users may see it.
        self.unadmitted: set[Viewer] = set()
        # Since they reported, not everything on their pages has been compared: they may not call themselves live yet.
        self._behind: set[Viewer] = set()
        # Their mailboxes may have something that can be sent.
        self._ready: set[Viewer] = set()
        self._is_restricted = is_restricted
        self._questions = 0

    # Viewers

    def join(self, viewer: Viewer, shown: Shown, now: float, far: Far = frozenset(), frames: int | None = None) -> None:
        """Keep this viewer true from now on. ``shown`` is what its page says it shows: versions by DOM id.

        Also how a page that has joined reports again. It is watched first and compared then, so that no change falls
        between the two. ``far`` is not near the window, and compared only now and then; ``frames`` had
        come to the page by then: see ``Viewer.has_reported``.
        """
        if viewer in self.viewers and viewer.audiences:
            # Its user may just have changed what they are to see: nothing goes out before that is known.
            self._hold(viewer)
        with_far = viewer.has_reported(shown, far, now, frames)
        self.viewers.add(viewer)
        self._behind.add(viewer)
        self._attach(viewer, now, compare_all=True, with_far=with_far)

    def leave(self, viewer: Viewer) -> None:
        """Forget this viewer, and whatever only it watched."""
        self.viewers.discard(viewer)
        self.unadmitted.discard(viewer)
        self._behind.discard(viewer)
        self._ready.discard(viewer)
        for id in viewer.watching:
            self.watches.leave(id, viewer)
        viewer.watching = frozenset()

    def assign(self, viewer: Viewer, audiences: dict[str, Audience], now: float, withheld: Withheld) -> set[Key]:
        """Its user may be other audiences now, and may not see what is withheld: show that. What is newly withheld."""
        if viewer not in self.viewers or (viewer.audiences, viewer.withheld) == (audiences, withheld):
            return set()
        before = viewer.withheld
        viewer.audiences, viewer.withheld = audiences, withheld
        self._attach(viewer, now, compare_all=before != withheld)
        return {rendered.key for id, rendered in withheld.items() if id not in before}

    def next_question(self) -> int:
        """The number of a question about viewers that is asked now: of two answers, the later question's counts."""
        self._questions += 1
        return self._questions

    def take_answer(self, viewer: Viewer, question: int) -> bool:
        """Whether this answer about the viewer counts: nothing that was asked later has been answered already."""
        if question < viewer.answered or viewer not in self.viewers:
            return False
        viewer.answered = question
        return True

    def admit(self, viewers: Iterable[Viewer], question: int) -> list[Viewer]:
        """Whether their users may see what is on their pages is known, but of those that have been held since that was
        asked: which of them have waited for it."""
        admitted = [viewer for viewer in viewers if viewer.awaits_admission and viewer.held_at < question]
        for viewer in admitted:
            viewer.awaits_admission = False
        return admitted

    def resume(self, viewers: Iterable[Viewer]) -> set[Viewer]:
        """These take frames again, as far as they have not left: which ones."""
        resumed = self.viewers.intersection(viewers)
        self._ready |= resumed
        return resumed

    # Fragments

    def invalidate(self, ids: Iterable[RenderingId], now: float, *, is_announced: bool = True) -> None:
        """These may look different, and whether somebody said so of them. What nobody watches is forgotten here."""
        for id in ids:
            for watch in self.watches.matching(id):
                watch.is_announced |= is_announced
                self.scheduler.plan(watch, now, now)

    def rendered(self, watch: Watch, renderings: Renderings | None, now: float, wall_clock: float) -> None:
        """A rendering that was started has ended: take it and what it nests in, and let those who show another version
        get it. None where it failed: it is tried again.
        """
        is_wanted_again = watch.wanted_again_at is not None
        self.scheduler.finish(watch, is_done=renderings is not None)
        if self.watches.get(watch.id) is not watch:  # nobody watches any more
            return
        try:
            if renderings is not None:
                self._take(watch, renderings, now, wall_clock)
        finally:  # whatever goes wrong, it is swept
            if is_wanted_again:
                self.scheduler.plan(watch, now, now)
            else:
                self.scheduler.plan_sweep(watch, now, wall_clock)

    def _take(self, watch: Watch, renderings: Renderings, now: float, wall_clock: float) -> None:
        before, watch.rendered = watch.rendered, renderings[watch.id]
        watch.rendered_at = watch.started_at
        self.watches.note_list(watch)
        if before is None or before.children != watch.rendered.children:
            self._nest(watch, renderings, now, wall_clock)
        waiting, watch.waiting = watch.waiting, set()
        differs = before is None or before.version != watch.rendered.version
        for viewer in watch.viewers if differs else waiting:
            self._compare(viewer, watch, now, with_far=viewer in waiting)
        self._answer(waiting)

    def overdue(self, now: float) -> list[tuple[Watch, Rendered]]:
        """Those whose newest rendering has not come in time, with the one that is still shown as if it were true."""
        return [
            (watch, rendered)
            for watch in self.watches.values()
            if self.scheduler.is_overdue(watch, now)
            and (rendered := watch.rendered) is not None
            and not (rendered.failed or rendered.out_of_date)
        ]

    def mark(self, watch: Watch, marked: Rendered, now: float) -> None:
        """Show what there is of it as out of date to those who show that; who shows something newer waits on."""
        watch.rendered = marked
        for viewer in watch.viewers - watch.waiting:
            self._compare(viewer, watch, now)

    def _nest(self, watch: Watch, renderings: Renderings, now: float, wall_clock: float) -> None:
        """It nests others than before: whoever watches it watches these, from the renderings that came with it."""
        viewers = set(watch.viewers)
        for id, rendering in renderings.items():
            if id == watch.id:
                continue
            child = self.watches.of(rendering.key)
            if child.rendered is None:
                child.rendered, child.started_at, child.rendered_at = rendering, watch.started_at, watch.started_at
                self.watches.note_list(child)
                self.scheduler.plan_sweep(child, now, wall_clock)
                # Somebody may have been waiting for this one by itself, and now also watches what it nests.
                viewers |= child.viewers
        # The same for all who have the same page.
        contents: dict[tuple[Key, ...], Keys] = {}
        for viewer in viewers:
            roots = tuple(viewer.roots)
            if not viewer.withheld and roots not in contents:
                contents[roots] = closure(roots, self.watches.rendering_of)
            self._attach(viewer, now, None if viewer.withheld else contents[roots])

    def _attach(
        self, viewer: Viewer, now: float, keys: Keys | None = None, *, compare_all: bool = False, with_far: bool = False
    ) -> None:
        """Watch what the viewer's roots now contain (``keys``), and compare what is new to it (or everything)."""
        wanted = keys or closure(viewer.roots, without(viewer.withheld, self.watches.rendering_of))
        for id in viewer.watching - wanted.keys():
            self.watches.leave(id, viewer)
            viewer.mailbox.discard(id)
        new = wanted.keys() - viewer.watching
        viewer.watching = shared(frozenset(wanted))
        for id in wanted if compare_all else [id for id in wanted if id in new]:
            watch = self.watches.of(wanted[id])
            watch.viewers.add(viewer)
            self._compare(viewer, watch, now, with_far=with_far)
        nested = (wanted[id] for id in new if id.element not in viewer.page.roots)
        if any(self._is_restricted(key) for key in nested):
            self._hold(viewer)
        self._answer([viewer])

    def _answer(self, viewers: Iterable[Viewer]) -> None:
        """The response to a report, even where nothing differs: from here on the page may call itself live."""
        for viewer in self._behind.intersection(viewers):
            if not any(viewer in self.watches[id].waiting for id in viewer.watching):
                self._behind.discard(viewer)
                self.put([viewer], Heartbeat.TRUE)

    def _compare(self, viewer: Viewer, watch: Watch, now: float, *, with_far: bool = False) -> None:
        """Put the fragment into the mailbox if the viewer shows another version of it."""
        if compare(viewer, watch, with_far=with_far):
            self._ready.add(viewer)
        else:
            watch.waiting.add(viewer)
            self.scheduler.plan(watch, now, now)

    def _hold(self, viewer: Viewer) -> None:
        """Its frames wait until ``admit``."""
        viewer.awaits_admission, viewer.held_at = True, self._questions
        self.unadmitted.add(viewer)

    # Frames

    def put(self, viewers: Iterable[Viewer], *entries: Entry) -> None:
        """Put these into the mailboxes: one frame for all that wait for the same."""
        for viewer in viewers:
            viewer.mailbox.put(*entries)
            self._ready.add(viewer)

    def put_heartbeats(self) -> None:
        """A sign of life for all, whether what they show is known to be true or not: with the next frame of each, and
        for those that get none before ``release_heartbeats``, alone."""
        for viewer in self.viewers:
            viewer.mailbox.put(Heartbeat.BEHIND if viewer in self._behind else Heartbeat.TRUE)

    def release_heartbeats(self) -> None:
        """Those that wait for a frame wait no longer."""
        self._ready |= self.viewers

    @property
    def has_frames(self) -> bool:
        """Whether there may be something to send."""
        return bool(self._ready)

    def take_frames(self) -> dict[Entries, list[Viewer]]:
        """What is to be sent now, and to whom: one frame for all that wait for the same."""
        ready, self._ready, lists = self._ready, set(), self.watches.lists
        frames: dict[Entries, list[Viewer]] = {}
        for viewer in ready:
            if entries := viewer.take(lists):
                frames.setdefault(entries, []).append(viewer)
        return frames

    def put_back(self, viewers: Iterable[Viewer], entries: Entries) -> None:
        """A part of that frame is still being rendered: they get it when it is ready."""
        for viewer in viewers:
            viewer.mailbox.put(*(entry.id if isinstance(entry, ListEntry) else entry for entry in entries))
