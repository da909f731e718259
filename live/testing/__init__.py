"""A test must see what the code under test announces, without a browser or a socket.

with capture_changes() as changes:
    client.post("/orders/", ...)
assert orders.key(pk=12).id in changes
"""

from collections.abc import Iterator
from contextlib import contextmanager

from live import changes
from live.keys import RenderingId


@contextmanager
def capture_changes() -> Iterator[list[RenderingId]]:
    """The ids of what was announced as changed inside, in order. What waits for a commit is not there yet."""
    captured: list[RenderingId] = []
    changes.listeners.append(captured.extend)
    try:
        yield captured
    finally:
        changes.listeners.remove(captured.extend)
