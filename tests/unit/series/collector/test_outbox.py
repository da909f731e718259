import logging
import threading
from collections.abc import Callable, Iterator

import pytest

from series.collector import outbox as module
from series.collector.client import Denied, Rejected, Unavailable
from series.collector.outbox import MAX_WAITING_BATCHES, Outbox

DEADLINE = 30


class Sender:
    """Takes batches, or raises what it is told to."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.tries = 0
        self.closed = False
        self.raises: Exception | None = None
        self.changed = threading.Condition()

    def post(self, body: bytes) -> None:
        with self.changed:
            self.tries += 1
            self.changed.notify_all()
            if self.raises:
                raise self.raises
            self.taken.append(body)

    def close(self) -> None:
        self.closed = True

    def set(self, raises: Exception | None) -> None:
        with self.changed:
            self.raises = raises

    def wait_for_tries(self, number: int) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: self.tries >= number, DEADLINE), f"expected {number}, got {self.tries}"


@pytest.fixture
def sender(monkeypatch) -> Sender:
    monkeypatch.setattr(module, "RETRY_SECONDS", 0.01)
    return Sender()


@pytest.fixture
def outbox(sender: Sender) -> Iterator[Outbox]:
    box = Outbox(sender)
    yield box
    box.close()


def batches(start: int, end: int) -> list[bytes]:
    return [str(number).encode() for number in range(start, end)]


def put(outbox: Outbox, some: list[bytes]) -> None:
    for batch in some:
        outbox.put(batch)


def messages(caplog) -> list[tuple[int, str]]:
    return [(record.levelno, record.getMessage()) for record in caplog.records if record.name == "series.collector"]


def test_sends_in_order(outbox: Outbox, sender: Sender, caplog) -> None:
    put(outbox, batches(0, 50))
    outbox.wait(DEADLINE, until_empty=True)
    assert sender.taken == batches(0, 50)
    assert messages(caplog) == []


def test_keeps_what_a_server_that_is_away_did_not_take_and_says_so_once(outbox: Outbox, sender: Sender, caplog) -> None:
    caplog.set_level(logging.INFO, "series.collector")
    sender.set(Unavailable("connection refused"))
    put(outbox, batches(0, 20))
    sender.wait_for_tries(3)
    sender.set(None)
    outbox.wait(DEADLINE, until_empty=True)
    assert sender.taken == batches(0, 20)
    assert messages(caplog) == [
        (logging.WARNING, "The server is away, trying again until it is back: connection refused"),
        (logging.INFO, "The server is back; 19 batches wait to be sent, 0 were dropped."),
    ]


def test_gives_up_the_oldest_beyond_the_limit_and_says_so_once(outbox: Outbox, sender: Sender, caplog) -> None:
    caplog.set_level(logging.INFO, "series.collector")
    sender.set(Unavailable("gone"))
    put(outbox, batches(0, MAX_WAITING_BATCHES + 40))
    sender.wait_for_tries(sender.tries + 2)
    sender.set(None)
    outbox.wait(DEADLINE, until_empty=True)
    assert sender.taken == batches(40, MAX_WAITING_BATCHES + 40)
    said = [text for _, text in messages(caplog)]
    assert said.count(f"{MAX_WAITING_BATCHES} batches wait for the server; from now on the oldest are dropped.") == 1
    assert said[-1] == f"The server is back; {MAX_WAITING_BATCHES - 1} batches wait to be sent, 40 were dropped."


def test_a_batch_given_up_while_it_was_being_sent_does_not_take_the_next_with_it(sender: Sender) -> None:
    began, go_on = threading.Event(), threading.Event()

    class Slow(Sender):
        def post(self, body: bytes) -> None:
            began.set()
            assert go_on.wait(DEADLINE)
            super().post(body)

    slow = Slow()
    box = Outbox(slow)
    try:
        box.put(b"first")
        assert began.wait(DEADLINE)
        put(box, batches(0, MAX_WAITING_BATCHES))
        go_on.set()
        box.wait(DEADLINE, until_empty=True)
    finally:
        box.close()
    assert slow.taken == [b"first", *batches(0, MAX_WAITING_BATCHES)]


def test_waits_as_long_as_the_server_asked(outbox: Outbox, sender: Sender) -> None:
    """An hour: it has not tried again, and closing does not wait for it."""
    sender.set(Unavailable("busy", retry_after=3600))
    outbox.put(b"1")
    sender.wait_for_tries(1)
    sender.set(None)
    outbox.put(b"2")
    outbox.wait(0.05)
    assert sender.tries == 1


def test_a_batch_that_is_rejected_is_given_up_and_logged(outbox: Outbox, sender: Sender, caplog) -> None:
    sender.set(Rejected("400 no"))
    outbox.put(b"bad")
    outbox.wait(DEADLINE, until_empty=True)
    sender.set(None)
    outbox.put(b"good")
    outbox.wait(DEADLINE, until_empty=True)
    assert sender.taken == [b"good"]
    assert messages(caplog) == [(logging.ERROR, "The server rejected a batch, which is dropped: 400 no")]


@pytest.mark.parametrize("error", [Denied("401 unknown"), RuntimeError("a bug")])
@pytest.mark.parametrize("wait", [lambda box: box.wait(DEADLINE), lambda box: box.wait(until_empty=True)])
def test_what_ends_it_is_raised_by_wait(
    outbox: Outbox, sender: Sender, error: Exception, wait: Callable[[Outbox], None]
) -> None:
    sender.set(error)
    outbox.put(b"1")
    with pytest.raises(type(error), match=str(error)):
        wait(outbox)
    assert sender.tries == 1


def test_close_ends_its_thread_and_the_sender(outbox: Outbox, sender: Sender) -> None:
    outbox.close()
    outbox._thread.join(DEADLINE)
    assert not outbox._thread.is_alive()
    assert sender.closed
