"""The frames of our own, as another implementation reads them, and how they leave. With real sockets: tests/socket."""

import asyncio
from collections.abc import Generator
from types import SimpleNamespace
from typing import Any

import pytest
from autobahn.websocket.compress import PerMessageDeflateOffer
from hypothesis import example, given
from hypothesis import strategies as st
from websockets.extensions import Extension
from websockets.extensions.permessage_deflate import PerMessageDeflate
from websockets.frames import Frame, Opcode
from websockets.streams import StreamReader

from live.hub.viewer import Frame as OurFrame
from live.socket.websocket_protocol import LiveProtocol, Messages
from live.socket.wire import to_wire
from tests.unit.live.screens import count


def parse(data: bytes, *extensions: Extension) -> list[Frame]:
    """What another implementation reads: a client, to which frames come unmasked."""
    reader = StreamReader()
    reader.feed_data(data)
    reader.feed_eof()
    frames = []

    def read() -> Generator[None, None, None]:
        while not (yield from reader.at_eof()):
            frames.append((yield from Frame.parse(reader.read_exact, mask=False, max_size=None, extensions=extensions)))

    for _ in read():
        raise AssertionError("the frame is not complete")
    return frames


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65535, 65536, 200_000])
def test_a_frame_of_any_size_is_read_by_another_implementation(size: int) -> None:
    assert parse(to_wire("a" * size)) == [Frame(Opcode.TEXT, b"a" * size, fin=True)]


@given(html=st.text(alphabet=st.characters(exclude_categories=["Cs"])))
@example(html="é" * 63)
@example(html="<p>…</p>")
def test_a_frame_is_utf8(html: str) -> None:
    [frame] = parse(to_wire(html))
    assert bytes(frame.data).decode() == html


def test_messages_are_taken_in_order_also_after_a_wait_was_given_up() -> None:
    async def take() -> list[int]:
        messages = Messages()
        given_up = asyncio.ensure_future(messages.get())
        await asyncio.sleep(0)
        given_up.cancel()
        messages.put_nowait({"number": 1})
        messages.put_nowait({"number": 2})
        taken = [await messages.get(), await messages.get()]
        waits = asyncio.ensure_future(messages.get())
        await asyncio.sleep(0)
        messages.put_nowait({"number": 3})
        messages.put_nowait({"number": 4})
        return [message["number"] for message in (*taken, await waits, await messages.get())]

    assert asyncio.run(take()) == [1, 2, 3, 4]


def test_settings_of_autobahn_are_those_of_the_factory() -> None:
    """Each socket had a copy."""
    protocol = LiveProtocol()
    protocol.factory = SimpleNamespace(maxMessagePayloadSize=7)
    assert protocol.maxMessagePayloadSize == 7


def test_frames_follow_one_another() -> None:
    texts = ["a", "b" * 126, "", "c" * 70_000]
    assert [bytes(frame.data).decode() for frame in parse(b"".join(map(to_wire, texts)))] == texts


class Transport:
    """A connection, and its socket, whose kernel buffer takes so many bytes at once."""

    disconnecting = False

    def __init__(self, takes: Any) -> None:
        self.takes, self.sent = takes, b""
        self.dataBuffer, self._tempDataBuffer = b"", []  # type: ignore[var-annotated]
        self.is_paused = False
        self.socket = self

    def send(self, data: bytes) -> int:
        if isinstance(self.takes, Exception):
            raise self.takes
        self.sent += data[: self.takes]
        return min(len(data), self.takes)

    def write(self, data: bytes) -> None:
        self.dataBuffer += data

    def pauseProducing(self) -> None:
        self.is_paused = True


def opened(takes: Any) -> Any:
    protocol: Any = LiveProtocol()
    protocol.state, protocol.transport = protocol.STATE_OPEN, Transport(takes)
    return protocol


def test_a_frame_goes_out_at_once_and_what_is_not_taken_waits() -> None:
    frame = OurFrame("<p>hello</p>", {})
    wire = to_wire(frame.html)
    full, gone = BlockingIOError(), ConnectionResetError()
    for takes, sent, waits in ((100, wire, b""), (5, wire[:5], wire[5:]), (full, b"", wire), (gone, b"", wire)):
        protocol = opened(takes)
        assert protocol.write(frame)
        assert (protocol.transport.sent, protocol.transport.dataBuffer) == (sent, waits)
    # What comes after it waits behind it.
    protocol = opened(5)
    protocol.write(frame), protocol.write(frame)
    assert protocol.transport.sent + protocol.transport.dataBuffer == 2 * wire


def test_a_client_that_must_read_first_is_said_to_be_and_when_it_has() -> None:
    protocol, resumed = opened(BlockingIOError()), []
    protocol.resumeProducing()  # nobody waits
    protocol.pauseProducing()
    assert protocol.write(OurFrame("<p></p>", {})) is False
    protocol.when_writable(lambda: resumed.append(True))
    protocol.resumeProducing()
    protocol.resumeProducing()
    assert resumed == [True]
    assert protocol.write(OurFrame("<p></p>", {}))
    protocol.stopProducing()
    assert protocol.write(OurFrame("<p></p>", {})) is False


LONG = [f"<p>{number} {'a long fragment ' * 100}</p>" for number in range(40)]


def compressing() -> Any:
    protocol = opened(1 << 20)
    protocol._window = b""
    return protocol


def read_by_browser(data: bytes) -> list[str]:
    """As who has asked for compression reads it: what is compressed, and what is not."""
    return [bytes(frame.data).decode() for frame in parse(data, PerMessageDeflate(False, True, 15, 15))]


def test_a_frame_is_compressed_once_for_all_who_have_had_the_same() -> None:
    frames = [OurFrame(html, {}) for html in LONG]
    early, same, late = compressing(), compressing(), compressing()
    for frame in frames[:5]:
        early.write(frame), same.write(frame)
    assert all(len(frame.compressed) == 1 for frame in frames[:5])
    assert early.transport.sent == same.transport.sent
    assert read_by_browser(early.transport.sent) == LONG[:5]
    for frame in frames[5:]:
        early.write(frame), late.write(frame)
    assert len(frames[5].compressed) == 2, "who has just come holds nothing"
    assert len(frames[-1].compressed) == 1, "after 32 KiB of the same it holds the same"
    assert read_by_browser(late.transport.sent) == LONG[5:]


def test_what_is_short_goes_as_it_is_and_so_does_everything_to_a_client_without_compression() -> None:
    frame, heartbeat = OurFrame(LONG[0], {}), OurFrame("<i></i>", {})
    with_it, without = compressing(), opened(1 << 20)
    for protocol in (with_it, without):
        protocol.write(heartbeat), protocol.write(frame)
    assert without.transport.sent == to_wire("<i></i>") + to_wire(LONG[0])
    assert with_it.transport.sent.startswith(to_wire("<i></i>"))
    assert len(with_it.transport.sent) < 200


@pytest.mark.parametrize(
    ("offers", "is_taken"),
    [
        ([PerMessageDeflateOffer(accept_max_window_bits=True)], True),
        ([PerMessageDeflateOffer(request_max_window_bits=10), PerMessageDeflateOffer()], True),
        ([PerMessageDeflateOffer(request_no_context_takeover=True)], False),
        ([], False),
    ],
)
def test_a_client_that_wants_another_window_gets_frames_as_they_are(
    settings: Any, offers: list[Any], is_taken: bool
) -> None:
    protocol = opened(100)
    protocol._is_live = True
    assert protocol.perMessageCompressionAccept(offers) is None, "it is off unless it is set"
    settings.LIVE_COMPRESSION = True
    assert (protocol.perMessageCompressionAccept(offers) is not None) == is_taken
    protocol._is_live = False
    assert protocol.perMessageCompressionAccept(offers) is None, "other sockets of a project are their own affair"


def test_a_socket_that_is_closed_takes_nothing() -> None:
    protocol = opened(100)
    protocol.state = protocol.STATE_CLOSED
    assert protocol.write(OurFrame("<p></p>", {}))
    assert protocol.transport.sent == b""


def test_who_is_over_a_limit_is_closed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    protocol, closed = opened(100), []
    monkeypatch.setattr(protocol, "sendCloseFrame", lambda **options: closed.append(options["code"]))
    before = count("live_limits_total", limit="message_bytes")
    for _ in range(2):
        protocol._max_message_size_exceeded(10, 5, "too big")
    assert closed == [1009] and protocol.transport.is_paused
    assert count("live_limits_total", limit="message_bytes") == before + 1
    assert protocol.processData() is False, "nothing of it is read any more"
