"""Which of the eight colours a line of a panel has: its own, so that it does not change when others come and go."""

from collections.abc import Iterable, Sequence
from zlib import crc32

MAX_COLOURS = 8
# Those that are not dashed: an identity asks for one of them.
PLAIN_COLOURS = 6


def next_colour(label: str, others: Iterable[tuple[str, int]]) -> int:
    """The colour of a new line: that of the line with the same label, else the first that is free, else 0. ``others``
    are the labels and colours of the lines that are there."""
    known = list(others)
    same = next((colour for other, colour in known if label and other == label and colour), 0)
    taken = {colour for _label, colour in known}
    return same or next((colour for colour in range(1, MAX_COLOURS + 1) if colour not in taken), 0)


def colours_of(identities: Sequence[str], taken: Iterable[int]) -> list[int]:
    """The colours of the answers to a query, the oldest first: by what they are called, so that a new one changes none
    before it, and one that is gone only who would have had its colour. 0 where none is free."""
    used = set(taken)
    colours = []
    for identity in identities:
        first = crc32(identity.encode()) % PLAIN_COLOURS
        wanted = [(first + step) % PLAIN_COLOURS + 1 for step in range(PLAIN_COLOURS)]
        wanted += range(PLAIN_COLOURS + 1, MAX_COLOURS + 1)
        colour = next((number for number in wanted if number not in used), 0)
        used.add(colour)
        colours.append(colour)
    return colours
