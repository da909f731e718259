"""Brings each item of a feed to each page that is to have it.

One round is made at a time: the database is read and asked in a thread, viewers are only touched on the event loop.
"""

import logging
from collections.abc import Collection, Iterable
from typing import NamedTuple

from django.db import DatabaseError

from live import metrics
from live.database_threads import DatabaseThreads
from live.feeds import Feed
from live.hub import cursors
from live.hub.core import Core
from live.hub.mailbox import Delivery, Entries, FeedEntry
from live.hub.replay_buffer import ReplayBuffer
from live.hub.viewer import Viewer
from live.keys import ElementId, PageContext
from live.rendering.context import around, data_context
from live.rendering.seals import seal

logger = logging.getLogger(__name__)


class FeedKey(NamedTuple):
    """A feed, by the DOM id of its cursor, as it is read for pages that are alike in their ``data_context``."""

    feed: ElementId
    data: PageContext | None = None


class FeedDelivery:
    """The feeds of one process."""

    def __init__(self, core: Core, threads: DatabaseThreads) -> None:
        self.buffers: dict[FeedKey, ReplayBuffer] = {}
        self._core, self._threads = core, threads
        self._invalid: set[FeedKey] = set()

    def newest(self, context: PageContext | None) -> dict[ElementId, int | None]:
        """The sequence numbers of the newest items, of all feeds that there are by now, for a page of that context;
        None where there may be newer ones."""
        data, known = data_context(context), dict[ElementId, int | None]()
        for feed in Feed.registry.values():
            key = FeedKey(feed.element, data)
            if (buffer := self.buffers.get(key)) is None:
                buffer = self.buffers[key] = ReplayBuffer(feed, data)
            known[feed.element] = None if buffer.is_stale else buffer.newest
        return known

    @property
    def elements(self) -> set[ElementId]:
        """The DOM ids of the feeds that are read here."""
        return {key.feed for key in self.buffers}

    def invalidate(self, feeds: Collection[ElementId], viewers: Iterable[Viewer] | None = None) -> None:
        """These feeds may have something for somebody, or for these viewers: read them in the next round."""
        if viewers is None:
            keys = {key for key in self.buffers if key.feed in feeds}
        else:
            keys = {FeedKey(feed, data_context(viewer.page.context)) for viewer in viewers for feed in feeds}
        for key in self.buffers.keys() & keys:
            self.buffers[key].is_stale = True
            self._invalid.add(key)

    @property
    def has_work(self) -> bool:
        """Whether a round is needed."""
        return bool(self._invalid)

    async def run_round(self) -> None:
        """Move every cursor of the invalid feeds that may move to the newest item."""
        invalid, self._invalid = self._invalid, set()
        for key in invalid:
            try:
                await self._deliver(key)
            except Exception:
                metrics.failures.labels("feed").inc()
                logger.exception("the feed %s could not be read; it is tried again", key.feed)

    async def _deliver(self, key: FeedKey) -> None:
        name, buffer = key.feed, self.buffers.get(key)
        if buffer is None:
            return
        viewers = {viewer for viewer in self._core.viewers if name in viewer.cursors}
        if len({data for _, data in self.buffers}) > 1:
            viewers = {viewer for viewer in viewers if data_context(viewer.page.context) == key.data}
        if not viewers:
            if key.data is not None:  # whoever comes next reads it anew
                del self.buffers[key]
            return
        buffer.forget_others({viewer.page.context for viewer in viewers})
        await self._threads.run(buffer.read)
        newest = buffer.newest
        groups = cursors.behind(viewers, name, newest)
        if not groups:
            return
        items = await self._threads.run(items_of, buffer, tuple(groups))
        entries, resets = cursors.advance(groups, viewers, name, newest, items)
        metrics.feed_resets.labels(buffer.feed.name).inc(resets)
        for viewer, its_entries in entries.items():
            self._core.put([viewer], *its_entries)

    def html_of(self, entries: Entries) -> str:
        """What belongs into a frame for those of the entries that are a feed's: items, and the cursor after them."""
        parts: list[str] = []
        last: dict[ElementId, int] = {}
        for entry in entries:
            if not isinstance(entry, FeedEntry):
                continue
            name, sequence, delivery, context = entry
            last[name] = max(last.get(name, 0), sequence)
            buffer = self.buffers.get(FeedKey(name, data_context(context)))
            if delivery is Delivery.CURSOR or buffer is None:
                continue
            html = buffer.html.get((context, sequence)) if delivery is Delivery.ITEM else None
            if html is not None:
                parts.append(html)
            elif delivery is Delivery.RESET or sequence <= buffer.floor:
                parts.append(buffer.reset_html.get(context, ""))  # not kept any more
            # Else it was replaced while it waited, and the newer one is on its way.
        return "".join(parts + [marker(name, at, swap=True) for name, at in last.items()])


def items_of(buffer: ReplayBuffer, groups: Iterable[cursors.Group]) -> cursors.Items:
    """In a thread: ask who of these gets what they have not had, and render what somebody does."""
    due: dict[cursors.Group, list[int] | None] = {}
    candidates: dict[int, list[cursors.Group]] = {}
    for group in groups:
        missed = buffer.since(group.cursor)
        due[group] = None if missed is None else []
        for item in missed or ():
            candidates.setdefault(item.sequence, []).append(group)
    for sequence in sorted(candidates):
        item = buffer.items[sequence]
        try:
            subscribers = {group.subscriber for group in candidates[sequence]}
            with around(buffer.data):
                recipients = set(buffer.feed.recipients(item, subscribers))
        except DatabaseError:
            raise
        except Exception:  # one item must not silence the feed
            metrics.failures.labels("recipients").inc()
            logger.exception("whom %s of %s is for could not be asked; nobody gets it", item.key, buffer.feed.name)
            continue
        for group in candidates[sequence]:
            if group.subscriber in recipients:
                due[group].append(sequence)  # type: ignore[union-attr]
    behind = {group.context for group, items in due.items() if items is None or len(items) > cursors.MAX_ITEMS_PER_PAGE}
    if behind:
        buffer.prepare_reset(behind)
    for group, items in due.items():
        for sequence in items if items and len(items) <= cursors.MAX_ITEMS_PER_PAGE else ():
            buffer.render(buffer.items[sequence], group.context)
    return due


def marker(feed: ElementId, cursor: int, *, swap: bool = False, entry: str = "") -> str:
    """The feed's cursor on a page, which its report tells like a fragment's version. ``entry``: as in ``to_html``."""
    more = f' data-entry="{entry}" data-live-feed' if entry else ""
    return (
        f'<i id="{feed}"{" hx-swap-oob=true" if swap else ""} data-version="{cursor}" data-seal="{seal(feed)}"{more}'
        " hidden></i>"
    )
