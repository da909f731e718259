"""The body of a request as it arrives: within limits, decompressed. Pure.

What is over a limit is refused as soon as that is known: by Content-Length before anything is read, else by the first
byte too many, before or after decompression.
"""

import json
import zlib
from typing import Any

from live.api import Refused

KIBIBYTE, MEBIBYTE = 1 << 10, 1 << 20
# As it arrives, and after gzip.
MAX_BODY_BYTES = 8 * MEBIBYTE
MAX_INFLATED_BYTES = 16 * MEBIBYTE
# The same where nobody knows yet whose it is, because that is in it.
MAX_UNKNOWN_BYTES = 64 * KIBIBYTE
# Of a Content-Length: what has more is over all limits by its first ones.
MAX_LENGTH_DIGITS = 20
# Of gzip: each costs its time, also where there is nothing in it.
MAX_GZIP_MEMBERS = 1000
# zlib's name for gzip, with its header and its checksum.
GZIP_WBITS = 31

PLAIN = {"", "identity"}
GZIP = {"gzip", "x-gzip"}


class Body:
    """``encoding`` and ``length`` are the headers Content-Encoding and Content-Length, empty where there are none;
    ``is_unknown``: nobody knows yet whose it is.

    All methods raise ``Refused``: 415 for another encoding, 400 for what is broken, 413 for what is too large.
    """

    def __init__(self, *, encoding: str = "", length: str = "", is_unknown: bool = False) -> None:
        self._limits = (MAX_UNKNOWN_BYTES,) * 2 if is_unknown else (MAX_BODY_BYTES, MAX_INFLATED_BYTES)
        encoding = encoding.strip().lower()
        if encoding not in PLAIN | GZIP:
            message = f"Content-Encoding {encoding!r} is not supported; send gzip, or leave it out."
            raise Refused(415, "unsupported_encoding", message, headers={"Accept-Encoding": "gzip, identity"})
        if length and not (length.isascii() and length.isdigit()):
            raise Refused(400, "bad_length", f"Content-Length is {length!r}; it must be a number of bytes.")
        # Python refuses to read the longest integers at all.
        self._length = int(length.lstrip("0")[:MAX_LENGTH_DIGITS] or 0) if length else None
        if self._length is not None and self._length > self._limits[0]:
            raise _too_large(self._limits[0], "")
        self._is_gzip = encoding in GZIP
        self._inflate = zlib.decompressobj(GZIP_WBITS)
        self._members = 1
        self._parts: list[bytes] = []
        self._received = self._inflated = 0

    @property
    def size(self) -> int:
        """In bytes, what there is of it in memory."""
        return self._inflated if self._is_gzip else self._received

    def feed(self, part: bytes) -> None:
        """More of it has arrived."""
        most, most_inflated = self._limits
        self._received += len(part)
        if self._received > most:
            raise _too_large(most, "")
        if not self._is_gzip:
            self._parts.append(part)
            return
        try:
            while part:
                if self._inflate.eof:
                    self._next_member()
                inflated = self._inflate.decompress(part, most_inflated + 1 - self._inflated)
                self._parts.append(inflated)
                self._inflated += len(inflated)
                if self._inflated > most_inflated:
                    raise _too_large(most_inflated, " after decompression")
                part = self._inflate.unused_data
        except zlib.error as error:
            raise _bad_gzip(str(error)) from error

    def finish(self) -> bytes:
        """The whole of it: nothing more comes."""
        if self._length is not None and self._received != self._length:
            message = f"The body has {self._received} bytes where Content-Length says {self._length}."
            raise Refused(400, "incomplete_body", message)
        if self._is_gzip and self._received and not self._inflate.eof:
            raise _bad_gzip("it ends too early")
        return b"".join(self._parts)

    def _next_member(self) -> None:
        self._members += 1
        if self._members > MAX_GZIP_MEMBERS:
            message = f"The gzip has over {MAX_GZIP_MEMBERS} members; send it in smaller parts."
            raise Refused(413, "too_large", message)
        self._inflate = zlib.decompressobj(GZIP_WBITS)


def from_json(body: bytes) -> Any:
    """What a body says that is JSON, whatever its Content-Type. Raises ``Refused`` with 400."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Refused(400, "invalid_json", f"This is not JSON: {error}.") from error


def _bad_gzip(why: str) -> Refused:
    return Refused(400, "bad_gzip", f"The body is not the gzip that Content-Encoding promises: {why}.")


def _too_large(limit: int, when: str) -> Refused:
    size = f"{limit // MEBIBYTE} MiB" if limit >= MEBIBYTE else f"{limit // KIBIBYTE} KiB"
    hint = " Larger ones have their token in the header Authorization." if limit == MAX_UNKNOWN_BYTES else ""
    return Refused(413, "too_large", f"The body is over {size}{when}; send it in smaller parts.{hint}")
