"""How many requests are handled at the same time, and what the others are answered."""

import asyncio
import json
from typing import Any

import pytest

from live.api import Refused
from live.socket import request_queue
from live.socket.request_queue import RequestQueue
from tests.unit.live.screens import count
from tests.waiting import until_async


class Application:
    """Handles a request until ``go`` is set; a response with ``streams`` goes on after its first bytes."""

    def __init__(self, *, streams: bool = False) -> None:
        self.go, self.end, self.streams = asyncio.Event(), asyncio.Event(), streams
        self.inside = self.ended = self.most = self.parts = 0

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        self.inside += 1
        self.most = max(self.most, self.inside)
        try:
            while (await receive()).get("more_body", False):
                self.parts += 1
            await self.go.wait()
            if scope["path"] == "/broken":
                raise ValueError
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"", "more_body": self.streams})
            if self.streams:
                await self.end.wait()
        finally:
            self.inside -= 1
            self.ended += 1


async def no_body() -> dict[str, Any]:
    return {"type": "http.request", "body": b""}


class Client:
    """One request, and what it is answered."""

    def __init__(
        self, queue: Any, method: str = "GET", path: str = "/", accept: bytes = b"*/*", receive: Any = None
    ) -> None:
        self.messages: list[dict[str, Any]] = []
        headers = [(b"accept", accept), *([(b"transfer-encoding", b"chunked")] if receive else [])]
        scope = {"type": "http", "method": method, "path": path, "headers": headers}
        self.task = asyncio.ensure_future(queue(scope, receive or no_body, self.send))

    async def send(self, message: dict[str, Any]) -> None:
        self.messages.append(message)

    @property
    def status(self) -> int | None:
        return self.messages[0]["status"] if self.messages else None


async def test_so_many_are_handled_at_once_and_the_others_in_their_turn() -> None:
    application = Application()
    queue = RequestQueue(application, 6)
    clients = [Client(queue) for _ in range(20)]
    await until_async(lambda: application.inside == 3, "three inside")
    application.go.set()
    await asyncio.gather(*(client.task for client in clients))
    assert application.most == 3
    assert {client.status for client in clients} == {200}


async def test_who_waits_to_write_keeps_nobody_from_reading() -> None:
    application = Application()
    queue = RequestQueue(application, 4)
    writers = [Client(queue, method) for method in ("POST", "PUT", "PATCH", "DELETE", "ANY")]
    await until_async(lambda: application.inside == 2, "two writers inside")
    readers = [Client(queue), Client(queue, "POST", "/board/live/page")]
    await until_async(lambda: application.inside == 4, "a reader and a page that polls beside them")
    application.go.set()
    await asyncio.gather(*(client.task for client in (*readers, *writers)))


async def test_what_asks_whether_the_process_lives_does_not_wait() -> None:
    application = Application()
    queue = RequestQueue(application, 2)
    stuck = [Client(queue), Client(queue, "POST")]
    await until_async(lambda: application.inside == 2, "one of each inside")
    probes = [Client(queue, path=path) for path in ("/healthz", "/readyz")]
    await until_async(lambda: application.inside == 4, "the probes beside them")
    application.go.set()
    await asyncio.gather(*(client.task for client in (*stuck, *probes)))


async def test_who_has_waited_too_long_is_to_come_back(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(request_queue, "MAX_WAIT_SECONDS", 0.05)
    request_queue.limited_log._lines.clear()
    before = count("live_limits_total", limit="requests")
    application = Application()
    queue = RequestQueue(application, 2)
    first = Client(queue)
    program, browser = Client(queue), Client(queue, accept=b"text/html,application/xhtml+xml")
    await asyncio.gather(program.task, browser.task)
    for client in (program, browser):
        assert client.status == 503
        assert (b"retry-after", b"5") in client.messages[0]["headers"]
    assert json.loads(program.messages[1]["body"])["error"]["code"] == "unavailable"
    assert b'<meta http-equiv="refresh" content="5">' in browser.messages[1]["body"]
    assert count("live_limits_total", limit="requests") == before + 2
    assert caplog.text.count("refused with 503") == 1
    application.go.set()
    await first.task
    again = Client(queue)
    await again.task
    assert again.status == 200


async def test_a_stream_that_has_begun_takes_nobodys_place() -> None:
    application = Application(streams=True)
    application.go.set()
    queue = RequestQueue(application, 2)
    streams = [Client(queue) for _ in range(5)]
    await until_async(lambda: application.inside == 5, "five streams at once")
    application.end.set()
    await asyncio.gather(*(client.task for client in streams))
    assert queue._reading._value == 1


async def test_a_request_that_fails_or_is_cancelled_leaves_its_place() -> None:
    application = Application()
    queue = RequestQueue(application, 2)
    broken, waiting = Client(queue, path="/broken"), Client(queue)
    await until_async(lambda: application.inside == 1, "the first one inside")
    waiting.task.cancel()
    application.go.set()
    outcomes = await asyncio.gather(broken.task, waiting.task, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [ValueError, asyncio.CancelledError]
    assert queue._reading._value == 1


async def test_what_is_no_request_does_not_wait() -> None:
    seen: list[str] = []

    async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
        seen.append(scope["type"])

    await RequestQueue(application, 2)({"type": "websocket"}, None, None)  # type: ignore[arg-type]
    assert seen == ["websocket"]


def body(*, is_complete: bool = False) -> "asyncio.Queue[dict[str, Any]]":
    """Of a request that has begun to come, or of one that is there."""
    messages: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    messages.put_nowait({"type": "http.request", "body": b"a", "more_body": True})
    if is_complete:
        messages.put_nowait({"type": "http.request", "body": b"b"})
    return messages


async def test_who_sends_slowly_takes_nobodys_place() -> None:
    application = Application()
    queue = RequestQueue(application, 4)
    slow = [body() for _ in range(9)]
    clients = [Client(queue, "POST", receive=messages.get) for messages in slow]
    await until_async(lambda: application.parts == 9, "the beginnings of nine bodies")
    assert queue._writing._value == 2
    quick = [Client(queue, "POST", receive=body(is_complete=True).get) for _ in range(2)]
    await until_async(lambda: queue._writing._value == 0, "two with all of it")
    application.go.set()
    await asyncio.gather(*(client.task for client in quick))
    slow.pop().put_nowait({"type": "http.disconnect"})
    for messages in slow:
        messages.put_nowait({"type": "http.request", "body": b"b"})
    await asyncio.gather(*(client.task for client in clients))
    assert queue._writing._value == 2


async def test_what_has_answered_does_not_wait_for_the_rest() -> None:
    queue = RequestQueue(None, 2)
    await queue._writing.acquire()

    async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 401, "headers": []})
        await send({"type": "http.response.body", "body": b""})
        assert await receive() and await receive()

    queue._application = application
    client = Client(queue, "POST", receive=body(is_complete=True).get)
    await client.task
    assert client.status == 401 and queue._writing.locked()


async def test_one_with_error_bodies_of_its_own_says_itself_that_there_is_no_place(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(request_queue, "MAX_WAIT_SECONDS", 0.05)

    async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
        try:
            await receive(), await receive()
        except Refused as refused:
            await send({"type": "http.response.start", "status": refused.status + 50, "headers": []})

    queue = RequestQueue(application, 2)
    await queue._writing.acquire()
    client = Client(queue, "POST", receive=body(is_complete=True).get)
    await client.task
    assert client.status == 553
    queue._application = Application()
    client = Client(queue, "POST", receive=body(is_complete=True).get)
    await client.task
    assert client.status == 503 and queue._writing.locked()
