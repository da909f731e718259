"""A window that is shared: whoever holds it reads what was compressed for it."""

import zlib

from hypothesis import given
from hypothesis import strategies as st

from live.socket.wire import TAIL, WINDOW_BYTES, to_compressed_wire, to_wire

PAYLOADS = st.lists(st.text() | st.integers(0, 9).map(lambda n: f"abc{n}" * 9000))


def deflated(wire: bytes) -> bytes:
    """What is in a frame."""
    return wire[{126: 4, 127: 10}.get(wire[1], 2) :]


@given(PAYLOADS)
def test_a_client_reads_what_was_compressed_for_its_window(texts: list[str]) -> None:
    client, window = zlib.decompressobj(-zlib.MAX_WBITS), b""
    for text in texts:
        wire, window = to_compressed_wire(text, window)
        assert client.decompress(deflated(wire) + TAIL) == text.encode()
    assert len(window) <= WINDOW_BYTES


def test_what_barely_differs_from_the_last_one_is_a_few_bytes() -> None:
    html = "".join(f'<rect x="{n}" y="{n * n % 97}"/>' for n in range(300))
    _, window = to_compressed_wire(html, b"")
    wire, _ = to_compressed_wire(html.replace('y="13"', 'y="14"'), window)
    assert len(wire) < len(to_wire(html)) / 30
