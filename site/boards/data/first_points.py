"""What a series is guessed to be by its first points: they stay, while new ones arrive."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from boards.guess import MAX_POINTS, Guess, guess
from series.tables import Point


class Beginning(NamedTuple):
    """The first points of a series, the oldest first, and the guess that is made from them."""

    points: Sequence[tuple[datetime, float]]
    guess: Guess


def beginning_of(series_id: int, name: str, *, holds_states: bool, many: bool) -> Beginning:
    """How a series begins; ``many`` says that it is one of several of its name. Takes one query."""
    rows = Point.objects.filter(series=series_id).order_by("time").values_list("time", "value")
    points = list(rows[:MAX_POINTS])
    values = [value for _time, value in points]
    return Beginning(points, guess(name, values, holds_states=holds_states, many=many))
