"""Daphne as live pages need it, as far as it goes without a socket."""

import asyncio
from collections.abc import Generator
from typing import Any

import pytest
from django.core.management import CommandError
from hypothesis import example, given
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode
from websockets.streams import StreamReader

from live.management.commands.serve import port_number
from live.socket.server import to_wire


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


@pytest.mark.parametrize(("text", "port"), [("1", 1), ("8000", 8000), ("65535", 65535)])
def test_a_port_is_a_number(text: str, port: int) -> None:
    assert port_number(text) == port


@pytest.mark.parametrize("text", ["", "0", "65536", "-1", "80.5", "http", " 80", "0x50", "1e3", "³"])
def test_what_is_no_port_is_one_sentence(text: str) -> None:
    with pytest.raises(CommandError) as caught:
        port_number(text)
    assert str(caught.value) == f"PORT is {text!r}; it must be a number from 1 to 65535."


def test_this_process_has_the_asyncio_reactor() -> None:
    """Daphne's server installs it, whatever of Twisted is imported later."""
    from twisted.internet import reactor
    from twisted.internet.asyncioreactor import AsyncioSelectorReactor

    shown: Any = reactor
    assert isinstance(shown, AsyncioSelectorReactor)
    assert isinstance(shown._asyncioEventloop, asyncio.AbstractEventLoop)
