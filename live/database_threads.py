"""The database connections of the hub's threads, which they keep.

So a database that was restarted would fail the first question of each: it is asked once more, with a new connection.
And so each thread closes its own in the end.
"""

import threading
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import suppress
from typing import ParamSpec, TypeVar

from django.db import InterfaceError, OperationalError, connections

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


def retrying(question: Callable[Given, Answer], *args: Given.args, **kwargs: Given.kwargs) -> Answer:
    """The answer. Raises what the second attempt raises."""
    try:
        return question(*args, **kwargs)
    except (OperationalError, InterfaceError):
        connections.close_all()
        return question(*args, **kwargs)


def let_go(pool: Executor, threads: int) -> None:
    """Shut the pool down without waiting; each of its threads closes its connections when it has done its work."""
    # Together, so that no thread does it for another; one that is held up by a slow query does it alone, later.
    together = threading.Barrier(threads)

    def close() -> None:
        with suppress(threading.BrokenBarrierError):
            together.wait(2)
        connections.close_all()

    for _ in range(threads):
        pool.submit(close)
    pool.shutdown(wait=False)
