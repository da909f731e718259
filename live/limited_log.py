"""A line in the log that strangers could cause as often as they like: once a minute, with how many were left out.

What can happen a thousand times a second must not fill a disk, and must not go unsaid either. Warnings reach stderr in
every project: Python prints them where nothing is configured for ``live``.
"""

import logging
import threading
import time
from collections.abc import Callable, Hashable
from typing import Any

from django.http import HttpResponse

INTERVAL_SECONDS = 60.0


class LimitedLog:
    """The limit on one logger, for any thread. There must be few kinds of line: what is remembered of one stays."""

    def __init__(self, logger: logging.Logger, clock: Callable[[], float] = time.monotonic) -> None:
        self._logger, self._clock = logger, clock
        # When a line of each kind was last written, and how many were left out since.
        self._lines: dict[Hashable, tuple[float, int]] = {}
        self._lock = threading.Lock()

    def warning(self, message: str, *args: Any) -> None:
        """Log it, or leave it out. A message before its arguments is one kind."""
        more = self.next(message)
        if more is not None:
            self._logger.warning(message + more, *args)

    def next(self, kind: Hashable) -> str | None:
        """For who logs by other means: None where this line is to be left out, else what it must end with."""
        now = self._clock()
        with self._lock:
            written_at, left_out = self._lines.get(kind, (float("-inf"), 0))
            if now - written_at < INTERVAL_SECONDS:
                self._lines[kind] = written_at, left_out + 1
                return None
            self._lines[kind] = now, 0
        return f" (and {left_out} more since the last such line)" if left_out else ""


def mark_logged(response: HttpResponse) -> HttpResponse:
    """A refusal that has been logged, or left out: Django would log each of them by itself."""
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response
