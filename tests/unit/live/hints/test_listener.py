"""Hearing others, and knowing whether one does. With the real transports: tests/hints."""

import threading
from collections.abc import Callable, Iterable, Iterator
from queue import Empty, Queue

import pytest

from live.hints import listener
from live.hints.listener import Listener
from live.hints.message import Message
from live.hints.source import Source
from live.keys import ElementId, RenderingId
from tests.unit.live.screens import count
from tests.waiting import until

A = RenderingId(ElementId("a"))


class Line(Source):
    """A source that does what a test says; each subscription is a queue."""

    name = "line"

    def __init__(self) -> None:
        self.subscriptions: list[OnLine] = []
        self.deliver: Callable[[Message], list[Message]] = lambda message: [message]
        self.failure: Exception | None = None

    def is_possible(self) -> bool:
        return True

    def subscribe(self) -> "OnLine":
        if self.failure is not None:
            raise self.failure
        self.subscriptions.append(OnLine(self))
        return self.subscriptions[-1]


class OnLine:
    def __init__(self, line: Line) -> None:
        self.line = line
        self.incoming: Queue[Message | Exception] = Queue()
        self.closed = threading.Event()

    def ping(self, message: Message) -> None:
        for each in self.line.deliver(message):
            self.incoming.put(each)

    def receive(self, seconds: float) -> list[Message]:
        try:
            received = self.incoming.get(timeout=max(seconds, 0.001))
        except Empty:
            return []
        if isinstance(received, Exception):
            raise received
        return [received]

    def close(self) -> None:
        self.closed.set()


class Heard:
    def __init__(self) -> None:
        self.heard: list[object] = []

    def invalidate(self, ids: Iterable[RenderingId]) -> None:
        self.heard.append(set(ids))

    def invalidate_all(self) -> None:
        self.heard.append("*")


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Line:
    monkeypatch.setattr(listener, "RETRY_SECONDS", 0.05)
    monkeypatch.setattr(listener, "RETRY_DEAF_SECONDS", 0.05)
    monkeypatch.setattr(listener, "PING_SECONDS", 0.02)
    monkeypatch.setattr(listener, "MAX_SILENCE_SECONDS", 0.2)
    return Line()


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def started(line: Line, heard: Heard) -> Iterator[Listener]:
    made = Listener(line, heard)
    assert listener.state() is None
    made.start()
    yield made
    made.close()
    assert listener.state() is None


def test_one_that_is_stopped_late_leaves_the_next_one_alone(line: Line, heard: Heard) -> None:
    earlier, later = Listener(line, heard), Listener(line, heard)
    try:
        earlier.start()
        later.start()
        earlier.close()
        assert listener.state() is later.state
    finally:
        later.close()


def test_a_listener_is_one_once_it_has_heard_itself(
    line: Line, heard: Heard, started: Listener, caplog: pytest.LogCaptureFixture
) -> None:
    until(lambda: started.is_hearing, "its own ping")
    state = listener.state()
    assert state is not None
    assert (state.source, state.error) == ("line", None)
    assert heard.heard == ["*"], "before it, anything may have been missed"
    assert count("live_hints_heard", source="line") == 1
    until(lambda: count("live_hint_round_trip_seconds_count") > 0, "how long that took")
    assert caplog.text == ""


def test_hints_of_others_are_heard_and_neither_its_own_nor_pings(line: Line, heard: Heard, started: Listener) -> None:
    until(lambda: started.is_hearing, "its own ping")
    before = count("live_hints_total", fate="received")
    for message in (
        Message("another", frozenset({A})),
        Message(listener.process_name(), None),
        Message("another", frozenset(), pinged_at=1.0),
        Message("another", None),
    ):
        line.subscriptions[0].incoming.put(message)
    until(lambda: heard.heard[1:] == [{A}, "*"], lambda: f"both hints: {heard.heard}")
    assert count("live_hints_total", fate="received") == before + 2


@pytest.mark.parametrize("how", ["fails", "falls silent", "loses a ping"])
def test_a_subscription_that_is_no_more_is_made_again_and_everything_rendered(
    line: Line, heard: Heard, started: Listener, caplog: pytest.LogCaptureFixture, how: str
) -> None:
    until(lambda: started.is_hearing, "its own ping")
    before = count("live_hint_interruptions_total", source="line")
    if how == "fails":
        line.subscriptions[0].incoming.put(ConnectionError("cut"))
    elif how == "falls silent":
        line.deliver = lambda message: []
        until(lambda: not started.is_hearing, "silence that is noticed")
        line.deliver = lambda message: [message]
    else:
        lost: list[Message] = []

        def lose_one(message: Message) -> list[Message]:
            if lost:
                return [message]
            lost.append(message)
            return []

        line.deliver = lose_one
    until(lambda: heard.heard == ["*", "*"], lambda: f"everything is rendered again: {heard.heard}")
    assert line.subscriptions[0].closed.is_set()
    assert started.is_hearing
    assert started.state.error
    assert count("live_hint_interruptions_total", source="line") == before + 1
    assert caplog.text.count("other processes are not heard over the line") == 1
    until(lambda: "other processes are heard again over the line" in caplog.text, "words")


def test_an_outage_is_logged_once_with_its_reason(
    line: Line, started: Listener, caplog: pytest.LogCaptureFixture
) -> None:
    until(lambda: started.is_hearing, "its own ping")
    line.failure = ConnectionError("refused")
    before = count("live_failures_total", where="listen")
    line.subscriptions[0].incoming.put(ConnectionError("cut"))
    until(lambda: count("live_failures_total", where="listen") >= before + 4, "several attempts")
    assert not started.is_hearing
    assert started.state.error == "refused"
    assert caplog.text.count("other processes are not heard over the line (cut)") == 1
    assert caplog.text.count("Traceback") == 1


def test_who_never_hears_itself_says_what_that_means(
    line: Line, heard: Heard, caplog: pytest.LogCaptureFixture
) -> None:
    line.deliver = lambda message: []
    deaf = Listener(line, heard)
    deaf.start()
    until(lambda: len(line.subscriptions) > 2, "several attempts")
    deaf.close()
    assert heard.heard == []
    assert caplog.text.count("what is sent does not come back") == 1
    assert all(subscription.closed.is_set() for subscription in line.subscriptions)
