"""The one place through which every change is announced: ``changed()``, at commit, without any HTML.

A change names a fragment that may look different and carries nothing else, because a hint that is late, lost, doubled
or out of order is then harmless: whoever receives it reads the database.

It reaches the hub of this process by a direct call, and those of other processes as a hint (``live.hints``).
"""

import asyncio
import logging
import threading
from collections.abc import Callable, Iterable

from django.db import connections, transaction

from live import metrics
from live.hints.announcement import Announcement
from live.hints.choice import current_source
from live.hints.publisher import publisher
from live.keys import RenderingId

logger = logging.getLogger(__name__)

# Called with what changed, in the thread that committed. The hub is one; so are tests.
listeners: list[Callable[[frozenset[RenderingId]], None]] = []


def changed(*ids: RenderingId, using: str | None = None) -> None:
    """Announce these when the transaction in the database ``using`` commits, and never if it rolls back; at once where
    there is none.

    Without ``using`` it is the transaction that is open; where several databases have one, it is announced with the
    commit of each of them.
    """
    changes = frozenset(ids)
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        aliases = [using] if using else _in_transaction()
        if not aliases:
            _announce_robustly(changes)
        for alias in aliases:
            connection, source = connections[alias], current_source()
            is_sent = connection.in_atomic_block and source is not None and source.send_with_commit(connection)
            announcement = Announcement(changes, _tell_listeners if is_sent else announce)
            transaction.on_commit(announcement, using=alias, robust=True)
    else:  # Django has no transactions in async code, and asking for one raises
        announce(changes)


def _in_transaction() -> list[str]:
    """The databases in which this thread has a transaction open."""
    return [connection.alias for connection in connections.all(initialized_only=True) if connection.in_atomic_block]


def _announce_robustly(changes: frozenset[RenderingId]) -> None:
    """As a hook after a commit is called: what goes wrong here is no error of whoever has changed something."""
    try:
        announce(changes)
    except Exception:
        logger.exception("a change could not be announced")


def announce(ids: Iterable[RenderingId]) -> None:
    """Tell every hub now. For what is no transaction; everything else calls ``changed``."""
    changes = frozenset(ids)
    _tell_listeners(changes)
    source = current_source()
    if source is None:
        if not listeners:
            _warn_unreceived()
    elif source.has_sender:
        publisher.put(source, changes)


def _tell_listeners(changes: frozenset[RenderingId]) -> None:
    metrics.changes.inc(len(changes))
    for listener in tuple(listeners):
        listener(changes)


_warned = threading.Event()


def _warn_unreceived() -> None:
    """Once: in a process without a hub this is heard by nobody."""
    if not _warned.is_set():
        _warned.set()
        logger.warning(
            "this process announces changes that no other one hears: servers notice at their next sweep. Set"
            " CHANNEL_LAYERS to a layer that is shared, such as channels_redis"
        )
