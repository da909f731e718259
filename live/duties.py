"""What the hub does beside rendering: its rounds every few seconds, listening to other processes, and the end.

Each round survives its own failure, and says so: a wall screen must outlive a night in which the database or Redis
was away.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING

from channels.layers import get_channel_layer

from live import access, changes, frames, metrics
from live.closing import COME_BACK, TOO_SLOW, close_soon
from live.commits import CommitWatcher
from live.viewers import Viewer

if TYPE_CHECKING:
    from live.hub import Hub

logger = logging.getLogger(__name__)

# Seconds.
RECHECK = 2.0
HEARTBEAT = 15.0
# How often SQLite is asked for commits of others, and how seldom these may cause everything to be looked at.
WATCH_COMMITS = 0.25
LOOK_AGAIN = 0.5
# A viewer that takes nothing for so long is closed; it comes back and is brought up to date.
PATIENCE = 30.0
DRAIN = 3.0
RETRY_LAYER = 1.0


def start(hub: "Hub") -> list["asyncio.Task[None]"]:
    """Begin the rounds. The caller keeps the tasks and cancels them."""
    rounds = [_every(RECHECK, hub, recheck), _every(HEARTBEAT, hub, beat)]
    if changes.shared_layer() is not None:
        rounds.append(listen(hub))
    elif CommitWatcher.possible():
        rounds.append(watch_commits(hub))
    return [hub.loop.create_task(each) for each in rounds]


async def _every(seconds: float, hub: "Hub", job: Callable[["Hub"], Awaitable[None]]) -> None:
    while True:
        await asyncio.sleep(seconds)
        if hub.viewers:
            try:
                await job(hub)
            except Exception:
                metrics.failures.labels(job.__name__).inc()
                logger.exception("the hub's %s failed; it is tried again in %g s", job.__name__, seconds)


async def recheck(hub: "Hub", viewers: Iterable[Viewer] | None = None) -> None:
    """Close the sockets of those (of all) who may no longer see. Asked once for all of one session and page."""
    groups: dict[tuple[str | None, str | None, frozenset[str]], list[Viewer]] = {}
    for viewer in hub.viewers if viewers is None else viewers:
        groups.setdefault((viewer.session, viewer.page.user, frozenset(viewer.watching)), []).append(viewer)
    questions = [
        (session, together[0].page, [hub.watches[id].key for id in ids if id in hub.watches])
        for (session, _, ids), together in groups.items()
    ]
    answers = await hub.in_thread(lambda: [access.answer(*question) for question in questions])
    for together, refused in zip(groups.values(), answers, strict=True):
        if refused is not None:
            code, reason = refused
            logger.info("%d sockets are closed with %d: %s", len(together), code, reason)
            close_soon(together, code)


async def beat(hub: "Hub") -> None:
    """A sign of life to every page, and the end of patience with those that take nothing."""
    now = hub.loop.time()
    stuck = [viewer for viewer in hub.viewers if viewer.mailbox.blocked_for(now) > PATIENCE]
    if stuck:
        logger.info("%d viewers that have taken nothing for %d s are closed", len(stuck), PATIENCE)
        close_soon(stuck, TOO_SLOW)
    hub.post(tuple(hub.viewers), frames.HEARTBEAT)


async def watch_commits(hub: "Hub") -> None:
    """Look at everything again when SQLite has seen a commit, which may be another process's."""
    watcher = CommitWatcher()
    try:
        # Before the first page joins: what is committed from now on is news.
        watcher.committed()
        while True:
            if hub.viewers and watcher.committed():
                hub.ring(tuple(hub.watches))
                await asyncio.sleep(LOOK_AGAIN - WATCH_COMMITS)
            await asyncio.sleep(WATCH_COMMITS)
    finally:
        watcher.close()


async def listen(hub: "Hub") -> None:
    """The one subscription of this process. Without it pages stay true by the sweep, so its loss is survived."""
    layer = get_channel_layer()
    while True:
        try:
            channel = await layer.new_channel("live")
            await layer.group_add(changes.GROUP, channel)
            hub.ring(tuple(hub.watches))
            while True:
                message = await layer.receive(channel)
                if message["from"] != changes.PROCESS:
                    metrics.hints.labels("received").inc()
                    hub.ring(tuple(hub.watches) if changes.EVERYTHING in message["keys"] else message["keys"])
        except Exception:
            metrics.failures.labels("listen").inc()
            logger.exception("the channel layer does not answer; changes of other processes show at the next sweep")
            await asyncio.sleep(RETRY_LAYER)


async def drain(hub: "Hub", seconds: float = DRAIN) -> None:
    """Send everybody away to come back, in batches over so many seconds and not all of them together."""
    viewers, batches = list(hub.viewers), 20
    for start in range(batches):
        close_soon(viewers[start::batches], COME_BACK)
        # The first turn of the loop sends the closes; a few pages need no more than that.
        await asyncio.sleep(seconds / batches if len(viewers) > batches else 0)
