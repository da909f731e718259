"""Threads of our own that ask the database, so that a slow query delays neither a socket nor a request.

They keep their connections. So a database that was restarted would fail the first question of each: it is asked once
more, with a new connection. And so each thread closes its own in the end.
"""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import ParamSpec, TypeVar

from django.db import InterfaceError, OperationalError, connections

Params = ParamSpec("Params")
Answer = TypeVar("Answer")

# That threads wait for each other at their end.
MAX_SHUTDOWN_WAIT_SECONDS = 2.0


def retrying(question: Callable[Params, Answer], *args: Params.args, **kwargs: Params.kwargs) -> Answer:
    """The answer. Raises what the second attempt raises."""
    try:
        return question(*args, **kwargs)
    except (OperationalError, InterfaceError):
        connections.close_all()
        return question(*args, **kwargs)


class DatabaseThreads:
    """A few threads, used from one event loop."""

    def __init__(self, name: str, count: int) -> None:
        self.count = count
        self._pool = ThreadPoolExecutor(count, thread_name_prefix=name)

    def run(
        self, question: Callable[Params, Answer], *args: Params.args, **kwargs: Params.kwargs
    ) -> "asyncio.Future[Answer]":
        """Ask in one of the threads, and once more where the connection was lost. To be awaited."""
        loop = asyncio.get_running_loop()
        return loop.run_in_executor(self._pool, lambda: retrying(question, *args, **kwargs))

    def shutdown(self) -> None:
        """End the threads without waiting; each closes its connections when it has done its work."""
        # Together, so that no thread does it for another; one that is held up by a slow query does it alone, later.
        together = threading.Barrier(self.count)

        def close() -> None:
            with suppress(threading.BrokenBarrierError):
                together.wait(MAX_SHUTDOWN_WAIT_SECONDS)
            connections.close_all()

        for _ in range(self.count):
            self._pool.submit(close)
        self._pool.shutdown(wait=False)
