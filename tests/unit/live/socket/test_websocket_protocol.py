"""The frames of our own, as another implementation reads them. With real sockets: tests/socket."""

from collections.abc import Generator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode
from websockets.streams import StreamReader

from live.socket.websocket_protocol import to_wire


def parse(data: bytes) -> list[Frame]:
    """What another implementation reads: a client, to which frames come unmasked."""
    reader = StreamReader()
    reader.feed_data(data)
    reader.feed_eof()
    frames = []

    def read() -> Generator[None, None, None]:
        while not (yield from reader.at_eof()):
            frames.append((yield from Frame.parse(reader.read_exact, mask=False, max_size=None)))

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


def test_frames_follow_one_another() -> None:
    texts = ["a", "b" * 126, "", "c" * 70_000]
    assert [bytes(frame.data).decode() for frame in parse(b"".join(map(to_wire, texts)))] == texts
