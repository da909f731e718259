"""Sends what no transaction carries, in a thread of its own: no request waits for Redis, and a burst is one message.

What cannot be sent is kept, and sent when that is possible again; of very much, "everything" is kept.
"""

import atexit
import logging
import os
import threading

from live import metrics
from live.hints.message import MAX_IDS_PER_MESSAGE, hint
from live.hints.source import Sender, Source
from live.keys import RenderingId

logger = logging.getLogger(__name__)

# Between two messages of one process; the first goes out at once.
MESSAGE_INTERVAL_SECONDS = 0.05
# After a connection that could not be made, or failed at its first message.
RETRY_SECONDS = 1.0
MAX_CLOSE_SECONDS = 3.0


class Publisher:
    """One in each process."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Be as new, whatever there was: the thread and the lock of a process that forked are not its child's."""
        # None: everything.
        self._ids: set[RenderingId] | None = set()
        self._source: Source | None = None
        self._sender: Sender | None = None
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._stopping = False
        self._is_failing = False

    def put(self, source: Source, ids: frozenset[RenderingId]) -> None:
        """Send these soon. Returns at once, whatever state the source is in."""
        with self._changed:
            self._source = source
            self._add(ids)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="live-publisher", daemon=True)
                self._thread.start()
            self._changed.notify()

    def close(self, timeout: float = MAX_CLOSE_SECONDS) -> None:
        """Send what is left and stop; gives up after ``timeout`` seconds. A command's only change is often its last."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join(timeout)

    def _add(self, ids: frozenset[RenderingId] | None) -> None:
        if self._ids is not None and ids is not None:
            self._ids |= ids
        if ids is None or (self._ids is not None and len(self._ids) > MAX_IDS_PER_MESSAGE):
            self._ids = None

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._ids != set() or self._stopping)
                ids = None if self._ids is None else frozenset(self._ids)
                self._ids = set()
                is_last = self._stopping
            pause = MESSAGE_INTERVAL_SECONDS
            if ids is None or ids:
                is_new = self._sender is None
                try:
                    self._send(ids)
                except Exception as error:
                    self._failed(error, ids, is_new=is_new, is_last=is_last)
                    # A connection that was good may have been cut: the next attempt, on a new one, is at once.
                    pause = RETRY_SECONDS if is_new else 0
            with self._changed:
                # The pause is what makes one message of a burst.
                self._changed.wait_for(lambda: self._stopping, pause)
                if is_last and self._ids == set():
                    break
        self._drop_sender()

    def _send(self, ids: frozenset[RenderingId] | None) -> None:
        assert self._source is not None
        if self._sender is None:
            self._sender = self._source.sender()
        self._sender.send(hint(ids))
        metrics.hints.labels("sent").inc()
        if self._is_failing:
            self._is_failing = False
            logger.info("hints are sent over the %s again", self._source.name)

    def _failed(self, error: Exception, ids: frozenset[RenderingId] | None, *, is_new: bool, is_last: bool) -> None:
        self._drop_sender()
        metrics.failures.labels("publish").inc()
        name = self._source.name if self._source is not None else ""
        if is_new and is_last:
            metrics.hints.labels("lost").inc()
            logger.warning("a hint was lost as this process ended: the %s does not take it (%s)", name, error)
            return
        with self._changed:
            self._add(ids)
        if is_new and not self._is_failing:  # said once, not with each attempt
            self._is_failing = True
            text = "hints cannot be sent over the %s (%r): other processes show changes at their next sweep"
            logger.warning(text, name, error, exc_info=True)

    def _drop_sender(self) -> None:
        sender, self._sender = self._sender, None
        if sender is not None:
            sender.close()


publisher = Publisher()
atexit.register(lambda: publisher.close())
if hasattr(os, "register_at_fork"):  # pragma: no branch  Windows does not fork
    os.register_at_fork(after_in_child=publisher.forget)
