"""A line in the log that strangers could cause as often as they like: once a minute, with how many were left out.

if (more := limit.next("wrong token")) is not None:
    logger.warning("The token is unknown.%s", more)
"""

import time
from collections.abc import Callable, Hashable
from threading import Lock

INTERVAL_SECONDS = 60.0


class LogLimit:
    """By key, of which there must be few: what is remembered of one is never forgotten."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        # When the last line was written, and how many were left out since.
        self._lines: dict[Hashable, tuple[float, int]] = {}
        self._lock = Lock()

    def next(self, key: Hashable) -> str | None:
        """None where this line is to be left out; else what it ends with: how many were left out before it, if any."""
        now = self._clock()
        with self._lock:
            at, left_out = self._lines.get(key, (now - INTERVAL_SECONDS, 0))
            if now - at < INTERVAL_SECONDS:
                self._lines[key] = at, left_out + 1
                return None
            self._lines[key] = now, 0
        return f" ({left_out} more since the last line about it)" if left_out else ""
