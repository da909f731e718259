"""What is watched: one ``Watch`` for each fragment and audience that some open page shows. Pure."""

from collections.abc import Callable, Iterator, Set
from typing import Any

from live.hub.viewer import Viewer
from live.keys import ElementId, Key, PageContext, RenderingId, first_element
from live.rendering.rendered import Rendered

# Renderings of which a watch remembers how long they took.
RECENT = 3


class Watch:
    """One watched fragment: its newest rendering, who shows it, and when it is to be rendered next. ``is_batched``: in
    one job with others of its fragment."""

    __slots__ = (
        "due",
        "id",
        "is_announced",
        "is_batched",
        "is_rendering",
        "key",
        "recent_seconds",
        "rendered",
        "rendered_at",
        "started_at",
        "viewers",
        "waiting",
        "wanted_again_at",
        "wanted_at",
        "was_announced",
    )

    def __init__(self, key: Key, *, is_batched: bool = False) -> None:
        self.key, self.is_batched = key, is_batched
        self.id = key.id
        self.rendered: Rendered | None = None
        # ``rendered_at`` is when the newest rendering began to read.
        self.started_at = self.rendered_at = float("-inf")
        # When it is to be rendered; None while it is not planned.
        self.due: float | None = None
        self.is_rendering = False
        # Whether a change of this very one has been announced since the rendering began, and before that.
        self.is_announced = self.was_announced = False
        # Since when a newer rendering is wanted; and since when one is that is newer than the one being made.
        self.wanted_at: float | None = None
        self.wanted_again_at: float | None = None
        # That the last renderings took.
        self.recent_seconds: tuple[float, ...] = ()
        self.viewers: set[Viewer] = set()
        # Those who must be compared with the next rendering even if it is the same as the last.
        self.waiting: set[Viewer] = set()

    def took(self, seconds: float) -> None:
        """A rendering has come after so long."""
        self.recent_seconds = (*self.recent_seconds, seconds)[-RECENT:]

    @property
    def render_seconds(self) -> float:
        """That a rendering takes by itself: the quickest of the last ones, and 0 while there are not as many. What held
        up one or two of them, as a lock does or a database that was away, says nothing of the next."""
        return min(self.recent_seconds) if len(self.recent_seconds) == RECENT else 0.0


class Watches(dict[RenderingId, Watch]):
    """Everything that is watched, by id; by element, of which there are several where a fragment differs per audience,
    has options, or is more than once on a page; and by the fragment's name. ``is_batched`` says of which keys several
    are rendered in one job; without it, of none."""

    def __init__(self, is_batched: Callable[[Key], bool] | None = None) -> None:
        super().__init__()
        self._is_batched = is_batched or (lambda key: False)
        self._by_element: dict[ElementId, set[Watch]] = {}
        # Those of lists.
        self.lists: set[RenderingId] = set()
        self._by_fragment: dict[str, set[Watch]] = {}

    def of(self, key: Key) -> Watch:
        """The watch of that key, made if nobody has watched it until now."""
        watch = self.get(key.id)
        if watch is None:
            watch = self[key.id] = Watch(key, is_batched=self._is_batched(key))
            self._by_fragment.setdefault(key.name, set()).add(watch)
            if key.id != RenderingId(first_element(key.element)):
                self._by_element.setdefault(first_element(key.element), set()).add(watch)
        return watch

    def note_list(self, watch: Watch) -> None:
        """It has been rendered, and may be a list."""
        if watch.rendered is not None and watch.rendered.is_list:
            self.lists.add(watch.id)

    def matching(self, id: RenderingId) -> Iterator[Watch]:
        """Those that a change of ``id`` is about: one, or several of an element or of a fragment."""
        if name := id.fragment:
            yield from [watch for watch in self._by_fragment.get(name, ()) if id.includes(watch.id)]
            return
        several = self._by_element.get(first_element(id.element), ())
        yield from [watch for watch in several if id.includes(watch.id)]
        if (watch := self.get(id)) and watch not in several:
            yield watch

    def rendering_of(self, id: RenderingId) -> Rendered | None:
        """The newest rendering of a watched fragment."""
        watch = self.get(id)
        return watch.rendered if watch else None

    def nesting(self, keys: Set[Key]) -> list[RenderingId]:
        """Those whose newest rendering has one of these in it."""
        return [id for id, watch in self.items() if watch.rendered and not keys.isdisjoint(watch.rendered.children)]

    def receipts(
        self, fragment: str, alike: Callable[[PageContext | None], PageContext | None] = lambda context: None
    ) -> dict[Key, tuple[int, int]]:
        """For each watched key of a fragment, by the fragment's name: how many pages have reported that they show its
        newest version, of how many that are to. Contexts for which ``alike`` returns the same are counted together."""
        counts: dict[Key, tuple[int, int]] = {}
        for watch in self._by_fragment.get(fragment, ()):
            if watch.rendered is not None:
                version, element = watch.rendered.version, watch.key.element
                viewers = [viewer for viewer in watch.viewers if element not in viewer.withheld]
                have = sum(viewer.reported.get(element) == version for viewer in viewers)
                key = watch.key.within(alike(watch.key.context))
                before = counts.get(key, (0, 0))
                counts[key] = before[0] + have, before[1] + len(viewers)
        return counts

    def leave(self, id: RenderingId, viewer: Viewer) -> None:
        """The viewer does not watch it any more. What nobody watches is forgotten."""
        watch = self.get(id)
        if watch is None:
            return
        watch.viewers.discard(viewer)
        watch.waiting.discard(viewer)
        if watch.viewers:
            return
        watch.due = None
        del self[id]
        self.lists.discard(id)
        _discard(self._by_element, first_element(id.element), watch)
        _discard(self._by_fragment, watch.key.name, watch)


def _discard(groups: dict[Any, set[Watch]], name: str, watch: Watch) -> None:
    if group := groups.get(name):
        group.discard(watch)
        if not group:
            del groups[name]
