"""How many connections there are, when the application begins, and what becomes of a request that is refused. With
real clients: tests/socket."""

import asyncio
from typing import Any

import pytest

import live.socket.http_protocol as http_protocol  # before anything else of Twisted: this installs the reactor
from live.socket.capacity import Capacity
from live.socket.http_protocol import HEADERS_SECONDS, KEEP_ALIVE_SECONDS, LINGER_SECONDS, LiveChannel, LiveHTTPFactory
from live.socket.server import LiveServer
from tests.unit.live.screens import count
from tests.waiting import until_async

from twisted.internet.task import Clock  # isort: skip
from twisted.internet.testing import StringTransport  # isort: skip

GET = b"GET /live HTTP/1.1\r\nHost: testserver\r\nAccept: application/json\r\n\r\n"
POST = b"POST /live HTTP/1.1\r\nHost: testserver\r\nContent-Length: 10\r\n"
CHUNKED = b"POST /live HTTP/1.1\r\nHost: testserver\r\nTransfer-Encoding: chunked\r\n\r\n"
EXPECT = b"Expect: 100-continue\r\n\r\n"
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class Transport(StringTransport):  # type: ignore[misc]
    """A client that takes everything."""

    is_half_closed = is_aborted = False

    def loseWriteConnection(self) -> None:
        self.is_half_closed = True

    def abortConnection(self) -> None:
        self.is_aborted = True


class Application:
    """Answers when all of a body is there, or at once; the messages that it got."""

    def __init__(self, *, at_once: bool = False, streams: bool = False) -> None:
        self.at_once, self.streams = at_once, streams
        self.messages: list[dict[str, Any]] = []
        self.go = asyncio.Event()
        self.go.set()
        self.ended = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            await self.go.wait()
            if self.at_once:
                await self.answer(send)
            while True:
                message = await receive()
                self.messages.append(message)
                if message["type"] == "http.disconnect":
                    return
                if not message["more_body"]:
                    await self.answer(send)
        finally:
            await self.answer(send)  # nobody is there any more, or has not asked
            self.ended += 1

    async def answer(self, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"Content-Length", b"5")]})
        await send({"type": "http.response.body", "body": b"Hello", "more_body": self.streams})

    @property
    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.messages)


class Door:
    """A server with room for so many connections, of which nobody has opened any."""

    def __init__(self, room: int = 2, application: Any = None) -> None:
        self.server = LiveServer(application, ["tcp:0"])
        self.server.capacity = Capacity(requests=2, http_connections=room, sockets=0)
        # Daphne's, once it runs.
        self.server.connections = {}
        self.factory, self.clock = LiveHTTPFactory(self.server), Clock()

    def connect(self) -> LiveChannel | None:
        channel: Any = self.factory.buildProtocol(None)
        if channel is not None:
            channel.callLater = self.clock.callLater
            channel.makeConnection(Transport())
        return channel  # type: ignore[no-any-return]

    def answering(self) -> Any:
        """A connection whose request is being answered."""
        channel: Any = self.connect()
        channel._handlingRequest = True
        return channel


def test_the_oldest_connection_without_a_request_makes_room() -> None:
    door = Door(2)
    door.answering()
    idle: Any = door.connect()
    new: Any = door.connect()
    assert idle.transport.is_aborted and not new.is_excess
    assert len(door.server.channels) == 2


def test_nothing_is_written_of_requests_and_no_clock_runs_for_it() -> None:
    factory = Door(1).factory
    factory.startFactory()
    assert factory._logFile is None and factory._logDateTimeCall is None
    factory.stopFactory()


def test_where_all_are_being_answered_the_next_is_told_to_come_back_and_the_one_after_that_closed() -> None:
    door = Door(2)
    door.answering(), door.answering()
    before = count("live_limits_total", limit="connections")
    for _ in range(2):
        excess: Any = door.connect()
        excess.dataReceived(GET)
        assert excess.transport.value().startswith(b"HTTP/1.1 503 Service Unavailable\r\n")
        assert b"come back in a moment" in excess.transport.value()
    assert count("live_limits_total", limit="connections") == before + 2
    assert door.connect() is None
    assert count("live_limits_total", limit="connections") == before + 3


@pytest.mark.parametrize("is_whole", [True, False])
def test_who_has_sent_all_and_is_refused_is_not_waited_for(is_whole: bool) -> None:
    """Others would find no room for as long as such a client keeps its connection open."""
    door = Door(1)
    door.answering()
    excess: Any = door.connect()
    excess.dataReceived(GET if is_whole else POST + b"\r\n12345")
    assert excess.transport.value().startswith(b"HTTP/1.1 503 ")
    assert (excess.transport.disconnecting, excess.transport.is_half_closed) == (is_whole, not is_whole)


def sending(application: Application, *parts: bytes) -> Any:
    """A connection on which this has come."""
    door = Door(application=application)
    channel: Any = door.connect()
    channel.door = door
    for part in parts:
        channel.dataReceived(part)
    return channel


async def test_the_application_begins_at_the_headers_and_gets_the_body_as_it_comes() -> None:
    application = Application()
    channel = sending(application, POST + b"\r\n12345")
    await until_async(lambda: application.body == b"12345", "the first half of the body")
    assert not channel.door.server._requests()
    channel.dataReceived(b"67890")
    assert channel.door.server._requests()
    await until_async(lambda: b"Hello" in channel.transport.value(), "a response")
    assert application.body == b"1234567890"
    assert b"onnection: close" not in channel.transport.value()
    await until_async(lambda: application.ended == 1, "the end of it")
    channel.dataReceived(POST + b"\r\n1234567890" + GET)
    await until_async(lambda: application.ended == 3, "two more on the same connection")
    assert channel.transport.value().count(b"Hello") == 3
    assert application.messages[-4] == {"type": "http.request", "body": b"1234567890", "more_body": False}
    assert channel.door.server.bodies_bytes == 0


async def test_a_client_is_held_back_until_the_application_takes_what_has_come() -> None:
    application = Application()
    application.go.clear()
    channel = sending(application, CHUNKED)
    for _ in range(3):
        channel.dataReceived(b"C000\r\n" + bytes(0xC000) + b"\r\n")
    assert channel.transport.producerState == "paused"
    application.go.set()
    await until_async(lambda: len(application.body) == 3 * 0xC000, "the body so far")
    assert channel.transport.producerState == "producing"


async def test_who_has_sent_all_is_held_back_no_longer() -> None:
    application = Application()
    application.go.clear()
    channel = sending(application, CHUNKED, b"20000\r\n" + bytes(0x20000))
    assert channel.transport.producerState == "paused"
    channel.dataReceived(b"\r\n0\r\n\r\n")
    assert channel.transport.producerState == "producing"
    # A client that goes now has sent its request.
    channel.connectionLost(None)
    application.go.set()
    await until_async(lambda: application.ended == 1, "the end of it")
    assert [message["type"] for message in application.messages] == ["http.request", "http.disconnect"]


async def test_the_next_request_is_not_begun_before_the_response_is_taken() -> None:
    """Responses that nobody takes would be as many as a client asks for."""
    application = Application()
    application.go.clear()
    channel = sending(application, GET)
    channel.pauseProducing()  # as the transport does whose buffer is full
    application.go.set()
    await until_async(lambda: b"Hello" in channel.transport.value(), "a response")
    channel.dataReceived(GET)
    assert channel.transport.producerState == "paused" and not channel.requests
    channel.door.clock.advance(HEADERS_SECONDS)
    assert not channel.transport.disconnecting
    channel.resumeProducing()
    assert channel.transport.producerState == "producing"
    await until_async(lambda: channel.transport.value().count(b"Hello") == 2, "the next response")
    channel.pauseProducing()
    channel.door.clock.advance(KEEP_ALIVE_SECONDS)
    assert channel.transport.disconnecting


async def test_what_comes_while_a_response_is_not_taken_waits() -> None:
    application = Application(streams=True)
    channel = sending(application, GET)
    await until_async(lambda: b"Hello" in channel.transport.value(), "the beginning of a response")
    channel.pauseProducing()
    channel.transport.resumeProducing()  # as for a body
    channel.dataReceived(GET * 300)
    assert channel.transport.producerState == "paused"
    for _ in range(2):
        channel.resumeProducing()
        # Of the next requests enough has come.
        assert channel.transport.producerState == "paused"
    [request] = channel.requests
    application.streams = False
    request.handle_reply({"type": "http.response.body", "body": b""})
    await until_async(lambda: channel.transport.value().count(b"Hello") == 301, "the next responses")
    assert channel.transport.producerState == "producing"


async def test_one_that_goes_before_has_not() -> None:
    application = Application()
    application.go.clear()
    sending(application, POST + b"\r\n12345").connectionLost(None)
    application.go.set()
    await until_async(lambda: application.ended == 1, "the end of it")
    assert application.messages == [{"type": "http.disconnect"}]


async def test_who_asks_first_is_told_to_send_when_the_application_asks() -> None:
    application = Application()
    application.go.clear()
    channel = sending(application, POST + EXPECT)
    await asyncio.sleep(0)
    assert channel.transport.value() == b""
    application.go.set()
    await until_async(lambda: channel.transport.value() == CONTINUE, "the word to go on")
    channel.dataReceived(b"12345")
    await until_async(lambda: application.body == b"12345", "the first half of the body")
    channel.dataReceived(b"67890")
    await until_async(lambda: b"Hello" in channel.transport.value(), "a response")
    assert channel.transport.value().count(CONTINUE) == 1


async def test_who_is_being_answered_is_not_told_to_send() -> None:
    """It would be in the middle of the response."""
    application = Application(at_once=True, streams=True)
    channel = sending(application, POST + EXPECT)
    await until_async(lambda: b"Hello" in channel.transport.value(), "the beginning of a response")
    channel.dataReceived(b"12345")
    await until_async(lambda: application.messages, "the application asks for the body")
    assert CONTINUE not in channel.transport.value()


@pytest.mark.parametrize("sent", [POST + EXPECT + b"12345", GET[:-2] + EXPECT])
async def test_who_does_not_wait_for_it_is_not_told(sent: bytes) -> None:
    application = Application()
    channel = sending(application, sent)
    await until_async(lambda: application.messages, "what has come")
    assert CONTINUE not in channel.transport.value()


async def test_an_answer_before_the_end_of_a_body_ends_the_connection() -> None:
    application = Application(at_once=True)
    channel = sending(application, POST + b"\r\n12345")
    await until_async(lambda: application.ended == 1, "the end of it")
    response = channel.transport.value()
    assert response.startswith(b"HTTP/1.1 200 OK\r\n") and response.endswith(b"Hello")
    assert b"Connection: close\r\n" in response
    assert channel.transport.is_half_closed and not channel.transport.is_aborted
    channel.dataReceived(b"67890" + GET)
    assert channel.transport.value() == response
    assert channel.door.server.bodies_bytes == 0
    channel.door.clock.advance(LINGER_SECONDS)
    assert channel.transport.is_aborted


async def test_one_that_goes_on_until_the_body_is_there_closes_it_too() -> None:
    application = Application(at_once=True, streams=True)
    channel = sending(application, POST + b"\r\n12345")
    await until_async(lambda: b"Hello" in channel.transport.value(), "the beginning of a response")
    application.streams = False
    channel.dataReceived(b"67890")
    [request] = channel.requests
    request.handle_reply({"type": "http.response.body", "body": b""})
    assert channel.transport.disconnecting


async def test_one_that_has_begun_when_the_body_is_refused_is_cut() -> None:
    application = Application(at_once=True, streams=True)
    channel = sending(application, POST + b"\r\n12345")
    await until_async(lambda: b"Hello" in channel.transport.value(), "the beginning of a response")
    response = channel.transport.value()
    channel.refuse_body()
    assert channel.transport.value() == response
    assert channel.transport.is_half_closed


async def test_a_handshake_has_no_body() -> None:
    channel = sending(Application(), POST + b"Upgrade: WebSocket\r\n\r\n12345")
    assert channel.transport.value().startswith(b"HTTP/1.1 400 ")


async def test_a_header_that_is_none_is_answered_without_the_application() -> None:
    application = Application()
    channel = sending(application, POST + b"A: b\x1cc\r\n" + EXPECT + b"12345")
    assert channel.transport.value().startswith(b"HTTP/1.1 400 ")
    assert b"100 Continue" not in channel.transport.value()
    assert channel.transport.is_half_closed and not channel.requests
    assert not channel.door.server._requests()


async def test_what_is_refused_is_answered_once_and_the_rest_of_it_thrown_away() -> None:
    application = Application()
    refused = sending(application, POST + b"\r\n12345")
    await until_async(lambda: application.messages, "the first half of the body")
    assert refused.door.server.bodies_bytes == 5
    refused.refuse_body()
    assert refused.door.server.bodies_bytes == 0
    response = refused.transport.value()
    assert response.startswith(b"HTTP/1.1 413 ")
    await until_async(lambda: application.ended == 1, "the application is told")
    refused.refuse_body()
    refused.dataReceived(b"67890" + GET)
    refused.rawDataReceived(b"67890")
    refused.lineReceived(b"GET / HTTP/1.1")
    refused.allContentReceived()
    refused.requests[0].handleContentChunk(b"67890")
    assert refused.transport.value() == response
    assert refused.door.server.bodies_bytes == 0
    assert refused.transport.is_half_closed and not refused.transport.is_aborted
    refused.door.clock.advance(LINGER_SECONDS)
    assert refused.transport.is_aborted


def test_a_project_may_take_larger_bodies(settings: Any) -> None:
    assert http_protocol.max_body_bytes() == http_protocol.MAX_BODY_BYTES
    settings.LIVE_MAX_BODY_BYTES = 5
    assert http_protocol.max_body_bytes() == 5
