"""Stores, for each topic, whom this process has on its pages; and deletes what a process has left that is gone.

Once a second, and only what has changed: of a page that a thousand people open within a minute that is a row a second.
A process that is alone writes nothing else. While there are others, all of them say so once a second (``beat``); one
that has said nothing for ``MAX_SILENCE_SECONDS``, by the clock of whoever looks, was killed, and its rows are deleted.
One that was only held up finds them gone, and stores them anew.

Pages of tenants, or of whatever else ``{% live_context %}`` says, may be of a database each. So there is a ``Tracker``
for each, inside of what the project sets around such pages (``live.around_pages``).
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from functools import partial
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import F

from live.hub.hub import Hub
from live.hub.viewer import Viewer
from live.keys import PageContext
from live.presence.fragments import viewers
from live.presence.models import Presence, Process
from live.presence.people import People, people
from live.rendering.context import data_context

TICK_SECONDS = 1.0
# With a tick before it, and one rendering after it, less than 5 s.
MAX_SILENCE_SECONDS = 3.0

Here = Mapping[str, People]


class Tracker:
    """What a hub has stored of pages for which the database is the same. ``store`` is called by one thread at once."""

    def __init__(self) -> None:
        self.id = uuid4()
        self._stored: dict[str, People] = {}
        # The last beat of each other process, and when it was first seen, in seconds of a monotonic clock.
        self._beats: dict[UUID, tuple[int, float]] = {}

    def store(self, here: Here, now: float, beside: Collection[UUID] = ()) -> None:
        """These are on this process's pages now; ``now`` is in seconds of a monotonic clock. ``beside``: the ids of the
        trackers of this process, whose rows may be in the same table."""
        beats = dict(Process._default_manager.values_list("pk", "beat"))
        # Another process may have taken this one for dead.
        stored = self._stored if self.id in beats else {}
        others = {process: beat for process, beat in beats.items() if process not in {self.id, *beside}}
        dead = self._dead(others, now) if here else set()
        topics = {topic for topic in {*stored, *here} if stored.get(topic) != here.get(topic)}
        if topics or dead or (here and others.keys() - dead):
            with transaction.atomic(using=Process._default_manager.db):
                self._write({topic: here.get(topic) for topic in topics}, is_last=not here)
                topics |= self._delete(dead)
        self._stored = dict(here)
        for topic in sorted(topics):
            viewers.changed(topic=topic)

    def _dead(self, beats: Mapping[UUID, int], now: float) -> set[UUID]:
        """Those others that have not beaten for too long."""
        before = self._beats
        self._beats = {
            process: before[process] if process in before and before[process][0] == beat else (beat, now)
            for process, beat in beats.items()
        }
        return {process for process, (_, since) in self._beats.items() if now - since > MAX_SILENCE_SECONDS}

    def _write(self, changes: Mapping[str, People | None], *, is_last: bool) -> None:
        if is_last:
            self._beats = {}  # while it asks nothing, it knows nothing of the others
            Process._default_manager.filter(pk=self.id).delete()
            return
        if not Process._default_manager.filter(pk=self.id).update(beat=F("beat") + 1):
            Process._default_manager.create(pk=self.id)
        rows = Presence._default_manager
        rows.filter(process=self.id, topic__in=changes).delete()
        rows.bulk_create(
            Presence(process_id=self.id, topic=topic, users=list(those.users), visitors=those.visitors)
            for topic, those in changes.items()
            if those is not None
        )

    @staticmethod
    def _delete(processes: Collection[UUID]) -> set[str]:
        """Delete what these have left; the topics of that."""
        if not processes:
            return set()
        topics = set(Presence._default_manager.filter(process__in=processes).values_list("topic", flat=True))
        Process._default_manager.filter(pk__in=processes).delete()
        return topics


_trackers: dict[Hub, dict[PageContext | None, Tracker]] = {}


async def track(hub: Hub) -> None:
    """A periodic task: whoever watches ``viewers`` is there."""
    if hub not in _trackers:  # the first one, or another one than before, as in a test
        _trackers.clear()
        _trackers[hub] = {}
    watching: dict[PageContext | None, dict[str, set[Viewer]]] = defaultdict(lambda: defaultdict(set))
    for watch in hub.core.watches.values():
        if watch.key.name == viewers.name:
            watching[data_context(watch.key.context)][str(dict(watch.key.params)["topic"])] |= watch.viewers
    known = _trackers[hub]
    trackers = {context: known.get(context) or Tracker() for context in {*known, *watching}}
    # Who has no pages any more deletes its rows, and is forgotten. Where that fails, others take it for dead.
    _trackers[hub] = {context: trackers[context] for context in watching}
    ids, now = {tracker.id for tracker in trackers.values()}, hub.loop.time()
    here = {context: {topic: people(those) for topic, those in watching[context].items()} for context in trackers}
    await hub.ask_databases(
        {context: partial(tracker.store, here[context], now, ids) for context, tracker in trackers.items()}
    )
