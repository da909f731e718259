"""Brings each item of a feed to each page that hears it: once, in order, and no more than a page can take.

A viewer has a cursor for each feed on its page: it has been given, or is not to have, every item up to there. All that
happens is that cursors move up to the newest item: for a page that has just come back as for one that was there all the
time. What a page cannot take now it is not given; its cursor waits. If that has fallen behind what is kept
in memory, the page is told so (``Feed.reset``) and goes on with the newest.

One turn is made at a time: the database is read and asked in a thread, viewers are only touched on the event loop.
"""

import asyncio
import logging
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import Executor

from django.db import DatabaseError

from live import metrics
from live.database_threads import retrying
from live.feeds import Feed, Listener
from live.hub.replay_buffer import Tail
from live.hub.viewer import Viewer
from live.rendering.render import seal
from live.socket.close_codes import keep

logger = logging.getLogger(__name__)

# Items that it hears which one page is given at once.
MOST = 50
Group = tuple[int, Listener]
# By group: the ids it is to be given, None for a reset.
Given = dict[Group, list[int] | None]


class Feeding:
    """The feeds of one process. ``takes(viewer)`` says whether it may be given more, ``give`` puts into mailboxes."""

    def __init__(
        self,
        pool: Executor,
        viewers: Collection[Viewer],
        *,
        takes: Callable[[Viewer], bool],
        give: Callable[[dict[Viewer, list[str]]], None],
    ) -> None:
        self.loop = asyncio.get_running_loop()
        self.tails = {feed.element: Tail(feed) for feed in Feed.registry.values()}
        self._pool, self._viewers, self._takes, self._give = pool, viewers, takes, give
        self._woken: set[str] = set()
        self._running = self._stopped = False

    def stop(self) -> None:
        """Read nothing any more."""
        self._stopped = True

    @property
    def busy(self) -> bool:
        """Whether a turn is being made."""
        return self._running

    def join(self, viewer: Viewer) -> None:
        """Where its page says it is, for every feed on it; a viewer that reports again stays where we have it."""
        for name in viewer.page.feeds:
            element = Feed.named(name).element
            said = viewer.shown.get(element, "")
            if said.isdecimal() and len(said) < 19 and element not in viewer.cursors:
                viewer.cursors[element] = viewer.told[element] = int(said)
        # Of a thousand pages that connect at once, most have nothing to ask for.
        for name, at in viewer.cursors.items():
            if self.tails[name].stale or at < self.tails[name].cursor:
                self.wake([name])

    def wake(self, elements: Iterable[str]) -> None:
        """These feeds may have something for somebody."""
        woken = self.tails.keys() & elements
        for name in woken:
            self.tails[name].stale = True
        self._woken |= woken
        if self._woken and not self._running:
            self._running = True
            keep(self.loop.create_task(self._run()))

    def mark(self) -> None:
        """Tell pages how far they are, so that one which comes back later asks for no more than it has missed."""
        ids: dict[Viewer, list[str]] = {}
        for viewer in self._viewers:
            behind = {name: at for name, at in viewer.cursors.items() if viewer.told[name] != at}
            if behind and self._takes(viewer):
                viewer.told |= behind
                ids[viewer] = [f"{name}#to-{at}" for name, at in behind.items()]
        self._give(ids)

    def pieces(self, ids: Iterable[str]) -> str:
        """What belongs into a frame for those of the ids that are a feed's: items, and the cursor after them."""
        found: list[str] = []
        cursors: dict[str, int] = {}
        for id in ids:
            name, is_feed, which = id.partition("#")
            if not is_feed:
                continue
            kind, _, digits = which.rpartition("-")
            number = int(digits)
            cursors[name] = max(cursors.get(name, 0), number)
            tail = self.tails[name]
            html = None if kind else tail.html.get(number)
            if html is not None:
                found.append(html)
            elif kind == "reset" or (not kind and number <= tail.floor):  # not kept any more
                found.append(tail.reset())
            # Else it was replaced while it waited, and the newer one is on its way.
        return "".join(found + [marker(name, at, swap=True) for name, at in cursors.items()])

    async def _run(self) -> None:
        try:
            while self._woken and not self._stopped:
                woken, self._woken = self._woken, set()
                for name in woken:
                    try:
                        await self._turn(self.tails[name])
                    except Exception:
                        if self._stopped:
                            return
                        metrics.failures.labels("feed").inc()
                        logger.exception("the feed %s could not be read; it is tried again", name)
        finally:
            self._running = False

    async def _turn(self, tail: Tail) -> None:
        """Move every cursor that may move to the newest item."""
        name = tail.feed.element
        if not any(name in viewer.cursors for viewer in self._viewers):
            return
        await self.loop.run_in_executor(self._pool, retrying, tail.read)
        groups: dict[Group, list[Viewer]] = {}
        for viewer in self._viewers:
            if viewer.cursors.get(name, tail.cursor) < tail.cursor and self._takes(viewer):
                showing = frozenset(viewer.shown.keys() & viewer.page.roots.keys())
                listener = Listener(viewer.page.user, viewer.session, showing)
                groups.setdefault((viewer.cursors[name], listener), []).append(viewer)
        if not groups:
            return
        given = await self.loop.run_in_executor(self._pool, retrying, _look, tail, tuple(groups))
        ids: dict[Viewer, list[str]] = {}
        for group, viewers in groups.items():
            for viewer in viewers:
                # Who has left or has been given something else meanwhile is not there any more.
                if viewer not in self._viewers or viewer.cursors.get(name) != group[0]:
                    continue
                viewer.cursors[name] = tail.cursor
                due = given[group]
                if due is None:
                    metrics.feed_resets.labels(tail.feed.name).inc()
                    viewer.told[name] = tail.cursor
                    ids[viewer] = [f"{name}#reset-{tail.cursor}"]
                elif due:
                    viewer.told[name] = due[-1]
                    ids[viewer] = [f"{name}#{id}" for id in due]
        self._give(ids)


def _look(tail: Tail, groups: Iterable[Group]) -> Given:
    """In a thread: ask who of these hears what they have not had, and render what somebody does."""
    given: Given = {}
    by_item: dict[int, list[Group]] = {}
    for group in groups:
        due = tail.due(group[0])
        given[group] = None if due is None else []
        for item in due or ():
            by_item.setdefault(item.id, []).append(group)
    for id in sorted(by_item):
        item = tail.items[id]
        try:
            heard = set(tail.feed.hears(item, {listener for _, listener in by_item[id]}))
        except DatabaseError:
            raise
        except Exception:  # one item must not silence the feed
            metrics.failures.labels("hears").inc()
            logger.exception("who hears %s of %s could not be asked; nobody does", item.key, tail.feed.name)
            continue
        for group in by_item[id]:
            if group[1] in heard:
                given[group].append(id)  # type: ignore[union-attr]
    given = {group: ids if ids is None or len(ids) <= MOST else None for group, ids in given.items()}
    for id in {id for ids in given.values() for id in ids or ()}:
        tail.render(tail.items[id])
    return given


def marker(element: str, cursor: int, *, swap: bool = False) -> str:
    """The feed's cursor on a page, which its report tells like a fragment's version."""
    return (
        f'<i id="{element}"{" hx-swap-oob=true" if swap else ""} data-version="{cursor}" data-seal="{seal(element)}"'
        " hidden></i>"
    )
