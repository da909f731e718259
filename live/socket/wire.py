"""Frames as the bytes of a WebSocket: as they are, and compressed once for all viewers who have had the same before.

permessage-deflate (RFC 7692) keeps, for each socket, a window of what came last, and a frame that hardly differs from
one in it is a few references to it. Usually each socket has a compressor with a window of its own, and pays for each
frame again. But what a compressor writes depends on its window and the frame alone: so the window is all that is kept
for a socket, those that hold the same share it, and a frame is compressed once for each window that there is. Viewers
of one board hold the same as soon as they have had the same 32 KiB.

A short frame is sent as it is, which the protocol permits for each message: the many heartbeats would fill the window.
"""

import struct
import zlib

# As far as a reference can reach back.
WINDOW_BYTES = 32_768
# Of a frame: only longer ones are compressed.
MIN_BYTES = 512
# What a flush ends with, and a message goes without (RFC 7692, section 7.2.1).
TAIL = b"\x00\x00\xff\xff"
# The first byte of a whole text message, and of one that is compressed.
TEXT, COMPRESSED_TEXT = 0x81, 0xC1


def to_wire(html: str) -> bytes:
    """An unmasked, unfragmented WebSocket text frame (RFC 6455, section 5.2)."""
    return _framed(TEXT, html.encode())


def to_compressed_wire(html: str, window: bytes) -> tuple[bytes, bytes]:
    """The frame for whoever holds this window, and the window that they hold afterwards."""
    payload = html.encode()
    compressor = zlib.compressobj(wbits=-zlib.MAX_WBITS, zdict=window)
    deflated = (compressor.compress(payload) + compressor.flush(zlib.Z_SYNC_FLUSH)).removesuffix(TAIL)
    return _framed(COMPRESSED_TEXT, deflated), (window + payload)[-WINDOW_BYTES:]


def _framed(first: int, payload: bytes) -> bytes:
    size = len(payload)
    if size < 126:
        return struct.pack("!BB", first, size) + payload
    if size < 65536:
        return struct.pack("!BBH", first, 126, size) + payload
    return struct.pack("!BBQ", first, 127, size) + payload
