"""Where a panel goes: behind which other one, as a number between the positions of its neighbours. Pure."""

from collections.abc import Sequence
from itertools import pairwise

# The key and the position of each panel, in the board's order.
Order = Sequence[tuple[int, float]]
FIRST = 0  # instead of the key of a panel that is before it; no panel has it


def is_even(order: Order) -> bool:
    """Whether each position is above the one before it, with room between the two."""
    positions = [position for _pk, position in order]
    return all(low < (low + high) / 2 < high for low, high in pairwise(positions))


def even(order: Order) -> dict[int, float]:
    """Positions of the same order, with room between all of them."""
    return {pk: float(index) for index, (pk, _position) in enumerate(order)}


def position_after(order: Order, pk: int, after: int) -> float:
    """The position at which panel ``pk`` is directly behind the panel ``after``, or ``FIRST``. The order must be even.
    ``ValueError`` if there is no such panel. A panel that is there already stays."""
    others = [position for key, position in order if key != pk]
    keys = [FIRST, *(key for key, _position in order if key != pk)]
    index = keys.index(after)
    current = dict(order).get(pk)
    low, high = others[index - 1] if index else None, others[index] if index < len(others) else None
    if current is not None and (low is None or low < current) and (high is None or current < high):
        return current
    if low is None:
        return 0.0 if high is None else high - 1
    return low + 1 if high is None else (low + high) / 2
