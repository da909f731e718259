"""Which of the eight colours a line of a panel has: its own, so that it does not change when others come and go."""

from collections.abc import Iterable, Sequence

MAX_COLOURS = 8
# Those that are not dashed.
PLAIN_COLOURS = 6


def next_colour(label: str, others: Iterable[tuple[str, int]]) -> int:
    """The colour of a new line: that of the line with the same label, else the first that is free, else 0. ``others``
    are the labels and colours of the lines that are there."""
    known = list(others)
    same = next((colour for other, colour in known if label and other == label and colour), 0)
    taken = {colour for _label, colour in known}
    return same or next((colour for colour in range(1, MAX_COLOURS + 1) if colour not in taken), 0)


def colours_of(ranks: Sequence[int], taken: Iterable[int]) -> list[int]:
    """The colours of the answers to a query, the oldest first: by how many older series there are of the same name,
    whether the query means them or not. So a series has the same colour on every panel that has it free, and keeps it
    when others come or are left out. 0 where none is free."""
    used = set(taken)
    colours = []
    for rank in ranks:
        wanted = [(rank + step) % PLAIN_COLOURS + 1 for step in range(PLAIN_COLOURS)]
        wanted += range(PLAIN_COLOURS + 1, MAX_COLOURS + 1)
        colour = next((number for number in wanted if number not in used), 0)
        used.add(colour)
        colours.append(colour)
    return colours
