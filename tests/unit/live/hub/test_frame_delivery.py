"""What raises for one viewer or one frame is theirs alone."""

from collections.abc import Callable
from typing import Any

import pytest

from live.hub.hub import Hub
from live.hub.mailbox import Delivery, FeedEntry, Heartbeat
from live.hub.viewer import Frame, Viewer
from live.keys import ElementId
from live.page.page import Page, Reason
from tests.unit.live.crew import Crew, pk, rename
from tests.unit.live.screens import HEARTBEAT, Screen, count, in_thread, settled
from tests.waiting import until_async

pytestmark = pytest.mark.database


class Broken:
    """A socket of which one method raises, and which is full."""

    def __init__(self, method: str) -> None:
        self.method = method
        self.closed: list[Reason] = []

    def _do(self, method: str) -> None:
        if method == self.method:
            raise ConnectionError(f"no {method} any more")

    def send(self, frame: Frame) -> bool:
        self._do("send")
        return False

    def when_writable(self, act: Callable[[], None]) -> None:
        self._do("when_writable")

    def close(self, reason: Reason) -> None:
        self.closed.append(reason)
        self._do("close")


@pytest.mark.parametrize("method", ["send", "when_writable"])
async def test_a_socket_that_raises_is_closed_and_the_rest_of_the_batch_goes_out(
    hub: Hub, crew: Crew, method: str, caplog: pytest.LogCaptureFixture
) -> None:
    _, [ann] = await in_thread(lambda: crew.make("crew", "Ann"))
    screens = [await Screen(ann).join(hub) for _ in range(3)]
    before = count("live_send_failures_total")
    broken = Broken(method)
    screens[0].viewer.connection = broken
    await in_thread(lambda: (rename(ann, "Anna"), crew.person.changed(pk=pk(ann))))
    for screen in screens[1:]:
        await screen.gets("Anna")
    await settled(hub)
    assert broken.closed == [Reason.ASK_AGAIN]
    assert count("live_send_failures_total") == before + 1
    assert f"no {method} any more" in caplog.text
    assert hub.core.watches[ann.id].due is not None, "it is swept"


async def test_a_socket_that_cannot_be_closed_keeps_no_other_open(hub: Hub, caplog: pytest.LogCaptureFixture) -> None:
    sockets = [Broken("close"), Broken("send")]
    viewers = [Viewer(socket, None, Page()) for socket in sockets]
    before = count("live_failures_total", where="close")
    hub.close(viewers, Reason.FORBIDDEN)
    assert [socket.closed for socket in sockets] == [[Reason.FORBIDDEN]] * 2
    assert count("live_failures_total", where="close") == before + 1
    assert "a viewer's socket could not be closed" in caplog.text


async def test_one_entry_that_makes_no_frame_keeps_no_other_back(
    hub: Hub, crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, [ann] = await in_thread(lambda: crew.make("crew", "Ann"))
    screen = await Screen(ann).join(hub)
    screen.forget()
    bad = FeedEntry(ElementId("feed"), 5, Delivery.ITEM)

    def html_of(entries: Any) -> str:
        if bad in entries:
            raise ZeroDivisionError("an item of a feed")
        return ""

    monkeypatch.setattr(hub.feeds, "html_of", html_of)
    hub.post([screen.viewer], bad, ann.id, Heartbeat.TRUE)
    await until_async(lambda: len(screen.texts) == 2, "the others")
    assert "Ann" in screen.texts[0] and HEARTBEAT in screen.texts[1]
    assert screen.viewer.mailbox.take() == (bad,)
