"""Brings each item of a feed to each page that hears it: once, in order, and no more than a page can take.

A viewer has a cursor for each feed on its page: it has been given, or is not to have, every item up to there. All that
happens is that cursors move up to the newest item: for a page that has just come back as for one that was there all the
time. What a page cannot take now it is not given; its cursor waits. If that has fallen behind what is kept
in memory, the page is told so (``Feed.reset``) and goes on with the newest.

One turn is made at a time: the database is read and asked in a thread, viewers are only touched on the event loop.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import Executor
from dataclasses import dataclass, field

from django.conf import settings
from django.db import DatabaseError
from django.template.loader import render_to_string
from django.utils import timezone, translation

from live import metrics
from live.closing import keep
from live.feeds import Feed, Item, Listener, piece
from live.rendering import seal
from live.retrying import retrying
from live.viewers import Viewer

logger = logging.getLogger(__name__)

# Items kept for pages that come back, and how many of those that it hears one page is given at once.
WINDOW = 1000
MOST = 50
# New ones taken in at once: a burst may be for many people, and few of it for each.
BURST = 5000
# Seconds that an item's HTML is used for which says how long it still lasts.
FRESH = 5.0


@dataclass(eq=False)
class Tail:
    """The newest items of a feed. All with ids above ``floor`` and up to ``cursor`` are here, but for replaced ones."""

    feed: Feed
    items: dict[int, Item] = field(default_factory=dict)
    html: dict[int, str] = field(default_factory=dict)
    rendered_at: dict[int, float] = field(default_factory=dict)
    floor: int = 0
    cursor: int = 0
    # There may be something that has not been read.
    stale: bool = True

    def read(self) -> None:
        """Take in what is new."""
        self.stale = False
        most = BURST if self.cursor else WINDOW
        new = self.feed.newest(self.cursor, most)
        if len(new) == most:  # there may be older ones between
            self.items, self.floor = {}, new[0].id - 1
        keys = {item.key for item in new}
        kept = [item for item in self.items.values() if item.key not in keys] + list(new)
        # What is new is kept until the next reading, however much it is: those who are here have not had it.
        room = max(WINDOW, len(new))
        if len(kept) > room:
            self.floor = max(self.floor, kept[-room - 1].id)
        self.items = {item.id: item for item in kept[-room:]}
        self.html = {id: html for id, html in self.html.items() if id in self.items}
        self.rendered_at = {id: self.rendered_at[id] for id in self.html}
        self.cursor = new[-1].id if new else self.cursor

    def due(self, cursor: int) -> list[Item] | None:
        """What came after that cursor, whoever hears it; None if that is not all here any more."""
        now = time.time()
        found = [item for item in self.items.values() if item.id > cursor and (item.expires or now) >= now]
        return None if cursor < self.floor else found

    def reset(self) -> str:
        """What is said in place of what is not repeated. It must not hold up what else is in the frame."""
        try:
            return self.feed.reset()
        except Exception:
            metrics.render_failures.labels(self.feed.name).inc()
            logger.exception("what a page has missed of %s could not be said", self.feed.name)
            return ""

    def render(self, item: Item) -> None:
        """Make its HTML, the first time that somebody is to have it; again for later ones, if it says what is left."""
        now = time.monotonic()
        if item.id in self.html and (item.expires is None or now - self.rendered_at[item.id] < FRESH):
            return
        self.rendered_at[item.id] = now
        metrics.renders.labels(self.feed.name).inc()
        # As fragments are: not in the language or time zone of whoever happens to be first.
        with translation.override(settings.LANGUAGE_CODE), timezone.override(None):
            try:
                self.html[item.id] = piece(item.render(), item.into)
            except Exception:
                metrics.render_failures.labels(self.feed.name).inc()
                logger.exception("%s of %s could not be rendered", item.key, self.feed.name)
                self.html[item.id] = piece(render_to_string("live/failed.html"), item.into)


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
