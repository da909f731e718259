"""How a frame reaches one socket."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from live.hub.viewer import Frame, Viewer
from tests.unit.live.screens import Screen, count
from tests.waiting import until_async


@pytest.fixture
def taken() -> list[Viewer]:
    return []


def frame(name: str = "a") -> Frame:
    return Frame(f"<p>{name}</p>", {name: "1"})


class Writer:
    """A server's shortcut for ready-made frames."""

    def __init__(self) -> None:
        self.frames: list[Frame] = []
        self.full = False
        self.act: Callable[[], None] | None = None

    def write(self, frame: Frame) -> bool:
        self.frames.append(frame)
        return not self.full

    def when_writable(self, act: Callable[[], None]) -> None:
        self.act = act


async def test_a_frame_is_sent_at_once_without_a_task(taken: list[Viewer]) -> None:
    screen, sent = Screen(), frame()
    before, tasks = count("live_deliveries_total"), asyncio.all_tasks()
    screen.viewer.deliver(sent, taken.append)
    assert screen.messages == [{"type": "websocket.send", "text": "<p>a</p>"}]
    assert screen.messages[0] is sent.message
    assert asyncio.all_tasks() == tasks
    assert screen.viewer.shown == {"a": "1"}
    assert taken == []
    assert count("live_deliveries_total") == before + 1


async def test_a_send_that_suspends_holds_its_viewer_back_until_it_ends(taken: list[Viewer]) -> None:
    screen = Screen()
    screen.hold()
    screen.viewer.mailbox.put("next")
    screen.viewer.deliver(frame(), taken.append)
    assert screen.viewer.mailbox.take() == ()
    assert taken == []
    screen.release()
    await until_async(lambda: taken, "the viewer takes again")
    assert taken == [screen.viewer]
    assert screen.viewer.mailbox.take() == ("next",)


async def test_a_send_may_suspend_many_times(taken: list[Viewer]) -> None:
    steps: list[int] = []

    async def send(message: dict[str, Any]) -> None:
        for step in range(3):
            steps.append(step)
            await asyncio.sleep(0)
        result = await asyncio.get_running_loop().run_in_executor(None, lambda: "from a thread")
        steps.append(len(result))

    viewer = Viewer(send, None, Screen().page)
    viewer.deliver(frame(), taken.append)
    assert steps == [0]
    await until_async(lambda: taken, "the end of the send")
    assert steps == [0, 1, 2, 13]


async def test_an_exception_inside_a_suspended_send_reaches_the_send(taken: list[Viewer]) -> None:
    caught: list[Exception] = []

    async def send(message: dict[str, Any]) -> None:
        try:
            await asyncio.get_running_loop().run_in_executor(None, int, "no number")
        except ValueError as error:
            caught.append(error)

    before = count("live_send_failures_total")
    Viewer(send, None, Screen().page).deliver(frame(), taken.append)
    await until_async(lambda: taken, "the end of the send")
    assert len(caught) == 1
    assert count("live_send_failures_total") == before


async def test_a_send_that_raises_is_logged_and_counted(taken: list[Viewer], caplog: pytest.LogCaptureFixture) -> None:
    screen = Screen()
    screen.failure = ConnectionError("it is gone")
    before = count("live_send_failures_total")
    screen.viewer.deliver(frame(), taken.append)
    assert count("live_send_failures_total") == before + 1
    assert "ConnectionError('it is gone')" in caplog.text
    assert screen.viewer.mailbox.blocked_for(asyncio.get_running_loop().time()) == 0


async def test_a_send_that_suspends_and_then_raises_too(taken: list[Viewer], caplog: pytest.LogCaptureFixture) -> None:
    screen = Screen()
    screen.hold()
    screen.failure = ConnectionError("it is gone")
    before = count("live_send_failures_total")
    screen.viewer.deliver(frame(), taken.append)
    assert count("live_send_failures_total") == before
    screen.release()
    await until_async(lambda: taken, "the viewer is let go")
    assert count("live_send_failures_total") == before + 1
    assert "failed while sending: ConnectionError('it is gone')" in caplog.text


async def test_a_writer_gets_the_frame_itself(taken: list[Viewer]) -> None:
    screen, writer, sent = Screen(), Writer(), frame()
    screen.viewer.writer = writer
    screen.viewer.deliver(sent, taken.append)
    assert writer.frames == [sent]
    assert screen.messages == []
    assert writer.act is None


async def test_a_full_writer_holds_its_viewer_back_until_it_is_writable(taken: list[Viewer]) -> None:
    screen, writer = Screen(), Writer()
    screen.viewer.writer, writer.full = writer, True
    screen.viewer.deliver(frame(), taken.append)
    screen.viewer.mailbox.put("next")
    assert screen.viewer.mailbox.take() == ()
    assert writer.act is not None
    writer.act()
    assert taken == [screen.viewer]
    assert screen.viewer.mailbox.take() == ("next",)
