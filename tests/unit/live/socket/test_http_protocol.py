"""How many connections there are, and what becomes of one that is refused. With real clients: tests/socket."""

from types import SimpleNamespace
from typing import Any

import pytest

import live.socket.http_protocol as http_protocol  # before anything else of Twisted: this installs the reactor
from live.socket.http_protocol import LINGER_SECONDS, LiveChannel, LiveHTTPFactory
from tests.unit.live.screens import count

from twisted.internet.task import Clock  # isort: skip
from twisted.internet.testing import StringTransport  # isort: skip

GET = b"GET /live HTTP/1.1\r\nHost: testserver\r\nAccept: application/json\r\n\r\n"


class Transport(StringTransport):  # type: ignore[misc]
    """A client that takes everything."""

    is_half_closed = is_aborted = False

    def loseWriteConnection(self) -> None:
        self.is_half_closed = True

    def abortConnection(self) -> None:
        self.is_aborted = True


def _ignore(protocol: Any) -> None:
    """Daphne keeps records of its protocols; nobody reads them here."""


class Door:
    """A server with room for so many connections, of which nobody has opened any."""

    def __init__(self, room: int) -> None:
        capacity = SimpleNamespace(http_connections=room)
        self.server = SimpleNamespace(
            channels={}, capacity=capacity, bodies_bytes=0, protocol_connected=_ignore, protocol_disconnected=_ignore
        )
        self.factory, self.clock = LiveHTTPFactory(self.server), Clock()  # type: ignore[arg-type]

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


@pytest.fixture
def refused() -> Any:
    """A connection with a request that was refused, in the middle of its body."""
    door = Door(2)
    channel: Any = door.connect()
    channel.dataReceived(b"POST /live HTTP/1.1\r\nHost: testserver\r\nContent-Length: 10\r\n\r\n12345")
    assert door.server.bodies_bytes == 5
    channel.refuse_body()
    assert door.server.bodies_bytes == 0
    assert channel.transport.value().startswith(b"HTTP/1.1 413 ")
    channel.door = door
    return channel


def test_what_is_refused_is_answered_once_and_the_rest_of_it_thrown_away(refused: Any) -> None:
    response = refused.transport.value()
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


def test_forms_are_left_to_django() -> None:
    channel: Any = Door(2).connect()
    form = b"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 7\r\n\r\nno form"
    channel.dataReceived(b"POST /live HTTP/1.1\r\nHost: testserver\r\n" + form)
    assert channel.transport.value() == b""
    assert not channel.is_refused


def test_a_project_may_take_larger_bodies(settings: Any) -> None:
    assert http_protocol.max_body_bytes() == http_protocol.MAX_BODY_BYTES
    settings.LIVE_MAX_BODY_BYTES = 5
    assert http_protocol.max_body_bytes() == 5
