"""A worker's end of the connection to its supervisor."""

import asyncio
import logging
import multiprocessing
import os
import socket
from collections.abc import Iterator

import pytest

from live.workers import worker as module
from live.workers.worker import BEAT, READY, Worker
from tests.waiting import until_async


@pytest.fixture
def pair(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[socket.socket, Worker]]:
    """A supervisor's end, and worker 3."""
    monkeypatch.setattr(multiprocessing.current_process(), "_name", "MainProcess")  # put back afterwards
    monkeypatch.setattr(module, "BEAT_SECONDS", 0.01)
    supervisor, inherited = socket.socketpair()
    supervisor.setblocking(False)
    os.set_inheritable(inherited.fileno(), True)
    worker = Worker(3, inherited.detach())
    yield supervisor, worker
    supervisor.close()
    worker._supervisor.close()


def received(supervisor: socket.socket) -> bytes:
    try:
        return supervisor.recv(1024)
    except BlockingIOError:
        return b""


async def test_it_says_that_it_serves_and_then_that_it_lives(pair: tuple[socket.socket, Worker]) -> None:
    supervisor, worker = pair
    worker.serves(lambda: None)
    words = b""

    def has_beaten() -> bool:
        nonlocal words
        words += received(supervisor)
        return len(words) > 3

    await until_async(has_beaten, "signs of life")
    assert words == READY + BEAT * (len(words) - 1)


async def test_a_supervisor_that_is_held_up_does_not_hold_it_up(pair: tuple[socket.socket, Worker]) -> None:
    supervisor, worker = pair
    worker.serves(lambda: None)
    for _ in range(100_000):
        worker._send(BEAT)
    assert received(supervisor).startswith(READY)


async def test_it_stops_when_its_supervisor_is_gone(
    pair: tuple[socket.socket, Worker], caplog: pytest.LogCaptureFixture
) -> None:
    calls: list[None] = []
    supervisor, worker = pair
    worker.serves(lambda: calls.append(None))
    supervisor.close()
    with caplog.at_level(logging.ERROR):
        await until_async(lambda: calls, "it stops")
        # And goes on to its end, whatever it still says.
        await asyncio.sleep(0)
    assert calls == [None]
    assert caplog.messages == ["the supervisor is gone: this worker stops"]


def test_what_it_starts_does_not_hold_the_connection(pair: tuple[socket.socket, Worker]) -> None:
    _supervisor, worker = pair
    assert not os.get_inheritable(worker._supervisor.fileno())


@pytest.mark.usefixtures("pair")
def test_logs_know_which_one_it_is() -> None:
    record = logging.getLogger("live").makeRecord("live", logging.INFO, "", 0, "", (), None)
    assert record.processName == "worker 3"
