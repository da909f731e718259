"""What the hub does every few seconds beside rendering. Apps register theirs with ``register``.

Each task survives its own failure, and says so: a wall screen must outlive a night in which the database or Redis
was away.
"""

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable
from functools import wraps

from live import database_threads, metrics
from live.hub import cursors
from live.hub.hub import Hub
from live.keys import RenderingId
from live.page.page import Reason

logger = logging.getLogger(__name__)

RECHECK_SECONDS = 2.0
# A page that hears none for 5 s takes its connection for dead. At 1,000 pages this is about 1 % of a core.
HEARTBEAT_SECONDS = 2.0
MARK_SECONDS = 1.0
POOLS_SECONDS = 1.0
# While nobody watches, a process gives its connections to databases back so often, but for the one that hears others.
RELEASE_SECONDS = 3.0
# How often feeds are read without having been announced: where announcements of other processes reach us, and where
# they do not.
FEED_SWEEP_SECONDS, FEED_SWEEP_UNHINTED_SECONDS = 3.0, 0.75
# A viewer that takes nothing for so long is closed; it comes back and is brought up to date.
MAX_BLOCKED_SECONDS = 30.0

Task = Callable[[Hub], Awaitable[None]]
_registered: list[tuple[float, Task]] = []
_registered_unwatched: list[tuple[float, Task]] = []


def register(seconds: float, task: Task, *, unwatched: bool = False) -> None:
    """Have every hub run a task of an app every so many seconds, while somebody watches anything; or all the time."""
    (_registered_unwatched if unwatched else _registered).append((seconds, task))


def all_tasks(*, has_hints: Callable[[], bool]) -> list[tuple[float, Task]]:
    """What a hub runs, and how often. ``has_hints``: whether it hears of other processes' changes at the moment."""
    watched = [
        (RECHECK_SECONDS, recheck_access),
        (HEARTBEAT_SECONDS, send_heartbeat),
        (FEED_SWEEP_UNHINTED_SECONDS, seldom_with_hints(sweep_feeds, has_hints)),
        (MARK_SECONDS, mark_overdue),
        *_registered,
    ]
    return [
        *((seconds, while_watched(task)) for seconds, task in watched),
        *_registered_unwatched,
        (POOLS_SECONDS, mend_pools),
        (RELEASE_SECONDS, while_unwatched(release_connections)),
    ]


async def run_every(seconds: float, hub: Hub, task: Task) -> None:
    """Run one task for ever."""
    while True:
        await asyncio.sleep(seconds)
        try:
            await task(hub)
        except Exception:
            metrics.failures.labels(task.__name__).inc()
            logger.exception("the hub's %s failed; it is tried again in %g s", task.__name__, seconds)


async def recheck_access(hub: Hub) -> None:
    """Close the sockets of those who may not see their page any more."""
    await hub.recheck_access()


async def mark_overdue(hub: Hub) -> None:
    """Show as out of date what has been wanted for too long and does not come."""
    hub.renderer.mark_overdue()


async def mend_pools(hub: Hub) -> None:
    """Where one connection to a database was cut, all of them may have been."""
    if database_threads.has_lost_connections():
        await hub.ask_database(database_threads.discard_dead_connections)


async def release_connections(hub: Hub) -> None:
    """Hold none that nobody needs: on PostgreSQL each is a process of its own."""
    for threads in hub.threads:
        threads.release()


async def send_heartbeat(hub: Hub) -> None:
    """A sign of life to every page, and the end of patience with those that take nothing."""
    now = hub.loop.time()
    blocked = [viewer for viewer in hub.core.viewers if viewer.mailbox.blocked_for(now) > MAX_BLOCKED_SECONDS]
    if blocked:
        logger.info("%d viewers that have taken nothing for %d s are closed", len(blocked), MAX_BLOCKED_SECONDS)
        hub.close(blocked, Reason.TOO_SLOW)
    for viewer, entries in cursors.unreported(hub.core.viewers).items():
        hub.core.put([viewer], *entries)
    hub.send_heartbeat()


async def sweep_feeds(hub: Hub) -> None:
    """Read the feeds, whatever was announced."""
    hub.invalidate(map(RenderingId, hub.feeds.elements))


def while_watched(task: Task) -> Task:
    """The same task, which does nothing while nobody watches anything."""

    @wraps(task)
    async def run(hub: Hub) -> None:
        if hub.core.viewers:
            await task(hub)

    return run


def while_unwatched(task: Task) -> Task:
    """The same task, which does nothing while somebody watches, and for one turn after that: a page is loaded again."""
    turns = 0

    @wraps(task)
    async def run(hub: Hub) -> None:
        nonlocal turns
        turns = 0 if hub.core.viewers else turns + 1
        if turns > 1:
            await task(hub)

    return run


def seldom_with_hints(task: Task, has_hints: Callable[[], bool]) -> Task:
    """The same task, which does nothing for ``FEED_SWEEP_SECONDS`` after it was run while there are hints."""
    ran_at = -math.inf

    @wraps(task)
    async def run(hub: Hub) -> None:
        nonlocal ran_at
        now = hub.loop.time()
        if now - ran_at >= FEED_SWEEP_SECONDS or not has_hints():
            ran_at = now
            await task(hub)

    return run
