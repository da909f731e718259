"""Reads the body of a request: within limits, decompressed.

Never ``request.body``: Django answers one over 2.5 MB with 400 and HTML, at which senders drop what they should
split, and it does not decompress.
"""

import gzip
import io
import zlib

from django.http import HttpRequest

from live.api import Refused

MEBIBYTE = 1 << 20
# As it arrives, and after gzip.
MAX_BODY_BYTES = 8 * MEBIBYTE
MAX_INFLATED_BYTES = 16 * MEBIBYTE
# Of gzip: each costs its time, also where there is nothing in it.
MAX_GZIP_MEMBERS = 1000
GZIP_MAGIC = b"\x1f\x8b\x08"

PLAIN = {"", "identity"}
GZIP = {"gzip", "x-gzip"}


def read_body(request: HttpRequest) -> bytes:
    """The whole body, decompressed. Raises ``Refused`` with 400, 413 or 415."""
    encoding = request.headers.get("Content-Encoding", "").strip().lower()
    if encoding not in PLAIN | GZIP:
        message = f"Content-Encoding {encoding!r} is not supported; send gzip, or leave it out."
        raise Refused(415, "unsupported_encoding", message, headers={"Accept-Encoding": "gzip, identity"})
    declared = request.headers.get("Content-Length") or None
    if declared is not None and not (declared.isascii() and declared.isdigit()):
        raise Refused(400, "bad_length", f"Content-Length is {declared!r}; it must be a number of bytes.")
    if declared is not None and int(declared) > MAX_BODY_BYTES:
        raise _too_large(MAX_BODY_BYTES, "")
    try:
        raw: bytes = request.read(MAX_BODY_BYTES + 1)
    except OSError as error:  # Django's UnreadablePostError is one
        raise Refused(400, "incomplete_body", f"The body could not be read to its end: {error}.") from error
    if len(raw) > MAX_BODY_BYTES:
        raise _too_large(MAX_BODY_BYTES, "")
    if declared is not None and len(raw) != int(declared):
        raise Refused(400, "incomplete_body", f"The body has {len(raw)} bytes where Content-Length says {declared}.")
    return _inflated(raw) if encoding in GZIP else raw


def _inflated(raw: bytes) -> bytes:
    if raw.count(GZIP_MAGIC) > MAX_GZIP_MEMBERS:
        raise Refused(413, "too_large", f"The gzip has over {MAX_GZIP_MEMBERS} members; send it in smaller parts.")
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(raw)) as file:
            body = file.read(MAX_INFLATED_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise Refused(400, "bad_gzip", f"The body is not the gzip that Content-Encoding promises: {error}.") from error
    if len(body) > MAX_INFLATED_BYTES:
        raise _too_large(MAX_INFLATED_BYTES, " after decompression")
    return body


def _too_large(limit: int, when: str) -> Refused:
    return Refused(413, "too_large", f"The body is over {limit // MEBIBYTE} MiB{when}; send it in smaller parts.")
