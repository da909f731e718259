"""Brings each item of a feed to each page that is to have it.

One round is made at a time: the database is read and asked in a thread, viewers are only touched on the event loop.
"""

import logging
from collections.abc import Iterable

from django.db import DatabaseError

from live import metrics
from live.database_threads import DatabaseThreads
from live.feeds import Feed
from live.hub import cursors
from live.hub.core import Core
from live.hub.mailbox import Delivery, Entries, FeedEntry
from live.hub.replay_buffer import ReplayBuffer
from live.keys import ElementId
from live.rendering.seals import seal

logger = logging.getLogger(__name__)


class FeedDelivery:
    """The feeds of one process."""

    def __init__(self, core: Core, threads: DatabaseThreads) -> None:
        self.buffers: dict[ElementId, ReplayBuffer] = {}
        self._core, self._threads = core, threads
        self._invalid: set[ElementId] = set()

    def newest(self) -> dict[ElementId, int | None]:
        """The sequence numbers of the newest items, of all feeds that there are by now; None where there may be newer
        ones."""
        for feed in Feed.registry.values():
            if feed.element not in self.buffers:
                self.buffers[feed.element] = ReplayBuffer(feed)
        return {name: None if buffer.is_stale else buffer.newest for name, buffer in self.buffers.items()}

    def invalidate(self, feeds: Iterable[ElementId]) -> None:
        """These feeds may have something for somebody: read them in the next round."""
        invalid = self.buffers.keys() & feeds
        for name in invalid:
            self.buffers[name].is_stale = True
        self._invalid |= invalid

    @property
    def has_work(self) -> bool:
        """Whether a round is needed."""
        return bool(self._invalid)

    async def run_round(self) -> None:
        """Move every cursor of the invalid feeds that may move to the newest item."""
        invalid, self._invalid = self._invalid, set()
        for name in invalid:
            try:
                await self._deliver(self.buffers[name])
            except Exception:
                metrics.failures.labels("feed").inc()
                logger.exception("the feed %s could not be read; it is tried again", name)

    async def _deliver(self, buffer: ReplayBuffer) -> None:
        name, viewers = buffer.feed.element, self._core.viewers
        if not any(name in viewer.cursors for viewer in viewers):
            return
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
            name, sequence, delivery = entry
            last[name] = max(last.get(name, 0), sequence)
            buffer = self.buffers[name]
            html = buffer.html.get(sequence) if delivery is Delivery.ITEM else None
            if html is not None:
                parts.append(html)
            elif delivery is Delivery.RESET or (delivery is Delivery.ITEM and sequence <= buffer.floor):
                parts.append(buffer.reset_html)  # not kept any more
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
    if any(items is None or len(items) > cursors.MAX_ITEMS_PER_PAGE for items in due.values()):
        buffer.prepare_reset()
    shown = [items for items in due.values() if items and len(items) <= cursors.MAX_ITEMS_PER_PAGE]
    for sequence in {sequence for items in shown for sequence in items}:
        buffer.render(buffer.items[sequence])
    return due


def marker(feed: ElementId, cursor: int, *, swap: bool = False) -> str:
    """The feed's cursor on a page, which its report tells like a fragment's version."""
    return (
        f'<i id="{feed}"{" hx-swap-oob=true" if swap else ""} data-version="{cursor}" data-seal="{seal(feed)}"'
        " hidden></i>"
    )
