"""Starts the workers, and sees to it that they serve: one that ended or hangs is started again, and on SIGHUP each is
replaced by one with new code.

The supervisor serves nobody itself. It holds the listening socket from the beginning to the end, so nobody is refused
while workers come and go. On SIGHUP a worker's successor is ready before the worker is told to stop; where it does not
become ready, the old ones go on.
"""

import logging
import selectors
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from live.workers.folder import new_folder
from live.workers.restarts import STABLE_SECONDS, Restarts
from live.workers.worker import READY

logger = logging.getLogger(__name__)

# How often processes are checked; what they say is heard at once.
CHECK_SECONDS = 0.1
# In which a worker is ready, from its start; after which one that has said nothing hangs; and in which it has stopped.
MAX_START_SECONDS, MAX_SILENCE_SECONDS, MAX_STOP_SECONDS = 120.0, 30.0, 15.0

# The command line of a worker: of its number, and of the descriptor of its connection to us.
Command = Callable[[int, int], list[str]]


@dataclass(eq=False)
class _Process:
    """One worker, from its start to its end. Times are of ``time.monotonic``."""

    number: int
    process: subprocess.Popen[bytes]
    connection: socket.socket
    heard_at: float
    ready_at: float | None = None
    # When it was told to stop.
    told_at: float | None = None

    def __str__(self) -> str:
        return f"worker {self.number} (pid {self.process.pid})"

    @property
    def is_ready(self) -> bool:
        return self.ready_at is not None

    def served_seconds(self, now: float) -> float:
        return now - self.ready_at if self.ready_at is not None else 0.0

    def problem(self, now: float) -> str | None:
        """Why it must be killed, if it must."""
        if self.told_at is not None:
            return f"has not stopped within {MAX_STOP_SECONDS:g} s" if now - self.told_at > MAX_STOP_SECONDS else None
        if self.is_ready:
            is_silent = now - self.heard_at > MAX_SILENCE_SECONDS
            return f"has done nothing for {MAX_SILENCE_SECONDS:g} s" if is_silent else None
        is_late = now - self.heard_at > MAX_START_SECONDS
        return f"is not ready after {MAX_START_SECONDS:g} s" if is_late else None


@dataclass(eq=False)
class _Slot:
    """A number, and the worker that has it."""

    number: int
    worker: _Process | None = None
    start_at: float = 0.0
    restarts: Restarts = field(default_factory=Restarts)


class Supervisor:
    """``count`` workers behind one bound socket, on which the workers listen. ``started`` is called once, when all of
    them serve."""

    def __init__(self, count: int, listening: socket.socket, command: Command, started: Callable[[], None]) -> None:
        self._slots = [_Slot(number) for number in range(1, count + 1)]
        self._listening = listening
        self._command = command
        self._started: Callable[[], None] | None = started
        self._processes: list[_Process] = []
        self._selector = selectors.DefaultSelector()
        # On SIGHUP: those still to be replaced, and the successor of one of them.
        self._to_replace: list[_Slot] = []
        self._successor: _Process | None = None
        self._is_stopping = False
        self._failed: str | None = None

    def run(self) -> str | None:
        """Until SIGTERM or SIGINT, and until all workers have stopped then; or until there is no hope: why, in one
        sentence."""
        with self._signals(), new_folder():
            while not self._is_stopping or self._processes:
                for key, _ in self._selector.select(CHECK_SECONDS):
                    key.data()
                self._check(time.monotonic())
        return self._failed

    @contextmanager
    def _signals(self) -> Iterator[None]:
        actions = {signal.SIGTERM: self._stop, signal.SIGINT: self._stop, signal.SIGHUP: self._replace_all}
        ours, theirs = socket.socketpair()
        for end in (ours, theirs):
            end.setblocking(False)

        def act() -> None:
            for number in ours.recv(1024):
                actions[signal.Signals(number)]()

        before = {number: signal.signal(number, lambda *_: None) for number in actions}
        fd_before = signal.set_wakeup_fd(theirs.fileno(), warn_on_full_buffer=False)
        self._selector.register(ours, selectors.EVENT_READ, act)
        try:
            yield
        finally:
            signal.set_wakeup_fd(fd_before)
            for number, handler in before.items():
                signal.signal(number, handler)
            self._selector.close()
            ours.close()
            theirs.close()

    # What comes from outside

    def _stop(self) -> None:
        """Tell all workers to stop; told again, they do so at once."""
        if not self._is_stopping:
            logger.info("stopping: all workers are told to stop")
            self._is_stopping = True
            # With the workers' own, the address is free.
            self._listening.close()
        for worker in self._processes:
            self._tell_to_stop(worker)

    def _replace_all(self) -> None:
        if not self._is_stopping:
            logger.info("SIGHUP: the workers are replaced, one after the other")
            self._to_replace = list(self._slots)

    # What is done about it

    def _check(self, now: float) -> None:
        for worker in [*self._processes]:
            status = worker.process.poll()
            if status is not None:
                self._ended(worker, status, now)
            elif (problem := worker.problem(now)) is not None:
                logger.error("%s %s, and is killed", worker, problem)
                worker.process.kill()
        if self._is_stopping:
            return
        self._replace()
        for slot in self._slots:
            if slot.worker is None and slot.start_at <= now and not self._is_stopping:
                try:
                    slot.worker = self._start(slot.number)
                except OSError as error:
                    self._start_again(slot, f"worker {slot.number}", f"could not be started ({error})", 0.0, now)
        if self._started and all(slot.worker and slot.worker.is_ready for slot in self._slots):
            started, self._started = self._started, None
            started()

    def _replace(self) -> None:
        """The next step from old workers to new ones."""
        if (successor := self._successor) is not None:
            if successor.is_ready:
                self._successor = None
                slot = self._slots[successor.number - 1]
                if slot.worker is not None:
                    self._tell_to_stop(slot.worker)
                slot.worker, slot.restarts = successor, Restarts()
                if not self._to_replace:
                    logger.info("all workers are replaced")
        elif self._to_replace and not any(worker.told_at is not None for worker in self._processes):
            try:
                self._successor = self._start(self._to_replace.pop(0).number)
            except OSError as error:
                self._to_replace = []
                logger.error("a successor could not be started (%s): the old ones go on", error)

    def _start(self, number: int) -> _Process:
        """``OSError`` where there is no interpreter, no memory or no descriptor for it."""
        ours, theirs = socket.socketpair()
        with theirs:
            descriptors = (self._listening.fileno(), theirs.fileno())
            try:
                # In a group of its own: Ctrl+C is for us, and we tell the workers.
                process = subprocess.Popen(self._command(number, descriptors[1]), pass_fds=descriptors, process_group=0)
            except OSError:
                ours.close()
                raise
        ours.setblocking(False)
        worker = _Process(number, process, ours, time.monotonic())
        self._processes.append(worker)
        self._selector.register(ours, selectors.EVENT_READ, lambda: self._hear(worker))
        return worker

    def _hear(self, worker: _Process) -> None:
        try:
            words = worker.connection.recv(1024)
        except OSError:
            words = b""
        if not words:  # its end comes now; the next check sees it
            self._selector.unregister(worker.connection)
            return
        worker.heard_at = time.monotonic()
        if READY in words:
            worker.ready_at = worker.heard_at
            logger.info("%s serves now", worker)

    def _tell_to_stop(self, worker: _Process) -> None:
        if worker.told_at is None:
            worker.told_at = time.monotonic()
        worker.process.terminate()

    def _ended(self, worker: _Process, status: int, now: float) -> None:
        self._processes.remove(worker)
        if worker.connection in self._selector.get_map():
            self._selector.unregister(worker.connection)
        worker.connection.close()
        if worker.told_at is not None:
            logger.info("%s has stopped", worker)
            return
        how = f"was killed by {signal.Signals(-status).name}" if status < 0 else f"ended with status {status}"
        if worker is self._successor:
            self._successor, self._to_replace = None, []
            logger.error("%s, which was to replace another one, %s before it served: the old ones go on", worker, how)
            return
        slot = self._slots[worker.number - 1]
        slot.worker = None
        self._start_again(slot, str(worker), how, worker.served_seconds(now), now)

    def _start_again(self, slot: _Slot, name: str, how: str, served_seconds: float, now: float) -> None:
        """Its worker is gone, or could not be started: try it again in a while, or stop where there is no hope."""
        pause = slot.restarts.pause_after(served_seconds)
        slot.start_at = now + pause
        logger.error("%s %s; it is started again%s", name, how, f" in {pause:g} s" if pause else "")
        if slot.restarts.is_hopeless and not self._is_stopping and not self._is_serving(now):
            text = "worker %d has ended %d times as soon as it had started, and none serves: %s"
            self._failed = text % (slot.number, slot.restarts.early_ends, f"the last one {how}")
            self._stop()

    def _is_serving(self, now: float) -> bool:
        """Whether there is a worker that works. While there is, the others are tried again and again."""
        return any(worker.served_seconds(now) >= STABLE_SECONDS for worker in self._processes)
