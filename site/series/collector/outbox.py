"""Batches that wait to be sent, and the thread that sends them in order."""

import logging
import threading
from collections import deque

from series.collector.client import Client, Rejected, Unavailable

log = logging.getLogger("series.collector")

# While the server is away: five minutes of one a second. The oldest are dropped first.
MAX_WAITING_BATCHES = 300
# Between two tries while the server is away.
RETRY_SECONDS = 1.0


class Outbox:
    """Sends batches from a thread of its own, so that a server that hangs does not hold up the sampling.

    Logs when the server goes away and when it is back, once each. It ends with what the client raised
    for good (``Denied``, or something unforeseen), and ``wait`` raises that.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self._batches: deque[bytes] = deque(maxlen=MAX_WAITING_BATCHES)
        self._dropped = 0
        self._away = self._closed = False
        self._failure: Exception | None = None
        self._changed = threading.Condition()
        # A daemon: a request that hangs must not keep the process from ending.
        self._thread = threading.Thread(target=self._run, name="outbox", daemon=True)
        self._thread.start()

    def put(self, batch: bytes) -> None:
        """Queue a batch; where 300 wait already, the oldest is dropped."""
        with self._changed:
            if len(self._batches) == MAX_WAITING_BATCHES:
                self._dropped += 1
                if self._dropped == 1:
                    log.warning(
                        "%s batches wait for the server; from now on the oldest are dropped.", len(self._batches)
                    )
            self._batches.append(batch)
            self._changed.notify_all()

    def wait(self, seconds: float | None = None, *, until_empty: bool = False) -> None:
        """Wait so long, or until everything is sent. Raises at once what ended the sending."""
        with self._changed:
            self._changed.wait_for(lambda: self._failure or (until_empty and not self._batches), timeout=seconds)
        if self._failure:
            raise self._failure

    def close(self) -> None:
        """Stop sending and close the client; what was not sent is gone."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _run(self) -> None:
        try:
            while True:
                with self._changed:
                    self._changed.wait_for(lambda: self._batches or self._closed)
                    if self._closed:
                        break
                    batch = self._batches[0]
                self._send(batch)
        except Exception as error:
            with self._changed:
                self._failure = error
                self._changed.notify_all()
        finally:
            self._client.close()

    def _send(self, batch: bytes) -> None:
        try:
            self._client.post(batch)
        except Unavailable as error:
            if not self._away:
                self._away = True
                log.warning("The server is away, trying again until it is back: %s", error)
            with self._changed:
                self._changed.wait_for(lambda: self._closed, timeout=max(RETRY_SECONDS, error.retry_after))
            return
        except Rejected as rejected:
            log.error("The server rejected a batch, which is dropped: %s", rejected)
        with self._changed:
            # It may have been dropped for a newer one while it was being sent.
            if self._batches and self._batches[0] is batch:
                self._batches.popleft()
            waiting, dropped = len(self._batches), self._dropped
            was_away, self._away, self._dropped = self._away, False, 0
            self._changed.notify_all()
        if was_away:
            log.info("The server is back; %s batches wait to be sent, %s were dropped.", waiting, dropped)
