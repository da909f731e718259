"""What the hub does beside rendering: its rounds every few seconds, listening to other processes, and the end.

Each round survives its own failure, and says so: a wall screen must outlive a night in which the database or Redis
was away.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import TYPE_CHECKING, Any

from channels.layers import get_channel_layer

from live import changes, metrics
from live.hub import frames
from live.hub.sqlite_watcher import CommitWatcher
from live.hub.viewer import Viewer
from live.page import access
from live.socket.close_codes import COME_BACK, TOO_SLOW, close_soon

if TYPE_CHECKING:
    from live.hub.hub import Hub

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
# How often feeds are looked at without having been announced: where announcements of other processes reach us, and
# where they do not.
FEEDS, FEEDS_UNHEARD = 3.0, 0.75
# Rounds that apps add: seconds, and what is done then while somebody watches.
rounds: list[tuple[float, Callable[["Hub"], Awaitable[None]]]] = []


def start(hub: "Hub") -> list["asyncio.Task[None]"]:
    """Begin the rounds. The caller keeps the tasks and cancels them."""
    feeds = FEEDS
    jobs: list[Coroutine[Any, Any, None]] = []
    if changes.shared_layer() is not None:
        jobs.append(listen(hub))
    elif CommitWatcher.possible():
        jobs.append(watch_commits(hub))
    else:
        feeds = FEEDS_UNHEARD
    for seconds, job in [(RECHECK, recheck), (HEARTBEAT, beat), (feeds, look_at_feeds), *rounds]:
        jobs.append(_every(seconds, hub, job))
    return [hub.loop.create_task(job) for job in jobs]


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
    """Ask again who of these (of all) may see, and as which audience. Asked once for all of one session and page.

    Closes the sockets of those who may not any more.
    """
    groups: dict[tuple[str | None, str | None, frozenset[str], frozenset[str]], list[Viewer]] = {}
    for viewer in hub.viewers if viewers is None else viewers:
        same = viewer.session, viewer.page.user, frozenset(viewer.page.roots), frozenset(viewer.watching)
        groups.setdefault(same, []).append(viewer)
    questions = [
        (session, together[0].page, [hub.watches[id].key for id in ids if id in hub.watches])
        for (session, _, _, ids), together in groups.items()
    ]
    answers = await hub.in_thread(lambda: [access.answer(*question) for question in questions])
    for together, answer in zip(groups.values(), answers, strict=True):
        if answer.refused is not None:
            code, reason = answer.refused
            logger.info("%d sockets are closed with %d: %s", len(together), code, reason)
            close_soon(together, code)
        else:
            for viewer in together:
                hub.assign(viewer, answer.audiences)


async def beat(hub: "Hub") -> None:
    """A sign of life to every page, and the end of patience with those that take nothing."""
    now = hub.loop.time()
    stuck = [viewer for viewer in hub.viewers if viewer.mailbox.blocked_for(now) > PATIENCE]
    if stuck:
        logger.info("%d viewers that have taken nothing for %d s are closed", len(stuck), PATIENCE)
        close_soon(stuck, TOO_SLOW)
    hub.feeding.mark()
    hub.post(tuple(hub.viewers), frames.HEARTBEAT)


async def look_at_feeds(hub: "Hub") -> None:
    """Repair what no announcement has told."""
    hub.feeding.wake(hub.feeding.tails)


async def watch_commits(hub: "Hub") -> None:
    """Look at everything again when SQLite has seen a commit, which may be another process's."""
    watcher = CommitWatcher()
    try:
        # Before the first page joins: what is committed from now on is news.
        watcher.committed()
        while True:
            if hub.viewers and watcher.committed():
                hub.ring_all()
                await asyncio.sleep(LOOK_AGAIN - WATCH_COMMITS)
            await asyncio.sleep(WATCH_COMMITS)
    finally:
        watcher.close()


async def listen(hub: "Hub") -> None:
    """The one subscription of this process. Without it pages stay true by the sweep, so its loss is survived."""
    layer: Any = get_channel_layer()
    while True:
        try:
            channel = await layer.new_channel("live")
            await layer.group_add(changes.GROUP, channel)
            hub.ring_all()
            while True:
                message = await layer.receive(channel)
                if message["from"] != changes.PROCESS:
                    metrics.hints.labels("received").inc()
                    if changes.EVERYTHING in message["keys"]:
                        hub.ring_all()
                    else:
                        hub.ring(message["keys"])
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
