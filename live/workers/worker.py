"""A worker's end of the connection to its supervisor.

The worker says when it serves, and once a second that its event loop still turns. The supervisor says nothing: but when
it is gone, the connection ends, and a worker that nobody watches stops, so that the next supervisor finds the address
free.
"""

import asyncio
import logging
import multiprocessing
import os
import socket
from collections.abc import Callable

from live.workers.exposition import answer_others

logger = logging.getLogger(__name__)

# What is sent: it serves; it lives.
READY, BEAT = b"R", b"."
BEAT_SECONDS = 1.0


class Worker:
    """This process, as one of several: ``number`` is from 1, ``descriptor`` the connection, which is inherited."""

    def __init__(self, number: int, descriptor: int) -> None:
        self.number = number
        # Programs that it starts do not hold the connection open.
        os.set_inheritable(descriptor, False)
        self._supervisor = socket.socket(fileno=descriptor)
        self._supervisor.setblocking(False)
        # What ``%(processName)s`` is in the formats of logs.
        multiprocessing.current_process().name = f"worker {number}"

    def serves(self, terminate: Callable[[], None]) -> None:
        """Say so, and go on saying that it lives; ``terminate`` is called when the supervisor is gone. To be called in
        the event loop that serves."""
        self._loop = asyncio.get_running_loop()
        self._terminate = terminate
        self._send(READY)
        self._loop.add_reader(self._supervisor, self._lost)
        self._loop.call_later(BEAT_SECONDS, self._beat)
        self._answering = self._loop.create_task(answer_others(self.number))

    def _beat(self) -> None:
        self._send(BEAT)
        self._loop.call_later(BEAT_SECONDS, self._beat)

    def _send(self, word: bytes) -> None:
        try:
            self._supervisor.send(word)
        except OSError as error:  # it is held up; or it is gone, which the reader hears, too
            logger.debug("the supervisor takes nothing: %s", error)

    def _lost(self) -> None:
        self._loop.remove_reader(self._supervisor)
        logger.error("the supervisor is gone: this worker stops")
        self._terminate()
