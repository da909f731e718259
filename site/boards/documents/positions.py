"""Positions for panels in a given order, in which as many as can stay where they are. Pure."""

from collections.abc import Sequence


def positions_of(stored: Sequence[float | None]) -> list[float]:
    """A position above the one before it for each panel, of which the stored ones are given; None for a new one."""
    positions: list[float] = []
    for index, position in enumerate(stored):
        last = positions[-1] if positions else None
        if position is not None and (last is None or position > last):
            positions.append(position)
            continue
        following = next((one for one in stored[index + 1 :] if one is not None), None)
        if last is None:
            positions.append(0.0 if following is None else following - 1)
        elif following is not None and last < (middle := (last + following) / 2) < following:
            positions.append(middle)
        else:
            positions.append(last + 1)
    return positions
