"""Group commit: one thread a process takes whatever has arrived, and commits it together.

A commit waits for the disk, and all that arrive meanwhile share the next one: each is answered when its own points are
committed. One that cannot be committed is refused alone.
"""

import os
import queue
import threading
from collections.abc import Sequence
from concurrent.futures import Future

from live.database_threads import give_back
from series.storage.write import Batch, Written, write_together

# Of one commit, which keeps the next ones waiting.
MAX_SAMPLES_AT_ONCE = 20_000

Work = tuple[Batch, "Future[Written]"]


class Writer:
    """Points that are to be written, and the thread that writes them: from the first ones on, in each process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process = 0
        self._waiting: queue.SimpleQueue[Work] = queue.SimpleQueue()

    def submit(self, batch: Batch) -> "Future[Written]":
        """Done when they are committed; it raises what ``storage.write.write`` raises."""
        future: Future[Written] = Future()
        if self._process != os.getpid():
            self._start()
        self._waiting.put((batch, future))
        return future

    def _start(self) -> None:
        with self._lock:
            if self._process != os.getpid():
                # A process that was forked has no threads, and what waits in its parent is written there.
                self._waiting = queue.SimpleQueue()
                threading.Thread(target=self._run, args=[self._waiting], name="series-writer", daemon=True).start()
                self._process = os.getpid()

    def _run(self, waiting: "queue.SimpleQueue[Work]") -> None:
        while True:
            work = [waiting.get()]
            samples = len(work[0][0].samples)
            while samples < MAX_SAMPLES_AT_ONCE and not waiting.empty():
                work.append(waiting.get())
                samples += len(work[-1][0].samples)
            # Nobody waits any more for those that are cancelled.
            _write([(batch, future) for batch, future in work if future.set_running_or_notify_cancel()])


def _write(work: Sequence[Work]) -> None:
    try:
        results = write_together([batch for batch, _future in work])
    except Exception as error:
        results = [error] * len(work)
    finally:
        # To the pool, which asks whether it works before it lends it again.
        give_back()
    for (_batch, future), result in zip(work, results, strict=True):
        if isinstance(result, Exception):
            future.set_exception(result)
        else:
            future.set_result(result)


writer = Writer()
