"""Group commit: one thread a process takes whatever has arrived, and commits it together.

A commit waits for the disk, and all that arrive meanwhile share the next one: each is answered when its own points are
committed. One that cannot be committed is refused alone.
"""

import asyncio
import logging
import os
import queue
import threading
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress

from live import metrics
from live.database_threads import give_back
from series.storage.write import Batch, Written, write_together

logger = logging.getLogger(__name__)
# Of one commit, which keeps the next ones waiting.
MAX_SAMPLES_AT_ONCE = 20_000

Waiting = asyncio.Future[Written]
Work = tuple[Batch, Waiting]


class Writer:
    """Points that are to be written, and the thread that writes them: from the first ones on, in each process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process = 0
        self._waiting: queue.SimpleQueue[Work] = queue.SimpleQueue()

    def submit(self, batch: Batch) -> Waiting:
        """Done when they are committed; it raises what ``storage.write.write`` raises. For event loops."""
        future: Waiting = asyncio.get_running_loop().create_future()
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
            _write([(batch, future) for batch, future in work if not future.cancelled()])


def _write(work: Sequence[Work]) -> None:
    try:
        results = write_together([batch for batch, _future in work])
    except Exception as error:
        results = [error] * len(work)
    try:
        # To the pool, which asks whether it works before it lends it again.
        give_back()
    except Exception:  # what was committed is committed, and others wait for the thread
        metrics.failures.labels("series writer").inc()
        logger.exception("the writer of points could not give its connection back")
    answers = defaultdict(list)
    for (_batch, future), result in zip(work, results, strict=True):
        answers[future.get_loop()].append((future, result))
    for loop, some in answers.items():
        # All at once: the loop is woken once, and does not take the interpreter from this thread for each of them.
        with suppress(RuntimeError):  # where it is closed, nobody waits
            loop.call_soon_threadsafe(_answer, some)


def _answer(answers: Iterable[tuple[Waiting, Written | Exception]]) -> None:
    for future, result in answers:
        if future.done():  # it was cancelled meanwhile
            continue
        if isinstance(result, Exception):
            future.set_exception(result)
        else:
            future.set_result(result)


writer = Writer()
