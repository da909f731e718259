"""What is watched: one ``Watch`` for each fragment and audience that some open page shows."""

import asyncio
from collections.abc import Iterator

from live.fragments import Key
from live.hub.viewer import Viewer
from live.rendering.render import Rendered


class Watch:
    """One watched fragment: its newest rendering, who shows it, and when it is to be rendered next."""

    __slots__ = (
        "again",
        "cost",
        "key",
        "rendered",
        "rendered_at",
        "rendering",
        "started_at",
        "timer",
        "viewers",
        "waiting",
    )

    def __init__(self, key: Key) -> None:
        self.key = key
        self.rendered: Rendered | None = None
        # On the loop's clock. ``rendered_at`` is when the newest rendering began to read.
        self.started_at = self.rendered_at = float("-inf")
        self.rendering = False
        self.again = False
        # Seconds that the last rendering took.
        self.cost = 0.0
        self.timer: asyncio.TimerHandle | None = None
        self.viewers: set[Viewer] = set()
        # Those who must be compared with the next rendering even if it is the same as the last.
        self.waiting: set[Viewer] = set()

    def forget(self) -> None:
        """Nobody watches any more."""
        if self.timer is not None:
            self.timer.cancel()


class Watches(dict[str, Watch]):
    """Everything that is watched, by id; and by DOM id, of which a fragment that differs per audience has several."""

    def __init__(self) -> None:
        super().__init__()
        self._audiences: dict[str, set[Watch]] = {}

    def of(self, key: Key) -> Watch:
        """The watch of that key, made if nobody has watched it until now."""
        if key.id not in self:
            self[key.id] = watch = Watch(key)
            if key.audience is not None:
                self._audiences.setdefault(key.element, set()).add(watch)
        return self[key.id]

    def called(self, id: str) -> Iterator[Watch]:
        """Those that an announcement of ``id`` is about: one, or all audiences of an element."""
        if watch := self.get(id):
            yield watch
        yield from self._audiences.get(id, ())

    def leave(self, id: str, viewer: Viewer) -> None:
        """The viewer does not watch it any more. What nobody watches is forgotten."""
        watch = self.get(id)
        if watch is None:
            return
        watch.viewers.discard(viewer)
        watch.waiting.discard(viewer)
        if watch.viewers:
            return
        watch.forget()
        del self[id]
        if others := self._audiences.get(watch.key.element):
            others.discard(watch)
            if not others:
                del self._audiences[watch.key.element]
