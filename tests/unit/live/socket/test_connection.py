"""How a frame reaches one socket."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from live.hub.viewer import Frame
from live.keys import ElementId
from live.page.page import Reason
from live.socket import close_codes
from live.socket.connection import Connection, limited_log
from tests.unit.live.screens import Screen, count
from tests.waiting import until_async


@pytest.fixture(autouse=True)
def nothing_said() -> None:
    limited_log._lines.clear()


def frame() -> Frame:
    return Frame("<p>a</p>", {ElementId("a"): "1"})


class Writer:
    """A server's shortcut for ready-made frames."""

    def __init__(self, *, full: bool = False) -> None:
        self.frames: list[Frame] = []
        self.full = full
        self.act: Callable[[], None] | None = None

    def write(self, frame: Frame) -> bool:
        self.frames.append(frame)
        return not self.full

    def when_writable(self, act: Callable[[], None]) -> None:
        self.act = act


class Acts(list[str]):
    """Notes when the connection takes frames again."""

    def __call__(self) -> None:
        self.append("writable")


async def test_send_hands_a_frame_over_at_once_without_a_task() -> None:
    screen, sent = Screen(), frame()
    tasks = asyncio.all_tasks()
    assert Connection(screen.send).send(sent)
    assert screen.messages == [{"type": "websocket.send", "text": "<p>a</p>"}]
    assert screen.messages[0] is sent.message
    assert asyncio.all_tasks() == tasks


async def test_send_that_suspends_says_so_and_when_it_has_ended() -> None:
    screen, acts = Screen(), Acts()
    screen.hold()
    connection = Connection(screen.send)
    assert not connection.send(frame())
    connection.when_writable(acts)
    assert acts == []
    screen.release()
    await until_async(lambda: acts, "the connection takes again")
    assert acts == ["writable"]


async def test_send_that_suspends_ends_though_nobody_waits_for_it() -> None:
    screen = Screen()
    screen.hold()
    assert not Connection(screen.send).send(frame())
    screen.release()
    await until_async(lambda: len(asyncio.all_tasks()) == 1, "the end of the send")


async def test_send_may_suspend_many_times() -> None:
    steps: list[int] = []
    acts = Acts()

    async def send(message: dict[str, Any]) -> None:
        for step in range(3):
            steps.append(step)
            await asyncio.sleep(0)
        result = await asyncio.get_running_loop().run_in_executor(None, lambda: "from a thread")
        steps.append(len(result))

    connection = Connection(send)
    assert not connection.send(frame())
    connection.when_writable(acts)
    assert steps == [0]
    await until_async(lambda: acts, "the end of the send")
    assert steps == [0, 1, 2, 13]


async def test_exception_inside_a_suspended_send_reaches_the_send() -> None:
    caught: list[Exception] = []
    acts = Acts()

    async def send(message: dict[str, Any]) -> None:
        try:
            await asyncio.get_running_loop().run_in_executor(None, int, "no number")
        except ValueError as error:
            caught.append(error)

    before = count("live_send_failures_total")
    connection = Connection(send)
    assert not connection.send(frame())
    connection.when_writable(acts)
    await until_async(lambda: acts, "the end of the send")
    assert len(caught) == 1
    assert count("live_send_failures_total") == before


async def test_send_that_raises_is_logged_and_counted_and_holds_nothing_back(caplog: pytest.LogCaptureFixture) -> None:
    screen = Screen()
    screen.failure = ConnectionError("it is gone")
    before = count("live_send_failures_total")
    assert Connection(screen.send).send(frame())
    assert count("live_send_failures_total") == before + 1
    assert "ConnectionError('it is gone')" in caplog.text
    assert Connection(screen.send).send(frame())
    assert caplog.text.count("did not take a frame") == 1, "strangers come and go as often as they like"


async def test_send_that_suspends_and_then_raises_too(caplog: pytest.LogCaptureFixture) -> None:
    screen, acts = Screen(), Acts()
    screen.hold()
    screen.failure = ConnectionError("it is gone")
    before = count("live_send_failures_total")
    connection = Connection(screen.send)
    assert not connection.send(frame())
    connection.when_writable(acts)
    assert count("live_send_failures_total") == before
    screen.release()
    await until_async(lambda: acts, "the connection takes again")
    assert count("live_send_failures_total") == before + 1
    assert "failed while sending: ConnectionError('it is gone')" in caplog.text


@pytest.mark.parametrize("full", [False, True])
async def test_writer_gets_the_frame_itself_and_says_whether_it_is_full(full: bool) -> None:
    screen, writer, sent = Screen(), Writer(full=full), frame()
    connection = Connection(screen.send, writer)
    assert connection.send(sent) is not full
    assert writer.frames == [sent]
    assert screen.messages == []
    acts = Acts()
    connection.when_writable(acts)
    assert writer.act is acts


async def test_close_is_a_task_that_nobody_waits_for() -> None:
    screen = Screen()
    Connection(screen.send).close(Reason.ASK_AGAIN)
    assert screen.codes == []
    await until_async(lambda: screen.codes == [4000], "a close")


async def test_one_that_takes_no_close_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(close_codes, "CLOSE_SECONDS", 0.0)
    taken, stuck, ends, acts = Screen(), Screen(), Acts(), Acts()
    stuck.hold()
    Connection(taken.send, give_up=ends).close(Reason.ASK_AGAIN)
    Connection(stuck.send, give_up=acts).close(Reason.ASK_AGAIN)
    await until_async(lambda: acts and taken.codes, "one is closed, and one given up")
    assert not ends


class Started:
    """What ``send`` of granian gives: it has begun, and is no coroutine."""

    def __init__(self, ends: "asyncio.Future[None]") -> None:
        self.ends = ends

    def __await__(self) -> Any:
        return self

    def __next__(self) -> Any:
        if self.ends.done():
            self.ends.result()
            raise StopIteration
        self.ends._asyncio_future_blocking = True
        return self.ends


async def test_send_that_is_no_coroutine(caplog: pytest.LogCaptureFixture) -> None:
    ends, acts = asyncio.get_running_loop().create_future(), Acts()
    connection = Connection(lambda message: Started(ends))  # type: ignore[arg-type, return-value]
    assert not connection.send(frame())
    connection.when_writable(acts)
    await asyncio.sleep(0)
    assert not acts
    ends.set_result(None)
    await until_async(lambda: acts, "the connection takes again")
    assert connection.send(frame())
    assert caplog.text == ""


async def test_send_that_is_no_coroutine_and_fails(caplog: pytest.LogCaptureFixture) -> None:
    ends, acts = asyncio.get_running_loop().create_future(), Acts()
    connection = Connection(lambda message: Started(ends))  # type: ignore[arg-type, return-value]
    assert not connection.send(frame())
    connection.when_writable(acts)
    ends.set_exception(ConnectionError("it is gone"))
    await until_async(lambda: acts, "the connection takes again")
    assert "failed while sending: ConnectionError('it is gone')" in caplog.text
