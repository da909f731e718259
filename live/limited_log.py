"""A warning once a minute for each kind of event, with how many more there were.

What a stranger can cause a thousand times a second must not fill a disk, and must not go unsaid either. Warnings reach
stderr in every project: Python prints them where nothing is configured for ``live``.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

INTERVAL_SECONDS = 60.0


@dataclass(slots=True)
class _Kind:
    """What there is of one kind of event: until when it is only counted, and the newest that was not logged."""

    quiet_until: float = float("-inf")
    suppressed: int = 0
    newest: tuple[Any, ...] = ()
    is_flush_planned: bool = False


class LimitedLog:
    """The limit on one logger. One kind is one message before its arguments. For the event loop's thread."""

    def __init__(self, logger: logging.Logger, clock: Callable[[], float] = time.monotonic) -> None:
        self._logger, self._clock = logger, clock
        self._kinds: dict[str, _Kind] = {}

    def warning(self, message: str, *args: Any) -> None:
        """Log the first of its kind at once. Those of the next minute are one line at its end: the newest of them."""
        kind = self._kinds.setdefault(message, _Kind())
        if self._clock() >= kind.quiet_until:
            self._log(message, kind, args)
            return
        kind.suppressed += 1
        kind.newest = args
        if not kind.is_flush_planned:
            with contextlib.suppress(RuntimeError):  # outside of an event loop the next of its kind brings the count
                delay = kind.quiet_until - self._clock()
                asyncio.get_running_loop().call_later(delay, self._flush, message, kind)
                kind.is_flush_planned = True

    def _flush(self, message: str, kind: _Kind) -> None:
        kind.is_flush_planned = False
        if kind.suppressed:
            kind.suppressed -= 1  # the one that is logged now
            self._log(message, kind, kind.newest)

    def _log(self, message: str, kind: _Kind, args: tuple[Any, ...]) -> None:
        more, kind.suppressed = kind.suppressed, 0
        kind.quiet_until = self._clock() + INTERVAL_SECONDS
        if more:
            message, args = message + " (and %d more in the last minute)", (*args, more)
        self._logger.warning(message, *args)
