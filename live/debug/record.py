"""What was announced, here or elsewhere, and what this process has rendered last, for the page of developers.

Nothing is noted without ``DEBUG``.

How long a rendering took and how many queries it asked is noted in the thread that makes it; what a ``load_many`` asks
is for several renderings, and in none of them.
"""

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import connections
from django.db.backends.signals import connection_created

from live.hub import invalidations, process
from live.keys import Key, RenderingId
from live.rendering import render
from live.rendering.rendered import Rendered

# Of each kind, the newest.
MAX_NOTED = 50
# Of which the version before is remembered.
MAX_VERSIONS = 2000


@dataclass(frozen=True, slots=True)
class Rendering:
    """One that was made; ``began`` and ``seconds`` in seconds, since the epoch and long. ``before`` is the version that
    the last one here had, None where there was none."""

    key: Key
    version: str
    before: str | None
    began: float
    seconds: float
    queries: int


@dataclass(slots=True)
class Change:
    """One announcement: when it was, how many open pages had something that it was about, and which renderings have
    followed, each with whether it looked different."""

    id: RenderingId
    at: float
    pages: int
    followed: dict[RenderingId, bool] = field(default_factory=dict)

    @property
    def outcome(self) -> str:
        """What has followed, in words."""
        if not self.pages:
            return "no open page has it: not rendered"
        if not self.followed:
            return "is to be rendered"
        if not any(tuple(self.followed.values())):
            return "rendered, and it looks as before: not sent"
        return f"rendered, and it looks different: sent to those of {self.pages} pages that show another version"


class Record:
    """Written by any thread."""

    def __init__(self, ignored: str) -> None:
        """``ignored``: the name of a fragment of which nothing is noted."""
        self.renderings: deque[Rendering] = deque(maxlen=MAX_NOTED)
        self.changes: deque[Change] = deque(maxlen=MAX_NOTED)
        self._ignored = ignored
        self._versions: OrderedDict[RenderingId, str] = OrderedDict()
        self._of_thread = threading.local()
        self._lock = threading.Lock()

    def start(self) -> None:
        """Note what happens from now on. Once more is the same as once."""
        if self.rendered not in render.listeners:
            render.listeners.append(self.rendered)
            invalidations.listeners.append(self.changed)
            connection_created.connect(self._count_queries)
            for connection in connections.all(initialized_only=True):
                self._count_queries(connection)

    def stop(self) -> None:
        """Note nothing any more."""
        render.listeners.remove(self.rendered)
        invalidations.listeners.remove(self.changed)
        connection_created.disconnect(self._count_queries)

    def rendered(self, rendered: Rendered) -> None:
        """A listener of ``live.rendering.render``."""
        counts: dict[RenderingId, int] = getattr(self._of_thread, "counts", {})
        queries = counts.pop(rendered.key.id, 0)
        if rendered.key.name == self._ignored:
            return
        with self._lock:
            before = self._versions.pop(rendered.key.id, None)
            self._versions[rendered.key.id] = rendered.version
            if len(self._versions) > MAX_VERSIONS:
                self._versions.popitem(last=False)
        seconds = time.time() - rendered.read_at
        rendering = Rendering(rendered.key, rendered.version, before, rendered.read_at, seconds, queries)
        self.renderings.append(rendering)
        for change in tuple(self.changes):
            if change.at <= rendering.began and change.id.includes(rendering.key.id):
                change.followed.setdefault(rendering.key.id, rendering.version != rendering.before)

    def changed(self, ids: Iterable[RenderingId]) -> None:
        """A listener of ``live.hub.invalidations``."""
        hub, now = process.current_hub(), time.time()
        for id in ids:
            watches = list(hub.core.watches.matching(id)) if hub else []
            self.changes.append(Change(id, now, len({viewer for watch in watches for viewer in tuple(watch.viewers)})))

    def last_of(self, id: RenderingId) -> Rendering | None:
        """The newest rendering with that id."""
        return next((one for one in reversed(tuple(self.renderings)) if one.key.id == id), None)

    def _count_queries(self, connection: Any, **kwargs: Any) -> None:
        if self._count not in connection.execute_wrappers:
            connection.execute_wrappers.append(self._count)

    def _count(self, execute: Callable[..., Any], *args: Any) -> Any:
        key = render.rendered_key()
        if key is not None:
            counts = self._of_thread.__dict__.setdefault("counts", {})
            counts[key.id] = counts.get(key.id, 0) + 1
        return execute(*args)
