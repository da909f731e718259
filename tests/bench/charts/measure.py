"""How it is measured: processor time, bytes, and what a socket sends for the next frame."""

import gzip
import zlib
from collections.abc import Callable, Sequence
from statistics import median, quantiles
from time import thread_time_ns
from typing import Any, NamedTuple

# What a permessage-deflate frame ends with, and RFC 7692 leaves out.
TAIL = b"\x00\x00\xff\xff"
SEEN = 6  # frames until a compressor has seen enough
WARM = 12  # renders of each round that are not counted: another row was there before


class Way(NamedTuple):
    """A way to draw something: `given` makes a frame's data, which is not counted, and `render` draws it."""

    given: Callable[[int], Any]
    render: Callable[[Any], str | bytes]


class Cost(NamedTuple):
    """Processor time of a render in µs: the median, and what a quarter of all renders stay below."""

    median: float
    quartile: float


class Size(NamedTuple):
    """Bytes of a frame, medians: as it is, by gzip, and as the next one through a deflate stream with its context."""

    raw: int
    gzip: int
    following: int


class Clock:
    """Collects what one way costs, in rounds: others are measured between them, so that a busy moment hits all."""

    def __init__(self, way: Way, first: int) -> None:
        self._way, self._next = way, first
        self._spent: list[int] = []

    def run(self, count: int, warm: int = WARM) -> None:
        """Render `count` frames more, each for the first time; `warm` before them are not counted."""
        for index in range(warm + count):
            given = self._way.given(self._next)
            self._next += 1
            begin = thread_time_ns()
            self._way.render(given)
            spent = thread_time_ns() - begin
            if index >= warm:
                self._spent.append(spent)

    def cost(self) -> Cost:
        """Return what was found."""
        return Cost(median(self._spent) / 1000, quantiles(self._spent, n=4)[0] / 1000)


def size(way: Way, first: int, frames: int) -> Size:
    """Return the bytes of `frames` frames, from `first` on."""
    bodies = [_bytes(way.render(way.given(at))) for at in range(first, first + frames)]
    following = [len(each) for each in _deflated(bodies)][min(SEEN, frames // 2) :]
    return Size(
        int(median(map(len, bodies))),
        int(median([len(gzip.compress(body, 6, mtime=0)) for body in bodies])),
        int(median(following)),
    )


def _bytes(drawn: str | bytes) -> bytes:
    return drawn.encode() if isinstance(drawn, str) else drawn


def _deflated(bodies: Sequence[bytes]) -> list[bytes]:
    """Return messages as one socket sends them: compressed one after the other, each knowing those before."""
    squeeze = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    return [(squeeze.compress(body) + squeeze.flush(zlib.Z_SYNC_FLUSH)).removesuffix(TAIL) for body in bodies]
