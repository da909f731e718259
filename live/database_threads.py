"""Threads of our own that ask the database, so that a slow query delays neither a socket nor a request.

They keep their connections, unless these are a pool's. So a database that was restarted would fail the first question
of each: it is asked once more, with a new connection. And so each thread closes its own in the end.

Whether a database answers at all is known here too, for this process: ``away_since``. Where one does not, a thread asks
until it does: those who wait for it may have no other question.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from typing import Any, ParamSpec, TypeVar

from django.db import DatabaseError, InterfaceError, OperationalError, connections
from django.urls import get_script_prefix, set_script_prefix

from live import metrics

logger = logging.getLogger(__name__)

Params = ParamSpec("Params")
Answer = TypeVar("Answer")

# That threads wait for each other at their end.
MAX_SHUTDOWN_WAIT_SECONDS = 2.0
# ... and where somebody may come to watch meanwhile.
MAX_RELEASE_WAIT_SECONDS = 0.2
# Between two questions whether a database is back.
ASK_AGAIN_SECONDS = 1.0

# The databases that do not answer, by alias, and since when: in seconds since the epoch.
_away: dict[str, float] = {}
# How many connections each pool had found dead, by alias.
_lost: dict[str, int] = {}


def away_since() -> float | None:
    """Since when a database has not answered this process, in seconds since the epoch; None while all of them do.

    Noticed by whoever asks; ended by a question that is answered after that, or by a thread that asks nothing else.
    """
    return min(list(_away.values()), default=None)


def is_away(error: Exception) -> bool:
    """Whether that is the error of a question to a database, while one is away: it is known then, and has been said."""
    return isinstance(error, DatabaseError) and away_since() is not None


def retrying(question: Callable[Params, Answer], *args: Params.args, **kwargs: Params.kwargs) -> Answer:
    """The answer. Raises what the second attempt raises, and within a transaction, which is lost with its connection,
    what the first one raises."""
    try:
        answer = question(*args, **kwargs)
    except (OperationalError, InterfaceError):
        if any(connection.in_atomic_block for connection in connections.all(initialized_only=True)):
            raise
        connections.close_all()
        try:
            answer = question(*args, **kwargs)
        except (OperationalError, InterfaceError):
            is_database_away()
            raise
    if _away:
        # Not with a new connection: a question that needs no database would wait for one.
        is_database_away(connect=False)
    return answer


def has_lost_connections() -> bool:
    """Whether a pool has found one dead since this was asked the last time."""
    lost = {alias: pool.get_stats().get("connections_lost", 0) for alias, pool in _pools()}
    has_more = any(count > _lost.get(alias, 0) for alias, count in lost.items())
    _lost.update(lost)
    return has_more


def discard_dead_connections() -> None:
    """Have pools replace those that have been cut.

    By itself a pool finds one when it lends it, and then waits 1, 2, 4 s before it looks at the next one: after a
    restart of the database with some of them, requests would fail although it is back.
    """
    for _, pool in _pools():
        pool.check()


def _pools() -> Iterator[tuple[str, Any]]:
    """Those from which connections are lent, by database."""
    for connection in connections.all():
        pool = getattr(connection, "pool", None)
        if pool is not None and not pool.closed:
            yield connection.alias, pool


def is_database_away(*, connect: bool = True) -> bool:
    """Whether a database that this thread asks does not answer; if all do, the error is the question's own.

    Remembered for ``away_since``. Without ``connect`` only the connections that are open are asked.
    """
    for connection in connections.all(initialized_only=True):
        alias, failure = connection.alias, ""
        # Whoever has begun a transaction is being answered, and must not be disturbed.
        # And where DATABASES has none, as some projects have it for "default", there is nothing to ask.
        if connection.in_atomic_block or connection.vendor == "unknown" or not (connect or connection.connection):
            continue
        try:
            connection.ensure_connection()
            if not connection.is_usable():
                failure = "its connection is dead"
        except DatabaseError as error:
            failure = str(error)
        if failure:
            connection.close()
            if alias not in _away:
                _away[alias] = time.time()
                logger.error("the database %s does not answer: %s", alias, failure)
            _ask_until_back()
        elif (since := _away.pop(alias, None)) is not None:
            logger.warning("the database %s answers again, after %.1f s", alias, time.time() - since)
    metrics.databases_away.set(len(_away))
    return bool(_away)


_asker: threading.Thread | None = None


def _ask_until_back() -> None:
    global _asker
    if _asker is None or not _asker.is_alive():
        _asker = threading.Thread(target=_ask_again, name="live-database", daemon=True)
        _asker.start()


def _ask_again() -> None:
    time.sleep(ASK_AGAIN_SECONDS)
    while _away:
        try:
            for alias in tuple(_away):
                connections[alias]  # a connection of this thread, which is asked now
            is_database_away()
        except Exception:
            logger.exception("it could not be asked whether a database is back; it is tried again")
        finally:
            connections.close_all()
        time.sleep(ASK_AGAIN_SECONDS)


@contextmanager
def asking() -> Iterator[list[None]]:
    """What this thread asks of its databases inside: one entry for each query."""
    queries: list[None] = []

    def note(execute: Callable[..., Any], *args: Any) -> Any:
        queries.append(None)
        return execute(*args)

    with ExitStack() as stack:
        for connection in connections.all():
            stack.enter_context(connection.execute_wrapper(note))
        yield queries


def give_back() -> None:
    """To a pool, where there is one: a thread that rests must not keep what requests wait for."""
    for connection in connections.all(initialized_only=True):
        if connection.settings_dict["OPTIONS"].get("pool"):
            connection.close()


class DatabaseThreads:
    """A few threads, used from one event loop. Addresses are below the prefix that they are below where it is made."""

    def __init__(self, name: str, count: int) -> None:
        self.count = count
        # Django holds for each thread of what prefix addresses are, and they know of none.
        self._pool = ThreadPoolExecutor(count, name, initializer=set_script_prefix, initargs=(get_script_prefix(),))

    def run(
        self, question: Callable[Params, Answer], *args: Params.args, **kwargs: Params.kwargs
    ) -> "asyncio.Future[Answer]":
        """Ask in one of the threads, and once more where the connection was lost. To be awaited."""

        def ask() -> Answer:
            try:
                return retrying(question, *args, **kwargs)
            finally:
                give_back()

        return asyncio.get_running_loop().run_in_executor(self._pool, ask)

    def release(self) -> None:
        """Have each thread close its connections, without waiting: the next question makes a new one."""
        self._close_connections(MAX_RELEASE_WAIT_SECONDS)

    def shutdown(self) -> None:
        """End the threads without waiting; each closes its connections when it has done its work."""
        self._close_connections(MAX_SHUTDOWN_WAIT_SECONDS)
        self._pool.shutdown(wait=False)

    def _close_connections(self, max_wait_seconds: float) -> None:
        # Together, so that no thread does it for another; one that is held up by a slow query does it alone, later.
        together = threading.Barrier(self.count)

        def close() -> None:
            with suppress(threading.BrokenBarrierError):
                together.wait(max_wait_seconds)
            connections.close_all()

        for _ in range(self.count):
            self._pool.submit(close)

    def join(self) -> None:
        """After ``shutdown``: wait until the threads have ended."""
        self._pool.shutdown(wait=True)
